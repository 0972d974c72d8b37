"""Sympy in a child process that is killed in time: what numbers can't decide, and an auditor of decks.

The child is ``python -m mlquiz.grading.proof``: it reads two trees of numbers as JSON and writes true,
false or null.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from mlquiz.grading.kinds import Number, Opaque

if TYPE_CHECKING:
    from mlquiz.grading.kinds import Declarations
    from mlquiz.grading.tree import Node

CHECK_SECONDS = 0.7
_PLAIN = {"add", "neg", "mul", "div", "pow", "num", "const", "name"}
_CALLS = {
    "exp": "exp", "log": "log", "sqrt": "sqrt", "sin": "sin", "cos": "cos", "tan": "tan", "sinh": "sinh",
    "cosh": "cosh", "tanh": "tanh", "abs": "Abs", "erf": "erf", "Gamma": "gamma", "factorial": "factorial",
    "binom": "binomial", "max": "Max", "min": "Min", "sign": "sign", "floor": "floor", "ceil": "ceiling",
    "arcsin": "asin", "arccos": "acos", "arctan": "atan",
}  # fmt: skip


def prove_equal(
    left: Node, right: Node, declarations: Declarations, started: float, seconds: float = CHECK_SECONDS
) -> bool | None:
    """Ask sympy whether two formulas of numbers are equal.

    Parameters
    ----------
    left, right
        The formulas.
    declarations
        What their names are: sympy is told which are positive, real or whole.
    started
        When the check began, by ``time.monotonic``.
    seconds
        How long after that the child is killed.

    Returns
    -------
    bool or None
        None if the formulas are of another kind, or time ran out, or sympy doesn't know.
    """
    question = [to_json(left), to_json(right)]
    rest = started + seconds - time.monotonic()
    if None in question or rest < 0.15:
        return None
    names = {str(n.value) for side in (left, right) for n in side.walk() if n.op == "name"}
    kinds = {name: _domain(declarations, name) for name in names}
    command = [sys.executable, "-m", "mlquiz.grading.proof"]
    pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=nowhere, text=True) as child:  # noqa: S603 (our own module)
        try:
            reply, _ = child.communicate(json.dumps({"sides": question, "kinds": kinds}), timeout=rest)
            answer = json.loads(reply or "null")
        except (subprocess.TimeoutExpired, ValueError, OSError):
            answer = None
        finally:
            child.kill()
    return answer if isinstance(answer, bool) else None


def audit(left: Node, right: Node, declarations: Declarations, seconds: float = 10.0) -> bool | None:
    """Return what sympy says of two formulas when it has time: for ``deck check --audit``."""
    return prove_equal(left, right, declarations, time.monotonic(), seconds)


def _domain(declarations: Declarations, name: str) -> str:
    kind = declarations.kinds.get(name)
    if isinstance(kind, Opaque):
        return "real"
    return kind.domain if isinstance(kind, Number) else "real"


def to_json(node: Node) -> Any:
    """Return a tree of numbers as nested lists, or None if sympy has no part in it."""
    if node.op == "num":
        value = node.value
        assert isinstance(value, Fraction)
        return ["num", str(value)]
    if node.op in {"const", "name"}:
        return [node.op, str(node.value)]
    if node.op in {"sum", "prod"} and node.value[1] == "range" and not node.value[3]:
        parts = [to_json(arg) for arg in node.args]
        return None if None in parts else [node.op, node.value[0], *parts]
    if node.op in _PLAIN or (node.op == "call" and node.value in _CALLS):
        parts = [to_json(arg) for arg in node.args]
        return None if None in parts else [_CALLS[str(node.value)] if node.op == "call" else node.op, *parts]
    return None


# --- in the child ---------------------------------------------------------------------------------


def _answer(question: dict[str, Any]) -> bool | None:
    import sympy

    symbols = {
        name: sympy.Symbol(f"v{i}", **_assumptions(kind))
        for i, (name, kind) in enumerate(question["kinds"].items())
    }
    left, right = (_build(sympy, side, dict(symbols)) for side in question["sides"])
    difference = sympy.simplify(left - right)
    if difference == 0:
        return True
    if difference.is_number and difference.is_zero is False:
        return False
    return False if not difference.free_symbols and difference.is_nonzero else _polynomial(sympy, difference)


def _polynomial(sympy: Any, difference: Any) -> bool | None:
    """Tell a rational function with a numerator that isn't 0 from 0."""
    top, _ = sympy.fraction(sympy.together(difference))
    try:
        return bool(sympy.Poly(top, *sorted(top.free_symbols, key=str)).is_zero)
    except sympy.PolynomialError:
        return None


def _assumptions(kind: str) -> dict[str, bool]:
    if kind in {"natural", "index"}:
        return {"integer": True, "positive": True}
    if kind == "integer":
        return {"integer": True}
    return (
        {"positive": True}
        if kind in {"positive", "unit"}
        else {"nonnegative": True}
        if kind == "nonneg"
        else {"real": True}
    )


def _build(sympy: Any, tree: list[Any], symbols: dict[str, Any]) -> Any:
    op, *rest = tree
    if op == "num":
        value = Fraction(rest[0])
        return sympy.Rational(value.numerator, value.denominator)
    if op == "const":
        return {"pi": sympy.pi, "e": sympy.E, "infty": sympy.oo}[rest[0]]
    if op == "name":
        return symbols[rest[0]]
    if op in {"sum", "prod"}:
        name, body, low, high = rest
        bounds = [_build(sympy, part, symbols) for part in (low, high)]
        index = sympy.Symbol(f"i{len(symbols)}", integer=True)
        inside = _build(sympy, body, {**symbols, name: index})
        return (sympy.summation if op == "sum" else sympy.product)(inside, (index, *bounds))
    parts = [_build(sympy, part, symbols) for part in rest]
    match op:
        case "add":
            return sympy.Add(*parts)
        case "mul":
            return sympy.Mul(*parts)
        case "neg":
            return -parts[0]
        case "div":
            return parts[0] / parts[1]
        case "pow":
            return parts[0] ** parts[1]
    return getattr(sympy, op)(*parts)


def _main() -> None:
    try:
        reply = _answer(json.loads(sys.stdin.read()))
    except Exception:  # noqa: BLE001 (whatever sympy trips over, the answer is: don't know)
        reply = None
    sys.stdout.write(json.dumps(reply))


if __name__ == "__main__":
    _main()
