"""The few styles that everything is drawn with, for dark and light backgrounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Background = Literal["dark", "light"]

# Meaning never hangs on colour alone: each of these goes with a word or a sign. The colours are the
# terminal's own, so that a person's palette holds; those that vanish on one background are swapped on it.
COMMON = {
    "ask": "bold",
    "answer": "none",
    "right": "bold green",
    "wrong": "bold red",
    "dim": "dim",
    "key": "bold",
    "title": "bold",
}
DARK = {"hint": "yellow", "maths": "cyan", "code": "bright_blue", "bar": "green", "link": "bright_cyan"}
LIGHT = {"hint": "magenta", "maths": "blue", "code": "dark_green", "bar": "green", "link": "blue"}
THEME = (*COMMON, *DARK)


def styles(background: Background) -> dict[str, str]:
    """Return the style of each name for a background."""
    return {**COMMON, **(DARK if background == "dark" else LIGHT)}


def guess_background(environ: Mapping[str, str]) -> Background:
    """Guess the background from ``COLORFGBG`` (``15;0``), which many terminals set; dark without it."""
    last = environ.get("COLORFGBG", "").rpartition(";")[2]
    return "light" if last in {"7", "15"} else "dark"
