"""What this terminal can show, and a console that keeps to it."""

from __future__ import annotations

import os
import sys
from typing import IO, TYPE_CHECKING, Literal, NamedTuple

from mlquiz.terminal.text import register_plain_signs
from mlquiz.terminal.theme import Background, guess_background, styles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

Glyphs = Literal["plain", "full", "ascii"]
MAX_MEASURE = 88  # longer lines of prose are tiring to read
SMALLEST_WIDTH = 20


class Appearance(NamedTuple):
    """How things look here.

    Attributes
    ----------
    glyphs
        The repertoire for maths and bars.
    plain
        For a screen reader or a dumb terminal: formulas in words, no drawing, nothing repainted.
    colour
        Whether colours may be sent.
    width
        Columns.
    tty
        Whether a person looks at it: only then is the screen cleared.
    """

    glyphs: Glyphs = "plain"
    plain: bool = False
    colour: bool = False
    width: int = 80
    tty: bool = False

    @property
    def measure(self) -> int:
        """The width of running text, in columns."""
        return min(self.width, MAX_MEASURE)


def is_terminal(stream: IO[str] | None) -> bool:
    """Whether ``stream`` is a terminal; a closed or missing one isn't."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False


def speaks_unicode(stream: IO[str]) -> bool:
    """Whether ``stream`` can carry every character."""
    encoding = (getattr(stream, "encoding", None) or "utf-8").lower().replace("_", "-")
    return encoding.startswith("utf")


def has_colour(stream: IO[str], environ: Mapping[str, str]) -> bool:
    """Whether colours may be sent: NO_COLOR forbids, FORCE_COLOR demands, a capable terminal allows."""
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return True
    return is_terminal(stream) and environ.get("TERM", "") not in {"dumb", "unknown", ""}


def appearance(
    stream: IO[str] | None = None,
    environ: Mapping[str, str] = os.environ,
    *,
    glyphs: Glyphs = "plain",
    width: int | None = None,
) -> Appearance:
    """Find out what ``stream`` (standard output) can show.

    ``MLQUIZ_PLAIN=1`` and ``TERM=dumb`` ask for plain text; an encoding that isn't UTF-8 gets ASCII glyphs.
    """
    stream = stream or sys.stdout
    dumb = environ.get("TERM") == "dumb"
    asked_plain = environ.get("MLQUIZ_PLAIN", "") not in {"", "0"}
    return Appearance(
        glyphs=glyphs if speaks_unicode(stream) else "ascii",
        plain=asked_plain,
        colour=has_colour(stream, environ) and not asked_plain,
        width=max(SMALLEST_WIDTH, width or columns(stream, environ)),
        tty=is_terminal(stream) and not dumb and not asked_plain,
    )


def columns(stream: IO[str], environ: Mapping[str, str]) -> int:
    """Return the width of ``stream``: the terminal's, else ``COLUMNS``, else 80."""
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80
    except (OSError, ValueError, AttributeError):
        asked = environ.get("COLUMNS", "")
        return int(asked) if asked.isascii() and asked.isdigit() and int(asked) > 0 else 80


def make_console(
    file: IO[str] | None = None,
    width: int | None = None,
    *,
    look: Appearance | None = None,
    background: Background | None = None,
) -> Console:
    """Return a console for ``file`` (standard output), honouring NO_COLOR, FORCE_COLOR, TERM, MLQUIZ_PLAIN.

    Its styles are those of `theme`; markup, emoji codes and highlighting are off: text shows as it is.
    Without a ``width`` it follows the terminal's, also when that is resized.
    """
    from rich.console import Console
    from rich.theme import Theme

    class OurConsole(Console):
        def on_broken_pipe(self) -> None:
            """Leave it to whoever ends the program."""
            raise  # noqa: PLE0704 - rich calls this while it handles BrokenPipeError

    stream = file or sys.stdout
    look = look or appearance(stream, width=width)
    fixed = width or (None if is_terminal(stream) else look.width)
    return OurConsole(
        file=stream,
        width=fixed,
        theme=Theme(styles(background or guess_background(os.environ)), inherit=False),
        no_color=not look.colour,
        color_system="auto" if look.colour else None,
        force_terminal=look.tty or look.colour,
        markup=False,
        emoji=False,
        highlight=False,
        legacy_windows=False,
    )


def soften_encoding() -> None:
    """Let standard output and error spell out what their encoding lacks instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors=register_plain_signs())
