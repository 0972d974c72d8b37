"""The support vector machine against scikit-learn and its optimality conditions."""

import numpy as np
import pytest
from sklearn.svm import SVC

from mlquiz.demos.classical import svm as module
from mlquiz.demos.classical.svm import (
    Machine,
    blobs,
    demo,
    linear,
    normal,
    objectives,
    pair_step,
    polynomial,
    rbf,
    rings,
    slack,
    smo,
    train,
)
from mlquiz.player import Ask
from tests.demos.frames import broken, checks

GAP, BALANCE, KKT = checks(demo(n=20))


@pytest.mark.parametrize("C", [0.1, 1.0, 20.0])
@pytest.mark.parametrize("seed", range(3))
def test_the_street_is_scikit_learns(seed, C):
    X, y = blobs(60, np.random.default_rng(seed))
    oracle = SVC(C=C, kernel="linear", tol=1e-8).fit(X, y)
    machine = train(X, y, C, linear)
    np.testing.assert_allclose(normal(machine), oracle.coef_[0], atol=1e-3)
    assert machine.b == pytest.approx(oracle.intercept_[0], abs=1e-3)
    np.testing.assert_array_equal(np.flatnonzero(machine.alpha > 1e-6), np.sort(oracle.support_))


@pytest.mark.parametrize(
    ("kernel", "settings"),
    [
        (polynomial, {"kernel": "poly", "degree": 2, "gamma": 1.0, "coef0": 1.0}),
        (rbf(0.8), {"kernel": "rbf", "gamma": 1 / (2 * 0.8**2)}),
    ],
)
def test_decisions_of_kernels_are_scikit_learns(kernel, settings):
    X, y = rings(60, np.random.default_rng(0))
    oracle = SVC(C=1.0, tol=1e-8, **settings).fit(X, y)
    Z = np.random.default_rng(1).uniform(-3, 3, (50, 2))
    np.testing.assert_allclose(train(X, y, 1.0, kernel).decide(Z), oracle.decision_function(Z), atol=1e-3)


def test_the_dual_rises_with_every_pair_up_to_the_primal():
    X, y = blobs(40, np.random.default_rng(2))
    values = np.array([objectives(machine, 1.0) for machine in smo(X, y, 1.0, linear)])
    assert (np.diff(values[:, 1]) >= -1e-12).all()
    assert (values[:, 0] >= values[:, 1] - 1e-9).all()


def test_two_points_have_their_bisector():
    X, y = np.array([[0.0, 0.0], [2.0, 0.0]]), np.array([-1.0, 1.0])
    machine = train(X, y, 10.0, linear)
    np.testing.assert_allclose(normal(machine), [1, 0], atol=1e-6)
    np.testing.assert_allclose(machine.decide(np.array([[1.0, 5.0], [2.0, 1.0]])), [0, 1], atol=1e-6)
    np.testing.assert_allclose(slack(machine), 0, atol=1e-6)


def test_points_that_are_no_support_vectors_may_go():
    X, y = blobs(60, np.random.default_rng(3))
    machine = train(X, y, 1.0, linear)
    kept = machine.alpha > 1e-8
    np.testing.assert_allclose(normal(train(X[kept], y[kept], 1.0, linear)), normal(machine), atol=1e-4)


def test_only_a_curved_kernel_parts_the_rings():
    X, y = rings(80, np.random.default_rng(4))
    right = [(np.sign(train(X, y, 1.0, k).decide(X)) == y).mean() for k in (linear, polynomial, rbf(1.0))]
    assert right[0] < 0.8 < 0.95 < min(right[1:])


@pytest.mark.parametrize(
    "parameters",
    [
        {"n": 10, "C": 20},
        {"n": 10, "C": 0.01, "kernel": "polynomial"},
        {"kernel": "rbf", "sigma": 0.1},
    ],
)
def test_the_bounds_of_the_parameters_play(parameters):
    film = list(demo(**parameters))
    assert not broken(film)
    assert [frame.answer for frame in film if isinstance(frame, Ask)] == [1]


def unbalanced(Q, y, alpha, G, i, j, C):
    change = pair_step(Q, y, alpha, G, i, j, C)
    change[j] *= 0.5
    return change


def stops_early(X, y, C, kernel, tolerance=1e-5, max_steps=20_000):
    return smo(X, y, C, kernel, tolerance=0.2)


def off_centre(X, y, C, kernel, tolerance=1e-5, max_steps=20_000):
    for machine in smo(X, y, C, kernel):
        yield machine._replace(b=machine.b + 0.1)


def flipped(X, y, C, kernel, tolerance=1e-5, max_steps=20_000):
    for machine in smo(X, y, C, kernel):
        yield Machine(X, y, C - machine.alpha, machine.b, kernel)


@pytest.mark.parametrize(
    ("name", "wrong", "fails"),
    [
        ("smo", stops_early, {KKT}),
        ("smo", off_centre, {GAP, KKT}),
        ("smo", flipped, {GAP, KKT}),
    ],
)
def test_a_wrong_algorithm_fails_its_check(monkeypatch, name, wrong, fails):
    monkeypatch.setattr(module, name, wrong)
    assert fails <= broken(demo(n=40))


def test_an_unbalanced_step_fails_its_check(monkeypatch):
    monkeypatch.setattr(module, "pair_step", unbalanced)
    monkeypatch.setattr(module, "smo", lambda X, y, C, k: smo(X, y, C, k, max_steps=50))
    assert BALANCE in broken(demo(n=40))
