"""Probabilities and distributions compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.grading.hints.slips import Difference

if TYPE_CHECKING:
    from mlquiz.grading.hints.forms import Form
    from mlquiz.grading.hints.slips import Comparer, Differences

TURNED = "A condition is the wrong way round"
MISSING, SURPLUS = "A condition is missing", "A condition is one too many"
OTHER = "One distribution stands where another belongs"
JOINT = "It is a joint probability where a conditional one belongs"
CONDITIONAL = "It is a conditional probability where a joint one belongs"


def laws(self: Comparer, a: Form, r: Form, place: str) -> Differences | None:
    """Compare two probabilities: of events, or of outcomes under one distribution."""
    if a.op == r.op == "prob":
        return _events(self, a, r, place)
    if a.op != "lawat" or r.op != "lawat":
        return None
    if a.value[0] != r.value[0]:
        names = str(a.value[0]), str(r.value[0])
        alike = a.value[1:] == r.value[1:] and a.parts == r.parts
        return [Difference(OTHER, place, names=names)] if alike else None
    what = _law(a, r)
    return [Difference(what, place)] if what else None


def _law(a: Form, r: Form) -> str:
    (_, left, right), (_, other_left, other_right) = a.value, r.value
    mine = dict(zip(left + right, a.parts, strict=True))
    theirs = dict(zip(other_left + other_right, r.parts, strict=True))
    if any(mine[slot] != theirs[slot] for slot in mine if slot in theirs):
        return "An outcome is another one" if a.value == r.value else ""
    of, given, asked, known = set(left), set(right), set(other_left), set(other_right)
    if (of, given) == (known, asked):
        return TURNED
    if of == asked and given != known:
        return MISSING if given < known else SURPLUS if given > known else ""
    if of == asked | known and not given:
        return JOINT
    return CONDITIONAL if asked == of | given and not known else ""


def _events(self: Comparer, a: Form, r: Form, place: str) -> Differences | None:
    event, other = a.parts[0], r.parts[0]
    if len(a.parts) == len(r.parts):
        if len(a.parts) == 2 and a.parts == r.parts[::-1]:
            return [Difference(TURNED, place)]
        found: Differences = []
        for mine, theirs in zip(a.parts, r.parts, strict=True):
            what = _event(mine, theirs) if mine != theirs else ""
            more = [Difference(what, place)] if what else self.compare(mine, theirs, place)
            if more is None:
                return None
            found += more
        return found
    if event == other:
        return [Difference(MISSING if len(a.parts) < len(r.parts) else SURPLUS, place)]
    joint = [f for f in (a, r) if len(f.parts) == 1 and f.parts[0].op == "and"]
    given = next(f for f in (a, r) if len(f.parts) == 2)
    if joint and set(joint[0].parts[0].parts) == set(given.parts):
        return [Difference(JOINT if joint[0] is a else CONDITIONAL, place)]
    return None


def _event(mine: Form, theirs: Form) -> str:
    """Return how two events differ, or "" if that isn't a slip of events."""
    for outer, inner in ((mine, theirs), (theirs, mine)):
        if outer.op == "not" and outer.parts[0] == inner:
            return "An event stands where its opposite belongs"
    if {mine.op, theirs.op} == {"and", "or"} and mine.parts == theirs.parts:
        return "Look at and against or"
    if "and" in {mine.op, theirs.op}:
        m, t = (set(f.parts) if f.op == "and" else {f} for f in (mine, theirs))
        if m < t:
            return "Part of an event or condition is missing"
        if m > t:
            return "Part of an event or condition is one too many"
    if mine.op == theirs.op == "name":
        return "One event stands where another belongs"
    return ""
