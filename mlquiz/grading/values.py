"""The value of an expression for given numbers, and the LaTeX of any formula."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlquiz.grading.reading.parser import Parser
from mlquiz.grading.syntax.kinds import declare
from mlquiz.grading.syntax.latex import latex
from mlquiz.grading.syntax.tree import FormulaError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

DIGITS = 40


class Number(NamedTuple):
    """A value: as a double, and as text with many digits."""

    value: float
    text: str

    def __float__(self) -> float:
        return self.value


def to_latex(text: str, symbols: Mapping[str, str] | None = None) -> str:
    """Return any formula of the answer language as LaTeX.

    Raises
    ------
    FormulaError
        If it cannot be read.
    """
    return latex(Parser(text, declare(symbols or {})).formula())


def evaluate(expression: str, given: Mapping[str, Fraction | float] | None = None) -> Number:
    """Return the value of an expression.

    Parameters
    ----------
    expression
        A formula in the given names.
    given
        The values of the names; exact numbers stay exact.

    Raises
    ------
    FormulaError
        If the expression cannot be read, is no number, or has no value.
    """
    from mlquiz.grading.computing.compiling import compile_number
    from mlquiz.grading.computing.env import Env
    from mlquiz.grading.computing.precise import Precise
    from mlquiz.grading.computing.spaces import Space
    from mlquiz.grading.syntax.spelling import canonical_name

    given = given or {}
    node = Parser(expression, declare(dict.fromkeys(given, "real"))).formula()
    if node.type.kind not in {"number", "optimum"}:
        raise FormulaError(f"A number is expected here; this is {node.type}.")
    num = Precise(DIGITS)
    run = compile_number(node)
    try:
        with num.active():
            values = {canonical_name(name): num.of(value) for name, value in given.items()}
            result = run(Env(num, values, {}, Space([], [], {}, {})))
    except (ArithmeticError, ValueError, KeyError) as error:
        raise FormulaError(
            "This has no value: look for a division by 0, or the root or logarithm of a negative number."
        ) from error
    return Number(float(result), f"{result:.20g}")
