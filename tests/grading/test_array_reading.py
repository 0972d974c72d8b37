# ruff: noqa: E501 (tables of cases)
"""Vectors and matrices as they are read: divisors, neighbours, answers by entries, derivatives at a point."""

import pytest

from mlquiz.grading import Formula, grade

SYMBOLS = {
    "u": "vector(d)", "v": "vector(d)", "w": "vector(d)", "A": "matrix(d, d)", "B": "matrix(d, d)",
    "X": "matrix(n, d)", "p": "vector(n)", "y": "vector(n)", "n": "natural", "d": "natural", "c": "real",
    "s": "positive", "t": "positive", "f": "function", "g": "function(vector(d)) -> real", "h": "function(real, real)",
    "x": "real", "a": "real", "b": "real",
}  # fmt: skip


def judged(answer, reference):
    return grade(answer, Formula(reference, symbols=SYMBOLS))


@pytest.mark.parametrize(
    ("answer", "offer"),
    [
        ("u^T v / v^T v", "a/(v^T v)"), ("u^T v / v^T A v", "a/(v^T A v)"), ("u.T @ v / v.T @ A @ v", "a/(v.T @ A @ v)"),
        ("(u^T v)/v^T v", "a/(v^T v)"), ("u·v/v·v", "a/(v·v)"), ("u·v/v@v", "a/(v@v)"), ("dot(u, v)/v.v", "a/(v.v)"),
        ("u/v^T v", "a/(v^T v)"), ("sqrt(2 c / v^T A v)", "a/(v^T A v)"), ("uᵀv/vᵀAv", "a/(v^{T}Av)"),
    ],
)  # fmt: skip
def test_a_divisor_that_ends_within_a_product_of_vectors_has_two_readings(answer, offer):
    # right by the first reading, by the second, or by none: nobody knows what was meant
    for reference in ("u^T v/(v^T v)", "u^T v/(v^T A v)", "c"):
        verdict = judged(answer, reference)
        assert verdict.outcome == "unread"
        assert offer in verdict.message


@pytest.mark.parametrize("answer", ["c/u^T", r"\frac{c}{u^T}", r"\frac{u^T v}{v^T} A v", "c/(u^T A)"])
def test_nothing_is_divided_by_a_row(answer):
    assert judged(answer, "c").outcome == "unread"


@pytest.mark.parametrize(
    ("answer", "reference"),
    [
        ("c ./ u", "c ./ u"), ("c/sqrt(u)", "c ./ sqrt(u)"), ("1/(1 + exp(-u))", "sigmoid(u)"), ("u/(v^T v)", "u/||v||^2"), ("u·v/c", "v·u/c"),
        (r"\frac{u^T v}{v^T v}", "u·v/(v·v)"), ("u^T v/c", "(u·v)/c"),
    ],
)  # fmt: skip
def test_other_quotients_with_vectors_are_read(answer, reference):
    assert judged(answer, reference).outcome == "right"


@pytest.mark.parametrize("answer", ["c/u", r"\frac{2}{u}", "c/u*v", "u^T v/u"])
def test_no_number_is_divided_by_a_vector(answer):
    for reference in ("c ./ u", "c"):
        verdict = judged(answer, reference)
        assert (verdict.outcome, "./" in verdict.message) == ("unread", True)


def test_a_quotient_of_two_vectors_is_never_right_and_refused_where_a_number_is_asked_for():
    for reference in ("u ./ v", "c", "u·v"):
        verdict = judged("u/v", reference)
        assert verdict.outcome == "unread"
        assert "./" in verdict.message


NEIGHBOURS = [
    "u v + c",
    "c - u v",
    "u v + v w",
    "c + u (v - w)",
    "-(u v) + u^T u",
    "(u u - 2 u v + v v)/n",
    "-(-u v) + c",
]


@pytest.mark.parametrize("answer", NEIGHBOURS)
@pytest.mark.parametrize("reference", ["u·v + c", "u .* v + c"])
def test_vectors_side_by_side_in_a_sum_without_a_vector_are_refused(answer, reference):
    verdict = judged(answer, reference)
    assert verdict.outcome == "unread"
    assert "side by side" in verdict.message


def test_vectors_side_by_side_next_to_a_vector_are_multiplied_by_entries():
    assert judged("u + v (w - u)", "u + v .* (w - u)").outcome == "right"
    assert judged("u - v w", "u + v .* w").outcome == "wrong"


@pytest.mark.parametrize(
    "answer", ["u + v v", "u + 2 v w", "u - u + v tanh(w)", "u + (v + w) (v + w)", "2 u - 3 v w"]
)
def test_other_vectors_side_by_side_are_refused_next_to_a_vector_too(answer):
    verdict = judged(answer, "u + v .* w")
    assert (verdict.outcome, "side by side" in verdict.message) == ("unread", True)


@pytest.mark.parametrize(
    ("answer", "reference", "wanted"),
    [
        ("1/s(1-s)", "1/(s(1-s))", "unread"), ("1/s(1-s)", "(1-s)/s", "right"), ("1/s(1-s)", "s", "wrong"), ("x/sqrt(s)(x+1)", "x/(sqrt(s)(x+1))", "unread"),
        ("x/s^2(x+1)", "x/(s^2 (x+1))", "unread"), (r"x/\sqrt{s}(x+1)", r"\frac{x}{\sqrt{s}(x+1)}", "unread"), ("x/f(x)(x+1)", "x/(f(x) (x+1))", "unread"),
        ("x/s (x+1)", "x/(s (x+1))", "wrong"), ("1/2(x+1)", "1/(2(x+1))", "wrong"), ("1/2(x+1)", "(x+1)/2", "right"), ("x/f(x)", "x (1/f(x))", "right"),
    ],
)  # fmt: skip
def test_a_bracket_close_behind_a_divisor(answer, reference, wanted):
    assert judged(answer, reference).outcome == wanted


@pytest.mark.parametrize(
    ("answer", "reference", "wanted"),
    [
        ("m_ij = (A_ij + A_ji)/2", "(A + A^T)/2", "right"), (r"M_{ij} = \frac{A_{ij} + A_{ji}}{2}", "(A + A^T)/2", "right"),
        ("M[i,j] = A[i,j] + A[j,i]", "(A + A^T)/2", "wrong"), ("m_ij = A_ij", "A^T", "wrong"), ("m_ji = A_ij", "A^T", "right"),
        ("m_ij = sum_k A_ik B_kj", "A B", "right"), ("m_ij = sum_k A_ik B_jk", "A B", "wrong"), ("m_ij = A_ij + c delta_ij", "A + c I", "right"),
        ("m_ij = u_i v_j", "u v^T", "right"), ("m_ij = u_j v_i", "u v^T", "wrong"), ("u_k <- u_k - c v_k", "u - c v", "right"),
        ("u_k <- u_k + c v_k", "u - c v", "wrong"), (r"\frac{\partial L}{\partial w_j} = \frac1n\sum_i X_{ij}(p_i - y_i)", "1/n X^T (p - y)", "right"),
        ("dL/dw_j = 1/n sum_i X_ij (y_i - p_i)", "1/n X^T (p - y)", "wrong"), ("q_i = max(0, u_i)", "relu(u)", "right"),
    ],
)  # fmt: skip
def test_an_answer_by_entries_holds_for_every_index(answer, reference, wanted):
    assert judged(answer, reference).outcome == wanted


@pytest.mark.parametrize(
    ("answer", "reference", "says"),
    [
        ("(A_ij + A_ji)/2", "(A + A^T)/2", "a_ij ="), ("m = A_ij", "A", "a_ij ="), ("1/n sum_i X_ij (p_i - y_i)", "1/n X^T (p - y)", "a_j ="),
        ("q_i = p_i - y_i", "X^T (p - y)", "vector of size d"), ("m_ij = X_ij", "A", "runs from 1 to n"), ("q_i = u_i", "c", "i stands"),
        ("m_ij = A_ik", "A", "The whole"), ("m_ij = A_ik B_kj", "A", "stands outside"),
    ],
)  # fmt: skip
def test_an_entry_that_can_not_be_placed_is_told_so(answer, reference, says):
    verdict = judged(answer, reference)
    assert verdict.outcome == "unread"
    assert says in verdict.message


@pytest.mark.parametrize(
    ("answer", "reference", "wanted"),
    [
        (r"\frac{df}{dx}(a)", "f'(a)", "right"), ("df/dx(a) (x - a)", "f'(a) (x - a)", "right"), (r"\frac{df}{dx}(a)", "f'(x)", "wrong"),
        (r"\frac{df}{dx}(x)", "f'(x)", "right"), (r"\frac{d^2 f}{dx^2}(a)", "f''(a)", "right"), (r"\frac{df}{dx}(a)^2", "f'(a)^2", "right"),
        (r"\frac{\partial g}{\partial u}(v)", "grad g(v)", "right"), (r"\frac{\partial g}{\partial u}(v)", "grad g(u)", "wrong"),
        (r"\frac{\partial g}{\partial u_1}(v)", "(grad g(v))_1", "right"), (r"\frac{\partial g}{\partial u}(u)", "grad g(u)", "right"),
        (r"\frac{\partial h}{\partial x}(x, b)", "d/dx h(x, b)", "right"), (r"\frac{\partial h}{\partial x}(a, b)", "d/dx h(x, b)", "unread"),
        (r"\frac{df}{da}(x - a)", "f'(a) (x - a)", "unread"), (r"\frac{df}{dx}(x + a)", "f'(x + a)", "unread"), (r"\frac{df}{dx}(-x)", "f'(-x)", "unread"),
        (r"\frac{df}{da} \cdot (x - a)", "f'(a) (x - a)", "right"), (r"\frac{d}{dx} f(2 x)", "2 f'(2 x)", "right"),
    ],
)  # fmt: skip
def test_a_derivative_is_taken_at_the_point_behind_it(answer, reference, wanted):
    assert judged(answer, reference).outcome == wanted


def test_an_unknown_derivative_is_quoted_beside_the_known_ones():
    reference = Formula("dy/du du/dx", symbols={"dy/du": "opaque", "du/dx": "opaque"})
    for answer in ("dx/du dy/du", r"\frac{dx}{du} \frac{dy}{du}", "∂x/∂u ∂y/∂u"):
        verdict = grade(answer, reference)
        assert verdict.outcome == "unread"
        assert "dx/du" in verdict.message
        assert "dy/du" in verdict.message


def test_names_that_begin_with_d_are_no_differentials():
    symbols = {"d_i": "sequence(n)", "delta_i": "sequence(n)", "n": "natural"}
    reference = Formula("delta_1/delta_2 + d_1/d_2", symbols=symbols)
    assert grade("d_1/d_2 + delta_1/delta_2", reference).outcome == "right"


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        (r"[\nabla^2 f(x)]_{ij}", "right"), (r"\left[\nabla^{2} f(x)\right]_{i,j}", "right"), ("(∇²f(x))_ij", "right"), (r"[\nabla^2 f]_{ji}", "right"),
        (r"[\nabla^2 f(x)]_{ii}", "wrong"), (r"2 [\nabla^2 f(x)]_{ij}", "wrong"), (r"[\nabla^2 f(2 x)]_{ij}", "unread"), (r"\nabla^2 f(x)", "unread"),
        (r"[\nabla^3 f(x)]_{ij}", "unread"), (r"[\nabla^2 f(x)]", "unread"), (r"[\nabla^2 f(x) + 1]_{ij}", "unread"),
    ],
)  # fmt: skip
def test_an_entry_of_a_hessian(answer, wanted):
    symbols = {"f": "function(vector(d)) -> real", "x": "vector(d)", "i": "index(d)", "j": "index(d)"}
    assert grade(answer, Formula("d^2f/(dx_i dx_j)", symbols=symbols)).outcome == wanted


def test_a_subscript_behind_neighbouring_vectors_is_refused():
    assert judged("(A u v)_k", "u").outcome == "unread"
    assert judged("(A u)_1", "sum_k A_1k u_k").outcome == "right"


@pytest.mark.parametrize(
    ("answer", "reference"),
    [
        ("X⊤(p − y)/n", "1/n X^T (p - y)"), ("(A u)⊤v", "v^T A u"), ("A⊤⊤", "A"), ("A B⊤/√(d)", "A B^T/sqrt(d)"), ("u⊺ v", "u·v"),
        ("(x - a)_+", "max(0, x - a)"), (r"\left[x - a\right]_+^2", "max(0, x - a)^2"), ("[u - v]₊", "relu(u - v)"), ("(x)_{+} a", "a max(x, 0)"),
        ("mean((p_i - y_i)^2)", "1/n sum_i (p_i - y_i)^2"), ("c - mean(p_i)", "c - mean(p)"), ("log1p(s)", "log(1 + s)"), ("np.expm1(x)", "e^x - 1"),
        ("softmax(u)_1", "e^(u_1)/(sum_i e^(u_i))"), ("A_{1,2} + A[2, 1]", "A_12 + A_21"),
    ],
)  # fmt: skip
def test_spellings_of_entries_transposes_and_positive_parts(answer, reference):
    assert judged(answer, reference).outcome == "right"


def test_a_mean_of_a_number_needs_one_index():
    for answer in ("mean(x)", "mean(A_ij)", "mean((x - a)^2)"):
        assert judged(answer, "x").outcome == "unread"


def test_a_raised_index_in_brackets_is_an_index_of_a_sequence_only():
    symbols = {"x_i": "sequence(n)", "z": "real", "n": "natural"}
    assert (
        grade(r"\frac1n \sum_{i=1}^n x^{(i)}", Formula("1/n sum_i x_i", symbols=symbols)).outcome == "right"
    )
    assert grade("z^(2)", Formula("z^2", symbols=symbols)).outcome == "right"


def test_a_comma_in_the_subscript_of_a_declared_name():
    symbols = {"n_dk": "nonneg", "n_k": "nonneg"}
    assert grade("n_{d,k} + n[d,k] + n_{k}", Formula("2 n_dk + n_k", symbols=symbols)).outcome == "right"


@pytest.mark.parametrize("answer", [r"A \ u", r"(A B) \ u", r"A\u"])
def test_a_backslash_does_not_divide(answer):
    assert judged(answer, "A^-1 u").outcome == "unread"
