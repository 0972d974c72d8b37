"""Gradient descent against its closed form on quadratics and scipy's minimum."""

import numpy as np
import pytest
from scipy.optimize import minimize

from mlquiz.demos.optimization import gradient_descent as module
from mlquiz.demos.optimization.gradient_descent import (
    START,
    closed_form,
    contours,
    demo,
    descend,
    gradient_descent,
    hills,
    hills_gradient,
    quadratic,
    valley,
)
from tests.demos.frames import broken, checks

CLOSED, DESCENT, SLOPE = checks(demo(steps=5))


@pytest.mark.parametrize("alpha", [0.01, 0.1, 0.19, 0.21])
def test_quadratics_have_a_closed_form(alpha):
    A = valley(10)
    exact = [np.linalg.matrix_power(np.eye(2) - alpha * A, k) @ START for k in range(41)]
    np.testing.assert_allclose(descend(A, alpha, 40), exact, atol=1e-10)
    np.testing.assert_allclose(closed_form(A, alpha, 40), exact, atol=1e-10)


@pytest.mark.parametrize("start", [-5.0, 0.4, 3.0])
def test_it_ends_at_scipys_minimum(start):
    end = gradient_descent(hills_gradient, np.array([start]), 0.1, 300)[-1]
    assert end == pytest.approx(minimize(lambda x: float(hills(x)[0]), start).x, abs=1e-5)
    assert hills_gradient(end) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(("times", "comes_closer"), [(1.99, True), (2.01, False)])
def test_two_over_the_largest_eigenvalue_is_the_limit(times, comes_closer):
    path = descend(valley(20), times / 20, 400)
    assert (np.linalg.norm(path[-1]) < np.linalg.norm(START)) == comes_closer


def test_the_valley_has_the_eigenvalues_asked_for():
    A = valley(7)
    np.testing.assert_allclose(np.linalg.eigvalsh(A), [1, 7])
    np.testing.assert_allclose(quadratic(A, np.eye(2)), np.diag(A) / 2)


def test_contours_are_level():
    A = valley(5)
    for name, line in contours(A).items():
        np.testing.assert_allclose(quadratic(A, line), float(name.split()[-1]))


@pytest.mark.parametrize(
    "parameters", [{"alpha": 0.5, "kappa": 50, "steps": 100}, {"alpha": 0.001, "kappa": 1.5, "steps": 5}]
)
def test_the_bounds_of_the_parameters_play(parameters):
    assert not broken(demo(**parameters))


def uphill(gradient, x, alpha, steps):
    return gradient_descent(gradient, x, -alpha, steps)


def skips_a_step(gradient, x, alpha, steps):
    path = gradient_descent(gradient, x, alpha, steps)
    return np.concatenate([path[:1], path[:-1]])


@pytest.mark.parametrize(
    ("name", "wrong", "fails"),
    [
        ("gradient_descent", uphill, {CLOSED, DESCENT}),
        ("gradient_descent", skips_a_step, {CLOSED, DESCENT}),
        ("quadratic", lambda A, X: 2 * quadratic(A, -X) + X.sum(axis=1), {DESCENT}),
        ("hills_gradient", lambda x: x + 5 * np.sin(x), {SLOPE}),
    ],
)
def test_a_wrong_algorithm_fails_its_check(monkeypatch, name, wrong, fails):
    monkeypatch.setattr(module, name, wrong)
    assert fails <= broken(demo(steps=5))
