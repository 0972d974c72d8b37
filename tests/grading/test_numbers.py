"""What numbers decide: integrals of every kind, optima over distributions, answers in any order."""

import pytest

from mlquiz.grading import Formula, grade

NUMBERS = {"x": "real", "y": "real", "a": "positive", "f": "function"}
LAWS = {"p": "distribution(x)", "q": "distribution(x)", "x": "random"}


def outcome(answer, reference, symbols):
    return grade(answer, Formula(reference, symbols)).outcome


@pytest.mark.parametrize(
    ("integral", "value"),
    [
        ("int(exp(-t^2), t, -infty, infty)", "sqrt(pi)"),
        ("int(exp(-(t - x)^2/2), t, -infty, infty)", "sqrt(2 pi)"),
        ("int(1/(1 + t^2), t, -infty, infty)", "pi"),
        ("int(t exp(-a t), t, 0, infty)", "1/a^2"),
        ("int(exp(a t), t, -infty, 0)", "1/a"),
        ("int(1/sqrt(t), t, 0, 1)", "2"),
        ("int(log(t), t, 0, 1)", "-1"),
        ("int(f(t), t, 0, a)", "int(f(a - t), t, 0, a)"),
        ("int(f(t), t, x, y)", "-int(f(t), t, y, x)"),
    ],
)
def test_an_integral_is_its_value_and_nothing_near_it(integral, value):
    assert outcome(integral, value, NUMBERS) == "right"
    assert outcome(f"{integral} + 10^-9", value, NUMBERS) == "wrong"


def test_an_optimum_depends_on_the_distribution_inside_of_an_expectation():
    assert outcome("argmax_q E[-log(q(x))]", "argmin_q E[-log(q(x))]", LAWS) == "wrong"
    assert outcome("argmin_q E[-log(q(x))]", "argmin_q KL(p(x)||q(x))", LAWS) == "right"


def test_a_root_that_only_looks_right_where_it_is_positive_is_wrong():
    assert (
        outcome("sqrt(log(f(x))^2)", "log(f(x))", {"x": "real", "f": "function(real) -> positive"}) == "wrong"
    )


def test_what_was_asked_before_does_not_matter():
    symbols = {"x_i": "sequence(n)", "n": "natural", "f": "function", "m": "real"}
    answers = [
        "sum_i f(x_i)^2",
        "sum_i f(x_i)",
        "n f(x_1)",
        "sum_i (f(x_i) - 0)",
        "sum_i f'(x_i)",
        "n sum_i f(x_i)/n",
    ]
    kept = Formula("sum_i f(x_i)", symbols)
    fresh = [grade(answer, Formula("sum_i f(x_i)", symbols)) for answer in answers]
    assert [grade(answer, kept) for answer in answers] == fresh
    assert [grade(answer, kept) for answer in reversed(answers)] == fresh[::-1]
