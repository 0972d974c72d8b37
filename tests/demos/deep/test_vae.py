"""The variational autoencoder against differences, sampling and probabilistic PCA."""

from itertools import islice

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from mlquiz.demos.deep import vae as module
from mlquiz.demos.deep.vae import (
    S2,
    best_linear,
    decode,
    elbo,
    encode,
    exact_log_likelihood,
    glyphs,
    gradients_by_mu,
    initial,
    kl,
    loss_and_gradients,
    stretched,
    train,
)
from mlquiz.player import Ask
from tests.demos.frames import broken, checks

SMALL = {"n": 40, "hidden": 4, "epochs": 5}
GRADIENTS, KL, PPCA = checks(module.demo(**SMALL))


@pytest.mark.parametrize("hidden", [0, 5])
@pytest.mark.parametrize("beta", [0.3, 4.0])
def test_every_gradient_is_a_central_difference(hidden, beta):
    rng = np.random.default_rng(0)
    X, p = rng.standard_normal((7, 6)), initial(6, 2, hidden, rng)
    p = {name: w + 0.1 * rng.standard_normal(w.shape) for name, w in p.items()}
    eps = rng.standard_normal((7, 2))
    _, grads = loss_and_gradients(X, eps, beta, p)
    assert grads.keys() == p.keys()
    for name, w in p.items():
        for at in np.ndindex(w.shape):
            ends = []
            for shift in (1e-5, -1e-5):
                moved = w.copy()
                moved[at] += shift
                ends.append(loss_and_gradients(X, eps, beta, p | {name: moved})[0])
            assert grads[name][at] == pytest.approx((ends[0] - ends[1]) / 2e-5, rel=1e-5, abs=1e-6)


def test_kl_of_the_prior_is_zero_and_positive_elsewhere():
    assert kl(np.zeros((1, 3)), np.zeros((1, 3)))[0] == 0
    rng = np.random.default_rng(1)
    assert (kl(rng.standard_normal((50, 3)), rng.standard_normal((50, 3))) > 0).all()


def test_the_exact_likelihood_is_scipys():
    rng = np.random.default_rng(2)
    X, p = stretched(60, rng), initial(3, 1, 0, rng)
    density = multivariate_normal(p["b3"], p["W3"].T @ p["W3"] + S2 * np.eye(3))
    assert exact_log_likelihood(X, p) == pytest.approx(density.logpdf(X).mean(), abs=1e-10)


def test_the_best_linear_vae_reaches_the_exact_likelihood():
    X = stretched(300, np.random.default_rng(3))
    p = best_linear(X, 1)
    values = [np.subtract(*elbo(X, np.full((300, 1), sign), p)).mean() for sign in (1.0, -1.0)]
    assert np.mean(values) == pytest.approx(exact_log_likelihood(X, p), abs=1e-10)
    for name in ("W3", "b3"):
        assert exact_log_likelihood(X, p | {name: p[name] + 0.05}) < exact_log_likelihood(X, p)


def test_training_comes_near_the_ceiling_and_not_above():
    rng = np.random.default_rng(4)
    X = stretched(300, rng)
    *_, p = islice(train(X, initial(3, 1, 0, rng), 1.0, 0.02, rng), 100)
    values = [np.subtract(*elbo(X, np.full((300, 1), sign), p)).mean() for sign in (1.0, -1.0)]
    ceiling = exact_log_likelihood(X, best_linear(X, 1))
    assert ceiling - 0.2 < np.mean(values) <= ceiling


def test_both_gradients_agree_on_average_and_one_is_calmer():
    rng = np.random.default_rng(5)
    X, _ = glyphs(20, rng)
    p = initial(64, 2, 8, rng)
    through, score = gradients_by_mu(X[0], p, rng.standard_normal((200_000, 2)))
    error = 4 * (through.std(axis=0) + score.std(axis=0)) / np.sqrt(200_000)
    assert (np.abs(through.mean(axis=0) - score.mean(axis=0)) < error).all()
    assert (through.std(axis=0) < score.std(axis=0)).all()


def test_codes_and_pictures_have_their_shapes():
    rng = np.random.default_rng(6)
    X, kind = glyphs(30, rng)
    p = initial(64, 3, 8, rng)
    _, mu, logvar = encode(X, p)
    assert mu.shape == logvar.shape == (30, 3)
    assert decode(mu, p)[1].shape == X.shape == (30, 64)
    assert set(kind) == {0, 1, 2}


@pytest.mark.parametrize(
    "parameters",
    [{**SMALL, "model": "linear"}, {**SMALL, "latent": 1, "beta": 20.0}, {**SMALL, "latent": 8, "lr": 0.03}],
)
def test_the_bounds_of_the_parameters_play(parameters):
    assert not broken(module.demo(**parameters))


def test_a_heavy_kl_empties_the_codes():
    (ask,) = (frame for frame in module.demo(n=64, epochs=40) if isinstance(frame, Ask))
    assert ask.answer == 1


def without_the_noise(X, eps, beta, p):
    loss, grads = loss_and_gradients(X, eps, beta, p)
    return loss, grads | {"Ws": loss_and_gradients(X, 0 * eps, beta, p)[1]["Ws"]}


def half_beta(X, eps, beta, p):
    return loss_and_gradients(X, eps, beta, p)[0], loss_and_gradients(X, eps, beta / 2, p)[1]


@pytest.mark.parametrize(
    ("name", "wrong", "fails"),
    [
        ("loss_and_gradients", without_the_noise, {GRADIENTS}),
        ("loss_and_gradients", half_beta, {GRADIENTS}),
        ("kl", lambda mu, logvar: 0.5 * (mu**2 + np.exp(logvar) - 1).sum(axis=-1), {KL, GRADIENTS, PPCA}),
        ("log_density", lambda X, x_hat: -0.5 * ((X - x_hat) ** 2 / S2).sum(axis=-1), {PPCA}),
        ("best_linear", lambda X, latent: {k: 0.9 * w for k, w in best_linear(X, latent).items()}, {PPCA}),
    ],
)
def test_a_wrong_algorithm_fails_its_check(monkeypatch, name, wrong, fails):
    monkeypatch.setattr(module, name, wrong)
    assert fails <= broken(module.demo(**SMALL))
