"""Eigenvalues and what follows from them: norms of matrices, the pseudo-inverse; the matrix exponential."""

from __future__ import annotations

from typing import Any

from mlquiz.grading.computing import linear
from mlquiz.grading.computing.arithmetic import TooBigError, UndefinedError, plain
from mlquiz.grading.computing.duals import Dual

SWEEPS = 40
LARGEST = 64
"""The largest norm of a matrix whose exponential is computed."""


def _small(num: Any) -> Any:
    """Return what counts as 0 beside 1: nearly all digits of a number system."""
    return num.tiny(0.92)


def eigen(num: Any, matrix: Any) -> tuple[list[Any], Any]:
    """Return eigenvalues and the matrix whose columns are eigenvectors, of a symmetric matrix.

    By the cyclic method of Jacobi (1846).
    """
    size = len(matrix)
    a = [list(row) for row in matrix]
    v = [list(row) for row in linear.expand(num, linear.Scaled(num.of(1)), size)]
    if any(isinstance(x, Dual) for row in a for x in row):
        raise TooBigError  # no derivative of an eigenvalue
    scale = max(abs(x) for row in a for x in row)
    limit = _small(num) * scale
    for _ in range(SWEEPS):
        if all(abs(a[i][j]) <= limit for i in range(size) for j in range(i)):
            return [a[i][i] for i in range(size)], v
        for i in range(size):
            for j in range(i):
                if abs(a[i][j]) > limit:
                    _rotate(num, a, v, i, j)
    raise UndefinedError


def _rotate(num: Any, a: list[list[Any]], v: list[list[Any]], i: int, j: int) -> None:
    """Turn two axes so that the entry between them becomes 0."""
    lean = (a[j][j] - a[i][i]) / (2 * a[i][j])
    t = (1 if lean >= 0 else -1) / (abs(lean) + num.call("sqrt", lean * lean + 1))
    cosine = 1 / num.call("sqrt", t * t + 1)
    sine = t * cosine
    for row in (*a, *v):
        row[i], row[j] = cosine * row[i] - sine * row[j], sine * row[i] + cosine * row[j]
    for k in range(len(a)):
        a[i][k], a[j][k] = cosine * a[i][k] - sine * a[j][k], sine * a[i][k] + cosine * a[j][k]


def singular_values(num: Any, matrix: Any) -> list[Any]:
    """Return the singular values of a matrix."""
    squares, _ = eigen(num, linear.product(num, linear.transpose(matrix), matrix))
    return [num.call("sqrt", max(x, num.of(0))) for x in squares]


def pseudo_inverse(num: Any, matrix: Any) -> Any:
    """Return the pseudo-inverse of Moore and Penrose; singular values that are noise count as 0."""
    if isinstance(matrix, linear.Scaled):
        return linear.Scaled(num.div(num.of(1), matrix.factor))
    squares, vectors = eigen(num, linear.product(num, linear.transpose(matrix), matrix))
    limit = max(squares) * num.of(10) ** -(num.digits // 2)
    num.shaky = num.shaky or num.digits <= 15
    columns = linear.transpose(tuple(tuple(row) for row in vectors))
    zero = tuple((num.of(0),) * len(columns) for _ in columns)
    terms = [zero] + [
        tuple(tuple(x * y / square for y in column) for x in column)
        for square, column in zip(squares, columns, strict=True)
        if square > limit
    ]
    return linear.product(num, linear.add(num, terms), linear.transpose(matrix))


def exponential(num: Any, matrix: Any) -> Any:
    """Return the exponential of a square matrix: its series on a small part, then squared again."""
    if isinstance(matrix, linear.Scaled):
        return linear.Scaled(num.call("exp", matrix.factor))
    size = max(sum(abs(plain(x)) for x in row) for row in matrix)
    if size > LARGEST:
        raise TooBigError
    halvings = max(0, int(size).bit_length() + 2)
    part = linear.scale(num, num.div(num.of(1), num.of(2**halvings)), matrix)
    one = linear.expand(num, linear.Scaled(num.of(1)), len(matrix))
    total = term = one
    for k in range(1, num.digits + 12):
        term = linear.scale(num, num.div(num.of(1), num.of(k)), linear.product(num, term, part))
        total = linear.add(num, [total, term])
    for _ in range(halvings):
        total = linear.product(num, total, total)
    return total


def norm(num: Any, matrix: Any, order: str) -> Any:
    """Return the spectral norm (order spectral) or the nuclear norm (order nuclear) of a matrix."""
    values = singular_values(num, matrix)
    return max(values) if order == "spectral" else num.add(values)
