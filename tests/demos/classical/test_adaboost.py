"""AdaBoost against brute force, the theory of the exponential loss, and scikit-learn."""

from itertools import pairwise, product
from math import log

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.ensemble import AdaBoostClassifier

from mlquiz.demos.classical import adaboost as module
from mlquiz.demos.classical.adaboost import (
    Stump,
    adaboost,
    best_stump,
    circle_in_square,
    demo,
    least_error_by_hand,
    reweigh,
    scores,
    vote,
    weighted_error,
)
from tests.demos.frames import broken, checks

SMALL = {"n": 60, "rounds": 10}
PRODUCT, NORMALIZER, BOUND, BY_HAND, HALF = checks(demo(**SMALL))


def points(seed, n=80):
    X, y, _ = circle_in_square(n, 0.1, np.random.default_rng(seed))
    return X.astype(np.float32).astype(float), y  # scikit-learn's precision


@pytest.mark.parametrize("seed", range(5))
def test_the_stump_has_the_least_weighted_error(seed):
    X, y = points(seed)
    w = np.random.default_rng(seed).dirichlet(np.ones(len(y)))
    least = min(
        weighted_error(Stump(j, t, sign), X, y, w)
        for j, sign in product(range(2), (-1.0, 1.0))
        for t in np.unique(X[:, j])[:-1]
    )
    assert weighted_error(best_stump(X, y, w), X, y, w) == pytest.approx(least, abs=1e-12)
    assert least_error_by_hand(X, y, w) == pytest.approx(least, abs=1e-12)


class LeastError(ClassifierMixin, BaseEstimator):
    """A stump for scikit-learn, whose own trees make the Gini impurity small and not the error."""

    def fit(self, X, y, sample_weight):
        self.classes_ = np.unique(y)
        stumps = [
            Stump(j, (a + b) / 2, sign)
            for j, sign in product(range(X.shape[1]), (-1.0, 1.0))
            for a, b in pairwise(np.unique(X[:, j]))
        ]
        self.stump_ = min(stumps, key=lambda stump: sample_weight[stump.predict(X) != y].sum())
        return self

    def predict(self, X):
        return self.stump_.predict(X)


@pytest.mark.parametrize("seed", range(3))
def test_rounds_are_scikit_learns(seed):
    X, y = points(seed)
    steps = list(adaboost(X, y, 6))
    oracle = AdaBoostClassifier(LeastError(), n_estimators=6, random_state=0).fit(X, y)
    np.testing.assert_allclose([step.eps for step in steps], oracle.estimator_errors_, atol=1e-10)
    # its vote is twice ours
    np.testing.assert_allclose([2 * step.alpha for step in steps], oracle.estimator_weights_, atol=1e-10)
    np.testing.assert_array_equal(np.sign(scores(steps, X)[-1]), oracle.predict(X))


@pytest.mark.parametrize("seed", range(3))
def test_normalizers_multiply_to_the_exponential_loss_and_bound_the_training_error(seed):
    X, y = points(seed)
    steps = list(adaboost(X, y, 30))
    loss = np.exp(-y * scores(steps, X)).mean(axis=1)
    np.testing.assert_allclose(np.cumprod([step.Z for step in steps]), loss, atol=1e-12)
    assert ((np.sign(scores(steps, X)) != y).mean(axis=1) <= loss).all()
    for step in steps:
        assert step.Z == pytest.approx(2 * np.sqrt(step.eps * (1 - step.eps)), abs=1e-12)
        assert step.w.sum() == pytest.approx(1)


def test_the_vote_minimises_the_normalizer():
    w, y, h = np.array([0.1, 0.2, 0.7]), np.array([1.0, 1, -1]), np.array([1.0, -1, -1])
    alphas = np.linspace(0, 2, 2001)
    best = alphas[np.argmin([reweigh(w, a, y, h)[1] for a in alphas])]
    assert vote(0.2) == pytest.approx(best, abs=1e-3)
    assert vote(0.2) == pytest.approx(0.5 * log(4))


def test_it_stops_when_a_stump_makes_no_error():
    X, y = np.array([[0.0, 1], [1, 0], [2, 1]]), np.array([-1.0, 1, 1])
    assert list(adaboost(X, y, 5)) == []


def test_a_threshold_is_never_between_equal_values():
    X, y = np.array([[0.0], [0], [1], [1]]), np.array([1.0, -1, -1, -1])
    assert best_stump(X, y, np.full(4, 0.25)) == Stump(0, 0.5, -1.0)


@pytest.mark.parametrize(
    "parameters", [{"n": 40, "rounds": 5, "noise": 0.0}, {"n": 40, "rounds": 200, "noise": 0.3}]
)
@pytest.mark.parametrize("seed", range(4))
def test_the_bounds_of_the_parameters_play(parameters, seed):
    assert not broken(demo(**parameters, seed=seed))


@pytest.mark.parametrize(
    ("name", "wrong", "fails"),
    [
        ("vote", lambda eps: log((1 - eps) / eps), {NORMALIZER, HALF}),
        ("vote", lambda eps: -vote(eps), {NORMALIZER, HALF}),
        ("vote", lambda eps: 0.1, {NORMALIZER, HALF}),
        ("reweigh", lambda w, alpha, y, h: (w, reweigh(w, alpha, y, h)[1]), {PRODUCT, HALF}),
        ("reweigh", lambda w, alpha, y, h: (reweigh(w, alpha, y, h)[0], 1.0), {PRODUCT, NORMALIZER}),
        ("reweigh", lambda w, alpha, y, h: (reweigh(w, alpha, y, h)[0], 1e-9), {BOUND}),
        ("best_stump", lambda X, y, w: Stump(0, 0.1, 1.0), {BY_HAND}),
        ("weighted_error", lambda stump, X, y, w: (stump.predict(X) != y).mean(), {BY_HAND, NORMALIZER}),
    ],
)
def test_a_wrong_algorithm_fails_its_check(monkeypatch, name, wrong, fails):
    monkeypatch.setattr(module, name, wrong)
    assert fails <= broken(demo(**SMALL))
