"""Compiled decks kept in SQLite between runs, so that YAML is read only when a deck has changed.

Whatever happens to the cache, decks are read all the same: it may be missing, damaged, read-only or in use.
Nothing in it is ever executed: it holds JSON.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from mlquiz.cards.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SCHEMA = 1  # to be raised whenever what is stored changes, or what the loader accepts
FILE_NAME = "decks.db"
TABLES = """
CREATE TABLE decks (
    id INTEGER PRIMARY KEY AUTOINCREMENT, sha256 TEXT UNIQUE NOT NULL, head TEXT NOT NULL, replaced_at INTEGER
) STRICT;
CREATE TABLE files (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime INTEGER NOT NULL, read_at INTEGER NOT NULL,
    deck INTEGER NOT NULL REFERENCES decks
) STRICT;
CREATE TABLE bodies (
    deck INTEGER NOT NULL, what TEXT NOT NULL, position INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (deck, what, position)
) STRICT, WITHOUT ROWID;
"""
BUSY_SECONDS = 0.5
RACY_NS = (
    2_000_000_000  # a file changed this shortly before it was read may have changed again within one tick
)
KEPT_NS = (
    7 * 24 * 3600 * 10**9
)  # a sitting under way may still want the texts of a deck that has been replaced


class Found(Record):
    """What the cache has of a deck: the JSON of its head, and the number under which its bodies lie."""

    deck: int
    sha256: str
    head: str


class DeckCache(Record):
    """The cache in ``folder``; every method does nothing, or finds nothing, when the cache can't be used."""

    folder: Path

    def find(self, path: Path) -> Found | None:
        """Return what is known of the file as it is now."""
        with suppress(OSError, sqlite3.Error), self._open() as database:
            row = database.execute(
                "SELECT size, mtime, read_at, decks.id, sha256, head FROM files JOIN decks ON deck = decks.id"
                " WHERE path = ?",
                [str(path)],
            ).fetchone()
            if row is None:
                return None
            size, mtime, read_at, deck, digest, head = row
            status = path.stat()
            if status.st_size != size:
                return None
            if status.st_mtime_ns != mtime or mtime >= read_at - RACY_NS:
                if sha256(path.read_bytes()) != digest:
                    return None
                self._touch(path, status.st_mtime_ns)
            return Found(deck, digest, head)
        return None

    def _touch(self, path: Path, mtime: int) -> None:
        """Note that the file was read again and is the same."""
        with suppress(OSError, sqlite3.Error), self._open(write=True) as database:
            row = [mtime, time.time_ns(), str(path)]
            database.execute("UPDATE files SET mtime = ?, read_at = ? WHERE path = ?", row)

    def bodies(self, deck: int, what: str, first: int, count: int) -> list[str]:
        """Return the texts from position ``first`` on; fewer when some aren't there."""
        with suppress(OSError, sqlite3.Error), self._open() as database:
            rows = database.execute(
                "SELECT body FROM bodies WHERE deck = ? AND what = ? AND position >= ? AND position < ?",
                [deck, what, first, first + count],
            )
            return [body for (body,) in rows]
        return []

    def keep(self, path: Path, data: bytes, head: str, bodies: Mapping[str, Sequence[str]]) -> Found | None:
        """Store what was made of a file whose content is ``data``."""
        with suppress(OSError, sqlite3.Error), self._open(write=True) as database:
            now, digest = time.time_ns(), sha256(data)
            deck = _insert_deck(database, digest, head, bodies)
            status = path.stat()
            if status.st_size == len(data):
                row = [str(path), status.st_size, status.st_mtime_ns, now, deck]
                database.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?)", row)
            _prune(database, now)
            return Found(deck, digest, head)
        return None

    @contextmanager
    def _open(self, *, write: bool = False) -> Iterator[sqlite3.Connection]:
        file = self.folder / FILE_NAME
        if not write and not file.exists():
            raise FileNotFoundError(file)
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            with closing(sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None)) as database:
                if write:
                    database.execute("BEGIN IMMEDIATE")
                _same_schema(database, write=write)
                yield database
                if write:
                    database.execute("COMMIT")
        except sqlite3.OperationalError:  # in use, read-only, no room
            raise
        except sqlite3.DatabaseError:  # damaged, or no database at all
            file.unlink(missing_ok=True)
            raise


def _same_schema(database: sqlite3.Connection, *, write: bool) -> None:
    """Make sure that the tables are those of this program; a cache of another version is emptied."""
    version = database.execute("PRAGMA user_version").fetchone()[0]
    if version == SCHEMA:
        return
    if not write:
        raise FileNotFoundError("the cache is of another version")
    for table in ("decks", "files", "bodies"):
        database.execute(f"DROP TABLE IF EXISTS {table}")
    for statement in TABLES.split(";"):
        database.execute(statement)
    database.execute(f"PRAGMA user_version = {SCHEMA}")


def sha256(data: bytes) -> str:
    """Return the digest by which a deck's content is known."""
    import hashlib

    return hashlib.sha256(data).hexdigest()


def _insert_deck(
    database: sqlite3.Connection, digest: str, head: str, bodies: Mapping[str, Sequence[str]]
) -> int:
    """Return the number of the deck with this content, which another process may have stored before."""
    known = database.execute("SELECT id FROM decks WHERE sha256 = ?", [digest]).fetchone()
    if known:
        database.execute("UPDATE decks SET replaced_at = NULL WHERE id = ?", known)
        return int(known[0])
    row = database.execute(
        "INSERT INTO decks (sha256, head) VALUES (?, ?) RETURNING id", [digest, head]
    ).fetchone()
    for what, texts in bodies.items():
        rows = ((row[0], what, position, text) for position, text in enumerate(texts))
        database.executemany("INSERT INTO bodies VALUES (?, ?, ?, ?)", rows)
    return int(row[0])


def _prune(database: sqlite3.Connection, now: int) -> None:
    """Forget files that are gone, and, a week later, decks that no file has any more."""
    for (path,) in database.execute("SELECT path FROM files").fetchall():
        if not Path(path).exists():
            database.execute("DELETE FROM files WHERE path = ?", [path])
    database.execute(
        "UPDATE decks SET replaced_at = ? WHERE replaced_at IS NULL AND id NOT IN (SELECT deck FROM files)",
        [now],
    )
    old = [now - KEPT_NS]
    database.execute("DELETE FROM bodies WHERE deck IN (SELECT id FROM decks WHERE replaced_at < ?)", old)
    database.execute("DELETE FROM decks WHERE replaced_at < ?", old)
