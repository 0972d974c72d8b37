# ruff: noqa: E501 (tables of cases)
"""Spellings of papers: stars, sets under operators, LaTeX of several styles."""

import pytest

from mlquiz.grading import Formula, grade

SYMBOLS = {
    "K": "spd(n)", "k": "vector(n)", "y": "vector(n)", "U": "matrix(n, n)", "V": "matrix(n, n)", "n": "natural",
    "mu_star": "real", "mu_a": "sequence(m)", "N_a": "sequence(m)", "m": "natural", "x": "real", "t": "nonneg", "s": "positive",
    "z_j": "sequence(m)", "i": "index(m)", "d": "natural", "alpha": "positive", "v_{t+1}": "real",
}  # fmt: skip
CHOICE = {
    "Q": "function(real, real) -> real", "A": "function(real, real) -> real", "s": "outcome", "a": "outcome",
    "L": "function(vector(d)) -> real", "theta": "vector(d)", "pi": "distribution(a|s)", "mu_a": "sequence(k)", "k": "natural",
    "c": "set(k)",
}  # fmt: skip
GAMES = {"n": "natural", "N": "fullset(n)", "i": "index(n)", "v": "function(set(n)) -> real"}


def judged(answer, reference, symbols=SYMBOLS):
    return grade(answer, Formula(reference, symbols=symbols))


def outcomes(answers, reference, symbols=SYMBOLS):
    return {answer: judged(answer, reference, symbols).outcome for answer in answers}


# --- stars ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("left", [r"\mu_*=", "f_*=", "f^*=", r"\bar f_{*}=", r"f_\star=", "f_⋆ ="])
def test_a_star_before_an_equals_sign_belongs_to_the_name(left):
    assert judged(left + r"k^\top K^{-1} y", "k^T K^-1 y").outcome == "right"


def test_an_update_is_still_refused():
    assert outcomes(["f *= x", "f*= x"], "x") == {"f *= x": "unread", "f*= x": "unread"}


def test_a_raised_star_of_a_matrix_is_the_transpose_and_is_told_of():
    spelt = ["U V^*", "U V^{*}", r"U V^\ast", r"U V^\star", "U V⋆", "(V U^*)^*", "UV^*"]
    assert outcomes(spelt, "U V^T") == dict.fromkeys(spelt, "right")
    assert "transpose" in " ".join(judged("U V^*", "U V^T").notices)
    assert outcomes(["V U^*", "k^*", "U V"], "U V^T") == {"V U^*": "wrong", "k^*": "unread", "U V": "wrong"}


def test_a_star_is_raised_lowered_or_a_sign_of_its_own():
    spelt = [
        r"\mu^\star\sum_a N_a",
        "μ⋆ sum_a N_a",
        r"\mu_*\sum_a N_a",
        r"\mu_{*}\sum_a N_a",
        r"\mu_\star\sum_a N_a",
        "μ_⋆ sum_a N_a",
    ]
    assert outcomes(spelt, "mu_star sum_a N_a") == dict.fromkeys(spelt, "right")
    two = [r"x \star \mu_*", "x ⋆ mu_star"]
    assert outcomes(two, "x mu_star") == dict.fromkeys(two, "unread")


# --- sets that only say where a symbol lives ------------------------------------------------------


def test_a_best_point_may_be_in_the_best_points():
    spelt = [
        r"\pi(s) \in \arg\max_a Q(s,a)",
        "π(s) ∈ argmax_a Q(s,a)",
        "a^* ∈ argmax_a Q(s,a)",
        r"a^*\in{\arg\max}_a Q(s,a)",
    ]
    assert outcomes(spelt, "argmax_a Q(s,a)", CHOICE) == dict.fromkeys(spelt, "right")
    assert judged("a^* ∈ argmin_a Q(s,a)", "argmax_a Q(s,a)", CHOICE).outcome == "wrong"


@pytest.mark.parametrize(
    ("reference", "spelt"),
    [
        ("argmax_a Q(s,a)", [r"\arg\max_{a\in\mathcal{A}} Q(s,a)", "argmax_{a in A(s)} Q(s,a)", r"\arg\max_{a\in\mathcal{A}(s)} Q(s,a)"]),
        ("argmin_theta L(theta)", [r"\arg\min_{\theta\in\mathbb{R}^d} L(\theta)", r"\arg\min_{\theta\in\Theta} L(\theta)", "argmin_{θ ∈ ℝᵈ} L(θ)"]),
        ("sum_a pi(a|s) A(s,a)", [r"\sum_{a\in\mathcal{A}} \pi(a\mid s) A(s,a)", "sum_{a in A} pi(a|s) A(s,a)"]),
        ("sum_a mu_a", [r"\sum_{a\in\mathcal{A}} \mu_a", "sum_{a in A} mu_a"]),
    ],
)  # fmt: skip
def test_a_set_that_says_where_a_symbol_lives_is_passed_over(reference, spelt):
    assert outcomes(spelt, reference, CHOICE) == dict.fromkeys(spelt, "right")


def test_a_set_that_may_hold_less_is_not_passed_over():
    spelt = [r"\arg\min_{\theta\in C} L(\theta)", r"\arg\min_{\theta\in\mathbb{R}_+^d} L(\theta)"]
    assert outcomes(spelt, "argmin_theta L(theta)", CHOICE) == dict.fromkeys(spelt, "unread")
    assert judged("sum_{b in S} mu_b", "sum_a mu_a", CHOICE).outcome == "unread"
    assert judged("sum_{a in c} mu_a", "sum_a mu_a", CHOICE).outcome == "wrong"


# --- ranges ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reference", "spelt"),
    [
        ("sum_i sum_j (z_i - z_j)^2", [r"2 \sum_{1\le i<j\le m} (z_i-z_j)^2", "2 sum_{1≤i<j≤m} (z_i-z_j)^2", "2 sum_{0<i<j<m+1} (z_i-z_j)^2", "sum_{1≤i,j≤m} (z_i-z_j)^2", r"2 \sum_{1\le j\le i\le m} (z_i-z_j)^2"]),
        ("sum_{i=1}^m sum_{j=1}^2 z_i j", ["sum_{1<=i<=m, 1<=j<=2} z_i j"]),
        ("sum_i sum_{j=i}^m z_i z_j", ["sum_{1<=i<=m, i<=j<=m} z_i z_j", "sum_{1<=i<=j<=m} z_i z_j"]),
        ("sum_{l != i} z_l", [r"\sum_{\substack{l=1\\l\ne i}}^{m} z_l", r"\sum_{\substack{l=1 \\[2pt] l\neq i}}^m z_l"]),
    ],
)  # fmt: skip
def test_ranges_by_comparisons_are_read(reference, spelt):
    assert outcomes(spelt, reference) == dict.fromkeys(spelt, "right")


def test_a_range_by_comparisons_binds_no_letter_that_has_a_value():
    assert judged("sum_{1<=i<j<=m} z_j", "sum_{j=i}^m z_j").outcome == "unread"
    assert judged("sum_{1<=l<j<=m} z_j", "sum_{j=i}^m z_j").outcome == "wrong"


SHAPLEY = r"\frac{|S|!(n-|S|-1)!}{n!}(v(S\cup\{i\})-v(S))"


@pytest.mark.parametrize(
    "under",
    [
        r"S\subseteq N:\,i\notin S",
        r"\substack{S\subseteq N\\ i\notin S}",
        r"S\subseteq N, i\notin S",
        r"S subseteq N \setminus \{i\}",
        r"S ⊆ N | i ∉ S",
    ],
)
def test_subsets_on_a_condition_are_read(under):
    reference = r"sum_{S \subseteq N \setminus \{i\}} |S|! (n - |S| - 1)!/n! (v(S \cup \{i\}) - v(S))"
    assert judged(rf"\sum_{{{under}}} {SHAPLEY}", reference, GAMES).outcome == "right"
    other = under.replace("notin", "in").replace("∉", "∈").replace(r" \setminus \{i\}", "")
    assert judged(rf"\sum_{{{other}}} {SHAPLEY}", reference, GAMES).outcome == "wrong"


# --- LaTeX ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reference", "spelt"),
    [
        ("s/alpha", [r"{s \over \alpha}", r"$s/\alpha.$", r"$$s/\alpha,$$", r"$s/\alpha$.", r"\boxed{\frac{s}{\alpha}}", r"s/\alpha \tag{1}", r"\label{eq:a_1} s/\alpha", r"\color{red}{s}/\alpha", r"\textcolor{red}{s/\alpha}", r"\frac{s}{\alpha} \\"]),
        ("(s + 1)/(alpha + s) - t", [r"{s+1 \over \alpha+s} - t", r"-t + {{s+1} \over {\alpha+s}}"]),
        ("s/(alpha/t)", [r"{s \over {\alpha \over t}}"]),
        ("s^(alpha/t)", [r"s^{\alpha \over t}"]),
        ("K^-1 y", [r"{\bf K}^{-1}{\bf y}", r"{\cal K}^{-1} y", r"\bf K^{-1} y"]),
        ("[[s, t], [x, 1]]", [r"\begin{pmatrix} s & t \\[2pt] x & 1 \\ \end{pmatrix}", r"\begin{bmatrix} s & t \\ [-1.5ex] x & 1 \end{bmatrix}"]),
        ("{x if x > 0; 0 otherwise}", [r"\begin{cases} x & x>0 \\[4pt] 0 & \text{otherwise} \\ \end{cases}"]),
        ("2 pi 10000^(2/d)", [r"2\pi10000^{2/d}", "2π10000^(2/d)"]),
        ("alpha 2", [r"\alpha2"]),
        ("2 mod(t, 2 s)", ["2 mod(t, 2 s)", "mod(t, 2 s) 2", "2 (t mod (2 s))"]),
        ("(n + 1) mod(n, 2)", ["(n+1) mod(n, 2)"]),
    ],
)  # fmt: skip
def test_latex_of_several_styles_is_read(reference, spelt):
    assert outcomes(spelt, reference) == dict.fromkeys(spelt, "right")


def test_what_latex_leaves_open_stays_unread():
    spelt = ["s/alpha,", r"s \over \alpha", "alpha2", "pi10000"]
    assert outcomes(spelt, "s/alpha") == dict.fromkeys(spelt, "unread")


def test_a_declared_name_with_a_digit_stays_that_name():
    assert judged(r"\theta1 + 2", "theta_1 + 2", {"theta_1": "real"}).outcome == "right"
