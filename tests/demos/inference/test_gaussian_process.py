"""Gaussian process regression against scikit-learn and brute-force conditioning."""

import numpy as np
import pytest
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF

from mlquiz.demos.inference import gaussian_process as module
from mlquiz.demos.inference.gaussian_process import (
    GRID,
    Posterior,
    by_precision,
    condition,
    demo,
    deviation,
    draws,
    kernel,
    wave,
)
from mlquiz.player import Line
from tests.demos.frames import broken, checks

MEAN, COVARIANCE, EVIDENCE, BOUND = checks(demo(n=3))


def data(seed=0, n=12):
    rng = np.random.default_rng(seed)
    X = rng.uniform(-4, 4, n)
    return X, wave(X) + 0.1 * rng.standard_normal(n)


@pytest.mark.parametrize("length_scale", [0.3, 0.7, 2.0])
@pytest.mark.parametrize("seed", range(3))
def test_mean_deviation_and_evidence_are_scikit_learns(seed, length_scale):
    X, y = data(seed)
    oracle = GaussianProcessRegressor(RBF(length_scale), alpha=0.1**2, optimizer=None).fit(X[:, None], y)
    mean, std = oracle.predict(GRID[:, None], return_std=True)
    p = condition(X, y, GRID, length_scale, 0.1)
    np.testing.assert_allclose(p.mean, mean, atol=1e-8)
    np.testing.assert_allclose(deviation(p), std, atol=1e-6)
    assert p.log_evidence == pytest.approx(oracle.log_marginal_likelihood_value_, abs=1e-8)


def test_conditioning_the_joint_gaussian_gives_the_same():
    X, y = data()
    x = np.array([-3.0, 0.5, 4.0])
    p = condition(X, y, x, 0.7, 0.1)
    mean, covariance = by_precision(X, y, x, 0.7, 0.1)
    np.testing.assert_allclose(p.mean, mean, atol=1e-10)
    np.testing.assert_allclose(p.covariance + 0.01 * np.eye(3), covariance, atol=1e-10)


def test_without_noise_the_mean_passes_through_the_data():
    X, y = np.array([-3.0, -1.0, 0.5, 2.0]), np.array([1.0, -1.0, 0.5, 2.0])
    p = condition(X, y, X, 0.7, 1e-6)
    np.testing.assert_allclose(p.mean, y, atol=1e-8)
    np.testing.assert_allclose(deviation(p), 0, atol=1e-5)


def test_far_from_the_data_the_prior_is_back():
    X, y = data()
    p = condition(X, y, np.array([100.0]), 0.7, 0.1)
    assert p.mean[0] == pytest.approx(0)
    assert p.covariance[0, 0] == pytest.approx(1)


def test_no_data_leave_the_prior():
    p = condition(np.zeros(0), np.zeros(0), GRID, 0.7, 0.1)
    np.testing.assert_allclose(p.covariance, kernel(GRID, GRID, 0.7))
    assert p.log_evidence == 0


def test_draws_have_the_posteriors_mean_and_covariance():
    X, y = data()
    x = np.array([-4.5, 0.0, 1.0])
    p = condition(X, y, x, 0.7, 0.1)
    functions = draws(p, np.random.default_rng(0).standard_normal((3, 20_000)))
    np.testing.assert_allclose(functions.mean(axis=1), p.mean, atol=4 / np.sqrt(20_000))
    np.testing.assert_allclose(np.cov(functions), p.covariance, atol=0.05)


def test_each_point_narrows_the_band():
    bands = [frame.y for frame in demo(n=8) if isinstance(frame, Line) and frame.name == "functions"]
    width = [np.mean(curves["+2 sd"] - curves["-2 sd"]) for curves in bands[4:13]]
    assert (np.diff(width) < 0).all()


@pytest.mark.parametrize(
    "parameters",
    [
        {"n": 1, "length_scale": 5.0, "noise": 0.01},
        {"n": 30, "length_scale": 5.0, "noise": 0.01},
        {"n": 30, "length_scale": 0.1},
    ],
)
def test_the_bounds_of_the_parameters_play(parameters):
    assert not broken(demo(**parameters))


def changed(**by):
    def wrong(X, y, x, length_scale, s):
        p = condition(X, y, x, length_scale, s)
        return p._replace(**{name: change(p, s) for name, change in by.items()})

    return wrong


@pytest.mark.parametrize(
    ("wrong", "fails"),
    [
        (lambda X, y, x, length_scale, s: condition(X, y, x, length_scale, 2 * s), {MEAN, COVARIANCE, BOUND}),
        (changed(mean=lambda p, s: -p.mean), {MEAN, EVIDENCE}),
        (changed(covariance=lambda p, s: p.covariance + s**2 * np.eye(len(p.mean))), {COVARIANCE, BOUND}),
        (changed(log_evidence=lambda p, s: p.log_evidence + 1), {EVIDENCE}),
        (lambda X, y, x, length_scale, s: Posterior(0 * x, kernel(x, x, length_scale), 0.0), {MEAN, BOUND}),
    ],
)
def test_a_wrong_algorithm_fails_its_check(monkeypatch, wrong, fails):
    monkeypatch.setattr(module, "condition", wrong)
    assert fails <= broken(demo())
