"""Numbers with a derivative; a tag keeps the derivatives by different names apart."""

from __future__ import annotations

from typing import Any


class Dual:
    """``value + slope * epsilon`` where ``epsilon`` belongs to ``tag``; nested ones have higher tags
    outside.
    """

    __slots__ = ("slope", "tag", "value")

    def __init__(self, value: Any, slope: Any, tag: int) -> None:
        self.value, self.slope, self.tag = value, slope, tag

    def __add__(self, other: Any) -> Dual:
        tag, (a, da), (b, db) = _pair(self, other)
        return Dual(a + b, da + db, tag)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Dual:
        tag, (a, da), (b, db) = _pair(self, other)
        return Dual(a - b, da - db, tag)

    def __rsub__(self, other: Any) -> Dual:
        difference: Dual = self - other
        return Dual(-difference.value, -difference.slope, difference.tag)

    def __mul__(self, other: Any) -> Dual:
        tag, (a, da), (b, db) = _pair(self, other)
        return Dual(a * b, a * db + da * b, tag)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Dual:
        tag, (a, da), (b, db) = _pair(self, other)
        value = a / b
        return Dual(value, (da - value * db) / b, tag)

    def __rtruediv__(self, other: Any) -> Dual:
        value = other / self.value
        return Dual(value, -value * self.slope / self.value, self.tag)

    def __neg__(self) -> Dual:
        return Dual(-self.value, -self.slope, self.tag)

    def __abs__(self) -> Dual:
        negative: Dual = -self
        return negative if self < 0 else self

    def __lt__(self, other: Any) -> bool:
        return bool(bare(self) < bare(other))

    def __gt__(self, other: Any) -> bool:
        return bool(bare(self) > bare(other))

    def __le__(self, other: Any) -> bool:
        return bool(bare(self) <= bare(other))

    def __ge__(self, other: Any) -> bool:
        return bool(bare(self) >= bare(other))

    def __eq__(self, other: object) -> bool:
        return bool(bare(self) == bare(other))

    def __hash__(self) -> int:
        return hash(bare(self))

    def __int__(self) -> int:
        return int(bare(self))


def bare(x: Any) -> Any:
    """Return a number without its derivatives."""
    while isinstance(x, Dual):
        x = x.value
    return x


def exact_key(x: Any) -> Any:
    """Return what tells a number from all others, its derivatives included."""
    return (x.tag, exact_key(x.value), exact_key(x.slope)) if type(x) is Dual else x


def deeper(x: Any, tag: int) -> tuple[Any, Any]:
    """Return value and slope of a number by a tag."""
    if isinstance(x, Dual) and x.tag == tag:
        return x.value, x.slope
    return x, 0


def _pair(left: Dual, right: Any) -> tuple[int, tuple[Any, Any], tuple[Any, Any]]:
    tag = max(left.tag, right.tag) if isinstance(right, Dual) else left.tag
    return tag, deeper(left, tag), deeper(right, tag)
