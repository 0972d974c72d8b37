"""A round of a quiz: some cards, each once, in a mixed order; the schedule isn't touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from mlquiz.cards.model import CardInfo

MINUTE = 60_000  # ms


class Round:
    """Asks ``count`` of the cards, drawn by weight; stops after ``minutes``."""

    def __init__(
        self,
        cards: Sequence[CardInfo],
        rng: random.Random,
        *,
        count: int,
        minutes: float | None = None,
    ) -> None:
        self._waiting = draw(cards, count, rng)
        self._answered: list[str] = []
        self._minutes = minutes
        self._began: int | None = None

    def next(self, now: int) -> str | None:
        """Return the card to ask; None when the round or its time is over."""
        self._began = now if self._began is None else self._began
        over = self._minutes is not None and now - self._began >= self._minutes * MINUTE
        return None if over or not self._waiting else self._waiting[0]

    def answered(self, key: str, rating: int) -> None:  # noqa: ARG002 - each card once, right or wrong
        """Go on to the next."""
        self.skip(key)
        self._answered.append(key)

    def skip(self, key: str) -> None:
        """Leave a card out."""
        if key in self._waiting:
            self._waiting.remove(key)

    suspend = skip

    def undo(self, key: str) -> None:
        """Ask the card again, next."""
        if key in self._answered:
            self._answered.remove(key)
        self._waiting.insert(0, key)

    unsuspend = undo

    def progress(self) -> str:
        """Return how far the round is, such as ``3 of 20``."""
        return f"{len(self._answered) + 1} of {len(self._answered) + len(self._waiting)}"


def draw(cards: Sequence[CardInfo], count: int, rng: random.Random) -> list[str]:
    """Draw ``count`` different cards, likelier ones by weight (Efraimidis and Spirakis, 2006)."""
    keyed = sorted(cards, key=lambda card: rng.random() ** (1 / max(1, card.weight)), reverse=True)
    chosen = [card.key for card in keyed[:count]]
    rng.shuffle(chosen)
    return chosen
