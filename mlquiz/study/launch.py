"""From a request to a sitting and its end: the journal, the queue and the room are put together here."""

from __future__ import annotations

import random
from contextlib import ExitStack
from typing import TYPE_CHECKING, NamedTuple

from mlquiz import paths
from mlquiz.study.record import JournalRecord, NotKeptError, Record
from mlquiz.study.rooms import take_seat
from mlquiz.study.round import Round
from mlquiz.study.screen import gap, line
from mlquiz.study.session import Sitting, Times
from mlquiz.study.summary import outlook, plural, round_result, summary, wrong_cards
from mlquiz.study.views import remaining
from mlquiz.study.welcome import welcome
from mlquiz.terminal.exits import Exit, UserError
from mlquiz.terminal.keys import EndOfInput

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mlquiz.cards.library import Library
    from mlquiz.cards.model import CardInfo
    from mlquiz.scheduling.queue import Queue
    from mlquiz.scheduling.schedule import Schedule
    from mlquiz.settings import Settings
    from mlquiz.study.rooms import Seat
    from mlquiz.study.screen import Block


class Request(NamedTuple):
    """What a person asked for: see the options of `mlquiz study`."""

    new: int | None = None
    limit: int | None = None
    minutes: float | None = None
    weak: bool = False
    ahead: bool = False
    cram: bool = False
    paper: bool = False


class Offer(NamedTuple):
    """What may be done at the end: ``accept`` says whether the sitting goes on. No label: not now."""

    label: Callable[[], str]
    accept: Callable[[], bool]


def study(library: Library, cards: Sequence[CardInfo], request: Request, settings: Settings) -> Exit:
    """Hold a sitting; return how the program ends. Raises UserError."""
    times = Times()
    with ExitStack() as stack:
        seat = stack.enter_context(take_seat(settings))
        schedule = _schedule(library, settings, seat, times.now(), stack)
        queues = [queue_for(request, cards, schedule, times.now(), ahead=request.ahead)]
        record = Record() if request.cram else JournalRecord(schedule)
        sitting = Sitting(
            library,
            queues[0],
            record,
            seat.room,
            random.Random(),
            times=times,
            paper=request.paper,
            progress=lambda: remaining(queues[-1].counts()),
        )
        sitting.announce(*_opening(library, schedule, times.now(), seat))

        def go_on() -> bool:
            queues.append(queue_for(request, cards, schedule, times.now(), ahead=True))
            sitting.queue = queues[-1]
            return True

        def result(finished: bool) -> list[Block]:
            done = summary(record.answers, finished=finished)
            return [*done, *outlook(schedule, schedule.today(times.now()))]

        return hold(sitting, seat, result, Offer(lambda: "study ahead", go_on))


def quiz(
    library: Library,
    cards: Sequence[CardInfo],
    settings: Settings,
    *,
    count: int,
    minutes: float | None = None,
    paper: bool = False,
) -> Exit:
    """Hold a scored round, offer its wrong cards for study; return how the program ends. Raises UserError."""
    rng = random.Random()
    record = Record()
    wanted: list[str] = []

    def accept() -> bool:
        wanted.extend(wrong_cards(record.answers))
        return False

    def label() -> str:
        wrong = len(wrong_cards(record.answers))
        return f"study the {plural(wrong, 'wrong one')}" if wrong else ""

    with take_seat(settings) as seat:
        asking = Round(cards, rng, count=count, minutes=minutes)
        sitting = Sitting(library, asking, record, seat.room, rng, paper=paper, progress=asking.progress)
        titles = section_titles(library)
        end = hold(sitting, seat, lambda _: round_result(record.answers, titles), Offer(label, accept))
    if not wanted:
        return end
    again = [info for info in cards if info.key in wanted]
    return study(library, again, Request(ahead=True, new=len(again), paper=paper), settings)


def queue_for(
    request: Request, cards: Sequence[CardInfo], schedule: Schedule, now: int, *, ahead: bool
) -> Queue:
    """Return the queue that a request asks for; ``now`` in UTC milliseconds."""
    from mlquiz.scheduling.queue import Queue

    return Queue(
        cards,
        schedule,
        now,
        limit=request.limit,
        new_limit=request.new,
        minutes=request.minutes,
        weak=request.weak,
        ahead=ahead,
        cram=request.cram,
        seed=random.SystemRandom().getrandbits(32),
    )


def hold(sitting: Sitting, seat: Seat, result: Callable[[bool], list[Block]], offer: Offer) -> Exit:
    """Run the sitting to its end, say what it came to, and offer to go on.

    ``result`` is told whether all was asked that there was to ask.
    """
    screen = seat.room.screen
    try:
        while sitting.run():
            screen.fresh(*sitting.notices(), *result(True))
            if seat.ask is None or not _goes_on(sitting, seat, offer):
                return Exit.DONE
        screen.show(gap(), *result(False))
    except EndOfInput:
        if seat.starved():
            raise UserError("there is neither a terminal nor input to read answers from") from None
        screen.show(gap(), *result(False))
    except KeyboardInterrupt:
        kept = plural(len(sitting.record.answers), "answer")
        screen.show(line(f"Stopped; {kept} kept."))
        return Exit.INTERRUPTED
    except NotKeptError as error:
        raise UserError(str(error), "All answers before it are kept.", Exit.WRONG) from error
    return Exit.DONE


def _goes_on(sitting: Sitting, seat: Seat, offer: Offer) -> bool:
    """Ask at the end whether to go on, take something back, or leave."""
    bindings = seat.room.bindings
    undo, more = bindings.key("undo"), bindings.key("more")
    label = offer.label()
    offered = {bindings.key("reveal"): "leave", undo: "undo", bindings.key("quit"): ""}
    key = seat.choose({**offered, **({more: label} if label else {})})
    if key == undo:
        sitting.undo()
        return True
    return key == more and offer.accept()


def _schedule(library: Library, settings: Settings, seat: Seat, now: int, stack: ExitStack) -> Schedule:
    """Open the journal, back it up in the background, and carry the history of renamed cards over."""
    from mlquiz.scheduling.schedule import Schedule
    from mlquiz.scheduling.settings import SchedulingSettings
    from mlquiz.store.backups import backup_in_background
    from mlquiz.study.opening import open_journal

    path, folder = paths.journal_file(), paths.backups_dir()
    journal = stack.enter_context(open_journal(path, folder, seat.ask, now))
    schedule = Schedule(journal, SchedulingSettings.of(settings), _siblings(library))
    renamed = library.resolve_was()
    if renamed and not journal.read_only:
        schedule.rename(renamed)
    if journal.path == path:
        backup_in_background(path, folder, now)
    return schedule


def _siblings(library: Library) -> Callable[[str], Sequence[str]]:
    """Return a function from a card's key to the keys of its section."""
    sections: dict[tuple[str, str], list[str]] = {}
    places: dict[str, tuple[str, str]] = {}

    def siblings(key: str) -> Sequence[str]:
        if not places:
            for info in library.infos():
                places[info.key] = info.deck, info.section
                sections.setdefault(places[info.key], []).append(info.key)
        return sections.get(places.get(key, ("", "")), ())

    return siblings


def _opening(library: Library, schedule: Schedule, now: int, seat: Seat) -> list[Block]:
    """Return what is said above the first card."""
    blocks: list[Block] = []
    if next(iter(schedule.states()), None) is None:
        blocks += welcome(seat.room.bindings)
    warning = schedule.clock_warning(now)
    if warning:
        blocks += [line(warning, "hint"), gap()]
    if library.problems:
        found = plural(len(library.problems), "problem")
        blocks += [line(f"{found} in your decks: `mlquiz deck check` shows more.", "hint"), gap()]
    return blocks


def section_titles(library: Library) -> dict[str, str]:
    """Return each section's id and title, by id."""
    sections = (section for deck in library.decks.values() for section in deck.sections)
    return {section.id: f"{section.id} {section.title}" for section in sections if section.id}
