import math
import signal

import pytest

from mlquiz.player import Ask, Bars, Check, Heat, Line, Say, Table
from mlquiz.player.live import LivePlayer
from mlquiz.player.play import play
from mlquiz.player.playback import LONGEST_READ, QUICKEST_STEP, SHORTEST_READ, holding_time
from mlquiz.player.screen import ENTER, LEAVE, Screen
from mlquiz.player.stage import columns_for, visible_names
from mlquiz.terminal.exits import UserError
from tests.player.samples import Script, demo_of, gallery, terminal_console, walk

TICK = None


def watch(*keys, function=walk, width=80, height=24, speed=1.0, **given):
    """Play with a script of keys; return the outcome, the terminal and the keyboard."""
    console, terminal, look = terminal_console(width, height)
    script = Script(*keys)
    outcome = play(
        demo_of(function), given, mode="live", console=console, look=look, keyboard=script, speed=speed
    )
    return outcome, terminal, script


def test_the_first_frame_is_there_at_once():
    _, terminal, _ = watch()
    assert "A walk adds steps" in terminal.screen
    assert terminal.screen.startswith("walk  n=6 drift=0.5 kind=up noisy=true seed=0")


def test_time_brings_the_next_frame_and_stops_at_a_question():
    outcome, terminal, script = watch(*[TICK] * 30)
    assert "Where does it end?" in terminal.screen
    assert "1  below 0" in terminal.screen
    assert script.timeouts[-1] is None
    assert outcome.left


def test_a_bet_goes_on_and_its_outcome_is_told_after_the_pictures():
    before = [TICK] * 5
    _, terminal, _ = watch(*before, "2")
    assert "Your bet" not in terminal.screen
    outcome, terminal, _ = watch(*before, "2", *[TICK] * 2)
    assert "Your bet was right. It is 2: above 0. It drifts up." in terminal.screen
    outcome, terminal, _ = watch(*before, "1", *[TICK] * 9)
    assert "Your bet was wrong. It is 2: above 0. It drifts up." in terminal.screen
    assert outcome.bets == (False,)
    assert not outcome.left


def test_the_outcome_of_a_bet_is_told_whole_on_a_small_screen():
    why = "Because of this and that. " * 12

    def asks():
        yield Say("x")
        yield Ask("q", "Which?", ("this", "that"), 0, why + "End of it.")
        yield Bars("bars", {"a": 1.0})
        yield Say("y")

    _, terminal, _ = watch(TICK, "1", TICK, TICK, function=asks, width=40, height=20)
    assert "End of it." in terminal.screen


def test_the_outcome_of_a_bet_gives_its_room_back_to_the_pictures():
    def asks():
        yield Say("x")
        yield Ask("q", "Which?", ("this", "that"), 0, "Because. " * 20)
        yield Bars("bars", {"a": 0.0})
        yield Say("They grow.")
        for value in range(30):
            yield Bars("bars", {"a": value})

    _, terminal, _ = watch(TICK, "1", *[TICK] * 5, function=asks)
    assert "Your bet was right" in terminal.screen
    _, terminal, _ = watch(TICK, "1", *[TICK] * 30, function=asks)
    assert "They grow." in terminal.screen
    assert "Your bet was right" not in terminal.screen


def test_checks_keep_their_numbers_on_a_small_screen_while_there_is_room():
    def computes():
        yield Say("x")
        yield Check("the largest gap to the closed form", 0.25, 0.5, 0.5)

    _, terminal, _ = watch(*[TICK] * 3, function=computes, width=40, height=20)
    assert "0.25 = 0.5 ± 0.5" in " ".join(terminal.screen.split())


def test_the_outcome_of_a_bet_is_held_long_enough_to_be_read():
    why = "Because of this and that. " * 4

    def asks():
        yield Say("x")
        yield Ask("q", "Which?", ("this", "that"), 0, why)
        yield Bars("bars", {"a": 1.0})
        yield Say("Short.")
        yield Bars("bars", {"a": 2.0})
        yield Say("Short again.")

    _, _, script = watch(TICK, "1", TICK, TICK, TICK, function=asks)
    *_, telling, after, _ = script.timeouts
    assert telling >= SHORTEST_READ + 0.045 * len(why)
    assert after < SHORTEST_READ


def test_a_question_may_be_passed():
    for key in ("space", "right", "enter"):
        outcome, terminal, _ = watch(*[TICK] * 5, key, TICK if key != "right" else "right", *["right"] * 9)
        assert outcome.bets == ()
        assert "Your bet" not in terminal.screen
        assert outcome.checks == 1


def test_a_digit_without_a_choice_is_no_bet():
    _, terminal, _ = watch(*[TICK] * 5, "3", "9")
    assert "Where does it end?" in terminal.screen


def test_space_pauses_and_goes_on():
    _, terminal, script = watch(TICK, "space")
    assert "paused 2" in terminal.screen
    assert script.timeouts[-1] is None
    _, terminal, script = watch(TICK, "space", "space")
    assert "paused" not in terminal.screen
    assert script.timeouts[-1] is not None


def test_arrows_step_back_and_forth():
    _, ahead, _ = watch(TICK, TICK, "space")
    _, there_and_back, _ = watch(TICK, TICK, TICK, "left")
    assert there_and_back.screen == ahead.screen
    _, terminal, _ = watch(TICK, *["left"] * 9)
    assert "paused 1" in terminal.screen
    _, terminal, _ = watch("right", "right", "left", "right")
    assert "paused 3" in terminal.screen


def test_stepping_back_shows_what_was_seen():
    def grows():
        path = []
        yield Say("Growing.")
        for i in range(5):
            path.append(10.0**i)
            yield Line("path", path)

    _, terminal, _ = watch(TICK, TICK, "left", function=grows)
    _, once, _ = watch(TICK, "space", function=grows)
    assert terminal.screen == once.screen


@pytest.mark.parametrize("key", ["q", "escape"])
def test_leaving_restores_the_terminal(key):
    outcome, terminal, _ = watch(TICK, key, TICK)
    assert outcome.left
    assert terminal.getvalue().startswith(ENTER)
    assert terminal.getvalue().endswith(LEAVE)


def test_what_was_seen_of_the_checks_stays_on_the_first_screen():
    _, terminal, _ = watch(*[TICK] * 5, "2", *[TICK] * 9, "q")
    after = terminal.getvalue().rpartition(LEAVE)[2]
    assert "✓ steps  6 = 6" in after
    assert "1 of 1 bets right" in after


def test_an_interruption_restores_the_terminal():
    console, terminal, look = terminal_console()
    with pytest.raises(KeyboardInterrupt):
        play(demo_of(walk), {}, mode="live", console=console, look=look, keyboard=Script(TICK, "^C"))
    assert terminal.getvalue().endswith(LEAVE)


def test_r_runs_again_with_another_seed():
    _, terminal, _ = watch(TICK, TICK, "r")
    assert "seed=1" in terminal.screen
    assert "A walk adds steps" in terminal.screen
    _, terminal, _ = watch("r", "r", "r")
    assert "seed=3" in terminal.screen


def test_p_changes_a_parameter_and_plays_anew():
    _, terminal, _ = watch(TICK, "p")
    assert "> n" in terminal.screen
    assert "a whole number from 2 to 50" in terminal.screen
    _, terminal, _ = watch(TICK, "p", "1", "2", "enter")
    assert "n=12 " in terminal.screen
    _, terminal, _ = watch(TICK, "p", "right", "right", "down", "down", "left", "enter")
    assert "n=8 drift=0.5 kind=down" in terminal.screen
    _, terminal, _ = watch(TICK, "p", "9", "escape")
    assert "n=6 " in terminal.screen


def test_p_names_what_is_wrong_and_stays():
    _, terminal, _ = watch("p", "7", "7", "enter")
    assert "--n is 77, expected a whole number from 2 to 50; the nearest is 50" in terminal.screen
    _, terminal, _ = watch("p", "7", "7", "enter", "backspace", "enter")
    assert "n=7 " in terminal.screen
    _, terminal, _ = watch("p", "down", "-", "1", "enter")
    assert "a walk up needs a drift" in terminal.screen
    assert "drift=0.5" in terminal.screen


def test_speed_is_changed_while_it_plays():
    _, terminal, script = watch(TICK, "+")
    assert "x2" in terminal.screen
    assert script.timeouts[-1] <= 0.5
    _, terminal, _ = watch(*["-"] * 20)
    assert "x0.1" in terminal.screen


def test_the_keys_are_explained():
    _, terminal, _ = watch("?")
    assert "run again with another seed" in terminal.screen
    _, terminal, _ = watch("?", "q")
    assert "A walk adds steps" in terminal.screen


def test_parameters_that_do_not_fit_are_told_before_the_screen_changes():
    console, terminal, look = terminal_console()
    with pytest.raises(UserError, match="a walk up needs a drift"):
        play(demo_of(walk), {"drift": -0.5}, mode="live", console=console, look=look, keyboard=Script())
    assert terminal.getvalue() == ""


def test_a_demo_that_fails_is_one_line_and_the_terminal_is_back():
    def fails():
        yield Say("So far so good.")
        raise ZeroDivisionError("division by zero")

    console, terminal, look = terminal_console()
    with pytest.raises(UserError, match="ZeroDivisionError: division by zero"):
        play(demo_of(fails), {}, mode="live", console=console, look=look, keyboard=Script(TICK))
    assert terminal.getvalue().endswith(LEAVE)


def crowd():
    """More pictures, words and checks than fit."""
    yield Say("Words and more words. " * 30)
    yield from gallery().values()
    yield Say("And at the end a few more words. " * 9)
    for i in range(20):
        yield Check(f"a check with a name that is rather long, number {i}", 1.0, 1.0)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (40, 20), (20, 5), (300, 10), (10, 1)])
def test_nothing_overflows_the_screen(size):
    width, height = size
    keys = ["right"] * 12 + ["?", "x", "p", "q"] + ["right"] * 40
    _, terminal, _ = watch(*keys, function=crowd, width=width, height=height)
    for screen in terminal.screens:
        rows = screen.split("\n")
        assert len(rows) == height
        assert max(map(len, rows)) <= width


def test_a_resize_draws_everything_again():
    console, terminal, look = terminal_console()
    script = Script("resize")
    play(demo_of(walk), {}, mode="live", console=console, look=look, keyboard=script)
    first, second = [write for write in terminal.writes if ";1H" in write][:2]
    assert first == second


@pytest.mark.skipif(not hasattr(signal, "SIGTSTP"), reason="no Ctrl-Z here")
def test_a_stop_gives_the_first_screen_back_until_the_program_goes_on():
    console, terminal, _ = terminal_console()
    before = signal.signal(signal.SIGTSTP, lambda *_: terminal.write("[stopped]"))
    try:
        with Screen(console):
            signal.raise_signal(signal.SIGTSTP)
            signal.raise_signal(signal.SIGTSTP)
    finally:
        signal.signal(signal.SIGTSTP, before)
    assert terminal.getvalue() == ENTER + 2 * (LEAVE + "[stopped]" + ENTER) + LEAVE


def test_only_changed_rows_are_sent():
    _, terminal, _ = watch(TICK, TICK, "space", "space")
    paints = [write for write in terminal.writes if "\x1b[?2026h" in write]
    assert paints[0].count(";1H") == 24
    assert paints[-1].count(";1H") == 1  # the row of keys


def test_steps_start_slow_and_become_quick():
    film = [Say("x"), *[Line("f", [i]) for i in range(60)]]
    times = [holding_time(film[: i + 1]) for i in range(1, len(film))]
    assert times == sorted(times, reverse=True)
    assert times[1] == pytest.approx(0.54)
    assert times[-1] == QUICKEST_STEP


def test_a_new_sentence_opens_an_act_that_starts_slow_again():
    act = [Say("Down."), *[Line("f", [i]) for i in range(20)]]
    assert holding_time([*act, Say("And up."), Line("f", [0])]) == 1.0
    steps = [frame for i in range(20) for frame in (Say(f"Step {i}."), Line("f", [i]))]
    assert holding_time(steps) == pytest.approx(0.6 * 0.9**19)


def test_words_are_held_long_enough_to_be_read():
    assert holding_time([Say("Short.")]) == SHORTEST_READ
    assert holding_time([Say("a" * 100)]) == pytest.approx(4.5)
    assert holding_time([Say("a" * 9999)]) == LONGEST_READ
    assert holding_time([Table("t", (), [])]) > holding_time([Line("l", [])])


@pytest.mark.parametrize(
    ("count", "size", "columns", "shown"),
    [
        (1, (80, 19), 1, 1),
        (2, (80, 19), 2, 2),
        (2, (40, 15), 1, 2),
        (2, (40, 9), 1, 1),
        (4, (120, 36), 2, 4),
        (3, (80, 15), 2, 2),
        (3, (80, 19), 2, 3),
        (9, (120, 36), 2, 4),
        (2, (60, 30), 1, 2),
    ],
)
def test_pictures_share_the_screen(count, size, columns, shown):
    assert columns_for(count, *size) == (columns, shown)


def test_pictures_that_move_in_turn_keep_their_places():
    before = list("abab")
    assert visible_names(before, 2) == {"a", "b"}
    assert visible_names([*before, *"cabcabcabc"], 2) == visible_names([*before, *"cabcabcabca"], 2)
    seen = [visible_names(list("abc" * n), 2) for n in range(4, 9)]
    assert all(names == seen[0] for names in seen)


def test_a_picture_that_comes_back_takes_the_place_of_one_that_stands_still():
    assert visible_names([*"aabb", *"c" * 9, "a"], 2) == {"a", "c"}
    assert visible_names(list("abca"), 2) == {"a", "c"}


def test_the_newest_pictures_are_shown_where_they_stood():
    def three():
        yield Say("Three.")
        yield Bars("first", {"a": 1.0})
        yield Bars("second", {"a": 1.0})
        yield Bars("third", {"a": 1.0})
        yield Bars("first", {"a": 2.0})

    _, terminal, _ = watch(*["right"] * 3, function=three, width=80, height=12)
    assert "second" in terminal.screen
    assert "third" in terminal.screen
    assert "first" not in terminal.screen
    _, terminal, _ = watch(*["right"] * 4, function=three, width=80, height=12)
    row = next(row for row in terminal.screen.split("\n") if "third" in row)
    assert row.index("first") < row.index("third")


def test_a_picture_without_finite_numbers_does_not_stop_the_film():
    def odd():
        yield Heat("h", [[math.nan]])
        yield Check("c", math.nan, 0.0)

    outcome, terminal, _ = watch(TICK, TICK, function=odd)
    assert "✗ failed: c" in terminal.screen
    assert outcome.checks_failed == 1


def test_the_player_ends_with_its_input():
    console, _, look = terminal_console()
    run = LivePlayer(
        demo_of(walk),
        {name: p.default for name, p in demo_of(walk).parameters.items()},
        console,
        look,
        Script(),
    ).play()
    assert isinstance(run.film.frames[0], Say)
    assert not any(isinstance(frame, Ask) for frame in run.film.frames)
