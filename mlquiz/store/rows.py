"""The rows derived from events: one a card, kept without being understood."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Iterator


class Row(NamedTuple):
    """What a card's events come to.

    ``payload`` is whatever the deriving function wrote. The rest is what the order of a sitting needs:
    ``due`` and ``seen`` are days (proleptic ordinals), ``stability`` is in days. ``due`` is None for a card
    that isn't to be asked.
    """

    card: str
    due: int | None
    seen: int | None
    stability: float | None
    payload: str


class Rows:
    """Questions to the derived rows; every list comes in the order of asking."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def get(self, card: str) -> Row | None:
        """Return the card's row."""
        found = self._connection.execute("SELECT * FROM rows WHERE card = ?", (card,)).fetchone()
        return Row(*found) if found else None

    def __iter__(self) -> Iterator[Row]:
        return (Row(*found) for found in self._connection.execute("SELECT * FROM rows ORDER BY card"))

    def cards(self) -> list[str]:
        """Return every card that has a row, in no order."""
        found = self._connection.execute("SELECT json_group_array(card) FROM rows").fetchone()
        cards: list[str] = json.loads(found[0])  # quicker than 100,000 tuples
        return cards

    def due(self, day: int) -> list[str]:
        """Return the cards due on ``day`` or before, the one most at risk first.

        The chance of recall (1 + f t / S)^-d falls with t / S alone, so time over stability orders by risk.
        """
        query = "SELECT card FROM rows WHERE due <= ? ORDER BY (? - seen) / stability DESC, card"
        return [card for (card,) in self._connection.execute(query, (day, day))]

    def ahead(self, day: int) -> list[str]:
        """Return the cards due after ``day``, the next first."""
        query = "SELECT card FROM rows WHERE due > ? ORDER BY due, card"
        return [card for (card,) in self._connection.execute(query, (day,))]

    def weakest(self) -> list[str]:
        """Return the cards that may be asked, the one forgotten fastest first."""
        query = "SELECT card FROM rows WHERE due IS NOT NULL ORDER BY stability, card"
        return [card for (card,) in self._connection.execute(query)]

    def next_due(self, day: int) -> int | None:
        """Return the first day after ``day`` on which a card is due."""
        found: int | None = self._connection.execute(
            "SELECT min(due) FROM rows WHERE due > ?", (day,)
        ).fetchone()[0]
        return found

    def load(self, first: int, last: int) -> dict[int, int]:
        """Return how many cards are due on each day from ``first`` to ``last`` that has any."""
        query = "SELECT due, count(*) FROM rows WHERE due BETWEEN ? AND ? GROUP BY due"
        return dict(self._connection.execute(query, (first, last)))

    def load_of(self, cards: Collection[str], first: int, last: int) -> dict[int, int]:
        """Return what `load` returns, of ``cards`` only."""
        query = """
            SELECT due, count(*) FROM rows
            WHERE card IN (SELECT value FROM json_each(?)) AND due BETWEEN ? AND ? GROUP BY due"""
        return dict(self._connection.execute(query, (json.dumps(list(cards)), first, last)))

    def put(self, rows: Iterable[Row]) -> None:
        """Write rows over the cards' old ones."""
        self._connection.executemany("INSERT OR REPLACE INTO rows VALUES (?, ?, ?, ?, ?)", rows)

    def drop(self, card: str) -> None:
        """Forget the card's row."""
        self._connection.execute("DELETE FROM rows WHERE card = ?", (card,))

    def clear(self) -> None:
        """Forget every row."""
        self._connection.execute("DELETE FROM rows")
