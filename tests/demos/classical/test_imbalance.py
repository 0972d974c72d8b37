"""Imbalanced classes: SMOTE against its geometry, weights against scikit-learn and copies."""

import numpy as np
import pytest
from scipy.spatial import cKDTree
from sklearn import metrics as oracle
from sklearn.linear_model import LogisticRegression
from sklearn.utils.class_weight import compute_sample_weight

from mlquiz.demos.classical import imbalance as module
from mlquiz.demos.classical.imbalance import (
    Data,
    balanced_weights,
    best_threshold,
    brier,
    demo,
    log_loss,
    off_segment,
    oversample,
    prior_corrected,
    probabilities,
    smote,
    subsample,
    two_clouds,
)
from mlquiz.demos.classical.logistic_regression import loss, newton, with_ones
from mlquiz.demos.classical.metrics import confusion, f_beta
from tests.demos.frames import broken, checks

SEGMENTS, COPIES, BALANCE, F1, CORRECTED = checks(demo(n_major=200, n_minor=20))


def sample(seed=0, n_major=400, n_minor=40):
    return two_clouds(n_major, n_minor, 1.6, np.random.default_rng(seed))


@pytest.mark.parametrize("k", [1, 5])
def test_every_synthetic_point_lies_between_a_point_and_one_of_its_neighbours(k):
    minor = np.random.default_rng(1).standard_normal((30, 2))
    made = smote(minor, k, 300, np.random.default_rng(2))
    _, near = cKDTree(minor).query(minor, k + 1)
    starts = np.repeat(minor, k, axis=0)
    ways = minor[near[:, 1:].ravel()] - starts
    along = made[:, None] - starts
    u = np.clip((along * ways).sum(axis=-1) / (ways**2).sum(axis=-1), 0, 1)
    gaps = np.linalg.norm(along - u[..., None] * ways, axis=-1).min(axis=1)
    assert gaps.max() < 1e-12
    assert off_segment(made, minor, k) < 1e-12
    assert len(made) == 300


def test_synthetic_points_are_spread_over_their_segment():
    made = smote(np.array([[0.0], [1.0]]), 1, 4000, np.random.default_rng(0))
    assert np.quantile(made, [0.25, 0.5, 0.75]) == pytest.approx([0.25, 0.5, 0.75], abs=0.03)


def test_integer_weights_are_copies():
    points, y = sample()
    X, beta = with_ones(points), np.array([-2.0, 0.4, 1.1])
    w = np.random.default_rng(3).integers(1, 6, len(y))
    copied = loss(X.repeat(w, axis=0), y.repeat(w), beta)
    assert loss(X, y, beta, w.astype(float)) * len(y) / w.sum() == pytest.approx(copied, abs=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_the_weighted_fit_is_scikit_learns(seed):
    points, y = sample(seed)
    fit = LogisticRegression(C=np.inf, class_weight="balanced", tol=1e-8).fit(points, y)
    np.testing.assert_allclose(balanced_weights(y), compute_sample_weight("balanced", y))
    expected = [*fit.intercept_, *fit.coef_[0]]
    np.testing.assert_allclose(newton(with_ones(points), y, balanced_weights(y)), expected, atol=1e-3)


def test_scores_of_probabilities_are_scikit_learns():
    points, y = sample()
    p = probabilities(newton(with_ones(points), y), points)
    assert brier(y, p) == pytest.approx(oracle.brier_score_loss(y, p))
    assert log_loss(y, p) == pytest.approx(oracle.log_loss(y, p))


@pytest.mark.parametrize("seed", range(3))
def test_the_moved_threshold_does_as_well_as_smote_and_the_correction_mends_the_mean(seed):
    rng = np.random.default_rng(seed)
    train, test = two_clouds(950, 50, 1.6, rng), two_clouds(19000, 1000, 1.6, rng)
    made = smote(train.points[train.y == 1], 5, 900, rng)
    X, y = np.concatenate([train.points, made]), np.append(train.y, np.ones(900))
    p = probabilities(newton(with_ones(train.points), train.y), test.points)
    resampled = probabilities(newton(with_ones(X), y), test.points)
    moved = f_beta(confusion(test.y, p, 0.05))
    assert moved == pytest.approx(f_beta(confusion(test.y, resampled, 0.5)), abs=0.05)
    assert p.mean() == pytest.approx(0.05, abs=0.02)
    assert resampled.mean() > 0.2
    weighted = newton(with_ones(train.points), train.y, balanced_weights(train.y))
    corrected = prior_corrected(probabilities(weighted, test.points), 1.0, 1 / 19)
    assert corrected.mean() == pytest.approx(0.05, abs=0.02)


def test_resampled_classes_are_as_large():
    data = sample()
    for resample, size in ((oversample, 400), (subsample, 40)):
        points, y = resample(data, np.random.default_rng(0))
        assert np.bincount(y).tolist() == [size, size]
        assert {*map(tuple, points[y == 1])} <= {*map(tuple, data.points[data.y == 1])}
    assert isinstance(data, Data)


def test_the_best_threshold_has_the_highest_f1():
    points, y = sample()
    p = probabilities(newton(with_ones(points), y), points)
    thresholds, F1, best = best_threshold(y, p)
    assert f_beta(confusion(y, p, best)) == max(oracle.f1_score(y, p >= t) for t in thresholds) == F1.max()


@pytest.mark.parametrize(
    "parameters",
    [
        {"n_major": 200, "n_minor": 20, "k": 15, "gap": 0.5},
        {"n_major": 200, "n_minor": 199, "k": 1, "gap": 3.0},
        {"n_major": 2000, "n_minor": 20},
    ],
)
def test_the_bounds_of_the_parameters_play(parameters):
    assert not broken(demo(**parameters))


def test_a_minority_that_is_none_is_refused_before_the_first_frame():
    with pytest.raises(ValueError, match="n_minor = 200 is no minority beside n_major = 200"):
        next(demo(n_major=200, n_minor=200))


def beyond_the_neighbour(minor, k, count, rng):
    return 1.5 * smote(minor, k, count, rng)


def with_any_point(minor, k, count, rng):
    return smote(minor, len(minor) - 1, count, rng)


@pytest.mark.parametrize(
    ("name", "wrong", "fails"),
    [
        ("smote", beyond_the_neighbour, {SEGMENTS}),
        ("smote", with_any_point, {SEGMENTS}),
        ("loss", lambda X, y, beta, w=1.0: loss(X, y, beta), {COPIES}),
        ("balanced_weights", lambda y: balanced_weights(y) ** 0.9, {BALANCE}),
        ("prior_corrected", lambda p, trained, true: prior_corrected(p, true, trained), {CORRECTED}),
        ("prior_corrected", lambda p, trained, true: p, {CORRECTED}),
        ("newton", lambda X, y, w=1.0: -newton(X, y, w), {F1, CORRECTED}),
    ],
)
def test_a_wrong_algorithm_fails_its_check(monkeypatch, name, wrong, fails):
    monkeypatch.setattr(module, name, wrong)
    assert fails <= broken(demo())
