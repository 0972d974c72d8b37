"""The keyboard of a Windows console, by msvcrt."""

from __future__ import annotations

import sys
import time
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from mlquiz.terminal.keys import NAMES, meaning

if TYPE_CHECKING:
    from collections.abc import Iterator

POLL = 0.02  # s; the console offers no wait with a timeout
ARROWS = {
    "H": "up",
    "P": "down",
    "K": "left",
    "M": "right",
    "G": "home",
    "O": "end",
    "S": "delete",
    "I": "page-up",
    "Q": "page-down",
}

if sys.platform == "win32":
    import msvcrt

    class WindowsKeyboard(AbstractContextManager["WindowsKeyboard"]):
        """Keys of the console; its modes need no care."""

        def __exit__(self, *_: object) -> None:
            """Nothing to give back."""

        @contextmanager
        def paused(self) -> Iterator[None]:
            """Let a line editor read: there is nothing to release."""
            yield

        def read(self, timeout: float | None = None) -> str | None:
            """Return the next key; None after ``timeout`` seconds."""
            deadline = None if timeout is None else time.monotonic() + timeout
            while True:
                while not msvcrt.kbhit():
                    if deadline is not None and time.monotonic() >= deadline:
                        return None
                    time.sleep(POLL)
                key = self._key(msvcrt.getwch())
                if key:
                    return meaning(key)

        def drain(self) -> None:
            """Forget what was typed ahead."""
            while msvcrt.kbhit():
                msvcrt.getwch()

        def _key(self, char: str) -> str:
            if char in {"\x00", "\xe0"}:
                return ARROWS.get(msvcrt.getwch(), "")
            if char == "\x1a":  # Ctrl-Z is this system's end of input
                return "\x04"
            return "escape" if char == "\x1b" else NAMES.get(char, char)
