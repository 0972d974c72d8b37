"""The journal's file: opening it with care, its tables, and how an older one becomes today's."""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING, Any, TypeAlias

from mlquiz.store.errors import (
    DamagedJournal,
    EmptyJournal,
    ForeignFile,
    JournalError,
    NewerSchema,
    ReadOnly,
    translated,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

APPLICATION_ID = 0x6D6C717A  # "mlqz"
BUSY_SECONDS = 2.0
OLDEST_SQLITE = (3, 37, 0)  # STRICT tables
MAGIC = b"SQLite format 3\0"
UNFINISHED = ".part"

Migration: TypeAlias = tuple[str, ...]

MIGRATIONS: tuple[Migration, ...] = (
    (
        # seq is the order of arrival; what came from elsewhere is negative: undo takes back our own
        """
        CREATE TABLE events (
            seq INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            event TEXT NOT NULL CHECK (event IN ('review', 'undo', 'redo', 'suspend', 'unsuspend')),
            card TEXT NOT NULL,
            at INTEGER NOT NULL,
            rating INTEGER CHECK (rating BETWEEN 1 AND 4),
            verdict TEXT,
            typed TEXT,
            took INTEGER,
            revision TEXT,
            day INTEGER,
            due INTEGER,
            undoes TEXT,
            CHECK ((event = 'review') = (rating IS NOT NULL AND day IS NOT NULL AND due IS NOT NULL)),
            CHECK ((event IN ('undo', 'redo')) = (undoes IS NOT NULL))
        ) STRICT
        """,
        "CREATE INDEX events_by_card ON events (card, at, id)",
        "CREATE INDEX events_by_day ON events (day, card) WHERE day IS NOT NULL",
        "CREATE INDEX events_by_undoes ON events (undoes) WHERE undoes IS NOT NULL",
        "CREATE TRIGGER events_stay BEFORE UPDATE ON events BEGIN SELECT RAISE (ABORT, 'events stay'); END",
        "CREATE TRIGGER events_last BEFORE DELETE ON events BEGIN SELECT RAISE (ABORT, 'events stay'); END",
        # derived: what a card's events come to; due is NULL for a card that isn't to be asked
        """
        CREATE TABLE rows (
            card TEXT PRIMARY KEY,
            due INTEGER,
            seen INTEGER,
            stability REAL,
            payload TEXT NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX rows_by_due ON rows (due, seen, stability) WHERE due IS NOT NULL",
        "CREATE TABLE names (old TEXT PRIMARY KEY, card TEXT NOT NULL) STRICT, WITHOUT ROWID",
        "CREATE INDEX names_by_card ON names (card)",
        "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    ),
)


def open_file(
    path: Path,
    backups: Path | None,
    *,
    read_only: bool = False,
    create_anew: bool = False,
    migrations: Sequence[Migration] = MIGRATIONS,
) -> sqlite3.Connection:
    """Open the journal at ``path``; create or migrate it where that is right. Errors: see `Journal.open`."""
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise JournalError(
            f"SQLite {sqlite3.sqlite_version} is too old: the journal needs 3.37 or later", path
        )
    empty = _is_empty(path)
    if empty and not create_anew:
        _refuse_to_forget(path, backups)
    if empty and read_only:
        raise ReadOnly(f"{path}: there is no journal yet, and none may be written here", path)
    if not empty:
        _check_header(path, len(migrations))
    connection = _connect_to_read(path) if read_only else _connect(path)
    try:
        _prepare(
            connection, path, backups, read_only=read_only, create_anew=create_anew, migrations=migrations
        )
    except BaseException:
        connection.close()
        raise
    return connection


def has_backups(folder: Path | None) -> bool:
    """Return whether ``folder`` holds a finished backup."""
    return folder is not None and any(folder.glob("journal-*.db"))


class _Connection(sqlite3.Connection):
    """A connection whose statements fail with `JournalError`."""

    path: Path | str = ":memory:"

    def execute(self, *arguments: Any) -> sqlite3.Cursor:
        try:
            return super().execute(*arguments)
        except sqlite3.Error as error:
            raise translated(error, self.path) from error

    def executemany(self, *arguments: Any) -> sqlite3.Cursor:
        try:
            return super().executemany(*arguments)
        except sqlite3.Error as error:
            raise translated(error, self.path) from error


def connect(address: Path | str, path: Path | str, *, uri: bool = False) -> sqlite3.Connection:
    """Return a connection to ``address`` that names ``path`` in its errors and begins no transactions."""
    connection = sqlite3.connect(
        address, uri=uri, timeout=BUSY_SECONDS, isolation_level=None, factory=_Connection
    )
    connection.path = path
    return connection


def _is_empty(path: Path) -> bool:
    return not path.exists() or (path.is_file() and path.stat().st_size == 0)


def _refuse_to_forget(path: Path, backups: Path | None) -> None:
    if has_backups(backups):
        state = "is empty" if path.exists() else "is missing"
        raise EmptyJournal(f"{path}: the journal {state}, but there are backups in {backups}", path)


def _check_header(path: Path, newest: int) -> None:
    """Judge the file by its first 100 bytes, before SQLite touches it (https://sqlite.org/fileformat.html)."""
    if not path.is_file():
        raise ForeignFile(f"{path}: this is no file", path)
    with path.open("rb") as file:
        header = file.read(100)
    if not header.startswith(MAGIC):
        raise _unreadable(path, header)
    if len(header) < 100:
        raise DamagedJournal(f"{path}: the journal is damaged: it ends after {len(header)} bytes", path)
    version, application = (int.from_bytes(header[at : at + 4], "big") for at in (60, 68))
    _check_owner(path, application, version, newest)
    page = int.from_bytes(header[16:18], "big")
    expected = (65536 if page == 1 else page) * int.from_bytes(header[28:32], "big")
    size = path.stat().st_size
    if size < expected and not _log(path).exists():
        raise DamagedJournal(
            f"{path}: the journal is damaged: only {size} of {expected} bytes are left", path
        )


def _unreadable(path: Path, header: bytes) -> JournalError:
    """Tell a journal whose beginning was overwritten with zeros from a file of another kind."""
    if not header.strip(b"\0"):
        return DamagedJournal(f"{path}: the journal is damaged: it begins with zeros", path)
    return ForeignFile(f"{path}: this is no journal of mlquiz", path)


def _check_owner(path: Path, application: int, version: int, newest: int) -> None:
    if application not in (APPLICATION_ID, 0) or (application == 0 and version):
        raise ForeignFile(f"{path}: this is a database of another program", path)
    if version > newest:
        raise NewerSchema(
            f"{path}: a newer mlquiz wrote this journal (format {version}, known is {newest}); update mlquiz",
            path,
        )


def _log(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


def _connect(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    for needed in (path.parent, path):
        if needed.exists() and not os.access(needed, os.W_OK):
            raise ReadOnly(f"{needed}: may not be written", path)
    connection = connect(path, path)
    connection.execute("PRAGMA synchronous = FULL")  # an answer survives the loss of power too
    return connection


def _connect_to_read(path: Path) -> sqlite3.Connection:
    """Open without writing: where even the index of the log can't be made, read the file as it lies there."""
    address = path.absolute().as_uri()
    for options in ("mode=ro", "mode=ro&immutable=1"):
        connection = connect(f"{address}?{options}", path, uri=True)
        try:
            connection.execute("SELECT 1 FROM sqlite_schema").fetchone()
        except JournalError:
            connection.close()
            if "immutable" in options:
                raise
        else:
            return connection
    raise AssertionError


def _prepare(
    connection: sqlite3.Connection,
    path: Path,
    backups: Path | None,
    *,
    read_only: bool,
    create_anew: bool,
    migrations: Sequence[Migration],
) -> None:
    version = _version(connection)
    _check_owner(path, connection.execute("PRAGMA application_id").fetchone()[0], version, len(migrations))
    if version == 0 and connection.execute("SELECT 1 FROM sqlite_schema").fetchone():
        raise ForeignFile(f"{path}: this is a database of another program", path)
    if version == 0 and not create_anew:  # its creator died before the first table
        _refuse_to_forget(path, backups)
    if read_only:
        if version < len(migrations):
            raise ReadOnly(f"{path}: an older mlquiz wrote this journal, and it may not be written", path)
        return
    connection.execute("PRAGMA journal_mode = WAL")
    if version < len(migrations):
        if version:
            keep_copy(connection, (backups or path.parent) / f"journal-before-format-{len(migrations)}.db")
        migrate(connection, migrations)


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def keep_copy(connection: sqlite3.Connection, target: Path) -> None:
    """Copy the whole database to ``target``, which appears complete and sound or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(target.name + UNFINISHED)
    unfinished.unlink(missing_ok=True)
    copy = sqlite3.connect(unfinished)
    try:
        connection.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, no log beside it
        found = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
    finally:
        copy.close()
    if found != "ok":
        unfinished.unlink()
        raise DamagedJournal(f"{target}: not made, the original is damaged ({found})", target)
    unfinished.replace(target)


def migrate(connection: sqlite3.Connection, migrations: Sequence[Migration]) -> None:
    """Bring the database to the last of ``migrations`` in one transaction; a kill leaves it as it was."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        done = _version(connection)  # read again: another process may have been faster
        for migration in migrations[done:]:
            for statement in migration:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(migrations)}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite itself rolls back when the disk is full
            connection.execute("ROLLBACK")
        raise
