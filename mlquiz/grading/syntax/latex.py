"""A tree as LaTeX: the read-back that the layout engine draws."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from mlquiz.grading.syntax.spelling import GREEK_NAMES, MARKS, SHOWN
from mlquiz.grading.syntax.tree import size_text

if TYPE_CHECKING:
    from mlquiz.grading.syntax.tree import Node

SUM, PRODUCT, POWER, ATOM = 10, 20, 30, 40
_COMPARE = {"<": "<", ">": ">", "<=": r"\le", ">=": r"\ge", "=": "=", "!=": r"\ne"}
_BIG = {
    "sum": r"\sum",
    "prod": r"\prod",
    "maxof": r"\max",
    "minof": r"\min",
    "argmax": r"\arg\max",
    "argmin": r"\arg\min",
}
_KNOWN = {
    "exp", "log", "sin", "cos", "tan", "sec", "csc", "cot", "arcsin", "arccos", "arctan", "sinh", "cosh",
    "tanh", "coth", "max", "min", "det",
}  # fmt: skip
_NAMES = {
    "tr": "Tr", "Gamma": r"\Gamma", "Phi": r"\Phi", "phi": r"\phi", "log2": r"\log_2", "log10": r"\log_{10}",
    "max_entry": r"\max", "min_entry": r"\min", "diagonal": "diag",
}  # fmt: skip
_LOOSE = {"dot", "hadamard", "outer", "ediv"}
_MARKED = {"hat": r"\hat", "bar": r"\bar", "tilde": r"\tilde", "dot": r"\dot"}


def latex(node: Node) -> str:
    """Return a formula as LaTeX."""
    return _text(node)[0]


def symbol(name: str) -> str:
    """Return a canonical name as LaTeX: marks over letters, subscripts, several letters upright."""
    if "/" in name:
        top, bottom = name.split("/")
        return rf"\frac{{\partial {symbol(top[1:])}}}{{\partial {symbol(bottom[1:])}}}"
    base, _, sub = name.replace("[]", "").partition("_")
    base, _, label = base.partition("^")
    primes = "'" * base.count("'")
    text = _letters(base.replace("'", "")) + primes
    if label:
        text += f"^{{{label}}}"
    return text + (f"_{{{_subscript(sub)}}}" if sub else "")


def _letters(base: str) -> str:
    for mark in MARKS:
        inner = base.removesuffix(mark)
        if inner != base and inner and (len(inner) == 1 or inner in GREEK_NAMES):
            return f"{_letters(inner)}^*" if mark == "star" else f"{_MARKED[mark]}{{{_letters(inner)}}}"
    if base in GREEK_NAMES:
        return f"\\{base}" if base != "omicron" else "o"
    return base if len(base) <= 1 else rf"\mathrm{{{base}}}"


def _subscript(sub: str) -> str:
    if sub in GREEK_NAMES:
        return f"\\{sub}"
    if sub.isalpha() and len(sub) > 2:
        return rf"\text{{{sub}}}"
    return sub.replace("_", r"\_")


def _text(node: Node) -> tuple[str, int]:
    return _PRINTERS[node.op](node)  # type: ignore[no-any-return]


def _in(node: Node, level: int) -> str:
    text, own = _text(node)
    return text if own >= level else rf"\left({text}\right)"


def _num(node: Node) -> tuple[str, int]:
    value = node.value
    assert isinstance(value, Fraction)
    from mlquiz.grading.syntax.printing import number_text

    text = number_text(value)[0].strip("()")
    if "/" in text:
        return rf"\frac{{{value.numerator}}}{{{value.denominator}}}", PRODUCT
    return text, ATOM if value >= 0 else SUM


def _entry(node: Node) -> tuple[str, int]:
    base = _in(node.args[0], ATOM)
    indices = [latex(arg) for arg in node.args[1:]]
    glued = "".join(indices)
    alike = len(glued) == len(indices) and (glued.isalpha() or glued.isdigit())
    joined = glued if alike else ",".join(indices)
    if base.endswith("}") and "_{" in base:
        return f"{{{base}}}_{{{joined}}}", ATOM
    return f"{base}_{{{joined}}}", ATOM


def _add(node: Node) -> tuple[str, int]:
    text = _in(node.args[0], SUM)
    for term in node.args[1:]:
        negative = term.op == "neg"
        text += ("-" if negative else "+") + _in(term.args[0] if negative else term, PRODUCT)
    return text, SUM


def _starts_loose(node: Node) -> bool:
    """Tell whether a product begins with one that is written with a sign of its own."""
    return node.op in _LOOSE or (node.op in {"mul", "matmul"} and _starts_loose(node.args[0]))


def _product(sign: str) -> Any:
    def printer(node: Node) -> tuple[str, int]:
        left, right = node.args
        first = _in(left, PRODUCT)
        if left.op in _BIG:
            first = rf"\left({first}\right)"
        second = _in(right, PRODUCT if not _starts_loose(right) and not sign.strip() else POWER)
        glue = sign or (
            r" \cdot "
            if second[:1].isdigit() or (first[-1:].isdigit() and second[:5] == r"\frac")
            else r"\,"
            if second[:1] == "\\" or first[-1:].isalpha()
            else " "
        )
        return f"{first}{glue}{second}", PRODUCT

    return printer


def _power(node: Node) -> tuple[str, int]:
    base, exponent = node.args
    if exponent.op == "num" and exponent.value == Fraction(1, 2) and node.op == "pow":
        return rf"\sqrt{{{latex(base)}}}", ATOM
    text = latex(exponent).replace(r"\frac{1}{2}", "1/2")
    return f"{_in(base, ATOM)}^{{{text}}}", POWER


def _function(name: str, inside: str) -> tuple[str, int]:
    if name in _NAMES:
        shown = _NAMES[name] if _NAMES[name].startswith("\\") else rf"\operatorname{{{_NAMES[name]}}}"
    else:
        shown = f"\\{name}" if name in _KNOWN else rf"\operatorname{{{name}}}"
    return rf"{shown}\left({inside}\right)", ATOM


def _call(node: Node) -> tuple[str, int]:
    name = str(node.value)
    if name in _FENCES:
        before, after = _FENCES[name]
        return f"{before}{latex(node.args[0])}{after}", ATOM
    printer = _CALLS.get(name)
    return printer(node) if printer else _function(name, _list(node.args))


def _abs(node: Node) -> tuple[str, int]:
    inside = latex(node.args[0])
    if "|" in inside or node.type.kind != "number":  # bars within bars, or around a vector, read otherwise
        return rf"\operatorname{{abs}}\left({inside}\right)", ATOM
    return rf"\left|{inside}\right|", ATOM


def _normal(node: Node) -> tuple[str, int]:
    return rf"\mathcal{{N}}\left({latex(node.args[0])};\, {_list(node.args[1:])}\right)", ATOM


_FENCES = {
    "sqrt": (r"\sqrt{", "}"), "floor": (r"\left\lfloor ", r"\right\rfloor"),
    "ceil": (r"\left\lceil ", r"\right\rceil"), "total": (r"\operatorname{sum}\left(", r"\right)"),
    "spectral norm": (r"\left\|", r"\right\|_{2}"), "nuclear norm": (r"\left\|", r"\right\|_{*}"),
}  # fmt: skip
_CALLS: dict[str, Any] = {
    "abs": _abs,
    "Normal": _normal,
    "factorial": lambda n: (f"{_in(n.args[0], ATOM)}!", POWER),
    "binom": lambda n: (rf"\binom{{{latex(n.args[0])}}}{{{latex(n.args[1])}}}", ATOM),
    "root": lambda n: (rf"\sqrt[{latex(n.args[1])}]{{{latex(n.args[0])}}}", ATOM),
    "log_base": lambda n: (rf"\log_{{{latex(n.args[1])}}}\left({latex(n.args[0])}\right)", ATOM),
    "pinv": lambda n: (rf"{_in(n.args[0], ATOM)}^{{+}}", POWER),
}


def _list(nodes: tuple[Node, ...]) -> str:
    return ", ".join(latex(node) for node in nodes)


def _applied(node: Node) -> tuple[str, int]:
    return rf"{symbol(str(node.value))}\left({_list(node.args)}\right)", ATOM


def _binder(node: Node) -> tuple[str, int]:
    name, mode, of, conditioned = node.value
    del of
    domain = node.args[1 : len(node.args) - (1 if conditioned else 0)]
    under, upper = symbol(name), ""
    if mode == "range":
        under, upper = f"{under}={latex(domain[0])}", f"^{{{latex(domain[1])}}}"
    elif domain:
        under += {"in": r"\in ", "notin": r"\notin ", "subset": r"\subseteq "}[mode] + latex(domain[0])
    if conditioned:
        under += r",\," + latex(node.args[-1])
    return f"{_BIG[node.op]}_{{{under}}}{upper} {_in(node.args[0], PRODUCT)}", PRODUCT


def _cases(node: Node) -> tuple[str, int]:
    rows = [f"{latex(node.args[i])} & {latex(node.args[i + 1])}" for i in range(0, len(node.args) - 1, 2)]
    if len(node.args) % 2:
        rows.append(rf"{latex(node.args[-1])} & \text{{otherwise}}")
    return r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}", ATOM


def _matrix(node: Node) -> tuple[str, int]:
    rows = [" & ".join(latex(x) for x in row.args) if row.op == "vector" else latex(row) for row in node.args]
    return r"\begin{pmatrix} " + r" \\ ".join(rows) + r" \end{pmatrix}", ATOM


def _logic(node: Node) -> tuple[str, int]:
    if node.op == "not":
        return rf"\neg {_in(node.args[0], ATOM)}", 5
    sign = {"and": r" \land ", "or": r" \lor "}[node.op]
    return sign.join(_in(arg, 4) for arg in node.args), 2


def _set_sign(node: Node) -> tuple[str, int]:
    sign = {"union": r" \cup ", "intersection": r" \cap ", "difference": r" \setminus "}[node.op]
    return sign.join(_in(arg, ATOM) for arg in node.args), SUM


def _law(node: Node) -> tuple[str, int]:
    name, left, _ = node.value
    given = node.args[len(left) :]
    inside = _list(node.args[: len(left)]) + (rf" \mid {_list(given)}" if given else "")
    return f"{symbol(name)}({inside})", ATOM


def _given(nodes: tuple[Node, ...]) -> str:
    return r" \mid ".join(latex(node) for node in nodes)


def _expect(node: Node) -> tuple[str, int]:
    name, _, right, left = node.value
    if name == "space":
        return rf"\mathbb{{E}}\left[{_given(node.args)}\right]", ATOM
    given = rf" \mid {_list(node.args[1:])}" if right else ""
    variables = ", ".join(symbol(v) for v in left)
    return (
        rf"\mathbb{{E}}_{{{variables} \sim {symbol(name)}({variables}{given})}}\left[{latex(node.args[0])}\right]",  # noqa: E501
        ATOM,
    )


def _divergence(node: Node) -> tuple[str, int]:
    left, right = node.args
    if node.op == "entropy":
        return (f"H({latex(left)})" if left == right else f"H({latex(left)}, {latex(right)})"), ATOM
    return rf"D_{{KL}}\left({latex(left)} \,\|\, {latex(right)}\right)", ATOM


def _information(node: Node) -> tuple[str, int]:
    which, left, right = node.value
    mark = ";" if which == "I" else r" \mid "
    return (
        f"{which}({', '.join(map(symbol, left))}{mark + ', '.join(map(symbol, right)) if right else ''})",
        ATOM,
    )


def _gradient(node: Node) -> tuple[str, int]:
    if node.op == "gradat":
        return rf"\nabla {symbol(str(node.value))}\left({latex(node.args[0])}\right)", PRODUCT
    return rf"\nabla_{{{symbol(str(node.value))}}} {_in(node.args[0], ATOM)}", PRODUCT


def _partial(node: Node) -> tuple[str, int]:
    count = len(node.args) - 1
    top = r"\partial" if count == 1 else rf"\partial^{count}"
    bottom = r"\,".join(rf"\partial {latex(v)}" for v in node.args[1:])
    return rf"\frac{{{top}}}{{{bottom}}} {_in(node.args[0], ATOM)}", PRODUCT


def _integral(node: Node) -> tuple[str, int]:
    body, low, high = node.args
    return (
        rf"\int_{{{latex(low)}}}^{{{latex(high)}}} {_in(body, PRODUCT)}\,d{symbol(str(node.value))}",
        PRODUCT,
    )


def _identity(node: Node) -> tuple[str, int]:
    return ("I" if node.value is None else f"I_{{{size_text(node.value)}}}"), ATOM


def _norm(node: Node) -> tuple[str, int]:
    order = "" if node.value == "2" else f"_{{{node.value}}}"
    return rf"\left\|{latex(node.args[0])}\right\|{order}", ATOM


_PRINTERS: dict[str, Any] = {
    "num": _num, "const": lambda n: ({"pi": r"\pi", "e": "e", "infty": r"\infty"}[str(n.value)], ATOM),
    "name": lambda n: (symbol(str(n.value)), ATOM), "entry": _entry, "add": _add,
    "neg": lambda n: (f"-{_in(n.args[0], PRODUCT)}", SUM), "mul": _product(""),
    "div": lambda n: (rf"\frac{{{latex(n.args[0])}}}{{{latex(n.args[1])}}}", PRODUCT),
    "matmul": _product(""), "dot": _product(r" \cdot "), "outer": _product(""),
    "hadamard": _product(r" \odot "),
    "ediv": lambda n: (rf"\frac{{{latex(n.args[0])}}}{{{latex(n.args[1])}}}", PRODUCT), "pow": _power,
    "matpow": _power, "transpose": lambda n: (rf"{_in(n.args[0], ATOM)}^\top", POWER), "call": _call,
    "apply": _applied, "map": _applied,
    "norm": _norm,
    "cmp": lambda n: (f"{_in(n.args[0], SUM)} {_COMPARE[str(n.value)]} {_in(n.args[1], SUM)}", 4),
    "and": _logic, "or": _logic, "not": _logic,
    "in": lambda n: (rf"{_in(n.args[0], SUM)} \in {_in(n.args[1], SUM)}", 4), "cases": _cases,
    "indicator": lambda n: (rf"\mathbb{{1}}\left[{latex(n.args[0])}\right]", ATOM), "vector": _matrix,
    "matrix": _matrix, "set": lambda n: (rf"\{{{_list(n.args)}\}}", ATOM), "union": _set_sign,
    "intersection": _set_sign, "difference": _set_sign,
    "count": lambda n: (rf"\left|{latex(n.args[0])}\right|", ATOM), "identity": _identity,
    "ones": lambda n: (rf"\mathbf{{1}}_{{{_list(n.args)}}}", ATOM), "lawat": _law,
    "prob": lambda n: (f"P({_given(n.args)})", ATOM), "hit": lambda n: _text(n.args[0]), "expect": _expect,
    "moment": lambda n: (rf"\operatorname{{{n.value}}}\left({_list(n.args)}\right)", ATOM),
    "kl": _divergence, "entropy": _divergence, "information": _information, "grad": _gradient,
    "gradat": _gradient, "partial": _partial, "int": _integral,
    "function": lambda n: (symbol(str(n.value)), ATOM), "law": lambda n: (symbol(str(n.value)), ATOM),
    **dict.fromkeys(SHOWN, _binder),
}  # fmt: skip
