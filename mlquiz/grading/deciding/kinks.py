"""Draws on both sides of every kink and jump: ``1[x > 10^6]`` is 0 until x is that large."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

from mlquiz.grading.computing.arithmetic import Doubles
from mlquiz.grading.computing.compiling import compile_number
from mlquiz.grading.deciding.ties import WHOLE, allowed, bind_loops, domain_of, in_domain, real_symbols
from mlquiz.grading.syntax.tree import Node

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mlquiz.grading.computing.env import Env
    from mlquiz.grading.meanings.draws import Draw
    from mlquiz.grading.syntax.kinds import Declarations

    Gap = tuple[Node, Node | None, Node]
    """Two sides that are equal at the kink (the second 0 if None), and the formula that they stand in."""

MOST_GAPS, MOST_SYMBOLS, MOST_PLACES = 12, 3, 16
SECANTS = 12
FIRST_STEP = Node("num", value=Fraction(1))
LARGEST = 10**6  # a whole number may be a size or a bound


def kink_draws(nodes: Iterable[Node], draws: list[Draw], declarations: Declarations) -> list[Draw]:
    """Return variants of draws with a symbol between, below and above the places where something jumps."""
    gaps = list({repr(gap[:2]): gap for root in nodes for gap in _gaps(root)}.values())[:MOST_GAPS]
    names = dict.fromkeys(
        name for draw in draws[:1] for gap in gaps for name in _symbols(gap, declarations, draw)
    )
    found = []
    for draw in draws:
        for name in list(names)[:MOST_SYMBOLS]:
            roots = {root for gap in gaps for root in _roots(gap, name, draw)}
            for place in _places(sorted(roots)):
                moved = _moved(draw, name, place, declarations)
                if moved is not None:
                    found.append(moved)
    return found


def _gaps(root: Node) -> Iterator[Gap]:
    for node in root.walk():
        if not all(arg.type.kind == "number" for arg in node.args):
            continue
        if node.op == "cmp":
            yield node.args[0], node.args[1], root
        elif node.op == "call" and node.value in {"max", "min", "clip"}:
            for left, right in combinations(node.args, 2):
                yield left, right, root
        elif node.op == "call" and node.value in {"abs", "sign", "relu"}:
            yield node.args[0], None, root
        elif node.op == "call" and node.value in {"floor", "ceil"}:
            yield node.args[0], FIRST_STEP, root


def _symbols(gap: Gap, declarations: Declarations, draw: Draw) -> list[str]:
    return real_symbols(gap[:2], declarations, draw, whole=True)


def _roots(gap: Gap, name: str, draw: Draw) -> set[float]:
    """Return values of a symbol (of its first entry) at which the sides of a gap meet, in doubles."""
    env = draw.bind(Doubles())
    bind_loops(gap[2], env, draw)
    old = env.values.get(name)
    start = old[0] if isinstance(old, tuple) else old
    if not isinstance(start, float):
        return set()
    sides = [compile_number(side) for side in gap[:2] if side is not None]
    found = (_secant(_difference(env, name, old, sides), at) for at in (start, -start - 1.0))
    return {root for root in found if root is not None}


def _difference(env: Env, name: str, old: Any, sides: list[Any]) -> Callable[[float], tuple[float, float]]:
    """Return a function of the symbol: the gap, and the size of its sides."""

    def gap(x: float) -> tuple[float, float]:
        env.values[name] = (x, *old[1:]) if isinstance(old, tuple) else x
        values = [*(float(side(env)) for side in sides), 0.0][:2]
        return values[0] - values[1], max(abs(values[0]), abs(values[1]))

    return gap


def _secant(gap: Callable[[float], tuple[float, float]], start: float) -> float | None:
    try:
        a, b = start, start + 2.0**-6
        (fa, size), (fb, _) = gap(a), gap(b)
        if fb == fa:
            b = start + size
            fb = gap(b)[0]
        for _ in range(SECANTS):
            if fb == fa:
                return None
            a, b, fa = b, b - fb * (b - a) / (fb - fa), fb
            fb, size = gap(b)
            if abs(fb) <= 1e-12 * max(size, 1.0):
                return round(b, 10)
    except (ArithmeticError, ValueError, TypeError, KeyError):
        return None
    return None


def _places(roots: list[float]) -> list[float]:
    """Return a place below all roots, one between each two neighbours, and one above."""
    if not roots:
        return []
    low, high = roots[0], roots[-1]
    between = [(a + b) / 2 for a, b in pairwise(roots)]
    outside = [low - max(1.0, abs(low) / 2), high + max(1.0, abs(high) / 2)]
    bounded = [low / 2, (high + 1) / 2] if 0 < low <= high < 1 else [low / 2] if low > 0 else []
    return [*outside, *bounded, *between][:MOST_PLACES]


def _moved(draw: Draw, name: str, place: float, declarations: Declarations) -> Draw | None:
    domain = domain_of(declarations.kinds[name])
    if domain in WHOLE:
        place = float(round(place))
    if not in_domain(place, domain) or (domain in WHOLE and abs(place) > LARGEST):
        return None
    old = draw.drawn[name]
    new = (place, *old[1:]) if isinstance(old, tuple) else place
    moved = draw.changed({name: new}, special=False)
    return moved if allowed(moved) else None
