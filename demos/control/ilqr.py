"""iLQR: linearise along a guess, solve the linear-quadratic problem, roll out the better guess, repeat.

Sheet M.9. Li & Todorov (2004); Tassa, Erez & Todorov (2012). States x (n,), actions u (m,), T steps:
trajectories X (T + 1, n) and U (T, m). Cart-pole: Barto, Sutton & Anderson (1983).
"""

from collections.abc import Callable, Iterator
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlquiz.player import Ask, Between, Check, Frame, Line, Say, Scatter, Table

Array = NDArray[np.float64]
Dynamics = Callable[[Array, Array], Array]
"""The next states (..., n) from states (..., n) and actions (..., m); must bear complex numbers."""

GRAVITY, CART, POLE, HALF_LENGTH = 9.8, 1.0, 0.2, 0.5
ALPHAS: Array = 0.6 ** np.arange(12.0)


def cart_pole(dt: float) -> Dynamics:
    """Position, velocity, angle from upright and its velocity, one semi-implicit Euler step after a force."""

    def step(x: Array, u: Array) -> Array:
        position, v, theta, w = np.moveaxis(x, -1, 0)
        mass, ml = CART + POLE, POLE * HALF_LENGTH
        push = (u[..., 0] + ml * w**2 * np.sin(theta)) / mass
        turn = GRAVITY * np.sin(theta) - push * np.cos(theta)
        turn = turn / (HALF_LENGTH * (4 / 3 - POLE * np.cos(theta) ** 2 / mass))
        v, w = v + dt * (push - ml * turn * np.cos(theta) / mass), w + dt * turn
        return np.stack([position + dt * v, v, theta + dt * w, w], axis=-1)

    return step


class Problem(NamedTuple):
    r"""Least $\frac{1}{2}\sum_t(x_t^\top Qx_t+u_t^\top Ru_t)+\frac{1}{2}x_T^\top Q_fx_T$ from x0 (n,)."""

    f: Dynamics
    x0: Array
    Q: Array
    R: Array
    Qf: Array

    def cost(self, X: Array, U: Array) -> Array:
        """Cost (...) of trajectories X (..., T + 1, n), U (..., T, m)."""
        running = np.einsum("...ti,ij,...tj->...", X[..., :-1, :], self.Q, X[..., :-1, :])
        running = running + np.einsum("...ti,ij,...tj->...", U, self.R, U)
        last = np.einsum("...i,ij,...j->...", X[..., -1, :], self.Qf, X[..., -1, :])
        total: Array = 0.5 * (running + last)
        return total


def linearise(f: Dynamics, X: Array, U: Array) -> tuple[Array, Array]:
    r"""$A_t=\partial f/\partial x$ (T, n, n) and $B_t=\partial f/\partial u$ (T, n, m), by complex steps."""
    n, h = X.shape[1], 1e-20
    Z = np.concatenate([X[:-1], U], axis=1)
    bumped = Z + 1j * h * np.eye(Z.shape[1])[:, None]
    J = np.moveaxis(np.imag(f(bumped[..., :n], bumped[..., n:])) / h, 0, -1)
    return J[..., :n], J[..., n:]


class Gains(NamedTuple):
    """Changes k (T, m) of the actions, and feedback K (T, m, n) on the deviation of the state."""

    k: Array
    K: Array


def backward(problem: Problem, X: Array, U: Array) -> Gains:
    """The best changes if the dynamics were linear around X, U (Tassa et al., eq. 5 to 6)."""
    A, B = linearise(problem.f, X, U)
    Vx, Vxx = problem.Qf @ X[-1], problem.Qf
    k, K = np.empty_like(U), np.empty((*U.shape, X.shape[1]))
    for t in reversed(range(len(U))):
        Qx, Qu = problem.Q @ X[t] + A[t].T @ Vx, problem.R @ U[t] + B[t].T @ Vx
        Qxx, Quu = problem.Q + A[t].T @ Vxx @ A[t], problem.R + B[t].T @ Vxx @ B[t]
        Qux = B[t].T @ Vxx @ A[t]
        k[t], K[t] = -np.linalg.solve(Quu, Qu), -np.linalg.solve(Quu, Qux)
        Vx = Qx + Qux.T @ k[t]
        Vxx = Qxx + Qux.T @ K[t]
    return Gains(k, K)


def forward(problem: Problem, X: Array, U: Array, gains: Gains, alphas: Array) -> tuple[Array, Array]:
    r"""Trajectories of $u_t+\alpha k_t+K_t(x-x_t)$, one for each alpha: (a, T + 1, n) and (a, T, m)."""
    x = np.tile(problem.x0, (len(alphas), 1))
    states, actions = [x], []
    with np.errstate(over="ignore", invalid="ignore"):
        for t in range(len(U)):
            u = U[t] + alphas[:, None] * gains.k[t] + (x - X[t]) @ gains.K[t].T
            x = problem.f(x, u)
            states.append(x)
            actions.append(u)
    return np.stack(states, axis=1), np.stack(actions, axis=1)


class Iteration(NamedTuple):
    """A trajectory, its cost, the line-search factor that led to it and the gains around the one before."""

    X: Array
    U: Array
    cost: float
    alpha: float
    gains: Gains


def ilqr(problem: Problem, U: Array, iterations: int) -> Iterator[Iteration]:
    """The trajectory of U and ever better ones, until the line search finds none that is better by 1e-9."""
    none = Gains(np.zeros_like(U), np.zeros((*U.shape, len(problem.x0))))
    X = forward(problem, np.zeros((len(U), len(problem.x0))), U, none, np.ones(1))[0][0]
    cost = float(problem.cost(X, U))
    yield Iteration(X, U, cost, 1.0, none)
    for _ in range(iterations):
        gains = backward(problem, X, U)
        states, actions = forward(problem, X, U, gains, ALPHAS)
        with np.errstate(over="ignore", invalid="ignore"):
            costs = np.nan_to_num(problem.cost(states, actions), nan=np.inf)
        best = int(costs.argmin())
        if not costs[best] < cost * (1 - 1e-9):
            return
        X, U, cost = states[best], actions[best], float(costs[best])
        yield Iteration(X, U, cost, float(ALPHAS[best]), gains)


def follow(problem: Problem, plan: Iteration, K: Array, kick: Array, at: int) -> Array:
    """States (T + 1, n) when the plan is followed with feedback K (T, m, n), and kicked by (n,) at a step."""
    x, states = problem.x0, [problem.x0]
    for t, u in enumerate(plan.U):
        x = x + kick * (t == at)
        x = problem.f(x, u + K[t] @ (x - plan.X[t]))
        states.append(x)
    return np.stack(states)


def swing_up(dt: float) -> Problem:
    """The hanging pole, to be upright and at rest in the end."""
    Q, R = dt * np.diag([0.5, 0.1, 1.0, 0.1]), dt * np.array([[0.02]])
    return Problem(cart_pole(dt), np.array([0.0, 0.0, np.pi, 0.0]), Q, R, np.diag([20.0, 5.0, 100.0, 10.0]))


def demo(
    horizon: Annotated[int, "steps", Between(40, 150)] = 80,
    dt: Annotated[float, "seconds a step", Between(0.02, 0.08)] = 0.05,
    iterations: Annotated[int, "iterations at most", Between(10, 150)] = 60,
) -> Iterator[Frame]:
    """A hanging pole is swung up by a plan that gets better and better, and held against a push."""
    if horizon * dt < 2.5:
        seconds = horizon * dt
        raise ValueError(
            f"horizon = {horizon} steps of dt = {dt:g} s are {seconds:.2g} s; a swing takes 2.5 s"
        )
    problem = swing_up(dt)
    yield Say(
        r"iLQR plans forces that swing a pole up and balance it. It takes the dynamics around a guess as "
        r"linear, solves for $u_t=\bar u_t+\alpha k_t+K_t(x_t-\bar x_t)$, and rolls out the better guess."
    )
    plans = list(ilqr(problem, np.zeros((horizon, 1)), iterations))
    yield from improve(plans, dt)
    K = backward(problem, plans[-1].X, plans[-1].U).K
    times = dt * np.arange(horizon)
    yield Line(
        "feedback K", dict(zip(("x", "v", "angle", "w"), K[:, 0].T, strict=True)), x=times, x_label="s"
    )
    yield from push(problem, plans[-1], K, dt)
    yield from checks(problem, plans)


def improve(plans: list[Iteration], dt: float) -> Iterator[Frame]:
    """Play the plans, ever more of them at a time."""
    times = dt * np.arange(len(plans[0].X))
    rows: list[tuple[object, ...]] = []
    for i in np.unique(np.geomspace(1, len(plans), 18).astype(int) - 1).tolist():
        rows.append((i, round(plans[i].cost, 3), round(plans[i].alpha, 4)))
        yield Say(
            f"Iteration {i}: cost {plans[i].cost:.4g}, with {plans[i].alpha:.3g} of the proposed change."
        )
        yield Table("line search", ("iteration", "cost", "alpha"), rows[-5:])
        yield Line("cost", [plan.cost for plan in plans[: i + 1]], x_label="iteration", log_y=True)
        curves = {"angle": plans[i].X[:, 2], "position": plans[i].X[:, 0]}
        yield Line("plan: angle from upright, and position", curves, x=times, x_label="s")


def picture(x: Array) -> Scatter:
    """The cart with its pole, in a frame that stays."""
    cart = np.array([x[0], 0.0])
    tip = cart + 2 * HALF_LENGTH * np.array([np.sin(x[2]), np.cos(x[2])])
    frame = [(-2.5, -1.2), (2.5, -1.2), (2.5, 1.2), (-2.5, 1.2), (-2.5, -1.2)]
    return Scatter("cart", [cart], marks=[cart], curves={"frame": frame, "pole": np.stack([cart, tip])})


def push(problem: Problem, plan: Iteration, K: Array, dt: float) -> Iterator[Frame]:
    """Ask who survives a push, and play the pole with feedback."""
    kick, at = np.array([0.0, 0.3, 0.0, 0.6]), len(plan.U) // 2
    with_feedback = follow(problem, plan, K, kick, at)
    without = follow(problem, plan, 0 * K, kick, at)
    up = [bool(abs(states[-1, 2]) < 0.2) for states in (with_feedback, without)]
    yield Ask(
        "push",
        "Half-way, something pushes cart and pole. One follows the planned forces alone, one adds "
        "K(x - plan). Who ends upright?",
        ("both", "only the one with feedback", "neither"),
        answer=0 if all(up) else 1 if up[0] else 2,
        why="The planned forces fit the planned states only; upright is unstable, so any deviation grows. "
        "The gains came out of the same backward pass, at no extra cost.",
    )
    for t in np.unique(np.linspace(0, len(plan.U), 30).astype(int)).tolist():
        yield Say(f"{dt * t:.2f} s" + (": after the push" if t > at else ""))
        yield picture(with_feedback[t])
    curves = {
        "plan": plan.X[:, 2],
        "with feedback": with_feedback[:, 2],
        "without": np.clip(without[:, 2], -7, 7),
    }
    yield Line("angle after the push", curves, x=dt * np.arange(len(plan.X)), x_label="s")


def cost_gradient(problem: Problem, X: Array, U: Array) -> Array:
    """Gradient (T, m) of the cost by the actions, by the adjoint recursion."""
    A, B = linearise(problem.f, X, U)
    gradient, costate = np.empty_like(U), problem.Qf @ X[-1]
    for t in reversed(range(len(U))):
        gradient[t] = problem.R @ U[t] + B[t].T @ costate
        costate = problem.Q @ X[t] + A[t].T @ costate
    return gradient


def riccati_cost(A: Array, B: Array, problem: Problem, steps: int) -> float:
    """Cost of the best control of a linear system, by the Riccati recursion."""
    P = problem.Qf
    for _ in range(steps):
        G = np.linalg.inv(problem.R + B.T @ P @ B)
        P = problem.Q + A.T @ P @ A - A.T @ P @ B @ G @ B.T @ P @ A
    return float(0.5 * problem.x0 @ P @ problem.x0)


def checks(problem: Problem, plans: list[Iteration]) -> Iterator[Check]:
    """Compare with the Riccati equation, with differences, and with what was asked for."""
    A, B = np.array([[1.0, 0.1], [0.0, 1.0]]), np.array([[0.0], [0.1]])
    linear = Problem(
        lambda x, u: x @ A.T + u @ B.T, np.array([1.0, -0.5]), np.eye(2), np.array([[0.1]]), 5 * np.eye(2)
    )
    _, once, *_ = ilqr(linear, np.zeros((30, 1)), 3)
    yield Check("one iteration on a linear system", once.cost, riccati_cost(A, B, linear, 30), 1e-8)
    X, U = plans[1].X, plans[1].U
    gradient = cost_gradient(problem, X, U)
    none = Gains(np.zeros_like(U), np.zeros((*U.shape, 4)))
    gaps = []
    for t in (0, len(U) // 2, len(U) - 1):
        bump = np.zeros_like(U)
        bump[t] = 1e-5
        up, down = (problem.cost(*forward(problem, X, U + s * bump, none, np.ones(1)))[0] for s in (1, -1))
        gaps.append(abs(gradient[t, 0] - (up - down) / 2e-5) / np.abs(gradient).max())
    yield Check("gradient of the cost against differences", max(gaps), 0.0, 1e-5)
    costs = [plan.cost for plan in plans]
    yield Check("largest rise of the cost", float(np.diff(costs).max()), 0.0, 0.0, "<=")
    yield Check("angle from upright at the end", abs(float(plans[-1].X[-1, 2])), 0.0, 0.1)
