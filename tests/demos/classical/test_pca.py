"""PCA against scikit-learn and the singular value decomposition."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from mlquiz.demos.classical import pca as module
from mlquiz.demos.classical.pca import (
    Components,
    cloud,
    covariance,
    demo,
    pca,
    pictures,
    project,
    reconstruct,
    templates,
    uncentred_direction,
)
from mlquiz.player import Ask
from tests.demos.frames import broken, checks

SVD, LOST, DIRECTIONS = checks(demo(n=30))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("k", [1, 2, 8])
def test_components_variances_and_reconstruction_are_scikit_learns(seed, k):
    X = pictures(100, np.random.default_rng(seed))
    oracle = PCA(k, svd_solver="full").fit(X)
    p = pca(X)
    np.testing.assert_allclose(p.variances[:k], oracle.explained_variance_, atol=1e-8)
    np.testing.assert_allclose(np.abs(np.sum(p.W[:, :k].T * oracle.components_, axis=1)), 1, atol=1e-8)
    np.testing.assert_allclose(
        reconstruct(project(X, p, k), p), oracle.inverse_transform(oracle.transform(X)), atol=1e-8
    )


def test_covariance_is_numpys():
    X = cloud(50, np.random.default_rng(0))
    np.testing.assert_allclose(covariance(X), np.cov(X.T), atol=1e-12)


def test_coordinates_are_uncorrelated_with_the_variances_on_the_diagonal():
    X = pictures(200, np.random.default_rng(1))
    p = pca(X)
    np.testing.assert_allclose(np.cov(project(X, p, 5).T), np.diag(p.variances[:5]), atol=1e-10)
    np.testing.assert_allclose(p.W.T @ p.W, np.eye(64), atol=1e-10)


def test_all_components_give_everything_back_and_none_the_mean():
    X = pictures(40, np.random.default_rng(2))
    p = pca(X)
    np.testing.assert_allclose(reconstruct(project(X, p, 64), p), X, atol=1e-10)
    np.testing.assert_allclose(reconstruct(project(X, p, 0), p), np.tile(X.mean(axis=0), (40, 1)))


def test_four_templates_stand_out_of_the_noise():
    variances = pca(pictures(500, np.random.default_rng(3))).variances
    assert np.linalg.matrix_rank(templates()) == 4
    assert variances[3] > 4 * variances[4]


def test_without_centring_the_first_direction_points_at_the_mean():
    X = cloud(300, np.random.default_rng(4))
    mean = X.mean(axis=0)
    assert abs(uncentred_direction(X) @ mean) / np.linalg.norm(mean) > 0.99
    (ask,) = (frame for frame in demo(n=300) if isinstance(frame, Ask))
    assert ask.answer == 1


@pytest.mark.parametrize("parameters", [{"n": 20, "k": 64}, {"n": 2000, "k": 1}])
def test_the_bounds_of_the_parameters_play(parameters):
    assert not broken(demo(**parameters))


def not_centred(X):
    return X.T @ X / (len(X) - 1)


def biased(X):
    return covariance(X) * (len(X) - 1) / len(X)


def smallest_first(X):
    p = pca(X)
    return Components(p.mean, p.W[:, ::-1], p.variances)


@pytest.mark.parametrize(
    ("name", "wrong", "fails"),
    [
        ("covariance", not_centred, {SVD, DIRECTIONS}),
        ("covariance", biased, {SVD, LOST, DIRECTIONS}),
        ("pca", smallest_first, {LOST}),
        ("project", lambda X, p, k: X @ p.W[:, :k], {LOST}),
    ],
)
def test_a_wrong_algorithm_fails_its_check(monkeypatch, name, wrong, fails):
    monkeypatch.setattr(module, name, wrong)
    assert fails <= broken(demo(n=100))
