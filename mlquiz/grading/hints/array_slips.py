"""Products of arrays compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.grading.hints.array_forms import chain, transposed
from mlquiz.grading.hints.forms import MINUS, Form, make, number
from mlquiz.grading.hints.slips import Difference, cost, odd_ones, without_common

if TYPE_CHECKING:
    from mlquiz.grading.hints.slips import Comparer, Differences

MOST_UNLIKE = 2
INVERSE = "The inverse of a product turns the order round"
POWER = "A power of a matrix product is not the product of the powers"


def chains(self: Comparer, a: Form, r: Form, place: str) -> Differences | None:
    """Compare two products of arrays; one that is a number is read from both ends."""
    if "hadamard" in {a.op, r.op}:
        return _elementwise(a, r, place)
    if "chain" not in {a.op, r.op}:
        return _power_of_product(a, r, place)
    mine, theirs = _arrays(a), _arrays(r)
    ends = [mine, [transposed(part) for part in reversed(mine)]] if r.kind == "number" else [mine]
    tried = [_in_order(self, parts, theirs, place) for parts in ends]
    known = [found for found in tried if found is not None]
    return min(known, key=cost) if known else _power_of_product(a, r, place)


def _arrays(form: Form) -> list[Form]:
    """Return the arrays that a form is the product of; ``||x||^2`` is ``x^T x``."""
    if form.op == "chain":
        return list(form.parts)
    if form.op == "product" and form.value == 1 and len(form.parts) == 1:
        base, exponent = form.parts[0].parts
        if base.op == "norm" and base.value == "2" and exponent == number(2):
            return [base.parts[0]] * 2
    return [form]


def _in_order(self: Comparer, mine: list[Form], theirs: list[Form], place: str) -> Differences | None:
    if len(mine) != len(theirs):
        return _odd_arrays(mine, theirs, place)
    other = [n for n, (x, y) in enumerate(zip(mine, theirs, strict=True)) if x != y]
    if without_common(mine, theirs) == ([], []):
        return [Difference("The factors of a matrix product are in the wrong order", place)]
    if len(other) > MOST_UNLIKE:
        return None
    found: Differences = []
    for n in other:
        more = self.compare(mine[n], theirs[n], place)
        if more is None:
            return None
        found += more
    alike = len({difference.what for difference in found}) == 1
    return found if alike or len(other) < len(mine) else None


def _odd_arrays(mine: list[Form], theirs: list[Form], place: str) -> Differences | None:
    left, right = without_common(mine, theirs)
    if (left and right) or len(left) == len(mine) or len(right) == len(theirs):
        return None
    odd = left or right
    what = "matrix" if len(odd) == 1 and odd[0].kind == "matrix" else "factor"
    return [Difference(odd_ones(what, len(odd), missing=bool(right)), place)]


def _elementwise(a: Form, r: Form, place: str) -> Differences | None:
    """Compare elementwise products of which one has a factor more."""
    mine, theirs = (f.parts if f.op == "hadamard" else (f,) for f in (a, r))
    left, right = without_common(mine, theirs)
    if len(left) == len(mine) or bool(left) == bool(right):
        return None
    return [Difference(odd_ones("factor", len(left or right), missing=bool(right)), place)]


def _power_of_product(a: Form, r: Form, place: str) -> Differences | None:
    for whole, apart in ((a, r), (r, a)):
        if whole.op == "matpow" and whole.parts[0].op == "chain":
            product, exponent = whole.parts
            powers = [make("matpow", (part, exponent), None, "matrix") for part in product.parts]
            if chain(powers, "matrix") == apart:
                return [Difference(INVERSE if exponent == MINUS else POWER, place)]
    return None
