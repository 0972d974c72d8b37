"""Near misses: a slip that, made in the reference, gives exactly the answer, is named without giving
the answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlquiz.grading.arithmetic import Doubles
from mlquiz.grading.compiling import compile_node
from mlquiz.grading.decide import gap_between
from mlquiz.grading.env import Best
from mlquiz.grading.slips import slips
from mlquiz.grading.tree import FormulaError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mlquiz.grading.draws import Draw
    from mlquiz.grading.reading import Reader
    from mlquiz.grading.tree import Node

DRAWS, NEEDED = 6, 4
MAX_TRIED, MAX_WORK = 500, 12_000
CLOSE = 1e-9
_FAILED = object()


class _Values:
    """The answer's values on some draws in doubles, and whether another formula has the same ones."""

    def __init__(self, answer: Node, reference: Node, reader: Reader) -> None:
        meanings = reader.meanings()
        numbers = [n for n in range(DRAWS * 2) if n % 4 != 3][:DRAWS]
        draws = [draw for n in numbers if (draw := meanings.draw(n, special=False)) is not None]
        draws.sort(key=lambda draw: sum(draw.sizes.values()))
        self.work = 0
        self.draws: list[Draw] = []
        self.answer: list[Any] = []
        self.reference: list[Any] = []
        runs = compile_node(answer), compile_node(reference)
        for draw in draws:
            value, other = (self._value(run, draw) for run in runs)
            if value is not _FAILED:
                self.draws.append(draw)
                self.answer.append(value)
                self.reference.append(other)

    def _value(self, run: Callable[..., Any], draw: Draw) -> Any:
        num = Doubles()
        try:
            env = draw.bind(num)
            env.budget[0] = MAX_WORK
            value = run(env)
        except (ArithmeticError, ValueError, KeyError, TypeError, AttributeError, IndexError):
            return _FAILED
        finally:
            self.work += num.work
        return value

    def same(self, node: Node) -> bool:
        """Tell whether a formula has the answer's value on enough draws, and differs on none."""
        try:
            run = compile_node(node)
        except (KeyError, ValueError, ArithmeticError, TypeError):
            return False
        agreed = 0
        for draw, wanted in zip(self.draws, self.answer, strict=True):
            value = self._value(run, draw)
            if value is _FAILED or not _agree(value, wanted):
                return False
            agreed += 1
        return agreed >= NEEDED

    def as_reference(self) -> bool:
        """Tell whether the answer differs from the reference in no way that doubles show: no slip
        explains it.
        """
        return all(
            other is not _FAILED and _agree(a, other)
            for a, other in zip(self.answer, self.reference, strict=True)
        )

    def pairs(self) -> Iterator[tuple[Draw, Any, Any]]:
        """Yield draw, answer and reference where both are plain numbers."""
        for draw, a, r in zip(self.draws, self.answer, self.reference, strict=True):
            if isinstance(a, float) and isinstance(r, float):
                yield draw, a, r


def _agree(left: Any, right: Any) -> bool:
    if isinstance(left, Best) != isinstance(right, Best) or isinstance(left, bool) != isinstance(right, bool):
        return False
    try:
        return bool(gap_between(Doubles(), left, right) < CLOSE)
    except (TypeError, AttributeError, ValueError, ArithmeticError):
        return False


def hint(answer: Node, reader: Reader) -> str | None:
    """Return what slip turns the reference into a wrong answer, or None.

    Parameters
    ----------
    answer
        The tree of an answer that is wrong.
    reader
        The reference with its symbols.
    """
    values = _Values(answer, reader.reference, reader)
    if len(values.draws) < NEEDED or values.as_reference():
        return None
    for tried, (message, node) in enumerate(slips(reader.reference, reader.declarations)):
        if tried > MAX_TRIED or values.work > MAX_WORK:
            break
        try:
            if values.same(node):
                return message
        except (FormulaError, RecursionError):
            continue
    return _of_numbers(values)


def _of_numbers(values: _Values) -> str | None:
    """Return what ratio and difference of answer and reference say."""
    pairs = list(values.pairs())
    if len(pairs) < NEEDED:
        return None
    if all(r != 0 for _, _, r in pairs):
        ratios = [a / r for _, a, r in pairs]
        if _constant(ratios):
            return "It is off by a constant factor."
        name = _symbol_like(pairs, ratios)
        if name:
            return f"A factor is off: look at where {name} stands."
    gaps = [a - r for _, a, r in pairs]
    if _constant(gaps):
        return "It is off by a constant term."
    name = _symbol_like(pairs, gaps)
    return f"A term is off: look at where {name} stands." if name else None


def _constant(values: list[float]) -> bool:
    return all(abs(v - values[0]) <= CLOSE * abs(values[0]) for v in values)


def _symbol_like(pairs: list[tuple[Draw, float, float]], values: list[float]) -> str | None:
    """Return a number whose simple powers a list of values follows."""
    for name, raw in pairs[0][0].raw.items():
        if not isinstance(raw, float):
            continue
        numbers = [draw.raw.get(name) for draw, _, _ in pairs]
        if not all(isinstance(x, float) and x > 0 for x in numbers) or len(set(numbers)) < 3:
            continue
        for power in (1, -1, 2, -2, 0.5, -0.5):
            if _constant([v / x**power for v, x in zip(values, numbers, strict=True) if x]):
                from mlquiz.grading.printing import shown_name

                return shown_name(name)
    return None
