"""Where two formulas differ: their forms laid side by side, what is the same in both left out."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from mlquiz.grading.hints.forms import negative, total

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mlquiz.grading.hints.forms import Form

    Rule = Callable[["Comparer", Form, Form, str], "Differences | None"]

MOST_STEPS, MOST_PAIRED = 80, 4
ROUGH = 3
SIGN = "A sign is the other way round"
WHOLE_SIGN = "The sign of the whole is the other way round"


class Difference(NamedTuple):
    """One difference: what it is, where it is (or ""), and whether more than the place is known.

    ``names`` are the symbol of the answer and the one of the reference, where that is all. ``several`` says
    that more than one factor of one product differs so.
    """

    what: str
    place: str = ""
    exact: bool = True
    names: tuple[str, str] | None = None
    several: bool = False


Differences = list[Difference]


def cost(found: Differences) -> int:
    """Return how much a list of differences says: the less, the better."""
    return sum(1 if difference.exact else ROUGH for difference in found)


class Comparer:
    """Compares an answer with its reference part by part, by rules, within a number of steps."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = rules
        self.steps = 0
        self.open: set[tuple[str, str]] = set()
        self.known: dict[tuple[str, str, str], Differences | None] = {}

    @property
    def at_root(self) -> bool:
        """Whether the two whole formulas are compared, and no parts of them."""
        return len(self.open) == 1

    def compare(self, a: Form, r: Form, place: str) -> Differences | None:
        """Return the differences of an answer's part and the reference's, the fewest that a rule finds.

        None stands for parts that are too unlike.
        """
        if a == r:
            return []
        pair = a.key, r.key
        if (*pair, place) in self.known:
            return self.known[*pair, place]
        self.steps += 1
        if self.steps > MOST_STEPS or pair in self.open:
            return None
        self.open.add(pair)
        best = self._fewest(a, r, place)
        self.open.discard(pair)
        self.known[*pair, place] = best
        return best

    def _fewest(self, a: Form, r: Form, place: str) -> Differences | None:
        best: Differences | None = None
        for rule in self.rules:
            found = rule(self, a, r, place)
            if found is not None and (best is None or cost(found) < cost(best)):
                best = found
                if cost(best) <= 1:
                    break
        return best


def without_common(left: Sequence[Form], right: Sequence[Form]) -> tuple[list[Form], list[Form]]:
    """Return what is in one list only, and what is in the other only."""
    mine = Counter(part.key for part in left)
    theirs = Counter(part.key for part in right)
    return _rest(left, theirs), _rest(right, mine)


def _rest(parts: Sequence[Form], others: Counter[str]) -> list[Form]:
    left = []
    for part in parts:
        if others[part.key] > 0:
            others[part.key] -= 1
        else:
            left.append(part)
    return left


def odd_ones(what: str, count: int, *, missing: bool) -> str:
    """Return that a thing is missing, or one too many."""
    if count > 1:
        return f"More than one {what} is missing" if missing else f"There are {what}s too many"
    return f"A {what} is {'missing' if missing else 'one too many'}"


# --- sums -----------------------------------------------------------------------------------------


def terms(self: Comparer, a: Form, r: Form, place: str) -> Differences | None:
    """Compare two formulas as sums, term by term."""
    if "sum" not in {a.op, r.op}:
        return None
    parts = a.parts if a.op == "sum" else (a,)
    mine, theirs = without_common(parts, r.parts if r.op == "sum" else (r,))
    common = len(parts) > len(mine)
    if not mine or not theirs:
        return _odd_terms(mine, theirs, place) or None
    if len(mine) != len(theirs):
        left, right, turned = _turned(mine, theirs)
        if turned and not (left and right):
            return _signs(self, turned, place, whole=False) + _odd_terms(left, right, place)
        return self.compare(total(mine), total(theirs), place) if common else None
    if a.op != r.op or len(mine) > MOST_PAIRED:
        return None
    return _unlike_terms(self, mine, theirs, place, common=common)


def _odd_terms(mine: list[Form], theirs: list[Form], place: str) -> Differences:
    odd = theirs or mine
    what = "constant term" if all(term.op == "number" for term in odd) else "term"
    return [Difference(odd_ones(what, len(odd), missing=bool(theirs)), place)] if odd else []


def _unlike_terms(
    self: Comparer, mine: list[Form], theirs: list[Form], place: str, *, common: bool
) -> Differences | None:
    mine, theirs, turned = _turned(mine, theirs)
    found = _signs(self, turned, place, whole=not common and not mine)
    if len(mine) == 1 and mine[0].op == theirs[0].op == "number":
        return [*found, Difference("A constant term is off", place)]
    more = paired(self, mine, theirs, place)
    if more is not None:
        return found + more
    alone = len(mine) == 1 and common and not turned
    return [Difference("All terms but one are right", place, exact=False)] if alone else None


def _turned(mine: list[Form], theirs: list[Form]) -> tuple[list[Form], list[Form], int]:
    """Return two lists without the terms that the other has with the other sign, and how many those are."""
    left, right = [], list(theirs)
    for term in mine:
        turned = negative(term)
        if turned in right:
            right.remove(turned)
        else:
            left.append(term)
    return left, right, len(mine) - len(left)


def _signs(self: Comparer, count: int, place: str, *, whole: bool) -> Differences:
    if whole:
        return [Difference(WHOLE_SIGN if self.at_root else SIGN, place)]
    if count > 1:
        return [Difference("The signs of some terms are the other way round", place)]
    return [Difference("The sign of one term is the other way round", place)] * count


def paired(self: Comparer, left: list[Form], right: list[Form], place: str) -> Differences | None:
    """Return the differences of unordered parts, each compared with the one that it is most like."""
    found: Differences = []
    rest = list(right)
    for a in left:
        tried = [(met, r) for r in rest if (met := self.compare(a, r, place)) is not None]
        if not tried:
            return None
        best, chosen = min(tried, key=lambda pair: cost(pair[0]))
        rest.remove(chosen)
        found += best
    return found
