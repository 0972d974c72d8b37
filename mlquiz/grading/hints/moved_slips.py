"""Slips that move an operation: a function outside of a sum instead of inside, brackets around too little."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mlquiz.grading.hints.forms import (
    EULER,
    ONE,
    Form,
    Power,
    Rational,
    factors_of,
    is_whole,
    make,
    negative,
    number,
    power,
    product,
    times,
    total,
)
from mlquiz.grading.hints.slips import Difference, without_common

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mlquiz.grading.hints.slips import Comparer, Differences

    Around = Callable[[Form], Form]
    Wrap = tuple[str, Around, Form]
    """What stands around the inside of a form: its name, a function that puts it there, and the inside."""

WORDS = {
    "sum_over": "sum", "prod_over": "product", "maxof_over": "max", "minof_over": "min",
    "argmax_over": "argmax", "argmin_over": "argmin", "expect": "expectation", "int": "integral",
}  # fmt: skip
BRACKETS = "Look at the brackets"
MOST_TERMS = 12


def moved(_: Comparer, a: Form, r: Form, place: str) -> Differences | None:
    """Tell a slip that puts an operation at another place."""
    for outer, inner, wrong in ((a, r, "outside"), (r, a, "inside")):
        for what in _moves(outer, inner, wrong):
            return [Difference(what, place if what == BRACKETS else "")]
    return None


def _moves(outer: Form, inner: Form, wrong: str) -> Iterator[str]:
    """Yield what to say if one form is the other with its outermost operation moved inside."""
    for name, around, inside in _wraps(outer):
        operator = _operator(inside)
        if operator is not None and _grows(operator.parts[0], around) and _with_body(inside, around) == inner:
            right = "inside" if wrong == "outside" else "outside"
            yield f"The {name} belongs {right} the {WORDS[operator.op]}, not {wrong}"
        if inside.op == inner.op == "sum" and len(inside.parts) <= MOST_TERMS:
            if name != "factor" and total([around(term) for term in inside.parts]) == inner:
                yield f"{'An' if name[0] in 'aeiou' else 'A'} {name} of a sum is not the sum of the {name}s"
            if _brackets(inside, around, inner, name):
                yield BRACKETS
    if wrong == "inside" and _product_of_sums(outer, inner):
        yield "A sum of products is not a product of sums"
    if wrong == "inside":
        yield from _instead_of_power(outer, inner)


# --- what stands around something -----------------------------------------------------------------


def _wraps(form: Form) -> Iterator[Wrap]:
    """Yield all that may be taken off a form."""
    if form.op in {"call", "apply", "map"} and len(form.parts) == 1 and not form.parts[0].is_array:
        name = "logarithm" if form.value == "log" else "function"
        yield name, lambda x: make(form.op, (x,), form.value, form.kind), form.parts[0]
    yield from _powers_around(form)
    coefficient, pairs = factors_of(form)
    for place, (base, exponent) in enumerate(pairs):
        others = [*pairs[:place], *pairs[place + 1 :]]
        yield from _factors_around(base, exponent, others, coefficient)


def _powers_around(form: Form) -> Iterator[Wrap]:
    """Yield a whole product as a square or a root."""
    coefficient, pairs = factors_of(form)
    if coefficient != 1 or len(pairs) < 2 or any(exponent.op != "number" for _, exponent in pairs):
        return
    for step in (Fraction(2), Fraction(1, 2)):
        inside = product([(base, number(exponent.value / step)) for base, exponent in pairs])
        if power(inside, number(step)) == form:
            yield "power", lambda x, step=step: power(x, number(step)), inside  # type: ignore[misc]


def _factors_around(base: Form, exponent: Form, others: list[Power], coefficient: Rational) -> Iterator[Wrap]:
    """Yield one power of a product, the other factors around it."""
    if base == EULER:
        yield "exponential", lambda x: product([*others, (EULER, x)], coefficient), exponent
    elif (exponent != ONE or others or coefficient != 1) and not base.is_array:
        name = "factor" if exponent == ONE else "power"
        yield name, lambda x: product([*others, (x, exponent)], coefficient), base
        if base.op == "sum" and is_whole(exponent) and exponent.value % 2 == 0:
            yield name, lambda x: product([*others, (x, exponent)], coefficient), negative(base)


# --- operators ------------------------------------------------------------------------------------


def _operator(form: Form) -> Form | None:
    """Return the one operator over something that is a factor of a form."""
    found = [base for base, exponent in factors_of(form)[1] if base.op in WORDS and exponent == ONE]
    return found[0] if len(found) == 1 and not found[0].is_array else None


def _with_body(form: Form, around: Around) -> Form:
    """Return a form with something put around what its operator is over."""
    coefficient, pairs = factors_of(form)
    changed = [(_over(base, around(base.parts[0])) if base.op in WORDS else base, e) for base, e in pairs]
    return product(changed, coefficient)


def _over(operator: Form, body: Form) -> Form:
    return make(operator.op, (body, *operator.parts[1:]), operator.value, operator.kind)


def _product_of_sums(outer: Form, inner: Form) -> bool:
    """Tell whether a product of sums stands where the sum of the products belongs."""
    coefficient, pairs = factors_of(outer)
    for place, (base, exponent) in enumerate(pairs):
        if base.op == "sum_over" and exponent == ONE and base.parts[0].op == "product":
            body = base.parts[0]
            sums = [_over(base, power(*part.parts)) for part in body.parts]
            before = product([*pairs[:place], *pairs[place + 1 :]], coefficient * body.value)
            if times(before, *sums) == inner:
                return True
    return False


# --- brackets, products for powers ----------------------------------------------------------------


def _brackets(inside: Form, around: Around, inner: Form, name: str) -> bool:
    """Tell whether something stands around a part of a sum instead of around all of it."""
    own, left = without_common(inner.parts, inside.parts)
    if len(own) != 1 or not 0 < len(left) < len(inside.parts):
        return False
    part, changed = total(left), own[0]
    if around(part) != changed:  # -x^2 is typed for (-x)^2
        part, changed = negative(part), negative(changed)
    if around(part) != changed or not _grows(part, around):
        return False
    kept = factors_of(changed)[1]
    return name != "factor" or all(pair in kept for pair in factors_of(part)[1])


def _grows(form: Form, around: Around) -> bool:
    """Tell whether something is to be seen around a form: not the root of a square, no square of 1."""
    changed = around(form)
    return changed != form and (form.op == "number" or len(changed.key) >= len(form.key))


def _instead_of_power(outer: Form, inner: Form) -> Iterator[str]:
    """Yield what to say where base and exponent are multiplied, or swapped."""
    coefficient, pairs = factors_of(outer)
    for place, (base, exponent) in enumerate(pairs):
        if exponent.op == "number" or base == EULER:
            continue
        others = [*pairs[:place], *pairs[place + 1 :]]
        if product([*others, (base, ONE), (exponent, ONE)], coefficient) == inner:
            yield "There is a product where a power belongs"
        if product([*others, (exponent, base)], coefficient) == inner:
            yield "Base and exponent are swapped"
