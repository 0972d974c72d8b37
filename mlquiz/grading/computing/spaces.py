"""The one finite probability space: events, random variables, outcomes and distributions, and sums
over them.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

from mlquiz.grading.computing import linear
from mlquiz.grading.computing.arithmetic import UndefinedError, plain
from mlquiz.grading.computing.env import cached

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlquiz.grading.computing.env import Env
    from mlquiz.grading.syntax.tree import Node

    Evaluator = Callable[[Env], Any]


class Table:
    """A drawn distribution of ``left`` variables given ``right`` ones.

    ``weight(env, lefts, rights)`` is an unnormalised positive number for outcome numbers; ``roots`` names the
    random variable whose outcomes each slot takes. A ``fixed`` table depends on no symbol.
    """

    __slots__ = ("fixed", "left", "parameters", "right", "roots", "slots", "weight")

    def __init__(
        self,
        left: tuple[str, ...],
        right: tuple[str, ...],
        roots: dict[str, str],
        weight: Any,
        parameters: tuple[str, ...] = (),
        *,
        fixed: bool = False,
    ) -> None:
        self.left, self.right, self.slots, self.roots = left, right, left + right, roots
        self.weight, self.parameters, self.fixed = weight, parameters, fixed

    def probability(
        self, env: Env, left: tuple[str, ...], right: tuple[str, ...], places: tuple[int, ...]
    ) -> Any:
        """Return p(left | right) for outcome numbers, those of ``left`` first."""
        env.num.work += 1
        if not self.fixed:
            return self._ratio(env, left, right, places)
        key = (self, left, right, places)
        found = env.kept.get(key)
        if found is None:
            found = env.kept[key] = self._ratio(env, left, right, places)
        return found

    def _ratio(self, env: Env, left: tuple[str, ...], right: tuple[str, ...], places: tuple[int, ...]) -> Any:
        at = tuple([env.values.get(parameter) for parameter in self.parameters])
        given = dict(zip(right, places[len(left) :], strict=True))
        both = self._marginal(env, given | dict(zip(left, places, strict=False)), at)
        return env.num.div(both, self._marginal(env, given, at))

    def _marginal(self, env: Env, fixed: dict[str, int], at: tuple[Any, ...]) -> Any:
        """Return the total weight of the outcomes that agree with fixed ones."""
        cache = env.kept if self.fixed else env.cache
        key = (self, *map(fixed.get, self.slots), at)
        found = cache.get(key)
        if found is None:
            found = cache[key] = self._added(env, fixed, at)
        return found

    def _added(self, env: Env, fixed: dict[str, int], at: tuple[Any, ...]) -> Any:
        for slot in self.right:
            if slot not in fixed:
                return self._averaged(env, fixed, slot, at)
        rights = tuple([fixed[slot] for slot in self.right])
        choices = [
            [fixed[slot]] if slot in fixed else range(len(env.space.values[self.roots[slot]]))
            for slot in self.left
        ]
        first, *others = [self.weight(env, lefts, rights) for lefts in product(*choices)]
        return sum(others, first)  # of positive numbers: nothing cancels that a number system must see

    def _averaged(self, env: Env, fixed: dict[str, int], slot: str, at: tuple[Any, ...]) -> Any:
        """Return a weight where a given variable is open: each of its outcomes counts the same.

        So a swapped conditional of a kernel has a value, and is found to be wrong.
        """
        terms = []
        for place in range(len(env.space.values[self.roots[slot]])):
            rights = {key: value for key, value in fixed.items() if key in self.right} | {slot: place}
            whole = self._marginal(env, rights, at)
            terms.append(env.num.div(self._marginal(env, {**fixed, slot: place}, at), whole))
        return sum(terms[1:], terms[0])


class Space:
    """Atoms with exact weights, the values of random variables and events on them, and drawn
    distributions.
    """

    def __init__(
        self,
        weights: list[float],
        atoms: list[dict[str, Any]],
        values: dict[str, list[float]],
        laws: dict[str, Table],
    ) -> None:
        self.weights, self.atoms, self.values, self.laws = weights, atoms, values, laws
        self.places = {name: {v: place for place, v in enumerate(known)} for name, known in values.items()}

    def outcomes(self, env: Env, variable: str) -> list[Any]:
        """Return the values that a random variable takes."""
        key = ("outcomes", variable)
        if key not in env.kept:
            env.kept[key] = [env.num.of(v) for v in self.values[variable]]
        return env.kept[key]  # type: ignore[no-any-return]

    def place(self, variable: str, value: Any) -> int:
        """Return the number of the outcome that a value is."""
        place = self.places[variable].get(plain(value)) if variable in self.places else None
        if place is None:
            raise UndefinedError
        return place


# --- what formulas compute on it ------------------------------------------------------------------


def _law_at(node: Node) -> Evaluator:
    from mlquiz.grading.computing.compiling import compile_number

    name, left, right = node.value
    slots = left + right
    values = [compile_number(arg) for arg in node.args]

    def run(env: Env) -> Any:
        table = env.laws[name]
        place, roots = env.space.place, table.roots
        places = tuple([place(roots[slot], value(env)) for slot, value in zip(slots, values, strict=True)])
        return table.probability(env, left, right, places)

    return run


def _each_atom(env: Env, body: Evaluator, used: frozenset[str]) -> list[tuple[Any, Any]]:
    """Return (weight, value) of a random thing, atoms that agree on all names it uses taken together."""
    atoms = _grouped(env, used)
    saved = {name: env.values.get(name) for name in (atoms[0][1] if atoms else ())}
    found = []
    env.spend(len(atoms))
    for weight, atom in atoms:
        env.values.update(atom)
        found.append((weight, body(env)))
    _restore(env, saved)
    return found


def _grouped(env: Env, used: frozenset[str]) -> list[tuple[Any, dict[str, Any]]]:
    """Return the atoms as the used names tell them apart, with their weights in the number system."""
    key = ("atoms", used)
    if key not in env.kept:
        groups: dict[tuple[Any, ...], float] = {}
        names = [name for name in (env.space.atoms[0] if env.space.atoms else ()) if name in used]
        for weight, atom in zip(env.space.weights, env.space.atoms, strict=True):
            values = tuple(atom[name] for name in names)
            groups[values] = (
                groups.get(values, 0.0) + weight
            )  # exact: all weights are multiples of one power of 1/2
        of = env.num.of
        env.kept[key] = [
            (of(w), {n: of(v) if isinstance(v, float) else v for n, v in zip(names, values, strict=True)})
            for values, w in groups.items()
        ]
    return env.kept[key]  # type: ignore[no-any-return]


def _used(*nodes: Node) -> frozenset[str]:
    """Return the names that may be random in formulas."""
    found = set()
    for node in nodes:
        for part in node.walk():
            if part.op in {"name", "function", "apply"}:
                found.add(str(part.value))
            elif part.op == "hit":
                found.add(f"@{part.value}")
    return frozenset(found)


def _mean(env: Env, pairs: list[tuple[Any, Any]]) -> Any:
    return linear.add(env.num, [linear.scale(env.num, weight, value) for weight, value in pairs])


def _expect(node: Node) -> Evaluator:
    from mlquiz.grading.computing.compiling import compile_node, compile_number

    name, left, right, bound = node.value
    body = compile_number(node.args[0])
    if name == "space":
        given = compile_node(node.args[1]) if len(node.args) > 1 else None
        used = _used(*node.args)

        def over_space(env: Env) -> Any:
            if given is None:
                return _mean(env, _each_atom(env, body, used))
            flags = _each_atom(env, given, used)
            pairs = [
                (w, v) for (w, v), (_, flag) in zip(_each_atom(env, body, used), flags, strict=True) if flag
            ]
            total = env.num.add([w for w, _ in pairs] or [env.num.of(0)])
            return (
                linear.scale(env.num, env.num.div(env.num.of(1), total), _mean(env, pairs))
                if pairs
                else _undefined()
            )

        return cached(node, over_space, averaged=True)
    conditions = [compile_number(arg) for arg in node.args[1:]]

    def over_law(env: Env) -> Any:
        table = env.laws[name]
        space, roots = env.space, table.roots
        given = tuple(
            [space.place(roots[slot], value(env)) for slot, value in zip(right, conditions, strict=True)]
        )
        pairs = []
        with_values = [space.outcomes(env, roots[slot]) for slot in left]
        saved = {name: env.values.get(name) for name in bound}
        for places in product(*(range(len(v)) for v in with_values)):
            for own, values, place in zip(bound, with_values, places, strict=True):
                env.values[own] = values[place]
            weight = table.probability(env, left, right, places + given)
            pairs.append((weight, body(env)))
        _restore(env, saved)
        return _mean(env, pairs)

    return over_law


def _restore(env: Env, saved: dict[str, Any]) -> None:
    """Put back what names stood for before they were bound; None is nothing."""
    for name, value in saved.items():
        if value is None:
            env.values.pop(name, None)
        else:
            env.values[name] = value


def _undefined() -> Any:
    raise UndefinedError


def _probability(node: Node) -> Evaluator:
    from mlquiz.grading.computing.compiling import compile_node

    event = compile_node(node.args[0])
    given = compile_node(node.args[1]) if len(node.args) > 1 else None

    used = _used(*node.args)

    def run(env: Env) -> Any:
        flags = _each_atom(env, lambda e: (event(e), given(e) if given else True), used)
        inside = [w for w, (hit, known) in flags if known and hit]
        total = [w for w, (_, known) in flags if known]
        if not total:
            raise UndefinedError
        return env.num.div(env.num.add(inside or [env.num.of(0)]), env.num.add(total))

    return run


def _hit(node: Node) -> Evaluator:
    """Return the event that a variable has a value."""
    from mlquiz.grading.computing.compiling import compile_number

    value = compile_number(node.args[0])
    variable = f"@{node.value}"
    return lambda env: bool(env.values[variable] == value(env))


def _moment(node: Node) -> Evaluator:
    from mlquiz.grading.computing.compiling import compile_number

    sides = [compile_number(arg) for arg in node.args]
    left, right = sides[0], sides[-1]
    used = _used(*node.args)

    def run(env: Env) -> Any:
        a, b = _each_atom(env, left, used), _each_atom(env, right, used)
        covariance = _covariance(env, a, b)
        if node.value == "Corr":
            return env.num.div(
                covariance, env.num.call("sqrt", _covariance(env, a, a) * _covariance(env, b, b))
            )
        return covariance

    return cached(node, run, averaged=True)


def _covariance(env: Env, a: list[tuple[Any, Any]], b: list[tuple[Any, Any]]) -> Any:
    mean_a, mean_b = _mean(env, a), _mean(env, b)
    return env.num.add([w * (x - mean_a) * (y - mean_b) for (w, x), (_, y) in zip(a, b, strict=True)])


def _over_outcomes(env: Env, names: tuple[str, ...], roots: tuple[str, ...], term: Evaluator) -> Any:
    saved = {name: env.values.get(name) for name in names}
    terms = []
    for values in product(*(env.space.outcomes(env, root) for root in roots)):
        env.values.update(zip(names, values, strict=True))
        terms.append(term(env))
    _restore(env, saved)
    return env.num.add(terms)


def _divergence(node: Node) -> Evaluator:
    from mlquiz.grading.computing.compiling import compile_number

    p, q = map(compile_number, node.args)
    names, roots = node.value

    def term(env: Env) -> Any:
        a, b = p(env), q(env)
        return a * env.num.call("log", env.num.div(a, b)) if plain(a) != 0 else a

    def cross(env: Env) -> Any:
        a, b = p(env), q(env)
        return -a * env.num.call("log", b) if plain(a) != 0 else a

    chosen = term if node.op == "kl" else cross
    return lambda env: _over_outcomes(env, names, roots, chosen)


def _information(node: Node) -> Evaluator:
    which, left, right = node.value

    def entropy(env: Env, names: tuple[str, ...]) -> Any:
        masses: dict[Any, list[Any]] = {}
        for weight, atom in zip(env.space.weights, env.space.atoms, strict=True):
            masses.setdefault(tuple(atom[name] for name in names), []).append(env.num.of(weight))
        totals = [env.num.add(parts) for parts in masses.values()]
        return env.num.add([-t * env.num.call("log", t) for t in totals])

    def run(env: Env) -> Any:
        joint = entropy(env, left + right)
        if which == "H":
            return env.num.add([joint, -entropy(env, right)]) if right else joint
        return env.num.add([entropy(env, left), entropy(env, right), -joint])

    return run


COMPILERS: dict[str, Any] = {
    "lawat": _law_at, "expect": _expect, "prob": _probability, "hit": _hit, "moment": _moment,
    "kl": _divergence, "entropy": _divergence, "information": _information,
}  # fmt: skip
