"""LaTeX to a tree of nodes."""

from __future__ import annotations

from mlquiz.typeset import commands
from mlquiz.typeset.errors import TypesetError
from mlquiz.typeset.group import group
from mlquiz.typeset.nodes import Atom, Fence, Fraction, Node, Row, Scripts, Text
from mlquiz.typeset.symbols import SYMBOLS
from mlquiz.typeset.tokens import Token, tokenize

_DEEPEST = 60
"""Groups within groups beyond this are refused, long before Python's stack ends."""


def parse(latex: str) -> Row:
    """Read LaTeX.

    Raises
    ------
    TypesetError
        At the first thing that can't be read, with its column.
    """
    return Parser(latex).formula()


class Parser:
    """A recursive-descent reader of one formula."""

    def __init__(self, latex: str) -> None:
        self.latex = latex
        self.tokens = tokenize(latex)
        self.position = 0
        self.depth = 0

    # --- tokens -------------------------------------------------------------------------------

    def peek(self) -> str:
        """Text of the next token, or an empty string at the end."""
        return self.tokens[self.position].text if self.position < len(self.tokens) else ""

    @property
    def column(self) -> int:
        """Where the next token stands."""
        return self.tokens[self.position].column if self.position < len(self.tokens) else len(self.latex) + 1

    def next(self, wanted: str) -> Token:
        """Take the next token; `wanted` says what it should be, for the message when there is none."""
        if self.position == len(self.tokens):
            raise TypesetError(f"the formula ends where {wanted} should follow", self.column)
        self.position += 1
        return self.tokens[self.position - 1]

    def expect(self, text: str, opened: Token) -> None:
        """Take the token that closes what `opened` began."""
        if self.peek() != text:
            found = f"{self.peek()} instead" if self.peek() else "the end of the formula"
            raise TypesetError(f"{opened.text} is not closed: expected {text}, found {found}", opened.column)
        self.position += 1

    # --- rows ---------------------------------------------------------------------------------

    def formula(self) -> Row:
        """Read all."""
        row = self.row()
        if not self.peek():
            return row
        raise TypesetError(_UNOPENED.get(self.peek(), f"{self.peek()} out of place"), self.column)

    def row(self, stop: str = "") -> Row:
        r"""Read nodes up to `stop` or a token that ends any row (a closing brace, ``&``, ``\right``, ...)."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise TypesetError(f"groups nested more than {_DEEPEST} deep", self.column)
        items: list[Node] = []
        while (text := self.peek()) and text not in _ROW_ENDS and text != stop:
            if text in _DIVIDERS:
                items = [self.divided(Row(group(items)))]
                break
            node = self.node()
            if node is not None:
                items.append(node)
        self.depth -= 1
        return Row(group(items))

    def divided(self, above: Row) -> Node:
        r"""Read the rest of ``above \over below``."""
        command = self.next("\\over").text
        below = self.row()
        if command == "\\over":
            return Fraction(above, below)
        return Fence("(", ")", (Row((Fraction(above, below, bar=False),)),))

    def node(self) -> Node | None:
        """Read one nucleus with its scripts; None for commands that leave nothing."""
        base = Row() if self.peek() in _SCRIPT_MARKS else self.nucleus()
        if base is None or self.peek() not in _AFTER_NUCLEUS:
            return base
        return self.scripts(base)

    def nucleus(self) -> Node | None:
        """Read a character, a group or a command with its arguments."""
        token = self.next("a symbol")
        if token.text == "{":
            body = self.row()
            self.expect("}", token)
            return body.items[0] if len(body.items) == 1 and isinstance(body.items[0], Atom | Text) else body
        if token.text in SYMBOLS:
            return Atom(token.text, SYMBOLS[token.text].cls)
        read = commands.READERS.get(token.text)
        if read is not None:
            return read(self, token)
        if token.text[0] == "\\":
            raise commands.unknown(token)
        if token.text == "$":
            raise TypesetError("a dollar sign inside maths; a dollar is \\$", token.column)
        return commands.character(token)

    def argument(self, of: Token) -> Row:
        """Read the argument of a command: a group, or one nucleus."""
        if self.peek() in _ROW_ENDS or self.peek() in _SCRIPT_MARKS:
            found = self.peek() or "the end of the formula"
            raise TypesetError(f"{of.text} needs an argument, found {found}", self.column)
        node = self.nucleus()
        if node is None:
            return Row()
        return node if isinstance(node, Row) else Row((node,))

    # --- scripts ------------------------------------------------------------------------------

    def scripts(self, base: Node) -> Node:
        r"""Read the scripts, primes and ``\limits`` that follow a nucleus."""
        sub: Row | None = None
        sup: Row | None = None
        limits: bool | None = None
        primes = 0
        while (mark := self.peek()) in _AFTER_NUCLEUS:
            token = self.next("a script")
            if mark in {"\\limits", "\\nolimits"}:
                limits = mark == "\\limits"
            elif mark == "'":
                primes += 1
            elif mark == "_":
                sub = self._only("subscript", sub, token)
            else:
                sup = self._only("superscript", sup, token)
        if primes:
            sup = Row(_prime_atoms(primes) + (sup.items if sup else ()))
        if sub is None and sup is None:
            return base
        return Scripts(base, sub, sup, limits)

    def _only(self, name: str, already: Row | None, token: Token) -> Row:
        if already is not None:
            raise TypesetError(f"a second {name} on one base; set braces around the first", token.column)
        return self.argument(token)

    # --- words --------------------------------------------------------------------------------

    def raw(self, of: Token) -> tuple[str, int]:
        """Take a braced argument as it is written, and the column of its first character."""
        opening = self.next(f"the argument of {of.text}")
        if opening.text != "{":
            return opening.text, opening.column
        depth = 1
        while depth:
            if self.position == len(self.tokens):
                raise TypesetError(f"the brace of {of.text} is not closed", opening.column)
            depth += {"{": 1, "}": -1}.get(self.tokens[self.position].text, 0)
            self.position += 1
        end = self.tokens[self.position - 1].column - 1
        return self.latex[opening.column : end], opening.column + 1

    def name(self, of: Token) -> str:
        """Take a braced argument as a name: thin spaces become spaces, other commands are refused."""
        text, column = self.raw(of)
        text = text.replace("\\,", " ").replace("\\ ", " ").replace("~", " ").strip()
        if "\\" in text or "{" in text:
            raise TypesetError(f"{of.text} takes plain words", column + max(text.find("\\"), 0))
        return text


def _prime_atoms(count: int) -> tuple[Node, ...]:
    """Two primes are one character, three too."""
    return tuple(Atom(_PRIMES[min(3, count - done)]) for done in range(0, count, 3))


_PRIMES = {1: "\\prime", 2: "\\dprime", 3: "\\trprime"}
_ROW_ENDS = {"}", "&", "\\\\", "\\right", "\\middle", "\\end", "\\cr", ""}
_DIVIDERS = {"\\over", "\\choose"}
_SCRIPT_MARKS = {"_", "^", "'"}
_AFTER_NUCLEUS = _SCRIPT_MARKS | {"\\limits", "\\nolimits"}
_UNOPENED = {
    "}": "} without an opening {",
    "&": "& outside an environment; an ampersand is \\&",
    "\\\\": "\\\\ outside an environment such as aligned",
    "\\right": "\\right without \\left",
    "\\middle": "\\middle outside \\left ... \\right",
    "\\end": "\\end without \\begin",
}
