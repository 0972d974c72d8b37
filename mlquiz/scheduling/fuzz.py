"""On which day near the right one: cards answered together come apart, and no day is overfull."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# (from, to, share of the days between them that is added to the width): Anki's, py-fsrs's FUZZ_RANGES
WIDENING = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.1), (20.0, float("inf"), 0.05))
EASY_DAY = 1 / 8  # how much less an easy day is liked
NOBODY: Mapping[int, int] = {}


def fuzz_range(interval: int, max_interval: int) -> tuple[int, int]:
    """Return the fewest and the most days that may stand for ``interval``: 8 and 12 for 10."""
    if interval < 2.5:
        return interval, interval
    width = 1 + sum(share * max(min(interval, end) - start, 0) for start, end, share in WIDENING)
    most = min(round(interval + width), max_interval)
    return min(max(2, round(interval - width)), most), most


def choose_day(
    card: str,
    repetition: int,
    today: date,
    days: tuple[int, int],
    load: Mapping[int, int] = NOBODY,
    siblings: Mapping[int, int] = NOBODY,
    is_easy: Callable[[date], bool] | None = None,
) -> date:
    """Return a day from ``days[0]`` to ``days[1]`` after ``today``; the card and repetition are the seed.

    A day is liked the better the fewer cards (``load``) and the fewer of the card's section (``siblings``,
    both by ordinal) are due on it, and less if it is easy: all three weigh on every day, empty ones too.
    """
    candidates = [today + timedelta(days=ahead) for ahead in range(days[0], days[1] + 1)]
    likings = [
        (1 + load.get(day.toordinal(), 0)) ** -3
        * (1 + siblings.get(day.toordinal(), 0)) ** -2
        * (EASY_DAY if is_easy and is_easy(day) else 1)
        for day in candidates
    ]
    drawn = crc32(f"{card} {repetition}".encode()) / 2**32 * sum(likings)
    reached = zip(candidates, accumulate(likings), strict=True)
    return next((day for day, total in reached if drawn < total), candidates[-1])
