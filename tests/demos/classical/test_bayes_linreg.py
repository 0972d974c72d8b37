"""Bayesian linear regression against scikit-learn, sampling and sums over a lattice."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal
from sklearn.linear_model import Ridge

from mlquiz.demos.classical import bayes_linreg as module
from mlquiz.demos.classical.bayes_linreg import (
    Gaussian,
    by_integration,
    demo,
    density,
    design,
    learn,
    posterior,
    predict,
    prior,
)
from tests.demos.frames import broken, checks

BATCH, RIDGE, INTEGRAL, SAMPLES = checks(demo(n=5))


def data(seed, n=15, d=3):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n, d)), rng.standard_normal(n)


@pytest.mark.parametrize("seed", range(4))
def test_one_by_one_is_all_at_once(seed):
    X, y = data(seed)
    belief = prior(3, 0.7)
    for x, target in zip(X, y, strict=True):
        belief = learn(belief, x, target, 9.0)
    batch = posterior(X, y, 0.7, 9.0)
    np.testing.assert_allclose(belief.m, batch.m, atol=1e-10)
    np.testing.assert_allclose(belief.S, batch.S, atol=1e-10)


@pytest.mark.parametrize("seed", range(4))
def test_the_mean_is_scikit_learns_ridge(seed):
    X, y = data(seed)
    oracle = Ridge(alpha=2.0 / 25.0, fit_intercept=False).fit(X, y)
    np.testing.assert_allclose(posterior(X, y, 2.0, 25.0).m, oracle.coef_, atol=1e-8)


def test_the_variance_of_a_prediction_is_that_of_samples():
    rng = np.random.default_rng(0)
    X, y = data(1)
    belief, new = posterior(X, y, 2.0, 4.0), data(2, n=4)[0]
    w = rng.multivariate_normal(belief.m, belief.S, 100_000)
    targets = w @ new.T + 0.5 * rng.standard_normal((100_000, 4))
    mean, variance = predict(belief, new, 4.0)
    np.testing.assert_allclose(variance, targets.var(axis=0), rtol=0.02)
    np.testing.assert_allclose(mean, targets.mean(axis=0), atol=0.02)


def test_the_density_is_scipys_up_to_scale():
    belief = posterior(*data(0, d=2), 1.0, 3.0)
    W = data(3, d=2)[0]
    oracle = multivariate_normal(belief.m, belief.S)
    np.testing.assert_allclose(density(belief, W), oracle.pdf(W) / oracle.pdf(belief.m), atol=1e-12)


def test_the_integral_finds_the_mean():
    x, y = data(4, d=1)
    X = design(x[:, 0])
    belief = posterior(X, y, 2.0, 5.0)
    np.testing.assert_allclose(by_integration(X, y, 2.0, 5.0, belief), belief.m, atol=1e-8)


def test_one_point_leaves_a_ridge():
    belief = learn(prior(2, 2.0), np.array([1.0, 0.5]), 0.3, 400.0)
    small, large = np.linalg.eigvalsh(belief.S)
    assert large == pytest.approx(1 / 2.0)
    assert small < 0.01


def test_without_points_it_is_the_prior():
    m, S = posterior(np.zeros((0, 2)), np.zeros(0), 4.0, 1.0)
    np.testing.assert_array_equal(m, 0)
    np.testing.assert_allclose(S, np.eye(2) / 4)


@pytest.mark.parametrize(
    "parameters",
    [
        {"n": 3, "prior_precision": 0.1, "noise_precision": 400.0},
        {"n": 3, "prior_precision": 100.0, "noise_precision": 1.0},
        {"n": 200},
    ],
)
def test_the_bounds_of_the_parameters_play(parameters):
    assert not broken(demo(**parameters))


def forgetful(belief, x, y, beta):
    return Gaussian(learn(belief, x, y, beta).m, belief.S)


def away_from_the_point(belief, x, y, beta):
    m, S = learn(belief, x, y, beta)
    return Gaussian(2 * belief.m - m, S)


def without_prior(X, y, lam, beta):
    return posterior(X, y, 1e-9, beta)


def twice_sure(X, y, lam, beta):
    m, S = posterior(X, y, lam, beta)
    return Gaussian(m, S / 2)


def without_noise(belief, X, beta):
    mean, variance = predict(belief, X, beta)
    return mean, variance - 1 / beta


def noise_alone(belief, X, beta):
    return predict(belief, X, beta)[0], np.full(len(X), 1 / beta)


@pytest.mark.parametrize(
    ("name", "wrong", "fails"),
    [
        ("learn", forgetful, {BATCH, INTEGRAL}),
        ("learn", away_from_the_point, {BATCH, INTEGRAL}),
        ("posterior", without_prior, {BATCH, RIDGE}),
        ("posterior", twice_sure, {BATCH}),
        ("predict", without_noise, {SAMPLES}),
        ("predict", noise_alone, {SAMPLES}),
    ],
)
def test_a_wrong_algorithm_fails_its_check(monkeypatch, name, wrong, fails):
    monkeypatch.setattr(module, name, wrong)
    assert fails <= broken(demo(n=5))
