"""Distributions applied to outcomes, and the shorter ways to write them: bare names and dots."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlquiz.grading.reading import bindings, brackets
from mlquiz.grading.reading.events import outcome_variable
from mlquiz.grading.syntax.kinds import Law, Number, Outcome, Vector
from mlquiz.grading.syntax.records import replace
from mlquiz.grading.syntax.spelling import join_name
from mlquiz.grading.syntax.tree import FormulaError, Node

if TYPE_CHECKING:
    from mlquiz.grading.reading.parser import Parser

_DOTS = {".", "·"}
_PARAMETERS = {"theta", "phi", "psi", "omega", "w"}
"""Labels that name the parameters of a distribution, and so no other one."""


def law_application(p: Parser, name: str, kind: Law, column: int, conditions: tuple[str, ...] = ()) -> Node:
    """Read ``p(x, z)``, ``p(x|z)``: a declared distribution at outcomes.

    The variables ``conditions`` are given too, unless they stand in the brackets.
    """
    closer = brackets.CLOSERS[p.advance().text]
    if _is_dot(p):
        offer = _spelt(name, kind)
        raise FormulaError(f"The dot stands for no variable here: write {offer}.", p.token.column)
    p.contexts.append("given")
    p.randomness += 1
    left, right = _outcomes(p), list[Node]()
    while p.accept("|", ";"):
        right += _outcomes(p)
    p.randomness -= 1
    p.contexts.pop()
    p.expect(closer, f" to close {name}(")
    node = apply_law(p, name, kind, left, right, column)
    more = [
        Node("name", value=c, column=column) for c in conditions if c not in node.value[1] + node.value[2]
    ]
    return apply_law(p, name, kind, left, right + more, column) if more else node


def _outcomes(p: Parser) -> list[Node]:
    found: list[Node] = []
    while True:
        node = p.expression(4 - 1)
        if node.op == "and":
            found += list(node.args)
        else:
            found.append(node)
        if not p.accept(","):
            return found


def apply_law(p: Parser, name: str, kind: Law, left: list[Node], right: list[Node], column: int) -> Node:
    """Return a distribution at outcomes; its value is (name, variables, given variables)."""
    slots: list[list[str]] = [[], []]
    values: list[Node] = []
    sides = [(side, node) for side, nodes in enumerate((left, right)) for node in nodes]
    sides = [(side, node) for side, node in sides if not _is_parameter(kind, node)]
    places = _places(p, name, kind, [node for _, node in sides])
    for (side, node), (slot, value) in zip(sides, places, strict=True):
        if slot in slots[0] or slot in slots[1]:
            raise FormulaError(f"{slot} stands twice in {name}(...).", node.column)
        slots[side].append(slot)
        values.append(value)
    missing = [slot for slot in kind.right if slot not in slots[1] and slot not in slots[0]]
    swapped = any(slot in kind.right for slot in slots[0])
    if missing and not swapped and p.kind_of(missing[0]) is not None:
        slots[1] += missing
        values += [Node("name", value=slot, column=column) for slot in missing]
    if not slots[0]:
        raise FormulaError(f"{name}(...) needs an outcome.", column)
    return Node("lawat", tuple(values), value=(name, tuple(slots[0]), tuple(slots[1])), column=column)


def _is_parameter(kind: Law, node: Node) -> bool:
    return node.op == "name" and str(node.value) in kind.parameters


def _places(p: Parser, name: str, kind: Law, nodes: list[Node]) -> list[tuple[str, Node]]:
    """Return the variable that each node is a value of, and the value.

    A letter that a sum binds without a range takes the one variable that is left: ``sum_y p(y) log p(y)``.
    """
    places = [_slot(p, kind, node) for node in nodes]
    odd = [at for at, (slot, _) in enumerate(places) if not slot]
    if not odd:
        return places
    slots = kind.left + kind.right
    unused = [slot for slot in slots if slot not in {slot for slot, _ in places}]
    letter = nodes[odd[0]]
    if len(odd) > 1 or len(unused) != 1 or not _has_open_range(p, letter):
        known = ", ".join(slots)
        raise FormulaError(f"{name} is a distribution of {known}; I can't place this in it.", letter.column)
    scope = next(scope for scope in reversed(p.scopes) if letter.value in scope)
    scope[str(letter.value)] = Outcome(bindings.variable_of(p, unused[0]))
    places[odd[0]] = (unused[0], letter)
    return places


def _slot(p: Parser, kind: Law, node: Node) -> tuple[str, Node]:
    """Return the variable that a node is a value of, or "", and the value."""
    value = node
    slots = kind.left + kind.right
    if node.op == "cmp" and node.value == "=" and node.args[0].op == "name":
        slot, value = str(node.args[0].value), node.args[1]
        if slot in slots:
            return slot, value
    names = [str(node.value)] if node.op == "name" else []
    names.append(outcome_variable(p, node))
    return next((name for name in names if name in slots), ""), value


def _has_open_range(p: Parser, node: Node) -> bool:
    """Tell whether a node is a letter that a sum binds, and that is nothing else."""
    name = str(node.value)
    return node.op == "name" and p.is_bound(name) and p.kind_of(name) == Number("integer")


def _spelt(name: str, kind: Law) -> str:
    given = f"|{', '.join(kind.right)}" if kind.right else ""
    return f"{name}({', '.join(kind.left)}{given})"


# --- labels ---------------------------------------------------------------------------------------


def labelled_law(p: Parser, name: str) -> str | None:
    """Return the distribution that ``q_phi`` is, its parameters named for a label; else None."""
    base, _, label = name.partition("_")
    known = label and isinstance(p.kind_of(base), Law)
    return base if known and label_conditions(p, base, label) == () else None


def label_conditions(p: Parser, name: str, label: str) -> tuple[str, ...] | None:
    """Return what the label of ``p_theta`` adds to the conditions of p; None if p_theta is no p.

    A variable of p is a condition. The variables in its brackets (``p_X(x)``) and letters of parameters add
    nothing; p with two of these is two distributions.
    """
    kind = p.kind_of(name)
    assert isinstance(kind, Law)
    variables = (*kind.left, *kind.right)
    if label in variables:
        return (label,)
    if label in {*kind.parameters, *_PARAMETERS} or _is_continuous(p, label):
        return () if p.labels.setdefault(name, label) == label else None
    parts = [part for part in re.split(r"[,|;]", label) if part]
    own = parts if len(parts) > 1 else list(label)
    end = brackets.group_end(p) if p.is_op("(", "[") else p.at
    inside = {join_name(token.text) for token in p.tokens[p.at : end] if token.kind == "name"}
    return () if {part.lower() for part in own} == inside <= {*variables} else None


def _is_continuous(p: Parser, name: str) -> bool:
    """Tell whether a name is declared so that it may be a parameter: as no index and no count."""
    kind = p.kind_of(name)
    counts = {"index", "natural", "integer"}
    return isinstance(kind, Vector) or (isinstance(kind, Number) and kind.domain not in counts)


# --- bare names -----------------------------------------------------------------------------------


def law_name(p: Parser) -> tuple[str, Law] | None:
    """Return the distribution that comes next, its name with or without a label, and step over that."""
    if p.token.kind != "name":
        return None
    mark = p.at
    name, _ = bindings.bound_name(p, len(p.tokens))
    if p.kind_of(name) is None:
        name = labelled_law(p, name) or name
    kind = p.kind_of(name)
    if isinstance(kind, Law):
        return name, kind
    p.at = mark
    return None


def at_own_variables(p: Parser, name: str, kind: Law, column: int, only: tuple[str, ...] = ()) -> Node:
    """Return a distribution at its own variables, or at some of them: its marginal."""
    lefts = tuple(slot for slot in kind.left if not only or slot in only)
    if not lefts:
        raise FormulaError(f"{name} is no distribution of {', '.join(only)}.", column)
    left, right = ([Node("name", value=slot, column=column) for slot in side] for side in (lefts, kind.right))
    return apply_law(p, name, kind, left, right, column)


def bare_in_sum(p: Parser, name: str, kind: Law, column: int) -> Node | None:
    """Read ``P`` for ``P(x)`` where a sum or an expectation binds its only variable."""
    if p.bare_laws:
        return at_own_variables(p, name, kind, column)
    if len(kind.left) != 1 or not p.is_bound(kind.left[0]):
        return None
    node = at_own_variables(p, name, kind, column)
    p.notices.append(f"{name} was read as {_spelt(name, kind)}.")
    return node


# --- dots -----------------------------------------------------------------------------------------


def fill_dot(p: Parser, kind: Law, variables: tuple[str, ...] = ()) -> None:
    """Write variables for the dot of ``q(· | x)``, whose bracket comes next; by default those left open."""
    if not (p.is_op("(", "[") and p.look().kind == "op" and p.look().text in _DOTS):
        return
    dot, end = p.look(), brackets.group_end(p)
    if p.tokens[p.at + 2].text not in {"|", ";"} and p.at + 2 != end:
        return
    given = {join_name(token.text) for token in p.tokens[p.at + 2 : end] if token.kind == "name"}
    open_slots = variables or tuple(slot for slot in kind.left if slot not in given)
    tokens = []
    for slot in open_slots:
        tokens += [replace(dot, kind="op", text=","), replace(dot, kind="name", text=slot)]
    p.tokens[p.at + 1 : p.at + 2] = tokens[1:]


def _is_dot(p: Parser) -> bool:
    return p.is_op(*_DOTS) and (p.look().text in {"|", ";", ")", "]"})
