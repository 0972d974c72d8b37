"""What is said about LaTeX that can't be read."""

from __future__ import annotations

import pytest

from mlquiz.typeset import TypesetError, inline, layout, words


@pytest.mark.parametrize(
    ("latex", "column", "words_of_message"),
    [
        (r"x + \foo", 5, ["unknown command", r"\foo"]),
        (r"\aplha", 1, [r"did you mean \alpha"]),
        (r"\frc{1}{2}", 1, [r"did you mean \frac"]),
        (r"\mathbb{x", 8, ["not closed", "}"]),
        (r"a + {b", 5, ["not closed"]),
        (r"a}", 2, ["without an opening"]),
        (r"\frac{1}", 9, [r"\frac", "argument"]),
        (r"x_", 3, ["argument", "end of the formula"]),
        (r"x^2^3", 4, ["second superscript"]),
        (r"x_1_2", 4, ["second subscript"]),
        (r"\left( x", 1, [r"\left", "not closed"]),
        (r"\left x", 7, ["delimiter", "x"]),
        (r"x \right)", 3, [r"\right without \left"]),
        (r"a & b", 3, ["outside an environment", r"\&"]),
        (r"a \\ b", 3, ["outside an environment"]),
        (r"\begin{cases} a", 1, ["cases", "not closed"]),
        (r"\begin{cases} a \end{matrix}", 21, ["cases", "matrix"]),
        (r"\begin{case} a \end{case}", 7, ["unknown environment", "did you mean"]),
        (r"\begin{array}{xx} a \end{array}", 15, ["l, c and r", "x"]),
        ("5 % of x", 3, ["comment", r"\%"]),
        ("a $x$", 3, ["dollar"]),
        ("a # b", 3, [r"\#"]),
        ("x\\", 2, ["backslash"]),
        ("a\x1b[31m", 2, ["invisible", "001B"]),
        ("a\u202eb", 2, ["invisible", "right-to-left override"]),
        (r"\text{a \foo}", 9, ["command inside words"]),
        (r"\text{a $x$ b $c}", 15, ["no partner"]),
        (r"\text{a $x \foo$}", 12, ["unknown command"]),
        (r"\not{ab}", 5, [r"\not"]),
        (r"\operatorname{\frac}", 15, ["plain words"]),
        ("{" * 100, 61, ["nested"]),
    ],
)
def test_message_and_column(latex: str, column: int, words_of_message: list[str]) -> None:
    with pytest.raises(TypesetError) as caught:
        layout(latex)
    assert caught.value.column == column
    for word in words_of_message:
        assert word in caught.value.message


def test_error_is_a_value_error_that_shows_its_place() -> None:
    with pytest.raises(ValueError, match=r"column 3: unknown command \\fooo"):
        inline(r"a \fooo")


@pytest.mark.parametrize("render", [layout, inline, words])
@pytest.mark.parametrize(
    "latex", ["(" * 3000 + "x" + ")" * 3000, r"\sqrt" * 3000 + "x", "|+" * 3000 + "x" + "|" * 3000]
)
def test_endless_nesting_is_refused_in_plain_words(render, latex: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(TypesetError, match="nested"):
        render(latex)


def test_nothing_at_all_is_an_empty_row() -> None:
    assert layout("") == [""]
    assert inline(" ") == ""
    assert words("{}") == ""
