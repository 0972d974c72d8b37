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


def derive(events: Iterable[Event], settings: SchedulingSettings) -> dict[str, CardState]:
    """Return the state of each card that has one."""
    ordered = sorted(events, key=lambda event: event.card)
    groups = groupby(ordered, lambda event: event.card)
    states = ((card, derive_card(card, list(group), settings)) for card, group in groups)
    return {card: state for card, state in states if state is not None}


def derive_card(card: str, events: Sequence[Event], settings: SchedulingSettings) -> CardState | None:
    """Return what the card's own events, in any order, come to; None when none of them counts any more."""
    deeds = sorted(effective(events), key=lambda event: (event.at, event.id))
    state = CardState(card)
    last = None
    for deed in deeds:
        if isinstance(deed, Review):
            state, last = _remembered(state, deed), deed
        else:
            state = replace(state, suspended=isinstance(deed, Suspend))
    if last is None:
        return state if state.suspended else None
    return replace(state, due=_due(state, last, settings))


def advance(state: CardState, review: Review, settings: SchedulingSettings) -> CardState:
    """Return what `derive_card` returns for events that came to ``state`` and one later ``review``."""
    state = _remembered(state, review)
    return replace(state, due=_due(state, review, settings))


def _remembered(state: CardState, review: Review) -> CardState:
    """Return the state after a review but for the day on which the card is due."""
    today = state.last_day or review.day
    memory = next_memory(state.memory, review.rating, days_between(today, review.day))
    took = (review.took,) if review.rating > 1 and review.took else ()
    return CardState(
        state.card,
        *memory,
        first_day=state.first_day or review.day,
        last_day=max(today, review.day),  # a day before the last review is one that was lived already
        reps=state.reps + 1,
        lapses=state.lapses + (review.rating == 1 and review.day > today),
        last_rating=review.rating,
        suspended=state.suspended,
        times=(*state.times, *took)[-REMEMBERED_TIMES:],
    )


def possible_days(memory: Memory, settings: SchedulingSettings) -> tuple[int, int]:
    """Return the fewest and the most days until the card may be due."""
    days = interval(memory, settings.desired_retention, settings.max_interval)
    return fuzz_range(days, settings.max_interval) if settings.fuzz else (days, days)


def _due(state: CardState, review: Review, settings: SchedulingSettings) -> date:
    """Return the day chosen then; where settings or merged events forbid it now, one drawn without load."""
    assert state.memory is not None
    days = possible_days(state.memory, settings)
    if days[0] <= (review.due - review.day).days <= days[1]:
        return review.due
    return choose_day(state.card, state.reps, review.day, days)
