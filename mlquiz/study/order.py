"""Order: put the steps in the right order."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from mlquiz.study.desk import Answer
from mlquiz.study.labels import DIGITS, labelled, named
from mlquiz.study.rating import rate
from mlquiz.study.screen import gap, line
from mlquiz.study.way import given_up

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from mlquiz.cards.model import OrderCard
    from mlquiz.study.desk import Desk
    from mlquiz.study.screen import Block


class Order:
    """Steps in a new disorder at each showing; the person types their numbers in order."""

    def __init__(self, card: OrderCard, rng: random.Random) -> None:
        self.steps = card.steps
        self.shuffled = list(card.steps)
        while self.shuffled == list(self.steps):
            rng.shuffle(self.shuffled)
        self.labels = DIGITS[: len(self.shuffled)]

    def question(self) -> Sequence[Block]:
        """Return the steps in disorder."""
        return [
            gap(),
            *(labelled(label, step) for label, step in zip(self.labels, self.shuffled, strict=True)),
        ]

    def solution(self) -> Sequence[Block]:
        """Return the steps in order, with the numbers they had."""
        numbers = [self.labels[self.shuffled.index(step)] for step in self.steps]
        return [gap(), *(labelled(label, step) for label, step in zip(numbers, self.steps, strict=True))]

    def ask(self, desk: Desk) -> Answer:
        """Read the order: all right, or again; how many neighbours were right is told."""
        while True:
            text = desk.line("the order, such as " + " ".join(reversed(self.labels)) + ": ")
            if not text.strip():
                return given_up()
            order = named(text, self.labels)
            if sorted(order) == sorted(self.labels):
                return self._judge(order, desk)
            desk.screen.show(line(f"Each of {self.labels[0]} to {self.labels[-1]} once, please.", "hint"))
            desk.unread()

    def _judge(self, order: list[str], desk: Desk) -> Answer:
        steps = [self.shuffled[self.labels.index(label)] for label in order]
        right = steps == list(self.steps)
        if not right:
            wanted = set(pairwise(self.steps))
            kept = sum(pair in wanted for pair in pairwise(steps))
            desk.screen.show(line(f"{kept} of {len(wanted)} neighbouring pairs are right.", "hint"))
        return Answer("right" if right else "wrong", rate(right=right, helped=desk.helped), " > ".join(steps))
