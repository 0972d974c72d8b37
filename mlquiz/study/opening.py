"""Opening the journal, and what to do when it can't be opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.store import backups
from mlquiz.store.errors import DamagedJournal, EmptyJournal, ForeignFile, JournalError, Locked, NewerSchema
from mlquiz.store.journal import Journal
from mlquiz.terminal.exits import Exit, UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    Question = Callable[[str, Mapping[str, str]], str]

RESTORE = "`mlquiz journal --help` shows how to bring a backup or an export back."


def open_journal(path: Path, folder: Path, ask: Question | None, now: int) -> Journal:
    """Open the journal at ``path``, whose backups are in ``folder``.

    ``ask`` shows a message with keys to choose from and returns one of them; it is None without a person.
    Nothing is overwritten: a damaged or foreign file is moved aside.

    Raises
    ------
    UserError
        The journal can't be used, or the person wants to leave.
    """
    create_anew = False
    while True:
        try:
            return Journal.open(path, backups=folder, create_anew=create_anew)
        except NewerSchema as error:
            raise UserError(str(error), exit=Exit.WRONG) from error
        except JournalError as error:
            if ask is None:
                raise UserError(str(error), RESTORE, Exit.WRONG) from error
            choice = ask(str(error), _choices(error, folder))
            if choice == "w":
                return Journal.unsaved(path)
            if choice == "q":
                raise UserError("left as it was; nothing was changed", RESTORE, Exit.WRONG) from error
            create_anew = _put_right(error, choice, path, folder, now)


def _choices(error: JournalError, folder: Path) -> dict[str, str]:
    """Return what a person may do about ``error``, by key."""
    if isinstance(error, Locked):
        return {"t": "try again", "w": "study without saving", "q": "leave"}
    if not isinstance(error, EmptyJournal | DamagedJournal | ForeignFile):
        return {"w": "study without saving", "q": "leave"}
    aside = "" if isinstance(error, EmptyJournal) else "move it aside and "
    newest = backups.newest(folder)
    restore = {"b": f"{aside}bring back the backup {newest.name}"} if newest else {}
    return {**restore, "n": f"{aside}start afresh", "w": "study without saving", "q": "leave"}


def _put_right(error: JournalError, choice: str, path: Path, folder: Path, now: int) -> bool:
    """Move the bad file aside and bring the newest backup back, as chosen; say whether to start afresh."""
    try:
        if isinstance(error, DamagedJournal | ForeignFile):
            backups.set_aside(path, now)
        newest = backups.newest(folder)
        if choice == "b" and newest:
            backups.restore(newest, path)
    except JournalError as second:
        raise UserError(str(second), exit=Exit.WRONG) from second
    return choice == "n"
