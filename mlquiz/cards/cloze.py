"""The text of a cloze card: words, and blanks in double braces."""

from __future__ import annotations

import re

from mlquiz.cards.model import Blank

# A formula may hold braces of its own, so it ends at its second dollar.
BLANK = re.compile(r"\{\{(?P<inside>\s*\$[^$]*\$\s*(?:\|[^{}]*)?|.*?)\}\}", re.DOTALL)
BAR = re.compile(r"\|(?=(?:[^$]*\$[^$]*\$)*[^$]*$)")  # an even number of dollars follows: not inside maths


def parse_cloze(text: str) -> tuple[str | Blank, ...]:
    """Cut ``text`` into words and blanks.

    Raises
    ------
    ValueError
        When there is no blank, one isn't closed, or one is empty.
    """
    parts: list[str | Blank] = []
    end = 0
    for match in BLANK.finditer(text):
        parts += [text[end : match.start()], _blank(match["inside"])]
        end = match.end()
    rest = text[end:]
    if "{{" in rest:
        raise ValueError("a blank is opened with `{{` and not closed with `}}`")
    if end == 0:
        raise ValueError("there is no blank in it")
    return tuple(part for part in [*parts, rest] if part != "")


def _blank(inside: str) -> Blank:
    alternatives = tuple(part.strip() for part in BAR.split(inside))
    if not all(alternatives):
        raise ValueError("a blank is empty")
    first = alternatives[0]
    is_formula = len(first) > 2 and first[0] == first[-1] == "$"
    return Blank(inside, alternatives, first[1:-1].strip() if is_formula else None)
