"""Checks that references are right against themselves, samples judged as they say, numbers finite."""

from __future__ import annotations

import math
import weakref
import zlib
from functools import cached_property
from random import Random
from typing import TYPE_CHECKING, Any

from mlquiz.cards.cloze import parse_cloze
from mlquiz.cards.model import Blank
from mlquiz.cards.numbers import values

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlquiz.cards.check_context import Context
    from mlquiz.cards.load import Entry
    from mlquiz.cards.nodes import Node
    from mlquiz.cards.problems import Problem
    from mlquiz.grading.deciding.proof import Prover

DRAWS = 100
APPLIED = {"sigma", "Phi", "phi", "Gamma", "B", "C"}  # functions only where they are applied
EXPECTED = {"right": {"right"}, "wrong": {"wrong"}, "unread": {"unread", "restated"}}
DECLARED = ("symbols", "where", "forbid", "boundary")


class Grading:
    """`mlquiz.grading` as the judge."""

    def reference(self, answer: str, **declared: Any) -> Any:
        """Return a reference to judge by, after reading all of it."""
        from mlquiz import grading

        formula = grading.Formula(answer, **declared)
        formula.check()
        return formula

    def outcome(self, answer: str, reference: Any) -> tuple[str, str]:
        """Return the verdict's outcome and what is said of it."""
        from mlquiz import grading

        verdict = grading.grade(answer, reference)
        return verdict.outcome, verdict.message or verdict.hint or ""

    def value(self, expression: str, given: Mapping[str, Any]) -> float:
        """Return the value of an expression."""
        from mlquiz import grading

        return float(grading.evaluate(expression, given))

    def audit(self, answer: str, reference: Any) -> str:
        """Return the outcome that sympy comes to; an empty text when it comes to none.

        Sympy knows nothing of a card's conditions: cards with `where` are left to the numbers.
        """
        if reference.where:
            return ""
        reader = reference.reader()
        node = reader.read_answer(answer).node
        proof = self._prover.equal(reader.reference, node, reader.declarations)
        return {True: "right", False: "wrong", None: ""}[proof]

    @cached_property
    def _prover(self) -> Prover:
        from mlquiz.grading.deciding.proof import Prover

        prover = Prover()
        weakref.finalize(self, prover.__exit__)
        return prover

    def hides_a_built_in(self, name: str) -> bool:
        """Whether a declared name takes the place of a constant or a function of the answer language."""
        from mlquiz.grading.reading.applying import FUNCTIONS
        from mlquiz.grading.reading.operators import CONSTANTS

        return name in CONSTANTS or (name in FUNCTIONS and name not in APPLIED)


def formula_problems(context: Context, entry: Entry) -> Iterator[Problem]:
    """Return what is wrong with the formulas of a card."""
    kind = entry.plain["kind"]
    if kind == "formula":
        yield from _reference_problems(context, entry, entry.node.at("answer"), entry.plain["answer"])
    elif kind == "cloze":
        for part in parse_cloze(entry.plain["text"]):
            if isinstance(part, Blank) and part.formula is not None:
                yield from _reference_problems(context, entry, entry.node.at("text"), part.formula)
    elif kind == "number":
        yield from _number_problems(context, entry)


def _reference_problems(context: Context, entry: Entry, node: Node, answer: str) -> Iterator[Problem]:
    """Check that a reference can be read and is right against itself, and then its samples."""
    declared = {name: entry.plain[name] for name in DECLARED if name in entry.plain}
    yield from _hiding_problems(context, entry)
    try:
        reference = context.formulas.reference(answer, **{"symbols": {}, **declared})
        outcome, said = context.formulas.outcome(answer, reference)
    except ValueError as error:
        place = _culprit(context, entry, declared, error) or (node, answer)
        yield _unreadable(context, *place, error)
        return
    if outcome != "right":
        yield context.problem(
            node, f"the reference is judged {outcome} against itself", "right", said, at=answer
        )
        return
    for name, expected in EXPECTED.items():
        for at, sample in enumerate(entry.plain.get(name, ())):
            yield from _sample_problems(context, entry.node.at(name, at), sample, reference, expected)


def _hiding_problems(context: Context, entry: Entry) -> Iterator[Problem]:
    """Warn of symbols that are called like something that the answer language knows."""
    symbols = entry.node.get("symbols")
    for key, _ in symbols.pairs if symbols else ():
        if context.formulas.hides_a_built_in(key.text):
            message = f"`{key.text}` means something else in the answer language"
            yield context.problem(key, message, "another name", warning=True)


def _unreadable(context: Context, node: Node, text: str, error: ValueError) -> Problem:
    column = getattr(error, "column", None) or 1
    message = f"`{text}` can't be read: {_said(error)}"
    return context.problem(node, message, at=text, offset=column - 1)


def _said(error: Exception) -> str:
    return str(getattr(error, "message", error)).rstrip(".")


def _culprit(
    context: Context, entry: Entry, declared: Mapping[str, Any], error: ValueError
) -> tuple[Node, str] | None:
    """Find the declaration that can't be read even on its own; None when it is the answer that can't."""
    symbols = declared.get("symbols", {})
    alone: list[tuple[Node, str, dict[str, Any]]] = []
    for name, kind in symbols.items():
        alone.append((entry.node.at("symbols", name), kind, {"symbols": {name: kind}}))
    for part in ("where", "forbid"):
        for at, text in enumerate(declared.get(part, ())):
            alone.append((entry.node.at(part, at), text, {"symbols": symbols, part: [text]}))
    for node, text, declaration in alone:
        try:
            context.formulas.reference("0", **declaration)
        except ValueError as same:
            if _said(same) == _said(error):
                return node, text
    return None


def _sample_problems(
    context: Context, node: Node, sample: str, reference: Any, expected: set[str]
) -> Iterator[Problem]:
    outcome, said = context.formulas.outcome(sample, reference)
    if outcome not in expected:
        wanted = " or ".join(sorted(expected, reverse=True))
        yield context.problem(node, f"`{sample}` is judged {outcome}", wanted, said)
    elif context.audit and outcome in {"right", "wrong"}:
        proved = context.formulas.audit(sample, reference)
        if proved not in {"", outcome}:
            yield context.problem(
                node, f"`{sample}` is judged {outcome}, and sympy says {proved}", "one verdict"
            )


def _number_problems(context: Context, entry: Entry) -> Iterator[Problem]:
    """Check that the answer is finite for a hundred draws of what is given."""
    given = {name: values(choices) for name, choices in entry.plain.get("given", {}).items()}
    rng = Random(zlib.crc32(entry.plain["id"].encode()))
    node, answer = entry.node.at("answer"), entry.plain["answer"]
    for _ in range(DRAWS):
        drawn = {name: rng.choice(choices) for name, choices in given.items()}
        try:
            if math.isfinite(context.formulas.value(answer, drawn)):
                continue
            said = "it is no finite number"
        except (ValueError, ArithmeticError) as error:
            said = _said(error)
        words = ", ".join(f"{name} = {number}" for name, number in drawn.items())
        drawn_here = f" for {words}" if words else ""
        yield context.problem(node, f"`{answer}` has no value{drawn_here}: {said}", "a number", at=answer)
        return
