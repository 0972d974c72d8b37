"""A verdict doesn't depend on threads or on the clock: a hurried machine may leave it undecided, no more."""

import itertools
import json
import random
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from mlquiz.grading import Formula, grade
from mlquiz.grading.deciding import proof

from .test_plan import formula

PLAN = json.loads((Path(__file__).parent / "plan.json").read_text(encoding="utf-8"))
THREADS = 8
SYMBOLS = {
    "x": "real",
    "a": "positive",
    "n": "natural",
    "x_i": "sequence(n)",
    "A": "spd(d)",
    "v": "vector(d)",
}


def mixed_answers():
    """Return 200 answers: right, wrong, unread and restated, of numbers and arrays."""
    right = ["v^T A v + a", "a + tr(A v v^T)", "a + sum_i 0 x_i + v·(A v)", "{k} a - {m} a + v^T A v"]
    wrong = ["v^T A^-1 v + {k} a", "{k} v^T A v + {k} a", "v^T v + {k}", "a + {k}", "x_{k} + v^T A v", "A v"]
    unread = ["v^T A v + {k} (a", "v v + {k}", "q_{k}", "v^T A v + a + + * {k}"]
    texts = itertools.cycle([*right, *wrong, *unread])
    return [next(texts).replace("{k}", str(k)).replace("{m}", str(k - 1)) for k in range(2, 202)]


def shown(verdict):
    return verdict.outcome, verdict.reading, verdict.message, verdict.hint, verdict.how, verdict.column


def test_a_formula_shared_by_threads_gives_the_verdicts_of_one():
    answers = mixed_answers()
    lone, shared = (Formula("v^T A v + a", symbols=SYMBOLS) for _ in range(2))
    alone = [shown(grade(answer, lone)) for answer in answers]
    together = Barrier(THREADS)

    def work(share):
        together.wait(timeout=60)  # so that all of them read the reference at once
        return [(number, shown(grade(answers[number], shared))) for number in share]

    order = random.Random(8).sample(range(len(answers)), len(answers))
    with ThreadPoolExecutor(THREADS) as pool:
        shares = pool.map(work, [order[start::THREADS] for start in range(THREADS)])
        found = dict(itertools.chain.from_iterable(shares))
    for number, answer in enumerate(answers):
        late = "undecided" in {found[number][0], alone[number][0]}
        assert late or found[number] == alone[number], answer
    assert {verdict[0] for verdict in found.values()} >= {"right", "wrong", "unread"}


@pytest.mark.parametrize("step", [0.003, 0.02, 0.1], ids=lambda step: f"{step} s a look")
def test_a_clock_that_runs_fast_leaves_verdicts_undecided_at_most(step, monkeypatch):
    samples = [
        (entry, text, label)
        for entry in PLAN
        for label in ("right", "wrong")
        for text in entry.get(label) or ()
    ][::24]
    ticks = itertools.count()
    monkeypatch.setattr(proof, "prove_equal", lambda *_: None)
    outcomes = []
    for entry, text, label in samples:
        reference = formula(entry)
        reference.check()
        with monkeypatch.context() as clock:
            for name in ("monotonic", "thread_time", "process_time"):
                clock.setattr(time, name, lambda: step * next(ticks))
            got = grade(text, reference).outcome
        outcomes.append((got, label, entry["id"], text))
    assert [found for found in outcomes if found[0] not in {found[1], "undecided"}] == []
    if step > 0.05:
        assert any(found[0] == "undecided" for found in outcomes)
