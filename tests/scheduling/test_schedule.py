from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlquiz.scheduling.derive import derive
from mlquiz.scheduling.memory import RetentionError
from mlquiz.scheduling.schedule import Schedule
from mlquiz.scheduling.settings import SchedulingSettings
from mlquiz.scheduling.state import from_row, to_row
from mlquiz.store.journal import Journal
from tests.scheduling.making import DAY, HOUR, MORNING, answer, scheduled
from tests.scheduling.test_memory import GOLDEN

if TYPE_CHECKING:
    from pathlib import Path

ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "America/St_Johns"]


def test_64_simulated_days_give_the_golden_history(tmp_path: Path) -> None:
    path, now = tmp_path / "journal.db", MORNING
    for rating, elapsed, stability, difficulty, days in GOLDEN:
        now += elapsed * DAY
        with Journal.open(path) as journal:
            schedule = scheduled(journal, fuzz=False)
            answered = answer(schedule, "d/a", rating, now)
            assert answered.state.memory == pytest.approx((stability, difficulty), abs=5e-7)
            assert answered.days == days
            today = schedule.today(now)
            assert not answered.state.is_due(today + timedelta(days=days - 1))
            assert answered.state.is_due(today + timedelta(days=days))
    assert now == MORNING + 64 * DAY


HOURS = st.lists(st.floats(0, 23.999), min_size=3, max_size=3)


@given(
    HOURS,
    HOURS,
    st.sampled_from(ZONES),
    st.sampled_from(["2026-03-06", "2026-03-27", "2026-10-23", "2026-10-31"]),
)
@settings(max_examples=40, deadline=None)
def test_when_a_card_is_due_never_depends_on_the_hour(
    one: list[float], two: list[float], zone: str, start: str
) -> None:
    """Answers on three study days, at any hours from 04:00 to 03:59, over changes of clocks."""
    outcomes = []
    for hours in (one, two):
        with Journal.unsaved() as journal:
            schedule = scheduled(journal, tz=ZoneInfo(zone))
            due = []
            for day, (hour, rating) in enumerate(zip(hours, (3, 1, 3), strict=True)):
                wall = datetime.fromisoformat(start) + timedelta(days=2 * day, hours=4 + hour)
                at = int(wall.replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)
                due.append(answer(schedule, "d/a", rating, at).state.due)
            outcomes.append((due, list(journal.rows)))
    assert outcomes[0] == outcomes[1]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["answer", "answer", "answer", "undo", "redo", "suspend", "unsuspend"]),
        st.sampled_from("abc"),
        st.integers(1, 4),
        st.integers(-3 * DAY, 20 * DAY),
    ),
    max_size=25,
)


def acted(schedule: Schedule, steps: list[tuple[str, str, int, int]]) -> None:
    now = MORNING
    for what, card, rating, pause in steps:
        now += pause  # the clock may be set back
        if what == "answer":
            answer(schedule, f"d/{card}", rating, now, took=rating * 1000)
        elif what in ("suspend", "unsuspend"):
            getattr(schedule, what)(f"d/{card}", now)
        else:
            getattr(schedule, what)(now)


@given(STEPS)
@settings(max_examples=60, deadline=None)
def test_step_by_step_gives_the_same_bytes_as_all_at_once(steps: list[tuple[str, str, int, int]]) -> None:
    with Journal.unsaved() as journal:
        schedule = scheduled(journal)
        acted(schedule, steps)
        rows = list(journal.rows)
        events = list(journal.events())
        assert [to_row(state) for _, state in sorted(derive(events, schedule.settings).items())] == rows
        assert [to_row(from_row(row)) for row in rows] == rows
        schedule.rebuild()
        assert list(journal.rows) == rows
        assert schedule.verify(MORNING + 10_000 * DAY) == []
        with Journal.unsaved() as other:
            copy = scheduled(other)
            copy.merge(reversed(events))
            assert list(other.rows) == rows


@given(STEPS)
@settings(max_examples=30, deadline=None)
def test_nothing_is_ever_due_before_the_day_after_its_last_answer(
    steps: list[tuple[str, str, int, int]],
) -> None:
    with Journal.unsaved() as journal:
        schedule = scheduled(journal)
        acted(schedule, steps)
        for state in schedule.states():
            if state.due is not None:
                assert state.last_day is not None
                review = journal.last_review(state.card)
                assert review is not None
                assert review.day < state.due


def test_undo_brings_back_the_very_state_before_the_answer() -> None:
    schedule = scheduled()
    states = [schedule.state("d/a")]
    for number in range(5):
        answer(schedule, "d/a", 3 if number else 1, MORNING + number * 5 * DAY)
        states.append(schedule.state("d/a"))
        answer(schedule, f"d/{number}", at=MORNING + number * 5 * DAY)  # others change the load meanwhile
    for expected in reversed(states[:-1]):
        schedule.undo(MORNING + 30 * DAY)
        schedule.undo(MORNING + 30 * DAY)
        assert schedule.state("d/a") == expected


def test_the_journal_keeps_the_real_stamp_of_a_clock_set_back_or_years_ahead() -> None:
    schedule = scheduled()
    stamps = [MORNING, MORNING + 4 * 365 * DAY, MORNING + DAY, MORNING - 400 * DAY]
    for stamp in stamps:
        answered = answer(schedule, "d/a", 3, stamp)
        assert answered.review.at == stamp
        assert answered.state.due is not None
        assert answered.state.due > answered.state.last_day
    assert sorted(stamps) == [event.at for event in schedule.journal.events()]
    state = schedule.state("d/a")
    assert state is not None
    assert state.last_day == date(2030, 3, 1)


def test_days_lived_are_kept_when_the_zone_or_the_turnover_changes() -> None:
    at = int(datetime(2026, 3, 2, 22, tzinfo=UTC).timestamp() * 1000)
    home = scheduled()
    answer(home, "d/a", at=at)
    rows = list(home.journal.rows)
    for changed in ({"tz": ZoneInfo("Asia/Tokyo")}, {"turnover_hour": 0, "tz": ZoneInfo("America/New_York")}):
        away = scheduled(home.journal, **changed)
        away.rebuild()
        assert list(home.journal.rows) == rows


def test_a_journey_counts_no_day_twice() -> None:
    journal = Journal.unsaved()
    tokyo, honolulu = (scheduled(journal, tz=ZoneInfo(name)) for name in ("Asia/Tokyo", "Pacific/Honolulu"))
    at = int(datetime(2026, 3, 2, 12, tzinfo=ZoneInfo("Asia/Tokyo")).timestamp() * 1000)
    answer(tokyo, "d/a", at=at)
    again = answer(honolulu, "d/a", at=at + 8 * HOUR)  # 1 March there
    assert again.review.day == date(2026, 3, 1)
    assert again.state.last_day == date(2026, 3, 2)
    same_day = scheduled()
    answer(same_day, "d/a", at=MORNING)
    assert answer(same_day, "d/a", at=MORNING + HOUR).state.memory == again.state.memory


def test_other_settings_place_every_card_anew_and_going_back_restores_it(tmp_path: Path) -> None:
    with Journal.open(tmp_path / "journal.db") as journal:
        usual = scheduled(journal)
        for number in range(20):
            for day in (0, 2, 12):
                answer(usual, f"d/{number}", at=MORNING + day * DAY)
        before = list(journal.rows)
        sure = scheduled(journal, desired_retention=0.97)
        assert sum(row.due or 0 for row in journal.rows) < sum(row.due or 0 for row in before)
        assert sure.verify(MORNING + 400 * DAY) == []
        short = scheduled(journal, max_interval=5)
        assert all((state.due - state.last_day).days <= 5 for state in short.states())  # type: ignore[operator]
        scheduled(journal)
        assert list(journal.rows) == before


def test_what_can_only_be_read_is_placed_anew_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with Journal.open(path) as journal:
        usual = scheduled(journal, fuzz=False)
        for day in (0, 2, 12):
            answer(usual, "d/a", at=MORNING + day * DAY)
        before = list(journal.rows)
    with Journal.open(path, read_only=True) as journal:
        sure = scheduled(journal, fuzz=False, desired_retention=0.97)
        (state,) = sure.states()
        assert state.due is not None
        assert state.due.toordinal() < (before[0].due or 0)
        assert sure.verify(MORNING + 20 * DAY) == []
    with Journal.open(path, read_only=True) as journal:
        assert list(journal.rows) == before


def test_retention_out_of_bounds_is_refused() -> None:
    with pytest.raises(RetentionError, match="desired_retention is 1"):
        SchedulingSettings(desired_retention=1.0)


def test_lapses_are_counted_once_a_day_and_a_leech_is_told_at_8_12_16() -> None:
    schedule = scheduled()
    told = []
    for day in range(18):
        at = MORNING + 30 * day * DAY
        answered = answer(schedule, "d/a", 1, at)
        assert answered.state.lapses == day  # the first failure is no lapse: there was nothing to forget
        told += [answered.state.lapses] if answered.leech else []
        assert not answer(schedule, "d/a", 1, at + 1000).leech  # wrong again in the same sitting
        answer(schedule, "d/a", 3, at + 2000)
    assert told == [8, 12, 16]
    state = schedule.state("d/a")
    assert state is not None
    assert state.leech
    assert not state.suspended


def test_a_suspended_card_is_not_due_until_it_returns() -> None:
    schedule = scheduled()
    answer(schedule, "d/a")
    placed = schedule.state("d/a")
    schedule.suspend("d/a", MORNING + 1)
    schedule.suspend("d/b", MORNING + 2)
    later = schedule.today(MORNING + 900 * DAY)
    assert schedule.journal.rows.due(later.toordinal()) == []
    assert [state.card for state in schedule.states() if state.suspended] == ["d/a", "d/b"]
    schedule.unsuspend("d/a", MORNING + 3)
    schedule.unsuspend("d/b", MORNING + 4)
    assert schedule.state("d/a") == placed
    assert schedule.state("d/b") is None
    assert schedule.journal.rows.due(later.toordinal()) == ["d/a"]


def test_the_usual_time_is_the_median_of_right_answers() -> None:
    schedule = scheduled()
    for number, (rating, took) in enumerate([(1, 90_000), (3, 4000), (3, 9000)]):
        assert answer(schedule, "d/a", rating, MORNING + number, took).state.usual_ms is None
    assert answer(schedule, "d/a", 2, MORNING + 5, 5000).state.usual_ms == 5000


def test_the_second_of_two_sittings_is_told(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with Journal.open(path) as first, Journal.open(path) as second:
        one, two = scheduled(first), scheduled(second)
        assert answer(one, "d/a", at=MORNING).elsewhere is None
        told = answer(two, "d/a", at=MORNING + 5000)
        assert told.elsewhere is not None
        assert told.elsewhere.at == MORNING
        assert answer(two, "d/b", at=MORNING + 5000).elsewhere is None
        assert answer(one, "d/a", at=MORNING + 4 * DAY).elsewhere is None
        slow = answer(
            two, "d/a", at=MORNING + 4 * DAY + 300_000, took=310_000
        )  # it was on the screen meanwhile
        assert slow.elsewhere is not None
        assert first.count() == 5
        assert one.verify(MORNING + 9 * DAY) == []


def test_undo_sees_what_another_sitting_did_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with Journal.open(path) as first, Journal.open(path) as second:
        one, two = scheduled(first), scheduled(second)
        answer(one, "d/a", at=MORNING)
        other = answer(two, "d/a", at=MORNING + DAY)
        answer(one, "d/b", at=MORNING + DAY)
        undone = [one.undo(MORNING + DAY), one.undo(MORNING + DAY)]
        assert [deed.card for deed in undone if deed] == ["d/b", "d/a"]
        assert undone[1] == other.review
        state = one.state("d/a")
        assert state is not None
        assert state.reps == 1
        assert one.verify(MORNING + 2 * DAY) == []


def test_a_clock_before_the_last_answer_or_years_after_it_is_told() -> None:
    schedule = scheduled()
    assert schedule.clock_warning(MORNING) is None
    answer(schedule, "d/a")
    assert schedule.clock_warning(MORNING - 60_000) is None
    assert "stands before your last answer (2026-03-02)" in str(schedule.clock_warning(MORNING - DAY))
    assert schedule.clock_warning(MORNING + 300 * DAY) is None
    assert "Your last answer was on 2026-03-02" in str(schedule.clock_warning(MORNING + 3000 * DAY))


def test_typed_text_that_utf8_cannot_hold_is_kept_marked() -> None:
    schedule = scheduled()
    answered = schedule.answer("d/a", 1, now=MORNING, verdict="wrong", typed="caf\udce9\0")
    assert [answered.review] == list(schedule.journal.events())
    assert answered.review.typed == "caf\ufffd\0"


def test_retrievability_falls_with_days_and_is_none_before_the_first_answer() -> None:
    schedule = scheduled()
    answer(schedule, "d/a")
    today = schedule.today(MORNING)
    chances = [schedule.retrievability("d/a", today + timedelta(days=days)) for days in (0, 5, 50)]
    assert chances == sorted(chances, reverse=True)  # type: ignore[type-var]
    assert chances[0] == 1
    assert schedule.retrievability("d/new", today) is None


def test_siblings_of_a_section_come_apart() -> None:
    section = [f"d/{number}" for number in range(5)]
    together = Schedule(Journal.unsaved(), SchedulingSettings(tz=UTC))
    apart = Schedule(Journal.unsaved(), SchedulingSettings(tz=UTC), lambda _: section)
    for schedule in (together, apart):
        for day in (0, 2):
            for card in section:
                answer(schedule, card, at=MORNING + day * DAY)
    spread = [len({state.due for state in schedule.states()}) for schedule in (together, apart)]
    assert spread[1] >= spread[0]
    assert spread[1] >= 4
