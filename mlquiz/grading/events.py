"""Events: what stands inside P(...), and outcomes as events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.grading import binders, brackets
from mlquiz.grading.kinds import Outcome, Random, Sequence
from mlquiz.grading.tree import EVENT, TRUTH, FormulaError, Node

if TYPE_CHECKING:
    from mlquiz.grading.parser import Parser


def probability(p: Parser, column: int) -> Node:
    """Read what stands in the brackets of P."""
    closer = brackets.CLOSERS[p.advance().text]
    p.contexts.append("given")
    event = events(p)
    given = events(p) if p.accept("|") else None
    p.contexts.pop()
    p.expect(closer, " to close P(")
    return Node("prob", (event,) if given is None else (event, given), column=column)


def events(p: Parser) -> Node:
    """Read events; a comma means that all of them happen."""
    node = _event(p)
    while p.accept(",", "&"):
        right = _event(p)
        node = Node("and", (node, right), type=EVENT, column=node.column)
    return node


def _event(p: Parser) -> Node:
    return as_event(p, p.expression(0))


def as_event(p: Parser, node: Node) -> Node:
    """Return an event: an outcome ``c`` stands for its variable having that value."""
    if node.type in (EVENT, TRUTH):
        return node
    variable = outcome_variable(p, node)
    if variable:
        return Node("hit", (node,), value=variable, type=EVENT, column=node.column)
    raise FormulaError(f"P is of an event or a condition, not of {node.type}.", node.column)


def outcome_variable(p: Parser, node: Node) -> str:
    """Return the variable that a node is a value of, or ""."""
    if node.op == "name":
        kind = p.kind_of(str(node.value))
        if isinstance(kind, Outcome | Random):
            return binders.variable_of(p, str(node.value)) if isinstance(kind, Outcome) else str(node.value)
    if node.op == "entry" and node.args[0].op == "name":
        kind = p.kind_of(str(node.args[0].value))
        if isinstance(kind, Sequence) and isinstance(kind.item, Outcome):
            return kind.item.of
    return ""
