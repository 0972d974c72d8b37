"""Seven thousand answers that examiners wrote without looking at the grader, each labelled by mathematics."""

import json
from pathlib import Path

import pytest

from .test_plan import PLAN, formula, patiently

EXAMINED = json.loads((Path(__file__).parent / "examined.json").read_text(encoding="utf-8"))
ENTRIES = {entry["id"]: entry for entry in PLAN}
BLOCK = 12


@pytest.mark.thorough
@pytest.mark.parametrize("start", range(0, len(EXAMINED), BLOCK), ids=lambda start: EXAMINED[start]["id"])
def test_answers_are_judged_as_labelled(start):
    missed = []
    for examined in EXAMINED[start : start + BLOCK]:
        reference = formula(ENTRIES[examined["id"]])
        for label in ("right", "wrong", "unread", "restated"):
            for text in examined.get(label, ()):
                verdict = patiently(text, reference)
                if verdict.outcome != label:
                    missed.append((examined["id"], text, label, verdict.outcome, verdict.message))
    assert not missed
