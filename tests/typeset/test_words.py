"""Formulas in words."""

from __future__ import annotations

import pytest

from mlquiz.typeset import words


@pytest.mark.parametrize(
    ("latex", "said"),
    [
        (r"\frac{x^2}{2}", "x squared over 2"),
        (r"\sum_{i=1}^n x_i", "the sum over i from 1 to n of x sub i"),
        (r"\frac12 x", "one half x"),
        (r"\frac{1}{n} x", "the fraction 1 over n, end fraction, x"),
        (r"\frac{a+b}{c}", "the fraction with numerator a plus b and denominator c, end fraction"),
        (r"a + \frac{b}{c}", "a plus b over c"),
        (r"\sqrt{x}", "the square root of x"),
        (r"\sqrt{a+b} c", "the square root of a plus b, end root, c"),
        (r"x_{t-1} y", "x sub t minus 1, end sub, y"),
        (r"e^{-x}", "e to the negative x, end power"),
        (r"f(x)", "f of x"),
        (r"E[X^2]", "E open bracket X squared close bracket"),
        (r"E[X]^2", "E open bracket X close bracket squared"),
        (r"P(A|B)", "P open paren A given B close paren"),
        (r"|x|^2", "the absolute value of x, end absolute value, squared"),
        (r"X^\top X^{-1}", "X transpose X inverse"),
        (r"\hat\theta - \bar{x}", "theta hat minus x bar"),
        (r"\arg\max_\theta L", "the argument of the maximum over theta of L"),
        (r"\log p", "log of p"),
        (r"\Sigma - \sigma", "capital sigma minus sigma"),
        (r"\binom{n}{k}", "n choose k"),
        (r"x \in \mathbb{R}^d", "x in R to the d"),
        (r"f'(x)", "f prime of x"),
        (r"\max(0, z)", "the maximum of open paren 0 comma z close paren"),
        (
            r"\begin{cases}1, & x>0\\0 & x<0\end{cases}",
            "2 cases: case 1: 1, x is greater than 0, case 2: 0, x is less than 0, end cases",
        ),
        (r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", "the 2 by 2 matrix row 1: 1, 2, row 2: 3, 4, end matrix"),
        (r"\underbrace{a+b}_{n}", "a plus b labelled n, end label"),
    ],
)
def test_said(latex: str, said: str) -> None:
    assert words(latex) == said


PAIRS = [
    (r"\frac{a}{b+c}", r"\frac{a}{b}+c"),
    (r"\frac{a+b}{c}", r"a+\frac{b}{c}"),
    (r"\sqrt{a}b", r"\sqrt{ab}"),
    (r"\sqrt{x^2}", r"\sqrt{x}^2"),
    (r"x^{a+b}", r"x^a+b"),
    (r"x_{i+1}", r"x_i+1"),
    (r"\frac{1}{n}x", r"\frac{1}{nx}"),
    (r"E[X^2]", r"E[X]^2"),
    (r"|x^2|", r"|x|^2"),
    (r"\frac{\frac{a}{b}}{c}", r"\frac{a}{\frac{b}{c}}"),
    (r"f(x)", r"fx"),
    (r"\hat{x}_i", r"\hat{x_i}"),
    (r"x_{i^2}", r"x_i^2"),
    (r"\sum_{i=1}^{n+1} x", r"\sum_{i=1}^{n} +1 x"),
    (r"\Sigma", r"\sigma"),
    (r"e^{x^2 y}", r"e^{x^2} y"),
]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_different_groupings_sound_different(one: str, other: str) -> None:
    assert words(one) != words(other)


def test_every_formula_is_said_in_plain_letters(all_formulas: list[str]) -> None:
    for latex in all_formulas:
        text = words(latex)
        assert text.isascii()
        assert not set(text) & set("\\{}_^&$")
        assert "  " not in text
