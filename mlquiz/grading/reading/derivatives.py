"""Gradients, and partial derivatives as nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.grading.reading import applying, brackets, indices, symbols
from mlquiz.grading.reading.priorities import FACTOR, MULTIPLY
from mlquiz.grading.syntax import shapes
from mlquiz.grading.syntax.kinds import Function, Law, Matrix, Number, Outcome, Vector
from mlquiz.grading.syntax.spelling import join_name
from mlquiz.grading.syntax.tree import NUMBER, FormulaError, Node, Type

if TYPE_CHECKING:
    from mlquiz.grading.reading.parser import Parser


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
    if p.is_op("^"):
        raise FormulaError("Write second derivatives by entries: d^2f/(dx_i dx_j).", column)
    start = p.at
    body = p.expression(FACTOR)
    if variable and _misses(p, body, variable):
        body = _whole_product(p, start)
    after = p.token
    if p.begins_operand(after) and p.tokens[start].kind in {"name", "latex"} and _loose(p, start, body):
        raise FormulaError("How far does the gradient reach? Write brackets.", after.column)
    if not variable:
        node = _own_gradient(body, column)
        return shapes.transpose(node, column) if _ends_transposed(p) else node
    kind = p.kind_of(variable)
    if kind is None and body.op == "apply" and _is_at(body.args[0], variable):
        return _own_gradient(body, column)  # grad_w L(w_t)
    if not isinstance(kind, Vector | Matrix | Number):
        raise FormulaError(f"I don't know the name {variable!r} that the gradient is taken by.", column)
    if body.type.kind != "number":
        raise FormulaError(f"A gradient is of a number, not of {body.type}.", column)
    if isinstance(kind, Number) and kind.domain == "index":
        return _by_index(p, body, variable, column)
    shape = symbols.type_of(kind)
    return Node("grad", (body,), value=variable, type=shape, column=column)


def _by_index(p: Parser, body: Node, index: str, column: int) -> Node:
    r"""Read ``\partial_i f(x)`` as the derivative by the entry ``x_i``."""
    inner = body.args[0] if body.op == "partial" else body
    if inner.op == "apply" and len(inner.args) == 1 and inner.args[0].op == "name":
        name = str(inner.args[0].value)
        if isinstance(p.kind_of(name), Vector):
            return partial(p, body, [f"{name}_{index}"], column)
    raise FormulaError(
        f"{index} is an index: write what the derivative is taken by, as in d/dx_{index}.", column
    )


def read_differentiated(p: Parser, variables: list[str]) -> Node:
    """Read what stands behind ``d/dx``: the next factor; or all factors, if the next one is a constant.

    That of ``d/dx f(x) g(x)`` may be meant to be both.
    """
    start = p.at
    body = p.expression(FACTOR)
    if not (p.begins_operand(p.token) or p.is_op("/", "*", "·")):
        return body
    names = {name for variable in variables for name in (variable, variable.partition("_")[0])}
    constant = body.op != "function" and all(_misses(p, body, name) for name in names)
    message = "d/dx f g is read as (d/dx f) g: write d/dx (f g) for the derivative of both."
    if constant or p.two_readings("derivative", message, p.token.column):
        return _whole_product(p, start)
    return body


def _is_at(point: Node, letter: str) -> bool:
    """Tell whether one of the names of a point is the letter with a subscript."""
    names = (str(part.value) for part in point.walk() if part.op == "name")
    return any(name.partition("_")[0].strip("[]") == letter for name in names)


def _loose(p: Parser, start: int, body: Node) -> bool:
    """Tell whether the operand began with a function whose argument has no end, as in ``grad log x y``."""
    text = p.tokens[start].text
    ends = body.op == "call" and body.args[0].op in {"lawat", "apply"}
    return text in applying.FUNCTIONS and p.tokens[start + 1].text not in {"(", "["} and not ends


def _misses(p: Parser, body: Node, variable: str) -> bool:
    """Tell whether a gradient would be of a constant with more behind it, as in ``grad_w 1/m sum_i ...``."""
    more = p.begins_operand(p.token) or p.is_op("/", "*", "·")
    return more and not any(_depends(p, part, variable) for part in body.walk())


def _depends(p: Parser, part: Node, variable: str) -> bool:
    if part.op == "lawat":
        kind = p.kind_of(part.value[0])
        return isinstance(kind, Law) and variable in kind.parameters
    return part.op == "name" and part.value == variable


def _whole_product(p: Parser, start: int) -> Node:
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


# --- partial derivatives --------------------------------------------------------------------------


def variable_node(p: Parser, text: str, column: int) -> Node | None:
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
    nodes = [node for v in variables if (node := variable_node(p, v, column)) is not None]
    if body.op == "function":
        base = nodes[0].args[0] if nodes[0].op == "entry" else nodes[0]
        kind = p.kind_of(str(body.value))
        assert isinstance(kind, Function)
        body = symbols.apply_function(str(body.value), kind, [base], column)
    if body.op == "partial":
        nodes, body = [*nodes, *body.args[1:]], body.args[0]
    if body.type.kind != "number":
        raise FormulaError(f"A derivative is of a number here, not of {body.type}.", column)
    shape = NUMBER
    if len(nodes) == 1 and nodes[0].type.kind == "vector":
        return Node("grad", (body,), value=nodes[0].value, type=nodes[0].type, column=column)
    if any(node.type.kind == "vector" for node in nodes):
        raise FormulaError("Take second derivatives by entries: d^2f/(dx_i dx_j).", column)
    return Node("partial", (body, *nodes), type=shape, column=column)


def at_point(p: Parser, of: str, variables: list[str], whole: str, column: int) -> Node:
    """Read what stands behind a derivative of a function: ``df/dx(a)`` is the derivative at a."""
    from mlquiz.grading.reading import names

    start = p.at
    value = names.symbol(p, of, column)
    if value.op != "apply":
        return partial(p, value, variables, column)
    nodes = [node for v in variables if (node := variable_node(p, v, column)) is not None]
    own = {node.args[0].value if node.op == "entry" else node.value for node in nodes}
    if any(node.op == "name" and node.value in own for node in value.args):
        return partial(p, value, variables, column)
    if len(value.args) > 1:
        raise FormulaError(f"I can't tell by which argument {of} is differentiated in {whole}.", column)
    (point,) = value.args
    scalar = point.type.kind == "number"
    depends = any(part.op == "name" and part.value in own for part in point.walk())
    if depends or (point.args[0] if point.op == "neg" else point).op not in {"name", "num", "entry"}:
        there = f"{of}'(...)" if scalar else f"grad {of}(...)"
        raise FormulaError(
            f"{whole}(...) has two readings: write {there} for the derivative there, "
            f"d/d{variables[0]} {of}(...) for that of the whole, or * for a product.",
            column,
        )
    if not scalar:
        return _gradient_at(p, value, variables, column)
    p.at = start
    return names.read_word(p, of + "'" * len(variables), column)


def _gradient_at(p: Parser, value: Node, variables: list[str], column: int) -> Node:
    """Return the gradient of an applied function at its argument, or the entry of it that is asked for."""
    variable = variable_node(p, variables[0], column)
    if len(variables) > 1 or variable is None:
        raise FormulaError("Take second derivatives by entries: d^2f/(dx_i dx_j).", column)
    node = _own_gradient(value, column)
    if variable.op != "entry" or node.type.sizes[0] is None:
        return node
    return indices.entry(p, node, Vector(node.type.sizes[0]), [variable.args[1]])
