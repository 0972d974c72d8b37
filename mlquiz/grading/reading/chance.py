"""The operators of probability: which names start one, and what reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.grading.reading import brackets, divergences, expectations, laws
from mlquiz.grading.reading.events import named_point, probability
from mlquiz.grading.syntax.kinds import Event, Law, Random, Sequence
from mlquiz.grading.syntax.spelling import join_name
from mlquiz.grading.syntax.tree import ForbiddenError

if TYPE_CHECKING:
    from mlquiz.grading.reading.parser import Parser
    from mlquiz.grading.syntax.tree import Node

OPERATORS = {
    "P": "P", "Pr": "P", "p": "P", "Prob": "P", "E": "E", "Var": "Var", "var": "Var", "VAR": "Var", "V": "V",
    "Cov": "Cov", "cov": "Cov", "COV": "Cov", "Corr": "Corr", "corr": "Corr", "Cor": "Corr", "Std": "Std",
    "std": "Std", "STD": "Std", "SD": "Std", "sd": "Std", "Sd": "Std", "KL": "KL", "kl": "KL", "KLD": "KL",
    "D": "KL", "H": "H", "I": "I", "MI": "I",
}  # fmt: skip
"""What a name, undeclared, is the operator for."""
_OPENERS = ("(", "[", "{", "\\{")
_FORBIDDEN_WITH = {"KL": ("KL", "D_KL"), "Std": ("Std", "Var"), "V": ("V", "Var"), "P": ("P",)}
"""The names on a card's list that forbid an operator; its own name is one."""


def is_operator(p: Parser, base: str, sub: str) -> bool:
    """Tell whether an undeclared name such as E starts a probability here."""
    kind = OPERATORS[base]
    if base == "D":
        named = sub == "KL" or (not sub and p.is_op("_") and p.look(2).text == "KL")
        return named or (not sub and p.is_op("(", "[") and divergences.holds_two(p))
    if kind == "E":
        return bool(sub) or p.is_op(*_OPENERS, "_", "^") or p.begins_operand(p.token)
    if kind == "I":
        return p.is_op("(", "[") and bool(brackets.top_level(p, p.at + 1, brackets.group_end(p), {";"}))
    if kind == "V" or base in {"std", "sd", "var"}:
        return not sub and expectations.mentions_random(p)
    if kind in {"Var", "Std"} and not sub:
        return p.is_op(*_OPENERS) or p.begins_operand(p.token)
    if kind == "P" and sub:
        return p.is_op("(", "[") and isinstance(p.kind_of(sub), Random)
    return p.is_op(*_OPENERS) and not sub


def read_operator(p: Parser, base: str, sub: str, column: int) -> Node:
    """Read one of the operators of probability."""
    kind = OPERATORS[base]
    for name in {base, kind, *_FORBIDDEN_WITH.get(kind, ())}:
        if name in p.forbidden:
            raise ForbiddenError(name)
    p.randomness += 1
    try:
        match kind:
            case "P":
                return _probability(p, base, sub, column)
            case "E":
                return expectations.read_expectation(p, sub, column)
            case "KL":
                return divergences.read_divergence(p, base, sub, column)
            case "H":
                return divergences.read_entropy(p, column)
            case "I":
                return divergences.read_information(p, column)
        return expectations.read_moment(p, kind, column)
    finally:
        p.randomness -= 1


def _has_events(p: Parser) -> bool:
    """Tell whether events or conditions on random variables stand in the bracket that comes next."""
    names = [
        join_name(token.text) for token in p.tokens[p.at : brackets.group_end(p)] if token.kind == "name"
    ]
    kinds = [p.kind_of(p.declarations.families.get(name.partition("_")[0], name)) for name in names]
    return any(
        isinstance(kind, Event) or (isinstance(kind, Sequence) and isinstance(kind.item, Event))
        for kind in kinds
    )


def _probability(p: Parser, base: str, sub: str, column: int) -> Node:
    """Read P of events; or the declared distribution p, written large, or P, written small."""
    if sub:
        return named_point(p, sub, column)
    for name in ("P", "p"):
        law = p.kind_of(name)
        if isinstance(law, Law) and p.is_op("(", "[") and not _has_events(p):
            p.notices.append(f"{base} was read as {name}.")
            return laws.law_application(p, name, law, column)
    return probability(p, column)
