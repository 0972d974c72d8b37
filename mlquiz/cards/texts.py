r"""The maths in a deck's texts: ``$…$``, but not in `code`; ``\$`` is a dollar."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = re.compile(r"\\\$|\$(?P<maths>[^$]+)\$|`[^`\n]+`")


class Maths(NamedTuple):
    """A formula and the position in the text at which it begins."""

    start: int
    latex: str


def maths(text: str) -> Iterator[Maths]:
    """Return the formulas of a text in order."""
    for match in TOKEN.finditer(text):
        if match["maths"]:
            yield Maths(match.start("maths"), match["maths"])


def lonely_dollar(text: str) -> int | None:
    """Return the position of a dollar that opens or closes nothing."""
    at = TOKEN.sub(lambda match: " " * len(match[0]), text).find("$")
    return None if at < 0 else at
