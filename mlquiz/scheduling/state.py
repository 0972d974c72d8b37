"""What a card's answers come to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from mlquiz.scheduling.memory import Memory
from mlquiz.store.rows import Row

ENOUGH_TIMES = 3
LEECH_AFTER = 8  # lapses
LEECH_AGAIN = 4  # and each time that so many more have come


@dataclass(frozen=True, slots=True)
class CardState:
    """The memory of one card and when it is due; days are study days.

    A card that was only suspended has no memory and no days. A suspended card keeps its ``due`` but isn't
    asked. ``lapses`` counts the days on which a card seen before was forgotten, ``usual_ms`` is the median of
    the last right answers' times (None until there are three), ``last_rating`` is 0 before the first answer.
    """

    card: str
    stability: float | None = None
    difficulty: float | None = None
    first_day: date | None = None
    last_day: date | None = None
    due: date | None = None
    reps: int = 0
    lapses: int = 0
    last_rating: int = 0
    suspended: bool = False
    times: tuple[int, ...] = ()

    @property
    def memory(self) -> Memory | None:
        """Stability and difficulty; None before the first answer."""
        if self.stability is None or self.difficulty is None:
            return None
        return Memory(self.stability, self.difficulty)

    @property
    def usual_ms(self) -> int | None:
        """The median time of the last right answers; None until there are three."""
        return sorted(self.times)[len(self.times) // 2] if len(self.times) >= ENOUGH_TIMES else None

    @property
    def leech(self) -> bool:
        """Whether the card has been forgotten so often that it needs other help than repetition."""
        return self.lapses >= LEECH_AFTER

    def became_leech(self, before: CardState | None) -> bool:
        """Return whether the answer after ``before`` was a lapse to speak of: the 8th, then every 4th."""
        lapsed = self.lapses > (before.lapses if before else 0)
        return lapsed and self.leech and (self.lapses - LEECH_AFTER) % LEECH_AGAIN == 0

    def known_before(self, today: date) -> bool:
        """Return whether the card was met on an earlier day than ``today``."""
        return self.first_day is not None and self.first_day < today

    def is_due(self, today: date) -> bool:
        """Return whether the card is to be asked on ``today``."""
        return not self.suspended and self.due is not None and self.due <= today


def to_row(state: CardState) -> Row:
    """Return the state as the journal keeps it; equal states give equal bytes."""
    first, last, due = (
        day.toordinal() if day else None for day in (state.first_day, state.last_day, state.due)
    )
    counts = state.reps, state.lapses, state.last_rating, state.suspended, state.times
    payload = json.dumps([state.stability, state.difficulty, first, last, due, *counts])
    return Row(state.card, None if state.suspended else due, last, state.stability, payload)


def from_row(row: Row) -> CardState:
    """Return the state that `to_row` wrote."""
    stability, difficulty, *days_and_counts = json.loads(row.payload)
    first, last, due = (date.fromordinal(day) if day else None for day in days_and_counts[:3])
    reps, lapses, rating, suspended, times = days_and_counts[3:]
    counts = reps, lapses, rating, suspended, tuple(times)
    return CardState(row.card, stability, difficulty, first, last, due, *counts)
