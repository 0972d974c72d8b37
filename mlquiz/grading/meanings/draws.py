"""One random meaning of the declared symbols, brought into number systems."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from mlquiz.grading.computing import linear
from mlquiz.grading.computing.arithmetic import noted, recall
from mlquiz.grading.computing.env import Env

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlquiz.grading.computing.arithmetic import Noted
    from mlquiz.grading.computing.spaces import Space, Table
    from mlquiz.grading.meanings.conditions import Conditions

MOST_SYSTEMS = 4


class Draw:
    """One meaning: raw exact values that ``bind`` brings into a number system.

    ``special`` draws take small numbers, so that ties and zeros occur; ``overrides`` are values that
    were put in the place of drawn ones.
    """

    def __init__(
        self,
        sizes: dict[str, int],
        raw: dict[str, Any],
        space: Space,
        conditions: Conditions,
        family: Callable[[str], list[Any]],
        *,
        special: bool,
        overrides: dict[str, Any] | None = None,
    ) -> None:
        self.sizes, self.raw, self.space, self.conditions = sizes, raw, space, conditions
        self.family, self.special, self.overrides = family, special, overrides or {}
        self._bound: dict[Any, Noted] = {}
        self._candidates: dict[str, list[Any]] = {}
        self._known: dict[Any, Noted] = {}

    def changed(self, overrides: dict[str, Any], *, special: bool, space: Space | None = None) -> Draw:
        """Return the same meaning with other values of some names, and maybe other chances."""
        same, values = (self.conditions, self.family), self.overrides | overrides
        draw = Draw(self.sizes, self.raw, space or self.space, *same, special=special, overrides=values)
        draw._candidates = self._candidates
        return draw

    @property
    def drawn(self) -> dict[str, Any]:
        """The raw values, what was put in their place included."""
        return self.raw | self.overrides

    def largest(self) -> float:
        """Return the largest of the single numbers."""
        return max([abs(v) for v in self.drawn.values() if isinstance(v, float)], default=0.0)

    def bind(self, num: Any) -> Env:
        """Return the meaning in a number system, defined names computed."""
        bound = self._bound.get(num.system)
        if bound is None:
            bound = noted(num, lambda: self._first(num))
            if len(self._bound) >= MOST_SYSTEMS:
                self._bound.clear()
            self._bound[num.system] = bound
        values, laws, kept = recall(num, bound)
        env = Env(num, dict(values), self.sizes, self.space, partial(self._candidates_in, num), kept)
        env.laws = laws
        return env

    def _first(self, num: Any) -> tuple[dict[str, Any], dict[str, Table], dict[Any, Any]]:
        """Return the values and laws in a number system, and where what depends on them alone is kept."""
        values = {name: convert(num, value) for name, value in self.drawn.items()}
        env = Env(num, values, self.sizes, self.space, partial(self._candidates_in, num), {})
        self.conditions.define(env)
        return dict(values), env.laws, env.kept

    def _candidates_in(self, num: Any, name: str) -> list[Any]:
        """Return the candidates of an optimum over a name, drawn once."""
        found = self._candidates.get(name)
        if found is None:
            found = self._candidates[name] = self.family(name)
        return [convert(num, value) for value in found]

    def once(self, num: Any, compute: Callable[[], Any]) -> Any:
        """Return what ``compute`` gives in a number system, computed once: the reference's value."""
        found = self._known.get(num.system)
        if found is None:
            found = noted(num, compute)
            if len(self._known) >= MOST_SYSTEMS:
                self._known.clear()
            self._known[num.system] = found
        return recall(num, found)


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
        return tuple([convert(num, part) for part in value])
    if isinstance(value, Orthonormal):
        return value.realise(num)
    if isinstance(value, (bool, frozenset)) or callable(value) or not hasattr(value, "__float__"):
        return value
    return num.of(value)
