"""Small bars of text for pages: a share of a whole, counts over days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlquiz.terminal.console import Appearance

LEVELS = "▁▂▃▄▅▆▇█"
ASCII_LEVELS = ".:-=+*#@"


def share_bar(parts: Sequence[tuple[int, str]], total: int, width: int, look: Appearance) -> Text:
    """Return a bar of ``width`` cells: first the known part, then the begun one; the rest is empty.

    ``parts`` are counts with styles. Each part has its own sign, so that colour isn't needed to read it.
    """
    if look.plain or total <= 0:
        return Text("")
    signs = "#=." if look.glyphs == "ascii" else "█▒░"
    bar, used, filled = Text(), 0, 0
    for sign, (count, style) in zip(signs, parts, strict=False):
        used += count
        cells = max(round(width * used / total) - filled, 1 if count else 0)
        cells = min(cells, width - filled)
        bar.append(sign * cells, style)
        filled += cells
    return bar.append(signs[-1] * (width - filled), "dim")


def sparks(counts: Sequence[int], look: Appearance) -> str:
    """Return one sign a count, higher for more; blank for none."""
    levels = ASCII_LEVELS if look.glyphs == "ascii" else LEVELS
    most = max(counts, default=0)
    if most == 0:
        return " " * len(counts)
    return "".join(levels[(len(levels) - 1) * count // most] if count else " " for count in counts)
