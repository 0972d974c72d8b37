"""What a person did, as values: five kinds of event, each with a line of JSON."""

from __future__ import annotations

import json
import os
import re
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

RATINGS = range(1, 5)
LAST_MOMENT = 253_402_300_799_999  # the end of the year 9999 in milliseconds, the last that `date` knows


class EventError(ValueError):
    """A line that is no event; says what was found and what was expected."""


class Review(NamedTuple):
    """An answer to a card.

    ``at`` and ``took`` are milliseconds, ``rating`` is 1 again, 2 hard, 3 good, 4 easy. ``day`` is the study
    day that the person lived it on and ``due`` the day that was chosen for the card then: both are recorded
    because a journey, another turnover hour or the load of that moment can't be known again later.
    """

    id: str
    card: str
    at: int
    rating: int
    verdict: str
    typed: str
    took: int
    revision: str
    day: date
    due: date


class Undo(NamedTuple):
    """Take back the review, suspension or return named by ``undoes``."""

    id: str
    card: str
    at: int
    undoes: str


class Redo(NamedTuple):
    """Take back the `Undo` named by ``undoes``."""

    id: str
    card: str
    at: int
    undoes: str


class Suspend(NamedTuple):
    """Stop asking a card."""

    id: str
    card: str
    at: int


class Unsuspend(NamedTuple):
    """Ask a suspended card again."""

    id: str
    card: str
    at: int


Deed: TypeAlias = Review | Suspend | Unsuspend  # what can be taken back
Event: TypeAlias = Review | Undo | Redo | Suspend | Unsuspend
KINDS: dict[str, type[Event]] = {
    "review": Review,
    "undo": Undo,
    "redo": Redo,
    "suspend": Suspend,
    "unsuspend": Unsuspend,
}


def kind_of(event: Event) -> str:
    """Return the event's name, such as ``"review"``."""
    return type(event).__name__.lower()


class _Identifiers:
    """UUIDs of version 7 (RFC 9562): sorted by time, rising within a millisecond (section 6.2, method 2)."""

    def __init__(self) -> None:
        self.at = -1
        self.random = 0

    def next(self, at_ms: int) -> str:
        rising = at_ms == self.at and self.random + 1 < 1 << 74
        self.random = self.random + 1 if rising else int.from_bytes(os.urandom(10), "big") >> 7
        self.at = at_ms
        high, low = self.random >> 62, self.random & (1 << 62) - 1
        digits = f"{(at_ms & (1 << 48) - 1) << 80 | 7 << 76 | high << 64 | 2 << 62 | low:032x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


_identifiers = _Identifiers()


def new_id(at_ms: int) -> str:
    """Return a fresh UUIDv7 for the moment ``at_ms`` (UTC milliseconds); rises within a millisecond."""
    return _identifiers.next(at_ms)


def storable(text: str) -> str:
    """Return ``text`` with U+FFFD for what UTF-8 can't hold: bytes of another encoding, halves of a pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def effective(events: Iterable[Event]) -> list[Deed]:
    """Return what still counts, in the order given: what was undone and not redone is left out.

    Whether an event counts depends on which undos and redos exist and not on their order, so that two
    machines agree.
    """
    events = list(events)
    redone = {event.undoes for event in events if isinstance(event, Redo)}
    undone = {event.undoes for event in events if isinstance(event, Undo) and event.id not in redone}
    return [event for event in events if not isinstance(event, Undo | Redo) and event.id not in undone]


def to_json(event: Event) -> str:
    """Return the event as one line of JSON (no line break at its end)."""
    fields: dict[str, Any] = {"event": kind_of(event), **event._asdict()}
    return json.dumps(fields, ensure_ascii=False, default=date.isoformat)


def from_json(line: str) -> Event:
    """Read one event from a line of JSON.

    Raises
    ------
    EventError
        The line is no JSON object, misses a field, has an unknown one, or a value of the wrong kind.
    """
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise EventError(f"this is no JSON ({error})") from None
    if not isinstance(found, dict):
        raise EventError(f'expected an object such as {{"event": "review", …}}, found {_shown(found)}')
    name = found.pop("event", None)
    if not isinstance(name, str) or name not in KINDS:
        raise EventError(f'"event" is {_shown(name)}; expected one of {", ".join(KINDS)}')
    return _checked(KINDS[name], found)


def _checked(cls: type[Event], found: dict[str, object]) -> Event:
    kinds = cls.__annotations__
    missing = [name for name in kinds if name not in found]
    unknown = [name for name in found if name not in kinds]
    if missing or unknown:
        what = f'"{missing[0]}" is missing' if missing else f'there is no field "{unknown[0]}"'
        raise EventError(f"{what}; a {cls.__name__.lower()} has {', '.join(kinds)}")
    return cls(**{name: _value(name, kind, found[name]) for name, kind in kinds.items()})


_IDENTIFIER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _value(name: str, kind: Any, value: object) -> Any:
    """Return ``value`` as the field ``name`` holds it, or raise EventError."""
    kind = getattr(kind, "__forward_arg__", kind)  # annotations are texts here, wrapped by typing
    if kind == "date":
        return _date(name, value)
    if kind == "int":
        return _whole(name, value)
    if not isinstance(value, str):
        raise EventError(f'"{name}" is {_shown(value)}; expected a text')
    if name in ("id", "undoes") and not _IDENTIFIER.fullmatch(value):
        raise EventError(f'"{name}" is {_shown(value)}; expected a UUID in lower case')
    return storable(value)


def _date(name: str, value: object) -> date:
    try:
        return date.fromisoformat(value)  # type: ignore[arg-type]  # a TypeError is what tells
    except (TypeError, ValueError):
        raise EventError(f'"{name}" is {_shown(value)}; expected a day such as "2026-03-14"') from None


_LIMITS = {"rating": (1, 4), "at": (0, LAST_MOMENT), "took": (0, LAST_MOMENT)}


def _whole(name: str, value: object) -> int:
    low, high = _LIMITS[name]
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise EventError(f'"{name}" is {_shown(value)}; expected a whole number from {low} to {high}')
    return value


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "…"
