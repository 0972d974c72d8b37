"""A row flattened to the parts between which it may be broken: fences opened, words apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlquiz.typeset import boxes as bx
from mlquiz.typeset.delimiters import delimiter, reach
from mlquiz.typeset.nodes import Class, Fence, Node, Row, Scripts, Text
from mlquiz.typeset.scripts import attach
from mlquiz.typeset.styles import SCRIPT, Style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlquiz.typeset.boxes import Box
    from mlquiz.typeset.layout import Typesetter
    from mlquiz.typeset.neighbours import Piece


class Part(NamedTuple):
    """A box that stays whole.

    Attributes
    ----------
    node : Node
        What the box shows.
    box : Box
    gap : int
        Space before it, dropped at the start of a line.
    cls : str
        Class; that of unary signs is ord.
    depth : int
        Number of fences around it.
    opener : int
        Index of the part that opens the innermost of them, -1 for none.
    """

    node: Node
    box: Box
    gap: int
    cls: Class
    depth: int
    opener: int


class Flattener:
    """Cuts one row into parts."""

    def __init__(self, typesetter: Typesetter, style: Style) -> None:
        self.typesetter = typesetter
        self.style = style
        self.parts: list[Part] = []

    def flatten(self, items: tuple[Node, ...]) -> list[Part]:
        """Cut a row."""
        self._add_all(self.typesetter.pieces(items, self.style), 0, -1, 0)
        return self.parts

    def _add_all(self, pieces: Sequence[Piece], depth: int, opener: int, room: int) -> None:
        for index, piece in enumerate(pieces):
            self._add(piece if index else piece._replace(gap=room), depth, opener)

    def _add(self, piece: Piece, depth: int, opener: int) -> None:
        node = piece.node
        base = node.base if isinstance(node, Scripts) and not node.limits else node
        if isinstance(base, Fence) and len(base.parts) == 1:
            self._add_fence(piece, base, depth, opener)
        elif isinstance(node, Row) and node.items:
            self._add_all(self.typesetter.pieces(node.items, self.style), depth, opener, piece.gap)
        elif isinstance(node, Text) and len(node.text.split()) > 1:
            self._add_words(piece, node.text, depth, opener)
        else:
            self.parts.append(Part(node, piece.box, piece.gap, piece.cls, depth, opener))

    def _add_words(self, piece: Piece, text: str, depth: int, opener: int) -> None:
        gap = piece.gap + len(text) - len(text.lstrip())
        for word in text.split():
            node = Text(word)
            self.parts.append(Part(node, self.typesetter.box(node, self.style), gap, "ord", depth, opener))
            gap = 1
        if text.endswith(" "):  # the space goes with the last word, so that it can end a line
            last = self.parts[-1]
            self.parts[-1] = last._replace(box=bx.padded(last.box, 0, 1))

    def _add_fence(self, piece: Piece, fence: Fence, depth: int, opener: int) -> None:
        pieces = self.typesetter.pieces(fence.parts[0].items, self.style)
        cover = reach([part.box for part in pieces] or [bx.EMPTY], fence.rows)
        room = int(cover.up > 0)
        repertoire = self.typesetter.repertoire
        opening, closing = (delimiter(name, cover, repertoire) for name in (fence.left, fence.right))
        index = len(self.parts)
        self.parts.append(Part(fence, opening, piece.gap, "open", depth, opener))
        self._add_all(pieces, depth + 1, index, room * (opening.width > 0))
        if isinstance(piece.node, Scripts):
            sub, sup = (
                None if row is None else self.typesetter.row(row.items, SCRIPT)
                for row in (piece.node.sub, piece.node.sup)
            )
            closing = attach(closing, sub, sup, repertoire)
        self.parts.append(Part(fence, closing, room * (closing.width > 0), "close", depth, opener))
