# ruff: noqa: E501 (tables of cases)
"""How far an exponent, a divisor, a function or a derivative reaches where no brackets say so."""

import pytest

from mlquiz.grading import Formula, grade

SYMBOLS = {
    "a": "positive", "b": "positive", "beta": "positive", "sigma": "positive", "lambda": "positive", "d": "positive",
    "x": "real", "t": "unit", "n": "natural", "k": "natural", "A": "matrix(n, n)", "S": "spd(n)",
}  # fmt: skip


def verdict(answer, reference):
    return grade(answer, Formula(reference, symbols=SYMBOLS))


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("sigma n^-1/2", "x^(-1/2) or x^(-1)/2"), ("S^-1/2 A S^-1/2", "x^(-1/2) or x^(-1)/2"), ("n^-3/2", "x^(-3/2) or x^(-3)/2"),
    ],
)  # fmt: skip
def test_without_brackets_there_are_two_readings(answer, says):
    found = verdict(answer, "a")
    assert (found.outcome, says in found.message) == ("unread", True), found


@pytest.mark.parametrize(
    ("answer", "readings"),
    [
        ("e^-beta x", ["e^(-beta) x", "e^(-beta x)"]), ("e^-βx", ["e^(-beta) x", "e^(-beta x)"]), ("e^-beta*x", ["e^(-beta) x", "e^(-beta x)"]),
        (r"\frac{1}{1+e^-\beta x}", ["1/(1 + e^(-beta) x)", "1/(1 + e^(-beta x))"]), ("2^-a x b", ["2^(-a) x b", "2^(-a x) b", "2^(-a x b)"]),
        ("b^a e^-b x/Gamma(a)", ["b^a e^(-b) x/Gamma(a)", "b^a e^(-b x)/Gamma(a)", "b^a e^(-b x/Gamma(a))"]),
        ("e^-0.5*(d/sigma)^2", ["e^(-1/2) (d/sigma)^2", "e^(-1/2 (d/sigma)^2)"]), ("e^-½(d/σ)²", ["e^(-1/2) (d/sigma)^2", "e^(-1/2 (d/sigma)^2)"]),
        ("1 - (1-t)^2d", ["1 - (1-t)^2 d", "1 - (1-t)^(2d)"]), ("t^2d", ["t^2 d", "t^(2d)"]), ("e^-lambda lambda^k/k!", ["e^(-lambda) lambda^k/k!"]),
    ],
)  # fmt: skip
def test_the_first_of_two_readings_is_right_and_no_other_is_wrong(answer, readings):
    found = [verdict(answer, reading).outcome for reading in readings]
    assert found == ["right", *["unread"] * (len(readings) - 1)]


@pytest.mark.parametrize(
    ("answer", "reference"),
    [
        ("e^-beta x", "e^(beta x)"), ("e^-lambda lambda^k/(k+1)!", "e^(-lambda) lambda^k/k!"), ("t^2d", "t^(d/2)"), ("n^-1 / 2", "n^(-1/2)"), ("n^{-1}/2", "n^(-1/2)"),
        ("e^{-beta} x", "e^(-beta x)"),
    ],
)  # fmt: skip
def test_what_fits_no_reading_is_wrong(answer, reference):
    assert verdict(answer, reference).outcome == "wrong"
