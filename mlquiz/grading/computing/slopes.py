"""The directions of a derivative: a value that moves in one entry, and the slope that comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlquiz.grading.computing.duals import Dual, deeper

if TYPE_CHECKING:
    from mlquiz.grading.computing.env import Env


def directions(env: Env, value: Any, tag: int) -> Any:
    """Yield a value with each of its entries in turn moving by the tag, in the shape of the value."""
    if not isinstance(value, tuple):
        yield Dual(value, env.num.of(1), tag)
        return
    for place, part in enumerate(value):
        for moved in directions(env, part, tag):
            yield (*value[:place], moved, *value[place + 1 :])


def shaped(like: Any, parts: Any) -> Any:
    """Put slopes into the shape of the value that they belong to."""
    if not isinstance(like, tuple):
        return next(parts)
    return tuple(shaped(part, parts) for part in like)


def slope(env: Env, value: Any, tag: int) -> Any:
    """Return the slope of a value by a tag."""
    slope = deeper(value, tag)[1]
    return env.num.of(slope) if isinstance(slope, int) else slope
