"""Draws about the numbers that are written in formulas: ``max(x, 100)`` is x until x is below 100, and
``max(p, 10^-8)`` is p until p is as small as that.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import frexp
from typing import TYPE_CHECKING, Any

from mlquiz.grading.deciding.ties import allowed
from mlquiz.grading.meanings.random_functions import Moved
from mlquiz.grading.syntax.kinds import Function, Matrix, Number
from mlquiz.grading.syntax.tree import BINDERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mlquiz.grading.meanings.draws import Draw
    from mlquiz.grading.syntax.kinds import Declarations
    from mlquiz.grading.syntax.tree import Node

USUAL, MOST_SCALES, MOST_ALONE = 8, 2, 4
DIGITS, LEAST_SHARE = 13, 48
ABOVE, BELOW = 1.0625, 8.0
LARGEST_SIZES, MOST_WHOLE = (130, 130, 30, 10), 1e6  # by how deep sums are nested
BENDS = frozenset({"min", "max", "clip", "abs", "sign", "relu"})


def literal_draws(nodes: Iterable[Node], draws: list[Draw], declarations: Declarations) -> list[Draw]:
    """Return variants of draws whose numbers, or functions, are above or below the numbers that are written.

    What bounds a sum is left as it is.
    """
    nodes = list(nodes)
    bounds = _bounds(nodes)
    kinds = {name: kind for name, kind in declarations.kinds.items() if name not in bounds}
    found = []
    for scale in map(float, _scales(nodes)):
        for place, draw in enumerate(draws):
            for size in _about(scale):
                found += _all_moved(draw, kinds, size, turned=place > 0)
        alone = [name for name, kind in kinds.items() if isinstance(kind, Number)][:MOST_ALONE]
        for draw, name in product(draws[:2], alone):  # beside others of usual size
            large = _placed(kinds[name], draw.drawn.get(name), scale * ABOVE, turned=False)
            found += _changed(draw, {name: large})
    return found


def _all_moved(draw: Draw, kinds: dict[str, Any], size: float, *, turned: bool) -> list[Draw]:
    """Return a draw with all numbers of about a size, and one with all functions."""
    functions = {
        name: kind for name, kind in kinds.items() if isinstance(kind, Function) and not name.endswith("'")
    }
    placed = {name: _placed(kind, draw.drawn.get(name), size, turned=turned) for name, kind in kinds.items()}
    moved = {name: _moved(kind, draw.drawn[name], size, turned=turned) for name, kind in functions.items()}
    return _changed(draw, placed) + _changed(draw, moved)


def _changed(draw: Draw, moved: dict[str, Any]) -> list[Draw]:
    """Return a draw with what was moved, if anything was and if that is allowed."""
    settled = draw.conditions.settled()
    overrides = {
        name: value
        for name, value in moved.items()
        if value is not None and name not in settled and name not in draw.sizes
    }
    changed = draw.changed(overrides, special=False)
    return [changed] if overrides and allowed(changed) else []


def far_size(nodes: Iterable[Node], declarations: Declarations) -> int:
    """Return a size above every number at which something bends, 0 if nothing does.

    So a sum to ``min(n, 7)`` is told from one to ``n``.
    """
    nodes = list(nodes)
    written = [w for w in _bends(nodes) if w > 1 or 0 < w < 1]
    arrays = any(isinstance(kind, Matrix) for kind in declarations.kinds.values())
    most = LARGEST_SIZES[-1 if arrays else min(max(map(_depth, nodes)), len(LARGEST_SIZES) - 1)]
    return max((int(w) + 2 for w in written if w <= most), default=0)


def _bounds(nodes: list[Node]) -> set[str]:
    """Return the names that stand in the bounds of sums and the like."""
    loops = [n for root in nodes for n in root.walk() if n.op in BINDERS and n.value[1] == "range"]
    return {str(part.value) for n in loops for end in n.args[1:3] for part in end.walk() if part.op == "name"}


def _depth(node: Node) -> int:
    """Return how many sums and the like stand inside of each other."""
    inner = max(map(_depth, node.args), default=0)
    return inner + (node.op in BINDERS)


def _bends(nodes: list[Node]) -> set[Any]:
    """Return the sizes of the numbers that stand in something that bends or jumps."""
    bends = [
        n for root in nodes for n in root.walk() if n.op == "cmp" or (n.op == "call" and n.value in BENDS)
    ]
    return {w for bend in bends for w in _written(bend)}


def _written(root: Node) -> Iterator[Any]:
    """Yield the sizes of the numbers in a formula, those written as powers too."""
    for node in root.walk():
        if node.op == "num":
            yield abs(node.value)
        elif node.op == "pow":
            base, exponent = node.args
            negative = exponent.op == "neg"
            power = exponent.args[0] if negative else exponent
            if base.op == power.op == "num" and base.value and power.value in range(DIGITS):
                yield abs(base.value) ** (-power.value if negative else power.value)


def _scales(nodes: list[Node]) -> list[Any]:
    """Return the numbers that bends are at, and unusual ones, the most unusual first."""
    written = {w for root in nodes for w in _written(root) if w}
    unusual = {w for w in written if w > USUAL or w < Fraction(1, USUAL)}
    scales = [w for w in (_bends(nodes) - {0, 1}) | unusual if Fraction(1, 10**12) <= w <= 10**12]
    return sorted(scales, key=lambda w: max(w, 1 / w), reverse=True)[:MOST_SCALES]


def _about(scale: float) -> tuple[float, ...]:
    """Return a size above a number, one below it, and one of its square, for what stands under a root."""
    return scale * ABOVE, scale / BELOW, scale**2 * ABOVE if scale > 1 else scale**2 / BELOW


def _moved(kind: Function, raw: Any, size: float, *, turned: bool) -> Any:
    """Return a function of about a size throughout, or None where that can't be."""
    match getattr(kind.value, "domain", ""):
        case "real":
            return Moved(raw, 1.0, -(size + USUAL) if turned else size + USUAL)
        case "positive" | "nonneg":
            return Moved(raw, size * USUAL if size > 1 else size / USUAL, 0.0)
        case "unit" if size < 1:
            return Moved(raw, -size, 1.0) if turned else Moved(raw, size, 0.0)
    return None


def _placed(kind: Any, raw: Any, size: float, *, turned: bool) -> Any:
    """Return a number, or all of an array, of a size."""
    if raw == ():
        return None
    if isinstance(raw, tuple):
        entry = getattr(kind, "entry", getattr(kind, "item", None))
        if getattr(kind, "simplex", False):
            return _skewed(raw, size)
        if entry is None or getattr(kind, "form", "general") != "general":
            return None
        inner = kind if isinstance(raw[0], tuple) and isinstance(kind, Matrix) else entry
        parts = [_placed(inner, part, size, turned=turned) for part in raw]
        return None if None in parts else tuple(parts)
    if not isinstance(kind, Number) or not isinstance(raw, float):
        return None
    size *= 1 + abs(raw) % 1.0 / 8
    match kind.domain:
        case "natural" | "integer":
            return float(max(1, round(min(size, MOST_WHOLE))))
        case "unit":
            inside = size if size < 1 else raw
            return 1.0 - inside if turned else inside
        case "positive" | "nonneg":
            return size
        case "real":
            return -size if turned else size
    return None


def _skewed(shares: tuple[float, ...], size: float) -> tuple[float, ...] | None:
    """Return shares of 1, the first below a size, all multiples of a power of 1/2, so that 1 is exact."""
    exponent = frexp(size)[1] - 1
    if not -LEAST_SHARE < exponent < 0 or len(shares) < 2:
        return None
    first = 2.0**exponent
    last = shares[-1] + shares[0] - first
    return (first, *shares[1:-1], last) if last > 0 else None
