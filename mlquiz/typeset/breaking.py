"""Long formulas broken at relations, then at binary operators, as on a printed page."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlquiz.typeset import boxes as bx
from mlquiz.typeset.boxes import Box
from mlquiz.typeset.glyphs import width as columns_of
from mlquiz.typeset.grids import grid_box
from mlquiz.typeset.layout import Typesetter, is_single
from mlquiz.typeset.nodes import Accent, Atom, Classed, Fence, Fraction, Grid, Node, Root, Row, Text
from mlquiz.typeset.parts import Flattener, Part
from mlquiz.typeset.slash import is_derivative, is_sign
from mlquiz.typeset.styles import DISPLAY, TEXT, Style

if TYPE_CHECKING:
    from collections.abc import Sequence

# What a break costs. Breaks inside fences cost more with every fence.
_RELATION, _SUM, _TIMES, _LIST, _WORDS, _FACTOR, _AFTER_OPENING, _BEFORE_SUM = (
    10,
    30,
    50,
    35,
    60,
    60,
    140,
    160,
)
_FENCE = 40
_SHALLOW = 15  # for a line that is not aligned with what it continues
_LINE = 40
_RAGGED = 40
_OVERFULL = 1000
_NARROWEST = 8
_INDENT = 4


class _Path(NamedTuple):
    """The best way found to set all parts before one: cost, and the lines so far."""

    cost: float
    lines: tuple[tuple[int, int, int], ...]  # first part, part after the last, indent
    indent: int  # of the line that begins here
    relation: int  # column where continued relations stand, -1 before there is one
    columns: tuple[tuple[int, int], ...]  # of what stands in fences still open: opener, column


class Breaker:
    """Sets rows within a width."""

    def __init__(self, typesetter: Typesetter) -> None:
        self.typesetter = typesetter

    def row(self, items: tuple[Node, ...], style: Style, width: int) -> Box:
        """Lay out a row; where it is wider than `width`, on several lines."""
        width = max(width, _NARROWEST)
        box = self.typesetter.row(items, style)
        if box.width <= width:
            return box
        parts = [
            self._narrowed(part, style, width) for part in Flattener(self.typesetter, style).flatten(items)
        ]
        if len(parts) == 1:
            return parts[0].box
        lines = _Lines(parts, width, self.typesetter.repertoire == "ascii").best()
        return _stack(lines)

    def _narrowed(self, part: Part, style: Style, width: int) -> Part:
        if part.box.width + 4 <= width or part.cls in {"open", "close"}:
            return part
        box = self.node(part.node, style, min(part.box.width, width))
        return part if box is None else part._replace(box=box)

    def node(self, node: Node, style: Style, width: int) -> Box | None:
        """Lay out one node within a width, None where there is no narrower way."""
        setter = self.typesetter
        if isinstance(node, Fraction):
            above, below = (self.row(row.items, TEXT, width) for row in (node.above, node.below))
            return setter.fraction(above, below, bar=node.bar)
        if isinstance(node, Root) and node.degree is None:
            return setter.root(self.row(node.body.items, style, width - 3), single=is_single(node.body))
        if isinstance(node, Accent):
            return setter.accents.box(node.name, self.row(node.body.items, style, width))
        if isinstance(node, Classed):
            return self.row(node.body.items, style, width)
        return self._grid(node, width) if isinstance(node, Grid) else None

    def _grid(self, grid: Grid, width: int) -> Box | None:
        if grid.kind == "cases":
            return self._cases(grid, width)
        if grid.kind != "aligned":
            return None
        left = max((self.typesetter.row(row[0].items, DISPLAY).width for row in grid.cells), default=0)
        if left > width // 2 or any(len(row) != 2 for row in grid.cells):
            merged = tuple((Row(tuple(item for cell in row for item in cell.items)),) for row in grid.cells)
            cells = [[self.row(row[0].items, DISPLAY, width)] for row in merged]
            return grid_box(grid._replace(columns="l"), cells, self.typesetter.repertoire)
        cells = [
            [
                self.typesetter.row(row[0].items, DISPLAY),
                self.row((Row(), *row[1].items), DISPLAY, width - left),
            ]
            for row in grid.cells
        ]
        return grid_box(grid, cells, self.typesetter.repertoire)

    def _cases(self, grid: Grid, width: int) -> Box:
        """Put each condition under its value."""
        cells: list[list[Box]] = []
        for row in grid.cells:
            value, *conditions = [
                self.row(cell.items, TEXT, width - 4 - 2 * bool(n)) for n, cell in enumerate(row)
            ]
            lines = [value, *(bx.padded(box, 2, 0) for box in conditions)]
            cells.append([bx.over(lines, value.baseline, "l")])
        return grid_box(grid, cells, self.typesetter.repertoire)


def broken(formula: Row, typesetter: Typesetter, width: int) -> Box:
    """Lay out a formula on several lines; the box is wider than `width` where something can't be broken."""
    return Breaker(typesetter).row(formula.items, DISPLAY, width)


class _Lines:
    """The choice of breaks with the least cost, by dynamic programming over the places where one may be."""

    def __init__(self, parts: Sequence[Part], width: int, is_ascii: bool) -> None:
        self.parts = parts
        self.width = width
        self.times = "* " if is_ascii else "· "
        self.ends = [0]
        for part in parts:
            self.ends.append(self.ends[-1] + part.gap + part.box.width)

    def best(self) -> list[Box]:
        """Return the lines, indented."""
        places = [0, *(index for index in range(1, len(self.parts)) if self._cost(index) is not None)]
        paths = {0: _Path(0, (), 0, -1, ())}
        for number, start in enumerate(places):
            for end in [*places[number + 1 :], len(self.parts)]:
                path = self._extended(paths[start], start, end)
                if end not in paths or path.cost < paths[end].cost:
                    paths[end] = path
                if self._line_width(start, end) + paths[start].indent > 2 * self.width:
                    break
        return [self._line(*line) for line in paths[len(self.parts)].lines]

    def _cost(self, index: int) -> float | None:
        """Return what a break before a part costs, None where there can be none."""
        part, before = self.parts[index], self.parts[index - 1]
        inside = _FENCE * part.depth
        if part.cls == "close" or part.box.width == 0:
            return None
        if part.gap >= 3 and part.depth == 0:
            return 0
        if part.cls == "rel":
            return _RELATION + inside
        if part.cls == "bin":
            return (_TIMES if part.node in _MULTIPLICATIONS else _SUM) + inside
        if before.cls == "punct" and part.cls != "punct":
            return _LIST + inside
        if isinstance(part.node, Text) and isinstance(before.node, Text) and part.gap:
            return _WORDS + inside
        if self._is_product(index):
            return _FACTOR + inside
        if before.cls == "open":
            return _AFTER_OPENING + inside
        return _BEFORE_SUM + inside if part.cls == "op" and before.cls in {"ord", "inner"} else None

    def _is_product(self, index: int) -> bool:
        """Tell whether a factor follows a bracket; it gets a sign of multiplication on its new line."""
        part, before = self.parts[index], self.parts[index - 1]
        if isinstance(part.node, Text) or part.node == Atom(".") or part.gap >= 3:
            return False
        if before.cls == "close":
            return part.cls in {"ord", "op", "inner"} or (part.cls == "open" and _holds_sum(part.node))
        return part.cls == "open" and isinstance(before.node, Fraction) and not is_derivative(before.node)

    def _line_width(self, start: int, end: int) -> int:
        return self.ends[end] - self.ends[start] - self.parts[start].gap

    def _extended(self, path: _Path, start: int, end: int) -> _Path:
        """Add the line from one place to another."""
        last = end == len(self.parts)
        mark = len(self.times) if start and self._is_product(start) else 0
        cost = path.cost + _LINE + (0 if start == 0 else self._cost(start) or 0)
        unused = self.width - path.indent - mark - self._line_width(start, end)
        if unused < 0 and path.indent > _INDENT:
            unused += path.indent - _INDENT
            path = path._replace(indent=_INDENT)
            cost += _SHALLOW
        if unused < 0:
            cost += _OVERFULL - 10 * unused
        elif not last:
            cost += _RAGGED * (unused / self.width) ** 2
        relation = self._relation(path, start, end)
        columns = path.columns + self._opened(path, start, end)
        indent = 0 if last else self._indent(end, relation, dict(columns))
        return _Path(cost, (*path.lines, (start, end, path.indent)), indent, relation, columns)

    def _relation(self, path: _Path, start: int, end: int) -> int:
        """Return the column of the first relation of the equation at hand."""
        if path.relation >= 0 and self.parts[start].gap < 3:
            return path.relation
        for index in range(start + (start > 0), end):
            if self.parts[index].cls == "rel" and self.parts[index].depth == 0:
                return path.indent + self._line_width(start, index) + self.parts[index].gap
        return -1

    def _opened(self, path: _Path, start: int, end: int) -> tuple[tuple[int, int], ...]:
        opened = []
        for index in range(start, end - 1):
            if self.parts[index].cls == "open" and self.parts[index + 1].opener == index:
                room = self.parts[index + 1].gap
                opened.append((index, path.indent + self._line_width(start, index + 1) + room))
        return tuple(opened)

    def _indent(self, index: int, relation: int, columns: dict[int, int]) -> int:
        part, most = self.parts[index], self.width * 2 // 5
        if part.depth:
            column = columns.get(part.opener, _INDENT)
            return column if column <= most else _INDENT
        if part.gap >= 3:
            return 0
        if part.cls == "rel":
            return relation if 0 <= relation <= most else 2
        deeper = 2 if self._is_product(index) or part.node in _MULTIPLICATIONS else 0
        if relation < 0:
            return 2 + deeper
        return deeper + (relation + 2 if relation + 2 <= most else _INDENT)

    def _line(self, start: int, end: int, indent: int) -> Box:
        boxes = [bx.blank(indent)] if indent else []
        if start and self._is_product(start):
            boxes.append(bx.text_box(self.times))
        for index in range(start, end):
            part = self.parts[index]
            if part.gap and index > start:
                boxes.append(bx.blank(part.gap))
            boxes.append(part.box)
        return bx.beside(boxes)


def _holds_sum(node: Node) -> bool:
    return isinstance(node, Fence) and any(is_sign(item) for item in node.parts[0].items)


_MULTIPLICATIONS = {
    Atom("\\" + name, "bin") for name in ("cdot", "times", "div", "odot", "otimes", "circ", "ast", "oslash")
}


def _stack(lines: Sequence[Box]) -> Box:
    """Put lines under one another, with a blank row where the one's depth would meet the other's height."""
    columns = max(line.width for line in lines)
    rows: list[str] = []
    below = 0
    for line in lines:
        if rows and below and line.baseline:
            rows.append(" " * columns)
        rows += bx.widened(line, columns, "l").rows
        below = line.below
    return Box(rows, lines[0].baseline, columns, lines[0].baseline, len(rows) - lines[0].baseline - 1)


def wrapped(text: str, width: int) -> list[str]:
    """Break one row of text at spaces, and a word that is too long anywhere."""
    lines = [""]
    for word in text.split():
        if lines[-1] and columns_of(lines[-1]) + 1 + columns_of(word) <= width:
            lines[-1] += " " + word
            continue
        if lines[-1]:
            lines.append("")
        for character in word:
            if columns_of(lines[-1] + character) > width and lines[-1]:
                lines.append("")
            lines[-1] += character
    return lines
