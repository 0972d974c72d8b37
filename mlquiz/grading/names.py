"""What a name means where it stands: a symbol, an entry of one, an operator, a function, or letters
run together.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlquiz.grading import binders, brackets, chance, derivatives, powers, shapes
from mlquiz.grading.applying import APPLIED_ONLY, FUNCTIONS, function_arguments, function_power, make_call
from mlquiz.grading.indices import entries, entry, small_index, subscript_span, two_indices
from mlquiz.grading.kinds import (
    Event,
    Function,
    Law,
    Matrix,
    Number,
    Random,
    Sequence,
    Vector,
)
from mlquiz.grading.spelling import join_name
from mlquiz.grading.symbols import apply_function, ranges_of, type_of, unknown
from mlquiz.grading.tree import (
    EVENT,
    NUMBER,
    SET,
    ForbiddenError,
    FormulaError,
    Node,
    Type,
)

if TYPE_CHECKING:
    from mlquiz.grading.parser import Parser

CONSTANTS = {"e", "pi", "infty", "inf", "infinity"}


def read_name(p: Parser) -> Node:
    """Read what begins with a name."""
    token = p.token
    node = derivatives.read_quotient(p)
    if node is not None:
        return node
    p.advance()
    if token.kind == "latex":
        return _builtin(p, token.text, token.column, latex=True)
    return read_word(p, token.text, token.column)


def read_word(p: Parser, raw: str, column: int) -> Node:
    """Read a name that may carry a subscript behind it, in braces or brackets."""
    name = join_name(raw)
    if _is_starred(p, name):
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
    node = _operator(p, raw, name, column)
    if node is not None:
        return node
    node = _parameterised(p, name, column) or _split_run(p, raw, column)
    if node is not None:
        return node
    raise FormulaError(unknown(p, raw), column)


def _is_starred(p: Parser, name: str) -> bool:
    """Tell whether ``mu*`` with nothing to multiply behind it is the declared ``mu_star``."""
    if not p.is_op("*") or p.token.spaced or p.kind_of(name) is not None or p.kind_of(f"{name}star") is None:
        return False
    return p.look().kind == "end" or p.look().text in {")", "]", "}", ",", "+", "-", "/", "|"}


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
            return chance.law_application(p, name, kind, column)
        return Node("law", value=name, type=Type("law"), column=column)
    return Node("name", value=name, type=type_of(kind), column=column)


def _application(p: Parser, name: str, kind: Function, column: int) -> Node:
    if p.is_op("^") and p.look() is not None and p.look().text != "T":
        raise FormulaError(f"Write the power behind the brackets: {name}(x)^2.", p.token.column)
    if not p.is_op("(", "["):
        if kind.plain and p.begins_operand(p.token) and p.token.kind in {"name", "number"} and p.token.spaced:
            raise FormulaError(f"Write the argument of {name} in brackets.", column)
        return Node("function", value=name, type=Type("function"), column=column)
    closer = brackets.CLOSERS[p.advance().text]
    args = [shapes.refuse_pair(arg) for arg in brackets.arguments(p, closer)]
    return apply_function(name, kind, args, column)


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
    if p.look().text == "(" and p.look(3).text == ")":
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
        node = Node("name", value=family, type=type_of(kind), column=column)
        return entries(p, node, kind, start, end, after)
    if isinstance(p.kind_of(name), Law) and not bracket:
        p.at = after
        return symbol(p, name, column)
    return None


def _entry_of_family(p: Parser, name: str, column: int) -> Node | None:
    """Read ``x_i``, ``W_ij``, ``x_1`` whose subscript is part of the token."""
    base, _, sub = name.partition("_")
    family = p.declarations.families.get(base)
    if not sub:
        if family is None:
            return None
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
        index = small_index(p, sub, column)
        if index is None or (len(sub) > 1 and not sub.isdigit() and p.kind_of(sub) is None):
            return None
        return entry(p, node, kind, [index])
    pieces = two_indices(p, sub.replace("_", ""), column)
    return entry(p, node, kind, pieces) if pieces else None


def _primed(p: Parser, name: str, column: int) -> Node | None:
    """Read a prime that is no part of a declared name: transpose, derivative, opposite of an event."""
    opposite = name.removesuffix("'").removesuffix("bar")
    if opposite != name and isinstance(p.kind_of(opposite), Event):
        return Node("not", (symbol(p, opposite, column),), type=EVENT, column=column)
    if "'" not in name:
        return None
    base, count = name.replace("'", ""), name.count("'")
    kind = p.kind_of(base)
    if isinstance(kind, Matrix | Vector) and count == 1:
        return shapes.transpose(symbol(p, base, column), column)
    if (isinstance(kind, Function) and kind.plain) or (
        isinstance(kind, Function) and len(kind.arguments) == 1 and type_of(kind.arguments[0]) == NUMBER
    ):
        p.declarations.kinds[name] = Function(kind.arguments, Number(), plain=True)
        return symbol(p, name, column)
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
    base, _, sub = name.partition("_")
    kind = p.kind_of(base)
    if isinstance(kind, Law) and sub and (sub in kind.parameters or p.kind_of(sub) is not None):
        return symbol(p, base, column)
    return None


# --- built-in names -------------------------------------------------------------------------------


def _operator(p: Parser, raw: str, name: str, column: int) -> Node | None:
    base, _, sub = raw.partition("_")
    if base in binders.OPERATORS and binders.is_binder(p, base, sub):
        return binders.read_binder(p, base, sub, column)
    if base in chance.OPERATORS and chance.is_operator(p, base, sub, name):
        return chance.read_operator(p, base, sub, column)
    if base in {"grad", "nabla"}:
        return derivatives.read_gradient(p, sub, column)
    if name in FUNCTIONS or base == "log":
        return _builtin(p, raw, column)
    if name in CONSTANTS:
        return Node("const", value={"inf": "infty", "infinity": "infty"}.get(name, name), column=column)
    if name == "I":
        if p.is_op("(", "[") and brackets.is_indicator(p) and not p.token.spaced:
            return brackets.read_indicator(p, column)
        return Node("identity", type=shapes.matrix_type(None, None), column=column)
    if name == "emptyset":
        return Node("set", (), type=SET, column=column)
    return None


def _builtin(p: Parser, raw: str, column: int, *, latex: bool = False) -> Node:
    """Read a built-in function and its argument."""
    base, _, sub = raw.partition("_")
    if latex and (base in binders.OPERATORS or base in chance.OPERATORS or raw == "argmin"):
        return read_word(p, raw, column)
    if base in p.forbidden:
        raise ForbiddenError(base)
    name = FUNCTIONS.get(join_name(raw)) or FUNCTIONS.get(raw) or ("log" if base == "log" else None)
    if name is None or (latex and p.kind_of(raw) is not None):
        if latex and p.kind_of(raw) is not None:
            return symbol(p, raw, column)
        raise FormulaError(f"I don't know the command \\{raw}.", column)
    if name in p.forbidden:
        raise ForbiddenError(name)
    log_base = _log_base(p, sub, column) if name == "log" and join_name(raw) not in FUNCTIONS else None
    if name == "log" and p.is_op("_"):
        log_base = _log_base(p, "", column)
    power = function_power(p, name)
    bracketed = p.is_op("(", "[") or (p.is_op("{", "\\{") and name in {"sqrt", "max", "min"})
    if raw in APPLIED_ONLY and not bracketed:
        if raw == "Gamma" or raw in {"sigma", "C", "Phi"}:
            raise FormulaError(unknown(p, raw), column)
        raise FormulaError(f"Write the argument of {raw} in brackets.", column)
    args = function_arguments(p, name, bracketed=bracketed)
    node = make_call(p, name, args, log_base, column)
    return shapes.power(node, power, column) if power is not None else node


def _log_base(p: Parser, sub: str, column: int) -> Node:
    from fractions import Fraction

    if sub:
        return shapes.number(Fraction(sub), column) if sub.isdigit() else read_word(p, sub, column)
    p.expect("_")
    return brackets.braced(p) if p.is_op("{") else p.operand()


# --- letters run together -------------------------------------------------------------------------

_PIECE = re.compile(r"([A-Za-z]+'*)(?:_([A-Za-z0-9]))?")


def _split_run(p: Parser, raw: str, column: int) -> Node | None:
    """Read ``xy`` as ``x y`` where the letters split one way into known names."""
    splits = _splits(p, raw, 0)
    if not splits:
        return None
    if len(splits) > 1:
        raise FormulaError(
            f"{raw!r} splits in more than one way; write the products with spaces or *.", column
        )
    pieces = splits[0]
    if len(pieces) < 2:
        return None
    start = p.tokens[p.at - 1]
    place = p.at - 1
    node = _piece(p, pieces[0], column)
    for piece in pieces[1:]:
        right = p.postfix(_piece(p, piece, column)) if piece is pieces[-1] else _piece(p, piece, column)
        if node.type == EVENT and right.type == EVENT:  # P(AB)
            node = Node("and", (node, right), type=EVENT, column=column)
        else:
            node = shapes.mul(node, right, column, "")
    p.split_at = place
    p.split_from = start
    return node


def _piece(p: Parser, piece: str, column: int) -> Node:
    return read_word(p, piece, column)


def _known_piece(p: Parser, piece: str) -> bool:
    name = join_name(piece)
    if p.kind_of(name) is not None or name in {"e", "pi"}:
        return True
    if name == "I" and "I" not in p.declarations.kinds:
        return True
    if name in {"E", "P", "Var", "Cov"}:  # aE[X]
        return p.is_op("[", "(") and not p.token.spaced
    base, _, sub = name.partition("_")
    family = p.declarations.families.get(base)
    if not sub or family is None:
        return False
    wanted = 2 if isinstance(p.kind_of(family), Matrix) else 1
    return len(sub) == wanted or (wanted == 1 and sub.isdigit())


def _splits(p: Parser, raw: str, at: int) -> list[list[str]]:
    if at == len(raw):
        return [[]]
    found: list[list[str]] = []
    for end in range(at + 1, len(raw) + 1):
        piece = raw[at:end]
        if not (piece[0].isalpha() and re.fullmatch(r"[A-Za-z]+'*(_[A-Za-z0-9']+)?|[A-Za-z]+\d+", piece)):
            continue
        if end < len(raw) and not raw[end].isalpha():
            continue
        if not _known_piece(p, piece) and not (end == len(raw) and p.is_op("_") and f"{piece}"):
            continue
        if not _known_piece(p, piece) and not _subscript_follows(p, piece):
            continue
        found += [[piece, *rest] for rest in _splits(p, raw, end)]
        if len(found) > 2:
            break
    return found


def _subscript_follows(p: Parser, piece: str) -> bool:
    span = subscript_span(p)
    if span is None:
        return False
    start, end, _ = span
    whole = join_name(f"{piece}_" + "".join(t.text for t in p.tokens[start:end]))
    return p.kind_of(whole) is not None or piece in p.declarations.families
