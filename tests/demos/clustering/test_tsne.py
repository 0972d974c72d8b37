"""t-SNE against scikit-learn, finite differences and the definitions."""

import numpy as np
import pytest
from scipy.spatial.distance import pdist, squareform
from scipy.stats import entropy
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness
from sklearn.manifold._t_sne import _joint_probabilities

from mlquiz.demos.clustering import tsne as module
from mlquiz.demos.clustering.tsne import (
    Plan,
    bisections,
    conditional,
    demo,
    descend,
    entropies,
    gradient,
    groups,
    joint,
    kl,
    map_similarities,
    principal,
    squared_distances,
    student,
    tsne,
    width,
)
from tests.demos.frames import broken, checks

SMALL = {"n": 60, "perplexity": 8, "steps": 120, "lr": 20}
ENTROPY, P_SUM, Q_SUM, SLOPES, BEATS_PCA = checks(demo(**SMALL))


def sample(seed, n=80):
    return groups(n, np.random.default_rng(seed))[0]


@pytest.mark.parametrize("perplexity", [5, 20])
@pytest.mark.parametrize("seed", range(2))
def test_joint_similarities_are_scikit_learns(seed, perplexity):
    X = sample(seed)
    distances = squareform(pdist(X, "sqeuclidean")).astype(np.float32)
    oracle = squareform(_joint_probabilities(distances, perplexity, 0))
    P = joint(X, perplexity)
    np.testing.assert_allclose(P, oracle, atol=1e-4 * P.max())
    assert P.sum() == pytest.approx(1, abs=1e-12)
    np.testing.assert_array_equal(P, P.T)


@pytest.mark.parametrize("perplexity", [2, 15, 39])
def test_every_row_has_the_wanted_perplexity(perplexity):
    D2 = squared_distances(sample(1))
    *_, beta = bisections(D2, perplexity)
    C = conditional(D2, beta)
    assert entropies(C) == pytest.approx(np.log(perplexity), abs=1e-5)
    np.testing.assert_allclose(entropies(C), entropy(C, axis=1), atol=1e-12)
    np.testing.assert_array_equal(np.diag(C), 0)


def test_each_try_halves_the_range():
    D2 = squared_distances(sample(2))
    *tries, last = bisections(D2, 10)
    gaps = [np.abs(np.log(beta) - np.log(last)).max() for beta in tries]
    assert all(gap <= 16 / 2**t + 1e-9 for t, gap in enumerate(gaps))


def test_conditional_similarities_by_hand():
    X = np.array([[0.0], [1.0], [3.0]])
    C = conditional(squared_distances(X), np.array([0.5, 0.5, 0.125]))
    assert C[0, 1] == pytest.approx(np.exp(-0.5) / (np.exp(-0.5) + np.exp(-4.5)))
    assert C[2, 1] == pytest.approx(np.exp(-0.5) / (np.exp(-0.5) + np.exp(-9 / 8)))


def test_squared_distances_are_scipys():
    X = sample(3)
    np.testing.assert_allclose(squared_distances(X), squareform(pdist(X, "sqeuclidean")), atol=1e-10)


@pytest.mark.parametrize("heavy", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_the_gradient_is_the_slope_of_kl(seed, heavy):
    rng = np.random.default_rng(seed)
    P, Y = joint(sample(seed, 40), 6), rng.standard_normal((40, 2))
    by_differences = np.zeros_like(Y)
    for where in np.ndindex(Y.shape):
        step = np.zeros_like(Y)
        step[where] = 1e-5
        up, down = (kl(P, map_similarities(Y + sign * step, heavy)[0]) for sign in (1, -1))
        by_differences[where] = (up - down) / 2e-5
    slope = gradient(P, Y, heavy)
    assert abs(slope).max() > 1e-3
    np.testing.assert_allclose(slope, by_differences, atol=1e-6)


def test_map_similarities_by_hand():
    Q, _ = map_similarities(np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 2.0]]))
    K = {(0, 1): 1 / 2, (0, 2): 1 / 5, (1, 2): 1 / 6}
    for (i, j), kernel in K.items():
        assert Q[i, j] == Q[j, i] == pytest.approx(kernel / (2 * sum(K.values())))


def test_kl_is_zero_only_at_equality():
    P = joint(sample(0), 10)
    assert kl(P, P) == 0
    assert kl(P, map_similarities(principal(sample(0)))[0]) > 0.1


def test_the_map_keeps_neighbours():
    X, z = groups(80, np.random.default_rng(4))
    Y = tsne(joint(X, 10), 1e-4 * np.random.default_rng(4).standard_normal((80, 2)), Plan(300, 25, 12))
    assert trustworthiness(X, Y, n_neighbors=5) > 0.9
    nearest = (squared_distances(Y) + np.diag(np.full(80, np.inf))).argmin(axis=1)
    assert (z[nearest] == z).mean() > 0.9


def test_only_the_first_quarter_is_exaggerated():
    P, Y = joint(sample(5), 10), np.random.default_rng(5).standard_normal((80, 2))
    plain, loud = (list(descend(P, Y, Plan(8, 1, factor))) for factor in (1, 12))
    np.testing.assert_allclose(plain[0], Y - gradient(P, Y))
    np.testing.assert_allclose(loud[0], Y - gradient(12 * P, Y))
    last = loud[1] + 0.8 * (loud[1] - loud[0]) - gradient(P, loud[1])
    np.testing.assert_allclose(loud[2], last)


def test_principal_components_are_scikit_learns_up_to_sign():
    X = sample(6)
    np.testing.assert_allclose(abs(principal(X)), abs(PCA(2).fit_transform(X)), atol=1e-10)


def test_width_is_the_spread_about_the_mean():
    assert width(np.array([[0.0, 0.0], [6.0, 8.0]])) == 5


@pytest.mark.parametrize(
    "parameters",
    [
        {"n": 40, "perplexity": 2, "steps": 40, "lr": 1},
        {"n": 40, "perplexity": 19.5, "steps": 60, "lr": 200, "exaggeration": 20},
    ],
)
def test_the_bounds_of_the_parameters_play(parameters):
    assert {ENTROPY, P_SUM, Q_SUM, SLOPES}.isdisjoint(broken(demo(**parameters)))


def test_too_large_a_perplexity_is_refused():
    with pytest.raises(ValueError, match=r"perplexity = 30 is too much for n = 50: at most 24\.5"):
        next(demo(n=50, perplexity=30))


def uphill(P, Y, heavy=True):
    return -gradient(P, Y, heavy) if heavy else gradient(P, Y, heavy)


def with_its_own(D2, beta):
    K = np.exp(-beta[:, None] * D2)
    return K / K.sum(axis=1, keepdims=True)


def without_halves(X, perplexity):
    return 2 * joint(X, perplexity)


def with_the_sum_of_others(Y, heavy=True):
    Q, factor = map_similarities(Y, heavy)
    return 1.1 * Q, factor


@pytest.mark.parametrize(
    ("name", "wrong", "fails"),
    [
        ("entropies", lambda C: entropies(C) / np.log(2), {ENTROPY}),
        ("conditional", with_its_own, {ENTROPY}),
        ("joint", without_halves, {P_SUM}),
        ("map_similarities", with_the_sum_of_others, {Q_SUM, SLOPES}),
        ("gradient", lambda P, Y, heavy=True: gradient(P, Y, heavy) / 2, {SLOPES}),
        ("gradient", uphill, {SLOPES, BEATS_PCA}),
        ("student", lambda D2: (student(D2)[0], np.ones_like(D2)), {SLOPES}),
        ("descend", lambda P, Y, plan: (Y for _ in range(plan.steps)), {BEATS_PCA}),
    ],
)
def test_a_wrong_algorithm_fails_its_check(monkeypatch, name, wrong, fails):
    monkeypatch.setattr(module, name, wrong)
    assert fails <= broken(demo(**SMALL))
