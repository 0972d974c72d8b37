"""The self-organizing map against scipy, online k-means and its own definition."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from mlquiz.demos.clustering import som as module
from mlquiz.demos.clustering.som import (
    Step,
    bmu,
    decay,
    demo,
    flowers,
    grid,
    neighbourhood,
    net,
    patches,
    quantization_error,
    topographic_error,
    train,
    u_matrix,
    update,
)
from mlquiz.player import Heat
from tests.demos.frames import broken, checks

SMALL = {"rows": 5, "cols": 4, "steps": 200, "radius": 2.0}
WINNER, PULL, BOX, MEANS = checks(demo(**SMALL))


@pytest.mark.parametrize("seed", range(3))
def test_the_winner_is_scipys_nearest(seed):
    rng = np.random.default_rng(seed)
    X, W = rng.random((60, 4)), rng.random((30, 4))
    np.testing.assert_array_equal([bmu(x, W) for x in X], cdist(X, W).argmin(axis=1))
    assert quantization_error(X, W) == pytest.approx(cdist(X, W).min(axis=1).mean())


def test_moving_the_winner_only_is_online_k_means():
    rng = np.random.default_rng(1)
    X, W = rng.random((200, 3)), rng.random((6, 3))
    centroids = W.copy()
    for x in X:
        i = int(np.linalg.norm(x - centroids, axis=1).argmin())
        centroids[i] += 0.1 * (x - centroids[i])
        W = update(W, x, np.eye(6)[bmu(x, W)], 0.1)
    np.testing.assert_allclose(W, centroids, atol=1e-12)


def test_weights_stay_in_the_box_of_start_and_data():
    rng = np.random.default_rng(2)
    X, start = rng.standard_normal((300, 3)), rng.standard_normal((16, 3))
    everything = np.vstack([X, start])
    for step in train(X, start, grid(4, 4), 1.0, 3.0):
        assert (step.W >= everything.min(axis=0) - 1e-12).all()
        assert (step.W <= everything.max(axis=0) + 1e-12).all()


def test_the_neighbourhood_falls_with_grid_distance():
    h = neighbourhood(grid(3, 4), 5, 1.5).reshape(3, 4)  # node 5 is row 1, column 1
    assert h[1, 1] == 1
    assert h[0, 1] == h[1, 0] == pytest.approx(np.exp(-1 / 4.5))
    assert h[2, 3] == pytest.approx(np.exp(-5 / 4.5))


def test_decay_is_exponential():
    tau = 100 / np.log(5.0 / 0.5)
    assert decay(5.0, 0.5, 0.3) == pytest.approx(5 * np.exp(-30 / tau))
    assert (decay(5.0, 0.5, 0), decay(5.0, 0.5, 1)) == pytest.approx((5, 0.5))


def test_training_orders_the_map():
    rng = np.random.default_rng(3)
    X, start, R = rng.random((1500, 2)), rng.random((36, 2)), grid(6, 6)
    *_, end = train(X, start, R, 0.5, 3.0)
    assert topographic_error(X, start, R) > 0.7
    assert topographic_error(X, end.W, R) < 0.1
    assert quantization_error(X, end.W) < 0.1


def test_topographic_error_counts_pairs_that_are_not_side_by_side():
    R, W = grid(1, 4), np.array([[0.0], [1.0], [5.0], [1.2]])
    assert topographic_error(np.array([[0.2], [1.1]]), W, R) == 0.5


def test_the_u_matrix_by_hand():
    W = np.array([[0.0], [1.0], [3.0], [7.0]])
    np.testing.assert_allclose(u_matrix(W, grid(2, 2)), [2, 3.5, 3.5, 5])


@pytest.mark.parametrize("shape", [(3, 4), (4, 3), (3, 3), (4, 4)])
def test_the_net_draws_each_edge_of_the_grid_once(shape):
    R = grid(*shape)
    line = net(R, shape)
    lengths = np.linalg.norm(np.diff(line, axis=0), axis=1)
    edges = {tuple(sorted(map(tuple, pair))) for pair in pairwise(line)}
    assert len({edge for edge in edges if edge[0] != edge[1]}) == 2 * len(R) - sum(shape)
    assert lengths.max() == 1


def test_patches_name_the_plain_colours():
    W = np.array([[0.9, 0.1, 0.2], [0.1, 0.2, 0.9], [0.9, 0.8, 0.1], [0.9, 0.9, 0.9]])
    frame = patches("map", W, (2, 2))
    assert isinstance(frame, Heat)
    assert frame.text == [["R", "B"], ["Y", "W"]]


def test_flowers_look_like_three_species():
    X = flowers(300, np.random.default_rng(0))
    assert X.shape == (300, 4)
    assert (X > -0.5).all()
    lengths = [X[j::3, 2].mean() for j in range(3)]
    assert lengths == sorted(lengths)


@pytest.mark.parametrize(
    "parameters",
    [
        {"rows": 3, "cols": 3, "steps": 100, "radius": 1.0},
        {"rows": 3, "cols": 16, "steps": 300, "lr": 1.0, "radius": 10.0},
        {"rows": 4, "cols": 4, "steps": 200, "lr": 0.01},
    ],
)
def test_the_bounds_of_the_parameters_play(parameters):
    assert not broken(demo(**parameters))


def away(W, x, h, eta):
    return W - eta * h[:, None] * (x - W)


def all_alike(W, x, h, eta):
    return W + eta * (x - W)


def with_a_wider_pull(R, winner, sigma):
    return neighbourhood(R, winner, np.sqrt(2) * sigma)


@pytest.mark.parametrize(
    ("name", "wrong", "fails"),
    [
        ("bmu", lambda x, W: int((W @ x).argmax()), {WINNER}),
        ("bmu", lambda x, W: int(((x - W) ** 2).sum(axis=1).argmax()), {WINNER}),
        ("update", away, {PULL, BOX, MEANS}),
        ("update", all_alike, {PULL, MEANS}),
        ("update", lambda W, x, h, eta: update(W, x, h, eta / 2), {PULL, MEANS}),
        ("neighbourhood", with_a_wider_pull, {PULL}),
        ("decay", lambda first, last, share: first + (last - first) * share, {PULL}),
        ("train", lambda X, W, *_: (Step(0, W[:, 0], 1.0, 1.1 * W) for _ in X), {WINNER, PULL, BOX}),
    ],
)
def test_a_wrong_algorithm_fails_its_check(monkeypatch, name, wrong, fails):
    monkeypatch.setattr(module, name, wrong)
    assert fails <= broken(demo(**SMALL))
