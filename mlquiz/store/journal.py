"""The journal: append-only events in SQLite, each written durably together with its card's derived row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from mlquiz.store.columns import COLUMNS, VALUES, from_columns, to_columns
from mlquiz.store.errors import JournalError, ReadOnly, plain_errors
from mlquiz.store.events import (
    Deed,
    Event,
    Redo,
    Review,
    Undo,
    effective,
    new_id,
)
from mlquiz.store.history import TAKEN_BACK, History
from mlquiz.store.rows import Row, Rows
from mlquiz.store.schema import MIGRATIONS, connect, migrate, open_file

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from mlquiz.store.schema import Migration

# a card and its own events, oldest first, undone ones and their undos included -> what they come to
Derive: TypeAlias = Callable[[str, Sequence[Event]], Row | None]
# what a card's events came to, and a later one -> what they come to now
Advance: TypeAlias = Callable[[Row | None, Event], Row]

MEMORY = ":memory:"
ALL = 2**63 - 1
NOTHING_KNOWN: Mapping[str, Row | None] = MappingProxyType({})
DEEDS = "('review', 'suspend', 'unsuspend')"  # what can be taken back
UNDER_ANY_NAME = "card IN (SELECT ?1 UNION ALL SELECT old FROM names WHERE card = ?1)"
EVENTS_OF = f"SELECT {COLUMNS} FROM events WHERE {UNDER_ANY_NAME} ORDER BY at, id"  # noqa: S608 - constants


class Journal:
    """What a person did, and the rows derived from it.

    Every method raises `JournalError`; after one nothing was written and the journal can be used on: try
    again.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path | str, *, read_only: bool = False) -> None:
        self._use(connection, path, read_only=read_only)

    def _use(self, connection: sqlite3.Connection, path: Path | str, *, read_only: bool = False) -> None:
        self.path = path
        self.read_only = read_only
        self.rows = Rows(connection)
        self.history = History(connection)
        self._connection = connection
        self._opened_at = self._version()
        self._undone_from = ALL  # the seq from which on every deed is undone, as far as is known

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
        if path is not None:
            with suppress(JournalError):
                journal = cls.open(path, read_only=True)
                journal.leave_file()
                return journal
        connection = connect(MEMORY, MEMORY)
        migrate(connection, MIGRATIONS)
        return cls(connection, MEMORY)

    def leave_file(self) -> None:
        """Go on with a copy in memory, which may be written to; the file is closed."""
        copy = connect(MEMORY, MEMORY)
        self._connection.backup(copy)
        self._connection.close()
        self._use(copy, MEMORY)

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
            yield from map(from_columns, self._connection.execute(query))

    def events_of(self, card: str) -> list[Event]:
        """Return the card's events, those under its earlier names included, ordered by moment and id."""
        return [from_columns(found) for found in self._connection.execute(EVENTS_OF, (card,))]

    def last_review(self, card: str, besides: Collection[str] = ()) -> Review | None:
        """Return the latest review of ``card`` that counts and whose id isn't among ``besides``."""
        deeds = reversed(effective(self.events_of(card)))
        return next((deed for deed in deeds if isinstance(deed, Review) and deed.id not in besides), None)

    def _version(self) -> int:
        """Return a number that changes when another connection has written to the file."""
        found: int = self._connection.execute("PRAGMA data_version").fetchone()[0]
        return found

    @property
    def alone(self) -> bool:
        """Whether nobody else has written to the file since it was opened here."""
        return self._version() == self._opened_at

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
                self._undone_from = ALL
                if self._connection.in_transaction:  # SQLite itself rolls back when the disk is full
                    self._connection.execute("ROLLBACK")
                raise

    def append(self, event: Event, derive: Derive, advance: Advance | None = None) -> Row | None:
        """Write ``event`` and its card's new row, durably, before this returns; return the row.

        ``advance`` makes the row from the one before when the event is the card's latest: quicker than
        ``derive``.
        """
        with self._transaction():
            card = self._insert(event)
            if advance is None or self._has_later(card, event):
                return self._put(card, derive(card, self.events_of(card)))
            return self._put(card, advance(self.rows.get(card), event))

    def _insert(self, event: Event) -> str:
        """Write the event alone; return the name that its card bears now."""
        statement = f"INSERT INTO events ({COLUMNS}) VALUES ({VALUES})"  # noqa: S608
        self._connection.execute(statement, to_columns(event))
        self._undone_from = ALL
        return self.current_name(event.card)

    def _put(self, card: str, row: Row | None) -> Row | None:
        if row is None:
            self.rows.drop(card)
        else:
            self.rows.put([row])
        return row

    def _has_later(self, card: str, event: Event) -> bool:
        query = f"SELECT 1 FROM events WHERE {UNDER_ANY_NAME} AND (at, id) > (?2, ?3) LIMIT 1"  # noqa: S608
        return self._connection.execute(query, (card, event.at, event.id)).fetchone() is not None

    def undo(self, at: int, derive: Derive, before: Mapping[str, Row | None] = NOTHING_KNOWN) -> Deed | None:
        """Take back the last thing done here that still counts and return it; None when there is none.

        ``before`` may hold, by a deed's id, its card's row before it; used while nobody else writes.
        """
        query = f"""
            SELECT seq, {COLUMNS} FROM events e WHERE seq < ? AND event IN {DEEDS} AND NOT {TAKEN_BACK}
            ORDER BY seq DESC LIMIT 1"""  # noqa: S608
        with self._transaction():
            alone = self.alone
            found = self._connection.execute(query, (self._undone_from if alone else ALL,)).fetchone()
            if found is None:
                return None
            deed: Deed = from_columns(found[1:])  # type: ignore[assignment]  # the query asks for deeds
            card = self._insert(Undo(new_id(at), deed.card, at, deed.id))
            known = alone and deed.id in before
            self._put(card, before[deed.id] if known else derive(card, self.events_of(card)))
            self._undone_from = found[0]
            return deed._replace(card=card)

    def redo(self, at: int, derive: Derive) -> Deed | None:
        """Take back the last undo and return what counts again; None once something new was done after it."""
        query = f"""
            SELECT id, undoes FROM events u
            WHERE seq > (SELECT seq FROM events WHERE event IN {DEEDS} ORDER BY seq DESC LIMIT 1)
            AND event = 'undo'
            AND NOT EXISTS (SELECT 1 FROM events r WHERE r.undoes = u.id AND r.event = 'redo')
            ORDER BY seq DESC LIMIT 1"""  # noqa: S608
        with self._transaction():
            last = self._connection.execute(query).fetchone()
            if last is None:
                return None
            query = f"SELECT {COLUMNS} FROM events WHERE id = ?"  # noqa: S608
            found = self._connection.execute(query, (last[1],)).fetchone()
            deed: Deed = from_columns(found)  # type: ignore[assignment]  # what was undone is a deed
            card = self._insert(Redo(new_id(at), deed.card, at, last[0]))
            self._put(card, derive(card, self.events_of(card)))
            return deed._replace(card=card)

    # ---- derived rows

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
        for card, events in groupby(
            map(from_columns, self._connection.execute(query)), lambda event: event.card
        ):
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
                    self._put(card, derive(card, self.events_of(card)))

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
            self._undone_from = ALL
            count, cards = add_missing(self._connection, map(to_columns, events), self.path)
            for card in sorted({self.current_name(card) for card in cards}):
                self._put(card, derive(card, self.events_of(card)))
            return count

    def verify(self, derive: Derive, now: int) -> list[str]:
        """Return what is wrong with the file, the events or the rows; nothing when all is well."""
        from mlquiz.store.exchange import complaints

        with plain_errors(self.path):
            return list(complaints(self, self._connection, derive, now))
