"""What is sent to which terminal."""

import io

import pytest

from mlquiz.terminal.console import Appearance, appearance, has_colour, make_console
from mlquiz.terminal.theme import guess_background


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environ", "terminal", "coloured"),
    [
        ({"TERM": "xterm"}, True, True),
        ({"TERM": "xterm"}, False, False),
        ({"TERM": "dumb"}, True, False),
        ({"TERM": "xterm", "NO_COLOR": "1"}, True, False),
        ({"TERM": "xterm", "NO_COLOR": ""}, True, True),  # no-color.org: only when not empty
        ({"TERM": "xterm", "FORCE_COLOR": "1"}, False, True),
        ({"TERM": "xterm", "FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
    ],
)
def test_colour_follows_the_conventions(environ: dict[str, str], terminal: bool, coloured: bool) -> None:
    assert has_colour(Screen() if terminal else io.StringIO(), environ) is coloured


def test_plain_text_is_asked_for_by_mlquiz_plain_alone() -> None:
    assert appearance(Screen(), {"TERM": "xterm", "MLQUIZ_PLAIN": "1"}).plain
    assert not appearance(Screen(), {"TERM": "xterm", "MLQUIZ_PLAIN": "0"}).plain
    assert not appearance(Screen(), {"TERM": "xterm", "MLQUIZ_PLAIN": "1"}).tty


def test_a_dumb_terminal_is_never_repainted() -> None:
    assert not appearance(Screen(), {"TERM": "dumb"}).tty


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp437"])
def test_other_encodings_get_ascii_maths(encoding: str) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    assert appearance(stream, {}, glyphs="full").glyphs == "ascii"


def test_utf_8_keeps_the_glyphs_asked_for() -> None:
    assert appearance(io.TextIOWrapper(io.BytesIO(), encoding="UTF-8"), {}, glyphs="full").glyphs == "full"


@pytest.mark.parametrize(("columns", "width"), [("40", 40), ("300", 300), ("0", 80), ("x", 80), ("", 80)])
def test_the_width_without_a_terminal_is_columns(columns: str, width: int) -> None:
    assert appearance(io.StringIO(), {"COLUMNS": columns}).width == width


def test_running_text_is_never_too_wide() -> None:
    assert Appearance(width=300).measure == 88
    assert Appearance(width=40).measure == 40


def test_a_pipe_gets_no_escape_sequences() -> None:
    out = io.StringIO()
    make_console(out, look=appearance(out, {"TERM": "xterm"})).print(
        "[bold]x[/bold] :smile: 12", style="right"
    )
    assert out.getvalue() == "[bold]x[/bold] :smile: 12\n"


def test_no_color_keeps_bold_and_drops_colour() -> None:
    out = Screen()
    look = appearance(out, {"TERM": "xterm-256color", "NO_COLOR": "1"})
    make_console(out, look=look).print("x", style="right")
    assert "32" not in out.getvalue()


@pytest.mark.parametrize(
    ("value", "background"), [("15;0", "dark"), ("0;15", "light"), ("0;default;7", "light"), ("", "dark")]
)
def test_the_background_is_guessed_from_colorfgbg(value: str, background: str) -> None:
    assert guess_background({"COLORFGBG": value}) == background
