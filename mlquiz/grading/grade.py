"""Is a typed formula right? The public face of the grader: Formula, grade and Verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mlquiz.grading.reader import Reader, literal_digits
from mlquiz.grading.syntax.tree import ForbiddenError, FormulaError, canonical

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlquiz.grading.deciding.decide import Decision
    from mlquiz.grading.reader import Readings
    from mlquiz.grading.syntax.tree import Node

MESSAGES = {
    "boundary": "It differs on the boundary only: look at < against <=, and at what happens at equality.",
    "domain: answer undefined": "It has no value for some values of the symbols where the answer that was asked for has one.",  # noqa: E501
    "domain: reference undefined": "It has a value where the answer that was asked for has none.",
    "nowhere defined": "It has no value for any values of the symbols.",
    "too big": "That is too large to be computed: too many terms, or too large a power.",
    "not geometric": "A sum to infinity is read only where its terms fall fast, as in a power series.",
}
UNDECIDED = "I couldn't decide this one."
_FAULTS = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)
"""What grading may raise by a fault of its own. None is known to be; this is the net under it."""


class Verdict(NamedTuple):
    """What became of an answer.

    ``outcome`` is right, wrong, unread, restated or undecided; ``reading`` and ``latex`` are the answer as it
    was read; ``message`` says why it couldn't be read (at ``column``, from 1) or what differs; ``hint``
    names a near miss; ``how`` is how it was decided: same tree, numbers or sympy.
    """

    outcome: str
    reading: str = ""
    latex: str = ""
    message: str | None = None
    hint: str | None = None
    how: str | None = None
    column: int | None = None
    notices: tuple[str, ...] = ()


class Formula:
    """A reference formula with its declared symbols.

    Parameters
    ----------
    reference
        The formula, in the answer language.
    symbols
        What each name is: ``{"x_i": "sequence(n)", "h": "positive"}``.
    where
        Conditions on the symbols.
    forbid
        Expressions and bare names that an answer may not contain.
    boundary
        "exact", or "any" where values on a boundary don't matter.

    Raises
    ------
    FormulaError
        From ``check`` and ``grade``, if the reference or a declaration cannot be read.
    """

    __slots__ = ("_readers", "boundary", "forbid", "reference", "symbols", "where")

    def __init__(
        self,
        reference: str,
        symbols: Mapping[str, str] | None = None,
        where: Sequence[str] = (),
        forbid: Sequence[str] = (),
        boundary: str = "exact",
    ) -> None:
        self.reference, self.symbols, self.where = reference, symbols or {}, where
        self.forbid, self.boundary = forbid, boundary
        self._readers: list[Reader] = []

    def reader(self) -> Reader:
        """Return what reads answers to this formula, made once."""
        if not self._readers:
            self._readers.append(Reader(self.reference, self.symbols, self.where, self.forbid))
        return self._readers[0]

    def check(self) -> None:
        """Read the reference, the symbols, the conditions and the forbidden parts.

        Raises
        ------
        FormulaError
            At the first that cannot be read.
        """
        self.reader()


def grade(answer: str, formula: Formula) -> Verdict:
    """Grade a typed answer.

    Parameters
    ----------
    answer
        What was typed.
    formula
        The reference.

    Returns
    -------
    Verdict
        Never an exception, whatever was typed.

    Raises
    ------
    FormulaError
        If the reference itself cannot be read.
    """
    reader = formula.reader()
    try:
        readings = reader.read_answer(answer)
        return _grade_readings(readings, formula, readings.entry or reader)
    except FormulaError as error:
        return Verdict("unread", message=error.message, column=error.column)
    except ForbiddenError as error:
        return Verdict("restated", message=f"The answer is asked for without {error.name}.")
    except RecursionError:
        return Verdict("unread", message="That is nested too deeply to be read.", column=1)
    except _FAULTS as error:
        return unforeseen(error)


def unforeseen(error: Exception) -> Verdict:
    """Return what is said where grading failed by a fault of its own; a test may raise the error instead."""
    del error
    return Verdict("undecided", message=UNDECIDED)


def _grade_readings(readings: Readings, formula: Formula, reader: Reader) -> Verdict:
    """Grade the first reading, and others where they matter."""
    first = _grade_tree(readings.node, formula, reader, readings.notices)
    if readings.named and first.outcome == "right":
        message = f"The answer is asked for without {readings.named}."
        return first._replace(outcome="restated", message=message, how=None)
    for node, doubt in readings.others:
        if first.outcome == "wrong":
            other = _grade_tree(node, formula, reader, readings.notices)
            unlike = other.outcome != "wrong" or bool(reader.shape_mismatch(readings.node))
            in_doubt = other.outcome == "right" or (unlike and not doubt.firm)
        else:
            in_doubt = not doubt.firm
        if in_doubt:
            return Verdict("unread", message=doubt.error.message, column=doubt.error.column)
    return first


def _grade_tree(node: Node, formula: Formula, reader: Reader, notices: tuple[str, ...]) -> Verdict:
    from mlquiz.grading.syntax.latex import latex
    from mlquiz.grading.syntax.printing import linear_text

    shown: dict[str, Any] = {"reading": linear_text(node), "latex": latex(node), "notices": notices}
    restated = reader.restated(node)
    if restated:
        return Verdict("restated", message=f"The answer is asked for without {restated}.", **shown)
    mismatch = reader.shape_mismatch(node)
    if mismatch:
        return Verdict("wrong", message=mismatch, how="numbers", **shown)
    if canonical(node) == reader.canonical_reference:
        return Verdict("right", how="same tree", **shown)
    if formula.boundary != "any" and _only_strictness_differs(canonical(node), reader.canonical_reference):
        return Verdict("wrong", message=MESSAGES["boundary"], how="same tree", **shown)
    decision, how = _decide(node, formula, reader)
    return _verdict(decision, how, node, reader, shown)


def _only_strictness_differs(left: Node, right: Node) -> bool:
    """Tell ``a < b`` from ``a <= b``: draws that meet the boundary may be too rare to tell them."""
    strictness = {left.value, right.value}
    return left.op == right.op == "cmp" and left.args == right.args and strictness == {"<", "<="}


def _decide(node: Node, formula: Formula, reader: Reader) -> tuple[Decision, str]:
    from mlquiz.grading.deciding.decide import Comparison, Decision

    comparison = Comparison(
        reader.reference,
        node,
        reader.meanings(),
        exact_boundary=formula.boundary != "any",
        literal_digits=max(literal_digits(node), literal_digits(reader.reference)),
    )
    decision = comparison.decide()
    if decision.outcome != "unknown":
        return decision, "numbers"
    from mlquiz.grading.deciding.proof import prove_equal

    proof = prove_equal(reader.reference, node, reader.declarations, comparison.started)
    return (decision, "numbers") if proof is None else (Decision("same" if proof else "different"), "sympy")


def _verdict(decision: Decision, how: str, node: Node, reader: Reader, shown: dict[str, Any]) -> Verdict:
    outcome = decision.outcome
    if outcome == "same":
        return Verdict("right", how=how, **shown)
    if outcome == "unknown":
        return Verdict("undecided", message=UNDECIDED, how=how, **shown)
    message = MESSAGES.get(outcome)
    if outcome == "boundary" and (node.op, node.value) == ("cmp", "="):
        message = None  # an equation has no boundary
    if outcome in {"too big", "not geometric"}:
        return Verdict("unread", message=message, column=1, **shown)
    from mlquiz.grading.hints.hints import hint

    return Verdict("wrong", message=message, hint=hint(node, reader), how=how, **shown)
