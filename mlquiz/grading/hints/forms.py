"""The form of a formula: its tree with the usual ways to write one thing made one.

Quotients are products with powers, differences are sums, roots and exponentials are powers, products of
arrays are chains. Two formulas of one form are the same wherever both have a value; two of different forms
may be the same, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Rational = Fraction | int
MOST_POWER, MOST_BITS = 64, 200


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """An operation on parts.

    A ``sum`` has its terms; a ``product`` has a rational number as its value, and ``power`` parts of a base
    and an exponent; a ``chain`` has arrays that are multiplied. All others have the arguments of the tree's
    node. ``kind`` is that of the tree's type; ``positive`` says that a number is declared so. ``key`` is the
    same for forms that are the same.
    """

    op: str
    parts: tuple[Form, ...]
    value: Any
    kind: str
    key: str
    positive: bool = False

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Form) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def walk(self) -> Iterator[Form]:
        """Yield this form and all below it."""
        yield self
        for part in self.parts:
            yield from part.walk()

    @property
    def is_array(self) -> bool:
        """Whether it is a vector or a matrix."""
        return self.kind in {"vector", "matrix"}


Power = tuple[Form, Form]
"""A base and its exponent."""


def make(
    op: str, parts: Sequence[Form] = (), value: Any = None, kind: str = "number", *, positive: bool = False
) -> Form:
    """Return a form with its key."""
    shown = "" if value is None else f":{value}"
    inside = f"({','.join([part.key for part in parts])})" if parts else ""
    return Form(op, tuple(parts), value, kind, f"{op}{shown}{inside}", positive)


def number(value: Rational) -> Form:
    """Return a rational number; whole ones are ints, which are quicker."""
    return make("number", (), value.numerator if value.denominator == 1 else value)


ZERO, ONE, MINUS, HALF = number(0), number(1), number(-1), number(Fraction(1, 2))
EULER = make("const", (), "e")


# --- sums -----------------------------------------------------------------------------------------


def total(terms: Iterable[Form], kind: str = "number") -> Form:
    """Return a sum: sums in it joined, its numbers added, its terms in order."""
    constant: Rational = 0
    others: list[Form] = []
    for term in terms:
        for part in term.parts if term.op == "sum" else (term,):
            if part.op == "number":
                constant += part.value
            else:
                others.append(part)
    if not others:
        return number(constant)
    kind = next((term.kind for term in others if term.is_array), kind)
    others.sort(key=_order)
    if constant:
        others.append(number(constant))
    return others[0] if len(others) == 1 else make("sum", others, None, kind)


def _order(term: Form) -> tuple[str, Rational]:
    """Return what terms are ordered by: first what they are without their numbers."""
    if term.op != "product":
        return term.key, 1
    if len(term.parts) == 1 and term.parts[0].parts[1] == ONE:
        return term.parts[0].parts[0].key, term.value
    return ",".join([part.key for part in term.parts]), term.value


def is_negative(term: Form) -> bool:
    """Tell whether a term begins with a minus."""
    return term.op in {"product", "number"} and bool(term.value < 0)


def negative(form: Form) -> Form:
    """Return minus a form."""
    if form.op == "sum":
        return total([negative(term) for term in form.parts], form.kind)
    return product([(form, ONE)], -1)


# --- products -------------------------------------------------------------------------------------


def product(factors: Iterable[Power], coefficient: Rational = 1) -> Form:
    """Return a product: products in it joined, its numbers multiplied, powers of one base joined.

    A base that cancels stays as a factor that is like no other, so that nothing is said of what isn't there.
    """
    found: dict[str, Power] = {}
    for base, exponent in factors:
        coefficient *= _join(base, exponent, found)
    if coefficient == 0:
        return ZERO
    pairs = [(make("cancelled", (b,), None, b.kind), ONE) if e == ZERO else (b, e) for b, e in found.values()]
    return _ordered(coefficient, pairs)


def without_cancelled(form: Form) -> Form:
    """Return a form without the factors that cancel."""
    if not any(part.op == "cancelled" for part in form.walk()):
        return form
    parts = [without_cancelled(part) for part in form.parts]
    match form.op:
        case "sum":
            return total(parts, form.kind)
        case "product":
            kept = [(p.parts[0], p.parts[1]) for p in parts if p.parts[0].op != "cancelled"]
            return product(kept, form.value)
    return make(form.op, parts, form.value, form.kind, positive=form.positive)


def times(*factors: Form) -> Form:
    """Return the product of forms."""
    return product([(factor, ONE) for factor in factors])


def power(base: Form, exponent: Form) -> Form:
    """Return a power."""
    return product([(base, exponent)])


def factors_of(form: Form) -> tuple[Rational, list[Power]]:
    """Return the number and the powers that a form is the product of."""
    if form.op == "number":
        return form.value, []
    if form.op == "product":
        return form.value, [(part.parts[0], part.parts[1]) for part in form.parts]
    return 1, [(form, ONE)]


def unscaled(form: Form) -> Form:
    """Return a form without the size of the number that it begins with: its best points are the same."""
    coefficient, factors = factors_of(form)
    return product(factors, 1 if coefficient > 0 else -1) if factors else form


def _join(base: Form, exponent: Form, found: dict[str, Power]) -> Rational:
    """Put a power among others; return the number that comes out of it."""
    if exponent.op == "number":
        if base.op == "number":
            return _join_number(base.value, exponent, found)
        if base.op == "product" and (exponent.value.denominator == 1 or base.value > 0):
            return _join_product(base, exponent, found)
    if base == EULER:
        found[f"{base.key}^{exponent.key}"] = (base, exponent)
        return 1
    sign = 1
    if base.op == "sum" and is_whole(exponent) and _turns(base, exponent.value):
        base, sign = negative(base), -1 if exponent.value % 2 else 1
    before = found.get(base.key)
    found[base.key] = (base, exponent if before is None else total([before[1], exponent]))
    return sign


def _join_number(value: Rational, exponent: Form, found: dict[str, Power]) -> Rational:
    bits = (value.numerator * value.denominator).bit_length()
    small = abs(exponent.value) <= MOST_POWER and bits <= MOST_BITS
    if value == 1 or (value == 0 and exponent.value > 0):
        return value
    if is_whole(exponent) and small and value != 0:
        return Fraction(value) ** int(exponent.value)
    if value.denominator != 1 and value > 0:
        over = _join_number(value.numerator, exponent, found)
        return over * _join_number(value.denominator, times(MINUS, exponent), found)
    base = number(value)
    before = found.get(base.key)
    found[base.key] = (base, exponent if before is None else total([before[1], exponent]))
    return 1


def _join_product(base: Form, exponent: Form, found: dict[str, Power]) -> Rational:
    """Put the power of a product among others by its factors; only a positive is the root of its square."""
    coefficient = _join_number(base.value, exponent, found)
    for part in base.parts:
        inner, own = part.parts
        if is_whole(exponent) or own.op != "number" or own.value % 2 or inner.positive:
            coefficient *= _join(inner, times(own, exponent), found)
        else:
            coefficient *= _join(part, exponent, found)
    return coefficient


def is_whole(exponent: Form) -> bool:
    """Tell whether an exponent is a whole number."""
    return exponent.op == "number" and exponent.value.denominator == 1


def _turns(base: Form, exponent: Rational) -> bool:
    """Tell whether a sum to a whole power is written with its negative, in which more is positive."""
    signs = [is_negative(term) for term in base.parts]
    return signs[0] if exponent % 2 == 0 else all(signs)


def _ordered(coefficient: Rational, factors: list[Power]) -> Form:
    """Return a product of powers of different bases, its minus put into a difference if there is one."""
    if not factors:
        return number(coefficient)
    factors.sort(key=lambda pair: pair[0].key)
    if coefficient < 0:
        for place, (base, exponent) in enumerate(factors):
            odd = is_whole(exponent) and exponent.value % 2
            if odd and base.op == "sum" and any(map(is_negative, base.parts)):
                factors[place], coefficient = (negative(base), exponent), -coefficient
                break
    if coefficient == 1 and len(factors) == 1 and factors[0][1] == ONE:
        return factors[0][0]
    kind = next((base.kind for base, _ in factors if base.is_array), "number")
    value = coefficient.numerator if coefficient.denominator == 1 else coefficient
    return make("product", [make("power", pair) for pair in factors], value, kind)
