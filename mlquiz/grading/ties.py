"""Draws on which something jumps: both sides of a comparison equal, the argument of a sign 0, of a
floor whole.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from mlquiz.grading.arithmetic import Doubles, Precise
from mlquiz.grading.compiling import compile_number
from mlquiz.grading.draws import Draw
from mlquiz.grading.kinds import Number, Sequence, Vector

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlquiz.grading.compiling import Env
    from mlquiz.grading.kinds import Declarations
    from mlquiz.grading.tree import Node

DIGITS = 100
MOST, TRIED = 3, 3
USUAL = 8


def tie_draws(nodes: Iterable[Node], draws: list[Draw], declarations: Declarations) -> list[Draw]:
    """Return variants of draws, one symbol changed so that a jump is met exactly."""
    jumps: dict[tuple[str, str], tuple[Node, Node | None, Node]] = {}
    for root in nodes:
        for node in root.walk():
            key = (node.op, repr(node))
            if node.op == "cmp" and all(arg.type.kind == "number" for arg in node.args):
                jumps.setdefault(key, (node.args[0], node.args[1], root))
            elif node.op == "call" and node.value in {"sign", "floor", "ceil"} and node.type.kind == "number":
                jumps.setdefault(key, (node.args[0], None, root))
    found = []
    for left, right, root in list(jumps.values())[:MOST]:
        for draw in draws:
            tie = _tie(left, right, root, draw, declarations)
            if tie is not None:
                found.append(tie)
    return found


def literal_draws(nodes: Iterable[Node], draws: list[Draw], declarations: Declarations) -> list[Draw]:
    """Return variants of draws whose numbers are as large or small as the numbers written in the formulas.

    So ``min(x, 100)`` is told from ``x``.
    """
    written: set[Any] = {abs(n.value) for root in nodes for n in root.walk() if n.op == "num" and n.value}
    unusual = sorted(w for w in written if w > USUAL or w < 1 / USUAL)[-2:]
    found = []
    for scale in unusual:
        if not Fraction(1, 10**12) < scale < 10**12:
            continue
        for place, draw in enumerate(draws):
            sign = -1 if place else 1
            overrides = {
                name: _scaled(kind, float(draw.raw[name]), scale, sign)
                for name, kind in declarations.kinds.items()
                if _scalable(name, kind, draw)
            }
            changed = Draw(
                draw.sizes,
                draw.raw,
                draw.space,
                draw.conditions,
                draw.family,
                special=False,
                overrides=overrides,
            )
            if overrides and allowed(changed):
                found.append(changed)
    return found


def _scalable(name: str, kind: Any, draw: Draw) -> bool:
    return (
        isinstance(kind, Number)
        and kind.domain in {"real", "positive", "nonneg", "natural", "integer"}
        and name not in draw.sizes
        and isinstance(draw.raw.get(name), float)
    )


def _scaled(kind: Any, value: float, scale: Fraction, sign: int) -> float:
    size = float(scale) * (1.25 + abs(value) % 1.0)
    if kind.domain in {"natural", "integer"}:
        return float(max(1, round(min(size, 400.0))))
    return size if kind.domain != "real" else sign * size


def allowed(draw: Draw) -> bool:
    """Tell whether a draw fulfils the conditions on the symbols."""
    try:
        return draw.conditions.failing(draw.bind(Doubles())) is None
    except (ArithmeticError, ValueError):
        return False


def _tie(left: Node, right: Node | None, root: Node, draw: Draw, declarations: Declarations) -> Draw | None:
    num = Precise(DIGITS)
    try:
        env = draw.bind(num)
        bind_loops(root, env, draw)
        sides = [compile_number(left)] + ([compile_number(right)] if right is not None else [])
        target = num.of(0) if right is not None else num.floor(sides[0](env)) + 1
        near = draw.bind(Doubles())
        bind_loops(root, near, draw)
        for name in real_symbols((left, right), declarations, draw)[:TRIED]:
            start = _solve(near, name, sides, near.num.of(float(target)), None)
            value = _solve(env, name, sides, target, start)
            if value is not None:
                return _changed(draw, name, value, declarations)
    except (ArithmeticError, ValueError, KeyError, TypeError):
        return None
    return None


def bind_loops(root: Node, env: Env, draw: Draw) -> None:
    """Give the names that loops bind their first values, random variables those of one atom."""
    if draw.space.atoms:
        for name, value in draw.space.atoms[0].items():
            env.values[name] = env.num.of(value) if isinstance(value, float) else value
    for node in root.walk():
        if node.op in {"sum", "prod", "maxof", "minof", "argmax", "argmin"}:
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
        if name not in draw.raw or name in settled:
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


def _solve(env: Env, name: str, sides: list[Any], target: Any, start: float | None) -> Any:
    """Return the value of a symbol (of its first entry) at which the difference of the sides vanishes,
    by secants.
    """
    num, old = env.num, env.values[name]
    whole = isinstance(old, tuple)

    def gap(x: Any) -> Any:
        env.values[name] = (x, *old[1:]) if whole else x
        values = [side(env) for side in sides]
        other = values[1] if len(values) > 1 else target
        return values[0] - other, max(abs(values[0]), abs(other), 1)

    try:
        a = num.of(start) if start is not None else old[0] if whole else old
        b = a + num.of(2.0**-30 if start is not None else 2.0**-6)
        small = 1e-12 if start is None else num.mp.mpf(10) ** -(DIGITS - 12)
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
    sign, man, exp, _ = value._mpf_
    exact = Fraction(int(man)) * Fraction(2) ** exp * (-1 if sign else 1)
    if not in_domain(exact, domain_of(declarations.kinds[name])):
        return None
    old = draw.raw[name]
    new = (exact, *old[1:]) if isinstance(old, tuple) else exact
    changed = Draw(
        draw.sizes, draw.raw, draw.space, draw.conditions, draw.family, special=True, overrides={name: new}
    )
    return changed if allowed(changed) else None
