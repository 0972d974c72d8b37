"""Refuse before computing what is too large to compute: terms of nested sums, powers of numbers,
factorials.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mlquiz.grading.syntax.tree import BINDERS, FormulaError

if TYPE_CHECKING:
    from fractions import Fraction

    from mlquiz.grading.syntax.tree import Node

MAX_TERMS = 20_000
MAX_POWER_BITS = 2_000_000
MAX_FACTORIAL = 1000
_SYMBOLIC = 6


def refuse_huge(node: Node) -> None:
    """Raise FormulaError where a formula's own numbers make it too large.

    Sums with symbolic bounds count as a few terms each; they are bounded again as they are computed.
    """
    for part in node.walk():
        if part.op == "pow":
            _refuse_power(part)
        elif part.op == "call" and part.value in {"factorial", "binom", "Gamma"}:
            _refuse_factorial(part)
    if terms(node) > MAX_TERMS:
        raise FormulaError("That has too many terms to be computed.", node.column or 1)


def terms(node: Node) -> float:
    """Return about how many terms a formula computes, nested sums multiplied."""
    inner = sum((terms(arg) for arg in node.args), 0.0)
    if node.op not in BINDERS:
        return max(1.0, inner)
    count = float(_SYMBOLIC)
    if node.value[1] == "range":
        low, high = (exact(arg) for arg in node.args[1:3])
        if high is not None:
            count = max(1.0, float(high - (low if low is not None else 1) + 1))
    return max(1.0, inner) * count


def exact(node: Node) -> Fraction | None:
    """Return the number that a small formula of numbers is, or None."""
    if node.op == "num":
        value: Fraction = node.value
        return value
    values = [exact(arg) for arg in node.args]
    if not values or any(value is None for value in values):
        return None
    known = [value for value in values if value is not None]
    match node.op:
        case "neg":
            return -known[0]
        case "add":
            return sum(known[1:], known[0])
        case "mul":
            return known[0] * known[1]
        case "div":
            return known[0] / known[1] if known[1] else None
        case "pow":
            size = abs(known[1]) * max(abs(known[0].numerator), known[0].denominator).bit_length()
            if known[1].denominator == 1 and size < 4000 and (known[0] or known[1] > 0):
                return known[0] ** int(known[1])
    return None


def _refuse_power(node: Node) -> None:
    base, exponent = (exact(arg) for arg in node.args)
    if exponent is None or base in {None, 0, 1, -1}:
        if exponent is not None and abs(exponent) > MAX_POWER_BITS:
            raise FormulaError("That power is too large to be computed.", node.column or 1)
        return
    assert base is not None
    bits = (
        abs(float(exponent)) * abs(math.log2(abs(base.numerator)) - math.log2(base.denominator))
        if abs(exponent) < 10**300
        else math.inf
    )
    if bits > MAX_POWER_BITS:
        raise FormulaError("That power is too large to be computed.", node.column or 1)


def _refuse_factorial(node: Node) -> None:
    for arg in node.args:
        value = exact(arg)
        if value is not None and abs(value) > MAX_FACTORIAL:
            raise FormulaError(
                f"{node.value} of numbers above {MAX_FACTORIAL} is too large to be computed.",
                node.column or 1,
            )
