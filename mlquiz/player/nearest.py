"""The right word that a wrong one probably meant."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def did_you_mean(word: str, words: Iterable[str], count: int = 3) -> str:
    """Return "Did you mean a, b or c?", or "" when nothing is near."""
    known = list(dict.fromkeys(words))
    near = [known_word for known_word in known if len(word) > 1 and word.lower() in known_word.lower()]
    near += [match for match in get_close_matches(word, known, count, 0.6) if match not in near]
    return f"Did you mean {listed(near[:count])}?" if near else ""


def listed(words: Iterable[str], last: str = "or") -> str:
    """Return "a", "a or b", or "a, b or c"."""
    *most, end = words
    return f"{', '.join(most)} {last} {end}" if most else end
