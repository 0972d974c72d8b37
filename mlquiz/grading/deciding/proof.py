"""Sympy in a child process that is killed in time: what numbers can't decide, and an auditor of decks.

The child is ``python -m mlquiz.grading.deciding.proof``: for each line, two trees of numbers as JSON, it
writes a line with true, false or null.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import suppress
from fractions import Fraction
from queue import Empty, Queue
from threading import Thread
from typing import TYPE_CHECKING, Any

from mlquiz.grading.syntax.kinds import Number, Opaque

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

    from mlquiz.grading.syntax.kinds import Declarations
    from mlquiz.grading.syntax.tree import Node

CHECK_SECONDS = 0.7
AUDIT_SECONDS = 5.0
SHORTEST_ASK = 0.15  # s: less is not worth starting a child
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
    question = _question(left, right, declarations)
    rest = started + seconds - time.monotonic()
    if question is None or rest < SHORTEST_ASK:
        return None
    with Prover() as prover:
        return prover.answer(question, rest)


class Prover:
    """A child that imports sympy once and answers question after question; late ones get a new child.

    For many proofs, such as the audit of a deck: ``with Prover() as prover: prover.equal(...)``.
    """

    def __init__(self) -> None:
        self._child: subprocess.Popen[str] | None = None
        self._replies: Queue[str] = Queue()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def equal(
        self, left: Node, right: Node, declarations: Declarations, seconds: float = AUDIT_SECONDS
    ) -> bool | None:
        """Return whether two formulas are equal; None as `prove_equal` does."""
        question = _question(left, right, declarations)
        return None if question is None else self.answer(question, seconds)

    def answer(self, question: str, seconds: float) -> bool | None:
        """Put one question; after ``seconds`` the child is killed and the answer is None."""
        child = self._child or self._start()
        assert child.stdin is not None
        try:
            child.stdin.write(question + "\n")
            child.stdin.flush()
            reply = json.loads(self._replies.get(timeout=seconds))
        except (Empty, ValueError, OSError):
            self._end()
            return None
        return reply if isinstance(reply, bool) else None

    def _start(self) -> subprocess.Popen[str]:
        pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
        command = [sys.executable, "-m", __name__]
        child = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=nowhere, text=True)  # noqa: S603 (ours)
        self._child, self._replies = child, Queue()
        Thread(target=_forward, args=(child.stdout, self._replies), daemon=True).start()
        return child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                with suppress(OSError):  # what was not written any more
                    if pipe is not None:
                        pipe.close()


def _forward(lines: Iterable[str], replies: Queue[str]) -> None:
    with suppress(ValueError):  # the pipe was closed
        for line in lines:
            replies.put(line)
    replies.put("")  # the child has ended, and answers no more


def _question(left: Node, right: Node, declarations: Declarations) -> str | None:
    """Return both sides and the kinds of their names as a line of JSON; None if sympy has no part in them."""
    sides = [to_json(left), to_json(right)]
    if None in sides:
        return None
    names = {str(n.value) for side in (left, right) for n in side.walk() if n.op == "name"}
    return json.dumps(
        {"sides": sides, "kinds": {name: _domain(declarations, name) for name in sorted(names)}}
    )


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
    for line in sys.stdin:
        try:
            reply = _answer(json.loads(line))
        except Exception:  # noqa: BLE001 (whatever sympy trips over, the answer is: don't know)
            reply = None
        sys.stdout.write(json.dumps(reply) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _main()
