"""LaTeX commands as tokens, and what LaTeX writes otherwise than plain typing: scripts, primes, fonts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlquiz.grading.reading.characters import visible
from mlquiz.grading.reading.ones import SIGN
from mlquiz.grading.syntax import spelling
from mlquiz.grading.syntax.tree import FormulaError

if TYPE_CHECKING:
    from mlquiz.grading.reading.lexer import Lexer

BREAK = "\\\\"
_ARGUMENTS = {
    "frac": 2, "dfrac": 2, "tfrac": 2, "cfrac": 2, "binom": 2, "dbinom": 2, "tbinom": 2, "sqrt": 1,
}  # fmt: skip
_PRIME = r"(?:\\prime(?![A-Za-z])|')"
_LENGTH = r"\[\s*-?[\d.]+\s*(?:pt|em|ex|cm|mm|in|px)\s*\]"
_COLUMNS = r"\\begin\s*\{array\}\s*(?:\[[tbc]\]\s*)?\{(?:[lcr|\s]|@\{[^{}]*\})+\}"  # \begin{array}{c|c}
_REWRITTEN = (
    (re.compile(rf"(\\left\s*\\(?:\{{|lbrace)\s*(?:{_COLUMNS}|\\begin\{{matrix\}}))"), r"\begin{cases}"),
    (re.compile(f"({_COLUMNS})"), r"\begin{matrix}"),
    (re.compile(rf"\^\s*\{{\s*({_PRIME}(?:\s*{_PRIME})*)\s*\}}"), "'"),  # x^{\prime}
    (re.compile(rf"\^\s*({_PRIME}(?:\s*{_PRIME})*)"), "'"),
    (re.compile(r"(\\prime)(?![A-Za-z])"), "'"),
    (re.compile(r"(^\s*\\[\[(])(?!\d)"), " "),  # \[ ... \]
    (re.compile(r"(?<!\\)(\\[\])])\s*[.,]?\s*$"), " "),
    (re.compile(rf"(?<=\\\\)\s*{_LENGTH}"), " "),  # the space below a line
    (re.compile(r"\\\\(?=\s*\$*\s*$)"), " "),
    (re.compile(r"[.,](?=\s*\$+\s*$)|(?<=\$)\s*[.,]\s*$"), " "),  # the end of a sentence: $...,$
    (re.compile(r"\\(?:tag\*?|label|color|textcolor|hspace\*?)\s*\{[^{}]*\}|\\boxed(?![A-Za-z])"), " "),
    (re.compile(r"\{\s*\\(?:bf|it|cal|sf)(?![A-Za-z])\s*(?=\\?[A-Za-z]+\s*\})"), r"\mathbf{"),  # {\bf X}
)
_OVER = re.compile(r"\\over(?![A-Za-z])")


def prepare(text: str, columns: list[int]) -> tuple[str, list[int]]:
    r"""Write primes as such, ``{a \over b}`` as a fraction, an array as a matrix; leave out what is silent.

    The columns are kept up.
    """
    for pattern, sign in _REWRITTEN:
        while match := pattern.search(text):
            rest = sign * len(re.findall(_PRIME, match.group(1))) if sign == "'" else sign
            text = _replaced(text, columns, *match.span(), rest)
    while match := _OVER.search(text):
        start, end = _enclosing(text, match.start(), columns)
        text = _replaced(text, columns, end, end, "}")
        text = _replaced(text, columns, *match.span(), "}{")
        text = _replaced(text, columns, start, start, r"\frac{")
    return text, columns


def _replaced(text: str, columns: list[int], start: int, end: int, rest: str) -> str:
    """Return a text with another one put between two places; its columns are changed alike."""
    columns[start:end] = [columns[start]] * len(rest)
    return text[:start] + rest + text[end:]


def _enclosing(text: str, at: int, columns: list[int]) -> tuple[int, int]:
    """Return where the inside of the braces around a place begins and ends."""
    depth = 0
    for place in range(at - 1, -1, -1):
        if text[place] in "{}" and text[place - 1 : place] != "\\":
            depth += 1 if text[place] == "}" else -1
            if depth < 0:
                return place + 1, matching(text, place)
    raise FormulaError(r"Write \frac{a}{b} for a \over b.", columns[at])


def read_command(lexer: Lexer) -> None:  # noqa: C901 (one case for each family of commands)
    """Read the command that comes next."""
    start = lexer.at
    match = re.compile(r"\\([A-Za-z]+\*?|.)", re.DOTALL).match(lexer.text, start)
    if not match:
        raise FormulaError("A backslash stands alone.", lexer.columns[start])
    name = match.group(1)
    operand = re.search(r"[\w)\]}']$", lexer.text[:start])
    if operand and (name == "(" or (len(name) == 1 and name.isalpha())):
        raise FormulaError("A backslash doesn't divide: write inv(A) b for A\\b.", lexer.columns[start])
    lexer.at = match.end()
    if not name[0].isalpha():
        _short_command(lexer, name, start)
    elif name in spelling.IGNORED_COMMANDS:
        lexer.grown = name == "left"
        lexer.spaced = lexer.spaced or name in {"quad", "qquad", "space", "thinspace"}
        if lexer.text[lexer.at : lexer.at + 1] == "." and name in {"left", "right"}:
            lexer.at += 1
    elif name in spelling.FONT_COMMANDS:
        _font(lexer, name, start)
    elif name in spelling.MARK_COMMANDS:
        _mark(lexer, spelling.MARK_COMMANDS[name], start)
    elif name in spelling.GREEK_COMMANDS:
        _brace_scripts(lexer, "^")
        lexer.add_with_tail(spelling.GREEK_COMMANDS[name], start)
    elif name in spelling.COMMAND_SIGNS:
        lexer.add("op", spelling.COMMAND_SIGNS[name], start)
    elif name in spelling.COMMAND_NAMES:
        _brace_scripts(lexer, "_^")
        lexer.add("name", spelling.COMMAND_NAMES[name], start)
    elif name in _ARGUMENTS:
        _brace_arguments(lexer, _ARGUMENTS[name])
        lexer.add("command", re.sub("^[dtc](?=frac|binom)", "", name), start)
    elif name in {"begin", "end"}:
        lexer.add("command", name, start)
    elif name == "arg":
        _arg(lexer, start)
    elif name == "underset":
        _underset(lexer)
    elif name == "substack":  # its lines are read as one
        _put(lexer, f" {_group(lexer, name).replace(BREAK, ', ')} ")
    else:
        if name in {"max", "min", "argmax", "argmin"}:
            _brace_scripts(lexer, "_")
        lexer.add("latex", name, start)


def _brace_scripts(lexer: Lexer, signs: str) -> None:
    r"""Put braces around one-letter scripts that stand here, as LaTeX reads them: ``\sum_iw_i``."""
    at = lexer.at
    while True:
        lowered = re.compile(r"\s*\\limits").match(lexer.text, at)
        at = lowered.end() if lowered else at
        match = re.compile(r"\s*([_^])\s*([A-Za-z]'*)(?=[A-Za-z0-9_])").match(lexer.text, at)
        if match and match.group(1) in signs and not _is_word(lexer, match.start(2)):
            first, last = match.span(2)
            _insert(lexer, last, "}")
            _insert(lexer, first, "{")
            at = last + 2
            continue
        group = re.compile(r"\s*[_^]\s*(?:\{|[A-Za-z0-9])").match(lexer.text, at)
        if not group or lexer.text[at:].lstrip()[0] not in signs:
            return
        at = matching(lexer.text, group.end() - 1) + 1 if group.group()[-1] == "{" else group.end()


def _is_word(lexer: Lexer, at: int) -> bool:
    """Tell whether a script is a Greek letter or a label written out."""
    match = re.compile(r"[A-Za-z]*").match(lexer.text, at)
    return match is not None and match.group() in spelling.GREEK_NAMES | {"old", "new", "star", "top"}


def _insert(lexer: Lexer, at: int, char: str) -> None:
    lexer.text = lexer.text[:at] + char + lexer.text[at:]
    lexer.columns[at:at] = [lexer.columns[min(at, len(lexer.columns) - 1)]]


def _short_command(lexer: Lexer, char: str, start: int) -> None:
    if _is_difference(lexer, char):
        lexer.at -= char == "{"
        lexer.add("op", "∖", start)
        return
    if char == " " and not re.search(r"\\[A-Za-z]", lexer.text):
        raise FormulaError("A backslash doesn't divide: write inv(A) b for A\\b.", lexer.columns[start])
    if char in ",;:! >":
        lexer.spaced = True
    elif char in "{}":
        lexer.add("op", "\\" + char, start)
    elif char == "|":
        lexer.add("op", "‖", start)
    elif char == "\\":
        lexer.add("op", BREAK, start)
    elif char in "%&_#":
        lexer.add("op", char, start)
    else:
        raise FormulaError(f"I don't know the command \\{visible(char)}.", lexer.columns[start])


def _is_difference(lexer: Lexer, char: str) -> bool:
    r"""Tell whether a backslash before a brace takes a set away: ``N\{i}``, closed by a plain brace."""
    rest = lexer.text[lexer.at :].lstrip()
    if char == " ":
        return rest.startswith("{") and not re.search(r"\\[A-Za-z]", lexer.text)
    closing = re.search(r"[{}]", rest)
    return (
        char == "{" and closing is not None and closing.group() == "}" and rest[closing.start() - 1] != "\\"
    )


def _arg(lexer: Lexer, start: int) -> None:
    match = re.compile(r"(?:\\[,;:! >]|\s)*\\?(max|min)(?![A-Za-z])").match(lexer.text, lexer.at)
    if not match:
        raise FormulaError("\\arg is followed by \\max or \\min.", lexer.columns[start])
    lexer.at = match.end()
    _brace_scripts(lexer, "_")
    lexer.add("name", "arg" + match.group(1), start)


def _underset(lexer: Lexer) -> None:
    r"""Put what stands below into a subscript: ``\underset{x}{\max}`` is ``\max_{x}``."""
    below = _group(lexer, "underset")
    above = _group(lexer, "underset")
    _put(lexer, f"{above}_{{{below}}} ")


def _put(lexer: Lexer, rest: str) -> None:
    """Put text where the lexer stands, to be read next."""
    column = lexer.columns[min(lexer.at, len(lexer.columns) - 1)]
    lexer.text = lexer.text[: lexer.at] + rest + lexer.text[lexer.at :]
    lexer.columns[lexer.at : lexer.at] = [column] * len(rest)


def _group(lexer: Lexer, what: str) -> str:
    """Return the text of the next group or single character, and step over it."""
    while lexer.text[lexer.at : lexer.at + 1].isspace():
        lexer.at += 1
    if lexer.text[lexer.at : lexer.at + 1] == "{":
        end = matching(lexer.text, lexer.at)
        inside = lexer.text[lexer.at + 1 : end]
        lexer.at = end + 1
        return inside
    match = re.compile(r"\\[A-Za-z]+|.", re.DOTALL).match(lexer.text, lexer.at)
    if not match:
        raise FormulaError(f"\\{what} needs something after it.", lexer.columns[-1])
    lexer.at = match.end()
    return match.group()


def _font(lexer: Lexer, name: str, start: int) -> None:
    raw = re.sub(r"\\[,;: !]|\s+", " ", _group(lexer, name)).strip()
    if name in {"mathbb", "mathbf"} and raw == "1":
        lexer.add("number", SIGN, start)
        return
    bare = raw.strip("\\").strip()
    words = spelling.GREEK_COMMANDS.get(bare, spelling.GREEK_LETTERS.get(bare, raw.replace("arg m", "argm")))
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*", words):
        lexer.add_with_tail({"Tr": "tr", "transpose": "T"}.get(words, words), start)
    elif words:
        lexer.add_inner(words, start)


def _mark(lexer: Lexer, mark: str, start: int) -> None:
    inner = [t for t in lexer.inner(_group(lexer, mark)) if t.text not in {"{", "}"}]
    if len(inner) != 1 or inner[0].kind != "name":
        raise FormulaError(f"A {mark} stands over one letter.", lexer.columns[start])
    base, _, sub = inner[0].text.partition("_")
    lexer.add_with_tail(base + mark + (f"_{sub}" if sub else ""), start)


def _brace_arguments(lexer: Lexer, count: int) -> None:
    r"""Put braces around the next arguments of a command: ``\frac12`` becomes ``\frac{1}{2}``."""
    at = lexer.at
    for _ in range(count):
        while lexer.text[at : at + 1].isspace():
            at += 1
        if lexer.text[at : at + 1] == "[":
            at = lexer.text.find("]", at) + 1 or at
        if lexer.text[at : at + 1] == "{":
            at = matching(lexer.text, at) + 1
            continue
        match = re.compile(r"\\[A-Za-z]+(?:\s*\{[^{}]*\})*|.", re.DOTALL).match(lexer.text, at)
        if not match:
            raise FormulaError("Something is missing after the command.", lexer.columns[-1])
        lexer.text = f"{lexer.text[:at]}{{{match.group()}}}{lexer.text[match.end() :]}"
        lexer.columns[at:at] = [lexer.columns[at]]
        lexer.columns[match.end() + 1 : match.end() + 1] = [lexer.columns[match.end()]]
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
