# ruff: noqa: E501 (tables of cases)
"""What may stand left of an equals sign: a name of the answer, which isn't judged, and nothing more."""

import pytest

from mlquiz.grading import Formula, grade

SYMBOLS = {
    "sigma": "positive",
    "p": "positive",
    "r": "positive",
    "n": "natural",
    "A": "spd(d)",
    "u": "vector(d)",
    "v": "vector(d)",
}
ERROR = Formula("sigma/sqrt(n)", symbols=SYMBOLS)
INVERSE = Formula("inv(A)", symbols=SYMBOLS)


@pytest.mark.parametrize(
    "left",
    [
        "SE", "SE_n", r"\hat{s}", r"\mathrm{SE}(x)", "f(x)", "P(A|B)", "E[X]", "E[g^2]_t", "Var(X)", "Var X", r"\|x - y\|", "|A|", "KL(p||q)", "F_1 score", "z-score",
        r"\nabla_\theta J(\theta)", "f'(x)", "y'", "X^T", "w^*", "w_{t+1}", "w(t+1)", "D*(x)", "log p(x)", r"\log L(\theta)", r"-\log p(x)", r"-\nabla f(x)", "s^2", r"\hat\sigma^2", r"\chi^2",
        "dL/dw", "∂L/∂w", r"\frac{\partial L}{\partial w}", "d/dx f(x)", "d^2f/(dx dy)", r"\Delta w", "E(s') - E(s)", "u·v", "F^{-1}(p)", "",
    ],
)  # fmt: skip
def test_a_name_is_passed_over(left):
    assert grade(f"{left} = sigma/sqrt(n)", ERROR).outcome == "right"


@pytest.mark.parametrize("left", ["A^{-1}", "A^-1", "A^+", "K^{-1}", "X^T"])
def test_the_inverse_of_a_matrix_is_a_name(left):
    assert grade(f"{left} = inv(A)", INVERSE).outcome == "right"


@pytest.mark.parametrize(
    "left",
    [
        "2 SE", "2SE", "-SE", "1 - K", "1/F", r"\frac{1}{F}", "y - 1", "y/2", "n y", "sigma y", "y sqrt(n)", r"\sqrt{y}", "SE*sqrt(n)", "SE^2", r"\text{SE}^2", "sigma^2", "F^-1",
        "F^{-1}", "R/T", "K(p+r)", "K (p + r)", "y(1-p)", "(1 - p) y", "|x|^2", "||A||_F^2", "f(x)^2", "e^h", "0", "r + x", "u @ y",
    ],
)  # fmt: skip
def test_a_formula_is_refused(left):
    for answer in (f"{left} = sigma/sqrt(n)", f"{left} = sigma n"):
        found = grade(answer, ERROR)
        assert (found.outcome, "is a name alone" in found.message) == ("unread", True), found


def test_sides_that_are_swapped_are_told_so():
    found = grade("sigma/sqrt(n) = p", ERROR)
    assert (found.outcome, "on the right of =" in found.message) == ("unread", True)
