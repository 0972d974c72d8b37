"""TeX's classes of neighbours, and the space between them in characters."""

from __future__ import annotations

from typing import Literal

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
    Scripts,
    Space,
)

# The TeXbook, ch. 18: rows are what stands left, columns what stands right, in the order
# ord op bin rel open close punct inner. TeX's thin, medium and thick spaces are all one character here.
CLASSES: tuple[Class, ...] = ("ord", "op", "bin", "rel", "open", "close", "punct", "inner")
_TABLE = (
    "01110001",  # ord
    "11010001",  # op
    "11001001",  # bin
    "11001001",  # rel
    "00000000",  # open
    "01110001",  # close
    "11011111",  # punct
    "11111001",  # inner: a comma follows a fraction closely
)
GAPS: dict[tuple[Class, Class], int] = {
    (left, right): int(gap)
    for left, gaps in zip(CLASSES, _TABLE, strict=True)
    for right, gap in zip(CLASSES, gaps, strict=True)
}
"""Space between two neighbours in text and display style."""

TIGHT_GAPS: dict[tuple[Class, Class], int] = {
    pair: int("op" in pair and gap > 0 and not {"bin", "rel", "punct"} & {*pair})
    for pair, gap in GAPS.items()
}
"""Space between two neighbours in scripts: only words such as log keep theirs."""


def class_of(node: Node, side: Literal["left", "right"]) -> Class:
    """Return the class that a node shows to its neighbour on one side; a fence opens and closes."""
    if isinstance(node, Atom | Delimiter | Classed):
        return node.cls
    if isinstance(node, Scripts):
        return class_of(node.base, side)
    if isinstance(node, Fence):
        return "open" if side == "left" else "close"
    if isinstance(node, Operator):
        return "op"
    if isinstance(node, Fraction | Grid):
        return "inner"
    if isinstance(node, Accent) and node.name in {"\\overbrace", "\\underbrace"}:
        return "inner"
    return "ord"


_MAKES_UNARY: frozenset[Class | None] = frozenset({None, "bin", "op", "rel", "open", "punct"})
_MAKES_POSTFIX: frozenset[Class] = frozenset({"rel", "close", "punct"})


def left_classes(items: tuple[Node, ...]) -> list[Class | None]:
    """Return the class of each item seen from its left, None for spaces.

    A binary operator that lacks an operand on either side is an ordinary symbol (The TeXbook, p. 170).
    """
    classes: list[Class | None] = []
    before: Class | None = None
    last = -1
    for index, item in enumerate(items):
        if isinstance(item, Space):
            classes.append(None)
            continue
        cls = class_of(item, "left")
        if cls == "bin" and before in _MAKES_UNARY:
            cls = "ord"
        if cls in _MAKES_POSTFIX and before == "bin":
            classes[last] = "ord"
        classes.append(cls)
        before = class_of(item, "right") if cls != "ord" or class_of(item, "right") != "bin" else "ord"
        last = index
    if before == "bin":
        classes[last] = "ord"
    return classes


def right_class(item: Node, left: Class | None) -> Class:
    """Return the class of an item seen from its right, given its class from the left."""
    cls = class_of(item, "right")
    return "ord" if cls == "bin" and left == "ord" else cls
