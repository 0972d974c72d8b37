"""Events as rows of the journal's table."""

from __future__ import annotations

from datetime import date
from typing import Any

from mlquiz.store.events import Event, Redo, Review, Suspend, Undo, Unsuspend, kind_of

COLUMNS = "id, event, card, at, rating, verdict, typed, took, revision, day, due, undoes"
VALUES = ", ".join(f":{name}" for name in COLUMNS.split(", "))
UNDOING: dict[str, type[Undo | Redo]] = {"undo": Undo, "redo": Redo}
TOGGLES: dict[str, type[Suspend | Unsuspend]] = {"suspend": Suspend, "unsuspend": Unsuspend}
NOTHING = dict.fromkeys(COLUMNS.split(", "))


def to_columns(event: Event) -> dict[str, Any]:
    """Return the event as values of the table's columns; days are proleptic ordinals."""
    values = {**NOTHING, **event._asdict(), "event": kind_of(event)}
    if isinstance(event, Review):
        values |= {"day": event.day.toordinal(), "due": event.due.toordinal()}
    return values


def from_columns(found: tuple[Any, ...]) -> Event:
    """Return the event written in a row of ``COLUMNS``."""
    identifier, kind, card, at, rating, verdict, typed, took, revision, day, due, undoes = found
    if kind == "review":
        days = date.fromordinal(day), date.fromordinal(due)
        return Review(identifier, card, at, rating, verdict, typed, took, revision, *days)
    if undoes is not None:
        return UNDOING[kind](identifier, card, at, undoes)
    return TOGGLES[kind](identifier, card, at)
