"""Delimiters of any height."""

from collections.abc import Sequence
from typing import NamedTuple

from mlquiz.typeset.boxes import EMPTY, Box, text_box
from mlquiz.typeset.glyphs import Repertoire, width
from mlquiz.typeset.symbols import SYMBOLS

# delimiter: its top, its middle, what stretches, its bottom (the middle of braces only)
_PLAIN = {
    "(": "╭││╰",
    ")": "╮││╯",
    "[": "┌││└",
    "]": "┐││┘",
    "{": "╭┤│╰",
    "}": "╮├│╯",
    "|": "││││",
    "‖": "║║║║",
    "⌊": "│││└",
    "⌋": "│││┘",
    "⌈": "┌│││",
    "⌉": "┐│││",
    "↑": "↑│││",
    "↓": "│││↓",
    "↕": "↑││↓",
}
_FULL = _PLAIN | {
    "(": "⎛⎜⎜⎝",
    ")": "⎞⎟⎟⎠",
    "[": "⎡⎢⎢⎣",
    "]": "⎤⎥⎥⎦",
    "{": "⎧⎨⎪⎩",
    "}": "⎫⎬⎪⎭",
}
_ASCII = {
    "(": "/||\\",
    ")": "\\||/",
    "[": "[[[[",
    "]": "]]]]",
    "{": "/<|\\",
    "}": "\\>|/",
    "|": "||||",
    "|_": "|||L",
    "_|": "|||J",
    "|^": "F|||",
    "^|": "7|||",
}
_PIECES: dict[Repertoire, dict[str, str]] = {"plain": _PLAIN, "full": _FULL, "ascii": _ASCII}
_DIAGONAL = {"⟨", "⟩", "<", ">", "/", "\\"}


class Reach(NamedTuple):
    """Rows that a delimiter covers over and under the baseline."""

    up: int
    down: int


def reach(boxes: Sequence[Box], rows: int = 1) -> Reach:
    """Return what delimiters around boxes must cover; a tall one stands out on both sides of the baseline."""
    up = max(rows // 2, *(box.up for box in boxes))
    down = max(rows // 2, *(box.down for box in boxes))
    return Reach(max(up, min(down, 1)), max(down, min(up, 1)))


def delimiter(name: str, cover: Reach, repertoire: Repertoire) -> Box:
    """Return a delimiter of a certain reach; a full stop is an empty one."""
    if name == ".":
        return EMPTY
    symbol = SYMBOLS.get(name)
    glyph = name if symbol is None else symbol.ascii if repertoire == "ascii" else symbol.plain
    if not cover.up:
        return text_box(glyph)
    rows = _rows(glyph, cover, repertoire)
    return Box(rows, cover.up, width(rows[0]), cover.up, cover.down)


def _rows(glyph: str, cover: Reach, repertoire: Repertoire) -> list[str]:
    pieces = _PIECES[repertoire].get(glyph)
    if pieces is not None:
        top, middle, stretch, bottom = tuple(pieces)
        return [top, *[stretch] * (cover.up - 1), middle, *[stretch] * (cover.down - 1), bottom]
    height = cover.up + cover.down + 1
    if glyph in _DIAGONAL:
        return _diagonal(glyph, height, repertoire)
    return [glyph] * height


def _diagonal(glyph: str, height: int, repertoire: Repertoire) -> list[str]:
    rising, falling = ("/", "\\") if repertoire == "ascii" else ("╱", "╲")
    if glyph == "/":
        return [_at(row, rising, height) for row in range(height - 1, -1, -1)]
    if glyph == "\\":
        return [_at(row, falling, height) for row in range(height)]
    upper, lower = (rising, falling) if glyph in "⟨<" else (falling, rising)
    half = height // 2
    places = [half - abs(row - half) for row in range(height)]
    if glyph in "⟨<":
        places = [half - place for place in places]
    marks = [upper] * half + [glyph] + [lower] * (height - half - 1)
    return [_at(place, mark, half + 1) for place, mark in zip(places, marks, strict=True)]


def _at(place: int, mark: str, columns: int) -> str:
    return " " * place + mark + " " * (columns - place - 1)
