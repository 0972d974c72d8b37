"""The keyboard of a Unix terminal, by termios."""

from __future__ import annotations

import os
import select
import signal
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from types import FrameType
from typing import Any, Self, TextIO

from mlquiz.terminal.keys import PASTE_BEGINS, EndOfInput, meaning, take_key

ESCAPE_WAIT = 0.08  # s; the bytes of one key arrive together, over a slow line nearly so
PASTE_WAIT = 1.0
PASTE_ON, PASTE_OFF = "\x1b[?2004h", "\x1b[?2004l"
Handler = Callable[[int, FrameType | None], Any] | int | signal.Handlers | None


class PosixKeyboard(AbstractContextManager["PosixKeyboard"]):
    """Keys of the terminal behind ``descriptor``; ``screen`` is where paste brackets are asked for."""

    def __init__(self, descriptor: int, screen: TextIO) -> None:
        self._descriptor = descriptor
        self._screen = screen
        self._buffer = bytearray()
        self._saved: list[Any] | None = None
        self._handlers: dict[int, Handler] = {}
        self._wake_read = self._wake_write = -1

    def __enter__(self) -> Self:
        """Take the terminal: keys come at once and aren't echoed; Ctrl-C and Ctrl-Z still send signals."""
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        os.set_blocking(self._wake_write, False)
        self._hold()
        return self

    def __exit__(self, *_: object) -> None:
        """Give the terminal back as it was."""
        self._release()
        os.close(self._wake_read)
        os.close(self._wake_write)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Give the terminal back until the context ends."""
        self._release()
        try:
            yield
        finally:
            self._hold()

    def read(self, timeout: float | None = None) -> str | None:
        """Return the next key; None after ``timeout`` seconds; "resize" when the screen needs drawing."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            key = take_key(self._buffer, complete=False)
            if key is None:
                if not self._buffer and deadline is not None and time.monotonic() >= deadline:
                    return None
                key = self._wait(deadline)
            if key:
                return meaning(key)

    def drain(self) -> None:
        """Forget what was typed ahead."""
        self._buffer.clear()
        with suppress(termios.error):
            termios.tcflush(self._descriptor, termios.TCIFLUSH)

    def _wait(self, deadline: float | None) -> str | None:
        """Read more bytes; a key when waiting for them ended it."""
        pasting = self._buffer.startswith(PASTE_BEGINS)
        if self._buffer:
            patience: float | None = PASTE_WAIT if pasting else ESCAPE_WAIT
        else:
            patience = None if deadline is None else max(0.0, deadline - time.monotonic())
        ready, _, _ = select.select([self._descriptor, self._wake_read], [], [], patience)
        if self._wake_read in ready:
            os.read(self._wake_read, 512)
            return "resize"
        if not ready:
            return take_key(self._buffer, complete=True)
        try:
            more = os.read(self._descriptor, 65536)
        except OSError as error:  # the terminal is gone
            raise EndOfInput from error
        if not more:
            raise EndOfInput
        self._buffer += more
        return None

    def _hold(self) -> None:
        self._saved = termios.tcgetattr(self._descriptor)
        self._set_modes()
        self._handlers = {
            signal.SIGTSTP: signal.signal(signal.SIGTSTP, self._suspend),
            signal.SIGWINCH: signal.signal(signal.SIGWINCH, self._resized),
        }

    def _set_modes(self) -> None:
        assert self._saved is not None
        modes = [*self._saved[:6], list(self._saved[6])]
        modes[3] &= ~(termios.ICANON | termios.ECHO)
        modes[6][termios.VMIN], modes[6][termios.VTIME] = 1, 0
        termios.tcsetattr(self._descriptor, termios.TCSADRAIN, modes)
        self._say(PASTE_ON)

    def _release(self) -> None:
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._handlers = {}
        self._restore_modes()

    def _restore_modes(self) -> None:
        self._say(PASTE_OFF)
        if self._saved is not None:
            with suppress(termios.error):  # the terminal may have hung up
                termios.tcsetattr(self._descriptor, termios.TCSADRAIN, self._saved)

    def _say(self, sequence: str) -> None:
        if self._screen.isatty() and os.environ.get("TERM") != "dumb":
            with suppress(OSError, ValueError):
                self._screen.write(sequence)
                self._screen.flush()

    def _suspend(self, number: int, _: FrameType | None) -> None:
        """Ctrl-Z: hand the terminal to the shell, stop, and take it again when brought back."""
        self._restore_modes()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
        signal.signal(number, self._suspend)
        self._set_modes()
        self._wake()

    def _resized(self, _number: int, _frame: FrameType | None) -> None:
        self._wake()

    def _wake(self) -> None:
        with suppress(OSError):  # a full pipe is awake already
            os.write(self._wake_write, b"!")


if sys.platform == "win32":
    raise ImportError("termios is Unix only")
