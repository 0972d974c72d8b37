"""From the characters that people type to the few that the lexer knows."""

from __future__ import annotations

import unicodedata

from mlquiz.grading.reading.refusals import SIGNS
from mlquiz.grading.syntax import spelling
from mlquiz.grading.syntax.tree import FormulaError


def visible(char: str) -> str:
    """Return a character as it can be shown to anyone, by its code point where it isn't plain."""
    if char.isascii() and char.isprintable():
        return repr(char)
    name = unicodedata.name(char, "")
    return f"U+{ord(char):04X}" + (f" ({name.lower()})" if name else "")


def clean(text: str) -> tuple[str, list[int], list[str]]:
    """Bring characters to the few that the lexer knows.

    Returns
    -------
    tuple
        The text, the column (from 1) of each of its characters and of its end, and notices.
    """
    out: list[str] = []
    columns: list[int] = []
    notices: list[str] = []
    raised = ""
    for at, original in enumerate(unicodedata.normalize("NFC", text)):
        level = "_" if original in spelling.SUBSCRIPTS else "^" if original in spelling.SUPERSCRIPTS else ""
        if level:
            char = (spelling.SUBSCRIPTS if level == "_" else spelling.SUPERSCRIPTS)[original]
            if raised == level:  # a run of raised or lowered letters is one group
                out.pop()
                columns.pop()
                piece = f"{char}}}"
            else:
                piece = f"{level}{{{char}}}"
        else:
            if original in spelling.FRACTIONS and "".join(out).rstrip()[-1:].isdigit():
                message = "A number before a fraction has two readings: write 2 + 1/2 or 2*(1/2)."
                raise FormulaError(message, at + 1)
            piece = _clean_char(original, at + 1, notices)
            if original in "⊤⊺" and "".join(out).rstrip()[-1:] not in {"^", "{", "_"}:
                piece = "^{T}"  # X⊤, as it is copied from a page
            elif original in "⋆★":
                before = "".join(out).rstrip()[-1:]
                piece = "*" if before == "{" else "{*}" if before in {"^", "_"} else "^{*}"
        raised = level
        out.extend(piece)
        columns.extend([at + 1] * len(piece))
    columns.append(len(text) + 1)
    return "".join(out), columns, notices


def _clean_char(char: str, column: int, notices: list[str]) -> str:
    if char.isascii():
        if char.isprintable() or char in "\t\n":
            return char if char not in "\t\n" else " "
        raise FormulaError(f"There is an invisible character, {visible(char)}. Please delete it.", column)
    if char in spelling.FRACTIONS:
        return f"({spelling.FRACTIONS[char]})"
    if char in spelling.SIGNS:
        sign = spelling.SIGNS[char]
        return f" {sign} " if sign.isalpha() or sign == "<-" else sign
    if char in spelling.GREEK_LETTERS or char in spelling.SIGN_NAMES or char in "𝟙𝟏":
        return char
    if char in spelling.COMBINING:
        return char
    return _unusual(char, column, notices)


def _unusual(char: str, column: int, notices: list[str]) -> str:
    category = unicodedata.category(char)
    if category == "Zs":
        return " "
    if category.startswith("M"):
        raise FormulaError(f"I don't know the accent {visible(char)}.", column)
    apart = unicodedata.normalize("NFD", char)
    if (
        len(apart) == 2
        and (apart[0].isascii() or apart[0] in spelling.GREEK_LETTERS)
        and apart[1] in spelling.COMBINING
    ):
        return apart
    if unicodedata.decomposition(char).startswith(("<super>", "<sub>")):
        raise FormulaError(f"I don't know the raised or lowered letter {visible(char)}.", column)
    plain = unicodedata.normalize("NFKC", char)
    if plain.isascii() and plain.isprintable() and len(plain) == 1:
        notices.append(f"{visible(char)} was read as {plain}.")
        return plain
    if len(plain) == 1 and plain != char and (plain in spelling.SIGNS or plain in spelling.SIGN_NAMES):
        return _clean_char(plain, column, notices)
    if len(plain) == 1 and plain in spelling.GREEK_LETTERS:
        notices.append(f"{visible(char)} was read as {plain}.")
        return plain
    if char in SIGNS:
        raise FormulaError(SIGNS[char], column)
    if category in {"Cf", "Cc", "Co", "Cn", "Cs"}:
        raise FormulaError(f"There is an invisible character, {visible(char)}. Please delete it.", column)
    raise FormulaError(f"I don't know the character {visible(char)}.", column)
