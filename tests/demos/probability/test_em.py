"""EM for two coins against scipy's optimum, enumeration and the published example."""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit
from scipy.stats import binom

from mlquiz.demos.probability import em as module
from mlquiz.demos.probability.em import (
    Coins,
    bound,
    demo,
    e_step,
    em,
    log_likelihood,
    m_step,
    start,
)
from mlquiz.player import Scatter
from tests.demos.frames import broken, checks

RISE, TOUCH, SLOPE, P_A, P_B = checks(demo(iters=2))


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    return rng.binomial(12, np.where(rng.random(40) < 0.4, 0.8, 0.35)).astype(float), 12


COINS = Coins(np.array([0.3, 0.7]), np.array([0.7, 0.4]))


def test_responsibilities_are_shares_of_the_joint(data):
    h, m = data
    joint = COINS.pi * binom.pmf(h[:, None], m, COINS.p)
    np.testing.assert_allclose(e_step(h, m, COINS), joint / joint.sum(axis=1, keepdims=True), atol=1e-12)
    assert log_likelihood(h, m, COINS) == pytest.approx(np.log(joint.sum(axis=1)).sum(), abs=1e-10)


def test_the_m_step_is_the_best_of_the_bound(data):
    h, m = data
    r = e_step(h, m, COINS)
    best = m_step(h, m, r)
    for shift in (-0.01, 0.01):
        for k in (0, 1):
            p = best.p.copy()
            p[k] += shift
            assert bound(h, m, Coins(best.pi, p), r) < bound(h, m, best, r)


def test_the_bound_is_below_and_touches(data):
    h, m = data
    r = e_step(h, m, COINS)
    assert bound(h, m, COINS, r) == pytest.approx(log_likelihood(h, m, COINS), abs=1e-10)
    for p_a in (0.1, 0.5, 0.9):
        other = start(p_a, 0.4)
        assert bound(h, m, other, r) <= log_likelihood(h, m, other)


def test_the_likelihood_never_falls_and_ends_at_scipys_optimum(data):
    h, m = data
    path = em(h, m, start(0.6, 0.5), 400)
    assert min(np.diff([log_likelihood(h, m, coins) for coins in path])) >= -1e-12 * len(h) * 10

    def loss(logits):
        share, *p = expit(logits)
        return -log_likelihood(h, m, Coins(np.array([share, 1 - share]), np.array(p)))

    best = expit(minimize(loss, [0.0, 0.5, -0.5], tol=1e-12, options={"gtol": 1e-8}).x)
    np.testing.assert_allclose([path[-1].pi[0], *path[-1].p], best, atol=1e-6)


def test_do_and_batzoglous_example():
    first, *_, last = em(np.array([5.0, 9.0, 8.0, 4.0, 7.0]), 10, start(0.6, 0.5), 1)[1:] * 2
    np.testing.assert_allclose(np.round(first.p, 2), [0.71, 0.58])
    assert last is first


def test_equal_coins_never_part(data):
    h, m = data
    for coins in em(h, m, start(0.3, 0.3), 20)[1:]:
        np.testing.assert_allclose(coins.p, h.mean() / m, atol=1e-12)


def test_a_swapped_start_ends_swapped():
    *_, last = (frame for frame in demo() if isinstance(frame, Scatter) and frame.name == "ways of EM")
    first, swapped, equal = last.marks
    np.testing.assert_allclose(first, swapped[::-1])
    assert equal[0] == pytest.approx(equal[1])


@pytest.mark.parametrize(
    "parameters",
    [
        {"sheets": 5, "flips": 2, "iters": 1},
        {"sheets": 200, "flips": 50, "iters": 60},
        {"p_a": 0.95, "p_b": 0.05},
        {"p_a": 0.5, "p_b": 0.5},
    ],
)
def test_the_bounds_of_the_parameters_play(parameters):
    assert not broken(demo(**parameters))


def half_responsible(h, m, coins):
    return 0.5 * e_step(h, m, coins) + 0.25


def too_sure(h, m, coins):
    r = e_step(h, m, coins) ** 3
    return r / r.sum(axis=1, keepdims=True)


def shrunk(h, m, r):
    coins = m_step(h, m, r)
    return Coins(coins.pi, 0.9 * coins.p)


@pytest.mark.parametrize(
    ("name", "wrong", "fails"),
    [
        ("m_step", shrunk, {RISE, SLOPE, P_A, P_B}),
        ("e_step", half_responsible, {TOUCH, SLOPE, P_A}),
        ("e_step", too_sure, {TOUCH, P_A}),
    ],
)
def test_a_wrong_algorithm_fails_its_check(monkeypatch, name, wrong, fails):
    monkeypatch.setattr(module, name, wrong)
    assert fails <= broken(demo())
