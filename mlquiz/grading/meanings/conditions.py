"""The conditions of a card: which draws are allowed, and names that are computed from others."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

from mlquiz.grading.computing.compiling import compile_node, compile_number
from mlquiz.grading.reading.parser import Parser
from mlquiz.grading.syntax.kinds import Declarations, Law, Matrix, Number, Sequence, Vector
from mlquiz.grading.syntax.tree import FormulaError, Node, size_value

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

    from mlquiz.grading.computing.compiling import Evaluator
    from mlquiz.grading.computing.env import Env
    from mlquiz.grading.syntax.tree import Size


class Conditions:
    """What ``where:`` says, read once."""

    def __init__(self, texts: Iterable[str], declarations: Declarations) -> None:
        self.declarations = declarations
        self.nodes: list[Node] = []
        self.tests: list[tuple[Evaluator, frozenset[str], tuple[tuple[str, Size, Size], ...]]] = []
        self.size_tests: list[Evaluator] = []
        self.members: dict[str, tuple[float, ...]] = {}
        self.diagonals: dict[str, float] = {}
        self.definitions: list[tuple[str, Any, Any]] = []
        for text in texts:
            self._read(text)

    def _read(self, text: str) -> None:
        parser = Parser(text, self.declarations)
        node = parser.formula()
        if node.type.kind != "truth":
            raise FormulaError(
                f"A condition is a comparison, a membership or a definition; this is {node.type}: {text!r}."
            )
        self.nodes.append(node)
        if not (self._membership(node) or self._definition(node, parser)):
            self._test(node)

    def _membership(self, node: Node) -> bool:
        if node.op != "in" or node.args[1].op != "set":
            return False
        target = node.args[0].args[0] if node.args[0].op == "entry" else node.args[0]
        numbers = [_constant(item) for item in node.args[1].args]
        if target.op != "name" or any(n is None for n in numbers):
            return False
        self.members[str(target.value)] = tuple(n for n in numbers if n is not None)
        return True

    def _definition(self, node: Node, parser: Parser) -> bool:
        if node.op != "cmp" or node.value != "=":
            return False
        left, right = node.args
        if left.op == "lawat":
            self._law_definition(left, right)
            return True
        target = left.args[0] if left.op == "entry" else left
        if target.op != "name" or any(
            part.op == "name" and part.value == target.value for part in right.walk()
        ):
            return False
        name = str(target.value)
        if left.op == "entry" and len(left.args) == 3 and left.args[1].value == left.args[2].value:
            number = _constant(right)
            if number is None:
                return False
            self.diagonals[name] = number
            return True
        index = str(left.args[1].value) if left.op == "entry" else ""
        if left.op == "entry" and len(left.args) > 2:
            return False
        del parser
        self.definitions.append((name, index, compile_number(right)))
        return True

    def _law_definition(self, left: Node, right: Node) -> None:
        name, lefts, rights = left.value
        names = tuple(str(arg.value) for arg in left.args)
        body = compile_number(right)
        law = self.declarations.kinds[name]
        if not isinstance(law, Law) or rights:
            raise FormulaError(f"{name} can't be defined so.")

        def weight(env: Env, places: tuple[int, ...], _: tuple[int, ...]) -> Any:
            roots = env.laws[name].roots
            saved = {n: env.values.get(n) for n in names}
            for slot, n, place in zip(lefts, names, places, strict=True):
                env.values[n] = env.space.outcomes(env, roots[slot])[place]
            value = body(env)
            for n, old in saved.items():
                if old is not None:
                    env.values[n] = old
            return value

        self.definitions.append((name, ("law", lefts), weight))

    def _test(self, node: Node) -> None:
        names = frozenset(str(part.value) for part in node.walk() if part.op in {"name", "apply", "map"})
        letters = []
        for part in node.walk():
            if part.op != "entry":
                continue
            for index, bounds in zip(part.args[1:], part.value, strict=True):
                name = str(index.value)
                if (
                    index.op == "name"
                    and not isinstance(self.declarations.kinds.get(name), Number)
                    and (name, *bounds) not in letters
                ):
                    letters.append((name, *bounds))
        run = compile_node(node)
        if names and names <= set(self.declarations.sizes):
            self.size_tests.append(run)
        self.tests.append((run, names, tuple(letters)))

    # --- use --------------------------------------------------------------------------------------

    def settled(self) -> set[str]:
        """Return the names whose values are computed or chosen from a list."""
        return {*self.members, *(name for name, _, _ in self.definitions)}

    def orders(self, rows: Size, columns: Size) -> bool:
        """Tell whether a condition compares the two sizes of a matrix."""
        wanted = {name for name, _ in rows if name} | {name for name, _ in columns if name}
        return any(wanted <= {str(p.value) for p in node.walk() if p.op == "name"} for node in self.nodes)

    def sizes_fit(self, sizes: dict[str, int]) -> bool:
        """Tell whether drawn sizes satisfy the conditions on sizes alone."""
        if not self.size_tests:
            return True
        from mlquiz.grading.computing.arithmetic import Doubles
        from mlquiz.grading.computing.env import Env as Meaning
        from mlquiz.grading.computing.spaces import Space

        env = Meaning(
            Doubles(), {name: float(value) for name, value in sizes.items()}, sizes, Space([], [], {}, {})
        )
        return all(test(env) for test in self.size_tests)

    def restrict(self, name: str, value: Any, rng: Random) -> Any:
        """Return a drawn value with its entries from the allowed set, its diagonal as given."""
        if name in self.members:
            value = _replace(value, lambda: rng.choice(self.members[name]))
        if name in self.diagonals:
            value = tuple(
                tuple(self.diagonals[name] if i == j else x for j, x in enumerate(row))
                for i, row in enumerate(value)
            )
        return value

    def define(self, env: Env) -> None:
        """Compute the defined names."""
        for name, index, run in self.definitions:
            if isinstance(index, tuple):
                self._define_law(env, name, run)
            elif index:
                kind = self.declarations.kinds[name]
                low, high = (
                    (kind.low, kind.high)
                    if isinstance(kind, Sequence)
                    else ((("", 1),), kind.size if isinstance(kind, Vector) else ())
                )
                env.values[name] = tuple(
                    self._at(env, index, k, run)
                    for k in range(size_value(low, env.sizes), size_value(high, env.sizes) + 1)
                )
            else:
                env.values[name] = run(env)

    @staticmethod
    def _define_law(env: Env, name: str, weight: Any) -> None:
        from mlquiz.grading.computing.spaces import Table

        old = env.laws[name]
        env.laws = {**env.laws, name: Table(old.left, old.right, old.roots, weight)}

    @staticmethod
    def _at(env: Env, index: str, k: int, run: Evaluator) -> Any:
        saved = env.values.get(index)
        env.values[index] = env.num.of(k)
        value = run(env)
        if saved is not None:
            env.values[index] = saved
        return value

    def failing(self, env: Env) -> set[str] | None:
        """Return the names in conditions that a meaning breaks, or None."""
        failing: set[str] = set()
        defined = {name for name, _, _ in self.definitions}
        for run, names, letters in self.tests:
            ranges = [
                range(size_value(low, env.sizes), size_value(high, env.sizes) + 1) for _, low, high in letters
            ]
            for places in product(*ranges):
                for (letter, _, _), place in zip(letters, places, strict=True):
                    env.values[letter] = env.num.of(place)
                if not run(env):
                    failing |= names - defined or names
                    break
        return failing or None


def _constant(node: Node) -> float | None:
    if node.op == "neg":
        inner = _constant(node.args[0])
        return None if inner is None else -inner
    return float(node.value) if node.op == "num" else None


def _replace(value: Any, draw: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_replace(part, draw) for part in value)
    return draw()


__all__ = ["Conditions", "Matrix"]
