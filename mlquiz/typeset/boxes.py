"""Boxes of characters with a baseline, and how they are put together."""

from collections.abc import Sequence
from typing import NamedTuple

from mlquiz.typeset.glyphs import width


class Box(NamedTuple):
    """A block of characters.

    Attributes
    ----------
    rows : list of str
        Each is `width` columns wide.
    baseline : int
        Index of the row that stands level with the neighbours.
    width : int
    up, down : int
        Rows over and under the baseline that delimiters must cover; scripts and accents are not among them.
    """

    rows: list[str]
    baseline: int
    width: int
    up: int = 0
    down: int = 0

    @property
    def below(self) -> int:
        """Rows under the baseline."""
        return len(self.rows) - self.baseline - 1


EMPTY = Box([""], 0, 0)


def text_box(text: str) -> Box:
    """Return one row."""
    return Box([text], 0, width(text))


def blank(columns: int) -> Box:
    """Return one row of spaces."""
    return Box([" " * columns], 0, columns)


def beside(boxes: Sequence[Box]) -> Box:
    """Put boxes side by side on one baseline."""
    if len(boxes) == 1:
        return boxes[0]
    if not boxes:
        return EMPTY
    columns = sum(box.width for box in boxes)
    above = max(box.baseline for box in boxes)
    below = max(box.below for box in boxes)
    if above == below == 0:
        return Box(["".join(box.rows[0] for box in boxes)], 0, columns)
    rows = [
        "".join([_row(box, offset + box.baseline) for box in boxes]) for offset in range(-above, below + 1)
    ]
    return Box(rows, above, columns, max(box.up for box in boxes), max(box.down for box in boxes))


def _row(box: Box, index: int) -> str:
    return box.rows[index] if 0 <= index < len(box.rows) else " " * box.width


def over(boxes: Sequence[Box], baseline: int, align: str = "c") -> Box:
    """Stack boxes; `baseline` is the row of the result, `align` one of l, c, r."""
    columns = max(box.width for box in boxes)
    rows = [row for box in boxes for row in widened(box, columns, align).rows]
    return Box(rows, baseline, columns, baseline, len(rows) - baseline - 1)


def widened(box: Box, columns: int, align: str = "c") -> Box:
    """Pad a box to a width."""
    extra = columns - box.width
    if extra <= 0:
        return box
    left = {"l": 0, "c": extra // 2, "r": extra}[align]
    return padded(box, left, extra - left)


def padded(box: Box, left: int, right: int) -> Box:
    """Put spaces left and right."""
    before, after = " " * left, " " * right
    rows = [before + row + after for row in box.rows]
    return box._replace(rows=rows, width=box.width + left + right)


def with_core(box: Box, up: int, down: int) -> Box:
    """Set the rows that delimiters must cover."""
    return box._replace(up=up, down=down)
