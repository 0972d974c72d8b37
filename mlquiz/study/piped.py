"""A sitting without a terminal: lines come from a pipe, and one line answers one prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.terminal.keys import EndOfInput
from mlquiz.terminal.text import MAX_SHOWN, one_line

if TYPE_CHECKING:
    from typing import TextIO

    from rich.console import Console

    from mlquiz.study.desk import FormulaField

MAX_LINE = 1_000_000  # characters; a longer line is cut: it is no answer, but it must not fill the memory


class PipedInput:
    """Keys and lines from ``stream``; what was read is shown after its prompt."""

    def __init__(self, stream: TextIO, console: Console) -> None:
        self._stream = stream
        self._console = console
        self.lines_read = 0

    def read(self, timeout: float | None = None) -> str | None:  # noqa: ARG002 - a pipe has its own time
        """Return the next line as a key: ``3``, ``space``, ``:u`` for u; an empty line is enter."""
        line = self._next().strip()
        if len(line) == len(":u") and line.startswith(":"):
            line = line[1:]
        return line or "enter"

    def drain(self) -> None:
        """Keep everything: lines of a pipe are meant for the prompts to come."""

    def words(self, prompt: str) -> str:
        """Return the next line, shown after the prompt."""
        line = self._next()
        self._console.print(f"{prompt}{one_line(line, MAX_SHOWN)}")
        return line

    def formula(self, prompt: str, field: FormulaField) -> str:  # noqa: ARG002 - nobody watches the typing
        """Return the next line, shown after the prompt."""
        return self.words(prompt)

    def _next(self) -> str:
        line = self._stream.readline(MAX_LINE)
        if not line:
            raise EndOfInput
        rest = line
        while len(rest) == MAX_LINE and not rest.endswith("\n"):
            rest = self._stream.readline(MAX_LINE)
        self.lines_read += 1
        return line.rstrip("\r\n")
