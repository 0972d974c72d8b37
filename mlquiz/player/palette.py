"""Colours and signs of plots, and what the terminal can show of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from rich.console import Console

    from mlquiz.terminal.console import Appearance, Glyphs

Colours = Literal["none", "16", "many"]
RGB = tuple[int, int, int]

# Okabe & Ito (2008), "Color universal design": told apart with any kind of colour vision. The order puts
# first what reads on a dark and on a light background alike; black is left to the terminal's foreground.
OKABE_ITO: tuple[RGB, ...] = (
    (0, 114, 178),
    (213, 94, 0),
    (0, 158, 115),
    (204, 121, 167),
    (230, 159, 0),
    (86, 180, 233),
    (153, 153, 153),
    (240, 228, 66),
)
NAMED = ("blue", "red", "green", "magenta", "yellow", "cyan", "bright_black", "bright_yellow")
# Signs that the common monospaced fonts have (the WGL4 set); markers and points share none.
MARKERS = "●■▲▼◊►◄◘"
ASCII_MARKERS = "*o+x#@%&"
DASHES = (
    (1, 0),
    (4, 2),
    (1, 2),
    (6, 2, 1, 2),
    (8, 3),
    (2, 2),
    (1, 4),
    (5, 2, 2, 2),
)  # dots on, off, on, off …
POINTS = "•+×○▪∆*□"
ASCII_POINTS = "o+x#*v%&"

# Nine and five points of Viridis (van der Walt & Smith 2015) and of ColorBrewer's RdBu, interpolated between.
VIRIDIS: tuple[RGB, ...] = (
    (68, 1, 84),
    (72, 40, 120),
    (62, 74, 137),
    (49, 104, 142),
    (38, 130, 142),
    (31, 158, 137),
    (53, 183, 121),
    (109, 205, 89),
    (180, 222, 44),
    (253, 231, 37),
)
DIVERGING: tuple[RGB, ...] = (
    (5, 48, 97),
    (33, 102, 172),
    (67, 147, 195),
    (146, 197, 222),
    (247, 247, 247),
    (244, 165, 130),
    (214, 96, 77),
    (178, 24, 43),
    (103, 0, 31),
)
SHADES, ASCII_SHADES = " ░▒▓█", " .+*#"
MINUS_SHADES, ASCII_MINUS_SHADES = " ·-=≡", " ,-=%"


@dataclass(frozen=True, slots=True)
class Ink:
    """What may be drawn with here."""

    glyphs: Glyphs = "plain"
    colours: Colours = "none"

    @property
    def ascii(self) -> bool:
        """Whether only ASCII can be shown."""
        return self.glyphs == "ascii"

    @property
    def half_blocks(self) -> bool:
        """Whether a cell can show one colour above another."""
        return self.colours == "many" and not self.ascii

    def series(self, index: int) -> str:
        """Return the style of the ``index``-th curve or class."""
        if self.colours == "none":
            return ""
        index %= len(OKABE_ITO)
        return NAMED[index] if self.colours == "16" else hex_of(OKABE_ITO[index])

    def marker(self, index: int) -> str:
        """Return the sign on the ``index``-th curve."""
        signs = ASCII_MARKERS if self.ascii else MARKERS
        return signs[index % len(signs)]

    def point(self, index: int) -> str:
        """Return the sign of a point of class ``index``."""
        signs = ASCII_POINTS if self.ascii else POINTS
        return signs[index % len(signs)]

    def shade(self, share: float) -> str:
        """Return a sign as dark as ``share``, in [-1, 1]; below zero the signs are other ones."""
        up, down = (ASCII_SHADES, ASCII_MINUS_SHADES) if self.ascii else (SHADES, MINUS_SHADES)
        return (up if share >= 0 else down)[min(4, round(abs(share) * 4))]


def ink_of(console: Console, look: Appearance) -> Ink:
    """Return the ink for a console."""
    if not look.colour or console.no_color or console.color_system is None:
        return Ink(look.glyphs, "none")
    return Ink(look.glyphs, "16" if console.color_system == "standard" else "many")


def colour_at(share: float, *, diverging: bool = False) -> RGB:
    """Return the colour of ``share``: Viridis over [0, 1], or the diverging map over [-1, 1]."""
    stops = DIVERGING if diverging else VIRIDIS
    place = ((share + 1) / 2 if diverging else share) * (len(stops) - 1)
    index = min(max(int(place), 0), len(stops) - 2)
    part = min(max(place - index, 0.0), 1.0)
    red, green, blue = (
        round(a + part * (b - a)) for a, b in zip(stops[index], stops[index + 1], strict=True)
    )
    return red, green, blue


def readable_on(colour: RGB) -> RGB:
    """Return black or white, whichever reads better on ``colour``."""
    red, green, blue = colour
    return (0, 0, 0) if 0.299 * red + 0.587 * green + 0.114 * blue > 140 else (255, 255, 255)


def hex_of(colour: RGB) -> str:
    """Return ``#rrggbb``."""
    return "#{:02x}{:02x}{:02x}".format(*colour)
