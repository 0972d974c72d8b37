"""Journals come together and are looked through: union by id, lines of JSON, verification."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from mlquiz.store.columns import COLUMNS, VALUES
from mlquiz.store.errors import Conflict
from mlquiz.store.events import EventError, from_json, to_json

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from typing import TextIO

    from mlquiz.store.events import Event
    from mlquiz.store.journal import Derive, Journal

DAY_MS = 86_400_000


def write_lines(events: Iterable[Event], stream: TextIO) -> int:
    """Write one line of JSON an event; return how many."""
    count = 0
    for event in events:
        stream.write(to_json(event) + "\n")
        count += 1
    return count


def read_lines(stream: Iterable[str], name: str) -> Iterator[Event]:
    """Read the events that `write_lines` wrote; empty lines are passed over.

    Raises
    ------
    EventError
        With ``name``, the line's number, what was found and what was expected.
    """
    for number, line in enumerate(stream, 1):
        if line.strip():
            try:
                yield from_json(line)
            except EventError as error:
                raise EventError(f"{name}:{number}: {error}") from None


def add_missing(
    connection: sqlite3.Connection, incoming: Iterable[dict[str, Any]], path: Path | str
) -> tuple[int, list[str]]:
    """Insert the events that the table lacks; return how many, and the cards concerned.

    Raises
    ------
    Conflict
        Two events have one id and different contents.
    """
    connection.execute("DROP TABLE IF EXISTS temp.incoming")
    connection.execute(f"CREATE TEMP TABLE incoming ({COLUMNS})")
    connection.executemany(f"INSERT INTO incoming VALUES ({VALUES})", incoming)  # noqa: S608 - constants
    connection.execute("CREATE INDEX temp.incoming_by_id ON incoming (id)")
    _refuse_conflicts(connection, path)
    added = f"SELECT DISTINCT {COLUMNS} FROM incoming WHERE id NOT IN (SELECT id FROM events)"  # noqa: S608
    connection.execute(f"CREATE TEMP TABLE added AS {added}")
    count: int = connection.execute("SELECT count(*) FROM added").fetchone()[0]
    cards = [card for (card,) in connection.execute("SELECT DISTINCT card FROM added")]
    start = connection.execute("SELECT min(0, coalesce(min(seq), 0)) FROM events").fetchone()[0] - count - 1
    connection.execute(
        f"""INSERT INTO events (seq, {COLUMNS})
        SELECT ? + row_number() OVER (ORDER BY at, id), {COLUMNS} FROM added ORDER BY at, id""",  # noqa: S608
        (start,),
    )
    connection.execute("DROP TABLE temp.incoming")
    connection.execute("DROP TABLE temp.added")
    return count, cards


def _refuse_conflicts(connection: sqlite3.Connection, path: Path | str) -> None:
    same = " AND ".join(f"a.{name} IS b.{name}" for name in COLUMNS.split(", "))
    for table in ("events", "incoming"):
        query = f"SELECT a.id FROM incoming a JOIN {table} b ON a.id = b.id WHERE NOT ({same}) LIMIT 1"  # noqa: S608
        found = connection.execute(query).fetchone()
        if found:
            raise Conflict(f"{path}: two different events have the id {found[0]}; nothing was added", path)


def complaints(journal: Journal, connection: sqlite3.Connection, derive: Derive, now: int) -> Iterator[str]:
    """Look through the file, the events and the rows; yield a sentence for each thing wrong."""
    for (line,) in connection.execute("PRAGMA integrity_check"):
        if line != "ok":
            yield f"the file: {line}"
    yield from _lost_targets(connection)
    yield from _future(connection, now)
    yield from _stale_rows(journal, derive)


def _lost_targets(connection: sqlite3.Connection) -> Iterator[str]:
    query = """
        SELECT u.event, u.id, u.undoes FROM events u LEFT JOIN events e ON e.id = u.undoes
        WHERE u.undoes IS NOT NULL AND e.id IS NULL"""
    for kind, identifier, target in connection.execute(query):
        yield f"the {kind} {identifier} takes back {target}, which isn't here: merge the journal it came from"


def _future(connection: sqlite3.Connection, now: int) -> Iterator[str]:
    query = "SELECT count(*), min(at) FROM events WHERE at > ?"
    count, first = connection.execute(query, (now + DAY_MS,)).fetchone()
    if count:
        day = datetime.fromtimestamp(first / 1000, UTC).date()
        yield f"{count} event(s) bear a date to come, from {day} on: the clock was ahead then"


def _stale_rows(journal: Journal, derive: Derive) -> Iterator[str]:
    right: set[str] = set()
    for card, row in journal.derived(derive):
        if row != journal.rows.get(card):
            yield f"the row of {card} isn't what its events come to: `mlquiz journal rebuild` puts it right"
        if row is not None:
            right.add(card)
    for card in sorted(set(journal.rows.cards()) - right):
        if not journal.events_of(card):
            yield f"the row of {card} has no events: `mlquiz journal rebuild` puts it right"
