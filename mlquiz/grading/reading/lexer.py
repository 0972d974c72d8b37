"""From characters to tokens: plain typing, Unicode and LaTeX become one stream of names, numbers and
signs.
"""

from __future__ import annotations

import re

from mlquiz.grading.reading import ones, tex
from mlquiz.grading.reading.characters import clean, visible
from mlquiz.grading.reading.refusals import SIGNS
from mlquiz.grading.syntax import spelling
from mlquiz.grading.syntax.records import Record, replace
from mlquiz.grading.syntax.tree import FormulaError

MAX_CHARACTERS = 4000
MAX_DIGITS = 100
_NAME = re.compile(r"log1p(?![A-Za-z])|[A-Za-z]+(?:[0-9]+(?![.0-9]))?'*(?:_[A-Za-z0-9]+'*)*")
_SUB = re.compile(r"[0-9]*'*(?:_[A-Za-z0-9]+'*)+|[0-9]+(?![.0-9])|'+")
_NUMBER = re.compile(r"(?:[0-9]+(?:\.(?!\.)[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+(?![A-Za-z0-9]))?")
_OPERATORS = (
    "...", "..", "<->", "**", "<=", ">=", "!=", "==", "=>", "->", "<-", ":=", "||", ".*", "./", "&&", "//",
)  # fmt: skip
_SINGLE = set("+-*/^()[]{}|,;=<>!_'@~:&·×⊙⊗‖∩∪∖⊆∝⌊⌋⌈⌉∂.%⟨⟩†#")


class Token(Record):
    r"""A name, a number, a command with arguments, or a sign.

    ``end`` is the column behind it; ``grown`` is a bracket behind ``\left``.
    """

    __slots__ = ("column", "end", "grown", "kind", "spaced", "text")

    def __init__(
        self, kind: str, text: str, column: int, end: int, spaced: bool = False, grown: bool = False
    ) -> None:
        self.kind, self.text, self.column, self.end = kind, text, column, end
        self.spaced, self.grown = spaced, grown


class Lexer:
    """Read one text into tokens; ``notices`` are remarks on what was read as something else."""

    def __init__(
        self,
        text: str,
        *,
        sigma_declared: bool = False,
        pi_declared: bool = False,
        sigmas: frozenset[str] = frozenset(),
    ) -> None:
        if len(text) > MAX_CHARACTERS:
            raise FormulaError(
                f"That is {len(text)} characters long; a formula has at most {MAX_CHARACTERS}."
            )
        cleaned, columns, self.notices = clean(text)
        self.text, self.columns = tex.prepare(cleaned, columns)
        self.sums = {} if sigma_declared else {"Σ": "sum"}
        self.doubtful_sigma = 0  # the column of a Σ that may be meant as a sum
        self.sigma_declared = sigma_declared
        self.sigmas = sigmas
        if not pi_declared:
            self.sums["Π"] = "prod"
        self.at = 0
        self.tokens: list[Token] = []
        self.spaced = False
        self.grown = False

    def read(self) -> list[Token]:
        """Return the tokens, an end token last."""
        while self.at < len(self.text):
            self._step()
        end = self.columns[-1] if self.columns else 1
        self.tokens.append(Token("end", "", end, end, self.spaced))
        return self.tokens

    def add(self, kind: str, text: str, start: int) -> None:
        """Add a token that began at a place and ends where the lexer stands."""
        last = self.columns[min(self.at, len(self.columns) - 1)]
        self.tokens.append(Token(kind, text, self.columns[start], last, self.spaced, self.grown))
        self.spaced = self.grown = False

    def _step(self) -> None:
        text, at = self.text, self.at
        char = text[at]
        if char.isspace() or char == "$":
            self.at += 1
            self.spaced = True
        elif char == "\\":
            tex.read_command(self)
        elif char.isascii() and char.isalpha():
            self._name(_NAME)
        elif char in "𝟙𝟏":
            self.at += 1
            self.add("number", ones.SIGN, at)
        elif char.isdigit() or (char == "." and text[at + 1 : at + 2].isdigit()):
            self._number()
        elif char == "Σ" and self._is_declared_sigma():
            self._greek("Sigma")
        elif char == "Σ" and self.sigma_declared and text[at + 1 : at + 2] == "_":
            self.doubtful_sigma = self.columns[at]
            self._greek("Sigma")
        elif char in self.sums or char in spelling.SIGN_NAMES:
            self.at += 1
            self.add("name", self.sums.get(char) or spelling.SIGN_NAMES[char], at)
        elif char in spelling.GREEK_LETTERS:
            self._greek(spelling.GREEK_LETTERS[char])
        else:
            self._sign()

    def _is_declared_sigma(self) -> bool:
        """Tell whether the sign is a declared ``Sigma_r``, and no sum over r."""
        match = re.compile(r"_(?:\{([A-Za-z0-9]+)\}|([A-Za-z0-9]+))").match(self.text, self.at + 1)
        if match is None:
            return False
        used_up = re.compile(r"\s*(?:[),|}\]]|\^\{?-|$)").match(self.text, match.end())
        declared = f"Sigma_{match.group(1) or match.group(2)}" in self.sigmas
        return declared or (used_up is not None and "Sigma[]" in self.sigmas)

    def _name(self, pattern: re.Pattern[str]) -> None:
        start = self.at
        match = pattern.match(self.text, start)
        assert match is not None
        word, end = match.group(), match.end()
        if (
            end < len(self.text)
            and self.text[end] in spelling.COMBINING
            and len(word) > 1
            and "_" not in word
        ):
            word, end = word[:-1], end - 1
        self.at = end
        if end < len(self.text) and self.text[end] in spelling.COMBINING:
            word += spelling.COMBINING[self.text[end]]
            self.at += 1
            self.add_with_tail(word, start)
            return
        self._add_name(word, start)

    def _add_name(self, word: str, start: int) -> None:
        if word in {"and", "or", "not", "in", "notin"}:
            self.add("op", word, start)
        elif word in {"setminus", "cup", "cap", "subseteq", "subset"}:
            self.add("op", spelling.COMMAND_SIGNS[word], start)
        else:
            self.add("name", word, start)

    def _greek(self, word: str) -> None:
        start = self.at
        self.at += 1
        if self.at < len(self.text) and self.text[self.at] in spelling.COMBINING:
            word += spelling.COMBINING[self.text[self.at]]
            self.at += 1
        self.add_with_tail(word, start)

    def add_with_tail(self, word: str, start: int) -> None:
        """Add a name that began as a Greek letter or a marked one: its digits, subscript and primes."""
        match = _SUB.match(self.text, self.at)
        if match:
            word += match.group()
            self.at = match.end()
        self._add_name(word, start)

    def _number(self) -> None:
        start = self.at
        match = _NUMBER.match(self.text, start)
        if not match:
            raise FormulaError(f"I can't read the digit {self.text[start]!r}.", self.columns[start])
        word = match.group()
        if sum(char.isdigit() for char in word) > MAX_DIGITS:
            raise FormulaError(f"A number has at most {MAX_DIGITS} digits.", self.columns[start])
        if word.endswith(".") and self.text[match.end() : match.end() + 1] in {"*", "/"}:
            word = word[:-1]
        self.at = start + len(word)
        self.add("number", word, start)

    def _sign(self) -> None:
        start = self.at
        for sign in _OPERATORS:
            if self.text.startswith(sign, start):
                self.at += len(sign)
                if sign == "<-" and self.text[self.at : self.at + 1] not in {" ", ""}:
                    self.at, sign = start + 1, "<"
                self.add(
                    "op", {"**": "^", "||": "‖", "==": "=", "&&": "and", "...": ".."}.get(sign, sign), start
                )
                return
        char = self.text[start]
        if char not in _SINGLE:
            if char in SIGNS:
                raise FormulaError(SIGNS[char], self.columns[start])
            raise FormulaError(f"I don't know the sign {visible(char)}.", self.columns[start])
        if char == "." and not self.text[start + 1 :].strip():
            self.at += 1
            return
        self.at += 1
        self.add("op", char, start)

    def inner(self, text: str) -> list[Token]:
        """Return the tokens of the inside of a command."""
        lexer = Lexer(text, sigmas=self.sigmas)
        lexer.sums = self.sums
        return lexer.read()[:-1]

    def add_inner(self, text: str, start: int) -> None:
        """Add the tokens of the inside of a command that began at a place."""
        column = self.columns[start]
        self.tokens += [replace(token, column=column, end=column) for token in self.inner(text)]


def as_typed(tokens: list[Token]) -> str:
    """Return tokens as text, nearly as they were typed."""
    signs = {"latex": "\\", "command": "\\"}
    return "".join(" " * t.spaced + signs.get(t.kind, "") + t.text for t in tokens).strip()
