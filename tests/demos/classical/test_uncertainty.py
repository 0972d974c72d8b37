"""Uncertainty: the ensemble against a mixture's moments, conformal coverage against its theory."""

from math import ceil

import numpy as np
import pytest
from scipy.stats import betabinom
from sklearn.linear_model import Ridge

from mlquiz.demos.classical import uncertainty as module
from mlquiz.demos.classical.uncertainty import (
    GRID,
    NEW,
    RIDGE,
    aleatoric,
    calibration_error_by_hand,
    conformal_rank,
    conformal_width,
    demo,
    epistemic,
    expected_calibration_error,
    features,
    fit,
    log_loss,
    member,
    noise,
    noise_variance,
    repeat,
    sigmoid,
    with_gap,
)
from tests.demos.frames import broken, checks

SMALL = {"n": 40, "members": 6}
MOMENTS, SAMPLES, COVERAGE, CALIBRATION = checks(demo(**SMALL))


def test_the_variance_is_that_of_an_equally_weighted_mixture():
    rng = np.random.default_rng(0)
    m, v = rng.standard_normal((7, 5)), rng.random((7, 5))
    total = v.mean(axis=0) + m.var(axis=0)
    np.testing.assert_allclose(aleatoric(v) + epistemic(m), total, atol=1e-12)
    np.testing.assert_allclose(aleatoric(v) + epistemic(m), (v + m**2).mean(0) - m.mean(0) ** 2, atol=1e-12)


def test_members_disagree_in_the_gap_and_nowhere_else():
    rng = np.random.default_rng(0)
    x, y = with_gap(200, rng)
    spread = epistemic(np.array([member(x, y, rng).m for _ in range(30)]))
    gap = (GRID > 2.8) & (GRID < 3.5)
    inside = ((GRID > 0.3) & (GRID < 2.2)) | ((GRID > 4.1) & (GRID < 5.7))
    assert spread[gap].mean() > 5 * spread[inside].mean()


def test_the_noise_is_found_from_points_out_of_bag():
    rng = np.random.default_rng(0)
    x, y = with_gap(500, rng)
    v = aleatoric(np.array([member(x, y, rng).v for _ in range(20)]))
    places = [10, 30, 95, 110]
    np.testing.assert_allclose(np.sqrt(v[places]), noise(GRID[places]), rtol=0.3)


def test_noise_variance_of_equal_residuals_is_their_square():
    v = noise_variance(np.array([0.0, 1.0, 5.0]), np.array([2.0, -2.0, 2.0]), GRID)
    np.testing.assert_allclose(v, 4)


def test_the_fit_is_scikit_learns_ridge():
    x, y = with_gap(60, np.random.default_rng(0))
    oracle = Ridge(alpha=RIDGE, fit_intercept=False).fit(features(x), y)
    np.testing.assert_allclose(features(GRID) @ fit(x, y), oracle.predict(features(GRID)), atol=1e-8)


@pytest.mark.parametrize(("n", "alpha", "rank"), [(9, 0.1, 9), (40, 0.1, 37), (99, 0.05, 95), (19, 0.5, 10)])
def test_conformal_rank(n, alpha, rank):
    assert conformal_rank(n, alpha) == rank


def test_the_width_is_an_upper_quantile_of_the_scores():
    scores = np.random.default_rng(0).random(50)
    level = ceil(51 * 0.9) / 50
    assert conformal_width(scores, 0.1) == np.quantile(scores, level, method="inverted_cdf")


@pytest.mark.parametrize("alpha", [0.1, 0.3])
def test_coverage_is_within_four_errors_of_theory(alpha):
    n, repeats = 60, 300
    rank = conformal_rank(n // 2, alpha)
    rng = np.random.default_rng(1)
    covered = [repeat(n, alpha, rng)[1] for _ in range(repeats)]
    theory = betabinom(NEW, rank, n // 2 + 1 - rank)
    assert theory.mean() / NEW == pytest.approx(rank / (n // 2 + 1))
    assert abs(np.mean(covered) - theory.mean() / NEW) < 4 * theory.std() / NEW / np.sqrt(repeats)


def test_calibration_error_is_counted_by_hand():
    rng = np.random.default_rng(0)
    p, y = rng.random(200), (rng.random(200) < 0.4).astype(float)
    p[:3] = [0.0, 1.0, 0.1]
    error, n, a, c = expected_calibration_error(p, y)
    assert error == pytest.approx(calibration_error_by_hand(p, y), abs=1e-12)
    assert n.sum() == 200
    assert error == pytest.approx((n * np.abs(a - c)).sum() / 200)


def test_honest_probabilities_are_calibrated_and_the_log_loss_finds_the_temperature():
    rng = np.random.default_rng(0)
    z = rng.normal(0, 1.5, 50_000)
    y = (rng.random(50_000) < sigmoid(z)).astype(float)
    honest, loud = (expected_calibration_error(sigmoid(k * z), y)[0] for k in (1, 3))
    assert honest < 0.02 < 0.1 < loud
    temperatures = np.linspace(1, 5, 41)
    best = temperatures[np.argmin([log_loss(3 * z, y, T) for T in temperatures])]
    assert best == pytest.approx(3, abs=0.15)


@pytest.mark.parametrize(
    "parameters",
    [
        {"n": 20, "members": 2},
        {"n": 200, "members": 2, "alpha": 0.01},
        {"n": 20, "members": 60, "alpha": 0.5},
    ],
)
def test_the_bounds_of_the_parameters_play(parameters):
    assert not broken(demo(**parameters))


def test_too_few_points_for_alpha_are_refused():
    with pytest.raises(ValueError, match=r"alpha = 0\.05 needs 38 points or more, and n is 37"):
        next(demo(n=37, alpha=0.05))
    assert not broken(demo(n=38, members=2, alpha=0.05))


def quantile_without_correction(scores, alpha):
    return float(np.quantile(scores, 1 - alpha - 0.06))


def calibration_over_equal_bins(p, y):
    _, n, a, c = expected_calibration_error(p, y)
    return float(np.abs(a - c).mean()), n, a, c


@pytest.mark.parametrize(
    ("name", "wrong", "fails"),
    [
        ("epistemic", lambda m: (m**2).mean(axis=0), {MOMENTS, SAMPLES}),
        ("epistemic", lambda m: m.var(axis=0) * 1.2, {MOMENTS}),
        ("aleatoric", lambda v: 2 * v.mean(axis=0), {MOMENTS, SAMPLES}),
        ("aleatoric", lambda v: np.sqrt(v).mean(axis=0) ** 2, {MOMENTS}),
        ("conformal_width", quantile_without_correction, {COVERAGE}),
        ("conformal_width", lambda scores, alpha: float(scores.max()), {COVERAGE}),
        ("expected_calibration_error", calibration_over_equal_bins, {CALIBRATION}),
    ],
)
def test_a_wrong_algorithm_fails_its_check(monkeypatch, name, wrong, fails):
    monkeypatch.setattr(module, name, wrong)
    assert fails <= broken(demo(**SMALL))
