"""Sets of whole numbers: how they are computed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlquiz.grading.computing.arithmetic import plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlquiz.grading.computing.env import Env
    from mlquiz.grading.syntax.tree import Node

    Evaluator = Callable[[Env], Any]


def _set(node: Node) -> Evaluator:
    from mlquiz.grading.computing.compiling import compile_number

    items = [compile_number(arg) for arg in node.args]
    return lambda env: frozenset(float(plain(item(env))) for item in items)


def _set_operation(node: Node) -> Evaluator:
    from mlquiz.grading.computing.compiling import compile_node

    left, right = map(compile_node, node.args)
    if node.op == "union":
        return lambda env: left(env) | right(env)
    if node.op == "intersection":
        return lambda env: left(env) & right(env)
    return lambda env: left(env) - right(env)


def _member(node: Node) -> Evaluator:
    from mlquiz.grading.computing.compiling import compile_node, compile_number

    item, members = compile_number(node.args[0]), compile_node(node.args[1])
    return lambda env: float(plain(item(env))) in members(env)


def _count(node: Node) -> Evaluator:
    from mlquiz.grading.computing.compiling import compile_node

    (members,) = map(compile_node, node.args)
    return lambda env: env.num.of(len(members(env)))


COMPILERS: dict[str, Any] = {
    "set": _set, "union": _set_operation, "intersection": _set_operation, "difference": _set_operation,
    "in": _member, "count": _count,
}  # fmt: skip
