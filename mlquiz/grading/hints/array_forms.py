"""The forms of products of arrays, and of transposes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.grading.hints.forms import Form, factors_of, make, number, power, product, times, total

if TYPE_CHECKING:
    from collections.abc import Sequence


def chain(parts: Sequence[Form], kind: str) -> Form:
    """Return a product of arrays, its numbers in front; a row is the column turned over.

    A vector is a row at the left end, or at the right end of a matrix.
    """
    scalars: list[Form] = []
    arrays: list[Form] = []
    for place, part in enumerate(parts):
        coefficient, factors = factors_of(part)
        scalars.append(number(coefficient))
        scalars += [power(base, exponent) for base, exponent in factors if not base.is_array]
        for base, _ in factors:
            if base.is_array:
                arrays += _arrays(base, row=(place == 0) != (kind == "matrix"))
    arrays = [part for part in arrays if part.op != "identity"] or arrays[:1]
    return times(*scalars, arrays[0] if len(arrays) == 1 else _chain(arrays, kind))


def _arrays(form: Form, *, row: bool) -> list[Form]:
    if form.op != "chain":
        return [form]
    if row and form.kind == "vector":
        return [transposed(part) for part in reversed(form.parts)]
    return list(form.parts)


def _chain(arrays: list[Form], kind: str) -> Form:
    if kind == "number" and len(arrays) == 2 and arrays[0] == arrays[1]:
        return power(make("norm", arrays[:1], "2", positive=True), number(2))
    turned = [transposed(part) for part in reversed(arrays)]
    row = kind == "vector" and arrays[0].kind == "vector"
    if row or (kind == "number" and [a.key for a in turned] < [a.key for a in arrays]):
        arrays = turned
    return make("chain", arrays, kind, kind)


def transposed(form: Form) -> Form:
    """Return the transpose; vectors and numbers stay, as rows aren't told from columns."""
    if form.kind != "matrix" or form.op == "identity":
        return form
    match form.op:
        case "transpose":
            return form.parts[0]
        case "chain":
            return chain([transposed(part) for part in reversed(form.parts)], "matrix")
        case "sum":
            return total([transposed(part) for part in form.parts], "matrix")
        case "product":
            return product([(transposed(p.parts[0]), p.parts[1]) for p in form.parts], form.value)
        case "matpow":
            return make("matpow", (transposed(form.parts[0]), form.parts[1]), None, "matrix")
    return make("transpose", (form,), None, "matrix")
