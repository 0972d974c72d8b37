"""Bias and variance against the closed forms of least squares on fixed inputs, and scikit-learn."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from mlquiz.demos.classical import bias_variance as module
from mlquiz.demos.classical.bias_variance import (
    bias,
    demo,
    design,
    draw,
    fit,
    predict,
    smoother,
    squared_error,
    study,
    truth,
    variance,
)
from mlquiz.player import Ask
from tests.demos.frames import broken, checks

PARTS, BIAS, VARIANCE, TRAINING, TEST = checks(demo(n=15, sets=20))


def at_the_inputs(n, sets, noise, degree, seed=0):
    rng = np.random.default_rng(seed)
    x = np.linspace(0, 1, n)
    Y = truth(x) + noise * rng.standard_normal((sets, n))
    Phi = np.vander(x, degree + 1)
    return x, predict(x, fit(x, Y, degree)), Phi @ np.linalg.pinv(Phi)


@pytest.mark.parametrize("degree", [0, 1, 3, 7])
def test_bias_and_variance_are_those_of_the_hat_matrix(degree):
    n, sets, noise = 25, 4000, 0.3
    x, G, H = at_the_inputs(n, sets, noise, degree)
    f, exact = truth(x), noise**2 * np.diag(H @ H.T)
    error = np.sqrt(exact / sets)
    np.testing.assert_array_less(np.abs(bias(G, f) - (H - np.eye(n)) @ f), 5 * error)
    np.testing.assert_array_less(np.abs(variance(G) - exact), 5 * exact * np.sqrt(2 / sets))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("degree", [0, 4, 12])
def test_squared_distance_to_f_is_squared_bias_plus_variance(seed, degree):
    x, G, _ = at_the_inputs(25, 50, 0.5, degree, seed)
    f = truth(x)
    np.testing.assert_allclose(((G - f) ** 2).mean(axis=0), bias(G, f) ** 2 + variance(G), atol=1e-12)


@pytest.mark.parametrize("degree", [0, 1, 5, 12])
def test_fits_are_scikit_learns(degree):
    data = draw(25, 3, 0.3, np.random.default_rng(1))
    powers = LinearRegression().fit(design(data.x, degree), data.Y.T)
    np.testing.assert_allclose(
        predict(data.x0, fit(data.x, data.Y, degree)), powers.predict(design(data.x0, degree)).T, atol=1e-9
    )


def test_the_basis_spans_the_powers():
    x = np.linspace(0, 1, 9)
    np.testing.assert_allclose(
        predict(x, fit(x, np.array([x**3 - x, 2 + x**2]), 3)), [x**3 - x, 2 + x**2], atol=1e-12
    )


@pytest.mark.parametrize("degree", [0, 3, 9])
def test_the_smoother_is_the_hat_matrix_at_the_inputs(degree):
    x, _, H = at_the_inputs(25, 1, 0.1, degree)
    np.testing.assert_allclose(smoother(x, x, degree), H, atol=1e-7)


def test_a_fit_through_every_point_has_no_training_error():
    part = study(draw(13, 20, 0.3, np.random.default_rng(0)), 12)
    assert part.training < 1e-20 < part.test


def test_squared_error_by_hand():
    assert squared_error(np.array([[1.0, 2.0]]), np.array([[0.0, 4.0]])) == 2.5


def test_more_noise_moves_the_best_degree_down():
    answers = [
        next(frame for frame in demo(noise=noise) if isinstance(frame, Ask) and frame.name == "degree")
        for noise in (0.02, 2.0)
    ]
    assert answers[0].answer > answers[1].answer


@pytest.mark.parametrize(
    "parameters",
    [
        {"n": 6, "max_degree": 5, "sets": 20},
        {"n": 21, "max_degree": 20, "noise": 2.0},
        {"n": 200, "max_degree": 3, "noise": 0.02, "sets": 2000},
    ],
)
def test_the_bounds_of_the_parameters_play(parameters):
    assert not broken(demo(**parameters))


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(1, 12))
def test_checks_hold_for_other_seeds(seed):
    assert not broken(demo(seed=seed))


def test_too_few_points_are_refused_before_the_first_frame():
    with pytest.raises(ValueError, match="needs n > 12 points, not 10"):
        next(demo(n=10))


def shrunk(x, Y, degree):
    return 0.8 * fit(x, Y, degree)


def one_degree_less(x, Y, degree):
    W = fit(x, Y, degree)
    W[-1] = 0
    return W


@pytest.mark.parametrize(
    ("name", "wrong", "fails"),
    [
        ("fit", shrunk, {BIAS, VARIANCE, TRAINING, TEST}),
        ("fit", one_degree_less, {BIAS, VARIANCE, TRAINING, TEST}),
        ("fit", lambda x, Y, degree: fit(x, (Y + truth(x)) / 2, degree), {VARIANCE, TRAINING, TEST}),
        ("variance", lambda G: G.var(axis=0, ddof=1), {PARTS}),
        ("variance", lambda G: 2 * G.var(axis=0), {PARTS, VARIANCE}),
        ("bias", lambda G, f: np.median(G, axis=0) - 1.05 * f, {PARTS, BIAS}),
        ("squared_error", lambda Y, G: 2 * squared_error(Y, G), {TRAINING, TEST}),
    ],
)
def test_a_wrong_algorithm_fails_its_check(monkeypatch, name, wrong, fails):
    monkeypatch.setattr(module, name, wrong)
    assert fails <= broken(demo())
