"""Bayes' rule against exact fractions and simulated people."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlquiz.demos.probability import bayes_rule as module
from mlquiz.demos.probability.bayes_rule import (
    demo,
    evidence,
    in_range,
    natural_frequencies,
    posterior,
    simulate,
)
from mlquiz.player import Ask, Bars, Scatter
from tests.demos.frames import broken, checks

ONCE, FOUR_TIMES, PEOPLE = checks(demo())
probability = st.fractions(Fraction(1, 1000), Fraction(999, 1000), max_denominator=1000)


@settings(deadline=None)
@given(probability, probability, probability)
def test_posterior_is_the_share_of_the_joint_table(prior, sensitivity, false_alarm):
    joint = {True: prior * sensitivity, False: (1 - prior) * false_alarm}
    arguments = float(prior), float(sensitivity), float(false_alarm)
    assert evidence(*arguments) == pytest.approx(float(sum(joint.values())), abs=1e-12)
    assert posterior(*arguments) == pytest.approx(float(joint[True] / sum(joint.values())), abs=1e-12)


def test_a_rare_illness_with_a_good_test():
    assert posterior(0.001, 0.99, 0.01) == pytest.approx(0.00099 / (0.00099 + 0.00999))


def test_many_priors_at_once():
    priors = np.array([0.0, 0.1, 0.5, 1.0])
    np.testing.assert_allclose(posterior(priors, 0.9, 0.3), [posterior(float(p), 0.9, 0.3) for p in priors])


@settings(deadline=None)
@given(probability, probability, probability)
def test_people_are_whole_and_complete(prior, sensitivity, specificity):
    counts = natural_frequencies(float(prior), float(sensitivity), float(specificity), 1000)
    assert sum(counts) == 1000
    assert min(counts) >= 0
    assert abs(counts.sick_positive + counts.sick_negative - 1000 * prior) <= 0.5


def test_a_million_people_agree_with_the_rule():
    positive, sick = simulate(0.02, 0.8, 0.9, 1_000_000, np.random.default_rng(0))
    p = posterior(0.02, 0.8, 0.1)
    assert abs(positive / 1e6 - evidence(0.02, 0.8, 0.1)) < 4 * np.sqrt(0.114 * 0.886 / 1e6)
    assert abs(sick / positive - p) < 4 * np.sqrt(p * (1 - p) / positive)


@pytest.mark.parametrize(("p", "which"), [(0.0, 0), (0.2499, 0), (0.25, 1), (0.75, 1), (0.7501, 2), (1.0, 2)])
def test_ranges_of_the_bets(p, which):
    assert in_range(p) == which


def test_the_grid_lights_everyone_who_is_positive():
    film = list(demo(prevalence=0.1, sensitivity=0.8, specificity=0.9))
    first, *_, last = (frame for frame in film if isinstance(frame, Scatter))
    assert np.bincount(first.labels).tolist() == [900, 100]
    assert np.bincount(last.labels).tolist() == [810, 20, 80, 90]
    counted = [frame for frame in film if isinstance(frame, Bars) and frame.name == "positive people"][-1]
    assert counted.values == {"sick": 80, "healthy": 90}


def test_a_worthless_test_leaves_the_prior():
    *_, bars = (f for f in demo(prevalence=0.3, sensitivity=0.4, specificity=0.6) if isinstance(f, Bars))
    assert list(bars.values.values()) == pytest.approx([0.3] * 5)


@pytest.mark.parametrize(
    "parameters",
    [
        {"prevalence": 0.001, "sensitivity": 0.1, "specificity": 1.0},
        {"prevalence": 0.9, "sensitivity": 1.0, "specificity": 0.1},
    ],
)
def test_the_bounds_of_the_parameters_play(parameters):
    film = list(demo(**parameters))
    assert not broken(film)
    assert sum(isinstance(frame, Ask) for frame in film) == 2


def no_prior(prior, likelihood, false_alarm):
    return likelihood / (likelihood + false_alarm) + 0 * prior


def inverted(prior, likelihood, false_alarm):
    return likelihood + 0 * prior


def sum_of_likelihoods(prior, likelihood, false_alarm):
    return likelihood * prior + false_alarm


def never_updated(prior, likelihood, false_alarm):
    return posterior(0.01, likelihood, false_alarm) + 0 * prior


@pytest.mark.parametrize(
    ("name", "wrong", "fails"),
    [
        ("posterior", no_prior, {ONCE, FOUR_TIMES, PEOPLE}),
        ("posterior", inverted, {ONCE, FOUR_TIMES, PEOPLE}),
        ("posterior", never_updated, {FOUR_TIMES}),
        ("evidence", sum_of_likelihoods, {ONCE, FOUR_TIMES}),
        ("simulate", lambda prior, found, cleared, n, rng: simulate(prior, cleared, found, n, rng), {PEOPLE}),
    ],
)
def test_a_wrong_algorithm_fails_its_check(monkeypatch, name, wrong, fails):
    monkeypatch.setattr(module, name, wrong)
    assert fails <= broken(demo())
