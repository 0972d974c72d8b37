"""What a name means where it stands: a symbol, an entry of one, an operator, a function, or letters run together."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from mlquiz.grading import binders, brackets, chance, derivatives, shapes
from mlquiz.grading.kinds import (
    ONE,
    Event,
    Function,
    Law,
    Matrix,
    Number,
    Opaque,
    Outcome,
    Random,
    Sequence,
    Subset,
    Vector,
)
from mlquiz.grading.spelling import join_name
from mlquiz.grading.tree import (
    EVENT,
    NUMBER,
    SET,
    ForbiddenError,
    FormulaError,
    Node,
    Size,
    Type,
    size_add,
    size_constant,
)

if TYPE_CHECKING:
    from mlquiz.grading.kinds import Kind
    from mlquiz.grading.parser import Parser

CONSTANTS = {"e", "pi", "infty", "inf", "infinity"}
FUNCTIONS = {
    "exp": "exp", "log": "log", "ln": "log", "log2": "log2", "log10": "log10", "log_2": "log2", "log_10": "log10", "lg": "log10", "log_e": "log",
    "sqrt": "sqrt", "root": "root", "sin": "sin", "cos": "cos", "tan": "tan", "sec": "sec", "csc": "csc", "cot": "cot",
    "arcsin": "arcsin", "asin": "arcsin", "arccos": "arccos", "acos": "arccos", "arctan": "arctan", "atan": "arctan",
    "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "arsinh": "arsinh", "asinh": "arsinh", "arcsinh": "arsinh", "arcosh": "arcosh",
    "acosh": "arcosh", "arccosh": "arcosh", "artanh": "artanh", "atanh": "artanh", "arctanh": "artanh", "abs": "abs", "floor": "floor", "ceil": "ceil",
    "max": "max", "min": "min", "sign": "sign", "sgn": "sign", "clip": "clip", "erf": "erf", "Gamma": "Gamma", "Phi": "Phi",
    "softmax": "softmax", "sigmoid": "sigmoid", "sigma": "sigmoid", "logistic": "sigmoid", "relu": "relu", "ReLU": "relu", "softplus": "softplus",
    "logsumexp": "logsumexp", "mean": "mean", "concat": "concat", "det": "det", "tr": "tr", "Tr": "tr", "trace": "tr", "diag": "diag",
    "inv": "inv", "dot": "dot", "binom": "binom", "choose": "binom", "C": "binom", "factorial": "factorial", "norm": "norm",
    "transpose": "transpose", "where": "where", "ones": "ones", "Id": "identity", "logit": "logit",
}  # fmt: skip
_APPLIED_ONLY = {
    "sigma",
    "C",
    "Phi",
    "Gamma",
    "where",
    "ones",
    "mean",
    "norm",
    "transpose",
    "logistic",
    "root",
    "clip",
    "binom",
    "choose",
    "dot",
    "concat",
}


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


def unknown(p: Parser, raw: str) -> str:
    """Return the message for a name that is nothing."""
    known = [name for name in p.declarations.kinds if "/" not in name] + ["pi", "e"]
    close = difflib.get_close_matches(join_name(raw), known, n=3, cutoff=0.5) or known[:6]
    offer = f" Known here: {', '.join(close)}." if close else ""
    return f"I don't know the name {raw!r}.{offer}"


# --- declared symbols ----------------------------------------------------------------------------------------------


def type_of(kind: Kind) -> Type:
    """Return the type of a symbol of a kind."""
    match kind:
        case Vector():
            return shapes.vector_type(kind.size)
        case Matrix():
            return shapes.matrix_type(kind.rows, kind.columns)
        case Sequence():
            if isinstance(kind.item, Number):
                return shapes.vector_type(size_add(size_add(kind.high, kind.low, -1), ONE))
            return Type("sequence")
        case Function():
            return Type("function")
        case Law():
            return Type("law")
        case Event():
            return EVENT
        case Subset():
            return SET
    return NUMBER


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
    if p.is_op("^") and p.look() is not None and p.look().text not in {"T"}:
        raise FormulaError(f"Write the power behind the brackets: {name}(x)^2.", p.token.column)
    if not p.is_op("(", "["):
        if kind.plain and p.begins_operand(p.token) and p.token.kind in {"name", "number"} and p.token.spaced:
            raise FormulaError(f"Write the argument of {name} in brackets.", column)
        return Node("function", value=name, type=Type("function"), column=column)
    closer = brackets.CLOSERS[p.advance().text]
    args = [shapes.refuse_pair(arg) for arg in brackets.arguments(p, closer)]
    return apply_function(name, kind, args, column)


def apply_function(name: str, kind: Function, args: list[Node], column: int) -> Node:
    """Return a declared function of arguments of the declared kinds."""
    if len(args) != len(kind.arguments):
        raise FormulaError(f"{name} takes {len(kind.arguments)} argument(s), not {len(args)}.", column)
    if kind.plain and args[0].type.kind in {"vector", "matrix"}:
        return Node(
            "map", tuple(args), value=name, type=Type(args[0].type.kind, args[0].type.sizes), column=column
        )
    for place, (arg, wanted) in enumerate(zip(args, kind.arguments, strict=True), 1):
        shape = type_of(wanted)
        if arg.type.kind == "truth" or not shapes.same_shape(shape, arg.type):
            raise FormulaError(
                f"Argument {place} of {name} is {shape}, but {arg.type} was given.", arg.column or column
            )
    return Node("apply", tuple(args), value=name, type=type_of(kind.value), column=column)


def _label(p: Parser, name: str, column: int) -> Node | None:
    """Read a superscript that is part of a name: ``W_i^Q``, ``h^(k)``, ``theta^*``."""
    if not p.is_op("^"):
        return None
    words = brackets._exponent_words(p)  # noqa: SLF001 (one reader in two files)
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


def _subscript_span(p: Parser) -> tuple[int, int, int] | None:
    """Return the tokens of a subscript that comes next, and where it ends."""
    token = p.token
    if token.kind != "op" or token.spaced:
        return None
    if token.text == "_":
        if p.look().text == "{":
            end = brackets.group_end(p, p.at + 1)
            return p.at + 2, end, end + 1
        return p.at + 1, p.at + 2, p.at + 2
    if token.text == "[":
        end = brackets.group_end(p)
        return p.at + 1, end, end + 1
    return None


def _subscripted(p: Parser, name: str, column: int) -> Node | None:
    """Read ``v_{t-1}``, ``x[i]``, ``W_{ij}``: one declared name, or an entry."""
    span = _subscript_span(p)
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
        return _entries(p, node, kind, start, end, after)
    if isinstance(p.kind_of(name), Law) and not bracket:
        p.at = after
        return symbol(p, name, column)
    return None


def ranges_of(kind: Kind) -> tuple[tuple[Size, Size], ...]:
    """Return the ranges of the indices of a kind."""
    match kind:
        case Vector():
            return ((ONE, kind.size),)
        case Matrix():
            return ((ONE, kind.rows), (ONE, kind.columns))
        case Sequence():
            return ((kind.low, kind.high),)
    return ()


def _entries(p: Parser, node: Node, kind: Kind, start: int, end: int, after: int) -> Node:
    """Read the indices between two tokens and return the entry."""
    ranges = ranges_of(kind)
    commas = brackets.top_level(p, start, end, {","})
    if len(ranges) == 2 and not commas:
        pieces = _glued_indices(p, start, end)
    else:
        pieces = []
        for left, right in zip([start, *(c + 1 for c in commas)], [*commas, end], strict=True):
            pieces.append(_index_expression(p, left, right))
    p.at = after
    item_ranges = ranges_of(kind.item) if isinstance(kind, Sequence) else ()
    if len(pieces) == len(ranges) + len(item_ranges) and item_ranges:
        outer = entry(p, node, kind, pieces[: len(ranges)])
        return entry(p, outer, kind.item, pieces[len(ranges) :])
    if len(pieces) != len(ranges):
        raise FormulaError(
            f"{node.value} takes {len(ranges)} index(es), not {len(pieces)}.", p.tokens[start].column
        )
    return entry(p, node, kind, pieces)


def entry(p: Parser, node: Node, kind: Kind, indices: list[Node]) -> Node:
    """Return the entry of an array or sequence at indices."""
    ranges = ranges_of(kind)
    for index in indices:
        if not shapes.is_number(index):
            raise FormulaError("An index is a number.", index.column)
    for index, bounds in zip(indices, ranges, strict=True):
        if (
            index.op == "name"
            and str(index.value) in p.free_letters
            and str(index.value) not in p.declarations.letters
        ):
            p.declarations.letters.setdefault(str(index.value), bounds)
    item = kind.item if isinstance(kind, Sequence) else NUMBER
    shape = type_of(item) if isinstance(kind, Sequence) else NUMBER
    return Node("entry", (node, *indices), value=ranges, type=shape, column=node.column)


def _index_expression(p: Parser, start: int, end: int) -> Node:
    """Read the tokens between two places as one index."""
    saved = p.at
    p.at = start
    p.contexts.append("group")
    covered = p.tokens[end]
    node = _index_name(p) if end == start + 1 else p.expression(0)
    p.contexts.pop()
    if p.tokens[p.at] is not covered:
        raise p.unexpected()
    p.at = saved
    return node


def _index_name(p: Parser) -> Node:
    token = p.token
    if token.kind == "name":
        node = index_letter(p, join_name(token.text), token.column)
        if node is not None:
            p.advance()
            return node
    return p.expression(0)


def index_letter(p: Parser, name: str, column: int) -> Node | None:
    """Return the index that a letter is: bound, declared, or free because it stands as a subscript."""
    kind = p.kind_of(name)
    if isinstance(kind, Number | Outcome | Opaque):
        return Node("name", value=name, column=column)
    if re.fullmatch(r"[a-zA-Z]'*", name) and (kind is None or isinstance(kind, Vector | Sequence | Matrix)):
        node = Node("name", value=f"{name}" if kind is None else name, column=column)
        if kind is None:
            p.free_letters.setdefault(name, node)
            return node
    return None


def _glued_indices(p: Parser, start: int, end: int) -> list[Node]:
    """Read ``ij``, ``12``, ``mi`` as two indices."""
    tokens = p.tokens[start:end]
    if len(tokens) == 1:
        pieces = two_indices(p, tokens[0].text, tokens[0].column)
        if pieces is not None:
            return pieces
    if len(tokens) == 2:
        return [_index_expression(p, start, start + 1), _index_expression(p, start + 1, end)]
    raise FormulaError("Write the two indices of a matrix with a comma: W[i, j].", p.tokens[start].column)


def two_indices(p: Parser, text: str, column: int) -> list[Node] | None:
    """Split a subscript in two indices where there is one way to."""
    found = []
    for cut in range(1, len(text)):
        left, right = _small_index(p, text[:cut], column), _small_index(p, text[cut:], column)
        if left is not None and right is not None:
            found.append([left, right])
    return found[0] if len(found) == 1 else None


def _small_index(p: Parser, text: str, column: int) -> Node | None:
    if text.isdigit():
        from fractions import Fraction

        return shapes.number(Fraction(text), column)
    if text.startswith("'"):
        return None
    return index_letter(p, text, column)


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
        index = _small_index(p, sub, column)
        if index is None or (len(sub) > 1 and not sub.isdigit() and p.kind_of(sub) is None):
            return None
        return entry(p, node, kind, [index])
    pieces = two_indices(p, sub.replace("_", ""), column)
    return entry(p, node, kind, pieces) if pieces else None


def _primed(p: Parser, name: str, column: int) -> Node | None:
    """Read a prime that is not part of a declared name: transpose of an array, derivative of a function."""
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


# --- built-in names ------------------------------------------------------------------------------------------------


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
    power = _function_power(p, name)
    bracketed = p.is_op("(", "[") or (p.is_op("{") and name in {"sqrt"})
    if raw in _APPLIED_ONLY and not bracketed:
        if raw == "Gamma" or raw in {"sigma", "C", "Phi"}:
            raise FormulaError(unknown(p, raw), column)
        raise FormulaError(f"Write the argument of {raw} in brackets.", column)
    args = _function_arguments(p, name, bracketed=bracketed)
    node = make_call(p, name, args, log_base, column)
    return shapes.power(node, power, column) if power is not None else node


def _log_base(p: Parser, sub: str, column: int) -> Node:
    from fractions import Fraction

    if sub:
        return shapes.number(Fraction(sub), column) if sub.isdigit() else read_word(p, sub, column)
    p.expect("_")
    return brackets.braced(p) if p.is_op("{") else p.operand()


def _function_power(p: Parser, name: str) -> Node | None:
    if not p.is_op("^"):
        return None
    column = p.advance().column
    if p.is_op("{"):
        node = brackets.braced(p)
    else:
        node = p.operand()
    if node.op == "neg" or (node.op == "num" and node.value is not None and node.value < 0):
        raise FormulaError(f"{name}^-1 has two readings: write arc{name}(x) or 1/{name}(x).", column)
    return node


def _function_arguments(p: Parser, name: str, *, bracketed: bool) -> list[Node]:
    if bracketed:
        closer = brackets.CLOSERS[p.advance().text]
        return brackets.arguments(p, closer)
    if p.is_op("-", "+"):
        raise FormulaError(f"Write the argument of {name} in brackets.", p.token.column)
    start = p.token
    from mlquiz.grading.parser import FACTOR

    arg = p.expression(FACTOR)
    after = p.token
    if p.begins_operand(after) and after.kind != "end" and not _closed(p, start.kind, after):
        raise FormulaError(f"How far does {name} reach? Write brackets: {name}(...).", after.column)
    if p.split_from is start:
        raise FormulaError(f"How far does {name} reach? Write brackets: {name}(...).", start.column)
    return [arg]


def _closed(p: Parser, kind: str, after: object) -> bool:
    """Tell whether what follows an unbracketed argument can't belong to it: another function."""
    token = p.token
    del after, kind
    return token.kind == "latex" or (
        token.kind == "name" and token.text in FUNCTIONS and p.kind_of(join_name(token.text)) is None
    )


def make_call(p: Parser, name: str, args: list[Node], log_base: Node | None, column: int) -> Node:
    """Return a built-in function of arguments."""
    if not args:
        raise FormulaError(f"{name} needs an argument.", column)
    if name == "log" and log_base is not None:
        return shapes.call("log_base", [args[0], log_base], column)
    if name == "where":
        if len(args) != 3:
            raise FormulaError("where takes a condition and two values: where(x > 0, x, 0).", column)
        return brackets.cases([(args[1], args[0]), (args[2], None)], column)
    if name == "norm":
        order = str(args[1].value) if len(args) > 1 else ""
        return shapes.norm(args[0], order, column)
    if name == "transpose":
        return shapes.transpose(args[0], column)
    if name == "logit":
        one = shapes.number(_fraction(1), column)
        return shapes.call(
            "log", [shapes.div(args[0], shapes.add([one, shapes.neg(args[0])]), column)], column
        )
    if name == "ones" and args[0].op in {"name", "num"}:
        size = size_constant(int(args[0].value)) if args[0].op == "num" else ((str(args[0].value), 1),)
        return Node("ones", (args[0],), type=shapes.vector_type(size), column=column)
    if name == "sqrt" and args[0].type.kind == "matrix":
        return shapes.power(args[0], shapes.number(_fraction(1, 2)), column)
    if name == "abs" and args[0].type.kind == "set":
        return shapes.size_of(args[0], column)
    del p
    return shapes.call(name, args, column)


def _fraction(top: int, bottom: int = 1) -> object:
    from fractions import Fraction

    return Fraction(top, bottom)


# --- letters run together ------------------------------------------------------------------------------------------

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
    span = _subscript_span(p)
    if span is None:
        return False
    start, end, _ = span
    whole = join_name(f"{piece}_" + "".join(t.text for t in p.tokens[start:end]))
    return p.kind_of(whole) is not None or piece in p.declarations.families


def read_entry(p: Parser, node: Node) -> Node:
    """Read an entry of a bracketed vector or matrix: ``(A x)_i``."""
    span = _subscript_span(p)
    if span is None:
        raise p.unexpected()
    start, end, after = span
    kind: Kind
    if node.type.kind == "vector":
        kind = Vector(node.type.sizes[0] or ())
    else:
        kind = Matrix(node.type.sizes[0] or (), node.type.sizes[1] or ())
    return _entries(p, node, kind, start, end, after)
