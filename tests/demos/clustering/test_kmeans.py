"""k-means against scikit-learn and brute force."""

import math
from itertools import pairwise

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score

from mlquiz.demos.clustering import kmeans as module
from mlquiz.demos.clustering.kmeans import (
    assign,
    blobs,
    demo,
    kmeans,
    lloyd,
    move,
    pairwise_wcss,
    plus_plus,
    random_start,
    silhouette,
    wcss,
)
from tests.demos.frames import broken, checks

RISE, NEARER, PAIRS = checks(demo(n=40, runs=2))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("k", [1, 3, 7])
def test_labels_and_inertia_are_scikit_learns(seed, k):
    rng = np.random.default_rng(seed)
    X = blobs(150, 1.2, rng)
    start = random_start(X, k, rng)
    oracle = KMeans(k, init=start, n_init=1, tol=0).fit(X)
    end = kmeans(X, start)
    np.testing.assert_array_equal(end.labels, oracle.labels_)
    np.testing.assert_allclose(end.centroids, oracle.cluster_centers_, atol=1e-10)
    assert math.isclose(end.J, oracle.inertia_, abs_tol=1e-8)


def test_each_half_step_is_the_brute_force_best():
    rng = np.random.default_rng(1)
    X = blobs(60, 1.0, rng)
    for labels, centroids, J in lloyd(X, random_start(X, 5, rng)):
        nearest = [min(range(5), key=lambda j, x=x: math.dist(x, centroids[j])) for x in X]
        np.testing.assert_array_equal(assign(X, centroids), nearest)
        moved = move(X, labels, centroids)
        for j in range(5):
            np.testing.assert_allclose(moved[j], np.mean(X[labels == j], axis=0))
        assert math.isclose(sum(math.dist(x, centroids[z]) ** 2 for x, z in zip(X, labels, strict=True)), J)


@pytest.mark.parametrize("seed", range(10))
def test_J_never_rises(seed):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((80, 3))
    steps = list(lloyd(X, random_start(X, 6, rng)))
    assert all(after.J <= before.J + 1e-12 for before, after in pairwise(steps))


def test_a_centroid_without_points_stays():
    X = np.array([[0.0, 0.0], [1.0, 0.0]])
    far = np.array([[0.5, 0.0], [9.0, 9.0]])
    np.testing.assert_array_equal(move(X, assign(X, far), far), far)


def test_it_stops_after_max_iter():
    rng = np.random.default_rng(0)
    X = blobs(200, 2.0, rng)
    start = random_start(X, 8, rng)
    assert len(list(lloyd(X, start, max_iter=2))) == 4 < len(list(lloyd(X, start)))


def test_plus_plus_draws_in_proportion_to_squared_distance():
    X = np.array([[0.0], [1.0], [3.0]])
    rng = np.random.default_rng(0)
    pairs = [tuple(plus_plus(X, 2, rng).ravel()) for _ in range(6000)]
    exact = {(0, 1): 1 / 10, (0, 3): 9 / 10, (1, 0): 1 / 5, (1, 3): 4 / 5, (3, 0): 9 / 13, (3, 1): 4 / 13}
    for pair, p in exact.items():
        share, p = pairs.count(pair) / 6000, p / 3
        assert abs(share - p) < 4 * math.sqrt(p * (1 - p) / 6000)


def test_random_start_draws_different_points():
    X = np.arange(12.0).reshape(6, 2)
    start = random_start(X, 6, np.random.default_rng(0))
    assert sorted(start[:, 0]) == [0, 2, 4, 6, 8, 10]


def test_silhouette_is_scikit_learns():
    rng = np.random.default_rng(2)
    X = blobs(50, 1.5, rng)
    labels = rng.integers(0, 3, 50)
    labels[0] = 7  # alone in its cluster
    assert silhouette(X, labels) == pytest.approx(silhouette_score(X, labels), abs=1e-12)


def test_J_about_the_means_is_half_the_mean_squared_distance_of_pairs():
    rng = np.random.default_rng(3)
    X, labels = blobs(50, 1.5, rng), rng.integers(0, 3, 50)
    assert pairwise_wcss(X, labels) == pytest.approx(wcss(X, labels, move(X, labels, np.zeros((3, 2)))))


def test_more_clusters_than_points_are_refused_before_the_first_frame():
    with pytest.raises(ValueError, match="at least 12 points, and n is 10"):
        next(demo(n=10, k=12))


def beside_the_mean(X, labels, centroids):
    return move(X, labels, centroids) + 0.7


def to_the_median(X, labels, centroids):
    return np.array([np.median(X[labels == j], axis=0) for j in range(len(centroids))])


def to_the_farthest(X, centroids):
    return module.squared_distances(X, centroids).argmax(axis=1)


def to_the_largest_product(X, centroids):
    return (X @ centroids.T).argmax(axis=1)


@pytest.mark.parametrize(
    ("name", "wrong", "fails"),
    [
        ("move", beside_the_mean, RISE),
        ("move", to_the_median, PAIRS),
        ("assign", to_the_farthest, NEARER),
        ("assign", to_the_largest_product, NEARER),
        ("wcss", lambda X, labels, centroids: 2 * wcss(X, labels, centroids), PAIRS),
    ],
)
def test_a_wrong_algorithm_fails_its_check(monkeypatch, name, wrong, fails):
    monkeypatch.setattr(module, name, wrong)
    assert fails in broken(demo(n=100, runs=2))
