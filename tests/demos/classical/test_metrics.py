"""Metrics against scikit-learn and counts over pairs."""

import numpy as np
import pytest
from sklearn import metrics as oracle

from mlquiz.demos.classical import metrics as module
from mlquiz.demos.classical.metrics import (
    Confusion,
    Sweep,
    accuracy,
    average_precision,
    confusion,
    demo,
    draw_scores,
    f_beta,
    false_positive_rate,
    pair_statistic,
    precision,
    precision_recall_curve,
    recall,
    roc_auc,
    roc_curve,
    sweep,
)
from tests.demos.frames import broken, checks

PAIRS, BY_POSITIVE, F1, COUNTS, GAUSSIANS = checks(demo(n_pos=20, n_neg=20))


def sample(seed, decimals=9):
    """Scores of 60 and 140; one decimal makes many of them equal."""
    y, s = draw_scores(60, 140, 1.2, np.random.default_rng(seed))
    return y, s.round(decimals)


@pytest.mark.parametrize("decimals", [1, 9])
@pytest.mark.parametrize("seed", range(4))
def test_curves_and_areas_are_scikit_learns(seed, decimals):
    y, s = sample(seed, decimals)
    assert roc_auc(y, s) == pytest.approx(oracle.roc_auc_score(y, s), abs=1e-12)
    assert roc_auc(y, s) == pytest.approx(pair_statistic(s[y == 1], s[y == 0]), abs=1e-12)
    assert average_precision(y, s) == pytest.approx(oracle.average_precision_score(y, s), abs=1e-12)
    P, R, _ = oracle.precision_recall_curve(y, s)
    np.testing.assert_allclose(precision_recall_curve(y, s), [P[::-1], R[::-1]], atol=1e-12)
    np.testing.assert_allclose(
        roc_curve(y, s), oracle.roc_curve(y, s, drop_intermediate=False)[:2], atol=1e-12
    )


@pytest.mark.parametrize("beta", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("threshold", [-1.0, 0.3, 2.0, 99.0])
def test_decisions_are_judged_as_scikit_learn_does(threshold, beta):
    y, s = sample(0)
    c = confusion(y, s, threshold)
    P, R, F, _ = oracle.precision_recall_fscore_support(
        y, s >= threshold, beta=beta, average="binary", zero_division=0
    )
    assert (precision(c), recall(c), f_beta(c, beta)) == pytest.approx((P, R, F), abs=1e-12)
    TN, FP, FN, TP = oracle.confusion_matrix(y, s >= threshold).ravel()
    assert c == (TP, FP, FN, TN)
    assert accuracy(c) == pytest.approx(oracle.accuracy_score(y, s >= threshold))
    assert false_positive_rate(c) == pytest.approx(FP / (FP + TN))


def test_a_worked_example():
    c = Confusion(TP=6, FP=2, FN=4, TN=8)
    assert (precision(c), recall(c), accuracy(c)) == (0.75, 0.6, 0.7)
    assert f_beta(c) == pytest.approx(2 / 3)


def test_equal_scores_count_one_half():
    assert pair_statistic(np.array([1.0, 2.0]), np.array([1.0])) == 0.75


def test_the_areas_are_those_of_the_last_frame_and_only_precision_suffers():
    *_, areas = (frame for frame in demo() if frame.name == "areas")
    (_, _, balanced_auc, balanced_ap), (_, _, rare_auc, rare_ap) = areas.rows
    assert abs(balanced_auc - rare_auc) < 0.05
    assert balanced_ap - rare_ap > 0.4


@pytest.mark.parametrize(
    "parameters",
    [
        {"n_pos": 20, "n_neg": 20, "separation": 4.0},
        {"n_pos": 20, "n_neg": 5000, "separation": 0.0},
        {"n_pos": 500, "n_neg": 20},
    ],
)
def test_the_bounds_of_the_parameters_play(parameters):
    assert not broken(demo(**parameters))


def left_sum(y, s):
    fpr, tpr = roc_curve(y, s)
    return float((np.diff(fpr) * tpr[:-1]).sum() - 0.001)


def trapezia(y, s):
    P, R = precision_recall_curve(y, s)
    return float((np.diff(R) * (P[1:] + P[:-1]) / 2).sum())


def one_alarm_too_many(y, s):
    found = sweep(y, s)
    return Sweep(found.thresholds, found.TP, found.FP + 1)


def twice_as_far(n_pos, n_neg, separation, rng):
    return draw_scores(n_pos, n_neg, 2 * separation, rng)


@pytest.mark.parametrize(
    ("name", "wrong", "fails"),
    [
        ("roc_auc", left_sum, {PAIRS}),
        ("average_precision", trapezia, {BY_POSITIVE}),
        ("f_beta", lambda c, beta=1.0: (precision(c) + recall(c)) / 2, {F1}),
        ("precision", recall, {F1}),
        ("sweep", one_alarm_too_many, {COUNTS, PAIRS, BY_POSITIVE}),
        ("draw_scores", twice_as_far, {GAUSSIANS}),
    ],
)
def test_a_wrong_algorithm_fails_its_check(monkeypatch, name, wrong, fails):
    monkeypatch.setattr(module, name, wrong)
    assert fails <= broken(demo())
