"""What the values of an answer and its reference say: one is the other's negative, reciprocal, square ..."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from mlquiz.grading.computing import linear
from mlquiz.grading.computing.arithmetic import Doubles
from mlquiz.grading.computing.compiling import compile_node
from mlquiz.grading.syntax.printing import shown_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mlquiz.grading.meanings.draws import Draw
    from mlquiz.grading.reader import Reader
    from mlquiz.grading.syntax.tree import Node

    Values = list[float]
    Test = Callable[[float, float], bool]

DRAWS, NEEDED, VARIED = 24, 12, 5
MAX_TERMS, MUCH_WORK, MAX_WORK = 4_000, 8_000, 40_000
CLOSE, SLIGHT = 1e-9, 1e-7
POWERS = (1.0, -1.0, 2.0, -2.0, 0.5, -0.5)
ERRORS = (ArithmeticError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError)
OF_ARRAYS: dict[str, Test] = {
    "The sign of the whole is the other way round.": lambda a, r: _same(a, -r),
}
OF_NUMBERS: dict[str, Test] = OF_ARRAYS | {
    "It is upside down: the reciprocal is asked for.": lambda a, r: _same(a * r, 1),
    "It is one minus what is asked for.": lambda a, r: abs(a + r - 1) <= CLOSE * max(1, abs(a)),
    "It is the square of what is asked for.": lambda a, r: _same(a, r * r),
    "It is the square root of what is asked for.": lambda a, r: r >= 0 and _same(a, math.sqrt(r)),
    "It is the logarithm of what is asked for.": lambda a, r: r > 0 and _same(a, math.log(r)),
    "It is the exponential of what is asked for.": lambda a, r: r < 300 and _same(a, math.exp(r)),
    "It is the negative of the reciprocal of what is asked for.": lambda a, r: _same(a * r, -1),
}


class Relation(NamedTuple):
    """What relates an answer to its reference; exact ones say what it is, others that something is off."""

    message: str
    exact: bool


def relation(answer: Node, reader: Reader) -> Relation | None:
    """Return what relates the values of an answer to those of its reference on all draws, or None.

    Parameters
    ----------
    answer
        The tree of an answer that is wrong.
    reader
        The reference with its symbols.
    """
    if not {answer.type.kind, reader.reference.type.kind} <= {"number", "vector", "matrix"}:
        return None
    left: list[_Exact | _Constant] = []
    seen: tuple[set[float], set[float]] = set(), set()
    count = 0
    for draw, a, r in _values(answer, reader):
        left = left if count else _relations(draw, len(a), _names(answer))
        left = [each for each in left if each.holds(draw, a, r)]
        if not left:
            return None
        seen[0].add(a[0])
        seen[1].add(r[0])
        count += 1
    if count < NEEDED or min(map(len, seen)) < VARIED:
        return None
    return Relation(left[0].message, exact=isinstance(left[0], _Exact))


def _values(answer: Node, reader: Reader) -> Iterator[tuple[Draw, Values, Values]]:
    """Yield draws with the values of answer and reference in doubles, where both have one.

    Once the work is much, only as many as are needed.
    """
    try:
        runs = compile_node(answer), compile_node(reader.reference)
    except ERRORS:
        return
    meanings = reader.meanings()
    work, count = 0, 0
    for number in range(DRAWS):
        if work > (MUCH_WORK if count >= NEEDED else MAX_WORK):
            return
        draw = meanings.draw(number, special=number % 4 == 3)
        if draw is None:
            continue
        num = Doubles()
        try:
            a, r = (_value(run, draw, num) for run in runs)
        except ERRORS:
            continue
        work += num.work
        if len(a) == len(r) and all(map(math.isfinite, a + r)):
            count += 1
            yield draw, a, r


def _value(run: Callable[..., Any], draw: Draw, num: Doubles) -> Values:
    env = draw.bind(num)
    env.budget[0] = MAX_TERMS
    value = run(env)
    size = len(value) if isinstance(value, tuple) else 2
    return _flat(linear.expand(num, value, size))


def _flat(value: Any) -> Values:
    return [x for part in value for x in _flat(part)] if isinstance(value, tuple) else [float(value)]


@dataclass(slots=True)
class _Exact:
    """A relation of two numbers that is tested by itself."""

    message: str
    test: Test

    def holds(self, draw: Draw, answer: Values, reference: Values) -> bool:
        """Tell whether it holds on a draw."""
        del draw
        try:
            return all(self.test(a, r) for a, r in zip(answer, reference, strict=True))
        except ERRORS:
            return False


@dataclass(slots=True)
class _Constant:
    """A ratio or a difference, over a power of a symbol, that must be the same on all draws."""

    message: str
    ratio: bool
    symbol: str = ""
    power: float = 0.0
    constant: float | None = None

    def holds(self, draw: Draw, answer: Values, reference: Values) -> bool:
        """Tell whether it holds on a draw, too; one where the symbol is 0 tells nothing."""
        if self.symbol and draw.raw[self.symbol] == 0:
            return True
        try:
            scale = float(draw.raw[self.symbol]) ** self.power if self.symbol else 1.0
            return all(self._keeps(a, r, scale) for a, r in zip(answer, reference, strict=True))
        except ERRORS:
            return False

    def _keeps(self, a: float, r: float, scale: float) -> bool:
        if self.ratio and r == 0:
            return a == 0
        found = a / r / scale if self.ratio else (a - r) / scale
        if self.constant is None:
            self.constant = found
        if abs(a - r) <= SLIGHT * abs(a) and (not self.ratio or not self.symbol):
            return False  # too little to be told from rounding
        noise = CLOSE * abs(found if self.ratio else a / scale)
        return abs(found - self.constant) <= max(noise, CLOSE * abs(self.constant))


def _names(node: Node) -> set[str]:
    return {str(part.value) for part in node.walk() if part.op == "name"}


def _relations(draw: Draw, size: int, names: set[str]) -> list[_Exact | _Constant]:
    """Return the relations to try, those that say most first; symbols are named that stand in the answer."""
    found: list[_Exact | _Constant] = [
        _Exact(message, test) for message, test in (OF_NUMBERS if size == 1 else OF_ARRAYS).items()
    ]
    found.append(_Constant("It is off by a constant factor.", ratio=True))
    if size == 1:
        found.append(_Constant("It is off by a constant term.", ratio=False))
        for name, raw in draw.raw.items():
            if isinstance(raw, float):
                found += _of_symbol(name, shown=name in names)
    return found


def _of_symbol(name: str, *, shown: bool) -> Iterator[_Constant]:
    where = f"is off: look at where {shown_name(name)} stands." if shown else "is missing."
    for power in POWERS:
        yield _Constant(f"A factor {where}", ratio=True, symbol=name, power=power)
        yield _Constant(f"A term {where}", ratio=False, symbol=name, power=power)


def _same(a: float, b: float) -> bool:
    return abs(a - b) <= CLOSE * max(abs(a), abs(b))
