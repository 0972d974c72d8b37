"""DBSCAN against scikit-learn and the definition."""

import numpy as np
import pytest
from sklearn.cluster import DBSCAN
from sklearn.metrics import adjusted_rand_score
from sklearn.neighbors import NearestNeighbors

from mlquiz.demos.clustering import dbscan as module
from mlquiz.demos.clustering.dbscan import (
    NOISE,
    core_points,
    dbscan,
    demo,
    k_distances,
    kinds,
    knee,
    moons,
    neighbourhoods,
    reachable,
    visits,
)
from mlquiz.player import Scatter
from tests.demos.frames import broken, checks

SMALL = {"n": 100, "noise_points": 15, "eps": 0.25}
CORES, PAIRS, FARTHEST, NOISY = checks(demo(**SMALL))


def sample(seed, n=150, noise_points=30):
    rng = np.random.default_rng(seed)
    X = np.vstack([moons(n, 0.07, rng)[0], rng.uniform(-1.5, 2.5, (noise_points, 2))])
    return X[rng.permutation(len(X))]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("eps", "min_pts"), [(0.08, 3), (0.2, 5), (0.35, 10), (0.5, 1)])
def test_cores_noise_and_clusters_are_scikit_learns(seed, eps, min_pts):
    X = sample(seed)
    oracle = DBSCAN(eps=eps, min_samples=min_pts).fit(X)
    core = core_points(neighbourhoods(X, eps), min_pts)
    labels = dbscan(X, eps, min_pts)
    np.testing.assert_array_equal(np.flatnonzero(core), oracle.core_sample_indices_)
    np.testing.assert_array_equal(labels == NOISE, oracle.labels_ == -1)
    if core.any():
        assert adjusted_rand_score(labels[core], oracle.labels_[core]) == 1


def test_a_border_point_is_in_the_cluster_of_some_core_near_it():
    X = sample(7)
    near = neighbourhoods(X, 0.15)
    core = core_points(near, 5)
    labels = dbscan(X, 0.15, 5)
    border = np.flatnonzero(kinds(core, labels) == 1)
    assert len(border) > 5
    for i in border:
        assert labels[i] in labels[near[i] & core]


def test_a_line_of_points_written_out():
    X = np.array([[0.0], [1.0], [2.0], [3.0], [10.0], [12.5]])
    labels = dbscan(X, 1.0, 3)
    np.testing.assert_array_equal(labels, [0, 0, 0, 0, NOISE, NOISE])
    near = neighbourhoods(X, 1.0)
    np.testing.assert_array_equal(kinds(core_points(near, 3), labels), [1, 0, 0, 1, 2, 2])
    assert [visit.i for visit in visits(near, core_points(near, 3))] == [1, 0, 2, 3]


def test_a_border_point_joins_no_two_clusters():
    X = np.array([[-2.0], [-1.5], [-1.0], [0.0], [1.0], [1.5], [2.0]])
    labels = dbscan(X, 1.0, 4)
    np.testing.assert_array_equal(labels, [0, 0, 0, 0, 1, 1, 1])


def test_every_clustered_point_is_visited_once():
    X = sample(3)
    near = neighbourhoods(X, 0.2)
    order = [visit.i for visit in visits(near, core_points(near, 5))]
    assert sorted(order) == np.flatnonzero(dbscan(X, 0.2, 5) != NOISE).tolist()


def test_k_distances_are_scikit_learns():
    X = sample(1)
    oracle = NearestNeighbors(n_neighbors=4).fit(X).kneighbors(X)[0][:, -1]
    np.testing.assert_allclose(k_distances(X, 4), oracle, atol=1e-7)


def test_the_knee_is_where_the_curve_bends():
    assert knee(np.concatenate([np.linspace(0, 1, 80), np.linspace(1, 9, 21)[1:]])) == 79


def test_reachable_follows_chains_only_over_cores():
    near = np.abs(np.subtract.outer(np.arange(5), np.arange(5))) <= 1
    core = np.array([True, True, False, True, True])
    np.testing.assert_array_equal(reachable(near, core), np.kron(np.eye(2), np.ones((2, 2))) > 0)


def test_the_moons_are_found_at_the_default_radius():
    X, truth = moons(200, 0.07, np.random.default_rng(0))
    labels = dbscan(X, 0.2, 5)
    assert adjusted_rand_score(labels, truth) > 0.95


@pytest.mark.parametrize(
    "parameters",
    [
        {"n": 10, "noise_points": 0, "min_pts": 10},
        {"eps": 0.02, "min_pts": 60, "n": 60},
        {"eps": 3.0, "n": 50},
        {"min_pts": 2, "n": 60},
    ],
)
def test_the_bounds_of_the_parameters_play(parameters):
    assert not broken(demo(**parameters))


def test_points_start_out_unlabelled_and_end_in_clusters():
    points = [frame for frame in demo(**SMALL) if isinstance(frame, Scatter) and frame.name == "points"]
    assert points[0].labels is None
    assert points[-1].class_names[-1] == "noise"


def test_more_points_asked_for_than_there_are():
    with pytest.raises(ValueError, match="min_pts = 31 is more than all 30 points"):
        next(demo(n=20, noise_points=10, min_pts=31))


def growing_from_borders(near, core):
    yield from visits(near, np.ones_like(core))


def without_growth(near, core):
    labels = np.full(len(near), NOISE)
    for cluster, i in enumerate(np.flatnonzero(core)):
        labels[i] = cluster
        yield module.Visit(int(i), labels.copy())


def with_everyone(near, core):
    for i, labels in visits(near, core):
        yield module.Visit(i, np.maximum(labels, 0))


@pytest.mark.parametrize(
    ("name", "wrong", "fails"),
    [
        ("core_points", lambda near, min_pts: near.sum(axis=1) > min_pts, {CORES}),
        ("core_points", lambda near, min_pts: core_points(near, min_pts - 1), {CORES}),
        ("neighbourhoods", lambda X, eps: neighbourhoods(X, 1.5 * eps), {CORES, PAIRS}),
        ("neighbourhoods", lambda X, eps: neighbourhoods(X, 0.7 * eps), {CORES, PAIRS, NOISY}),
        ("visits", growing_from_borders, {FARTHEST}),
        ("visits", without_growth, {PAIRS, NOISY}),
        ("visits", with_everyone, {FARTHEST}),
    ],
)
def test_a_wrong_algorithm_fails_its_check(monkeypatch, name, wrong, fails):
    monkeypatch.setattr(module, name, wrong)
    assert fails <= broken(demo(**SMALL))
