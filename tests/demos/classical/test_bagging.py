"""Bagging against scikit-learn's trees and the theory of averages."""

import numpy as np
import pytest
from sklearn.tree import DecisionTreeRegressor

from mlquiz.demos.classical import bagging as module
from mlquiz.demos.classical.bagging import (
    Tree,
    bag,
    bootstrap,
    demo,
    drop_by_hand,
    error_drops,
    grow,
    out_of_bag_errors,
    running_mean,
    sample,
    split,
    spread,
    variance_of_mean,
)
from tests.demos.frames import broken, checks

SMALL = {"n": 40, "B": 8}
OUTSIDE, VARIANCE, FIRST, STUMP = checks(demo(**SMALL))


def points(seed, n=80):
    x, y = sample(n, 0.3, np.random.default_rng(seed))
    return x.astype(np.float32).astype(float), y  # scikit-learn's precision


@pytest.mark.parametrize("max_depth", [1, 3, 30])
@pytest.mark.parametrize("seed", range(3))
def test_trees_are_scikit_learns_on_the_same_bootstrap_samples(seed, max_depth):
    x, y = points(seed)
    new = np.linspace(-1, 7, 203)
    for rows, tree in bag(x, y, 5, max_depth, np.random.default_rng(seed)):
        oracle = DecisionTreeRegressor(max_depth=max_depth, random_state=0).fit(x[rows, None], y[rows])
        np.testing.assert_allclose(tree.predict(new), oracle.predict(new[:, None]), atol=1e-9)


def test_drops_are_recomputed_by_the_definition():
    x, y = points(1, 30)
    x = np.sort(np.round(x, 1))
    drops = error_drops(x, y)
    assert drops.max() == pytest.approx(drop_by_hand(x, y))
    assert (drops[x[:-1] == x[1:]] == 0).all()


def test_an_edge_belongs_to_its_left():
    tree = Tree(np.array([1.0, 2.0]), np.array([10.0, 20.0, 30.0]))
    np.testing.assert_array_equal(tree.predict(np.array([0.0, 1.0, 1.5, 2.0, 2.1])), [10, 10, 20, 20, 30])


def test_a_full_tree_goes_through_the_means_of_equal_x():
    x, y = np.array([1.0, 1.0, 2.0, 4.0]), np.array([0.0, 2.0, 5.0, 3.0])
    np.testing.assert_allclose(grow(x, y, 30).predict(x), [1, 1, 5, 3])


def test_out_of_bag_errors_use_only_trees_that_have_not_seen_a_point():
    rng = np.random.default_rng(0)
    F, outside, y = rng.standard_normal((6, 9)), rng.random((6, 9)) < 0.4, rng.standard_normal(9)
    errors = out_of_bag_errors(F, outside, y)
    for b in range(6):
        squares = [
            (F[: b + 1, i][outside[: b + 1, i]].mean() - y[i]) ** 2
            for i in range(9)
            if outside[: b + 1, i].any()
        ]
        assert errors[b] == pytest.approx(np.mean(squares))


def test_measured_variance_of_the_mean_of_correlated_draws_follows_the_formula():
    rng = np.random.default_rng(0)
    shared, own = rng.standard_normal((4000, 1, 3)), rng.standard_normal((4000, 12, 3))
    F = np.sqrt(0.3) * shared + np.sqrt(0.7) * own
    rho, s2 = spread(F)
    assert rho == pytest.approx(0.3, abs=0.02)
    assert s2 == pytest.approx(1, abs=0.03)
    assert F.mean(axis=1).var(axis=0).mean() == pytest.approx(variance_of_mean(rho, s2, 12), rel=0.05)


def test_running_mean():
    np.testing.assert_allclose(running_mean(np.array([[1.0], [3.0], [8.0]])).ravel(), [1, 2, 4])


@pytest.mark.parametrize(
    "parameters", [{"n": 20, "B": 2, "noise": 2.0}, {"n": 25, "B": 9, "noise": 0.05, "max_depth": 1}]
)
def test_the_bounds_of_the_parameters_play(parameters):
    assert not broken(demo(**parameters))


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(3, 20))
def test_checks_hold_for_many_seeds(seed):
    assert not broken(demo(seed=seed))


def without_replacement(n, rng):
    return rng.permutation(n)


def from_a_half(n, rng):
    return rng.integers(n // 2, size=n)


def unweighted_drops(x, y):
    sizes = np.arange(1, len(y))
    return error_drops(x, y) / (sizes * (len(y) - sizes))


def split_in_the_middle(x, y, max_depth):
    k = len(x) // 2
    if max_depth == 0 or x[0] == x[-1] or x[k - 1] == x[k]:
        return Tree(np.zeros(0), np.array([y.mean()]))
    left, right = split(x[:k], y[:k], max_depth - 1), split(x[k:], y[k:], max_depth - 1)
    edge = [(x[k - 1] + x[k]) / 2]
    return Tree(np.concatenate([left.edges, edge, right.edges]), np.concatenate([left.values, right.values]))


@pytest.mark.parametrize(
    ("name", "wrong", "fails"),
    [
        ("bootstrap", without_replacement, OUTSIDE),
        ("bootstrap", from_a_half, OUTSIDE),
        ("bootstrap", lambda n, rng: bootstrap(n, rng)[: n // 2], OUTSIDE),
        ("variance_of_mean", lambda rho, s2, B: s2 / B, VARIANCE),
        ("variance_of_mean", lambda rho, s2, B: rho * s2 + (1 + rho) / B * s2, VARIANCE),
        ("error_drops", unweighted_drops, FIRST),
        ("split", split_in_the_middle, STUMP),
    ],
)
def test_a_wrong_algorithm_fails_its_check(monkeypatch, name, wrong, fails):
    monkeypatch.setattr(module, name, wrong)
    assert fails in broken(demo(**SMALL))
