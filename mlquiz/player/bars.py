"""Bars from zero, lying or upright, and sparklines."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from mlquiz.player.chart import heading
from mlquiz.player.scale import number
from mlquiz.terminal.text import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlquiz.player.frames import Bars
    from mlquiz.player.palette import Ink

EIGHTHS = " ▏▎▍▌▋▊▉█"
LEVELS, ASCII_LEVELS = "▁▂▃▄▅▆▇█", "_.-=+*%#"
LONGEST_LABEL = 24
SHORTEST_BAR = 8


def bar_rows(frame: Bars, width: int, height: int, ink: Ink) -> list[Text]:
    """Draw the bars lying, one a row, or upright when they are more than the rows."""
    values = {one_line(str(label)): float(value) for label, value in frame.values.items()}
    head = heading(frame.name, frame.unit, (), width)
    if not values:
        return [*head, Text("no data", style="dim", end="")]
    room = max(height - len(head), 1)
    if len(values) > room and len(values) <= width and min(_finite(values.values()), default=0.0) >= 0:
        return [*head, *_upright(values, width, room, ink)]
    rows = _lying(values, width, ink)
    if len(rows) > room:
        left_out = len(rows) - room + 1
        rows = [*rows[: room - 1], Text(f"and {left_out} more", style="dim", end="")]
    return [*head, *rows]


def sparkline(values: Sequence[float], width: int, ink: Ink) -> str:
    """Return ``values`` as a row of levels at most ``width`` long; what is no number is a gap."""
    levels = ASCII_LEVELS if ink.ascii else LEVELS
    shown = _thinned(list(values), width)
    finite = _finite(shown)
    if not finite:
        return " " * len(shown)
    low, high = min(finite), max(finite)
    span = high - low
    return "".join(
        " " if not math.isfinite(value) else levels[round((value - low) / span * 7) if span > 0 else 3]
        for value in shown
    )


def _lying(values: dict[str, float], width: int, ink: Ink) -> list[Text]:
    numbers = [number(value) for value in values.values()]
    gutter = min(
        LONGEST_LABEL, max(map(cell_len, values)), max(width - max(map(len, numbers)) - SHORTEST_BAR - 2, 4)
    )
    room = max(width - gutter - max(map(len, numbers)) - 2, 1)
    finite = [0.0, *_finite(values.values())]
    low, high = min(finite), max(finite)
    unit = (room - (low < 0)) / ((high - low) or 1.0)
    zero = math.ceil(-low * unit)
    rows = []
    for (label, value), said in zip(values.items(), numbers, strict=True):
        row = Text(f"{set_cell_size(label, gutter)} ", no_wrap=True, end="")
        row.append(_bar(value, unit, zero, ink), ink.series(0))
        rows.append(row.append(f" {said}", "bold"))
    return rows


def _bar(value: float, unit: float, zero: int, ink: Ink) -> str:
    """Return the bar of ``value`` with what stands before zero."""
    if not math.isfinite(value):
        return " " * zero
    if value < 0:
        length = min(round(-value * unit), zero)
        return (" " * (zero - length)) + ("#" if ink.ascii else "█") * length
    if ink.ascii:
        return " " * zero + "#" * round(value * unit)
    eighths = round(value * unit * 8)
    return " " * zero + "█" * (eighths // 8) + EIGHTHS[eighths % 8].strip()


def _upright(values: dict[str, float], width: int, height: int, ink: Ink) -> list[Text]:
    """Draw columns side by side, the first and last label under them and the scale on the left."""
    shown = [value if math.isfinite(value) else 0.0 for value in values.values()]
    top = max(shown) or 1.0
    gutter = max(len(number(top)), 1)
    wide = max(1, min(6, (width - gutter - 2) // len(shown)))
    tall = max(height - 1, 1)
    rows = []
    for row in range(tall):
        mark = number(top) if row == 0 else "0" if row == tall - 1 else ""
        text = Text(f"{mark:>{gutter}} {'|' if ink.ascii else '│'}", style="dim", no_wrap=True, end="")
        for value in shown:
            eighths = min(max(round(value / top * tall * 8) - (tall - 1 - row) * 8, 0), 8)
            sign = "#" * (eighths >= 4) or " " if ink.ascii else " ▁▂▃▄▅▆▇█"[eighths]
            column = sign * max(wide - 1, 1) + (" " if wide > 1 else "")
            text.append(column, f"not dim {ink.series(0)}".strip())
        text.truncate(width)
        rows.append(text)
    first, *_, last = values
    gap = max(1, len(shown) * wide - cell_len(first) - cell_len(last))
    feet = Text(" " * (gutter + 2) + first + " " * gap + last, style="dim", no_wrap=True, end="")
    feet.truncate(width)
    return [*rows, feet]


def _finite(values: object) -> list[float]:
    return [value for value in values if math.isfinite(value)]  # type: ignore[attr-defined]


def _thinned(values: list[float], width: int) -> list[float]:
    """Return at most ``width`` of the values, evenly spread, the last among them."""
    if len(values) <= width:
        return values
    return [values[round((i + 1) * len(values) / width) - 1] for i in range(width)]
