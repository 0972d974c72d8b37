"""Brackets of every kind: groups, sizes and norms, arrays and sets, cases and indicators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.grading.reading import cases
from mlquiz.grading.syntax import shapes, signatures
from mlquiz.grading.syntax.records import replace
from mlquiz.grading.syntax.tree import (
    SET,
    TRUTH,
    FormulaError,
    Node,
    size_constant,
    sizes_differ,
)

if TYPE_CHECKING:
    from mlquiz.grading.reading.parser import Parser

CLOSERS = {"(": ")", "[": "]", "{": "}", "\\{": "\\}", "|": "|", "‖": "‖", "⌊": "⌋", "⌈": "⌉", "⟨": "⟩"}


def read_bracket(p: Parser) -> Node:
    """Read what an opening bracket or bar starts."""
    token = p.token
    text = token.text
    if text == "{" and (_holds_name(p, "if") or top_level(p, p.at + 1, group_end(p), {";"})):
        return cases.read_cases(p)
    if text == "[" and _is_literal(p):
        return read_array(p)
    if text == "\\{":
        return read_set(p) if _is_set(p) else _grouped(p)
    p.advance()
    if text == "⟨":
        sides = arguments(p, "⟩")
        if len(sides) == 1:
            raise FormulaError("Write E_q[...] for the expectation ⟨...⟩ over q.", token.column)
        return inner_product(sides, token.column)
    if text == "|":
        return _between_bars(p, token.column)
    if text == "‖":
        node = inside(p, "‖", "norm")
        return signatures.norm(node, norm_order(p), token.column)
    if text in {"⌊", "⌈"}:
        node = inside(p, CLOSERS[text], "group")
        return signatures.call("floor" if text == "⌊" else "ceil", [node], token.column)
    if text == "{" and any(t.kind == "latex" and t.text == "choose" for t in p.tokens[p.at :]):
        return _braced_or_choice(p, token.column)
    start = p.at - 1
    node = inside(p, CLOSERS[text], "group")
    if text == "[" and node.type == TRUTH:
        message = "Write 1[...] for the number that is 1 where the condition holds."
        if not cases.stands_alone(p, start) or p.two_readings("indicator", message, token.column):
            return cases.indicator(node, token.column)
    return shapes.refuse_pair(node) if node.op != "pair" else node


def _between_bars(p: Parser, column: int) -> Node:
    """Read ``|x|``, of a vector its length; there it may be meant as the sum of its entries' sizes."""
    node = inside(p, "|", "bar")
    if node.type.kind != "vector":
        return signatures.size_of(node, column)
    order = norm_order(p) if p.is_op("_") else ""
    message = "|x| of a vector is read as ||x||: write that, ||x||_1 or abs(x)."
    squared = p.is_op("^") and p.look(2 if p.look().text == "{" else 1).text == "2"
    if not order and squared:
        order = "2"
    if not order:
        order = "1" if p.two_readings("size", message, column) else "2"
    return signatures.norm(node, order, column)


def opens_angle(p: Parser) -> bool:
    """Tell whether ``<`` comes next and opens ``<u, v>``: a comma and ``>`` follow outside of brackets."""
    if not p.is_op("<"):
        return False
    depth, comma = 0, False
    for token in p.tokens[p.at + 1 :]:
        if token.kind != "op":
            continue
        depth += (token.text in {"(", "[", "{", "\\{"}) - (token.text in {")", "]", "}", "\\}"})
        if depth < 0:
            return False
        if not depth and token.text in {">", ">="}:
            return comma
        comma = comma or (not depth and token.text == ",")
    return False


def read_angle(p: Parser) -> Node:
    """Read ``<u, v>``, typed with signs of order."""
    column = p.advance().column
    p.contexts.append("angle")
    left = p.expression(0)
    if not p.is_op(","):
        raise FormulaError("'<' can't stand here.", column)
    p.advance()
    right = p.expression(0)
    p.contexts.pop()
    if p.is_op(">="):
        p.tokens[p.at : p.at + 1] = [replace(p.token, text=">"), replace(p.token, text="=")]
    p.expect(">", " to close the inner product")
    return inner_product([left, right], column)


def inner_product(sides: list[Node], column: int) -> Node:
    """Return the inner product of two vectors, or of two matrices of one shape."""
    if len(sides) == 2 and all(side.type.kind == "matrix" for side in sides):
        left, right = (shapes.refuse_pair(side) for side in sides)
        return signatures.call("tr", [shapes.mul(shapes.transpose(left, column), right, column, "")], column)
    return signatures.call("dot", sides, column)


def _braced_or_choice(p: Parser, column: int) -> Node:
    r"""Read the rest of ``{n \choose k}``, or of any group in braces."""
    p.contexts.append("group")
    node = p.expression(0)
    if p.token.kind == "latex" and p.token.text == "choose":
        p.advance()
        node = signatures.call("binom", [node, p.expression(0)], column)
    p.contexts.pop()
    p.expect("}", " to close the bracket")
    return node


def inside(p: Parser, closer: str, context: str) -> Node:
    """Read an expression up to its closing bracket, and step over that."""
    p.contexts.append(context)
    node = p.expression(0)
    if closer == ")" and p.token.text == "choose":
        column = p.advance().column
        node = signatures.call("binom", [node, p.expression(0)], column)
    if closer == ")":
        node = cases.alternatives(p, node)
    p.contexts.pop()
    if p.is_op(",") and p.look().text == closer:
        raise FormulaError("Nothing follows the ',': leave it out.", p.token.column)
    if closer == "|" and p.is_op("‖") and not p.token.spaced:  # |a||b|
        p.tokens[p.at : p.at + 1] = [replace(p.token, text="|"), replace(p.token, text="|")]
    p.expect(closer, " to close the bracket")
    return node


def arguments(
    p: Parser,
    closer: str = ")",
    context: str = "group",
    between: tuple[str, ...] = (",",),
    *,
    sets: bool = False,
) -> list[Node]:
    """Read expressions divided by commas up to a closing bracket, and step over that."""
    p.contexts.append(context)
    args = []
    while not p.is_op(closer):
        args.append(set_or_operand(p, 0) if sets else p.expression(0))
        if not p.accept(*between):
            break
        if p.is_op(closer):
            raise p.unexpected()
    p.contexts.pop()
    p.expect(closer, " to close the bracket")
    return args


def group_end(p: Parser, start: int | None = None) -> int:
    """Return where the bracket closes that opens at a token (the next one by default)."""
    at = p.at if start is None else start
    depth = 0
    for place in range(at, len(p.tokens)):
        token = p.tokens[place]
        if token.kind != "op":
            continue
        if token.text in {"(", "[", "{", "\\{"}:
            depth += 1
        elif token.text in {")", "]", "}", "\\}"}:
            depth -= 1
            if not depth:
                return place
    raise FormulaError("A bracket is not closed.", p.tokens[at].column)


def top_level(p: Parser, start: int, end: int, texts: set[str]) -> list[int]:
    """Return where signs stand outside all brackets between two tokens."""
    depth, found = 0, []
    for place in range(start, end):
        token = p.tokens[place]
        if token.kind in {"op", "command"} and token.text in {"(", "[", "{", "\\{", "begin"}:
            depth += 1
        elif token.kind in {"op", "command"} and token.text in {")", "]", "}", "\\}", "end"}:
            depth -= 1
        elif not depth and token.text in texts and token.kind in {"op", "name"}:
            found.append(place)
    return found


def _holds_name(p: Parser, name: str) -> bool:
    end = group_end(p)
    return any(t.kind == "name" and t.text in {name, "otherwise"} for t in p.tokens[p.at + 1 : end])


def _is_literal(p: Parser) -> bool:
    end = group_end(p)
    rows = p.look().text == "[" and not top_level(p, p.at + 2, group_end(p, p.at + 1), cases.COMPARISONS)
    return rows or bool(top_level(p, p.at + 1, end, {","}))


def norm_order(p: Parser) -> str:
    """Read the order of a norm, written as its subscript."""
    if not p.is_op("_"):
        return ""
    p.advance()
    if p.accept("{"):
        order = p.advance().text
        p.expect("}")
    else:
        order = p.advance().text
    return {"infty": "inf", "fro": "F"}.get(order, order)


# --- literals -------------------------------------------------------------------------------------


def read_array(p: Parser) -> Node:
    """Read ``[a, b]`` or ``[[a, b], [c, d]]``."""
    column = p.advance().column
    items = arguments(p, "]")
    return array(items, column)


def array(items: list[Node], column: int) -> Node:
    """Return a vector of numbers, or a matrix of rows."""
    if all(shapes.is_number(item) for item in items):
        return Node("vector", tuple(items), type=shapes.vector_type(size_constant(len(items))), column=column)
    if all(item.type.kind == "vector" for item in items):
        if any(sizes_differ(items[0].type.sizes[0], item.type.sizes[0]) for item in items):
            raise FormulaError("The rows of a matrix have one length.", column)
        return Node(
            "matrix",
            tuple(items),
            type=shapes.matrix_type(size_constant(len(items)), items[0].type.sizes[0]),
            column=column,
        )
    raise FormulaError("The entries of an array are numbers, or rows of numbers.", column)


def read_set(p: Parser) -> Node:
    """Read ``{i}`` or ``{1, 2}`` as a set of numbers."""
    token = p.advance()
    items = arguments(p, CLOSERS[token.text])
    if not all(shapes.is_number(item) for item in items):
        raise FormulaError("The elements of a set are numbers here.", token.column)
    return Node("set", tuple(items), type=SET, column=token.column)


def _is_set(p: Parser) -> bool:
    r"""Tell whether ``\{...\}`` holds elements, or is a group: one number that no set sign follows."""
    end = group_end(p)
    signs = {"∪", "∩", "∖", "⊆"}
    return p.tokens[end + 1].text in signs or end == p.at + 1 or bool(top_level(p, p.at + 1, end, {","}))


def _grouped(p: Parser) -> Node:
    p.advance()
    return shapes.refuse_pair(inside(p, "\\}", "group"))


def set_or_operand(p: Parser, level: int) -> Node:
    """Read the right side of a set sign, where braces make a set."""
    if p.is_op("{", "\\{"):
        return read_set(p)
    if p.is_op("not"):
        return p.prefix(level)
    return p.expression(level)


def set_operation(sign: str, left: Node, right: Node, column: int) -> Node:
    """Return a union, intersection or difference of two sets."""
    if left.type == SET and right.type.kind == "number":  # N \ i
        right = Node("set", (right,), type=SET, column=right.column)
    for side in (left, right):
        if side.type != SET:
            raise FormulaError(f"{sign} is of sets or events, not of {side.type}.", side.column or column)
    op = {"∪": "union", "∩": "intersection", "∖": "difference"}[sign]
    return Node(op, (left, right), type=SET, column=column)


def membership(sign: str, left: Node, right: Node, column: int) -> Node:
    """Return the condition that a number is in a set."""
    if right.type != SET or not shapes.is_number(left):
        raise FormulaError("'in' stands between a number and a set.", column)
    node = Node("in", (left, right), type=TRUTH, column=column)
    return node if sign == "in" else Node("not", (node,), type=TRUTH, column=column)


def braced(p: Parser) -> Node:
    """Read the next group in braces."""
    p.expect("{")
    return inside(p, "}", "group")
