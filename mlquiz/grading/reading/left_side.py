"""The left side of an answer, before an equals sign or an arrow: it is never judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.grading.reading import compound
from mlquiz.grading.reading.brackets import top_level
from mlquiz.grading.reading.cases import IF
from mlquiz.grading.syntax.tree import FormulaError

if TYPE_CHECKING:
    from mlquiz.grading.reading.parser import Parser
    from mlquiz.grading.syntax.tree import Node

ARROWS = {"<-", ":=", "∝"}
_UPDATES = {"+", "-", "*", "/"}
_ATOMS = {"name", "num", "entry", "const"}
_SWAPPED = "Write the formula on the right of =: that side is judged."
_COMPOUND = "Write the formula itself: what stands left of = is a name alone."


def read_right_side(p: Parser, relation: Node | None) -> Node:
    """Read a formula, what stands left of one equals sign or arrow left out.

    Parameters
    ----------
    p
        The parser of an answer, or of a reference.
    relation
        The reference of an answer: where that is a relation, so is the answer. None for a reference itself.
    """
    places = _signs(p)
    arrows = [place for place in places if p.tokens[place].text in ARROWS]
    is_relation = relation is not None and relation.op in {"cmp", "and", "or", "not"}
    joined = bool(top_level(p, 0, len(p.tokens), {"and", "or"})) and not arrows
    if not places or (not arrows and (relation is None or is_relation) and (len(places) == 1 or joined)):
        return p.formula()
    column = p.tokens[places[0]].column
    if len(places) > 1:
        raise FormulaError("There are two equals signs: write one formula.", p.tokens[places[1]].column)
    before = p.tokens[places[0] - 1]
    glued = not p.tokens[places[0]].spaced and p.tokens[places[0] - 2].text not in {"^", "_"}  # mu_*=
    if places[0] > 1 and before.text in _UPDATES and glued and not arrows:
        raise FormulaError(f"Write the new value alone: w {before.text} ... for w {before.text}= ...", column)
    p.at = places[0] + 1
    node = p.formula()
    if relation is not None and compound.is_compound(p, places[0], relation):
        raise FormulaError(_SWAPPED if node.op in _ATOMS and not arrows else _COMPOUND, column)
    return node


def _signs(p: Parser) -> list[int]:
    """Return where equals signs and arrows stand outside of brackets and conditions."""
    places = top_level(p, 0, len(p.tokens), ARROWS | {"="} | IF)
    ifs = [place for place in places if p.tokens[place].text in IF]
    return [place for place in places if not ifs or place < ifs[0]]
