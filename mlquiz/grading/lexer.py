"""From characters to tokens: plain typing, Unicode and LaTeX become one stream of names, numbers and
signs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mlquiz.grading import spelling
from mlquiz.grading.characters import clean, visible
from mlquiz.grading.tree import FormulaError

MAX_CHARACTERS = 4000
MAX_DIGITS = 100
_NAME = re.compile(r"[A-Za-z]+(?:[0-9]+(?![.0-9]))?'*(?:_[A-Za-z0-9]+'*)*")
_SUB = re.compile(r"[0-9]*'*(?:_[A-Za-z0-9]+'*)+|[0-9]+(?![.0-9])|'+")
_NUMBER = re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+(?![A-Za-z0-9]))?")
_OPERATORS = (
    "<->", "**", "<=", ">=", "!=", "==", "=>", "->", "<-", ":=", "||", ".*", "./", "&&",
)  # fmt: skip
_SINGLE = set("+-*/^()[]{}|,;=<>!_'@~:&·×⊙⊗‖∩∪∖⊆∝⌊⌋⌈⌉∂.%⟨⟩")
_BREAK = "\\\\"
_LATEX_ARGUMENTS = {
    "frac": 2,
    "dfrac": 2,
    "tfrac": 2,
    "cfrac": 2,
    "binom": 2,
    "dbinom": 2,
    "tbinom": 2,
    "sqrt": 1,
}


@dataclass(frozen=True, slots=True)
class Token:
    """A name, a number, a command with arguments, or a sign; ``end`` is the column behind it."""

    kind: str
    text: str
    column: int
    end: int
    spaced: bool = False


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
        self.text, self.columns, self.notices = clean(text)
        self.sums = {} if sigma_declared else {"Σ": "sum"}
        self.sigmas = sigmas
        if not pi_declared:
            self.sums["Π"] = "prod"
        self.at = 0
        self.tokens: list[Token] = []
        self.spaced = False

    def read(self) -> list[Token]:
        """Return the tokens, an end token last."""
        while self.at < len(self.text):
            self._step()
        end = self.columns[-1] if self.columns else 1
        self.tokens.append(Token("end", "", end, end, self.spaced))
        return self.tokens

    def _add(self, kind: str, text: str, start: int) -> None:
        last = self.columns[min(self.at, len(self.columns) - 1)]
        self.tokens.append(Token(kind, text, self.columns[start], last, self.spaced))
        self.spaced = False

    def _step(self) -> None:
        text, at = self.text, self.at
        char = text[at]
        if char.isspace() or char == "$":
            self.at += 1
            self.spaced = True
        elif char == "\\":
            self._command()
        elif char.isascii() and char.isalpha():
            self._name(_NAME)
        elif char.isdigit() or (char == "." and text[at + 1 : at + 2].isdigit()):
            self._number()
        elif char == "Σ" and self._is_declared_sigma():
            self._greek("Sigma")
        elif char in self.sums or char in spelling.SIGN_NAMES:
            self.at += 1
            self._add("name", self.sums.get(char) or spelling.SIGN_NAMES[char], at)
        elif char in spelling.GREEK_LETTERS:
            self._greek(spelling.GREEK_LETTERS[char])
        elif char in "𝟙𝟏":
            self.at += 1
            self._add("number", "1", at)
        else:
            self._sign()

    def _is_declared_sigma(self) -> bool:
        """Tell whether the sign is a declared ``Sigma_r``, and no sum over r."""
        match = re.compile(r"_(?:\{(\w+)\}|(\w+))").match(self.text, self.at + 1)
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
            self._with_tail(word, start)
            return
        self._add_name(word, start)

    def _add_name(self, word: str, start: int) -> None:
        if word in {"and", "or", "not", "in", "notin"}:
            self._add("op", word, start)
        elif word in {"setminus", "cup", "cap"}:
            self._add("op", spelling.COMMAND_SIGNS[word], start)
        else:
            self._add("name", word, start)

    def _greek(self, word: str) -> None:
        start = self.at
        self.at += 1
        if self.at < len(self.text) and self.text[self.at] in spelling.COMBINING:
            word += spelling.COMBINING[self.text[self.at]]
            self.at += 1
        self._with_tail(word, start)

    def _with_tail(self, word: str, start: int) -> None:
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
        self._add("number", word, start)

    def _sign(self) -> None:
        start = self.at
        for sign in _OPERATORS:
            if self.text.startswith(sign, start):
                self.at += len(sign)
                if sign == "<-" and self.text[self.at : self.at + 1] not in {" ", ""}:
                    self.at, sign = start + 1, "<"
                self._add("op", {"**": "^", "||": "‖", "==": "=", "&&": "and"}.get(sign, sign), start)
                return
        char = self.text[start]
        if char not in _SINGLE:
            raise FormulaError(f"I don't know the sign {visible(char)}.", self.columns[start])
        if char == "." and not self.text[start + 1 :].strip():
            self.at += 1
            return
        self.at += 1
        self._add("op", char, start)

    # --- LaTeX ------------------------------------------------------------------------------------

    def _command(self) -> None:  # noqa: C901 (one case for each family of commands)
        start = self.at
        match = re.compile(r"\\([A-Za-z]+\*?|.)", re.DOTALL).match(self.text, start)
        if not match:
            raise FormulaError("A backslash stands alone.", self.columns[start])
        name = match.group(1)
        self.at = match.end()
        if not name[0].isalpha():
            self._short_command(name, start)
        elif name in spelling.IGNORED_COMMANDS:
            self.spaced = self.spaced or name in {"quad", "qquad", "space", "thinspace"}
            if self.text[self.at : self.at + 1] == "." and name in {"left", "right"}:
                self.at += 1
        elif name in spelling.FONT_COMMANDS:
            self._font(name, start)
        elif name in spelling.MARK_COMMANDS:
            self._mark(spelling.MARK_COMMANDS[name], start)
        elif name in spelling.GREEK_COMMANDS:
            self._brace_scripts("^")
            self.tokens_tail(spelling.GREEK_COMMANDS[name], start)
        elif name in spelling.COMMAND_SIGNS:
            self._add("op", spelling.COMMAND_SIGNS[name], start)
        elif name in spelling.COMMAND_NAMES:
            self._brace_scripts("_^")
            self._add("name", spelling.COMMAND_NAMES[name], start)
        elif name in _LATEX_ARGUMENTS:
            self._brace_arguments(_LATEX_ARGUMENTS[name])
            self._add("command", re.sub("^[dtc](?=frac|binom)", "", name), start)
        elif name in {"begin", "end"}:
            self._add("command", name, start)
        elif name == "arg":
            self._arg(start)
        else:
            if name in {"max", "min", "argmax", "argmin"}:
                self._brace_scripts("_")
            self._add("latex", name, start)

    def tokens_tail(self, word: str, start: int) -> None:
        """Add a Greek command; LaTeX allows space before its subscript only in braces."""
        self._with_tail(word, start)

    def _brace_scripts(self, signs: str) -> None:
        r"""Put braces around one-letter scripts that stand here, as LaTeX reads them: ``\sum_iw_i``."""
        at = self.at
        while True:
            lowered = re.compile(r"\s*\\limits").match(self.text, at)
            at = lowered.end() if lowered else at
            match = re.compile(r"\s*([_^])\s*([A-Za-z]'*)(?=[A-Za-z0-9_])").match(self.text, at)
            if match and match.group(1) in signs and not self._is_word(match.start(2)):
                first, last = match.span(2)
                self._insert(last, "}")
                self._insert(first, "{")
                at = last + 2
                continue
            group = re.compile(r"\s*[_^]\s*(?:\{|[A-Za-z0-9])").match(self.text, at)
            if not group or self.text[at:].lstrip()[0] not in signs:
                return
            at = matching(self.text, group.end() - 1) + 1 if group.group()[-1] == "{" else group.end()

    def _is_word(self, at: int) -> bool:
        """Tell whether a script is a Greek letter or a label written out."""
        match = re.compile(r"[A-Za-z]*").match(self.text, at)
        return match is not None and match.group() in spelling.GREEK_NAMES | {"old", "new", "star", "top"}

    def _insert(self, at: int, char: str) -> None:
        self.text = self.text[:at] + char + self.text[at:]
        self.columns[at:at] = [self.columns[min(at, len(self.columns) - 1)]]

    def _short_command(self, char: str, start: int) -> None:
        if char in ",;:! >":
            self.spaced = True
        elif char in "{}":
            self._add("op", "\\" + char, start)
        elif char == "|":
            self._add("op", "‖", start)
        elif char == "\\":
            self._add("op", _BREAK, start)
        elif char in "%&_#":
            self._add("op", char, start)
        else:
            raise FormulaError(f"I don't know the command \\{visible(char)}.", self.columns[start])

    def _arg(self, start: int) -> None:
        match = re.compile(r"(?:\\[,;: ]|\s)*\\?(max|min)(?![A-Za-z])").match(self.text, self.at)
        if not match:
            raise FormulaError("\\arg is followed by \\max or \\min.", self.columns[start])
        self.at = match.end()
        self._brace_scripts("_")
        self._add("name", "arg" + match.group(1), start)

    def _group(self, what: str) -> str:
        """Return the text of the next group or single character, and step over it."""
        while self.text[self.at : self.at + 1].isspace():
            self.at += 1
        if self.text[self.at : self.at + 1] == "{":
            end = matching(self.text, self.at)
            inside = self.text[self.at + 1 : end]
            self.at = end + 1
            return inside
        match = re.compile(r"\\[A-Za-z]+|.", re.DOTALL).match(self.text, self.at)
        if not match:
            raise FormulaError(f"\\{what} needs something after it.", self.columns[-1])
        self.at = match.end()
        return match.group()

    def _font(self, name: str, start: int) -> None:
        word = self._group(name).strip().strip("\\").strip()
        if name in {"mathbb", "mathbf"} and word == "1":
            self._add("number", "1", start)
            return
        words = re.sub(r"\\[,;: !]|\s+", " ", word).strip()
        words = words.removeprefix("\\")
        words = words.replace("arg m", "argm")
        words = spelling.GREEK_COMMANDS.get(words, spelling.GREEK_LETTERS.get(words, words))
        if re.fullmatch(r"[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*", words):
            self._with_tail({"Tr": "tr", "transpose": "T"}.get(words, words), start)
        elif words:
            inner = Lexer(words).read()[:-1]
            for token in inner:
                column = self.columns[start]
                self.tokens.append(Token(token.kind, token.text, column, column, token.spaced))

    def _mark(self, mark: str, start: int) -> None:
        inner = [t for t in Lexer(self._group(mark)).read()[:-1] if t.text not in {"{", "}"}]
        if len(inner) != 1 or inner[0].kind != "name":
            raise FormulaError(f"A {mark} stands over one letter.", self.columns[start])
        base, _, sub = inner[0].text.partition("_")
        self._with_tail(base + mark + (f"_{sub}" if sub else ""), start)

    def _brace_arguments(self, count: int) -> None:
        r"""Put braces around the next arguments of a command: ``\frac12`` becomes ``\frac{1}{2}``."""
        at = self.at
        for _ in range(count):
            while self.text[at : at + 1].isspace():
                at += 1
            if self.text[at : at + 1] == "[":
                at = self.text.find("]", at) + 1 or at
            if self.text[at : at + 1] == "{":
                at = matching(self.text, at) + 1
                continue
            match = re.compile(r"\\[A-Za-z]+(?:\s*\{[^{}]*\})*|.", re.DOTALL).match(self.text, at)
            if not match:
                raise FormulaError("Something is missing after the command.", self.columns[-1])
            self.text = f"{self.text[:at]}{{{match.group()}}}{self.text[match.end() :]}"
            self.columns[at:at] = [self.columns[at]]
            self.columns[match.end() + 1 : match.end() + 1] = [self.columns[match.end()]]
            at = match.end() + 2


def matching(text: str, at: int) -> int:
    """Return where the brace that opens at ``at`` closes."""
    depth = 0
    for place in range(at, len(text)):
        if text[place] in "{}" and text[place - 1] != "\\":
            depth += 1 if text[place] == "{" else -1
            if not depth:
                return place
    raise FormulaError("A brace { is not closed.", at + 1)
