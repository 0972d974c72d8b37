"""Synthesis against scikit-learn's mixture, scipy's tests and exact moments."""

import numpy as np
import pytest
from scipy.stats import energy_distance as energy_on_a_line
from scipy.stats import kstest
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import NearestNeighbors

from mlquiz.demos.classical import synthesize as module
from mlquiz.demos.classical.synthesize import (
    Mixture,
    demo,
    detour,
    distance_to_training,
    energy_distance,
    exponential_draws,
    fit_mixture,
    kde_draws,
    log_density,
    log_joint,
    m_step,
    mixture_draws,
    moons,
    neighbours,
    picture,
    sliced,
    smote,
)
from mlquiz.player import Table
from tests.demos.frames import broken, checks

SEGMENTS, KDE, DENSITY, RISE, DRAWS, ENERGY, INVERSE = checks(demo(n=24, components=2, new=50))


def sample(seed=0, n=200):
    return moons(n, np.random.default_rng(seed))


@pytest.mark.parametrize("h", [0.05, 0.2, 1.0])
@pytest.mark.parametrize("seed", range(3))
def test_kde_draws_have_the_mean_and_covariance_of_data_and_kernel(seed, h):
    X, _ = sample(seed)
    m = 100_000
    draws = kde_draws(X, h, m, np.random.default_rng(seed))
    S = np.cov(X.T, bias=True) + h**2 * np.eye(2)
    np.testing.assert_array_less(np.abs(draws.mean(axis=0) - X.mean(axis=0)), 4 * np.sqrt(S.diagonal() / m))
    centred = draws - X.mean(axis=0)
    products = np.einsum("mi,mj->mij", centred, centred)
    np.testing.assert_array_less(np.abs(products.mean(axis=0) - S), 4 * products.std(axis=0) / np.sqrt(m))


@pytest.mark.parametrize("K", [1, 3, 6])
@pytest.mark.parametrize("seed", range(3))
def test_log_density_is_scikit_learns(seed, K):
    X, _ = sample(seed)
    g = fit_mixture(X, K, np.random.default_rng(seed), iterations=5)[-1]
    oracle = GaussianMixture(K)
    oracle.weights_, oracle.means_, oracle.covariances_ = g
    oracle.precisions_cholesky_ = np.linalg.inv(np.linalg.cholesky(g.Sigma)).transpose(0, 2, 1)
    np.testing.assert_allclose(log_density(X, g), oracle.score_samples(X), atol=1e-8)
    r = np.exp(log_joint(X, g) - log_density(X, g)[:, None])
    np.testing.assert_allclose(r, oracle.predict_proba(X), atol=1e-8)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_em_takes_the_steps_of_scikit_learns():
    X, _ = sample(1)
    path = fit_mixture(X, 4, np.random.default_rng(1), iterations=20)
    oracle = GaussianMixture(
        4,
        weights_init=path[0].pi,
        means_init=path[0].mu,
        precisions_init=np.linalg.inv(path[0].Sigma),
        max_iter=20,
        tol=0,
    ).fit(X)
    np.testing.assert_allclose(path[-1].mu, oracle.means_, atol=1e-6)
    np.testing.assert_allclose(path[-1].Sigma, oracle.covariances_, atol=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_em_never_lowers_the_likelihood(seed):
    X, _ = sample(seed, n=100)
    path = fit_mixture(X, 5, np.random.default_rng(seed))
    assert np.diff([log_density(X, g).mean() for g in path]).min() > -1e-6


def test_mixture_draws_have_its_moments():
    g = Mixture(
        np.array([0.3, 0.7]),
        np.array([[0.0, 2.0], [1.0, -1.0]]),
        np.array([[[1.0, 0.8], [0.8, 1.0]], [[0.1, 0.0], [0.0, 2.0]]]),
    )
    draws = mixture_draws(g, 200_000, np.random.default_rng(0))
    mean = g.pi @ g.mu
    between = g.mu - mean
    covariance = np.einsum("k,kij->ij", g.pi, g.Sigma) + np.einsum("k,ki,kj->ij", g.pi, between, between)
    np.testing.assert_allclose(draws.mean(axis=0), mean, atol=0.02)
    np.testing.assert_allclose(np.cov(draws.T), covariance, atol=0.03)


def test_one_gaussian_has_the_moments_of_the_data():
    X, _ = sample()
    g = m_step(X, np.ones((len(X), 1)))
    np.testing.assert_allclose(g.mu[0], X.mean(axis=0))
    np.testing.assert_allclose(g.Sigma[0], np.cov(X.T, bias=True) + 1e-6 * np.eye(2))


@pytest.mark.parametrize("seed", range(5))
def test_inverse_cdf_draws_pass_the_kolmogorov_smirnov_test(seed):
    draws = exponential_draws(np.random.default_rng(seed).random(5000))
    assert kstest(draws, "expon").pvalue > 1e-3
    assert kstest(draws * 1.1, "expon").pvalue < 1e-3


def test_neighbours_are_scikit_learns():
    X, _ = sample(2)
    _, oracle = NearestNeighbors(n_neighbors=5).fit(X).kneighbors()
    np.testing.assert_array_equal(neighbours(X, 5), oracle)


def test_smote_stays_between_neighbours():
    X, _ = sample(3, n=60)
    new = smote(X, 3, 200, np.random.default_rng(3))
    assert detour(new, X, 3) < 1e-12
    assert detour(new + 0.01, X, 3) > 1e-4
    assert np.unique(new.round(9), axis=0).shape == new.shape


def test_energy_distance_is_scipys_on_a_line_and_nothing_to_itself():
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal(40), rng.exponential(size=60)
    assert energy_distance(x[:, None], y[:, None]) == pytest.approx(energy_on_a_line(x, y) ** 2, abs=1e-12)
    X, _ = sample()
    assert energy_distance(X, X) == pytest.approx(0, abs=1e-12)
    assert sliced(X, X + 1) == pytest.approx(energy_distance(X, X + 1), rel=1e-3)


def test_copies_are_near_training_points():
    X, _ = sample()
    assert distance_to_training(X[:50], X) == 0
    assert distance_to_training(np.array([[5.0, 0.0], [6.0, 0.0], [7.0, 0.0]]), np.zeros((4, 2))) == 6


def test_the_picture_has_its_first_row_on_top():
    Z = picture(np.array([[-1.7, 1.8], [-1.7, 1.8], [2.7, -1.3]]))
    assert (Z[0, 0], Z[-1, -1], Z.sum()) == (1.0, 0.5, 1.5)


def test_moons_are_half_rings_of_equal_size():
    X, y = sample(0, 2000)
    assert np.bincount(y).tolist() == [1000, 1000]
    for c, (centre, side) in enumerate((((0.0, 0.0), 1), ((1.0, 0.5), -1))):
        radius = np.linalg.norm(X[y == c] - centre, axis=1)
        assert radius.mean() == pytest.approx(1, abs=0.02)
        assert radius.std() == pytest.approx(0.1, rel=0.1)
        assert (side * (X[y == c, 1] - centre[1]) > -0.4).all()


@pytest.mark.parametrize("seed", range(4))
def test_one_gaussian_is_the_farthest_from_held_out_points(seed):
    *_, table = (frame for frame in demo(seed=seed, n=100, new=300) if isinstance(frame, Table))
    energy = {row[0]: row[1] for row in table.rows}
    assert max(energy, key=energy.get) == "one Gaussian"


@pytest.mark.parametrize(
    "parameters",
    [
        {"n": 20, "components": 1, "k": 9, "new": 1000},
        {"n": 80, "components": 20, "h": 0.001},
        {"n": 500, "h": 2.0, "new": 60, "k": 1},
    ],
)
def test_the_bounds_of_the_parameters_play(parameters):
    assert not broken(demo(**parameters))


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(1, 8))
def test_checks_hold_for_other_seeds(seed):
    assert not broken(demo(seed=seed))


def test_more_gaussians_than_points_allow_are_refused_before_the_first_frame():
    with pytest.raises(ValueError, match="components = 6 need n >= 24 points, not 20"):
        next(demo(n=20))


def beyond(X, k, m, rng):
    i = rng.integers(len(X), size=m)
    return X[i] + 2 * (X[neighbours(X, k)[i, 0]] - X[i]) * rng.random((m, 1))


def without_determinant(X, g):
    return log_joint(X, g) + np.linalg.slogdet(g.Sigma)[1] / 2


def around_zero(X, r):
    g = m_step(X, r)
    return g._replace(mu=g.mu * 0.9)


@pytest.mark.parametrize(
    ("name", "wrong", "fails"),
    [
        ("smote", beyond, SEGMENTS),
        ("neighbours", lambda X, k: neighbours(X, len(X) - 1)[:, -k:], SEGMENTS),
        ("kde_draws", lambda X, h, m, rng: kde_draws(X, h, m, rng) + 0.1, KDE),
        ("kde_draws", lambda X, h, m, rng: kde_draws(X, h**0.5, m, rng), KDE),
        ("kde_draws", lambda X, h, m, rng: kde_draws(X[::2], h, m, rng), KDE),
        ("log_joint", without_determinant, DENSITY),
        ("log_joint", lambda X, g: log_joint(X, g) - np.log(g.pi), DENSITY),
        ("m_step", around_zero, RISE),
        ("mixture_draws", lambda g, m, rng: mixture_draws(g._replace(pi=np.eye(4)[0]), m, rng), DRAWS),
        ("mixture_draws", lambda g, m, rng: mixture_draws(g._replace(Sigma=2 * g.Sigma), m, rng), DRAWS),
        ("energy_distance", lambda X, Y: 2 * energy_distance(X, Y), ENERGY),
        ("energy_distance", lambda X, Y: float(np.sqrt(energy_distance(X, Y))), ENERGY),
        ("exponential_draws", lambda u: -np.log(u) * 1.05, INVERSE),
        ("exponential_draws", lambda u: u / (1 - u), INVERSE),
    ],
)
def test_a_wrong_algorithm_fails_its_check(monkeypatch, name, wrong, fails):
    monkeypatch.setattr(module, name, wrong)
    assert fails in broken(demo(n=100, components=4, new=100))
