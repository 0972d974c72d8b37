"""Naive Bayes against scikit-learn and exact fractions."""

from fractions import Fraction

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.naive_bayes import BernoulliNB, GaussianNB, MultinomialNB

from mlquiz.demos.classical import naive_bayes as module
from mlquiz.demos.classical.naive_bayes import (
    bernoulli,
    clouds,
    count_by_class,
    demo,
    encode,
    gaussian,
    in_fractions,
    log_prior,
    moments,
    multinomial,
    posterior,
    presence,
    read_corpus,
    smoothed,
    verdict,
)
from mlquiz.player import Ask
from tests.demos.frames import broken, checks

SUMS, COUNTS, PRESENCE, DENSITIES = checks(demo(n=20))


def random_counts(seed):
    rng = np.random.default_rng(seed)
    return rng.poisson(0.8, (60, 12)).astype(float), rng.integers(3, size=60), rng.poisson(0.8, (9, 12)) * 1.0


@pytest.mark.parametrize("alpha", [0.01, 1.0, 3.0])
@pytest.mark.parametrize("seed", range(2))
def test_word_models_are_scikit_learns(seed, alpha):
    X, y, new = random_counts(seed)
    counts = multinomial(new, log_prior(y, 3), smoothed(count_by_class(X, y, 3), alpha))
    oracle = MultinomialNB(alpha=alpha).fit(X, y).predict_proba(new)
    np.testing.assert_allclose(posterior(counts), oracle, atol=1e-10)
    seen = bernoulli(new, log_prior(y, 3), presence(X, y, 3, alpha))
    oracle = BernoulliNB(alpha=alpha).fit(X, y).predict_log_proba(new)
    np.testing.assert_allclose(np.log(posterior(seen)), oracle, atol=1e-10)


def test_the_gaussian_model_is_scikit_learns():
    X, y = clouds(150, np.random.default_rng(0))
    joint = gaussian(X, log_prior(y, 2), *moments(X, y, 2))
    oracle = GaussianNB(var_smoothing=0).fit(X, y).predict_log_proba(X)
    np.testing.assert_allclose(joint - np.logaddexp(*joint.T)[:, None], oracle, atol=1e-10)


@pytest.mark.parametrize("alpha", [0.01, 1.0, 10.0])
def test_smoothed_chances_sum_to_one(alpha):
    X, y, _ = random_counts(3)
    np.testing.assert_allclose(smoothed(count_by_class(X, y, 3), alpha).sum(axis=1), 1, atol=1e-12)


def test_the_corpus_is_counted_as_scikit_learn_does():
    mail = read_corpus()
    texts = [text for _, text in module.CORPUS]
    oracle = CountVectorizer(token_pattern=r"\S+")
    np.testing.assert_array_equal(mail.X, oracle.fit_transform(texts).toarray())
    assert mail.vocabulary == oracle.get_feature_names_out().tolist()


def test_one_unseen_word_decides_without_smoothing_only():
    mail = read_corpus()
    N, prior = count_by_class(mail.X, mail.y, 2), log_prior(mail.y, 2)
    X = encode(["free money now"], mail.vocabulary)
    assert verdict(multinomial(X, prior, smoothed(N, 0.0))[0]) == 0
    assert verdict(multinomial(X, prior, smoothed(N, 1.0))[0]) == 1
    assert multinomial(X, prior, smoothed(N, 0.0))[0, 1] == -np.inf


def test_when_both_classes_are_impossible_nobody_wins():
    (ask,) = (frame for frame in demo(message="prize meeting", n=20) if isinstance(frame, Ask))
    assert ask.answer == 2


def test_fractions_agree_with_a_sum_by_hand():
    ham, spam = Fraction(5, 9) * Fraction(1 + 1, 23 + 20), Fraction(4, 9) * Fraction(4 + 1, 17 + 20)
    assert in_fractions(read_corpus(), ["free"], Fraction(1)) == spam / (ham + spam)


@pytest.mark.parametrize(
    "parameters",
    [
        {"alpha": 0.01, "message": "prize meeting prize"},
        {"alpha": 10.0, "message": "FREE lunch unheard"},
        {"n": 20},
        {"n": 1000, "message": "win win win win win win win win win win"},
    ],
)
def test_the_bounds_of_the_parameters_play(parameters):
    assert not broken(demo(**parameters))


def test_a_message_of_unknown_words_is_refused_before_the_first_frame():
    with pytest.raises(ValueError, match="message = 'xyzzy' has none of the words"):
        next(demo(message="xyzzy"))


def by_classes(N, alpha):
    return (N + alpha) / (N.sum(axis=1, keepdims=True) + alpha * len(N))


def presence_only(X, prior, P):
    return prior + (X > 0) @ np.log(P).T


@pytest.mark.parametrize(
    ("name", "wrong", "fails"),
    [
        ("smoothed", by_classes, {SUMS, COUNTS}),
        ("multinomial", lambda X, prior, P: multinomial(X, 0 * prior, P), {COUNTS}),
        ("bernoulli", presence_only, {PRESENCE}),
        ("presence", lambda X, y, K, alpha: presence(X, y, K, 2 * alpha), {PRESENCE}),
        ("log_prior", lambda y, K: -log_prior(y, K), {COUNTS, PRESENCE}),
        ("gaussian", lambda X, prior, mean, var: gaussian(X, prior, mean, var**0.5), {DENSITIES}),
        ("moments", lambda X, y, K: (moments(X, y, K)[0], moments(X, y, K)[1] * 1.1), {DENSITIES}),
    ],
)
def test_a_wrong_algorithm_fails_its_check(monkeypatch, name, wrong, fails):
    monkeypatch.setattr(module, name, wrong)
    assert fails <= broken(demo())
