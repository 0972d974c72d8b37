"""Vectors and matrices over any number system: tuples of numbers and tuples of rows."""

from __future__ import annotations

from typing import Any

from mlquiz.grading.computing.arithmetic import TooBigError, UndefinedError, plain

PATIENCE = 14
Value = Any
"""A number, a vector (tuple of numbers), a matrix (tuple of rows), or Scaled for a multiple of the
identity.
"""


class Scaled:
    """A multiple of an identity whose size the context gives."""

    __slots__ = ("factor",)

    def __init__(self, factor: Any) -> None:
        self.factor = factor


def add(num: Any, terms: list[Value]) -> Value:
    """Return a sum of numbers, vectors or matrices; numbers broadcast over vectors."""
    shape = next((t for t in terms if isinstance(t, tuple)), None)
    if shape is None:
        if any(isinstance(t, Scaled) for t in terms):
            return Scaled(num.add([t.factor for t in terms]))
        return num.add(terms)
    if shape and isinstance(shape[0], tuple):
        full = [expand(num, t, len(shape)) for t in terms]
        return tuple(
            [
                tuple([num.add(list(entries)) for entries in zip(*rows, strict=True)])
                for rows in zip(*full, strict=True)
            ]
        )
    full = [t if isinstance(t, tuple) else (t,) * len(shape) for t in terms]
    return tuple([num.add(list(entries)) for entries in zip(*full, strict=True)])


def expand(num: Any, value: Value, size: int) -> Value:
    """Return a matrix, written out if it is a multiple of the identity."""
    if not isinstance(value, Scaled):
        return value
    zero = num.of(0)
    return tuple(tuple(value.factor if i == j else zero for j in range(size)) for i in range(size))


def scale(num: Any, factor: Any, value: Value) -> Value:  # noqa: ARG001 (one signature for all)
    """Return a number times anything."""
    if isinstance(value, Scaled):
        return Scaled(factor * value.factor)
    if not isinstance(value, tuple):
        return factor * value
    if value and isinstance(value[0], tuple):
        return tuple([tuple([factor * x for x in row]) for row in value])
    return tuple([factor * x for x in value])


def each(function: Any, value: Value, *others: Value) -> Value:
    """Return a function of each entry (and the entries of others of the same shape)."""
    if isinstance(value, tuple):
        return tuple(each(function, *parts) for parts in zip(value, *others, strict=True))
    return function(value, *others)


def product(num: Any, left: Value, right: Value) -> Value:
    """Return a matrix product; the left factor may be a row, the right one a column."""
    if isinstance(left, Scaled):
        return scale(num, left.factor, right)
    if isinstance(right, Scaled):
        return scale(num, right.factor, left)
    if not isinstance(left[0], tuple):
        return tuple([dot(num, left, column) for column in zip(*right, strict=True)])
    if not isinstance(right[0], tuple):
        return tuple([dot(num, row, right) for row in left])
    columns = list(zip(*right, strict=True))
    return tuple([tuple([dot(num, row, column) for column in columns]) for row in left])


def dot(num: Any, left: Value, right: Value) -> Any:
    """Return a dot product."""
    return num.add([a * b for a, b in zip(left, right, strict=True)])


def transpose(value: Value) -> Value:
    """Return the transpose of a matrix; vectors stay as they are."""
    if isinstance(value, tuple) and isinstance(value[0], tuple):
        return tuple(zip(*value, strict=True))
    return value


def _eliminate(num: Any, matrix: Value, right: list[list[Any]]) -> Any:
    """Bring a matrix to the identity by row operations, on ``right`` too; return its determinant."""
    rows = [[*row, *more] for row, more in zip(matrix, right, strict=True)]
    size, determinant = len(rows), num.of(1)
    for column in range(size):
        pivot = max(range(column, size), key=lambda r: abs(plain(rows[r][column])))
        lead = rows[pivot][column]
        if plain(lead) == 0:
            return num.of(0)
        if pivot != column:
            rows[column], rows[pivot] = rows[pivot], rows[column]
            determinant = -determinant
        determinant = determinant * lead
        after = column + 1  # what stands before is 0, and is not looked at again
        rows[column][after:] = [num.div(x, lead) for x in rows[column][after:]]
        for other in range(size):
            factor = rows[other][column]
            if other != column and plain(factor) != 0:
                rows[other][after:] = num.less(rows[other][after:], factor, rows[column][after:])
    right[:] = [row[size:] for row in rows]
    return determinant


def inverse(num: Any, matrix: Value) -> Value:
    """Return the inverse of a square matrix."""
    if isinstance(matrix, Scaled):
        return Scaled(num.div(num.of(1), matrix.factor))
    right = [list(row) for row in expand(num, Scaled(num.of(1)), len(matrix))]
    if plain(_eliminate(num, matrix, right)) == 0:
        raise UndefinedError
    return tuple(tuple(row) for row in right)


def determinant(num: Any, matrix: Value) -> Any:
    """Return the determinant of a square matrix."""
    return _eliminate(num, matrix, [[] for _ in matrix])


def power(num: Any, matrix: Value, exponent: Any) -> Value:
    """Return a power of a square matrix: integers, halves."""
    exponent = plain(exponent)
    if exponent < 0:
        return power(num, inverse(num, matrix), -exponent)
    if exponent != int(exponent):
        if 2 * exponent != int(2 * exponent):
            raise TooBigError
        return power(num, square_root(num, matrix), 2 * exponent)
    if isinstance(matrix, Scaled):
        return Scaled(num.power(matrix.factor, num.of(int(exponent))))
    if exponent > 200:
        raise TooBigError
    result: Value = Scaled(num.of(1))
    count, base = int(exponent), matrix
    while count:
        if count & 1:
            result = product(num, result, base)
        base = product(num, base, base) if count > 1 else base
        count >>= 1
    return result


def square_root(num: Any, matrix: Value) -> Value:
    """Return the principal square root, by the iteration of Denman and Beavers (1976)."""
    if isinstance(matrix, Scaled):
        return Scaled(num.call("sqrt", matrix.factor))
    if all(plain(x) == 0 for i, row in enumerate(matrix) for j, x in enumerate(row) if i != j):
        return tuple(
            tuple(num.call("sqrt", x) if i == j else x for j, x in enumerate(row))
            for i, row in enumerate(matrix)
        )
    if len(matrix) == 2:
        return _root_of_two(num, matrix)
    if plain(determinant(num, matrix)) < 0:
        raise UndefinedError
    y: Value = matrix
    z: Value = expand(num, Scaled(num.of(1)), len(matrix))
    half = num.div(num.of(1), num.of(2))
    for count in range(60):
        following = scale(num, half, add(num, [y, inverse(num, z)]))
        z = scale(num, half, add(num, [z, inverse(num, y)]))
        step = max(
            abs(plain(a - b))
            for row, old in zip(following, y, strict=True)
            for a, b in zip(row, old, strict=True)
        )
        size = max(abs(plain(a)) for row in following for a in row)
        y = following
        if step <= size * num.tiny(0.6):  # the steps square: the next one would be below the digits
            return y
        if count > PATIENCE and 2 * step > size:  # a negative eigenvalue: it never settles
            break
    raise UndefinedError


def _root_of_two(num: Any, matrix: Value) -> Value:
    """Return the root of a 2 x 2 matrix: (M + s I)/t with s = sqrt(det M), t = sqrt(tr M + 2 s)
    (Cayley-Hamilton).
    """
    (a, b), (c, d) = matrix
    s = num.call("sqrt", num.add([a * d, -b * c]))
    t = num.call("sqrt", num.add([a, d, 2 * s]))
    return ((num.div(num.add([a, s]), t), num.div(b, t)), (num.div(c, t), num.div(num.add([d, s]), t)))


def norm(num: Any, value: Value, order: str) -> Any:
    """Return the 1, 2, F, 0 or inf norm."""
    entries = [x for row in value for x in row] if value and isinstance(value[0], tuple) else list(value)
    if order == "1":
        return num.add([abs(x) for x in entries])
    if order == "inf":
        return max(abs(x) for x in entries)
    if order == "0":
        return num.of(sum(1 for x in entries if plain(x) != 0))
    return num.call("sqrt", num.add([x * x for x in entries]))


def softmax(num: Any, value: Value) -> Value:
    """Return the softmax of a vector, or of each row of a matrix."""
    if isinstance(value[0], tuple):
        return tuple(softmax(num, row) for row in value)
    top = max(plain(x) for x in value)
    weights = [num.call("exp", x - top) for x in value]
    total = num.add(weights)
    return tuple(num.div(w, total) for w in weights)


def flatten(args: Any) -> list[Any]:
    """Return all numbers in nested tuples."""
    return [x for arg in args for x in flatten(arg)] if isinstance(args, tuple) else [args]
