"""Expectations under the one measure or under declared distributions; variances and their like."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlquiz.grading.reading import bindings, brackets, infix, laws, loose_ends, symbols
from mlquiz.grading.reading.events import events, refuse_law_outcomes
from mlquiz.grading.reading.priorities import MULTIPLY
from mlquiz.grading.syntax import shapes, signatures
from mlquiz.grading.syntax.kinds import Event, Law, Outcome, Random, Sequence
from mlquiz.grading.syntax.spelling import join_name
from mlquiz.grading.syntax.tree import EVENT, FormulaError, Node

if TYPE_CHECKING:
    from mlquiz.grading.reading.parser import Parser
    from mlquiz.grading.syntax.kinds import Kind

_OPENERS = ("[", "(", "{", "\\{")
_GIVEN = "Behind | stands what is given (write abs(...) for a size): an event or a condition, not"
_RANDOM = {"expect", "moment", "prob", "information"}


class Measure(NamedTuple):
    """What an E is over: a distribution, or the one space where ``law`` is "".

    ``bound`` are the names that it binds, ``slots`` the variables of the distribution that they are
    values of, ``given`` the variables that have the values ``values``.
    """

    law: str
    bound: tuple[str, ...]
    slots: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    values: tuple[Node, ...] = ()


def mentions_random(p: Parser) -> bool:
    """Tell whether the bracket that comes next mentions a declared random variable."""
    if not p.is_op(*_OPENERS):
        return False
    inside = p.tokens[p.at : brackets.group_end(p)]
    return any(t.kind == "name" and isinstance(p.kind_of(join_name(t.text)), Random) for t in inside)


# --- E --------------------------------------------------------------------------------------------


def read_expectation(p: Parser, sub: str, column: int) -> Node:
    """Read ``E[X]``, ``E_q[...]``, ``E^2[X]``, and ``E X`` over the product that follows."""
    power = _power(p)
    measures = _measures(p, sub, column)
    power = power or _power(p)
    p.scopes.append(
        {
            name: Outcome(bindings.variable_of(p, slot))
            for m in measures
            for name, slot in zip(m.bound, m.slots, strict=False)
        }
    )
    bracketed = p.is_op(*_OPENERS)
    body, given = _bracketed(p) if bracketed else (_unbracketed(p, measures, column, power), None)
    p.scopes.pop()
    if body.type.kind not in {"number", "optimum", "vector", "matrix"}:
        raise FormulaError(f"E is of a number, not of {body.type}. Write 1[...] around a condition.", column)
    _refuse_other_variables(p, measures, body, column)
    node = _over(p, measures, body, given, column)
    return node if power is None else shapes.power(node, power, column)


def _power(p: Parser) -> Node | None:
    if not p.is_op("^"):
        return None
    p.advance()
    return brackets.braced(p) if p.is_op("{") else p.operand()


def _measures(p: Parser, sub: str, column: int) -> list[Measure]:
    if sub and p.accept("~"):  # E_z~q(z)[...]
        return [_drawn(p, join_name(sub), column)]
    if sub or (p.is_op("_") and p.look().text != "{"):
        if not sub:
            p.advance()
        name = join_name(sub or p.advance().text)
        if not sub and p.accept("~"):
            return [_drawn(p, name, column)]
        return [_applied(p, name, column) or _measure(p, name, column)]
    return _subscript_measures(p, column) if p.is_op("_") else []


def _applied(p: Parser, name: str, column: int) -> Measure | None:
    """Read ``E_q(z|x)[...]``: the distribution with its variables, then what the expectation is of."""
    kind = p.kind_of(name)
    if not isinstance(kind, Law) or not p.is_op("("):
        return None
    end = brackets.group_end(p)
    variables = {join_name(token.text) for token in p.tokens[p.at + 1 : end] if token.kind == "name"}
    if not variables <= {*kind.left, *kind.right}:
        return None
    after = p.tokens[end + 1]
    if after.kind == "op" and after.text in _OPENERS:
        return _law_measure(p, name, kind, "", column)
    if p.begins_operand(after):
        raise FormulaError(f"Put what the expectation is of in brackets: E_{name}[...].", after.column)
    return None


def _bracketed(p: Parser) -> tuple[Node, Node | None]:
    opening = p.advance().text
    start = p.at
    p.contexts.append("given")
    body = shapes.refuse_pair(p.expression(0))
    given = events(p, _GIVEN) if p.accept("|") else None
    p.contexts.pop()
    p.expect(brackets.CLOSERS[opening], " to close E[")
    loose = opening == "(" and given is None and p.is_op("^") and _is_compound(p, start)
    message = "E(...)^2 has two readings: write E[(...)^2] or (E[...])^2."
    if loose and p.two_readings("expectation", message, p.token.column, firm=False):
        return p.postfix(body), None
    return body, given


def _is_compound(p: Parser, start: int) -> bool:
    """Tell whether what has just been read in brackets is a sum or a product."""
    inside = p.tokens[start : p.at - 1]
    return len(inside) > 1 and bool(
        brackets.top_level(p, start, p.at - 1, {"+", "-", "*", "·", "/"})
        or all(token.kind == "name" for token in inside)
    )


def _unbracketed(p: Parser, measures: list[Measure], column: int, power: Node | None) -> Node:
    if power is not None or not p.begins_operand(p.token):
        raise FormulaError("Write what the expectation is of in brackets: E[X].", p.token.column)
    body = p.prefix(MULTIPLY - 1)
    while p.priority(p.token) == MULTIPLY:
        mark, place = p.at, p.token.column
        product = infix.read_product(p, body)
        message = "How far does the E reach? Write E[...]."
        inner = p.randomness > 1 and _is_random(p, body) and _is_random(p, product.args[-1])
        if inner and p.two_readings("E", message, place):
            p.at = mark
            break
        body = product
    if not measures and not _is_random(p, body):
        raise FormulaError(symbols.unknown(p, "E"), column)
    return shapes.refuse_pair(body)


def _is_random(p: Parser, node: Node) -> bool:
    return any(
        part.op in _RANDOM or (part.op == "name" and isinstance(p.kind_of(str(part.value)), Random))
        for part in node.walk()
    )


def _refuse_other_variables(p: Parser, measures: list[Measure], body: Node, column: int) -> None:
    """Refuse ``E_z[f(x)]``, and an E that is over nothing."""
    if not measures and not has_space(p):
        raise FormulaError("E of what distribution? Write E_q[...] or E_{z~q(z)}[...].", column)
    free = {str(part.value) for part in loose_ends.free_random(p, body)}
    for name in (m.bound[0] for m in measures if not m.law):
        if free and not any(free.intersection(m.bound) for m in measures if not m.law):
            raise FormulaError(f"E_{name} leaves {min(free)} open: {name} doesn't stand in it.", column)


def has_space(p: Parser) -> bool:
    """Tell whether the card has an event or a random variable, so that E and Var are over something."""
    kinds = p.declarations.kinds.values()
    return any(
        isinstance(kind.item if isinstance(kind, Sequence) else kind, Event | Random) for kind in kinds
    )


def _refuse_condition(given: Node, bound: set[str]) -> None:
    """Refuse ``E_q[f(z) | z]``; an outcome that is fixed anyway, as in ``E_q[f(z) | x]``, is no condition."""
    parts = given.args if given.op == "and" else (given,)
    for part in parts:
        if part.op != "hit" or part.args[0].value in bound:
            raise FormulaError("Write the condition into the distribution: E_{z~q(z|x)}[...].", given.column)


def _over(p: Parser, measures: list[Measure], body: Node, given: Node | None, column: int) -> Node:
    """Return the expectation of a body, the innermost measure last."""
    laws_only = [m for m in measures if m.law]
    if len(laws_only) != len(measures) or not measures:
        if given is not None:
            refuse_law_outcomes(p, given, "The measure of E")
        args = (body,) if given is None else (body, given)
        if body.op == "indicator" and body.args[0].type == EVENT:  # E[1[A]] is P(A), and forbidden with it
            return Node("prob", (body.args[0], *args[1:]), column=column)
        body = Node("expect", args, value=("space", (), (), ()), type=body.type, column=column)
    elif given is not None:
        _refuse_condition(given, {name for m in measures for name in m.bound})
    for m in reversed(laws_only):
        value = (m.law, m.slots, m.given, m.bound)
        body = Node("expect", (body, *m.values), value=value, type=body.type, column=column)
    return body


# --- what an expectation is over ------------------------------------------------------------------


def _own(name: str, kind: Law, slots: tuple[str, ...], column: int, bound: tuple[str, ...] = ()) -> Measure:
    """Return a distribution, given its own variables, over some of the others."""
    values = tuple(Node("name", value=slot, column=column) for slot in kind.right)
    return Measure(name, bound or slots, slots, kind.right, values)


def _measure(p: Parser, name: str, column: int) -> Measure:
    """Return what E_name binds: the variables of a distribution, or one random variable."""
    kind = p.kind_of(name)
    if isinstance(kind, Law):
        return _own(name, kind, kind.left, column)
    if isinstance(kind, Random):
        return Measure("", (name,))
    if isinstance(kind, Outcome):
        found = [
            (key, law)
            for key, law in p.declarations.kinds.items()
            if isinstance(law, Law) and name in law.left
        ]
        if len(found) == 1:
            return _own(*found[0], (name,), column)
    labelled = laws.labelled_law(p, name)
    if labelled is not None:
        return _measure(p, labelled, column)
    raise FormulaError(f"E_{name}: {name} is neither a distribution nor a random variable here.", column)


def _subscript_measures(p: Parser, column: int) -> list[Measure]:
    p.at += 2
    found = []
    p.contexts.append("group")
    while not p.is_op("}"):
        mark = p.at
        name, _ = bindings.bound_name(p, len(p.tokens))
        if p.accept("~"):
            found.append(_drawn(p, name, column))
        elif _several_drawn(p):
            found.append(_drawn(p, "", column))
        elif p.is_op("("):
            p.at = mark
            found.append(_drawn(p, "", column))
        else:
            found.append(_measure(p, name, column))
        if not p.accept(","):
            break
    p.contexts.pop()
    p.expect("}")
    return found


def _several_drawn(p: Parser) -> bool:
    """Step over the other variables of ``x, y ~ p(x, y)``, whose first has been read, if that stands here."""
    place = p.at
    while p.tokens[place].text == "," and p.tokens[place + 1].kind == "name":
        place += 2
    if place == p.at or p.tokens[place].text != "~":
        return False
    p.at = place + 1
    return True


def _drawn(p: Parser, variable: str, column: int) -> Measure:
    """Read what stands right of ``x ~``: a distribution, bare or applied."""
    token = p.token
    found = laws.law_name(p)
    if found is None:
        raise FormulaError(f"{token.text} is not a distribution here.", token.column)
    name, kind = found
    if p.is_op("("):
        return _law_measure(p, name, kind, variable, column)
    if not variable:
        return _own(name, kind, kind.left, column)
    if variable in kind.left:
        over_space = isinstance(p.kind_of(variable), Random) and not kind.right
        return Measure("", (variable,)) if over_space else _own(name, kind, (variable,), column)
    if _may_rename(p, variable, kind):
        return _own(name, kind, kind.left, column, (variable,))
    raise FormulaError(f"{name} is a distribution of {', '.join(kind.left)}, not of {variable}.", column)


def _may_rename(p: Parser, variable: str, kind: Law) -> bool:
    """Tell whether a letter may stand for the only variable of a distribution: it is no other variable."""
    return len(kind.left) == 1 and (
        p.kind_of(variable) is None
        or bindings.variable_of(p, variable) == bindings.variable_of(p, kind.left[0])
    )


def _law_measure(p: Parser, name: str, kind: Law, variable: str, column: int) -> Measure:
    """Read the brackets of a distribution that an expectation is over."""
    laws.fill_dot(p, kind, (variable,) if variable else ())
    scope: dict[str, Kind] = {slot: Outcome(bindings.variable_of(p, slot)) for slot in kind.left}
    if variable and _may_rename(p, variable, kind):
        scope[variable] = Outcome(bindings.variable_of(p, kind.left[0]))
    p.scopes.append(scope)
    node = laws.law_application(p, name, kind, column)
    p.scopes.pop()
    _, slots, given = node.value
    bound = tuple(
        str(arg.value) if arg.op == "name" else slot for arg, slot in zip(node.args, slots, strict=False)
    )
    if variable and variable not in bound:
        raise FormulaError(f"This is a distribution of {', '.join(bound)}, not of {variable}.", column)
    return Measure(name, bound, slots, given, node.args[len(slots) :])


# --- variances ------------------------------------------------------------------------------------


def read_moment(p: Parser, kind: str, column: int) -> Node:
    """Read ``Var(X)``, ``Var X``, ``Cov(X, Y)``, ``Corr(X, Y)``, ``Std(X)``."""
    args = _moment_arguments(p, kind)
    name = {"V": "Var", "Std": "Var"}.get(kind, kind)
    wanted = 1 if name == "Var" else 2
    if not has_space(p):
        raise FormulaError(f"{kind} of what? There is no random variable here.", column)
    if len(args) != wanted or not all(shapes.is_number(arg) for arg in args):
        raise FormulaError(f"{name} takes {wanted} random number(s).", column)
    node = Node("moment", tuple(args), value=name, column=column)
    return signatures.call("sqrt", [node], column) if kind == "Std" else node


def _moment_arguments(p: Parser, kind: str) -> list[Node]:
    from mlquiz.grading.reading.applying import function_arguments

    if not p.is_op(*_OPENERS):
        return function_arguments(p, kind, bracketed=False)
    closer = brackets.CLOSERS[p.advance().text]
    args = brackets.arguments(p, closer, "given")
    return [shapes.refuse_pair(arg) for arg in args]
