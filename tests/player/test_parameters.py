from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlquiz.player import Between
from mlquiz.player.parameters import BadParameterError, parameters_of, parse_options, shown, values_of
from tests.player import postponed


def function(
    n: Annotated[int, "points", Between(10, 500)] = 100,
    lr: Annotated[float, Between(0.0, 1.0), "learning rate"] = 1,
    max_iter: int = 7,
    kernel: Literal["linear", "rbf"] = "rbf",
    shuffle: Annotated[bool, "draw anew"] = True,
    sizes: str = "1,2,3",
    seed: int = 0,
): ...


PARAMETERS = parameters_of(function)


def test_a_signature_tells_everything():
    n = PARAMETERS["n"]
    assert (n.type, n.default, n.help, n.low, n.high) == (int, 100, "points", 10, 500)
    assert PARAMETERS["lr"].type is float
    assert type(PARAMETERS["lr"].default) is float
    assert PARAMETERS["lr"].help == "learning rate"
    assert PARAMETERS["kernel"].choices == ("linear", "rbf")
    assert PARAMETERS["max_iter"].option == "--max-iter"
    assert list(PARAMETERS) == ["n", "lr", "max_iter", "kernel", "shuffle", "sizes", "seed"]


def test_postponed_annotations_are_read_too():
    assert parameters_of(postponed.demo) == parameters_of(postponed.same())


@pytest.mark.parametrize(
    ("words", "given"),
    [
        ([], {}),
        (["--n", "20"], {"n": 20}),
        (["--n=20", "--lr", ".5"], {"n": 20, "lr": 0.5}),
        (["--n", "1e2"], {"n": 100}),
        (["--max-iter", "3"], {"max_iter": 3}),
        (["--max_iter", "3"], {"max_iter": 3}),
        (["--kernel", "linear"], {"kernel": "linear"}),
        (["--no-shuffle"], {"shuffle": False}),
        (["--shuffle", "--n", "30"], {"shuffle": True, "n": 30}),
        (["--shuffle", "false"], {"shuffle": False}),
        (["--sizes", "4,5"], {"sizes": "4,5"}),
    ],
)
def test_options_are_read(words, given):
    assert parse_options(PARAMETERS, words) == given


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        (["--n", "5"], "--n is 5, expected a whole number from 10 to 500", "the nearest is 10"),
        (["--n", "9999"], "--n is 9999, expected a whole number from 10 to 500", "the nearest is 500"),
        (["--n", "20.7"], "--n is '20.7', expected a whole number from 10 to 500", "the nearest is 21"),
        (["--n", "many"], "--n is 'many', expected a whole number from 10 to 500", "the default is 100"),
        (["--lr", "nan"], "--lr is nan, expected a number from 0 to 1", "the default is 1"),
        (["--lr", "inf"], "--lr is inf, expected a number from 0 to 1", "the nearest is 1"),
        (["--kernel", "liner"], "--kernel is 'liner', expected linear or rbf", "Did you mean linear?"),
        (["--shuffle=perhaps"], "--shuffle is 'perhaps', expected true or false", "the default is true"),
        (["--maxiter", "3"], "there is no parameter --maxiter in this demo", "Did you mean --max-iter?"),
        (["--n"], "--n has no value, expected a whole number from 10 to 500", ""),
        (["20"], "'20' is not an option", "write --NAME VALUE"),
        (["--no-kernel"], "there is no parameter --no-kernel in this demo", "Did you mean --kernel?"),
    ],
)
def test_wrong_options_are_answered_with_the_nearest_right_ones(words, message, hint):
    with pytest.raises(BadParameterError) as error:
        parse_options(PARAMETERS, words)
    assert (error.value.message, error.value.hint) == (message, hint)


def test_values_from_a_deck_are_checked():
    assert values_of(PARAMETERS, {"n": 50, "lr": 1})["lr"] == 1.0
    assert values_of(PARAMETERS, {}) == {name: each.default for name, each in PARAMETERS.items()}
    for wrong in ({"n": "50"}, {"n": True}, {"n": 50.0}, {"kernel": "poly"}, {"epochs": 3}, {"shuffle": 1}):
        with pytest.raises(BadParameterError):
            values_of(PARAMETERS, wrong)


@given(st.integers(10, 500), st.floats(0, 1), st.sampled_from(["linear", "rbf"]), st.booleans())
def test_what_is_shown_is_read_back(n, lr, kernel, shuffle):
    values = {"n": n, "lr": lr, "kernel": kernel, "shuffle": shuffle}
    for name, value in values.items():
        assert PARAMETERS[name].parse(shown(value)) == value


def test_a_signature_that_cannot_be_an_option_is_refused():
    def no_default(n: int): ...
    def listed(sizes: tuple = ()): ...

    for wrong in (no_default, listed):
        with pytest.raises(TypeError):
            parameters_of(wrong)
