"""Number systems that a formula is evaluated in: doubles, and numbers with a derivative over any other."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from mlquiz.grading.computing.duals import Dual, deeper

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

Real = Any
"""A float, a Decimal or a Dual, as the number system has it."""

TIE = 1e-9


class UndefinedError(ArithmeticError):
    """A formula has no value here: a division by zero, the logarithm of a negative number."""


class TooBigError(ArithmeticError):
    """A number is too large to be computed with."""


class UnknownError(ArithmeticError):
    """A value could not be computed to the digits that were asked for."""


class Noted(NamedTuple):
    """A value, and what its number system saw while it was computed."""

    value: Any
    shaky: bool
    work: int
    span: int


def noted(num: Any, compute: Callable[[], Any]) -> Noted:
    """Compute a value that is to be kept: recalled, it leaves the number system as if computed again."""
    before = num.shaky, num.work, num.span
    num.shaky, num.work, num.span = False, 0, 0
    try:
        value = compute()
        return Noted(value, num.shaky, num.work, num.span)
    finally:
        num.shaky, num.work, num.span = before


def recall(num: Any, kept: Noted) -> Any:
    """Return a value that was kept."""
    num.shaky = num.shaky or kept.shaky
    num.work += kept.work
    num.span = max(num.span, kept.span)
    return kept.value


class Doubles:
    """Machine numbers: fast, with ``shaky`` set where a result can't be trusted."""

    level = 0
    digits = 15
    system: ClassVar = "doubles"

    def __init__(self) -> None:
        self.shaky = False
        self.span = 0
        self.work = 0
        self.scale: Real = 1.0
        self.pi, self.e = math.pi, math.e

    def of(self, value: float | Fraction) -> Real:
        """Return an exact number in this system."""
        return float(value)

    def tiny(self, part: float) -> float:
        """Return what is smaller than 1 by a part of the digits."""
        return float(10 ** (-15 * part))

    def add(self, terms: list[Real]) -> Real:
        """Return a sum; one that cancels nearly all of its terms is shaky."""
        self.work += len(terms)
        if len(terms) == 2:
            total = terms[0] + terms[1]
            if abs(total) < TIE * abs(terms[0]):
                self.shaky = True
            return total
        total = math.fsum(terms) if len(terms) > 8 else sum(terms)
        if terms and abs(total) < TIE * max(map(abs, terms)):
            self.shaky = True
        return total

    def div(self, left: Real, right: Real) -> Real:
        """Return a quotient."""
        return left / right

    def less(self, row: list[Real], factor: Real, other: list[Real]) -> list[Real]:
        """Return a row less a multiple of another."""
        found = [x - factor * y for x, y in zip(row, other, strict=True)]
        if any(abs(z) < TIE * abs(x) for x, z in zip(row, found, strict=True)):
            self.shaky = True
        return found

    def sign_of(self, difference: Real, scale: Real) -> int:
        """Return -1, 0 or 1, where a difference that is tiny against ``scale`` counts as none."""
        if difference == 0:
            return 0
        if abs(difference) <= TIE * scale:
            self.shaky = True
            return 0
        return 1 if difference > 0 else -1

    def power(self, base: Real, exponent: Real) -> Real:
        """Return a real power; ``0^0`` is 1."""
        if base <= 0 and (exponent != math.floor(exponent) or (base == 0 and exponent < 0)):
            raise UndefinedError
        result = base**exponent
        if result == 0 and base != 0:
            self.shaky = True
        return result

    def call(self, name: str, x: Real) -> Real:
        """Return a function of one number."""
        self.work += 1
        if -TIE < x < TIE and x != 0 and name in {"sqrt", "log"}:
            self.shaky = True
        return _DOUBLE[name](x)

    def floor(self, x: Real) -> Real:
        """Return the floor; numbers very near to an integer are shaky."""
        near = round(x)
        if abs(x - near) <= TIE * max(1.0, abs(x)):
            self.shaky = self.shaky or x != near
            return float(near)
        return float(math.floor(x))


def _gamma(x: float) -> float:
    if x <= 0 and x == math.floor(x):
        raise UndefinedError
    return math.gamma(x)


def _log(x: float) -> float:
    if x <= 0:
        raise UndefinedError
    return math.log(x)


_DOUBLE = {
    "exp": math.exp, "log": _log, "sqrt": math.sqrt, "sin": math.sin, "cos": math.cos, "tan": math.tan,
    "arcsin": math.asin, "arccos": math.acos, "arctan": math.atan, "sinh": math.sinh, "cosh": math.cosh,
    "tanh": math.tanh, "arsinh": math.asinh, "arcosh": math.acosh, "artanh": math.atanh, "erf": math.erf,
    "Gamma": _gamma,
}  # fmt: skip


class WithDerivative:
    """Numbers that carry a derivative, over another number system; ``level`` is the tag of their Duals."""

    def __init__(self, base: Any) -> None:
        self.base, self.level = base, base.level + 1
        self.digits, self.pi, self.e = base.digits, base.pi, base.e
        self.system, self.tiny = base.system, base.tiny

    @property
    def shaky(self) -> bool:
        """Whether a result can't be trusted."""
        return bool(self.base.shaky)

    @shaky.setter
    def shaky(self, value: bool) -> None:
        self.base.shaky = value

    @property
    def work(self) -> int:
        """How much was computed."""
        return int(self.base.work)

    @work.setter
    def work(self, value: int) -> None:
        self.base.work = value

    def of(self, value: float | Fraction) -> Real:
        """Return an exact number in this system."""
        return self.base.of(value)

    def add(self, terms: list[Real]) -> Real:
        """Return a sum."""
        tag = max([t.tag for t in terms if type(t) is Dual], default=0)
        if not tag:
            return self.base.add(terms)
        split = [deeper(term, tag) for term in terms]
        return Dual(
            self.add([v for v, _ in split]),
            self.add([d for _, d in split if not isinstance(d, int)]),
            tag,
        )

    def div(self, left: Real, right: Real) -> Real:
        """Return a quotient."""
        tag = max(getattr(left, "tag", 0), getattr(right, "tag", 0))
        if not tag:
            return self.base.div(left, right)
        (a, da), (b, db) = deeper(left, tag), deeper(right, tag)
        value = self.div(a, b)
        return Dual(value, self.div(da - value * db, b), tag)

    def less(self, row: list[Real], factor: Real, other: list[Real]) -> list[Real]:
        """Return a row less a multiple of another."""
        return [self.add([x, -factor * y]) for x, y in zip(row, other, strict=True)]

    def sign_of(self, difference: Real, scale: Real) -> int:
        """Return the sign of the value."""
        return int(self.base.sign_of(plain(difference), plain(scale)))

    def power(self, base: Real, exponent: Real) -> Real:
        """Return a power."""
        tag = max(getattr(base, "tag", 0), getattr(exponent, "tag", 0))
        if not tag:
            return self.base.power(base, exponent)
        (a, da), (b, db) = deeper(base, tag), deeper(exponent, tag)
        value = self.power(a, b)
        slope = da * b * self.power(a, b - 1) if plain(b) != 0 else a * 0
        if isinstance(db, Dual) or db != 0:
            slope = slope + value * self.call("log", a) * db
        return Dual(value, slope, tag)

    def call(self, name: str, x: Real) -> Real:
        """Return a function of one number, with the chain rule."""
        if not isinstance(x, Dual):
            return self.base.call(name, x)
        value = self.call(name, x.value)
        return Dual(value, self._slope(name, x.value, value) * x.slope, x.tag)

    def _slope(self, name: str, x: Real, value: Real) -> Real:
        one = self.of(1)
        match name:
            case "exp":
                return value
            case "log":
                return self.div(one, x)
            case "sqrt":
                return self.div(one, 2 * value)
            case "sin":
                return self.call("cos", x)
            case "cos":
                return -self.call("sin", x)
            case "tan":
                return 1 + value * value
            case "tanh":
                return 1 - value * value
            case "sinh":
                return self.call("cosh", x)
            case "cosh":
                return self.call("sinh", x)
            case "arctan":
                return self.div(one, 1 + x * x)
            case "erf":
                return self.call("exp", -x * x) * self.div(
                    self.of(2), self.call("sqrt", self.pi + self.of(0))
                )
        raise TooBigError

    def floor(self, x: Real) -> Real:
        """Return the floor of the value; its derivative is 0."""
        return self.base.floor(plain(x))


def ground(num: Any) -> Any:
    """Return the number system below the derivatives."""
    while isinstance(num, WithDerivative):
        num = num.base
    return num


def plain(x: Real) -> Real:
    """Return a number without its derivatives."""
    while isinstance(x, Dual):
        x = x.value
    return x
