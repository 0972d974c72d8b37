"""Where answers go: into the journal by way of the schedule, or nowhere but the score."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlquiz.study.rating import Rating

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from mlquiz.cards.model import Card
    from mlquiz.scheduling.schedule import Schedule
    from mlquiz.store.events import Review, Suspend, Unsuspend
    from mlquiz.study.desk import Answer

MAX_TYPED = 10_000  # characters of an answer that the journal keeps


class NotKeptError(Exception):
    """An answer, or taking one back, could not be written down; the text says why."""


class Kept(NamedTuple):
    """An answer that was written down.

    ``days`` until the card is due (None where nothing is scheduled), ``usual_ms`` that the card took before,
    ``first`` when the card was new, ``elsewhere`` when another sitting answered it a moment ago.
    """

    id: str
    key: str
    section: str
    answer: Answer
    took: int
    days: int | None = None
    usual_ms: int | None = None
    first: bool = False
    leech: bool = False
    elsewhere: bool = False


class Deed(NamedTuple):
    """What was taken back or done again; ``id`` is its event's."""

    id: str
    card: str
    rating: int
    suspension: bool


class Record:
    """Keeps the score of a sitting and changes nothing else: for quizzes and cramming."""

    def __init__(self) -> None:
        self._kept: dict[str, Kept] = {}
        self._undone: dict[str, Kept] = {}

    @property
    def answers(self) -> list[Kept]:
        """The answers of this sitting that count, in order."""
        return list(self._kept.values())

    @property
    def last(self) -> Kept | None:
        """The last answer of this sitting."""
        return next(reversed(self._kept.values()), None)

    def answer(self, card: Card, answer: Answer, took: int, *, now: int) -> Kept:
        """Write an answer down; ``now`` is UTC milliseconds. Raises NotKeptError."""
        number = len(self._kept) + len(self._undone)
        return self._noted(Kept(f"{now}-{number}", card.key, card.section, answer, took))

    def undo(self, now: int) -> Deed | None:  # noqa: ARG002 - the journal needs it
        """Take back the last answer; None when there is none. Raises NotKeptError."""
        kept = self.last
        if kept is None:
            return None
        return self._took_back(Deed(kept.id, kept.key, kept.answer.rating, suspension=False))

    def redo(self, now: int) -> Deed | None:  # noqa: ARG002 - the journal needs it
        """Do again what was undone last; None when there is nothing. Raises NotKeptError."""
        kept = next(reversed(self._undone.values()), None)
        if kept is None:
            return None
        return self._did_again(Deed(kept.id, kept.key, kept.answer.rating, suspension=False))

    def suspend(self, key: str, now: int) -> None:
        """Stop asking a card. Raises NotKeptError."""

    def _noted(self, kept: Kept) -> Kept:
        self._kept[kept.id] = kept
        self._undone.clear()
        return kept

    def _took_back(self, deed: Deed) -> Deed:
        if deed.id in self._kept:
            self._undone[deed.id] = self._kept.pop(deed.id)
        return deed

    def _did_again(self, deed: Deed) -> Deed:
        if deed.id in self._undone:
            self._kept[deed.id] = self._undone.pop(deed.id)
        return deed


class JournalRecord(Record):
    """Keeps every answer in the journal, durably, before it returns."""

    def __init__(self, schedule: Schedule) -> None:
        super().__init__()
        self.schedule = schedule

    def answer(self, card: Card, answer: Answer, took: int, *, now: int) -> Kept:
        """Append a review. Raises NotKeptError."""
        with kept_or_told():
            done = self.schedule.answer(
                card.key,
                int(answer.rating),
                now=now,
                verdict=answer.verdict,
                typed=answer.typed[:MAX_TYPED],
                took=took,
                revision=card.revision,
            )
        return self._noted(
            Kept(
                done.review.id,
                card.key,
                card.section,
                answer,
                took,
                days=done.days,
                usual_ms=done.before.usual_ms if done.before else None,
                first=done.before is None or done.before.reps == 0,
                leech=done.leech,
                elsewhere=done.elsewhere is not None,
            )
        )

    def undo(self, now: int) -> Deed | None:
        """Append an undo, also of an earlier sitting's answer. Raises NotKeptError."""
        with kept_or_told():
            event = self.schedule.undo(now)
        return event and self._took_back(_deed(event))

    def redo(self, now: int) -> Deed | None:
        """Append a redo. Raises NotKeptError."""
        with kept_or_told():
            event = self.schedule.redo(now)
        return event and self._did_again(_deed(event))

    def suspend(self, key: str, now: int) -> None:
        """Append a suspension. Raises NotKeptError."""
        with kept_or_told():
            self.schedule.suspend(key, now)


def _deed(event: Review | Suspend | Unsuspend) -> Deed:
    rating = getattr(event, "rating", None)
    return Deed(event.id, event.card, rating or Rating.AGAIN, suspension=rating is None)


def kept_or_told() -> AbstractContextManager[None]:
    """Turn errors of the journal into NotKeptError with the same words."""
    from contextlib import contextmanager

    from mlquiz.store.errors import JournalError

    @contextmanager
    def told() -> Iterator[None]:
        try:
            yield
        except JournalError as error:
            raise NotKeptError(str(error)) from error

    return told()
