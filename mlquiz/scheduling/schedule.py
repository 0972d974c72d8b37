"""The person's cards over time: answers go into the journal, states and due days come out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from mlquiz.scheduling.days import days_between, study_day
from mlquiz.scheduling.derive import advance, derive_card, possible_days
from mlquiz.scheduling.fuzz import choose_day
from mlquiz.scheduling.memory import next_memory, retrievability
from mlquiz.scheduling.state import CardState, from_row, to_row
from mlquiz.store.events import Review, Suspend, Unsuspend, new_id, storable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from mlquiz.scheduling.settings import SchedulingSettings
    from mlquiz.store.events import Deed, Event
    from mlquiz.store.journal import Journal
    from mlquiz.store.rows import Row

TOGETHER_MS = 60_000  # answers so close to each other come from two sittings at once
CLOCK_SLACK = timedelta(minutes=5)
LONG_AWAY = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Answered:
    """What an answer did: the state before and after, the days until the card is due.

    ``leech`` says that this was the lapse at which to offer suspension; ``elsewhere`` is the answer that
    another sitting gave to the same card a moment ago (both are kept).
    """

    review: Review
    before: CardState | None
    state: CardState
    days: int
    leech: bool
    elsewhere: Review | None


def _alone(_: str) -> Sequence[str]:
    return ()


class Schedule:
    """Answers in, states out; every moment (``now``) is in UTC ms. Raises `JournalError` as the journal does.

    Parameters
    ----------
    siblings
        The cards of the same section as a card: they come apart in time.
    """

    def __init__(
        self,
        journal: Journal,
        settings: SchedulingSettings,
        siblings: Callable[[str], Sequence[str]] = _alone,
    ) -> None:
        self.journal = journal
        self.settings = settings
        self._siblings = siblings
        self._written: set[str] = set()
        self._before: dict[
            str, Row | None
        ] = {}  # by the id of an answer given here, the card's row before it
        if journal.derived_by != settings.fingerprint:
            if journal.read_only:
                journal.leave_file()
            self.rebuild()

    def today(self, now: int) -> date:
        """Return the study day of ``now``."""
        return study_day(now, self.settings.tz, self.settings.turnover_hour)

    def _row(self, card: str, events: Sequence[Event]) -> Row | None:
        state = derive_card(card, events, self.settings)
        return to_row(state) if state else None

    def _advanced(self, row: Row | None, event: Event) -> Row:
        assert isinstance(event, Review)
        before = from_row(row) if row else CardState(event.card)
        return to_row(advance(before, event, self.settings))

    # ---- states

    def state(self, card: str) -> CardState | None:
        """Return the card's state; None for a card never answered nor suspended."""
        row = self.journal.rows.get(card)
        return from_row(row) if row else None

    def states(self) -> Iterator[CardState]:
        """Return the state of every card, those that left their deck included."""
        return map(from_row, self.journal.rows)

    def retrievability(self, card: str, today: date) -> float | None:
        """Return the chance that the card is known on ``today``; None for a card never answered."""
        state = self.state(card)
        if state is None or state.memory is None or state.last_day is None:
            return None
        return retrievability(state.memory, days_between(state.last_day, today))

    def answered_on(self, today: date) -> list[CardState]:
        """Return the states of the cards answered on ``today``."""
        states = [self.state(card) for card in self.journal.history.cards_on(today)]
        return [state for state in states if state is not None]

    def introduced(self, today: date) -> int:
        """Return how many cards were met for the first time on ``today``."""
        return sum(state.first_day == today for state in self.answered_on(today))

    # ---- deeds

    def answer(
        self,
        card: str,
        rating: int,
        *,
        now: int,
        verdict: str,
        typed: str = "",
        took: int = 0,
        revision: str = "",
    ) -> Answered:
        """Keep an answer, durably, and say what became of the card; ``took`` is in ms."""
        row_before = self.journal.rows.get(card)
        before = from_row(row_before) if row_before else None
        day = self.today(now)
        due = self._place(card, before, rating, day)
        kept = storable(typed), max(took, 0), revision
        review = Review(new_id(now), card, now, rating, verdict, *kept, day, due)
        self._written.add(review.id)
        self._before[review.id] = row_before
        row = self.journal.append(review, self._row, self._advanced)
        assert row is not None
        state = from_row(row)
        assert state.due is not None
        elsewhere = self.answered_elsewhere(
            card, now - took - TOGETHER_MS
        )  # of two at once the second is told
        return Answered(review, before, state, (state.due - day).days, state.became_leech(before), elsewhere)

    def answered_elsewhere(self, card: str, since: int) -> Review | None:
        """Return the last answer that another sitting gave to the card from ``since`` (UTC ms) on."""
        if self.journal.alone:
            return None
        last = self.journal.last_review(card, besides=self._written)
        return last if last and last.at >= since else None

    def _place(self, card: str, before: CardState | None, rating: int, day: date) -> date:
        """Choose the day on which the card is due again, by what is due around it already."""
        elapsed = days_between(before.last_day, day) if before and before.last_day else 0
        memory = next_memory(before.memory if before else None, rating, elapsed)
        days = possible_days(memory, self.settings)
        if days[0] == days[1]:
            return day + timedelta(days=days[0])
        first, last = (day.toordinal() + ahead for ahead in days)
        siblings = [key for key in self._siblings(card) if key != card]
        return choose_day(
            card,
            before.reps + 1 if before else 1,
            day,
            days,
            self.journal.rows.load(first, last),
            self.journal.rows.load_of(siblings, first, last) if siblings else {},
            self.settings.is_easy if self.settings.easy_days else None,
        )

    def suspend(self, card: str, now: int) -> None:
        """Stop asking the card."""
        self.journal.append(Suspend(new_id(now), card, now), self._row)

    def unsuspend(self, card: str, now: int) -> None:
        """Ask the card again."""
        self.journal.append(Unsuspend(new_id(now), card, now), self._row)

    def undo(self, now: int) -> Deed | None:
        """Take back the last deed that still counts and return it; None when there is none."""
        return self.journal.undo(now, self._row, self._before)

    def redo(self, now: int) -> Deed | None:
        """Let the deed undone last count again and return it; None once something new was done after it."""
        return self.journal.redo(now, self._row)

    # ---- upkeep

    def rename(self, names: Mapping[str, str]) -> None:
        """Carry the history of renamed cards over (old key to new); takes the place of earlier names."""
        self._before.clear()
        self.journal.rename(names, self._row)

    def merge(self, events: Iterable[Event]) -> int:
        """Add events of another journal; return how many were new."""
        self._before.clear()
        return self.journal.merge(events, self._row)

    def rebuild(self) -> int:
        """Derive every state again; return how many there are."""
        return self.journal.rebuild(self._row, self.settings.fingerprint)

    def verify(self, now: int) -> list[str]:
        """Return what is wrong with the journal, a sentence each."""
        return self.journal.verify(self._row, now)

    def clock_warning(self, now: int) -> str | None:
        """Say so when the clock stands before the last answer, or more than a year after it."""
        last = self.journal.history.newest()
        if last is None:
            return None
        ahead, day = timedelta(milliseconds=now - last), self.today(last)
        if ahead < -CLOCK_SLACK:
            return f"The clock stands before your last answer ({day}): today counts as {self.today(now)}."
        if ahead > LONG_AWAY:
            return f"Your last answer was on {day}. If that isn't so long ago, put the clock right first."
        return None
