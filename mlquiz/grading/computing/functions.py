"""The built-in functions of one number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlquiz.grading.computing.arithmetic import TooBigError, UndefinedError, plain

if TYPE_CHECKING:
    from collections.abc import Callable


def builtin(name: str) -> Callable[[Any, Any], Any]:
    """Return a built-in function of a number system and one of its numbers."""
    return _DERIVED.get(name) or (lambda num, x: num.call(name, x))


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


def _normal_density(num: Any, x: Any) -> Any:
    half = num.div(-x * x, num.of(2))
    return num.div(num.call("exp", half), num.call("sqrt", 2 * num.pi + num.of(0)))


def _reciprocal(name: str) -> Any:
    return lambda num, x: num.div(num.of(1), num.call(name, x))


def _ceil(num: Any, x: Any) -> Any:
    return -num.floor(-x)


def factorial(num: Any, x: Any) -> Any:
    """Return x!, of other numbers above -1 than whole ones Gamma(x + 1)."""
    x = plain(x)
    if x <= -1:
        raise UndefinedError
    if x != num.floor(x):
        return num.call("Gamma", num.add([x, num.of(1)]))
    if x > 1000:
        raise TooBigError
    return num.call("Gamma", num.of(int(x) + 1)) if x > 20 else num.of(_factorial(int(x)))


def _factorial(n: int) -> int:
    result = 1
    for k in range(2, n + 1):
        result *= k
    return result


def binomial(num: Any, n: Any, k: Any) -> Any:
    """Return n choose k; outside 0..n of a natural n it is 0; of other numbers by Gamma."""
    n, k = plain(n), plain(k)
    if k != num.floor(k):
        below = factorial(num, k) * factorial(num, num.add([n, -k]))
        return num.div(factorial(num, n), below)
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
    "factorial": factorial, "sech": _reciprocal("cosh"), "csch": _reciprocal("sinh"),
    "coth": _reciprocal("tanh"), "phi": _normal_density,
}  # fmt: skip
