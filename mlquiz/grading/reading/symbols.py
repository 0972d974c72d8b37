"""What kinds of symbol are as types, and declared functions applied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.grading.syntax import shapes
from mlquiz.grading.syntax.kinds import (
    ONE,
    Event,
    Function,
    Law,
    Matrix,
    Number,
    Sequence,
    Subset,
    Vector,
)
from mlquiz.grading.syntax.spelling import join_name
from mlquiz.grading.syntax.tree import (
    EVENT,
    NUMBER,
    SET,
    FormulaError,
    Node,
    Size,
    Type,
    size_add,
)

if TYPE_CHECKING:
    from mlquiz.grading.reading.parser import Parser
    from mlquiz.grading.syntax.kinds import Kind


FEW = 4
"""As many known names as this are listed for an unknown one."""


def type_of(kind: Kind) -> Type:
    """Return the type of a symbol of a kind."""
    match kind:
        case Vector():
            return shapes.vector_type(kind.size)
        case Matrix():
            return shapes.matrix_type(kind.rows, kind.columns)
        case Sequence():
            if isinstance(kind.item, Number):
                return shapes.vector_type(size_add(size_add(kind.high, kind.low, -1), ONE))
            return Type("sequence")
        case Function():
            return Type("function")
        case Law():
            return Type("law")
        case Event():
            return EVENT
        case Subset():
            return SET
    return NUMBER


def apply_function(name: str, kind: Function, args: list[Node], column: int) -> Node:
    """Return a declared function of arguments of the declared kinds."""
    if len(args) != len(kind.arguments):
        raise FormulaError(f"{name} takes {len(kind.arguments)} argument(s), not {len(args)}.", column)
    if kind.plain and args[0].type.kind in {"vector", "matrix"}:
        return Node(
            "map", tuple(args), value=name, type=Type(args[0].type.kind, args[0].type.sizes), column=column
        )
    for place, (arg, wanted) in enumerate(zip(args, kind.arguments, strict=True), 1):
        shape = type_of(wanted)
        if arg.type.kind == "truth" or not shapes.same_shape(shape, arg.type):
            raise FormulaError(
                f"Argument {place} of {name} is {shape}, but {arg.type} was given.", arg.column or column
            )
        if arg.type.row:
            raise FormulaError(
                f"{name} takes a column: a transpose, or a prime, doesn't belong there.", arg.column
            )
    return Node("apply", tuple(args), value=name, type=type_of(kind.value), column=column)


def ranges_of(kind: Kind) -> tuple[tuple[Size, Size], ...]:
    """Return the ranges of the indices of a kind."""
    match kind:
        case Vector():
            return ((ONE, kind.size),)
        case Matrix():
            return ((ONE, kind.rows), (ONE, kind.columns))
        case Sequence():
            return ((kind.low, kind.high),)
    return ()


def unknown(p: Parser, raw: str) -> str:
    """Return the message for a name that is nothing."""
    if raw == "gamma" and p.is_op("("):
        return "I don't know the name 'gamma'. Write Gamma(x) for the gamma function."
    base, _, sub = join_name(raw).partition("_")
    family = p.declarations.families.get(base, "")
    if len(sub) == 1 and isinstance(p.kind_of(family), Matrix):
        name = _as_declared(p, family)
        return f"{base} takes two indices, as in {name}: write a product with a row as a sum over the second."
    known = [_as_declared(p, name) for name in p.declarations.kinds if "/" not in name] + ["pi", "e"]
    from difflib import get_close_matches

    close = get_close_matches(join_name(raw), known, n=3, cutoff=0.5) or known[:6]
    if len(close) < FEW:
        close += [name for name in known if name not in close][: FEW - len(close)]
    offer = f" Known here: {', '.join(close)}." if close else ""
    return f"I don't know the name {raw!r}.{offer}"


def _as_declared(p: Parser, name: str) -> str:
    """Return ``mu_j`` for the sequence ``mu[]``, with the letter that its key has."""
    if not name.endswith("[]"):
        base, _, sub = name.partition("_")
        return name if not sub or sub.isalnum() else f"{base}_{{{sub}}}"
    letters: list[str] = []
    for bounds in ranges_of(p.declarations.kinds[name]):
        fitting = [letter for letter, own in p.declarations.letters.items() if own == bounds]
        letters += [letter for letter in [*fitting, *"ijk"] if letter not in letters][:1]
    return f"{name[:-2]}_{''.join(letters) or 'i'}"
