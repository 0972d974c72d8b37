"""The last state of each frame, once, in order: for a pipe, a file, or a screen that isn't repainted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from mlquiz.player.film import identity, is_narration
from mlquiz.player.frames import Ask, Check, Frame, Say
from mlquiz.player.palette import Ink, ink_of
from mlquiz.player.plots import answer_to, rows_of, wrapped
from mlquiz.player.words import tell
from mlquiz.terminal.markup import render

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import Console

    from mlquiz.terminal.console import Appearance

WIDEST, TALLEST = 100, 16


def last_states(frames: Iterable[Frame]) -> Iterator[Frame]:
    """Return each frame as it was last, in the order of those states; the first sentence at once."""
    waiting: dict[object, Frame] = {}
    for number, frame in enumerate(frames):
        if number == 0 and is_narration(frame):
            yield frame
            continue
        waiting.pop(identity(frame), None)
        waiting[identity(frame)] = frame
    yield from waiting.values()


def play_plain(frames: Iterable[Frame], console: Console, look: Appearance) -> list[Check]:
    """Print the frames; return the checks."""
    ink = ink_of(console, look)
    checks: list[Check] = []
    previous: Frame | None = None
    for frame in last_states(frames):
        if previous is not None and not (isinstance(frame, Check) and isinstance(previous, Check)):
            console.print()
        for row in _spoken_rows(frame) if look.plain else _drawn_rows(frame, look, ink):
            row.end = "\n"
            console.print(row, no_wrap=True, overflow="ignore", crop=False)
        checks += [frame] if isinstance(frame, Check) else []
        previous = frame
    return checks


def _spoken_rows(frame: Frame) -> list[Text]:
    return [Text(line) for line in [*tell(frame), *([answer_to(frame)] if isinstance(frame, Ask) else [])]]


def _drawn_rows(frame: Frame, look: Appearance, ink: Ink) -> list[Text]:
    width = min(look.width, WIDEST)
    if isinstance(frame, Say | Check):
        width = look.measure
    rows = rows_of(frame, width, TALLEST, ink)
    if isinstance(frame, Ask):
        rows += wrapped(render(answer_to(frame), glyphs=ink.glyphs, width=width), width)
    return rows
