"""Spectral clustering against scipy, scikit-learn and sums over edges."""

import numpy as np
import pytest
from scipy.sparse.csgraph import connected_components
from scipy.sparse.csgraph import laplacian as scipy_laplacian
from sklearn.cluster import SpectralClustering
from sklearn.metrics import adjusted_rand_score
from sklearn.metrics.pairwise import rbf_kernel

from mlquiz.demos.clustering import spectral as module
from mlquiz.demos.clustering.spectral import (
    component_count,
    coordinates,
    demo,
    laplacian,
    ratio_cut,
    rings,
    similarities,
    spectral,
    spectrum,
    zero_count,
)
from tests.demos.frames import broken, checks

SMALL = {"n": 60, "sigma": 0.25}
EDGES, SUM, ZEROS, CUT = checks(demo(**SMALL))


def sample(seed, n=100):
    return rings(n, 0.07, np.random.default_rng(seed))


def random_graph(seed, n=30, density=0.06):
    rng = np.random.default_rng(seed)
    W = np.triu(rng.random((n, n)) * (rng.random((n, n)) < density), 1)
    return W + W.T + np.eye(n)


def test_similarities_are_scikit_learns():
    X, _ = sample(0)
    np.testing.assert_allclose(similarities(X, 0.3), rbf_kernel(X, gamma=1 / (2 * 0.3**2)), atol=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_the_laplacian_is_scipys_and_its_eigenpairs_hold(seed):
    W = random_graph(seed)
    L = laplacian(W)
    np.testing.assert_allclose(L, scipy_laplacian(W), atol=1e-12)
    values, V = spectrum(W)
    np.testing.assert_allclose(values, np.linalg.eigh(L)[0], atol=1e-10)
    np.testing.assert_allclose(L @ V, V * values, atol=1e-10)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("density", [0.02, 0.06, 0.3])
def test_zero_eigenvalues_count_the_connected_components(seed, density):
    W = random_graph(seed, density=density)
    parts, _ = connected_components(W)
    assert component_count(W > 0) == parts
    assert zero_count(spectrum(W)[0]) == parts


@pytest.mark.parametrize("seed", range(3))
def test_labels_are_scikit_learns_on_two_rings(seed):
    X, ring = sample(seed, n=160)
    labels = spectral(X, 0.2, 2, np.random.default_rng(seed))
    oracle = SpectralClustering(2, gamma=1 / (2 * 0.2**2), random_state=0).fit(X)
    assert adjusted_rand_score(labels, oracle.labels_) == 1
    assert adjusted_rand_score(labels, ring) == 1


def test_the_quadratic_form_sums_over_edges():
    W, f = random_graph(1), np.random.default_rng(2).standard_normal(30)
    by_edge = sum(W[i, j] * (f[i] - f[j]) ** 2 for i in range(30) for j in range(i))
    assert f @ laplacian(W) @ f == pytest.approx(by_edge)


def test_the_largest_eigenvectors_come_largest_first():
    V = np.arange(12.0).reshape(3, 4)
    np.testing.assert_array_equal(coordinates(V, 2), V[:, :2])
    np.testing.assert_array_equal(coordinates(V, 2, "largest"), V[:, [3, 2]])


def test_the_ratio_cut_of_a_chain():
    W = np.diag(np.ones(3), 1) + np.diag(np.ones(3), -1)
    assert ratio_cut(W, np.array([0, 0, 1, 1])) == pytest.approx(1 / 2 + 1 / 2)
    assert ratio_cut(W, np.array([0, 1, 1, 1])) == pytest.approx(1 + 1 / 3)


@pytest.mark.parametrize(
    "parameters",
    [
        {"n": 20, "sigma": 0.05},
        {"n": 21, "sigma": 3.0, "k": 6},
        {"n": 40, "vectors": "largest"},
        {"n": 40, "vectors": "largest", "k": 4},
    ],
)
def test_the_bounds_of_the_parameters_play(parameters):
    assert not broken(demo(**parameters))


def shifted(W):
    return laplacian(W) + 0.05 * np.eye(len(W))


@pytest.mark.parametrize(
    ("name", "wrong", "fails"),
    [
        ("laplacian", lambda W: np.diag(W.sum(axis=1)) + W, {EDGES, SUM, ZEROS, CUT}),
        ("laplacian", lambda W: W, {EDGES, SUM}),
        ("laplacian", lambda W: np.diag(W.max(axis=1)) - W, {SUM}),
        ("laplacian", lambda W: 2 * laplacian(W), {EDGES, SUM}),
        ("laplacian", shifted, {EDGES, SUM, ZEROS, CUT}),
    ],
)
def test_a_wrong_algorithm_fails_its_check(monkeypatch, name, wrong, fails):
    monkeypatch.setattr(module, name, wrong)
    assert fails <= broken(demo(**SMALL))
