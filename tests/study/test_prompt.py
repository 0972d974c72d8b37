"""The line on which formulas are typed, by a pipe in place of the terminal."""

import pytest
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from mlquiz.grading import FormulaError, to_latex
from mlquiz.study.desk import FormulaField
from mlquiz.study.formula_prompt import MAX_TYPED, _reading, ask_formula
from mlquiz.terminal.console import Appearance
from mlquiz.terminal.keys import EndOfInput

SYMBOLS = {"mu_j": "sequence(k)", "r_ij": "matrix(n, k)", "p": "unit"}
FIELD = FormulaField(tuple(SYMBOLS), lambda text: to_latex(text, SYMBOLS))
LOOK = Appearance(width=60)


def typed(keys: str, earlier: tuple[str, ...] = ()) -> str:
    with create_pipe_input() as pipe:
        pipe.send_text(keys)
        return ask_formula("J = ", FIELD, LOOK, earlier, input=pipe, output=DummyOutput())


def test_a_line_is_what_was_typed() -> None:
    assert typed("p (1 - p)\r") == "p (1 - p)"


def test_it_can_be_mended() -> None:
    assert typed("pq\x7f^2\x01-\r") == "-p^2"


def test_tab_completes_the_symbols_of_the_card() -> None:
    assert typed("mu\t + 1\r") == "mu_j + 1"
    assert typed("q\t\r") == "q"


def test_earlier_lines_come_back() -> None:
    assert typed("\x1b[A\x1b[A\r", ("first", "second")) == "first"


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_a_paste_of_several_lines_is_one_answer(ends: str) -> None:
    assert typed(f"\x1b[200~p{ends}+ 1\x1b[201~\r") == "p + 1"


def test_a_huge_paste_is_cut_beyond_what_is_graded() -> None:
    assert len(typed("\x1b[200~" + "x" * 40_000 + "\x1b[201~\r")) == MAX_TYPED


def test_ctrl_c_interrupts() -> None:
    with pytest.raises(KeyboardInterrupt):
        typed("p\x03")


def test_ctrl_d_ends_on_an_empty_line_only() -> None:
    with pytest.raises(EndOfInput):
        typed("\x04")
    assert typed("pq\x01\x04\r") == "q"


def test_an_empty_line() -> None:
    assert typed("\r") == ""


def below(text: str, look: Appearance = LOOK) -> str:
    return "".join(part[1] for part in _reading(text, FIELD, look))


def test_the_formula_is_drawn_as_it_reads_so_far() -> None:
    assert len(below("p / (1 - p)").splitlines()) == 3
    assert below("p^2").strip() == "p²"


def test_what_does_not_read_yet_is_said_quietly_and_fits() -> None:
    assert below("p (1 -").strip()
    assert len(below("p (1 -", Appearance(width=24))) <= 24


def test_commands_and_blanks_are_not_drawn() -> None:
    assert below("") == below("   ") == below(":hint") == ""


def test_a_screen_reader_gets_words() -> None:
    assert "over" in below("p / 2", Appearance(plain=True))


@pytest.mark.parametrize("text", ["\x1b[31m", "((((", "p" * 9000, "\u202e", "\\frac", "$", "1/0"])
def test_nothing_typed_breaks_the_drawing(text: str) -> None:
    assert not set(below(text)) & {"\x1b", "\u202e"}


def test_reading_back_is_the_grader_s() -> None:
    with pytest.raises(FormulaError):
        FIELD.read_back("((")
