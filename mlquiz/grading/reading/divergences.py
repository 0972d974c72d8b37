"""Divergence, entropy and information: KL, H and I."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.grading.reading import bindings, brackets, laws, simplexes
from mlquiz.grading.syntax import shapes
from mlquiz.grading.syntax.kinds import Event, Random
from mlquiz.grading.syntax.records import replace
from mlquiz.grading.syntax.spelling import join_name
from mlquiz.grading.syntax.tree import FormulaError, Node

if TYPE_CHECKING:
    from mlquiz.grading.reading.parser import Parser
    from mlquiz.grading.syntax.kinds import Law


def holds_two(p: Parser) -> bool:
    """Tell whether the bracket that comes next holds two things with a double bar between them."""
    return bool(brackets.top_level(p, p.at + 1, brackets.group_end(p), {"‖"}))


def read_divergence(p: Parser, base: str, sub: str, column: int) -> Node:
    """Read ``KL(q||p)``; a bare distribution stands at the variables of the other one."""
    if base == "D" and not sub and p.is_op("_"):
        p.at += 4 if p.look().text == "{" else 2
    if not p.is_op("(", "[", "{", "\\{"):
        raise FormulaError("Write KL(p||q).", column)
    closer = brackets.CLOSERS[p.advance().text]
    p.contexts.append("kl")
    if simplexes.begins(p):
        left = simplexes.advance(p)
        _step_between(p)
        node = p.named = simplexes.divergence(left, simplexes.mixture(p), p, column)
    else:
        node = _between("kl", p, *_two_sides(p), column)
    p.contexts.pop()
    p.expect(closer, " to close KL(")
    return node


def _two_sides(p: Parser) -> tuple[Node, Node, tuple[str, ...]]:
    first = _law_ahead(p)
    left, names = distribution(p)
    _step_between(p)
    right, others = distribution(p, names)
    if first is not None and others and set(others) < set(names):  # KL(p||q(z)) with a joint p
        left, names = laws.at_own_variables(p, *first, left.column, others), others
    return left, right, names


def _step_between(p: Parser) -> None:
    if p.accept("|"):
        p.accept("|")
    elif not p.accept("‖", ",", ":", ";"):
        raise FormulaError("Write KL(p||q).", p.token.column)


def _law_ahead(p: Parser) -> tuple[str, Law] | None:
    """Return the bare distribution that comes next, without stepping over it."""
    mark = p.at
    found = laws.law_name(p)
    bare = found is not None and not p.is_op("(", "[")
    p.at = mark
    return found if bare else None


def distribution(p: Parser, variables: tuple[str, ...] = ()) -> tuple[Node, tuple[str, ...]]:
    """Read ``q``, ``q(z)``, ``p(·|x)``, ``p(x) p(y)``; return its value at the variables, and those.

    A bare name and a dot stand at ``variables`` where those are given.
    """
    mark = p.at
    found = laws.law_name(p)
    node = None
    if found is not None and p.is_op("(", "["):
        laws.fill_dot(p, found[1], variables)
    elif found is not None and not p.begins_operand(p.token):
        only = tuple(v for v in variables if v in found[1].left)
        if variables and not only:
            raise FormulaError(f"{found[0]} is no distribution of {', '.join(variables)}.", p.token.column)
        node = laws.at_own_variables(p, *found, p.tokens[mark].column, only)
    if node is None:
        p.at = mark
        node = p.expression(19)
    if not shapes.is_number(node):
        raise FormulaError(f"KL and H are of distributions, not of {node.type}.", node.column)
    free: list[str] = []
    for part in node.walk():
        if part.op == "lawat":
            for value in part.args[: len(part.value[1])]:
                if value.op == "name" and str(value.value) not in free:
                    free.append(str(value.value))
    if not free and not variables:
        raise FormulaError("KL and H are of distributions, such as q(z) or p(z|x).", node.column)
    return node, tuple(free)


def _between(op: str, p: Parser, left: Node, right: Node, names: tuple[str, ...], column: int) -> Node:
    roots = tuple(bindings.variable_of(p, name) for name in names)
    return Node(op, (left, right), value=(names, roots), column=column)


def read_entropy(p: Parser, column: int) -> Node:
    """Read ``H(X|Y)`` of random variables, ``H(p)`` and the cross-entropy ``H(p, q)`` of distributions."""
    closer = brackets.CLOSERS[p.advance().text]
    if _is_random(p):
        left = _random_names(p)
        right = _random_names(p) if p.accept("|") else ()
        p.expect(closer, " to close H(")
        return Node("information", value=("H", left, right), column=column)
    if simplexes.begins(p):
        first = simplexes.advance(p)
        second = simplexes.advance(p) if p.accept(",") else first
        p.expect(closer, " to close H(")
        p.named = simplexes.entropy(first, second, p, column)
        return p.named
    p.contexts.append("given")
    end = brackets.group_end(p, p.at - 1)
    two = brackets.top_level(p, p.at, end, {","})
    if two:
        p.tokens[two[0]] = replace(p.tokens[two[0]], text=";")
        left_node, right_node, names = _two_sides(p)
    else:
        left_node, names = distribution(p)
        right_node = left_node
    p.contexts.pop()
    p.expect(closer, " to close H(")
    return _between("entropy", p, left_node, right_node, names, column)


def _is_random(p: Parser) -> bool:
    return p.token.kind == "name" and isinstance(p.kind_of(join_name(p.token.text)), Random | Event)


def _random_names(p: Parser) -> tuple[str, ...]:
    found = []
    while True:
        token = p.advance()
        name = join_name(token.text)
        if not isinstance(p.kind_of(name), Random):
            raise FormulaError(f"{token.text!r} is no random variable.", token.column)
        found.append(name)
        if not p.accept(","):
            return tuple(found)


def read_information(p: Parser, column: int) -> Node:
    """Read ``I(X; Y)``."""
    closer = brackets.CLOSERS[p.advance().text]
    left = _random_names(p)
    p.expect(";")
    right = _random_names(p)
    p.expect(closer, " to close I(")
    return Node("information", value=("I", left, right), column=column)
