"""The journal: append-only events in SQLite, each written durably together with its card's derived row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any, TypeAlias

from mlquiz.store.errors import JournalError, ReadOnly, plain_errors
from mlquiz.store.events import (
    Deed,
    Event,
    Redo,
    Review,
    Suspend,
    Undo,
    Unsuspend,
    effective,
    kind_of,
    new_id,
)
from mlquiz.store.history import TAKEN_BACK, History
from mlquiz.store.rows import Row, Rows
from mlquiz.store.schema import COLUMNS, MIGRATIONS, VALUES, connect, migrate, open_file

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from mlquiz.store.schema import Migration

# a card and its own events, oldest first, undone ones and their undos included -> what they come to
Derive: TypeAlias = Callable[[str, Sequence[Event]], Row | None]

EVENTS_OF = f"""
    SELECT {COLUMNS} FROM events WHERE card IN (SELECT ?1 UNION ALL SELECT old FROM names WHERE card = ?1)
    ORDER BY at, id"""  # noqa: S608 - constants


class Journal:
    """What a person did, and the rows derived from it.

    Every method raises `JournalError`; after one nothing was written and the journal can be used on: try
    again.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path | str, *, read_only: bool = False) -> None:
        self.path = path
        self.read_only = read_only
        self.rows = Rows(connection)
        self.history = History(connection)
        self._connection = connection

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        backups: Path | None = None,
        read_only: bool = False,
        create_anew: bool = False,
        migrations: Sequence[Migration] = MIGRATIONS,
    ) -> Journal:
        """Open the journal at ``path``: a new one when there is none, an old one brought up to date.

        Raises
        ------
        EmptyJournal
            The file is missing or empty although there are backups in ``backups``; ``create_anew`` begins all
            the same.
        DamagedJournal, ForeignFile, NewerSchema
            The file is left as it is.
        ReadOnly, DiskFull, Locked, JournalError
            The file can't be opened as asked.
        """
        with plain_errors(path):
            connection = open_file(
                path, backups, read_only=read_only, create_anew=create_anew, migrations=migrations
            )
        return cls(connection, path, read_only=read_only)

    @classmethod
    def unsaved(cls, path: Path | None = None) -> Journal:
        """Return a journal in memory, filled from the one at ``path`` when that can be read."""
        connection = connect(":memory:", ":memory:")
        try:
            if path is not None:
                with plain_errors(path):
                    source = open_file(path, None, read_only=True)
                    source.backup(connection)
                    source.close()
        except JournalError:
            connection.close()
            connection = connect(":memory:", ":memory:")
        migrate(connection, MIGRATIONS)
        return cls(connection, ":memory:")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # ---- reading

    def events(self) -> Iterator[Event]:
        """Return every event, ordered by moment and id."""
        with plain_errors(self.path):
            query = f"SELECT {COLUMNS} FROM events ORDER BY at, id"  # noqa: S608
            yield from map(_event, self._connection.execute(query))

    def events_of(self, card: str) -> list[Event]:
        """Return the card's events, those under its earlier names included, ordered by moment and id."""
        return [_event(found) for found in self._connection.execute(EVENTS_OF, (card,))]

    def last_review(self, card: str, besides: Collection[str] = ()) -> Review | None:
        """Return the latest review of ``card`` that counts and whose id isn't among ``besides``."""
        deeds = reversed(effective(self.events_of(card)))
        return next((deed for deed in deeds if isinstance(deed, Review) and deed.id not in besides), None)

    def count(self) -> int:
        """Return the number of events."""
        found: int = self._connection.execute("SELECT count(*) FROM events").fetchone()[0]
        return found

    @property
    def derived_by(self) -> str:
        """What the rows were derived with, as `rebuild` was told; "" before the first time."""
        found = self._connection.execute("SELECT value FROM meta WHERE name = 'derived_by'").fetchone()
        return found[0] if found else ""

    def current_name(self, card: str) -> str:
        """Return the name that ``card`` bears now."""
        found = self._connection.execute("SELECT card FROM names WHERE old = ?", (card,)).fetchone()
        return found[0] if found else card

    # ---- writing

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        if self.read_only:
            raise ReadOnly(f"{self.path}: was opened for reading only", self.path)
        with plain_errors(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:  # SQLite itself rolls back when the disk is full
                    self._connection.execute("ROLLBACK")
                raise

    def append(self, event: Event, derive: Derive) -> None:
        """Write ``event`` and its card's new row, durably, before this returns."""
        with self._transaction():
            self._append(event, derive)

    def _append(self, event: Event, derive: Derive) -> None:
        statement = f"INSERT INTO events ({COLUMNS}) VALUES ({VALUES})"  # noqa: S608
        self._connection.execute(statement, _columns(event))
        self._derive(self.current_name(event.card), derive)

    def undo(self, at: int, derive: Derive) -> Deed | None:
        """Take back the last thing done here that still counts and return it; None when there is none."""
        query = f"""
            SELECT {COLUMNS} FROM events e
            WHERE event IN ('review', 'suspend', 'unsuspend') AND NOT {TAKEN_BACK}
            ORDER BY seq DESC LIMIT 1"""  # noqa: S608
        with self._transaction():
            found = self._connection.execute(query).fetchone()
            if found is None:
                return None
            return self._take_back(found, Undo(new_id(at), found[2], at, found[0]), derive)

    def redo(self, at: int, derive: Derive) -> Deed | None:
        """Take back the last undo and return what counts again; None once something new was done after it."""
        query = """
            SELECT id, undoes FROM events u WHERE event = 'undo'
            AND NOT EXISTS (SELECT 1 FROM events r WHERE r.undoes = u.id AND r.event = 'redo')
            AND NOT EXISTS (SELECT 1 FROM events d WHERE d.seq > u.seq
                            AND d.event IN ('review', 'suspend', 'unsuspend'))
            ORDER BY seq DESC LIMIT 1"""
        with self._transaction():
            last = self._connection.execute(query).fetchone()
            if last is None:
                return None
            query = f"SELECT {COLUMNS} FROM events WHERE id = ?"  # noqa: S608
            found = self._connection.execute(query, (last[1],)).fetchone()
            return found and self._take_back(found, Redo(new_id(at), found[2], at, last[0]), derive)

    def _take_back(self, found: tuple[Any, ...], event: Undo | Redo, derive: Derive) -> Deed:
        self._append(event, derive)
        deed: Deed = _event(found)  # type: ignore[assignment]  # the callers ask for deeds
        return deed._replace(card=self.current_name(deed.card))

    # ---- derived rows

    def _derive(self, card: str, derive: Derive) -> None:
        row = derive(card, self.events_of(card))
        if row is None:
            self.rows.drop(card)
        else:
            self.rows.put([row])

    def rebuild(self, derive: Derive, derived_by: str) -> int:
        """Derive every row again from the events and note ``derived_by``; return the number of rows."""
        with self._transaction():
            self.rows.clear()
            self.rows.put(row for _, row in self.derived(derive) if row is not None)
            self._connection.execute("INSERT OR REPLACE INTO meta VALUES ('derived_by', ?)", (derived_by,))
            count: int = self._connection.execute("SELECT count(*) FROM rows").fetchone()[0]
            return count

    def derived(self, derive: Derive) -> Iterator[tuple[str, Row | None]]:
        """Derive each card from its events, one card after another."""
        names = dict(self._connection.execute("SELECT old, card FROM names"))
        renamed = set(names) | set(names.values())
        query = f"SELECT {COLUMNS} FROM events ORDER BY card, at, id"  # noqa: S608
        for card, events in groupby(map(_event, self._connection.execute(query)), lambda event: event.card):
            if card not in renamed:
                yield card, derive(card, list(events))
        for card in sorted(set(names.values())):
            yield card, derive(card, self.events_of(card))

    def rename(self, names: Mapping[str, str], derive: Derive) -> None:
        """Let each card bear its new name (``names``: old to new) and carry its history over.

        ``names`` takes the place of all earlier ones; events keep the name under which they were written.
        """
        known = dict(self._connection.execute("SELECT old, card FROM names"))
        if known == dict(names):
            return
        changed = set(known.items()) ^ set(names.items())
        with self._transaction():
            self._connection.execute("DELETE FROM names")
            self._connection.executemany("INSERT INTO names VALUES (?, ?)", names.items())
            for card in sorted({name for pair in changed for name in pair}):
                if card in names:
                    self.rows.drop(card)
                else:
                    self._derive(card, derive)

    # ---- exchange

    def merge(self, events: Iterable[Event], derive: Derive) -> int:
        """Add the events that aren't here yet; return how many those were.

        The outcome is the union by id, whatever the order and however often. What comes from elsewhere counts
        as having arrived before everything done here, so that `undo` takes back what was done here.

        Raises
        ------
        Conflict
            An event has the id of another one and says something else; nothing was added.
        """
        from mlquiz.store.exchange import add_missing

        with self._transaction():
            count, cards = add_missing(self._connection, map(_columns, events), self.path)
            for card in sorted({self.current_name(card) for card in cards}):
                self._derive(card, derive)
            return count

    def verify(self, derive: Derive | None, now: int) -> list[str]:
        """Return what is wrong with the file, the events and, given ``derive``, the rows."""
        from mlquiz.store.exchange import complaints

        with plain_errors(self.path):
            return list(complaints(self, self._connection, derive, now))


UNDOING: dict[str, type[Undo | Redo]] = {"undo": Undo, "redo": Redo}
TOGGLES: dict[str, type[Suspend | Unsuspend]] = {"suspend": Suspend, "unsuspend": Unsuspend}
_NOTHING = dict.fromkeys(COLUMNS.split(", "))


def _columns(event: Event) -> dict[str, Any]:
    """Return the event as values of the table's columns."""
    values = {**_NOTHING, **event._asdict(), "event": kind_of(event)}
    if isinstance(event, Review):
        values |= {"day": event.day.toordinal(), "due": event.due.toordinal()}
    return values


def _event(found: tuple[Any, ...]) -> Event:
    """Return the event written in a row of the table's columns."""
    identifier, kind, card, at, *review, day, due, undoes = found
    if kind == "review":
        rating, verdict, typed, took, revision = review
        days = date.fromordinal(day), date.fromordinal(due)
        return Review(identifier, card, at, rating, verdict, typed, took, revision, *days)
    if undoes is not None:
        return UNDOING[kind](identifier, card, at, undoes)
    return TOGGLES[kind](identifier, card, at)
