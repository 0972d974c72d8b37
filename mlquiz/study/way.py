"""A way of asking: what a kind of card shows, how it is answered, and its solution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from mlquiz.study.desk import Answer
from mlquiz.study.rating import Rating

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from mlquiz.cards.model import Card
    from mlquiz.study.desk import Desk
    from mlquiz.study.screen import Block


class Way(Protocol):
    """One showing of a card; what is shuffled or drawn for it is kept here."""

    def question(self) -> Sequence[Block]:
        """Return what is shown under the card's ``ask``."""
        ...

    def ask(self, desk: Desk) -> Answer:
        """Have it answered. Raises Left, EndOfInput, KeyboardInterrupt."""
        ...

    def solution(self) -> Sequence[Block]:
        """Return the answer as it is shown."""
        ...


def way_of(card: Card, rng: random.Random) -> Way:
    """Return the way in which ``card`` is asked; ``rng`` shuffles and draws."""
    from mlquiz.cards import model

    match card:  # each kind is imported when it is asked
        case model.RecallCard():
            from mlquiz.study.recall import Recall

            return Recall(card)
        case model.ClozeCard():
            from mlquiz.study.cloze import Cloze

            return Cloze(card)
        case model.ChoiceCard():
            from mlquiz.study.choice import Choice

            return Choice(card, rng)
        case model.FormulaCard():
            from mlquiz.study.formula import FormulaWay

            return FormulaWay(card)
        case model.NumberCard():
            from mlquiz.study.number import NumberWay

            return NumberWay(card, rng)
        case model.OrderCard():
            from mlquiz.study.order import Order

            return Order(card, rng)
        case model.MatchCard():
            from mlquiz.study.matching import Match

            return Match(card, rng)
    raise TypeError(f"no way of asking a {card.kind} card")


def given_up() -> Answer:
    """Return what "I don't know" counts as."""
    return Answer("shown", Rating.AGAIN)
