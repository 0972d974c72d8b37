"""Which operations fit which shapes: typed nodes are made here, or refused with a message that says
what to type.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.grading.syntax.tree import (
    NUMBER,
    OPTIMUM,
    TRUTH,
    FormulaError,
    Node,
    Size,
    Type,
    sizes_differ,
)

if TYPE_CHECKING:
    from fractions import Fraction


def vector_type(size: Size | None, *, row: bool = False) -> Type:
    """Return the type of a vector."""
    return Type("vector", (size,), row)


def matrix_type(rows: Size | None, columns: Size | None) -> Type:
    """Return the type of a matrix."""
    return Type("matrix", (rows, columns))


def number(value: Fraction, column: int = 0) -> Node:
    """Return an exact number."""
    return Node("num", value=value, column=column)


def is_number(node: Node) -> bool:
    """Tell whether a node stands for one number (or for a best point used as one)."""
    return node.type.kind in {"number", "optimum"}


def refuse_kind(node: Node, doing: str) -> None:
    """Refuse what is no number, vector or matrix."""
    kind = node.type.kind
    if kind in {"number", "vector", "matrix", "optimum"}:
        return
    if kind == "truth":
        raise FormulaError(
            f"A condition can't be {doing}. Write 1[...] around it to make it 0 or 1.", node.column
        )
    if kind == "event":
        raise FormulaError(f"An event can't be {doing}. Write P(...) around it.", node.column)
    if kind == "function":
        raise FormulaError(f"{node.value} is a function: write its argument in brackets.", node.column)
    if kind == "law":
        raise FormulaError(f"{node.value} is a distribution: write its variables in brackets.", node.column)
    raise FormulaError(f"{str(node.type).capitalize()} can't be {doing}.", node.column)


def add(terms: list[Node], column: int = 0) -> Node:
    """Return the sum of terms of one shape; numbers broadcast over vectors."""
    for term in terms:
        refuse_kind(term, "added")
    vectors = [term.type for term in terms if term.type.kind == "vector" and not _is_pair(term)]
    if vectors:
        terms = [_settle_pair(term, vectors[0]) for term in terms]
    else:
        terms = [refuse_pair(term) for term in terms]
    shape = terms[0].type if terms[0].type.kind != "optimum" else NUMBER
    for term in terms[1:]:
        shape = _sum_type(shape, term.type, term.column or column)
    return Node("add", tuple(terms), type=shape, column=column)


def _sum_type(left: Type, right: Type, column: int) -> Type:
    kinds = {left.kind, right.kind} - {"optimum"}
    if kinds <= {"number"}:
        return NUMBER
    if kinds == {"number", "matrix"}:
        raise FormulaError(
            "A number can't be added to a matrix. Write lambda I for a multiple of the identity.", column
        )
    if kinds == {"number", "vector"}:
        return left if left.kind == "vector" else right
    if len(kinds) > 1 or any(sizes_differ(a, b) for a, b in zip(left.sizes, right.sizes, strict=True)):
        raise FormulaError(f"These can't be added: {left} and {right}.", column)
    sizes = tuple(a if a is not None else b for a, b in zip(left.sizes, right.sizes, strict=True))
    return Type(left.kind, sizes, left.row and right.row)


def _settle_pair(term: Node, vector: Type) -> Node:
    """Read ``sigma eps`` and ``v (w - u)`` as elementwise where only that can be added to a vector."""
    if term.op == "neg" and term.args[0].op == "pair":
        return neg(_settle_pair(term.args[0], vector))
    plain = [arg for arg in term.args if arg.op in {"name", "add"}]
    two_plain = len(plain) > 1 and plain[0].op == "name" and plain[0] != plain[1]
    if term.op == "pair" and two_plain and not sizes_differ(term.type.sizes[0], vector.sizes[0]):
        return Node("hadamard", term.args, type=vector_type(term.type.sizes[0]), column=term.column)
    return refuse_pair(term)


def _is_pair(node: Node) -> bool:
    return node.op == "pair" or (node.op == "neg" and _is_pair(node.args[0]))


def refuse_pair(node: Node) -> Node:
    """Refuse two vectors written side by side."""
    if _is_pair(node):
        raise FormulaError(
            "Two vectors stand side by side. Write u·v for the dot product, u v^T for the outer product, "
            "or u .* v for the elementwise product.",
            node.column,
        )
    return node


def neg(node: Node, column: int = 0) -> Node:
    """Return minus a node."""
    refuse_kind(node, "negated")
    return Node("neg", (node,), type=NUMBER if node.type.kind == "optimum" else node.type, column=column)


def mul(left: Node, right: Node, column: int, sign: str) -> Node:
    """Return a product.

    Parameters
    ----------
    left, right
        The factors.
    column
        Where the product is written.
    sign
        How: "" for side by side, or the sign (``*``, ``·``, ``@``, ``×``).
    """
    refuse_kind(left, "multiplied")
    refuse_kind(right, "multiplied")
    left, right = refuse_pair(left), refuse_pair(right)
    kinds = (left.type.kind.replace("optimum", "number"), right.type.kind.replace("optimum", "number"))
    if kinds == ("vector", "vector"):
        return _vector_product(left, right, column, sign)
    if "number" in kinds:
        if sign == "@":
            raise FormulaError("@ multiplies matrices and vectors; write * for numbers.", column)
        shape = right.type if kinds[0] == "number" else left.type
        return Node("mul", (left, right), type=NUMBER if shape.kind == "optimum" else shape, column=column)
    if kinds == ("matrix", "matrix") and sign == "*":
        if left.type.sizes == (None, None) or right.type.sizes == (None, None):
            return _matrix_product(left, right, column)
        raise FormulaError(
            "A*B of two matrices has two readings: write A B or A @ B for the matrix "
            "product, A .* B for the elementwise product.",
            column,
        )
    if sign in {"@", "·"} and kinds == ("vector", "matrix") and not left.type.row:
        left = transpose(left, left.column)
    return _matrix_product(left, right, column)


def _vector_product(left: Node, right: Node, column: int, sign: str) -> Node:
    rows = (left.type.row, right.type.row)
    if rows == (False, True):
        return Node(
            "outer", (left, right), type=matrix_type(left.type.sizes[0], right.type.sizes[0]), column=column
        )
    if rows == (True, False) or sign in {"@", "·"}:
        return dot(left, right, column)
    if sign == "*":
        return hadamard(left, right, column, "hadamard")
    if sign == "×":
        raise FormulaError("I don't read the cross product; write its components.", column)
    if sizes_differ(left.type.sizes[0], right.type.sizes[0]) or any(rows):
        refuse_pair(Node("pair", (left, right), column=column))
    return Node("pair", (left, right), type=vector_type(left.type.sizes[0]), column=column)


def dot(left: Node, right: Node, column: int) -> Node:
    """Return the dot product of two vectors of one size."""
    same_size(left, right, column, "dot product")
    return Node("dot", (left, right), column=column)


def same_size(left: Node, right: Node, column: int, what: str) -> None:
    """Refuse two vectors of different sizes."""
    if sizes_differ(left.type.sizes[0], right.type.sizes[0]):
        raise FormulaError(
            f"The {what} needs one size: the left side is {left.type}, the right side {right.type}.", column
        )


def _matrix_product(left: Node, right: Node, column: int) -> Node:
    a, b = left.type, right.type
    inner_left = a.sizes[1] if a.kind == "matrix" else (a.sizes[0] if a.row or a.kind == "vector" else None)
    inner_right = b.sizes[0]
    if a.kind == "vector" and not a.row and b.kind == "matrix":
        raise FormulaError(f"A column times a matrix doesn't fit: write the row as {'x'}^T A.", column)
    if a.kind == "matrix" and b.kind == "vector" and b.row:
        raise FormulaError("A matrix times a row doesn't fit: leave out the transpose.", column)
    if sizes_differ(inner_left, inner_right):
        raise FormulaError(
            f"The shapes don't fit in this product: the left factor is {a}, the right factor is {b}.", column
        )
    if a.kind == "vector":
        return Node(
            "matmul", (left, right), type=vector_type(b.sizes[1] or a.sizes[0], row=True), column=column
        )
    if b.kind == "vector":
        return Node("matmul", (left, right), type=vector_type(a.sizes[0] or b.sizes[0]), column=column)
    open_left, open_right = a.sizes == (None, None), b.sizes == (None, None)
    sizes = b.sizes if open_left else a.sizes if open_right else (a.sizes[0], b.sizes[1])
    return Node("matmul", (left, right), type=Type("matrix", sizes), column=column)


def hadamard(left: Node, right: Node, column: int, op: str) -> Node:
    """Return the elementwise product (or, for ``op`` ediv, quotient) of two arrays of one shape."""
    refuse_kind(left, "multiplied")
    refuse_kind(right, "multiplied")
    left, right = refuse_pair(left), refuse_pair(right)
    if is_number(left) or is_number(right):
        if op == "ediv":
            return Node(
                "ediv", (left, right), type=left.type if is_number(right) else right.type, column=column
            )
        return mul(left, right, column, "·")
    if left.type.kind != right.type.kind or any(
        sizes_differ(a, b) for a, b in zip(left.type.sizes, right.type.sizes, strict=True)
    ):
        raise FormulaError(
            f"An elementwise operation needs one shape: the left side is "
            f"{left.type}, the right side is {right.type}.",
            column,
        )
    return Node(op, (left, right), type=Type(left.type.kind, left.type.sizes), column=column)


def div(left: Node, right: Node, column: int) -> Node:
    """Return a quotient; only numbers divide."""
    refuse_kind(left, "divided")
    refuse_kind(right, "divided by")
    left, right = refuse_pair(left), refuse_pair(right)
    if (
        is_number(left) and right.type.kind == "vector" and right.op not in {"name", "entry"}
    ):  # 1/(1 + exp(-u))
        return Node("ediv", (left, right), type=right.type, column=column)
    if left.type.kind == right.type.kind == "vector" and not sizes_differ(
        left.type.sizes[0], right.type.sizes[0]
    ):
        return Node("ediv", (left, right), value="loose", type=Type("vector", left.type.sizes), column=column)
    if not is_number(right):
        offer = (
            "2 ./ x for the quotients of the entries"
            if right.type.kind == "vector"
            else "A^-1 for the inverse"
        )
        raise FormulaError(f"One can't divide by {right.type}. Write {offer}.", column)
    return Node("div", (left, right), type=NUMBER if is_number(left) else left.type, column=column)


def power(base: Node, exponent: Node, column: int) -> Node:
    """Return a power: of a number by a number, or of a square matrix by a number."""
    refuse_kind(base, "raised to a power")
    refuse_kind(exponent, "an exponent")
    base = refuse_pair(base)
    if not is_number(exponent):
        raise FormulaError(f"An exponent is a number, not {exponent.type}.", column)
    if base.op == "call" and base.value == "diagonal":
        raise FormulaError(
            "diag(A) of a matrix is the vector of its diagonal: write ./ diag(A) to divide by its entries, "
            "diag(diag(A))^-1 for the inverse of the diagonal matrix.",
            column,
        )
    if base.type.kind == "vector":
        raise FormulaError(
            "A vector has no power. Write x .* x for the squares of its entries, x^T x "
            "or ||x||^2 for the squared length.",
            column,
        )
    if base.type.kind == "matrix":
        if sizes_differ(base.type.sizes[0], base.type.sizes[1]):
            raise FormulaError(
                f"Only a square matrix has a power or an inverse; this is {base.type}.", column
            )
        return Node("matpow", (base, exponent), type=base.type, column=column)
    return Node("pow", (base, exponent), column=column)


def transpose(node: Node, column: int) -> Node:
    """Return the transpose; a vector becomes a row, a number stays."""
    node = refuse_pair(node)
    if is_number(node):
        return node
    if node.type.kind == "vector":
        return Node(
            "transpose", (node,), type=vector_type(node.type.sizes[0], row=not node.type.row), column=column
        )
    if node.type.kind == "matrix":
        return Node("transpose", (node,), type=Type("matrix", node.type.sizes[::-1]), column=column)
    raise FormulaError(f"{str(node.type).capitalize()} has no transpose.", column)


def compare(sign: str, left: Node, right: Node, column: int) -> Node:
    """Return a comparison of two numbers, or an equation of two arrays."""
    for side in (left, right):
        refuse_kind(side, "compared")
    zero = any(side.op == "num" and side.value == 0 for side in (left, right))  # grad f(x) = 0
    if is_number(left) != is_number(right) and not (zero and sign in {"=", "!="}):
        raise FormulaError(f"These can't be compared: {left.type} and {right.type}.", column)
    if not is_number(left) and not is_number(right):
        _sum_type(left.type, right.type, column)
        if sign not in {"=", "!="}:
            raise FormulaError(f"{str(left.type).capitalize()} has no order.", column)
    return Node("cmp", (left, right), value=sign, type=TRUTH, column=column)


def best(kind: str, column: int, args: tuple[Node, ...], value: object) -> Node:
    """Return an argmax or argmin."""
    return Node(kind, args, value=value, type=OPTIMUM, column=column)


def same_shape(left: Type, right: Type) -> bool:
    """Tell whether an answer has the shape of its reference; rows and columns are the same."""
    kinds = {left.kind.replace("optimum", "number"), right.kind.replace("optimum", "number")}
    if len(kinds) > 1:
        return False
    return not any(sizes_differ(a, b) for a, b in zip(left.sizes, right.sizes, strict=False))
