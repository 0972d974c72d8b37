"""Random functions that stand for declared ones: smooth or convex, of sets, between two, and derivatives."""

from __future__ import annotations

import math
from operator import mul
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from mlquiz.grading.computing.arithmetic import Doubles, ground, noted, plain, recall
from mlquiz.grading.computing.duals import Dual, deeper, exact_key
from mlquiz.grading.computing.linear import flatten

if TYPE_CHECKING:
    from mlquiz.grading.computing.arithmetic import Noted

MOST_KNOWN = 400
WORK = 8
"""What a value counts as, kept or not, so that what was asked before doesn't matter."""


def dyadic(rng: Random, low: float, high: float, bits: int = 10) -> float:
    """Return a random number that doubles and many digits hold exactly."""
    scale = 1 << bits
    return round((low + (high - low) * rng.random()) * scale) / scale


def _away(rng: Random, low: float, high: float) -> float:
    """Return a random number of either sign that is not near 0."""
    size = dyadic(rng, low, high)
    return size if rng.random() < 0.5 else -size


class Output(NamedTuple):
    """How one output of a smooth function is made of its waves and its line."""

    heights: list[float]
    lean: float
    bend: float
    constant: float


class Parts(NamedTuple):
    """What a smooth function computes at one point."""

    phases: list[Any]
    line: Any
    raw: list[Any]
    values: list[Any]


class SmoothFunction:
    """A random smooth function of all entries of its arguments, not symmetric in them unless asked for.

    Each output is ``c0 + sum_k c_k sin(w_k x + b_k) + c s + d s^2`` with ``s = v x`` and ``w``, ``b``,
    ``v`` shared by
    the outputs, brought into its codomain by ``exp`` (positive), a sigmoid (unit) or a square (nonneg);
    ``s`` has no part in the first two. What it computed is kept for the next formula.
    """

    def __init__(
        self, rng: Random, inputs: int, shape: tuple[int, ...], domain: str, *, symmetric: bool = False
    ) -> None:
        outputs = math.prod(shape)
        self.shape, self.domain, self.symmetric = shape, domain, symmetric
        waves = 2 if outputs == 1 else 3
        least = -4 if domain == "positive" else -1  # such as densities have, below 1 as often as above
        self.waves = [
            ([_away(rng, 0.2, 1.4) for _ in range(inputs)], dyadic(rng, -2, 2)) for _ in range(waves)
        ]
        self.slope = [_away(rng, 0.1, 0.9) for _ in range(inputs)]
        self.outputs = [
            Output(
                [_away(rng, 0.3, 1.2) for _ in range(waves)],
                _away(rng, 0.2, 0.9),
                dyadic(rng, 0.05, 0.3),
                dyadic(rng, least, 1),
            )
            for _ in range(outputs)
        ]
        self.known: dict[Any, Noted] = {}

    def __call__(self, num: Any, args: tuple[Any, ...]) -> Any:
        """Return the value at arguments, in any number system."""
        x = flatten(args)
        if self.symmetric and len(args) > 1:
            x = [num.add(list(parts)) for parts in zip(*map(flatten, args), strict=True)] * len(args)
        if len(x) != len(self.slope):
            raise ValueError
        return self._shaped(self.parts(num, x).values)

    def parts(self, num: Any, x: list[Any]) -> Parts:
        """Return all outputs at a point, computed once."""
        key = (num.system, *map(exact_key, x))
        base = ground(num)
        found = self.known.get(key)
        if found is None:
            found = noted(base, lambda: self._computed(num, base, x))._replace(work=WORK)
            if len(self.known) >= MOST_KNOWN:
                self.known.clear()
            self.known[key] = found
        parts: Parts = recall(base, found)
        return parts

    def _computed(self, num: Any, base: Any, x: list[Any]) -> Parts:
        tag = max([v.tag for v in x if type(v) is Dual], default=0)
        if tag:
            return self._moving(num, x, tag)
        return self._in_doubles(x) if type(base) is Doubles else self._plain(base, x)

    def _shaped(self, values: list[Any]) -> Any:
        if not self.shape:
            return values[0]
        if len(self.shape) == 1:
            return tuple(values)
        width = self.shape[1]
        return tuple(tuple(values[i * width : (i + 1) * width]) for i in range(self.shape[0]))

    def _in_doubles(self, x: list[float]) -> Parts:
        """Return all outputs, without the watch for cancelled terms."""
        line = sum(map(mul, self.slope, x))
        phases = [sum(map(mul, w, x), c) for w, c in self.waves]
        sines = list(map(math.sin, phases))
        raw = [sum(map(mul, output.heights, sines), output.constant) for output in self.outputs]
        if self.domain == "positive":
            return Parts(phases, line, raw, list(map(math.exp, raw)))
        if self.domain == "unit":
            return Parts(phases, line, raw, [1 / (1 + math.exp(-value)) for value in raw])
        raw = [value + (o.lean + o.bend * line) * line for value, o in zip(raw, self.outputs, strict=True)]
        return Parts(phases, line, raw, [v * v for v in raw] if self.domain == "nonneg" else raw)

    def _plain(self, num: Any, x: list[Any]) -> Parts:
        of = num.of
        line = num.add([of(v) * a for v, a in zip(self.slope, x, strict=True)])
        phases = [num.add([of(c), *[of(v) * a for v, a in zip(w, x, strict=True)]]) for w, c in self.waves]
        sines = [num.call("sin", phase) for phase in phases]
        raw = []
        for heights, lean, bend, constant in self.outputs:
            terms = [of(constant), *[of(h) * s for h, s in zip(heights, sines, strict=True)]]
            if self.domain not in {"positive", "unit"}:
                terms += [of(lean) * line, of(bend) * line * line]
            raw.append(num.add(terms))
        return Parts(phases, line, raw, [self._brought(num, value) for value in raw])

    def _brought(self, num: Any, raw: Any) -> Any:
        """Return a raw output in the codomain."""
        match self.domain:
            case "positive":
                return num.call("exp", raw)
            case "unit":
                return num.div(num.of(1), num.add([num.of(1), num.call("exp", -raw)]))
            case "nonneg":
                return raw * raw
        return raw

    def _moving(self, num: Any, x: list[Any], tag: int) -> Parts:
        """Return all parts with their slopes by a tag."""
        pairs = [deeper(value, tag) for value in x]
        moving = [(place, d) for place, (_, d) in enumerate(pairs) if not isinstance(d, int)]
        here = self.parts(num, [value for value, _ in pairs])

        def rate(weights: list[float]) -> Any:
            return num.add([num.of(weights[place]) * d for place, d in moving])

        line, rates = rate(self.slope), [rate(weights) for weights, _ in self.waves]
        waves = [num.call("cos", phase) * r for phase, r in zip(here.phases, rates, strict=True)]
        raw, values = [], []
        for output, level, value in zip(self.outputs, here.raw, here.values, strict=True):
            rise = num.add([num.of(h) * wave for h, wave in zip(output.heights, waves, strict=True)])
            if self.domain not in {"positive", "unit"}:
                rise = rise + (num.of(output.lean) + 2 * num.of(output.bend) * here.line) * line
            raw.append(Dual(level, rise, tag))
            values.append(Dual(value, self._brought_rise(level, value, rise), tag))
        phases = [Dual(phase, r, tag) for phase, r in zip(here.phases, rates, strict=True)]
        return Parts(phases, Dual(here.line, line, tag), raw, values)

    def _brought_rise(self, raw: Any, value: Any, rise: Any) -> Any:
        """Return the slope of an output from that of its raw one."""
        match self.domain:
            case "positive":
                return value * rise
            case "unit":
                return value * (1 - value) * rise
            case "nonneg":
                return 2 * raw * rise
        return rise


class ConvexFunction:
    """A random convex function: ``c + a s + b sum x^2 + exp(s/4)`` with ``s = v x``."""

    def __init__(self, rng: Random, inputs: int) -> None:
        self.slope = [_away(rng, 0.1, 0.9) for _ in range(inputs)]
        self.lean, self.bend, self.constant = _away(rng, 0.2, 0.9), dyadic(rng, 0.05, 0.3), dyadic(rng, -1, 1)

    def __call__(self, num: Any, args: tuple[Any, ...]) -> Any:
        """Return the value at arguments, in any number system."""
        x = flatten(args)
        line = num.add([num.of(v) * a for v, a in zip(self.slope, x, strict=True)])
        squares = num.of(self.bend) * num.add([a * a for a in x])
        grown = num.call("exp", num.of(0.25) * line)
        return num.add([num.of(self.constant), num.of(self.lean) * line, squares, grown])


class SetFunction:
    """A random number for each set."""

    def __init__(self, seed: float, domain: str) -> None:
        self.seed, self.domain = seed, domain
        self.known: dict[Any, float] = {}

    def __call__(self, num: Any, args: tuple[Any, ...]) -> Any:
        """Return the number that belongs to the sets."""
        key = tuple([a if isinstance(a, frozenset) else float(plain(a)) for a in args])
        if key not in self.known:
            self.known[key] = self._drawn(key)
        return num.of(self.known[key])

    def _drawn(self, key: tuple[Any, ...]) -> float:
        rng = Random(f"{self.seed}|{[sorted(a) if isinstance(a, frozenset) else a for a in key]}")
        low = 0.05 if self.domain in {"positive", "unit", "nonneg"} else -3.0
        return dyadic(rng, low, 0.95 if self.domain == "unit" else 3.0)


class Blend:
    """A function on the way from one function to another, ``share`` of the way."""

    def __init__(self, start: Any, end: Any, share: float) -> None:
        self.start, self.end, self.share = start, end, share

    def __call__(self, num: Any, args: tuple[Any, ...]) -> Any:
        """Return the value between those of the two."""
        return self._mixed(num, self.start(num, args), self.end(num, args))

    def _mixed(self, num: Any, start: Any, end: Any) -> Any:
        if isinstance(start, tuple):
            return tuple([self._mixed(num, a, b) for a, b in zip(start, end, strict=True)])
        return num.add([num.of(1 - self.share) * start, num.of(self.share) * end])


class Moved:
    """A multiple of a function, plus a number."""

    def __init__(self, base: Any, factor: float, shift: float) -> None:
        self.base, self.factor, self.shift = base, factor, shift

    def __call__(self, num: Any, args: tuple[Any, ...]) -> Any:
        """Return the value, multiplied and moved."""
        return num.add([num.of(self.factor) * self.base(num, args), num.of(self.shift)])
