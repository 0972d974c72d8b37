"""What a sitting came to."""

from mlquiz.study.summary import outlook, summary
from mlquiz.study.views import comes_back, span
from tests.study.conftest import DAY, Table
from tests.study.test_quiz import shown


def test_repeats_do_not_count_as_first_answers(table: Table) -> None:
    held = table.sit("space", "1", "space", "3", only="recall")
    text = shown(summary(held.record.answers))
    assert "1 card answered, 0 right at the first try" in text
    assert "1 new" in text


def test_retention_is_of_cards_seen_before(table: Table) -> None:
    table.sit("space", "3", only="recall")
    table.clock.at += 5 * DAY
    held = table.sit("space", "3", only="recall")
    assert held.record.answers[0].first is False
    assert "100% of the cards seen before were known" in shown(summary(held.record.answers))


def test_nothing_answered() -> None:
    assert shown(summary([])) == "Nothing was answered."


def test_the_outlook_tells_tomorrow_and_the_week(table: Table) -> None:
    table.sit("space", "1", "q", only="recall")
    with table.schedule() as schedule:
        text = shown(outlook(schedule, schedule.today(table.clock.now())))
    assert text == "Due tomorrow: 1. Due within a week: 1."


def test_when_nothing_is_due_soon_the_next_day_is_named(table: Table) -> None:
    for _ in range(4):
        table.sit("space", "4", only="recall")
        table.clock.at += 200 * DAY
    table.sit("space", "4", only="recall")
    with table.schedule() as schedule:
        text = shown(outlook(schedule, schedule.today(table.clock.now())))
    assert text.startswith("Next due: ")
    assert text.endswith("Due within a week: 0.")


def test_words_for_days() -> None:
    assert comes_back(1, 3) == "Back tomorrow."
    assert comes_back(4, 3) == "Back in 4 days."
    assert comes_back(1, 1) == "Back in a moment, then tomorrow."
    assert (span(45), span(730)) == ("1.5 months", "2.0 years")
