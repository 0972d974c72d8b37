# ruff: noqa: E501 (tables of cases)
"""What is said of answers that aren't read: it names what to type, and nothing that is untrue."""

import pytest

from mlquiz.grading import Formula, grade

SYMBOLS = {
    "x": "real", "g": "function(real) -> positive", "g'": "function", "v": "vector(d)", "r": "vector(d)", "A": "spd(d)", "X": "matrix(n, d)",
    "p_i": "sequence(n, positive)", "q_i": "sequence(n)", "a_k": "sequence(m)", "z_ki": "matrix(m, n)", "w_i": "sequence(n)",
    "y_j": "sequence(m, vector(d))", "d": "natural", "n": "natural", "m": "natural", "i": "index(n)", "k": "index(m)", "alpha": "real",
}  # fmt: skip
LAWS = {"p": "distribution(x, z)", "q": "distribution(z)", "x": "outcome", "z": "outcome"}


@pytest.mark.parametrize(
    ("answer", "offer", "untrue"),
    [
        ("np.argmax(v)", "argmax_i", "sum"), ("argmin(p)", "argmin_i", "sum"), ("np.prod(p)", "prod_i", "sum"),
        ("sum_i q_i X[i,:]", "sum over an index", "can't stand"), ("np.sum(X[:, 1])", "sum over an index", "can't stand"),
        ("(log g(x))'", "d/dx (log g(x))", "can't stand"), (r"[\ln(g(x))]'", r"d/dx (\ln(g(x)))", "can't stand"),
        ("sum_k a_k (w·z_k)^2", "two indices, as in z_ki", "don't know"), ("r_{t+1} = r_t - alpha A v", "the name 'r_t'", "sum"),
        ("x + alpha_{t+1}", "the name 'alpha_{t+1}'", "can't stand"), ("sum_j max_l |w[l] - y_j[l]|", "max_{l=1}^{n} or max_{l=1}^{d}", "sum"),
        (r"A\v", "inv(A) b", "command"), (r"(A + A)\(A v)", "inv(A) b", "command"), ("diag(A)^-1 v", "diag(diag(A))^-1", "x .* x"),
        ("p_ + q_i", "max(p, 0)", "can't stand"), ("alpha_ + x", "max(alpha, 0)", "can't stand"),
    ],
)  # fmt: skip
def test_a_message_says_what_to_type(answer, offer, untrue):
    verdict = grade(answer, Formula("x", symbols=SYMBOLS))
    assert verdict.outcome == "unread"
    assert offer in verdict.message
    assert untrue not in verdict.message


def test_angles_around_one_thing_are_told_to_be_an_expectation():
    verdict = grade(r"\langle \log p(x,z)\rangle_{q}", Formula("E_q[log p(x,z)]", symbols=LAWS))
    assert verdict.outcome == "unread"
    assert "E_q[...]" in verdict.message


def test_a_letter_that_leaves_its_sum_is_told_of_as_such():
    message = grade("sum_i p_i q_i + q_l", Formula("sum_i p_i q_i", symbols=SYMBOLS)).message
    assert "stands outside" in message


def test_a_glued_plus_below_is_the_positive_part():
    assert grade("x_+ + alpha", Formula("max(0, x) + alpha", symbols=SYMBOLS)).outcome == "right"


def test_a_small_t_is_cut_off_what_follows_it():
    assert grade("X^tX", Formula("X^T X", symbols=SYMBOLS)).outcome == "right"
    assert grade("X^tX", Formula("X^T X", symbols={**SYMBOLS, "t": "natural"})).outcome == "unread"
