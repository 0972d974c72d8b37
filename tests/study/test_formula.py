"""Formulas and numbers: typed, read, judged."""

from fractions import Fraction
from pathlib import Path

import pytest

from mlquiz.cards.library import load_library
from mlquiz.study.formula import filled, taken_for
from mlquiz.study.number import close, half_last_digit, plain
from tests.study.conftest import Table


def test_any_spelling_of_the_answer_is_right(table: Table) -> None:
    held = table.sit("p - p^2", "space", only="formula")
    assert "✓ Right" in held.text
    assert table.reviews() == [("formula", 3, "right")]


def test_what_is_given_stands_above_the_prompt(table: Table) -> None:
    shown = table.sit(only="formula").text
    assert "given" in shown
    assert shown.index("given") < shown.index("V = ")


def test_what_is_given_hangs_below_its_beginning_where_it_is_too_long() -> None:
    phrases = ["K = 1, 2", "Σₖ ∈ R^(d×d) symmetric positive definite, k = 1, …, K", "πₖ > 0"]
    rows = ["K = 1, 2", "Σₖ ∈ R^(d×d) symmetric positive", "  definite, k = 1, …, K   πₖ > 0"]
    assert filled(phrases, 33, "   ") == rows


def test_a_wrong_formula_is_again_and_the_answer_is_laid_out_with_its_source(table: Table) -> None:
    held = table.sit("p^7 + 3", "space", only="formula")
    assert "✗ Wrong" in held.text
    assert "Wasserman (2004)" in held.text
    assert table.reviews()[0] == ("formula", 1, "wrong")


def test_what_cannot_be_read_costs_nothing_and_shows_where(table: Table) -> None:
    held = table.sit("p (1 - ", "p (1 - p)", "space", only="formula")
    assert "^" in held.text
    assert table.reviews() == [("formula", 3, "right")]


def test_a_near_miss_gets_its_hint_and_one_more_try_that_is_not_rated(table: Table) -> None:
    held = table.sit("p (1 + p)", "p (1 - p)", "space", only="formula")
    assert "Once more, to learn; it counts as again." in held.text
    assert "Right at the second try" in held.text
    assert table.reviews()[0] == ("formula", 1, "wrong")


def test_an_empty_line_is_not_knowing(table: Table) -> None:
    table.sit("", "space", only="formula")
    assert table.reviews()[0] == ("formula", 1, "shown")


def test_three_unread_formulas_skip_the_card_of_a_pipe(table: Table) -> None:
    held = table.sit("((", "))", "+", only="formula", patience=3)
    assert held.finished
    assert table.reviews() == []


def test_a_formula_blank_is_graded(table: Table) -> None:
    table.sit("x + x", "space", only="blank")
    assert table.reviews() == [("blank", 3, "right")]


def test_a_number_may_be_an_expression(table: Table) -> None:
    table.sit("1 - 1/3", "space", only="number")
    assert table.reviews() == [("number", 3, "right")]


def test_a_number_may_be_rounded(table: Table) -> None:
    held = table.sit("0.67", "space", only="number")
    assert "n = 2" in held.text
    assert table.reviews() == [("number", 3, "right")]


@pytest.mark.parametrize("typed", ["0.7", "2", "-0.667"])
def test_a_wrong_number(table: Table, typed: str) -> None:
    table.sit(typed, "space", only="number")
    assert table.reviews()[0] == ("number", 1, "wrong")


def test_a_number_that_cannot_be_read_is_asked_again(table: Table) -> None:
    table.sit("two thirds", "2/3", "space", only="number")
    assert table.reviews() == [("number", 3, "right")]


@pytest.mark.parametrize(
    ("value", "wanted", "tolerance", "typed", "near"),
    [
        (1.005, 1.0, None, "1.005", True),
        (1.02, 1.0, None, "1.02", False),
        (0.12, 0.1249, None, "0.12", True),
        (0.1, 0.1249, None, "0.1", False),
        (0.0, 0.4, None, "0", False),
        (0.5, 0.5001, Fraction(0), "0.5", False),
        (0.5, 0.5, Fraction(0), "0.5", True),
        (1.04, 1.0, Fraction(1, 20), "1.04", True),
        (0.3, 0.1 + 0.2, Fraction(0), "0.3", True),
        (float("nan"), 1.0, None, "0/0", False),
        (float("inf"), 1.0, None, "1e999", False),
    ],
)
def test_near_enough(value: float, wanted: float, tolerance: Fraction | None, typed: str, near: bool) -> None:
    assert close(value, wanted, tolerance, typed) is near


@pytest.mark.parametrize(
    ("typed", "slack"),
    [("0.67", 0.005), ("12.5", 0.05), ("1.2e3", 50.0), ("7", 0.0), ("0.5", 0.0), ("1/3", 0.0)],
)
def test_half_a_last_digit(typed: str, slack: float) -> None:
    assert half_last_digit(typed) == pytest.approx(slack)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(Fraction(3), "3"), (Fraction(1, 4), "0.25"), (Fraction(1, 3), "1/3"), (0.66666666, "0.666667")],
)
def test_numbers_are_shown_with_the_digits_that_matter(value: Fraction | float, shown: str) -> None:
    assert plain(value) == shown


def test_the_answer_to_a_card_that_is_easily_confused_is_told_by_name(tmp_path: Path) -> None:
    (tmp_path / "pair.yaml").write_text(
        "deck: pair\n"
        "cards:\n"
        "  - {id: recall, kind: formula, ask: Write recall., answer: 'TP/(TP + FN)',"
        " symbols: {TP: positive, FN: positive, FP: positive}, contrasts: [precision]}\n"
        "  - {id: precision, kind: formula, ask: Write precision., answer: 'TP/(TP + FP)',"
        " symbols: {TP: positive, FN: positive, FP: positive}}\n"
    )
    library = load_library([tmp_path], None)
    recall = library.card("pair/recall")
    assert recall is not None
    mistaken = taken_for("TP/(FP + TP)", recall, library)
    assert mistaken is not None
    assert mistaken.ask == "Write precision."
    assert taken_for("TP/(FP - TP)", recall, library) is None
