"""What can go wrong with a journal, each with a sentence for the person."""

from __future__ import annotations

import errno
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class JournalError(Exception):
    """Something is wrong with the journal at ``path``; its text is a plain sentence."""

    def __init__(self, message: str, path: Path | str) -> None:
        super().__init__(message)
        self.path = path


class DamagedJournal(JournalError):  # noqa: N818 - the name says what is there
    """The file is a journal, or was one, and can't be read any more."""


class ForeignFile(JournalError):  # noqa: N818
    """The file is something else than a journal of mlquiz."""


class EmptyJournal(JournalError):  # noqa: N818
    """The file is missing or empty although backups of it exist."""


class NewerSchema(JournalError):  # noqa: N818
    """A newer mlquiz wrote the file."""


class DiskFull(JournalError):  # noqa: N818
    """There is no room for what was to be written, or the file may not grow."""


class ReadOnly(JournalError):  # noqa: N818
    """The file or its folder may not be written."""


class Locked(JournalError):  # noqa: N818
    """Another program holds the file for longer than we wait."""


class Conflict(JournalError):  # noqa: N818
    """Two events have the same id and say different things."""


_GROWTH = (
    sqlite3.SQLITE_IOERR_WRITE,
    sqlite3.SQLITE_IOERR_FSYNC,
    sqlite3.SQLITE_IOERR_TRUNCATE,
    sqlite3.SQLITE_IOERR_SHMSIZE,
    sqlite3.SQLITE_IOERR_SHMMAP,
)
_KINDS: dict[int, tuple[type[JournalError], str]] = {
    sqlite3.SQLITE_FULL: (DiskFull, "{path}: no room left to write"),
    sqlite3.SQLITE_READONLY: (ReadOnly, "{path}: may not be written"),
    sqlite3.SQLITE_CANTOPEN: (ReadOnly, "{path}: can't be opened for writing"),
    sqlite3.SQLITE_PERM: (ReadOnly, "{path}: may not be written"),
    sqlite3.SQLITE_BUSY: (Locked, "{path}: another program is writing to it; try again"),
    sqlite3.SQLITE_LOCKED: (Locked, "{path}: another program is writing to it; try again"),
    sqlite3.SQLITE_CORRUPT: (DamagedJournal, "{path}: the journal is damaged"),
    sqlite3.SQLITE_NOTADB: (DamagedJournal, "{path}: the journal is damaged"),
}


def translated(error: sqlite3.Error, path: Path | str) -> JournalError:
    """Return the journal's own error for one of SQLite's."""
    code = getattr(error, "sqlite_errorcode", 0)
    primary = sqlite3.SQLITE_FULL if code in _GROWTH else code & 0xFF
    kind, message = _KINDS.get(primary, (JournalError, "{path}: {error}"))
    return kind(message.format(path=path, error=error), path)


def translated_os(error: OSError, path: Path | str) -> JournalError:
    """Return the journal's own error for one of the operating system's."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return DiskFull(f"{path}: no room left to write", path)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return ReadOnly(f"{path}: may not be written", path)
    return JournalError(f"{path}: {error.strerror or error}", path)


@contextmanager
def plain_errors(path: Path | str) -> Iterator[None]:
    """Turn errors of SQLite and of the operating system into `JournalError`."""
    try:
        yield
    except sqlite3.Error as error:
        raise translated(error, path) from error
    except OSError as error:
        raise translated_os(error, path) from error
