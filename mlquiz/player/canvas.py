"""A rectangle of character cells to draw on, with eight braille dots in each cell."""

from __future__ import annotations

from itertools import accumulate, groupby, pairwise
from typing import TYPE_CHECKING

from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from mlquiz.player.palette import Ink

ACROSS, DOWN = 2, 4  # dots in a cell
BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))  # [dot row][dot column], Unicode's order
BLANK = 0x2800
Pixel = tuple[int, int]  # column and row of a dot


class Canvas:
    """``height`` rows of ``width`` cells, the origin at the top left."""

    def __init__(self, width: int, height: int, ink: Ink) -> None:
        self.width, self.height, self.ink = max(width, 1), max(height, 1), ink
        self._signs = [[" "] * self.width for _ in range(self.height)]
        self._dots = [[0] * self.width for _ in range(self.height)]
        self._styles = [[""] * self.width for _ in range(self.height)]

    def put(self, column: int, row: int, text: str, style: str = "") -> None:
        """Write ``text``, each character in a cell; what falls outside is left out."""
        for offset, sign in enumerate(text):
            if 0 <= column + offset < self.width and 0 <= row < self.height:
                self._signs[row][column + offset] = sign
                self._styles[row][column + offset] = style

    def dot(self, x: int, y: int, style: str, sign: str) -> None:
        """Set the dot in column ``x`` and row ``y`` of all dots; in ASCII, write ``sign`` into its cell."""
        column, row = x // ACROSS, y // DOWN
        if not (x >= 0 and y >= 0 and column < self.width and row < self.height):
            return
        if self.ink.ascii:
            self._signs[row][column] = sign
        self._dots[row][column] |= BITS[y % DOWN][x % ACROSS]
        self._styles[row][column] = style

    def line(
        self, x: NDArray[np.float64], y: NDArray[np.float64], style: str, sign: str, dash: tuple[int, ...]
    ) -> None:
        """Draw a polyline through shares ``x`` to the right and ``y`` upwards, (n,) each; NaN breaks it.

        ``dash`` counts dots that are drawn and left out in turn.
        """
        ends = list(accumulate(dash))
        for run in _runs(self.pixels(x, y)):
            for count, (column, row) in enumerate(run):
                if sum(count % ends[-1] >= end for end in ends) % 2 == 0:
                    self.dot(column, row, style, sign)

    def pixels(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> list[Pixel | None]:
        """Return the dot (column, row) at shares ``x`` and ``y``, None where there is none."""
        columns, rows = self.width * ACROSS - 1, self.height * DOWN - 1
        far = 4.0  # what lies far outside is drawn towards, not computed to the end
        return [
            (round(min(max(a, -far), far) * columns), round((1 - min(max(b, -far), far)) * rows))
            if a == a and b == b
            else None
            for a, b in zip(x.tolist(), y.tolist(), strict=True)
        ]

    def rows(self) -> list[Text]:
        """Return what was drawn, a text for each row."""
        return [self._row(row) for row in range(self.height)]

    def _row(self, row: int) -> Text:
        text = Text(no_wrap=True, end="")
        cells = zip(map(self._cell, self._signs[row], self._dots[row]), self._styles[row], strict=True)
        for style, run in groupby(cells, key=lambda cell: cell[1]):
            text.append("".join(sign for sign, _ in run), style or None)
        return text

    def _cell(self, sign: str, dots: int) -> str:
        return chr(BLANK | dots) if sign == " " and dots and not self.ink.ascii else sign


def _runs(pixels: list[Pixel | None]) -> Iterator[list[Pixel]]:
    """Return the dots of each unbroken stretch of a polyline."""
    for missing, stretch in groupby(pixels, key=lambda pixel: pixel is None):
        if not missing:
            corners = [pixel for pixel in stretch if pixel is not None]
            steps = [dot for pair in pairwise(corners) for dot in _segment(*pair)]
            yield corners[:1] + steps


def _segment(before: Pixel, after: Pixel) -> list[Pixel]:
    """Return the dots from ``before``, which isn't among them, to ``after``."""
    (x0, y0), (x1, y1) = before, after
    count = max(abs(x1 - x0), abs(y1 - y0))
    return [
        (round(x0 + (x1 - x0) * i / count), round(y0 + (y1 - y0) * i / count)) for i in range(1, count + 1)
    ]
