"""From a tree to its form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.grading.hints.array_forms import chain, transposed
from mlquiz.grading.hints.forms import (
    EULER,
    HALF,
    MINUS,
    ONE,
    Form,
    Power,
    Rational,
    factors_of,
    make,
    negative,
    number,
    power,
    product,
    times,
    total,
    unscaled,
)
from mlquiz.grading.syntax.kinds import Matrix, Number, Sequence, Vector
from mlquiz.grading.syntax.tree import BINDERS

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlquiz.grading.syntax.kinds import Declarations
    from mlquiz.grading.syntax.tree import Node

    Bound = dict[str, str]

COMMUTATIVE = frozenset({"hadamard", "and", "or", "union", "intersection"})
SYMMETRIC_CALLS = frozenset({"max", "min", "Cov"})
POSITIVE = frozenset({"positive", "nonneg", "unit", "natural", "index"})


def form_of(node: Node, declarations: Declarations) -> Form:
    """Return the form of a tree."""
    return _Former(declarations).form(node, {})


class _Former:
    """Makes forms; what a symbol is declared as says where the root of a square is the thing itself."""

    def __init__(self, declarations: Declarations) -> None:
        self.kinds = declarations.kinds

    def form(self, node: Node, bound: Bound) -> Form:
        """Return the form of a tree; ``bound`` gives the letters for names that operators around it bind."""
        if node.op in BINDERS:
            return self._binder(node, bound)
        parts = [self.form(arg, bound) for arg in node.args]
        maker = _MAKERS.get(node.op)
        if maker is not None:
            return maker(node, parts)
        if node.op == "name":
            name = str(node.value)
            return make("name", (), bound.get(name, name), _kind(node), positive=self._positive(name))
        if node.op in COMMUTATIVE:
            parts = _sorted(parts)
        positive = node.op in {"norm", "const"} or (node.op == "entry" and parts[0].positive)
        return make(node.op, parts, node.value, _kind(node), positive=positive)

    def _positive(self, name: str) -> bool:
        kind = self.kinds.get(name)
        if isinstance(kind, Sequence):
            kind = kind.item
        if isinstance(kind, Vector | Matrix):
            kind = kind.entry
        return isinstance(kind, Number) and kind.domain in POSITIVE

    def _binder(self, node: Node, bound: Bound) -> Form:
        """Return the form of an operator: it binds a letter; what hasn't that letter stands before a sum."""
        name, mode, of, conditioned = node.value
        letter = f"#{len(bound)}"
        inside = {**bound, name: letter}
        body = self.form(node.args[0], inside)
        domain = [self.form(arg, bound) for arg in node.args[1 : len(node.args) - bool(conditioned)]]
        conditions = [self.form(node.args[-1], inside)] if conditioned else []
        before: list[Power] = []
        coefficient: Rational = 1
        if node.op == "sum":
            coefficient, factors = factors_of(body)
            before = [pair for pair in factors if f":{letter}" not in pair[0].key + pair[1].key]
            body = product([pair for pair in factors if pair not in before])
        if node.op in {"argmax", "argmin"}:
            body = unscaled(body)
        kind = body.kind if node.op in {"sum", "prod"} else _kind(node)
        parts = (body, *domain, *conditions)
        whole = make(f"{node.op}_over", parts, (mode, of, conditioned, letter), kind)
        return product([*before, (whole, ONE)], coefficient)


def _kind(node: Node) -> str:
    return "number" if node.type.kind == "optimum" else node.type.kind


def _sorted(parts: list[Form]) -> list[Form]:
    return sorted(parts, key=lambda part: part.key)


def _matpow(_: Node, parts: list[Form]) -> Form:
    base, exponent = parts
    coefficient, factors = factors_of(base)
    arrays = [array for array, _ in factors if array.is_array]
    if base.op == "product" and len(arrays) == 1:
        scalars = [power(b, times(e, exponent)) for b, e in factors if not b.is_array]
        return times(power(number(coefficient), exponent), *scalars, _matpow(_, [arrays[0], exponent]))
    if base.op == "matpow":
        base, exponent = base.parts[0], times(base.parts[1], exponent)
    if base.op == "identity" or exponent == ONE:
        return base
    return make("matpow", (base, exponent), None, "matrix")


def _call(node: Node, parts: list[Form]) -> Form:
    name = str(node.value)
    if name == "sqrt" and not parts[0].is_array:
        return power(parts[0], HALF)
    if name == "exp" and not parts[0].is_array:
        return power(EULER, parts[0])
    return make("call", _sorted(parts) if name in SYMMETRIC_CALLS else parts, name, _kind(node))


def _compare(node: Node, parts: list[Form]) -> Form:
    sign = str(node.value)
    if sign in {">", ">="}:
        return make("cmp", parts[::-1], sign.replace(">", "<"), "truth")
    return make("cmp", _sorted(parts) if sign in {"=", "!="} else parts, sign, "truth")


def _law(node: Node, parts: list[Form]) -> Form:
    """Return a distribution at outcomes, those on each side of the bar in the order of their variables."""
    name, left, right = node.value
    sides = [
        sorted(zip(left, parts, strict=False), key=lambda pair: str(pair[0])),
        sorted(zip(right, parts[len(left) :], strict=True), key=lambda pair: str(pair[0])),
    ]
    value = (name, *(tuple(slot for slot, _ in side) for side in sides))
    return make("lawat", [part for side in sides for _, part in side], value)


_MAKERS: dict[str, Callable[[Node, list[Form]], Form]] = {
    "num": lambda node, _: number(node.value),
    "add": lambda node, parts: total(parts, node.type.kind),
    "neg": lambda _, parts: negative(parts[0]),
    "mul": lambda _, parts: times(*parts),
    "div": lambda _, parts: times(parts[0], power(parts[1], MINUS)),
    "pow": lambda _, parts: power(*parts),
    "matpow": _matpow,
    "matmul": lambda node, parts: chain(parts, node.type.kind),
    "dot": lambda _, parts: chain(parts, "number"),
    "outer": lambda _, parts: chain(parts, "matrix"),
    "transpose": lambda _, parts: transposed(parts[0]),
    "call": _call,
    "cmp": _compare,
    "lawat": _law,
}
