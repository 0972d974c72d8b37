"""The markup of decks: maths, code, bold; nothing else."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from mlquiz.terminal.markup import display, pieces, render


def test_maths_code_and_bold_are_told_apart() -> None:
    assert [tuple(piece) for piece in pieces("Let $x^2$ be **big**, see `a[0]`.")] == [
        ("words", "Let "),
        ("maths", "x^2"),
        ("words", " be "),
        ("bold", "big"),
        ("words", ", see "),
        ("code", "a[0]"),
        ("words", "."),
    ]


@pytest.mark.parametrize(
    "text", ["[red]x[/red]", ":smile:", "5 $ more", "a ** b", "a `b", "[link=http://x]y[/link]", "\\[x]"]
)
def test_everything_else_is_shown_as_it_is(text: str) -> None:
    out = io.StringIO()
    Console(file=out, width=80).print(render(text))
    assert out.getvalue() == text + "\n"


def test_maths_is_set_on_its_line() -> None:
    assert render("the square $x^2$").plain == "the square x²"


def test_a_dollar_can_be_meant() -> None:
    assert render(r"it costs \$5").plain == "it costs $5"


def test_lines_flow_and_paragraphs_stay() -> None:
    assert render("one\ntwo\n\nthree").plain == "one two\n\nthree"


def test_a_formula_alone_is_displayed() -> None:
    assert len(render(r"$\frac{a}{b}$").plain.splitlines()) == 3
    assert len(render(r"it is $\frac{a}{b}$").plain.splitlines()) == 1


def test_bad_latex_is_shown_as_it_is() -> None:
    assert render(r"see $\nosuchthing{x}$").plain == r"see \nosuchthing{x}"
    assert display(r"\nosuchthing{x}").plain.strip() == r"\nosuchthing{x}"


def test_formulas_are_said_in_words_for_a_screen_reader() -> None:
    spoken = render(r"now $\frac{a}{b}$", spoken=True).plain
    assert "over" in spoken


@given(st.text(max_size=60))
def test_any_text_renders_without_control_characters(text: str) -> None:
    plain = render(text).plain
    assert not [char for char in plain if char != "\n" and (ord(char) < 32 or ord(char) == 127)]
