"""Near misses: what is wrong with an answer is named, without giving the right one away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.grading.hints.array_slips import chains
from mlquiz.grading.hints.chance_slips import laws
from mlquiz.grading.hints.factor_slips import factors
from mlquiz.grading.hints.forming import form_of
from mlquiz.grading.hints.forms import without_cancelled
from mlquiz.grading.hints.local_slips import arguments, wrapped
from mlquiz.grading.hints.moved_slips import moved
from mlquiz.grading.hints.relations import relation
from mlquiz.grading.hints.slips import Comparer, terms

if TYPE_CHECKING:
    from mlquiz.grading.hints.forms import Form
    from mlquiz.grading.hints.slips import Difference, Differences
    from mlquiz.grading.reader import Reader
    from mlquiz.grading.syntax.tree import Node

RULES = (wrapped, laws, arguments, chains, terms, factors, moved)
MOST_PLACES = 4
PART = "That is only a part of what is asked for."


def hint(answer: Node, reader: Reader) -> str | None:
    """Return what is wrong with an answer, or None if it is too unlike the right one.

    One difference in what was typed says most; then that it is the negative, the reciprocal, the square ...;
    then the same difference in some places; then that a factor or a term is off, or that all but one place is
    right. Of unlike differences nothing is said: they seldom are what went wrong.

    Parameters
    ----------
    answer
        The tree of an answer that is wrong.
    reader
        The reference with its symbols.
    """
    try:
        form = form_of(answer, reader.declarations)
        asked = without_cancelled(form_of(reader.reference, reader.declarations))
        found = Comparer(RULES).compare(form, asked, "") or []
    except RecursionError:
        return None
    if len(found) == 1 and found[0].exact and not found[0].several:
        return _sentence(found[0])
    related = relation(answer, reader)
    if related is not None and (related.exact or not found or not all(each.exact for each in found)):
        return related.message
    return _sentences(found) or (related.message if related else _part(form, asked))


def _part(form: Form, asked: Form) -> str | None:
    """Return that an answer is a part of what is asked for; a single symbol only if that is of few."""
    parts = asked.walk() if form.parts else iter(asked.parts)
    return PART if any(part == form for part in parts if part is not asked) else None


def _sentences(found: Differences) -> str | None:
    """Return what some differences are, if they are few."""
    if len(found) > 1 and not all(difference.exact for difference in found):
        return None
    if not found or len(found) > MOST_PLACES or len({difference.what for difference in found}) > 1:
        return None
    if len(found) == 1:
        return _sentence(found[0])
    what = found[0].what
    pairs = {difference.names for difference in found}
    if len(pairs) == 2 and len({frozenset(pair or ()) for pair in pairs}) == 1:
        return "Two symbols are swapped."
    if len(pairs) == 1 and found[0].names:
        return f"{what}."
    places = {difference.place for difference in found}
    return f"{_joined(what, places.pop() if len(places) == 1 else '')}, in more than one place."


def _sentence(difference: Difference) -> str:
    return f"{_joined(difference.what, difference.place)}."


def _joined(what: str, place: str) -> str:
    return f"{what} {place}" if place else what
