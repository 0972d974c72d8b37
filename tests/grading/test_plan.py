"""Every formula of the plan is right against itself, and its samples are answered as they are labelled."""

import json
from pathlib import Path

import pytest

from mlquiz.grading import Formula, grade

PLAN = json.loads((Path(__file__).parent / "plan.json").read_text(encoding="utf-8"))
BLOCK = 12


def formula(entry):
    return Formula(
        entry["typed"],
        symbols=entry["symbols"],
        where=entry.get("where") or (),
        forbid=entry.get("forbid") or (),
        boundary=entry.get("boundary") or "exact",
    )


def patiently(text, reference):
    """Grade; a loaded machine may leave an answer undecided, which is no miss: ask again."""
    for _ in range(4):
        verdict = grade(text, reference)
        if verdict.outcome != "undecided":
            break
    return verdict


@pytest.mark.parametrize("start", range(0, len(PLAN), BLOCK), ids=lambda start: PLAN[start]["id"])
def test_samples_are_answered_as_labelled(start):
    missed = []
    for entry in PLAN[start : start + BLOCK]:
        reference = formula(entry)
        samples = [(entry["typed"], "right")]
        samples += [
            (text, label) for label in ("right", "wrong", "unread") for text in entry.get(label) or ()
        ]
        for text, label in samples:
            verdict = patiently(text, reference)
            if verdict.outcome != label:
                missed.append((entry["id"], text, label, verdict.outcome, verdict.message))
    assert not missed


def test_displayed_latex_is_right_where_it_uses_the_declared_names():
    readable = 0
    for entry in PLAN:
        verdict = patiently(entry["latex"], formula(entry))
        assert verdict.outcome in {"right", "unread"}, (entry["id"], verdict)
        readable += verdict.outcome == "right"
    assert readable >= len(PLAN) - 7  # seven displays use names that the card doesn't declare


@pytest.mark.thorough
def test_most_wrong_samples_get_a_hint():
    wrong = [grade(text, formula(entry)) for entry in PLAN for text in entry.get("wrong") or ()]
    hinted = [verdict for verdict in wrong if verdict.hint]
    assert len(hinted) >= 0.6 * len(wrong)
