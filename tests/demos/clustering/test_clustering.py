"""Clustering's scores against scikit-learn, and what each method is known for."""

import numpy as np
import pytest
from sklearn.cluster import DBSCAN
from sklearn.metrics import adjusted_rand_score, silhouette_score
from sklearn.metrics.cluster import contingency_matrix

from mlquiz.demos.clustering import clustering as module
from mlquiz.demos.clustering.clustering import (
    METHODS,
    MIN_PTS,
    NAMES,
    adjusted_rand,
    by_density,
    contingency,
    data_sets,
    demo,
    rand_by_pairs,
    scores,
    shown,
    silhouette_of,
    table,
)
from mlquiz.demos.clustering.dbscan import NOISE, k_distances
from mlquiz.demos.clustering.kmeans import silhouette
from mlquiz.player import Scatter, Table
from tests.demos.frames import broken, checks

SMALL = {"n": 60}
PAIRS, CHANCE, BY_POINT = checks(demo(**SMALL))


@pytest.mark.parametrize("seed", range(6))
def test_the_index_is_scikit_learns(seed):
    rng = np.random.default_rng(seed)
    a, b = rng.integers(-1, 4, 80), rng.integers(0, 2 + seed, 80)
    b = np.where(rng.random(80) < 0.5, a, b)
    np.testing.assert_array_equal(contingency(a, b), contingency_matrix(a, b))
    assert adjusted_rand(a, b) == pytest.approx(adjusted_rand_score(a, b), abs=1e-12)
    assert rand_by_pairs(a, b) == pytest.approx(adjusted_rand_score(a, b), abs=1e-12)


def test_names_of_clusters_do_not_matter():
    a = np.array([0, 0, 1, 1, 2])
    assert adjusted_rand(a, np.array([7, 7, 3, 3, 5])) == 1
    assert adjusted_rand(np.zeros(5, dtype=int), np.ones(5, dtype=int)) == 1
    assert adjusted_rand(a, np.zeros(5, dtype=int)) == 0


@pytest.mark.parametrize("seed", range(3))
def test_silhouettes_are_scikit_learns(seed):
    rng = np.random.default_rng(seed)
    X, labels = rng.standard_normal((50, 2)), rng.integers(-1, 3, 50)
    labels[0] = 9  # alone in its cluster
    oracle = silhouette_score(X, labels)
    assert scores(X, labels, labels)[1] == pytest.approx(oracle, abs=1e-12)
    assert np.mean([silhouette_of(X, labels, i) for i in range(50)]) == pytest.approx(oracle, abs=1e-12)
    assert scores(X, np.zeros(50, dtype=int), labels)[1] == -1


@pytest.mark.parametrize("seed", range(3))
def test_dbscans_labels_are_scikit_learns_up_to_renaming(seed):
    rng = np.random.default_rng(seed)
    for X, _ in data_sets(150, 0.06, rng).values():
        labels = by_density(X, 2, rng)[-1]
        radius = np.quantile(k_distances(X, MIN_PTS), 0.98)
        oracle = DBSCAN(eps=radius, min_samples=MIN_PTS).fit(X).labels_
        np.testing.assert_array_equal(labels == NOISE, oracle == -1)
        assert adjusted_rand_score(labels, oracle) == 1


@pytest.mark.parametrize("seed", range(3))
def test_each_method_finds_what_it_is_known_for(seed):
    rng = np.random.default_rng(seed)
    found = {
        (data, method): adjusted_rand(run(X, int(truth.max()) + 1, rng)[-1], truth)
        for data, (X, truth) in data_sets(200, 0.06, rng).items()
        for method, run in METHODS.items()
    }
    assert found["blobs", "k-means"] > 0.95
    assert found["uneven", "GMM"] > 0.9
    assert found["moons", "spectral"] == found["rings", "spectral"] == 1
    assert found["moons", "DBSCAN"] > 0.9
    assert found["rings", "k-means"] < 0.1
    assert found["uneven", "DBSCAN"] < 0.1


def test_data_sets_have_variance_one_and_their_clusters():
    sets = data_sets(80, 0.06, np.random.default_rng(0))
    assert [int(truth.max()) + 1 for _, truth in sets.values()] == [4, 2, 2, 2]
    for X, _ in sets.values():
        np.testing.assert_allclose([X.mean(axis=0), X.std(axis=0)], [[0, 0], [1, 1]], atol=1e-12)


def test_colours_go_to_the_largest_clusters_and_noise_has_its_own():
    labels = np.array([5, 2, 2, NOISE, 2, 5])
    assert [NAMES[label] for label in shown(labels)] == ["2", "1", "1", "noise", "1", "2"]
    assert set(shown(np.arange(12))) == set(range(7))
    assert NAMES[6] == "others"


def test_every_data_set_is_shown_with_every_method_and_the_best_is_starred():
    frames = list(demo(**SMALL))
    names = {frame.name for frame in frames if isinstance(frame, Scatter)}
    assert len(names) == 16
    last = [frame for frame in frames if isinstance(frame, Table) and frame.name.startswith("adjusted")][-1]
    for _, *cells in last.rows:
        best = max(float(cell.rstrip("*")) for cell in cells)
        assert all(cell.endswith("*") == (float(cell.rstrip("*")) == best) for cell in cells)
    assert table("empty", {}, 3).rows == []


@pytest.mark.parametrize("parameters", [{"n": 40, "noise": 0.2}, {"n": 41, "noise": 0.01}])
def test_the_bounds_of_the_parameters_play(parameters):
    assert not broken(demo(**parameters))


def uncorrected(a, b):
    same = (a[:, None] == a) == (b[:, None] == b)
    return float((same.sum() - len(a)) / (len(a) * (len(a) - 1)))


def with_all_pairs(counts):
    return counts**2 / 2


def with_the_point_itself(X, labels):
    return silhouette(X, labels) * 0.98


@pytest.mark.parametrize(
    ("name", "wrong", "fails"),
    [
        ("adjusted_rand", uncorrected, {PAIRS, CHANCE}),
        ("adjusted_rand", lambda a, b: 1 - adjusted_rand(a, b), {PAIRS, CHANCE}),
        ("pairs", with_all_pairs, {PAIRS}),
        ("contingency", lambda a, b: contingency(a, b)[:-1], {PAIRS}),
        ("silhouette", with_the_point_itself, {BY_POINT}),
    ],
)
def test_a_wrong_algorithm_fails_its_check(monkeypatch, name, wrong, fails):
    monkeypatch.setattr(module, name, wrong)
    assert fails <= broken(demo(**SMALL))
