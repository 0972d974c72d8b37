"""The order of a sitting: which card is asked next."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass
from itertools import chain, islice
from math import floor
from typing import TYPE_CHECKING
from zlib import crc32

from mlquiz.scheduling.choice import CardInfo, due_cards, new_cards

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlquiz.scheduling.schedule import Schedule

AGAIN = 1
MINUTE_MS = 60_000
FEWEST_BETWEEN, MOST_BETWEEN = 3, 8  # other cards before a wrong one comes back
APART = 5  # other cards between two that contrast, while one of them is new
FORMULAS_IN_A_ROW = 2
LOOKAHEAD = 16  # cards among which the order may be bettered


@dataclass(frozen=True, slots=True)
class Counts:
    """What is left of a sitting: cards to repeat, new ones, wrong ones to come back; and those answered."""

    due: int
    new: int
    again: int
    answered: int


@dataclass(frozen=True, slots=True)
class _Wrong:
    """A card answered wrong after ``answered_at`` answers, to come back once there were ``ready_at``."""

    key: str
    answered_at: int
    ready_at: int


class Queue:
    """Which card is next, from what was chosen and what was answered.

    Cards due come by falling risk with new ones mixed in evenly. Cards that contrast stay apart while one of
    them is new and follow each other once both are known; formula cards don't come all in a row. A card
    answered wrong comes back after 3 to 8 others until it was right once.

    Parameters
    ----------
    cards
        What was selected, in the order of the decks.
    now
        UTC ms.
    limit
        Different cards to answer; None or 0 for all.
    new_limit
        New cards in this sitting; None for what is left of the daily number.
    minutes
        After so long nothing more is asked; None or 0 for no end.
    weak, ahead, cram
        Ask the weakest, also what is due later, or everything there is; the answers of ``cram`` aren't to be
        kept.
    """

    def __init__(
        self,
        cards: Sequence[CardInfo],
        schedule: Schedule,
        now: int,
        *,
        limit: int | None = None,
        new_limit: int | None = None,
        minutes: float | None = None,
        weak: bool = False,
        ahead: bool = False,
        cram: bool = False,
        seed: int = 0,
    ) -> None:
        self._cards = {card.key: card for card in cards}
        self._schedule = schedule
        self._began = now
        self._limit = limit or None
        self._deadline = now + minutes * MINUTE_MS if minutes else None
        self._seed = f"{now} {seed}"
        self._due: OrderedDict[str, None] = OrderedDict()
        self._new: OrderedDict[str, None] = OrderedDict()
        self._unknown: set[str] = set()  # met today or in this sitting: not yet to be confused with others
        if cram:
            self._choose_everything()
        else:
            self._choose(new_limit, weak=weak, ahead=ahead)
        self._all_new, self._all = len(self._new), len(self._new) + len(self._due)
        self._partners = self._contrasts()
        self._taken_new = self._taken = self._answers = 0
        self._ratings: dict[str, list[int]] = {}
        self._wrong: dict[str, _Wrong] = {}
        self._first: list[str] = []  # to be asked before all others, the last one first
        self._recent: deque[str] = deque(maxlen=APART)
        self._asked: str | None = None

    def _choose(self, new_limit: int | None, *, weak: bool, ahead: bool) -> None:
        schedule = self._schedule
        today = schedule.today(self._began)
        lately = schedule.answered_on(today)
        wrong = [state for state in lately if state.last_rating == AGAIN and not state.suspended]
        unsettled = [state.card for state in wrong if state.card in self._cards]
        self._due = OrderedDict.fromkeys(
            [*unsettled, *due_cards(self._cards, schedule, today, weak=weak, ahead=ahead)]
        )
        if new_limit is None:
            met = sum(state.first_day == today for state in lately)
            new_limit = 0 if weak else schedule.settings.new_per_day - met
        if new_limit > 0:
            self._new = OrderedDict.fromkeys(new_cards(self._cards, schedule.journal.rows.cards(), new_limit))
        self._unknown = {*self._new, *(state.card for state in lately if not state.known_before(today))}

    def _choose_everything(self) -> None:
        met = list(self._schedule.states())
        suspended = {state.card for state in met if state.suspended}
        self._due = OrderedDict.fromkeys(new_cards(self._cards, suspended, len(self._cards)))
        self._unknown = self._due.keys() - {state.card for state in met}

    def _contrasts(self) -> dict[str, set[str]]:
        """Return the partners of each chosen card that has any, whichever of the two names the other."""
        partners: dict[str, set[str]] = {}
        for key in chain(self._due, self._new):
            for other in self._cards[key].contrasts:
                partners.setdefault(key, set()).add(other)
                partners.setdefault(other, set()).add(key)
        return partners

    # ---- what is next

    def next(self, now: int) -> str | None:
        """Return the card to ask, the same again until it is told what became of it; None at the end."""
        if self._asked is None:
            self._asked = self._pick(now)
        return self._asked

    def _pick(self, now: int) -> str | None:
        if self._first:
            return self._first[-1]
        if self._deadline is not None and now >= self._deadline:
            return None
        ready = [wrong for wrong in self._wrong.values() if wrong.ready_at <= self._answers]
        if ready:
            return min(ready, key=lambda wrong: wrong.ready_at).key
        fresh = self._pick_fresh()
        if fresh is None and self._wrong:
            return min(self._wrong.values(), key=lambda wrong: wrong.answered_at).key
        return fresh

    def _pick_fresh(self) -> str | None:
        """Return a card not asked yet in this sitting; None when there is none, or enough were answered."""
        while self._fresh_left():
            key = self._partner_of_last() or self._least_objectionable()
            if self._schedule.answered_elsewhere(key, self._began) is None:
                return key
            self._take(key)  # another sitting was faster
        return None

    def _fresh_left(self) -> int:
        left = len(self._due) + len(self._new)
        if self._limit is None:
            return left
        counted = len(self._ratings) + sum(key not in self._ratings for key in self._waiting())
        return max(min(left, self._limit - counted), 0)

    def _waiting(self) -> list[str]:
        """Return the cards to be asked first that were taken from where they stood."""
        return [key for key in self._first if key not in self._due and key not in self._new]

    def _partner_of_last(self) -> str | None:
        """Return a card to tell from the last one, once both are known."""
        last = self._recent[-1] if self._recent else ""
        if last in self._unknown:
            return None
        known = self._partners.get(last, set()) - self._unknown
        return next((key for key in sorted(known) if key in self._due), None)

    def _least_objectionable(self) -> str:
        pools = (self._new, self._due) if self._new_by(1) > 0 else (self._due, self._new)
        candidates = chain.from_iterable(islice(pool, LOOKAHEAD) for pool in pools)
        worst, best = 3, ""
        for key in candidates:
            objection = self._objection(key)
            if objection == 0:
                return key
            if objection < worst:  # of equals the first
                worst, best = objection, key
        return best

    def _new_by(self, picks: int) -> int:
        """Return how many of the next ``picks`` cards should be new, so that new ones come evenly."""
        share = self._all_new / self._all if self._all else 0
        return floor((self._taken + picks) * share + 0.5) - self._taken_new

    def _objection(self, key: str) -> int:
        """Return how much speaks against ``key`` now: 0 nothing, 1 too many formulas, 2 it would confuse."""
        partners = self._partners.get(key, set()) & set(self._recent)
        if partners and (key in self._unknown or partners & self._unknown):
            return 2
        last = list(self._recent)[-FORMULAS_IN_A_ROW:]
        return int(len(last) == FORMULAS_IN_A_ROW and all(self._is_formula(other) for other in (*last, key)))

    def _is_formula(self, key: str) -> bool:
        return self._cards[key].kind == "formula"

    # ---- what became of it

    def answered(self, key: str, rating: int) -> None:
        """Tell that ``key`` was answered, or that its answer counts again after a redo."""
        self._take(key)
        self._answers += 1
        self._ratings.setdefault(key, []).append(rating)
        if key in self._cards:
            self._recent.append(key)
            if rating == AGAIN:
                self._wrong[key] = _Wrong(key, self._answers, self._answers + self._between(key))

    def _between(self, key: str) -> int:
        drawn = crc32(f"{self._seed} {key} {self._answers}".encode())
        return FEWEST_BETWEEN + drawn % (MOST_BETWEEN - FEWEST_BETWEEN + 1)

    def skip(self, key: str) -> None:
        """Tell that ``key`` is not to be asked again in this sitting; it doesn't count for the limit."""
        self._take(key)

    suspend = skip

    def undo(self, key: str) -> None:
        """Tell that the last answer to ``key`` was taken back: it is asked next."""
        ratings = self._ratings.get(key, [])
        del ratings[-1:]
        if not ratings:
            self._ratings.pop(key, None)
        if key in self._recent:
            self._recent.remove(key)
        self.unsuspend(key)

    def unsuspend(self, key: str) -> None:
        """Tell that ``key`` may be asked after all: it is next."""
        if self._asked is not None and self._asked != key:
            self._ask_first(self._asked)
        self._take(key)
        self._ask_first(key)

    def _ask_first(self, key: str) -> None:
        if key in self._cards and key not in self._first:
            self._first.append(key)

    def _take(self, key: str) -> None:
        """Remove ``key`` from wherever it waits."""
        if key in self._due or key in self._new:
            self._taken += 1
            self._taken_new += key in self._new
        self._due.pop(key, None)
        self._new.pop(key, None)
        self._wrong.pop(key, None)
        if key in self._first:
            self._first.remove(key)
        self._asked = None

    def counts(self) -> Counts:
        """Return what is left to ask, the card asked now included."""
        fresh = self._fresh_left()
        new = min(max(self._new_by(fresh), fresh - len(self._due), 0), len(self._new), fresh)
        return Counts(fresh - new + len(self._waiting()), new, len(self._wrong), len(self._ratings))
