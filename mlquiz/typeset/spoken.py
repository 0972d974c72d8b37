"""What is said for powers, accents, brackets and operators, and what is simple enough to need no "end"."""

from __future__ import annotations

from mlquiz.typeset.nodes import Accent, Atom, Fence, Fraction, Node, Operator, Row, Scripts, Text
from mlquiz.typeset.spacing import class_of

_SAID = {
    "arg": "the argument of",
    "cos": "cosine",
    "cosh": "hyperbolic cosine",
    "det": "the determinant",
    "exp": "the exponential",
    "inf": "the infimum",
    "ker": "the kernel",
    "lim": "the limit",
    "ln": "natural log",
    "log": "log",
    "max": "the maximum",
    "min": "the minimum",
    "sin": "sine",
    "sinh": "hyperbolic sine",
    "sup": "the supremum",
    "tan": "tangent",
    "tanh": "hyperbolic tangent",
    "argmax": "the argument of the maximum",
    "argmin": "the argument of the minimum",
    "arg max": "the argument of the maximum",
    "arg min": "the argument of the minimum",
    "softmax": "softmax",
    "Var": "the variance",
    "Cov": "the covariance",
    "Tr": "the trace",
    "tr": "the trace",
}


def said(function: str) -> str:
    """How a named operator is said: ``max`` is "the maximum"."""
    return _SAID.get(function, function)


POWERS = {
    "2": "squared",
    "3": "cubed",
    "\\top": "transpose",
    "T": "transpose",
    "*": "star",
    "\\ast": "star",
    "\\star": "star",
    "\\circ": "degrees",
    "\\dagger": "dagger",
    "c": "complement",
    "+": "plus",
    "-": "minus",
}
PRIMES = {"\\prime", "\\dprime", "\\trprime"}


NAMED = {
    ("1", "2"): "one half",
    ("1", "3"): "one third",
    ("2", "3"): "two thirds",
    ("1", "4"): "one quarter",
    ("3", "4"): "three quarters",
}


FENCES = {
    ("|", "|"): ("the absolute value of", "end absolute value"),
    ("\\lvert", "\\rvert"): ("the absolute value of", "end absolute value"),
    ("||", "||"): ("the norm of", "end norm"),
    ("\\|", "\\|"): ("the norm of", "end norm"),
    ("\\lVert", "\\rVert"): ("the norm of", "end norm"),
    ("\\lfloor", "\\rfloor"): ("the floor of", "end floor"),
    ("\\lceil", "\\rceil"): ("the ceiling of", "end ceiling"),
    ("\\{", "\\}"): ("the set of", "end set"),
}
SHORT_ENDS = {"|", "||", "\\|", "\\lvert", "\\lVert"}


SAID_AFTER = {
    "\\hat": "hat",
    "\\widehat": "hat",
    "\\bar": "bar",
    "\\overline": "bar",
    "\\tilde": "tilde",
    "\\widetilde": "tilde",
    "\\vec": "vector",
    "\\overrightarrow": "vector",
    "\\dot": "dot",
    "\\ddot": "double dot",
    "\\dddot": "triple dot",
    "\\check": "check",
    "\\breve": "breve",
    "\\acute": "acute",
    "\\grave": "grave",
    "\\ring": "ring",
    "\\underline": "underlined",
}
BEFORE = {"\\cancel": "cancelled", "\\not": "not"}
ARROWS = {"\\longrightarrow": "arrow", "\\longleftarrow": "left arrow"}


# --- what needs no end ----------------------------------------------------------------------


def is_alone(before: Node | None, after: Node | None) -> bool:
    """Tell whether "a over b" can't be taken to hold a neighbour too."""
    free_left = before is None or class_of(before, "right") in {"bin", "rel", "punct", "open"}
    return free_left and (after is None or class_of(after, "left") in {"bin", "rel", "punct", "close"})


def is_applied(before: Node, fence: Fence) -> bool:
    """Tell whether a bracket holds just one symbol, the argument of what stands before it: f(x)."""
    if fence.left not in {"(", "["} or len(fence.parts) != 1 or not is_bare(fence.parts[0]):
        return False
    if isinstance(before, Scripts | Accent):
        base = before.base if isinstance(before, Scripts) else before
        return not isinstance(base, Fence | Fraction)
    if isinstance(before, Atom):
        return before.name.lstrip("\\").isalpha()
    return isinstance(before, Text | Operator)


def is_simple(row: Row) -> bool:
    """Tell whether a row is one symbol, perhaps with an accent and simple scripts: it needs no end."""
    if len(row.items) != 1:
        return False
    node = row.items[0]
    if isinstance(node, Scripts):
        simple = all(script is None or is_simple(script) for script in (node.sub, node.sup))
        return simple and is_simple(Row((node.base,)))
    if isinstance(node, Accent):
        return node.name in SAID_AFTER and is_simple(node.body)
    return isinstance(node, Atom | Text)


def is_bare(row: Row) -> bool:
    """Tell whether a row is simple and no power could be taken to be that of what is around it."""
    if not is_simple(row):
        return False
    node = row.items[0]
    if not isinstance(node, Scripts) or node.sup is None:
        return True
    return all(isinstance(item, Atom) and item.name in PRIMES for item in node.sup.items)


def is_short(row: Row) -> bool:
    """Tell whether a row is a few symbols."""
    return len(row.items) <= 3 and all(isinstance(item, Atom | Text | Scripts) for item in row.items)


def is_letters(row: Row) -> bool:
    """Tell whether a row is all letters and digits."""
    return all(isinstance(item, Atom) and item.name.isalnum() for item in row.items)
