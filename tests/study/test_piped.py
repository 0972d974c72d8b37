"""Without a terminal: one line answers one prompt."""

import io

import pytest
from rich.console import Console

from mlquiz.study.piped import MAX_LINE, PipedInput
from mlquiz.terminal.keys import EndOfInput
from tests.study.conftest import Table, label_of


def piped(text: str) -> tuple[PipedInput, io.StringIO]:
    out = io.StringIO()
    return PipedInput(io.StringIO(text), Console(file=out, width=80)), out


def test_lines_are_keys_and_answers_in_turn() -> None:
    source, out = piped("3\n\n:u\n x^2 \n")
    assert [source.read(), source.read(), source.read(), source.words("= ")] == ["3", "enter", "u", " x^2 "]
    assert "= x^2" in out.getvalue()


def test_the_end_of_the_pipe_ends_the_sitting() -> None:
    source, _ = piped("")
    with pytest.raises(EndOfInput):
        source.read()


def test_what_was_read_is_shown_harmless() -> None:
    source, out = piped("\x1b[31m\x07\n")
    source.words("> ")
    assert out.getvalue() == "> ^[[31m^G\n"


def test_a_line_without_end_does_not_fill_the_memory() -> None:
    source, _ = piped("x" * (3 * MAX_LINE) + "\n7\n")
    assert len(source.words("> ")) == MAX_LINE
    assert source.read() == "7"


def test_a_rating_reveals_and_rates_in_one_line(table: Table) -> None:
    held = table.sit("2", only="recall", patience=3)
    assert "It stops at a local minimum." in held.text
    assert table.reviews() == [("recall", 2, "recalled")]


def test_an_empty_line_reveals_and_the_next_one_rates(table: Table) -> None:
    table.sit("enter", "4", only="recall", patience=3)
    assert table.reviews() == [("recall", 4, "recalled")]


def test_three_unread_lines_skip_a_card(table: Table) -> None:
    held = table.sit("what", "is", "this", only="recall", patience=3)
    assert "3 lines could not be read: skipped." in held.text
    assert held.finished
    assert table.reviews() == []


def test_a_skipped_card_does_not_count_for_the_limit(table: Table) -> None:
    held = table.sit("a", "b", "c", label_of("squared error"), only="recall choice", patience=3, limit=1)
    assert held.finished
    assert table.reviews() == [("choice", 3, "right")]


def test_after_a_judged_answer_no_line_is_needed_to_go_on(table: Table) -> None:
    def whichever(shown: str) -> str:
        return label_of("squared error")(shown) if "convex" in "".join(shown.splitlines()[-6:]) else "3"

    table.sit(whichever, whichever, only="recall choice", patience=3)
    assert sorted(key for key, *_ in table.reviews()) == ["choice", "recall"]
