# ruff: noqa: E501 (tables of cases)
"""The answer language: what is read as what, what is refused, and what is said then."""

import pytest

from mlquiz.grading import Formula, FormulaError, describe, evaluate, grade, to_latex

X = {"x": "real", "y": "real", "z": "real", "a": "positive", "n": "natural"}
VECTORS = {
    "u": "vector(d)",
    "v": "vector(d)",
    "A": "matrix(d, d)",
    "B": "matrix(d, d)",
    "W": "matrix(n, d)",
    "d": "natural",
    "n": "natural",
    "c": "real",
    "f": "function",
}


def outcome(answer, reference, symbols=X, **more):
    return grade(answer, Formula(reference, symbols=symbols, **more)).outcome


@pytest.mark.parametrize(
    ("answer", "reference"),
    [
        ("x y", "x*y"), ("xy", "x*y"), ("2x", "x*2"), ("x**2", "x^2"), ("x²", "x^2"), ("x⁻¹", "1/x"), ("½ x", "x/2"), ("√a", "sqrt(a)"),
        (r"\frac12 x", "x/2"), (r"\frac{x}{2}", "x/2"), (r"x^{2}", "x^2"), (r"\sqrt[3]{a}", "a^(1/3)"), ("root(a, 3)", "a^(1/3)"),
        ("(x)(y)", "x y"), ("[x + y] z", "x z + y z"), (r"\left(x+y\right)z", "x z + y z"), ("x − y", "x - y"), ("x·y", "x y"), ("x×y", "x y"),
        ("x÷a", "x/a"), ("-x^2", "-(x^2)"), ("1/2 x", "x/2"), ("1/2(x+1)", "(x+1)/2"), ("x/a y", "(x/a) y"), ("sin^2 x + cos^2 x", "1"),
        ("2 sin x cos x", "sin(2 x)"), ("log x^2", "log(x^2)"), ("ln(a)", "log(a)"), (r"\log_2(8)", "3"), ("log_2 8", "3"), ("log10(100)", "2"),
        ("|x|", "abs(x)"), (r"\lvert x\rvert", "|x|"), ("⌊x⌋", "floor(x)"), (r"\lceil x\rceil", "ceil(x)"), ("n!", "Gamma(n+1)"),
        ("{x if x > 0; 0 otherwise}", "max(x, 0)"), ("where(x > 0, x, 0)", "relu(x)"), (r"\begin{cases}x & x>0\\0 & \text{otherwise}\end{cases}", "max(0, x)"),
        ("x 1[x > 0]", "max(x, 0)"), (r"x \mathbb{1}[x > 0]", "max(x, 0)"), ("y = x + 1", "x + 1"), ("x <- x + 1", "x + 1"), ("x := x + 1", "1 + x"),
        ("𝑥 + １", "x + 1"), ("$x$", "x"), ("x.", "x"), (r"\mathbf{x}", "x"), ("x + 1", "1 + x"), ("sigmoid(x)", "1/(1 + e^(-x))"), ("σ(x)", "sigmoid(x)"),
        ("sum_{k=1}^n k", "n(n+1)/2"), ("Σ_{k=1}^n k", "n(n+1)/2"), ("sum(k^2, k, 1, n)", "n(n+1)(2n+1)/6"), ("∏_{k=1}^{n} k", "n!"),
        ("d/dx x^3", "3 x^2"), (r"\frac{d}{dx} \sin(x)", "cos(x)"), ("int(t^2, t, 0, 1)", "1/3"), (r"\int_0^1 t^2 \, dt", "1/3"),
    ],
)  # fmt: skip
def test_reads_as_the_same(answer, reference):
    assert outcome(answer, reference) == "right"


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("1/2x", "two readings"), ("x/yz", "two readings"), ("e^-x^2/2", "x^y^z"), ("e^2x", "exponent"), ("x^y^z", "x^y^z"), ("log x y", "brackets"),
        ("log 2x", "brackets"), ("1,000", "comma"), ("2 1/2", "Two numbers"), (r"2\frac12", "fraction"), ("x!!", "x!!"), ("x < y < z", "and"),
        ("x = y = z", "equals"), (r"\sin^{-1} x", "arc"), ("q + 1", "don't know"), ("x +", "missing"), ("(x", "expected"), ("x)", "can't stand"),
        ("а + 1", "U+0430"), ("x\u200b", "U+200B"), ("x^1/2", "two readings"), ("", "Nothing"), ("sum_i x", "range"), ("max(x)", "max"),
    ],
)  # fmt: skip
def test_refused_with_a_message_that_helps(answer, says):
    verdict = grade(answer, Formula("x", symbols=X))
    assert verdict.outcome == "unread"
    assert says in verdict.message


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("u v", "side by side"), ("A*B", "matrix product"), ("u^2", "no power"), ("A + c", "lambda I"), ("A W", "shapes don't fit"), ("u W", "x^T"),
        ("u + W u", "can't be added"), ("W^-1", "square"), ("exp(A)", "two readings"), ("tr A B", "brackets"), ("f", "brackets"),
    ],
)  # fmt: skip
def test_shapes_are_checked_before_any_number(answer, says):
    verdict = grade(answer, Formula("A B", symbols=VECTORS))
    assert verdict.outcome == "unread"
    assert says in verdict.message


@pytest.mark.parametrize(
    ("answer", "reference"),
    [
        ("u·v", "u^T v"), ("dot(u, v)", "sum_i u_i v_i"), ("u @ v", r"u^\top v"), ("tr(A B)", "tr(B A)"), ("(A B)^T", "B^T A^T"), ("A.T", "A'"),
        ("inv(A) B", "A^-1 B"), ("||u||^2", "u·u"), (r"\lVert u\rVert_2^2", "u @ u"), ("u .* v", "diag(u) v"), ("u ⊙ v", "v * u"), ("|A|", "det(A)"),
        ("A I", "A"), ("(A + c I) v", "A v + c v"), ("u v^T", "(v u^T)^T"), ("(A B)_{ij}", "sum_k A_ik B_kj"), ("||A||_F^2", "tr(A^T A)"),
        ("f(W u)", "f(W @ u)"), ("1 - u", "ones(d) - u"), ("W^T W", "Wᵀ W"), ("A^2", "A A"), ("softmax(u)", "exp(u)/(sum_i exp(u_i))"),
    ],
)  # fmt: skip
def test_matrices_and_vectors(answer, reference):
    assert outcome(answer, reference, VECTORS) == "right"


@pytest.mark.parametrize(
    ("answer", "reference", "symbols", "wanted"),
    [
        ("x", "sqrt(x^2)", X, "wrong"), ("1[x > 0]", "1[x >= 0]", X, "wrong"), ("floor(x) + 1", "ceil(x)", X, "wrong"), ("x/x", "1", X, "right"),
        ("2 log(x)", "log(x^2)", X, "wrong"), ("E[X^2] - E[X]^2", "Var(X)", {"X": "random"}, "right"), ("min(n, 100)", "n", X, "wrong"),
        ("min(x, 1000)", "x", X, "wrong"), ("K(x, y)", "K(y, x)", {**X, "K": "function(real, real)"}, "wrong"),
        ("K(x, y)", "K(y, x)", {**X, "K": "symmetric function(real, real)"}, "right"), ("x + exp(-200)", "x", X, "wrong"), ("e^50000/e^49999", "e", {}, "right"),
        ("A B", "B A", {"A": "diagonal(n)", "B": "diagonal(n)"}, "right"), ("A B", "B A", {"A": "matrix(n, n)", "B": "matrix(n, n)"}, "wrong"),
        ("P(A|B)", "P(A and B)/P(B)", {"A": "event", "B": "event"}, "right"), ("P(B|A)", "P(A and B)/P(B)", {"A": "event", "B": "event"}, "wrong"),
        ("argmin_q KL(q||p)", "argmin_q KL(p||q)", {"p": "distribution(x)", "q": "distribution(x)", "x": "outcome"}, "wrong"),
        ("x > y", "y < x", X, "right"), ("2 x >= 2 y", "x >= y", X, "right"), ("x >= y", "x > y", X, "wrong"), ("2 x = 2 y", "x = y", X, "right"),
    ],
)  # fmt: skip
def test_known_hard_corners(answer, reference, symbols, wanted):
    assert outcome(answer, reference, symbols) == wanted


def test_boundary_may_not_matter():
    assert outcome("1[x > 0]", "1[x >= 0]", boundary="any") == "right"


def test_forbidden_parts_are_told():
    events = {"A": "event", "B": "event"}
    assert outcome("P(A|B)", "P(B|A) P(A)/P(B)", events, forbid=["P(A|B)"]) == "restated"
    assert outcome("tanh(x)", "(e^x - e^(-x))/(e^x + e^(-x))", forbid=["tanh"]) == "restated"
    assert outcome("G_t", "x", forbid=["G_t"]) == "restated"


def test_a_wrong_shape_is_wrong_and_said():
    verdict = grade("u^T v", Formula("u", symbols=VECTORS))
    assert verdict.outcome == "wrong"
    assert "shape" in verdict.message


def test_a_hint_names_the_slip_and_not_the_answer():
    verdict = grade("x - a", Formula("x + a", symbols=X))
    assert verdict.hint == "The sign of one term is the other way round."
    assert grade("sigma/sqrt(n)", Formula("sigma/n", symbols={"sigma": "positive", "n": "natural"})).hint


def test_a_reference_that_cannot_be_read():
    with pytest.raises(FormulaError):
        Formula("x +", symbols=X).check()
    with pytest.raises(FormulaError):
        Formula("x", symbols={"x": "reel"}).check()


def test_values_latex_and_descriptions():
    assert evaluate("2^10 - 24").value == 1000
    assert float(evaluate("n/3", {"n": 2})) == pytest.approx(2 / 3)
    with pytest.raises(FormulaError):
        evaluate("1/0")
    assert to_latex("x_hat/2", {"x_hat": "real"}) == r"\frac{\hat{x}}{2}"
    assert describe({"x_j": "sequence(n, vector(d))"}) == (r"x_{j} \in \mathbb{R}^{d},\ j = 1, \ldots, n",)


def test_strict_for_not_strict_is_wrong_even_where_draws_hardly_meet_the_boundary():
    jensen = Formula("f(E[X]) <= E[f(X)]", symbols={"f": "convex function", "X": "random"})
    assert grade("f(E[X]) < E[f(X)]", jensen).outcome == "wrong"
    assert grade("E[f(X)] >= f(E[X])", jensen).outcome == "right"
    loose = Formula("f(E[X]) <= E[f(X)]", symbols={"f": "convex function", "X": "random"}, boundary="any")
    assert grade("f(E[X]) < E[f(X)]", loose).outcome == "right"


@pytest.mark.parametrize("spelling", ["X^⊤ y", "X^\\top y", "Xᵀ y", "X' y", "X.T @ y"])
def test_every_sign_of_the_transpose(spelling):
    reference = Formula("X^T y", symbols={"X": "matrix(n, d)", "y": "vector(n)"})
    assert grade(spelling, reference).outcome == "right"


@pytest.mark.parametrize("kind", ["function", "vector(3)", "real", "random"])
def test_a_size_is_declared_as_a_whole_number(kind):
    with pytest.raises(FormulaError, match="n is a size here: declare it as natural"):
        Formula("sum_i x_i", {"x_i": "sequence(n)", "n": kind}).check()
