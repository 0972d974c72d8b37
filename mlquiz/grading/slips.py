"""The slips that people make, as changes of a tree: each with the words that name it."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

from mlquiz.grading import shapes, signatures
from mlquiz.grading.array_slips import num
from mlquiz.grading.kinds import Function, Law, Matrix, Number, Vector
from mlquiz.grading.local_slips import LOCAL, added
from mlquiz.grading.tree import NUMBER, OPTIMUM, FormulaError, Node

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mlquiz.grading.kinds import Declarations

    Slips = Iterator[tuple[str, Node]]


def slips(reference: Node, declarations: Declarations) -> Slips:
    """Yield (what to say, formula) for slips made in a formula, the plainest first."""
    yield from _of_the_whole(reference)
    yield from _everywhere(reference, _local)
    yield from _of_symbols(reference, declarations)
    for part in reference.walk():
        if (
            part is not reference
            and part.type.kind == reference.type.kind
            and part.op not in {"num", "const"}
        ):
            yield "That is only a part of what is asked for.", part
    yield from _everywhere(reference, added)


def _of_the_whole(r: Node) -> Slips:
    if r.op == "cmp":
        yield "The comparison points the other way.", replace(r, args=r.args[::-1])
        return
    if r.op in {"argmax", "argmin"}:
        value = "maxof" if r.op == "argmax" else "minof"
        yield "That is the best value; the best point is asked for.", replace(r, op=value, type=NUMBER)
    if r.op in {"maxof", "minof"}:
        yield (
            "That is the best point; the best value is asked for.",
            replace(r, op="arg" + r.op[:3], type=OPTIMUM),
        )
    if r.type.kind in {"number", "vector", "matrix"}:
        yield "The sign of the whole is the other way round.", shapes.neg(r)
    if r.type.kind == "matrix":
        yield "It is transposed.", shapes.transpose(r, 0)
    if r.type.kind == "number":
        yield "It is upside down: the reciprocal is asked for.", shapes.div(num(1), r, 0)
        yield "It is one minus what is asked for.", shapes.add([num(1), shapes.neg(r)])
        yield "It is the square of what is asked for.", shapes.power(r, num(2), 0)
        yield "It is the square root of what is asked for.", signatures.call("sqrt", [r], 0)
        yield "It is the logarithm of what is asked for.", signatures.call("log", [r], 0)
        yield "It is the exponential of what is asked for.", signatures.call("exp", [r], 0)
        yield (
            "It is the negative of the reciprocal of what is asked for.",
            shapes.neg(shapes.div(num(1), r, 0)),
        )


def _everywhere(node: Node, change: Callable[[Node], Slips]) -> Slips:
    """Yield a tree with one change made at one place, outer places first."""
    yield from _safely(change(node))
    for place, arg in enumerate(node.args):
        for message, new in _everywhere(arg, change):
            if new.type.kind == arg.type.kind or node.op == "cmp":
                args = (*node.args[:place], new, *node.args[place + 1 :])
                yield message, Node(node.op, args, node.value, node.type, node.column)


def _safely(changes: Slips) -> Slips:
    while True:
        try:
            yield next(changes)
        except StopIteration:
            return
        except (FormulaError, ValueError, TypeError):
            return


def _local(node: Node) -> Slips:
    for maker in LOCAL.get(node.op, ()):
        yield from _safely(maker(node))


def _of_symbols(reference: Node, declarations: Declarations) -> Slips:
    """Yield two symbols of one kind swapped, and one in the place of another."""
    present = list(dict.fromkeys(str(n.value) for n in reference.walk() if n.op in {"name", "apply", "map"}))
    declared = [
        name
        for name, kind in declarations.kinds.items()
        if isinstance(kind, Number | Vector | Matrix | Function) and "/" not in name
    ]
    for a, b in combinations(present, 2):
        if _alike(declarations, a, b):
            yield "Two symbols are swapped.", _renamed(reference, {a: b, b: a})
    for a in present:
        for b in declared:
            if a != b and _alike(declarations, a, b):
                yield "One symbol stands where another belongs.", _renamed(reference, {a: b})
                yield from _one_renamed(reference, a, b)


def _one_renamed(node: Node, a: str, b: str) -> Slips:
    def change(part: Node) -> Slips:
        if part.op in {"name", "apply"} and part.value == a:
            yield "One symbol stands where another belongs.", replace(part, value=b)

    yield from _everywhere(node, change)


def _alike(declarations: Declarations, a: str, b: str) -> bool:
    left, right = declarations.kinds.get(a), declarations.kinds.get(b)
    if isinstance(left, Number) and isinstance(right, Number):
        return True
    if isinstance(left, Law) or left is None or right is None:
        return False
    return type(left) is type(right) and _shape(left) == _shape(right)


def _shape(kind: object) -> object:
    match kind:
        case Vector():
            return kind.size
        case Matrix():
            return kind.rows, kind.columns
        case Function():
            return len(kind.arguments)
    return kind


def _renamed(node: Node, names: dict[str, str]) -> Node:
    value = names.get(str(node.value), node.value) if node.op in {"name", "apply", "map"} else node.value
    args = tuple(_renamed(arg, names) for arg in node.args)
    return Node(node.op, args, value, node.type, node.column)
