"""Lists whose entries a person names by a digit or a letter."""

from __future__ import annotations

from string import ascii_lowercase
from typing import TYPE_CHECKING

from rich.text import Text

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from mlquiz.study.screen import Block
    from mlquiz.terminal.markup import Renderer

DIGITS = tuple(str(number) for number in range(1, 100))
LETTERS = tuple(ascii_lowercase)
RIGHT, WRONG = "✓", "✗"


def labelled(label: str, text: str, style: str = "") -> Block:
    """Return an entry: its label, and its text with a hanging indent."""
    return lambda pen: _row(Text(label, style="key"), pen.text(text, style, indent=0))


def marked(label: str, text: str, *, right: bool, picked: bool) -> Block:
    """Return an entry with whether it is right; ``picked`` ones say that they were chosen."""

    def draw(pen: Renderer) -> RenderableType:
        sign = Text(RIGHT if right else WRONG if picked else " ", style="right" if right else "wrong")
        body = pen.text(text, "" if right or picked else "dim", indent=0)
        if picked:
            body.append("  (your choice)", "dim")
        return _row(Text.assemble(sign, " ", (label, "key")), body)

    return draw


def _row(label: Text, text: Text) -> Table:
    from rich.table import Table  # 4 ms, and the simplest cards need none

    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column()
    grid.add_row(label, text)
    return grid


def named(line: str, labels: tuple[str, ...]) -> list[str]:
    """Return the labels named on a line, in order: ``3 1 2``, ``3,1,2``, ``312`` where all have one sign."""
    words = line.lower().replace(",", " ").replace(";", " ").replace("-", " ").split()
    if all(len(label) == 1 for label in labels):
        return list("".join(words))
    return words
