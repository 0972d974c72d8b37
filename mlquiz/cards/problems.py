"""What is wrong with a deck, with the place where it stands and the nearest right thing."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

Severity = Literal["error", "warning"]
LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")  # what ends a line in YAML 1.1
SHOWN_WIDTH = 100


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong; ``line`` and ``column`` count from 1, and 0 means the file as a whole."""

    path: str
    line: int
    column: int
    message: str
    expected: str = ""
    suggestion: str = ""
    source_line: str = ""
    severity: Severity = "error"

    @property
    def headline(self) -> str:
        """``file:line:column: what is wrong; what was expected; the nearest right thing``."""
        place = f"{self.path}:{self.line}:{self.column}" if self.line else self.path
        warning = "warning: " if self.severity == "warning" else ""
        said = [self.message, f"expected {self.expected}" if self.expected else "", self.suggestion]
        return f"{place}: {warning}" + "; ".join(part for part in said if part)

    def render(self) -> str:
        """Return the headline, the source line, and a caret under the place."""
        if not self.source_line.strip():
            return self.headline
        line, column = _window(_visible(self.source_line), self.column - 1)
        indent = "".join(_blank(character) for character in line[:column])
        return f"{self.headline}\n    {line}\n    {indent}^"

    def as_json(self) -> dict[str, object]:
        """Return the fields as plain data."""
        return asdict(self)


def _visible(line: str) -> str:
    """Replace what would move the caret or the terminal."""
    line = line.replace("\t", "→")
    return "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in line
    )


def _window(line: str, column: int) -> tuple[str, int]:
    """Cut a long line to what stands around ``column``."""
    if len(line) <= SHOWN_WIDTH:
        return line, column
    start = max(0, min(column - SHOWN_WIDTH // 2, len(line) - SHOWN_WIDTH))
    head, tail = "…" if start else "", "…" if start + SHOWN_WIDTH < len(line) else ""
    return head + line[start : start + SHOWN_WIDTH] + tail, column - start + len(head)


def _blank(character: str) -> str:
    if unicodedata.combining(character):
        return ""
    return "  " if unicodedata.east_asian_width(character) in "WF" else " "


def nearest(word: str, known: Iterable[str]) -> str:
    """Return ``did you mean …`` with up to three of the known words that resemble ``word``, or nothing."""
    from difflib import get_close_matches

    found = get_close_matches(word, sorted(set(known)), n=3, cutoff=0.6)
    return f"did you mean {listed(found)}?" if found else ""


def listed(words: Iterable[str], last: str = "or") -> str:
    """Return the words in backticks, as a list in a sentence."""
    quoted = [f"`{word}`" for word in words]
    return f" {last} ".join([", ".join(quoted[:-1]), quoted[-1]]) if len(quoted) > 1 else "".join(quoted)


def single_quoted(text: str) -> str:
    """Return ``text`` in YAML's single quotes, in which nothing but the quote itself has a meaning."""
    return "'" + text.replace("'", "''") + "'"
