from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlquiz.scheduling.queue import Counts, Queue
from mlquiz.store.journal import Journal
from tests.scheduling.making import DAY, HOUR, MORNING, Info, answer, infos, scheduled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from mlquiz.scheduling.schedule import Schedule

LATER = MORNING + 60 * DAY


def keys(prefix: str, count: int) -> list[str]:
    return [f"d/{prefix}{number:02}" for number in range(count)]


def known(schedule: Schedule, cards: Sequence[str]) -> None:
    """Let each of ``cards`` be learned 60 days before the sitting, so that it is due."""
    for card in cards:
        answer(schedule, card, 3, MORNING)


def sit(
    queue: Queue,
    schedule: Schedule | None = None,
    rate: Callable[[str, int], int] = lambda _card, _turn: 3,
    most: int = 500,
) -> list[str]:
    """Answer until the queue is empty; return the cards in the order asked."""
    asked: list[str] = []
    now = LATER
    while (key := queue.next(now)) is not None and len(asked) < most:
        assert queue.next(now) == key
        rating = rate(key, asked.count(key))
        if schedule:
            answer(schedule, key, rating, now)
        queue.answered(key, rating)
        asked.append(key)
        now += 5000
    return asked


# ---- who is asked, and in which order


def test_due_cards_come_by_falling_risk() -> None:
    schedule = scheduled()
    cards = keys("c", 12)
    known(schedule, cards)
    for number, card in enumerate(cards):
        answer(schedule, card, 3, MORNING + (2 + number) * DAY)
    asked = sit(Queue(infos(cards), schedule, LATER, new_limit=0))
    today = schedule.today(LATER)
    chances = [schedule.retrievability(card, today) or 0 for card in asked]
    assert sorted(asked) == cards
    assert chances == sorted(chances)


def test_only_what_was_selected_and_is_due_is_asked() -> None:
    schedule = scheduled()
    known(schedule, ["d/a", "d/other", "d/suspended"])
    schedule.suspend("d/suspended", MORNING + 1)
    answer(schedule, "d/fresh", 3, LATER - HOUR)
    cards = infos(["d/a", "d/suspended", "d/fresh"])
    assert sit(Queue(cards, schedule, LATER)) == ["d/a"]
    assert Queue([], schedule, LATER).next(LATER) is None


def test_new_cards_come_evenly_among_the_due() -> None:
    schedule = scheduled()
    due, new = keys("due", 30), keys("new", 10)
    known(schedule, due)
    asked = sit(Queue(infos([*due, *new]), schedule, LATER))
    places = [place for place, card in enumerate(asked) if card in new]
    assert len(asked) == 40
    assert {later - earlier for earlier, later in pairwise(places)} <= {3, 4, 5}
    assert places[0] <= 4


@pytest.mark.parametrize(("limit", "new"), [(4, 1), (20, 5), (40, 10), (400, 10)])
def test_a_limit_keeps_the_share_of_new_cards(limit: int, new: int) -> None:
    schedule = scheduled()
    known(schedule, keys("due", 30))
    queue = Queue(infos([*keys("due", 30), *keys("new", 50)]), schedule, LATER, limit=limit)
    assert queue.counts() == Counts(min(limit, 40) - new, new, 0, 0)
    asked = sit(queue)
    assert len(asked) == min(limit, 40)
    assert sum("new" in card for card in asked) == new
    assert queue.counts() == Counts(0, 0, 0, min(limit, 40))


def test_the_daily_number_of_new_cards_counts_those_met_today() -> None:
    schedule = scheduled(new_per_day=5)
    cards = infos(keys("c", 20))
    first = sit(Queue(cards, schedule, LATER, limit=2), schedule)
    second = sit(Queue(cards, schedule, LATER + HOUR), schedule)
    assert (len(first), len(second)) == (2, 3)
    assert len(sit(Queue(cards, schedule, LATER + HOUR, new_limit=4))) == 4
    assert sit(Queue(cards, schedule, LATER + HOUR)) == []
    tomorrow = Queue(cards, schedule, LATER + DAY)
    assert tomorrow.counts() == Counts(0, 5, 0, 0)


def test_an_undone_new_card_is_new_again() -> None:
    schedule = scheduled(new_per_day=1)
    cards = infos(keys("c", 2))
    answer(schedule, "d/c00", 3, LATER)
    assert Queue(cards, schedule, LATER).next(LATER) is None
    schedule.undo(LATER)
    assert Queue(cards, schedule, LATER).next(LATER) == "d/c00"


def test_new_cards_come_by_weight_and_sections_take_turns() -> None:
    cards = [
        *infos(["d/a1", "d/a2", "d/a3"], section="a"),
        *infos(["d/b1", "d/b2"], section="b"),
        *infos(["d/c1"], section="c", weight=3),
        *infos(["d/a9"], section="a", weight=2),
    ]
    asked = sit(Queue(cards, scheduled(), LATER))
    assert asked == ["d/c1", "d/a9", "d/a1", "d/b1", "d/a2", "d/b2", "d/a3"]
    assert sit(Queue(cards, scheduled(), LATER, new_limit=4)) == asked[:4]


def test_new_formulas_and_other_kinds_alternate_and_not_all_sections_begin_alike() -> None:
    cards = [
        *infos(["d/a1", "d/a2"], section="a", kind="formula"),
        *infos(["d/a3", "d/a4"], section="a"),
        *infos(["d/b1"], section="b"),
        *infos(["d/b2", "d/b3"], section="b", kind="formula"),
    ]
    asked = sit(Queue(cards, scheduled(), LATER))
    assert [key for key in asked if key < "d/b"] == ["d/a3", "d/a1", "d/a4", "d/a2"]
    assert [key for key in asked if key > "d/b"] == ["d/b2", "d/b1", "d/b3"]


def test_ahead_adds_what_is_due_next_and_weak_takes_what_fades_fastest() -> None:
    schedule = scheduled(fuzz=False)
    for card, rating, days in (("d/soon", 3, 58), ("d/strong", 4, 58), ("d/weak", 1, 58), ("d/due", 3, 0)):
        answer(schedule, card, rating, MORNING + days * DAY)
    cards = infos(["d/strong", "d/soon", "d/due", "d/weak", "d/new"])
    at = MORNING + 58 * DAY + HOUR
    assert sit(Queue(cards, schedule, at, new_limit=0))[:2] == [
        "d/weak",
        "d/due",
    ]  # still wrong today, then due
    assert sit(Queue(cards, schedule, at, new_limit=0, ahead=True)) == [
        "d/weak",
        "d/due",
        "d/soon",
        "d/strong",
    ]
    tomorrow = at + DAY
    assert sit(Queue(cards, schedule, tomorrow, weak=True)) == ["d/weak", "d/due", "d/soon", "d/strong"]


def test_cram_asks_everything_but_suspended_cards() -> None:
    schedule = scheduled()
    answer(schedule, "d/c01", at=LATER)
    schedule.suspend("d/c02", LATER)
    assert sorted(sit(Queue(infos(keys("c", 5)), schedule, LATER, cram=True))) == [
        "d/c00",
        "d/c01",
        "d/c03",
        "d/c04",
    ]
    assert len(sit(Queue(infos(keys("c", 50)), schedule, LATER, cram=True, limit=7))) == 7


def test_after_the_minutes_nothing_more_is_asked() -> None:
    queue = Queue(infos(keys("c", 9)), scheduled(), LATER, minutes=2)
    first = queue.next(LATER + 119_000)
    assert first is not None
    assert queue.next(LATER + 900_000) == first  # it was on the screen already
    queue.answered(first, 1)
    assert queue.next(LATER + 120_000) is None


# ---- cards that are easily confused


def places(asked: Sequence[str], *cards: str) -> list[int]:
    return [asked.index(card) for card in cards]


def test_contrasts_stay_apart_while_one_is_new() -> None:
    schedule = scheduled()
    due = keys("due", 12)
    known(schedule, due)
    cards = [Info("d/new", contrasts=["d/due03", "d/twin"]), Info("d/twin"), *infos(due)]
    asked = sit(Queue(cards, schedule, LATER))
    new, due_place, twin = places(asked, "d/new", "d/due03", "d/twin")
    assert min(abs(new - due_place), abs(new - twin)) > 5


def test_contrasts_follow_each_other_once_both_are_known() -> None:
    schedule = scheduled()
    due = keys("due", 40)
    known(schedule, due)
    cards = [Info(card, contrasts=["d/due35"] if card == "d/due02" else []) for card in due]
    asked = sit(Queue(cards, schedule, LATER))
    one, other = places(asked, "d/due02", "d/due35")
    assert abs(one - other) == 1


def test_contrasts_that_are_all_there_is_are_asked_all_the_same() -> None:
    cards = [Info("d/a", contrasts=["d/b"]), Info("d/b", contrasts=["d/a"])]
    assert sit(Queue(cards, scheduled(), LATER)) == ["d/a", "d/b"]


def test_formula_cards_do_not_come_all_in_a_row() -> None:
    formulas, others = infos(keys("f", 10), kind="formula", weight=2), infos(keys("o", 10))
    asked = sit(Queue([*formulas, *others], scheduled(new_per_day=20), LATER))
    runs = "".join("f" if "/f" in card else "o" for card in asked)
    assert "fff" not in runs[:-3]
    assert len(asked) == 20
    only = sit(Queue(formulas, scheduled(), LATER))
    assert len(only) == 10


# ---- wrong ones


@given(st.integers(10, 30), st.integers(0, 9), st.integers(1, 3), st.integers(0, 10_000))
@settings(max_examples=50, deadline=None)
def test_a_wrong_card_comes_back_after_3_to_8_others_until_it_was_right(
    count: int, wrong: int, times: int, seed: int
) -> None:
    cards = keys("c", count)
    bad = cards[wrong]
    queue = Queue(infos(cards), scheduled(new_per_day=99), LATER, seed=seed)
    asked = sit(queue, rate=lambda card, turn: 1 if card == bad and turn < times else 3)
    where = [place for place, card in enumerate(asked) if card == bad]
    assert len(where) == times + 1
    assert len(asked) == count + times
    left = count - where[0] - 1
    for earlier, later in pairwise(where):
        between = later - earlier - 1
        assert between <= 8
        assert between >= min(3, left)
        left -= between


def test_with_few_others_left_a_repeat_comes_last_and_never_twice_running_if_there_is_another() -> None:
    asked = sit(Queue(infos(keys("c", 3)), scheduled(), LATER), rate=lambda _, turn: 1 if turn < 2 else 4)
    assert asked == [*keys("c", 3)] * 3


def test_a_card_wrong_in_every_sitting_is_asked_until_right_with_a_limit_too() -> None:
    queue = Queue(infos(keys("c", 20)), scheduled(new_per_day=20), LATER, limit=3)
    asked = sit(queue, rate=lambda card, turn: 1 if card == "d/c01" and turn < 4 else 3)
    assert len(set(asked)) == 3
    assert asked.count("d/c01") == 5
    assert queue.counts().answered == 3


def test_a_card_left_wrong_comes_back_in_the_next_sitting_of_the_day() -> None:
    schedule = scheduled()
    cards = infos(keys("c", 3))
    for card, rating in zip(keys("c", 3), (3, 1, 1), strict=True):
        answer(schedule, card, rating, LATER)
    answer(schedule, "d/c02", 3, LATER + 1000)
    assert sit(Queue(cards, schedule, LATER + HOUR)) == ["d/c01"]


# ---- skip, undo, suspend, two sittings


def test_skipped_cards_do_not_count_and_do_not_return() -> None:
    queue = Queue(infos(keys("c", 9)), scheduled(), LATER, limit=3)
    for expected in ("d/c00", "d/c01"):
        assert queue.next(LATER) == expected
        queue.skip(expected)
    assert queue.counts() == Counts(0, 3, 0, 0)
    assert sit(queue) == ["d/c02", "d/c03", "d/c04"]


def test_after_undo_the_card_is_asked_next_then_the_one_that_was_on_the_screen() -> None:
    queue = Queue(infos(keys("c", 5)), scheduled(), LATER, limit=4)
    for rating in (3, 1):
        queue.answered(str(queue.next(LATER)), rating)
    assert queue.next(LATER) == "d/c02"
    queue.undo("d/c01")
    assert queue.next(LATER) == "d/c01"
    queue.undo("d/c00")
    assert queue.next(LATER) == "d/c00"
    assert queue.counts() == Counts(2, 2, 0, 0)
    assert sit(queue) == ["d/c00", "d/c01", "d/c02", "d/c03"]


def test_undo_of_a_card_from_before_asks_it_if_it_was_selected() -> None:
    queue = Queue(infos(keys("c", 2)), scheduled(), LATER)
    queue.undo("d/elsewhere")
    assert queue.next(LATER) == "d/c00"
    queue.undo("d/c01")
    assert sit(queue) == ["d/c01", "d/c00"]


def test_redo_takes_the_card_off_again() -> None:
    queue = Queue(infos(keys("c", 2)), scheduled(), LATER)
    queue.answered(str(queue.next(LATER)), 3)
    queue.undo("d/c00")
    queue.answered("d/c00", 3)
    assert sit(queue) == ["d/c01"]
    assert queue.counts() == Counts(0, 0, 0, 2)


def test_a_suspended_card_is_gone_even_if_it_was_to_come_back() -> None:
    queue = Queue(infos(keys("c", 3)), scheduled(), LATER)
    queue.answered(str(queue.next(LATER)), 1)
    queue.suspend("d/c00")
    assert sit(queue) == ["d/c01", "d/c02"]
    queue.unsuspend("d/c00")
    assert queue.next(LATER) == "d/c00"


def test_a_card_that_another_sitting_answered_meanwhile_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with Journal.open(path) as first, Journal.open(path) as second:
        mine, other = scheduled(first), scheduled(second)
        known(mine, keys("c", 6))
        queue = Queue(infos(keys("c", 6)), mine, LATER)
        shown = queue.next(LATER)
        for card in keys("c", 3):
            answer(other, card, at=LATER + 1000)
        assert shown == "d/c00"
        assert sit(queue, mine) == ["d/c00", "d/c03", "d/c04", "d/c05"]


def test_a_sitting_past_midnight_and_past_four_goes_on() -> None:
    schedule = scheduled()
    cards = infos(keys("c", 4))
    late = LATER + 18 * HOUR + 3_500_000  # 03:58
    queue = Queue(cards, schedule, late)
    answer(schedule, str(queue.next(late)), 3, late)
    queue.answered("d/c00", 3)
    after = late + 10 * 60_000
    answered = answer(schedule, str(queue.next(after)), 3, after)
    assert answered.state.first_day == schedule.today(late) + timedelta(days=1)


CHOICES = st.lists(st.tuples(st.sampled_from("aaawwsxu"), st.integers(1, 4)), max_size=60)


@given(st.integers(0, 12), st.integers(0, 12), st.integers(0, 9), CHOICES)
@settings(max_examples=80, deadline=None)
def test_whatever_one_does_the_sitting_ends_and_each_card_is_asked(
    due: int, new: int, limit: int, choices: list[tuple[str, int]]
) -> None:
    schedule = scheduled()
    known(schedule, keys("due", due))
    cards: list[Any] = [
        *infos(keys("due", due), kind="formula"),
        *infos(keys("new", new), contrasts=["d/due01"]),
    ]
    queue = Queue(cards, schedule, LATER, limit=limit, new_limit=new)
    given_up: set[str] = set()
    done: list[str] = []
    for what, rating in choices:
        key = queue.next(LATER)
        if what == "u" and done:
            queue.undo(done.pop())
        elif key is None:
            break
        elif what in "sx":
            (queue.skip if what == "s" else queue.suspend)(key)
            given_up.add(key)
        else:
            queue.answered(key, 1 if what == "w" else rating)
            done.append(key)
        counts = queue.counts()
        assert min(counts.due, counts.new, counts.again, counts.answered) >= 0
        assert (queue.next(LATER) is None) == (counts.due + counts.new + counts.again == 0)
    done += sit(queue)
    asked = set(done)
    everything = set(keys("due", due)) | set(keys("new", new))
    if not limit:
        assert asked | given_up == everything
    else:
        assert len(asked) <= limit
    assert queue.next(LATER) is None
