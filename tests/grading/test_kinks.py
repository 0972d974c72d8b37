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


@pytest.mark.parametrize(
    ("reference", "answer", "symbols"),
    [
        ("-g/h", "-g/max(h, 1e-8)", {"g": "real", "h": "positive"}),
        ("T/(T + F)", "T/max(T + F, 0.001)", {"T": "positive", "F": "positive"}),
        ("-sum_i log(p_i)", "-sum_i log(max(p_i, 10^-12))", {"p_i": "sequence(n, unit)", "n": "natural"}),
        ("-sum_i p_i log(p_i)", "-sum_i p_i log(max(p_i, 0.001))", {"p_i": "simplex(n)", "n": "natural"}),
        ("u/norm(u)", "u/max(norm(u), 0.001)", {"u": "vector(d)", "d": "natural"}),
        ("m/sqrt(v)", "m/max(sqrt(v), 0.0001)", {"m": "real", "v": "positive"}),
        ("p/(1 - p)", "p/max(1 - p, 1e-6)", {"p": "unit"}),
        ("log(f(x))", "log(max(f(x), 0.001))", {"f": "function(real) -> unit", "x": "real"}),
        ("P(A and B)/P(B)", "P(A and B)/max(P(B), 1/100)", {"A": "event", "B": "event"}),
        ("prod_i P(x_i|C)", "prod_{i=1}^{min(n,4)} P(x_i|C)", {"x_i": "sequence(n, event)", "C": "event"}),
        ("1/n sum_i x_i", "{1/n sum_i x_i if n < 100; x_1 otherwise}", {"x_i": "sequence(n)"}),
        ("max_a Q(a)", "max(max_a Q(a), -3)", {"Q": "function", "a": "outcome"}),
    ],
)  # fmt: skip
def test_a_floor_or_cap_is_met_on_both_sides(reference, answer, symbols):
    assert grade(answer, Formula(reference, symbols)).outcome == "wrong"
    assert grade(reference, Formula(reference, symbols)).outcome == "right"


COUNT = "sum_j 1[||x - x_j|| <= r] >= m"
NEIGHBOURS = {
    "x": "vector(d)", "x_j": "sequence(n, vector(d))", "r": "positive", "m": "natural", "n": "natural",
    "d": "natural",
}  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("sum_{j=2}^n 1[||x - x_j|| <= r] >= m", "wrong"),
        ("sum_{j != 1} 1[||x - x_j|| <= r] > m - 1", "wrong"),
        ("sum_j 1[||x - x_j|| < r] >= m", "wrong"),
        ("sum_j 1[||x - x_j|| <= r] >= min(m, 5)", "wrong"),
        ("sum_j 1[||x - x_j|| <= r] > m - 1", "right"),
        ("m <= n - sum_j 1[||x - x_j|| > r]", "right"),
    ],
)
def test_a_count_is_met_where_it_is_just_enough(answer, outcome):
    assert grade(answer, Formula(COUNT, NEIGHBOURS)).outcome == outcome


@pytest.mark.parametrize(
    "answer", ["sum_j 1[||x + x_j|| <= r] >= m", "sum_{j=2}^n 1[||x - x_j|| <= r] >= m - 1"]
)
def test_only_a_boundary_is_called_one(answer):
    assert grade(answer, Formula(COUNT, NEIGHBOURS)).message is None
    assert "boundary" in grade(COUNT.replace(">=", ">"), Formula(COUNT, NEIGHBOURS)).message


def test_the_derivative_of_a_bound_function_follows_it():
    symbols = {"x_i": "sequence(n)", "y_i": "sequence(n)", "n": "natural", "f": "function"}
    formula = Formula("argmin_f sum_i (f(x_i) - y_i)^2", symbols)
    assert grade("argmin_f (sum_i (f(x_i) - y_i)^2 + sum_i f''(x_i)^2)", formula).outcome == "wrong"
    assert grade("argmin_f (2 sum_i (y_i - f(x_i))^2 + 0 f'(1))", formula).outcome == "right"
