"""Probability: P, E, Var, Cov, divergences, entropies, and distributions applied to outcomes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlquiz.grading import binders, brackets, shapes
from mlquiz.grading.events import events, outcome_variable, probability
from mlquiz.grading.kinds import Event, Law, Outcome, Random
from mlquiz.grading.spelling import join_name
from mlquiz.grading.tree import ForbiddenError, FormulaError, Node

if TYPE_CHECKING:
    from mlquiz.grading.parser import Parser

OPERATORS = {"P", "Pr", "p", "E", "Var", "Cov", "KL", "D", "H", "I", "Corr"}


def is_operator(p: Parser, base: str, sub: str, name: str) -> bool:
    """Tell whether an undeclared name such as E starts a probability here."""
    if base == "D":
        return sub == "KL" or (not sub and p.is_op("_") and p.look(2).text == "KL")
    if base == "E":
        return p.is_op("[", "(", "_") or bool(sub)
    if base == "I":
        return p.is_op("(", "[") and bool(brackets.top_level(p, p.at + 1, brackets.group_end(p), {";"}))
    del name
    return p.is_op("(", "[") and not sub


def read_operator(p: Parser, base: str, sub: str, column: int) -> Node:
    """Read one of the operators of probability."""
    for name in {base, "D_KL" if base in {"D", "KL"} else base, "KL" if base == "D" else base}:
        if name in p.forbidden:
            raise ForbiddenError(name)
    p.randomness += 1
    try:
        if base in {"P", "Pr", "p"}:
            return probability(p, column)
        if base == "E":
            return _expectation(p, sub, column)
        if base in {"Var", "Cov", "Corr"}:
            return _moment(p, base, column)
        if base in {"KL", "D"}:
            return _divergence(p, base, sub, column)
        return _entropy(p, column) if base == "H" else _information(p, column)
    finally:
        p.randomness -= 1


# --- P of events ----------------------------------------------------------------------------------


# --- distributions --------------------------------------------------------------------------------


def law_application(p: Parser, name: str, kind: Law, column: int) -> Node:
    """Read ``p(x, z)``, ``p(x|z)``: a declared distribution at outcomes."""
    closer = brackets.CLOSERS[p.advance().text]
    p.contexts.append("given")
    p.randomness += 1
    left, right = _outcomes(p), []
    if p.accept("|"):
        right = _outcomes(p)
    if p.accept(";"):
        _outcomes(p)
    p.randomness -= 1
    p.contexts.pop()
    p.expect(closer, f" to close {name}(")
    return apply_law(p, name, kind, left, right, column)


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
    for side, nodes in enumerate((left, right)):
        for node in nodes:
            if node.op == "name" and str(node.value) in kind.parameters:
                continue
            slot, value = _slot(p, name, kind, node)
            if slot in slots[0] or slot in slots[1]:
                raise FormulaError(f"{slot} stands twice == name(...).", node.column)
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


def _slot(p: Parser, name: str, kind: Law, node: Node) -> tuple[str, Node]:
    value = node
    if node.op == "cmp" and node.value == "=" and node.args[0].op == "name":
        slot, value = str(node.args[0].value), node.args[1]
        if slot in kind.left or slot in kind.right:
            return slot, value
    names = [str(node.value)] if node.op == "name" else []
    names.append(outcome_variable(p, node))
    for candidate in names:
        if candidate and (candidate in kind.left or candidate in kind.right):
            return candidate, value
    all_slots = ", ".join(kind.left + kind.right)
    raise FormulaError(f"{name} is a distribution of {all_slots}; I can't place this in it.", node.column)


# --- expectations ---------------------------------------------------------------------------------


def _expectation(p: Parser, sub: str, column: int) -> Node:
    measures: list[tuple[str, tuple[str, ...], tuple[str, ...], tuple[Node, ...]]] = []
    if sub:
        measures = [_measure(p, join_name(sub), column)]
    elif p.is_op("_"):
        measures = _subscript_measures(p, column)
    scope = {
        name: Outcome(binders.variable_of(p, name)) for m in measures for name in m[1] if m[0] != "space"
    }
    p.scopes.append({**scope})
    if not p.is_op("[", "(", "{", "\\{"):
        raise FormulaError("Write what the expectation is of in brackets: E[X].", p.token.column)
    closer = brackets.CLOSERS[p.advance().text]
    p.contexts.append("given")
    body = shapes.refuse_pair(p.expression(0))
    given = events(p) if p.accept("|") else None
    p.contexts.pop()
    p.expect(closer, " to close E[")
    p.scopes.pop()
    if body.type.kind not in {"number", "optimum", "vector", "matrix"}:
        raise FormulaError(f"E is of a number, not of {body.type}. Write 1[...] around a condition.", column)
    laws = [m for m in measures if m[0] != "space"]
    if len(laws) != len(measures) or not measures:
        body = Node(
            "expect",
            (body,) if given is None else (body, given),
            value=("space", (), (), ()),
            type=body.type,
            column=column,
        )
    for name, left, right, values in reversed(laws):
        variables = tuple(binders.variable_of(p, v) for v in left)
        body = Node(
            "expect", (body, *values), value=(name, left, right, variables), type=body.type, column=column
        )
    return body


def _measure(
    p: Parser, name: str, column: int
) -> tuple[str, tuple[str, ...], tuple[str, ...], tuple[Node, ...]]:
    """Return what E_name binds: the variables of a distribution, or one random variable."""
    kind = p.kind_of(name)
    if isinstance(kind, Law):
        given = tuple(Node("name", value=slot, column=column) for slot in kind.right)
        return name, kind.left, kind.right, given
    if isinstance(kind, Random):
        return "space", (name,), (), ()
    if isinstance(kind, Outcome):
        laws = [
            (key, law)
            for key, law in p.declarations.kinds.items()
            if isinstance(law, Law) and name in law.left
        ]
        if len(laws) == 1:
            key, law = laws[0]
            right = law.right
            return key, (name,), right, tuple(Node("name", value=slot, column=column) for slot in right)
    base = name.partition("_")[0]
    if base != name and isinstance(p.kind_of(base), Law):
        return _measure(p, base, column)
    raise FormulaError(f"E_{name}: {name} is neither a distribution nor a random variable here.", column)


def _subscript_measures(
    p: Parser, column: int
) -> list[tuple[str, tuple[str, ...], tuple[str, ...], tuple[Node, ...]]]:
    p.advance()
    if not p.is_op("{"):
        return [_measure(p, join_name(p.advance().text), column)]
    p.advance()
    found = []
    p.contexts.append("group")
    while not p.is_op("}"):
        name, _ = binders._bound_name(p, len(p.tokens))  # noqa: SLF001 (one reader of bound names)
        if p.accept("~"):
            found.append(_drawn(p, name, column))
        elif p.is_op("("):
            p.at -= 1
            found.append(_drawn(p, "", column))
        else:
            found.append(_measure(p, name, column))
        if not p.accept(","):
            break
    p.contexts.pop()
    p.expect("}")
    return found


def _drawn(
    p: Parser, variable: str, column: int
) -> tuple[str, tuple[str, ...], tuple[str, ...], tuple[Node, ...]]:
    """Read what stands right of ``x ~``: a distribution, bare or applied."""
    name, token = binders._bound_name(p, len(p.tokens))  # noqa: SLF001
    kind = p.kind_of(name) if p.kind_of(name) is not None else p.kind_of(name.partition("_")[0])
    if not isinstance(kind, Law):
        raise FormulaError(f"{name} is not a distribution here.", token.column)
    if p.kind_of(name) is None:
        name = name.partition("_")[0]
    if p.is_op("("):
        _fill_dot(p, variable or kind.left[0])
        scope = {slot: Outcome(binders.variable_of(p, slot)) for slot in kind.left}
        p.scopes.append({**scope})
        node = law_application(p, name, kind, column)
        p.scopes.pop()
        _, left, right = node.value
        return name, left, right, node.args[len(left) :]
    if isinstance(p.kind_of(variable), Random):
        return "space", (variable,), (), ()
    left = (variable,) if variable in kind.left else kind.left
    if variable and variable not in kind.left and variable.rstrip("'") not in kind.left:
        raise FormulaError(f"{name} is a distribution of {', '.join(kind.left)}, not of {variable}.", column)
    return name, left, kind.right, tuple(Node("name", value=slot, column=column) for slot in kind.right)


def _fill_dot(p: Parser, variable: str) -> None:
    """Read the dot of ``q(· | x)`` as the variable that is drawn."""
    dot = p.look()
    if dot.kind == "op" and dot.text == "·":
        p.tokens[p.at + 1] = replace(dot, kind="name", text=variable)


def _moment(p: Parser, base: str, column: int) -> Node:
    closer = brackets.CLOSERS[p.advance().text]
    args = [shapes.refuse_pair(a) for a in brackets.arguments(p, closer, "given")]
    wanted = 1 if base == "Var" else 2
    if len(args) != wanted or not all(shapes.is_number(arg) for arg in args):
        raise FormulaError(f"{base} takes {wanted} random number(s).", column)
    return Node("moment", tuple(args), value=base, column=column)


# --- divergence and entropy -----------------------------------------------------------------------


def _divergence(p: Parser, base: str, sub: str, column: int) -> Node:
    if base == "D" and not sub:
        p.at += 4 if p.look().text == "{" else 2
    if not p.is_op("(", "["):
        raise FormulaError("Write KL(p||q).", column)
    closer = brackets.CLOSERS[p.advance().text]
    p.contexts.append("kl")
    left = _distribution(p)
    if not (p.accept("‖", ",") or (p.accept("|") and p.accept("|"))):
        raise FormulaError("Write KL(p||q).", p.token.column)
    right = _distribution(p, left[1])
    p.contexts.pop()
    p.expect(closer, " to close KL(")
    names = left[1]
    return Node(
        "kl",
        (left[0], right[0]),
        value=(names, tuple(binders.variable_of(p, n) for n in names)),
        column=column,
    )


def _distribution(p: Parser, variables: tuple[str, ...] = ()) -> tuple[Node, tuple[str, ...]]:
    """Read ``q``, ``q(z)``, ``p(z|x)``, ``p(x) p(y)``; return its value at the variables and those."""
    node = _bare_law(p) or p.expression(19)
    free: list[str] = []
    for part in node.walk():
        if part.op == "lawat":
            for value in part.args[: len(part.value[1])]:
                if value.op == "name" and str(value.value) not in free:
                    free.append(str(value.value))
    if not free and not variables:
        raise FormulaError("KL and H are of distributions, such as q(z) or p(z|x).", node.column)
    return node, tuple(free)


def _bare_law(p: Parser) -> Node | None:
    token = p.token
    if token.kind != "name":
        return None
    mark = p.at
    name, _ = binders._bound_name(p, len(p.tokens))  # noqa: SLF001
    kind = p.kind_of(name)
    if kind is None and isinstance(p.kind_of(name.partition("_")[0]), Law):
        name = name.partition("_")[0]
        kind = p.kind_of(name)
    if not isinstance(kind, Law) or p.is_op("(", "["):
        p.at = mark
        return None
    left = [Node("name", value=slot, column=token.column) for slot in kind.left]
    right = [Node("name", value=slot, column=token.column) for slot in kind.right]
    return apply_law(p, name, kind, left, right, token.column)


def _entropy(p: Parser, column: int) -> Node:
    closer = brackets.CLOSERS[p.advance().text]
    if _is_random(p):
        left = _random_names(p)
        right = _random_names(p) if p.accept("|") else ()
        p.expect(closer, " to close H(")
        return Node("information", value=("H", left, right), column=column)
    p.contexts.append("given")
    node, names = _distribution(p)
    other = _distribution(p, names)[0] if p.accept(",") else node
    p.contexts.pop()
    p.expect(closer, " to close H(")
    return Node(
        "entropy",
        (node, other),
        value=(names, tuple(binders.variable_of(p, n) for n in names)),
        column=column,
    )


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


def _information(p: Parser, column: int) -> Node:
    closer = brackets.CLOSERS[p.advance().text]
    left = _random_names(p)
    p.expect(";")
    right = _random_names(p)
    p.expect(closer, " to close I(")
    return Node("information", value=("I", left, right), column=column)
