"""Signs between two operands: sums, products and quotients, conditions joined; what is refused there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.grading.reading import brackets, cases, composed, ones
from mlquiz.grading.reading.lexer import as_typed
from mlquiz.grading.reading.priorities import ADD, MULTIPLY
from mlquiz.grading.reading.refusals import SIGNS
from mlquiz.grading.syntax import shapes
from mlquiz.grading.syntax.records import replace
from mlquiz.grading.syntax.spelling import SHOWN, join_name
from mlquiz.grading.syntax.tree import EVENT, TRUTH, FormulaError, Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlquiz.grading.reading.lexer import Token
    from mlquiz.grading.reading.parser import Parser

_METHODS = {
    "dot", "sum", "mean", "transpose", "inv", "inverse", "det", "trace", "norm", "pow", "matmul", "mm",
    "exp", "log", "max", "min", "prod", "t", "sqrt", "abs",
}  # fmt: skip
_ELEMENTWISE = {"⊙": "hadamard", ".*": "hadamard", "./": "ediv"}


def is_remainder(p: Parser, token: Token) -> bool:
    """Tell whether a token is ``mod`` or ``%`` between two operands."""
    if token.kind == "name":
        return token.text == "mod" and p.kind_of("mod") is None and not _is_call(p)
    return token.kind == "op" and token.text == "%" and p.begins_operand(p.look())


def _is_call(p: Parser) -> bool:
    """Tell whether a bracket with a comma stands behind the name that comes next: ``2 mod(n, k)``."""
    if p.look().text != "(":
        return False
    return bool(brackets.top_level(p, p.at + 2, brackets.group_end(p, p.at + 1), {","}))


def is_dot(p: Parser, token: Token) -> bool:
    """Tell whether a token is a full stop that multiplies: ``w.x``."""
    if token.kind != "op" or token.text != "." or not p.begins_operand(p.look()):
        return False
    name = p.look()
    if name.text in _METHODS and p.kind_of(join_name(name.text)) is None:
        raise FormulaError(f"Write {name.text}(...) before what it is of, not behind it.", name.column)
    return True


# --- sums -----------------------------------------------------------------------------------------


def read_sum(p: Parser, left: Node) -> Node:
    """Read what is added to an operand."""
    terms, column = [left], p.token.column
    while p.is_op("+", "-"):
        sign = p.advance()
        _refuse_two_signs(p, sign, terms)
        term = p.expression(ADD + 2)
        terms.append(shapes.neg(term, sign.column) if sign.text == "-" else term)
    _doubt_open_operators(p, terms)
    return shapes.add(terms, column)


def _refuse_two_signs(p: Parser, sign: Token, terms: list[Node]) -> None:
    """Refuse ``+-`` and ``+/-``, but not ``1+-1``."""
    if sign.text == "-" and p.is_op(">"):
        raise p.unexpected()
    slash = p.is_op("/") and p.look().text in {"+", "-"}
    named = p.look().kind != "number" or any(part.op == "name" for term in terms for part in term.walk())
    if slash or (p.is_op("+", "-") and p.token.text != sign.text and not p.token.spaced and named):
        raise FormulaError(SIGNS["±"], sign.column)


def _doubt_open_operators(p: Parser, terms: list[Node]) -> None:
    """Note where an operator ends at a + or -, and the name that it binds stands behind that again."""
    for place, term in enumerate(terms[:-1]):
        inner = term.args[0] if term.op == "neg" else term
        while inner.op in {"mul", "div"} and inner.args[-1].op in SHOWN:
            inner = inner.args[-1]
        if inner.op not in SHOWN:
            continue
        name, shown = inner.value[0], SHOWN[inner.op]
        if not any(_mentions(node, name) for other in terms[place + 1 :] for node in _unbound(other, name)):
            continue
        message = f"{shown} reaches to the next + or - only: put brackets around all that it is over."
        if inner.op in {"argmax", "argmin"}:
            raise FormulaError(message, term.column)
        p.two_readings(shown, message, term.column)


def _unbound(node: Node, name: str) -> Iterator[Node]:
    """Yield the parts of a formula in which a name isn't bound again."""
    if node.op in SHOWN and node.value[0] == name:
        return
    yield node
    for arg in node.args:
        yield from _unbound(arg, name)


def _mentions(node: Node, name: str) -> bool:
    if node.op in {"lawat", "expect"}:
        return bool(node.value[0] == name)
    return node.op in {"name", "apply", "map", "law", "function"} and node.value == name


# --- products -------------------------------------------------------------------------------------


def read_product(p: Parser, left: Node) -> Node:
    """Read what an operand is multiplied with or divided by, with a sign or without."""
    token = p.token
    if is_remainder(p, token):
        return _remainder(p, left)
    if token.kind == "op" and (p.is_sign(token) or token.text == ".") and token.text != "<":
        return _signed(p, left)
    after_number = left.op == "num" and p.tokens[p.at - 1].kind == "number"
    if after_number and token.kind == "number" and token.text != ones.SIGN and not _opens_indicator(p):
        raise FormulaError(
            "Two numbers stand side by side: write * between them, or one fraction (5/2).", token.column
        )
    right = p.expression(MULTIPLY)
    if left.type == EVENT and right.type == EVENT:  # P(A B)
        return joined("and", left, right, token.column)
    mixed = after_number and token.text == "frac" and right.op == "div"
    if mixed and all(part.op == "num" for part in right.args):
        raise FormulaError(
            "A number before a fraction has two readings: write 2 + 1/2 or 2*(1/2).", token.column
        )
    if (left.type.kind == "matrix" or left.type.row) and token.text == "1" and ones.is_literal(right):
        message = "The 1 is read as a number: write 1_n for the vector of ones."
        if p.two_readings("ones", message, token.column):
            right = ones.open_ones(token.column)
    left, right = _typed_rows(p, left, right)
    return ones.product(left, right, right.column or token.column, "")


def _typed_rows(p: Parser, left: Node, right: Node) -> tuple[Node, Node]:
    """Make rows of what is typed as such: a row before a column or a matrix, or behind a column."""
    rows = [side.op == "vector" and side.column in p.rows for side in (left, right)]
    if rows == [True, False] and right.type.kind in {"vector", "matrix"} and not right.type.row:
        return shapes.transpose(left, left.column), right
    if rows == [False, True] and left.type.kind == "vector" and not left.type.row:
        return left, shapes.transpose(right, right.column)
    return left, right


def _opens_indicator(p: Parser) -> bool:
    """Tell whether the 1 that comes next is that of an indicator, as in ``2 1[x > 0]``."""
    p.at += 1
    opens = (
        p.tokens[p.at - 1].text in {"1", ones.SIGN}
        and p.is_op("[", "\\{", "{", "(", "_")
        and not p.token.spaced
    )
    found = opens and cases.is_indicator(p)
    p.at -= 1
    return found


def _signed(p: Parser, left: Node) -> Node:
    sign = p.advance()
    mark = p.at
    right = p.expression(MULTIPLY)
    if sign.text == "/":
        _refuse_glued_divisor(p, mark)
        return divide(p, left, _whole_divisor(p, right, mark), sign.column)
    if sign.text in _ELEMENTWISE:
        return shapes.hadamard(left, right, sign.column, _ELEMENTWISE[sign.text])
    if sign.text == "⊗":
        return _tensor(left, right, sign.column)
    if sign.text == "." and left.type.kind == right.type.kind == "matrix":
        raise FormulaError("Write A B or A @ B for the matrix product, A .* B for the entries'.", sign.column)
    return ones.product(left, right, sign.column, "·" if sign.text == "." else sign.text)


def _whole_divisor(p: Parser, right: Node, mark: int) -> Node:
    """Return a divisor with the factors behind it that may be meant to belong to it.

    ``a/||u|| ||v||`` divides by the first, but may be meant otherwise; in ``a/v^T v`` and ``a/u·v`` the first
    is no number, so that nobody means what it says.
    """
    _refuse_part_of_product(p, right, mark)
    message = "a/|b| |c| is read as (a/|b|) |c|: write a/(|b| |c|)."
    while _is_size(right) and p.is_op("‖", "|") and p.begins_operand(p.token):
        if not p.two_readings("divisor", message, p.token.column):
            break
        right = shapes.mul(right, p.expression(MULTIPLY), p.token.column, "")
    glued = p.is_op("(", "[") and not p.token.spaced and p.tokens[mark].kind in {"name", "latex", "command"}
    if glued and any(part.op in {"name", "entry", "apply"} for part in right.walk()):
        shown = as_typed(p.tokens[mark : p.at])
        message = f"a/{shown}(b) is read as (a/{shown}) (b): write a/({shown} (b))."
        if p.two_readings("divisor", message, p.token.column):
            right = shapes.mul(right, p.expression(MULTIPLY), p.token.column, "")
    return right


def _refuse_part_of_product(p: Parser, right: Node, mark: int) -> None:
    """Refuse a divisor that ends within a product of vectors: ``a/v^T A v``, ``a/u·v``."""
    multiplies = p.is_op("@", "·") or is_dot(p, p.token)
    if right.type.kind != "vector" or not (multiplies or (right.type.row and p.begins_operand(p.token))):
        return
    divisor = as_typed(p.tokens[mark : p.at])
    while right.type.kind == "vector" and (p.is_op("@", "·", ".") or p.begins_operand(p.token)):
        sign = p.advance().text if p.is_op("@", "·", ".") else ""
        right = shapes.mul(right, p.expression(MULTIPLY), p.token.column, sign.replace(".", "·"))
    whole = as_typed(p.tokens[mark : p.at])
    raise FormulaError(
        f"/{whole} has two readings: write a/({whole}) or (a ./ {divisor}) times the rest.",
        p.tokens[mark].column,
    )


def _is_size(node: Node) -> bool:
    last = node.args[-1] if node.op == "mul" else node
    return last.op == "norm" or (last.op == "call" and last.value == "abs")


def _tensor(left: Node, right: Node, column: int) -> Node:
    if left.type.kind == right.type.kind == "vector":
        return shapes.mul(left, shapes.transpose(right, column), column, "")
    raise FormulaError("⊗ is read between two vectors: u v^T.", column)


def _remainder(p: Parser, left: Node) -> Node:
    sign = p.advance()
    if sign.text == "%" and left.op == "num" and not sign.spaced:
        raise FormulaError("Write a percentage as a decimal (0.05), a remainder as mod(a, b).", sign.column)
    return composed.modulo(left, shapes.refuse_pair(p.expression(MULTIPLY)), sign.column)


def divide(p: Parser, left: Node, right: Node, column: int) -> Node:
    """Return a quotient; one of two vectors is never right, and a row divides nothing."""
    if right.type.row:
        raise FormulaError("One can't divide by a row. Write ./ for the quotient of the entries.", column)
    node = ones.quotient(left, shapes.div(left, right, column))
    if node.value == "loose":
        node = replace(node, value=None)
        message = "A vector can't be divided by a vector. Write ./ for the quotient of the entries."
        p.two_readings("quotient", message, column, firm=False)
    return node


def _refuse_glued_divisor(p: Parser, mark: int) -> None:
    """Refuse ``1/2x`` and ``a/bc``, which people mean in two ways."""
    first, after = p.tokens[mark], p.token
    glued = (
        first.kind == "number"
        and p.at == mark + 1
        and after.kind in {"name", "command", "latex"}
        and not after.spaced
    )
    if glued or p.split_at == mark:
        shown = first.text + (after.text if glued else "")
        divisor = first.text if glued else first.text[0]
        raise FormulaError(
            f"/{shown} has two readings: write a/({shown}) or (a/{divisor}) times the rest.", first.column
        )
    if _ends_glued(p, mark):
        divisor = as_typed(p.tokens[mark : p.at])
        shown = f"{divisor} sqrt(b)" if after.text == "sqrt" else f"{divisor} {after.text}"
        raise FormulaError(
            f"/{shown} has two readings: write a/({shown}) or (a/{divisor}) times the rest.", first.column
        )


def _ends_glued(p: Parser, mark: int) -> bool:
    """Tell whether a divisor is a symbol or a root that a symbol follows at once: ``a/nε``, ``a/√(n)ε``."""
    first, after = p.tokens[mark], p.token
    root = first.text == "sqrt"
    if after.spaced or after.kind not in {"name", "command"} or (first.kind != "name" and not root):
        return False
    if not root and any(token.text in {"(", "["} for token in p.tokens[mark : p.at]):
        return False
    name = join_name(after.text)
    base = name.partition("_")[0]
    return p.kind_of(name) is not None or base in p.declarations.families or name in {"pi", "sqrt"}


# --- the others -----------------------------------------------------------------------------------


def joined(sign: str, left: Node, right: Node, column: int) -> Node:
    """Return two conditions or events joined by ``and`` or ``or``."""
    for side in (left, right):
        if side.type not in (EVENT, TRUTH):
            raise FormulaError(
                f"'{sign}' joins conditions or events, not {side.type}.", side.column or column
            )
    shape = EVENT if EVENT in (left.type, right.type) else TRUTH
    return Node(sign, (left, right), type=shape, column=column)


def without(left: Node, right: Node, column: int) -> Node:
    """Return the event that one happens and another doesn't."""
    return joined("and", left, Node("not", (right,), type=right.type, column=column), column)
