"""Matrices, cases and aligned equations from the boxes of their cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.typeset import boxes as bx
from mlquiz.typeset.boxes import Box
from mlquiz.typeset.delimiters import delimiter, reach

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlquiz.typeset.glyphs import Repertoire
    from mlquiz.typeset.nodes import Grid


def grid_box(grid: Grid, cells: Sequence[Sequence[Box]], repertoire: Repertoire) -> Box:
    """Align cells in columns, put delimiters around them, and set the baseline in the middle."""
    columns = max(len(row) for row in cells)
    widths = [
        max((row[index].width for row in cells if index < len(row)), default=0) for index in range(columns)
    ]
    rows = [_row(grid, row, widths) for row in cells]
    body = _stacked(rows, spread=_is_spread(grid, rows))
    return _fenced(grid, body, repertoire)


def _row(grid: Grid, cells: Sequence[Box], widths: Sequence[int]) -> Box:
    parts: list[Box] = []
    for index, columns in enumerate(widths):
        if index:
            parts.append(bx.blank(_column_gap(grid, index)))
        cell = cells[index] if index < len(cells) else bx.EMPTY
        parts.append(bx.widened(cell, columns, _alignment(grid, index)))
    return bx.beside(parts)


def _column_gap(grid: Grid, index: int) -> int:
    if grid.kind == "aligned":
        return 0 if index % 2 else 3
    return {"matrix": 2, "cases": 3}.get(grid.kind, 0)


def _alignment(grid: Grid, index: int) -> str:
    if grid.kind == "aligned" and len(grid.columns) == 2:
        return grid.columns[index % 2]
    return grid.columns[min(index, len(grid.columns) - 1)]


def _is_spread(grid: Grid, rows: Sequence[Box]) -> bool:
    """Tell whether blank rows keep the rows apart: two need a middle, tall ones would touch."""
    if grid.kind == "lines" or len(rows) == 1:
        return False
    if any(len(row.rows) > 1 for row in rows):
        return True
    return len(rows) == 2 and (grid.left != "." or grid.right != ".")


def _stacked(rows: Sequence[Box], *, spread: bool) -> Box:
    lines: list[str] = []
    for row in rows:
        if lines and spread:
            lines.append(" " * row.width)
        lines += row.rows
    if len(rows) == 1:
        return rows[0]
    middle = (len(lines) - 1) // 2
    return Box(lines, middle, rows[0].width, middle, len(lines) - 1 - middle)


def _fenced(grid: Grid, body: Box, repertoire: Repertoire) -> Box:
    if grid.left == grid.right == ".":
        return body
    cover = reach([body])
    left, right = delimiter(grid.left, cover, repertoire), delimiter(grid.right, cover, repertoire)
    room = int(cover.up > 0)
    return bx.beside([left, bx.padded(body, room * (left.width > 0), room * (right.width > 0)), right])
