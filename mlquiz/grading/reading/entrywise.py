"""Answers by entries: ``p_ij = (C_ij + C_ji)/(2n)`` where a whole matrix is asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlquiz.grading.reading.brackets import group_end, top_level
from mlquiz.grading.reading.left_side import ARROWS
from mlquiz.grading.syntax import shapes
from mlquiz.grading.syntax.kinds import ONE
from mlquiz.grading.syntax.ranges import used_ranges
from mlquiz.grading.syntax.tree import FormulaError, Node, Size, Type, size_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlquiz.grading.reading.parser import Parser


def indices_of(p: Parser, node: Node, free: list[str], wanted: Type) -> dict[str, Size]:
    """Return the letters that an answer by entries leaves free, in the order of the indices, with sizes.

    Parameters
    ----------
    p
        The parser that has read the answer: its left side says which entry this is.
    node
        The answer.
    free
        The letters that nothing binds or declares.
    wanted
        The type of what is asked for; no indices where that is no array, or the answer is no number.

    Raises
    ------
    FormulaError
        If the left side doesn't name the entry, or a letter runs over another range than its index.
    """
    sizes = [size for size in wanted.sizes if size is not None]
    if not shapes.is_number(node) or not free or len(free) != len(wanted.sizes) or len(sizes) != len(free):
        return {}
    order = [letter for letter in dict.fromkeys(_letters_on_left(p)) if letter in free]
    column = p.free_letters[free[0]].column
    if len(order) != len(free):
        letters = "".join(free)
        raise FormulaError(
            f"The whole is asked for, {wanted}: write it without free indices, "
            f"or name the entry on the left, as in a_{letters} = ...",
            column,
        )
    found = dict(zip(order, sizes, strict=True))
    for letter, size in found.items():
        for low, high in used_ranges(node, letter):
            if (low, high) != (ONE, size):
                raise FormulaError(
                    f"{letter} runs from {size_text(low)} to {size_text(high)} here; {wanted} is asked for.",
                    column,
                )
    return found


def _letters_on_left(p: Parser) -> Iterator[str]:
    """Yield the letters that stand as subscripts left of the equals sign or arrow."""
    ends = top_level(p, 0, len(p.tokens), ARROWS | {"="})
    place, end = 0, ends[0] if ends else 0
    while place < end:
        token = p.tokens[place]
        if token.kind == "name":
            yield from re.findall(r"[A-Za-z]'*", token.text.partition("_")[2])
        elif token.text in {"_", "["}:
            group = place if token.text == "[" else place + 1
            stop = group_end(p, group) if p.tokens[group].text in {"{", "["} else group + 1
            for inner in p.tokens[place + 1 : stop]:
                yield from re.findall(r"[A-Za-z]'*", inner.text)
            place = stop - 1
        place += 1
