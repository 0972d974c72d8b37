"""Feature selection against scikit-learn and numpy."""

import numpy as np
import pytest
from sklearn.feature_selection import RFE
from sklearn.linear_model import Lasso, LinearRegression

from mlquiz.demos.classical import feature_selection as module
from mlquiz.demos.classical.feature_selection import (
    NAMES,
    correlations,
    demo,
    eliminate,
    houses,
    lambda_for,
    lasso,
    lasso_path,
    partial_coefficient,
    pca,
    ridge,
    soft_threshold,
)
from mlquiz.player import Ask, Table
from tests.demos.frames import broken, checks

CORRELATION, DROPPED, CONDITIONS, LARGEST, FIRST = checks(demo(n=30))


def sample(seed, n=150, noise=1.0, blur=0.4):
    return houses(n, noise, blur, np.random.default_rng(seed))


@pytest.mark.parametrize("keep", [1, 3, 6])
@pytest.mark.parametrize("seed", range(5))
def test_the_ranking_is_that_of_scikit_learns_rfe(seed, keep):
    X, y = sample(seed)
    oracle = RFE(LinearRegression(), n_features_to_select=keep).fit(X, y).ranking_
    ranking = np.ones(len(NAMES), dtype=int)
    for place, step in enumerate(eliminate(X, y)[:-keep]):
        ranking[step.weakest] = len(NAMES) - keep + 1 - place
    np.testing.assert_array_equal(ranking, oracle)


@pytest.mark.parametrize("seed", range(3))
def test_the_lasso_keeps_the_same_features_as_scikit_learns(seed):
    X, y = sample(seed)
    lambdas = np.abs(X.T @ y).max() / len(y) * np.geomspace(0.97, 1e-3, 15)
    for lam, w in zip(lambdas, lasso_path(X, y, lambdas), strict=True):
        oracle = Lasso(lam, fit_intercept=False, tol=1e-12, max_iter=100_000).fit(X, y).coef_
        np.testing.assert_array_equal(w != 0, oracle != 0)
        np.testing.assert_allclose(w, oracle, atol=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_correlations_are_numpys(seed):
    X, y = sample(seed, n=40)
    np.testing.assert_allclose(
        correlations(7 * X + 2, y - 5), np.corrcoef(X.T, y)[-1, :-1], atol=1e-12, rtol=0
    )


@pytest.mark.parametrize(("z", "expected"), [(3.0, 2.0), (-3.0, -2.0), (0.5, 0.0), (-1.0, 0.0)])
def test_soft_threshold(z, expected):
    assert soft_threshold(z, 1.0) == expected


def test_without_penalty_the_lasso_is_least_squares():
    X, y = sample(1)
    np.testing.assert_allclose(lasso(X, y, 0.0, np.zeros(10)), ridge(X, y), atol=1e-9)


def test_coefficients_are_those_of_regressions_on_residuals():
    X, y = sample(2)
    by_hand = [partial_coefficient(X, y, j) for j in range(10)]
    np.testing.assert_allclose(ridge(X, y), by_hand, atol=1e-10)


def test_features_have_mean_0_and_variance_1_and_copies_follow_their_originals():
    X, y = sample(0, n=1000)
    np.testing.assert_allclose([*X.mean(axis=0), y.mean()], 0, atol=1e-12)
    np.testing.assert_allclose(X.var(axis=0), 1)
    r = np.corrcoef(X.T)
    assert min(r[0, 3], r[2, 4]) > 0.85
    assert np.abs(r[5:, :5]).max() < 0.15


def test_lambda_for_is_the_least_penalty_that_keeps_few_enough():
    path = np.array([[0, 0], [1, 0], [2, 0], [2, 1]])
    assert [lambda_for(path, keep) for keep in (0, 1, 2)] == [0, 2, 3]


@pytest.mark.parametrize("seed", range(4))
def test_rfe_and_lasso_find_the_real_features_where_the_filter_falls_for_a_copy(seed):
    *_, kept = (frame for frame in demo(seed=seed) if isinstance(frame, Table))
    assert [row[1] for row in kept.rows] == [2, 3, 3, 3]


@pytest.mark.parametrize(("parameters", "answer"), [({}, 1), ({"keep": 1}, 0), ({"keep": 6}, 2)])
def test_the_filters_bet_follows_the_parameters(parameters, answer):
    ask = next(frame for frame in demo(n=500, **parameters) if isinstance(frame, Ask))
    assert ask.answer == answer


@pytest.mark.parametrize(
    "parameters",
    [{"n": 30, "noise": 10.0, "keep": 1}, {"n": 2000, "noise": 0.1, "keep": 9}, {"blur": 0.2}, {"blur": 2.0}],
)
def test_the_bounds_of_the_parameters_play(parameters):
    assert not broken(demo(**parameters))


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(1, 8))
def test_checks_hold_for_other_seeds(seed):
    assert not broken(demo(seed=seed))


def the_strongest(X, y):
    steps = eliminate(X, y)
    return [step._replace(weakest=step.active[np.abs(step.w).argmax()]) for step in steps]


def penalized(X, y):
    return [step._replace(w=ridge(X[:, step.active], y, 20)) for step in eliminate(X, y)]


def hard_threshold(z, lam):
    return z if abs(z) > lam else 0.0


@pytest.mark.parametrize(
    ("name", "wrong", "fails"),
    [
        ("correlations", lambda X, y: -correlations(X, y), CORRELATION),
        ("correlations", lambda X, y: X.T @ y / len(y), CORRELATION),
        ("eliminate", the_strongest, DROPPED),
        ("eliminate", penalized, DROPPED),
        ("soft_threshold", hard_threshold, CONDITIONS),
        ("soft_threshold", lambda z, lam: soft_threshold(z, 2 * lam), CONDITIONS),
        ("soft_threshold", lambda z, lam: soft_threshold(z, lam / 2), LARGEST),
        ("soft_threshold", lambda z, lam: soft_threshold(z, 1.1 * lam), LARGEST),
        ("pca", lambda X: pca(X)._replace(W=np.eye(10)), FIRST),
    ],
)
def test_a_wrong_algorithm_fails_its_check(monkeypatch, name, wrong, fails):
    monkeypatch.setattr(module, name, wrong)
    assert fails in broken(demo())
