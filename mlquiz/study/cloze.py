"""Cloze: fill in the blanks."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from mlquiz.study.desk import Answer, Desk
from mlquiz.study.formula import field, judge
from mlquiz.study.labels import RIGHT, WRONG
from mlquiz.study.rating import rate
from mlquiz.study.screen import gap, line, words
from mlquiz.study.way import given_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlquiz.cards.model import Blank, ClozeCard
    from mlquiz.study.screen import Block

DASHES = re.compile(r"[\s\-‐‑‒–—_]+")


class Cloze:
    """A text with holes, filled one after the other."""

    def __init__(self, card: ClozeCard) -> None:
        self.card = card
        self.blanks = [part for part in card.text if not isinstance(part, str)]

    def question(self) -> Sequence[Block]:
        """Return the text with numbered holes."""
        several = len(self.blanks) > 1
        holes = iter(f"[{number}]____" if several else "____" for number in range(1, len(self.blanks) + 1))
        return [
            gap(),
            words("".join(part if isinstance(part, str) else next(holes) for part in self.card.text)),
        ]

    def solution(self) -> Sequence[Block]:
        """Return the text with its holes filled."""
        filled = (part if isinstance(part, str) else f"**{shown(part)}**" for part in self.card.text)
        return [gap(), words("".join(filled))]

    def ask(self, desk: Desk) -> Answer:
        """Read each blank; all of them have to be right."""
        typed: list[str] = []
        results: list[bool | None] = []
        for number, blank in enumerate(self.blanks, 1):
            prompt = f"[{number}] " if len(self.blanks) > 1 else "> "
            text, right = (
                self._formula(blank, prompt, desk) if blank.formula else self._words(blank, prompt, desk)
            )
            typed.append(text)
            results.append(right)
        if not any(typed):
            return given_up()
        if len(results) > 1 and not all(results):
            signs = (f"[{number}] {RIGHT if right else WRONG}" for number, right in enumerate(results, 1))
            desk.screen.show(line("   ".join(signs), "hint"))
        if None in results and False not in results:
            return self._undecided(typed, desk)
        return Answer(
            "right" if all(results) else "wrong",
            rate(right=all(results), helped=desk.helped),
            "; ".join(typed),
        )

    def _words(self, blank: Blank, prompt: str, desk: Desk) -> tuple[str, bool]:
        text = desk.line(prompt).strip()
        return text, normalised(text) in {normalised(each) for each in blank.alternatives}

    def _formula(self, blank: Blank, prompt: str, desk: Desk) -> tuple[str, bool | None]:
        """Read a formula until it can be judged; None for one that stays undecided."""
        from mlquiz.grading import Formula

        card = self.card
        reference = Formula(str(blank.formula), symbols=card.symbols, forbid=card.forbid, where=card.where)
        while True:
            text = desk.line(prompt, field(card.symbols)).strip()
            if not text:
                return "", False
            verdict = judge(text, reference, desk)
            if verdict is not None:
                return text, None if verdict.outcome == "undecided" else verdict.outcome == "right"

    def _undecided(self, typed: list[str], desk: Desk) -> Answer:
        desk.screen.show(line("This could not be decided by computing. Is it the same?", "hint"))
        desk.reveal(*self.solution())
        key = desk.key({"y": "the same", "n": "not the same"})
        return Answer("undecided", rate(right=key == "y", helped=desk.helped), "; ".join(typed), settled=True)


def shown(blank: Blank) -> str:
    """Return the blank as it stands in the solution."""
    return f"${blank.formula}$" if blank.formula else blank.alternatives[0]


def normalised(text: str) -> str:
    """Return words as they are compared: no case, hyphens as spaces, no markup, no final full stop."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = re.sub(r"[$`*]", "", plain).replace("’", "'")
    return DASHES.sub(" ", plain).strip(" .!?,;:")
