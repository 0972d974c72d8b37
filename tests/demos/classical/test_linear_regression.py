"""Linear regression against numpy's and scipy's least squares."""

import numpy as np
import pytest
from scipy.stats import linregress

from mlquiz.demos.classical import linear_regression as module
from mlquiz.demos.classical.linear_regression import (
    TRUTH,
    demo,
    descend,
    dragged,
    gradient,
    mse,
    noisy_line,
    normal_equations,
    r_squared,
    standard_errors,
)
from tests.demos.frames import broken, checks

SLOPE, INTERCEPT, DIFFERENCES, EIGENVECTORS, R2, ERROR = checks(demo(n=20, steps=5))


def sample(seed, n=60, outliers=0):
    x, y = noisy_line(n, 0.5, outliers, np.random.default_rng(seed))
    return np.column_stack([np.ones(n), x]), y


@pytest.mark.parametrize("d", [2, 5])
@pytest.mark.parametrize("seed", range(3))
def test_the_closed_form_is_numpys(seed, d):
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((40, d)), rng.standard_normal(40)
    np.testing.assert_allclose(normal_equations(X, y), np.linalg.lstsq(X, y)[0], atol=1e-8)


@pytest.mark.parametrize("outliers", [0, 5])
def test_errors_and_r_squared_are_scipys(outliers):
    X, y = sample(0, outliers=outliers)
    oracle = linregress(X[:, 1], y)
    beta = normal_equations(X, y)
    np.testing.assert_allclose(beta, [oracle.intercept, oracle.slope], atol=1e-10)
    np.testing.assert_allclose(standard_errors(X, y, beta), [oracle.intercept_stderr, oracle.stderr])
    assert r_squared(X, y, beta) == pytest.approx(oracle.rvalue**2)


def test_gradient_descent_reaches_the_same_loss():
    X, y = sample(1)
    assert mse(X, y, descend(X, y, 0.1, 200)[-1]) == pytest.approx(
        mse(X, y, normal_equations(X, y)), abs=1e-6
    )


def test_the_gradient_is_that_of_finite_differences():
    rng = np.random.default_rng(2)
    X, y, beta = rng.standard_normal((30, 4)), rng.standard_normal(30), rng.standard_normal(4)
    slopes = [(mse(X, y, beta + e) - mse(X, y, beta - e)) / 2e-5 for e in 1e-5 * np.eye(4)]
    np.testing.assert_allclose(gradient(X, y, beta), slopes, atol=1e-6)


def test_noise_without_end_averages_out():
    X, y = sample(3, n=200_000)
    np.testing.assert_allclose(normal_equations(X, y), TRUTH, atol=0.01)


def test_outliers_flatten_the_line():
    assert normal_equations(*sample(0, outliers=6))[1] < normal_equations(*sample(0))[1] - 0.5


def test_dragging_a_point_moves_the_line_by_its_leverage():
    X, y = sample(4)
    fits = dragged(X, y, 7)
    np.testing.assert_allclose(fits[0] - fits[-1], 15 * np.linalg.pinv(X)[:, 7], atol=1e-10)


@pytest.mark.parametrize(
    "parameters",
    [
        {"n": 10, "outliers": 5},
        {"n": 1000, "noise": 3.0, "steps": 2},
        {"lr": 1.0, "steps": 300, "n": 10},
        {"lr": 0.001, "steps": 300},
    ],
)
def test_the_bounds_of_the_parameters_play(parameters):
    assert not broken(demo(**parameters))


def test_too_many_outliers_are_refused_before_the_first_frame():
    with pytest.raises(ValueError, match="outliers = 11 are more than half of n = 20"):
        next(demo(n=20, outliers=11))


def ridge(X, y):
    return np.linalg.solve(X.T @ X + np.eye(2), X.T @ y)


def skips_a_step(X, y, lr, steps):
    return descend(X, y, lr, steps)[:-1].repeat([1] * (steps - 1) + [2], axis=0)


@pytest.mark.parametrize(
    ("name", "wrong", "fails"),
    [
        ("normal_equations", ridge, {SLOPE, INTERCEPT, R2}),
        ("gradient", lambda X, y, beta: -gradient(X, y, beta), {DIFFERENCES, EIGENVECTORS}),
        ("gradient", lambda X, y, beta: gradient(X, y, beta) / 2, {DIFFERENCES, EIGENVECTORS}),
        ("descend", skips_a_step, {EIGENVECTORS}),
        ("mse", lambda X, y, beta: 2 * mse(X, y, beta), {DIFFERENCES, R2}),
        ("r_squared", lambda X, y, beta: r_squared(X, y, beta) ** 0.5, {R2}),
        ("standard_errors", lambda X, y, beta: standard_errors(X, y, beta) * 0.98, {ERROR}),
    ],
)
def test_a_wrong_algorithm_fails_its_check(monkeypatch, name, wrong, fails):
    monkeypatch.setattr(module, name, wrong)
    assert fails <= broken(demo(steps=12))
