# ruff: noqa: E501 (tables of cases)
"""Further spellings that people type, what is refused of them, and what has two readings."""

import pytest

from mlquiz.grading import Formula, grade

NUMBERS = {
    "a": "positive", "b": "positive", "c": "unit", "x": "real", "t": "real", "n": "natural", "k": "natural",
    "x_i": "sequence(n)", "p_i": "sequence(n)", "g": "function", "f": "function", "mu": "real", "sigma": "positive",
}  # fmt: skip
ARRAYS = {
    "A": "matrix(m, n)", "B": "matrix(d, d)", "S": "spd(d)", "Sigma": "spd(d)", "u": "vector(d)", "v": "vector(d)",
    "mu": "vector(d)", "h": "function(vector(d)) -> real", "s": "positive", "m": "natural", "n": "natural", "d": "natural",
    "t": "real",
}  # fmt: skip
CHANCE = {"X": "random", "Y": "random", "a": "real", "b": "real", "x": "real"}
EVENTS = {"A": "event", "B": "event"}
LAWS = {
    "p": "distribution(x, z)",
    "q": "distribution(z)",
    "r": "distribution(z|x)",
    "x": "outcome",
    "z": "outcome",
}
CARDS = {"numbers": NUMBERS, "arrays": ARRAYS, "chance": CHANCE, "events": EVENTS, "laws": LAWS}
VARIANCE, ELBO = "E[X^2] - E[X]^2", "E_q[log p(x|z)] - KL(q(z)||p(z))"
NORMAL = "exp(-(x-mu)^2/(2 sigma^2))/sqrt(2 pi sigma^2)"
COUNT = "1/n sum_{i=1}^n 1[x_i = c]"


def verdict(card, answer, reference, **more):
    return grade(answer, Formula(reference, symbols=CARDS[card], **more))


@pytest.mark.parametrize(
    ("card", "reference", "spelt"),
    [
        ("chance", VARIANCE, ["E X^2 - (E X)^2", r"\mathbb{E} X^2 - (\mathbb{E} X)^2", "E[X^2] - E^2[X]", "E[X^2] - (EX)^2", "E{X^2} - E{X}^2"]),
        ("chance", VARIANCE, ["V(X)", "V[X]", "Var X", "VarX", r"\operatorname{Var} X", r"\mathbb{V}[X]", "𝕍(X)", "var(X)", "Std(X)^2", "sd(X)^2", "SD[X]^2"]),
        ("chance", "Cov(X, Y)", ["EXY - EX EY", "E[XY] - EXEY", "cov(X,Y)", "Corr(X,Y) Std(X) Std(Y)", "E[XY - EX EY]", "E[(X - EX)(Y - EY)]"]),
        ("chance", "E[a X + b]", ["aEX + b", "a E X + b", "aE[X] + b", "EaX + b", "b + a𝔼X"]),
        ("chance", "P(X = x)", ["P_X(x)", "p_X(x)", "Pr(X = x)", r"\mathbb{P}(X = x)", "Prob[X = x]"]),
        ("events", "P(B|A) P(A)/P(B)", ["Pr(B|A) Pr(A)/Pr(B)", "P{B|A}P{A}/P{B}", "p(B|A)p(A)/p(B)", "P(AB)/P(B)", "P(A&B)/P(B)", "P(B|A)P(A)/(P(B,A)+P(B,!A))"]),
        ("laws", ELBO, ["E_q[log p(x|z)] - KL(q||p)", "E_q[log p(x,z)] + H(q)", "log p(x) - KL(q||p(.|x))", "log p(x) - KL(q || p(·|x))", "E_q log p(x|z) - D(q||p)"]),
        ("laws", ELBO, ["E_q[log p(x|z)] - H(q, p) + H(q)", "E_{z~q}[log p(x,z) - log q(z)]", r"\log p(x) - D_{KL}(q(\cdot)\|p(\cdot\mid x))", "E_q[log p(x|z)] - KL(q:p)"]),
        ("laws", "KL(r(z|x)||p(z))", ["KL(r||p)", "KL(r(.|x)||p)", "E_r(z|x)[log(r(z|x)/p(z))]", "E_{r(·|x)}[log r(z|x) - log p(z)]"]),
        ("numbers", "a^2", ["pow(a, 2)", "square(a)", "np.square(a)", "a**2", "hypot(a, 0)^2", "b^0 a^2"]),
        ("numbers", "exp(x)", ["np.exp(x)", "math.exp(x)", "torch.exp(x)", "e**x", r"\exp\{x\}", "exp{x}", "Exp(x)", "expm1(x) + 1", "sum_{k=0}^infty x^k/k!", r"\sum_{k=0}^\infty\frac{x^k}{k!}"]),
        ("numbers", "log(1 + a)", ["log1p(a)", "LOG(1+a)", "np.log1p(a)", "ln{(1+a)}"]),
        ("numbers", "1/(1 - c/2)", ["sum_{k=0}^infty (c/2)^k", "sum_{k=1}^∞ (c/2)^(k-1)"]),
        ("numbers", "1/cosh(t)", ["sech(t)", "2/(e^t + e^-t)", r"\operatorname{sech} t"]),
        ("numbers", "coth(a)", ["1/tanh(a)", "cosh(a) csch(a)"]),
        ("numbers", "Gamma(a) Gamma(b)/Gamma(a+b)", ["B(a,b)", "Beta(a,b)", r"\mathrm{B}(a,b)"]),
        ("numbers", "n - k floor(n/k)", ["mod(n,k)", "n % k", "n mod k", r"n \bmod k"]),
        ("numbers", "max(0, x)", ["Max(0, x)", "max{0, x}", "(x)_+", "x_+", "x if x > 0 else 0", "np.maximum(0, x)", r"\max\{0,x\}"]),
        ("numbers", "max_i x_i", ["sup_i x_i", r"\sup_{i} x_i"]),
        ("numbers", "sum_i x_i p_i", ["sum x_i p_i", r"\sum x_i p_i", "Σ x_i p_i", "sum(x_i p_i)", r"\sum_{i} x_{i} p_{i}"]),
        ("numbers", COUNT, ["|{i : x_i = c}|/n", "#{i: x_i = c}/n", r"\frac{1}{n}|\{i \mid x_i = c\}|", "1/n sum_i [x_i = c]", "1/n sum_{i: x_i = c} 1", r"\frac1n\sum_i \delta_{x_i,c}", "mean(1[x_i = c])"]),
        ("numbers", "g(x)^2", ["g^2(x)", "g(x)²", "(g(x))^2"]),
        ("numbers", "g''(x)", ["g^{(2)}(x)", "d^2/dx^2 g(x)", r"\frac{d^2 g}{dx^2}"]),
        ("numbers", "binom(n, k)", ["(n choose k)", r"{n \choose k}", "C(n,k)"]),
        ("numbers", "N(x; mu, sigma^2)", [NORMAL, r"\mathcal{N}(x;\mu,\sigma^2)", "N(x|mu,sigma^2)", "Normal(x; mu, sigma^2)", "phi((x-mu)/sigma)/sigma"]),
        ("numbers", "phi(x)", ["e^(-x^2/2)/sqrt(2 pi)", r"\phi(x)", "d/dx Phi(x)", "N(x; 0, 1)"]),
        ("numbers", "Phi(x)", ["1 - Phi(-x)", "(1 + erf(x/sqrt(2)))/2", "1/2 erfc(-x/sqrt(2))"]),
        ("arrays", "pinv(A)", ["A^+", "A^†", r"A^\dagger", "pinv(A^T)^T", "np.linalg.pinv(A)"]),
        ("arrays", "||A||_2", ["||A^T||_2", "sqrt(||A^T A||_2)"]),
        ("arrays", "||A||_*", ["||A^T||_*", "tr((A^T A)^(1/2))"]),
        ("arrays", "expm(B)", ["expm(B/2)^2", "inv(expm(-B))"]),
        ("arrays", "det(expm(B))", ["exp(tr(B))"]),
        ("arrays", "||u||", ["|u|", "‖u‖", "sqrt(<u,u>)", "sqrt(u.u)", "np.linalg.norm(u)"]),
        ("arrays", "u^T v", ["<u, v>", "⟨u,v⟩", "u.v", "u⊤v", "inner(u, v)"]),
        ("arrays", "u v^T", ["u⊗v", "outer(u, v)", "u v⊤"]),
        ("arrays", "B u", ["B@u", "np.matmul(B, u)", "I_d B u", "eye(d) B u", "I B u"]),
        ("arrays", "N(u; mu, S)", [r"\mathcal{N}(u \mid \mu, S)", "(2 pi)^(-d/2) det(S)^(-1/2) exp(-1/2 (u-mu)^T S^-1 (u-mu))"]),
        ("arrays", "N(u; 0, s I)", ["(2 pi s)^(-d/2) exp(-||u||^2/(2 s))", "prod_i N(u_i; 0, s)"]),
    ],
)  # fmt: skip
def test_spelt_otherwise(card, reference, spelt):
    assert {text: verdict(card, text, reference).outcome for text in spelt} == dict.fromkeys(spelt, "right")


@pytest.mark.parametrize(
    ("card", "reference", "answers"),
    [
        ("chance", VARIANCE, ["E[X]^2 - E[X^2]", "E X^2 - E X E X^2", "E^2[X^2] - E[X]", "Std(X)", "(EX)^2"]),
        ("chance", "Cov(X, Y)", ["EXY", "EXY + EX EY", "Corr(X,Y)", "EX EY"]),
        ("laws", ELBO, ["E_q[log p(x|z)] - KL(p||q)", "log p(x) - KL(p(.|x)||q)", "E_q[log p(x|z)] + KL(q||p)", "E_q[log p(x,z)] - H(q)"]),
        ("numbers", "exp(x)", ["sum_{k=1}^infty x^k/k!", "sum_{k=0}^infty x^k/(k+1)!", "sum_{k=0}^infty (-x)^k/k!"]),
        ("numbers", "1/(1 - c/2)", ["sum_{k=1}^infty (c/2)^k", "sum_{k=0}^infty (c/2)^k 1[k < 20]"]),
        ("numbers", "N(x; mu, sigma^2)", ["N(mu; x, sigma^4)", "N(x; mu, sigma)", "N(x; 0, sigma^2)"]),
        ("numbers", "Phi(x)", ["Phi(-x)", "erf(x)", "1/2 + erf(x)/2"]),
        ("numbers", COUNT, ["|{i : x_i != c}|/n", "|{i : x_i = c}|"]),
        ("numbers", "g(x)^2", ["g(g(x))", "g(x^2)", "g''(x)"]),
        ("arrays", "pinv(A)", ["A^T (A A^T)^-1", "A^T"]),
        ("arrays", "||A||_2", ["||A||_F", "||A||_*", "sqrt(tr(A^T A))"]),
        ("arrays", "expm(B)", ["I + B + B^2/2", "expm(B^T)", "I + B"]),
        ("arrays", "N(u; mu, S)", ["N(u; mu, S^-1)", "N(mu; 0, S)"]),
    ],
)  # fmt: skip
def test_wrong_in_another_spelling(card, reference, answers):
    found = {text: verdict(card, text, reference).outcome for text in answers}
    assert found == dict.fromkeys(answers, "wrong")


@pytest.mark.parametrize(
    ("card", "answer", "says"),
    [
        ("numbers", "lim_{n->infty} x", "limit"), (r"numbers", r"\lim_{n\to\infty} x", "limit"), ("numbers", "x ± a", "with + or with -"),
        ("numbers", r"x \pm a", "with + or with -"), ("numbers", "x +- a", "with + or with -"), ("numbers", "n//k", "floor(a/b)"),
        ("numbers", "5%", "decimal"), ("numbers", "exp^x", "exp(x)"), ("numbers", "log(x, 2)", "log_b"), ("numbers", "g^{-1}(x)", "inverse"),
        ("numbers", "e^{-x^2/2\\sigma^2}", "two readings"), ("numbers", "sum(x)", "index"),
        ("numbers", "x_1 + ... + x_n", "Dots"), ("numbers", "N(mu, sigma^2)", "N(x; mu, sigma^2)"), ("numbers", "#x", "#{i"), ("numbers", "x >= 0 ? x : 0", "cases"),
        ("numbers", "x → a", "limit"), ("numbers", "median(x_i)", "median"), ("numbers", "1/n*sum(x)", "index"),
        ("arrays", "cross(u, v)", "components"), ("arrays", "u × v", "components"), ("arrays", "exp(B)", "expm"), ("arrays", "h'(u)", "grad"),
        ("arrays", "rank(A)", "rank"), ("arrays", "kron(A, B)", "indices"), ("arrays", "vec(A)", "indices"), ("arrays", "eig(B)", "Eigenvalues"),
        ("arrays", "||u||_p", "norm"), ("arrays", "A⊗B", "two vectors"), ("arrays", "B.dot(u)", "before"), ("arrays", "u/B", "inverse"), ("arrays", "B\\ u", "backslash"),
        ("arrays", "u v", "side by side"), ("arrays", "log(B)", "matrix"),
        ("chance", "F_X(x)", "know"), ("chance", "rho(X, Y)", "know"), ("chance", "X", "random variable"),
        ("events", "P(A;B)", "expected"), ("laws", "E[log p(x|z)]", "E_"), ("laws", "KL(q)", "KL(p||q)"),
    ],
)  # fmt: skip
def test_refused_and_told_what_to_type(card, answer, says):
    found = verdict(
        card, answer, {"events": "P(A)", "laws": "p(x)", "chance": "E[X]", "arrays": "s"}.get(card, "a")
    )
    assert (found.outcome, says in found.message) == ("unread", True), found


@pytest.mark.parametrize(
    ("card", "answer", "reference"),
    [
        ("numbers", "log a/b", "log(a)/b"), ("numbers", "log a/b", "log(a/b)"), ("chance", "E(X - Y)^2", "E[(X - Y)^2]"), ("chance", "E[XY - EX Y]", "Cov(X, Y)"),
        ("arrays", "|u|", "||u||_1"), ("arrays", "u^T v/||u|| ||v||", "u^T v/(||u|| ||v||)"), ("numbers", "1/a(1-c)", "1/(a (1-c))"),
    ],
)  # fmt: skip
def test_two_readings_are_never_called_wrong(card, answer, reference):
    assert verdict(card, answer, reference).outcome in {"unread", "right"}


def test_a_sum_whose_terms_fall_slowly_is_refused():
    found = verdict("numbers", "sum_{k=1}^infty 1/k^2", "pi^2/6")
    assert (found.outcome, "fall fast" in found.message) == ("unread", True)


def test_a_named_density_is_no_answer_where_it_is_asked_for():
    for answer in ("N(x; mu, sigma^2)", r"\mathcal{N}(x \mid \mu, \sigma^2)", "phi((x-mu)/sigma)/sigma"):
        assert verdict("numbers", answer, NORMAL).outcome == "restated"


def test_a_forbidden_expression_is_told_where_it_is_the_whole_answer():
    symbols = {"p": "distribution(x; theta)", "x": "outcome", "theta": "real"}
    formula = Formula("p(x) grad_theta log p(x)", symbols=symbols, forbid=["grad_theta p"])
    for answer in ("grad_theta p(x)", "∇_θ p(x)", r"\nabla_\theta p_\theta(x)", "d/dtheta p(x)"):
        assert grade(answer, formula).outcome == "restated", answer
    assert grade("log(p(x)) grad_theta(p(x))", formula).outcome == "wrong"


@pytest.mark.parametrize(
    ("answer", "notice"),
    [
        ("np.exp(x)", "np. was passed over."), ("sup_i x_i", "sup was read as max."), ("sum x_i p_i", "The sum was read as one over i."),
        ("LOG(a)", "LOG was read as log."),
    ],
)  # fmt: skip
def test_what_was_read_as_something_else_is_told(answer, notice):
    assert notice in verdict("numbers", answer, "a").notices


@pytest.mark.parametrize(
    ("answer", "reference", "symbols"),
    [
        ("B(a, b)", "a + b", {"B": "function(real, real) -> real", "a": "real", "b": "real"}), ("N x", "x", {"N": "natural", "x": "real"}),
        ("phi(x)", "exp(-x^2/2)/sqrt(2 pi)", {"phi": "function", "x": "real"}), ("V(x)", "Var(X)", {"V": "function", "X": "random", "x": "real"}),
        ("E + 1", "x", {"E": "real", "x": "real"}), ("D(x, a)", "x", {"D": "function(real, real) -> real", "x": "real", "a": "real"}),
        ("mod(x, a)", "x", {"mod": "function(real, real) -> real", "x": "real", "a": "real"}),
    ],
)  # fmt: skip
def test_a_declared_name_wins_over_what_is_built_in(answer, reference, symbols):
    assert grade(answer, Formula(reference, symbols=symbols)).outcome == "wrong"


@pytest.mark.parametrize("answer", ["r + g V(s')", "r + g V(s^T)"])
def test_a_prime_in_a_function_is_not_dropped(answer):
    card = {"r": "real", "g": "unit", "V": "function(vector(d)) -> real", "s": "vector(d)", "d": "natural"}
    found = grade(answer, Formula("r + g V(s)", card))
    assert (found.outcome, "takes a column" in found.message) == ("unread", True)


@pytest.mark.parametrize(
    ("answer", "reference", "symbols"),
    [
        ("sum_k p_∞", "sum_k p_k", {"p_k": "sequence(K)", "K": "natural"}),
        ("b_00 + b_1", "b_0 + b_1", {"b_0": "real", "b": "vector(d)", "d": "natural"}),
        ("sum_k3m_k^2 - 1", "sum_k m_k^2 - 1", {"m_k": "sequence(K)", "K": "natural"}),
        ("sum_io4i^2 - 1", "sum_i o_i^2 - 1", {"o_i": "sequence(K)", "K": "natural"}),
        ("df_×/dx_j", "df_i/dx_j", {"df_i/dx_j": "opaque", "i": "index(n)", "j": "index(n)"}),
        ("||I||", "||A||", {"A": "matrix(n, n)", "n": "natural"}),
        ("sum_i p_{}i", "sum_i p_i", {"p_i": "sequence(n)", "n": "natural"}),
        ("sum_{i:i+1} p_i", "sum_i p_i", {"p_i": "sequence(n)", "n": "natural"}),
        (
            "sum_j W_bj",
            "sum_j W_ij",
            {"W": "matrix(n, n)", "b": "vector(n)", "n": "natural", "i": "index(n)"},
        ),
        ("prod_{i=1}^infty p_i", "prod_i p_i", {"p_i": "sequence(n)", "n": "natural"}),
    ],
)
def test_what_has_no_meaning_is_refused(answer, reference, symbols):
    assert grade(answer, Formula(reference, symbols)).outcome == "unread"


@pytest.mark.parametrize(
    ("answer", "symbols"),
    [
        ("u (u·v)", {"u": "vector(d)", "v": "vector(d)", "d": "natural"}),
        ("m_6x", {"m": "matrix(n, n)", "n": "natural", "x": "index(n)"}),
        ("2 (1/2)", {}),
        ("n n_c^1/K", {"n": "real", "n_c": "real", "K": "real"}),
        ("1/sum_k (x_k/y prod_i x_i)", {"x_k": "sequence(n)", "n": "natural", "y": "real"}),
    ],
)
def test_what_is_shown_reads_as_the_same(answer, symbols):
    found = grade(answer.replace("^1", "¹"), Formula("0 * 1", symbols))
    again = Formula(found.reading, symbols)
    assert grade(found.latex, again).how == grade(found.reading, again).how == "same tree"


def test_a_named_density_is_a_function_like_any_other_where_none_is_written_out():
    card = {"z": "real", "b_i": "sequence(n)", "c_i": "sequence(n)", "n": "natural"}
    cases = {
        ("2 (1 - Phi(|z|))", "1 - 2 int(phi(t), t, 0, |z|)"): "right",
        ("z Phi(z)", "z phi(z)"): "wrong",
        ("z^2", r"\varphi(z)"): "restated",
        ("sum_i b_i exp(-(z - c_i)^2/2)", "sqrt(2 pi) sum_i b_i N(z; c_i, 1)"): "right",
        ("exp(-z^2/2)/(exp(-z^2/2) + exp(-(z-1)^2/2))", "N(z; 0, 1)/(N(z; 0, 1) + N(z; 1, 1))"): "right",
        ("-z^2/2 - log(2 pi)/2", "log phi(z)"): "restated",
        ("-z^2/2 - log(2 pi)/2", "phi(z)"): "wrong",
        ("1/2 log(2 pi e)", "-int(phi(t) log phi(t), t, -infty, infty)"): "right",
    }  # fmt: skip
    found = {
        (reference, answer): grade(answer, Formula(reference, symbols=card)).outcome
        for reference, answer in cases
    }
    assert found == cases


def test_a_derivative_by_an_index_is_one_by_that_entry():
    card = {
        "f": "function(vector(d)) -> real",
        "x": "vector(d)",
        "d": "natural",
        "i": "index(d)",
        "j": "index(d)",
    }
    formula = Formula("d^2f/(dx_i dx_j)", card)
    assert grade("∂_i ∂_j f(x)", formula).outcome == "right"
    assert grade(r"\partial_j f(x)", formula).outcome == "wrong"
    assert grade("∂_i (f(x) x_j)", formula).outcome == "unread"


def test_an_entry_with_its_index_in_brackets_is_refused():
    found = grade("sum_{t=1}^T e(t)", Formula("sum_t e_t", {"e_t": "sequence(T)", "T": "natural"}))
    assert (found.outcome, "e_t" in found.message) == ("unread", True)
