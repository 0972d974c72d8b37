"""Events: what stands inside P(...), and outcomes as events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.grading.reading import bindings, brackets
from mlquiz.grading.syntax import shapes
from mlquiz.grading.syntax.kinds import Law, Outcome, Random, Sequence
from mlquiz.grading.syntax.tree import EVENT, TRUTH, FormulaError, Node

if TYPE_CHECKING:
    from mlquiz.grading.reading.parser import Parser


def probability(p: Parser, column: int) -> Node:
    """Read what stands in the brackets of P."""
    closer = brackets.CLOSERS[p.advance().text]
    p.contexts.append("given")
    event = events(p)
    given = events(p) if p.accept("|") else None
    p.contexts.pop()
    p.expect(closer, " to close P(")
    node = Node("prob", (event,) if given is None else (event, given), column=column)
    refuse_law_outcomes(p, node, "P")
    return node


def refuse_law_outcomes(p: Parser, node: Node, name: str) -> None:
    """Refuse outcomes of variables that have declared distributions only: no other measure is of them."""
    laws = {key: kind for key, kind in p.declarations.kinds.items() if isinstance(kind, Law)}
    owners = {
        bindings.variable_of(p, slot): key for key, law in laws.items() for slot in law.left + law.right
    }
    for part in node.walk():
        if part.op == "hit" and part.value in owners:
            law = owners[str(part.value)]
            raise FormulaError(
                f"{name} isn't of {part.value}: write {law}, the distribution that is given.", part.column
            )


def events(p: Parser, what: str = "P is of an event or a condition, not of") -> Node:
    """Read events; a comma means that all of them happen. ``what`` is said of what is none."""
    node = as_event(p, p.expression(0), what)
    while p.accept(",", "&"):
        right = as_event(p, p.expression(0), what)
        node = Node("and", (node, right), type=EVENT, column=node.column)
    return node


def as_event(p: Parser, node: Node, what: str) -> Node:
    """Return an event: an outcome ``c`` stands for its variable having that value."""
    if node.type in (EVENT, TRUTH):
        return node
    if node.op == "name" and isinstance(p.kind_of(str(node.value)), Random):
        name = node.value
        raise FormulaError(f"{name} is a random variable, no event: write {name} = x.", node.column)
    variable = outcome_variable(p, node)
    if variable and isinstance(p.kind_of(variable), Random):
        return equals(variable, node)
    if variable:
        return Node("hit", (node,), value=variable, type=EVENT, column=node.column)
    raise FormulaError(f"{what} {node.type}.", node.column)


def equals(variable: str, value: Node) -> Node:
    """Return the event that a random variable has a value."""
    left = Node("name", value=variable, column=value.column)
    return shapes.compare("=", left, value, value.column)


def named_point(p: Parser, variable: str, column: int) -> Node:
    """Read ``P_X(x)``: the probability that X is x."""
    opening = p.advance().text
    value = shapes.refuse_pair(p.expression(0))
    p.expect(brackets.CLOSERS[opening], f" to close P_{variable}(")
    return Node("prob", (equals(variable, value),), column=column)


def outcome_variable(p: Parser, node: Node) -> str:
    """Return the variable that a node is a value of, or ""."""
    if node.op == "name":
        kind = p.kind_of(str(node.value))
        if isinstance(kind, Outcome | Random):
            return bindings.variable_of(p, str(node.value)) if isinstance(kind, Outcome) else str(node.value)
    if node.op == "entry" and node.args[0].op == "name":
        kind = p.kind_of(str(node.args[0].value))
        if isinstance(kind, Sequence) and isinstance(kind.item, Outcome):
            return kind.item.of
    return ""
