"""Choice: pick the right option, or all the right ones."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlquiz.study.desk import Answer
from mlquiz.study.labels import DIGITS, labelled, marked
from mlquiz.study.rating import rate
from mlquiz.study.screen import gap, line
from mlquiz.study.way import given_up

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from mlquiz.cards.model import ChoiceCard
    from mlquiz.study.desk import Desk
    from mlquiz.study.screen import Block


class Choice:
    """Options in a new order at each showing; digits pick them."""

    def __init__(self, card: ChoiceCard, rng: random.Random) -> None:
        self.options = rng.sample(card.options, len(card.options))
        self.labels = DIGITS[: len(self.options)]
        self.right = {label for label, option in zip(self.labels, self.options, strict=True) if option.right}
        self.picked: set[str] = set()

    def question(self) -> Sequence[Block]:
        """Return the options."""
        rows = [labelled(label, option.text) for label, option in zip(self.labels, self.options, strict=True)]
        return [gap(), *rows]

    def solution(self) -> Sequence[Block]:
        """Return each option with whether it is right, and why."""
        blocks = [gap()]
        for label, option in zip(self.labels, self.options, strict=True):
            blocks.append(marked(label, option.text, right=option.right, picked=label in self.picked))
            if option.why:
                blocks.append(labelled("   ", option.why, "dim"))
        return blocks

    def ask(self, desk: Desk) -> Answer:
        """Take digits; right when just the right options were picked."""
        one = len(self.right) == 1 and len(self.labels) <= len("123456789")
        self.picked = self._pick_one(desk) if one else self._pick_some(desk)
        if not self.picked:
            return given_up()
        right = self.picked == self.right
        typed = "; ".join(
            option.text
            for label, option in zip(self.labels, self.options, strict=True)
            if label in self.picked
        )
        return Answer("right" if right else "wrong", rate(right=right, helped=desk.helped), typed)

    def _pick_one(self, desk: Desk) -> set[str]:
        reveal = desk.bound("reveal")
        hidden = dict.fromkeys(self.labels[1:], "")
        key = desk.key(
            {self.labels[0]: "", f"1-{len(self.labels)}": "choose", **hidden, reveal: "I don't know"}
        )
        return {key} & set(self.labels)

    def _pick_some(self, desk: Desk) -> set[str]:
        """Read all digits on one line."""
        while True:
            text = desk.line("all that are right, such as 1 3: ")
            picked = (
                set(re.split(r"[\s,;]+", text.strip()))
                if len(self.labels) > 9
                else set(re.sub(r"\W", "", text))
            )
            picked -= {""}
            if picked <= set(self.labels):
                return picked
            desk.screen.show(line(f"There are the options {self.labels[0]} to {self.labels[-1]}.", "hint"))
            desk.unread()
