"""One random meaning of the declared symbols, brought into number systems."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mlquiz.grading import linear
from mlquiz.grading.compiling import Env

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlquiz.grading.conditions import Conditions
    from mlquiz.grading.spaces import Space, Table

MOST_SYSTEMS = 4


@dataclass(slots=True)
class Draw:
    """One meaning: raw exact values that ``bind`` brings into a number system.

    ``special`` draws take small numbers, so that ties and zeros occur.
    """

    sizes: dict[str, int]
    raw: dict[str, Any]
    space: Space
    conditions: Conditions
    family: Callable[[str], list[Any]]
    special: bool = False
    overrides: dict[str, Any] = field(default_factory=dict)

    _bound: dict[Any, _Bound] = field(default_factory=dict)
    _candidates: dict[str, list[Any]] = field(default_factory=dict)
    _known: dict[Any, Any] = field(default_factory=dict)

    def bind(self, num: Any) -> Env:
        """Return the meaning in a number system, defined names computed."""
        system = getattr(num, "mp", None)
        bound = self._bound.get(system)
        if bound is None:
            return self._first(num, system)
        num.shaky = num.shaky or bound.shaky
        num.work += bound.work
        num.span = max(num.span, bound.span)
        return self._env(num, dict(bound.values), bound.laws)

    def _first(self, num: Any, system: Any) -> Env:
        work = num.work
        values = {name: convert(num, value) for name, value in (self.raw | self.overrides).items()}
        env = self._env(num, values, self.space.laws)
        self.conditions.define(env)
        if len(self._bound) >= MOST_SYSTEMS:
            self._bound.clear()
        self._bound[system] = _Bound(dict(values), env.space.laws, num.shaky, num.work - work, num.span)
        return env

    def _env(self, num: Any, values: dict[str, Any], laws: dict[str, Table]) -> Env:
        space = type(self.space)(self.space.weights, self.space.atoms, self.space.values, laws)
        return Env(num, values, self.sizes, space, _Families(num, self.candidates))

    def candidates(self, name: str) -> list[Any]:
        """Return the raw candidates of an optimum over a name, drawn once."""
        found = self._candidates.get(name)
        if found is None:
            found = self._candidates[name] = self.family(name)
        return found

    def once(self, num: Any, compute: Callable[[], Any]) -> Any:
        """Return what ``compute`` gives in a number system, computed once: the reference's value."""
        system = getattr(num, "mp", None)
        found = self._known.get(system)
        if found is None:
            found = compute()
            if len(self._known) >= MOST_SYSTEMS:
                self._known.clear()
            self._known[system] = found
        return found


@dataclass(frozen=True, slots=True)
class _Bound:
    """A meaning in one number system, and what it took to compute it."""

    values: dict[str, Any]
    laws: dict[str, Table]
    shaky: bool
    work: int
    span: int


class _Families(dict[str, list[Any]]):
    """The candidates of an optimum over a name, drawn when first asked for."""

    def __init__(self, num: Any, draw: Callable[[str], list[Any]]) -> None:
        super().__init__()
        self.num, self.draw = num, draw

    def __missing__(self, name: str) -> list[Any]:
        found = self[name] = [convert(self.num, value) for value in self.draw(name)]
        return found


class Orthonormal:
    """The first columns of a product of reflections, orthonormal in any number system."""

    def __init__(self, mirrors: list[tuple[float, ...]], columns: int) -> None:
        self.mirrors, self.columns = mirrors, columns

    def realise(self, num: Any) -> Any:
        """Return the columns in a number system."""
        size = len(self.mirrors[0])
        q: Any = linear.expand(num, linear.Scaled(num.of(1)), size)
        for mirror in self.mirrors:
            v = tuple(num.of(x) for x in mirror)
            factor = num.div(num.of(-2), linear.dot(num, v, v))
            bump = tuple(tuple(factor * a * b for b in v) for a in v)
            q = linear.add(num, [q, linear.product(num, q, bump)])
        return tuple(row[: self.columns] for row in q)


def convert(num: Any, value: Any) -> Any:
    """Return a raw value in a number system."""
    if type(value) is float:
        return num.of(value)
    if isinstance(value, tuple):
        return tuple(convert(num, part) for part in value)
    if isinstance(value, Orthonormal):
        return value.realise(num)
    if isinstance(value, (bool, frozenset)) or callable(value) or not hasattr(value, "__float__"):
        return value
    return num.of(value)
