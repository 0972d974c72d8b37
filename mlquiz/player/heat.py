"""Heat maps: half blocks in colour, shades without, and the values where the cells have room for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from mlquiz.player.chart import heading
from mlquiz.player.palette import RGB, Ink, colour_at, hex_of, readable_on
from mlquiz.player.scale import finite_range, number
from mlquiz.terminal.text import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from mlquiz.player.frames import Heat

LONGEST_LABEL = 10
WIDEST_CELL = 9
SCALE_CELLS = 8
MISSING = "/"


@dataclass(frozen=True, slots=True)
class Cells:
    """The size of a matrix element on the screen: columns, and rows of half a character each."""

    wide: int
    tall: int


def heat_rows(frame: Heat, width: int, height: int, ink: Ink) -> list[Text]:
    """Draw a matrix in at most ``height`` rows of ``width`` cells."""
    import numpy as np

    Z = np.atleast_2d(np.asarray(frame.Z, dtype=float))
    head = [*heading(frame.name, "", (), width)]
    span = finite_range(Z)
    if span is None:
        return [*head, Text("no data", style="dim")]
    scale = _scale(span, frame.diverging, ink)
    if not ink.half_blocks and not np.isfinite(Z).all():
        scale.append(f"  {MISSING} no value")
    if head[-1].cell_len + 3 + scale.cell_len <= width:
        head[-1] = Text.assemble(head[-1], "   ", scale, end="")
    else:
        head.append(scale)
    gutter = _gutter(frame, Z.shape[0])
    foot = 1 if len(frame.column_labels) == Z.shape[1] else 0
    room = (max(width - gutter, 1), max(height - len(head) - foot, 1))
    Z = shrunk(Z, room[1] * 2 if ink.half_blocks else room[1], room[0])
    words = cell_words(frame, Z)
    cells = _cells(Z.shape, room, words, ink, labelled=gutter > 0)
    shares = _shares(Z, span, diverging=frame.diverging)
    body = _body(shares, words, cells, ink, diverging=frame.diverging)
    labels = _row_labels(frame, Z.shape[0], cells, len(body), gutter)
    rows = [Text.assemble(label, row, end="") for label, row in zip(labels, body, strict=True)]
    return [*head, *rows, *_column_labels(frame, Z.shape[1], cells, gutter)]


def share_of(value: float, span: tuple[float, float], *, diverging: bool) -> float:
    """Return where ``value`` lies: in [0, 1] from the least to the greatest, or in [-1, 1] around zero."""
    low, high = span
    if diverging:
        return value / (max(abs(low), abs(high)) or 1.0)
    return (value - low) / (high - low) if high > low else 0.5


def _shares(
    Z: NDArray[np.float64], span: tuple[float, float], *, diverging: bool
) -> list[list[float | None]]:
    """Return the shares of all values, None for what is no finite number."""
    return [
        [share_of(z, span, diverging=diverging) if abs(z) < float("inf") else None for z in row]
        for row in Z.tolist()
    ]


def _scale(span: tuple[float, float], diverging: bool, ink: Ink) -> Text:
    """Return the legend: the colours between the least and the greatest value."""
    bound = max(map(abs, span))
    low, high = (-bound, bound) if diverging else span
    text = Text(f"{number(low)} ", style="dim", no_wrap=True, end="")
    for step in range(SCALE_CELLS):
        part = step / (SCALE_CELLS - 1)
        share = 2 * part - 1 if diverging else part
        if ink.half_blocks:
            text.append(" ", f"not dim on {hex_of(colour_at(share, diverging=diverging))}")
        else:
            text.append(ink.shade(share), "not dim")
    return text.append(f" {number(high)}")


def _gutter(frame: Heat, count: int) -> int:
    if len(frame.row_labels) != count:
        return 0
    return 1 + min(LONGEST_LABEL, max((cell_len(one_line(label)) for label in frame.row_labels), default=0))


def shrunk(Z: NDArray[np.float64], tall: int, wide: int) -> NDArray[np.float64]:
    """Return ``Z`` averaged over blocks, so that it has at most ``tall`` rows and ``wide`` columns."""
    import numpy as np

    for axis, most in ((0, tall), (1, wide)):
        if Z.shape[axis] > most:
            starts = np.linspace(0, Z.shape[axis], most + 1).astype(int)
            known = np.isfinite(Z)
            total = np.add.reduceat(np.where(known, Z, 0.0), starts[:-1], axis=axis)
            count = np.add.reduceat(known.astype(float), starts[:-1], axis=axis)
            Z = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
    return Z


def cell_words(frame: Heat, Z: NDArray[np.float64]) -> list[list[str]]:
    """Return what is written into the cells: the frame's text, else the values."""
    if len(frame.text) == Z.shape[0] and all(len(row) == Z.shape[1] for row in frame.text):
        return [[one_line(str(word)) for word in row] for row in frame.text]
    decimals = 0 if bool((Z.round() == Z).all()) else 2
    biggest = max(abs(z) for z in finite_range(Z) or (0.0, 0.0))
    if not 0.01 <= biggest < 1e4:
        return [["" for _ in row] for row in Z]
    return [
        [f"{z:z.{decimals if biggest < 100 else 0}f}" if z == z else "" for z in row] for row in Z.tolist()
    ]


def _cells(
    shape: tuple[int, ...], room: tuple[int, int], words: list[list[str]], ink: Ink, *, labelled: bool
) -> Cells:
    """Return the size of a cell: what there is room for, near to square; whole rows for words and labels."""
    widest = _widest(words)
    across, down = room[0] // shape[1], room[1] // shape[0]
    if widest and across >= widest + 2 and down >= 1:
        tall = min(down, 3)
        return Cells(min(across, max(widest + 2, 2 * tall), max(WIDEST_CELL, widest + 2)), 2 * tall)
    halves = 2 * room[1] // shape[0]
    tallest = min(halves, max(across, 2 if labelled else 1))
    tall = max(1, tallest) if ink.half_blocks else 2 * max(1, tallest // 2)
    return Cells(max(1, min(across, 3 * tall)), tall)


def _body(
    shares: list[list[float | None]], words: list[list[str]], cells: Cells, ink: Ink, *, diverging: bool
) -> list[Text]:
    with_words = _widest(words) in range(1, cells.wide - 1)
    if not ink.half_blocks:
        words = words if with_words else [["" for _ in row] for row in words]
        return [
            row for line, said in zip(shares, words, strict=True) for row in _shaded(line, said, cells, ink)
        ]
    colours = [
        [None if share is None else colour_at(share, diverging=diverging) for share in row] for row in shares
    ]
    if with_words and cells.tall % 2 == 0:
        return [row for line, said in zip(colours, words, strict=True) for row in _written(line, said, cells)]
    pixels = [line for line in colours for _ in range(cells.tall)]
    pixels += [[None] * len(pixels[0])] * (len(pixels) % 2)
    return [
        _half_blocks(upper, lower, cells.wide) for upper, lower in zip(pixels[::2], pixels[1::2], strict=True)
    ]


def _widest(words: list[list[str]]) -> int:
    return max((cell_len(word) for row in words for word in row), default=0)


def _written(line: Sequence[RGB | None], said: list[str], cells: Cells) -> list[Text]:
    """Return the rows of one matrix row in colour, its words in the middle one."""
    rows = []
    for row in range(cells.tall // 2):
        text = Text(no_wrap=True, end="")
        for colour, word in zip(line, said, strict=True):
            shown = word if row == (cells.tall // 2 - 1) // 2 else ""
            style = f"{hex_of(readable_on(colour))} on {hex_of(colour)}" if colour else "dim"
            text.append(_centred(shown, cells.wide), style)
        rows.append(text)
    return rows


def _shaded(line: Sequence[float | None], said: list[str], cells: Cells, ink: Ink) -> list[Text]:
    """Return the rows of one matrix row without colour: shades, and its words in the middle one."""
    tall = max(1, cells.tall // 2)
    rows = []
    for row in range(tall):
        text = ""
        for share, word in zip(line, said, strict=True):
            sign = MISSING if share is None else ink.shade(share)
            text += _centred(f" {word} " if word and row == (tall - 1) // 2 else "", cells.wide, sign)
        rows.append(Text(text, no_wrap=True, end=""))
    return rows


def _half_blocks(upper: Sequence[RGB | None], lower: Sequence[RGB | None], wide: int) -> Text:
    """Return a row of characters, each with one colour above another."""
    text = Text(no_wrap=True, end="")
    for above, below in zip(upper, lower, strict=True):
        if above and below:
            text.append("▀" * wide, f"{hex_of(above)} on {hex_of(below)}")
        elif above or below:
            text.append(("▀" if above else "▄") * wide, hex_of(above or below or (0, 0, 0)))
        else:
            text.append(" " * wide)
    return text


def _row_labels(frame: Heat, count: int, cells: Cells, tall: int, gutter: int) -> list[Text]:
    """Return what stands before each of ``tall`` rows of characters: a label beside the middle of its row."""
    said = [""] * tall
    if gutter and len(frame.row_labels) == count:
        for index, label in enumerate(frame.row_labels):
            at = min(int((index + 0.5) * cells.tall / 2 - 0.25), tall - 1)
            said[at] = said[at] or one_line(label)
    return [
        Text(
            f"{_cut(label, gutter - 1):>{max(gutter - 1, 0)}}"[:gutter] + " " * bool(gutter),
            style="dim",
            end="",
        )
        for label in said
    ]


def _column_labels(frame: Heat, count: int, cells: Cells, gutter: int) -> list[Text]:
    """Return the row of labels under the columns, or none; labels without room for them are left out."""
    if len(frame.column_labels) != count:
        return []
    row = [" "] * (gutter + cells.wide * count)
    free_from = 0
    for index, label in enumerate(frame.column_labels):
        word = one_line(label)[: max(cells.wide - 1, LONGEST_LABEL)]
        start = gutter + index * cells.wide + max(0, (cells.wide - len(word)) // 2)
        if start >= free_from and start + len(word) <= len(row):
            row[start : start + len(word)] = word
            free_from = start + len(word) + 1
    return [Text("".join(row), style="dim", no_wrap=True, end="")]


def _cut(word: str, width: int) -> str:
    return word if len(word) <= width else word[: max(width - 1, 0)] + "…"


def _centred(word: str, width: int, fill: str = " ") -> str:
    left = (width - cell_len(word)) // 2
    return fill * left + word + fill * (width - cell_len(word) - left)
