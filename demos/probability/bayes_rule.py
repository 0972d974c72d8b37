"""Bayes' rule: what a positive test says depends on how rare the illness is.

Sheet 1.10.3. Wasserman, All of Statistics (2004), theorem 1.17; the crowd: Gigerenzer & Hoffrage (1995).
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Annotated, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from mlquiz.player import Ask, Bars, Between, Check, Frame, Line, Say, Scatter, Table

Array = NDArray[np.float64]
Probability = TypeVar("Probability", float, Array)

PEOPLE, COLUMNS = 1000, 50
RANGES = ("less than 25 %", "25 to 75 %", "more than 75 %")


def evidence(prior: Probability, likelihood: float, false_alarm: float) -> Probability:
    r"""$P(B)=P(B|A)P(A)+P(B|\lnot A)P(\lnot A)$, the law of total probability."""
    return likelihood * prior + false_alarm * (1 - prior)


def posterior(prior: Probability, likelihood: float, false_alarm: float) -> Probability:
    r"""$P(A|B)=P(B|A)P(A)/P(B)$, from prior P(A), likelihood P(B|A) and false alarm P(B|not A)."""
    return likelihood * prior / evidence(prior, likelihood, false_alarm)


class Counts(NamedTuple):
    """Whole numbers of people by state and by test."""

    sick_positive: int
    sick_negative: int
    healthy_positive: int
    healthy_negative: int


def natural_frequencies(prior: float, sensitivity: float, specificity: float, people: int) -> Counts:
    """The whole numbers next to what is expected of so many people: first the sick, then their tests."""
    sick = round(people * prior)
    detected, alarmed = round(sick * sensitivity), round((people - sick) * (1 - specificity))
    return Counts(detected, sick - detected, alarmed, people - sick - alarmed)


def simulate(
    prior: float, sensitivity: float, specificity: float, people: int, rng: np.random.Generator
) -> tuple[int, int]:
    """How many of so many random people test positive, and how many of those are sick."""
    sick = rng.random(people) < prior
    positive = rng.random(people) < np.where(sick, sensitivity, 1 - specificity)
    return int(positive.sum()), int((sick & positive).sum())


def demo(
    prevalence: Annotated[float, "share of people who are sick, P(sick)", Between(0.001, 0.9)] = 0.01,
    sensitivity: Annotated[float, "P(positive | sick)", Between(0.1, 1)] = 0.9,
    specificity: Annotated[float, "P(negative | healthy)", Between(0.1, 1)] = 0.95,
    seed: int = 0,
) -> Iterator[Frame]:
    """A thousand people take a test; counting the positives gives the posterior, and a second test helps."""
    rng = np.random.default_rng(seed)
    false_alarm = 1 - specificity
    yield Say(
        r"A test is right for most people, sick or healthy. Bayes' rule, $P(A|B)=\frac{P(B|A)P(A)}{P(B)}$, "
        "tells how likely someone whose test is positive is sick."
    )
    yield from crowd(prevalence, sensitivity, false_alarm, rng)
    yield from product_by_product(prevalence, sensitivity, false_alarm)
    yield from repeated_tests(prevalence, sensitivity, false_alarm)
    prevalences = np.geomspace(0.001, 0.5, 60)
    once = posterior(prevalences, sensitivity, false_alarm)
    curves = {
        "after one positive": once,
        "after two": posterior(once, sensitivity, false_alarm),
        "after one negative": posterior(prevalences, 1 - sensitivity, specificity),
    }
    for shown in range(10, 61, 10):
        yield Line(
            "P(sick) after tests",
            {name: curve[:shown] for name, curve in curves.items()},
            x=prevalences[:shown],
            x_label="prevalence",
            log_x=True,
        )
    yield from checks(prevalence, sensitivity, specificity, rng)


def crowd(
    prevalence: float, sensitivity: float, false_alarm: float, rng: np.random.Generator
) -> Iterator[Frame]:
    """Play the test of a thousand people, a row at a time."""
    counts = natural_frequencies(prevalence, sensitivity, 1 - false_alarm, PEOPLE)
    queue = rng.permutation(PEOPLE)
    sick = np.repeat([1, 1, 0, 0], counts)[queue]
    positive = np.repeat([1, 0, 1, 0], counts)[queue]
    spots = np.column_stack([np.arange(PEOPLE) % COLUMNS, -(np.arange(PEOPLE) // COLUMNS)])
    yield people(spots, sick)
    yield Ask(
        "positive",
        f"{prevalence:.1%} of people are sick. The test is positive for {sensitivity:.0%} of the sick and "
        f"{false_alarm:.0%} of the healthy. Someone's test is positive. How likely is this person sick?",
        RANGES,
        answer=in_range(posterior(prevalence, sensitivity, false_alarm)),
        why=f"Count among the positives only: of {PEOPLE} people about {positive.sum()} are positive, and "
        f"{counts.sick_positive} of those are sick. The others are false alarms among the many healthy.",
    )
    for tested in range(COLUMNS, PEOPLE + 1, COLUMNS):
        lit = (np.arange(PEOPLE) < tested) & (positive == 1)
        yield people(spots, np.where(lit, 3 - sick, sick))
        found = int((lit & (sick == 1)).sum())
        yield Bars("positive people", {"sick": found, "healthy": int(lit.sum()) - found})
    yield Say(
        "The same people, lined up: the sick first, then the healthy whose test is wrong.", name="line-up"
    )
    yield people(spots, np.repeat([2, 1, 3, 0], counts))


def people(spots: NDArray[np.intp], labels: NDArray[np.intp]) -> Scatter:
    """The crowd; the rare kinds come first, as the first of two in a cell is the one that is drawn."""
    order = np.argsort(np.array([3, 1, 0, 2])[labels], kind="stable")
    name = "people: 0 healthy, 1 sick, 2 sick and positive, 3 healthy and positive"
    return Scatter(name, spots[order], labels=labels[order])


def in_range(p: float) -> int:
    """Which of RANGES holds a probability."""
    return int(p >= 0.25) + int(p > 0.75)


def product_by_product(prior: float, sensitivity: float, false_alarm: float) -> Iterator[Frame]:
    """Play the terms of Bayes' rule in the order in which one computes them."""
    terms = [
        ("prior", "P(sick)", prior),
        ("likelihood", "P(positive | sick)", sensitivity),
        ("joint", "P(positive and sick)", sensitivity * prior),
        ("false alarm", "P(positive | healthy)", false_alarm),
        ("joint", "P(positive and healthy)", false_alarm * (1 - prior)),
        ("evidence", "P(positive), the sum of both", evidence(prior, sensitivity, false_alarm)),
        ("posterior", "P(sick | positive)", posterior(prior, sensitivity, false_alarm)),
    ]
    for shown in range(1, len(terms) + 1):
        yield Table("Bayes' rule", ("", "which is", "value"), terms[:shown])


def repeated_tests(prior: float, sensitivity: float, false_alarm: float) -> Iterator[Frame]:
    """Play four positive tests in a row: each posterior is the next prior."""
    p = [prior]
    for _ in range(4):
        p.append(posterior(p[-1], sensitivity, false_alarm))
    yield Ask(
        "again",
        f"After one positive test P(sick) is {p[1]:.1%}. A second, independent test is positive. Now?",
        RANGES,
        answer=in_range(p[2]),
        why="The posterior is the prior of the next test. Each positive multiplies the odds by the ratio "
        f"P(positive | sick)/P(positive | healthy): {p[1]:.1%} becomes {p[2]:.1%}.",
    )
    for shown in range(1, len(p) + 1):
        yield Bars("P(sick) after so many positive tests", {str(k): p[k] for k in range(shown)})


def checks(
    prevalence: float, sensitivity: float, specificity: float, rng: np.random.Generator
) -> Iterator[Check]:
    """Compare with exact fractions, with all tests at once, and with a million simulated people."""
    prior, false_alarm = prevalence, 1 - specificity
    p_sick, p_found, p_cleared = (Fraction(str(p)) for p in (prevalence, sensitivity, specificity))
    for tests in (1, 4):
        p = prior
        for _ in range(tests):
            p = posterior(p, sensitivity, false_alarm)
        sick, healthy = p_sick * p_found**tests, (1 - p_sick) * (1 - p_cleared) ** tests
        yield Check(f"posterior after {tests}, in fractions", p, float(sick / (sick + healthy)), 1e-12)
    positive, sick_among_them = simulate(prevalence, sensitivity, specificity, 1_000_000, rng)
    p = posterior(prior, sensitivity, false_alarm)
    error = (p * (1 - p) / positive) ** 0.5
    yield Check("posterior among simulated people", p, sick_among_them / positive, 4 * error + 1e-12)
