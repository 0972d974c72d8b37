"""Every frame as rows of text, and as a rich renderable."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from rich.text import Text

from mlquiz.player.bars import bar_rows
from mlquiz.player.curves import histogram_chart, line_chart, regions_chart, scatter_chart
from mlquiz.player.frames import Ask, Bars, Check, Frame, Heat, Histogram, Line, Regions, Say, Scatter, Table
from mlquiz.player.heat import heat_rows
from mlquiz.player.scale import number
from mlquiz.player.tables import table_rows
from mlquiz.terminal.markup import render
from mlquiz.terminal.text import one_line

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult

    from mlquiz.player.palette import Ink

CHARTS = (Line, Scatter, Regions, Histogram)
PICTURES = (*CHARTS, Heat, Bars, Table)
SHORTEST = 6  # rows of a picture that can still be read


@dataclass(frozen=True, slots=True)
class Drawn:
    """A frame as something that rich prints, ``height`` rows tall where it can be chosen."""

    frame: Frame
    ink: Ink
    height: int = 16

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for row in rows_of(self.frame, options.max_width, self.height, self.ink):
            row.end = "\n"
            yield row


def rows_of(frame: Frame, width: int, height: int, ink: Ink) -> list[Text]:
    """Draw a frame in rows of at most ``width`` cells; pictures have at most ``height`` of them."""
    rows = _drawn(frame, width, height, ink)
    if isinstance(frame, PICTURES):
        rows = rows[: max(height, 1)]
        for row in rows:
            row.truncate(width)
            if ink.ascii:
                row.plain = row.plain.replace("…", "~")
    return rows


def _drawn(frame: Frame, width: int, height: int, ink: Ink) -> list[Text]:
    match frame:
        case Line():
            return line_chart(frame, ink).rows(width, height, ink)
        case Scatter():
            return scatter_chart(frame, ink).rows(width, height, ink)
        case Regions():
            return regions_chart(frame, ink).rows(width, height, ink)
        case Histogram():
            return histogram_chart(frame, ink).rows(width, height, ink)
        case Heat():
            return heat_rows(frame, width, height, ink)
        case Bars():
            return bar_rows(frame, width, height, ink)
        case Table():
            return table_rows(frame, width, height, ink)
        case Say():
            return wrapped(render(frame.text, glyphs=ink.glyphs, width=width), width)
        case Ask():
            return ask_rows(frame, width, ink)
        case Check():
            return check_rows(frame, width, ink)


def ask_rows(frame: Ask, width: int, ink: Ink) -> list[Text]:
    """Return the question and its numbered choices."""
    rows = wrapped(render(frame.question, glyphs=ink.glyphs, width=width, style="bold"), width)
    for index, choice in enumerate(frame.choices, 1):
        text = Text.assemble((f"{index}", "key"), "  ", render(choice, glyphs=ink.glyphs, width=width))
        rows += wrapped(text, width)
    return rows


def answer_to(frame: Ask) -> str:
    """Return the right choice and why it is right."""
    said = f"It is {frame.answer + 1}: {frame.choices[frame.answer]}."
    return f"{said} {frame.why}" if frame.why else said


def check_rows(frame: Check, width: int, ink: Ink) -> list[Text]:
    """Return whether a check holds, and its numbers."""
    return wrapped(check_title(frame, ink).append(f"  {comparison(frame, ink)}", "dim"), width)


def check_title(frame: Check, ink: Ink) -> Text:
    """Return whether a check holds."""
    held, failed = ("ok", "FAILED") if ink.ascii else ("✓", "✗ failed:")
    return Text.assemble((held, "right") if frame.holds else (failed, "wrong"), " ", one_line(frame.name))


def comparison(frame: Check, ink: Ink) -> str:
    """Return "0.69 ≤ 0.7 ± 0.001"."""
    signs = {"==": "=", "<=": "<=", ">=": ">="} if ink.ascii else {"==": "=", "<=": "≤", ">=": "≥"}
    value, expected = number(float(frame.value)), number(float(frame.expected))
    if value == expected and frame.value != frame.expected:
        value, expected = f"{float(frame.value):.10g}", f"{float(frame.expected):.10g}"
    give = f" {'+-' if ink.ascii else '±'} {number(float(frame.tolerance))}" if frame.tolerance else ""
    return f"{value} {signs[frame.relation]} {expected}{give}"


def wrapped(text: Text, width: int) -> list[Text]:
    """Return ``text`` broken into rows of at most ``width`` cells."""
    rows: list[Text] = []
    for line in text.split("\n", allow_blank=True):
        rows += line.wrap(_measure(), width) if line.cell_len > width else [line]
    for row in rows:
        row.rstrip()
        row.end = ""
    return rows


@cache
def _measure() -> Console:
    from rich.console import Console

    return Console(width=80, color_system=None)
