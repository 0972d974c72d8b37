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


FUNCTIONS = SYMBOLS | {
    "f": "function", "g": "function", "L": "function(vector(m), real) -> real", "theta": "vector(m)", "m": "natural", "N": "natural",
    "x_i": "sequence(n)", "epsilon": "positive", "pi_old": "distribution(c|s)", "s": "outcome", "c": "outcome", "Q": "function(real, real) -> real",
}  # fmt: skip


def outcome(answer, reference):
    return grade(answer, Formula(reference, symbols=FUNCTIONS)).outcome


@pytest.mark.parametrize(
    ("answer", "whole"),
    [
        ("d/dx f(x)/g(x)", "(f'(x) g(x) - f(x) g'(x))/g(x)^2"), ("d/dx f(x) g(x)^-1", "(f'(x) g(x) - f(x) g'(x))/g(x)^2"), (r"\frac{d}{dx} f(x) g(x)", "f'(x) g(x) + f(x) g'(x)"),
        ("√ln N/n", "sqrt(log(N)/n)"), ("sqrt ln N/n", "sqrt(log(N/n))"), (r"a \sqrt\ln N/n", "a sqrt(log(N)/n)"),
    ],
)  # fmt: skip
def test_the_reading_over_more_is_never_called_wrong(answer, whole):
    assert outcome(answer, whole) == "unread"


@pytest.mark.parametrize(
    ("answer", "reference"),
    [
        ("d/dx f(x)/g(x)", "f'(x)/g(x)"), ("d/dx f(x) g(x) + f(x) d/dx g(x)", "d/dx (f(x) g(x))"), ("√ln N/n", "sqrt(log(N))/n"), ("d/dx 2 f(x)", "2 f'(x)"),
        (r"\frac{\partial}{\partial\theta}\frac1n\sum_{i=1}^n L(\theta,x_i)", "1/n sum_i grad_theta L(theta, x_i)"), (r"1/n\sum_{i=1}^nx_i", "(sum_i x_i)/n"),
        ("d/dtheta 1/n sum_i L(theta, x_i)", "1/n sum_i grad_theta L(theta, x_i)"), ("1/nΣx_i", "(sum_i x_i)/n"), ("σ²/n ε²", "sigma^2/n epsilon^2"),
    ],
)  # fmt: skip
def test_the_usual_reading_is_right(answer, reference):
    assert outcome(answer, reference) == "right"


@pytest.mark.parametrize(
    "answer",
    [
        "σ²/nε²",
        r"\sigma^2/n\epsilon^2",
        r"a/n\beta",
        r"a/\sqrt{n}b",
        "a/√(n)b",
        r"1/\sigma\sqrt{2\pi}",
        "a/nπ",
        "a/n²b",
    ],
)
def test_a_glued_divisor_is_refused(answer):
    found = grade(answer, Formula("a", symbols=FUNCTIONS))
    assert (found.outcome, "two readings" in found.message) == ("unread", True), found


@pytest.mark.parametrize(
    "answer", [r"Q^\pi(x, b)", r"Q^{\pi}(x, b)", "Q^{pi_old}(x, b)", r"Q^{\pi_{old}}(x, b)", "Q^f(x, b)"]
)
def test_a_raised_name_before_arguments_is_no_power(answer):
    found = grade(answer, Formula("Q(x, b)", symbols=FUNCTIONS))
    assert (found.outcome, "write Q(...) without the raised" in found.message) == ("unread", True), found
    assert outcome("Q^2(x, b)", "Q(x, b)^2") == outcome("Q(x, b)^pi", "Q(x, b)^pi") == "right"


@pytest.mark.parametrize(
    ("answer", "reference"),
    [
        ("prod_{k=1}^n a/b", "(a/b)^n"), ("prod_{k=1}^n a/b", "a^n/b"), (r"\prod_{k=1}^n a \sigma / b", "(a sigma)^n/b"), (r"\prod_{k=1}^n a \sigma / b", "(a sigma/b)^n"),
    ],
)  # fmt: skip
def test_a_product_without_its_index_before_a_divisor_is_refused(answer, reference):
    assert outcome(answer, reference) == "unread"


def test_a_product_with_brackets_before_a_divisor_is_read():
    assert outcome("(prod_{k=1}^n a)/b", "a^n/b") == outcome("prod_{k=1}^n (a/b)", "(a/b)^n") == "right"
    assert (
        outcome("prod_{k=1}^n 1/2 x_k", "prod_k (x_k/2)") == outcome("prod_{k=1}^n 1/a", "a^(-n)") == "right"
    )
