"""The built-in functions: their names, how far their arguments reach, what they are called."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mlquiz.grading.reading import binders, brackets, cases, composed
from mlquiz.grading.reading.lexer import as_typed
from mlquiz.grading.reading.priorities import FACTOR, MULTIPLY
from mlquiz.grading.syntax import shapes, signatures
from mlquiz.grading.syntax.spelling import join_name
from mlquiz.grading.syntax.tree import (
    FormulaError,
    Node,
    size_constant,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlquiz.grading.reading.lexer import Token
    from mlquiz.grading.reading.parser import Parser


FUNCTIONS = {
    "exp": "exp", "log": "log", "ln": "log", "log2": "log2", "log10": "log10", "log_2": "log2",
    "log_10": "log10", "lg": "log10", "log_e": "log", "sqrt": "sqrt", "root": "root", "sin": "sin",
    "cos": "cos", "tan": "tan", "sec": "sec", "csc": "csc", "cosec": "csc", "cot": "cot", "arcsin": "arcsin",
    "asin": "arcsin", "arccos": "arccos", "acos": "arccos", "arctan": "arctan", "atan": "arctan",
    "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "sech": "sech", "csch": "csch", "coth": "coth",
    "arsinh": "arsinh", "asinh": "arsinh", "arcsinh": "arsinh", "arcosh": "arcosh", "acosh": "arcosh",
    "arccosh": "arcosh", "artanh": "artanh", "atanh": "artanh", "arctanh": "artanh", "abs": "abs",
    "fabs": "abs", "absolute": "abs", "floor": "floor", "ceil": "ceil", "max": "max", "maximum": "max",
    "amax": "max", "min": "min", "minimum": "min", "amin": "min", "sign": "sign", "sgn": "sign",
    "clip": "clip", "clamp": "clip", "erf": "erf", "Gamma": "Gamma", "Phi": "Phi", "phi": "phi",
    "softmax": "softmax", "sigmoid": "sigmoid", "sigma": "sigmoid", "logistic": "sigmoid", "relu": "relu",
    "ReLU": "relu", "softplus": "softplus", "logsumexp": "logsumexp", "mean": "mean", "concat": "concat",
    "det": "det", "tr": "tr", "Tr": "tr", "trace": "tr", "diag": "diag", "inv": "inv", "pinv": "pinv",
    "expm_1": "expm1", "eye": "eye",
    "expm": "expm", "dot": "dot", "inner": "inner", "vdot": "inner", "binom": "binom", "choose": "binom",
    "comb": "binom", "C": "binom", "factorial": "factorial", "norm": "norm", "transpose": "transpose",
    "where": "where", "ones": "ones", "log1p": "log1p", "expm1": "expm1", "erfc": "erfc", "cbrt": "cbrt",
    "logit": "logit", "square": "square", "pow": "pow", "power": "pow", "hypot": "hypot", "mod": "mod",
    "B": "beta_function", "Beta": "beta_function", "matmul": "matmul", "mm": "matmul", "outer": "outer",
    "solve": "solve", "sqrtm": "sqrtm", "logsigmoid": "logsigmoid",
}  # fmt: skip
"""What a name, undeclared, is the function for."""

APPLIED_ONLY = {
    "sigma", "C", "Phi", "phi", "Gamma", "B", "Beta", "where", "ones", "mean", "norm", "transpose",
    "logistic", "root", "clip", "clamp", "binom", "choose", "comb", "dot", "inner", "outer", "concat",
    "mod", "pow", "power", "square", "matmul", "mm", "pinv", "expm", "eye", "solve", "sqrtm", "vdot",
}  # fmt: skip
"""Names that are functions only before a bracket."""
_CIRCULAR = {"sin", "cos", "tan", "sinh", "cosh", "tanh"}

SHORT = 8


def function_power(p: Parser, name: str) -> Node | None:
    """Read the power between a function and its argument: ``sin^2 x``."""
    if not p.is_op("^"):
        return None
    column = p.advance().column
    if name == "exp":
        raise FormulaError("exp is a function: write exp(x) or e^x.", column)
    if p.is_op("-"):
        raise _inverse(name, column)
    node = brackets.braced(p) if p.is_op("{") else p.operand()
    if node.op == "neg" or (node.op == "num" and node.value is not None and node.value < 0):
        raise _inverse(name, column)
    return node


def _inverse(name: str, column: int) -> FormulaError:
    inverse = f"arc{name}(x)" if name in _CIRCULAR else "the inverse by its own name"
    return FormulaError(f"{name}^-1 has two readings: write {inverse} or 1/{name}(x).", column)


def function_arguments(p: Parser, name: str, *, bracketed: bool) -> list[Node]:
    """Read what a function is of: a bracket, or the next factor."""
    if bracketed:
        closer = brackets.CLOSERS[p.advance().text]
        return brackets.arguments(p, closer)
    if p.is_op("-", "+"):
        raise FormulaError(f"Write the argument of {name} in brackets.", p.token.column)
    mark, start = p.at, p.token
    sign = p.tokens[p.at - 1]
    arg = p.expression(FACTOR)
    if p.is_op("/"):
        arg = _doubtful_quotient(p, name, arg)
    after = p.token
    if name == "sqrt" and sign.end - sign.column == 1 and (after.spaced or after.text == "("):  # √x y
        return [arg]
    if p.begins_operand(after) and after.kind != "end" and is_application(p, start):
        return [_doubtful_product(p, name, arg)]
    if p.begins_operand(after) and after.kind != "end" and not _closed(p, start.kind, after):
        raise FormulaError(_how_far(p, name, mark), after.column)
    if p.split_from is start:
        raise FormulaError(f"How far does {name} reach? Write brackets: {name}(...).", start.column)
    return [arg]


def _how_far(p: Parser, name: str, mark: int) -> str:
    """Return both readings of ``log 2x``, if they are short."""
    after = p.token
    first, second = as_typed(p.tokens[mark : p.at]), as_typed([after])
    if len(first) > SHORT or after.kind not in {"name", "number"}:
        return f"How far does {name} reach? Write brackets: {name}(...)."
    return f"How far does {name} reach? With brackets: {name}({first} {second}) or {name}({first}) {second}."


def _doubtful_quotient(p: Parser, name: str, arg: Node) -> Node:
    """Read ``log a/b`` as ``(log a)/b``; its other reading is ``log(a/b)``."""
    message = f"{name} a/b is read as ({name} a)/b: write {name}(a/b)."
    what = _doubt(arg)
    while p.is_op("/") and p.two_readings(what, message, p.token.column):
        column = p.advance().column
        arg = shapes.div(arg, p.expression(MULTIPLY), column)
    return arg


def _doubt(arg: Node) -> str:
    """Return what a doubt is noted under: another word for ``sqrt log a/b`` than for the log in it."""
    return "function of a function" if arg.op == "call" else "function"


def is_application(p: Parser, start: Token) -> bool:
    """Tell whether what has just been read is a name with its own brackets, as in ``log p(x)``."""
    return start.kind == "name" and p.tokens[p.at - 1].text in {")", "]"} and p.token is not start


def _doubtful_product(p: Parser, name: str, arg: Node) -> Node:
    """Read ``log p(x) y`` as ``(log p(x)) y``; its other reading is ``log(p(x) y)``."""
    message = f"{name} a b is read as ({name} a) b: write {name}(a b)."
    what = _doubt(arg)
    while p.begins_operand(p.token) and p.two_readings(what, message, p.token.column):
        arg = shapes.mul(arg, p.expression(MULTIPLY), p.token.column, "")
    return arg


def doubtful_bracket(p: Parser, name: str, args: list[Node]) -> list[Node]:
    """Read ``log (a)/b`` as ``(log a)/b``; its other reading is ``log(a/b)``."""
    message = f"{name} (a)/b is read as ({name} a)/b: write {name}(a/b)."
    while p.is_op("/") and p.two_readings("function", message, p.token.column):
        column = p.advance().column
        args = [shapes.div(args[0], p.expression(MULTIPLY), column)]
    return args


def _closed(p: Parser, kind: str, after: object) -> bool:
    """Tell whether what follows an unbracketed argument can't belong to it: another function."""
    token = p.token
    del after, kind
    return token.kind == "latex" or (
        token.kind == "name" and token.text in FUNCTIONS and p.kind_of(join_name(token.text)) is None
    )


def make_call(p: Parser, name: str, args: list[Node], log_base: Node | None, column: int) -> Node:
    """Return a built-in function of arguments."""
    if not args:
        raise FormulaError(f"{name} needs an argument.", column)
    if name == "log" and log_base is not None:
        return signatures.call("log_base", [args[0], log_base], column)
    if name == "log" and len(args) == 2:
        raise FormulaError("log(x, b) has two readings: write log_b(x), the logarithm to the base b.", column)
    if name in composed.COMPOSED:
        return composed.compose(name, [shapes.refuse_pair(arg) for arg in args], column)
    if name == "mean" and shapes.is_number(args[0]):
        return binders.mean(p, args[0], column)
    special = _SPECIAL.get((name, args[0].type.kind)) or _SPECIAL.get((name, ""))
    return special(args, column) if special else signatures.call(name, args, column)


def _where(args: list[Node], column: int) -> Node:
    if len(args) != 3:
        raise FormulaError("where takes a condition and two values: where(x > 0, x, 0).", column)
    return cases.by_cases([(args[1], args[0]), (args[2], None)], column)


def _norm(args: list[Node], column: int) -> Node:
    order = str(args[1].value).replace("infty", "inf") if len(args) > 1 else ""
    return signatures.norm(args[0], order, column)


def _ones(args: list[Node], column: int) -> Node:
    count = args[0]
    if count.op not in {"name", "num"}:
        raise FormulaError("A size is expected here: a number or a letter.", column)
    size = size_constant(int(count.value)) if count.op == "num" else ((str(count.value), 1),)
    return Node("ones", (count,), type=shapes.vector_type(size), column=column)


def _eye(args: list[Node], column: int) -> Node:
    ones = _ones(args, column)
    size = ones.type.sizes[0]
    return Node("identity", value=size, type=shapes.matrix_type(size, size), column=column)


def _dot(args: list[Node], column: int) -> Node:
    """Return what NumPy's dot is: the matrix product, of two vectors the dot product."""
    if len(args) == 2 and args[1].type.row and args[0].type.kind == "vector" and not args[0].type.row:
        raise FormulaError("dot(u, v^T) has two readings: write u·v, or u v^T for the matrix.", column)
    if len(args) == 2 and any(arg.type.kind == "matrix" for arg in args):
        return shapes.mul(args[0], args[1], column, "@")
    return signatures.call("dot", args, column)


_SPECIAL: dict[tuple[str, str], Callable[[list[Node], int], Node]] = {
    ("where", ""): _where,
    ("norm", ""): _norm,
    ("ones", ""): _ones,
    ("dot", ""): _dot,
    ("eye", ""): _eye,
    ("transpose", ""): lambda args, column: shapes.transpose(args[0], column),
    ("sqrt", "matrix"): lambda args, column: shapes.power(args[0], shapes.number(Fraction(1, 2)), column),
    ("abs", "set"): lambda args, column: signatures.size_of(args[0], column),
}
"""Functions that are no calls of their own, some for one kind of argument only."""
