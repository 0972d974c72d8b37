"""How fast the journal and the queue are, as ratios to Anki's backend and to a small journal of our own.

Run with ``python benchmarks/journal.py [--cards 100000] [--reviews 10] [--anki-python PYTHON] [--folder FOLDER]``.
Both sides hold the same cards, of which one in fifty is due, each with as many reviews; they take turns on the same disk.
``--anki-python`` names an interpreter with ``pip install anki`` when this one has none; ``--folder`` keeps what was built.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

SMALL = 1000
DUE_SHARE = 50
ANSWERS = 300
DAY = 86_400_000
Times = dict[str, list[float]]


def timed(times: Times, name: str, act: Callable[[], Any]) -> Any:
    """Note how many seconds ``act`` takes; return what it returns."""
    start = time.perf_counter()
    result = act()
    times.setdefault(name, []).append(time.perf_counter() - start)
    return result


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
            rating = 1 if due and turn == reviews - 1 else 3  # forgotten 70 days ago; the others hold for long
            yield Review(new_id(at), key(number), at, rating, "recalled", "", 4000, "", day, day + timedelta(days=1))


def build_ours(folder: Path, cards: int, reviews: int) -> None:
    """Write decks and a journal into ``folder``, which then serves as a home of mlquiz."""
    from mlquiz.scheduling.schedule import Schedule
    from mlquiz.scheduling.settings import SchedulingSettings
    from mlquiz.store.journal import Journal

    decks = folder / "decks"
    decks.mkdir(parents=True)
    for first in range(0, cards, 1000):
        deck = decks / f"bench-{first // 1000}.yaml"
        lines = [f"  - {{id: c{n}, ask: 'What is {n} + 1?', answer: '{n + 1}'}}" for n in range(min(1000, cards))]
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


def measure_ours(folder: Path, cards: int) -> Times:
    """Begin a sitting, answer, ask for the next card, and take answers back."""
    from mlquiz.scheduling.queue import Queue
    from mlquiz.scheduling.schedule import Schedule
    from mlquiz.scheduling.settings import SchedulingSettings
    from mlquiz.store.journal import Journal

    times: Times = {}
    infos = [Info(key(number)) for number in range(cards)]
    with Journal.open(folder / "journal.db") as journal:
        schedule = Schedule(journal, SchedulingSettings())
        now = int(time.time() * 1000)
        queue = timed(times, "begin", lambda: Queue(infos, schedule, now))
        schedule.answer(queue.next(now), 3, now=now, verdict="recalled")  # imports fsrs
        schedule.undo(now)
        for _ in range(ANSWERS):
            card = timed(times, "next", lambda: queue.next(now))
            if card is None:
                break
            timed(times, "answer", lambda card=card: schedule.answer(card, 3, now=now, verdict="recalled", took=4000))
            queue.answered(card, 3)
        for _ in times["answer"]:
            deed = timed(times, "undo", lambda: schedule.undo(now))
            queue.undo(deed.card)
    return times


def first_card(home: Path, runs: int) -> list[float]:
    """Return the seconds from the start of ``mlquiz study`` to its end at the first card, where the input ends."""
    env = {**os.environ, "MLQUIZ_HOME": str(home)}
    times: Times = {}
    for _ in range(runs + 1):  # the first fills the cache of decks
        command = [sys.executable, "-m", "mlquiz", "study"]
        done = timed(times, "", lambda: subprocess.run(command, env=env, input="", text=True, capture_output=True, check=False))
        if "What is" not in done.stdout:
            sys.exit(f"no card was shown:\n{done.stdout}{done.stderr}")
    return times[""][1:]


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
        """UPDATE cards SET type = 2, queue = 2, ivl = 30, factor = 2500, reps = ?, data = '{"s":30.0,"d":5.0,"dr":0.9}',
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
        SELECT ? - 400 * 86400000 + turn * 30 * 86400000 + row_number() OVER (), cards.id, -1, 3, 30, 30, 2500, 4000, 1
        FROM turns, cards""",
        reviews,
        now,
    )
    due = collection.db.scalar("SELECT count() FROM cards WHERE due <= ?", collection.sched.today)
    logged = collection.db.scalar("SELECT count() FROM revlog")
    print(f"  Anki: {logged:,} reviews, {due:,} cards due", file=sys.stderr)
    collection.close()


def measure_anki(folder: Path) -> Times:
    """Do what `measure_ours` does."""
    from anki.collection import Collection  # before anki.cards, which needs it half made

    from anki.cards import Card  # isort: skip

    times: Times = {}
    collection = Collection(str(folder / "collection.anki2"))
    queued = timed(times, "begin", collection.sched.get_queued_cards)
    for _ in range(ANSWERS):
        queued = timed(times, "next", collection.sched.get_queued_cards)
        if not queued.cards:
            break
        card = Card(collection, backend_card=queued.cards[0].card)
        card.start_timer()
        states = queued.cards[0].states

        def answer(card: Any = card, states: Any = states) -> None:
            collection.sched.answer_card(collection.sched.build_answer(card=card, states=states, rating=2))

        timed(times, "answer", answer)
    for _ in range(30):  # it keeps no more steps
        timed(times, "undo", collection.undo)
    collection.close()
    return times


# ---- both


def report(name: str, ours: list[float], base: list[float], bar: float, quantile: float = 0.5) -> None:
    """Print the ratio of two quantiles and its bar."""
    one, other = (sorted(values)[int(quantile * (len(values) - 1))] for values in (ours, base))
    print(f"{name:44} {one / other:6.2f} (bar {bar})   {one * 1000:8.2f} ms against {other * 1000:8.2f} ms")


def anki(python: str, *arguments: str) -> Any:
    """Run a part of this file with the interpreter that has Anki."""
    done = subprocess.run([python, __file__, *arguments], stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout or "null")


def main() -> None:
    """Build what isn't there, measure in turns, print one line a bar."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
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
            anki(asked.anki_python, "build-anki", str(other), str(asked.cards), str(asked.reviews))
        ours: Times = {}
        theirs: Times = {}
        for _ in range(asked.rounds):
            for total, part in ((ours, measure_ours(large, asked.cards)), (theirs, anki(asked.anki_python, "measure-anki", str(other)))):
                for name, values in part.items():
                    total.setdefault(name, []).extend(values)
        report("durable answer, p95, against Anki", ours["answer"], theirs["answer"], 2, 0.95)
        report("durable answer, median, against Anki", ours["answer"], theirs["answer"], 2)
        report("next card, against Anki", ours["next"], theirs["next"], 1)
        report("undo, against Anki", ours["undo"], theirs["undo"], 1)
        report("begin a sitting, against Anki", ours["begin"], theirs["begin"], 1)
        report(f"first card of {asked.cards:,} against {SMALL:,}", first_card(large, 5), first_card(small, 5), 3)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["build-anki", where, n_cards, n_reviews]:
            build_anki(Path(where), int(n_cards), int(n_reviews))
        case ["measure-anki", where]:
            print(json.dumps(measure_anki(Path(where))))
        case _:
            main()
