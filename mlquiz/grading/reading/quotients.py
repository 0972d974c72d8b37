"""Quotients of differentials: ``dL/dy``, ``∂f/∂x_i``, ``d^2f/dx^2``, ``d/dx (...)``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlquiz.grading.reading import brackets, derivatives, names
from mlquiz.grading.reading.priorities import MULTIPLY
from mlquiz.grading.syntax import shapes
from mlquiz.grading.syntax.kinds import Function, Opaque, quotient_name
from mlquiz.grading.syntax.records import replace
from mlquiz.grading.syntax.spelling import join_name
from mlquiz.grading.syntax.tree import ForbiddenError, FormulaError, Node, Type

if TYPE_CHECKING:
    from mlquiz.grading.reading.lexer import Token
    from mlquiz.grading.reading.parser import Parser

_WORD = re.compile(r"[\w'^,/+-]*")
_DIFFERENTIAL = re.compile(r"d[A-Za-z](_\w+)?")


def read_partial_sign(p: Parser) -> Node | None:
    """Read ``∂_x f(x, y)``, where that stands next."""
    if not (p.is_op("∂") and p.look().text == "_"):
        return None
    column = p.advance().column
    return derivatives.read_gradient(p, "", column)


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
    start, top = p.at, p.tokens[p.at : slash]
    end = _bottom_end(p, slash + 1)
    if end is None:
        return None
    for _ in range(_order(_texts(top))[0] - 1):  # ∂²f/∂x∂y
        further = _bottom_end(p, end) if p.tokens[end].text == "∂" else None
        end = further or end
    bottom = [t for t in p.tokens[slash + 1 : end] if t.text not in {"(", ")"}]
    if any(t.text == "(" for t in top):
        return _of_expression(p, start, slash, _texts(bottom), end)
    return _derivative(p, _texts(top), _texts(bottom), end, token.column)


def _slash(p: Parser) -> int | None:
    place = p.at
    while place < min(p.at + 12, len(p.tokens)):
        token = p.tokens[place]
        if token.kind == "op" and token.text == "/":
            return place
        if token.text == "(" and place > p.at:  # df(x)/dx
            closing = brackets.group_end(p, place)
            return closing + 1 if p.tokens[closing + 1].text == "/" else None
        place += 1
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
    if p.tokens[place - 1].text == "d" and p.tokens[place].kind == "name" and not p.tokens[place].spaced:
        place += 1  # dθ
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
    if len(top) > (1 if top[0] != "d" else 2):
        return None
    nodes = [derivatives.variable_node(p, v, column) for v in variables]
    if None in nodes or (of and p.kind_of(of) is None):
        _refuse_unknown(p, whole, top, bottom, column)
        return None
    p.at = end
    if isinstance(p.kind_of(of), Function) and p.is_op("("):
        return derivatives.at_point(p, of, variables, whole, column)
    body = _differentiated(p, of, variables, column)
    return derivatives.partial(p, body, variables, column)


def _refuse_unknown(p: Parser, whole: str, top: list[str], bottom: list[str], column: int) -> None:
    """Refuse a derivative of or by an unknown name, where it can be nothing else: ``∂x/∂y``, ``dx_j/dy``."""
    signed = "∂" in {p.token.text, p.look().text}
    words = [word for word in ("".join(top), "".join(bottom)) if _DIFFERENTIAL.fullmatch(word)]
    if not signed and (len(words) < 2 or p.kind_of("d") is not None):
        return
    if any(word.partition("_")[0] in p.declarations.families for word in words):
        return
    known = sorted(p.declarations.quotients)
    offer = f" Known here: {', '.join(known)}." if known else ""
    raise FormulaError(f"I don't know the derivative {whole}.{offer}", column)


def _of_expression(p: Parser, start: int, stop: int, bottom: list[str], end: int) -> Node | None:
    """Read a derivative whose upper side, between two tokens, is more than a name: ``∂f(x)/∂x``."""
    mark, first = p.at, p.tokens[start]
    variables = _variables(bottom)
    inside = start if first.text[:1] == "d" and len(first.text) > 1 else start + 1
    order = 1
    if p.tokens[inside].text == "^" and p.tokens[inside + 1].text.isdigit():
        order, inside = int(p.tokens[inside + 1].text), inside + 2
    if variables is None or len(variables) != order or inside >= stop:
        return None
    if any(derivatives.variable_node(p, v, first.column) is None for v in variables):
        return None
    if inside == start:
        p.tokens[start] = replace(first, text=first.text[1:])
    p.at = inside
    p.contexts.append("group")
    body = shapes.refuse_pair(p.expression(0 if p.tokens[stop].text == "}" else MULTIPLY))
    p.contexts.pop()
    if p.at != stop:
        p.at, p.tokens[start] = mark, first
        return None
    p.at = end
    return derivatives.partial(p, body, variables, first.column)


def _alike(p: Parser, whole: str) -> bool:
    """Tell whether a derivative is of and by letters that declared derivatives are of and by."""
    if not _WORD.fullmatch(whole):
        return False
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


def _differentiated(p: Parser, of: str, variables: list[str], column: int) -> Node:
    if not of:
        return derivatives.read_differentiated(p, variables)
    if not isinstance(p.kind_of(of), Function):
        return names.symbol(p, of, column)
    return Node("function", value=of, type=Type("function"), column=column)


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
    named = _derivative(p, _texts(top), _texts(bottom), end + 1, column)
    return named or _of_expression(p, start + 1, middle, _texts(bottom), end + 1)
