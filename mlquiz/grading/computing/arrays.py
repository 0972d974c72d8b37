"""Operations on the entries of two arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlquiz.grading.computing import linear
from mlquiz.grading.computing.linear import flatten

if TYPE_CHECKING:
    from mlquiz.grading.computing.env import Env


def broadcast(num: Any, operation: Any, left: Any, right: Any) -> Any:
    """Return an operation on the entries of two arrays, or of an array and a number."""
    if isinstance(left, linear.Scaled) or isinstance(right, linear.Scaled):
        size = (
            len(right)
            if isinstance(left, linear.Scaled) and isinstance(right, tuple)
            else len(left)
            if isinstance(left, tuple)
            else 0
        )
        left, right = linear.expand(num, left, size), linear.expand(num, right, size)
    if not isinstance(left, tuple):
        return linear.each(lambda y: operation(left, y), right)
    if not isinstance(right, tuple):
        return linear.each(lambda x: operation(x, right), left)
    return linear.each(operation, left, right)


def outer(num: Any, left: Any, right: Any) -> Any:
    """Return the outer product of two vectors."""
    del num
    return tuple(tuple(x * y for y in right) for x in left)


def equal_arrays(env: Env, left: Any, right: Any) -> bool:
    """Tell whether two arrays are equal, entry by entry."""
    size = len(left) if isinstance(left, tuple) else len(right) if isinstance(right, tuple) else 0
    difference = linear.add(
        env.num,
        [
            linear.expand(env.num, left, size),
            linear.scale(env.num, env.num.of(-1), linear.expand(env.num, right, size)),
        ],
    )
    return all(env.num.sign_of(x, 1) == 0 for x in flatten(difference))
