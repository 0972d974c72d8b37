"""What a name means where it stands: a symbol, an entry of one, or something built in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.grading.reading import applying, brackets, laws, operators, powers, quotients, runs, squares
from mlquiz.grading.reading.indices import (
    entries,
    entry,
    glued_entry,
    small_index,
    split_indices,
    subscript_span,
)
from mlquiz.grading.reading.refusals import WORDS
from mlquiz.grading.reading.symbols import apply_function, ranges_of, type_of, unknown
from mlquiz.grading.syntax import shapes
from mlquiz.grading.syntax.kinds import Event, Function, Law, Matrix, Number, Random, Sequence, Subset, Vector
from mlquiz.grading.syntax.spelling import GREEK_NAMES, join_name
from mlquiz.grading.syntax.tree import EVENT, NUMBER, ForbiddenError, FormulaError, Node, Type

if TYPE_CHECKING:
    from mlquiz.grading.reading.parser import Parser

MOST_PRIMES = 4
LONG_ENOUGH = 2
_SHORT = (("eps", "epsilon"), ("lam", "lambda"))
_GREEK = {name.lower() for name in GREEK_NAMES}


def read_name(p: Parser) -> Node:
    """Read what begins with a name."""
    token = p.token
    node = quotients.read_quotient(p) or quotients.read_partial_sign(p)
    if node is not None:
        return node
    p.advance()
    if token.kind == "latex":
        return operators.read_builtin(p, token.text, token.column, latex=True)
    return read_word(p, token.text, token.column)


def read_word(p: Parser, raw: str, column: int) -> Node:
    """Read a name that may carry a subscript behind it, in braces or brackets."""
    name = join_name(raw)
    if _is_starred(p, name) or _has_lowered_star(p, name):
        p.advance()
        return symbol(p, f"{name}star", column)
    node = _label(p, name, column) or _subscripted(p, name, column)
    if node is not None:
        return node
    if p.kind_of(name) is not None:
        return symbol(p, name, column)
    node = _entry_of_family(p, name, column) or _primed(p, name, column)
    if node is not None:
        return node
    if name in p.forbidden:
        raise ForbiddenError(name)
    node = operators.read_operator(p, raw, name, column)
    if node is not None:
        return node
    node = _parameterised(p, name, column) or runs.split_run(p, raw, column)
    if node is not None:
        return node
    same = _other_spelling(p, name)
    if same is not None:
        p.notices.append(f"{raw} was read as {same}.")
        return symbol(p, same, column)
    raise FormulaError(WORDS.get(name) or unknown(p, raw), column)


def _other_spelling(p: Parser, name: str) -> str | None:
    """Return the one declared name that differs in case only (``tp`` for TP), or is short for this one."""
    for pair in _SHORT:
        if name in pair:
            other = pair[1 - pair.index(name)]
            return other if p.kind_of(other) is not None else None
    if len(name.partition("_")[0]) < LONG_ENOUGH or name.lower() in _GREEK:
        return None
    found = [known for known in p.declarations.kinds if known.lower() == name.lower()]
    return found[0] if len(found) == 1 else None


def _is_starred(p: Parser, name: str) -> bool:
    """Tell whether ``mu*`` with nothing to multiply behind it is the declared ``mu_star``."""
    if not p.is_op("*") or p.token.spaced or p.kind_of(name) is not None or p.kind_of(f"{name}star") is None:
        return False
    return p.look().kind == "end" or p.look().text in {")", "]", "}", ",", "+", "-", "/", "|"}


def _has_lowered_star(p: Parser, name: str) -> bool:
    """Step up to the end of the star of ``mu_*`` and ``mu_{*}``, if that is the declared ``mu_star``."""
    if not p.is_op("_") or p.kind_of(f"{name}star") is None:
        return False
    braced = p.look().text == "{"
    star = p.look(1 + braced)
    if star.text != "*" or star.spaced or (braced and p.look(3).text != "}"):
        return False
    p.at += 3 if braced else 1
    return True


# --- declared symbols -----------------------------------------------------------------------------


def symbol(p: Parser, name: str, column: int) -> Node:
    """Read a declared or bound name, with its arguments if it is a function or a distribution."""
    if name in p.forbidden:
        raise ForbiddenError(name)
    kind = p.kind_of(name)
    assert kind is not None
    if isinstance(kind, Random) and not p.randomness and not p.is_bound(name):
        if p.is_op("(") and p.randomness:
            raise p.unexpected()
        raise FormulaError(
            f"{name} is a random variable: write E[{name}], Var({name}) or P({name} <= x).", column
        )
    if isinstance(kind, Function):
        return _application(p, name, kind, column)
    if isinstance(kind, Law):
        if p.is_op("(", "["):
            return laws.law_application(p, name, kind, column)
        bare = laws.bare_in_sum(p, name, kind, column)
        if bare is not None:
            return bare
        return Node("law", value=name, type=Type("law"), column=column)
    return Node("name", value=name, type=type_of(kind), column=column)


def _application(p: Parser, name: str, kind: Function, column: int) -> Node:
    power = None
    if p.is_op("^") and p.look().text != "T":
        derivative = _raised_derivative(p, name, column)
        if derivative is not None:
            return derivative
        _refuse_raised_name(p, name)
        power = applying.function_power(p, name)
        if not p.is_op("(", "["):
            raise FormulaError(f"Write the power behind the brackets: {name}(x)^2.", p.token.column)
    if not p.is_op("(", "["):
        if kind.plain and p.begins_operand(p.token) and p.token.kind in {"name", "number"} and p.token.spaced:
            raise FormulaError(f"Write the argument of {name} in brackets.", column)
        return Node("function", value=name, type=Type("function"), column=column)
    given = len(brackets.top_level(p, p.at + 1, brackets.group_end(p), {"|"})) == 1  # N(x | mu, Sigma)
    closer = brackets.CLOSERS[p.advance().text]
    sets = any(isinstance(wanted, Subset) for wanted in kind.arguments)
    args = brackets.arguments(p, closer, "given" if given else "group", (",", ";", "|"), sets=sets)
    args = [shapes.refuse_pair(arg) for arg in args]
    node = apply_function(name, kind, args, column)
    return node if power is None else shapes.power(node, power, column)


def _raised_derivative(p: Parser, name: str, column: int) -> Node | None:
    """Read ``f^{(2)}(x)`` as the second derivative."""
    p.at += 1
    words = powers.exponent_words(p)
    p.at -= 1
    if words is None or not (words[0].startswith("(") and words[0][1:-1].isdigit()):
        return None
    order = int(words[0][1:-1])
    if not 1 <= order <= MOST_PRIMES:
        raise FormulaError(f"Write the derivative with primes: {name}''(x).", column)
    p.at = words[1]
    primed = name + "'" * order
    return symbol(p, primed, column) if p.kind_of(primed) is not None else _primed(p, primed, column)


def _refuse_raised_name(p: Parser, name: str) -> None:
    """Refuse ``Q^pi(s,a)``, where no power is meant."""
    braced = p.look().text == "{"
    raised = p.look(1 + braced)
    end = brackets.group_end(p, p.at + 1) + 1 if braced else p.at + 2
    inside = {token.text for token in p.tokens[p.at + 1 : end]}
    kind = p.kind_of(join_name(raised.text))
    named = join_name(raised.text).partition("_")[0] == "pi" or isinstance(kind, Law | Function)
    if (
        raised.kind == "name"
        and named
        and p.tokens[end].text in {"(", "["}
        and not inside & {"(", "+", "-", "/"}
    ):
        raise FormulaError(
            f"{name}^{raised.text}(...) is no power: write {name}(...) without the raised {raised.text}.",
            raised.column,
        )


def _label(p: Parser, name: str, column: int) -> Node | None:
    """Read a superscript that is part of a name: ``W_i^Q``, ``h^(k)``, ``theta^*``."""
    if not p.is_op("^"):
        return None
    p.at += 1
    words = powers.exponent_words(p)
    p.at -= 1
    if words is None:
        return None
    text, end = words
    bare = text.strip("()")
    if p.look().text == "(":
        if p.look(3).text != ")" or p.kind_of(name) is not None:  # a power
            return None
        bare, end = p.look(2).text, p.at + 4
        text = f"({bare})"
    for candidate in (
        f"{name}^{bare}",
        f"{name}star" if bare in {"*", "star"} else "",
        f"{name}_{bare}" if text.startswith("(") else "",
    ):
        if candidate and p.kind_of(candidate) is not None:
            p.at = end
            return symbol(p, candidate, column)
    base, _, sub = name.partition("_")
    family = p.declarations.families.get(name)
    if text.startswith("(") and family is not None and isinstance(p.kind_of(family), Sequence):
        node = _entry_of_family(p, f"{name}_{bare}", column)  # x^{(i)}
        p.at = end if node is not None else p.at
        return node
    if sub and bare in {"*", "star"} and p.kind_of(f"{base}star_{sub}") is not None:
        p.at = end
        return symbol(p, f"{base}star_{sub}", column)
    return None


def _subscripted(p: Parser, name: str, column: int) -> Node | None:
    """Read ``v_{t-1}``, ``x[i]``, ``W_{ij}``: one declared name, or an entry."""
    span = subscript_span(p)
    if span is None:
        return None
    start, end, after = span
    text = "".join(t.text for t in p.tokens[start:end]).replace("{", "").replace("}", "")
    bracket = p.is_op("[")
    whole = f"{name}_{text}"
    if "," in text and p.kind_of(join_name(whole.replace(",", ""))) is not None:  # n_{d,k} for n_dk
        whole = whole.replace(",", "")
    primes = (
        p.tokens[after].text if p.tokens[after].kind == "op" and set(p.tokens[after].text) == {"'"} else ""
    )
    for candidate, stop in ((join_name(whole + primes), after + 1), (join_name(whole), after)):
        if (candidate != join_name(whole) or stop == after) and p.kind_of(candidate) is not None:
            p.at = stop
            return symbol(p, candidate, column)
    p.at, mark = after, p.at
    labelled = _label(p, join_name(whole), column)
    if labelled is not None:
        return labelled
    p.at = mark
    if join_name(whole) in p.forbidden:
        raise ForbiddenError(join_name(whole))
    family = p.declarations.families.get(name)
    if family is None and isinstance(p.kind_of(name), Vector | Matrix):
        family = name
    if family is not None and (not bracket or not isinstance(p.kind_of(name), Function)):
        if name in p.forbidden:
            raise ForbiddenError(name)
        kind = p.kind_of(family)
        assert kind is not None
        if bracket and squares.opens_factor(p, type_of(kind).kind):
            return None
        node = Node("name", value=family, type=type_of(kind), column=column)
        return entries(p, node, kind, start, end, after)
    law = p.kind_of(name)
    if isinstance(law, Law) and not bracket:
        p.at = after
        return _labelled_law(p, name, law, text, column)
    return None


def _entry_of_family(p: Parser, name: str, column: int) -> Node | None:
    """Read ``x_i``, ``W_ij``, ``x_1`` whose subscript is part of the token."""
    base, _, sub = name.partition("_")
    family = p.declarations.families.get(base)
    if not sub:
        if family is None:
            return None
        inside = p.look().text
        if p.is_op("(") and not p.token.spaced and p.look(2).text == ")" and p.is_bound(inside):
            message = f"Write {base}_{inside} for an entry: {base}({inside}) reads as a product."
            raise FormulaError(message, column)
        return symbol(p, family, column)
    if family is None:
        return None
    kind = p.kind_of(family)
    if not isinstance(kind, Vector | Matrix | Sequence):
        return None
    if base in p.forbidden:
        raise ForbiddenError(base)
    node = Node("name", value=family, type=type_of(kind), column=column)
    ranges = ranges_of(kind)
    if len(ranges) == 1:
        glued = glued_entry(p, node, kind, sub, column) if len(sub) > 1 and p.kind_of(sub) is None else None
        index = small_index(p, sub, column)
        if glued or index is None or (len(sub) > 1 and not sub.isdigit() and p.kind_of(sub) is None):
            return glued
        return entry(p, node, kind, [index])
    pieces = split_indices(p, sub.replace("_", ""), column)
    return entry(p, node, kind, pieces) if pieces else None


def _primed(p: Parser, name: str, column: int) -> Node | None:
    """Read a prime that is no part of a declared name: transpose, derivative, opposite of an event."""
    opposite = name.removesuffix("'").removesuffix("bar")
    if opposite != name and isinstance(p.kind_of(opposite), Event):
        return Node("not", (symbol(p, opposite, column),), type=EVENT, column=column)
    if "'" not in name:
        return None
    base, count = name.replace("'", ""), name.count("'")
    if count > MOST_PRIMES:
        raise FormulaError(f"A derivative of order {count} is too high to be computed.", column)
    kind = p.kind_of(base)
    if isinstance(kind, Matrix | Vector) and count == 1:
        return shapes.transpose(symbol(p, base, column), column)
    if (isinstance(kind, Function) and kind.plain) or (
        isinstance(kind, Function) and len(kind.arguments) == 1 and type_of(kind.arguments[0]) == NUMBER
    ):
        p.declarations.kinds[name] = Function(kind.arguments, Number(), plain=True)
        return symbol(p, name, column)
    if isinstance(kind, Function):
        raise FormulaError(f"{base} is no function of one number: write grad {base}(x).", column)
    if "_" not in name:
        return None
    node = _entry_of_family(p, base, column)
    return (
        shapes.transpose(node, column)
        if node is not None and node.type.kind in {"matrix", "vector"}
        else None
    )


def _parameterised(p: Parser, name: str, column: int) -> Node | None:
    """Read ``p_theta(x)`` where ``p`` is a declared distribution."""
    base, _, label = name.partition("_")
    kind = p.kind_of(base)
    return _labelled_law(p, base, kind, label, column) if isinstance(kind, Law) and label else None


def _labelled_law(p: Parser, name: str, kind: Law, label: str, column: int) -> Node:
    conditions = laws.label_conditions(p, name, label)
    if conditions is None:
        raise FormulaError(unknown(p, f"{name}_{label}"), column)
    if conditions and p.is_op("(", "["):
        return laws.law_application(p, name, kind, column, conditions)
    return symbol(p, name, column)
