"""Match: pair the left with the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.study.desk import Answer
from mlquiz.study.labels import DIGITS, LETTERS, RIGHT, WRONG, labelled
from mlquiz.study.rating import rate
from mlquiz.study.screen import gap, line
from mlquiz.study.way import given_up

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from mlquiz.cards.model import MatchCard
    from mlquiz.study.desk import Desk
    from mlquiz.study.screen import Block


class Match:
    """Two lists, each in a new order at each showing; digits on the left, letters on the right."""

    def __init__(self, card: MatchCard, rng: random.Random) -> None:
        self.pairs = rng.sample(card.pairs, len(card.pairs))
        self.rights = rng.sample([right for _, right in card.pairs], len(card.pairs))
        self.digits = DIGITS[: len(self.pairs)]
        self.letters = LETTERS[: len(self.pairs)]
        self.wanted = [self.letters[self.rights.index(right)] for _, right in self.pairs]

    def question(self) -> Sequence[Block]:
        """Return both lists, one under the other: they fit any width so."""
        left = [labelled(digit, text) for digit, (text, _) in zip(self.digits, self.pairs, strict=True)]
        right = [labelled(letter, text) for letter, text in zip(self.letters, self.rights, strict=True)]
        return [gap(), *left, gap(), *right]

    def solution(self) -> Sequence[Block]:
        """Return the pairs."""
        rows = zip(self.digits, self.wanted, self.pairs, strict=True)
        return [gap(), *(labelled(digit + letter, f"{a}  —  {b}") for digit, letter, (a, b) in rows)]

    def ask(self, desk: Desk) -> Answer:
        """Read the letters that belong to 1, 2, 3, …: all right, or again; which were right is told."""
        example = " ".join(
            digit + letter for digit, letter in zip(self.digits, reversed(self.letters), strict=True)
        )
        while True:
            text = desk.line(f"pairs, such as {example}: ")
            if not text.strip():
                return given_up()
            chosen = self._read(text)
            if chosen is not None:
                return self._judge(chosen, desk)
            last = self.digits[-1], self.letters[-1]
            desk.screen.show(
                line(f"A letter from a to {last[1]} for each of 1 to {last[0]}, please.", "hint")
            )
            desk.unread()

    def _read(self, text: str) -> list[str] | None:
        """Return a letter for each digit: from ``1b 2a``, or from ``ba`` in the order of the digits."""
        kept = "".join(text.lower().split()).translate(str.maketrans("", "", ",;-=:"))
        letters = "".join(char for char in kept if not char.isdigit())
        digits = kept.translate(str.maketrans("", "", letters)) or "".join(self.digits)
        if len(letters) != len(self.pairs) or sorted(digits) != sorted("".join(self.digits)):
            return None
        if not set(letters) <= set(self.letters) or len(self.digits) > len("123456789"):
            return None
        by_digit = dict(zip(digits, letters, strict=True))
        return [by_digit[digit] for digit in self.digits]

    def _judge(self, chosen: list[str], desk: Desk) -> Answer:
        right = chosen == self.wanted
        if not right:
            signs = [
                f"{digit}{letter} {RIGHT if letter == wanted else WRONG}"
                for digit, letter, wanted in zip(self.digits, chosen, self.wanted, strict=True)
            ]
            desk.screen.show(line("   ".join(signs), "hint"))
        typed = " ".join(digit + letter for digit, letter in zip(self.digits, chosen, strict=True))
        return Answer("right" if right else "wrong", rate(right=right, helped=desk.helped), typed)
