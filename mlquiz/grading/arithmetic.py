"""Number systems that a formula is evaluated in: doubles, many digits, and numbers with a derivative."""

from __future__ import annotations

import math
import threading
from fractions import Fraction
from typing import Any

from mlquiz.grading.duals import Dual, deeper

Real = Any
"""A float, an mpmath number or a Dual, as the number system has it."""

TIE = 1e-9
MAX_EXPONENT = 40_000


class UndefinedError(ArithmeticError):
    """A formula has no value here: a division by zero, the logarithm of a negative number."""


class TooBigError(ArithmeticError):
    """A number is too large to be computed with."""


class Doubles:
    """Machine numbers: fast, with ``shaky`` set where a result can't be trusted."""

    digits = 15

    def __init__(self) -> None:
        self.shaky = False
        self.span = 0
        self.work = 0
        self.pi, self.e = math.pi, math.e

    def of(self, value: float | Fraction) -> Real:
        """Return an exact number in this system."""
        return float(value)

    def add(self, terms: list[Real]) -> Real:
        """Return a sum; one that cancels nearly all of its terms is shaky."""
        self.work += len(terms)
        if len(terms) == 2:
            left, right = terms
            total = left + right
            if (left < 0 < right or right < 0 < left) and abs(total) < TIE * max(abs(left), abs(right)):
                self.shaky = True
            return total
        total = math.fsum(terms) if len(terms) > 8 else sum(terms)
        if terms and abs(total) < TIE * max(map(abs, terms)):
            self.shaky = True
        return total

    def div(self, left: Real, right: Real) -> Real:
        """Return a quotient."""
        return left / right

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
        if base < 0 and exponent != math.floor(exponent):
            raise UndefinedError
        if base == 0 and exponent < 0:
            raise UndefinedError
        result = base**exponent
        if result == 0 and base != 0:
            self.shaky = True
        return result

    def call(self, name: str, x: Real) -> Real:
        """Return a function of one number."""
        self.work += 1
        if name in {"sqrt", "log"} and -TIE < x < TIE and x != 0:
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


_CONTEXTS = threading.local()
MOST_CONTEXTS = 8


def _context(digits: int) -> Any:
    """Return an mpmath context of this thread: it keeps the nodes of its integrals from check to check."""
    from mpmath.ctx_mp import MPContext

    made: dict[str, Any] = _CONTEXTS.__dict__
    key = str(digits)
    if key not in made:
        if len(made) >= MOST_CONTEXTS:
            made.clear()
        made[key] = MPContext()
    made[key].dps = digits
    return made[key]


class Precise:
    """Numbers of many digits.

    A sum that cancels all but the last fifth of its digits is 0: what is left of it would be noise.
    ``span`` is
    the largest ratio, in digits, of two terms that were added: a term beyond the precision has been lost.
    """

    def __init__(self, digits: int) -> None:
        from mpmath.libmp import mpf_add

        self.mp, self.mpf_add = _context(digits), mpf_add
        self.bits = self.mp.prec
        self.digits = digits
        self.shaky = False
        self.span = 0
        self.work = 0
        self.scale: Any = 1.0
        self.zero_bits = int(digits * 0.8 * 3.3219)
        self.tie = self.mp.mpf(10) ** int(-0.75 * digits)
        self.pi, self.e = +self.mp.pi, +self.mp.e
        self.cache: dict[Any, Real] = {}

    def of(self, value: float | Fraction) -> Real:
        """Return an exact number in this system."""
        found = self.cache.get(value)
        if found is None:
            if isinstance(value, Fraction):
                found = self.mp.mpf(value.numerator) / value.denominator
            else:
                found = self.mp.mpf(value)
            self.cache[value] = found
        return found

    def add(self, terms: list[Real]) -> Real:
        """Return a sum, 0 if it cancels."""
        self.work += len(terms)
        if len(terms) == 1:
            return terms[0]
        total, bits = terms[0]._mpf_, self.bits
        for term in terms[1:]:
            total = self.mpf_add(total, term._mpf_, bits, "n")
        sizes = [raw[2] + raw[3] for raw in [term._mpf_ for term in terms] if raw[1]]
        if len(sizes) > 1:
            top = max(sizes)
            self.span = max(self.span, int((top - min(sizes)) * 0.30103))
            if total[1] and total[2] + total[3] < top - self.zero_bits:
                return self.mp.zero
        return self.mp.make_mpf(total)

    def div(self, left: Real, right: Real) -> Real:
        """Return a quotient."""
        if right == 0:
            raise UndefinedError
        return left / right

    def sign_of(self, difference: Real, scale: Real) -> int:
        """Return -1, 0 or 1, where a difference that is tiny against ``scale`` counts as none."""
        if abs(difference) <= self.tie * scale:
            return 0
        return 1 if difference > 0 else -1

    def power(self, base: Real, exponent: Real) -> Real:
        """Return a real power; ``0^0`` is 1."""
        whole = exponent == self.mp.floor(exponent)
        if base == 0:
            if exponent < 0:
                raise UndefinedError
            return self.mp.one if exponent == 0 else self.mp.zero
        if base < 0 and not whole:
            raise UndefinedError
        size = abs(self.mp.log(abs(base)) * exponent) if abs(exponent) > 50 else 0
        if size > 1e9:
            raise TooBigError
        return base ** int(exponent) if whole else base**exponent

    def call(self, name: str, x: Real) -> Real:
        """Return a function of one number."""
        mp = self.mp
        self.work += 8
        size = 0 if x == 0 else mp.mag(x)
        if size > 60:
            raise TooBigError
        if name in {"log", "arcosh"} and x <= 0:
            raise UndefinedError
        if name == "sqrt" and x < 0:
            raise UndefinedError
        if name in {"arcsin", "arccos", "artanh"} and abs(x) > 1:
            raise UndefinedError
        if name in {"exp", "cos", "cosh"} and x != 0:
            self.span = max(self.span, int(-size * 0.30103 * (1 if name == "exp" else 2)))
        if name in {"tanh", "erf"} and size > 3:
            self.span = max(
                self.span, int(float(abs(x)) * 0.87) if name == "tanh" else int(float(x * x) * 0.44)
            )
        if name == "Gamma":
            return self._gamma(x)
        return getattr(mp, _MP[name])(x)

    def _gamma(self, x: Real) -> Real:
        if x <= 0 and x == self.mp.floor(x):
            raise UndefinedError
        if abs(x) > 1e6:
            raise TooBigError
        return self.mp.gamma(x)

    def floor(self, x: Real) -> Real:
        """Return the floor; a number within noise of an integer is that integer."""
        near = self.mp.nint(x)
        if abs(x - near) <= self.tie * max(1, abs(x)):
            return near
        return self.mp.floor(x)


_MP = {
    "exp": "exp", "log": "log", "sqrt": "sqrt", "sin": "sin", "cos": "cos", "tan": "tan", "arcsin": "asin",
    "arccos": "acos", "arctan": "atan", "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "arsinh": "asinh",
    "arcosh": "acosh", "artanh": "atanh", "erf": "erf",
}  # fmt: skip


class WithDerivative:
    """Numbers that carry a derivative, over another number system."""

    def __init__(self, base: Any) -> None:
        self.base = base
        self.digits, self.pi, self.e = base.digits, base.pi, base.e

    @property
    def shaky(self) -> bool:
        """Whether a result can't be trusted."""
        return bool(self.base.shaky)

    @shaky.setter
    def shaky(self, value: bool) -> None:
        self.base.shaky = value

    def of(self, value: float | Fraction) -> Real:
        """Return an exact number in this system."""
        return self.base.of(value)

    def add(self, terms: list[Real]) -> Real:
        """Return a sum."""
        tag = max((t.tag for t in terms if isinstance(t, Dual)), default=0)
        if not tag:
            return self.base.add(terms)
        split = [deeper(term, tag) for term in terms]
        return Dual(
            self.add([v for v, _ in split]),
            self.add([self.of(d) if isinstance(d, int) else d for _, d in split]),
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


def plain(x: Real) -> Real:
    """Return a number without its derivatives."""
    while isinstance(x, Dual):
        x = x.value
    return x
