"""From a tree to a closure that computes its value for one meaning of the symbols."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlquiz.grading.computing import functions, linear
from mlquiz.grading.computing.arithmetic import UndefinedError, WithDerivative, plain
from mlquiz.grading.computing.arrays import broadcast, equal_arrays, outer
from mlquiz.grading.computing.calls import CALLS
from mlquiz.grading.computing.duals import Dual
from mlquiz.grading.computing.env import Best, Env, cached
from mlquiz.grading.computing.slopes import directions, shaped, slope
from mlquiz.grading.syntax.tree import size_value

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlquiz.grading.syntax.tree import Node

    Evaluator = Callable[["Env"], Any]

MOST_COMPILED = 4_000
_COMPILED: dict[int, tuple[Node, Evaluator]] = {}
"""By the id of a tree, which is kept, so that no other tree gets that id."""


def compile_node(node: Node) -> Evaluator:
    """Return the closure of a tree; the same tree is compiled once, as slips share most of theirs."""
    found = _COMPILED.get(id(node))
    if found is not None:
        return found[1]
    run: Evaluator = _COMPILERS[node.op](node)
    if len(_COMPILED) >= MOST_COMPILED:
        _COMPILED.clear()
    _COMPILED[id(node)] = node, run
    return run


def compile_number(node: Node) -> Evaluator:
    """Return the closure of a tree that must give a number, a best point included."""
    run = compile_node(node)
    if node.type.kind != "optimum":
        return run

    def value(env: Env) -> Any:
        best = run(env)
        if not isinstance(best, Best):
            return best
        if len(best.values) != 1 or not hasattr(best.values[0], "__float__"):
            raise UndefinedError
        return best.values[0]

    return value


def _numbers(node: Node) -> bool:
    return all(arg.type.kind in {"number", "optimum"} for arg in node.args)


def _constant(node: Node) -> Evaluator:
    if node.op == "num":
        value = node.value
        try:
            near = float(value)
        except OverflowError:
            return lambda env: env.num.of(value)
        return lambda env: near if env.num.system == "doubles" else env.num.of(value)
    if node.value == "pi":
        return lambda env: env.num.pi
    if node.value == "e":
        return lambda env: env.num.e

    def infinite(_: Env) -> Any:
        raise UndefinedError

    return infinite


def _name(node: Node) -> Evaluator:
    name = node.value
    return lambda env: env.values[name]


def _entry(node: Node) -> Evaluator:
    base, *indices = map(compile_number, node.args)
    steps = [
        (index, None if low == (("", 1),) else low)
        for index, (low, _) in zip(indices, node.value, strict=True)
    ]

    def run(env: Env) -> Any:
        value = base(env)
        for index, low in steps:
            number = index(env)
            place = int(number)
            if number != place:
                raise UndefinedError
            place -= 1 if low is None else size_value(low, env.sizes)
            if not 0 <= place < len(value):
                raise UndefinedError
            value = value[place]
        return value

    return run


def _add(node: Node) -> Evaluator:
    terms = [compile_number(arg) for arg in node.args]
    if _numbers(node) and len(terms) == 2:
        left, right = terms
        return lambda env: env.num.add([left(env), right(env)])
    if _numbers(node):
        return lambda env: env.num.add([term(env) for term in terms])
    return lambda env: linear.add(env.num, [term(env) for term in terms])


def _neg(node: Node) -> Evaluator:
    (arg,) = map(compile_number, node.args)
    if _numbers(node):
        return lambda env: -arg(env)
    return lambda env: linear.scale(env.num, env.num.of(-1), arg(env))


def _mul(node: Node) -> Evaluator:
    left, right = map(compile_number, node.args)
    if _numbers(node):
        return lambda env: left(env) * right(env)
    if node.args[0].type.kind in {"number", "optimum"}:
        return lambda env: linear.scale(env.num, left(env), right(env))
    return lambda env: linear.scale(env.num, right(env), left(env))


def _div(node: Node) -> Evaluator:
    left, right = map(compile_number, node.args)
    if _numbers(node):
        return lambda env: env.num.div(left(env), right(env))
    return lambda env: linear.scale(env.num, env.num.div(env.num.of(1), right(env)), left(env))


def _pow(node: Node) -> Evaluator:
    left, right = map(compile_number, node.args)
    return lambda env: env.num.power(left(env), right(env))


def _binary_linear(function: Any) -> Any:
    def maker(node: Node) -> Evaluator:
        left, right = map(compile_number, node.args)
        return lambda env: function(env.num, left(env), right(env))

    return maker


def _matrix_power(node: Node) -> Evaluator:
    """Compute a power once: a loop may ask for each of its entries."""
    return cached(node, _binary_linear(linear.power)(node))


def _transpose(node: Node) -> Evaluator:
    (arg,) = map(compile_number, node.args)
    return lambda env: linear.transpose(arg(env))


def _array(node: Node) -> Evaluator:
    items = [compile_number(arg) for arg in node.args]
    return lambda env: tuple(item(env) for item in items)


def _cases(node: Node) -> Evaluator:
    runs = [compile_number(arg) for arg in node.args]

    def run(env: Env) -> Any:
        for place in range(0, len(runs) - 1, 2):
            if runs[place + 1](env):
                return runs[place](env)
        if len(runs) % 2:
            return runs[-1](env)
        raise UndefinedError

    return run


def _indicator(node: Node) -> Evaluator:
    (condition,) = map(compile_node, node.args)
    return lambda env: env.num.of(1 if condition(env) else 0)


_TESTS: dict[str, Callable[[int], bool]] = {
    "<": lambda s: s < 0,
    ">": lambda s: s > 0,
    "<=": lambda s: s <= 0,
    ">=": lambda s: s >= 0,
    "=": lambda s: s == 0,
    "!=": lambda s: s != 0,
}


def _compare(node: Node) -> Evaluator:
    left, right = map(compile_number, node.args)
    sign = node.value
    if any(arg.type.kind in {"vector", "matrix"} for arg in node.args):
        return lambda env: equal_arrays(env, left(env), right(env)) == (sign == "=")
    test = _TESTS[str(sign)]

    def run(env: Env) -> bool:
        a, b = left(env), right(env)
        return test(env.num.sign_of(a - b, abs(plain(a)) + abs(plain(b))))

    return run


def _logic(node: Node) -> Evaluator:
    sides = [compile_node(arg) for arg in node.args]
    if node.op == "and":
        return lambda env: all(side(env) for side in sides)
    if node.op == "or":
        return lambda env: any(side(env) for side in sides)
    return lambda env: not sides[0](env)


# --- functions ------------------------------------------------------------------------------------


def _call(node: Node) -> Evaluator:
    args = [compile_number(arg) for arg in node.args]
    name = str(node.value)
    special = CALLS.get(name)
    if special is not None:
        return lambda env: special(env.num, *(arg(env) for arg in args))
    (arg,) = args
    function = functions.builtin(name)
    if _numbers(node):
        return lambda env: function(env.num, arg(env))
    return lambda env: linear.each(lambda x: function(env.num, x), arg(env))


def _apply(node: Node) -> Evaluator:
    args = [compile_number(arg) for arg in node.args]
    name = node.value

    def run(env: Env) -> Any:
        env.spend()
        return env.values[name](env.num, tuple(linear.expand(env.num, arg(env), 0) for arg in args))

    return run


def _map(node: Node) -> Evaluator:
    (arg,) = map(compile_number, node.args)
    name = node.value
    return lambda env: linear.each(lambda x: env.values[name](env.num, (x,)), arg(env))


# --- derivatives ----------------------------------------------------------------------------------


def _grad(node: Node) -> Evaluator:
    (body,) = map(compile_number, node.args)
    name = str(node.value)

    def run(env: Env) -> Any:
        inner = env.fork(WithDerivative(env.num))
        tag = inner.num.level
        value = env.values[name]

        def slopes() -> Any:
            for moved in directions(env, value, tag):
                inner.values[name] = moved
                inner.cache.clear()
                yield slope(env, body(inner), tag)

        return shaped(value, slopes())

    return run


def _gradat(node: Node) -> Evaluator:
    (point,) = map(compile_number, node.args)
    name = node.value

    def run(env: Env) -> Any:
        wider = WithDerivative(env.num)
        tag = wider.level
        value = point(env)
        parts = (slope(env, env.values[name](wider, (moved,)), tag) for moved in directions(env, value, tag))
        return shaped(value, parts)

    return run


def _partial(node: Node) -> Evaluator:
    body = compile_number(node.args[0])
    variables = node.args[1:]
    places = [[compile_number(index) for index in v.args[1:]] for v in variables]

    def run_from(env: Env, at: int) -> Any:
        if at == len(variables):
            return body(env)
        variable = variables[at]
        name = str(variable.args[0].value if variable.op == "entry" else variable.value)
        inner = env.fork(WithDerivative(env.num))
        tag = inner.num.level
        value = env.values[name]
        if places[at]:
            place = int(plain(places[at][0](env))) - 1
            if not 0 <= place < len(value):
                raise UndefinedError
            inner.values[name] = (*value[:place], Dual(value[place], env.num.of(1), tag), *value[place + 1 :])
        else:
            inner.values[name] = Dual(value, env.num.of(1), tag)
        return slope(env, run_from(inner, at + 1), tag)

    return lambda env: run_from(env, 0)


# --- arrays ---------------------------------------------------------------------------------------


def _norm(node: Node) -> Evaluator:
    (arg,) = map(compile_number, node.args)
    order = str(node.value)
    return lambda env: linear.norm(env.num, arg(env), order)


def _identity(node: Node) -> Evaluator:
    size = node.value
    if size is None:
        return lambda env: linear.Scaled(env.num.of(1))
    return lambda env: linear.expand(env.num, linear.Scaled(env.num.of(1)), size_value(size, env.sizes))


def _ones(node: Node) -> Evaluator:
    (size,) = map(compile_number, node.args)
    return lambda env: (env.num.of(1),) * int(plain(size(env)))


_COMPILERS: dict[str, Any] = {
    "num": _constant, "const": _constant, "name": _name, "entry": _entry, "add": _add, "neg": _neg,
    "mul": _mul, "div": _div, "pow": _pow, "matmul": _binary_linear(linear.product),
    "matpow": _matrix_power, "dot": _binary_linear(linear.dot),
    "outer": _binary_linear(outer),
    "hadamard": _binary_linear(lambda num, a, b: broadcast(num, lambda x, y: x * y, a, b)),
    "ediv": _binary_linear(lambda num, a, b: broadcast(num, num.div, a, b)), "transpose": _transpose,
    "vector": _array, "matrix": _array, "cases": _cases, "indicator": _indicator, "cmp": _compare,
    "and": _logic, "or": _logic, "not": _logic, "call": _call, "apply": _apply, "map": _map, "grad": _grad,
    "gradat": _gradat, "partial": _partial, "norm": _norm, "identity": _identity, "ones": _ones,
}  # fmt: skip

from mlquiz.grading.computing import loops, sets, spaces  # noqa: E402 (they register their operations here)

_COMPILERS.update(loops.COMPILERS)
_COMPILERS.update(sets.COMPILERS)
_COMPILERS.update(spaces.COMPILERS)
