"""One key at a time, without Enter."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

ESCAPE = b"\x1b"
PASTE_BEGINS, PASTE_ENDS = b"\x1b[200~", b"\x1b[201~"
SEQUENCES = {
    b"A": "up",
    b"B": "down",
    b"C": "right",
    b"D": "left",
    b"H": "home",
    b"F": "end",
    b"1~": "home",
    b"3~": "delete",
    b"4~": "end",
    b"5~": "page-up",
    b"6~": "page-down",
}
NAMES = {" ": "space", "\r": "enter", "\n": "enter", "\t": "tab", "\x7f": "backspace", "\x08": "backspace"}
END_OF_INPUT, INTERRUPT, REDRAW = "\x04", "\x03", "\x0c"


class EndOfInput(Exception):  # noqa: N818 - an event, not a fault
    """There is nothing more to read: Ctrl-D, a closed terminal, or the end of a pipe."""


class Keyboard(Protocol):
    """Where keys come from."""

    def read(self, timeout: float | None = None) -> str | None:
        """Return the next key, or None when ``timeout`` seconds passed without one.

        A key is its character, or one of ``space enter escape backspace tab up down left right home end
        delete page-up page-down``; ``resize`` says that the screen has to be drawn again.
        """
        ...

    def drain(self) -> None:
        """Forget what was typed ahead."""
        ...


def take_key(buffer: bytearray, *, complete: bool) -> str | None:
    """Take one key off the front of ``buffer``.

    Returns None when more bytes are needed, and ``""`` for what is no key (a paste, an unknown sequence).
    ``complete`` says that no more bytes are coming: a lone escape is then the escape key.
    """
    if not buffer:
        return None
    if buffer[0] == ESCAPE[0]:
        return _take_escape(buffer, complete=complete)
    return _take_character(buffer, complete=complete)


def _take_escape(buffer: bytearray, *, complete: bool) -> str | None:
    if buffer.startswith(PASTE_BEGINS):
        return _take_paste(buffer, complete=complete)
    if len(buffer) == 1:
        if not complete:
            return None
        buffer.clear()
        return "escape"
    if buffer[1] not in b"[O":
        twice = buffer[1] == ESCAPE[0]
        del buffer[: 1 if twice else 2]  # escape twice, or Alt and a key
        return "escape" if twice else ""
    for end in range(2, len(buffer)):
        if 0x40 <= buffer[end] <= 0x7E:
            key = SEQUENCES.get(bytes(buffer[2 : end + 1]), "")
            del buffer[: end + 1]
            return key
    if complete:
        buffer.clear()
        return ""
    return None


def _take_paste(buffer: bytearray, *, complete: bool) -> str | None:
    end = buffer.find(PASTE_ENDS)
    if end >= 0:
        del buffer[: end + len(PASTE_ENDS)]
        return ""
    if complete:
        buffer.clear()
        return ""
    return None


def _take_character(buffer: bytearray, *, complete: bool) -> str | None:
    first = buffer[0]
    size = 1 if first < 0xC0 else 2 if first < 0xE0 else 3 if first < 0xF0 else 4
    if len(buffer) < size and not complete:
        return None
    try:
        char = bytes(buffer[:size]).decode()
    except UnicodeDecodeError:
        del buffer[0]
        return ""
    del buffer[:size]
    if char in NAMES:
        return NAMES[char]
    return char if char.isprintable() or char in {END_OF_INPUT, INTERRUPT, REDRAW} else ""


def meaning(key: str) -> str:
    """Return ``key``, or raise what Ctrl-C and Ctrl-D mean.

    Raises
    ------
    KeyboardInterrupt, EndOfInput
    """
    if key == INTERRUPT:
        raise KeyboardInterrupt
    if key == END_OF_INPUT:
        raise EndOfInput
    return "resize" if key == REDRAW else key


class RealKeyboard(Keyboard, Protocol):
    """A keyboard that holds the terminal, and can let go of it for a while."""

    def paused(self) -> AbstractContextManager[None]:
        """Give the terminal back, for a line editor or another program, until the context ends."""
        ...


def keyboard() -> AbstractContextManager[RealKeyboard]:
    """Return the terminal's keyboard as a context: the terminal is as it was before, however it ends."""
    if sys.platform == "win32":
        from mlquiz.terminal.windows_keys import WindowsKeyboard

        return WindowsKeyboard()
    from mlquiz.terminal.posix_keys import PosixKeyboard

    return PosixKeyboard(sys.stdin.fileno(), sys.stdout)
