"""Copies of the journal: made at most every half hour, thinned with age, put back when it is lost."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from mlquiz.store.errors import JournalError, plain_errors
from mlquiz.store.schema import APPLICATION_ID, keep_copy

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path
    from threading import Thread

PAUSE = timedelta(minutes=30)
KEEP_ALL = timedelta(days=1)
DAILY, WEEKLY, MONTHLY = 14, 8, 24
STAMP = "%Y%m%dT%H%M%SZ"


def backup(path: Path, folder: Path, now: int) -> Path | None:
    """Copy the journal at ``path`` into ``folder`` and thin the older copies; return the copy.

    None when there is nothing to copy yet or the last copy is younger than half an hour. ``now`` is in UTC
    ms.

    Raises
    ------
    DamagedJournal
        The journal doesn't pass SQLite's check; the older copies are left alone.
    JournalError
        The copy can't be written.
    """
    moment = _moment(now)
    made = _stamps(folder)
    if any(timedelta(0) <= moment - stamp < PAUSE for stamp in made):
        return None
    target = folder / f"journal-{moment:{STAMP}}.db"
    with plain_errors(path):
        if not path.is_file() or not _copied(path, target):
            return None
        kept = kept_stamps([*made, moment], moment)
        for stamp, old in made.items():
            if stamp not in kept:
                old.unlink(missing_ok=True)
    return target


def backup_in_background(path: Path, folder: Path, now: int) -> Thread:
    """Start `backup` beside what else is done; the program doesn't end before the copy is whole."""
    from threading import Thread

    def attempt() -> None:
        try:
            backup(path, folder, now)
        except JournalError as error:
            thread.problem = error  # type: ignore[attr-defined]  # for whoever joins the thread

    thread = Thread(target=attempt, name="backup")
    thread.problem = None  # type: ignore[attr-defined]
    thread.start()
    return thread


def kept_stamps(stamps: Collection[datetime], now: datetime) -> set[datetime]:
    """Return which copies stay: all of the last day, then the newest of each day, week and month."""
    newest_first = sorted(stamps, reverse=True)
    kept = {stamp for stamp in newest_first if now - stamp < KEEP_ALL} | set(newest_first[:1])
    for form, count in (("%Y-%m-%d", DAILY), ("%G-%V", WEEKLY), ("%Y-%m", MONTHLY)):
        newest = {
            f"{stamp:{form}}": stamp for stamp in reversed(newest_first)
        }  # the newest of each comes last
        kept |= set(sorted(newest.values(), reverse=True)[:count])
    return kept


def newest(folder: Path) -> Path | None:
    """Return the newest copy that is whole."""
    stamps = _stamps(folder)
    return next((stamps[stamp] for stamp in sorted(stamps, reverse=True) if _is_whole(stamps[stamp])), None)


def restore(copy: Path, path: Path) -> None:
    """Put a copy in the journal's place, which must be free or empty.

    Raises
    ------
    JournalError
        Something lies at ``path`` (`set_aside` moves it), or the copy can't be read or written.
    """
    if path.exists() and path.stat().st_size:
        raise JournalError(f"{path}: is still there; move it aside first", path)
    with plain_errors(path):
        path.unlink(missing_ok=True)
        _move_aside(path, "-wal", "-left")  # SQLite would play an old log into the new file
        _move_aside(path, "-shm", "-left")
        source = sqlite3.connect(f"{copy.absolute().as_uri()}?mode=ro", uri=True)
        try:
            keep_copy(source, path)
        finally:
            source.close()


def set_aside(path: Path, now: int) -> Path:
    """Rename a damaged or foreign journal and its log, so that nothing overwrites it; return its new path."""
    mark = f".aside-{_moment(now):{STAMP}}"
    with plain_errors(path):
        while path.with_name(path.name + mark).exists():
            mark += "+"
        for suffix in ("-wal", "-shm", ""):
            _move_aside(path, suffix, mark)
    return path.with_name(path.name + mark)


def _move_aside(path: Path, suffix: str, mark: str) -> None:
    """Rename ``path``-wal to ``path``<mark>-wal, so that the log stays with its file."""
    found = path.with_name(path.name + suffix)
    if found.exists():
        found.replace(path.with_name(path.name + mark + suffix))


def _moment(now: int) -> datetime:
    return datetime.fromtimestamp(now // 1000, UTC)


def _stamps(folder: Path) -> dict[datetime, Path]:
    stamps = {}
    for path in folder.glob("journal-*.db"):
        try:
            stamps[datetime.strptime(path.stem, f"journal-{STAMP}").replace(tzinfo=UTC)] = path
        except ValueError:
            continue  # a copy kept before a change of format: never thinned
    return stamps


def _copied(path: Path, target: Path) -> bool:
    """Copy the journal if it holds anything and is sound."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        if connection.execute("SELECT 1 FROM events LIMIT 1").fetchone() is None:
            return False
        keep_copy(connection, target)
    finally:
        connection.close()
    return True


def _is_whole(path: Path) -> bool:
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        try:
            (owner,) = connection.execute("PRAGMA application_id").fetchone()
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            return bool(owner == APPLICATION_ID and found == "ok")
        finally:
            connection.close()
    except sqlite3.Error:
        return False
