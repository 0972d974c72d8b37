"""What a formula is computed with: the values of its names in one number system; and what best points are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlquiz.grading.computing.arithmetic import TooBigError, UndefinedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlquiz.grading.computing.spaces import Space
    from mlquiz.grading.syntax.tree import Node

    Evaluator = Callable[["Env"], Any]

MAX_WORK = 400_000
NOTHING = object()


class Env:
    """One meaning of all symbols in one number system, and the values that loops bind for now.

    ``space`` holds events, random variables and distributions; ``candidates`` are what an optimum over
    a name runs through; ``kept`` is what depends on the draw alone, ``cache`` on the values of now;
    ``budget`` counts the terms that may still be computed.
    """

    __slots__ = ("budget", "cache", "candidates", "kept", "laws", "num", "sizes", "space", "values")

    def __init__(
        self,
        num: Any,
        values: dict[str, Any],
        sizes: dict[str, int],
        space: Space,
        candidates: Callable[[str], list[Any]] | None = None,
        kept: dict[Any, Any] | None = None,
    ) -> None:
        self.num, self.values, self.sizes, self.space = num, values, sizes, space
        self.candidates = candidates
        self.laws = space.laws
        self.kept: dict[Any, Any] = {} if kept is None else kept
        self.cache: dict[Any, Any] = {}
        self.budget = [MAX_WORK]

    def fork(self, num: Any) -> Env:
        """Return the same meaning over another number system."""
        other = Env(num, dict(self.values), self.sizes, self.space, self.candidates, self.kept)
        other.laws, other.budget = self.laws, self.budget
        return other

    def family(self, name: str) -> list[Any]:
        """Return the candidates of an optimum over a name."""
        key = ("family", name)
        if key not in self.kept:
            if self.candidates is None:
                raise UndefinedError
            self.kept[key] = self.candidates(name)
        return self.kept[key]  # type: ignore[no-any-return]

    def restore(self, name: str, value: Any) -> None:
        """Give a name the value that it had before a loop, or none if that was NOTHING."""
        if value is NOTHING:
            self.values.pop(name, None)
        else:
            self.values[name] = value

    def spend(self, count: int = 1) -> None:
        """Count terms against the budget."""
        self.budget[0] -= count
        if self.budget[0] < 0:
            raise TooBigError


class Best:
    """The best points of an optimum: their labels, and their values where they are numbers."""

    __slots__ = ("labels", "values")

    def __init__(self, labels: frozenset[Any], values: list[Any]) -> None:
        self.labels, self.values = labels, values


def cached(node: Node, run: Evaluator, *, averaged: bool = False) -> Evaluator:
    """Compute once for the same values of a node's names, without those that it is ``averaged`` over."""
    names = tuple(
        dict.fromkeys(str(part.value) for part in node.walk() if part.op in {"name", "apply", "map"})
    )
    laws = tuple(dict.fromkeys(part.value[0] for part in node.walk() if part.op in {"lawat", "expect"}))

    def kept(env: Env) -> Any:
        random = env.space.atoms[0] if averaged and env.space.atoms else {}
        values = [env.values.get(name) for name in names if name not in random]
        key = (run, *values, *map(env.laws.get, laws))
        if key not in env.cache:
            env.cache[key] = run(env)
        return env.cache[key]

    return kept
