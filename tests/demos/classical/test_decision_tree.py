"""The decision tree against scikit-learn and raw counts."""

import numpy as np
import pytest
from sklearn.tree import DecisionTreeClassifier

from mlquiz.demos.classical import decision_tree as module
from mlquiz.demos.classical.decision_tree import (
    IMPURITY,
    best_split,
    demo,
    entropy,
    flowers,
    gini,
    grow,
    impurity_by_hand,
    inner,
    leaves,
    outline,
    predict,
    pruned,
    split_gains,
    without,
)
from tests.demos.frames import broken, checks

BY_HAND, GAINS, LINKS, KNOWN = checks(demo(n=40))


def sample(seed, n=150):
    return flowers(n, np.random.default_rng(seed))


@pytest.mark.parametrize("criterion", ["gini", "entropy"])
@pytest.mark.parametrize("seed", range(4))
def test_root_and_leaf_impurity_are_scikit_learns(seed, criterion):
    X, y = sample(seed)
    X = X.astype(np.float32).astype(float)  # scikit-learn's precision
    tree = grow(X, y, 3, IMPURITY[criterion], 3, 5)
    oracle = DecisionTreeClassifier(criterion=criterion, max_depth=3, min_samples_leaf=5, random_state=0).fit(
        X, y
    )
    assert tree.feature == oracle.tree_.feature[0]
    assert tree.threshold == pytest.approx(oracle.tree_.threshold[0], abs=1e-9)
    is_leaf = oracle.tree_.children_left < 0
    weighted = (oracle.tree_.impurity * oracle.tree_.weighted_n_node_samples)[is_leaf].sum()
    assert sum(leaf.n * leaf.impurity for leaf in leaves(tree)) == pytest.approx(weighted, abs=1e-10)
    assert (predict(tree, X) == oracle.predict(X)).mean() > 0.98  # ties may fall either way


def test_pruning_follows_scikit_learns_path():
    X, y = sample(0)
    tree = grow(X, y, 3, gini, 4, 5)
    oracle = DecisionTreeClassifier(max_depth=4, min_samples_leaf=5, random_state=0)
    alphas = oracle.cost_complexity_pruning_path(X, y).ccp_alphas
    ours = np.unique(np.round([strength / len(y) for strength, _ in pruned(tree)], 12))
    np.testing.assert_allclose(ours, np.unique(np.round(alphas[alphas > 0], 12)), atol=1e-10)


@pytest.mark.parametrize("criterion", ["gini", "entropy"])
def test_every_gain_is_recomputed_from_raw_counts(criterion):
    X, y = sample(1, n=40)
    thresholds, gains = split_gains(X[:, 0], y, 3, IMPURITY[criterion], 2)
    for threshold, gain in zip(thresholds, gains, strict=True):
        sides = [y[X[:, 0] <= threshold].tolist(), y[X[:, 0] > threshold].tolist()]
        rest = sum(len(side) * impurity_by_hand(side, criterion) for side in sides) / 40
        assert gain == pytest.approx(impurity_by_hand(y.tolist(), criterion) - rest, abs=1e-12)


def test_known_impurities():
    assert gini(np.array([5.0, 5.0])) == pytest.approx(0.5)
    assert entropy(np.array([[4.0, 4.0, 0.0], [8.0, 0.0, 0.0]])) == pytest.approx([1, 0])


def test_xor_has_no_good_first_question():
    X = np.array([[0.0, 0.0], [1.0, 1.0], [0.0, 1.0], [1.0, 0.0]])
    y = np.array([0, 0, 1, 1])
    assert best_split(X, y, 2, gini, 1)[2] == 0


def test_leaves_are_large_enough_and_depth_is_kept():
    X, y = sample(2)
    tree = grow(X, y, 3, gini, 3, 7)
    assert min(leaf.n for leaf in leaves(tree)) >= 7
    assert len(leaves(tree)) <= 8


def test_without_cuts_only_what_it_is_told():
    X, y = sample(3)
    tree = grow(X, y, 3, gini, 3, 3)
    nodes = inner(tree)
    assert without(tree, nodes[:1]).children == ()
    assert len(inner(without(tree, nodes[-1:]))) == len(nodes) - 1
    assert len(outline(tree)) == len(nodes) + len(leaves(tree))


@pytest.mark.parametrize(
    "parameters",
    [
        {"n": 20, "min_leaf": 10},
        {"n": 20, "min_leaf": 1, "max_depth": 8},
        {"n": 1000, "max_depth": 1, "criterion": "entropy"},
    ],
)
def test_the_bounds_of_the_parameters_play(parameters):
    assert not broken(demo(**parameters))


def test_leaves_that_leave_no_split_are_refused():
    with pytest.raises(ValueError, match="min_leaf = 11 leaves no split of n = 20"):
        next(demo(n=20, min_leaf=11))


def unweighted(x, y, K, impurity, min_leaf):
    thresholds, _ = split_gains(x, y, K, impurity, min_leaf)
    sides = [np.eye(K)[y[x <= t]].sum(axis=0) + np.eye(K)[y[x > t]].sum(axis=0) * 0 for t in thresholds]
    return thresholds, 1 - np.array([impurity(side) for side in sides])


def always_in_the_middle(X, y, K, impurity, min_leaf):
    return (0, float(np.median(X[:, 0])), 0.1) if len(np.unique(y)) > 1 else (-1, 0.0, 0.0)


@pytest.mark.parametrize(
    ("name", "wrong", "fails"),
    [
        ("split_gains", unweighted, {BY_HAND, GAINS}),
        ("best_split", always_in_the_middle, {BY_HAND, GAINS}),
        ("link_strength", lambda node: -node.n, {LINKS}),
        ("predict", lambda tree, X: np.zeros(len(X), dtype=int), {KNOWN}),
    ],
)
def test_a_wrong_algorithm_fails_its_check(monkeypatch, name, wrong, fails):
    monkeypatch.setattr(module, name, wrong)
    assert fails <= broken(demo(n=100))


def test_the_wrong_impurity_fails_its_check(monkeypatch):
    monkeypatch.setitem(IMPURITY, "gini", entropy)
    assert {BY_HAND, GAINS} <= broken(demo())
