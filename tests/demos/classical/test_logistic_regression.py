"""Logistic regression against scikit-learn and finite differences."""

import numpy as np
import pytest
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from mlquiz.demos.classical import logistic_regression as module
from mlquiz.demos.classical.logistic_regression import (
    clouds,
    demo,
    descend,
    differences,
    gradient,
    hessian,
    loss,
    newton,
    sigmoid,
    with_ones,
)
from tests.demos.frames import broken, checks

ODDS, LIKELIHOOD, DIFFERENCES, BOUND, RISE = checks(demo(n=60, steps=5))


def sample(seed, n=150, separable=False):
    points, y = clouds(n, separable, np.random.default_rng(seed))
    return with_ones(points), y


@pytest.mark.parametrize("seed", range(3))
def test_weights_are_scikit_learns(seed):
    X, y = sample(seed)
    oracle = LogisticRegression(C=np.inf, tol=1e-9, max_iter=1000).fit(X[:, 1:], y)
    expected = [*oracle.intercept_, *oracle.coef_[0]]
    np.testing.assert_allclose(newton(X, y), expected, atol=1e-5)
    np.testing.assert_allclose(descend(X, y, 1.0, 2000)[-1], expected, atol=1e-3)
    assert loss(X, y, newton(X, y)) == pytest.approx(log_loss(y, oracle.predict_proba(X[:, 1:])))


def test_the_sigmoid_is_scipys_also_far_out():
    z = np.array([-800.0, -30, -1, 0, 2, 40, 800])
    np.testing.assert_allclose(sigmoid(z), expit(z), atol=1e-15)


@pytest.mark.parametrize("weighted", [False, True])
def test_gradient_and_hessian_are_those_of_finite_differences(weighted):
    rng = np.random.default_rng(0)
    X, y = sample(1)
    beta, w = rng.standard_normal(3), rng.uniform(0.5, 3, len(y)) if weighted else 1.0
    h = 1e-5 * np.eye(3)
    slopes = [(loss(X, y, beta + e, w) - loss(X, y, beta - e, w)) / 2e-5 for e in h]
    np.testing.assert_allclose(gradient(X, y, beta, w), slopes, atol=1e-8)
    bends = [(gradient(X, y, beta + e, w) - gradient(X, y, beta - e, w)) / 2e-5 for e in h]
    np.testing.assert_allclose(hessian(X, beta, w), bends, atol=1e-8)
    np.testing.assert_allclose(differences(X, y, beta), gradient(X, y, beta), atol=1e-8)


def test_at_the_optimum_the_mean_probability_is_the_share_of_ones():
    X, y = sample(2, n=151)
    assert sigmoid(X @ newton(X, y)).mean() == pytest.approx(y.mean(), abs=1e-10)


def test_on_separable_data_the_weights_keep_growing_and_the_loss_falling():
    X, y = sample(0, separable=True)
    path = descend(X, y, 1.0, 4000)
    lengths = np.linalg.norm(path[[100, 1000, 4000]], axis=1)
    assert lengths[2] > 1.15 * lengths[1] > 1.3 * lengths[0]
    assert loss(X, y, path[-1]) < loss(X, y, path[1000]) / 2
    assert ((X @ path[-1] > 0) == (y == 1)).all()


def test_overlapping_weights_settle():
    X, y = sample(0)
    path = descend(X, y, 1.0, 4000)
    np.testing.assert_allclose(path[-1], path[-1000], atol=1e-6)


@pytest.mark.parametrize(
    "parameters",
    [
        {"separable": True},
        {"separable": True, "lr": 1.0, "steps": 2000, "n": 60},
        {"n": 60, "lr": 0.01, "steps": 5},
        {"n": 1000, "lr": 1.0, "steps": 50},
    ],
)
def test_the_bounds_of_the_parameters_play(parameters):
    assert not broken(demo(**parameters))


@pytest.mark.parametrize(
    ("name", "wrong", "fails"),
    [
        ("gradient", lambda X, y, beta, w=1.0: -gradient(X, y, beta, w), {DIFFERENCES, RISE}),
        ("gradient", lambda X, y, beta, w=1.0: 2 * gradient(X, y, beta, w), {DIFFERENCES}),
        ("sigmoid", lambda z: sigmoid(2 * z), {ODDS, DIFFERENCES}),
        ("loss", lambda X, y, beta, w=1.0: 2 * loss(X, y, beta, w), {LIKELIHOOD, DIFFERENCES}),
        ("descend", lambda X, y, lr, steps: descend(X, y, lr, steps) * 0.1, {BOUND}),
        ("descend", lambda X, y, lr, steps: descend(X, y, 60 * lr, steps), {RISE}),
    ],
)
def test_a_wrong_algorithm_fails_its_check(monkeypatch, name, wrong, fails):
    monkeypatch.setattr(module, name, wrong)
    assert fails <= broken(demo(n=100))
