"""The built-in functions: their names, how far their arguments reach, what they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.grading import brackets, shapes, signatures
from mlquiz.grading.spelling import join_name
from mlquiz.grading.tree import (
    FormulaError,
    Node,
    size_constant,
)

if TYPE_CHECKING:
    from fractions import Fraction

    from mlquiz.grading.parser import Parser


FUNCTIONS = {
    "exp": "exp", "log": "log", "ln": "log", "log2": "log2", "log10": "log10", "log_2": "log2",
    "log_10": "log10", "lg": "log10", "log_e": "log", "sqrt": "sqrt", "root": "root", "sin": "sin",
    "cos": "cos", "tan": "tan", "sec": "sec", "csc": "csc", "cot": "cot", "arcsin": "arcsin",
    "asin": "arcsin", "arccos": "arccos", "acos": "arccos", "arctan": "arctan", "atan": "arctan",
    "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "arsinh": "arsinh", "asinh": "arsinh",
    "arcsinh": "arsinh", "arcosh": "arcosh", "acosh": "arcosh", "arccosh": "arcosh", "artanh": "artanh",
    "atanh": "artanh", "arctanh": "artanh", "abs": "abs", "floor": "floor", "ceil": "ceil", "max": "max",
    "min": "min", "sign": "sign", "sgn": "sign", "clip": "clip", "erf": "erf", "Gamma": "Gamma",
    "Phi": "Phi", "softmax": "softmax", "sigmoid": "sigmoid", "sigma": "sigmoid", "logistic": "sigmoid",
    "relu": "relu", "ReLU": "relu", "softplus": "softplus", "logsumexp": "logsumexp", "mean": "mean",
    "concat": "concat", "det": "det", "tr": "tr", "Tr": "tr", "trace": "tr", "diag": "diag", "inv": "inv",
    "dot": "dot", "binom": "binom", "choose": "binom", "comb": "binom", "C": "binom",
    "factorial": "factorial", "norm": "norm", "transpose": "transpose", "where": "where",
    "ones": "ones", "Id": "identity",
    "logit": "logit",
}  # fmt: skip


APPLIED_ONLY = {
    "sigma",
    "C",
    "Phi",
    "Gamma",
    "where",
    "ones",
    "mean",
    "norm",
    "transpose",
    "logistic",
    "root",
    "clip",
    "binom",
    "choose",
    "comb",
    "dot",
    "concat",
}


def function_power(p: Parser, name: str) -> Node | None:
    """Read the power between a function and its argument: ``sin^2 x``."""
    if not p.is_op("^"):
        return None
    column = p.advance().column
    node = brackets.braced(p) if p.is_op("{") else p.operand()
    if node.op == "neg" or (node.op == "num" and node.value is not None and node.value < 0):
        raise FormulaError(f"{name}^-1 has two readings: write arc{name}(x) or 1/{name}(x).", column)
    return node


def function_arguments(p: Parser, name: str, *, bracketed: bool) -> list[Node]:
    """Read what a function is of: a bracket, or the next factor."""
    if bracketed:
        closer = brackets.CLOSERS[p.advance().text]
        return brackets.arguments(p, closer)
    if p.is_op("-", "+"):
        raise FormulaError(f"Write the argument of {name} in brackets.", p.token.column)
    start = p.token
    from mlquiz.grading.parser import FACTOR

    sign = p.tokens[p.at - 1]
    arg = p.expression(FACTOR)
    after = p.token
    if name == "sqrt" and sign.end - sign.column == 1 and after.spaced:  # √x y
        return [arg]
    if p.begins_operand(after) and after.kind != "end" and not _closed(p, start.kind, after):
        raise FormulaError(f"How far does {name} reach? Write brackets: {name}(...).", after.column)
    if p.split_from is start:
        raise FormulaError(f"How far does {name} reach? Write brackets: {name}(...).", start.column)
    return [arg]


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
    if name == "where":
        if len(args) != 3:
            raise FormulaError("where takes a condition and two values: where(x > 0, x, 0).", column)
        return brackets.cases([(args[1], args[0]), (args[2], None)], column)
    if name == "norm":
        order = str(args[1].value) if len(args) > 1 else ""
        return signatures.norm(args[0], order, column)
    if name == "transpose":
        return shapes.transpose(args[0], column)
    if name == "logit":
        one = shapes.number(_fraction(1), column)
        return signatures.call(
            "log", [shapes.div(args[0], shapes.add([one, shapes.neg(args[0])]), column)], column
        )
    if name == "ones" and args[0].op in {"name", "num"}:
        size = size_constant(int(args[0].value)) if args[0].op == "num" else ((str(args[0].value), 1),)
        return Node("ones", (args[0],), type=shapes.vector_type(size), column=column)
    if name == "sqrt" and args[0].type.kind == "matrix":
        return shapes.power(args[0], shapes.number(_fraction(1, 2)), column)
    if name == "abs" and args[0].type.kind == "set":
        return signatures.size_of(args[0], column)
    del p
    return signatures.call(name, args, column)


def _fraction(top: int, bottom: int = 1) -> Fraction:
    from fractions import Fraction

    return Fraction(top, bottom)
