"""Tables: words to the left, numbers to the right, in any width."""

from __future__ import annotations

import numbers
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from mlquiz.player.bars import sparkline
from mlquiz.player.chart import heading
from mlquiz.player.scale import number
from mlquiz.terminal.text import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlquiz.player.frames import Table
    from mlquiz.player.palette import Ink

GAP = 2
SPARKLINE = 12
NARROWEST = 6


def table_rows(frame: Table, width: int, height: int | None, ink: Ink) -> list[Text]:
    """Draw a table; with a ``height``, what doesn't fit at the top gives way to the newest rows."""
    head = heading(frame.name, "", (), width)
    titles = [one_line(str(column)) for column in frame.columns]
    cells = _aligned([[cell_text(value, ink) for value in row] for row in frame.rows], frame)
    widths = _widths(titles, cells, width)
    if widths is None:
        body = _records(titles, cells, width)
        return [*head, *(body if height is None else body[: max(height - len(head), 1)])]
    right = [all(_is_number(row[i]) for row in frame.rows if i < len(row)) for i in range(len(titles))]
    body = [_row(row, widths, right) for row in cells]
    room = len(body) if height is None else max(height - len(head) - 1, 1)
    if len(body) > room:
        body = [
            Text(f"{len(body) - room + 1} rows above", style="dim", end=""),
            *body[len(body) - room + 1 :],
        ]
    top = _row(titles, widths, right)
    top.stylize("underline" if not ink.ascii else "bold")
    return [*head, top, *body]


def cell_text(value: object, ink: Ink) -> str:
    """Return a cell as text: numbers with four digits, several of them as a sparkline."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if _is_number(value):
        return number(float(value))  # type: ignore[arg-type]
    if isinstance(value, str) or value is None:
        indent = len(value or "") - len((value or "").lstrip(" "))  # a tree is drawn by it
        return " " * min(indent, 20) + one_line(value or "")
    if hasattr(value, "__len__") and hasattr(value, "__iter__"):
        items = list(value)
        if items and all(_is_number(item) for item in items):
            return sparkline([float(item) for item in items], SPARKLINE, ink)
    return one_line(str(value))


def _aligned(cells: list[list[str]], frame: Table) -> list[list[str]]:
    """Give the numbers of a column the same number of decimals."""
    for column in range(len(frame.columns)):
        values = [(row, line[column]) for row, line in enumerate(frame.rows) if column < len(line)]
        found = [(row, float(value)) for row, value in values if _is_number(value)]  # type: ignore[arg-type]
        said = [cells[row][column] for row, _ in found]
        if any("e" in word or not word.lstrip("-")[:1].isdigit() for word in said):
            continue
        decimals = max((len(word.partition(".")[2]) for word in said), default=0)
        for row, value in found:
            cells[row][column] = f"{value:.{decimals}f}"
    return cells


def _is_number(value: object) -> bool:
    if type(value).__name__ in {"bool", "bool_"}:
        return False
    return isinstance(value, numbers.Real) or (hasattr(value, "dtype") and getattr(value, "ndim", 1) == 0)


def _widths(titles: list[str], cells: list[list[str]], width: int) -> list[int] | None:
    """Return the width of each column, the widest cut first; None when even narrow ones don't fit."""
    widths = [
        max([cell_len(title), *(cell_len(row[i]) for row in cells if i < len(row))])
        for i, title in enumerate(titles)
    ]
    while sum(widths) + GAP * (len(widths) - 1) > width:
        widest = max(range(len(widths)), key=widths.__getitem__)
        if widths[widest] <= NARROWEST:
            return None
        widths[widest] -= 1
    return widths


def _row(cells: Sequence[str], widths: list[int], right: list[bool]) -> Text:
    row = Text(no_wrap=True, end="")
    for index, (cell, wide) in enumerate(zip(cells, widths, strict=False)):
        shown = cell if cell_len(cell) <= wide else set_cell_size(cell, wide - 1) + "…"
        filler = " " * (wide - cell_len(shown))
        row.append(" " * (GAP if index else 0) + (filler + shown if right[index] else shown + filler))
    return row


def _records(titles: list[str], cells: list[list[str]], width: int) -> list[Text]:
    """Return each row as lines "column: value", for a table wider than the screen."""
    rows = []
    for row in cells:
        for title, cell in zip(titles, row, strict=False):
            text = Text(f"{title}: {cell}", no_wrap=True, end="")
            text.truncate(width, overflow="ellipsis")
            rows.append(text)
        rows.append(Text("", end=""))
    return rows[:-1]
