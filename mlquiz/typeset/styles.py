"""TeX's styles: how much room a formula has."""

from __future__ import annotations

from enum import IntEnum


class Style(IntEnum):
    """Display has limits over and under; text, inside fractions, has short ones beside; scripts are tight."""

    DISPLAY = 0
    TEXT = 1
    SCRIPT = 2
    LINE = 3


DISPLAY, TEXT, SCRIPT, LINE = Style
