"""iLQR against the Riccati equation, differences and conservation of energy."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.linalg import solve_discrete_are

from mlquiz.demos.control import ilqr as module
from mlquiz.demos.control.ilqr import (
    CART,
    GRAVITY,
    HALF_LENGTH,
    POLE,
    Gains,
    Problem,
    backward,
    cart_pole,
    cost_gradient,
    demo,
    follow,
    forward,
    ilqr,
    linearise,
    swing_up,
)
from mlquiz.player import Ask
from tests.demos.frames import broken, checks

SHORT = {"horizon": 60, "iterations": 10}
RICCATI, GRADIENT, RISE, UPRIGHT = checks(demo(**SHORT))

A, B = np.array([[1.0, 0.1], [0.2, 0.9]]), np.array([[0.0], [0.1]])


def linear_problem():
    Q, R = np.diag([1.0, 0.3]), np.array([[0.2]])
    return Problem(lambda x, u: x @ A.T + u @ B.T, np.array([1.0, -0.5]), Q, R, np.eye(2))


def test_one_iteration_solves_a_linear_quadratic_problem():
    problem = linear_problem()
    X, U = np.zeros((201, 2)), np.zeros((200, 1))
    P = solve_discrete_are(A, B, problem.Q, problem.R)
    expected = -np.linalg.solve(problem.R + B.T @ P @ B, B.T @ P @ A)
    np.testing.assert_allclose(backward(problem, X, U).K[0], expected, atol=1e-8)
    first, second, *rest = ilqr(problem, U, 5)
    assert second.alpha == 1
    assert second.cost == pytest.approx(0.5 * problem.x0 @ P @ problem.x0, abs=1e-6)
    assert len(rest) == 0
    assert first.cost > second.cost


def test_jacobians_are_central_differences():
    rng = np.random.default_rng(0)
    X, U = rng.standard_normal((6, 4)), rng.standard_normal((5, 1))
    f = cart_pole(0.05)
    As, Bs = linearise(f, X, U)
    for j in range(4):
        bump = 1e-6 * np.eye(4)[j]
        np.testing.assert_allclose(As[:, :, j], (f(X[:-1] + bump, U) - f(X[:-1] - bump, U)) / 2e-6, atol=1e-8)
    np.testing.assert_allclose(Bs[:, :, 0], (f(X[:-1], U + 1e-6) - f(X[:-1], U - 1e-6)) / 2e-6, atol=1e-8)


def test_the_gradient_of_the_cost_is_a_central_difference():
    problem, rng = swing_up(0.05), np.random.default_rng(1)
    U = rng.standard_normal((20, 1))
    none = Gains(np.zeros_like(U), np.zeros((20, 1, 4)))

    def cost(actions):
        return problem.cost(*forward(problem, np.zeros((20, 4)), actions, none, np.ones(1)))[0]

    X = forward(problem, np.zeros((20, 4)), U, none, np.ones(1))[0][0]
    numeric = [(cost(U + bump) - cost(U - bump)) / 2e-5 for bump in 1e-5 * np.eye(20)[:, :, None]]
    np.testing.assert_allclose(cost_gradient(problem, X, U)[:, 0], numeric, rtol=1e-5, atol=1e-5)


def test_the_cart_pole_keeps_its_energy_as_the_step_shrinks():
    def energy(x):
        _, v, theta, w = x
        tip = v**2 + 2 * v * w * HALF_LENGTH * np.cos(theta) + (4 / 3) * (HALF_LENGTH * w) ** 2
        return 0.5 * CART * v**2 + 0.5 * POLE * tip + POLE * GRAVITY * HALF_LENGTH * np.cos(theta)

    x = start = np.array([0.0, 0.5, 0.3, 0.0])
    f = cart_pole(1e-4)
    for _ in range(5000):
        x = f(x, np.zeros(1))
    assert energy(x) == pytest.approx(energy(start), abs=1e-3)
    oracle = solve_ivp(lambda t, s: (f(s, np.zeros(1)) - s) / 1e-4, (0, 0.5), start, rtol=1e-8)
    np.testing.assert_allclose(x, oracle.y[:, -1], atol=1e-3)


def test_the_line_search_starts_from_the_plan_itself():
    problem = swing_up(0.05)
    plan = list(ilqr(problem, np.zeros((60, 1)), 5))[-1]
    gains = backward(problem, plan.X, plan.U)
    X, U = forward(problem, plan.X, plan.U, gains, np.zeros(1))
    np.testing.assert_allclose(X[0], plan.X, atol=1e-9)
    np.testing.assert_allclose(U[0], plan.U, atol=1e-9)


def test_feedback_brings_a_pushed_pole_back():
    problem = swing_up(0.05)
    plan = list(ilqr(problem, np.zeros((80, 1)), 60))[-1]
    K = backward(problem, plan.X, plan.U).K
    np.testing.assert_allclose(follow(problem, plan, K, np.zeros(4), 0), plan.X, atol=1e-6)
    kick = np.array([0.0, 0.3, 0.0, 0.6])
    assert abs(follow(problem, plan, K, kick, 40)[-1, 2]) < 0.2
    assert abs(follow(problem, plan, 0 * K, kick, 40)[-1, 2]) > 1


@pytest.mark.parametrize(
    "parameters",
    [{"horizon": 40, "dt": 0.08, "iterations": 10}, {"horizon": 150, "dt": 0.02, "iterations": 20}, SHORT],
)
def test_the_bounds_of_the_parameters_play(parameters):
    film = list(demo(**parameters))
    assert not broken(film)
    assert sum(isinstance(frame, Ask) for frame in film) == 1


def test_too_short_a_time_is_refused():
    with pytest.raises(ValueError, match="horizon = 40 steps of"):
        next(demo(horizon=40, dt=0.05))


def half_feedback(problem, X, U):
    gains = backward(problem, X, U)
    return Gains(gains.k, 0.5 * gains.K)


def without_actions(f, X, U):
    As, Bs = linearise(f, X, U)
    return As, 0.9 * Bs


def uphill(problem, U, iterations):
    return list(ilqr(problem, U, iterations))[::-1]


@pytest.mark.parametrize(
    ("name", "wrong", "fails"),
    [
        ("backward", half_feedback, {RICCATI}),
        ("linearise", without_actions, {RICCATI, GRADIENT}),
        ("ilqr", uphill, {RISE}),
        ("ilqr", lambda problem, U, iterations: list(ilqr(problem, U, 10))[:2], {UPRIGHT}),
    ],
)
def test_a_wrong_algorithm_fails_its_check(monkeypatch, name, wrong, fails):
    monkeypatch.setattr(module, name, wrong)
    assert fails <= broken(demo(**SHORT))
