"""What becomes of a memory: FSRS-6 behind three functions, the only module that imports fsrs.

A memory has a stability S (days until the chance of recall R has fallen to 0.9) and a difficulty D in [1,
10]. R(t, S) = (1 + f t / S)^-d with d = w[20] and f = 0.9^(-1/d) - 1, so that R(S, S) = 0.9
(https://github.com/open-spaced-repetition/fsrs4anki/wiki/The-Algorithm).
"""

from __future__ import annotations

import warnings
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from fsrs import Scheduler

PARAMETERS = (
    *(0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796),
    *(1.4835, 0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542),
)  # FSRS-6's defaults, written out: a journal must come to the same rows whichever fsrs is installed
LOWEST_RETENTION, HIGHEST_RETENTION = 0.70, 0.99
LONGEST = 36_500  # days; fsrs-rs bounds stability so too
_MIDNIGHT = datetime(2000, 1, 1, tzinfo=UTC)


class RetentionError(ValueError):
    """A desired retention at which scheduling makes no sense."""


class ClockWarning(UserWarning):
    """A review lies before the one that it follows: the clock was set back."""


class Memory(NamedTuple):
    """Stability in days, and difficulty from 1 to 10."""

    stability: float
    difficulty: float


def next_memory(
    memory: Memory | None, rating: int, elapsed_days: int, parameters: tuple[float, ...] = PARAMETERS
) -> Memory:
    """Return the memory after an answer.

    Parameters
    ----------
    memory
        Before the answer; None for a card never seen.
    rating
        1 again, 2 hard, 3 good, 4 easy.
    elapsed_days
        Study days since the last review; less than none counts as none, with a `ClockWarning`.
    """
    if elapsed_days < 0:
        warnings.warn(
            "the clock was set back: this review counts as one of the same day", ClockWarning, stacklevel=2
        )
    return _reviewed(memory, rating, min(max(elapsed_days, 0), LONGEST), parameters)


@lru_cache(maxsize=1024)
def _reviewed(memory: Memory | None, rating: int, elapsed_days: int, parameters: tuple[float, ...]) -> Memory:
    from fsrs import Card, Rating, State

    # fsrs floors 24-hour spans of UTC: midnights make them the study days that passed. Card() would sleep
    # and read the clock, so each field is given.
    if memory is None:
        card = Card(card_id=0, state=State.Learning, step=0, due=_MIDNIGHT)
    else:
        card = Card(0, State.Review, None, memory.stability, memory.difficulty, _MIDNIGHT, _MIDNIGHT)
    now = _MIDNIGHT + timedelta(days=elapsed_days)
    after, _ = _scheduler(parameters).review_card(card, Rating(rating), now)
    assert after.stability is not None
    assert after.difficulty is not None
    return Memory(min(after.stability, LONGEST), after.difficulty)


def retrievability(memory: Memory, elapsed_days: int, parameters: tuple[float, ...] = PARAMETERS) -> float:
    """Return the chance of recall after ``elapsed_days`` study days, 0 to 1."""
    decay = -parameters[20]
    return float((1 + _factor(decay) * max(elapsed_days, 0) / memory.stability) ** decay)


def interval(
    memory: Memory,
    desired_retention: float = 0.9,
    max_interval: int = LONGEST,
    parameters: tuple[float, ...] = PARAMETERS,
) -> int:
    """Return the days until the chance of recall has fallen to ``desired_retention``, 1 to ``max_interval``.

    Raises
    ------
    RetentionError
        ``desired_retention`` isn't from 0.70 to 0.99.
    """
    decay = -parameters[20]
    days = memory.stability / _factor(decay) * (checked_retention(desired_retention) ** (1 / decay) - 1)
    return int(min(max(round(days), 1), max_interval))


def checked_retention(retention: float) -> float:
    """Return ``retention`` if it is from 0.70 to 0.99, else raise `RetentionError`."""
    if not LOWEST_RETENTION <= retention <= HIGHEST_RETENTION:  # false for NaN too
        raise RetentionError(
            f"desired_retention is {retention}; expected {LOWEST_RETENTION:.2f} to {HIGHEST_RETENTION:.2f}"
        )
    return retention


@cache
def _factor(decay: float) -> float:
    return float(0.9 ** (1 / decay) - 1)


@cache
def _scheduler(parameters: tuple[float, ...]) -> Scheduler:
    """Return fsrs's scheduler without its fuzz (global random state, off by one) and its learning steps."""
    from fsrs import Scheduler

    return Scheduler(parameters, enable_fuzzing=False, learning_steps=(), relearning_steps=())
