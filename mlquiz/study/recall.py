"""Recall: think, or type a line to compare with; reveal; rate yourself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.study.screen import words
from mlquiz.study.self_rating import reveal_and_rate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlquiz.cards.model import RecallCard
    from mlquiz.study.desk import Answer, Desk
    from mlquiz.study.screen import Block


class Recall:
    """A question whose answer the person judges."""

    def __init__(self, card: RecallCard) -> None:
        self.card = card

    def question(self) -> Sequence[Block]:
        """Return nothing: the card's ``ask`` says it all."""
        return []

    def solution(self) -> Sequence[Block]:
        """Return the answer."""
        return [words(self.card.answer, "answer")]

    def ask(self, desk: Desk) -> Answer:
        """Reveal after a key, or after a typed line to compare with; the person rates."""
        return reveal_and_rate(desk, self.solution(), may_type=True)
