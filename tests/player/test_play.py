import io
import json

import pytest

from mlquiz.player import Ask, Check, Line, Say
from mlquiz.player.plain import last_states
from mlquiz.player.play import play
from mlquiz.player.words import tell
from mlquiz.terminal.console import Appearance, make_console
from mlquiz.terminal.exits import Exit, UserError
from tests.player.samples import demo_of, gallery, walk


def printed(function=walk, look=None, **given):
    """Play plain, as into a pipe."""
    file = io.StringIO()
    look = look or Appearance(width=80)
    outcome = play(demo_of(function), given, mode="plain", console=make_console(file, look=look), look=look)
    return outcome, file.getvalue()


def test_the_last_state_of_each_frame_is_told_once_in_order():
    frames = [
        Say("a"),
        Line("f", [1]),
        Say("step 1", name="s"),
        Line("f", [2]),
        Say("step 2", name="s"),
        Say("b"),
    ]
    states = list(last_states(frames))
    assert [(frame.name, getattr(frame, "text", None)) for frame in states] == [
        ("say", "a"),
        ("f", None),
        ("s", "step 2"),
        ("say", "b"),
    ]
    assert states[1] is frames[3]


def test_the_story_begins_before_the_demo_is_through():
    def endless():
        yield Say("It begins.")
        raise AssertionError("the second frame was made before the first was told")

    assert next(last_states(endless())).text == "It begins."


def test_sentences_that_differ_in_numbers_alone_replace_each_other():
    texts = [
        "The start, at 0.",
        "After 10 steps: 1e-3.",
        "After 20 steps: -2.5.",
        "It stands still.",
        "After all.",
    ]
    assert [frame.text for frame in last_states(map(Say, texts))] == [texts[0], *texts[2:]]
    assert (
        len(list(last_states([Say("Step 1."), Say("Step 2."), Say("Step 3.")]))) == 2
    )  # the first one stays


def test_plain_prints_everything_without_escapes():
    outcome, text = printed()
    assert "\x1b" not in text
    assert text.count("walk\n") == 1
    assert "Where does it end?" in text
    assert "It is 2: above 0. It drifts up." in text
    assert text.rstrip().endswith("✓ steps  6 = 6")
    assert max(map(len, text.splitlines())) <= 80
    assert (outcome.checks, outcome.checks_failed, outcome.left) == (1, 0, False)


def test_live_without_a_keyboard_is_plain():
    file = io.StringIO()
    play(demo_of(walk), {}, mode="live", console=make_console(file, look=Appearance()), look=Appearance())
    assert "✓ steps" in file.getvalue()


def test_a_screen_reader_gets_words():
    _, text = printed(look=Appearance(plain=True))
    assert "Chart walk." in text
    assert "walk: 7 points, from 0 to" in text
    assert "Check holds: steps, 6 = 6" in text
    assert not any("\u2800" <= sign <= "\u28ff" or sign in "│┤└" for sign in text)


@pytest.mark.parametrize("name", gallery())
def test_every_frame_can_be_told(name):
    lines = tell(gallery()[name])
    assert lines
    assert all(line.strip() for line in lines)


def test_words_name_what_a_picture_shows():
    frames = gallery()
    assert "loss: 5 points, from 9 to 0.5; least 0.5 at 4, greatest 9 at 0." in tell(frames["line"])
    assert "class c: 2 points around 1.15, 4.2." in tell(frames["scatter"])
    assert "mark 1 at 3, 1." in tell(frames["scatter"])
    assert tell(frames["heat"])[0].startswith("Matrix heat: 6 rows, 20 columns; least -0.999, greatest")
    assert "third: -0.75 %" in tell(frames["bars"])


def test_json_is_a_frame_a_line():
    file = io.StringIO()
    outcome = play(demo_of(walk), {"n": 3}, mode="json", console=make_console(file, look=Appearance()))
    lines = [json.loads(line) for line in file.getvalue().splitlines()]
    assert [line["frame"] for line in lines] == [
        "Say",
        "Line",
        "Line",
        "Ask",
        "Line",
        "Say",
        "Table",
        "Check",
    ]
    assert [len(line["y"]) for line in lines if line["frame"] == "Line"] == [2, 3, 4]
    assert outcome.checks == 1


def test_a_failed_check_is_counted_and_shown():
    def wrong():
        yield Say("x")
        yield Check("a", 1.0, 2.0)
        yield Check("b", 1.0, 2.0, relation="<=")

    outcome, text = printed(wrong)
    assert outcome.checks_failed == 1
    assert "✗ failed: a  1 = 2" in text
    assert "✓ b  1 ≤ 2" in text


def test_the_seed_is_handed_over_where_there_is_one():
    def unseeded(n: int = 1):
        yield Check("n", n, 1)

    same, other = (printed(seed=s)[1] for s in (0, 1))
    assert same != other
    assert play(demo_of(unseeded), {}, mode="json", console=make_console(io.StringIO()), seed=5).checks == 1


def test_parameters_are_checked_before_anything_runs():
    for given in ({"n": 1}, {"steps": 3}, {"kind": "sideways"}):
        with pytest.raises(UserError):
            printed(**given)


def test_a_value_error_before_the_first_frame_is_about_the_parameters():
    with pytest.raises(UserError, match="a walk up needs a drift") as error:
        printed(drift=-0.5)
    assert error.value.exit == Exit.USAGE
    assert "drift=-0.5" in error.value.hint


def test_a_value_error_later_is_a_fault_of_the_demo():
    def late():
        yield Say("x")
        raise ValueError("shapes differ")

    with pytest.raises(UserError, match="failed: ValueError: shapes differ") as error:
        printed(late)
    assert error.value.exit == Exit.WRONG


def test_what_a_demo_changes_later_does_not_change_what_it_said():
    def mutates():
        path = [1.0]
        yield Line("a", path)
        path.append(2.0)
        yield Line("b", path)

    file = io.StringIO()
    from mlquiz.player.film import frames_of

    first, second = list(frames_of(demo_of(mutates), {}))
    assert (len(first.y), len(second.y)) == (1, 2)
    assert file.getvalue() == ""


def test_a_question_without_a_reason_still_tells_its_answer():
    def asks():
        yield Ask("q", "Which?", ("this", "that"), 0)

    assert "It is 1: this." in printed(asks)[1]
