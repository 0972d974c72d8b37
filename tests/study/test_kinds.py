"""Each kind of card, asked and answered."""

import pytest

from tests.study.conftest import Table, label_of, labels_of


def test_recall_shows_the_answer_after_a_key_and_takes_the_rating(table: Table) -> None:
    held = table.sit("space", "2", only="recall")
    before, _, after = held.text.partition("It stops at a local minimum.")
    assert "Why run k-means from several starts?" in before
    assert "Each step lowers J." in after
    assert table.reviews() == [("recall", 2, "recalled")]


@pytest.mark.parametrize(
    ("key", "rating", "verdict"), [("1", 1, "forgot"), ("4", 4, "recalled"), ("space", 3, "recalled")]
)
def test_recall_ratings(table: Table, key: str, rating: int, verdict: str) -> None:
    table.sit("enter", key, only="recall")
    assert table.reviews()[0] == ("recall", rating, verdict)


def test_recall_keeps_what_was_typed_to_compare(table: Table) -> None:
    held = table.sit("t", "a local optimum", "space", "3", only="recall")
    assert held.record.last.answer.typed == "a local optimum"


def test_recall_is_not_rated_before_the_answer_is_seen(table: Table) -> None:
    table.sit("3", "4", only="recall")
    assert table.reviews() == []


def test_what_may_be_asked_next_is_told(table: Table) -> None:
    assert "May be asked next: How many parameters" in table.sit("space", "3", only="recall").text


@pytest.mark.parametrize(
    "words", [("forget", "cell state"), ("KEEP", "Cell-state."), (" forget ", "the cell state")]
)
def test_cloze_compares_words_leniently(table: Table, words: tuple[str, str]) -> None:
    table.sit(*words, "space", only="cloze")
    expected = ("right", 3) if "the" not in words[1] else ("wrong", 1)
    assert table.reviews()[0] == ("cloze", expected[1], expected[0])


def test_cloze_says_which_blank_was_wrong_and_fills_them(table: Table) -> None:
    held = table.sit("forget", "gradient", "space", only="cloze")
    assert "[1] ✓   [2] ✗" in held.text
    assert "The forget gate decides about the cell state." in held.text
    assert table.reviews()[0] == ("cloze", 1, "wrong")


def test_cloze_left_empty_is_not_knowing(table: Table) -> None:
    table.sit("", "", "space", only="cloze")
    assert table.reviews()[0] == ("cloze", 1, "shown")


def test_choice_right(table: Table) -> None:
    table.sit(label_of("squared error"), "space", only="choice")
    assert table.reviews() == [("choice", 3, "right")]


def test_choice_shows_why_and_what_was_chosen(table: Table) -> None:
    held = table.sit(label_of("zero-one loss"), "space", only="choice")
    assert "zero-one loss  (your choice)" in held.text
    assert "Its Hessian is positive semi-definite." in held.text
    assert table.reviews()[0] == ("choice", 1, "wrong")


def test_choice_may_be_given_up(table: Table) -> None:
    table.sit("space", "space", only="choice")
    assert table.reviews()[0] == ("choice", 1, "shown")


def test_several_right_options_have_all_to_be_named(table: Table) -> None:
    table.sit(labels_of("four", "two"), "space", only="several")
    assert table.reviews()[0] == ("several", 3, "right")


def test_one_of_several_right_options_is_wrong(table: Table) -> None:
    table.sit(labels_of("four"), "space", only="several")
    assert table.reviews()[0] == ("several", 1, "wrong")


def test_an_option_that_is_not_there_is_asked_again(table: Table) -> None:
    held = table.sit("7", labels_of("four", "two"), "space", only="several")
    assert "There are the options 1 to 3." in held.text
    assert table.reviews()[0] == ("several", 3, "right")


def test_options_come_in_another_order_at_each_showing(table: Table) -> None:
    held = table.sit(*["space", "space"] * 8, only="choice")
    showings = [part.split("─")[0] for part in held.text.split("Which loss is convex?")[1:]]
    assert len(set(showings)) > 1


def test_order_right(table: Table) -> None:
    table.sit(labels_of("pick", "assign", "move"), "space", only="order")
    assert table.reviews()[0] == ("order", 3, "right")


def test_order_tells_how_many_neighbours_were_right(table: Table) -> None:
    held = table.sit(labels_of("assign", "move", "pick"), "space", only="order")
    assert "1 of 2 neighbouring pairs are right." in held.text
    assert table.reviews()[0] == ("order", 1, "wrong")


def test_order_takes_digits_without_spaces_and_refuses_half_an_order(table: Table) -> None:
    together = lambda shown: labels_of("pick", "assign", "move")(shown).replace(" ", "")  # noqa: E731
    held = table.sit("1 2", together, "space", only="order")
    assert "Each of 1 to 3 once, please." in held.text
    assert table.reviews()[0] == ("order", 3, "right")


def pairing(*, right: bool, with_digits: bool = True):
    def act(shown: str) -> str:
        letters = [label_of("of those found")(shown), label_of("of those there")(shown)]
        letters = letters if right else letters[::-1]
        digits = [label_of("precision")(shown), label_of("recall")(shown)]
        if with_digits:
            return " ".join(digit + letter for digit, letter in zip(digits, letters, strict=True))
        return "".join(letter for _, letter in sorted(zip(digits, letters, strict=True)))

    return act


@pytest.mark.parametrize("with_digits", [True, False])
def test_match_right(table: Table, with_digits: bool) -> None:
    table.sit(pairing(right=True, with_digits=with_digits), "space", only="match")
    assert table.reviews()[0] == ("match", 3, "right")


def test_match_tells_which_were_right(table: Table) -> None:
    held = table.sit("1a", pairing(right=False), "space", only="match")
    assert "A letter from a to b for each of 1 to 2" in held.text
    assert "✗" in held.text
    assert table.reviews()[0] == ("match", 1, "wrong")
