from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from mlquiz.scheduling import forecast
from mlquiz.scheduling.forecast import Retention, Standing
from mlquiz.store.journal import Journal
from tests.scheduling.making import DAY, HOUR, MORNING, Info, answer, infos, scheduled

TODAY = date(2026, 3, 2)


def test_due_cards_are_counted_by_day_and_overdue_ones_today() -> None:
    schedule = scheduled(fuzz=False)
    answer(schedule, "d/overdue", at=MORNING - 9 * DAY)
    answer(schedule, "d/a", 3)  # due in 2 days
    answer(schedule, "d/b", 3)
    answer(schedule, "d/c", 4)  # in 8
    schedule.suspend("d/b", MORNING)
    days = forecast.due_by_day(schedule, TODAY, 7)
    assert list(days) == [TODAY + timedelta(days=ahead) for ahead in range(7)]
    assert list(days.values()) == [1, 0, 1, 0, 0, 0, 0]
    assert forecast.next_due(schedule, TODAY) == TODAY + timedelta(days=2)
    assert forecast.next_due(schedule, TODAY + timedelta(days=2)) == TODAY + timedelta(days=8)
    assert forecast.next_due(schedule, TODAY + timedelta(days=8)) is None


def test_retention_counts_only_the_first_answer_of_a_day_to_cards_met_before() -> None:
    schedule = scheduled()
    for card in ("d/a", "d/b", "d/c"):
        answer(schedule, card, 1)  # met: says nothing about memory
        answer(schedule, card, 3, MORNING + 1000)
    for card, rating in (("d/a", 3), ("d/b", 1), ("d/c", 2)):
        answer(schedule, card, rating, MORNING + 5 * DAY)
    answer(schedule, "d/b", 3, MORNING + 5 * DAY + 1000)  # a repeat of the same day
    assert forecast.true_retention(schedule, TODAY, TODAY) == Retention(0, 0)
    later = TODAY + timedelta(days=5)
    assert forecast.true_retention(schedule, TODAY, later) == Retention(2, 3)
    answer(schedule, "d/a", 1, MORNING + 30 * DAY)
    assert forecast.true_retention(schedule, TODAY, TODAY + timedelta(days=60)) == Retention(2, 4)
    schedule.undo(MORNING + 30 * DAY)
    assert forecast.true_retention(schedule, TODAY, TODAY + timedelta(days=60)) == Retention(2, 3)
    assert forecast.true_retention(schedule, later, later).rate == 2 / 3
    assert Retention(0, 0).rate is None


def test_answers_are_counted_by_the_day_they_were_lived_on() -> None:
    schedule = scheduled()
    for at in (MORNING, MORNING + 18 * HOUR, MORNING + 19 * HOUR):  # 09:00, 03:00 and 04:00 of the next date
        answer(schedule, "d/a", at=at)
    answer(schedule, "d/b", at=MORNING)
    schedule.undo(MORNING)
    assert forecast.activity(schedule) == {TODAY: 2, TODAY + timedelta(days=1): 1}


def test_a_streak_ends_with_a_day_without_answers_and_today_may_still_come() -> None:
    schedule = scheduled()
    assert forecast.streak(schedule, TODAY) == 0
    for ahead in (0, 2, 3, 4):
        answer(schedule, "d/a", at=MORNING + ahead * DAY)
    at = {ahead: forecast.streak(schedule, TODAY + timedelta(days=ahead)) for ahead in range(8)}
    assert at == {0: 1, 1: 1, 2: 1, 3: 2, 4: 3, 5: 3, 6: 0, 7: 0}


def test_an_answer_at_a_minute_to_four_keeps_yesterdays_streak() -> None:
    schedule = scheduled()
    answer(schedule, "d/a", at=MORNING)
    answer(schedule, "d/a", at=MORNING + DAY + 19 * HOUR - 60_000)  # 03:59 two dates later
    assert forecast.streak(schedule, TODAY + timedelta(days=1)) == 2
    assert forecast.streak(schedule, TODAY + timedelta(days=2)) == 2


def test_a_date_skipped_by_a_journey_breaks_no_streak() -> None:
    journal = Journal.unsaved()
    home, away = (
        scheduled(journal, tz=ZoneInfo("America/Los_Angeles")),
        scheduled(journal, tz=ZoneInfo("Asia/Tokyo")),
    )
    left = MORNING + 22 * HOUR  # 3 March 2026, 07:00 UTC: 2 March, 23:00 in Los Angeles
    answer(home, "d/a", at=left)
    answered = answer(away, "d/a", at=left + 13 * HOUR)  # 4 March, 05:00 in Tokyo
    assert answered.review.day == date(2026, 3, 4)
    assert forecast.streak(away, date(2026, 3, 4)) == 2


def test_sections_say_what_is_new_learned_known_suspended_and_due() -> None:
    schedule = scheduled(fuzz=False)
    for ahead in (0, 8, 40):
        answer(schedule, "d/known", 4, MORNING + ahead * DAY)
    answer(schedule, "d/learning", 3, MORNING)
    answer(schedule, "d/left-its-deck", 3, MORNING)
    schedule.suspend("d/off", MORNING)
    cards = [
        *infos(["d/known", "d/learning", "d/new", "d/off"], section="3.1"),
        Info("d/other", section="3.2"),
    ]
    assert forecast.standing(cards, schedule, TODAY + timedelta(days=41)) == {
        "3.1": Standing(total=4, new=1, learning=1, known=1, suspended=1, due=1),
        "3.2": Standing(total=1, new=1),
    }


def test_leeches_come_worst_first() -> None:
    schedule = scheduled()
    for card, times in (("d/bad", 9), ("d/worse", 11), ("d/fine", 4)):
        for number in range(times):
            answer(schedule, card, 1, MORNING + 40 * number * DAY)
    assert [(state.card, state.lapses) for state in forecast.leeches(schedule)] == [
        ("d/worse", 10),
        ("d/bad", 8),
    ]
