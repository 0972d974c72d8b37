"""Label smoothing against scipy, scikit-learn, finite differences and the closed form of the gap."""

import numpy as np
import pytest
from scipy import special
from scipy.optimize import minimize
from sklearn.calibration import calibration_curve
from sklearn.metrics import log_loss

from mlquiz.demos.classical import label_smoothing as module
from mlquiz.demos.classical.label_smoothing import (
    best_gap,
    blobs,
    calibration,
    cross_entropy,
    demo,
    expected_calibration_error,
    free_gaps,
    log_softmax,
    logit_gradient,
    smooth,
    softmax,
    train,
)
from tests.demos.frames import broken, checks

SMALL = {"steps": 200, "n": 30}
GAP, DOUBLED, SLOPES, LOSS = checks(demo(**SMALL))


def some_logits(seed, n=12, K=4):
    rng = np.random.default_rng(seed)
    return 2 * rng.standard_normal((n, K)), rng.integers(K, size=n)


def test_soft_targets_by_hand():
    np.testing.assert_allclose(smooth(np.array([1]), 4, 0.2), [[0.05, 0.85, 0.05, 0.05]])
    np.testing.assert_array_equal(smooth(np.array([0, 1]), 2, 0.0), np.eye(2))
    np.testing.assert_allclose(smooth(np.array([0, 2]), 3, 0.37).sum(axis=1), 1)


@pytest.mark.parametrize("seed", range(3))
def test_softmax_and_loss_are_scipys_and_scikit_learns(seed):
    Z, y = some_logits(seed)
    np.testing.assert_allclose(log_softmax(1e3 * Z), special.log_softmax(1e3 * Z, axis=1), atol=1e-9)
    np.testing.assert_allclose(softmax(Z), special.softmax(Z, axis=1), atol=1e-12)
    hard = smooth(y, 4, 0.0)
    assert cross_entropy(Z, hard) == pytest.approx(log_loss(y, softmax(Z), labels=range(4)), abs=1e-12)


@pytest.mark.parametrize("alpha", [0.0, 0.1, 0.7])
def test_the_gradient_is_the_slope_of_the_loss(alpha):
    Z, y = some_logits(5)
    T = smooth(y, 4, alpha)
    by_differences = np.zeros_like(Z)
    for where in np.ndindex(Z.shape):
        step = np.zeros_like(Z)
        step[where] = 1e-5
        by_differences[where] = (cross_entropy(Z + step, T) - cross_entropy(Z - step, T)) / 2e-5
    np.testing.assert_allclose(logit_gradient(Z, T), by_differences, atol=1e-7)


@pytest.mark.parametrize("alpha", [0.05, 0.1, 0.5])
@pytest.mark.parametrize("K", [2, 3, 6])
def test_the_loss_is_least_at_the_closed_form_of_the_gap(alpha, K):
    T = smooth(np.array([0]), K, alpha)
    found = minimize(lambda z: cross_entropy(z[None], T), np.zeros(K), tol=1e-12).x
    assert found[0] - found[1] == pytest.approx(best_gap(alpha, K), abs=1e-3)
    assert free_gaps(T, 3000)[-1] == pytest.approx(best_gap(alpha, K), abs=1e-3)


def test_a_hard_target_lets_the_gap_grow_like_the_log_of_the_steps():
    gaps = free_gaps(smooth(np.array([0]), 3, 0.0), 8000)
    assert np.diff([gaps[t] for t in (1000, 2000, 4000, 8000)]) == pytest.approx(np.log(2), abs=0.01)


def test_hard_targets_let_the_logits_outgrow_soft_ones():
    X, y = blobs(40, 3, np.random.default_rng(0))
    ends = [list(train(X, smooth(y, 3, alpha), 800, 0.5))[-1] for alpha in (0.0, 0.1)]
    hard, soft = (np.linalg.norm(X @ W, axis=1).mean() for W in ends)
    assert hard > 2 * soft


def test_training_follows_the_gradient():
    X, y = blobs(30, 3, np.random.default_rng(1))
    T = smooth(y, 3, 0.1)
    losses = [cross_entropy(X @ W, T) for W in train(X, T, 50, 0.3)]
    assert losses == sorted(losses, reverse=True)


def test_calibration_is_scikit_learns_for_two_classes():
    rng = np.random.default_rng(2)
    p = rng.uniform(0.5, 1.0, 500)
    P, y = np.column_stack([1 - p, p]), (rng.random(500) < 0.8).astype(np.intp)
    share, confidence, accuracy = calibration(P, y)
    true, predicted = calibration_curve(y, p, n_bins=10)
    np.testing.assert_allclose(accuracy[share > 0], true)
    np.testing.assert_allclose(confidence[share > 0], predicted)
    by_hand = sum(share[share > 0] * abs(true - predicted))
    assert expected_calibration_error(P, y) == pytest.approx(by_hand, abs=1e-12)


def test_certain_and_right_is_perfectly_calibrated():
    y = np.array([0, 1, 1])
    assert expected_calibration_error(np.eye(2)[y], y) == 0
    assert expected_calibration_error(np.eye(2)[1 - y], y) == 1


@pytest.mark.parametrize(
    "parameters",
    [
        {"alpha": 0.01, "classes": 6, "steps": 100},
        {"alpha": 1.0, "classes": 2, "steps": 100, "n": 20},
        {"lr": 1.0, "n": 500, "steps": 100},
    ],
)
def test_the_bounds_of_the_parameters_play(parameters):
    assert not broken(demo(**parameters))


def spread_over_the_others(y, K, alpha):
    hard = np.eye(K)[y]
    return (1 - alpha) * hard + alpha * (1 - hard) / (K - 1)


@pytest.mark.parametrize(
    ("name", "wrong", "fails"),
    [
        ("smooth", spread_over_the_others, {GAP, LOSS}),
        ("smooth", lambda y, K, alpha: smooth(y, K, 0.05), {DOUBLED, LOSS}),
        ("best_gap", lambda alpha, K: best_gap(alpha, K) - 0.1, {GAP}),
        ("logit_gradient", lambda Z, T: 2 * logit_gradient(Z, T) / 3, {SLOPES}),
        ("logit_gradient", lambda Z, T: softmax(Z) * logit_gradient(Z, T), {SLOPES}),
        ("logit_gradient", lambda Z, T: -logit_gradient(Z, T) / 100, {GAP, DOUBLED, SLOPES}),
        ("cross_entropy", lambda Z, T: cross_entropy(Z, T) / np.log(2), {SLOPES, LOSS}),
        ("log_softmax", lambda Z: log_softmax(Z / 2), {SLOPES, LOSS}),
    ],
)
def test_a_wrong_algorithm_fails_its_check(monkeypatch, name, wrong, fails):
    monkeypatch.setattr(module, name, wrong)
    assert fails <= broken(demo(**SMALL))
