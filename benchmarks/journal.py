"""How fast the journal and the queue are, as ratios to Anki's backend and to a small journal of our own.

Run with ``python benchmarks/journal.py [--cards 100000] [--reviews 10] [--anki-python PYTHON] [--folder
PATH]``. Both sides hold as many cards, of which one in fifty is due, and reviews; they take turns, step by
step, on the same disk. ``--anki-python`` names an interpreter with ``pip install anki`` when this one has
none; ``--folder`` keeps what was built.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SMALL = 1000
DUE_SHARE = 50
ANSWERS = 300
DAY = 86_400_000
Times = dict[str, float]
Series = dict[str, list[float]]


def timed(act: Callable[[], Any]) -> tuple[Any, float]:
    """Return what ``act`` returns and the seconds that it takes."""
    start = time.perf_counter()
    result = act()
    return result, time.perf_counter() - start


# ---- mlquiz


def key(number: int) -> str:
    return f"bench-{number // 1000}/c{number % 1000}"


def history(cards: int, reviews: int, now: int) -> Iterator[Any]:
    """Yield reviews of every card, after which one card in fifty is due."""
    from datetime import UTC, datetime, timedelta

    from mlquiz.store.events import Review, new_id

    for number in range(cards):
        due = number % DUE_SHARE == 0
        for turn in range(reviews):
            at = now - (40 + 30 * (reviews - turn)) * DAY - number
            day = datetime.fromtimestamp(at / 1000, UTC).date()
            rating = (
                1 if due and turn == reviews - 1 else 3
            )  # forgotten 70 days ago; the others hold for long
            yield Review(
                new_id(at), key(number), at, rating, "recalled", "", 4000, "", day, day + timedelta(days=1)
            )


def build_ours(folder: Path, cards: int, reviews: int) -> None:
    """Write decks and a journal into ``folder``, which then serves as a home of mlquiz."""
    from mlquiz.scheduling.schedule import Schedule
    from mlquiz.scheduling.settings import SchedulingSettings
    from mlquiz.store.journal import Journal

    decks = folder / "decks"
    decks.mkdir(parents=True)
    for first in range(0, cards, 1000):
        deck = decks / f"bench-{first // 1000}.yaml"
        lines = [
            f"  - {{id: c{n}, ask: 'What is {n} + 1?', answer: '{n + 1}'}}" for n in range(min(1000, cards))
        ]
        deck.write_text("\n".join([f"deck: {deck.stem}", "cards:", *lines, ""]))
    with Journal.open(folder / "journal.db") as journal:
        schedule = Schedule(journal, SchedulingSettings())
        schedule.merge(history(cards, reviews, int(time.time() * 1000)))
        due = journal.rows.due(schedule.today(int(time.time() * 1000)).toordinal())
        print(f"  {journal.count():,} events, {len(due):,} cards due", file=sys.stderr)


class Info:
    """A card as the queue sees it."""

    section, weight, contrasts, kind = "", 1, (), "recall"

    def __init__(self, key: str) -> None:
        self.key = key


def ours(folder: Path, cards: int) -> Iterator[Times]:
    """Begin a sitting, answer, go on to the next card, take the answers back: yield each step's seconds."""
    from mlquiz.scheduling.queue import Queue
    from mlquiz.scheduling.schedule import Schedule
    from mlquiz.scheduling.settings import SchedulingSettings
    from mlquiz.store.journal import Journal

    infos = [Info(key(number)) for number in range(cards)]
    with Journal.open(folder / "journal.db") as journal:
        schedule = Schedule(journal, SchedulingSettings())
        now = int(time.time() * 1000)
        queue, seconds = timed(lambda: Queue(infos, schedule, now))
        yield {"begin": seconds}
        schedule.answer(queue.next(now), 3, now=now, verdict="recalled")  # imports fsrs
        schedule.undo(now)
        for _ in range(ANSWERS):
            card, next_seconds = timed(lambda: queue.next(now))
            _, seconds = timed(
                lambda card=card: schedule.answer(card, 3, now=now, verdict="recalled", took=4000)
            )
            queue.answered(card, 3)
            yield {"next": next_seconds, "answer": seconds}
        for _ in range(ANSWERS):
            deed, seconds = timed(lambda: schedule.undo(now))
            queue.undo(deed.card)
            _, next_seconds = timed(lambda: queue.next(now))
            yield {"undo": seconds, "undo and next": seconds + next_seconds}


def first_card(home: Path, runs: int) -> list[float]:
    """Return the seconds that ``mlquiz study`` takes to the first card, at which it ends with the input."""
    env = {**os.environ, "MLQUIZ_HOME": str(home)}
    command = [sys.executable, "-m", "mlquiz", "study"]

    def study() -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, env=env, input="", text=True, capture_output=True, check=False)

    times = []
    for _ in range(runs + 1):  # the first fills the cache of decks
        done, seconds = timed(study)
        if "What is" not in done.stdout:
            sys.exit(f"no card was shown:\n{done.stdout}{done.stderr}")
        times.append(seconds)
    return times[1:]


# ---- Anki (this part runs in an interpreter that has anki, and imports nothing of mlquiz)


def build_anki(folder: Path, cards: int, reviews: int) -> None:
    """Write a collection with cards in review, their FSRS states and their log."""
    from anki.collection import AddNoteRequest, Collection

    folder.mkdir(parents=True)
    collection = Collection(str(folder / "collection.anki2"))
    kind, deck = collection.models.by_name("Basic"), collection.decks.id("Default")
    requests = []
    for number in range(cards):
        note = collection.new_note(kind)
        note["Front"], note["Back"] = f"What is {number} + 1?", str(number + 1)
        requests.append(AddNoteRequest(note, deck))
    collection.add_notes(requests)
    collection.set_config("fsrs", True)
    options = collection.decks.config_dict_for_deck_id(deck)
    options["rev"]["perDay"] = 9999
    collection.decks.update_config(options)
    collection.db.execute(
        """UPDATE cards SET type = 2, queue = 2, ivl = 30, factor = 2500, reps = ?,
        data = '{"s":30.0,"d":5.0,"dr":0.9}',
        due = CASE WHEN (id - (SELECT min(id) FROM cards)) % ? = 0 THEN ? ELSE ? + id % 300 END""",
        reviews,
        DUE_SHARE,
        collection.sched.today - 1,
        collection.sched.today + 30,
    )
    now = int(time.time() * 1000)
    collection.db.execute(
        """INSERT INTO revlog
        WITH RECURSIVE turns (turn) AS (SELECT 0 UNION ALL SELECT turn + 1 FROM turns WHERE turn < ? - 1)
        SELECT ? - 400 * 86400000 + turn * 30 * 86400000 + row_number() OVER (),
        cards.id, -1, 3, 30, 30, 2500, 4000, 1
        FROM turns, cards""",
        reviews,
        now,
    )
    due = collection.db.scalar("SELECT count() FROM cards WHERE due <= ?", collection.sched.today)
    logged = collection.db.scalar("SELECT count() FROM revlog")
    print(f"  Anki: {logged:,} reviews, {due:,} cards due", file=sys.stderr)
    collection.close()


def theirs(folder: Path) -> Iterator[Times]:
    """Do what `ours` does; Anki takes thirty steps back at most, so it answers again in between."""
    from anki.collection import Collection  # before anki.cards, which needs it half made

    from anki.cards import Card  # isort: skip

    collection = Collection(str(folder / "collection.anki2"))
    _, seconds = timed(collection.sched.get_queued_cards)
    yield {"begin": seconds}

    def step() -> Times:
        queued, next_seconds = timed(collection.sched.get_queued_cards)
        card, states = Card(collection, backend_card=queued.cards[0].card), queued.cards[0].states
        card.start_timer()
        answer = collection.sched.build_answer
        _, seconds = timed(lambda: collection.sched.answer_card(answer(card=card, states=states, rating=2)))
        return {"next": next_seconds, "answer": seconds}

    for _ in range(ANSWERS):
        yield step()
    for number in range(ANSWERS):
        if number % 25 == 0:
            for _ in range(25):
                step()
        _, seconds = timed(collection.undo)
        _, next_seconds = timed(collection.sched.get_queued_cards)
        yield {"undo": seconds, "undo and next": seconds + next_seconds}
    collection.close()


# ---- both


def report(name: str, ours: list[float], base: list[float], bar: float, quantile: float = 0.5) -> None:
    """Print the ratio of two quantiles and its bar."""
    one, other = (sorted(values)[int(quantile * (len(values) - 1))] for values in (ours, base))
    print(f"{name:44} {one / other:6.2f} (bar {bar})   {one * 1000:8.2f} ms against {other * 1000:8.2f} ms")


def side_by_side(large: Path, cards: int, python: str, other: Path) -> tuple[Series, Series]:
    """Let both do one step after another, so that noise on the machine meets both alike."""
    used = other.with_name("anki-used")  # a copy: not all of its answers can be taken back
    shutil.rmtree(used, ignore_errors=True)
    shutil.copytree(other, used)
    command = [python, __file__, "measure-anki", str(used)]
    both: tuple[Series, Series] = ({}, {})
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        for one in ours(large, cards):
            process.stdin.write("\n")
            process.stdin.flush()
            for series, times in zip(both, (one, json.loads(process.stdout.readline())), strict=True):
                for name, seconds in times.items():
                    series.setdefault(name, []).append(seconds)
    return both


def main() -> None:
    """Build what isn't there, measure in turns, print one line a bar."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cards", type=int, default=100_000)
    parser.add_argument("--reviews", type=int, default=10, help="a card")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--anki-python", default=sys.executable)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (asked.folder or Path(temporary)).absolute()
        large, small, other = (folder / name for name in ("large", "small", "anki"))
        for home, cards in ((large, asked.cards), (small, SMALL)):
            if not home.exists():
                build_ours(home, cards, asked.reviews)
        if not other.exists():
            arguments = ["build-anki", str(other), str(asked.cards), str(asked.reviews)]
            subprocess.run([asked.anki_python, __file__, *arguments], check=True)
        mine: Series = {}
        anki: Series = {}
        for _ in range(asked.rounds):
            for total, part in zip(
                (mine, anki), side_by_side(large, asked.cards, asked.anki_python, other), strict=True
            ):
                for name, values in part.items():
                    total.setdefault(name, []).extend(values)
        report("durable answer, p95, against Anki", mine["answer"], anki["answer"], 2, 0.95)
        report("durable answer, median, against Anki", mine["answer"], anki["answer"], 2)
        report("next card, against Anki", mine["next"], anki["next"], 1)
        report("undo, against Anki", mine["undo"], anki["undo"], 1)
        report("undo until the card is there, against Anki", mine["undo and next"], anki["undo and next"], 1)
        report("begin a sitting, against Anki", mine["begin"], anki["begin"], 1)
        report(
            f"first card of {asked.cards:,} against {SMALL:,}", first_card(large, 5), first_card(small, 5), 3
        )


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["build-anki", where, n_cards, n_reviews]:
            build_anki(Path(where), int(n_cards), int(n_reviews))
        case ["measure-anki", where]:
            answers, sys.stdout = sys.stdout, sys.stderr  # Anki prints when it finds itself slow
            steps = theirs(Path(where))
            while sys.stdin.readline():
                print(json.dumps(next(steps)), file=answers, flush=True)
        case _:
            main()
