"""A sitting: what is asked next, and what becomes of the answer."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple, Protocol

from mlquiz.study.desk import Answer, Desk, Left
from mlquiz.study.rating import Rating, offers_easy, overruled
from mlquiz.study.record import NotKeptError
from mlquiz.study.screen import gap, line, words
from mlquiz.study.self_rating import reveal_and_rate
from mlquiz.study.views import after_answer, ask_block, header, kept_lines, name_of, verdict_line
from mlquiz.study.way import way_of

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from mlquiz.cards.library import Library
    from mlquiz.cards.model import Card, Section
    from mlquiz.study.desk import Room
    from mlquiz.study.record import Deed, Kept, Record
    from mlquiz.study.screen import Block

DONE_SINCE = "Something else was done since that answer: undo that first."


class Asking(Protocol):
    """Says which card is asked next: the queue of what is due, or a round of a quiz."""

    def next(self, now: int) -> str | None:
        """Return the key of the card to ask, the same until something became of it; None at the end."""
        ...

    def answered(self, key: str, rating: int) -> None:
        """Take note of an answer."""
        ...

    def skip(self, key: str) -> None:
        """Leave the card for this time."""
        ...

    def suspend(self, key: str) -> None:
        """Ask the card no more."""
        ...

    def unsuspend(self, key: str) -> None:
        """Ask the card again."""
        ...

    def undo(self, key: str) -> None:
        """Ask again what was answered last."""
        ...


class Times(NamedTuple):
    """The clocks: ``now`` in UTC milliseconds, and a ``stopwatch`` in seconds that nobody sets back."""

    now: Callable[[], int] = lambda: time.time_ns() // 1_000_000
    stopwatch: Callable[[], float] = time.monotonic


class Sitting:
    """Asks the cards of ``queue`` in ``room`` and keeps the answers in ``record``."""

    def __init__(
        self,
        library: Library,
        queue: Asking,
        record: Record,
        room: Room,
        rng: random.Random,
        *,
        progress: Callable[[], str] = str,
        times: Times | None = None,
        paper: bool = False,
    ) -> None:
        self.library = library
        self.queue = queue
        self.record = record
        self.room = room
        self.rng = rng
        self.times = times or Times()
        self.paper = paper
        self.progress = progress
        self._notices: list[Block] = []

    def announce(self, *blocks: Block) -> None:
        """Show something above the next card."""
        self._notices.extend(blocks)

    def notices(self) -> list[Block]:
        """Take what was announced."""
        taken, self._notices = self._notices, []
        return taken

    def run(self) -> bool:
        """Ask until nothing is left; False when the person left before.

        Raises
        ------
        EndOfInput, KeyboardInterrupt
            All that was answered is kept.
        NotKeptError
            An answer could not be kept, and the person gave it up.
        """
        while (key := self.queue.next(self.times.now())) is not None:
            card = self.library.card(key)
            if card is None:  # its deck lost it
                self.queue.suspend(key)
            elif not self._ask(card, key):
                return False
        return True

    def undo(self) -> None:
        """Take back the last answer or suspension, also one of an earlier sitting."""
        deed = self._tried(self.record.undo, "There is nothing to undo.")
        if deed is None:
            return
        self.announce(words(f"Undone: {self._name(deed.card)}", "dim"), gap())
        if deed.suspension:
            self.queue.unsuspend(deed.card)
        else:
            self.queue.undo(deed.card)

    def redo(self) -> None:
        """Do again what was undone last."""
        deed = self._tried(self.record.redo, "There is nothing to redo.")
        if deed is None:
            return
        self.announce(words(f"Done again: {self._name(deed.card)}", "dim"), gap())
        if deed.suspension:
            self.queue.suspend(deed.card)
        else:
            self.queue.answered(deed.card, deed.rating)

    def _tried(self, act: Callable[[int], Deed | None], nothing: str) -> Deed | None:
        """Undo or redo; say so when there is nothing to, or when it can't be written down."""
        try:
            deed = act(self.times.now())
        except NotKeptError as error:
            self.announce(line(str(error), "wrong"), gap())
            return None
        if deed is None:
            self.announce(line(nothing, "dim"), gap())
        return deed

    def _suspend(self, key: str) -> None:
        try:
            self.record.suspend(key, self.times.now())
        except NotKeptError as error:
            self.announce(line(str(error), "wrong"), gap())
            return
        self.queue.suspend(key)
        undo = self.room.bindings.key("undo")
        self.announce(words(f"Suspended ({undo} takes it back): {self._name(key)}", "dim"), gap())

    def _ask(self, card: Card, key: str) -> bool:
        """Ask one card; False when the person leaves the sitting."""
        desk = Desk(card, self._section(card), self.room, lambda: after_answer(card, self.library))
        kept: Kept | None = None
        try:
            kept = self._answer(desk, key)
            self._go_on(desk, kept)
        except Left as left:
            return self._leave(left.action, key, answered=kept is not None)
        return True

    def _answer(self, desk: Desk, key: str) -> Kept:
        way = way_of(desk.card, self.rng)
        head = header(desk.card, desk.section, self.progress())
        desk.screen.fresh(head, gap(), *self.notices(), ask_block(desk.card))
        desk.screen.show(*way.question())  # the grader, which describes symbols, takes a moment to load
        began = self.times.stopwatch()
        answer = reveal_and_rate(desk, way.solution()) if self.paper else way.ask(desk)
        took = int(1000 * (self.times.stopwatch() - began))
        if not answer.settled:
            desk.reveal(verdict_line(answer, desk.helped), *self._mix_up(desk.card, answer), *way.solution())
        return self._keep(desk, key, answer, took)

    def _mix_up(self, card: Card, answer: Answer) -> list[Block]:
        """Name the card whose formula was written in place of this one's."""
        if card.kind != "formula" or answer.verdict != "wrong":
            return []
        from mlquiz.study.formula import taken_for

        other = taken_for(answer.typed, card, self.library)
        return [words(f"That is the answer to: {other.ask}", "hint")] if other else []

    def _keep(self, desk: Desk, key: str, answer: Answer, took: int) -> Kept:
        """Write the answer down; while that fails, stay on the card and offer to try again."""
        while True:
            try:
                kept = self.record.answer(desk.card, answer, took, now=self.times.now())
            except NotKeptError as error:
                self._offer_retry(desk, error)
            else:
                self.queue.answered(key, answer.rating)
                return kept

    def _offer_retry(self, desk: Desk, error: NotKeptError) -> None:
        desk.screen.show(gap(), line(str(error), "wrong"), line("This answer is not kept yet.", "wrong"))
        if desk.piped:
            raise error
        again, leave = desk.bound("reveal"), desk.bound("quit")
        if desk.key({again: "try again", leave: "leave without it"}) == leave:
            raise error

    def _go_on(self, desk: Desk, kept: Kept) -> None:
        """Say what became of the answer; let it be overruled; a leech may be suspended."""
        notices = kept_lines(kept)
        if kept.answer.settled and not kept.leech:
            self.announce(*notices, *([gap()] if notices else []))
        elif desk.piped:
            desk.screen.show(*notices)
        else:
            desk.screen.show(*([gap(), *notices] if notices else []))
            while True:
                key = desk.key(self._offered(desk, kept))
                if key == desk.bound("reveal"):
                    return
                kept = self._rerate(desk, kept, key)

    def _offered(self, desk: Desk, kept: Kept) -> dict[str, str]:
        answer = kept.answer
        offered = {desk.bound("reveal"): "next"}
        if kept.leech:
            offered[desk.bound("suspend")] = "suspend"
        if not answer.settled or kept.leech:
            offered[desk.bound("overrule")] = (
                "I was right" if answer.rating is Rating.AGAIN else "I was wrong"
            )
        if offers_easy(answer.rating, kept.took, kept.usual_ms) and not answer.settled:
            offered[desk.bound("easy")] = "it was easy"
        return offered

    def _rerate(self, desk: Desk, kept: Kept, key: str) -> Kept:
        """Write the answer down anew, with the rating that the person wants; or suspend the card."""
        if key == desk.bound("suspend"):
            raise Left("suspend")
        rating = Rating.EASY if key == desk.bound("easy") else overruled(kept.answer.rating)
        changed = self._replace(desk, kept, rating)
        if changed is None:
            desk.screen.show(line(DONE_SINCE, "hint"))
        return changed or kept

    def _replace(self, desk: Desk, kept: Kept, rating: Rating) -> Kept | None:
        """Take an answer back and keep it with another rating; None when something was done since."""
        now = self.times.now()
        deed = self.record.undo(now)
        if deed is None or deed.id != kept.id:
            self.record.redo(now)
            return None
        verdict = "wrong" if rating is Rating.AGAIN else "right"
        answer = Answer(verdict, rating, kept.answer.typed, kept.answer.settled)
        self.queue.undo(desk.card.key)
        changed = self._keep(desk, desk.card.key, answer, kept.took)
        desk.screen.show(line(f"Counted as {rating.name.lower()}.", "dim"), *kept_lines(changed))
        return changed

    def _leave(self, action: str, key: str, *, answered: bool) -> bool:
        if action == "undo":
            self.undo()
        elif action == "redo":
            self.redo()
        elif action == "skip" and not answered:
            self.queue.skip(key)
        elif action == "suspend":
            self._suspend(key)
        elif action == "overrule":
            self._overrule_last()
        return action != "quit"

    def _overrule_last(self) -> None:
        """Turn round the last answer of this sitting, at the next card."""
        kept = self.record.last
        card = self.library.card(kept.key) if kept else None
        if kept is None or card is None:
            self.announce(line("There is no answer to overrule.", "dim"))
            return
        changed = self._replace(Desk(card, None, self.room), kept, overruled(kept.answer.rating))
        if changed is None:
            self.announce(line(DONE_SINCE, "hint"), gap())
        else:
            counted = changed.answer.rating.name.lower()
            self.announce(words(f"Counted as {counted}: {self._name(kept.key)}", "dim"), gap())

    def _section(self, card: Card) -> Section | None:
        return self.library.section(f"{card.deck}/{card.section}") if card.section else None

    def _name(self, key: str) -> str:
        return name_of(self.library.card(key), key)
