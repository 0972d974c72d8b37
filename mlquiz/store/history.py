"""Counts over the reviews that still count, for statistics."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import sqlite3

# undone and not redone; `e` is the event in question
TAKEN_BACK = """
    EXISTS (SELECT 1 FROM events u WHERE u.undoes = e.id AND u.event = 'undo'
            AND NOT EXISTS (SELECT 1 FROM events r WHERE r.undoes = u.id AND r.event = 'redo'))"""


class Day(NamedTuple):
    """A study day on which something was answered: how often, and the first and last moment (UTC ms)."""

    day: date
    reviews: int
    first: int
    last: int


class History:
    """Questions to the reviews; what was undone is left out."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def days(self) -> list[Day]:
        """Return the days with reviews, in order."""
        query = f"""
            SELECT day, count(*), min(at), max(at) FROM events e
            WHERE day IS NOT NULL AND NOT {TAKEN_BACK} GROUP BY day ORDER BY day"""  # noqa: S608 - a constant
        return [Day(date.fromordinal(day), *rest) for day, *rest in self._connection.execute(query)]

    def cards_on(self, day: date) -> list[str]:
        """Return the cards reviewed on ``day``, under today's names."""
        query = f"""
            SELECT DISTINCT coalesce(n.card, e.card) FROM events e LEFT JOIN names n ON n.old = e.card
            WHERE day = ? AND NOT {TAKEN_BACK}"""  # noqa: S608
        return [card for (card,) in self._connection.execute(query, (day.toordinal(),))]

    def recalls(self, first: date, last: date) -> tuple[int, int]:
        """Return how often a card was recalled and how often it was asked, from ``first`` to ``last``.

        Only a card's first review of a day counts, and only if it had been reviewed on an earlier day: the
        others say nothing about memory.
        """
        query = f"""
            SELECT coalesce(sum(rating > 1), 0), count(*) FROM events e
            WHERE day BETWEEN ? AND ? AND NOT {TAKEN_BACK}
            AND EXISTS (SELECT 1 FROM events b WHERE b.card = e.card AND b.day < e.day)
            AND NOT EXISTS (SELECT 1 FROM events b WHERE b.card = e.card AND b.day = e.day
                            AND (b.at, b.id) < (e.at, e.id))"""  # noqa: S608
        recalled, asked = self._connection.execute(query, (first.toordinal(), last.toordinal())).fetchone()
        return recalled, asked

    def newest(self) -> int | None:
        """Return the moment of the last thing done here (UTC ms); None when nothing was done."""
        found = self._connection.execute("SELECT at FROM events ORDER BY seq DESC LIMIT 1").fetchone()
        return found[0] if found else None
