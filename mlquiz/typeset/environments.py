r"""``\begin{...}`` to ``\end{...}``: matrices, cases and aligned equations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.typeset.errors import TypesetError
from mlquiz.typeset.nodes import Grid, Row

if TYPE_CHECKING:
    from mlquiz.typeset.parse import Parser
    from mlquiz.typeset.tokens import Token

# environment: kind, columns, left and right delimiters
_ENVIRONMENTS = {
    "matrix": ("matrix", "c", ".", "."),
    "smallmatrix": ("matrix", "c", ".", "."),
    "pmatrix": ("matrix", "c", "(", ")"),
    "bmatrix": ("matrix", "c", "[", "]"),
    "Bmatrix": ("matrix", "c", "\\{", "\\}"),
    "vmatrix": ("matrix", "c", "|", "|"),
    "Vmatrix": ("matrix", "c", "\\|", "\\|"),
    "array": ("matrix", "c", ".", "."),
    "cases": ("cases", "l", "\\{", "."),
    "dcases": ("cases", "l", "\\{", "."),
    "rcases": ("cases", "l", ".", "\\}"),
    "aligned": ("aligned", "rl", ".", "."),
    "align": ("aligned", "rl", ".", "."),
    "alignat": ("aligned", "rl", ".", "."),
    "alignedat": ("aligned", "rl", ".", "."),
    "split": ("aligned", "rl", ".", "."),
    "eqnarray": ("aligned", "rcl", ".", "."),
    "gather": ("aligned", "c", ".", "."),
    "gathered": ("aligned", "c", ".", "."),
    "equation": ("aligned", "l", ".", "."),
    "multline": ("aligned", "l", ".", "."),
}


def begin(parser: Parser, token: Token) -> Grid:
    r"""Read an environment after its ``\begin``."""
    column = parser.column
    name = parser.name(token)
    if name.rstrip("*") not in _ENVIRONMENTS:
        raise _unknown(name, column)
    kind, columns, left, right = _ENVIRONMENTS[name.rstrip("*")]
    if name.startswith("alignat") or name == "alignedat":
        parser.raw(token)
    if name == "array":
        columns = _column_letters(*parser.raw(token))
    cells = _cells(parser)
    _end(parser, name, token)
    return Grid(kind, cells, columns, left, right)


def lines(parser: Parser, opening: Token, of: Token) -> Grid:
    r"""Read the lines of ``\substack{a \\ b}``."""
    if opening.text != "{":
        raise TypesetError(f"{of.text} needs a braced argument", opening.column)
    cells = _cells(parser)
    parser.expect("}", opening)
    return Grid("lines", cells)


def _cells(parser: Parser) -> tuple[tuple[Row, ...], ...]:
    rows: list[tuple[Row, ...]] = []
    row: list[Row] = []
    while True:
        row.append(parser.row())
        if parser.peek() not in {"&", "\\\\", "\\cr"}:
            break
        if parser.next("a cell").text != "&":
            rows.append(tuple(row))
            row = []
    if len(row) > 1 or row[0].items or not rows:  # a last \\ begins no row
        rows.append(tuple(row))
    return tuple(rows)


def _end(parser: Parser, name: str, begun: Token) -> None:
    if parser.peek() != "\\end":
        found = parser.peek() or "the end of the formula"
        raise TypesetError(f"\\begin{{{name}}} is not closed: found {found}", begun.column)
    token = parser.next("\\end")
    column = parser.column
    ended = parser.name(token)
    if ended != name:
        raise TypesetError(f"\\begin{{{name}}} is closed by \\end{{{ended}}}", column)


def _column_letters(spec: str, column: int) -> str:
    letters = "".join(letter for letter in spec if letter not in "| ")
    wrong = next((letter for letter in letters if letter not in "lcr"), "")
    if wrong or not letters:
        raise TypesetError(f"columns are given as l, c and r, found {wrong or 'nothing'}", column)
    return letters


def _unknown(name: str, column: int) -> TypesetError:
    from difflib import get_close_matches  # only on the way to an error

    near = get_close_matches(name, _ENVIRONMENTS, n=1, cutoff=0.5)
    hint = f"; did you mean {near[0]}?" if near else ""
    return TypesetError(f"unknown environment {name}{hint}", column)
