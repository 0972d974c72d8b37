"""The terminal's second screen, repainted row by row: only what changed is sent, so nothing flickers."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Self

from mlquiz.player.chart import fit

if TYPE_CHECKING:
    from types import TracebackType

    from rich.console import Console
    from rich.text import Text

ENTER, LEAVE = "\x1b[?1049h\x1b[?25l", "\x1b[0m\x1b[?25h\x1b[?1049l"
CLEAR = "\x1b[0m\x1b[2J"
HOLD, RELEASE = "\x1b[?2026h", "\x1b[?2026l"  # terminals that know it show what is between at once


class Screen(AbstractContextManager["Screen"]):
    """Rows of text on the second screen; the first one is back, untouched, however it ends."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._painted: list[Text] = []
        self._size = (0, 0)

    def __enter__(self) -> Self:
        """Turn to the second screen."""
        self._send(ENTER)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        """Turn back to the first screen."""
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
