"""Sums, products, extrema, best points and integrals: how the operators that bind a name are computed."""

from __future__ import annotations

from itertools import combinations
from math import prod
from typing import TYPE_CHECKING, Any

from mlquiz.grading.computing import series
from mlquiz.grading.computing.arithmetic import TooBigError, UndefinedError, plain
from mlquiz.grading.computing.derived import Derived
from mlquiz.grading.computing.env import NOTHING

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlquiz.grading.computing.env import Env
    from mlquiz.grading.syntax.tree import Node

    Evaluator = Callable[[Env], Any]
    Domain = Callable[[Env], list[Any]]
    Loop = Callable[[Env, Evaluator], list[Any]]

MAX_TERMS = 20_000
MOST_MEMBERS = 10


def _loop(node: Node) -> Loop:
    """Return what computes a body for each value that a node binds, as a list."""
    from mlquiz.grading.computing.compiling import compile_node

    name, mode, of, conditioned = node.value
    condition = compile_node(node.args[-1]) if conditioned else None
    domain = node.args[1 : len(node.args) - (1 if conditioned else 0)]
    values = _DOMAINS[mode](domain, of or name)

    derived = _derivatives(node) if mode == "family" else ()

    def run(env: Env, body: Evaluator) -> list[Any]:
        saved, laws = env.values.get(name, NOTHING), env.laws
        own = {primed: env.values[primed] for primed in derived if primed in env.values}
        found = []
        bound = values(env)
        env.spend(len(bound))
        try:
            for value in bound:
                env.values[name] = value
                env.values.update({primed: Derived(value, order) for order, primed in enumerate(derived, 1)})
                if mode == "family" and name in laws:
                    env.laws = {**laws, name: value}
                if condition is None or condition(env):
                    found.append(body(env))
        finally:
            env.laws = laws
            env.restore(name, saved)
            env.values.update(own)
        return found

    return run


def _derivatives(node: Node) -> tuple[str, ...]:
    """Return the names of the derivatives, up to the highest that is used, of the function that is bound."""
    name = str(node.value[0])
    used = [str(part.value) for part in node.walk() if part.op in {"apply", "function", "map"}]
    highest = max((len(u) - len(name) for u in used if u.rstrip("'") == name), default=0)
    return tuple(name + "'" * order for order in range(1, highest + 1))


def _range(domain: tuple[Node, ...], _: str) -> Domain:
    from mlquiz.grading.computing.compiling import compile_number

    low, high = map(compile_number, domain)

    def values(env: Env) -> list[Any]:
        ends = plain(low(env)), plain(high(env))
        found: list[Any] | None = env.kept.get(ends)
        if found is None:
            found = env.kept[ends] = _integers(env, *ends)
        return found

    return values


def _integers(env: Env, low: Any, high: Any) -> list[Any]:
    first, last = int(low), int(high)
    if low != first or high != last:
        raise UndefinedError
    if last - first >= MAX_TERMS:
        raise TooBigError
    return [env.num.of(k) for k in range(first, last + 1)]


def _outcomes(_: tuple[Node, ...], of: str) -> Domain:
    return lambda env: env.space.outcomes(env, of)


def _family(_: tuple[Node, ...], name: str) -> Domain:
    return lambda env: env.family(name)


def _members(domain: tuple[Node, ...], _: str) -> Domain:
    from mlquiz.grading.computing.compiling import compile_node

    members = compile_node(domain[0])
    return lambda env: [env.num.of(k) for k in sorted(members(env))]


def _others(domain: tuple[Node, ...], _: str) -> Domain:
    from mlquiz.grading.computing.compiling import compile_node

    members = compile_node(domain[0])

    def values(env: Env) -> list[Any]:
        without = members(env)
        last = max(env.sizes.values(), default=0)
        return [env.num.of(k) for k in range(1, last + 1) if k not in without]

    return values


def _subsets(domain: tuple[Node, ...], _: str) -> Domain:
    from mlquiz.grading.computing.compiling import compile_node

    whole = compile_node(domain[0])

    def values(env: Env) -> list[Any]:
        members = sorted(whole(env))
        if len(members) > MOST_MEMBERS:
            raise TooBigError
        return [frozenset(c) for size in range(len(members) + 1) for c in combinations(members, size)]

    return values


_DOMAINS: dict[str, Callable[[tuple[Node, ...], str], Domain]] = {
    "range": _range, "outcome": _outcomes, "in": _members, "notin": _others, "subset": _subsets,
    "family": _family,
}  # fmt: skip


def _zero(node: Node) -> Callable[[Env], Any]:
    """Return what an empty sum is."""
    from mlquiz.grading.syntax.tree import size_value

    sizes = node.type.sizes
    if node.type.kind == "vector":
        return lambda env: (env.num.of(0),) * size_value(sizes[0] or (), env.sizes)
    if node.type.kind == "matrix":
        rows, columns = sizes
        return lambda env: (
            ((env.num.of(0),) * size_value(columns or (), env.sizes),) * size_value(rows or (), env.sizes)
        )
    return lambda env: env.num.of(0)


def _sum(node: Node) -> Evaluator:
    from mlquiz.grading.computing import linear
    from mlquiz.grading.computing.compiling import compile_number

    if _infinite(node):
        return series.infinite(node)
    body, loop, zero = compile_number(node.args[0]), _loop(node), _zero(node)
    outcome = node.value[1] == "outcome"
    if node.type.kind == "number":
        weighted = _zero_weighted(node.args[0]) if outcome else None
        if weighted is not None:
            body = weighted
        return lambda env: env.num.add(loop(env, body) or [env.num.of(0)])
    return lambda env: linear.add(env.num, terms) if (terms := loop(env, body)) else zero(env)


def _zero_weighted(body: Node) -> Evaluator | None:
    """Return a summand ``p log(...)`` that is 0 where p is 0, as sums over outcomes have it."""
    from mlquiz.grading.computing.compiling import compile_number

    if body.op != "mul":
        return None
    weight, rest = compile_number(body.args[0]), compile_number(body.args[1])

    def run(env: Env) -> Any:
        p = weight(env)
        return p * rest(env) if plain(p) != 0 else p

    return run


def _product(node: Node) -> Evaluator:
    from mlquiz.grading.computing import linear
    from mlquiz.grading.computing.compiling import compile_number

    body, loop = compile_number(node.args[0]), _loop(node)

    def run(env: Env) -> Any:
        if _infinite(node):
            raise TooBigError
        factors = loop(env, body)
        if node.type.kind == "number":
            return prod(factors, start=env.num.of(1))
        result: Any = linear.Scaled(env.num.of(1))
        for factor in factors:
            result = linear.product(env.num, result, factor)
        return result

    return run


def _infinite(node: Node) -> bool:
    return node.value[1] == "range" and any(
        arg.op == "const" and arg.value == "infty" for arg in node.args[2].walk()
    )


def _extremum(node: Node) -> Evaluator:
    from mlquiz.grading.computing.compiling import compile_number

    body, loop = compile_number(node.args[0]), _loop(node)
    best = max if node.op == "maxof" else min

    def run(env: Env) -> Any:
        values = loop(env, body)
        if not values:
            raise UndefinedError
        return best(values)

    return run


def _optimum(node: Node) -> Evaluator:
    from mlquiz.grading.computing.compiling import compile_number
    from mlquiz.grading.computing.env import Best

    body, loop = compile_number(node.args[0]), _loop(node)
    name, sign = node.value[0], 1 if node.op == "argmax" else -1

    def run(env: Env) -> Any:
        scored = loop(env, lambda env: (plain(body(env)) * sign, env.values[name]))
        if not scored:
            raise UndefinedError
        top = max([score for score, _ in scored])
        best = [value for score, value in scored if env.num.sign_of(score - top, abs(top)) == 0]
        return Best(frozenset(best), best)

    return run


# --- integrals ------------------------------------------------------------------------------------


def _integral(node: Node) -> Evaluator:
    from mlquiz.grading.computing.compiling import compile_number
    from mlquiz.grading.computing.quadrature import integrate

    body, low, high = map(compile_number, node.args)
    name = str(node.value)

    def limit(env: Env, run: Evaluator, end: Node) -> Any:
        if any(part.op == "const" and part.value == "infty" for part in end.walk()):
            return float("-inf") if end.op == "neg" else float("inf")
        return plain(run(env))

    def run(env: Env) -> Any:
        a, b = limit(env, low, node.args[1]), limit(env, high, node.args[2])
        saved = env.values.get(name, NOTHING)

        def at(x: Any) -> Any:
            env.spend()
            env.values[name] = x
            return body(env)

        try:
            return integrate(env.num, at, a, b)
        finally:
            env.restore(name, saved)

    return run


COMPILERS: dict[str, Any] = {
    "sum": _sum, "prod": _product, "maxof": _extremum, "minof": _extremum, "argmax": _optimum,
    "argmin": _optimum, "int": _integral,
}  # fmt: skip
