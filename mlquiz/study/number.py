"""Number: work out a value; the given numbers are drawn anew at each showing."""

from __future__ import annotations

import re
from fractions import Fraction
from math import isfinite
from typing import TYPE_CHECKING

from mlquiz.study.desk import Answer
from mlquiz.study.formula import unread
from mlquiz.study.rating import rate
from mlquiz.study.screen import gap, line
from mlquiz.study.way import given_up
from mlquiz.terminal.text import harmless

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from mlquiz.cards.model import NumberCard
    from mlquiz.study.desk import Desk
    from mlquiz.study.screen import Block

DEFAULT_TOLERANCE = Fraction(1, 100)
DECIMAL = re.compile(r"[-+]?(\d*)\.?(\d*)(?:[eE]([-+]?\d+))?")
ROUNDED_DIGITS = 2  # significant digits that a rounded answer must have


class NumberWay:
    """A value to work out for the numbers drawn."""

    def __init__(self, card: NumberCard, rng: random.Random) -> None:
        self.card = card
        self.given = {given.name: given.draw(rng) for given in card.given}

    def question(self) -> Sequence[Block]:
        """Return the numbers drawn."""
        if not self.given:
            return []
        drawn = ",  ".join(f"{name} = {plain(value)}" for name, value in self.given.items())
        return [gap(), line(drawn, "maths")]

    def solution(self) -> Sequence[Block]:
        """Return the value, and the expression that it comes from."""
        unit = f" {self.card.unit}" if self.card.unit else ""
        return [gap(), line(f"{plain(self.wanted())}{unit}", "maths"), line(f"= {self.card.answer}", "dim")]

    def wanted(self) -> float:
        """Return the right value."""
        from mlquiz.grading import evaluate

        return float(evaluate(self.card.answer, self.given))

    def ask(self, desk: Desk) -> Answer:
        """Read a number or an expression and compare values."""
        from mlquiz.grading import FormulaError

        unit = f" ({self.card.unit})" if self.card.unit else ""
        while True:
            text = desk.line(f"={unit} ").strip()
            if not text:
                return given_up()
            try:
                value = self._value(text)
            except FormulaError as error:
                desk.screen.show(*unread(text, error.message, error.column))
                desk.unread()
                continue
            right = close(value, self.wanted(), self.card.tolerance, text)
            return Answer("right" if right else "wrong", rate(right=right, helped=desk.helped), text)

    def _value(self, text: str) -> float:
        from mlquiz.grading import evaluate

        unit = self.card.unit
        if unit and text.endswith(unit):
            text = text[: -len(unit)].rstrip() or text
        elif text.endswith("%"):
            return float(evaluate(text[:-1].rstrip(), self.given)) / 100
        return float(evaluate(text, self.given))


def close(value: float, wanted: float, tolerance: Fraction | None, typed: str) -> bool:
    """Whether ``value`` is near enough.

    ``tolerance`` is a share of the wanted value. Without one, 1 % is near enough, and so is the wanted value
    rounded to the digits typed, two of them or more.
    """
    share = DEFAULT_TOLERANCE if tolerance is None else tolerance
    gap_size = abs(value - wanted)
    if not isfinite(gap_size):
        return False
    slack = 1e-12 * max(abs(wanted), abs(value))  # the rounding of doubles, not the person's
    if gap_size <= float(share) * abs(wanted) + slack:
        return True
    return tolerance is None and gap_size <= half_last_digit(typed) + slack


def half_last_digit(typed: str) -> float:
    """Return half a unit of the last digit of a typed decimal; 0 for too few digits or an expression."""
    match = DECIMAL.fullmatch(typed.strip())
    if match is None or "." not in typed:
        return 0.0
    whole, decimals, exponent = match[1], match[2], int(match[3] or 0)
    digits = (whole + decimals).lstrip("0")
    return (
        0.5 * 10.0 ** (exponent - len(decimals))
        if len(digits) >= ROUNDED_DIGITS and abs(exponent) < 300
        else 0.0
    )


def plain(value: Fraction | float) -> str:
    """Return a number with the digits that matter."""
    if isinstance(value, Fraction):
        if value.denominator == 1:
            return str(value.numerator)
        decimal = f"{float(value):.6g}"
        return decimal if Fraction(decimal) == value else f"{value.numerator}/{value.denominator}"
    return harmless(f"{value:.6g}")
