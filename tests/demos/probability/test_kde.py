"""Kernel density estimation against scipy and scikit-learn."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import gaussian_kde
from sklearn.neighbors import KernelDensity

from mlquiz.demos.probability import kde as module
from mlquiz.demos.probability.kde import (
    GRID,
    KERNELS,
    VARIANCE,
    demo,
    gaussian,
    kde,
    left_out,
    sample,
    silverman,
    squared_error,
    truth,
)
from mlquiz.player import Ask
from tests.demos.frames import broken, checks

AREA, SPREAD, LEFT_OUT = checks(demo(n=20))


@pytest.fixture
def data():
    return sample(150, np.random.default_rng(0))


@pytest.mark.parametrize("h", [0.05, 0.3, 2.0])
def test_gaussian_estimate_is_scipys(data, h):
    oracle = gaussian_kde(data, bw_method=h / data.std(ddof=1))
    np.testing.assert_allclose(kde(GRID, data, h, gaussian), oracle(GRID), atol=1e-10)


@pytest.mark.parametrize(
    ("ours", "theirs"), [("gaussian", "gaussian"), ("epanechnikov", "epanechnikov"), ("uniform", "tophat")]
)
def test_every_kernel_is_scikit_learns(data, ours, theirs):
    oracle = KernelDensity(bandwidth=0.4, kernel=theirs).fit(data[:, None])
    expected = np.exp(oracle.score_samples(GRID[:, None]))
    np.testing.assert_allclose(kde(GRID, data, 0.4, KERNELS[ours]), expected, atol=1e-6)


@pytest.mark.parametrize("name", KERNELS)
def test_kernels_are_densities_of_known_variance(name):
    def at(u):
        return float(KERNELS[name](np.array([u]))[0])

    assert quad(at, -1, 1)[0] + 2 * quad(at, 1, 9)[0] == pytest.approx(1, abs=1e-8)
    second = quad(lambda u: u * u * at(u), -1, 1)[0] + 2 * quad(lambda u: u * u * at(u), 1, 9)[0]
    assert second == pytest.approx(VARIANCE[name], abs=1e-8)


def test_the_truth_is_a_density_and_the_data_come_from_it():
    assert quad(lambda x: float(truth(np.array([x]))[0]), -9, 9)[0] == pytest.approx(1)
    data = sample(20_000, np.random.default_rng(1))
    assert abs(data.mean() - (-0.15)) < 4 * data.std() / np.sqrt(20_000)


def test_more_data_come_closer_to_the_truth():
    rng = np.random.default_rng(2)
    errors = [squared_error(GRID, sample(n, rng), 0.9 * n**-0.2, gaussian) for n in (50, 500, 5000)]
    assert errors == sorted(errors, reverse=True)


def test_silvermans_rule():
    data = np.random.default_rng(3).standard_normal(400)
    quartiles = np.subtract(*np.percentile(data, [75, 25]))
    assert silverman(data) == pytest.approx(0.9 * min(data.std(ddof=1), quartiles / 1.34) * 400**-0.2)


def test_two_points_left_out_by_hand():
    data = np.array([0.0, 1.0])
    assert left_out(data, 0.5, gaussian) == pytest.approx(2 * np.log(gaussian(np.array([2.0]))[0] / 0.5))


@pytest.mark.parametrize(
    "parameters",
    [{"n": 5, "h": 0.05, "kernel": "uniform"}, {"n": 1000, "h": 2.0, "kernel": "epanechnikov"}],
)
def test_the_bounds_of_the_parameters_play(parameters):
    assert not broken(demo(**parameters))


def test_the_rule_of_thumb_smooths_two_bumps_away():
    (ask,) = (frame for frame in demo(n=500) if isinstance(frame, Ask))
    assert ask.answer == 0


@pytest.mark.parametrize(
    ("name", "wrong", "fails"),
    [
        ("kde", lambda x, data, h, K: kde(x, data, h, K) * h, {AREA}),
        ("kde", lambda x, data, h, K: kde(x, data, 1.5 * h, K), {SPREAD, LEFT_OUT}),
        ("kde", lambda x, data, h, K: kde(x, data[:50], h, K), {SPREAD, LEFT_OUT}),
        ("left_out", lambda data, h, K: float(np.log(kde(data, data, h, K)).sum()), {LEFT_OUT}),
    ],
)
def test_a_wrong_algorithm_fails_its_check(monkeypatch, name, wrong, fails):
    monkeypatch.setattr(module, name, wrong)
    assert fails <= broken(demo(n=100))
