"""Q-learning: after each step, pull Q(s,a) towards the reward and the best that can follow.

Sheet 5.14. Watkins & Dayan (1992); Sutton & Barto, 2nd ed. (2018), sections 6.5 and 6.7; van Hasselt, Double
Q-learning (2010). States s = 0..S-1, actions a = 0..A-1, tables Q (S, A).
"""

from collections import deque
from collections.abc import Generator, Iterator
from math import erf
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlquiz.player import Ask, Between, Check, Frame, Heat, Line, Say, Scatter

Array = NDArray[np.float64]

MAZE = (
    "+---------+",
    "|S: | : :K|",
    "| : | : : |",
    "| : : : : |",
    "| | : | : |",
    "|G| : | : |",
    "+---------+",
)
"""The grid of Dietterich's taxi (2000): fetch the key K, then open G. Walls are |, open passages are :."""

MOVES = ((-1, 0), (1, 0), (0, -1), (0, 1))
"""Up, down, left, right as (row, column)."""

TRUE_VALUE, TRIES, RUNS = -0.1, 20, 500
"""The noisy state: what its actions pay on average, how often each is tried, and in how many runs."""


class World(NamedTuple):
    """A deterministic world: where each action leads and what it pays, both (S, A), and where it ends."""

    next_state: NDArray[np.intp]
    reward: Array
    terminal: frozenset[int]


def q_update(Q: Array, s: int, a: int, r: float, s_next: int, alpha: float, gamma: float) -> None:
    r"""$Q(s,a)\leftarrow Q(s,a)+\alpha\,(r+\gamma\max_{a'}Q(s',a')-Q(s,a))$, in place (S&B, eq. 6.8)."""
    Q[s, a] += alpha * (r + gamma * Q[s_next].max() - Q[s, a])


def epsilon_greedy(q: Array, epsilon: float, rng: np.random.Generator) -> int:
    """One of the best actions of q (A,), or with probability epsilon any action."""
    if rng.random() < epsilon:
        return int(rng.integers(len(q)))
    best = np.flatnonzero(q == q.max())
    return int(best[rng.integers(len(best))])


class Episode(NamedTuple):
    """The table Q (S, A) after an episode, how often each pair was visited so far (S, A), and its steps."""

    Q: Array
    visits: Array
    steps: int


def q_learning(
    world: World, alpha: float, gamma: float, epsilon: float, rng: np.random.Generator
) -> Iterator[Episode]:
    """Episodes without end, from random states in the first half of the table; Q starts at zero."""
    Q, visits = np.zeros_like(world.reward), np.zeros_like(world.reward)
    while True:
        s, steps = int(rng.integers(len(Q) // 2)), 0
        while s not in world.terminal:
            a = epsilon_greedy(Q[s], epsilon, rng)
            s_next = int(world.next_state[s, a])
            q_update(Q, s, a, world.reward[s, a], s_next, alpha, gamma)
            visits[s, a] += 1
            s, steps = s_next, steps + 1
        yield Episode(Q.copy(), visits.copy(), steps)


def value_iteration(world: World, gamma: float) -> Array:
    r"""$Q^*$ (S, A): repeat $Q(s,a)\leftarrow r+\gamma\max_{a'}Q(s',a')$ until nothing changes."""
    Q = np.zeros_like(world.reward)
    before = np.full_like(Q, np.nan)
    while (before != Q).any():
        before, Q = Q, world.reward + gamma * Q.max(axis=1)[world.next_state]
        Q[list(world.terminal)] = 0
    return Q


def key_world() -> World:
    """The maze without the key (states 0 to 24, by row) and with it (25 to 49); opening G pays 1 and ends."""
    next_state = np.empty((50, 4), dtype=np.intp)
    reward = np.zeros((50, 4))
    for s in range(50):
        key, row, column = s // 25, s // 5 % 5, s % 5
        for a, (down, right) in enumerate(MOVES):
            wall = MAZE[row + 1 + down if down else row + 1][2 * column + 1 + right] in "|-+"
            r, c = (row, column) if wall else (row + down, column + right)
            has_key = key or MAZE[r + 1][2 * c + 1] == "K"
            next_state[s, a] = 25 * has_key + 5 * r + c
            reward[s, a] = float(bool(has_key) and MAZE[r + 1][2 * c + 1] == "G" and not wall)
    return World(next_state, reward, frozenset({45}))


def greedy_path(Q: Array, world: World, s: int) -> list[int]:
    """The states on the greedy way from s, up to the end or to 50 steps."""
    path = [s]
    while s not in world.terminal and len(path) <= 50:
        s = int(world.next_state[s, Q[s].argmax()])
        path.append(s)
    return path


def steps_to_goal(world: World) -> dict[int, int]:
    """Fewest steps to the end from each state, by breadth-first search backwards."""
    steps = dict.fromkeys(world.terminal, 0)
    queue = deque(steps)
    while queue:
        goal = queue.popleft()
        for s in np.unique(np.nonzero(world.next_state == goal)[0]).tolist():
            if s not in steps:
                steps[s] = steps[goal] + 1
                queue.append(s)
    return steps


def noisy_state(
    double: bool, runs: int, tries: int, rng: np.random.Generator, n_actions: int = 10
) -> Iterator[Array]:
    r"""Values (runs,) of a state after 1, 2, ... tries of each action, where every action pays $N(-0.1, 1)$.

    Q-learning with alpha = 1/tries values the state at $\max_a Q(a)$. Double Q-learning learns two tables and
    values it at $Q_2(\arg\max_a Q_1(a))$: what one table picks, the other judges.
    """
    Q = np.zeros((1 + double, runs, n_actions))
    for n in range(1, tries + 1):
        Q += (rng.normal(TRUE_VALUE, 1.0, Q.shape) - Q) / n
        picked = Q[0].argmax(axis=1)
        yield Q[-1, np.arange(runs), picked]


def expected_maximum(m: int) -> float:
    r"""$E[\max(Z_1,\dots,Z_m)]=\int z\,m\,\varphi(z)\Phi(z)^{m-1}dz$ of m standard normals."""
    z = np.linspace(-8, 8, 4001)
    Phi = 0.5 * (1 + np.array([erf(v) for v in z / np.sqrt(2)]))
    phi = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    return float((z * m * phi * Phi ** (m - 1)).sum() * (z[1] - z[0]))


def demo(
    episodes: Annotated[int, "episodes", Between(400, 3000)] = 800,
    alpha: Annotated[float, "learning rate", Between(0.05, 1)] = 0.2,
    gamma: Annotated[float, "discount", Between(0.5, 0.99)] = 0.95,
    epsilon: Annotated[float, "share of random actions", Between(0.05, 1)] = 0.2,
    seed: int = 0,
) -> Iterator[Frame]:
    """A reward spreads backwards through a maze with a key; then noise makes the max too hopeful."""
    rng = np.random.default_rng(seed)
    world = key_world()
    Q_star = value_iteration(world, gamma)
    yield Say(
        r"Q-learning learns what each action is worth: after each step, $Q(s,a)\leftarrow Q(s,a)+"
        r"\alpha\,(r+\gamma\max_{a'}Q(s',a')-Q(s,a))$. Here an agent fetches the key, then opens the goal: "
        "only that pays, 1."
    )
    run = q_learning(world, alpha, gamma, epsilon, rng)
    first = next(run)
    yield maze([])
    yield from first_reward(first)
    last = yield from learning(run, world, Q_star, first, episodes)
    estimates = yield from hopeful_maximum(rng)
    yield from checks(world, gamma, Q_star, last, estimates)


def picture(Q: Array) -> Array:
    """The maze without and with the key (15, 31): for each cell its largest Q, at its sides Q of a move."""
    cells = Q.reshape(2, 5, 5, 4)
    Z = np.broadcast_to(cells.max(axis=-1)[:, :, None, :, None], (2, 5, 3, 5, 3)).copy()
    for a, (down, right) in enumerate(MOVES):
        Z[:, :, 1 + down, :, 1 + right] = cells[..., a]
    without, with_key = Z.reshape(2, 15, 15)
    return np.hstack([without, np.full((15, 1), np.nan), with_key])


def place(s: int) -> tuple[float, float]:
    """Where a state is drawn, as (x, y)."""
    return float(s % 5), -float(s // 5 % 5)


def maze(path: list[int]) -> Scatter:
    """The walls, the key and the goal, and a path of states."""
    walls: list[tuple[float, float]] = [(-0.5, 0.5), (4.5, 0.5), (4.5, -4.5), (-0.5, -4.5), (-0.5, 0.5)]
    for row, line in enumerate(MAZE[1:-1]):
        for x in (column / 2 - 0.5 for column in range(2, 9, 2) if line[column] == "|"):
            walls += [(np.nan, np.nan), (x, 0.5 - row), (x, -0.5 - row)]
    curves = {"wall": walls, "greedy path": [place(s) for s in path]} if path else {"wall": walls}
    ends = [place(s) for s in (0, 4, 20)]
    return Scatter("maze", ends, labels=[0, 1, 2], curves=curves, class_names=("start", "key", "goal"))


def first_reward(first: Episode) -> Iterator[Frame]:
    """Ask how far one reward reaches."""
    yield Ask(
        "reward",
        f"All Q were 0. The first episode stumbled about for {first.steps} steps until the goal paid 1. "
        "How many Q(s,a) are not 0 now?",
        (
            "1, the last step's",
            "16, those of the way to the goal",
            f"all {(first.visits > 0).sum()} visited pairs",
        ),
        answer=0,
        why="Each step looks one step ahead only, and until the last one it saw nothing but zeros. "
        "In the next episodes the value moves back, a step at a time.",
    )
    yield Heat("Q without the key | with the key", picture(first.Q))


def learning(
    run: Iterator[Episode], world: World, Q_star: Array, first: Episode, episodes: int
) -> Generator[Frame, None, Episode]:
    """Play the other episodes, and return the last."""
    errors: dict[str, list[float]] = {"all pairs": [], "best at the start": []}
    every = episodes // 16
    seen = range(every, episodes + 1, every)
    episode = first
    for n, episode in zip(range(2, episodes + 1), run, strict=False):
        if n not in seen:
            continue
        errors["all pairs"].append(np.abs(episode.Q - Q_star).max())
        errors["best at the start"].append(abs(episode.Q[0].max() - Q_star[0].max()))
        yield Say(f"After {n} episodes. Each cell shows its largest Q, and Q of each move at that side.")
        shown = {name: curve.copy() for name, curve in errors.items()}
        yield Line("distance of Q to Q*", shown, x=range(every, n + 1, every), x_label="episodes")
        yield Heat("Q without the key | with the key", picture(episode.Q))
        yield maze(greedy_path(episode.Q, world, 0))
    return episode


def hopeful_maximum(rng: np.random.Generator) -> Generator[Frame, None, dict[str, Array]]:
    """Play how the max over noisy estimates is too high, and return both values (runs,) after all tries."""
    yield Ask(
        "noise",
        f"Now a state where each of ten actions pays {TRUE_VALUE} on average, with standard deviation 1. "
        f"Each was tried {TRIES} times. What does Q-learning take the state to be worth, on average?",
        (f"about {TRUE_VALUE}, the truth", "more than 0.2", "less than -0.4"),
        answer=1,
        why="It values the state at the largest of ten noisy means, and the largest is mostly a lucky one. "
        "Double Q-learning lets one table pick and another judge, so luck in picking doesn't count.",
    )
    yield Say(f"One noisy state, {RUNS} runs: what it is taken to be worth, on average.")
    curves: dict[str, list[float]] = {"truth": [], "Q-learning": [], "Double Q-learning": []}
    states = zip(noisy_state(False, RUNS, TRIES, rng), noisy_state(True, RUNS, TRIES, rng), strict=True)
    for single, double in states:
        for name, value in zip(curves, (TRUE_VALUE, single.mean(), double.mean()), strict=True):
            curves[name].append(float(value))
        shown = {name: curve.copy() for name, curve in curves.items()}
        yield Line("value of the noisy state", shown, x=range(1, len(shown["truth"]) + 1), x_label="tries")
    return {"Q-learning": single, "Double Q-learning": double}


def checks(
    world: World, gamma: float, Q_star: Array, last: Episode, estimates: dict[str, Array]
) -> Iterator[Check]:
    """Compare Q* with breadth-first search, Q with Q*, and the noisy state with order statistics."""
    steps = steps_to_goal(world)
    shortest = np.array([gamma ** steps[s] for s in range(len(steps))])[world.next_state]
    shortest[list(world.terminal)] = 0
    yield Check("Q* against gamma^(steps left)", np.abs(Q_star - shortest).max(), 0.0, 1e-12)
    yield Check("how far Q ever is above Q*", (last.Q - Q_star).max(), 0.0, 1e-12, "<=")
    often = last.visits >= 200
    yield Check("Q against Q* where visited 200 times", np.abs(last.Q - Q_star)[often].max(), 0.0, 0.05)
    yield Check("steps of the greedy path", len(greedy_path(last.Q, world, 0)) - 1, steps[0])
    exact = {
        "Q-learning": TRUE_VALUE + expected_maximum(10) / np.sqrt(TRIES),
        "Double Q-learning": TRUE_VALUE,
    }
    for name, values in estimates.items():
        error = values.std(ddof=1) / np.sqrt(len(values))
        yield Check(f"mean value of the noisy state, {name}", values.mean(), exact[name], 4 * error)
