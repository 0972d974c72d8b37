"""Numbers of many digits: decimals, with a watch on what their digits can't hold."""

from __future__ import annotations

from decimal import (
    MAX_EMAX,
    MIN_EMIN,
    ROUND_FLOOR,
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
    localcontext,
)
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from mlquiz.grading.computing import elementary
from mlquiz.grading.computing.arithmetic import TooBigError, UndefinedError

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

ZERO, ONE, HALF = Decimal(0), Decimal(1), Decimal("0.5")
NONE = -(10**9)
"""The place of the first digit of 0."""
CLEAR = 3
MOST_PLACES = 18
"""The most digits before the point of an argument of a function that isn't slow to grow."""
CROSSING = {"sin", "cos", "tan", "log"}
"""Functions that cross 0 where their argument is all but never exact: what is left there is noise."""
SLOW = {"log", "sqrt", "tanh", "erf", "Phi"}
TAILS: dict[str, Callable[[float], float]] = {
    "tanh": lambda x: 0.868 * x,
    "erf": lambda x: 0.434 * x * x,
    "Phi": lambda x: 0.217 * x * x,
}
"""How many digits down functions differ from the number that they come ever closer to."""


class Precise:
    """Numbers of many digits; what is computed with them stands under ``with num.active():``.

    A sum that cancels all but the last fifth of its digits is 0: what is left of it would be noise.
    ``span`` is the largest ratio, in digits, of two terms that were added: a term beyond the precision
    has been lost. ``blur`` is the place of the first digit that the largest sum taken for 0 may have had.
    """

    level = 0

    def __init__(self, digits: int) -> None:
        self.context = Context(
            prec=digits,
            rounding=ROUND_HALF_EVEN,
            Emin=MIN_EMIN,
            Emax=MAX_EMAX,
            traps=[DivisionByZero, InvalidOperation, Overflow],
        )
        self.digits = self.system = digits
        self.lowest = int(-0.8 * digits)
        self.shaky = False
        self.span = 0
        self.blur = NONE
        self.work = 0
        self.scale = ONE
        self.tie, self.noise = self.tiny(0.75), self.tiny(0.8)
        with self.active():
            self.pi, self.e = +elementary.pi(digits), elementary.exp(ONE)
        self.cache: dict[Any, Decimal] = {}

    def active(self) -> AbstractContextManager[Context]:
        """Return what makes this thread compute with this many digits."""
        return localcontext(self.context)

    def tiny(self, part: float) -> Decimal:
        """Return what is smaller than 1 by a part of the digits."""
        return ONE.scaleb(-int(part * self.digits))

    def of(self, value: float | Fraction) -> Decimal:
        """Return an exact number in this system."""
        found = self.cache.get(value)
        if found is None:
            if isinstance(value, Fraction):
                found = Decimal(value.numerator) / value.denominator
            else:
                found = Decimal(value)
            self.cache[value] = found
        return found

    def add(self, terms: list[Decimal]) -> Decimal:
        """Return a sum, 0 if it cancels."""
        self.work += len(terms)
        total = sum(terms, ZERO)
        places = [term.adjusted() for term in terms if term]
        if len(places) > 1:
            top = max(places)
            span = top - min(places)
            if span > self.span:
                self.span = span
            if not total or total.adjusted() < top + self.lowest:
                self.blur = max(self.blur, top + self.lowest)
                return ZERO
        return total

    def is_blurred(self) -> bool:
        """Tell whether a sum that was taken for 0 could be as large as what was compared."""
        return bool(self.scale) and self.blur > self.scale.adjusted() - CLEAR

    def div(self, left: Decimal, right: Decimal) -> Decimal:
        """Return a quotient."""
        if not right:
            raise UndefinedError
        return left / right

    def less(self, row: list[Decimal], factor: Decimal, other: list[Decimal]) -> list[Decimal]:
        """Return a row less a multiple of another."""
        return [self.add([x, -factor * y]) for x, y in zip(row, other, strict=True)]

    def sign_of(self, difference: Decimal, scale: Decimal) -> int:
        """Return -1, 0 or 1, where a difference that is tiny against ``scale`` counts as none."""
        if abs(difference) <= self.tie * scale:
            return 0
        return 1 if difference > 0 else -1

    def power(self, base: Decimal, exponent: Decimal) -> Decimal:
        """Return a real power; ``0^0`` is 1."""
        whole = exponent == exponent.to_integral_value()
        if not base:
            if exponent < 0:
                raise UndefinedError
            return ZERO if exponent else ONE
        if base < 0 and not whole:
            raise UndefinedError
        if abs(exponent) > 50 and abs(elementary.log(abs(base)) * exponent) > 10**9:
            raise TooBigError
        if whole:
            return base**exponent
        twice = exponent + exponent
        if twice == twice.to_integral_value():
            return base.sqrt() ** twice
        return elementary.exp(elementary.log(base) * exponent)

    def call(self, name: str, x: Decimal) -> Decimal:
        """Return a function of one number."""
        self.work += 8
        places = x.adjusted() if x else 0
        if places >= MOST_PLACES and name not in SLOW:
            raise TooBigError
        if (x <= 0 and name in {"log", "arcosh"}) or (x < 0 and name == "sqrt"):
            raise UndefinedError
        if name in {"arcsin", "arccos", "artanh"} and abs(x) > 1:
            raise UndefinedError
        if name == "Gamma":
            _refuse_gamma(x)
        self.span = max(self.span, _lost_places(name, x, places))
        value = elementary.call(name, x)
        if name in CROSSING:
            size = ONE if name == "log" else abs(x)
            return ZERO if abs(value) < self.noise * size else value
        return value

    def floor(self, x: Decimal) -> Decimal:
        """Return the floor; a number within noise of an integer is that integer."""
        near = x.to_integral_value(ROUND_HALF_EVEN)
        if abs(x - near) <= self.tie * max(ONE, abs(x)):
            return near
        return x.to_integral_value(ROUND_FLOOR)


def _refuse_gamma(x: Decimal) -> None:
    if x <= 0 and x == x.to_integral_value():
        raise UndefinedError
    if abs(x) > 10**6:
        raise TooBigError


def _lost_places(name: str, x: Decimal, places: int) -> int:
    """Return how many digits down the argument moves a function that is all but constant there."""
    if name == "exp":
        return -places
    if name in {"cos", "cosh"}:
        return -2 * places
    if name in TAILS and abs(x) > 2:
        return int(TAILS[name](float(abs(x))))
    return 0
