"""Built-in functions of several numbers, of vectors and of matrices."""

from __future__ import annotations

from typing import Any

from mlquiz.grading.computing import functions, linear, spectral
from mlquiz.grading.computing.arithmetic import UndefinedError, plain


def _extremum(best: Any) -> Any:
    def run(num: Any, *args: Any) -> Any:  # noqa: ARG001
        if any(isinstance(arg, tuple) for arg in args):
            size = next(len(arg) for arg in args if isinstance(arg, tuple))
            full = [arg if isinstance(arg, tuple) else (arg,) * size for arg in args]
            return tuple(best(parts) for parts in zip(*full, strict=True))
        return best(args)

    return run


def _trace(num: Any, matrix: Any) -> Any:
    return num.add([row[i] for i, row in enumerate(matrix)])


def _diag(num: Any, vector: Any) -> Any:
    return tuple(tuple(x if i == j else num.of(0) for j in range(len(vector))) for i, x in enumerate(vector))


def _logsumexp(num: Any, vector: Any) -> Any:
    return num.call("log", num.add([num.call("exp", x) for x in vector]))


def _concat(num: Any, *parts: Any) -> Any:
    del num
    return tuple(x for part in parts for x in (part if isinstance(part, tuple) else (part,)))


def _root(num: Any, x: Any, order: Any) -> Any:
    return num.power(x, num.div(num.of(1), order))


def _log_base(num: Any, x: Any, base: Any) -> Any:
    return num.div(num.call("log", x), num.call("log", base))


def _clip(num: Any, x: Any, low: Any, high: Any) -> Any:
    del num
    return min(max(x, low), high)


def _matrix_norm(order: str) -> Any:
    return lambda num, matrix: spectral.norm(num, matrix, order)


def _normal(num: Any, x: Any, mean: Any, spread: Any) -> Any:
    """Return the normal density at a number or a vector, with a variance or a covariance matrix."""
    if not isinstance(x, tuple):
        x, mean = (x,), (mean,)
    if not isinstance(spread, tuple):
        factor = spread.factor if isinstance(spread, linear.Scaled) else spread
        spread = linear.expand(num, linear.Scaled(factor), len(x))
    gap = linear.add(num, [x, linear.scale(num, num.of(-1), mean)])
    volume = linear.determinant(num, linear.scale(num, 2 * num.pi + num.of(0), spread))
    if not plain(volume) > 0 or not all(plain(row[i]) > 0 for i, row in enumerate(spread)):
        raise UndefinedError
    form = linear.dot(num, gap, linear.product(num, linear.inverse(num, spread), gap))
    return num.div(num.call("exp", num.div(-form, num.of(2))), num.call("sqrt", volume))


CALLS = {
    "max": _extremum(max), "min": _extremum(min), "max_entry": lambda _, v: max(v), "min_entry": lambda _,
    v: min(v), "det": linear.determinant, "tr": _trace, "diag": _diag, "diagonal": lambda _,
    m: tuple(row[i] for i, row in enumerate(m)), "softmax": linear.softmax, "logsumexp": _logsumexp,
    "mean": lambda num, v: num.div(num.add(list(v)), num.of(len(v))), "total": lambda num,
    v: num.add(list(v)), "concat": _concat, "binom": functions.binomial, "root": _root,
    "log_base": _log_base, "clip": _clip, "Normal": _normal, "pinv": spectral.pseudo_inverse,
    "expm": spectral.exponential, "spectral norm": _matrix_norm("spectral"),
    "nuclear norm": _matrix_norm("nuclear"),
}  # fmt: skip
