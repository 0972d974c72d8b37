"""A sitting without a terminal: a script presses the keys and types the lines."""

import io
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from mlquiz.cards.library import Library, load_library
from mlquiz.scheduling.queue import Queue
from mlquiz.scheduling.schedule import Schedule
from mlquiz.scheduling.settings import SchedulingSettings
from mlquiz.settings import KEYS
from mlquiz.store.journal import Journal
from mlquiz.study.bindings import Bindings
from mlquiz.study.desk import FormulaField, Room
from mlquiz.study.record import JournalRecord, Record
from mlquiz.study.screen import Screen
from mlquiz.study.session import Sitting, Times
from mlquiz.study.views import remaining
from mlquiz.terminal.console import Appearance
from mlquiz.terminal.keys import EndOfInput
from mlquiz.terminal.theme import styles

DECKS = Path(__file__).parent / "decks"
MORNING = int(datetime(2026, 3, 2, 9, tzinfo=UTC).timestamp() * 1000)
DAY = 86_400_000

Act = str | Callable[[str], str]


class Person:
    """Presses and types what the script says; an act may look at the card first."""

    def __init__(self, acts: list[Act], out: io.StringIO, clock: "Clock") -> None:
        self.acts = list(acts)
        self.out = out
        self.clock = clock
        self.drained = 0
        self.card_began = 0

    def read(self, timeout: float | None = None) -> str:
        return self._next()

    def drain(self) -> None:
        self.drained += 1

    def words(self, prompt: str) -> str:
        self.out.write(prompt)
        text = self._next()
        self.out.write(text + "\n")
        return text

    def formula(self, prompt: str, field: FormulaField) -> str:
        return self.words(prompt)

    def _next(self) -> str:
        if not self.acts:
            raise EndOfInput
        self.clock.seconds += 4
        act = self.acts.pop(0)
        if act == "^C":
            raise KeyboardInterrupt
        return act if isinstance(act, str) else act(self.out.getvalue())


@dataclass
class Clock:
    """Stands still but for the person's acts."""

    at: int = MORNING
    seconds: float = 0.0

    def now(self) -> int:
        return self.at + int(1000 * self.seconds)


@dataclass
class Table:
    """A journal, a library and a clock; `sit` holds one sitting."""

    home: Path
    library: Library
    clock: Clock = field(default_factory=Clock)
    watched: list[str] = field(default_factory=list)
    settings: SchedulingSettings = field(default_factory=lambda: SchedulingSettings(tz=UTC))

    @contextmanager
    def schedule(self) -> Iterator[Schedule]:
        with Journal.open(self.home / "journal.db") as journal:
            yield Schedule(journal, self.settings)

    def sit(self, *acts: Act, only: str = "", record: Record | None = None, **options) -> "Held":
        """Hold a sitting on the cards named by ``only``; ``options`` are of room, queue and sitting."""
        out = io.StringIO()
        person = Person(list(acts), out, self.clock)
        with self.schedule() as schedule:
            record = record or JournalRecord(schedule)
            infos = [i for i in self.library.infos() if not only or i.key.partition("/")[2] in only.split()]
            queue = Queue(infos, schedule, self.clock.now(), limit=options.pop("limit", None))
            queue = options.pop("queue", queue)
            console = Console(
                file=out, width=options.pop("width", 80), theme=theme(), highlight=False, markup=False
            )
            screen = Screen(console, Appearance(width=console.width, plain=options.pop("plain", False)))
            room = Room(
                screen,
                person,
                person,
                Bindings({**KEYS, **options.pop("keys", {})}),
                lambda card: self.watched.append(card.id),
                options.pop("patience", None),
            )
            sitting = Sitting(
                self.library,
                queue,
                record,
                room,
                random.Random(1),
                times=Times(self.clock.now, lambda: self.clock.seconds),
                progress=lambda: remaining(queue.counts()) if hasattr(queue, "counts") else "",
                **options,
            )
            held = Held(sitting, record, person, out)
            try:
                held.finished = sitting.run()
            except (EndOfInput, KeyboardInterrupt) as end:
                held.ended_by = type(end).__name__
            return held

    def reviews(self) -> list[tuple[str, int, str]]:
        """Return card, rating and verdict of each review that counts."""
        from mlquiz.store.events import Review, effective

        with Journal.open(self.home / "journal.db") as journal:
            kept = effective(journal.events())
        return [(e.card.partition("/")[2], e.rating, e.verdict) for e in kept if isinstance(e, Review)]


@dataclass
class Held:
    """A sitting that was held."""

    sitting: Sitting
    record: Record
    person: Person
    out: io.StringIO
    finished: bool | None = None
    ended_by: str = ""

    @property
    def text(self) -> str:
        """What was shown."""
        return self.out.getvalue()


def theme():
    from rich.theme import Theme

    return Theme(styles("dark"), inherit=False)


def label_of(text: str) -> Callable[[str], str]:
    """Return an act that presses the label of the option with ``text``."""

    def act(shown: str) -> str:
        rows = [row.split(maxsplit=1) for row in shown.splitlines()]
        return next(row[0] for row in reversed(rows) if len(row) == 2 and row[1].strip() == text)

    return act


def labels_of(*texts: str) -> Callable[[str], str]:
    """Return an act that types the labels of several options."""
    return lambda shown: " ".join(label_of(text)(shown) for text in texts)


@pytest.fixture(scope="session")
def kinds() -> Library:
    library = load_library([DECKS], None, shipped=False)
    assert not library.problems
    return library


@pytest.fixture
def table(tmp_path: Path, kinds: Library) -> Table:
    return Table(tmp_path, kinds)
