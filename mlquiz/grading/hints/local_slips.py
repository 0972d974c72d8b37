"""Operations compared argument by argument, and one thing that stands around another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.grading.hints.array_forms import transposed
from mlquiz.grading.hints.forming import COMMUTATIVE, SYMMETRIC_CALLS
from mlquiz.grading.hints.forms import (
    EULER,
    ONE,
    Form,
    factors_of,
    negative,
    number,
    power,
    total,
    unscaled,
)
from mlquiz.grading.hints.moved_slips import WORDS
from mlquiz.grading.hints.slips import Difference, cost, paired, without_common

if TYPE_CHECKING:
    from mlquiz.grading.hints.slips import Comparer, Differences

_THINGS = {"log": "logarithm", "abs": "absolute value", "norm": "norm", "factorial": "factorial"}
_SWAPPED = {
    "entry": "Two indices are swapped",
    "kl": "The two distributions of the divergence are swapped",
    "cases": "The two cases are swapped",
}
_SIGNS = {
    "abs": "the absolute value",
    "factorial": "the factorial",
    "floor": "the floor",
    "ceil": "the ceiling",
}
_PLACES = {"indicator": "in the condition", "expect": "under the expectation"}
_NO_ARGUMENTS = frozenset(
    {"sum", "product", "power", "chain", "lawat", "prob", "number", "transpose", "cancelled"}
)


def wrapped(self: Comparer, a: Form, r: Form, place: str) -> Differences | None:
    """Tell what stands around a thing and shouldn't, or doesn't and should."""
    for outer, inner, fate in ((r, a, "missing"), (a, r, "one too many")):
        around = _around(outer, inner)
        if around:
            return [Difference(f"{around} is {fate}", place)]
    if a.op == r.op == "number":
        return [Difference("A constant is off", place)]
    if a.kind == r.kind and a.kind in {"number", "vector"} and r == total([ONE, negative(a)]):
        return [Difference(_complement(self, a, r), place)]
    return _operation(a, r, place)


def _around(outer: Form, inner: Form) -> str:
    """Return what stands around the inner form in the outer one, with its article, or ""."""
    if outer.op == "matpow" and outer.parts[0] == inner:
        return "An inverse or a power of a matrix"
    if outer == power(EULER, inner):
        return "An exponential"
    if outer.op == "transpose" and outer.parts[0] == inner:
        return "A transpose"
    if len(outer.parts) != 1 or outer.parts[0] != inner or outer.op not in {"call", "apply", "map", "norm"}:
        return ""
    thing = _THINGS.get(str(outer.value) if outer.op == "call" else outer.op, "function")
    return f"An {thing}" if thing[0] in "aeiou" else f"A {thing}"


def _complement(self: Comparer, a: Form, r: Form) -> str:
    if self.at_root:
        return "It is one minus what is asked for"
    if r.op == "sum" and a.op != "sum":
        return "Something stands where one minus it belongs"
    return "One minus something stands where the thing itself belongs"


def _operation(a: Form, r: Form, place: str) -> Differences | None:
    """Tell a sum from a product, and a difference from a quotient, of the same things."""
    for plus, times, what in ((a, r, "sum where a product"), (r, a, "product where a sum")):
        if plus.op != "sum" or times.op != "product":
            continue
        coefficient, pairs = factors_of(times)
        if coefficient < 0:
            continue
        parts = [power(*pair) for pair in pairs] + [number(coefficient)] * (coefficient != 1)
        if sorted(part.key for part in parts) == sorted(term.key for term in plus.parts):
            return [Difference(f"There is a {what} belongs", place)]
    return None


# --- the same operation on other things -----------------------------------------------------------


def arguments(self: Comparer, a: Form, r: Form, place: str) -> Differences | None:
    """Compare two operations of one kind argument by argument."""
    if a.op == r.op == "name":
        names = str(a.value), str(r.value)
        return [Difference("One symbol stands where another belongs", place, names=names)]
    if a.op != r.op or a.op in _NO_ARGUMENTS:
        return _other_operator(a, r, place)
    if a.value != r.value or len(a.parts) != len(r.parts):
        return _other_head(a, r, place)
    if a.op in COMMUTATIVE or (a.op == "call" and a.value in SYMMETRIC_CALLS):
        return _in_any_order(self, a, r, place)
    other = [n for n, (x, y) in enumerate(zip(a.parts, r.parts, strict=True)) if x != y]
    if len(other) == 2 and all(a.parts[m] == r.parts[n] for m, n in (other, other[::-1])):
        if a.op == "cmp":
            return [Difference("The comparison points the other way", place)]
        return [Difference(_SWAPPED.get(a.op, "Two arguments are swapped"), place)]
    found = _each(self, a, r, other, place)
    if a.op == "cmp" and (found is None or cost(found) > 1):
        return _on_one_side(self, a, r, place, found)
    return found


def _on_one_side(
    self: Comparer, a: Form, r: Form, place: str, found: Differences | None
) -> Differences | None:
    """Return the differences of two comparisons with all on one side, if that is simpler."""
    if any(side.kind != "number" for side in a.parts + r.parts):
        return found
    mine, theirs = (total([form.parts[0], negative(form.parts[1])]) for form in (a, r))
    rearranged = self.compare(mine, theirs, place)
    if rearranged is None or (found is not None and cost(found) <= cost(rearranged)):
        return found
    return rearranged


def _each(self: Comparer, a: Form, r: Form, places: list[int], place: str) -> Differences | None:
    """Return the differences of the arguments at some places."""
    found: Differences = []
    for n in places:
        more = _argument(self, a, r, n, place, alone=len(places) == 1)
        if more is None:
            return None
        found += more
    return found


def _in_any_order(self: Comparer, a: Form, r: Form, place: str) -> Differences | None:
    """Compare arguments whose order doesn't matter."""
    mine, theirs = without_common(a.parts, r.parts)
    inside = _place(a, 0) or place
    found = paired(self, mine, theirs, inside)
    if found is None and len(mine) == 1 and inside != place:
        return [Difference("All is right but what stands", inside, exact=False)]
    return found


def _argument(self: Comparer, a: Form, r: Form, n: int, place: str, *, alone: bool) -> Differences | None:
    if a.op == "entry" and n:
        return [Difference("An index is off", place)]
    if a.op == "matpow" and n:
        return [Difference("The power of a matrix is off", place)]
    if n in {1, 2} and (a.op == "int" or (a.op in WORDS and a.value[0] == "range")):
        return [Difference(f"A range is off: look at where it {'ends' if n == 2 else 'starts'}", "")]
    inside = _place(a, n)
    found = self.compare(a.parts[n], r.parts[n], inside or place)
    if _is_even(a) and (found is None or cost(found) > 1):
        turned = self.compare(negative(a.parts[n]), r.parts[n], inside or place)
        found = found if turned is None else turned
    if found is None and alone and inside:
        return [Difference("All is right but what stands", inside, exact=False)]
    return found


def _is_even(form: Form) -> bool:
    return form.op == "norm" or (form.op == "call" and form.value == "abs")


def _place(form: Form, n: int) -> str:
    if form.op in WORDS:
        return f"under the {WORDS[form.op]}" if n == 0 else f"in what the {WORDS[form.op]} runs over"
    if form.op in {"call", "moment"}:
        return f"inside {_SIGNS.get(str(form.value)) or _shown(form)}"
    if form.op == "apply":
        return f"in the argument of {_shown(form)}"
    if form.op == "cases":
        return "in a condition" if n % 2 else "in one of the cases"
    return _PLACES.get(form.op, "")


def _shown(form: Form) -> str:
    """Return a function as the answer shows it."""
    from mlquiz.grading.syntax.printing import shown_name

    name = str(form.value)
    return name.partition("_")[0] if form.op == "call" else shown_name(name)


def _other_head(a: Form, r: Form, place: str) -> Differences | None:
    """Return the difference of two operations of one kind that have other heads."""
    same = a.parts == r.parts
    if a.op == "norm" and same:
        return [Difference("It is another norm", place)]
    if a.op == "cmp":
        return _signs_of_comparison(a, r, place)
    if a.op in {"call", "apply", "map"} and same:
        return [Difference(f"Another function belongs in the place of {_shown(a)}", place)]
    return None


def _signs_of_comparison(a: Form, r: Form, place: str) -> Differences | None:
    ordered = a.value[0] == r.value[0] == "<"
    if ordered and a.parts == r.parts:
        return [Difference("Look at < against <=", place)]
    if ordered and a.parts == r.parts[::-1]:
        return [Difference("The comparison points the other way", place)]
    if set(a.parts) == set(r.parts):
        return [Difference("The sign of the comparison is another one", place)]
    return None


def _other_operator(a: Form, r: Form, place: str) -> Differences | None:
    if a.op in WORDS and r.op in WORDS and a.op != r.op and a.value == r.value and _alike(a, r):
        return [Difference(_operator_slip(a.op, r.op), place)]
    if a.kind == r.kind == "matrix" and r == transposed(a):
        return [Difference("A transpose is missing, or one too many", place)]
    return None


def _alike(a: Form, r: Form) -> bool:
    """Tell whether two operators are over one thing; the scale doesn't matter to a best point."""
    body, other = a.parts[0], r.parts[0]
    if a.op.startswith("arg") or r.op.startswith("arg"):
        body, other = unscaled(body), unscaled(other)
    return (body, *a.parts[1:]) == (other, *r.parts[1:])


def _operator_slip(mine: str, theirs: str) -> str:
    best = {"argmax_over": "maxof_over", "argmin_over": "minof_over"}
    if best.get(theirs) == mine:
        return "The best value stands where the best point belongs"
    if best.get(mine) == theirs:
        return "The best point stands where the best value belongs"
    return f"Another operator belongs in the place of the {WORDS[mine]}"
