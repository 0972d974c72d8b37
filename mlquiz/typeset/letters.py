r"""Commands for letters and words: alphabets, ``\text``, names of operators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.typeset.errors import TypesetError
from mlquiz.typeset.nodes import Accent, Atom, Fence, Node, Operator, Row, Scripts, Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlquiz.typeset.parse import Parser
    from mlquiz.typeset.tokens import Token


def font(name: str) -> Callable[[Parser, Token], Node]:
    r"""Make the reader of a command such as ``\mathbf``."""

    def read(parser: Parser, token: Token) -> Node:
        row = restyle(parser.argument(token), name)
        return row.items[0] if len(row.items) == 1 else row

    return read


def restyle(row: Row, font: str) -> Row:
    """Give a font to every letter and digit of a row."""
    return Row(tuple(_restyle_node(item, font) for item in row.items))


def _restyle_node(node: Node, font: str) -> Node:
    if isinstance(node, Atom):
        return node._replace(font=font) if node.cls == "ord" else node
    if isinstance(node, Row):
        return restyle(node, font)
    if isinstance(node, Scripts):
        return node._replace(base=_restyle_node(node.base, font))
    if isinstance(node, Fence):
        return node._replace(parts=tuple(restyle(part, font) for part in node.parts))
    return node._replace(body=restyle(node.body, font)) if isinstance(node, Accent) else node


def words(parser: Parser, token: Token) -> Node:
    r"""Read ``\text{...}``."""
    raw, column = parser.raw(token)
    return text_node(raw, column)


def text_node(raw: str, column: int) -> Node:
    r"""Return the words of ``\text{...}``; ``$...$`` inside is maths."""
    pieces = _split_at_dollars(raw)
    if len(pieces) % 2 == 0:
        raise TypesetError("a dollar sign in \\text has no partner", column + raw.rindex("$"))
    if len(pieces) == 1:
        words = _plain_words(raw, column)
        return Operator(words, limits=True) if words in _LIMIT_WORDS else Text(words)
    nodes: list[Node] = []
    for index, piece in enumerate(pieces):
        if piece:
            nodes.append(_maths(piece, column) if index % 2 else Text(_plain_words(piece, column)))
        column += len(piece) + 1
    return Row(tuple(nodes))


def _split_at_dollars(raw: str) -> list[str]:
    """Split words from maths; a dollar that is escaped or within braces divides nothing."""
    pieces, depth, escaped = [""], 0, False
    for character in raw:
        depth += 0 if escaped else {"{": 1, "}": -1}.get(character, 0)
        if character == "$" and not depth and not escaped:
            pieces.append("")
        else:
            pieces[-1] += character
        escaped = character == "\\" and not escaped
    return pieces


def _maths(latex: str, column: int) -> Row:
    from mlquiz.typeset.parse import parse  # maths within words within maths

    try:
        return parse(latex)
    except TypesetError as error:
        raise TypesetError(error.message, column + error.column - 1) from None


_LIMIT_WORDS = {"argmax", "argmin", "arg max", "arg min"}
_ESCAPES = {
    "\\%": "%",
    "\\&": "&",
    "\\#": "#",
    "\\$": "$",
    "\\_": "_",
    "\\{": "{",
    "\\}": "}",
    "\\ ": " ",
    "\\,": " ",
    "~": " ",
}


def _plain_words(raw: str, column: int) -> str:
    words = " ".join(("x" + raw + "x").split())[1:-1]
    for escape, meaning in _ESCAPES.items():
        words = words.replace(escape, meaning)
    if "\\" in words:
        raise TypesetError(
            "a command inside words; set maths there between dollar signs", column + raw.find("\\")
        )
    return words


def roman(parser: Parser, token: Token) -> Node:
    r"""Read ``\mathrm{sim}``: words when it holds letters only, else upright maths."""
    row = parser.argument(token)
    letters = [item.name for item in row.items if isinstance(item, Atom) and item.name.isalnum()]
    if len(letters) == len(row.items):
        return Text("".join(letters))
    return row


def operator(parser: Parser, token: Token) -> Node:
    r"""Read ``\operatorname{...}``."""
    name = parser.name(token)
    return Operator(name, limits=token.text.endswith("*") or name in _LIMIT_WORDS)
