"""A best point, told from another where two are nearly as good."""

import pytest

from mlquiz.grading import Formula, grade

CARDS = {
    "best arm": (
        "argmax_a (Q(a) + c sqrt(log(t)/N(a)))",
        {"Q": "function", "N": "function(real) -> positive", "c": "positive", "t": "natural", "a": "outcome"},
    ),
    "nearest": (
        "argmin_j ||x - w_j||",
        {"n": "natural", "d": "natural", "x": "vector(d)", "w_j": "sequence(n, vector(d))"},
    ),
    "likeliest": (
        "argmax_theta sum_i log p(x_i|theta)",
        {"p": "distribution(x, theta)", "n": "natural", "x_i": "sequence(n, outcome(x))", "theta": "outcome",
         "x": "outcome"},
    ),
    "loss": ("argmin_theta L(theta)", {"L": "function(vector(d)) -> real", "theta": "vector(d)"}),
    "inside": (
        "r + g Q(s, argmax_b T(s,b))",
        {"r": "real", "g": "unit", "Q": "function(real, real) -> real", "T": "function(real, real) -> real",
         "s": "outcome", "b": "outcome"},
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("card", "answer", "outcome"),
    [
        ("best arm", "argmax_a (2 Q(a) + 2 c sqrt(log(t))/sqrt(N(a)))", "right"),
        ("best arm", "argmax_a (Q(a) + 1.01 c sqrt(log(t)/N(a)))", "wrong"),
        ("best arm", "argmax_a (Q(a) + c sqrt(log(t + 1/50)/N(a)))", "wrong"),
        ("nearest", "argmin_j (||w_j||^2 - 2 x^T w_j)", "right"),
        ("nearest", "argmin_j (||w_j||^2 - 2.02 x^T w_j)", "wrong"),
        ("nearest", "argmin_j ||x - 1.01 w_j||", "wrong"),
        ("likeliest", "argmax_theta prod_i p(x_i|theta)", "right"),
        ("likeliest", "argmax_theta sum_i p(x_i|theta)^0.01", "wrong"),
        ("loss", "argmin_theta exp(3 L(theta))", "right"),
        ("loss", "argmin_theta (L(theta) + theta^T theta/100)", "wrong"),
        ("inside", "r + g Q(s, argmin_b (1 - T(s,b)))", "right"),
        ("inside", "r + g Q(s, argmax_b (T(s,b) + Q(s,b)/100))", "wrong"),
    ],
)
def test_a_best_point_is_told_from_nearly_the_same_one(card, answer, outcome):
    assert grade(answer, Formula(*CARDS[card])).outcome == outcome
