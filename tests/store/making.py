"""Events and journals for tests."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from mlquiz.store.events import Event, Review, effective, new_id
from mlquiz.store.journal import Journal
from mlquiz.store.rows import Row

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

NOON = int(datetime(2026, 3, 2, 12, tzinfo=UTC).timestamp() * 1000)
DAY = 86_400_000


def review(card: str = "d/a", at: int = NOON, rating: int = 3, typed: str = "") -> Review:
    """Return a review that makes the card due two days later."""
    day = date(1970, 1, 1) + timedelta(milliseconds=at)
    return Review(new_id(at), card, at, rating, "right", typed, 900, "r1", day, day + timedelta(days=2))


def tally(card: str, events: Sequence[Event]) -> Row | None:
    """Derive a row that is nothing but the list of deeds that count: it shows what the journal hands over."""
    deeds = sorted(effective(events), key=lambda deed: (deed.at, deed.id))
    reviews = [deed for deed in deeds if isinstance(deed, Review)]
    if not deeds:
        return None
    last = reviews[-1] if reviews else None
    due, seen = (last.due.toordinal(), last.day.toordinal()) if last else (None, None)
    return Row(card, due, seen, float(len(reviews)), " ".join(deed.id for deed in deeds))


def content(journal: Journal) -> tuple[list[Event], list[Row]]:
    """Return all that a journal says, however it came to."""
    return list(journal.events()), list(journal.rows)


def filled(path: Path, *events: Event) -> Path:
    """Write a journal with ``events`` and close it."""
    with Journal.open(path) as journal:
        for event in events:
            journal.append(event, tally)
    return path
