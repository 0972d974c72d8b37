"""Draws on which something jumps: both sides of a comparison equal, the argument of a sign 0, of a
floor whole.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from mlquiz.grading.computing.arithmetic import Doubles
from mlquiz.grading.computing.compiling import compile_number
from mlquiz.grading.computing.precise import Precise
from mlquiz.grading.syntax.kinds import Number, Sequence, Vector
from mlquiz.grading.syntax.tree import BINDERS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlquiz.grading.computing.env import Env
    from mlquiz.grading.meanings.draws import Draw
    from mlquiz.grading.syntax.kinds import Declarations
    from mlquiz.grading.syntax.tree import Node

DIGITS = 100
EXACT = Decimal(10) ** -(DIGITS - 12)
ALIKE, STEP = 1e-6, 2.0**-10
MOST, TRIED = 3, 3
MOST_TIES, MOST_WHOLE = 8, 400
WHOLE = frozenset({"integer", "natural"})


class Jump(NamedTuple):
    """Where a formula jumps: both sides are equal there; or the first is whole, if there is no second."""

    left: Node
    right: Node | None
    root: Node


def tie_draws(nodes: Iterable[Node], draws: list[Draw], declarations: Declarations) -> list[Draw]:
    """Return variants of draws, one symbol changed so that a jump is met exactly."""
    jumps: dict[Node, Jump] = {}
    for root in nodes:
        for node in root.walk():
            if node.op == "cmp" and all(arg.type.kind == "number" for arg in node.args):
                jumps.setdefault(node, Jump(node.args[0], node.args[1], root))
            elif node.op == "call" and node.value in {"sign", "floor", "ceil"} and node.type.kind == "number":
                jumps.setdefault(node, Jump(node.args[0], None, root))
    return [
        tie
        for jump in list(jumps.values())[:MOST]
        for draw in draws
        for tie in _ties(jump, draw, declarations)
    ]


def allowed(draw: Draw) -> bool:
    """Tell whether a draw fulfils the conditions on the symbols."""
    try:
        return draw.conditions.failing(draw.bind(Doubles())) is None
    except (ArithmeticError, ValueError):
        return False


def whole_ties(nodes: Iterable[Node], draws: list[Draw], declarations: Declarations) -> list[Draw]:
    """Return variants of draws, a whole number changed so that both sides of a comparison are equal."""
    found = []
    for root in nodes:
        for node in root.walk():
            if node.op == "cmp" and all(arg.type.kind == "number" for arg in node.args):
                jump = Jump(node.args[0], node.args[1], root)
                found += [tie for draw in draws if (tie := _whole_tie(jump, draw, declarations)) is not None]
    return found[:MOST_TIES]


def _whole_tie(jump: Jump, draw: Draw, declarations: Declarations) -> Draw | None:
    for name in real_symbols(jump[:2], declarations, draw, whole=True):
        domain = domain_of(declarations.kinds[name])
        if domain not in WHOLE or isinstance(draw.drawn[name], tuple):
            continue
        value = _met(jump, name, draw, Doubles(), turned=False)
        if value is None or abs(value - round(value)) > ALIKE or abs(value) > MOST_WHOLE:
            continue
        tie = draw.changed({name: float(round(value))}, special=False)
        if in_domain(round(value), domain) and allowed(tie):
            return tie
    return None


def _ties(jump: Jump, draw: Draw, declarations: Declarations) -> list[Draw]:
    """Return a draw on which a jump is met, and another one where it is met on the other side of 0."""
    num = Precise(DIGITS)
    with num.active():
        for name in real_symbols((jump.left, jump.right), declarations, draw)[:TRIED]:
            values = [_met(jump, name, draw, num, turned=turned) for turned in (False, True)]
            if values[0] is not None and values[1] is not None and abs(values[0] - values[1]) < ALIKE:
                values = values[:1]
            ties = [_changed(draw, name, value, declarations) for value in values if value is not None]
            found = [tie for tie in ties if tie is not None]
            if found:
                return found
    return []


def _met(jump: Jump, name: str, draw: Draw, num: Any, *, turned: bool) -> Any:
    """Return the value of a symbol at which a jump is met: near its own one, or near its opposite."""
    sides = [compile_number(side) for side in jump[:2] if side is not None]
    try:
        near, env = draw.bind(Doubles()), draw.bind(num)
        for one in (near, env):
            bind_loops(jump.root, one, draw)
        target = num.of(0) if len(sides) > 1 else num.floor(sides[0](env)) + 1
        old = near.values[name][0] if isinstance(near.values[name], tuple) else near.values[name]
        rough = _solve(near, name, sides, float(target), -old - 1.0 if turned else old, 1e-12)
        start = num.of(old if rough is None else rough)
        return (
            None
            if turned and rough is None
            else _solve(env, name, sides, target, start, EXACT if isinstance(num, Precise) else 1e-12)
        )
    except (ArithmeticError, ValueError, KeyError, TypeError):
        return None


def bind_loops(root: Node, env: Env, draw: Draw) -> None:
    """Give the names that loops bind their first values, random variables those of one atom."""
    if draw.space.atoms:
        for name, value in draw.space.atoms[0].items():
            env.values[name] = env.num.of(value) if isinstance(value, float) else value
    for node in root.walk():
        if node.op in BINDERS:
            name, mode, of, _ = node.value
            if mode == "outcome":
                env.values[name] = env.space.outcomes(env, of)[0]
            elif mode in {"range", "in", "notin"} and name not in env.values:
                env.values[name] = env.num.of(1)


def real_symbols(
    sides: tuple[Node, Node | None], declarations: Declarations, draw: Draw, *, whole: bool = False
) -> list[str]:
    """Return the real symbols of a comparison, single numbers first; the whole ones too if asked for."""
    domains = {"real", "positive", "nonneg", "unit"} | ({"integer", "natural"} if whole else set())
    names = dict.fromkeys(
        str(part.value) for side in sides if side is not None for part in side.walk() if part.op == "name"
    )
    numbers, arrays = [], []
    settled = draw.conditions.settled()
    for name in names:
        kind = declarations.kinds.get(name)
        if name not in draw.drawn or name in settled:
            continue
        if isinstance(kind, Number) and kind.domain in domains and name not in draw.sizes:
            numbers.append(name)
        elif isinstance(kind, Vector) or (
            isinstance(kind, Sequence) and isinstance(kind.item, Number) and not kind.simplex
        ):
            arrays.append(name)
    return numbers + arrays


def domain_of(kind: Any) -> str:
    """Return what the number of a kind, or each of its entries, may be."""
    number: Any = kind.entry if isinstance(kind, Vector) else getattr(kind, "item", kind)
    return str(number.domain)


def in_domain(value: Any, domain: str) -> bool:
    """Tell whether a number is in a domain."""
    match domain:
        case "positive":
            return bool(value > 0)
        case "nonneg":
            return bool(value >= 0)
        case "unit":
            return bool(0 <= value <= 1)
        case "integer":
            return bool(value == int(value))
        case "natural":
            return bool(value >= 1 and value == int(value))
    return domain == "real"


def _solve(env: Env, name: str, sides: list[Any], target: Any, start: Any, small: Any) -> Any:
    """Return the value of a symbol (of its first entry) at which the difference of the sides vanishes,
    by secants.
    """
    old = env.values[name]
    whole = isinstance(old, tuple)

    def gap(x: Any) -> Any:
        env.values[name] = (x, *old[1:]) if whole else x
        values = [side(env) for side in sides]
        other = values[1] if len(values) > 1 else target
        size = max(abs(values[0]), abs(other)) if values[0] and other else 1
        return values[0] - other, size

    try:
        a, b = start, start + env.num.of(STEP)
        (fa, _), (fb, size) = gap(a), gap(b)
        for _ in range(12):
            if fb == fa:
                return b if abs(fb) < small * size else None
            a, b, fa = b, b - fb * (b - a) / (fb - fa), fb
            fb, size = gap(b)
            if abs(fb) < small * size:
                return b
        return None
    finally:
        env.values[name] = old


def _changed(draw: Draw, name: str, value: Any, declarations: Declarations) -> Draw | None:
    exact = Fraction(value)
    if not in_domain(exact, domain_of(declarations.kinds[name])):
        return None
    old = draw.drawn[name]
    new = (exact, *old[1:]) if isinstance(old, tuple) else exact
    changed = draw.changed({name: new}, special=True)
    return changed if allowed(changed) else None
