"""The state of a live showing, and how long each frame is looked at."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlquiz.player.film import Film, identity, is_narration
from mlquiz.player.frames import Ask, Check, Frame, Say, Table

if TYPE_CHECKING:
    from mlquiz.player.editor import ParameterEditor
    from mlquiz.player.parameters import Value

READING = 0.045  # s a character
SHORTEST_READ, LONGEST_READ = 1.5, 10.0  # s
FIRST_LOOK, CHECK_LOOK, TABLE_LOOK = 1.0, 0.5, 1.5  # s
# Seconds a step of a moving picture: the first are slow, so that one sees what happens, later ones quicker.
STEP, QUICKEST_STEP, HASTE = 0.6, 0.05, 0.9


@dataclass(slots=True)
class Run:
    """One showing of the demo: its film, and the choices made at its questions, by frame number."""

    values: dict[str, Value]
    film: Film
    bets: dict[int, int] = field(default_factory=dict)
    passed: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Playback:
    """Where a showing stands: ``editor`` and ``helping`` cover the pictures, ``notice`` the keys."""

    run: Run
    speed: float = 1.0
    paused: bool = False
    helping: bool = False
    editor: ParameterEditor | None = None
    notice: str = ""

    @property
    def asking(self) -> bool:
        """Whether the question on the screen waits for a bet."""
        at = self.run.film.shown - 1
        open_question = (
            isinstance(self.run.film.last, Ask) and at not in self.run.bets and at not in self.run.passed
        )
        return open_question and not self.paused

    @property
    def waiting(self) -> bool:
        """Whether only a key goes on."""
        return self.paused or self.helping or self.editor is not None or self.run.film.ended or self.asking


def reading_time(text: str) -> float:
    """Return how many seconds a text is left alone."""
    return min(max(SHORTEST_READ, READING * len(text)), LONGEST_READ)


def holding_time(frames: list[Frame], told: str = "") -> float:
    """Return how many seconds the last of ``frames`` is looked at: to read it, and to see what moves.

    ``told`` is the outcome of a bet that is shown with it for the first time.
    """
    frame = frames[-1]
    if told:
        return reading_time(told) + (reading_time(frame.text) if isinstance(frame, Say) else 0.0)
    if isinstance(frame, Check):
        return CHECK_LOOK
    sentences = Counter(identity(earlier) for earlier in frames[:-1] if is_narration(earlier))
    repeats = 0
    for earlier in reversed(frames[:-1]):
        if isinstance(earlier, Ask) or sentences[identity(earlier)] == 1:  # a new sentence opens an act
            break
        repeats += identity(earlier) == identity(frame)
    if repeats:
        return max(QUICKEST_STEP, STEP * HASTE**repeats)
    if isinstance(frame, Say):
        return reading_time(frame.text)
    return TABLE_LOOK if isinstance(frame, Table) else FIRST_LOOK
