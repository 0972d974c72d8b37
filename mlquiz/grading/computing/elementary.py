"""Elementary functions of decimals, to the digits of the current decimal context."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_EVEN, Context, Decimal, getcontext, localcontext
from functools import lru_cache
from typing import TYPE_CHECKING

from mlquiz.grading.computing.arithmetic import TooBigError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Function = Callable[[Decimal], Decimal]

GUARD = 10
"""Digits beyond those asked for."""
HALVINGS = 10
SMALLEST = -10_000
"""The decimal exponent below which mpmath is not asked."""
ONE = Decimal(1)


@lru_cache(maxsize=64)
def pi(digits: int) -> Decimal:
    """Return pi, by Machin's formula."""
    with localcontext(Context(prec=digits + GUARD)):
        return 16 * _arccot(5) - 4 * _arccot(239)


def _arccot(n: int) -> Decimal:
    power = total = ONE / n
    for k in range(3, 2 * getcontext().prec + 3, 2):
        power /= -n * n
        total += power / k
    return total


@lru_cache(maxsize=64)
def log_10(digits: int) -> Decimal:
    """Return the natural logarithm of 10."""
    with localcontext(Context(prec=digits)):
        return Decimal(10).ln()


@lru_cache(maxsize=256)
def _taylor(digits: int, first: int, step: int, sign: int, width: float) -> tuple[Decimal, ...]:
    """Return sign^k / (first + k step)!, the last first: enough of them for an argument of some width."""
    with localcontext(Context(prec=digits)):
        term = ONE / math.factorial(first)
        terms, n, size = [term], first, 0.0
        while size > -digits:
            for _ in range(step):
                n += 1
                term /= n
                size += math.log10(width / n)
            term *= sign
            terms.append(term)
        return tuple(reversed(terms))


def _polynomial(coefficients: Sequence[Decimal], x: Decimal) -> Decimal:
    total = coefficients[0]
    for coefficient in coefficients[1:]:
        total = total * x + coefficient
    return total


def exp(x: Decimal) -> Decimal:
    """Return e^x: x is n log 10 + r, and r is halved until few terms of the series are enough."""
    if not x:
        return ONE
    with localcontext() as context:
        digits = context.prec = context.prec + GUARD + max(0, x.adjusted())
        tens = log_10(digits)
        n = (x / tens).to_integral_value(ROUND_HALF_EVEN)
        value = _polynomial(_taylor(digits, 0, 1, 1, 1.2 / 2**HALVINGS), (x - n * tens) / 2**HALVINGS)
        for _ in range(HALVINGS):
            value *= value
    return +value.scaleb(n)


def log(x: Decimal) -> Decimal:
    """Return the logarithm of a positive number: that of its double, and a series for what is left."""
    exponent = x.adjusted()
    mantissa = x.scaleb(-exponent)
    if mantissa > 3:
        mantissa, exponent = mantissa / 10, exponent + 1
    if mantissa == 1:
        return exponent * log_10(getcontext().prec)
    with localcontext() as context:
        context.prec += GUARD + max(0, -(mantissa - 1).adjusted())
        start = Decimal(math.log(mantissa))
        near = exp(start)
        z = (mantissa - near) / (mantissa + near)
        value = start + 2 * _artanh(z) + exponent * log_10(context.prec)
    return +value


def _artanh(z: Decimal) -> Decimal:
    """Return the inverse of tanh at a tiny number."""
    square, power, total = z * z, z, z
    for k in range(3, getcontext().prec // 8, 2):
        power *= square
        total += power / k
    return total


def sin(x: Decimal) -> Decimal:
    """Return the sine."""
    return _sine(x, 0)


def cos(x: Decimal) -> Decimal:
    """Return the cosine."""
    return _sine(x, 1)


def _sine(x: Decimal, quarters: int) -> Decimal:
    """Return the sine of x and some quarters of a turn: x is brought within an eighth of 0."""
    with localcontext() as context:
        digits = context.prec = context.prec + GUARD + max(0, x.adjusted())
        quarter = pi(digits) / 2
        n = (x / quarter).to_integral_value(ROUND_HALF_EVEN)
        rest = x - n * quarter
        square = rest * rest
        turn = (int(n) + quarters) % 4
        if turn % 2:
            value = _polynomial(_taylor(digits, 0, 2, -1, 0.8), square)
        else:
            value = _polynomial(_taylor(digits, 1, 2, -1, 0.8), square) * rest
    return -value if turn >= 2 else +value


def tanh(x: Decimal) -> Decimal:
    """Return the hyperbolic tangent."""
    with localcontext() as context:
        lost = max(0, -x.adjusted())
        if lost > context.prec:
            return x
        if abs(x) > 2 * context.prec:
            return ONE.copy_sign(x)
        context.prec += lost
        grown = exp(-2 * abs(x))
        value = (1 - grown) / (1 + grown)
    return value.copy_sign(x)


@lru_cache(maxsize=64)
def _erf(x: Decimal, digits: int) -> Decimal:
    """Return the error function: by a series of terms of one sign, or 1 where all its digits are nines."""
    square = x * x
    if square > Decimal("2.31") * (digits + 2):
        return ONE.copy_sign(x)
    with localcontext() as context:
        context.prec = digits + GUARD
        small = ONE.scaleb(-digits - 2)
        term = total = x
        odd = 1
        while abs(term) > small * abs(total):
            odd += 2
            term *= 2 * square / odd
            total += term
        value = 2 * total * exp(-square) / pi(context.prec).sqrt()
    return +value


@lru_cache(maxsize=64)
def _by_mpmath(name: str, x: Decimal, digits: int) -> Decimal:
    """Return a function that mpmath computes: it is imported when one is first needed."""
    from mpmath import libmp

    if x and x.adjusted() < SMALLEST:
        raise TooBigError
    bits = int((digits + GUARD) * 3.33)
    sign, mantissa, exponent, _ = getattr(libmp, name)(libmp.from_str(str(x), bits), bits)
    with localcontext() as context:
        context.prec += GUARD
        value = int(mantissa) * Decimal(2) ** int(exponent)
    return -value if sign else +value


RARE = {
    "tan": "mpf_tan", "arcsin": "mpf_asin", "arccos": "mpf_acos", "arctan": "mpf_atan", "sinh": "mpf_sinh",
    "cosh": "mpf_cosh", "arsinh": "mpf_asinh", "arcosh": "mpf_acosh", "artanh": "mpf_atanh",
    "Gamma": "mpf_gamma",
}  # fmt: skip
USUAL: dict[str, Function] = {
    "exp": exp, "log": log, "sqrt": Decimal.sqrt, "sin": sin, "cos": cos, "tanh": tanh,
}  # fmt: skip


def call(name: str, x: Decimal) -> Decimal:
    """Return a function of one number, by its name."""
    usual = USUAL.get(name)
    if usual is not None:
        return usual(x)
    digits = getcontext().prec
    return _erf(x, digits) if name == "erf" else _by_mpmath(RARE[name], x, digits)
