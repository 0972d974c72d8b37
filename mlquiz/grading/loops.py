"""Sums, products, extrema, best points and integrals: how the operators that bind a name are computed."""

from __future__ import annotations

import math
from functools import cache
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

from mlquiz.grading.arithmetic import TooBigError, UndefinedError, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mlquiz.grading.compiling import Env
    from mlquiz.grading.tree import Node

    Evaluator = Callable[[Env], Any]

MAX_TERMS = 20_000
_NOTHING = object()


def _loop(  # noqa: C901 (one case for each way to bind)
    node: Node,
) -> Callable[[Env], Iterator[tuple[Any, Any]]]:
    """Return a generator of (label, bound value) for what a node binds; the value stays bound while it
    is used.
    """
    from mlquiz.grading.compiling import compile_node, compile_number

    name, mode, of, conditioned = node.value
    domain = node.args[1 : len(node.args) - (1 if conditioned else 0)]
    condition = compile_node(node.args[-1]) if conditioned else None
    bounds = [compile_number(arg) if mode == "range" else compile_node(arg) for arg in domain]

    def values(env: Env) -> Iterator[tuple[Any, Any]]:
        if mode == "range":
            low, high = (plain(bound(env)) for bound in bounds)
            yield from _integers(env, low, high)
        elif mode == "outcome":
            yield from enumerate(env.space.outcomes(env, of))
        elif mode == "in":
            yield from ((k, env.num.of(k)) for k in sorted(bounds[0](env)))
        elif mode == "notin":
            members = bounds[0](env)
            size = max(env.sizes.values(), default=0)
            yield from ((k, env.num.of(k)) for k in range(1, size + 1) if k not in members)
        elif mode == "subset":
            members = sorted(bounds[0](env))
            if len(members) > 10:
                raise TooBigError
            yield from ((c, frozenset(c)) for r in range(len(members) + 1) for c in combinations(members, r))
        else:
            yield from enumerate(env.families[name])

    def run(env: Env) -> Iterator[tuple[Any, Any]]:
        saved = env.values.get(name, _NOTHING)
        law = env.space.laws.get(name) if mode == "family" else None
        try:
            for label, value in values(env):
                env.spend()
                env.values[name] = value
                if law is not None:
                    env.space.replace_law(env, name, value)
                if condition is None or condition(env):
                    yield label, value
        finally:
            if saved is _NOTHING:
                env.values.pop(name, None)
            else:
                env.values[name] = saved
            if law is not None:
                env.space.replace_law(env, name, law)

    return run


def _integers(env: Env, low: Any, high: Any) -> Iterator[tuple[int, Any]]:
    first, last = int(low), int(high)
    if low != first or high != last:
        raise UndefinedError
    if last - first >= MAX_TERMS:
        raise TooBigError
    of = env.num.of
    for k in range(first, last + 1):
        yield k, of(k)


def _zero(node: Node) -> Callable[[Env], Any]:
    """Return what an empty sum is."""
    from mlquiz.grading.tree import size_value

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
    from mlquiz.grading import linear
    from mlquiz.grading.compiling import compile_number

    if _infinite(node):
        return _geometric(node)
    body, loop, zero = compile_number(node.args[0]), _loop(node), _zero(node)
    outcome = node.value[1] == "outcome"
    if node.type.kind == "number":
        weighted = _zero_weighted(node.args[0]) if outcome else None
        if weighted is not None:
            return lambda env: env.num.add([weighted(env) for _ in loop(env)] or [env.num.of(0)])
        return lambda env: env.num.add([body(env) for _ in loop(env)] or [env.num.of(0)])
    return lambda env: linear.add(env.num, terms) if (terms := [body(env) for _ in loop(env)]) else zero(env)


def _zero_weighted(body: Node) -> Evaluator | None:
    """Return a summand ``p log(...)`` that is 0 where p is 0, as sums over outcomes have it."""
    from mlquiz.grading.compiling import compile_number

    if body.op != "mul":
        return None
    weight, rest = compile_number(body.args[0]), compile_number(body.args[1])

    def run(env: Env) -> Any:
        p = weight(env)
        return p * rest(env) if plain(p) != 0 else p

    return run


def _product(node: Node) -> Evaluator:
    from mlquiz.grading import linear
    from mlquiz.grading.compiling import compile_number

    if _infinite(node):
        raise TooBigError
    body, loop = compile_number(node.args[0]), _loop(node)

    def run(env: Env) -> Any:
        result: Any = env.num.of(1) if node.type.kind == "number" else linear.Scaled(env.num.of(1))
        for _ in loop(env):
            factor = body(env)
            result = (
                result * factor if node.type.kind == "number" else linear.product(env.num, result, factor)
            )
        return result

    return run


def _infinite(node: Node) -> bool:
    return node.value[1] == "range" and any(
        arg.op == "const" and arg.value == "infty" for arg in node.args[2].walk()
    )


def _geometric(node: Node) -> Evaluator:
    """Return an infinite sum, if its terms keep one ratio."""
    from mlquiz.grading.compiling import compile_number

    name = node.value[0]
    body, start = compile_number(node.args[0]), compile_number(node.args[1])

    def run(env: Env) -> Any:
        first = plain(start(env))
        saved = env.values.get(name, _NOTHING)
        terms = []
        for k in range(4):
            env.values[name] = env.num.of(int(first) + k)
            terms.append(body(env))
        if saved is not _NOTHING:
            env.values[name] = saved
        else:
            del env.values[name]
        if all(t == 0 for t in terms):
            return env.num.of(0)
        ratio = env.num.div(terms[1], terms[0])
        for a, b in pairwise(terms[1:]):
            if env.num.sign_of(b - a * ratio, abs(plain(b))) != 0:
                raise NotGeometricError
        if not abs(ratio) < 1:
            raise UndefinedError
        return env.num.div(terms[0], env.num.add([env.num.of(1), -ratio]))

    return run


class NotGeometricError(ArithmeticError):
    """An infinite sum is not geometric, so it can't be computed here."""


def _extremum(node: Node) -> Evaluator:
    from mlquiz.grading.compiling import compile_number

    body, loop = compile_number(node.args[0]), _loop(node)
    best = max if node.op == "maxof" else min

    def run(env: Env) -> Any:
        values = [body(env) for _ in loop(env)]
        if not values:
            raise UndefinedError
        return best(values)

    return run


def _optimum(node: Node) -> Evaluator:
    from mlquiz.grading.compiling import Best, compile_number

    body, loop = compile_number(node.args[0]), _loop(node)
    sign = 1 if node.op == "argmax" else -1

    def run(env: Env) -> Any:
        scored = [(body(env), label, value) for label, value in loop(env)]
        if not scored:
            raise UndefinedError
        top = max(plain(score) * sign for score, _, _ in scored)
        best = [
            (label, value)
            for score, label, value in scored
            if env.num.sign_of(plain(score) * sign - top, abs(top)) == 0
        ]
        return Best(frozenset(label for label, _ in best), [value for _, value in best])

    return run


# --- integrals ------------------------------------------------------------------------------------


def _integral(node: Node) -> Evaluator:
    from mlquiz.grading.compiling import compile_number

    body, low, high = map(compile_number, node.args)
    name = str(node.value)

    def limit(env: Env, run: Evaluator, end: Node) -> Any:
        if any(part.op == "const" and part.value == "infty" for part in end.walk()):
            return float("-inf") if end.op == "neg" else float("inf")
        return plain(run(env))

    def run(env: Env) -> Any:
        a, b = limit(env, low, node.args[1]), limit(env, high, node.args[2])
        saved = env.values.get(name, _NOTHING)

        def at(x: Any) -> Any:
            env.spend()
            env.values[name] = x
            return body(env)

        try:
            return _quadrature(env, at, a, b)
        finally:
            if saved is _NOTHING:
                env.values.pop(name, None)
            else:
                env.values[name] = saved

    return run


def _quadrature(env: Env, at: Any, a: Any, b: Any) -> Any:
    """Integrate: by a Gauss rule in doubles, which only looks for gross differences, else by mpmath's
    tanh-sinh.
    """
    mp = getattr(env.num, "mp", None)
    if mp is None:
        env.num.shaky = True
        infinite = float("inf") in (abs(a), abs(b))
        return (
            _gauss(lambda t: at(t / (1 - t * t)) * (1 + t * t) / (1 - t * t) ** 2, *map(_squeeze, (a, b)))
            if infinite
            else _gauss(at, a, b)
        )
    value, error = mp.quad(at, [a, b], error=True, maxdegree=7)
    if error > mp.mpf(10) ** int(-0.75 * env.num.digits) * max(1, abs(value)):
        raise UndefinedError
    return value


def _squeeze(x: float) -> float:
    """Bring the real line into (-1, 1): the inverse of ``t / (1 - t^2)``."""
    if abs(x) == float("inf"):
        return 1.0 if x > 0 else -1.0
    return 0.0 if x == 0 else (-1 + (1 + 4 * x * x) ** 0.5) / (2 * x)


@cache
def _gauss_nodes(count: int) -> tuple[tuple[float, float], ...]:
    """Return nodes and weights of the Gauss-Legendre rule, by Newton's method."""
    found = []
    for k in range(1, count + 1):
        x = math.cos(math.pi * (k - 0.25) / (count + 0.5))
        for _ in range(8):
            p0, p1 = 1.0, x
            for n in range(2, count + 1):
                p0, p1 = p1, ((2 * n - 1) * x * p1 - (n - 1) * p0) / n
            slope = count * (x * p1 - p0) / (x * x - 1)
            x -= p1 / slope
        found.append((x, 2 / ((1 - x * x) * slope * slope)))
    return tuple(found)


def _gauss(at: Any, a: float, b: float) -> Any:
    middle, half = (a + b) / 2, (b - a) / 2
    return half * sum(w * at(middle + half * x) for x, w in _gauss_nodes(24))


COMPILERS: dict[str, Any] = {
    "sum": _sum, "prod": _product, "maxof": _extremum, "minof": _extremum, "argmax": _optimum,
    "argmin": _optimum, "int": _integral,
}  # fmt: skip
