"""Brackets of every kind, powers, fractions and LaTeX environments."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlquiz.grading import shapes, signatures
from mlquiz.grading.tree import (
    NUMBER,
    SET,
    TRUTH,
    FormulaError,
    Node,
    size_constant,
    sizes_differ,
)

if TYPE_CHECKING:
    from mlquiz.grading.parser import Parser

CLOSERS = {"(": ")", "[": "]", "{": "}", "\\{": "\\}", "|": "|", "‖": "‖", "⌊": "⌋", "⌈": "⌉", "⟨": "⟩"}
_COMPARISONS = {"<", ">", "<=", ">=", "=", "!=", "in", "notin", "and", "or", "not", "⊆"}


def read_bracket(p: Parser) -> Node:
    """Read what an opening bracket or bar starts."""
    token = p.token
    text = token.text
    if text == "{" and _holds_name(p, "if"):
        return read_cases(p)
    if text == "[" and _is_literal(p):
        return read_array(p)
    if text == "\\{":
        return read_set(p)
    p.advance()
    if text == "⟨":
        sides = arguments(p, "⟩")
        return signatures.call("dot", sides, token.column)
    if text == "|":
        node = inside(p, "|", "bar")
        return signatures.size_of(node, token.column)
    if text == "‖":
        node = inside(p, "‖", "norm")
        return signatures.norm(node, norm_order(p), token.column)
    if text in {"⌊", "⌈"}:
        node = inside(p, CLOSERS[text], "group")
        return signatures.call("floor" if text == "⌊" else "ceil", [node], token.column)
    if text == "{" and any(t.kind == "latex" and t.text == "choose" for t in p.tokens[p.at :]):
        return _braced_or_choice(p, token.column)
    node = inside(p, CLOSERS[text], "group")
    return shapes.refuse_pair(node) if node.op != "pair" else node


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
    p.contexts.pop()
    if closer == "|" and p.is_op("‖") and not p.token.spaced:  # |a||b|
        p.tokens[p.at : p.at + 1] = [replace(p.token, text="|"), replace(p.token, text="|")]
    p.expect(closer, " to close the bracket")
    return node


def arguments(p: Parser, closer: str = ")", context: str = "group") -> list[Node]:
    """Read expressions divided by commas up to a closing bracket, and step over that."""
    p.contexts.append(context)
    args = []
    while not p.is_op(closer):
        args.append(p.expression(0))
        if not p.accept(","):
            break
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
    return bool(top_level(p, p.at + 1, end, {","})) or p.look().text == "["


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


# --- powers ---------------------------------------------------------------------------------------


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


def set_or_operand(p: Parser, level: int) -> Node:
    """Read the right side of a set sign, where plain braces make a set."""
    if p.is_op("{"):
        return read_set(p)
    if p.is_op("not"):
        return p.prefix(level)
    return p.expression(level)


def set_operation(sign: str, left: Node, right: Node, column: int) -> Node:
    """Return a union, intersection or difference of two sets."""
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


# --- cases and indicators -------------------------------------------------------------------------


def is_indicator(p: Parser) -> bool:
    """Tell whether the bracket after a 1 holds a condition."""
    start = p.at + 1 if p.is_op("_") else p.at
    if p.tokens[start].text not in CLOSERS:
        return False
    if p.tokens[start].text == "{" and p.tokens[start + 1].text in {"\\{", "["}:
        start += 1
    end = group_end(p, start)
    return bool(top_level(p, start + 1, end, _COMPARISONS))


def read_indicator(p: Parser, column: int) -> Node:
    """Read ``1[condition]``."""
    p.accept("_")
    opener = p.advance().text
    if opener == "{" and p.is_op("\\{", "["):  # \mathbf{1}_{\{x > 0\}}
        node = inside(p, CLOSERS[p.advance().text], "group")
        p.expect("}", " to close the bracket")
        return indicator(node, column)
    return indicator(inside(p, CLOSERS[opener], "group"), column)


def indicator(condition: Node, column: int) -> Node:
    """Return the number that is 1 where a condition holds."""
    if condition.type != TRUTH:
        raise FormulaError("1[...] needs a condition inside, such as x > 0.", column)
    return Node("indicator", (condition,), column=column)


def cases(pairs: list[tuple[Node, Node | None]], column: int) -> Node:
    """Return a value by cases: (value, condition) pairs, the last without condition or with."""
    args: list[Node] = []
    shape = NUMBER
    for value, condition in pairs:
        if condition is not None and condition.type != TRUTH:
            raise FormulaError("A case needs a condition, such as x > 0.", condition.column or column)
        if value.type.kind not in {"number", "optimum"}:
            shape = value.type
        args += [value] if condition is None else [value, condition]
    kind = shape if shape.kind != "optimum" else NUMBER
    return Node("cases", tuple(args), type=kind, column=column)


def read_cases(p: Parser) -> Node:
    """Read ``{a if condition; b otherwise}``."""
    column = p.advance().column
    p.contexts.append("group")
    pairs: list[tuple[Node, Node | None]] = []
    while not p.is_op("}"):
        value = p.expression(0)
        pairs.append((value, case_condition(p)))
        if not (p.accept(";") or p.accept(",")):
            break
    p.contexts.pop()
    p.expect("}", " to close the cases")
    return cases(pairs, column)


def case_condition(p: Parser) -> Node | None:
    """Read what stands after a case: a condition, or otherwise."""
    p.accept(",", "&")
    word = p.token.text
    if word in {"otherwise", "else"}:
        p.advance()
        return None
    if word in {"if", "for", "when"}:
        p.advance()
    elif p.is_op("}", ";"):
        return None
    return p.expression(0)


# --- commands -------------------------------------------------------------------------------------


def braced(p: Parser) -> Node:
    """Read the next group in braces."""
    p.expect("{")
    return inside(p, "}", "group")
