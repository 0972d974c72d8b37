"""The terminal's second screen, repainted row by row: only what changed is sent, so nothing flickers."""

from __future__ import annotations

import signal
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Self

from mlquiz.player.chart import fit

if TYPE_CHECKING:
    from types import FrameType, TracebackType

    from rich.console import Console
    from rich.text import Text

ENTER, LEAVE = "\x1b[?1049h\x1b[?25l", "\x1b[0m\x1b[?25h\x1b[?1049l"
CLEAR = "\x1b[0m\x1b[2J"
HOLD, RELEASE = "\x1b[?2026h", "\x1b[?2026l"  # terminals that know it show what is between at once

Handler = Callable[[int, "FrameType | None"], Any]


class Screen(AbstractContextManager["Screen"]):
    """Rows of text on the second screen; the first one is back, untouched, however it ends."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._painted: list[Text] = []
        self._size = (0, 0)
        self._stopping: tuple[signal.Signals, Handler] | None = None

    def __enter__(self) -> Self:
        """Turn to the second screen; Ctrl-Z shows the first one while the program is stopped."""
        self._send(ENTER)
        stop = getattr(signal, "SIGTSTP", None)
        before = signal.getsignal(stop) if stop else None
        if stop and callable(before):  # a keyboard holds the terminal
            self._stopping = (stop, before)
            signal.signal(stop, self._stop)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        """Turn back to the first screen."""
        if self._stopping:
            signal.signal(*self._stopping)
        self._send(LEAVE)

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows, as they are now."""
        return self._console.size.width, self._console.size.height

    def repaint(self) -> None:
        """Forget what is on the screen: after a stop, or when another program wrote on it."""
        self._painted, self._size = [], (0, 0)
        self._send(ENTER)

    def paint(self, rows: list[Text]) -> None:
        """Show ``rows``, cut to the screen's size."""
        width, height = self.size
        out = [HOLD]
        if (width, height) != self._size:
            self._painted, self._size = [], (width, height)
            out.append(CLEAR)
        new = [fit(row, width) for row in [*rows, *[_empty()] * height][:height]]
        for index, row in enumerate(new):
            if index >= len(self._painted) or self._painted[index] != row:
                out.append(f"\x1b[{index + 1};1H{self._ansi(row)}")
        self._painted = new
        self._send("".join([*out, RELEASE]))

    def _stop(self, number: int, frame: FrameType | None) -> None:
        """Hand the terminal over for as long as the keyboard's own handler keeps the program stopped."""
        assert self._stopping is not None
        self._send(LEAVE)
        self._stopping[1](number, frame)
        signal.signal(number, self._stop)
        self.repaint()

    def _ansi(self, row: Text) -> str:
        with self._console.capture() as captured:
            self._console.print(row, end="", no_wrap=True, overflow="crop", crop=False)
        return captured.get()

    def _send(self, text: str) -> None:
        self._console.file.write(text)
        self._console.file.flush()


def _empty() -> Text:
    from rich.text import Text

    return Text("", end="")
