"""A chart: a canvas between two axes, under a title and a legend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from mlquiz.player.canvas import Canvas
from mlquiz.terminal.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mlquiz.player.palette import Ink
    from mlquiz.player.scale import Axis

ROOM_FOR_LABELS = 11  # rows from which on a chart spends one on the label of its x axis


@dataclass(frozen=True, slots=True)
class Key:
    """A line of the legend: a sign and what it stands for."""

    sign: str
    label: str
    style: str


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn between which axes; ``axes`` makes them for about so many ticks across and up."""

    title: str
    axes: Callable[[int, int], tuple[Axis, Axis]]
    paint: Callable[[Canvas, Axis, Axis], None]
    legend: Sequence[Key] = ()
    x_label: str = ""
    y_label: str = ""

    def rows(self, width: int, height: int, ink: Ink) -> list[Text]:
        """Draw it in ``height`` rows of ``width`` cells."""
        head = heading(self.title, self.y_label, self.legend, width)
        head = head[: 2 if height < ROOM_FOR_LABELS else len(head)]
        label_row = (
            [Text(one_line(self.x_label), style="dim")] if self.x_label and height >= ROOM_FOR_LABELS else []
        )
        tall = max(1, height - len(head) - 2 - len(label_row))
        x, y = self.axes(max(2, width // 12), max(2, tall // 3))
        gutter = max([*map(len, y.labels), 1])
        canvas = Canvas(max(width - gutter - 2, 4), tall, ink)
        self.paint(canvas, x, y)
        body = [
            Text.assemble(mark, row)
            for mark, row in zip(_y_marks(y, tall, gutter, ink), canvas.rows(), strict=True)
        ]
        inner = "" if label_row else one_line(self.x_label)
        foot = _x_marks(x, canvas.width, gutter, inner, ink)
        for row in label_row:
            row.pad_left(gutter + 2 + max(0, (canvas.width - row.cell_len) // 2))
            row.truncate(width)
        return [*head, *body, *foot, *label_row]


def heading(title: str, y_label: str, legend: Sequence[Key], width: int) -> list[Text]:
    """Return the title and the legend, on one row where that fits."""
    name = Text(one_line(title), style="title", no_wrap=True, end="")
    if y_label and y_label != title:
        name.append(f", {one_line(y_label)}", "not bold dim")
    name.truncate(width, overflow="ellipsis")
    lines = [name]
    for key in legend:
        entry = Text(f"{key.sign} {one_line(key.label)}", style=key.style, no_wrap=True, end="")
        entry.truncate(width, overflow="ellipsis")
        if lines[-1].cell_len + 3 + entry.cell_len <= width:
            lines[-1] = Text.assemble(
                lines[-1], "   " if lines[-1] is name or len(lines) == 1 else "  ", entry, end=""
            )
        else:
            lines.append(entry)
    return lines


def fit(row: Text, width: int) -> Text:
    """Return ``row`` cut or filled to ``width`` cells."""
    row = row.copy()
    row.truncate(width)
    row.pad_right(width - row.cell_len)
    return row


def _y_marks(axis: Axis, tall: int, gutter: int, ink: Ink) -> list[Text]:
    bar, tick = ("|", "+") if ink.ascii else ("│", "┤")
    marks = dict(zip(_rows_of(axis, tall), axis.labels, strict=True))
    return [
        Text(f"{marks.get(row, ''):>{gutter}} {tick if row in marks else bar}", style="dim", end="")
        for row in range(tall)
    ]


def _rows_of(axis: Axis, tall: int) -> list[int]:
    return [round((1 - share) * (tall - 1)) for share in axis.place(list(axis.ticks)).tolist()]


def _x_marks(axis: Axis, wide: int, gutter: int, label: str, ink: Ink) -> list[Text]:
    """Return the axis line with its ticks, and the row of numbers under it."""
    corner, dash, tick = ("+", "-", "+") if ink.ascii else ("└", "─", "┬")
    line, numbers = [dash] * wide, [" "] * (wide + gutter + 2)
    free_from = 0
    columns = [round(share * (wide - 1)) for share in axis.place(list(axis.ticks)).tolist()]
    for column, text in zip(columns, axis.labels, strict=True):
        line[column] = tick
        start = min(max(column + gutter + 2 - len(text) // 2, 0), len(numbers) - len(text))
        if start >= free_from:
            numbers[start : start + len(text)] = text
            free_from = start + len(text) + 1
    row = "".join(line)
    if label and cell_len(label) + 6 < wide:
        at = wide - cell_len(label) - 4
        row = row[:at] + f" {label} " + row[at + cell_len(label) + 2 :]
    return [
        Text(" " * (gutter + 1) + corner + row, style="dim", end="", no_wrap=True),
        Text(set_cell_size("".join(numbers), len(numbers)), style="dim", end="", no_wrap=True),
    ]
