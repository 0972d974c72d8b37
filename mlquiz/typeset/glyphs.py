"""Characters: the three repertoires, the alphabets, scripts, accents, and how wide a string is."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Literal, TypeAlias

from mlquiz.typeset.symbols import SYMBOLS

if TYPE_CHECKING:
    from mlquiz.typeset.nodes import Atom

Repertoire: TypeAlias = Literal["plain", "full", "ascii"]
"""``plain``: characters that common monospace fonts have; ``full``: all of Unicode; ``ascii``."""

# --- width ------------------------------------------------------------------------------------


def width(text: str) -> int:
    """Return the columns that a text takes: two for East Asian wide characters, none for combining marks."""
    if text.isascii():
        return len(text)
    return sum(map(_character_width, text))


_WIDTHS: dict[str, int] = {}


def _character_width(character: str) -> int:
    known = _WIDTHS.get(character)
    if known is None:
        if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
            known = 0
        else:
            known = 2 if unicodedata.east_asian_width(character) in "WF" else 1
        _WIDTHS[character] = known
    return known


# --- letters and symbols ----------------------------------------------------------------------

# Where each alphabet of Unicode begins: capitals, small letters, digits; and its letters that are elsewhere.
_ALPHABETS = {
    "bold": (0x1D400, 0x1D41A, 0x1D7CE),
    "double": (0x1D538, 0x1D552, 0x1D7D8),
    "script": (0x1D49C, 0x1D4B6, 0),
    "fraktur": (0x1D504, 0x1D51E, 0),
}
_ELSEWHERE = {
    "double": dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True)),
    "script": dict(zip("BEFHILMRego", "ℬℰℱℋℐℒℳℛℯℊℴ", strict=True)),
    "fraktur": dict(zip("CHIRZ", "ℭℌℑℜℨ", strict=True)),
}
_BOLD_GREEK = {"Α": 0x1D6A8, "α": 0x1D6C2}


def glyph(atom: Atom, repertoire: Repertoire) -> str:
    """Return how an atom is written."""
    symbol = SYMBOLS.get(atom.name)
    if repertoire == "ascii":
        return symbol.ascii if symbol else to_ascii(atom.name)
    text = atom.name if symbol is None else symbol.plain
    if repertoire == "full":
        if symbol is not None and symbol.full:
            text = symbol.full
        if atom.font:
            return "".join(_in_alphabet(letter, atom.font) for letter in text)
    return text


def _in_alphabet(letter: str, font: str) -> str:
    capitals, small, digits = _ALPHABETS[font]
    if letter in _ELSEWHERE.get(font, ""):
        return _ELSEWHERE[font][letter]
    if "A" <= letter <= "Z":
        return chr(capitals + ord(letter) - ord("A"))
    if "a" <= letter <= "z":
        return chr(small + ord(letter) - ord("a"))
    if "0" <= letter <= "9" and digits:
        return chr(digits + int(letter))
    if font == "bold":
        for first, start in _BOLD_GREEK.items():
            if 0 <= ord(letter) - ord(first) < 25:
                return chr(start + ord(letter) - ord(first))
    return letter


def to_ascii(text: str) -> str:
    """Write words without accents; what has no letter of ASCII becomes its code, such as <4E2D>."""
    if text.isascii():
        return text
    return "".join(map(_ascii_letter, unicodedata.normalize("NFKD", text)))


def _ascii_letter(character: str) -> str:
    if character.isascii():
        return character
    if unicodedata.combining(character):
        return ""
    return _ASCII_PUNCTUATION.get(character, f"<{ord(character):X}>")


_ASCII_PUNCTUATION = {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "−": "-", "⁄": "/"}

# --- scripts ----------------------------------------------------------------------------------

_SUPERSCRIPTS = dict(
    zip(
        "0123456789+−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVW⊤′″‴*†‡°∘⋆",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵀ′″‴*†‡°°*",
        strict=True,
    )
)
_SUBSCRIPTS = dict(zip("0123456789+−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))
_GREEK_SUPERSCRIPTS = dict(zip("αβγδθϕφχ", "ᵅᵝᵞᵟᶿᵠᵠᵡ", strict=True))
_GREEK_SUBSCRIPTS = dict(zip("βγρϕφχ", "ᵦᵧᵨᵩᵩᵪ", strict=True))

_RAISED: dict[Repertoire, dict[str, str]] = {
    "plain": _SUPERSCRIPTS,
    "full": _SUPERSCRIPTS | _GREEK_SUPERSCRIPTS,
    "ascii": {"'": "'"},
}
_LOWERED: dict[Repertoire, dict[str, str]] = {
    "plain": _SUBSCRIPTS,
    "full": _SUBSCRIPTS | _GREEK_SUBSCRIPTS,
    "ascii": {},
}


def raised(text: str, repertoire: Repertoire) -> str | None:
    """Return a text in superscript characters, None where one is missing."""
    return _translated(text, _RAISED[repertoire])


def lowered(text: str, repertoire: Repertoire) -> str | None:
    """Return a text in subscript characters, None where one is missing."""
    return _translated(text, _LOWERED[repertoire])


def _translated(text: str, table: dict[str, str]) -> str | None:
    characters = [table.get(character) for character in text]
    return None if None in characters else "".join(filter(None, characters))


SMALL_FRACTIONS = {
    ("1", "2"): "½",
    ("1", "4"): "¼",
    ("3", "4"): "¾",
    ("1", "3"): "⅓",
    ("2", "3"): "⅔",
    ("1", "8"): "⅛",
}

# --- accents ----------------------------------------------------------------------------------

# accent: combining mark, the same drawn in the row above: in Unicode, in ASCII
ACCENTS = {
    "\\hat": ("\u0302", "^", "^"),
    "\\widehat": ("\u0302", "^", "^"),
    "\\check": ("\u030c", "ˇ", "v"),
    "\\bar": ("\u0304", "_", "_"),
    "\\overline": ("\u0305", "_", "_"),
    "\\tilde": ("\u0303", "~", "~"),
    "\\widetilde": ("\u0303", "~", "~"),
    "\\vec": ("\u20d7", "→", ">"),
    "\\overrightarrow": ("\u20d7", "→", ">"),
    "\\overleftarrow": ("\u20d6", "←", "<"),
    "\\dot": ("\u0307", "˙", "."),
    "\\ddot": ("\u0308", "¨", ".."),
    "\\dddot": ("\u20db", "…", "..."),
    "\\breve": ("\u0306", "˘", "u"),
    "\\acute": ("\u0301", "´", "'"),
    "\\grave": ("\u0300", "`", "`"),
    "\\ring": ("\u030a", "˚", "o"),
    "\\underline": ("\u0332", "‾", "-"),
    "\\cancel": ("\u0338", "/", "/"),
    "\\not": ("\u0338", "/", "/"),
}
_UNCOMMON_MARKS = {"\u20d7", "\u20d6", "\u20db"}


def accented(text: str, accent: str, repertoire: Repertoire) -> str | None:
    """Return a character with its accent as one character of width one; None where that can't be had."""
    mark = ACCENTS[accent][0]
    if width(text) != 1 or repertoire == "ascii" or (repertoire == "plain" and mark in _UNCOMMON_MARKS):
        return None
    return unicodedata.normalize("NFC", text + mark)
