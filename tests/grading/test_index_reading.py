# ruff: noqa: E501 (tables of cases)
"""Subscripts and square brackets: indices side by side, products that look like entries, exponents."""

import pytest

from mlquiz.grading import Formula, grade

SYMBOLS = {
    "x_i": "sequence(n, vector(d))", "mu_j": "sequence(k, vector(d))", "S_j": "sequence(k, matrix(d, d))",
    "y_i": "sequence(n)", "r": "matrix(n, k)", "z": "vector(d)", "M": "matrix(d, d)", "i": "index(n)", "j": "index(k)",
    "n": "natural", "k": "natural", "d": "natural", "c": "real",
}  # fmt: skip


def judged(answer, reference, symbols=SYMBOLS):
    return grade(answer, Formula(reference, symbols=symbols))


@pytest.mark.parametrize(
    ("answer", "reference"),
    [
        ("sum_l |x_{il} - mu_{jl}|^2", "||x_i - mu_j||^2"), ("sum_{l=1}^d (x_il - mu_jl)^2", "||x_i - mu_j||^2"),
        ("Σₗ (xᵢₗ − μⱼₗ)²", "||x_i - mu_j||^2"), ("argmin_j sum_l (z_l - mu_{jl})^2", "argmin_j ||z - mu_j||"),
        ("x_{i2}", "x_i[2]"), ("x_{1i}", "x_1[i]"), ("x_{1 2}", "x_1[2]"), ("S_{jlm}", "S_j[l,m]"), ("S_{j12}", "S_j[1,2]"),
        ("M_{1l}", "M[1,l]"), ("r_{1j} + r_{i1}", "r[1,j] + r[i,1]"), ("y_{2i}", "y_{2*i}"), ("S_jx_i", "S_j x_i"), ("x_iy_i", "x_i y_i"), ("S_jx_{i}", "S_j x_i"),
    ],
)  # fmt: skip
def test_letters_side_by_side_are_indices_one_by_one(answer, reference):
    assert judged(answer, reference).outcome == "right"


@pytest.mark.parametrize(
    ("answer", "reference", "offer"),
    [
        ("x_{2i}", "x_2[i]", "x_{2,i} or x_{2*i}"), ("x_{2i}", "x_{2*i}", "x_{2,i} or x_{2*i}"),
        ("x_12", "x_1[2]", "x_{1,2}"), ("y_{ij}", "y_{i*j}", "i*j"), ("x_id", "x_i[d]", "x_{id} or x_i d"),
    ],
)  # fmt: skip
def test_a_subscript_that_may_be_two_indices_or_one_is_refused(answer, reference, offer):
    verdict = judged(answer, reference)
    assert verdict.outcome == "unread"
    assert offer in verdict.message


def test_a_wrong_entry_is_wrong():
    assert judged("x_{li}", "x_i[l]", SYMBOLS | {"l": "index(d)"}).outcome == "wrong"
    assert judged("sum_l (x_{il} - mu_{jl})", "||x_i - mu_j||^2").outcome == "wrong"


PRODUCTS = {
    "K": "spd(n)", "k": "vector(n)", "y": "vector(n)", "s": "positive", "Q": "matrix(m, n)", "x": "vector(n)", "z": "vector(n)",
    "i": "index(n)", "j": "index(n)", "c": "real", "v_i": "sequence(m, vector(n))", "n": "natural", "m": "natural",
}  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "reference"),
    [
        ("k^T[K + s^2 I]^-1 y", "k^T inv(K + s^2 I) y"), (r"k^{T}\left[K+s^{2}I\right]^{-1}y", "k^T inv(K + s^2 I) y"),
        ("k.T[K + s^2 I]^-1 y", "k^T inv(K + s^2 I) y"), ("k'[K + s^2 I]⁻¹y", "k^T inv(K + s^2 I) y"),
        ("K[x - z]", "K (x - z)"), ("K[x]", "K x"), (r"Q^\top\left[Q x\right]", "Q^T Q x"), ("(Q^T Q)^-1[Q^T Q x]", "x"),
        ("v_1^T[K v_2]", "v_1^T K v_2"), (r"x\left[1 - c\right]", "(1 - c) x"),
    ],
)  # fmt: skip
def test_an_array_in_square_brackets_is_a_factor(answer, reference):
    assert judged(answer, reference, PRODUCTS).outcome == "right"


@pytest.mark.parametrize(
    ("answer", "reference"),
    [
        ("x[i]", "x_i"), (r"x\left[i\right]", "x_i"), ("(K x)[i]", "sum_j K_ij x_j"), ("x[n-1]", "x_{n-1}"), ("Q[m, i]", "Q_{m,i}"),
        ("K.T[i, j]", "K_ji"), (r"K\left[i, j\right]", "K_ij"), ("v_1[i]", "v_{1,i}"),
    ],
)  # fmt: skip
def test_an_index_in_square_brackets_makes_an_entry(answer, reference):
    assert judged(answer, reference, PRODUCTS).outcome == "right"


VECTORS = {
    "W": "matrix(n, m)",
    "x": "vector(m)",
    "b": "vector(n)",
    "A": "spd(n)",
    "n": "natural",
    "m": "natural",
}


@pytest.mark.parametrize(
    ("answer", "reference"),
    [(r"\frac{1}{1+e^{-(W x + b)}}", "sigmoid(W x + b)"), ("e^b", "exp(b)"), ("e^(-b)", "exp(-b)"), ("e^b/sum(e^b)", "softmax(b)")],
)  # fmt: skip
def test_e_is_raised_to_a_vector_entry_by_entry(answer, reference):
    assert judged(answer, reference, VECTORS).outcome == "right"


@pytest.mark.parametrize("answer", ["e^A", "e^{A}", "2^b"])
def test_nothing_else_is_raised_to_an_array(answer):
    assert judged(answer, "exp(b)", VECTORS).outcome == "unread"


@pytest.mark.parametrize(
    ("answer", "reference"),
    [
        (r"\det\left(\begin{array}{cc}a&b\\c&d\end{array}\right)", "a d - b c"), (r"\left|\begin{array}{r|r}a&b\\c&d\end{array}\right|", "a d - b c"),
        (r"\left(\begin{array}{@{}ll}a&b\\c&d\end{array}\right)", "[[a, b], [c, d]]"), (r"\left[\begin{array}{c}a\\b\end{array}\right]", "[a, b]"),
        (r"\left\{\begin{array}{ll} a & a > 0 \\ 0 & \text{otherwise}\end{array}\right.", "max(a, 0)"),
        (r"2\left\{\begin{array}{rl} a, & \text{if } a > 0 \\ 0, & a \le 0\end{array}\right. + c", "2 max(a, 0) + c"),
    ],
)  # fmt: skip
def test_an_array_environment_is_a_matrix_or_cases(answer, reference):
    assert judged(answer, reference, dict.fromkeys("abcd", "real")).outcome == "right"


ONES = {"x": "vector(n)", "W": "matrix(n, m)", "n": "natural", "m": "natural", "i": "index(n)", "c": "real"}


@pytest.mark.parametrize(
    ("answer", "reference"),
    [
        ("1^T x", "sum_i x_i"), (r"\frac{1}{n}\mathbf{1}^\top x", "mean(x)"), ("(c/n)*1ᵀx", "c mean(x)"), ("𝟙ᵀx/n", "mean(x)"),
        (r"\frac{c \mathbf{1}^T x}{n}", "c mean(x)"), (r"x^T\mathbf{1}", "sum_i x_i"), ("-1^T W", "-W^T 1_n"), ("W 𝟙", "W 1_m"),
        (r"(W\mathbf{1})_i", "sum_j W_ij"), (r"\mathbf{1}^T W \mathbf{1}", "sum_i sum_j W_ij"), ("x^T diag(W 𝟙) x", "sum_i x_i^2 sum_j W_ij"),
        ("𝟙 - x", "1 - x"), (r"\mathbb{1}\left[c>0\right]", "1[c > 0]"), (r"2 \mathbf{1}^T x", "2 sum_i x_i"),
    ],
)  # fmt: skip
def test_a_vector_of_ones_takes_its_size_from_what_it_multiplies(answer, reference):
    assert judged(answer, reference, ONES).outcome == "right"


@pytest.mark.parametrize(
    "answer", ["1^T", "x 1^T", r"\mathbf{1}\mathbf{1}^T x", "c 1^T", "x^T 1", r"\mathbf{1} W"]
)
def test_a_vector_of_ones_of_unknown_size_is_refused(answer):
    verdict = judged(answer, "sum_i x_i", ONES)
    assert verdict.outcome == "unread"
    assert "1_n" in verdict.message


def test_what_only_the_number_fits_is_wrong():
    assert judged(r"W^T \mathbf{1}", "W", ONES).outcome == "wrong"
    assert judged("1^T x/n", "sum_i x_i", ONES).outcome == "wrong"


SIGNS = {
    "x": "real", "a": "real", "b": "real", "y": "real", "x_i": "sequence(n)", "v": "vector(n)", "f": "function", "i": "index(n)",
    "A": "matrix(2, 2)", "Q": "matrix(n, n)", "K": "matrix(n, n)", "W_Q": "matrix(n, n)", "W_K": "matrix(n, n)", "W": "matrix(n, n)",
    "g": "function(matrix(n, n), matrix(n, n)) -> real", "n": "natural",
}  # fmt: skip


@pytest.mark.parametrize(
    "answer",
    ["v[i,]", "v_{i,}", "(x,)", "f(x,)", "exp(x,)", "[x, a,]", "W[1, i,]", "max(x, a,)", r"\sum_{i,} x_i", "x,"],
)  # fmt: skip
def test_a_comma_that_nothing_follows_is_refused(answer):
    verdict = judged(answer, "x", SIGNS)
    assert verdict.outcome == "unread"
    assert "Nothing follows" in verdict.message


ROW, COLUMN = r"\begin{pmatrix}a & b\end{pmatrix}", r"\begin{pmatrix}x\\y\end{pmatrix}"


@pytest.mark.parametrize(
    ("answer", "reference"),
    [
        (ROW + COLUMN, "a x + b y"), (COLUMN + ROW, "[[x a, x b], [y a, y b]]"), (ROW + "A" + COLUMN, "[a, b]^T A [x, y]"),
        ("A" + ROW, "A [a, b]"), (ROW, "[a, b]"), (ROW + "^T", "[a, b]"),
    ],
)  # fmt: skip
def test_a_typed_row_is_a_row_where_it_multiplies(answer, reference):
    assert judged(answer, reference, SIGNS).outcome == "right"


@pytest.mark.parametrize("answer", [ROW + ROW, COLUMN + COLUMN])
def test_two_typed_rows_or_columns_side_by_side_are_refused(answer):
    assert judged(answer, "a x + b y", SIGNS).outcome == "unread"


@pytest.mark.parametrize(
    ("answer", "reference"),
    [
        ("x^(-x_1)/a", "1/(a x^x_1)"), ("x^(2)", "x*x"), ("x^(x_1 + 1)", "x x^x_1"), ("x^{(2)}", "x_2"),
        ("QK'", "Q K^T"), ("QW_{Q}K'", "Q W_Q K^T"), (r"g(QW_{Q}, KW_{K})", "g(Q W_Q, K W_K)"), ("QW_QK'", "Q W_Q K^T"),
    ],
)  # fmt: skip
def test_powers_in_brackets_and_letters_run_together(answer, reference):
    assert judged(answer, reference, SIGNS).outcome == "right"


@pytest.mark.parametrize("answer", ["QW_{1i}", "QW_{i1}"])
def test_an_entry_behind_two_matrices_run_together_has_two_readings(answer):
    for reference in ("(Q W)[1, i]", "W[i, 1] Q"):
        verdict = judged(answer, reference, SIGNS)
        assert verdict.outcome == "unread"
        assert "(Q W)[i, j]" in verdict.message
