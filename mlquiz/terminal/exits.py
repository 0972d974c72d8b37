"""How a command ends: the exit codes, and the error that a person is shown in one line."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """What the shell is told."""

    DONE = 0
    WRONG = 1  # an answer, a check or a deck was found wrong; or something could not be kept
    USAGE = 2  # the command was used wrongly
    HANGUP = 129
    INTERRUPTED = 130
    TERMINATED = 143


class UserError(Exception):
    """Something that the person can put right: shown as a line and a hint, never as a traceback."""

    def __init__(self, message: str, hint: str = "", exit: Exit = Exit.USAGE) -> None:  # noqa: A002 - the word the shell uses
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.exit = exit
