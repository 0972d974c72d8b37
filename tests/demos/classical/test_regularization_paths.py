"""Regularization paths against scikit-learn and the conditions of a minimum."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from sklearn.linear_model import ElasticNet, Lasso, Ridge

from mlquiz.demos.classical import regularization_paths as module
from mlquiz.demos.classical.regularization_paths import (
    coordinate_descent,
    demo,
    measurements,
    objective,
    path,
    penalties,
    relevant,
    soft_threshold,
    strands,
    violation,
)
from tests.demos.frames import broken, checks

SMALL = {"n": 40, "d": 6, "points": 5}
RIDGE, LASSO, SLOPE, RISE = checks(demo(**SMALL))


def data(seed, n=60, d=8):
    X, y = measurements(n, d, np.random.default_rng(seed))
    return (X - X.mean(axis=0)) / X.std(axis=0), y - y.mean()


def oracle(ratio, lam, n):
    options = {"fit_intercept": False, "tol": 1e-12, "max_iter": 100_000}
    if ratio == 0:
        return Ridge(alpha=n * lam, fit_intercept=False)
    if ratio == 1:
        return Lasso(alpha=lam, **options)
    return ElasticNet(alpha=lam, l1_ratio=ratio, **options)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("ratio", [0.0, 0.3, 0.8, 1.0])
@pytest.mark.parametrize("lam", [0.003, 0.1, 1.0])
def test_coefficients_are_scikit_learns(seed, ratio, lam):
    X, y = data(seed)
    b = coordinate_descent(X, y, lam, ratio, np.zeros(8))
    np.testing.assert_allclose(b, oracle(ratio, lam, 60).fit(X, y).coef_, atol=1e-5)


@pytest.mark.parametrize("seed", range(3))
def test_the_lasso_fulfils_its_conditions_all_along_the_path(seed):
    known, new = data(seed), data(seed + 10)
    lam, B, *_ = path(known, new, 1.0, 12)
    assert all(violation(*known, b, penalty) < 1e-6 for penalty, b in zip(lam, B, strict=True))
    assert (np.diff((B != 0).sum(axis=1)) >= -1).all()


def test_a_violation_is_seen():
    X, y = data(0)
    b = coordinate_descent(X, y, 0.2, 1.0, np.zeros(8))
    assert violation(X, y, b + 0.01, 0.2) > 1e-3
    assert violation(X, y, np.zeros(8), 0.2) > 0.1


@pytest.mark.parametrize("ratio", [0.5, 1.0])
def test_the_largest_penalty_is_the_smallest_that_leaves_nothing(ratio):
    X, y = data(1)
    largest = penalties(X, y, ratio, 3)[0]
    assert not coordinate_descent(X, y, 1.0001 * largest, ratio, np.zeros(8)).any()
    assert coordinate_descent(X, y, 0.99 * largest, ratio, np.zeros(8)).any()


@pytest.mark.parametrize(("z", "lam"), [(2.0, 0.5), (-2.0, 0.5), (0.3, 0.5), (1.0, 0.0)])
def test_the_soft_threshold_is_scipys_minimum(z, lam):
    found = minimize_scalar(lambda b: 0.5 * (b - z) ** 2 + lam * abs(b), bounds=(-3, 3), method="bounded")
    assert soft_threshold(z, lam) == pytest.approx(found.x, abs=1e-4)


def test_objective_by_definition():
    X, y, b = np.eye(2), np.array([1.0, 3.0]), np.array([2.0, -1.0])
    assert objective(X, y, b, 0.1, 0.25) == pytest.approx((1 + 16) / 4 + 0.1 * (0.25 * 3 + 0.75 * 5 / 2))


def test_errors_of_a_path_are_those_of_its_coefficients():
    known, new = data(0), data(1)
    lam, B, on_known, on_new = path(known, new, 0.5, 4)
    assert (np.diff(lam) < 0).all()
    assert on_known[2] == pytest.approx(np.mean((known[1] - known[0] @ B[2]) ** 2))
    assert on_new[3] == pytest.approx(np.mean((new[1] - new[0] @ B[3]) ** 2))


@pytest.mark.parametrize("d", [4, 5, 12, 40])
def test_four_features_are_relevant(d):
    assert relevant(d).sum() == 4


def test_strands_keep_every_coefficient_once():
    B = np.arange(12.0).reshape(2, 6)
    x, curves = strands(np.array([3.0, 1.0]), B)
    values = np.concatenate([curve[~np.isnan(curve)] for curve in curves.values()])
    assert sorted(values) == list(range(12))
    assert len(x) == 6 * 3


@pytest.mark.parametrize(
    "parameters",
    [
        {"n": 20, "d": 4, "points": 5, "l1_ratio": 0.05},
        {"n": 20, "d": 10, "points": 5, "l1_ratio": 0.95},
        {"n": 500, "d": 4, "points": 100},
    ],
)
def test_the_bounds_of_the_parameters_play(parameters):
    assert not broken(demo(**parameters))


def test_more_features_than_half_the_points_are_refused():
    with pytest.raises(ValueError, match="d = 11 features need at least 22 points here, and n is 20"):
        next(demo(n=20, d=11))


def sweeps(n):
    return lambda X, y, lam, ratio, start: coordinate_descent(X, y, lam, ratio, start, n)


@pytest.mark.parametrize(
    ("wrong", "fails"),
    [
        (lambda z, lam: z - lam, {LASSO, SLOPE, RISE}),
        (lambda z, lam: z, {LASSO, SLOPE, RISE}),
        (lambda z, lam: z if abs(z) > lam else 0.0, {LASSO, SLOPE, RISE}),
        (lambda z, lam: -soft_threshold(z, lam), {RIDGE, LASSO}),
    ],
)
def test_a_wrong_threshold_fails_its_checks(monkeypatch, wrong, fails):
    monkeypatch.setattr(module, "soft_threshold", wrong)
    monkeypatch.setattr(module, "coordinate_descent", sweeps(30))  # a wrong sign never settles
    assert fails <= broken(demo(**SMALL))


def test_too_few_sweeps_fail_all_checks(monkeypatch):
    monkeypatch.setattr(module, "coordinate_descent", sweeps(1))
    assert broken(demo(**SMALL)) == {RIDGE, LASSO, SLOPE, RISE}
