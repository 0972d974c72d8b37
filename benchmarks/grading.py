"""The grader beside Math-Verify and sympy: run by hand.

``python benchmarks/grading.py [--peers] [--every N]`` prints one row a grader and set of cases. ``external``
are the pairs of formulas after other projects' test suites (``tests/grading/external.json``) on which their
conventions and ours agree; ``scalar`` are the samples of the plan whose symbols are numbers and functions;
``plan`` is all of them.

Every check runs in a child process of the grader's; one that takes more than 5 s by the clock is killed and
counts as unread with 5,000 ms. Math-Verify is handed LaTeX on both sides (as it was typed, or written by our
own reader), sympy plain text, so that neither is graded on spelling; sympy is told what the symbols are.
"""

from __future__ import annotations

import argparse
import json
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, Any

from graders import IMPORTS, Case

from mlquiz.grading import FormulaError, to_latex
from mlquiz.grading.reading.parser import Parser
from mlquiz.grading.syntax.kinds import declare
from mlquiz.grading.syntax.printing import linear_text

TESTS = Path(__file__).parent.parent / "tests" / "grading"
SECONDS = 5.0
SCALARS = {"real", "positive", "nonneg", "unit", "integer", "natural", "function"}
MULTIVARIATE = {f"function({', '.join(['real'] * count)})" for count in range(1, 5)}


class Child:
    """A grader in a process of its own, begun anew when a check takes too long."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.process: subprocess.Popen[str] | None = None

    def check(self, case: Case) -> tuple[str, float]:
        """Return the outcome of a case, and milliseconds."""
        process = self.process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(case) + "\n")
        process.stdin.flush()
        line = self._line(process.stdout)
        if not line:
            process.kill()
            process.wait()
            self.process = None
            return "unread", 1000 * SECONDS
        reply = json.loads(line)
        return reply["outcome"], reply["ms"]

    def close(self) -> None:
        """End the child."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    @staticmethod
    def _line(stream: IO[str]) -> str:
        return stream.readline() if select.select([stream], [], [], SECONDS)[0] else ""

    def _start(self) -> subprocess.Popen[str]:
        command = [sys.executable, str(Path(__file__).parent / "graders.py"), self.name]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True
        )
        self.process_started(self.process)
        return self.process

    @staticmethod
    def process_started(process: subprocess.Popen[str]) -> None:
        """Let the imports happen before the first check is timed."""
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(case_of("x", "x", {"x": "real"})) + "\n")
        process.stdin.flush()
        process.stdout.readline()


def case_of(reference: str, answer: str, symbols: dict[str, str], **rest: Any) -> Case:
    texts = (reference, answer)
    return {
        "reference": reference,
        "answer": answer,
        "symbols": symbols,
        "where": rest.get("where") or (),
        "forbid": rest.get("forbid") or (),
        "boundary": rest.get("boundary") or "exact",
        "latex": [latex_of(text, symbols) for text in texts],
        "plain": [plain_of(text, symbols) for text in texts],
    }


def latex_of(text: str, symbols: dict[str, str]) -> str:
    if "\\" in text:
        return text
    try:
        return to_latex(text, symbols).replace(r"\log\left", r"\ln\left")
    except FormulaError:
        return text


def plain_of(text: str, symbols: dict[str, str]) -> list[str]:
    try:
        reading = linear_text(Parser(text, declare(symbols)).formula())
    except FormulaError:
        return [text]
    return [reading] if "\\" in text else [text, reading]


def external() -> list[tuple[Case, str]]:
    suites = json.loads((TESTS / "external.json").read_text(encoding="utf-8"))
    return [(case_of(**case), case["expected"]) for s in suites for case in s["cases"] if "note" not in case]


def plan(*, scalar: bool) -> list[tuple[Case, str]]:
    entries = json.loads((TESTS / "plan.json").read_text(encoding="utf-8"))
    if scalar:
        entries = [entry for entry in entries if set(entry["symbols"].values()) <= SCALARS | MULTIVARIATE]
    return [
        (case_of(entry["typed"], text, **{k: v for k, v in entry.items() if k != "typed"}), label)
        for entry in entries
        for label in ("right", "wrong", "unread")
        for text in entry.get(label) or ()
    ]


def measure(name: str, cases: list[tuple[Case, str]]) -> dict[str, float]:
    child, times, pairs = Child(name), [], []
    for case, expected in cases:
        outcome, ms = child.check(case)
        times.append(ms)
        pairs.append((outcome, expected))
    child.close()
    times.sort()
    return {
        "checks": len(pairs),
        "accuracy %": round(100 * sum(got == expected for got, expected in pairs) / len(pairs), 1),
        "false accepts": sum(got == "right" != expected for got, expected in pairs),
        "of": sum(expected != "right" for _, expected in pairs),
        "false rejects": sum(got == "wrong" and expected == "right" for got, expected in pairs),
        "of ": sum(expected == "right" for _, expected in pairs),
        "unread": sum(got == "unread" != expected for got, expected in pairs),
        "undecided": sum(got == "undecided" for got, _ in pairs),
        "median ms": round(times[len(times) // 2], 1),
        "p99 ms": round(times[int(len(times) * 0.99)], 1),
        "max ms": round(times[-1], 1),
    }


def import_ms(names: list[str]) -> dict[str, float]:
    """Return the least of seven imports of each, in turn, each in a new process."""
    code = "import time; t = time.perf_counter(); {}; print(1000 * (time.perf_counter() - t))"
    least = dict.fromkeys(names, float("inf"))
    for name in names * 7:
        command = [sys.executable, "-c", code.format(IMPORTS[name])]
        run = subprocess.run(command, capture_output=True, check=True)
        least[name] = min(least[name], round(float(run.stdout), 1))
    return least


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--peers", action="store_true", help="measure Math-Verify and sympy too")
    options.add_argument("--every", type=int, default=1, metavar="N", help="only every Nth case")
    given = options.parse_args()
    sets = {"external": external(), "scalar": plan(scalar=True)}
    for name, ms in import_ms(list(IMPORTS) if given.peers else ["mlquiz"]).items():
        print(f"{name}: import {ms} ms")
        for title, cases in (sets | ({"plan": plan(scalar=False)} if name == "mlquiz" else {})).items():
            start = time.monotonic()
            row = measure(name, cases[:: given.every])
            print(f"  {title:9s}", row, f"({time.monotonic() - start:.0f} s)", flush=True)


if __name__ == "__main__":
    main()
