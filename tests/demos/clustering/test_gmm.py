"""The Gaussian mixture against scipy, scikit-learn and its own definition."""

import warnings

import numpy as np
import pytest
from scipy.stats import multivariate_normal
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

from mlquiz.demos.clustering import gmm as module
from mlquiz.demos.clustering.gmm import (
    Mixture,
    best_start,
    bic,
    broad_start,
    demo,
    e_step,
    ellipse,
    em,
    log_gaussian,
    log_joint,
    log_likelihood,
    log_likelihood_by_hand,
    m_step,
    parameter_count,
    purity,
    shrunken,
    tilted,
)
from tests.demos.frames import broken, checks

SMALL = {"n": 120, "steps": 12}
RISE, BY_HAND, MOMENTS, SLOPE, TENFOLD = checks(demo(**SMALL))


def some_mixture(K, d, seed):
    rng = np.random.default_rng(seed)
    A = rng.standard_normal((K, d, d))
    return Mixture(
        rng.dirichlet(np.ones(K)), rng.standard_normal((K, d)), A @ A.swapaxes(1, 2) + 0.1 * np.eye(d)
    )


@pytest.mark.parametrize("d", [1, 2, 5])
def test_log_density_is_scipys(d):
    mixture = some_mixture(4, d, seed=d)
    X = np.random.default_rng(9).standard_normal((30, d))
    oracle = [multivariate_normal(m, S).logpdf(X) for m, S in zip(mixture.mu, mixture.Sigma, strict=True)]
    np.testing.assert_allclose(log_gaussian(X, mixture.mu, mixture.Sigma), np.transpose(oracle), atol=1e-10)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("K", [1, 3, 5])
def test_em_is_scikit_learns_from_the_same_start(seed, K):
    rng = np.random.default_rng(seed)
    X, _ = tilted(200, rng)
    start = broad_start(X, K, rng)
    oracle = GaussianMixture(
        K,
        tol=0,
        max_iter=40,
        init_params="random",
        random_state=0,
        weights_init=start.pi,
        means_init=start.mu,
        precisions_init=np.linalg.inv(start.Sigma),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        oracle.fit(X)
    end = em(X, start, oracle.n_iter_)[-1]
    np.testing.assert_allclose(end.pi, oracle.weights_, atol=1e-5)
    np.testing.assert_allclose(end.mu, oracle.means_, atol=1e-5)
    np.testing.assert_allclose(end.Sigma, oracle.covariances_, atol=1e-5)
    assert log_likelihood(X, end) / len(X) == pytest.approx(oracle.score(X), abs=1e-5)
    np.testing.assert_allclose(e_step(X, end), oracle.predict_proba(X), atol=1e-5)
    assert bic(X, end) == pytest.approx(oracle.bic(X), abs=1e-2)


@pytest.mark.parametrize("seed", range(6))
def test_the_log_likelihood_never_falls(seed):
    rng = np.random.default_rng(seed)
    X, _ = tilted(90, rng)
    values = [log_likelihood(X, mixture) for mixture in em(X, broad_start(X, 4, rng), 30)]
    assert min(np.diff(values)) >= -1e-6 * len(X)


def test_responsibilities_are_bayes_rule_and_survive_far_points():
    mixture = some_mixture(3, 2, seed=4)
    X = np.vstack([np.random.default_rng(1).standard_normal((20, 2)), [[1e3, -1e3]]])
    r = e_step(X, mixture)
    np.testing.assert_allclose(r.sum(axis=1), 1)
    joint = np.exp(log_joint(X[:20], mixture))
    np.testing.assert_allclose(r[:20], joint / joint.sum(axis=1, keepdims=True), atol=1e-12)


def test_the_m_step_is_the_weighted_mean_and_covariance():
    rng = np.random.default_rng(5)
    X, r = rng.standard_normal((40, 3)), rng.dirichlet(np.ones(2), 40)
    new = m_step(X, r, floor=0)
    for k in (0, 1):
        np.testing.assert_allclose(new.mu[k], np.average(X, axis=0, weights=r[:, k]))
        np.testing.assert_allclose(new.Sigma[k], np.cov(X.T, aweights=r[:, k], bias=True))


def test_the_log_likelihood_written_out_is_the_same():
    mixture, X = some_mixture(3, 2, seed=7), np.random.default_rng(0).standard_normal((25, 2))
    assert log_likelihood(X, mixture) == pytest.approx(log_likelihood_by_hand(X, mixture), abs=1e-9)


def test_parameters_are_counted():
    assert [parameter_count(K, 2) for K in (1, 2, 3)] == [5, 11, 17]


def test_a_component_on_one_point_has_no_best_width():
    X, _ = tilted(50, np.random.default_rng(0))
    end = em(X, broad_start(X, 3, np.random.default_rng(0)), 20)[-1]
    narrow = [log_likelihood(X, shrunken(X, end, width)) for width in (1e-3, 1e-6, 1e-9)]
    assert np.diff(narrow) == pytest.approx(2 * np.log(1e3), abs=1e-3)


def test_the_best_start_is_no_worse_than_the_first():
    X, _ = tilted(100, np.random.default_rng(2))
    first, best = (best_start(X, 3, np.random.default_rng(2), tries) for tries in (1, 8))
    reached = [log_likelihood(X, em(X, start, 10)[-1]) for start in (first, best)]
    assert reached[1] >= reached[0]


def test_an_ellipse_lies_two_standard_deviations_out():
    _, mu, Sigma = some_mixture(1, 2, seed=3)
    away = ellipse(mu[0], Sigma[0]) - mu[0]
    np.testing.assert_allclose(np.einsum("ni,ij,nj->n", away, np.linalg.inv(Sigma[0]), away), 4)


def test_purity_forgives_other_names_of_the_classes():
    truth = np.array([0, 0, 1, 1, 2])
    assert purity(np.array([2, 2, 0, 0, 1]), truth) == 1
    assert purity(np.zeros(5, dtype=int), truth) == pytest.approx(2 / 5)


@pytest.mark.parametrize(
    "parameters", [{"n": 30, "k": 6, "steps": 5}, {"n": 30, "k": 1}, {"n": 2000, "k": 2, "steps": 5}]
)
def test_the_bounds_of_the_parameters_play(parameters):
    assert not broken(demo(**parameters))


def without_weights(X, mixture):
    r = np.exp(log_gaussian(X, mixture.mu, mixture.Sigma))
    return r / r.sum(axis=1, keepdims=True)


def half_as_wide(X, r):
    pi, mu, Sigma = m_step(X, r)
    return Mixture(pi, mu, Sigma / 2)


def with_the_old_weights(X, r):
    return m_step(X, r)._replace(pi=np.full(r.shape[1], 1 / r.shape[1]))


def beside_the_mean(X, r):
    pi, mu, Sigma = m_step(X, r)
    return Mixture(pi, mu + 0.3, Sigma)


@pytest.mark.parametrize(
    ("name", "wrong", "fails"),
    [
        ("m_step", half_as_wide, {MOMENTS}),
        ("m_step", with_the_old_weights, {MOMENTS}),
        ("m_step", beside_the_mean, {RISE, MOMENTS, SLOPE}),
        ("e_step", lambda X, mixture: without_weights(X, mixture) ** 2, {RISE, SLOPE}),
        ("log_gaussian", lambda X, mu, Sigma: log_gaussian(X, mu, 2 * Sigma), {RISE, BY_HAND}),
        ("log_gaussian", lambda X, mu, Sigma: log_gaussian(X, mu, Sigma) / 2, {BY_HAND, TENFOLD}),
        ("shrunken", lambda X, end, width: shrunken(X, end, width**0.5), {TENFOLD}),
    ],
)
def test_a_wrong_algorithm_fails_its_check(monkeypatch, name, wrong, fails):
    monkeypatch.setattr(module, name, wrong)
    assert fails <= broken(demo(**SMALL))
