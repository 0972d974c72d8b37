"""Stacking against NumPy's least squares and scikit-learn with the same folds."""

from functools import partial

import numpy as np
import pytest
from sklearn.ensemble import StackingRegressor
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import PredefinedSplit
from sklearn.neighbors import KNeighborsRegressor
from sklearn.tree import DecisionTreeRegressor

from mlquiz.demos.classical import stacking as module
from mlquiz.demos.classical.stacking import (
    demo,
    fold_numbers,
    line,
    meta_weights,
    nearest,
    out_of_fold,
    predictions,
    sample,
    stump,
)
from mlquiz.player import Ask
from tests.demos.frames import broken, checks

WEIGHTS, ALONE, OWN_POINT, POLYFIT = checks(demo(n=40))
MODELS = [line, partial(nearest, 3), stump]
ORACLES = [LinearRegression(), KNeighborsRegressor(3), DecisionTreeRegressor(max_depth=1, random_state=0)]


def points(seed, n=90):
    x, y = sample(n, 0.4, np.random.default_rng(seed))
    return x.astype(np.float32).astype(float), y  # scikit-learn's precision


@pytest.mark.parametrize(("model", "oracle"), list(zip(MODELS, ORACLES, strict=True)))
def test_models_are_scikit_learns(model, oracle):
    (x, y), (new, _) = points(0), points(1)
    np.testing.assert_allclose(model(x, y, new), oracle.fit(x[:, None], y).predict(new[:, None]), atol=1e-10)


@pytest.mark.parametrize("seed", range(3))
def test_the_stack_is_scikit_learns_with_the_same_folds(seed):
    (x, y), (new, _) = points(seed), points(seed + 10)
    fold = fold_numbers(len(x), 5, np.random.default_rng(seed))
    w = meta_weights(out_of_fold(MODELS, x, y, fold), y)
    oracle = StackingRegressor(
        [(str(m), model) for m, model in enumerate(ORACLES)],
        LinearRegression(fit_intercept=False),
        cv=PredefinedSplit(fold),
    ).fit(x[:, None], y)
    np.testing.assert_allclose(w, oracle.final_estimator_.coef_, atol=1e-6)
    np.testing.assert_allclose(predictions(MODELS, x, y, new) @ w, oracle.predict(new[:, None]), atol=1e-6)


def test_weights_are_least_squares():
    rng = np.random.default_rng(0)
    Z, y = rng.standard_normal((30, 4)), rng.standard_normal(30)
    np.testing.assert_allclose(meta_weights(Z, y), np.linalg.lstsq(Z, y)[0], atol=1e-8)


def test_folds_are_of_equal_size():
    sizes = np.bincount(fold_numbers(23, 5, np.random.default_rng(0)))
    assert sorted(sizes) == [4, 4, 5, 5, 5]


def test_one_neighbour_takes_all_the_weight_in_sample():
    (ask,) = [frame for frame in demo(k=1) if isinstance(frame, Ask)]
    assert ask.choices[ask.answer] == "1-NN"
    x, y = points(0)
    models = [line, partial(nearest, 1), stump]
    np.testing.assert_allclose(meta_weights(predictions(models, x, y, x), y), [0, 1, 0], atol=1e-10)


@pytest.mark.parametrize("parameters", [{"n": 20, "folds": 10, "k": 9}, {"n": 21, "folds": 2, "noise": 2.0}])
def test_the_bounds_of_the_parameters_play(parameters):
    assert not broken(demo(**parameters))


def test_too_many_folds_are_refused():
    with pytest.raises(ValueError, match="folds = 11 leave less than two of n = 20"):
        next(demo(n=20, folds=11))


def in_sample(models, x, y, fold):
    return predictions(models, x, y, x)


def through_zero(x, y, new):
    return (x @ y) / (x @ x) * new


@pytest.mark.parametrize(
    ("name", "wrong", "fails"),
    [
        ("meta_weights", lambda Z, y: -meta_weights(Z, y), {WEIGHTS, ALONE}),
        ("meta_weights", lambda Z, y: Z.T @ y / len(y), {WEIGHTS, ALONE}),
        ("meta_weights", lambda Z, y: np.full(Z.shape[1], 1 / Z.shape[1]), {WEIGHTS}),
        ("out_of_fold", in_sample, {OWN_POINT, POLYFIT}),
        ("line", through_zero, {POLYFIT}),
    ],
)
def test_a_wrong_algorithm_fails_its_check(monkeypatch, name, wrong, fails):
    monkeypatch.setattr(module, name, wrong)
    assert fails <= broken(demo(n=60))
