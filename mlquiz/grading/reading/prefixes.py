"""Words that are put right before a formula is read: the names of libraries, ``arg max`` in two words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.grading.reading.counts import written_out
from mlquiz.grading.syntax.kinds import Event, Outcome, Sequence
from mlquiz.grading.syntax.records import replace
from mlquiz.grading.syntax.spelling import GREEK_NAMES, join_name

if TYPE_CHECKING:
    from mlquiz.grading.reading.lexer import Token
    from mlquiz.grading.syntax.kinds import Declarations

LIBRARIES = {
    "np", "numpy", "math", "torch", "tf", "jnp", "jax", "scipy", "nn", "functional", "linalg", "special",
    "keras", "F", "cmath", "stats",
}  # fmt: skip
_OPENINGS = {"(", "[", ",", "|", ";"}
_OPERATORS = {"argmax", "argmin", "max", "min", "sup", "inf", "sum", "prod", "E"}


def put_right(tokens: list[Token], declarations: Declarations, notices: list[str]) -> list[Token]:
    """Return tokens without the names of libraries, ``arg`` joined to what follows."""
    tokens = _without_variables(_out_of_braces(written_out(tokens)), declarations)
    tokens = [piece for token in tokens for piece in _cut_number(token, declarations)]
    kept: list[Token] = []
    passed: list[str] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.kind != "name" or declarations.kinds.get(join_name(token.text)) is not None:
            kept.append(token)
        elif _is_library(tokens, at):
            passed.append(f"{token.text}.")
            name = tokens[at + 2].text
            text = "Gamma" if name == "gamma" and tokens[at + 3].text == "(" else name
            tokens[at + 2] = replace(tokens[at + 2], text=text, spaced=token.spaced)
            at += 1
        elif token.text.lower() == "arg" and tokens[at + 1].text[:3] in {"max", "min"}:
            tokens[at + 1] = replace(tokens[at + 1], text=f"arg{tokens[at + 1].text}", kind="name")
        else:
            kept.append(token)
        at += 1
    if passed:
        notices.append(f"{', '.join(dict.fromkeys(passed))} was passed over.")
    return _as_equations(kept)


def _as_equations(tokens: list[Token]) -> list[Token]:
    """Return tokens with an equals sign for the ``in`` of ``a in argmax_a Q(a)``."""
    for place, sign in enumerate(tokens[:-1]):
        best = tokens[place + 1].text.lower().partition("_")[0] in {"argmax", "argmin"}
        if best and sign.kind == "op" and sign.text == "in":
            tokens[place] = replace(sign, text="=")
    return tokens


def _cut_number(token: Token, declarations: Declarations) -> list[Token]:
    r"""Cut the number off ``π10000`` and ``\alpha2``, where no such name is declared."""
    name = join_name(token.text)
    letter, _, digits = name.partition("_")
    length = token.end - token.column
    typed = length > len(token.text) if letter != "pi" else length != len(token.text)  # as a command, or as π
    if token.kind != "name" or not typed or token.text != letter + digits or not digits.isdigit():
        return [token]
    if letter not in GREEK_NAMES or letter in declarations.families or name in declarations.kinds:
        return [token]
    cut = token.end - len(digits)
    return [
        replace(token, text=letter, end=cut),
        replace(token, kind="number", text=digits, column=cut, spaced=False),
    ]


def _out_of_braces(tokens: list[Token]) -> list[Token]:
    r"""Return tokens without braces around an operator before its subscript: ``{\arg\max}_x``."""
    for place in range(len(tokens) - 4, -1, -1):
        opened, name, closed, below = tokens[place : place + 4]
        if (opened.text, closed.text, below.text) == ("{", "}", "_") and name.text in _OPERATORS:
            tokens[place : place + 3] = [name]
    return tokens


def _without_variables(tokens: list[Token], declarations: Declarations) -> list[Token]:
    """Return tokens without the capital of a variable: ``P(C=c)`` is ``P(c)`` for an outcome c."""
    kept: list[Token] = []
    at = 0
    while at < len(tokens):
        if kept and kept[-1].text in _OPENINGS and _is_value_of(tokens[at : at + 3], declarations):
            tokens[at + 2] = replace(tokens[at + 2], spaced=tokens[at].spaced)
            at += 2
        kept.append(tokens[at])
        at += 1
    return kept


def _is_value_of(tokens: list[Token], declarations: Declarations) -> bool:
    """Tell whether three tokens are ``C = c``, c being an outcome or an event and C nothing."""
    if len(tokens) < len("C=c") or tokens[1].text != "=" or {tokens[0].kind, tokens[2].kind} != {"name"}:
        return False
    variable, value = (join_name(tokens[place].text) for place in (0, 2))
    base = declarations.families.get(value.partition("_")[0], value)
    kind = declarations.kinds.get(base)
    item = kind.item if isinstance(kind, Sequence) else kind
    known = variable in declarations.kinds or variable.partition("_")[0] in declarations.families
    return variable != value and variable.lower() == value and not known and isinstance(item, Event | Outcome)


def _is_library(tokens: list[Token], at: int) -> bool:
    """Tell whether a library and a dot stand before a name here."""
    if tokens[at].text not in LIBRARIES or at + 2 >= len(tokens):
        return False
    return tokens[at + 1].text == "." and tokens[at + 2].kind == "name" and not tokens[at + 2].spaced
