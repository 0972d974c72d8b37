"""What is to come and what has been: due days, retention, days of study, sections."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlquiz.scheduling.choice import CardInfo
    from mlquiz.scheduling.schedule import Schedule
    from mlquiz.scheduling.state import CardState

KNOWN_DAYS = 21  # a card whose memory lasts so long counts as known
HOUR_MS = 3_600_000
SHORTEST_DAY_MS = 23 * HOUR_MS  # the one on which summer time begins


@dataclass(frozen=True, slots=True)
class Retention:
    """How often a card was recalled, of how many times it was asked."""

    passed: int
    total: int

    @property
    def rate(self) -> float | None:
        """The share recalled, 0 to 1; None when nothing was asked."""
        return self.passed / self.total if self.total else None


@dataclass(frozen=True, slots=True)
class Standing:
    """A section's cards: how many are new, being learned, known (stability of 21 days), suspended, due.

    ``new + learning + known + suspended == total``; those due are among the learning and the known.
    """

    total: int = 0
    new: int = 0
    learning: int = 0
    known: int = 0
    suspended: int = 0
    due: int = 0


def due_by_day(schedule: Schedule, today: date, days: int = 30) -> dict[date, int]:
    """Return how many cards fall due on each of the next ``days`` days; overdue ones count today."""
    first = today.toordinal()
    load = schedule.journal.rows.load(0, first + days - 1)
    counts = {today + timedelta(days=ahead): load.get(first + ahead, 0) for ahead in range(days)}
    counts[today] = sum(count for day, count in load.items() if day <= first)
    return counts


def next_due(schedule: Schedule, today: date) -> date | None:
    """Return the first day after ``today`` on which something falls due."""
    day = schedule.journal.rows.next_due(today.toordinal())
    return date.fromordinal(day) if day else None


def activity(schedule: Schedule) -> dict[date, int]:
    """Return the number of answers on each study day that had any, in order."""
    return {day.day: day.reviews for day in schedule.journal.history.days()}


def streak(schedule: Schedule, today: date) -> int:
    """Return on how many days running something was answered, up to today or, while today is open, yesterday.

    A date that a journey skipped is no gap: between two answers less than a whole day has passed then.
    """
    days = schedule.journal.history.days()
    days = [day for day in days if day.day <= today]
    if not days or (today - days[-1].day).days > 1:
        return 0
    count = 1
    for earlier, later in zip(reversed(days[:-1]), reversed(days), strict=False):
        if (later.day - earlier.day).days > 1 and later.first - earlier.last >= SHORTEST_DAY_MS:
            break
        count += 1
    return count


def true_retention(schedule: Schedule, first: date, last: date) -> Retention:
    """Return how often the first review of a day, from ``first`` to ``last``, recalled a card met earlier."""
    return Retention(*schedule.journal.history.recalls(first, last))


def standing(cards: Iterable[CardInfo], schedule: Schedule, today: date) -> dict[str, Standing]:
    """Return where each section stands, in the order in which ``cards`` name them."""
    states = {state.card: state for state in schedule.states()}
    counts: dict[str, dict[str, int]] = {}
    for card in cards:
        section = counts.setdefault(card.section, {})
        state = states.get(card.key)
        for name in ("total", _stage(state), *(("due",) if state and state.is_due(today) else ())):
            section[name] = section.get(name, 0) + 1
    return {section: Standing(**count) for section, count in counts.items()}


def _stage(state: CardState | None) -> str:
    if state is not None and state.suspended:
        return "suspended"
    if state is None or state.stability is None:
        return "new"
    return "known" if state.stability >= KNOWN_DAYS else "learning"


def leeches(schedule: Schedule) -> list[CardState]:
    """Return the cards forgotten 8 times or more, the worst first."""
    found = [state for state in schedule.states() if state.leech]
    return sorted(found, key=lambda state: (-state.lapses, state.card))
