"""LaTeX cut into commands and characters, each with its column."""

import re
import unicodedata
from typing import NamedTuple

from mlquiz.typeset.errors import TypesetError


class Token(NamedTuple):
    """A command with its backslash, or a character; `column` counts from 1."""

    text: str
    column: int


_TOKEN = re.compile(r"\\operatorname\*|\\[A-Za-z]+|\\.|\|\||[^\s]", re.DOTALL)


def tokenize(latex: str) -> list[Token]:
    """Cut LaTeX into tokens; white space ends a command and is dropped.

    Raises
    ------
    TypesetError
        At control and formatting characters, a comment, a bare number sign, and a backslash at the end.
    """
    _refuse_invisible(latex)
    tokens = [Token(match[0], match.start() + 1) for match in _TOKEN.finditer(latex)]
    for token in tokens:
        if token.text in _REFUSED:
            raise TypesetError(_REFUSED[token.text], token.column)
    return tokens


_REFUSED = {
    "\\": "a backslash with nothing after it",
    "%": "a bare % begins a comment in LaTeX; a percent sign is \\%",
    "#": "a bare # has no meaning in maths; a number sign is \\#",
}


def _refuse_invisible(latex: str) -> None:
    if latex.isascii() and latex.isprintable():
        return
    for index, character in enumerate(latex):
        if character.isprintable() or character.isspace():
            continue
        name = unicodedata.name(character, "").lower() or f"control character U+{ord(character):04X}"
        raise TypesetError(f"an invisible character ({name})", index + 1)
