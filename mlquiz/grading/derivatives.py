"""Derivatives and integrals: gradients, partial derivatives, quotients of differentials."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.grading import applying, brackets, indices, names, shapes, symbols
from mlquiz.grading.kinds import Function, Matrix, Number, Opaque, Outcome, Vector, quotient_name
from mlquiz.grading.spelling import join_name
from mlquiz.grading.tree import NUMBER, ForbiddenError, FormulaError, Node, Type

if TYPE_CHECKING:
    from mlquiz.grading.lexer import Token
    from mlquiz.grading.parser import Parser


def read_gradient(p: Parser, sub: str, column: int) -> Node:
    """Read ``grad L(w)`` and ``grad_theta log p(x; theta)``."""
    variable = join_name(sub) if sub else ""
    if not sub and p.accept("_"):
        if p.is_op("{"):
            end = brackets.group_end(p)
            variable = join_name(
                "".join(t.text for t in p.tokens[p.at + 1 : end]).replace("{", "").replace("}", "")
            )
            p.at = end + 1
        else:
            variable = join_name(p.advance().text)
    from mlquiz.grading.parser import FACTOR

    start = p.at
    body = p.expression(FACTOR)
    if variable and _misses(p, body, variable):
        body = _whole_product(p, start)
    after = p.token
    if p.begins_operand(after) and p.tokens[start].kind in {"name", "latex"} and _loose(p, start):
        raise FormulaError("How far does the gradient reach? Write brackets.", after.column)
    if not variable:
        node = _own_gradient(body, column)
        return shapes.transpose(node, column) if _ends_transposed(p) else node
    kind = p.kind_of(variable)
    if kind is None and body.op == "apply" and str(body.args[0].value).partition("_")[0] == variable:
        return _own_gradient(body, column)  # grad_w L(w_t)
    if not isinstance(kind, Vector | Matrix | Number):
        raise FormulaError(f"I don't know the name {variable!r} that the gradient is taken by.", column)
    if body.type.kind != "number":
        raise FormulaError(f"A gradient is of a number, not of {body.type}.", column)
    shape = symbols.type_of(kind)
    return Node("grad", (body,), value=variable, type=shape, column=column)


def _loose(p: Parser, start: int) -> bool:
    """Tell whether the operand began with an unbracketed function, as in ``grad log p(x) q``."""
    text = p.tokens[start].text
    return text in applying.FUNCTIONS and p.tokens[start + 1].text not in {"(", "["}


def _misses(p: Parser, body: Node, variable: str) -> bool:
    """Tell whether a gradient would be of a constant with more behind it, as in ``grad_w 1/m sum_i ...``."""
    more = p.begins_operand(p.token) or p.is_op("/", "*", "·")
    return more and all(part.value != variable for part in body.walk() if part.op == "name")


def _whole_product(p: Parser, start: int) -> Node:
    from mlquiz.grading.parser import MULTIPLY

    p.at = start
    return shapes.refuse_pair(p.expression(MULTIPLY - 1))


def _ends_transposed(p: Parser) -> bool:
    """Tell whether the transpose of a gradient has just been read, as in ``grad f(x)^T``."""
    words = [t.text for t in p.tokens[max(0, p.at - 4) : p.at] if t.text not in {"{", "}"}]
    return words[-2:] == ["^", "T"] or (words[-2:] == [".", "T"])


def _own_gradient(body: Node, column: int) -> Node:
    sign = body.op == "neg"
    inner = body.args[0] if sign else body
    if inner.op == "function":
        raise FormulaError(f"Write the point at which the gradient is taken: grad {inner.value}(x).", column)
    if inner.op != "apply" or len(inner.args) != 1 or inner.type.kind != "number":
        raise FormulaError("Say by what the gradient is taken: grad_x f(x).", column)
    kind = inner.args[0].type
    node = Node("gradat", inner.args, value=inner.value, type=Type(kind.kind, kind.sizes), column=column)
    return shapes.neg(node, column) if sign else node


# --- d/dx -----------------------------------------------------------------------------------------


def read_quotient(p: Parser) -> Node | None:
    """Read ``dL/dy``, ``∂f/∂x_i``, ``d^2f/(dx_i dx_j)``, ``d/dx (...)`` where one stands next, else
    return None.
    """
    token = p.token
    if not (token.text == "∂" or (token.kind == "name" and token.text[0] == "d")):
        return None
    if token.kind == "name" and token.text != "d" and p.kind_of(join_name(token.text)) is not None:
        return None
    slash = _slash(p)
    if slash is None:
        return None
    top = p.tokens[p.at : slash]
    end = _bottom_end(p, slash + 1)
    if end is None:
        return None
    for _ in range(_order(_texts(top))[0] - 1):  # ∂²f/∂x∂y
        further = _bottom_end(p, end) if p.tokens[end].text == "∂" else None
        end = further or end
    bottom = [t for t in p.tokens[slash + 1 : end] if t.text not in {"(", ")"}]
    return _derivative(p, _texts(top), _texts(bottom), end, token.column)


def _slash(p: Parser) -> int | None:
    for place in range(p.at, min(p.at + 12, len(p.tokens))):
        token = p.tokens[place]
        if token.kind == "op" and token.text == "/":
            return place
        if token.kind not in {"name", "number"} and token.text not in {"^", "_", "{", "}", "∂", "-", "+"}:
            return None
    return None


def _bottom_end(p: Parser, start: int) -> int | None:
    """Return where the lower side of a quotient of differentials ends."""
    token = p.tokens[start]
    if token.text == "(":
        return brackets.group_end(p, start) + 1
    place = start + 1 if token.text == "∂" else start
    if p.tokens[place].kind != "name" or (place == start and token.text[0] != "d"):
        return None
    place += 1
    if p.tokens[place].text == "_" and p.tokens[place + 1].text == "{":
        place = brackets.group_end(p, place + 1) + 1
    if p.tokens[place].text == "^" and p.tokens[place + 1].text in {"2", "3"}:
        place += 2
    elif (
        p.tokens[place].text == "^"
        and p.tokens[place + 1].text == "{"
        and p.tokens[place + 2].text in {"2", "3"}
    ):
        place += 4
    return place


def _texts(tokens: list[Token]) -> list[str]:
    """Return tokens as words: braces gone, ``∂`` written d, a subscript joined to its name."""
    words: list[str] = []
    join = False
    for token in tokens:
        text = token.text
        if text in {"{", "}"}:
            continue
        if text == "∂":
            words.append("d")
            join = True
        elif text == "_" and words:
            words[-1] += "_"
            join = True
        elif (join and words and text != "^") or (text in {"-", "+"} and words and "_" in words[-1]):
            words[-1] += text
            join = words[-1][-1] in "-+"
        else:
            words.append(text)
            join = False
    return words


def _derivative(p: Parser, top: list[str], bottom: list[str], end: int, column: int) -> Node | None:
    whole = quotient_name("".join(top) + "/" + "".join(bottom))
    if whole in p.declarations.quotients:
        p.at = end
        return Node("name", value=whole, column=column)
    if _alike(p, whole) and whole not in p.forbidden:
        p.declarations.kinds[whole] = Opaque()
        p.declarations.quotients.add(whole)
        p.at = end
        return Node("name", value=whole, column=column)
    if whole in p.forbidden or "".join(top) + "/" + "".join(bottom) in p.forbidden:
        raise ForbiddenError(whole)
    order, top = _order(top)
    variables = _variables(bottom)
    if variables is None or len(variables) != order or not top or not top[0].startswith("d"):
        return None
    of = join_name(top[0][1:] or (top[1] if len(top) > 1 else ""))
    if any(_variable_node(p, v, column) is None for v in variables):
        return None
    if of and p.kind_of(of) is None:
        return None
    p.at = end
    body = _differentiated(p, of, column)
    return partial(p, body, variables, column)


def _alike(p: Parser, whole: str) -> bool:
    """Tell whether a derivative is of and by letters that declared derivatives are of and by."""
    top, _, bottom = whole.partition("/")
    pairs = [name.split("/") for name in p.declarations.quotients]
    letters = [{pair[side].partition("_")[0] for pair in pairs} for side in (0, 1)]
    return top.partition("_")[0] in letters[0] and bottom.partition("_")[0] in letters[1]


def _order(top: list[str]) -> tuple[int, list[str]]:
    if len(top) > 2 and top[0] == "d" and top[1] == "^" and top[2].isdigit():
        return int(top[2]), ["d", *top[3:]]
    if len(top) == 3 and top[1] == "^" and top[2].isdigit() and top[0] == "d":
        return int(top[2]), ["d"]
    return 1, top


def _variables(bottom: list[str]) -> list[str] | None:
    found: list[str] = []
    words = list(bottom)
    while words:
        word = words.pop(0)
        if word == "d" and words:
            word += words.pop(0)
        if not word.startswith("d") or len(word) < 2:
            return None
        count = 1
        if len(words) > 1 and words[0] == "^":
            count = int(words[1]) if words[1].isdigit() else 1
            words = words[2:]
        found += [join_name(word[1:])] * count
    return found or None


def _differentiated(p: Parser, of: str, column: int) -> Node:
    if not of:
        from mlquiz.grading.parser import FACTOR

        return p.expression(FACTOR)
    kind = p.kind_of(of)
    if not isinstance(kind, Function):
        return names.symbol(p, of, column)
    if p.is_op("("):
        return names.symbol(p, of, column)
    return Node("function", value=of, type=Type("function"), column=column)


def _variable_node(p: Parser, text: str, column: int) -> Node | None:
    """Return the symbol, or entry of a symbol, that a derivative is taken by."""
    kind = p.kind_of(text)
    if isinstance(kind, Number | Vector | Outcome):
        return Node("name", value=text, type=symbols.type_of(kind), column=column)
    base, _, sub = text.partition("_")
    kind = p.kind_of(base)
    if isinstance(kind, Vector) and sub:
        index = indices.small_index(p, sub, column)
        if index is not None:
            node = Node("name", value=base, type=symbols.type_of(kind), column=column)
            return indices.entry(p, node, kind, [index])
    return None


def partial(p: Parser, body: Node, variables: list[str], column: int) -> Node:
    """Return a partial derivative: args are the body and the variables (names or entries)."""
    nodes = [node for v in variables if (node := _variable_node(p, v, column)) is not None]
    if body.op == "function":
        base = nodes[0].args[0] if nodes[0].op == "entry" else nodes[0]
        kind = p.kind_of(str(body.value))
        assert isinstance(kind, Function)
        body = symbols.apply_function(str(body.value), kind, [base], column)
    if body.type.kind != "number":
        raise FormulaError(f"A derivative is of a number here, not of {body.type}.", column)
    shape = NUMBER
    if len(nodes) == 1 and nodes[0].type.kind == "vector":
        return Node("grad", (body,), value=nodes[0].value, type=nodes[0].type, column=column)
    if any(node.type.kind == "vector" for node in nodes):
        raise FormulaError("Take second derivatives by entries: d^2f/(dx_i dx_j).", column)
    return Node("partial", (body, *nodes), type=shape, column=column)


def read_fraction(p: Parser, column: int) -> Node | None:
    r"""Read ``\frac{\\partial f}{\\partial x}`` where the braces hold differentials, else return None."""
    start = p.at
    if not p.is_op("{"):
        return None
    middle = brackets.group_end(p)
    if p.tokens[middle + 1].text != "{":
        return None
    end = brackets.group_end(p, middle + 1)
    top, bottom = p.tokens[start + 1 : middle], p.tokens[middle + 2 : end]
    if (
        not top
        or not bottom
        or not (top[0].text == "∂" or top[0].text[:1] == "d")
        or not (bottom[0].text == "∂" or bottom[0].text[:1] == "d")
    ):
        return None
    return _derivative(p, _texts(top), _texts(bottom), end + 1, column)


# --- integrals ------------------------------------------------------------------------------------


def read_integral(p: Parser, sub: str, column: int) -> Node:
    r"""Read ``int(f(x), x, a, b)`` and ``\int_a^b f(x) dx``."""
    if p.is_op("(") and not sub:
        commas = brackets.top_level(p, p.at + 1, brackets.group_end(p), {","})
        if len(commas) == 3:
            return _call_integral(p, commas, column)
    low = names.read_word(p, sub, column) if sub and not sub.isdigit() else None
    if sub.isdigit():
        from fractions import Fraction

        low = shapes.number(Fraction(sub), column)
    if low is None:
        if not p.accept("_"):
            raise FormulaError("Write the bounds of the integral: int(f(x), x, a, b).", column)
        low = _bound(p)
    if not p.accept("^"):
        raise FormulaError("The upper bound of the integral is missing.", p.token.column)
    high = _bound(p)
    end = _differential(p, column)
    variable = join_name(p.tokens[end].text[1:] or p.tokens[end + 1].text)
    after = end + (1 if p.tokens[end].text != "d" else 2)
    saved = p.tokens[end]
    p.tokens[end] = type(saved)("op", ";", saved.column, saved.end, saved.spaced)
    p.scopes.append({variable: Number()})
    from mlquiz.grading.parser import ADD

    body = p.expression(ADD - 1)
    p.scopes.pop()
    p.tokens[end] = saved
    if p.at != end:
        raise p.unexpected()
    p.at = after
    return _integral(body, variable, low, high, column)


def _bound(p: Parser) -> Node:
    if p.is_op("{"):
        return brackets.braced(p)
    if p.accept("-"):
        return shapes.neg(p.operand())
    return p.operand()


def _differential(p: Parser, column: int) -> int:
    depth = 0
    for place in range(p.at, len(p.tokens)):
        token = p.tokens[place]
        if token.kind == "op" and token.text in {"(", "[", "{"}:
            depth += 1
        elif token.kind == "op" and token.text in {")", "]", "}"}:
            depth -= 1
        elif (  # noqa: SIM102
            not depth
            and token.kind == "name"
            and token.text[0] == "d"
            and p.kind_of(join_name(token.text)) is None
        ):
            if len(token.text) > 1 or p.tokens[place + 1].kind == "name":
                return place
    raise FormulaError("Write dx at the end of the integral, or int(f(x), x, a, b).", column)


def _call_integral(p: Parser, commas: list[int], column: int) -> Node:
    token = p.tokens[commas[0] + 1]
    if token.kind != "name" or commas[1] != commas[0] + 2:
        raise FormulaError("The second part names the variable: int(f(x), x, a, b).", token.column)
    variable = join_name(token.text)
    p.advance()
    p.contexts.append("group")
    p.scopes.append({variable: Number()})
    body = p.expression(0)
    p.scopes.pop()
    p.expect(",")
    p.advance()
    p.expect(",")
    low = p.expression(0)
    p.expect(",")
    high = p.expression(0)
    p.contexts.pop()
    p.expect(")")
    return _integral(body, variable, low, high, column)


def _integral(body: Node, variable: str, low: Node, high: Node, column: int) -> Node:
    for node in (body, low, high):
        if not shapes.is_number(node):
            raise FormulaError(f"An integral is of numbers, not of {node.type}.", column)
    return Node("int", (body, low, high), value=variable, column=column)
