"""The grader beside Math-Verify and sympy on the samples of the plan: run by hand.

``python benchmarks/grading.py [--peers]`` prints one row a grader: accuracy, false accepts and rejects,
unread, and the median, p99 and maximum of a check in milliseconds of processor time.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

from mlquiz.grading import Formula, grade

PLAN = Path(__file__).parent.parent / "tests" / "grading" / "plan.json"
Grader = Callable[[str, dict], str]


def ours() -> Grader:
    formulas: dict[str, Formula] = {}

    def check(answer: str, entry: dict) -> str:
        formula = formulas.get(entry["id"])
        if formula is None:
            formula = formulas[entry["id"]] = Formula(
                entry["typed"],
                entry["symbols"],
                entry.get("where") or (),
                entry.get("forbid") or (),
                entry.get("boundary") or "exact",
            )
        return grade(answer, formula).outcome

    return check


def math_verify() -> Grader:
    from math_verify import parse, verify

    def check(answer: str, entry: dict) -> str:
        gold, typed = parse(f"${entry['latex']}$"), parse(f"${answer}$")
        if not gold or not typed:
            return "unread"
        return "right" if verify(gold, typed) else "wrong"

    return check


def plain_sympy() -> Grader:
    import sympy
    from sympy.parsing.sympy_parser import (
        convert_xor,
        implicit_multiplication_application,
        parse_expr,
        standard_transformations,
    )

    rules = (*standard_transformations, implicit_multiplication_application, convert_xor)

    def check(answer: str, entry: dict) -> str:
        try:
            sides = [parse_expr(text, transformations=rules) for text in (entry["typed"], answer)]
            return "right" if sympy.simplify(sides[0] - sides[1]) == 0 else "wrong"
        except Exception:  # noqa: BLE001 (whatever it trips over is unread)
            return "unread"

    return check


def samples() -> list[tuple[dict, str, str]]:
    plan = json.loads(PLAN.read_text(encoding="utf-8"))
    return [
        (entry, text, label)
        for entry in plan
        for label in ("right", "wrong", "unread")
        for text in entry.get(label) or ()
    ]


def measure(check: Grader) -> dict[str, float]:
    times, counts = [], dict.fromkeys(("correct", "false accepts", "false rejects", "unread", "undecided"), 0)
    cases = samples()
    for entry, text, label in cases:
        start = time.process_time()
        outcome = check(text, entry)
        times.append((time.process_time() - start) * 1000)
        counts["correct"] += outcome == label
        counts["false accepts"] += outcome == "right" and label != "right"
        counts["false rejects"] += outcome == "wrong" and label == "right"
        counts["unread"] += outcome == "unread" and label != "unread"
        counts["undecided"] += outcome == "undecided"
    times.sort()
    row = {"accuracy %": round(100 * counts.pop("correct") / len(cases), 1), **counts}
    return row | {
        "median ms": round(times[len(times) // 2], 1),
        "p99 ms": round(times[int(len(times) * 0.99)], 1),
        "max ms": round(times[-1], 1),
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--peers", action="store_true", help="measure Math-Verify and sympy too")
    graders = {"mlquiz": ours}
    if options.parse_args().peers:
        graders |= {"Math-Verify": math_verify, "sympy": plain_sympy}
    for name, make in graders.items():
        print(f"{name:12s}", measure(make()))


if __name__ == "__main__":
    main()
