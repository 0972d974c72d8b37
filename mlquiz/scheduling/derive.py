"""From events to states: a pure function, one card at a time."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from mlquiz.scheduling.days import days_between
from mlquiz.scheduling.fuzz import choose_day, fuzz_range
from mlquiz.scheduling.memory import interval, next_memory
from mlquiz.scheduling.state import CardState
from mlquiz.store.events import Review, Suspend, effective

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from mlquiz.scheduling.memory import Memory
    from mlquiz.scheduling.settings import SchedulingSettings
    from mlquiz.store.events import Event

REMEMBERED_TIMES = 9
ENOUGH_TIMES = 3


def derive(events: Iterable[Event], settings: SchedulingSettings) -> dict[str, CardState]:
    """Return the state of each card that has one."""
    ordered = sorted(events, key=lambda event: event.card)
    groups = groupby(ordered, lambda event: event.card)
    states = ((card, derive_card(card, list(group), settings)) for card, group in groups)
    return {card: state for card, state in states if state is not None}


def derive_card(card: str, events: Sequence[Event], settings: SchedulingSettings) -> CardState | None:
    """Return what the card's own events, in any order, come to; None when none of them counts any more."""
    deeds = sorted(effective(events), key=lambda event: (event.at, event.id))
    if not deeds:
        return None
    reviews = [deed for deed in deeds if isinstance(deed, Review)]
    toggles = [deed for deed in deeds if not isinstance(deed, Review)]
    suspended = bool(toggles) and isinstance(toggles[-1], Suspend)
    if not reviews:
        return CardState(card, suspended=True) if suspended else None
    return replace(_of_reviews(card, reviews, settings), suspended=suspended)


def _of_reviews(card: str, reviews: Sequence[Review], settings: SchedulingSettings) -> CardState:
    memory = next_memory(None, reviews[0].rating, 0)
    lapses, today = 0, reviews[0].day
    for review in reviews[1:]:
        memory = next_memory(memory, review.rating, days_between(today, review.day))
        lapses += review.rating == 1 and review.day > today
        today = max(today, review.day)  # a day before the last review is one that was lived already
    last = reviews[-1]
    return CardState(
        card,
        *memory,
        first_day=reviews[0].day,
        last_day=today,
        due=_due(last, len(reviews), memory, settings),
        reps=len(reviews),
        lapses=lapses,
        last_rating=last.rating,
        usual_ms=_usual(reviews),
    )


def possible_days(memory: Memory, settings: SchedulingSettings) -> tuple[int, int]:
    """Return the fewest and the most days until the card may be due."""
    days = interval(memory, settings.desired_retention, settings.max_interval)
    return fuzz_range(days, settings.max_interval) if settings.fuzz else (days, days)


def _due(review: Review, repetition: int, memory: Memory, settings: SchedulingSettings) -> date:
    """Return the day chosen then; where settings or merged events forbid it now, one drawn without load."""
    days = possible_days(memory, settings)
    if days[0] <= (review.due - review.day).days <= days[1]:
        return review.due
    return choose_day(review.card, repetition, review.day, days)


def _usual(reviews: Sequence[Review]) -> int | None:
    """Return the median time of the last right answers, in ms."""
    times = sorted(
        [review.took for review in reviews if review.rating > 1 and review.took][-REMEMBERED_TIMES:]
    )
    return times[len(times) // 2] if len(times) >= ENOUGH_TIMES else None
