"""A demo as a film: its frames, made when they are asked for and kept so that one can step back."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlquiz.player.frames import Ask, Check, Frame, Say
from mlquiz.player.parameters import Value, shown
from mlquiz.terminal.exits import Exit, UserError
from mlquiz.terminal.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlquiz.player.catalogue import Demo


NARRATION = Say("").name
OUTCOME_STAYS = 12  # frames for which the outcome of a bet is told, unless something else is said before
NUMBER = re.compile(r"[-−]?\d+([.,]\d+)*(e[-+]?\d+)?")


def frames_of(demo: Demo, values: dict[str, Value]) -> Iterator[Frame]:
    """Run a demo.

    Each frame is a copy, so that what the demo changes later doesn't change what was seen.

    Raises
    ------
    UserError
        When the parameters don't go together (a ValueError before the first frame), or the demo fails.
    """
    first = True
    try:
        for frame in demo.function(**values):
            yield copy.deepcopy(frame)
            first = False
    except UserError:
        raise
    except Exception as error:
        said = one_line(str(error)) or type(error).__name__
        if first and isinstance(error, ValueError):
            raise UserError(f"these parameters don't go together: {said}", _given(values)) from error
        raise UserError(
            f"demo {demo.name!r} failed: {type(error).__name__}: {said}", _given(values), Exit.WRONG
        ) from error


def _given(values: dict[str, Value]) -> str:
    return (
        "played with " + ", ".join(f"{name}={shown(value)}" for name, value in values.items())
        if values
        else ""
    )


def is_narration(frame: Frame) -> bool:
    """Whether a frame is a sentence of the story: those follow each other, others replace their namesakes."""
    return isinstance(frame, Say) and frame.name == NARRATION


def identity(frame: Frame) -> tuple[str, str]:
    """Return what two frames have in common when the later one replaces the earlier.

    Sentences of the story do so when they differ in numbers alone: "After 50 episodes", "After 100 episodes".
    """
    if isinstance(frame, Say) and is_narration(frame):
        return NARRATION, NUMBER.sub("#", frame.text)
    return type(frame).__name__, frame.name


class Film:
    """The frames of one run that have been seen, and how far."""

    def __init__(self, frames: Iterator[Frame]) -> None:
        self._source = frames
        self.frames: list[Frame] = []
        self.shown = 0  # frames on the screen
        self.complete = False

    def forward(self) -> bool:
        """Show one frame more; False at the end."""
        if self.shown == len(self.frames) and not self._make():
            return False
        self.shown += 1
        return True

    def back(self) -> None:
        """Take the last frame away, down to the first."""
        self.shown = max(1, self.shown - 1)

    @property
    def ended(self) -> bool:
        """Whether the last frame is on the screen and no more will come."""
        return self.complete and self.shown == len(self.frames)

    @property
    def last(self) -> Frame | None:
        """The newest frame on the screen."""
        return self.frames[self.shown - 1] if self.shown else None

    def _make(self) -> bool:
        frame = next(self._source, None)
        self.complete = frame is None
        if frame is not None:
            self.frames.append(frame)
        return frame is not None


@dataclass(slots=True)
class Scene:
    """What is on the screen after some frames.

    Attributes
    ----------
    caption
        The sentence that was said last.
    pictures
        The last state of each picture by name, in order of first appearance.
    updates
        The names of the pictures, one for each time that one was drawn.
    checks
        Checks by name.
    told
        The number of the `Ask` whose outcome is told now: at the first sentence, question or check that
        follows a picture after it, or at the end; the pictures get its room back some frames later.
    telling
        Whether the newest frame is where that is first told.
    """

    caption: Say | None = None
    pictures: dict[str, Frame] = field(default_factory=dict)
    updates: list[str] = field(default_factory=list)
    checks: dict[str, Check] = field(default_factory=dict)
    told: int | None = None
    telling: bool = False


def scene_of(film: Film, bets: dict[int, int]) -> Scene:
    """Return the scene; ``bets`` maps the number of an `Ask` to the choice that was made."""
    scene = Scene()
    open_bet: int | None = None
    seen_since, told_at = False, 0
    for index, frame in enumerate(film.frames[: film.shown]):
        scene.telling = False
        if isinstance(frame, Say):
            scene.caption, scene.told = frame, None
        if isinstance(frame, Say | Ask | Check):
            if open_bet is not None and seen_since:
                scene.told, scene.telling, open_bet, told_at = open_bet, True, None, index
            if isinstance(frame, Ask):
                scene.caption = None  # the question opens a new act
                open_bet, seen_since = (index if index in bets else None), False
            elif isinstance(frame, Check):
                scene.checks[frame.name] = frame
        else:
            scene.pictures[frame.name] = frame
            scene.updates.append(frame.name)
            seen_since = True
        if index - told_at >= OUTCOME_STAYS:
            scene.told = None
    if film.ended and open_bet is not None:
        scene.told = open_bet
    return scene
