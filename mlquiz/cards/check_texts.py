"""Checks that the maths in a deck's texts can be laid out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.cards.check_context import texts_of
from mlquiz.cards.cloze import BLANK, parse_cloze
from mlquiz.cards.model import Blank
from mlquiz.cards.texts import lonely_dollar, maths

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlquiz.cards.check_context import Context
    from mlquiz.cards.load import Entry
    from mlquiz.cards.nodes import Node
    from mlquiz.cards.problems import Problem

SECTION_TEXTS = ("title", "notes", "errata")
CARD_TEXTS = ("ask", "explain", "hints", "options", "steps", "pairs", "unit", "source")


def section_text_problems(context: Context, section: Entry) -> Iterator[Problem]:
    """Return what is wrong with the maths of a section's title, notes and errata."""
    for name in SECTION_TEXTS:
        yield from _problems(context, section, name)


def card_text_problems(context: Context, entry: Entry) -> Iterator[Problem]:
    """Return what is wrong with the maths of a card's texts; formulas to be typed are judged elsewhere."""
    for name in CARD_TEXTS:
        yield from _problems(context, entry, name)
    kind = entry.plain["kind"]
    if kind == "recall":
        yield from _problems(context, entry, "answer")
    if kind == "cloze":
        yield from _cloze_problems(context, entry)
    if "show" in entry.plain:
        yield from _layout_problems(context, entry.node.at("show"), entry.plain["show"])


def _problems(context: Context, entry: Entry, name: str) -> Iterator[Problem]:
    for path, text in texts_of(entry.plain.get(name), (name,)):
        yield from text_problems(context, entry.node.at(*path), text)


def text_problems(context: Context, node: Node, text: str) -> Iterator[Problem]:
    """Return what is wrong with the maths of one text."""
    lonely = lonely_dollar(text)
    if lonely is not None:
        suggestion = r"write \$ for a dollar sign"
        around = text[lonely : lonely + 20].partition("\n")[0]
        yield context.problem(node, "a `$` has no partner", "`$maths$`", suggestion, at=around)
    for _, latex in maths(text):
        yield from _layout_problems(context, node, latex)


def _layout_problems(context: Context, node: Node, latex: str) -> Iterator[Problem]:
    from mlquiz import typeset

    try:
        typeset.layout(latex)
    except typeset.TypesetError as error:
        column = getattr(error, "column", 1) or 1
        message = f"`{latex}` can't be laid out: {getattr(error, 'message', error)}"
        yield context.problem(node, message, at=latex, offset=column - 1)


def _cloze_problems(context: Context, entry: Entry) -> Iterator[Problem]:
    """Check the words around the blanks, and the blanks that aren't formulas."""
    node, text = entry.node.at("text"), entry.plain["text"]
    yield from text_problems(context, node, BLANK.sub(lambda match: "_" * len(match[0]), text))
    for part in parse_cloze(text):
        if isinstance(part, Blank) and part.formula is None:
            for alternative in part.alternatives:
                yield from text_problems(context, node, alternative)
