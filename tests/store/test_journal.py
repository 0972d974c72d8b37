from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlquiz.store.errors import Conflict, DiskFull, JournalError, ReadOnly
from mlquiz.store.events import Event, Review, Suspend, Unsuspend, new_id
from mlquiz.store.journal import Journal
from mlquiz.store.rows import Row
from tests.store.making import DAY, NOON, content, filled, review, tally

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal.open(tmp_path / "home" / "journal.db") as journal:
        yield journal


def test_what_is_appended_is_there_after_reopening(tmp_path: Path) -> None:
    event = review(typed="a\0b \u202e \x1b[31m")
    path = filled(tmp_path / "journal.db", event)
    with Journal.open(path) as journal:
        assert list(journal.events()) == [event]
        assert journal.last_review("d/a") == event
        assert journal.rows.get("d/a") == tally("d/a", [event])
        assert journal.rows.get("d/b") is None


def test_an_answer_of_a_megabyte_is_kept(journal: Journal) -> None:
    journal.append(review(typed="x" * 1_000_000), tally)
    assert [len(event.typed) for event in journal.events() if isinstance(event, Review)] == [1_000_000]


def test_commits_are_durable_and_the_log_is_ahead(journal: Journal) -> None:
    assert journal._connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert journal._connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert journal._connection.execute("PRAGMA busy_timeout").fetchone() == (2000,)


def test_events_can_be_neither_changed_nor_deleted(journal: Journal) -> None:
    journal.append(review(), tally)
    for statement in ("UPDATE events SET rating = 1", "DELETE FROM events"):
        with pytest.raises(JournalError, match="events stay"):
            journal._connection.execute(statement)
    assert journal.count() == 1


def test_events_come_by_moment_then_id(journal: Journal) -> None:
    later, earlier = review(at=NOON), review(at=NOON - DAY)
    twins = [review(at=NOON + 5), review(at=NOON + 5)]
    for event in (twins[1], later, twins[0], earlier):
        journal.append(event, tally)
    assert list(journal.events()) == [earlier, later, *twins]
    assert journal.events_of("d/a") == [earlier, later, *twins]


def test_due_cards_come_by_falling_risk(journal: Journal) -> None:
    today = review().day.toordinal()
    for card, last, times in (("d/safe", 3, 3), ("d/risky", 6, 1), ("d/middle", 4, 2), ("d/later", 1, 1)):
        for _ in range(times):  # the tally calls the number of reviews stability
            journal.append(review(card, NOON - last * DAY), tally)
    assert journal.rows.due(today) == ["d/risky", "d/middle", "d/safe"]
    assert journal.rows.ahead(today) == ["d/later"]
    assert journal.rows.weakest() == ["d/later", "d/risky", "d/middle", "d/safe"]
    assert journal.rows.load(today - 4, today + 1) == {today - 4: 1, today - 2: 1, today - 1: 1, today + 1: 1}
    assert journal.rows.load_of(["d/later", "d/safe"], today, today + 9) == {today + 1: 1}
    assert journal.rows.next_due(today) == today + 1
    assert journal.rows.next_due(today + 1) is None


def test_undo_and_redo_walk_the_whole_history_across_restarts(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    suspension, end = Suspend(new_id(NOON), "d/a", NOON), Unsuspend(new_id(NOON), "d/a", NOON)
    deeds = [review(), review(), suspension, review("d/b"), end]
    filled(path, *deeds)
    for deed in reversed(deeds):
        with Journal.open(path) as journal:
            assert journal.undo(NOON, tally) == deed
    with Journal.open(path) as journal:
        assert journal.undo(NOON, tally) is None
        assert list(journal.rows) == []
    for deed in deeds:
        with Journal.open(path) as journal:
            assert journal.redo(NOON, tally) == deed
    with Journal.open(path) as journal:
        assert journal.redo(NOON, tally) is None
        assert list(journal.rows) == [tally("d/a", [*deeds[:3], deeds[4]]), tally("d/b", [deeds[3]])]
        assert journal.verify(tally, NOON) == []


def test_undo_after_a_merge_that_brings_a_redo_back_finds_the_deed_again(tmp_path: Path) -> None:
    old, deed = review("d/a"), review("d/b")
    with Journal.open(tmp_path / "one.db") as one, Journal.unsaved() as two:
        one.append(old, tally)
        one.append(deed, tally)
        assert one.undo(NOON, tally) == deed
        two.merge(one.events(), tally)
        assert two.redo(NOON, tally) == deed
        assert one.merge(two.events(), tally) == 1
        assert [one.undo(NOON, tally), one.undo(NOON, tally)] == [deed, old]


def test_an_undo_that_could_not_be_written_can_be_tried_again(journal: Journal) -> None:
    deeds = [review("d/a"), review("d/b")]
    for deed in deeds:
        journal.append(deed, tally)
    journal._connection.execute("PRAGMA max_page_count = 1")  # not one page more than there are
    with pytest.raises(DiskFull):
        journal.undo(NOON, lambda card, events: Row(card, 1, 1, 1.0, "x" * 100_000))
    journal._connection.execute("PRAGMA max_page_count = 1000000")
    assert [journal.undo(NOON, tally) for _ in range(3)] == [*deeds[::-1], None]


def test_something_new_ends_redo(journal: Journal) -> None:
    old, taken, new = review(), review("d/b"), review("d/c")
    journal.append(old, tally)
    journal.append(taken, tally)
    assert journal.undo(NOON, tally) == taken
    journal.append(new, tally)
    assert journal.redo(NOON, tally) is None
    assert [journal.undo(NOON, tally), journal.undo(NOON, tally), journal.undo(NOON, tally)] == [
        new,
        old,
        None,
    ]


@given(st.lists(st.sampled_from("aabu r"), max_size=24))
@settings(max_examples=60, deadline=None)
def test_undo_and_redo_do_what_two_stacks_do(steps: list[str]) -> None:
    with Journal.unsaved() as journal:
        done: list[Event] = []
        undone: list[Event] = []
        for number, step in enumerate(steps):
            if step == "u":
                expected = done.pop() if done else None
                assert journal.undo(NOON + number, tally) == expected
                undone += [expected] if expected else []
            elif step == "r":
                expected = undone.pop() if undone else None
                assert journal.redo(NOON + number, tally) == expected
                done += [expected] if expected else []
            else:
                done.append(review(f"d/{step}", NOON + number))
                undone.clear()
                journal.append(done[-1], tally)
        kept = {
            card: [event for event in done if event.card == card] for card in {event.card for event in done}
        }
        assert list(journal.rows) == [tally(card, kept[card]) for card in sorted(kept)]
        assert journal.verify(tally, NOON) == []


def test_a_card_renamed_carries_its_history(journal: Journal) -> None:
    before, after = review("d/old"), review("d/new", NOON + DAY)
    journal.append(before, tally)
    journal.rename({"d/old": "d/new"}, tally)
    assert list(journal.rows) == [tally("d/new", [before])]
    journal.append(after, tally)
    assert journal.events_of("d/new") == [before, after]
    assert journal.rows.get("d/new") == tally("d/new", [before, after])
    assert journal.verify(tally, NOON + DAY) == []
    journal.rebuild(tally, "1")
    assert list(journal.rows) == [tally("d/new", [before, after])]
    assert journal.undo(NOON, tally) == after
    undone = journal.undo(NOON, tally)
    assert undone == before._replace(card="d/new")
    assert list(journal.rows) == []
    journal.redo(NOON, tally)
    journal.rename({}, tally)
    assert [row.card for row in journal.rows] == ["d/old"]


def test_verify_finds_a_row_that_was_tampered_with_and_rebuild_puts_it_right(journal: Journal) -> None:
    journal.append(review("d/a"), tally)
    journal.append(review("d/b"), tally)
    right = list(journal.rows)
    journal._connection.execute("UPDATE rows SET due = 1 WHERE card = 'd/a'")
    journal._connection.execute("INSERT INTO rows VALUES ('d/ghost', 1, 1, 1.0, '')")
    found = journal.verify(tally, NOON)
    assert [line.split()[3] for line in found] == ["d/a", "d/ghost"]
    assert journal.rebuild(tally, "settings 1") == 2
    assert journal.derived_by == "settings 1"
    assert list(journal.rows) == right
    assert journal.verify(tally, NOON) == []


def test_verify_tells_of_dates_to_come(journal: Journal) -> None:
    journal.append(review(at=NOON + 400 * DAY), tally)
    (line,) = journal.verify(tally, NOON)
    assert line.startswith("1 event(s) bear a date to come, from 2027-04-06 on")


EVENTS = st.lists(
    st.tuples(
        st.sampled_from("abc"), st.integers(0, 3), st.sampled_from(["review", "suspend", "undo", "redo"])
    ),
    max_size=12,
)


def acted(script: list[tuple[str, int, str]], offset: int) -> list[Event]:
    with Journal.unsaved() as journal:
        for number, (card, pause, what) in enumerate(script):
            at = NOON + offset + number * 1000 + pause
            if what == "review":
                journal.append(review(f"d/{card}", at), tally)
            elif what == "suspend":
                journal.append(Suspend(new_id(at), f"d/{card}", at), tally)
            else:
                getattr(journal, what)(at, tally)
        return list(journal.events())


def merged(*parts: list[Event]) -> tuple[object, object]:
    with Journal.unsaved() as journal:
        for part in parts:
            journal.merge(part, tally)
        assert journal.verify(tally, NOON + DAY) == []
        return content(journal)


@given(EVENTS, EVENTS, EVENTS, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_merge_is_the_union_in_any_order_and_any_number_of_times(
    a: list[tuple[str, int, str]],
    b: list[tuple[str, int, str]],
    c: list[tuple[str, int, str]],
    random: object,
) -> None:
    parts = [acted(a, 0), acted(b, 3), acted(c, 500)]
    expected = merged([event for part in parts for event in part])
    assert merged(parts[0], parts[1], parts[2]) == expected
    assert merged(parts[2], parts[1], parts[0]) == expected
    assert merged(parts[1], parts[1], parts[2], parts[0], parts[1]) == expected
    shuffled = [event for part in parts for event in part]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert merged(shuffled) == expected


def test_what_was_merged_is_undone_only_after_what_was_done_here(journal: Journal) -> None:
    here = review("d/here", NOON)
    journal.append(here, tally)
    elsewhere = [review("d/there", NOON + 1), review("d/there", NOON + 2)]
    assert journal.merge(elsewhere, tally) == 2
    assert journal.merge(elsewhere, tally) == 0
    assert [journal.undo(NOON + 9, tally) for _ in range(3)] == [here, elsewhere[1], elsewhere[0]]


def test_two_events_with_one_id_are_refused_whole(journal: Journal) -> None:
    event = review()
    journal.append(event, tally)
    before = content(journal)
    with pytest.raises(Conflict, match=event.id):
        journal.merge([review("d/new"), event._replace(rating=1)], tally)
    other = review("d/x")
    with pytest.raises(Conflict, match=other.id):
        journal.merge([other, other._replace(rating=1)], tally)
    assert content(journal) == before


def test_reading_only_never_writes(tmp_path: Path) -> None:
    path = filled(tmp_path / "journal.db", review())
    before = path.read_bytes()
    with Journal.open(path, read_only=True) as journal:
        assert journal.count() == 1
        for write in (lambda: journal.append(review(), tally), lambda: journal.undo(NOON, tally)):
            with pytest.raises(ReadOnly):
                write()
    assert path.read_bytes() == before
    with pytest.raises(ReadOnly):
        Journal.open(tmp_path / "none.db", read_only=True)
    assert not (tmp_path / "none.db").exists()


def test_an_unsaved_journal_begins_with_what_is_there_and_leaves_it_alone(tmp_path: Path) -> None:
    path = filled(tmp_path / "journal.db", review())
    with Journal.unsaved(path) as journal:
        journal.append(review("d/b"), tally)
        assert journal.count() == 2
    with Journal.open(path) as journal:
        assert journal.count() == 1
    (tmp_path / "broken.db").write_bytes(b"x" * 200)
    with Journal.unsaved(tmp_path / "broken.db") as journal:
        assert journal.count() == 0


def test_importing_the_journal_costs_neither_uuid_nor_dataclasses_nor_the_scheduler() -> None:
    code = f"import sys; sys.path[:0] = {[*filter(None, sys.path)]!r}; import mlquiz.store.journal\n"
    code += "print(*(name for name in ('uuid', 'dataclasses', 'fsrs') if name in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
