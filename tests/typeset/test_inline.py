"""Formulas on one row."""

from __future__ import annotations

import pytest

from mlquiz.typeset import Repertoire, inline


@pytest.mark.parametrize(
    ("latex", "row"),
    [
        (r"\frac{a}{b}", "a/b"),
        (r"\frac{a+b}{cd}", "(a + b)/(cd)"),
        (r"\frac{P(B|A)P(A)}{P(B)}", "P(B|A)P(A)/P(B)"),
        (r"\frac{1}{p(1-p)}", "1/(p(1 − p))"),
        (r"\frac{\partial L}{\partial w}", "∂L/∂w"),
        (r"\frac{\partial^2 f}{\partial x \partial y}", "∂²f/(∂x∂y)"),
        (r"\frac{dy}{dx} + \frac{r}{dk}", "dy/dx + r/(dk)"),
        (r"\frac{1}{n}\sum_{i=1}^n x_i", "(1/n) ∑ᵢ₌₁ⁿ xᵢ"),
        (r"x - \frac{a}{b}", "x − a/b"),
        (r"\log\frac{a}{b}", "log(a/b)"),
        (r"\frac{\sinh(x)}{\cosh(x)}", "sinh(x)/cosh(x)"),
        (r"\frac{\log x}{y}", "(log x)/y"),
        (r"\frac{\frac{a}{b}}{c}", "(a/b)/c"),
        (r"\frac12 x", "½x"),
        (r"\frac{\text{Area of Overlap}}{2}", "(Area of Overlap)/2"),
        (r"\sqrt{n} + \sqrt{a+b}", "√n + √(a + b)"),
        (r"\sqrt[3]{x}", "³√x"),
        (r"x^{\alpha} y", "x^α y"),
        (r"e^{-\frac{x^2}{2}}", "e^(−x²/2)"),
        (r"(a+b)^{\alpha}", "(a + b)^α"),
        (r"{\frac{a}{b}}^2", "(a/b)²"),
        (r"D_{KL}(P\|Q)", "D_KL(P‖Q)"),
        (r"W_{iz}x_t", "W_iz xₜ"),
        (r"\mathbb{E}_{q(z)}[x]", "E_{q(z)}[x]"),
        (r"\max_{a'} Q", "max_{a′} Q"),
        (r"\begin{bmatrix}1&2\\3&4\end{bmatrix}", "[1, 2; 3, 4]"),
        (r"\begin{vmatrix}1&2\\3&4\end{vmatrix}", "|1, 2; 3, 4|"),
        (r"\begin{cases}1 & x>0\\0 & x<0\end{cases}", "{1, x > 0; 0, x < 0}"),
        (r"\binom{n}{k}", "(n choose k)"),
        (r"\underbrace{a+b}_{n}", "a + b [n]"),
        (r"\overline{AB}", "A̅B̅"),
        (r"\left.f\right|_{x=0}", "f|ₓ₌₀"),
        (r"a \overset{d}{=} b", "a =ᵈ b"),
    ],
)
def test_one_row(latex: str, row: str) -> None:
    assert inline(latex) == row


@pytest.mark.parametrize(
    ("latex", "row"),
    [
        (r"\hat\theta_t", "hat(theta)_t"),
        (r"\sqrt{n}", "sqrt(n)"),
        (r"\sum_{i=1}^n x_i^2", "sum_{i=1}^n x_i^2"),
        (r"f'(x)", "f'(x)"),
        (r"\frac12", "1/2"),
        (r"\lfloor x \rfloor", "|_x_|"),
        (r"\text{café 中}", "cafe <4E2D>"),
    ],
)
def test_one_row_in_ascii(latex: str, row: str) -> None:
    assert inline(latex, "ascii") == row


@pytest.mark.parametrize("glyphs", ["plain", "full", "ascii"])
def test_every_formula_fits_one_row(all_formulas: list[str], glyphs: Repertoire) -> None:
    for latex in all_formulas:
        row = inline(latex, glyphs)
        assert row.strip()
        assert "\n" not in row
        assert glyphs != "ascii" or row.isascii()
