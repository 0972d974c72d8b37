"""The curse of dimensionality against scipy, scikit-learn, and exact means and volumes."""

import math
from itertools import product

import numpy as np
import pytest
from scipy.spatial.distance import cdist, pdist
from sklearn.neighbors import KNeighborsClassifier

from mlquiz.demos.classical import curse as module
from mlquiz.demos.classical.curse import (
    ball_share,
    contrast,
    demo,
    distances,
    edge,
    knn,
    numbers,
    occupied,
    on_a_plane,
    sampled_ball_share,
    squared_distances,
    two_classes,
)
from mlquiz.player import Histogram, Table
from tests.demos.frames import broken, checks

SMALL = {"n": 100, "dims": "1,2,5,40"}
MEAN, BALL, CONTRAST, VOTES = checks(demo(**SMALL))


@pytest.mark.parametrize("d", [1, 3, 50])
def test_distances_are_scipys(d):
    rng = np.random.default_rng(d)
    A, B = rng.random((30, d)), rng.random((20, d))
    np.testing.assert_allclose(squared_distances(A, B), cdist(A, B, "sqeuclidean"), atol=1e-12)
    np.testing.assert_allclose(distances(A), pdist(A), atol=1e-7)


@pytest.mark.parametrize("d", [1, 2, 5, 10, 100, 1000])
def test_the_mean_squared_distance_is_a_sixth_of_d(d):
    rng = np.random.default_rng(d)
    squares = ((rng.random((400, d)) - rng.random((400, d))) ** 2).sum(axis=1)
    assert abs(squares.mean() - d / 6) < 4 * math.sqrt(7 * d / 180 / 400)
    X = rng.random((300, d))
    assert (distances(X) ** 2).mean() == pytest.approx(d / 6, rel=0.2 / math.sqrt(d))


@pytest.mark.parametrize("d", [1, 2, 3, 5, 8])
def test_the_sampled_ball_is_as_large_as_its_formula(d):
    p = math.pi ** (d / 2) / (2**d * math.gamma(d / 2 + 1))
    assert ball_share(d) == pytest.approx(p, abs=1e-14)
    share = sampled_ball_share(d, 20_000, np.random.default_rng(d))
    assert abs(share - p) <= 4 * math.sqrt(max(p * (1 - p), 0) / 20_000)


def test_the_ball_vanishes_without_overflow():
    assert 0 <= ball_share(2000) < 1e-300


def test_contrast_by_hand():
    X = np.array([[0.0], [1.0], [3.0]])
    assert contrast(X) == pytest.approx(1)  # the points have 2, 1 and 1/2


def test_contrast_falls_with_dimensions_but_not_on_a_plane():
    rng = np.random.default_rng(0)
    full = [contrast(rng.random((200, d))) for d in (2, 10, 100, 1000)]
    assert full == sorted(full, reverse=True)
    assert full[-1] < 0.4
    assert contrast(on_a_plane(200, 1000, rng)) > 10


def test_points_on_a_plane_have_two_dimensions():
    X = on_a_plane(50, 30, np.random.default_rng(1))
    assert X.shape == (50, 30)
    assert np.linalg.matrix_rank(X) == 2
    assert on_a_plane(50, 1, np.random.default_rng(1)).shape == (50, 1)


def test_cells_are_counted_once():
    X = np.array([[0.1, 0.1], [0.2, 0.3], [0.5, 0.9], [0.99, 0.0]])
    assert occupied(X) == pytest.approx(3 / 9)
    corners = np.array(list(product([0.1, 0.5, 0.9], repeat=3)))
    assert occupied(corners) == pytest.approx(1)
    assert occupied(np.zeros((5, 1000))) == 0


def test_an_edge_holds_its_share():
    assert edge(0.1, 3) ** 3 == pytest.approx(0.1)
    assert edge(0.1, 1) == pytest.approx(0.1)


@pytest.mark.parametrize("extra", [0, 5, 40])
def test_nearest_neighbours_vote_as_scikit_learns(extra):
    rng = np.random.default_rng(extra)
    (X, y), (X_new, _) = two_classes(80, extra, rng), two_classes(100, extra, rng)
    oracle = KNeighborsClassifier(5).fit(X, y).predict(X_new)
    np.testing.assert_array_equal(knn(X, y, X_new, 5), oracle)


@pytest.mark.parametrize(("text", "read"), [("1,2,5", [1, 2, 5]), ("10, 3", [3, 10]), ("7 7", [7])])
def test_dimensions_are_read(text, read):
    assert numbers(text) == read


@pytest.mark.parametrize("text", ["", "0,2", "two", "1.5", "-3", "2001"])
def test_wrong_dimensions_are_refused_before_the_first_frame(text):
    with pytest.raises(ValueError, match="expected whole numbers from 1 to 2000"):
        next(demo(dims=text))


@pytest.mark.parametrize(
    "parameters", [{"n": 20, "dims": "1"}, {"n": 20, "dims": "2000,3"}, {"n": 600, "dims": "2"}]
)
def test_the_bounds_of_the_parameters_play(parameters):
    assert not broken(demo(**parameters))


def test_each_number_of_dimensions_has_its_row_and_its_histogram():
    frames = list(demo(**SMALL))
    table = [frame for frame in frames if isinstance(frame, Table)][-1]
    assert [row[0] for row in table.rows] == [1, 2, 5, 40]
    together = [frame for frame in frames if isinstance(frame, Histogram)][-1]
    assert list(together.values) == ["d = 1", "d = 2", "d = 5", "d = 40"]


@pytest.mark.parametrize(
    ("name", "wrong", "fails"),
    [
        ("squared_distances", lambda A, B: 2 * squared_distances(A, B), {MEAN}),
        ("squared_distances", lambda A, B: np.abs(A[:, None] - B).sum(axis=-1), {MEAN, CONTRAST}),
        ("squared_distances", lambda A, B: -squared_distances(A, B) + 100, {MEAN, CONTRAST, VOTES}),
        ("ball_share", lambda d: 2**-d * math.pi ** (d / 2), {BALL}),
        ("ball_share", lambda d: ball_share(d + 1), {BALL}),
        ("contrast", lambda X: contrast(X) + 0.01, {CONTRAST}),
        ("knn", lambda X, y, X_new, k: knn(X, y, X_new, 1), {VOTES}),
        ("knn", lambda X, y, X_new, k: 1 - knn(X, y, X_new, k), {VOTES}),
    ],
)
def test_a_wrong_algorithm_fails_its_check(monkeypatch, name, wrong, fails):
    monkeypatch.setattr(module, name, wrong)
    assert fails <= broken(demo(**SMALL))
