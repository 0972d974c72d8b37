"""Q-learning against exact values, breadth-first search and order statistics."""

from itertools import islice

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from mlquiz.demos.reinforcement import q_learning as module
from mlquiz.demos.reinforcement.q_learning import (
    MAZE,
    demo,
    epsilon_greedy,
    expected_maximum,
    greedy_path,
    key_world,
    noisy_state,
    picture,
    q_learning,
    q_update,
    steps_to_goal,
    value_iteration,
)
from mlquiz.player import Line, Scatter
from tests.demos.frames import broken, checks

EXACT, ABOVE, OFTEN, STEPS, SINGLE, DOUBLE = checks(demo(episodes=400))


@pytest.fixture(scope="module")
def world():
    return key_world()


def test_one_update_by_hand():
    Q = np.array([[1.0, 2.0], [5.0, 3.0]])
    q_update(Q, s=0, a=1, r=1.0, s_next=1, alpha=0.1, gamma=0.5)
    assert Q[0, 1] == pytest.approx(2.0 + 0.1 * (1.0 + 0.5 * 5.0 - 2.0))
    np.testing.assert_array_equal(np.delete(Q.ravel(), 1), [1, 5, 3])


def test_epsilon_greedy_takes_each_action_as_often_as_it_should():
    rng = np.random.default_rng(0)
    taken = [epsilon_greedy(np.array([1.0, 3.0, 3.0, 0.0]), 0.2, rng) for _ in range(20_000)]
    share = np.bincount(taken, minlength=4) / len(taken)
    expected = np.array([0.05, 0.45, 0.45, 0.05])
    assert (np.abs(share - expected) < 4 * np.sqrt(expected * (1 - expected) / len(taken))).all()


def test_walls_stop_one_from_both_sides(world):
    for s in range(50):
        for a, back in enumerate((1, 0, 3, 2)):
            t = int(world.next_state[s, a])
            if s % 25 != t % 25:
                assert world.next_state[t, back] % 25 == s % 25
    blocked = sum(int(world.next_state[s, 3]) == s for s in range(25) if s % 5 < 4)
    assert blocked == sum(line[2:9:2].count("|") for line in MAZE)


def test_the_key_is_kept_and_only_the_opened_goal_pays(world):
    assert (world.next_state[25:] >= 25).all()
    assert world.next_state[3, 3] == 29
    paying = np.argwhere(world.reward > 0)
    np.testing.assert_array_equal(paying, [[40, 1]])
    assert world.terminal == {45}


def test_value_iteration_solves_the_bellman_optimality_equation(world):
    Q = value_iteration(world, 0.9)
    target = world.reward + 0.9 * Q.max(axis=1)[world.next_state]
    np.testing.assert_allclose(np.delete(Q, 45, 0), np.delete(target, 45, 0), atol=1e-12)


@pytest.mark.parametrize("gamma", [0.5, 0.95])
def test_value_iteration_discounts_the_fewest_steps(world, gamma):
    V = value_iteration(world, gamma).max(axis=1)
    for s, steps in steps_to_goal(world).items():
        assert s in world.terminal or V[s] == pytest.approx(gamma ** (steps - 1), abs=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_it_learns_the_optimal_policy_and_its_values(world, seed):
    Q_star = value_iteration(world, 0.95)
    run = q_learning(world, 0.2, 0.95, 0.2, np.random.default_rng(seed))
    last = next(islice(run, 799, None))
    best = greedy_path(Q_star, world, 0)
    path = greedy_path(last.Q, world, 0)
    assert len(path) == len(best)
    assert path[-1] in world.terminal
    assert np.abs(last.Q - Q_star)[last.visits >= 200].max() < 0.05
    assert (Q_star + 1e-12 >= last.Q).all()


def test_a_random_walker_learns_the_same_values(world):
    run = q_learning(world, 1.0, 0.9, 1.0, np.random.default_rng(0))
    last = next(islice(run, 60, None))
    reached = np.arange(50) != 4  # no one stands on the key without having it, but at a start
    np.testing.assert_allclose(last.Q[reached], value_iteration(world, 0.9)[reached], atol=1e-9)


@pytest.mark.parametrize("m", [1, 2, 10])
def test_expected_maximum_of_normals(m):
    exact, _ = quad(lambda z: z * m * norm.pdf(z) * norm.cdf(z) ** (m - 1), -10, 10)
    assert expected_maximum(m) == pytest.approx(exact, abs=1e-9)


@pytest.mark.parametrize("double", [False, True])
def test_the_noisy_state_is_valued_as_order_statistics_say(double):
    *_, values = noisy_state(double, runs=4000, tries=5, rng=np.random.default_rng(0))
    bias = 0 if double else expected_maximum(10) / np.sqrt(5)
    assert abs(values.mean() - (-0.1 + bias)) < 4 * values.std() / np.sqrt(4000)


def test_the_picture_shows_each_q_beside_its_cell():
    Q = np.arange(200.0).reshape(50, 4)
    Z = picture(Q)
    assert Z.shape == (15, 31)
    np.testing.assert_array_equal(Z[3:6, 6:9][[0, 2, 1, 1], [1, 1, 0, 2]], Q[7])
    np.testing.assert_array_equal(Z[12:15, 28:31][[0, 2, 1, 1], [1, 1, 0, 2]], Q[49])


def test_the_distance_to_the_best_table_falls_and_paths_become_shortest():
    film = list(demo())
    curves = [f for f in film if isinstance(f, Line) and f.name.startswith("distance")][-1].y
    assert all((np.diff(curve) <= 1e-12).all() for curve in curves.values())
    paths = [f.curves["greedy path"] for f in film if isinstance(f, Scatter) and "greedy path" in f.curves]
    assert len(paths[-1]) == 17


def wrong_sign(Q, s, a, r, s_next, alpha, gamma):
    Q[s, a] += alpha * (r - gamma * Q[s_next].max() - Q[s, a])


def undiscounted(Q, s, a, r, s_next, alpha, gamma):
    q_update(Q, s, a, r, s_next, alpha, 1.0)


def mean_instead_of_max(Q, s, a, r, s_next, alpha, gamma):
    Q[s, a] += alpha * (r + gamma * Q[s_next].mean() - Q[s, a])


def first_action_only(Q, s, a, r, s_next, alpha, gamma):
    if a != 0:
        q_update(Q, s, a, r, s_next, alpha, gamma)


def never_picks_the_best(double, runs, tries, rng):
    for _ in range(tries):
        yield rng.normal(-0.1, 0.2, runs) + 0.3 * double


@pytest.mark.parametrize(
    ("name", "wrong", "fails"),
    [
        ("q_update", undiscounted, {ABOVE, OFTEN}),
        ("q_update", mean_instead_of_max, {OFTEN}),
        ("steps_to_goal", lambda world: dict.fromkeys(range(50), 3), {EXACT, STEPS}),
        ("noisy_state", never_picks_the_best, {SINGLE, DOUBLE}),
    ],
)
def test_a_wrong_algorithm_fails_its_check(monkeypatch, name, wrong, fails):
    monkeypatch.setattr(module, name, wrong)
    assert fails <= broken(demo(episodes=400))


def test_an_undirected_greedy_path_fails_its_check(monkeypatch):
    monkeypatch.setattr(module, "q_update", wrong_sign)
    assert STEPS in broken(demo(episodes=400, epsilon=1))
