"""The tree that a formula is read into: operations, names and numbers, each with its type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlquiz.grading.syntax.records import Record, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Size = tuple[tuple[str, int], ...]
"""A linear expression in size letters, such as ``2N`` or ``n-k+1``: sorted (letter, factor); the
letter "" is 1.
"""


class Type(Record):
    """What a formula stands for.

    ``kind`` is number, vector, matrix, truth, set, event, law or optimum; ``sizes`` are those of an
    array, None where the context decides (the identity).
    """

    __slots__ = ("kind", "row", "sizes")

    def __init__(self, kind: str, sizes: tuple[Size | None, ...] = (), row: bool = False) -> None:
        self.kind, self.sizes, self.row = kind, sizes, row

    def __str__(self) -> str:
        if self.sizes and set(self.sizes) == {None}:
            return f"a {self.kind}"
        if self.kind == "vector":
            return f"a vector of size {size_text(self.sizes[0])}"
        if self.kind == "matrix":
            return f"a {size_text(self.sizes[0])} x {size_text(self.sizes[1])} matrix"
        return {"number": "a number", "truth": "a condition", "optimum": "a best point"}.get(
            self.kind, f"a {self.kind}" if self.kind[0] not in "aeiou" else f"an {self.kind}"
        )


BINDERS = frozenset({"sum", "prod", "maxof", "minof", "argmax", "argmin"})
"""The operations that run a name through a range, a set or a family."""
NUMBER = Type("number")
TRUTH = Type("truth")
SET = Type("set")
EVENT = Type("event")
OPTIMUM = Type("optimum")


class Node:
    """One operation of a formula: ``op`` applied to ``args``; ``value`` is what the operation needs
    besides.
    """

    __slots__ = ("args", "column", "op", "type", "value")

    def __init__(
        self,
        op: str,
        args: tuple[Node, ...] = (),
        value: Any = None,
        type: Type = NUMBER,  # noqa: A002 (what a formula stands for has no other name)
        column: int = 0,
    ) -> None:
        self.op, self.args, self.value, self.type, self.column = op, args, value, type, column

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Node):
            return NotImplemented
        return self.op == other.op and self.value == other.value and self.args == other.args

    def __hash__(self) -> int:
        return hash((self.op, self.args, self.value))

    def __repr__(self) -> str:
        return f"Node({self.op!r}, {self.args!r}, {self.value!r}, {self.type!r}, {self.column})"

    def walk(self) -> Iterator[Node]:
        """Yield this node and all below it."""
        yield self
        for arg in self.args:
            yield from arg.walk()

    def with_args(self, args: tuple[Node, ...]) -> Node:
        """Return the same operation on other arguments."""
        return replace(self, args=args)


class FormulaError(ValueError):
    """A formula that cannot be read.

    Parameters
    ----------
    message
        What was found, and what to type instead.
    column
        Where, counted from 1.
    """

    def __init__(self, message: str, column: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.column = column


class ForbiddenError(Exception):
    """A name was met that the card forbids in an answer."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


COMMUTATIVE = {"add", "dot", "and", "or", "union", "intersection", "hadamard"}


def canonical(node: Node) -> Node:
    """Return the tree with the arguments of commutative operations in one order, nested sums flattened."""
    args = tuple(canonical(arg) for arg in node.args)
    if node.op in {"add", "and", "or"}:
        args = tuple(x for arg in args for x in (arg.args if arg.op == node.op else (arg,)))
    if node.op == "dot":  # u^T v
        args = tuple(arg.args[0] if arg.op == "transpose" else arg for arg in args)
    if node.op == "mul" and args[1].type.kind == "number" != args[0].type.kind:  # A c
        args = args[::-1]
    if node.op == "mul" and all(arg.type.kind == "number" for arg in args):
        args = tuple(x for arg in args for x in (arg.args if arg.op == "mul" else (arg,)))
        args = tuple(sorted(args, key=repr_key))
    elif node.op in COMMUTATIVE or (node.op == "call" and node.value in {"max", "min", "Cov"}):
        args = tuple(sorted(args, key=repr_key))
    elif node.op == "partial" and len(args) == 2 and args[1].op == "name":
        return Node("grad", args[:1], value=args[1].value, type=node.type, column=node.column)
    elif node.op == "lawat":
        return _ordered_law(node, args)
    elif node.op == "cmp" and node.value in {">", ">="}:
        return replace(node, args=args[::-1], value=str(node.value).replace(">", "<"))
    return replace(node, args=args)


def _ordered_law(node: Node, args: tuple[Node, ...]) -> Node:
    """Return a distribution at outcomes, those on each side of the bar in the order of their variables."""
    name, left, right = node.value
    sides = [
        sorted(zip(left, args, strict=False), key=_slot_key),
        sorted(zip(right, args[len(left) :], strict=True), key=_slot_key),
    ]
    value = (name, *(tuple(slot for slot, _ in side) for side in sides))
    return replace(node, value=value, args=tuple(arg for side in sides for _, arg in side))


def _slot_key(pair: tuple[str, Node]) -> str:
    return pair[0]


def repr_key(node: Node) -> str:
    """Return a text that orders trees."""
    return f"{node.op}|{node.value}|({','.join(repr_key(arg) for arg in node.args)})"


def transform(node: Node, change: Callable[[Node], Node]) -> Node:
    """Rebuild a tree from the leaves up, each node passed through ``change``."""
    return change(replace(node, args=tuple(transform(arg, change) for arg in node.args)))


# --- sizes ----------------------------------------------------------------------------------------


def size_constant(value: int) -> Size:
    """Return the size that is a number."""
    return (("", value),) if value else ()


def size_name(name: str) -> Size:
    """Return the size that is a letter."""
    return ((name, 1),)


def size_add(left: Size, right: Size, factor: int = 1) -> Size:
    """Return ``left + factor * right``."""
    total = dict(left)
    for name, count in right:
        total[name] = total.get(name, 0) + factor * count
    return tuple(sorted((name, count) for name, count in total.items() if count))


def size_value(size: Size, sizes: dict[str, int]) -> int:
    """Return the number that a size is, given the numbers of its letters."""
    return sum(count * (sizes[name] if name else 1) for name, count in size)


def size_text(size: Size | None) -> str:
    """Return a size as one would write it."""
    if size is None:
        return "any"
    text = ""
    for name, count in sorted(size, key=lambda pair: pair[0] == ""):
        sign = "-" if count < 0 else "+" if text else ""
        body = str(abs(count)) if not name else (name if abs(count) == 1 else f"{abs(count)}{name}")
        text += sign + body
    return text or "0"


def sizes_differ(left: Size | None, right: Size | None) -> bool:
    """Tell whether two sizes can't be the same; an open size fits any."""
    return left is not None and right is not None and left != right
