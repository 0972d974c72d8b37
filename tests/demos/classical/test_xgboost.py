"""XGBoost against scikit-learn, SciPy's minimisers and finite differences."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.special import expit
from sklearn.ensemble import GradientBoostingRegressor

from mlquiz.demos.classical import xgboost as module
from mlquiz.demos.classical.xgboost import (
    LOSSES,
    Penalty,
    all_gains,
    approximate_change,
    boost,
    candidates,
    demo,
    gain,
    grow,
    leaf_weight,
    leaves,
    log_odds,
    moons,
    predict,
    sigmoid,
    stages,
    waves,
)
from tests.demos.frames import broken, checks

SMALL = {"n": 40, "rounds": 3}
G, H, LEAF, GAINS = checks(demo(**SMALL))


def sample(name, seed, n=80):
    kind, draw = LOSSES[name]
    X, y = draw(n, np.random.default_rng(seed))
    return X.astype(np.float32).astype(float), y, kind  # scikit-learn's precision


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("eta", "max_depth"), [(0.3, 2), (1.0, 3), (0.1, 1)])
def test_without_penalty_it_is_scikit_learns_gradient_boosting(seed, eta, max_depth):
    X, y, kind = sample("squared", seed)
    new = np.linspace(-1, 7, 301)[:, None]
    trees = boost(X, y, kind, 12, eta, Penalty(0, 0), max_depth)
    oracle = GradientBoostingRegressor(
        learning_rate=eta, n_estimators=12, max_depth=max_depth, random_state=0
    ).fit(X, y)
    np.testing.assert_allclose(stages(trees, y.mean(), eta, new)[-1], oracle.predict(new), atol=1e-8)


@pytest.mark.parametrize("name", ["squared", "logistic"])
@pytest.mark.parametrize("lam", [0.0, 1.0, 30.0])
def test_leaf_values_are_scipys_minimum(name, lam):
    X, y, kind = sample(name, 0)
    g, h = kind.gradient(np.full(len(y), kind.start(y)), y)
    tree = grow(X, g, h, Penalty(0.1, lam), 3)
    values = predict(tree, X)
    for leaf in leaves(tree):
        inside = values == leaf.value
        found = minimize_scalar(
            lambda w, i=inside: approximate_change(g[i], h[i], w, np.array([w]), Penalty(0.1, lam))
        )
        assert leaf.value == pytest.approx(found.x, abs=1e-6)


@pytest.mark.parametrize("name", ["squared", "logistic"])
def test_each_gain_is_the_drop_of_the_penalised_objective(name):
    X, y, kind = sample(name, 1, 30)
    penalty = Penalty(0.7, 2.0)
    g, h = kind.gradient(np.random.default_rng(0).standard_normal(30), y)

    def objective(*groups):
        w = np.array([leaf_weight(g[part].sum(), h[part].sum(), 2.0) for part in groups])
        f = sum(part * v for part, v in zip(groups, w, strict=True))
        return approximate_change(g, h, f, w, penalty)

    everything = np.full(30, fill_value=True)
    thresholds, gains = candidates(X, g, h, penalty)
    for j in range(X.shape[1]):
        for threshold, found in zip(thresholds[:, j], gains[:, j], strict=True):
            left = X[:, j] <= threshold
            assert found == pytest.approx(objective(everything) - objective(left, ~left), abs=1e-10)


@pytest.mark.parametrize("name", ["squared", "logistic"])
def test_gradients_are_finite_differences(name):
    kind, _ = LOSSES[name]
    F, y = np.random.default_rng(0).normal(0, 2, 50), (np.arange(50) % 2).astype(float)
    g, h = kind.gradient(F, y)
    up, here, down = (kind.value(F + s, y) for s in (1e-4, 0, -1e-4))
    np.testing.assert_allclose(g, (up - down) / 2e-4, atol=1e-7)
    np.testing.assert_allclose(h, (up - 2 * here + down) / 1e-8, atol=1e-6)


@pytest.mark.parametrize("name", ["squared", "logistic"])
def test_the_start_is_the_best_constant(name):
    _, y, kind = sample(name, 2, 31)
    found = minimize_scalar(lambda c: kind.value(np.full(31, c), y).mean())
    assert kind.start(y) == pytest.approx(found.x, abs=1e-6)


def test_sigmoid_is_scipys_and_never_overflows():
    F = np.array([-1000.0, -3, 0, 2, 1000])
    np.testing.assert_allclose(sigmoid(F), expit(F), atol=1e-15)
    assert log_odds(np.array([0.0, 1, 1, 1])) == pytest.approx(np.log(3))


def test_gamma_above_every_gain_leaves_a_single_leaf_and_lambda_shrinks():
    X, y, kind = sample("squared", 0)
    g, h = kind.gradient(np.full(len(y), y.mean()), y)
    assert len(leaves(grow(X, g, h, Penalty(1e6, 1), 3))) == 1
    large = [max(abs(leaf.value) for leaf in leaves(grow(X, g, h, Penalty(0, lam), 2))) for lam in (0, 5, 50)]
    assert large == sorted(large, reverse=True)
    assert all_gains(grow(X, g, h, Penalty(0, 1), 3)) > all_gains(grow(X, g, h, Penalty(0, 1), 1))


def test_data_have_the_promised_shapes():
    rng = np.random.default_rng(0)
    assert waves(7, rng)[0].shape == (7, 1)
    assert set(moons(8, rng)[1]) == {0.0, 1.0}


@pytest.mark.parametrize(
    "parameters",
    [
        {"loss": "logistic"},
        {"loss": "logistic", "n": 20, "rounds": 200, "eta": 1.0, "reg_lambda": 0.0, "max_depth": 6},
        {"n": 20, "rounds": 2, "eta": 0.01, "gamma": 50.0, "reg_lambda": 100.0, "max_depth": 1},
        {"n": 20, "rounds": 60, "eta": 1.0, "reg_lambda": 0.0, "max_depth": 6},
    ],
)
def test_the_bounds_of_the_parameters_play(parameters):
    assert not broken(demo(**parameters))


def twice_the_gain(G_L, H_L, G_R, H_R, penalty):
    return 2 * gain(G_L, H_L, G_R, H_R, penalty)


def gain_that_adds_gamma(G_L, H_L, G_R, H_R, penalty):
    return gain(G_L, H_L, G_R, H_R, penalty) + 2 * penalty.gamma


@pytest.mark.parametrize(
    ("name", "wrong", "fails"),
    [
        ("leaf_weight", lambda G, H, lam: G / (H + lam), {LEAF, GAINS}),
        ("leaf_weight", lambda G, H, lam: -G / H, {LEAF, GAINS}),
        ("gain", twice_the_gain, {GAINS}),
        ("gain", gain_that_adds_gamma, {GAINS}),
    ],
)
def test_a_wrong_algorithm_fails_its_check(monkeypatch, name, wrong, fails):
    monkeypatch.setattr(module, name, wrong)
    assert fails <= broken(demo(**SMALL, gamma=0.5))


@pytest.mark.parametrize(
    ("loss", "wrong", "fails"),
    [
        ("squared", lambda F, y: (y - F, np.ones_like(F)), G),
        ("squared", lambda F, y: (F - y, 2 * np.ones_like(F)), H),
        ("logistic", lambda F, y: (sigmoid(F) - y, np.ones_like(F)), H),
    ],
)
def test_a_wrong_gradient_fails_its_check(monkeypatch, loss, wrong, fails):
    kind, draw = LOSSES[loss]
    monkeypatch.setitem(LOSSES, loss, (kind._replace(gradient=wrong), draw))
    assert fails in broken(demo(**SMALL, loss=loss))
