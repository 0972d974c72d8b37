"""Graders of formulas behind one interface, each in a process of its own: ``python graders.py NAME``.

A line of standard input is a case as JSON: ``reference``, ``answer``, ``symbols``, ``where``, ``forbid``,
``boundary``, and for the peers ``latex`` and ``plain``, both formulas in the spelling that a peer reads best.
A line of standard output is ``{"outcome", "ms"}``: right, wrong, unread or undecided, and milliseconds of
processor time, children included.
"""

from __future__ import annotations

import contextlib
import json
import re
import resource
import sys
from collections.abc import Callable
from typing import Any

Case = dict[str, Any]
Check = Callable[[Case], str]
ASSUMPTIONS = {
    "positive": {"positive": True},
    "unit": {"positive": True},
    "nonneg": {"nonnegative": True},
    "natural": {"integer": True, "positive": True},
    "integer": {"integer": True},
}


def mlquiz() -> Check:
    from mlquiz.grading import Formula, FormulaError, grade

    formulas: dict[str, Formula] = {}

    def check(case: Case) -> str:
        known = json.dumps([case[key] for key in ("reference", "symbols", "where", "forbid", "boundary")])
        formula = formulas.get(known)
        if formula is None:
            formula = formulas[known] = Formula(
                case["reference"], case["symbols"], case["where"], case["forbid"], case["boundary"]
            )
        with contextlib.suppress(FormulaError):
            return grade(case["answer"], formula).outcome
        return "unread"

    return check


def math_verify() -> Check:
    """Math-Verify with its own time limits; it can't be told what the symbols are."""
    from math_verify import parse, verify

    def check(case: Case) -> str:
        gold, typed = (parse(f"${text}$") for text in case["latex"])
        if not gold or not typed:
            return "unread"
        return "right" if verify(gold, typed) else "wrong"

    return check


def sympy() -> Check:
    """Parse and simplify with sympy, which is told the symbols' assumptions and functions."""
    import sympy
    from sympy.parsing.sympy_parser import (
        convert_xor,
        implicit_multiplication_application,
        parse_expr,
        standard_transformations,
    )

    rules = (*standard_transformations, convert_xor, implicit_multiplication_application)
    names: dict[str, Any] = {
        "e": sympy.E, "infty": sympy.oo, "abs": sympy.Abs, "max": sympy.Max, "min": sympy.Min,
        "binom": sympy.binomial, "C": sympy.binomial, "Gamma": sympy.gamma, "ceil": sympy.ceiling,
        "arcsin": sympy.asin, "arccos": sympy.acos, "arctan": sympy.atan, "arsinh": sympy.asinh,
        "arcosh": sympy.acosh, "artanh": sympy.atanh, "root": sympy.root,
        "log2": lambda x: sympy.log(x, 2), "log10": lambda x: sympy.log(x, 10),
        "Phi": lambda x: (1 + sympy.erf(x / sympy.sqrt(2))) / 2,
        "sigmoid": lambda x: 1 / (1 + sympy.exp(-x)),
        "sum": lambda body, *bounds: sympy.summation(body, bounds),
        "prod": lambda body, *bounds: sympy.product(body, bounds),
        "int": lambda body, *bounds: sympy.integrate(body, bounds),
    }  # fmt: skip

    def declared(symbols: dict[str, str]) -> dict[str, Any]:
        return names | {
            _python_name(name): sympy.Function(_python_name(name))
            if kind.startswith("function")
            else sympy.Symbol(_python_name(name), **ASSUMPTIONS.get(kind, {"real": True}))
            for name, kind in symbols.items()
        }

    def read(texts: list[str], symbols: dict[str, str]) -> Any:
        """Return the first of several spellings that sympy reads with no name of its own making."""
        local = declared(symbols)
        for text in texts:
            with contextlib.suppress(Exception):
                found = parse_expr(_python_name(text), local, rules)
                if all(symbol in local.values() for symbol in found.free_symbols):
                    return found
        raise ValueError(texts)

    def check(case: Case) -> str:
        try:
            gold, typed = (read(texts, case["symbols"]) for texts in case["plain"])
            if isinstance(gold, sympy.Expr) and isinstance(typed, sympy.Expr):
                return "right" if sympy.simplify(gold - typed) == 0 else "wrong"
            return "right" if sympy.simplify(gold) == sympy.simplify(typed) else "wrong"
        except Exception:  # noqa: BLE001 (whatever it trips over is unread)
            return "unread"

    return check


def _python_name(text: str) -> str:
    return re.sub(r"\blambda\b", "lamda", text)


GRADERS: dict[str, Callable[[], Check]] = {"mlquiz": mlquiz, "Math-Verify": math_verify, "sympy": sympy}
IMPORTS = {
    "mlquiz": "from mlquiz.grading import Formula, grade",
    "Math-Verify": "from math_verify import parse, verify",
    "sympy": "from sympy import simplify; from sympy.parsing.sympy_parser import parse_expr",
}


def spent() -> float:
    """Return the processor time of this process and of the children it waited for, in milliseconds."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return 1000 * sum(part.ru_utime + part.ru_stime for part in used)


def main() -> None:
    check = GRADERS[sys.argv[1]]()
    answers = sys.stdout
    sys.stdout = sys.stderr  # nothing that a library prints is taken for an answer
    for line in sys.stdin:
        start = spent()
        outcome = check(json.loads(line))
        answers.write(json.dumps({"outcome": outcome, "ms": spent() - start}) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
