"""From a verdict to a rating of the scheduler."""

from __future__ import annotations

from enum import IntEnum


class Rating(IntEnum):
    """The four ratings of FSRS; *hard* still counts as recalled, so a lapse is never hard."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


class Help(IntEnum):
    """The most that a person was helped before answering."""

    NONE = 0
    NUDGE = 1  # the first hint, which points the way
    CONTENT = 2  # a later hint, or the demo: part of the answer was seen


def rate(*, right: bool, helped: Help = Help.NONE) -> Rating:
    """Return the rating of a judged answer, at the first try."""
    return cap(Rating.GOOD, helped) if right else Rating.AGAIN


def cap(rating: Rating, helped: Help) -> Rating:
    """Return the rating that a person gave, no higher than the help allows: a nudge hard, content again."""
    if helped is Help.CONTENT:
        return Rating.AGAIN
    return min(rating, Rating.HARD) if helped is Help.NUDGE else rating


def overruled(rating: Rating) -> Rating:
    """Return the rating after "I was right" of a lapse, or "I was wrong" of anything else."""
    return Rating.GOOD if rating is Rating.AGAIN else Rating.AGAIN


def offers_easy(rating: Rating, took_ms: int, usual_ms: float | None) -> bool:
    """Whether *easy* is offered: right, and faster than half of what this card usually takes."""
    return rating is Rating.GOOD and usual_ms is not None and usual_ms > 0 and took_ms < usual_ms / 2
