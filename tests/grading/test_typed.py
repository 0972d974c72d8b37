"""Answers as candidates type them, beyond the samples of the plan: as they are labelled."""

import json
from pathlib import Path

import pytest

from .test_plan import PLAN, formula, patiently

TYPED = json.loads((Path(__file__).parent / "typed.json").read_text(encoding="utf-8"))
ENTRIES = {entry["id"]: entry for entry in PLAN}
BLOCK = 24


@pytest.mark.parametrize("start", range(0, len(TYPED), BLOCK), ids=lambda start: TYPED[start]["id"])
def test_samples_are_answered_as_labelled(start):
    missed = []
    for typed in TYPED[start : start + BLOCK]:
        reference = formula(ENTRIES[typed["id"]])
        for label in ("right", "wrong", "unread", "restated"):
            for text in typed.get(label) or ():
                verdict = patiently(text, reference)
                if verdict.outcome != label:
                    missed.append((typed["id"], text, label, verdict.outcome, verdict.message))
    assert not missed
