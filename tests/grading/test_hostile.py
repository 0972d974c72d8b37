"""Whatever is typed: an accepted outcome, little memory, no crash; in process and in a batch."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from mlquiz.grading import Formula, grade

CASES = json.loads((Path(__file__).parent / "hostile.json").read_text(encoding="utf-8"))
MEGABYTES = 300


def typed(case):
    return (
        "".join(part * count for part, count in case["answer_parts"])
        if "answer_parts" in case
        else case["answer"]
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_hostile_answer(case):
    verdict = grade(typed(case), Formula(case["reference"], symbols=case["symbols"]))
    assert verdict.outcome in case["accept"], verdict
    assert not any(ord(char) < 32 for char in (verdict.message or "") + verdict.reading)


# a process of its own, since what children used at most is kept for all of a process
MEASURED = """
import resource, subprocess, sys
resource.setrlimit(resource.RLIMIT_AS, (1200 * 2**20, 1200 * 2**20))
subprocess.run([sys.executable, "-m", "mlquiz.cli.grade", "--batch", "-"], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
"""


def test_hostile_batch_stays_small_and_answers_each_line():
    lines = [
        json.dumps({"id": c["id"], "answer": typed(c), "reference": c["reference"], "symbols": c["symbols"]})
        for c in CASES
    ]

    done = subprocess.run(
        [sys.executable, "-c", MEASURED],
        input="\n".join(lines), capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [a["id"] for a in answers] == [c["id"] for c in CASES]
    for answer, case in zip(answers, CASES, strict=True):
        assert answer["outcome"] in case["accept"], answer
    assert int(done.stderr) / 1024 < MEGABYTES
