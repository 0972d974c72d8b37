"""Where formulas jump, bend, or have few values: more draws are needed to tell them apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.grading.syntax.kinds import Number, Outcome, Sequence, Subset
from mlquiz.grading.syntax.tree import Node

if TYPE_CHECKING:
    from mlquiz.grading.meanings.conditions import Conditions
    from mlquiz.grading.syntax.kinds import Declarations

_TURNED = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
COARSE = {"argmax", "argmin", "sign"}
JUMPS = {"sign", "floor", "ceil"}
BENDS = {
    "abs", "sqrt", "root", "max", "min", "max_entry", "min_entry", "clip", "relu", "maxof", "minof",
    "argmax", "argmin", "1", "inf", "0", "set", "in", "count", "union", "intersection", "difference",
    "indicator", "cases",
}  # fmt: skip


def is_coarse(part: Node) -> bool:
    """Tell whether a part of a formula has so few values that two may agree by chance."""
    return part.op in COARSE or (part.op == "call" and part.value in COARSE)


def jumps(part: Node, declarations: Declarations, conditions: Conditions) -> bool:
    """Tell whether a part of a formula jumps: a comparison, unless of indices and sizes only."""
    if part.op == "cmp":
        names = {str(n.value) for n in part.walk() if n.op in {"name", "apply", "function"}}
        return any(not _counts(name, declarations) or name in conditions.members for name in names)
    return part.op == "call" and part.value in JUMPS


def _counts(name: str, declarations: Declarations) -> bool:
    kind = declarations.kinds.get(name)
    return kind is None or name in declarations.sizes or (isinstance(kind, Number) and kind.domain == "index")


def with_strictness_turned(node: Node) -> Node:
    """Return a formula with < in the place of <= throughout, and the other way round."""
    args = tuple(with_strictness_turned(arg) for arg in node.args)
    value = _TURNED.get(node.value, node.value) if node.op == "cmp" else node.value
    return Node(node.op, args, value, node.type, node.column)


def is_smooth(part: Node, declarations: Declarations, conditions: Conditions) -> bool:
    """Tell whether a part of a formula has neither bends nor values that are only met by chance."""
    if part.op in {"name", "function", "apply"}:
        kind = declarations.kinds.get(str(part.value))
        item = kind.item if isinstance(kind, Sequence) else kind
        if str(part.value) in conditions.members:
            return False
        if isinstance(item, Number):
            return item.domain not in {"index", "integer"}
        return not isinstance(item, Outcome | Subset)
    if part.op == "pow":
        return part.args[1].op != "num" or part.args[1].value.denominator == 1
    return part.op not in BENDS and not (part.op in {"call", "norm"} and part.value in BENDS)
