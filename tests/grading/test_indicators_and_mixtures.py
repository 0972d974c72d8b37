"""Indicators of events inside an expectation, and the divergence from a mixture."""

import pytest

from mlquiz.grading import Formula, grade

EVENTS = {"A": "event", "B": "event"}
WEIGHTS = {"k": "natural", "p_i": "simplex(k)", "q_i": "simplex(k)", "W": "matrix(k, k)"}
MIXED = "1/2 sum_i p_i log(2 p_i/(p_i + q_i)) + 1/2 sum_i q_i log(2 q_i/(p_i + q_i))"


@pytest.mark.parametrize(
    "answer",
    [
        "E[1[A]]",
        "E[1_A]",
        "E[1{A}]",
        r"\mathbb{E}[\mathbf{1}_A]",
        "E[I(A)]",
        "E[1[A] 1[B]] + E[1[A and not B]]",
        "1 - E[1[not A]]",
    ],
)
def test_the_expectation_of_an_indicator_is_the_probability(answer):
    assert grade(answer, Formula("P(A)", symbols=EVENTS)).outcome == "right"
    assert grade(answer, Formula("P(B)", symbols=EVENTS)).outcome == "wrong"


def test_it_is_forbidden_where_the_probability_is():
    formula = Formula("1 - P(A)", symbols=EVENTS, forbid=["P(not A)"])
    assert [grade(text, formula).outcome for text in ("1 - E[1[A]]", "E[1[not A]]")] == ["right", "restated"]
    assert grade("1[A]", Formula("P(A)", symbols=EVENTS)).outcome == "unread"


@pytest.mark.parametrize("half", ["(p+q)/2", r"\tfrac{p+q}{2}", r"\frac{1}{2}(p+q)", "p/2 + q/2"])
def test_a_divergence_from_a_mixture_is_read(half):
    answer = rf"1/2 KL(p||{half}) + 1/2 D_{{KL}}(q\,\|\,{half})"
    assert grade(answer, Formula(MIXED, symbols=WEIGHTS)).outcome == "right"
    assert grade(answer.replace("KL(p||", "KL(q||"), Formula(MIXED, symbols=WEIGHTS)).outcome == "wrong"


@pytest.mark.parametrize("second", ["1/k", "(p_i + q_i)/2", "m", "W"])
def test_what_is_no_mixture_is_refused(second):
    verdict = grade(f"KL(p||{second})", Formula(MIXED, symbols=WEIGHTS))
    assert verdict.outcome == "unread"
    assert "no distribution" in verdict.message
