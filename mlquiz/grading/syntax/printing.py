"""A tree as plain typing: the reading that is shown back, and that reads again as the same tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlquiz.grading.syntax.spelling import MARKS, SHOWN
from mlquiz.grading.syntax.tree import size_text

if TYPE_CHECKING:
    from fractions import Fraction

    from mlquiz.grading.syntax.tree import Node

SUM, PRODUCT, POWER, ATOM = 10, 20, 30, 40
_CALL_NAMES = {
    "max_entry": "max",
    "min_entry": "min",
    "diagonal": "diag",
    "total": "sum",
    "log_base": "log",
    "matpow": "matpow",
}
_MATRIX_NORMS = {"spectral norm": "_2", "nuclear norm": "_*"}
_SIGNS = {"union": "∪", "intersection": "∩", "difference": "∖"}


def linear_text(node: Node) -> str:
    """Return a formula on one line."""
    return _text(node)[0]


def shown_name(name: str) -> str:
    """Return a canonical name as one would type it: marks apart, long subscripts in braces."""
    if "/" in name:
        return name
    base, _, sub = name.replace("[]", "").partition("_")
    primes = "'" * base.count("'")
    base = base.replace("'", "")
    for mark in MARKS:
        if base.endswith(mark) and len(base) > len(mark):
            base = f"{base.removesuffix(mark)}_{mark}"
            break
    text = base + primes
    if not sub:
        return text
    return f"{text}_{sub}" if sub.replace("_", "").isalnum() and "'" not in sub else f"{text}_{{{sub}}}"


def _text(node: Node) -> tuple[str, int]:
    return _PRINTERS[node.op](node)  # type: ignore[no-any-return]


def _in(node: Node, level: int) -> str:
    """Return a part, in brackets if it binds less tightly than its place."""
    text, own = _text(node)
    return text if own >= level else f"({text})"


def number_text(value: Fraction) -> tuple[str, int]:
    """Return an exact number: a whole number, a short decimal, or a quotient."""
    if value.denominator == 1:
        return (str(value), ATOM) if value >= 0 else (f"({value})", ATOM)
    rest = value.denominator
    for factor in (2, 5):
        while rest % factor == 0:
            rest //= factor
    if rest == 1:
        digits = max(_twos_and_fives(value.denominator))
        scaled = str(abs(value.numerator) * 10**digits // value.denominator).rjust(digits + 1, "0")
        return f"{'-' if value < 0 else ''}{scaled[:-digits]}.{scaled[-digits:]}", ATOM
    return f"({value.numerator}/{value.denominator})", ATOM


def _twos_and_fives(number: int) -> tuple[int, int]:
    counts = [0, 0]
    for place, factor in enumerate((2, 5)):
        while number % factor == 0:
            number //= factor
            counts[place] += 1
    return counts[0], counts[1]


def _num(node: Node) -> tuple[str, int]:
    return number_text(node.value)


def _name(node: Node) -> tuple[str, int]:
    name = shown_name(str(node.value))
    return (name, ATOM) if "/" not in name else (name, PRODUCT)


def _entry(node: Node) -> tuple[str, int]:
    base = _in(node.args[0], ATOM)
    indices = [linear_text(arg) for arg in node.args[1:]]
    if node.args[0].op != "name" or "_" in base:
        return f"{base}[{', '.join(indices)}]", ATOM
    if len(indices) == 1 and indices[0].replace("_", "").isalnum() and "_" not in indices[0]:
        return f"{base}_{indices[0]}", ATOM
    return f"{base}_{{{','.join(indices)}}}", ATOM


def _add(node: Node) -> tuple[str, int]:
    text = _in(node.args[0], SUM)
    for term in node.args[1:]:
        negative = term.op == "neg"
        inner = term.args[0] if negative else term
        text += (" - " if negative else " + ") + _in(inner, PRODUCT)
    return text, SUM


def _neg(node: Node) -> tuple[str, int]:
    return f"-{_in(node.args[0], PRODUCT)}", SUM


def _factor(node: Node, *, last: bool) -> str:
    """Return a factor; one that reaches to the right is bracketed unless it is the last."""
    text = _in(node, PRODUCT)
    greedy = _greedy(node)
    return f"({text})" if greedy and not last else text


def _greedy(node: Node) -> bool:
    if node.op in SHOWN or node.op in {"grad", "gradat", "partial"}:
        return True
    return node.op in {"mul", "div", "matmul", "hadamard", "outer", "ediv", "dot", "neg"} and _greedy(
        node.args[-1]
    )


def _infix(sign: str) -> Any:
    def printer(node: Node) -> tuple[str, int]:
        left, right = node.args
        first = _factor(left, last=False)
        if "/" in sign and first.endswith("^1"):  # x^1/2
            first = f"({first})"
        return f"{first}{sign}{_right(right, sign)}", PRODUCT

    return printer


def _right(node: Node, sign: str) -> str:
    text, own = _text(node)
    reaches = node.op in SHOWN and own >= PRODUCT and "/" not in sign
    return text if own > PRODUCT or reaches else f"({text})"


def _power(node: Node) -> tuple[str, int]:
    base, exponent = node.args
    text = _in(base, ATOM)
    shown, own = _text(exponent)
    simple = own >= ATOM and exponent.op in {"name", "num"} and "{" not in shown
    return f"{text}^{shown}" if simple else f"{text}^({shown})", POWER


def _call(node: Node) -> tuple[str, int]:
    name = _CALL_NAMES.get(str(node.value), str(node.value))
    if node.value == "factorial":
        return f"{_in(node.args[0], ATOM)}!", POWER
    if node.value == "log_base":
        base = node.args[1]
        if base.op in {"num", "name"}:
            return f"log_{{{linear_text(base)}}}({linear_text(node.args[0])})", ATOM
        return f"(log({linear_text(node.args[0])})/log({linear_text(base)}))", ATOM
    if node.value in _MATRIX_NORMS:
        return f"||{linear_text(node.args[0])}||{_MATRIX_NORMS[str(node.value)]}", ATOM
    if node.value == "Normal":
        return f"Normal({linear_text(node.args[0])}; {_list(node.args[1:])})", ATOM
    return f"{name}({_list(node.args)})", ATOM


def _list(nodes: tuple[Node, ...]) -> str:
    return ", ".join(linear_text(node) for node in nodes)


def _applied(node: Node) -> tuple[str, int]:
    return f"{shown_name(str(node.value))}({_list(node.args)})", ATOM


def _transposed(node: Node) -> tuple[str, int]:
    return f"{_in(node.args[0], ATOM)}^T", POWER


def _norm(node: Node) -> tuple[str, int]:
    order = "" if node.value == "2" else f"_{node.value}"
    return f"||{linear_text(node.args[0])}||{order}", ATOM


def binder_text(node: Node) -> str:
    """Return what stands under a sum, in braces, with its upper bound."""
    name, mode, of, conditioned = node.value
    del of
    shown = shown_name(name)
    domain = node.args[1 : len(node.args) - (1 if conditioned else 0)]
    upper = ""
    if mode == "range":
        under, upper = f"{shown}={linear_text(domain[0])}", f"^{{{linear_text(domain[1])}}}"
    elif mode in {"in", "notin", "subset"}:
        sign = {"in": "∈", "notin": "∉", "subset": "⊆"}[mode]
        under = f"{shown} {sign} {linear_text(domain[0])}"
    else:
        under = shown
    if conditioned:
        condition = linear_text(node.args[-1])
        bare = mode == "range" and node.args[-1].op == "cmp" and node.args[-1].args[0].value == name
        under = condition if bare and mode != "range" else f"{under}, {condition}"
    return f"_{{{under}}}{upper}"


def _binder(node: Node) -> tuple[str, int]:
    body = node.args[0]
    text, own = _text(body)
    return (
        f"{SHOWN[node.op]}{binder_text(node)} {text if own > SUM and own >= PRODUCT else f'({text})'}",
        PRODUCT,
    )


def _compare(node: Node) -> tuple[str, int]:
    return f"{_in(node.args[0], SUM)} {node.value} {_in(node.args[1], SUM)}", 4


def _logic(node: Node) -> tuple[str, int]:
    if node.op == "not":
        return f"not {_in(node.args[0], 5)}", 3
    return f" {node.op} ".join(_in(arg, 4) for arg in node.args), 2


def _cases(node: Node) -> tuple[str, int]:
    parts = [
        f"{linear_text(node.args[i])} if {linear_text(node.args[i + 1])}"
        for i in range(0, len(node.args) - 1, 2)
    ]
    if len(node.args) % 2:
        parts.append(f"{linear_text(node.args[-1])} otherwise")
    return f"{{{'; '.join(parts)}}}", ATOM


def _set(node: Node) -> tuple[str, int]:
    return f"\\{{{_list(node.args)}\\}}", ATOM


def _set_sign(node: Node) -> tuple[str, int]:
    return f" {_SIGNS[node.op]} ".join(_in(arg, ATOM) for arg in node.args), SUM


def _law(node: Node) -> tuple[str, int]:
    name, left, _ = node.value
    given = node.args[len(left) :]
    inside = _list(node.args[: len(left)]) + (f"|{_list(given)}" if given else "")
    return f"{shown_name(name)}({inside})", ATOM


def _probability(node: Node) -> tuple[str, int]:
    return f"P({' | '.join(linear_text(arg) for arg in node.args)})", ATOM


def _expect(node: Node) -> tuple[str, int]:
    name, _, right, left = node.value
    if name == "space":
        return f"E[{' | '.join(linear_text(arg) for arg in node.args)}]", ATOM
    given = f"|{_list(node.args[1:])}" if right else ""
    return (
        f"E_{{{', '.join(left)}~{shown_name(name)}({', '.join(left)}{given})}}[{linear_text(node.args[0])}]",
        ATOM,
    )


def _information(node: Node) -> tuple[str, int]:
    which, left, right = node.value
    mark = ";" if which == "I" else "|"
    return f"{which}({', '.join(left)}{mark + ', '.join(right) if right else ''})", ATOM


def _divergence(node: Node) -> tuple[str, int]:
    left, right = node.args
    if node.op == "entropy":
        return (
            f"H({linear_text(left)})" if left == right else f"H({linear_text(left)}, {linear_text(right)})"
        ), ATOM
    return f"KL({linear_text(left)}||{linear_text(right)})", ATOM


def _gradient(node: Node) -> tuple[str, int]:
    if node.op == "gradat":
        return f"grad {shown_name(str(node.value))}({linear_text(node.args[0])})", PRODUCT
    return f"grad_{{{shown_name(str(node.value))}}} ({linear_text(node.args[0])})", PRODUCT


def _partial(node: Node) -> tuple[str, int]:
    text = f"({linear_text(node.args[0])})"
    for variable in reversed(node.args[1:]):
        text = f"(∂/∂{linear_text(variable)} {text})"
    return text, ATOM


def _integral(node: Node) -> tuple[str, int]:
    body, low, high = node.args
    return (
        f"int({linear_text(body)}, {shown_name(str(node.value))}, {linear_text(low)}, {linear_text(high)})",
        ATOM,
    )


def _identity(node: Node) -> tuple[str, int]:
    return ("I" if node.value is None else f"I_{size_text(node.value)}"), ATOM


_PRINTERS: dict[str, Any] = {
    "num": _num, "const": lambda n: (str(n.value), ATOM), "name": _name, "entry": _entry, "add": _add,
    "neg": _neg, "mul": _infix("*"), "div": _infix("/"), "matmul": _infix(" @ "), "dot": _infix(" · "),
    "outer": _infix(" "), "hadamard": _infix(" .* "), "ediv": _infix(" ./ "), "pow": _power,
    "matpow": _power, "transpose": _transposed, "call": _call, "apply": _applied, "map": _applied,
    "norm": _norm, "cmp": _compare, "and": _logic, "or": _logic, "not": _logic,
    "in": lambda n: (f"{_in(n.args[0], SUM)} ∈ {_in(n.args[1], SUM)}", 4), "cases": _cases,
    "indicator": lambda n: (f"1[{linear_text(n.args[0])}]", ATOM),
    "vector": lambda n: (f"[{_list(n.args)}]", ATOM), "matrix": lambda n: (f"[{_list(n.args)}]", ATOM),
    "set": _set, "union": _set_sign, "intersection": _set_sign, "difference": _set_sign,
    "count": lambda n: (f"|{linear_text(n.args[0])}|", ATOM), "identity": _identity,
    "ones": lambda n: (f"ones({_list(n.args)})", ATOM), "lawat": _law, "prob": _probability,
    "hit": lambda n: (linear_text(n.args[0]), ATOM), "expect": _expect,
    "moment": lambda n: (f"{n.value}({_list(n.args)})", ATOM), "kl": _divergence, "entropy": _divergence,
    "information": _information, "grad": _gradient, "gradat": _gradient, "partial": _partial,
    "int": _integral, "function": _name, "law": _name, **dict.fromkeys(SHOWN, _binder),
}  # fmt: skip
