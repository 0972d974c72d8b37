"""Overfitting: cross-validation against scikit-learn and n refits, gradients against differences."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.model_selection import KFold, cross_val_score

from mlquiz.demos.classical import overfitting as module
from mlquiz.demos.classical.overfitting import (
    adam,
    bag,
    cross_validation,
    demo,
    descent,
    design,
    draw,
    fold_errors,
    leave_one_out,
    leverages,
    mean_squared_error,
    network,
    network_gradient,
    ridge,
    start,
    unpack,
)
from mlquiz.player import Ask, Table
from tests.demos.frames import broken, checks

LEFT_OUT, FOLDS, DESCENT, GRADIENT, ENSEMBLE = checks(demo(n=12, degree=5, steps=50))


def points(seed=0, n=20, degree=5):
    x, y = draw(n, 0.3, np.random.default_rng(seed))
    return design(x, degree), y


@pytest.mark.parametrize("lam", [0.0, 0.1])
@pytest.mark.parametrize("degree", [0, 3, 9])
@pytest.mark.parametrize("seed", range(3))
def test_leave_one_out_is_n_refits(seed, degree, lam):
    Phi, y = points(seed, degree=degree)
    losses = []
    for i in range(len(y)):
        w = ridge(np.delete(Phi, i, axis=0), np.delete(y, i), lam)
        losses.append((y[i] - Phi[i] @ w) ** 2)
    assert leave_one_out(Phi, y, lam) == pytest.approx(np.mean(losses), rel=1e-8)


@pytest.mark.parametrize("k", [2, 3, 5, 20])
@pytest.mark.parametrize("lam", [0.0, 0.1])
def test_fold_errors_are_scikit_learns(k, lam):
    Phi, y = points(1)
    splits = KFold(k, shuffle=True, random_state=3)
    model = Ridge(lam, fit_intercept=False) if lam else LinearRegression(fit_intercept=False)
    oracle = -cross_val_score(model, Phi, y, cv=splits, scoring="neg_mean_squared_error")
    folds = [test for _, test in splits.split(Phi)]
    np.testing.assert_allclose(fold_errors(Phi, y, folds, lam), oracle, atol=1e-8)
    by_size = np.average(oracle, weights=[len(fold) for fold in folds])
    assert cross_validation(Phi, y, folds, lam) == pytest.approx(by_size, abs=1e-8)


def test_every_point_counts_the_same_in_uneven_folds():
    Phi, y = np.ones((3, 1)), np.array([0.0, 0.0, 3.0])
    assert cross_validation(Phi, y, [np.array([0, 1]), np.array([2])]) == pytest.approx((9 + 9 + 9) / 3)


@pytest.mark.parametrize("lam", [0.0, 0.5])
def test_ridge_and_leverages_are_the_normal_equations(lam):
    Phi, y = points(2)
    inverse = np.linalg.inv(Phi.T @ Phi + lam * np.eye(Phi.shape[1]))
    np.testing.assert_allclose(ridge(Phi, y, lam), inverse @ Phi.T @ y, atol=1e-10)
    np.testing.assert_allclose(leverages(Phi, lam), np.diag(Phi @ inverse @ Phi.T), atol=1e-10)


def test_descent_lowers_the_loss_at_each_step_and_ends_at_least_squares():
    Phi, y = points(3, degree=3)
    path = descent(Phi, y, 3000)
    losses = ((path @ Phi.T - y) ** 2).mean(axis=1)
    assert (np.diff(losses) <= 1e-15).all()
    np.testing.assert_allclose(path[-1], ridge(Phi, y), atol=1e-8)


@pytest.mark.parametrize("seed", range(3))
def test_the_gradient_is_that_of_differences(seed):
    rng = np.random.default_rng(seed)
    theta, (x, y) = start(rng), draw(20, 0.3, rng)
    slopes = [
        (mean_squared_error(network(theta + e, x), y) - mean_squared_error(network(theta - e, x), y)) / 2e-5
        for e in np.eye(len(theta)) * 1e-5
    ]
    np.testing.assert_allclose(network_gradient(theta, x, y), slopes, atol=1e-7)


def test_the_network_by_hand():
    theta = np.array([1.0, -2.0, 0.5, 0.0, 3.0, 1.0, -1.0])
    w, b, v, c = unpack(theta)
    assert (w.tolist(), b.tolist(), v.tolist(), c) == ([1, -2], [0.5, 0], [3, 1], -1)
    assert network(theta, np.array([2.0]))[0] == pytest.approx(3 * np.tanh(2.5) + np.tanh(-4) - 1)


def test_adam_first_moves_every_parameter_by_its_step_size():
    rng = np.random.default_rng(0)
    theta, (x, y) = start(rng), draw(20, 0.3, rng)
    first = adam(theta, x, y, 1)[1] - theta
    np.testing.assert_allclose(first, -0.05 * np.sign(network_gradient(theta, x, y)), rtol=1e-3)
    path = adam(theta, x, y, 300)
    assert mean_squared_error(network(path[-1], x), y) < 0.05 < mean_squared_error(network(theta, x), y)


def test_bags_are_drawn_with_replacement():
    Phi, y = points(0, degree=1)
    weights = bag(Phi, y, 50, np.random.default_rng(0))
    assert len(np.unique(weights.round(12), axis=0)) == len(weights) == module.BAGS


def last_table(film):
    return [frame for frame in film if isinstance(frame, Table)][-1]


@pytest.mark.parametrize("seed", range(2))
def test_doing_nothing_has_the_least_training_error_and_more_points_beat_it(seed):
    nothing, *cured = last_table(demo(seed=seed)).rows
    assert nothing[2] < min(row[2] for row in cured)
    assert cured[-1][3] < nothing[3]


def test_without_much_noise_there_is_little_to_stop_for():
    stops = [next(frame for frame in demo(noise=noise) if isinstance(frame, Ask)) for noise in (0.3, 0.02)]
    assert stops[0].answer < stops[1].answer


@pytest.mark.parametrize(
    "parameters",
    [
        {"n": 8, "degree": 6, "folds": 2, "steps": 50},
        {"n": 8, "degree": 3, "folds": 8, "noise": 1.5},
        {"n": 200, "degree": 25, "noise": 0.02, "steps": 50},
    ],
)
def test_the_bounds_of_the_parameters_play(parameters):
    assert not broken(demo(**parameters))


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(1, 8))
def test_checks_hold_for_other_seeds(seed):
    assert not broken(demo(seed=seed))


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"n": 10, "folds": 11, "degree": 3}, "folds = 11 need at least as many points, and n is 10"),
        ({"n": 10}, "degree is at most 8, not 15"),
    ],
)
def test_parameters_that_do_not_fit_are_refused_before_the_first_frame(parameters, message):
    with pytest.raises(ValueError, match=message):
        next(demo(**parameters))


def unweighted(Phi, y, folds, lam=0.0):
    return float(np.sum(fold_errors(Phi, y, folds, lam))) / len(y)


def without_the_slope_of_tanh(theta, x, y):
    w, b, v, c = unpack(theta)
    Z = np.tanh(np.outer(x, w) + b)
    r = 2 * (Z @ v + c - y) / len(x)
    d = np.outer(r, v)
    return np.concatenate([d.T @ x, d.sum(axis=0), Z.T @ r, [r.sum()]])


def stopped_one_step_early(Phi, y, steps):
    path = descent(Phi, y, steps)
    return np.vstack([path[:1], path[:-1]])


@pytest.mark.parametrize(
    ("name", "wrong", "fails"),
    [
        ("leverages", lambda Phi, lam=0.0: -leverages(Phi, lam), LEFT_OUT),
        ("leverages", lambda Phi, lam=0.0: leverages(Phi, 2 * lam), LEFT_OUT),
        ("fold_errors", lambda Phi, y, folds, lam=0.0: fold_errors(Phi, y, folds, 2 * lam), FOLDS),
        ("cross_validation", unweighted, FOLDS),
        ("ridge", lambda Phi, y, lam=0.0: ridge(Phi, y, lam**2), FOLDS),
        ("gradient_descent", lambda g, x, a, steps: np.zeros((steps + 1, len(x))), DESCENT),
        ("descent", stopped_one_step_early, DESCENT),
        ("network_gradient", without_the_slope_of_tanh, GRADIENT),
        ("network_gradient", lambda theta, x, y: -network_gradient(theta, x, y), GRADIENT),
        ("mean_squared_error", lambda g, y: mean_squared_error(g, y) / 2, ENSEMBLE),
    ],
)
def test_a_wrong_algorithm_fails_its_check(monkeypatch, name, wrong, fails):
    monkeypatch.setattr(module, name, wrong)
    assert fails in broken(demo(n=12, degree=5, steps=60))
