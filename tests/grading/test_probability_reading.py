# ruff: noqa: E501 (tables of cases)
"""What distributions, expectations, divergences and sums with indices are read as, on cards of the plan."""

import importlib
import json

import pytest

from mlquiz.cli.grade import _grade_line
from mlquiz.grading import Formula, grade
from mlquiz.grading.grade import UNDECIDED, unforeseen

from .test_plan import PLAN, formula

CARDS = {entry["id"]: formula(entry) for entry in PLAN}


def outcome(card, answer):
    return grade(answer, CARDS[card]).outcome


# --- nothing leaves grade -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("card", "answer", "says"),
    [
        ("inception-score", "exp(KL(p(y|x)||p(y)))", "x is a random variable"),
        ("inception-score", "exp(sum_y p(y|x) log(p(y|x)/p(y)))", "x is a random variable"),
        ("inception-score", "exp(H(p(y|x)))", "x is a random variable"),
        ("inception-score", "exp(log(p(y|x)/p(y)))", "is a random variable"),
        ("inception-score", "sum_y p(x,y)", "x is a random variable"),
        ("inception-score", "P(x = y)", "random variable"),
        ("inception-score", "exp(E_{x~p(x|y)}[KL(p(y|x)||p(y))])", "y is a random variable"),
        ("gan-value", "E_{p_z}[log D(x)] + E_{p_data}[log(1 - D(G(z)))]", "x is a random variable"),
        ("vae-elbo", "E[log p(x|z)] - KL(q(z|x)||p(z))", "E of what distribution"),
        ("vae-elbo", r"\mathbb{E}_{}[log p(x|z)] - KL(q(z|x)||p(z))", "E of what distribution"),
        ("rl-policy-gradient-state", "E[Q(s,a) grad_theta log pi(a|s)]", "E of what distribution"),
        ("blr-predictive", "E[P(t|w) P(w|y)]", "E of what distribution"),
        ("blr-predictive", "Var(P(w|y))", "no random variable"),
        ("rl-model-transition-mle", "N_ij/sum_{k=1}^N N_ik", "bound of a sum"),
        ("rl-hmm-forward", "b_j sum_{i=1}^A alpha_i A_ij", "bound of a sum"),
        ("tied-gradient", "sum(g_t, t, g_t, T)", "bound of a sum"),
        ("shapley-value", "sum_{s=0}^{Delta} s! (n-s-1)!/n! Delta(s)", "Delta is a function"),
        ("rl-policy-value-linear-solve", r"\sum_{k=0}^\infty \gamma^k P^k R", "infinity"),
        ("hopfield-energy-change", "2 s_k (w s s)_k", "Two vectors"),
        ("distillation-loss", "alpha KL(p_t||+p_s) + (1-alpha) L_CE", "KL and H are of distributions"),
        ("rl-policy-gradient-state", "sum_a P(a|s) Q(s,a) grad_theta log pi(a|s)", "write pi"),
        ("kl-divergence", "int P(x) log(P(x)/Q(x)) dx", "write sum_x"), ("blr-predictive", r"\int P(t|w) P(w|y) dw", "write sum_w"),
    ],
)  # fmt: skip
def test_what_has_no_value_is_refused_with_a_reason(card, answer, says):
    verdict = grade(answer, CARDS[card])
    assert verdict.outcome == "unread", verdict
    assert says in verdict.message


@pytest.mark.parametrize("error", [KeyError("x"), IndexError(), TypeError(), ValueError(), AttributeError(), ZeroDivisionError()], ids=repr)  # fmt: skip
def test_a_fault_of_the_grader_leaves_the_answer_undecided(error, monkeypatch):
    module = importlib.import_module("mlquiz.grading.grade")

    def fail(*_):
        raise error

    monkeypatch.setattr(module, "unforeseen", unforeseen)
    monkeypatch.setattr(module, "_decide", fail)
    verdict = grade("x + 1", Formula("x + 2", symbols={"x": "real"}))
    assert (verdict.outcome, verdict.message) == ("undecided", UNDECIDED)


def test_a_batch_goes_on_after_a_fault(monkeypatch):
    def fail(*_):
        raise KeyError("x")

    module = importlib.import_module("mlquiz.grading.grade")
    monkeypatch.setattr(module, "unforeseen", unforeseen)
    line = {"id": 1, "answer": "x + 1", "reference": "x + 2", "symbols": {"x": "real"}}
    with monkeypatch.context() as broken:
        broken.setattr(module, "_decide", fail)
        assert _grade_line(json.dumps(line))["outcome"] == "undecided"
    assert _grade_line(json.dumps(line))["outcome"] == "wrong"


# --- what an expectation is over ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("card", "answer"),
    [
        ("gan-value", "E_{x~p_z}[log D(x)] + E_{z~p_data}[log(1 - D(G(z)))]"),
        ("gan-value", "E_{x~p_z}[log D(x)] + E[log(1 - D(G(z)))]"),
        ("gan-value", "E_{z~p_z}[log D(x)] + E_{x~p_data}[log(1 - D(G(z)))]"),
        ("gan-value", "E_z[log D(x)] + E_x[log(1 - D(G(z)))]"),
        ("gan-value", "E_{u~p_data}[log D(x)] + E_{v~p_z}[log(1 - D(G(v)))]"),
        ("inception-score", "exp(E_y[KL(p(y|x)||p(y))])"),
        ("em-e-step", "E_q[log p(x,z|theta) | z]"), ("em-e-step", "E_{x~q}[log p(x,z|theta)]"),
        ("rl-policy-gradient-state", "E_pi[Q(s,a) grad_theta log pi(a|s) | a]"),
    ],
)  # fmt: skip
def test_an_expectation_over_the_wrong_variable_is_not_right(card, answer):
    assert outcome(card, answer) in {"wrong", "unread"}


@pytest.mark.parametrize(
    ("card", "answer"),
    [
        ("gan-value", "E_x[log D(x)] + E_z[log(1 - D(G(z)))]"), ("gan-value", "E_{p_data}[log D(x)] + E_{p_z}[log(1 - D(G(z)))]"),
        ("gan-value", "E_{x,z}[log D(x) + log(1 - D(G(z)))]"), ("gan-value", "E_{u~p_data}[log D(u)] + E_{v~p_z}[log(1 - D(G(v)))]"),
        ("inception-score", "exp(E_{x~p}[KL(p(y|x)||p(y))])"), ("inception-score", "exp(E_{p(x)}[KL(p(y|x)||p(y))])"),
        ("inception-score", "exp(E_x[log(p(y|x)/p(y))])"), ("inception-score", "exp(sum_x p(x) KL(p(y|x)||p(y)))"),
        ("em-e-step", "E_{u~q}[log p(x,u|theta)]"), ("em-e-step", "E_{z'~q}[log p(x,z'|theta)]"), ("em-e-step", "E_q[log p(x,z|theta) | x]"),
        ("kl-divergence", "E_{y~P}[log(P(y)/Q(y))]"), ("kl-divergence", "E_{y~P(y)}[log(P(y)/Q(y))]"),
        ("vae-elbo", "E_{u~q(·|x)}[log p(x|u)] - KL(q(·|x)||p(·))"),
    ],
)  # fmt: skip
def test_any_letter_may_be_averaged_over(card, answer):
    assert outcome(card, answer) == "right"


# --- labels of distributions ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("card", "answer"),
    [
        ("mle-estimate", "argmax_θ P_θ(D)"), ("mle-estimate", "argmax_θ P(D;θ)"), ("mle-estimate", "argmax_θ Pr(D|θ)"), ("map-estimate", "argmax_θ p(D|θ) p(θ)"),
        ("likelihood-iid", "∏ᵢ p_θ(xᵢ)"), ("likelihood-iid", r"\prod_{i=1}^n p_{\theta}(x_i)"), ("likelihood-iid", "prod_i p_theta(x_i|theta)"),
        ("log-likelihood-iid", r"\sum_i \log p_{\theta}(x_i)"), ("em-e-step", r"\sum_z q_\phi(z) \log p_\theta(x,z)"),
        ("independence-random-variables", "p_x(x) p_y(y)"), ("independence-random-variables", "p_X(x) p_Y(y)"),
        ("vae-elbo", r"E_{z \sim q_\phi(z|x)}[log p(x|z)] - KL(q_\phi(z|x)||p(z))"), ("vae-elbo", r"E_{q_\phi}[\log p_\theta(x|z)] - KL(q_\phi||p)"),
        ("vae-elbo", r"\mathbb{E}_{q_\phi(z\mid x)}\bigl[\log p_\theta(x\mid z)\bigr]-D_{\mathrm{KL}}\bigl(q_\phi(z\mid x)\,\Vert\,p(z)\bigr)"),
        ("rl-policy-gradient-state", r"E_{\pi_\theta}[Q(s,a) grad_theta log pi(a|s)]"),
        ("rl-policy-gradient-state", r"E_{a \sim \pi_\theta(\cdot|s)}[Q(s,a) \nabla_\theta \log \pi_\theta(a|s)]"),
    ],
)  # fmt: skip
def test_parameters_and_own_variables_may_be_labels(card, answer):
    assert outcome(card, answer) == "right"


@pytest.mark.parametrize(
    ("card", "answer"),
    [
        ("independence-random-variables", "p_y(x) p_x(y)"), ("independence-random-variables", "p_{y}(x) p_{x}(y)"), ("independence-random-variables", "p(x;y) p(y;x)"),
        ("independence-random-variables", "p_{old}(x) p_{new}(y)"), ("em-e-step", r"\sum_z q(z) \log p_\theta(x|z)"),
        ("vae-elbo", "E_q[log p(x|z)] - KL(q_old(z|x)||p(z))"), ("vae-elbo", r"E_{q_\phi}[log p_\theta(x|z)] - KL(q_\phi(z|x)||p_\psi(z))"),
    ],
)  # fmt: skip
def test_a_label_that_makes_another_distribution_is_not_dropped(card, answer):
    assert outcome(card, answer) in {"wrong", "unread"}


# --- indices and their ranges ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("card", "answer"),
    [
        ("hopfield-energy-change", "2 s_k sum_{j<k} w_kj s_j + 2 s_k sum_{j>k} w_kj s_j"), ("hopfield-energy-change", "2 s_k (sum_{k<j} w_kj s_j + sum_{k>j} w_kj s_j)"),
        ("boltzmann-unit-probability", "sigmoid(b_i + sum_{j<i} w_ij v_j + sum_{j>i} w_ij v_j)"), ("gnn-degree", "sum_{u<v} a_vu + sum_{u>v} a_vu + a_vv"),
        ("distillation-soft-targets", "1/(1 + sum_{j<i} exp((z_j-z_i)/T) + sum_{j>i} exp((z_j-z_i)/T))"),
        ("boltzmann-machine-energy", "-sum_{j<i} w_ij v_i v_j - sum_i b_i v_i"),
        ("kmeans-assignment", "argmin_{j in {1..k}} ||x - mu_j||^2"), ("kmeans-assignment", r"\arg\min_{j\in\{1,\dots,k\}} \|x-\mu_j\|^2"),
        ("kmeans-assignment", r"\arg\min_{1\le j\le k}\|x-\mu_j\|^2"), ("kmeans-assignment", r"\arg\min_{j=1,\ldots,k}\|x-\mu_j\|"), ("kmeans-assignment", "argmin_{0 < j < k+1} ||x - mu_j||"),
        ("tsne-conditional", r"1/(1 + sum_{k \ne i,j} exp((||x_i - x_j||^2 - ||x_i - x_k||^2)/(2 sigma_i^2)))"),
        ("rayleigh-quotient", r"(\sum_{ij} A_{ij} v_i v_j)/\sum_i v_i^2"), ("rayleigh-quotient", "(sum_ij A_ij v_i v_j)/sum_i v_i^2"),
        ("average-precision", r"\sum_n (R_n - R_{n-1}) P_n"), ("average-precision", r"\sum_n P_n (R_n - R_{n-1})"),
        ("kl-divergence", "sum_y P(y) log(P(y)/Q(y))"), ("em-e-step", "sum_u q(u) log p(x,u|theta)"), ("em-e-step", "sum_u log(p(u,x|theta)) q(u)"),
    ],
)  # fmt: skip
def test_ranges_as_people_write_them(card, answer):
    assert outcome(card, answer) == "right"


@pytest.mark.parametrize(
    ("card", "answer"),
    [
        ("hopfield-energy-change", "2 s_k sum_{j<k} w_kj s_j"), ("kmeans-assignment", "argmin_{j in {1..k-1}} ||x - mu_j||^2"),
        ("kmeans-assignment", r"\arg\min_{1\le j<k}\|x-\mu_j\|^2"), ("average-precision", r"\sum_n (R_{n+1} - R_n) P_n"),
        ("kl-divergence", "sum_y P(y) log(Q(y)/P(y))"), ("kl-divergence", "sum_y P(y) log(P(x)/Q(x))"),
        ("tsne-conditional", r"1/(1 + sum_{k \ne i} exp((||x_i - x_j||^2 - ||x_i - x_k||^2)/(2 sigma_i^2)))"),
    ],
)  # fmt: skip
def test_other_ranges_are_wrong(card, answer):
    assert outcome(card, answer) == "wrong"


def test_a_range_of_outcomes_is_refused():
    verdict = grade("sum_{x in {0,1}} P(x) log(P(x)/Q(x))", CARDS["kl-divergence"])
    assert verdict.outcome == "unread"
    assert "without range" in verdict.message


# --- how far things reach -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("card", "answer"),
    [
        ("rl-hmm-joint", "prod_t p_t prod_t e_t"), ("rl-hmm-joint", r"\prod_{t=1}^T p_t \cdot \prod_{t=1}^T e_t"), ("rl-hmm-joint", "prod_t p_t * prod_s e_s"),
        ("bp-message", "sum_x prod_k m_kx psi_xy phi_x"), ("bp-belief", "prod_k m_kx phi_x/(sum_y phi_y prod_k m_ky)"), ("shapley-weight", "prod_{k=1}^s k/(n - k + 1)/(n - s)"),
        ("distillation-soft-targets", "1/sum_j exp(z_j/T) * exp(z_i/T)"), ("bp-belief", "1/sum_y phi_y prod_k m_ky * phi_x prod_k m_kx"),
        ("rl-bellman-optimality", "max_a R(s,a) + gamma sum_{s'} P(s'|s,a) V(s')"), ("map-estimate", "argmax_θ log P(D|θ) P(θ)"),
        ("kl-divergence", "sum_x P(x) log P(x)/Q(x)"), ("kl-divergence", r"\sum_x P(x) \log P(x)/Q(x)"), ("vi-gap", "sum_z q(z) log q(z)/p(z|x)"),
    ],
)  # fmt: skip
def test_two_readings_are_refused_where_one_is_right(card, answer):
    assert outcome(card, answer) == "unread"


@pytest.mark.parametrize(
    ("card", "answer"),
    [
        ("rl-hmm-joint", "prod_t (p_t) * e_t"), ("rl-bellman-optimality", "max_a [R(s,a) + gamma sum_{s'} P(s'|s,a) V(s')]"),
        ("rl-q-learning-update", "Q(s,a) + alpha (R + gamma max_a Q(s',a) - Q(s,a))"), ("kl-divergence", r"\sum_x P(x) \log \frac{P(x)}{Q(x)}"),
        ("rl-policy-gradient-state", "sum_a π(a|s) ∇_θ ln π(a|s) Q(s,a)"), ("rl-policy-gradient-state", "E_{a~pi}[grad_theta log pi(a|s) Q(s,a)]"),
    ],
)  # fmt: skip
def test_one_reading_is_read(card, answer):
    assert outcome(card, answer) == "right"


def test_products_within_products_take_no_time_that_doubles():
    card = Formula("prod_i x_i", symbols={"x_i": "sequence(n, positive)", "n": "natural"})
    assert grade("prod_{i=1}^1 x_i " * 60, card).outcome in {"wrong", "unread"}


# --- entropies of numbers, and answers that restate -----------------------------------------------


@pytest.mark.parametrize(
    ("card", "answer", "expected"),
    [
        ("tsne-perplexity", "e^{H(p)}", "right"), ("tsne-perplexity", "exp(-H(p))", "wrong"), ("tsne-perplexity", "2^{H(p)}", "unread"),
        ("m-entropy", "H(p)", "restated"), ("m-entropy", "log(k) - KL(p||p)", "wrong"), ("loss-jsd", "KL(p||q)", "wrong"),
        ("rl-alphazero-loss", "(z-v)^2 + H(q, p)", "right"), ("rl-alphazero-loss", "(z-v)^2 + H(p, q)", "wrong"), ("rl-alphazero-loss", "(z-v)^2 + KL(q||p) + H(q)", "right"),
        ("m-max-entropy-objective", "sum_i q_i c_i - H(c)", "unread"),
        ("determinant-of-scaled-matrix", "det(A c)", "restated"), ("determinant-of-scaled-matrix", "det(A) c^d", "right"),
        ("dot-product-angle", "a^T b", "restated"), ("dot-product-angle", "b^T a", "restated"), ("dot-product-angle", "a b^T", "wrong"),
    ],
)  # fmt: skip
def test_entropies_and_restatements(card, answer, expected):
    assert outcome(card, answer) == expected
