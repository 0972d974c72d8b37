"""What many digits say of two formulas at one draw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlquiz.grading.computing.precise import NONE, ONE, Precise
from mlquiz.grading.deciding.gaps import compare

if TYPE_CHECKING:
    from mlquiz.grading.deciding.sides import Sides
    from mlquiz.grading.meanings.draws import Draw

DIGITS, INTEGRAL_DIGITS, MOST_DIGITS = 40, 12, 330


class Settler:
    """Compare two sides by many digits; ``work`` counts what that took.

    ``written`` is how many digits the longest number in them has.
    """

    def __init__(self, sides: Sides, written: int) -> None:
        self.sides = sides
        integral = any(n.op == "int" for side in sides.nodes for n in side.walk())
        self.digits = (INTEGRAL_DIGITS if integral else DIGITS) + written
        self.systems: dict[int, Precise] = {}
        self.work = 0

    def settle(self, draw: Draw, *, wide: bool = True) -> str:
        """Return what many digits say at one draw: equal, differ, ... undefined, or unknown.

        A difference that stays when the digits are doubled is one; a gap that shrinks with them is none.
        A draw that needs more digits than usual is "wide" where that is not allowed.
        """
        digits = self.digits
        first, gap, span = self._precise(draw, digits)
        if span > digits - 8 and first != "both undefined":
            if not wide:
                return "wide"
            digits, first, gap = self._wider(draw, digits, span, first, gap)
            if first == "unknown":
                return first
        scale = self.systems[digits].scale
        for _ in range(4):
            digits *= 2
            if digits > 3 * MOST_DIGITS:
                return "unknown"
            second, gap_again, _ = self._precise(draw, digits)
            scale, before = self.systems[digits].scale, scale
            if first == second == "differ" and scale < before * self.systems[digits].tiny(0.2):
                return "equal"  # both values shrink with the digits: both are 0
            if second == first != "blurred" and (first != "differ" or 2 * gap_again > gap):
                return first
            if second == "equal" and first == "differ" and gap_again * 10**12 < gap:
                return "equal"
            first, gap = second, gap_again
        return "unknown"

    def _wider(self, draw: Draw, digits: int, span: int, first: str, gap: float) -> tuple[int, str, float]:
        """Return more digits where terms were added that the digits don't hold both; noise is told
        from terms.
        """
        second, gap_again, span_again = self._precise(draw, 2 * digits)
        if span_again >= span + 0.7 * digits:  # the small terms shrink with the digits: they are noise
            return digits, first, gap
        if span_again + 30 > MOST_DIGITS:
            return digits, "unknown", gap
        if span_again < 2 * digits - 8:
            return 2 * digits, second, gap_again
        wide = span_again + 30
        third, gap_wide, _ = self._precise(draw, wide)
        return wide, third, gap_wide

    def _precise(self, draw: Draw, digits: int) -> tuple[str, Any, int]:
        num = self.systems.get(digits)
        if num is None:
            num = self.systems[digits] = Precise(digits)
        num.span, num.scale, num.work, num.blur = 0, ONE, 0, NONE
        try:
            with num.active():
                verdict, gap = compare(num, *self.sides.values(draw, num))
        except (ArithmeticError, ValueError):
            verdict, gap = "unknown", 0
        self.work += num.work
        if verdict in {"equal", "differ"} and num.is_blurred():
            verdict = "blurred"
        return verdict, gap, num.span
