"""A tree to a box of characters, at its natural width."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlquiz.typeset import boxes as bx
from mlquiz.typeset.accents import Accents
from mlquiz.typeset.boxes import Box
from mlquiz.typeset.delimiters import delimiter, reach
from mlquiz.typeset.glyphs import SMALL_FRACTIONS, Repertoire, glyph, to_ascii
from mlquiz.typeset.grids import grid_box
from mlquiz.typeset.neighbours import Piece, gap_between
from mlquiz.typeset.nodes import (
    Accent,
    Atom,
    Class,
    Classed,
    Delimiter,
    Fence,
    Fraction,
    Grid,
    Node,
    Operator,
    Root,
    Row,
    Scripts,
    Space,
    Text,
)
from mlquiz.typeset.scripts import attach, limits_box, small_sup, takes_limits
from mlquiz.typeset.slash import with_slashes
from mlquiz.typeset.spacing import left_classes, right_class
from mlquiz.typeset.styles import DISPLAY, LINE, SCRIPT, TEXT, Style

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Typesetter:
    """Lays out nodes with the characters of one repertoire."""

    def __init__(self, repertoire: Repertoire) -> None:
        self.repertoire = repertoire
        self.accents = Accents(repertoire)
        self._makers: dict[type, Callable[[Any, Style], Box]] = {
            Atom: self._atom,
            Text: self._text,
            Operator: self._operator,
            Row: lambda node, style: self.row(node.items, style),
            Classed: lambda node, style: self.row(node.body.items, style),
            Space: lambda node, _style: bx.blank(node.width),
            Fraction: self._fraction,
            Root: self._root,
            Scripts: self._scripts,
            Fence: self._fence,
            Delimiter: self._delimiter,
            Grid: self._grid,
            Accent: self._accent,
        }

    def box(self, node: Node, style: Style) -> Box:
        """Lay out one node."""
        return self._makers[type(node)](node, style)

    def row(self, items: tuple[Node, ...], style: Style) -> Box:
        """Lay out nodes side by side."""
        return joined(self.pieces(items, style))

    def pieces(self, items: tuple[Node, ...], style: Style) -> list[Piece]:
        """Lay out each node of a row, and find the spaces between them."""
        if style == SCRIPT:
            items = with_slashes(items, self.is_small_fraction)
        pieces: list[Piece] = []
        before: Class | None = None
        space = 0
        for node, cls in zip(items, left_classes(items), strict=True):
            if cls is None:
                space += node.width if isinstance(node, Space) else 0
                continue
            box = self.box(node, style)
            gap = 0
            if before is not None:
                gap = gap_between(pieces[-1], before, Piece(node, box, 0, cls), style, self.repertoire)
            pieces.append(Piece(node, box, max(gap, space), cls))
            before, space = right_class(node, cls), 0
        return pieces

    # --- leaves -------------------------------------------------------------------------------

    def _atom(self, node: Atom, _style: Style) -> Box:
        return bx.text_box(glyph(node, self.repertoire))

    def _text(self, node: Text | Operator, _style: Style) -> Box:
        return bx.text_box(to_ascii(node.text) if self.repertoire == "ascii" else node.text)

    _operator = _text

    def _delimiter(self, node: Delimiter, _style: Style) -> Box:
        return delimiter(node.name, reach([bx.EMPTY], node.rows), self.repertoire)

    # --- fractions and roots ------------------------------------------------------------------

    def _fraction(self, node: Fraction, style: Style) -> Box:
        if (node.small or style in {SCRIPT, LINE}) and self.is_small_fraction(node):
            return bx.text_box(SMALL_FRACTIONS[_parts(node)])
        return self.fraction(self.row(node.above.items, TEXT), self.row(node.below.items, TEXT), bar=node.bar)

    def is_small_fraction(self, node: Fraction) -> bool:
        """Tell whether a fraction is one character, like ½."""
        return self.repertoire != "ascii" and node.bar and _parts(node) in SMALL_FRACTIONS

    def fraction(self, above: Box, below: Box, *, bar: bool) -> Box:
        """Put one box over another; the bar outreaches those of inner fractions."""
        line = "-" if self.repertoire == "ascii" else "─"
        columns = max(above.width, below.width)
        if any(box.width == columns and _touches(box, line) for box in (above, below)):
            columns += 2
        middle = bx.text_box((line if bar else " ") * columns)
        return bx.over([bx.widened(above, columns), middle, bx.widened(below, columns)], len(above.rows))

    def _root(self, node: Root, style: Style) -> Box:
        body = self.row(node.body.items, style)
        root = self.root(body, single=is_single(node.body))
        if node.degree is None:
            return root
        return bx.beside([self._degree(self.row(node.degree.items, SCRIPT), root), root])

    def _degree(self, degree: Box, root: Box) -> Box:
        """Place a degree where the arm of the radical begins."""
        small = small_sup(degree, self.repertoire)
        box = degree if small is None else bx.text_box(small)
        last = len(root.rows) - 2 if root.up else root.baseline - int(small is None)
        return Box(box.rows, root.baseline - last + len(box.rows) - 1, box.width)

    def root(self, body: Box, *, single: bool) -> Box:
        """Draw a radical around a box; a single symbol needs no bar over it."""
        sign, corner, line, side = (
            ("\\/", " ", "_", "|") if self.repertoire == "ascii" else ("√", "┌", "─", "│")
        )
        if single and body.baseline == 0 and self.repertoire != "ascii":
            return bx.beside([bx.text_box(sign), body])
        if body.baseline == 0:
            rows = [" " * len(sign) + "_" * body.width, sign + body.rows[0]]
            rows += [" " * len(sign) + row for row in body.rows[1:]]
            return Box(rows, 1, body.width + len(sign))
        sign = sign[0]
        rows = [f" {corner}{line * (body.width + 1)}", *(f" {side} {row}" for row in body.rows)]
        rows[-1] = sign + rows[-1][1:]
        return Box(rows, body.baseline + 1, body.width + 3, body.up + 1, body.down)

    # --- scripts ------------------------------------------------------------------------------

    def _scripts(self, node: Scripts, style: Style) -> Box:
        base = self.box(node.base, style)
        sub = None if node.sub is None else self.row(node.sub.items, SCRIPT)
        sup = None if node.sup is None else self.row(node.sup.items, SCRIPT)
        if takes_limits(node, sub, sup, style, self.repertoire):
            return limits_box(base, sub, sup)
        return attach(base, sub, sup, self.repertoire)

    # --- delimiters ---------------------------------------------------------------------------

    def _fence(self, node: Fence, style: Style) -> Box:
        bodies = [self.row(part.items, style) for part in node.parts]
        cover = reach(bodies, node.rows)
        marks = [delimiter(name, cover, self.repertoire) for name in (node.left, *node.middles, node.right)]
        room = int(cover.up > 0)
        parts = [marks[0]]
        for body, mark in zip(bodies, marks[1:], strict=True):
            parts += [bx.padded(body, room * (parts[-1].width > 0), room * (mark.width > 0)), mark]
        return bx.beside(parts)

    # --- grids and accents --------------------------------------------------------------------

    def _grid(self, node: Grid, style: Style) -> Box:
        if style == SCRIPT and node.kind != "lines":
            style = TEXT
        inner = SCRIPT if node.kind == "lines" else DISPLAY if node.kind == "aligned" else TEXT
        cells = [
            [self.cell(node, column, cell, inner) for column, cell in enumerate(row)] for row in node.cells
        ]
        return grid_box(node, cells, self.repertoire)

    def cell(self, node: Grid, column: int, cell: Row, style: Style) -> Box:
        """Lay out one cell; an aligned relation is spaced as if its left side stood before it."""
        aligned = node.kind == "aligned" and column % 2
        return self.row((Row(), *cell.items) if aligned else cell.items, style)

    def _accent(self, node: Accent, style: Style) -> Box:
        return self.accents.box(node.name, self.row(node.body.items, style))


def joined(pieces: Sequence[Piece]) -> Box:
    """Put pieces side by side with the spaces between them; the first one's is dropped."""
    parts: list[Box] = []
    for piece in pieces:
        if piece.gap and parts:
            parts.append(bx.blank(piece.gap))
        parts.append(piece.box)
    return bx.beside(parts)


def is_single(row: Row) -> bool:
    """Tell whether a row is one symbol or number, perhaps with accent and scripts."""
    if len(row.items) != 1:
        return False
    node = row.items[0].base if isinstance(row.items[0], Scripts) else row.items[0]
    if isinstance(node, Accent):
        return is_single(node.body)
    return isinstance(node, Atom) and node.cls == "ord"


def _parts(fraction: Fraction) -> tuple[str, str]:
    return _name_of_only(fraction.above), _name_of_only(fraction.below)


def _name_of_only(row: Row) -> str:
    return row.items[0].name if len(row.items) == 1 and isinstance(row.items[0], Atom) else ""


def _touches(box: Box, line: str) -> bool:
    return any(row[:1] == line or row[-1:] == line for row in box.rows)
