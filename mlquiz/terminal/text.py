"""Text from decks, files and people, made safe to show on a terminal."""

from __future__ import annotations

import codecs
import unicodedata
from functools import lru_cache

MAX_MARKS = 4  # combining marks kept on one letter; more of them paint over the lines around
MAX_SHOWN = 1000  # characters of a typed line that are shown again
JOINERS = "\u200c\u200d"  # shape letters of Persian and Hindi and are harmless
# What a terminal without UTF-8 shows for the signs that our own words use.
PLAIN_SIGNS = {
    **dict.fromkeys("‘’‚′", "'"),
    **dict.fromkeys("“”„″", '"'),
    **dict.fromkeys("‐‑‒–—−─━", "-"),
    **dict.fromkeys("·•∙▪", "*"),
    **dict.fromkeys("│▏▎▌┃", "|"),
    **dict.fromkeys("█▓■", "#"),
    **dict.fromkeys("▒▄▅▆▇", "+"),
    **dict.fromkeys("░▁▂▃", "."),
    "→": "->",
    "←": "<-",
    "…": "...",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "≈": "~",
    "×": "x",
    "÷": "/",
    "√": "sqrt",
    "∑": "sum",
    "∞": "inf",
    "∈": "in",
    "✓": "+",
    "✗": "x",
}


@lru_cache(maxsize=4096)
def _shown(char: str) -> str:
    """Return what stands for one character: itself, or its name when it would do something."""
    if char in "\n\t" or char in JOINERS or " " <= char <= "~":
        return char
    code = ord(char)
    if code < 0x20 or code == 0x7F:
        return "^" + chr(code ^ 0x40)
    if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}:
        return f"<U+{code:04X}>"
    return char


def harmless(text: str) -> str:
    r"""Return ``text`` with everything made visible that would move, colour or reorder the screen.

    Control characters read ``^[`` and the like; bidirectional and invisible ones ``<U+202E>``; tabs become
    spaces; line ends are ``\n``; piles of combining marks are cut.
    """
    if text.isascii() and text.isprintable():
        return text
    pieces: list[str] = []
    marks = 0
    for char in text.replace("\r\n", "\n"):
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= MAX_MARKS:
            pieces.append(_shown(char))
    return "".join(pieces).expandtabs(4)


def one_line(text: str, limit: int = 400) -> str:
    """Return ``text`` harmless, on one line, and cut to ``limit`` characters."""
    line = " ".join(harmless(text[: 4 * limit]).split())
    cut = len(line) > limit or len(text) > 4 * limit
    return line[: limit - 1] + "…" if cut else line


def _spell(error: UnicodeError) -> tuple[str, int]:
    """Replace what an encoding lacks by the nearest plain signs."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    encoding = error.encoding
    pieces = [_nearest(char, encoding) for char in error.object[error.start : error.end]]
    return "".join(pieces), error.end


def _nearest(char: str, encoding: str) -> str:
    plain = PLAIN_SIGNS.get(char) or unicodedata.normalize("NFKD", char)
    kept = plain.encode(encoding, "ignore").decode(encoding)
    if kept:
        return kept
    name = unicodedata.name(char, "").rpartition("LETTER ")[2]
    return name.lower() if name.isalpha() and name.isascii() else "?"


def register_plain_signs() -> str:
    """Register the error handler that spells out what an encoding lacks; return its name."""
    codecs.register_error("mlquiz.plain", _spell)
    return "mlquiz.plain"
