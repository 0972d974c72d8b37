"""Answers in other spellings than the plan's own samples are answered as they are labelled."""

import json
from pathlib import Path

import pytest

from mlquiz.grading import Formula, grade

from .test_plan import formula, patiently

FRESH = json.loads((Path(__file__).parent / "fresh.json").read_text(encoding="utf-8"))
LABELS = ("right", "wrong", "unread", "restated")


@pytest.mark.parametrize("entry", FRESH, ids=lambda entry: entry["id"])
def test_samples_are_answered_as_labelled(entry):
    reference = formula(entry)
    for label in LABELS:
        for text in entry.get(label) or ():
            verdict = patiently(text, reference)
            assert verdict.outcome == label, (text, verdict)


def test_superscript_labels_are_part_of_the_name():
    reference = Formula(
        "mu_star - mu_a", symbols={"mu_star": "real", "mu_a": "sequence(3)", "a": "index(3)", "W_i^Q": "real"}
    )
    for text in (r"\mu^*-\mu_a", r"\mu^{*} - \mu_a", "mu* - mu_a", "W_i^Q + mu_star - mu_a - W_{i}^{Q}"):
        assert grade(text, reference).outcome == "right", text


def test_an_unknown_raised_letter_is_no_plain_letter():
    assert grade("2ᵠ", Formula("2 x", symbols={"x": "real"})).outcome == "unread"


def test_an_unknown_name_lists_a_sequence_as_it_was_declared():
    verdict = grade("q", Formula("mu_j", symbols={"mu_j": "sequence(k)", "j": "index(k)", "k": "natural"}))
    assert "mu_j" in verdict.message
    assert "[]" not in verdict.message
