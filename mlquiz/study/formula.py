"""Formula: typed in any spelling, judged by the grader, read back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlquiz.study.desk import Answer, FormulaField
from mlquiz.study.rating import Rating, rate
from mlquiz.study.screen import formula, gap, line, words
from mlquiz.study.way import given_up
from mlquiz.terminal.text import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.text import Text

    from mlquiz.cards.library import Library
    from mlquiz.cards.model import Card, FormulaCard
    from mlquiz.grading import Formula, Verdict
    from mlquiz.study.desk import Desk
    from mlquiz.study.screen import Block
    from mlquiz.terminal.markup import Renderer

NEAR_CARET = 36  # columns shown left and right of the place that could not be read


class FormulaWay:
    """A formula to write down."""

    def __init__(self, card: FormulaCard) -> None:
        self.card = card

    def question(self) -> Sequence[Block]:
        """Return what is given: the symbols in a mathematician's words."""
        return [gap(), given(self.card.symbols, self.card.where)] if self.card.symbols else []

    def solution(self) -> Sequence[Block]:
        """Return the reference, laid out, and its source."""
        blocks = [gap(), formula(reference_latex(self.card))]
        return [*blocks, line(self.card.source, "dim")] if self.card.source else blocks

    def ask(self, desk: Desk) -> Answer:
        """Read formulas until one can be judged; a near miss gets its hint and one more try, to learn."""
        left = left_side(self.card.show, self.card.symbols)
        prompt = f"{desk.screen.pen.inline(left)} = " if left else "= "
        reference = None
        missed: str | None = None
        while True:
            text = desk.line(prompt, field(self.card.symbols))
            if not text.strip():
                return given_up() if missed is None else Answer("wrong", Rating.AGAIN, missed)
            reference = reference or reference_of(self.card)
            verdict = judge(text, reference, desk)
            if verdict is None:
                continue
            if verdict.outcome == "undecided":
                return self._undecided(text, desk)
            if verdict.outcome == "right":
                if missed is not None:
                    return Answer("wrong", Rating.AGAIN, missed, learnt=True)
                return Answer("right", rate(right=True, helped=desk.helped), text)
            if missed is not None or not verdict.hint:
                return Answer("wrong", Rating.AGAIN, missed or text)
            missed = text
            desk.screen.show(
                words(verdict.hint, "hint"), line("Once more, to learn; it counts as again.", "dim")
            )

    def _undecided(self, text: str, desk: Desk) -> Answer:
        """Show both formulas and let the person decide."""
        desk.screen.show(line("This could not be decided by computing. Are the two the same?", "hint"))
        desk.reveal(line("the answer", "dim"), *self.solution())
        key = desk.key({"y": "the same", "n": "not the same"})
        return Answer("undecided", rate(right=key == "y", helped=desk.helped), text, settled=True)


def judge(text: str, reference: Formula, desk: Desk) -> Verdict | None:
    """Grade ``text``; None when it is no answer yet, which is explained."""
    from mlquiz.grading import grade

    verdict = grade(text, reference)
    if verdict.outcome == "unread":
        desk.screen.show(*unread(text, verdict.message or "This could not be read.", verdict.column))
        desk.unread()
        return None
    if verdict.latex and verdict.outcome != "right":
        desk.screen.show(line("read as", "dim"), formula(verdict.latex))
    if verdict.message:
        desk.screen.show(words(verdict.message, "hint"))
    if verdict.outcome == "restated":
        desk.unread()
        return None
    return verdict


def taken_for(text: str, card: Card, library: Library) -> FormulaCard | None:
    """Return the card, of those easily confused with ``card``, whose formula ``text`` is; None if none."""
    from mlquiz.cards.model import FormulaCard
    from mlquiz.grading import grade

    others = (library.card(key) for key in card.contrasts)
    formulas = (other for other in others if isinstance(other, FormulaCard))
    return next((other for other in formulas if grade(text, reference_of(other)).outcome == "right"), None)


def unread(text: str, message: str, column: int | None) -> list[Block]:
    """Return a message with a caret under the column (from 1) at which reading stopped."""
    blocks: list[Block] = []
    if column is not None:
        at = max(0, min(column - 1, len(text)))
        start = max(0, at - NEAR_CARET)
        shown = one_line(text[start : at + NEAR_CARET].replace("\n", " "))
        before = one_line(text[start:at] + "|")[:-1]
        blocks = [line(shown), line(" " * len(before) + "^", "hint")]
    return [*blocks, line(message, "hint")]


def field(symbols: Mapping[str, str]) -> FormulaField:
    """Return what helps to type a formula in these symbols."""

    def read_back(text: str) -> str:
        from mlquiz.grading import to_latex

        return to_latex(text, symbols)

    return FormulaField(tuple(symbols), read_back)


def reference_of(card: FormulaCard) -> Formula:
    """Return the card's formula as the grader takes it."""
    from mlquiz.grading import Formula

    return Formula(
        card.answer, symbols=card.symbols, forbid=card.forbid, where=card.where, boundary=card.boundary
    )


def reference_latex(card: FormulaCard) -> str:
    """Return the answer in LaTeX, with its left side."""
    from mlquiz.grading import FormulaError, to_latex

    try:
        right = to_latex(card.answer, card.symbols)
    except FormulaError:
        return rf"\text{{{card.answer}}}"
    left = left_side(card.show, card.symbols)
    return f"{left} = {right}" if left else right


def left_side(show: str, symbols: Mapping[str, str]) -> str:
    """Return the left side in LaTeX; what the answer language can't read is taken for LaTeX already."""
    from mlquiz.grading import FormulaError, to_latex

    if not show or re.search(r"\\", show):
        return show
    try:
        return to_latex(show, symbols)
    except FormulaError:
        return show


def given(symbols: Mapping[str, str], where: Sequence[str]) -> Block:
    """Return the block that says what each symbol is."""
    from mlquiz.grading import describe

    phrases = describe(symbols, where)

    def draw(pen: Renderer) -> Text:
        from rich.text import Text

        label, space = "given  ", "   "
        rows = filled([pen.inline(phrase) for phrase in phrases], pen.look.measure - len(label), space)
        text = Text("\n".join(f"{'':<{len(label)}}{row}" for row in rows), style="maths")
        return Text.assemble((label, "dim"), text[len(label) :])

    return draw


def filled(phrases: Sequence[str], width: int, space: str) -> list[str]:
    """Return rows of whole phrases with ``space`` between them; one that is too long has rows of its own."""
    from textwrap import wrap

    from rich.cells import cell_len

    rows: list[str] = []
    for phrase in phrases:
        if rows and cell_len(rows[-1] + space + phrase) <= width:
            rows[-1] += space + phrase
        else:
            rows += wrap(phrase, width, subsequent_indent="  ") if cell_len(phrase) > width else [phrase]
    return rows
