"""Nearest neighbours against scikit-learn and scipy."""

import numpy as np
import pytest
from scipy.spatial import cKDTree
from sklearn.model_selection import LeaveOneOut, cross_val_score
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

from mlquiz.demos.classical import knn as module
from mlquiz.demos.classical.knn import (
    cells,
    classify,
    demo,
    distances,
    leave_one_out,
    nearest,
    regress,
    shares,
    two_moons,
)
from tests.demos.frames import broken, checks

CLOSER, PLANE, LEFT_OUT, WEIGHTED = checks(demo(n=60, k=3))


def sample(seed=0, n=150):
    return two_moons(n, 0.25, np.random.default_rng(seed))


@pytest.mark.parametrize("k", [1, 7, 51])
@pytest.mark.parametrize("seed", range(2))
def test_the_whole_grid_is_scikit_learns(seed, k):
    X, y = sample(seed)
    Z = cells(X, (30, 40))
    oracle = KNeighborsClassifier(k).fit(X, y)
    np.testing.assert_array_equal(classify(X, y, Z, k), oracle.predict(Z))
    ours = shares(nearest(distances(Z, X), k), y, 2)
    np.testing.assert_allclose(ours, oracle.predict_proba(Z), atol=1e-12)


@pytest.mark.parametrize(("weighted", "weights"), [(False, "uniform"), (True, "distance")])
def test_means_are_scikit_learns(weighted, weights):
    X, y = sample()
    Z = cells(X, (10, 12))
    oracle = KNeighborsRegressor(5, weights=weights).fit(X, X[:, 0] + y)
    np.testing.assert_allclose(regress(X, X[:, 0] + y, Z, 5, weighted), oracle.predict(Z), atol=1e-10)


def test_neighbours_and_distances_are_scipys():
    X, _ = sample()
    Z = cells(X, (20, 20))
    d, i = cKDTree(X).query(Z, 9)
    D = distances(Z, X)
    np.testing.assert_array_equal(nearest(D, 9), i)
    np.testing.assert_allclose(np.take_along_axis(D, i, axis=1), d)


def test_leaving_out_is_scikit_learns():
    X, y = sample(n=60)
    expected = [
        cross_val_score(KNeighborsClassifier(k), X, y, cv=LeaveOneOut()).mean() for k in (1, 3, 11, 59)
    ]
    np.testing.assert_allclose(leave_one_out(X, y, np.array([1, 3, 11, 59])), expected)


def test_when_all_others_vote_among_equal_classes_all_are_wrong():
    X, y = sample(n=60)
    assert leave_one_out(X, y, np.array([59]))[0] == 0


def test_a_query_on_a_point_gets_that_points_number():
    X, y = sample(n=60)
    np.testing.assert_allclose(regress(X, y.astype(float), X[:9], 5, weighted=True), y[:9], atol=1e-9)


@pytest.mark.parametrize(
    "parameters",
    [{"n": 60, "k": 1, "noise": 0.0}, {"n": 61, "k": 51}, {"n": 100, "k": 99, "noise": 1.0}],
)
def test_the_bounds_of_the_parameters_play(parameters):
    assert not broken(demo(**parameters))


def test_more_neighbours_than_points_are_refused_before_the_first_frame():
    with pytest.raises(ValueError, match="k = 60 neighbours need more than n = 60 points"):
        next(demo(n=60, k=60))


def counting_itself(X, y, ks):
    return np.array([(classify(X, y, X, k) == y).mean() for k in ks])


def weighted_by_the_square(X, y, Z, k, weighted=False):
    D = distances(Z, X)
    near = nearest(D, k)
    w = np.take_along_axis(D, near, axis=1) ** -2.0
    return (w * y[near]).sum(axis=1) / w.sum(axis=1)


@pytest.mark.parametrize(
    ("name", "wrong", "fails"),
    [
        ("distances", lambda Z, X: -Z @ X.T, {CLOSER, PLANE}),
        ("distances", lambda Z, X: np.abs(Z[:, None] - X).max(axis=-1), {LEFT_OUT, WEIGHTED}),
        ("nearest", lambda D, k: np.argsort(D, axis=1)[:, 1 : k + 1], {CLOSER, PLANE, WEIGHTED}),
        ("nearest", lambda D, k: np.argsort(-D, axis=1)[:, :k], {CLOSER, PLANE, LEFT_OUT}),
        ("shares", lambda near, y, K: 1 - shares(near, y, K), {PLANE, LEFT_OUT}),
        ("leave_one_out", counting_itself, {LEFT_OUT}),
        ("regress", weighted_by_the_square, {WEIGHTED}),
    ],
)
def test_a_wrong_algorithm_fails_its_check(monkeypatch, name, wrong, fails):
    monkeypatch.setattr(module, name, wrong)
    assert fails <= broken(demo(n=100, noise=0.4))
