"""Whatever is typed: an accepted outcome within a second, little memory, no crash; also in a batch."""

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


# Each case in turn, with the processor time that it took, children included; then the most memory used.
TIMED = """
import json, resource, sys
from mlquiz.grading import Formula, grade
WHO = resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN
spent = lambda: sum(part.ru_utime + part.ru_stime for part in map(resource.getrusage, WHO))
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
for case in json.load(sys.stdin):
    formula = Formula(case["reference"], symbols=case["symbols"])
    formula.check()
    start = spent()
    outcome = grade(case["answer"], formula).outcome
    print(json.dumps({"id": case["id"], "outcome": outcome, "seconds": spent() - start}), flush=True)
print(max(resource.getrusage(who).ru_maxrss for who in WHO))
"""
NESTED = [
    *(
        (template, "x")
        for template in (
            "sin({})", "exp({})", "e^({})", "log(1 + ({})^2)", "log_2({})", "sqrt({})", "abs({})", "sign({})",
            "f({})", "x^({})", "({})^2", "1/(1 + {})", "-({})", "max({}, x)", "clip({}, 0, 1)", "sigmoid({})",
            "softplus({})", "Gamma({})", "sin^2({})", "f'({})", "mean([{}, x])", "det([[{}, 1], [0, x]])",
            "1[{} > 0]", "where(x > 0, {}, 1)", "sum({}, i, 1, 2)", r"\frac{{1}}{{{}}}", r"\sqrt{{{}}}",
        )
    ),
    ("({})!", "n"), ("binom({}, 2)", "n"), ("E[{} + X]", "X"), ("E[{} | C]", "X"),
]  # fmt: skip
SYMBOLS = {"x": "real", "n": "natural", "f": "function", "X": "random", "C": "event"}


def timed(cases):
    done = subprocess.run(
        [sys.executable, "-c", TIMED],
        input=json.dumps(cases), capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    *lines, memory = done.stdout.splitlines() or [""]
    assert done.returncode == 0, f"killed after {lines[-1:]}, {memory}: {done.stderr[-300:]}"
    return [json.loads(line) for line in lines], int(memory) / 1024


@pytest.mark.thorough
def test_a_hostile_answer_takes_a_second_at_most():
    cases = [
        {"id": c["id"], "answer": typed(c), "reference": c["reference"], "symbols": c["symbols"]}
        for c in CASES
    ]
    found, memory = timed(cases)
    assert [entry for entry in found if entry["seconds"] > 1] == []
    assert memory < MEGABYTES


def nested(template, inside, depth):
    answer = inside
    for _ in range(depth):
        longer = template.format(answer)
        if len(longer) > 4000:
            break
        answer = longer
    return answer


@pytest.mark.thorough
@pytest.mark.parametrize("depth", [8, 20, 40, 100])
def test_nesting_takes_a_second_at_most(depth):
    cases = [
        {
            "id": template,
            "answer": nested(template, inside, depth),
            "reference": "x n + 1",
            "symbols": SYMBOLS,
        }
        for template, inside in NESTED
    ]
    found, memory = timed(cases)
    assert [entry for entry in found if entry["seconds"] > 1] == []
    assert memory < MEGABYTES
