"""Pieces of a row and the space between them."""

from typing import NamedTuple

from mlquiz.typeset.boxes import Box
from mlquiz.typeset.glyphs import Repertoire, glyph
from mlquiz.typeset.nodes import Accent, Atom, Class, Classed, Fence, Node, Row, Scripts, Text
from mlquiz.typeset.scripts import has_limits
from mlquiz.typeset.spacing import GAPS, TIGHT_GAPS
from mlquiz.typeset.styles import SCRIPT, Style


class Piece(NamedTuple):
    """A node of a row with its box, the space before it, and its class."""

    node: Node
    box: Box
    gap: int
    cls: Class


def gap_between(left: Piece, before: Class, right: Piece, style: Style, repertoire: Repertoire) -> int:
    """Return the space between two pieces; `before` is the class that the left one shows to its right."""
    table = TIGHT_GAPS if style == SCRIPT else GAPS
    gap = table[_solid(left, before), _solid(right, right.cls)]
    if is_sign(left):
        return int(style != SCRIPT and len(right.box.rows) > 1 and right.box.up + right.box.down > 0)
    if _ends_with(left.node, " ") or _begins_with(right.node, (" ", "_", "^")):
        return 0
    if _SLASH in {left.node, right.node}:
        return 0
    if gap:
        crowded = right.cls == "op" and before == "ord" and left.box.below and right.box.below
        return 0 if right.node == _FULL_STOP else gap + bool(crowded)
    if style != SCRIPT and _stands_apart(left, right):
        return 1
    return int(repertoire == "ascii" and (_run_together(left, right) or _is_word(left, right)))


def _stands_apart(left: Piece, right: Piece) -> bool:
    """Tell whether neighbours that TeX sets close need a space where characters are all there is."""
    if right.cls == "open" and _is_big(left.node):
        return True
    if _is_bar(left.node) and _is_bar(right.node):
        return True
    tall = left.box.up > 0 and isinstance(_base(left.node), Fence)
    return tall and right.cls in {"ord", "open"} and right.node != _FULL_STOP


_FULL_STOP = Atom(".")
_SLASH = Atom("/")
_BARS = {"|", "||", "\\|", "\\vert", "\\Vert", "\\lvert", "\\rvert", "\\lVert", "\\rVert"}


def _base(node: Node) -> Node:
    return node.base if isinstance(node, Scripts) else node


def is_sign(piece: Piece) -> bool:
    """Tell whether a piece is a plus or minus without a left operand."""
    return (
        piece.cls == "ord" and isinstance(piece.node, Atom) and piece.node.name in {"-", "+", "\\pm", "\\mp"}
    )


def _is_big(node: Node) -> bool:
    """Tell whether a node is a sum sign, or max with a limit, which keep a distance even from brackets."""
    if isinstance(node, Classed) and node.body.items:
        first = node.body.items[0]
        return _is_big(first) or has_limits(first)
    base = _base(node)
    return (isinstance(base, Atom) and base.cls == "op") or (base is not node and has_limits(base))


def _solid(piece: Piece, cls: Class) -> Class:
    """A fraction of one character is as solid as a letter."""
    return "ord" if cls == "inner" and piece.box.width == 1 and len(piece.box.rows) == 1 else cls


def _is_bar(node: Node) -> bool:
    base = _base(node)
    return isinstance(base, Fence) and base.left in _BARS


def _ends_with(node: Node, mark: str) -> bool:
    return isinstance(node, Text) and node.text.endswith(mark)


def _begins_with(node: Node, marks: tuple[str, ...]) -> bool:
    return isinstance(node, Text) and node.text.startswith(marks)


def _run_together(left: Piece, right: Piece) -> bool:
    """Tell whether two neighbours would read as one word: alpha and x, spelled in ASCII."""
    first, second = left.box.rows[left.box.baseline], right.box.rows[right.box.baseline]
    if not (first[-1:].isalnum() and second[:1].isalnum()):
        return False
    return _is_spelled(left.node, -1) or _is_spelled(right.node, 0)


def _is_word(left: Piece, right: Piece) -> bool:
    """Tell whether one of two neighbours is a relation or operation spelled in ASCII: i in C."""
    return any(piece.cls in {"rel", "bin"} and piece.box.rows[0].isalpha() for piece in (left, right))


def _is_spelled(node: Node, end: int) -> bool:
    """Tell whether the first (0) or last (-1) symbol of a node is a word in ASCII."""
    if isinstance(node, Scripts):
        return _is_spelled(node.base, end)
    if isinstance(node, Row):
        return bool(node.items) and _is_spelled(node.items[end], end)
    if isinstance(node, Classed | Accent):
        return _is_spelled(node.body, end)
    text = glyph(node, "ascii") if isinstance(node, Atom) else ""
    return len(text) > 1 and text[-1].isalpha()
