"""Built-in names: sums and the like, probability, gradients, functions, constants."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mlquiz.grading.reading import binders, brackets, cases, chance, deltas, densities, derivatives, names
from mlquiz.grading.reading.applying import (
    APPLIED_ONLY,
    FUNCTIONS,
    doubtful_bracket,
    function_arguments,
    function_power,
    make_call,
)
from mlquiz.grading.reading.refusals import WORDS
from mlquiz.grading.reading.symbols import unknown
from mlquiz.grading.syntax import shapes
from mlquiz.grading.syntax.kinds import read_size
from mlquiz.grading.syntax.spelling import join_name
from mlquiz.grading.syntax.tree import SET, ForbiddenError, FormulaError, Node

if TYPE_CHECKING:
    from mlquiz.grading.reading.parser import Parser

CONSTANTS = {"e": "e", "pi": "pi", "infty": "infty", "inf": "infty", "infinity": "infty"}
_ONLY_SYMBOLS = {"Gamma", "sigma", "C", "Phi", "phi", "B"}
"""Functions whose names are letters: without brackets they are symbols that the card doesn't have."""


def read_operator(p: Parser, raw: str, name: str, column: int) -> Node | None:
    """Read what begins with an undeclared name, or return None if it is nothing built in."""
    base, _, sub = raw.partition("_")
    if base in binders.OPERATORS and binders.is_binder(p, base, sub):
        return binders.read_binder(p, base, sub, column)
    if base in chance.OPERATORS and chance.is_operator(p, base, sub):
        return chance.read_operator(p, base, sub, column)
    if base in {"grad", "nabla"}:
        return derivatives.read_gradient(p, sub, column)
    if name in FUNCTIONS or base == "log":
        return read_builtin(p, raw, column)
    if name in densities.NAMES and p.is_op("("):
        return densities.read_density(p, name, column)
    if name in CONSTANTS:
        return Node("const", value=CONSTANTS[name], column=column)
    if base == "I":
        return _identity(p, sub, column)
    if base == "delta":
        return deltas.read_delta(p, sub, column)
    if name == "emptyset":
        return Node("set", (), type=SET, column=column)
    return _other_case(p, base, sub, column)


def _identity(p: Parser, sub: str, column: int) -> Node | None:
    """Read ``I`` and ``I_d``: an identity, or an indicator where a condition follows."""
    if not sub and p.is_op("(", "[", "{", "\\{", "_") and not p.token.spaced and cases.is_indicator(p):
        return cases.read_indicator(p, column)
    if p.is_op("_") and not p.token.spaced:
        sub = size_letter(p)
    if not sub:
        return Node("identity", type=shapes.matrix_type(None, None), column=column)
    if sub.isdigit() or join_name(sub) in p.declarations.sizes:
        size = read_size(sub)
        return Node("identity", value=size, type=shapes.matrix_type(size, size), column=column)
    return None


def ones(size: str, column: int) -> Node:
    """Return the vector of ones of a size: a number or a letter."""
    count = shapes.number(Fraction(size)) if size.isdigit() else Node("name", value=join_name(size))
    return Node("ones", (count,), type=shapes.vector_type(read_size(size)), column=column)


def size_letter(p: Parser) -> str:
    """Step over a subscript that is a declared size or a number, and return it; else return ""."""
    braced = p.look().text == "{"
    token = p.look(1 + braced)
    known = token.kind == "number" or join_name(token.text) in p.declarations.sizes
    if not known or (braced and p.look(3).text != "}"):
        return ""
    p.at += 4 if braced else 2
    return token.text


def _other_case(p: Parser, base: str, sub: str, column: int) -> Node | None:
    """Read ``Max(0, x)``, ``LOG(x)``: a built-in name in capitals, with brackets or an index."""
    small = base.lower()
    known = (small in FUNCTIONS and p.is_op("(") and not sub) or (
        small in binders.OPERATORS and binders.is_binder(p, small, sub) and (sub or p.is_op("_", "("))
    )
    if small == base or len(base) < 3 or not known:
        return None
    p.notices.append(f"{base} was read as {small}.")
    return read_operator(p, small + (f"_{sub}" if sub else ""), small, column)


def read_builtin(p: Parser, raw: str, column: int, *, latex: bool = False) -> Node:
    """Read a built-in function and its argument."""
    base, _, sub = raw.partition("_")
    if latex and p.kind_of(raw) is not None and len(raw) > 1:
        return names.symbol(p, raw, column)
    if latex and (base in binders.OPERATORS or base in chance.OPERATORS or base in densities.NAMES):
        return names.read_word(p, raw, column)
    if base in p.forbidden:
        raise ForbiddenError(base)
    name = FUNCTIONS.get(join_name(raw)) or FUNCTIONS.get(raw) or ("log" if base == "log" else None)
    if name is None:
        raise FormulaError(WORDS.get(raw, f"I don't know the command \\{raw}."), column)
    if name in p.forbidden:
        raise ForbiddenError(name)
    log_base = _log_base(p, sub, column) if name == "log" and join_name(raw) not in FUNCTIONS else None
    if name == "log" and p.is_op("_"):
        log_base = _log_base(p, "", column)
    if raw == "sigma":
        p.notices.append("sigma was read as the sigmoid.")
    power = function_power(p, name)
    bracketed = p.is_op("(", "[", "\\{") or (p.is_op("{") and name in {"sqrt", "max", "min"})
    if raw in APPLIED_ONLY and not bracketed:
        if raw in _ONLY_SYMBOLS:
            raise FormulaError(unknown(p, raw), column)
        raise FormulaError(f"Write the argument of {raw} in brackets.", column)
    spaced = p.token.spaced
    args = function_arguments(p, name, bracketed=bracketed)
    if bracketed and spaced and len(args) == 1:
        args = doubtful_bracket(p, name, args)
    node = make_call(p, name, args, log_base, column)
    return shapes.power(node, power, column) if power is not None else node


def _log_base(p: Parser, sub: str, column: int) -> Node:
    if sub:
        return shapes.number(Fraction(sub), column) if sub.isdigit() else names.read_word(p, sub, column)
    p.expect("_")
    return brackets.braced(p) if p.is_op("{") else p.operand()
