"""The slips that people make at one operation of a formula, each with the words that name it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING

from mlquiz.grading import shapes, signatures
from mlquiz.grading.array_slips import (
    dot_slips,
    hadamard_slips,
    matpow_slips,
    matrix_slips,
    norm_slips,
    num,
    outer_slips,
    transpose_slips,
)
from mlquiz.grading.chance_slips import kl_slips, law_slips, moment_slips, prob_slips

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mlquiz.grading.tree import Node

    Slips = Iterator[tuple[str, Node]]


TWO = Fraction(2)


_TWINS = {
    "max": "min", "min": "max", "sin": "cos", "cos": "sin", "sinh": "cosh", "cosh": "sinh", "floor": "ceil",
    "ceil": "floor", "tanh": "sigmoid", "sigmoid": "tanh", "det": "tr", "tr": "det", "exp": "log",
    "log": "exp", "softmax": "sigmoid", "relu": "sigmoid", "erf": "tanh",
}  # fmt: skip


_OPS = {
    "sum": "prod",
    "prod": "sum",
    "maxof": "minof",
    "minof": "maxof",
    "argmax": "argmin",
    "argmin": "argmax",
}


_WORDS = {
    "sum": "sum",
    "prod": "product",
    "maxof": "maximum",
    "minof": "minimum",
    "argmax": "argmax",
    "argmin": "argmin",
}


def _sum_slips(node: Node) -> Slips:
    terms = node.args
    for place, term in enumerate(terms):
        flipped = term.args[0] if term.op == "neg" else shapes.neg(term)
        yield (
            "The sign of one term is the other way round.",
            replace(node, args=(*terms[:place], flipped, *terms[place + 1 :])),
        )
    for place in range(len(terms)):
        rest = [*terms[:place], *terms[place + 1 :]]
        yield "A term is missing.", rest[0] if len(rest) == 1 else shapes.add(rest)
    if all(t.type.kind == "number" for t in terms):
        product = terms[0]
        for term in terms[1:]:
            product = shapes.mul(product, term, 0, "*")
        yield "There is a product where a sum belongs.", product


def _neg_slips(node: Node) -> Slips:
    yield "A sign is missing.", node.args[0]


def _mul_slips(node: Node) -> Slips:
    left, right = node.args
    yield "A factor is missing.", left
    yield "A factor is missing.", right
    if right.type.kind == "number":
        yield "There is a quotient where a product belongs.", shapes.div(left, right, 0)
    if left.type.kind == "number":
        yield "There is a quotient where a product belongs.", shapes.div(right, left, 0)
    if left.type.kind == right.type.kind == "number":
        yield "There is a sum where a product belongs.", shapes.add([left, right])


def _div_slips(node: Node) -> Slips:
    top, bottom = node.args
    yield "A divisor is missing.", top
    yield "There is a product where a quotient belongs.", shapes.mul(top, bottom, 0, "*")
    if top.type.kind == "number":
        yield "A quotient is upside down.", shapes.div(bottom, top, 0)
        yield "Only the divisor is there.", bottom
    for place, part in enumerate(bottom.args if bottom.op == "mul" else ()):
        other = bottom.args[1 - place]
        yield (
            "A factor stands above the line where it belongs below.",
            shapes.mul(shapes.div(top, other, 0), part, 0, "*"),
        )
    for part in bottom.args if bottom.op == "add" else ():
        if part.type.kind == "number":
            yield "Part of the divisor is missing.", shapes.div(top, part, 0)
    if top.op == "add":
        for place, term in enumerate(top.args):
            rest = [*top.args[:place], *top.args[place + 1 :]]
            yield (
                "The fraction doesn't cover all it should: look at the brackets.",
                shapes.add([shapes.div(term, bottom, 0), *rest]),
            )


def _power_slips(node: Node) -> Slips:
    base, exponent = node.args
    yield "A power or root is missing.", base
    if exponent.op == "neg":
        yield "The sign of an exponent is the other way round.", replace(node, args=(base, exponent.args[0]))
    else:
        yield (
            "The sign of an exponent is the other way round.",
            replace(node, args=(base, shapes.neg(exponent))),
        )
    if exponent.op == "num" and node.op == "pow":
        if exponent.value == TWO:
            yield "An absolute value stands where a square belongs.", signatures.call("abs", [base], 0)
        yield "An exponent is off by one.", replace(node, args=(base, num(exponent.value + 1)))
        yield "An exponent is halved.", replace(node, args=(base, num(exponent.value / 2)))
    elif node.op == "pow":
        for step in (1, -1):
            yield "An exponent is off by one.", replace(node, args=(base, shapes.add([exponent, num(step)])))
        yield "Base and exponent are swapped.", replace(node, args=(exponent, base))
        yield "There is a product where a power belongs.", shapes.mul(base, exponent, 0, "*")
    if base.op in {"sum", "expect", "prod"} and node.op == "pow":
        inner = replace(base, args=(shapes.power(base.args[0], exponent, 0), *base.args[1:]))
        yield "The power belongs outside, not inside.", inner
    if base.op == "add":
        yield (
            "A power of a sum is not the sum of the powers.",
            shapes.add([shapes.power(t, exponent, 0) for t in base.args]),
        )


def _binder_slips(node: Node) -> Slips:
    body = node.args[0]
    name, mode, of, conditioned = node.value
    del of
    word = _WORDS[node.op]
    if node.op in _OPS:
        yield f"There is another operator where the {word} belongs.", replace(node, op=_OPS[node.op])
    if node.op in {"sum", "prod"}:
        for op in ("maxof", "minof") if body.type.kind == "number" else ():
            yield f"There is another operator where the {word} belongs.", replace(node, op=op)
    if mode == "range":
        low, high = node.args[1:3]
        rest = node.args[3:]
        one = num(1)
        yield (
            "A range is off by one: look at where it starts.",
            replace(node, args=(body, shapes.add([low, one]), high, *rest)),
        )
        yield (
            "A range is off by one: look at where it starts.",
            replace(node, args=(body, shapes.add([low, shapes.neg(one)]), high, *rest)),
        )
        yield (
            "A range is off by one: look at where it ends.",
            replace(node, args=(body, low, shapes.add([high, shapes.neg(one)]), *rest)),
        )
        if node.op == "sum":
            yield f"It is divided by the number of terms.", shapes.div(node, high, 0)  # noqa: F541
            yield "It is multiplied by the number of terms.", shapes.mul(high, node, 0, "*")
    if conditioned:
        yield (
            "A condition under the sum is left out.",
            replace(node, args=node.args[:-1], value=(name, mode, node.value[2], False)),
        )
    yield from _moved_inside(node, body)


def _moved_inside(node: Node, body: Node) -> Slips:
    """Yield f(sum x) for sum f(x), and products or powers likewise."""
    if body.op in {"call", "apply"} and len(body.args) == 1 and body.args[0].type.kind == "number":
        inner = replace(node, args=(body.args[0], *node.args[1:]))
        yield "A function belongs inside, under the sum or expectation.", replace(body, args=(inner,))
        for op in ("sum", "prod") if node.op in {"sum", "prod"} else ():
            yield (
                "A function belongs inside, under the sum or expectation.",
                replace(body, args=(replace(inner, op=op),)),
            )
    if body.op == "pow":
        inner = replace(node, args=(body.args[0], *node.args[1:]))
        yield "The power belongs inside, not outside.", replace(body, args=(inner, body.args[1]))
    if body.op == "mul" and all(a.type.kind == "number" for a in body.args):
        halves = [replace(node, args=(a, *node.args[1:])) for a in body.args]
        yield "A sum of products is not a product of sums.", shapes.mul(halves[0], halves[1], 0, "*")
    if body.op in _WORDS and node.op in _WORDS and body.op != node.op:
        swapped = replace(body, args=(replace(node, args=(body.args[0], *node.args[1:])), *body.args[1:]))
        yield f"The {_WORDS[node.op]} and the {_WORDS[body.op]} are swapped.", swapped


def _expect_slips(node: Node) -> Slips:
    yield from _moved_inside(node, node.args[0])


def _call_slips(node: Node) -> Slips:
    name, args = str(node.value), node.args
    if name in {"det", "diag", "factorial"} and name == "factorial":
        yield "A factorial is missing.", args[0]
    if len(args) == 1 and args[0].type.kind == node.type.kind and name != "factorial":
        yield f"{name} is missing.", args[0]
    if name in _TWINS:
        yield f"There is another function where {name} belongs.", replace(node, value=_TWINS[name])
    if name in {"max", "min"} and len(args) == 2:
        yield f"Only one side of the {name} is there.", args[0]
        yield f"Only one side of the {name} is there.", args[1]
    if name == "sqrt":
        inner = args[0]
        if inner.op == "div":
            top, bottom = inner.args
            yield (
                "The root doesn't cover all it should.",
                shapes.div(signatures.call("sqrt", [top], 0), bottom, 0),
            )
            yield (
                "The root covers more than it should, or less.",
                shapes.div(top, signatures.call("sqrt", [bottom], 0), 0),
            )
    if name in {"log", "exp"} and args[0].op in {"sum", "prod"}:
        body = args[0].args[0]
        for op in ("sum", "prod"):
            yield (
                f"{name} stands inside where it belongs outside.",
                replace(args[0], op=op, args=(replace(node, args=(body,)), *args[0].args[1:])),
            )
    if len(args) > 1:
        for i, j in combinations(range(len(args)), 2):
            yield "Two arguments are swapped.", replace(node, args=_swapped(args, i, j))


def _swapped(args: tuple[Node, ...], i: int, j: int) -> tuple[Node, ...]:
    new = list(args)
    new[i], new[j] = new[j], new[i]
    return tuple(new)


def _apply_slips(node: Node) -> Slips:
    for i, j in combinations(range(len(node.args)), 2):
        if node.args[i].type == node.args[j].type:
            yield "Two arguments of a function are swapped.", replace(node, args=_swapped(node.args, i, j))
    for arg in node.args:
        if arg.type.kind == node.type.kind:
            yield "A function is missing.", arg
    arg = node.args[0]
    if len(node.args) == 1 and arg.op == "add" and arg.type.kind == node.type.kind:
        yield (
            "A function of a sum is not the sum of the functions.",
            shapes.add([replace(node, args=(t,)) for t in arg.args]),
        )


def _cmp_slips(node: Node) -> Slips:
    twin = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "=": "!=", "!=": "="}[str(node.value)]
    yield "Look at < against <=.", replace(node, value=twin)
    turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(str(node.value))
    if turned:
        yield "The comparison points the other way.", replace(node, value=turned)


def _cases_slips(node: Node) -> Slips:
    if len(node.args) == 3:
        a, c, b = node.args
        yield "The two cases are swapped.", replace(node, args=(b, c, a))
    yield "Only one of the cases is there.", node.args[0]


def _num_slips(node: Node) -> Slips:
    value = node.value
    assert isinstance(value, Fraction)
    for other in {value + 1, value - 1, value * 2, value / 2} - {value}:
        yield "A constant is off.", num(other)


def _grad_slips(node: Node) -> Slips:
    if node.type.kind == node.args[0].type.kind:
        yield "A gradient is missing.", node.args[0]
    inner = node.args[0]
    if inner.op == "call" and inner.value == "log":
        yield (
            "The gradient is of the logarithm, not of the thing itself.",
            replace(node, args=(inner.args[0],)),
        )
    if node.op == "gradat" and inner.op == "add":
        yield "The gradient is taken at another point.", replace(node, args=(inner.args[0],))


def added(node: Node) -> Slips:
    """Yield what may be put around any number: one more square, root, logarithm, size."""
    if node.type.kind != "number" or node.op in {"num", "const"}:
        return
    yield "A square is one too many, or a root missing.", shapes.power(node, num(2), 0)
    yield "A root is one too many, or a square missing.", signatures.call("sqrt", [node], 0)
    yield "A logarithm is one too many, or an exponential missing.", signatures.call("log", [node], 0)
    if node.op in {"name", "entry", "sum"}:
        yield "An absolute value is one too many.", signatures.call("abs", [node], 0)
        for step in (1, -1):
            yield "Something is off by one.", shapes.add([node, num(step)])
        yield "A constant factor is off.", shapes.mul(num(2), node, 0, "*")
        yield "A constant factor is off.", shapes.div(node, num(2), 0)
        yield "A sign inside is the other way round.", shapes.neg(node)


LOCAL: dict[str, tuple[Callable[[Node], Slips], ...]] = {
    "add": (_sum_slips,), "neg": (_neg_slips,), "mul": (_mul_slips,), "div": (_div_slips,),
    "pow": (_power_slips,), "call": (_call_slips,), "apply": (_apply_slips,), "map": (_apply_slips,),
    "matmul": (matrix_slips,), "matpow": (matpow_slips, _power_slips), "transpose": (transpose_slips,),
    "norm": (norm_slips,), "dot": (dot_slips,), "hadamard": (hadamard_slips,), "outer": (outer_slips,),
    "lawat": (law_slips,), "prob": (prob_slips,), "kl": (kl_slips,), "cmp": (_cmp_slips,),
    "cases": (_cases_slips,), "moment": (moment_slips,), "num": (_num_slips,), "grad": (_grad_slips,),
    "gradat": (_grad_slips,), "expect": (_expect_slips,), **dict.fromkeys(_WORDS, (_binder_slips,)),
}  # fmt: skip
