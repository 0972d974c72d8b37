"""Random smooth functions that stand for declared ones, and the built-in functions of numbers."""

from __future__ import annotations

import math
from fractions import Fraction
from operator import mul
from random import Random
from typing import Any

from mlquiz.grading.arithmetic import Doubles, TooBigError, UndefinedError, WithDerivative, plain
from mlquiz.grading.duals import Dual, deeper

_TAGS = iter(range(1, 2**62))


def new_tag() -> int:
    """Return a tag that no other derivative has."""
    return next(_TAGS)


def dyadic(rng: Random, low: float, high: float, bits: int = 10) -> float:
    """Return a random number that doubles and many digits hold exactly."""
    return float(round(rng.uniform(low, high) * 2**bits) / 2**bits)


def flatten(args: Any) -> list[Any]:
    """Return all numbers in nested tuples."""
    return [x for arg in args for x in flatten(arg)] if isinstance(args, tuple) else [args]


class SmoothFunction:
    """A random smooth function of all entries of its arguments, not symmetric in them.

    Each output is ``c0 + sum_k c_k sin(w_k x + b_k) + c s + d s^2`` with ``s = v x`` and ``w``, ``b``,
    ``v`` shared by
    the outputs, brought into its codomain by ``exp`` (positive), a sigmoid (unit) or a square (nonneg).
    """

    def __init__(self, rng: Random, inputs: int, shape: tuple[int, ...], domain: str, form: str) -> None:
        outputs = 1
        for size in shape:
            outputs *= size
        self.shape, self.domain, self.form = shape, domain, form
        waves = 2 if outputs == 1 else 3
        self.waves = [
            ([_away(rng, 0.2, 1.4) for _ in range(inputs)], dyadic(rng, -2, 2)) for _ in range(waves)
        ]
        self.slope = [_away(rng, 0.1, 0.9) for _ in range(inputs)]
        self.outputs = [
            (
                [_away(rng, 0.3, 1.2) for _ in range(waves)],
                _away(rng, 0.2, 0.9),
                dyadic(rng, 0.05, 0.3),
                dyadic(rng, -1, 1),
            )
            for _ in range(outputs)
        ]

    def __call__(self, num: Any, args: tuple[Any, ...]) -> Any:
        """Return the value at arguments, in any number system."""
        x = flatten(args)
        if not self.form and type(num) is Doubles:
            return self._shaped(self._in_doubles(num, x))
        if self.form == "symmetric" and len(args) > 1:
            x = [num.add(list(parts)) for parts in zip(*(flatten(arg) for arg in args), strict=True)] * len(
                args
            )
        line = num.add([num.of(a) * b for a, b in zip(self.slope, x, strict=True)])
        if self.form == "convex":
            sines = [b * b for b in x]
        else:
            sines = [
                num.call("sin", num.add([num.of(c), *(num.of(a) * b for a, b in zip(w, x, strict=True))]))
                for w, c in self.waves
            ]
        values = [self._output(num, output, sines, line) for output in self.outputs]
        return self._shaped(values)

    def _shaped(self, values: list[Any]) -> Any:
        if not self.shape:
            return values[0]
        if len(self.shape) == 1:
            return tuple(values)
        width = self.shape[1]
        return tuple(tuple(values[i * width : (i + 1) * width]) for i in range(self.shape[0]))

    def _in_doubles(self, num: Doubles, x: list[float]) -> list[float]:
        """Return all outputs as ``_output`` does, without the watch for cancelled terms."""
        if len(x) != len(self.slope):
            raise ValueError
        num.work += (len(x) + 2) * (len(self.waves) + 1) + 6 * len(self.outputs)
        line = sum(map(mul, self.slope, x))
        sines = [math.sin(sum(map(mul, w, x), c)) for w, c in self.waves]
        found = []
        for heights, lean, bend, constant in self.outputs:
            value = sum(map(mul, heights, sines), constant)
            if self.domain == "positive":
                value = math.exp(value)
            elif self.domain == "unit":
                value = 1 / (1 + math.exp(-value))
            else:
                value += (lean + bend * line) * line
                value = value * value if self.domain == "nonneg" else value
            found.append(value)
        return found

    def _output(
        self, num: Any, output: tuple[list[float], float, float, float], sines: list[Any], line: Any
    ) -> Any:
        heights, lean, bend, constant = output
        if self.form == "convex":
            return num.add(
                [
                    num.of(constant),
                    num.of(lean) * line,
                    num.of(bend) * num.add(sines),
                    num.call("exp", num.of(0.25) * line),
                ]
            )
        terms = [num.of(constant), *(num.of(h) * v for h, v in zip(heights, sines, strict=True))]
        if self.domain in {"positive", "unit"}:
            value = num.add(terms)
            if self.domain == "positive":
                return num.call("exp", value)
            return num.div(num.of(1), num.add([num.of(1), num.call("exp", -value)]))
        value = num.add([*terms, num.of(lean) * line, num.of(bend) * line * line])
        return value * value if self.domain == "nonneg" else value


def _away(rng: Random, low: float, high: float) -> float:
    """Return a random number of either sign that is not near 0."""
    return dyadic(rng, low, high) * rng.choice((-1, 1))


class SetFunction:
    """A random number for each set."""

    def __init__(self, seed: str, domain: str) -> None:
        self.seed, self.domain = seed, domain

    def __call__(self, num: Any, args: tuple[Any, ...]) -> Any:
        """Return the number that belongs to the sets."""
        rng = Random(
            f"{self.seed}|{[sorted(a) if isinstance(a, frozenset) else float(plain(a)) for a in args]}"
        )
        low = 0.05 if self.domain in {"positive", "unit", "nonneg"} else -3.0
        return num.of(dyadic(rng, low, 0.95 if self.domain == "unit" else 3.0))


class Derived:
    """A derivative of a function of one number."""

    def __init__(self, base: Any, order: int) -> None:
        self.base, self.order = base, order

    def __call__(self, num: Any, args: tuple[Any, ...]) -> Any:
        """Return the derivative at a number."""
        if not self.order:
            return self.base(num, args)
        tag = new_tag()
        wider = WithDerivative(num)
        x = Dual(args[0], num.of(1), tag)
        slope = deeper(Derived(self.base, self.order - 1)(wider, (x,)), tag)[1]
        return num.of(slope) if isinstance(slope, int) else slope


# --- built-in functions of one number -------------------------------------------------------------


def builtin(num: Any, name: str, x: Any) -> Any:
    """Return a built-in function of one number."""
    maker = _DERIVED.get(name)
    return maker(num, x) if maker else num.call(name, x)


def _sigmoid(num: Any, x: Any) -> Any:
    one = num.of(1)
    if x >= 0:
        return num.div(one, num.add([one, num.call("exp", -x)]))
    grown = num.call("exp", x)
    return num.div(grown, num.add([one, grown]))


def _softplus(num: Any, x: Any) -> Any:
    top = x if x > 0 else x * 0
    return num.add([top, num.call("log", num.add([num.of(1), num.call("exp", -abs(x))]))])


def _log(base: int) -> Any:
    def function(num: Any, x: Any) -> Any:
        return num.div(num.call("log", x), num.call("log", num.of(base)))

    return function


def _sign(num: Any, x: Any) -> Any:
    return num.of(num.sign_of(x, 0))


def _relu(num: Any, x: Any) -> Any:
    del num
    return x if x > 0 else x * 0


def _normal(num: Any, x: Any) -> Any:
    return num.div(num.add([num.of(1), num.call("erf", num.div(x, num.call("sqrt", num.of(2))))]), num.of(2))


def _reciprocal(name: str) -> Any:
    return lambda num, x: num.div(num.of(1), num.call(name, x))


def _ceil(num: Any, x: Any) -> Any:
    return -num.floor(-x)


def factorial(num: Any, x: Any) -> Any:
    """Return x! of a natural number or 0."""
    x = plain(x)
    if x != num.floor(x) or x < 0:
        raise UndefinedError
    if x > 1000:
        raise TooBigError
    return num.call("Gamma", num.of(int(x) + 1)) if x > 20 else num.of(_factorial(int(x)))


def _factorial(n: int) -> int:
    result = 1
    for k in range(2, n + 1):
        result *= k
    return result


def binomial(num: Any, n: Any, k: Any) -> Any:
    """Return n choose k; outside 0..n of a natural n it is 0."""
    n, k = plain(n), plain(k)
    if k != num.floor(k):
        raise UndefinedError
    if n == num.floor(n) and n >= 0 and (k < 0 or k > n):
        return num.of(0)
    if abs(k) > 1000 or abs(n) > 10**6:
        raise TooBigError
    result = num.of(1)
    for j in range(1, int(k) + 1):
        result = num.div(result * (n - j + 1), num.of(j))
    return result


_DERIVED = {
    "sigmoid": _sigmoid, "softplus": _softplus, "relu": _relu, "log2": _log(2), "log10": _log(10),
    "sign": _sign, "Phi": _normal, "sec": _reciprocal("cos"), "csc": _reciprocal("sin"), "abs": lambda _,
    x: abs(x), "ceil": _ceil, "floor": lambda num, x: num.floor(x), "cot": _reciprocal("tan"),
    "factorial": factorial,
}  # fmt: skip

__all__ = ["Fraction", "SmoothFunction", "builtin"]
