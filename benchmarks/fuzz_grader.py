"""Grade mutated answers until the time is up: ``python benchmarks/fuzz_grader.py --seconds 60 --seed 1``.

Samples of the plan's cards are mutated, from one changed sign to noise. A finding is printed as it is met:
any exception, a check of more than a second of processor time, more than 300 MB, a verdict that changes
on repetition, a reading that reads back otherwise (the plain text as another text, either as an answer with
another outcome), and a right verdict that numbers of 200 digits on other draws contradict. The first finding
of a kind at a card is printed, the others are counted; counts are printed every ten seconds; the exit code is
1 if anything was found.
"""

from __future__ import annotations

import argparse
import importlib
import json
import random
import resource
import signal
import sys
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlquiz.grading import Formula, Verdict, grade
from mlquiz.grading.deciding.decide import Comparison

if TYPE_CHECKING:
    from collections.abc import Iterator

PLAN = Path(__file__).parent.parent / "tests" / "grading" / "plan.json"
SIGNS = [
    *"()[]{}|^_*/+-=<>!,;:. '\"\\$&%#@~`?0123456789abcdexyz", *"σμΣ∑∏√∂∇≤≥≠⊙·×÷ᵀ⁻¹₁ᵢ∞∈∩", "\n", "\t",
    " E", " P", " N", " I", "KL", "^2", "1/", "-", " + 1", "^T", "_i",
]  # fmt: skip
SLOW, HANG, MEGABYTES = 1.0, 5, 300
DIGITS, DRAWS = 200, range(64, 84)
EVERY = 10.0
Entry = dict[str, Any]


class HangError(BaseException):
    """A check went on for too long; no ``except Exception`` on the way keeps it."""


def without_net() -> None:
    """Let a fault of the grader's own be raised instead of an undecided verdict."""

    def fault(error: Exception) -> Verdict:
        raise error

    vars(importlib.import_module("mlquiz.grading.grade"))["unforeseen"] = fault


def mutated(text: str, others: list[str], rng: random.Random) -> str:
    """Return a text with one to six edits, mostly one or two."""
    signs = list(text)
    for _ in range(min(rng.randint(1, 6), rng.randint(1, 6))):
        at = rng.randrange(len(signs) + 1)
        match rng.choices(("drop", "insert", "replace", "repeat", "borrow", "swap"), (4, 4, 4, 1, 2, 2))[0]:
            case "drop":
                del signs[at : at + rng.choice((1, 1, 1, 2, 4))]
            case "insert":
                signs.insert(at, rng.choice(SIGNS))
            case "replace":
                signs[at : at + 1] = rng.choice(SIGNS)
            case "repeat":
                signs[at:at] = signs[at : at + rng.randint(1, 8)]
            case "borrow":
                other = rng.choice(others)
                start = rng.randrange(len(other) + 1)
                signs[at:at] = other[start : start + rng.randint(1, 12)]
            case "swap":
                signs[at : at + 2] = signs[at : at + 2][::-1]
    return "".join(signs) or "x"


def spent() -> float:
    """Return the processor time of this process and of the children it waited for, in seconds."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(part.ru_utime + part.ru_stime for part in used)


@contextmanager
def alarm() -> Iterator[None]:
    """Raise HangError after some seconds of processor time."""

    def stop(*_: object) -> None:
        raise HangError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, HANG)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


class Fuzzer:
    """The plan's formulas, what was counted, and what was found."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.entries: list[Entry] = json.loads(PLAN.read_text(encoding="utf-8"))
        self.texts = [text for entry in self.entries for text in samples(entry)]
        self.formulas: dict[str, Formula] = {}
        self.counts: Counter[str] = Counter()
        self.found: set[tuple[str, str]] = set()

    def step(self) -> None:
        """Grade one mutated answer and check all that must hold."""
        entry = self.rng.choice(self.entries)
        text = mutated(self.rng.choice(samples(entry)), self.texts, self.rng)
        self.counts["inputs"] += 1
        try:
            with alarm():
                self.check(entry, text, self.formulas.setdefault(entry["id"], made(entry)))
        except HangError:
            self.find("hang", entry, text, f"more than {HANG} s")
        except Exception as error:  # noqa: BLE001 (that is what is looked for)
            self.find(type(error).__name__, entry, text, str(error))

    def check(self, entry: Entry, text: str, formula: Formula) -> None:
        """Grade, and follow what was read."""
        start = spent()
        verdict = grade(text, formula)
        took = spent() - start
        self.counts[verdict.outcome] += 1
        if took > SLOW:
            self.find("slow", entry, text, f"{took:.2f} s, {verdict.outcome}")
        if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > MEGABYTES * 1024:
            self.find("memory", entry, text, f"more than {MEGABYTES} MB")
        if not verdict.reading or verdict.outcome == "unread":
            return
        self.counts["read"] += 1
        self.same_again("unsteady", entry, text, text, verdict, formula)
        plain = self.same_again("the reading", entry, text, verdict.reading, verdict, formula)
        if plain is not None and plain.reading not in {verdict.reading, ""}:
            self.find("the reading reads otherwise", entry, text, f"{verdict.reading} | {plain.reading}")
        self.same_again("the LaTeX", entry, text, verdict.latex, verdict, formula)
        if verdict.outcome == "right" and verdict.how != "same tree" and contradicted(formula, text):
            self.find("false accept", entry, text, verdict.reading)

    def same_again(
        self, kind: str, entry: Entry, text: str, printed: str, verdict: Verdict, formula: Formula
    ) -> Verdict | None:
        """Grade a printed form of an answer: its outcome must be the answer's own."""
        again = grade(printed, formula)
        if "undecided" in {again.outcome, verdict.outcome}:
            return None
        if again.outcome != verdict.outcome:
            why = f"{verdict.outcome}, then {again.outcome} {again.message or ''}: {printed}"
            self.find(f"{kind} is another answer", entry, text, why)
            return None
        return again

    def find(self, kind: str, entry: Entry, text: str, why: str) -> None:
        """Count a finding, and print the first of its kind at a card."""
        self.counts["findings"] += 1
        if (kind, entry["id"]) not in self.found:
            self.found.add((kind, entry["id"]))
            print(f"FOUND {kind}: {entry['id']} {text!r} for {entry['typed']!r}: {why}"[:1000], flush=True)


def samples(entry: Entry) -> list[str]:
    return [entry["typed"], entry["latex"], *(entry.get("right") or ()), *(entry.get("wrong") or ())]


def made(entry: Entry) -> Formula:
    return Formula(
        entry["typed"],
        entry["symbols"],
        entry.get("where") or (),
        entry.get("forbid") or (),
        entry.get("boundary") or "exact",
    )


def contradicted(formula: Formula, text: str) -> bool:
    """Tell whether many digits on draws that the verdict didn't use show a difference.

    Integrals are left out: 200 digits of them take too long.
    """
    reader = formula.reader()
    node = reader.read_answer(text).node
    if any(part.op == "int" for side in (node, reader.reference) for part in side.walk()):
        return False
    comparison = Comparison(reader.reference, node, reader.meanings(), exact_boundary=True)
    comparison.digits = DIGITS
    draws = (reader.meanings().draw(number, special=False) for number in DRAWS)
    return any(draw is not None and comparison.settler.settle(draw) == "differ" for draw in draws)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    without_net()
    fuzzer, end, told = Fuzzer(given.seed), time.monotonic() + given.seconds, time.monotonic()
    while time.monotonic() < end:
        fuzzer.step()
        if time.monotonic() > told + EVERY:
            told = time.monotonic()
            print(dict(fuzzer.counts), flush=True)
    print("seed", given.seed, dict(fuzzer.counts))
    return int(bool(fuzzer.found))


if __name__ == "__main__":
    sys.exit(main())
