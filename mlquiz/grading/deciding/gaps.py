"""How far two values are apart."""

from __future__ import annotations

from typing import Any

from mlquiz.grading.computing import linear
from mlquiz.grading.computing.env import Best
from mlquiz.grading.computing.linear import flatten
from mlquiz.grading.computing.series import NotGeometricError

INFINITE = float("inf")
UNDEFINED, UNKNOWN, TOO_BIG = object(), object(), object()
"""What stands for a value that does not exist, or that could not be computed."""


def compare(num: Any, left: Any, right: Any) -> tuple[str, Any]:
    """Return how two values compare in a number system, and the gap relative to their size."""
    bad = [value is UNDEFINED for value in (left, right)]
    if any(value is UNKNOWN or value is TOO_BIG or value is NotGeometricError for value in (left, right)):
        return "unknown", 0
    if all(bad):
        return "both undefined", 0
    if any(bad):
        return ("reference undefined" if bad[0] else "answer undefined"), 0
    gap = gap_between(num, left, right)
    limit = 1e-9 if isinstance(gap, float) else num.tiny(0.7)
    return ("equal" if gap <= limit else "differ"), gap


def gap_between(num: Any, left: Any, right: Any) -> Any:
    """Return how far two values are apart relative to their size: 0 if they agree, 1 where it can't be
    measured.
    """
    if isinstance(left, Best) or isinstance(right, Best):
        if isinstance(left, Best) and isinstance(right, Best):
            return float(left.labels != right.labels)
        best, other = (left, right) if isinstance(left, Best) else (right, left)
        alone = (
            len(best.values) == 1 and not callable(best.values[0]) and not hasattr(best.values[0], "weight")
        )
        return gap_between(num, best.values[0], other) if alone else 1.0
    if isinstance(left, bool | frozenset) or isinstance(right, bool | frozenset):
        return float(left != right)
    if isinstance(left, float) and isinstance(right, float):
        return _gap_of_doubles(num, [left], [right])
    size = max(len(v) if isinstance(v, tuple) else 0 for v in (left, right))
    a, b = flatten(linear.expand(num, left, size or 2)), flatten(linear.expand(num, right, size or 2))
    if len(a) != len(b):
        return 1.0
    scale = max([abs(x) for x in a + b], default=0)
    if isinstance(scale, float):
        return _gap_of_doubles(num, a, b)
    num.scale = scale
    return max([abs(x - y) for x, y in zip(a, b, strict=True)]) / scale if scale else 0.0


def _gap_of_doubles(num: Any, left: list[float], right: list[float]) -> float:
    scale = num.scale = max([abs(x) for x in (*left, *right)])
    if not scale < INFINITE:
        raise OverflowError
    gap = max([abs(x - y) for x, y in zip(left, right, strict=True)]) / scale if scale else 0.0
    num.shaky = num.shaky or 1e-11 < gap < 1e-6
    return gap
