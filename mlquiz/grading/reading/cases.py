"""Values by cases, and indicators: in braces, as Python has them, as a 1 before a condition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.grading.reading import brackets
from mlquiz.grading.syntax.kinds import Event
from mlquiz.grading.syntax.spelling import join_name
from mlquiz.grading.syntax.tree import EVENT, NUMBER, TRUTH, FormulaError, Node

if TYPE_CHECKING:
    from mlquiz.grading.reading.parser import Parser

IF = {"if", "for", "when"}
COMPARISONS = {"<", ">", "<=", ">=", "=", "!=", "in", "notin", "and", "or", "not", "⊆"}


def stands_alone(p: Parser, start: int) -> bool:
    """Tell whether ``[x > 0]``, which opened at a token and has been read, is a condition and no 0 or 1."""
    first = start == 0 or p.tokens[start - 1].text in {"and", "or", "not", "if", "="}
    return first and (p.token.kind == "end" or p.token.text in {"and", "or", ")", "}", ",", ";", "else"})


def is_indicator(p: Parser) -> bool:
    """Tell whether the bracket after a 1 holds a condition."""
    start = p.at + 1 if p.is_op("_") else p.at
    if p.is_op("_") and _is_event(p, start, start + 1):  # 1_A
        return True
    if p.tokens[start].text not in brackets.CLOSERS:
        return False
    if p.tokens[start].text == "{" and p.tokens[start + 1].text in {"\\{", "["}:
        start += 1
    end = brackets.group_end(p, start)
    return bool(brackets.top_level(p, start + 1, end, COMPARISONS)) or _is_event(p, start + 1, end)


def _is_event(p: Parser, start: int, end: int) -> bool:
    """Tell whether a declared event stands between two tokens, inside an expectation: ``E[1[A]]``."""
    kind = p.kind_of(join_name(p.tokens[start].text)) if end == start + 1 else None
    return bool(p.randomness) and isinstance(kind, Event)


def read_indicator(p: Parser, column: int) -> Node:
    """Read ``1[condition]``."""
    p.accept("_")
    if p.token.kind == "name":
        return Node("indicator", (p.operand(),), column=column)
    opener = p.advance().text
    if opener == "{" and p.is_op("\\{", "["):  # \mathbf{1}_{\{x > 0\}}
        node = brackets.inside(p, brackets.CLOSERS[p.advance().text], "group")
        p.expect("}", " to close the bracket")
        return indicator(node, column)
    node = brackets.inside(p, brackets.CLOSERS[opener], "group")
    if node.type == EVENT and p.randomness:
        return Node("indicator", (node,), column=column)
    return indicator(node, column)


def indicator(condition: Node, column: int) -> Node:
    """Return the number that is 1 where a condition holds."""
    if condition.type != TRUTH:
        raise FormulaError("1[...] needs a condition inside, such as x > 0.", column)
    return Node("indicator", (condition,), column=column)


def by_cases(pairs: list[tuple[Node, Node | None]], column: int) -> Node:
    """Return a value by cases: (value, condition) pairs, the last without condition or with."""
    args: list[Node] = []
    shape = NUMBER
    if sum(condition is None for _, condition in pairs) > 1:
        raise FormulaError("Only one case can be without a condition.", column)
    pairs = sorted(pairs, key=lambda pair: pair[1] is None)
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
    pairs = _rows(p, [])
    p.contexts.pop()
    p.expect("}", " to close the cases")
    return by_cases(pairs, column)


def alternatives(p: Parser, value: Node) -> Node:
    """Read ``a if x > 0 else b``, or rows such as ``a if x > 0; b otherwise``, behind a value."""
    if not (p.token.kind == "name" and p.token.text in IF):
        return value
    column = p.advance().column
    return by_cases(_rows(p, [(value, p.expression(0))]), column)


def _rows(p: Parser, pairs: list[tuple[Node, Node | None]]) -> list[tuple[Node, Node | None]]:
    """Read cases up to a closing bracket or the end, some having been read."""
    while not p.is_op("}", ")") and p.token.kind != "end":
        if pairs and not p.accept(";", ",") and not _is_rest(p):
            break
        if _is_rest(p):
            p.advance()
            pairs.append((alternatives(p, p.expression(0)), None))
            break
        value = p.expression(0)
        pairs.append((value, case_condition(p)))
    return pairs


def _is_rest(p: Parser) -> bool:
    return p.token.kind == "name" and p.token.text in {"else", "otherwise"}


def case_condition(p: Parser) -> Node | None:
    """Read what stands after a case: a condition, or otherwise."""
    p.accept(",", "&")
    word = p.token.text
    if word in {"otherwise", "else"}:
        p.advance()
        return None
    if word in IF:
        p.advance()
    elif p.is_op("}", ";") or p.token.kind == "end":
        return None
    return p.expression(0)
