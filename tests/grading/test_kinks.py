"""What jumps or bends far from where numbers are usually drawn."""

import pytest

from mlquiz.grading import Formula, grade

DIFFERENT = [
    ("0", "1[x > 10^6]"),
    ("0", "1[x > 0 and x < 0.001]"),
    ("x", "max(x, -10^9)"),
    ("10^6 - x", "|x - 10^6|"),
    ("x", "where(x > 17.3 and x < 17.4, 0, x)"),
    ("floor(x)", "floor(x) + 1[x > 10^7]"),
    ("x > 2 and x < 2.01", "x > 1 and x < 1.01"),
    ("(x > -5 and x < -4) or (x > 8 and x < 5)", "(x > 4 and x < 5) or (x < -4 and x > -5)"),
    ("x = 10^31", "x = 10^30"),
    ("x^2 < 4", "x < 2"),
]
SAME = [
    ("max(0, x)", "(x + |x|)/2"),
    ("x^2 < 4", "|x| < 2"),
    ("x > 10^6", "10^6 < x"),
    ("clip(x, -1000, 1000)", "max(-1000, min(x, 1000))"),
]


@pytest.mark.parametrize(("reference", "answer"), DIFFERENT)
def test_a_kink_far_away_is_not_missed(reference, answer):
    assert grade(answer, Formula(reference, {"x": "real"})).outcome == "wrong"
    assert grade(reference, Formula(answer, {"x": "real"})).outcome == "wrong"


@pytest.mark.parametrize(("reference", "answer"), SAME)
def test_the_same_kink_written_otherwise_is_right(reference, answer):
    assert grade(answer, Formula(reference, {"x": "real"})).outcome == "right"


def test_a_symbol_that_takes_listed_values_keeps_them():
    formula = Formula("p^k (1 - p)^(1 - k)", {"p": "unit", "k": "integer"}, where=["k in {0, 1}"])
    assert grade("{p if k = 1; 1 - p if k = 0}", formula).outcome == "right"


@pytest.mark.parametrize(
    ("reference", "answer", "kind"),
    [
        ("sum_i x_i", "sum_i |x_i|", "sequence(n, positive)"),
        ("sum_i x_i", "sum_i max(x_i, 0)", "sequence(n, nonneg)"),
        ("sum_i (1 - x_i)", "sum_i |1 - x_i|", "sequence(n, unit)"),
        ("n", "sum_i 1[x_i >= 1]", "sequence(n, natural)"),
        ("sum_i 1[x_i >= 1]", "sum_i 1[x_i > 1/2]", "sequence(n, integer)"),
    ],
)
def test_entries_stay_what_they_are_declared(reference, answer, kind):
    formula = Formula(reference, {"x_i": kind, "n": "natural"})
    assert grade(answer, formula).outcome == "right"


@pytest.mark.parametrize(
    ("reference", "answer", "right"),
    [
        ("grad f(x) = 0", "2 grad f(x) = 0", True),
        ("A x = c x", "(A - c I) x = 0", True),
        ("grad f(x) = x", "grad f(x) = 0", False),
        ("c^5 - c = 6", "c^5 - c = 5", False),
    ],
)
def test_equations_that_no_draw_satisfies_are_the_same_as_multiples_only(reference, answer, right):
    symbols = {"A": "matrix(d, d)", "x": "vector(d)", "c": "real", "f": "function(vector(d)) -> real"}
    verdict = grade(answer, Formula(reference, symbols | {"d": "natural"}))
    assert (verdict.outcome == "right") is right


SIZES = {"n": "natural", "x_i": "sequence(n)"}
FUNCTIONS = {"f": "function", "g": "function(real) -> positive", "x": "real", "a": "outcome"}


@pytest.mark.parametrize(
    ("reference", "answer", "symbols"),
    [
        ("sum_i x_i", "sum_{i=1}^{min(n,7)} x_i", SIZES),
        ("sum_i x_i", "sum_i x_i 1[i <= 20]", SIZES),
        ("f(x)", "max(f(x), -100)", FUNCTIONS),
        ("f'(x)", "f'(x) + max(f(x) - 200, 0)", FUNCTIONS),
        ("argmax_a g(a)", "argmax_a max(g(a), 0.01)", FUNCTIONS),
        ("argmax_a f(a)", "argmax_a max(f(a), 0)", FUNCTIONS),
    ],
)
def test_a_kink_at_unusual_sizes_or_values_of_a_function_is_not_missed(reference, answer, symbols):
    assert grade(answer, Formula(reference, symbols)).outcome == "wrong"


@pytest.mark.parametrize("answer", ["x = 2y", "x = sqrt(y^2)", "x^2 = y^2"])
def test_an_equation_has_no_boundary(answer):
    found = grade(answer, Formula("x = y", {"x": "real", "y": "real"}))
    assert (found.outcome, found.message) == ("wrong", None)
