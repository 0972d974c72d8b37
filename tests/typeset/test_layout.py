"""How single constructs look in two dimensions."""

from __future__ import annotations

import textwrap

import pytest

from mlquiz.typeset import layout


def picture(text: str) -> list[str]:
    """Read a picture drawn in a test."""
    return [row.rstrip() for row in textwrap.dedent(text).strip("\n").split("\n")]


LOOKS = {
    "fraction and sum with limits": (
        r"\frac{1}{n}\sum_{i=1}^{n}(x_i-\mu)^2",
        """
        1  n
        ─  ∑  (xᵢ − μ)²
        n i=1
        """,
    ),
    "small scripts stay on the row": (r"h_{t-1} + X^\top X^{-1} + p_i^2", "hₜ₋₁ + XᵀX⁻¹ + pᵢ²"),
    "other scripts take rows of their own": (
        r"D_{KL} + x^{\alpha-1}",
        """
               α−1
        D   + x
         KL
        """,
    ),
    "an exponent is compact": (
        r"e^{-x^2/2}",
        """
         −x²/2
        e
        """,
    ),
    "a fraction in an exponent gets brackets where it must": (
        r"e^{-\frac{(x-\mu)^2}{2\sigma^2}}",
        """
         −(x−μ)²/(2σ²)
        e
        """,
    ),
    "the bar of the outer fraction is longer": (
        r"\frac{\frac{a}{b}}{c}",
        """
         a
         ─
         b
        ───
         c
        """,
    ),
    "fences grow, and carry their scripts at their ends": (
        r"\left(\frac{a}{b}\right)^2_i",
        """
        ╭ a ╮²
        │ ─ │
        ╰ b ╯ᵢ
        """,
    ),
    "brackets as typed grow with a fraction": (
        r"\cos(\frac{t\pi}{T})",
        """
           ╭ tπ ╮
        cos│ ── │
           ╰ T  ╯
        """,
    ),
    "brackets as typed don't grow with a script": (
        r"f(x_\theta)",
        """
        f(x )
           θ
        """,
    ),
    "root of a symbol and of a sum": (
        r"\sqrt{n} + \sqrt{a+b}",
        """
              _____
        √n + √a + b
        """,
    ),
    "root of a fraction": (
        r"\sqrt{\frac{a}{b}}",
        """
         ┌──
         │ a
         │ ─
        √│ b
        """,
    ),
    "roots of other degrees": (
        r"\sqrt[3]{x} + \sqrt[n]{\frac{a}{b}}",
        """
                ┌──
                │ a
        ³√x + ⁿ │ ─
               √│ b
        """,
    ),
    "maths within words": (r"\text{if $x > 0$ or \$5, $\text{where $y$ is}$}", "if x > 0 or $5, where y is"),
    "modulus": (r"a \equiv b \pmod{n}", "a ≡ b  (mod n)"),
    "cases": (
        r"\begin{cases} x, & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}",
        """
        ╭ x,   if x > 0
        ┤
        ╰ 0    otherwise
        """,
    ),
    "matrix": (
        r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}",
        """
        ╭ a  b ╮
        │      │
        ╰ c  d ╯
        """,
    ),
    "aligned": (
        r"\begin{aligned} x &= 1 \\ yy &= -2 \\ &+ 3 \end{aligned}",
        """
         x = 1
        yy = −2
           + 3
        """,
    ),
    "binomial": (
        r"\binom{n}{k}p^k",
        """
        ╭ n ╮
        │   │ pᵏ
        ╰ k ╯
        """,
    ),
    "the minus of a difference and that of a sign": (
        r"a - b = -c, (-1)^n \cdot -x",
        "a − b = −c, (−1)ⁿ · −x",
    ),
    "absolute values, norms, conditions": (
        r"|-a| + \|x\|^2 + P(A|B) + |x||y|",
        "|−a| + ‖x‖² + P(A|B) + |x| |y|",
    ),
    "accents": (r"\hat{y} + \bar{X}_1 + \hat\theta", "ŷ + X̄₁ + θ̂"),
    "accents over several symbols": (
        r"\overline{AB} + \widehat{AB}",
        """
        __   ╱╲
        AB + AB
        """,
    ),
    "braces with labels": (
        r"\underbrace{a+b+c}_{n}",
        """
        a + b + c
        ╰───┬───╯
            n
        """,
    ),
    "primes come before subscripts": (r"f''(x) + x'_i", "f″(x) + x′ᵢ"),
    "integral": (r"\int_0^1 P(R)\,dR", "∫₀¹ P(R) dR"),
    "operators with and without limits": (
        r"\arg\max_{\theta} \log_2 x",
        """
        arg max log₂ x
             θ
        """,
    ),
    "overset": (
        r"a \overset{\text{def}}{=} b",
        """
          def
        a  =  b
        """,
    ),
    "substack": (
        r"\sum_{\substack{i<n\\j<m}} x",
        """
         ∑  x
        i<n
        j<m
        """,
    ),
    "numbers are not lists": (r"1.5, x_{10}, 10^{-3}", "1.5, x₁₀, 10⁻³"),
    "small fractions": (r"\tfrac12 x + \tfrac34(1-u^2)", "½x + ¾(1 − u²)"),
    "middle": (
        r"\left\{ x \middle| \frac{x}{2} \right\}",
        """
        ╭   │ x ╮
        ┤ x │ ─ ├
        ╰   │ 2 ╯
        """,
    ),
    "evaluation bar": (
        r"\left. \frac{df}{dx} \right|_{x=0}",
        """
        df │
        ── │
        dx │ₓ₌₀
        """,
    ),
    "characters typed as themselves": (r"x ≤ α·β → ∞", "x ≤ α · β → ∞"),
    "wide letters take two columns": (
        r"\frac{\text{標題}}{x}",
        """
        標題
        ────
         x
        """,
    ),
}


@pytest.mark.parametrize("name", LOOKS)
def test_plain_look(name: str) -> None:
    latex, look = LOOKS[name]
    assert layout(latex) == picture(look)


def test_full_repertoire_has_the_letters_that_plain_ones_stand_for() -> None:
    latex = r"\mathbb{E}[\mathbf{x}] \in \mathcal{L}, \ell, \mathbb{1}, \mathbb{R}"
    assert layout(latex, glyphs="plain") == ["E[x] ∈ L, l, 1, R"]
    assert layout(latex, glyphs="full") == ["𝔼[𝐱] ∈ ℒ, ℓ, 𝟙, ℝ"]


def test_ascii_spells_and_keeps_words_apart() -> None:
    assert layout(r"2\pi\sigma x \le \infty \forall i", glyphs="ascii") == ["2 pi sigma x <= inf for all i"]
    assert layout(r"\hat{\theta}", glyphs="ascii") == picture(
        """
          ^
        theta
        """
    )


@pytest.mark.parametrize(
    ("latex", "wide"),
    [
        (r"a = b + c", ["a = b + c"]),
        (r"\log x\log y", ["log x log y"]),
        (r"\sum_x p(x)", ["∑ p(x)", "x"]),
        (r"x,y;z", ["x, y; z"]),
        (r"f\colon X\to Y", ["f: X → Y"]),
        (r"a\,b\quad c", ["a b   c"]),
        (r"n! + \{1\}", ["n! + {1}"]),
        (r"\exp\left(x\right)", ["exp(x)"]),
    ],
)
def test_spaces_follow_the_classes_of_neighbours(latex: str, wide: list[str]) -> None:
    assert layout(latex) == wide
