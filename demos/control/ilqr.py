"""iLQR: linearise along a guess, solve the linear-quadratic problem, roll out the better guess, repeat.

Sheet M.9. Li & Todorov (2004); Tassa, Erez & Todorov (2012). States x (n,), actions u (m,), T steps: trajectories
X (T + 1, n) and U (T, m). Cart-pole: Barto, Sutton & Anderson (1983).
"""

from collections.abc import Callable, Generator, Iterator
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlquiz.player import Ask, Between, Check, Frame, Line, Say, Scatter, Table

Array = NDArray[np.float64]
Dynamics = Callable[[Array, Array], Array]
"""The next states (..., n) from states (..., n) and actions (..., m); must bear complex numbers."""

GRAVITY, CART, POLE, HALF_LENGTH = 9.8, 1.0, 0.2, 0.5
ALPHAS = 0.6 ** np.arange(12)


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
        last: Array = np.einsum("...i,ij,...j->...", X[..., -1, :], self.Qf, X[..., -1, :])
        return 0.5 * (running + last)


def linearise(f: Dynamics, X: Array, U: Array) -> tuple[Array, Array]:
    r"""$A_t=\partial f/\partial x$ (T, n, n) and $B_t=\partial f/\partial u$ (T, n, m), by complex steps."""
    n, h = X.shape[1], 1e-20
    Z = np.concatenate([X[:-1], U], axis=1)
    bumped = Z + 1j * h * np.eye(Z.shape[1])[:, None]
    J = np.moveaxis(np.imag(f(bumped[..., :n], bumped[..., n:])) / h, 0, -1)  # type: ignore[arg-type]
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
    """The trajectory of U and ever better ones, until no factor of the line search lowers the cost by 1e-9."""
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
