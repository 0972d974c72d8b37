"""Subscripts, superscripts and limits: Unicode's own where they exist, else rows of their own."""

from __future__ import annotations

from mlquiz.typeset import boxes as bx
from mlquiz.typeset.boxes import Box
from mlquiz.typeset.glyphs import Repertoire, lowered, raised
from mlquiz.typeset.nodes import Atom, Node, Operator, Scripts
from mlquiz.typeset.styles import DISPLAY, TEXT, Style
from mlquiz.typeset.symbols import SYMBOLS


def small_sub(script: Box | None, repertoire: Repertoire) -> str | None:
    """Return a subscript in subscript characters; empty for none, None where they don't suffice."""
    if script is None:
        return ""
    return lowered(script.rows[0], repertoire) if len(script.rows) == 1 else None


def small_sup(script: Box | None, repertoire: Repertoire) -> str | None:
    """Return a superscript in superscript characters; empty for none, None where they don't suffice."""
    if script is None:
        return ""
    return raised(script.rows[0], repertoire) if len(script.rows) == 1 else None


def takes_limits(
    node: Scripts, sub: Box | None, sup: Box | None, style: Style, repertoire: Repertoire
) -> bool:
    """Tell whether scripts stand over and under: as asked for, or as the operator and the style have it.

    In text style, inside fractions, they stand beside the operator when small characters suffice.
    """
    if node.limits is not None:
        return node.limits
    if not has_limits(node.base) or style not in {DISPLAY, TEXT}:
        return False
    return style == DISPLAY or small_sub(sub, repertoire) is None or small_sup(sup, repertoire) is None


def has_limits(base: Node) -> bool:
    """Tell whether an operator takes limits in a display: sums and max do, integrals and log don't."""
    if isinstance(base, Operator):
        return base.limits
    return isinstance(base, Atom) and base.name in SYMBOLS and SYMBOLS[base.name].limits


def limits_box(base: Box, sub: Box | None, sup: Box | None) -> Box:
    """Put scripts over and under a base."""
    parts = [box for box in (sup, base, sub) if box is not None]
    above = 0 if sup is None else len(sup.rows)
    box = bx.over(parts, above + base.baseline)
    up = 0 if sup is None else above + base.up
    down = 0 if sub is None else 1 + sub.baseline + base.down
    return bx.with_core(box, up, down)


def attach(base: Box, sub: Box | None, sup: Box | None, repertoire: Repertoire) -> Box:
    """Put scripts after a base: level with the ends of a tall one, else small or in rows above and below."""
    small_below, small_above = small_sub(sub, repertoire), small_sup(sup, repertoire)
    if base.up == base.down == 0 and small_below is not None and small_above is not None:
        primed = bool(small_above) and not small_above.strip("′″‴*'")
        scripts = small_above + small_below if primed else small_below + small_above
        return bx.beside([base, bx.text_box(scripts)])
    placed: list[tuple[int, Box]] = []  # first row, counted from the baseline, and what stands there
    if sup is not None:
        box = sup if small_above is None else bx.text_box(small_above)
        last = -max(base.up, int(small_above is None))
        placed.append((last - len(box.rows) + 1, box))
    if sub is not None:
        box = sub if small_below is None else bx.text_box(small_below)
        placed.append((max(base.down, int(small_below is None)), box))
    return bx.beside([base, _column(placed)])._replace(up=base.up, down=base.down)


def _column(placed: list[tuple[int, Box]]) -> Box:
    """Put boxes, which don't overlap, over one another from given rows on."""
    first = min(0, *(row for row, _ in placed), 0)
    end = max(1, *(row + len(box.rows) for row, box in placed), 1)
    columns = max(box.width for _, box in placed)
    rows = [" " * columns] * (end - first)
    for start, box in placed:
        for index, row in enumerate(bx.widened(box, columns, "l").rows, start - first):
            rows[index] = row
    return Box(rows, -first, columns)
