"""Feature scaling against scikit-learn and least squares."""

import numpy as np
import pytest
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from mlquiz.demos.classical import feature_scaling as module
from mlquiz.demos.classical.feature_scaling import (
    condition,
    contours,
    demo,
    descend,
    excess,
    hessian,
    houses,
    min_max,
    standardize,
    steps_needed,
)
from mlquiz.demos.classical.knn import leave_one_out, two_moons
from mlquiz.demos.classical.linear_regression import gradient, mse, normal_equations
from tests.demos.frames import broken, checks

STANDARD, MIN_MAX, BACK, RAW, SCALED, CONDITION = checks(demo(n=20, steps=12))


def sample(seed=0, scale=50.0, n=100):
    return houses(n, scale, np.random.default_rng(seed))


@pytest.mark.parametrize("seed", range(3))
def test_scaled_values_are_scikit_learns(seed):
    X = np.random.default_rng(seed).gamma(2.0, [1.0, 30.0, 1e4], (50, 3))
    np.testing.assert_allclose(min_max(X), MinMaxScaler().fit_transform(X), atol=1e-12)
    np.testing.assert_allclose(standardize(X), StandardScaler().fit_transform(X), atol=1e-12)


@pytest.mark.parametrize("scale", [1.0, 50.0, 100.0])
def test_weights_mapped_back_are_numpys_least_squares(scale):
    X, y = sample(scale=scale)
    back = normal_equations(standardize(X), y) / X.std(axis=0)
    np.testing.assert_allclose(back, np.linalg.lstsq(X, y)[0], atol=1e-8)


def test_descent_on_scaled_features_ends_at_the_same_weights():
    X, y = sample()
    end = descend(standardize(X), y, 200).way[-1]
    np.testing.assert_allclose(end / X.std(axis=0), np.linalg.lstsq(X, y)[0], atol=1e-8)


def test_scaling_undoes_units():
    X, _ = sample()
    for scaling in (min_max, standardize):
        np.testing.assert_allclose(scaling(X * [3.0, 0.01] + [7.0, -2.0]), scaling(X), atol=1e-10)


def test_the_hessian_is_the_slope_of_the_gradient():
    X, y = sample(scale=2.0)
    w = np.array([0.3, -0.4])
    slopes = [(gradient(X, y, w + e) - gradient(X, y, w - e)) / 2e-4 for e in 1e-4 * np.eye(2)]
    np.testing.assert_allclose(hessian(X), slopes, atol=1e-6)
    assert condition(X) == pytest.approx(np.linalg.cond(X) ** 2)


def test_the_counted_steps_are_those_of_descent():
    X, y = sample(scale=4.0)
    way = descend(X, y, 400).way
    least = mse(X, y, normal_equations(X, y))
    left = np.array([mse(X, y, w) - least for w in way])
    np.testing.assert_allclose(left[:60], excess(X, y, 400)[:60], rtol=1e-6)
    assert steps_needed(X, y) == int((left > 1e-6 * left[0]).sum())
    assert steps_needed(X, y) > 2 * steps_needed(standardize(X), y)


def test_contours_are_level():
    X, y = sample(scale=10.0)
    whole, fifth = contours(descend(X, y, 5), X, y).values()
    least = mse(X, y, normal_equations(X, y))
    start = mse(X, y, np.zeros(2)) - least
    np.testing.assert_allclose([mse(X, y, w) - least for w in whole], start)
    np.testing.assert_allclose([mse(X, y, w) - least for w in fifth], 0.2 * start)


def test_neighbours_suffer_from_units_and_scaling_mends_that():
    X, y = two_moons(300, 0.25, np.random.default_rng(0))
    raw, scaled = (
        leave_one_out(points, y, np.array([7]))[0] for points in (X * [1, 50], standardize(X * [1, 50]))
    )
    assert scaled > raw + 0.05


@pytest.mark.parametrize(
    "parameters",
    [
        {"n": 20, "scale": 100.0, "steps": 5},
        {"n": 400, "scale": 1.0, "steps": 1000},
        {"scale": 2.5, "steps": 1000},
    ],
)
def test_the_bounds_of_the_parameters_play(parameters):
    assert not broken(demo(**parameters))


def sample_deviation(X):
    return (X - X.mean(axis=0)) / X.std(axis=0, ddof=1)


def skips_a_step(X, y, steps):
    descent = descend(X, y, steps)
    return descent._replace(way=descent.way[[*range(steps), steps - 1]])


@pytest.mark.parametrize(
    ("name", "wrong", "fails"),
    [
        ("standardize", sample_deviation, {STANDARD, BACK}),
        ("standardize", min_max, {STANDARD, BACK}),
        ("min_max", lambda X: X / X.max(axis=0), {MIN_MAX}),
        ("descend", skips_a_step, {RAW, SCALED}),
        ("gradient", lambda X, y, w: -gradient(X, y, w), {RAW, SCALED}),
        ("excess", lambda X, y, steps: 2 * excess(X, y, steps), {RAW, SCALED}),
        ("condition", lambda X: condition(X) ** 0.5, {CONDITION}),
    ],
)
def test_a_wrong_algorithm_fails_its_check(monkeypatch, name, wrong, fails):
    monkeypatch.setattr(module, name, wrong)
    assert fails <= broken(demo(n=20, steps=8))
