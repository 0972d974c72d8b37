# ruff: noqa: E501 (tables of cases)
"""Spellings of NumPy, SciPy and PyTorch, and what is said of those that aren't read."""

import pytest

from mlquiz.grading import Formula, grade

SYMBOLS = {
    "A": "matrix(d, d)", "S": "spd(d)", "u": "vector(d)", "v": "vector(d)", "X": "matrix(n, d)", "y": "vector(n)",
    "p": "vector(n)", "x": "positive", "s": "positive", "t": "positive", "d": "natural", "n": "natural",
}  # fmt: skip


def judged(answer, reference):
    return grade(answer, Formula(reference, symbols=SYMBOLS))


@pytest.mark.parametrize(
    ("answer", "reference"),
    [
        ("np.dot(X.T, p - y)", "X^T (p - y)"), ("np.dot(p - y, X)", "X^T (p - y)"), ("np.dot(A, S)", "A S"),
        ("np.dot(u, np.dot(S, v))", "u^T S v"), ("np.dot(u.T, np.dot(S, v))", "u^T S v"), ("np.dot(u, v)", "u·v"),
        ("np.linalg.solve(S, u)", "S^-1 u"), ("solve(S, A)", "S^-1 A"), ("scipy.linalg.sqrtm(S)", "S^(1/2)"),
        ("math.gamma(x)", "Gamma(x)"), ("scipy.special.gamma(x + 1)", "x Gamma(x)"),
        ("F.logsigmoid(x)", "log(sigmoid(x))"), ("logsigmoid(-x)", "-softplus(x)"),
    ],
)  # fmt: skip
def test_functions_of_libraries_are_read(answer, reference):
    assert judged(answer, reference).outcome == "right"


@pytest.mark.parametrize(
    ("answer", "reference"),
    [("np.dot(S, A)", "A S"), ("np.dot(A, u)", "A^T u"), ("solve(S, A)", "A S^-1"), ("logsigmoid(x)", "sigmoid(x)"), ("math.gamma(x)", "Gamma(x + 1)")],
)  # fmt: skip
def test_their_wrong_uses_are_wrong(answer, reference):
    assert judged(answer, reference).outcome == "wrong"


@pytest.mark.parametrize(
    ("answer", "reference", "offer"),
    [
        ("np.dot(u, v.T)", "u·v", "write u·v, or u v^T"), ("np.inner(X.T, p)", "X^T p", "A @ B"), ("solve(u, S)", "S^-1 u", "of a matrix"),
        ("sqrtm(x)", "x", "of a matrix"), ("gamma(x)", "Gamma(x)", "Gamma(x)"),
    ],
)  # fmt: skip
def test_what_is_refused_of_them_says_what_to_type(answer, reference, offer):
    verdict = judged(answer, reference)
    assert verdict.outcome == "unread"
    assert offer in verdict.message
