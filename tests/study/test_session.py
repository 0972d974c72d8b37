"""What becomes of answers: help, overruling, undo, suspension, and what can go wrong."""

from datetime import UTC
from pathlib import Path

import pytest

from mlquiz.cards.library import load_library
from mlquiz.scheduling.settings import SchedulingSettings
from mlquiz.store.errors import DiskFull
from mlquiz.study.record import NotKeptError, Record
from mlquiz.study.session import Sitting
from tests.study.conftest import DAY, Table, label_of

RIGHT = label_of("squared error")


def test_a_nudge_makes_it_hard_at_most(table: Table) -> None:
    held = table.sit("h", "space", "4", only="recall")
    assert "Think of the end." in held.text
    assert table.reviews() == [("recall", 2, "recalled")]


def test_a_second_hint_gives_the_answer_away(table: Table) -> None:
    held = table.sit("h", "h", "space", "3", only="recall")
    assert "It is a minimum." in held.text
    assert table.reviews()[0][:2] == ("recall", 1)


def test_there_may_be_no_further_hint(table: Table) -> None:
    assert "There is no further hint." in table.sit("h", "h", "h", only="recall").text
    assert "This card has no hint." in table.sit("h", only="choice").text


def test_a_hint_after_the_answer_costs_nothing(table: Table) -> None:
    table.sit("space", "h", "3", only="recall")
    assert table.reviews() == [("recall", 3, "recalled")]


def test_the_demo_before_the_answer_says_so_first_and_counts_as_again(table: Table) -> None:
    held = table.sit("d", "d", RIGHT, "space", only="choice")
    assert "will then count as again" in held.text
    assert table.watched == ["choice"]
    assert table.reviews()[0] == ("choice", 1, "right")


def test_the_demo_may_be_declined(table: Table) -> None:
    table.sit("d", "z", RIGHT, "space", only="choice")
    assert table.watched == []
    assert table.reviews() == [("choice", 3, "right")]


def test_the_demo_after_the_answer_costs_nothing(table: Table) -> None:
    table.sit(RIGHT, "d", "space", only="choice")
    assert table.watched == ["choice"]
    assert table.reviews() == [("choice", 3, "right")]


def test_the_notes_come_after_the_answer(table: Table) -> None:
    held = table.sit("e", "space", "e", "3", only="recall")
    early, _, late = held.text.partition("It stops at a local minimum.")
    assert "The notes come after the answer." in early
    assert "Each point joins its nearest centroid." not in early
    assert "Each point joins its nearest centroid." in late
    assert "The sheet says: medians. Correct: means." in late


def test_i_was_right(table: Table) -> None:
    held = table.sit("forget", "condition", "!", "space", only="cloze")
    assert "I was right" in held.text
    assert table.reviews() == [("cloze", 3, "right")]


def test_i_was_wrong_and_then_right_again(table: Table) -> None:
    table.sit(RIGHT, "!", "!", "space", only="choice")
    assert table.reviews() == [("choice", 3, "right")]
    table.sit(RIGHT, "!", "space", only="choice")


def test_overruling_at_the_next_card(table: Table) -> None:
    held = table.sit("space", "1", "!", only="recall choice")
    assert table.reviews() == [("recall", 3, "right")]
    assert "Counted as good: Why run k-means" in held.text


def test_nothing_to_overrule(table: Table) -> None:
    assert "There is no answer to overrule." in table.sit("!", only="recall").text


def test_easy_is_offered_to_the_quick_and_never_assumed(table: Table) -> None:
    def slow(shown: str) -> str:
        table.clock.seconds += 60
        return RIGHT(shown)

    table.settings = SchedulingSettings(tz=UTC, max_interval=30)
    for _ in range(4):
        table.sit(slow, "space", only="choice")
        table.clock.at += 90 * DAY
    held = table.sit(RIGHT, "4", "space", only="choice")
    assert "it was easy" in held.text
    table.clock.at += 365 * DAY
    table.sit(RIGHT, "space", only="choice")
    assert [rating for _, rating, _ in table.reviews()] == [3, 3, 3, 3, 4, 3]


def test_easy_is_not_offered_the_first_time(table: Table) -> None:
    assert "it was easy" not in table.sit(RIGHT, "space", only="choice").text


def test_undo_asks_the_card_again_and_redo_takes_that_back(table: Table) -> None:
    held = table.sit("space", "1", "u", "space", "4", only="recall choice")
    assert "Undone: Why run k-means" in held.text
    assert table.reviews() == [("recall", 4, "recalled")]
    table.sit("u", "r", only="recall choice")
    assert table.reviews() == [("recall", 4, "recalled")]


def test_undo_works_after_a_restart_any_number_of_times(table: Table) -> None:
    table.sit("space", "3", RIGHT, "space", only="recall choice", limit=2)
    table.clock.at += 30 * DAY
    held = table.sit("u", "u", "u", only="recall choice")
    assert "There is nothing to undo." in held.text
    assert table.reviews() == []


def test_undo_of_the_last_answer_while_it_is_still_shown(table: Table) -> None:
    table.sit(RIGHT, "u", label_of("zero-one loss"), "space", only="choice")
    assert table.reviews()[0] == ("choice", 1, "wrong")


def test_there_is_nothing_to_redo(table: Table) -> None:
    assert "There is nothing to redo." in table.sit("r", only="recall").text


def test_a_skipped_card_is_not_asked_again_and_nothing_is_kept(table: Table) -> None:
    held = table.sit("s", only="recall")
    assert held.finished
    assert table.reviews() == []


def test_a_suspended_card_is_asked_no_more_until_it_is_undone(table: Table) -> None:
    assert table.sit("x", only="recall").finished
    assert table.sit(only="recall").finished
    held = table.sit("u", "space", "3", only="recall choice")
    assert table.reviews() == [("recall", 3, "recalled")]
    assert "Undone: Why run" in held.text


def test_leaving_keeps_everything(table: Table) -> None:
    held = table.sit("space", "3", "q", only="recall choice")
    assert held.finished is False
    assert table.reviews() == [("recall", 3, "recalled")]


@pytest.mark.parametrize("end", ["^C", "EOF"])
@pytest.mark.parametrize(
    ("acts", "kept"), [([], 0), (["space"], 0), (["space", "3"], 1), (["space", "3", RIGHT], 2)]
)
def test_ending_at_any_prompt_keeps_what_was_answered(table: Table, end: str, acts: list, kept: int) -> None:
    held = table.sit(*acts, *(["^C"] if end == "^C" else []), only="recall choice")
    assert held.ended_by == ("KeyboardInterrupt" if end == "^C" else "EndOfInput")
    assert len(table.reviews()) == kept


def test_a_wrong_card_comes_back_until_it_was_right(table: Table) -> None:
    held = table.sit("space", "1", "space", "1", "space", "3", only="recall")
    assert held.finished
    assert [rating for _, rating, _ in table.reviews()] == [1, 1, 3]


def test_a_sitting_is_resumed_where_it_was_left(table: Table) -> None:
    first = table.sit("space", "1", "q", only="recall choice")
    assert "1 again" in first.text
    second = table.sit("space", "3", only="recall")
    assert second.finished
    assert [rating for _, rating, _ in table.reviews()] == [1, 3]


def test_input_is_drained_before_each_prompt(table: Table) -> None:
    held = table.sit("space", "3", only="recall")
    assert held.person.drained == 2


def test_keys_can_be_changed(table: Table) -> None:
    table.sit("space", "v", "enter", "3", only="recall", keys={"reveal": "v"})
    assert [key for key, *_ in table.reviews()] == ["recall"]


def test_an_unknown_key_does_nothing(table: Table) -> None:
    table.sit("z", "é", "up", "escape", "space", "3", only="recall")
    assert table.reviews() == [("recall", 3, "recalled")]


def test_on_a_typed_line_commands_stand_behind_a_colon(table: Table) -> None:
    held = table.sit(":?", ":nonsense", ":hint", "forget", "cell state", "space", only="cloze")
    assert "leave; everything answered is kept" in held.text
    assert "This card has no hint." in held.text
    assert table.reviews() == [("cloze", 3, "right")]


def test_paper_never_asks_for_typing(table: Table) -> None:
    held = table.sit("space", "3", only="cloze", paper=True)
    assert "The forget gate decides" in held.text
    assert table.reviews() == [("cloze", 3, "recalled")]


def test_a_new_size_draws_the_card_again(table: Table) -> None:
    held = table.sit("resize", "space", "resize", "3", only="recall")
    assert held.text.count("Why run k-means") == 3
    assert held.text.count("It stops at a local minimum.") == 2


@pytest.mark.parametrize("width", [20, 40, 300])
def test_any_width_shows_the_whole_card(table: Table, width: int) -> None:
    shown = " ".join(table.sit(RIGHT, "space", only="choice", width=width).text.split())
    assert "Its Hessian is positive semi-definite." in shown
    assert max(map(len, shown.splitlines())) >= 0


def test_plain_text_for_a_screen_reader_draws_nothing(table: Table) -> None:
    assert "─" not in table.sit("space", "3", only="recall", plain=True).text


# ---- what was typed


@pytest.mark.parametrize(
    "typed",
    [
        "x" * 1_000_000,
        "forget\ncell state",
        "nul\x00 bell\x07",
        "\u202egnp.exe",
        "e" + "\u0301" * 500,
        "\x1b]0;title\x07\x1b[2J\x1b[31m",
        "[red]x[/red] [link=http://a]b[/link]",
        "\ud800",
    ],
)
def test_whatever_is_typed_is_one_answer_and_shown_harmless(table: Table, typed: str) -> None:
    held = table.sit(typed, "x", "space", only="cloze")
    assert table.reviews()[0] == ("cloze", 1, "wrong")
    drawn = held.sitting.room.screen
    drawn.redraw()
    shown = held.text.split("Fill in the gates.")[-1]
    assert not set(shown) & {"\x1b", "\x07", "\x00", "\u202e", "\ud800"}


# ---- what goes wrong


class Broken(Record):
    """A journal with a full disk, for the first answers."""

    def __init__(self, failures: int) -> None:
        super().__init__()
        self.failures = failures

    def answer(self, card, answer, took, *, now):
        if self.failures:
            self.failures -= 1
            raise NotKeptError("journal.db: no room left to write")
        return super().answer(card, answer, took, now=now)


def test_a_full_disk_stays_on_the_card_until_it_is_kept(table: Table) -> None:
    record = Broken(2)
    held = table.sit("space", "3", "space", "space", only="recall", record=record)
    assert held.text.count("no room left to write") == 2
    assert [kept.key for kept in record.answers] == ["kinds/recall"]
    assert held.finished


def test_a_full_disk_may_be_given_up(table: Table) -> None:
    with pytest.raises(NotKeptError, match="no room left"):
        table.sit("space", "3", "q", only="recall", record=Broken(9))


def test_a_full_disk_ends_a_piped_sitting(table: Table) -> None:
    with pytest.raises(NotKeptError, match="no room left"):
        table.sit("3", only="recall", record=Broken(1), patience=3)


def test_errors_of_the_journal_are_told_in_its_words(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    from mlquiz.scheduling.schedule import Schedule

    def full(*_: object, **__: object) -> None:
        raise DiskFull("journal.db: no room left to write", Path("journal.db"))

    monkeypatch.setattr(Schedule, "answer", full)
    monkeypatch.setattr(Schedule, "undo", full)
    monkeypatch.setattr(Schedule, "suspend", full)
    held = table.sit("u", "x", "space", "3", "", only="recall")
    assert held.text.count("no room left to write") == 3
    assert table.reviews() == []


def test_two_sittings_at_once_both_keep_and_the_second_is_told(table: Table) -> None:
    def meanwhile(shown: str) -> str:
        table.sit("space", "3", only="recall")
        return RIGHT(shown) if "convex" in shown else "space"

    held = table.sit(meanwhile, "2", only="recall")
    assert [rating for _, rating, _ in table.reviews()] == [3, 2]
    assert "Another sitting answered this card" in held.sitting.room.screen.console.file.getvalue() + "".join(
        block(held.sitting.room.screen.pen).plain for block in held.sitting.notices()
    )


def test_overruling_never_takes_back_what_another_sitting_did(table: Table) -> None:
    def meanwhile(_: str) -> str:
        table.sit("space", "4", only="recall")
        return "!"

    held = table.sit(RIGHT, meanwhile, "space", only="choice")
    assert "Something else was done since" in held.text
    assert sorted(table.reviews()) == [("choice", 3, "right"), ("recall", 4, "recalled")]


def test_a_deck_that_loses_cards_under_a_sitting_does_not_stop_it(table: Table, tmp_path: Path) -> None:
    deck = tmp_path / "decks" / "d.yaml"
    deck.parent.mkdir()
    deck.write_text("deck: d\ncards:\n  - ask: A?\n    answer: a\n  - ask: B?\n    answer: b\n")
    table.library = load_library([deck.parent], tmp_path / "cache", shipped=False)

    def cut(_: str) -> str:
        deck.write_text("deck: d\ncards: [")
        return "3"

    held = table.sit("space", cut, "space", "3")
    assert held.finished
    assert len(table.reviews()) == 2
    table.library = load_library([deck.parent], tmp_path / "cache", shipped=False)
    assert table.library.problems
    assert table.sit().finished


def test_a_card_that_is_gone_is_passed_over(table: Table) -> None:
    class Lost:
        def __getattr__(self, name):
            return getattr(table.library, name)

        def card(self, key):
            return None if key == "kinds/recall" else table.library.card(key)

    original = table.library
    lost = Lost()
    lost.__dict__["library"] = original
    held = table.sit(RIGHT, "space", only="choice")
    sitting = Sitting(lost, held.sitting.queue, held.record, held.sitting.room, held.sitting.rng)
    assert sitting.run()


def test_a_leech_is_shown_and_may_be_suspended(table: Table) -> None:
    lapses = 0
    while lapses < 12:
        lapses += 1
        held = table.sit("space", "1", "q", only="recall")
        table.clock.at += 3 * DAY
        if "forgotten many times" in held.text:
            break
        table.sit("space", "3", only="recall")
        table.clock.at += 40 * DAY
    assert lapses == 9  # the first answer was no lapse: there was nothing to forget
    assert "x suspend" in held.text
    with table.schedule() as schedule:
        assert not schedule.state("kinds/recall").suspended
