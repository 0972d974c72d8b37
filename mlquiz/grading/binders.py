"""Operators that bind a name: sums, products, maxima, best points and integrals, with their ranges."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from mlquiz.grading import brackets, shapes, signatures
from mlquiz.grading.kinds import ONE, Function, Law, Number, Outcome, Random, Sequence, Subset, Vector
from mlquiz.grading.ranges import size_node, used_ranges
from mlquiz.grading.spelling import join_name
from mlquiz.grading.tree import NUMBER, OPTIMUM, SET, TRUTH, FormulaError, Node

if TYPE_CHECKING:
    from mlquiz.grading.kinds import Kind
    from mlquiz.grading.lexer import Token
    from mlquiz.grading.parser import Parser

OPERATORS = {
    "sum": "sum",
    "prod": "prod",
    "product": "prod",
    "max": "maxof",
    "min": "minof",
    "argmax": "argmax",
    "argmin": "argmin",
    "int": "int",
    "integral": "int",
}
SHOWN = {"sum": "sum", "prod": "prod", "maxof": "max", "minof": "min", "argmax": "argmax", "argmin": "argmin"}


@dataclass(slots=True)
class _Binding:
    """One bound name: its kind, how it runs (range, outcome, in, notin, subset, family) and over what."""

    name: str
    kind: Kind
    mode: str = "open"
    domain: tuple[Node, ...] = ()
    condition: Node | None = None


def is_binder(p: Parser, base: str, sub: str) -> bool:
    """Tell whether a name such as ``max`` binds here, or is the plain function."""
    if base in {"max", "min"}:
        return bool(sub) or p.is_op("_")
    return not (p.kind_of(base) is not None and not sub)


def read_binder(p: Parser, base: str, sub: str, column: int) -> Node:
    """Read a sum, product, maximum, best point or integral."""
    op = OPERATORS[base]
    for name in (base, op):
        if name in p.forbidden:
            from mlquiz.grading.tree import ForbiddenError

            raise ForbiddenError(name)
    if op == "int":
        from mlquiz.grading import derivatives

        return derivatives.read_integral(p, sub, column)
    if not sub and p.is_op("("):
        return _call_form(p, op, column)
    upper_first = _upper(p) if p.is_op("^") else None
    bindings = _bindings(p, sub, column)
    upper = _upper(p) if p.is_op("^") else upper_first
    if upper is not None:
        last = bindings[-1]
        if last.mode != "from":
            if len(bindings) == 1 and last.mode == "open":
                last.mode, last.domain = "from", (shapes.number(Fraction(1), column),)
            else:
                raise FormulaError("An upper bound needs a lower one: sum_{i=1}^n.", column)
        last.mode, last.domain = "range", (last.domain[0], upper)
    p.scopes.append({b.name: b.kind for b in bindings})
    body = _body(p, op, column)
    p.scopes.pop()
    return _nest(p, op, bindings, body, column)


def _upper(p: Parser) -> Node:
    p.advance()
    if p.is_op("{"):
        return brackets.braced(p)
    p.accept("+")
    return p.operand()


def _body(p: Parser, op: str, column: int) -> Node:
    from mlquiz.grading.parser import MULTIPLY

    if p.token.kind == "end":
        raise FormulaError(f"{SHOWN[op]} of what? Something is missing.", column)
    if op != "prod":
        return shapes.refuse_pair(p.expression(MULTIPLY - 1))
    start = p.at
    node = _product_before_slash(p) if p.narrow_products else p.expression(MULTIPLY - 1)
    depth_zero = brackets.top_level(p, start, p.at, {"/"})
    if depth_zero and not p.narrow_products:
        p.ambiguous = FormulaError(
            "How far does the product reach? Write brackets: prod_i (a_i/b) or (prod_i a_i)/b.", column
        )
    return shapes.refuse_pair(node)


def _product_before_slash(p: Parser) -> Node:
    from mlquiz.grading.parser import MULTIPLY

    node = p.prefix(MULTIPLY - 1)
    while not p.is_op("/") and p._priority(p.token) == MULTIPLY:  # noqa: SLF001
        node = p._product(node)  # noqa: SLF001
    return node


# --- what is bound --------------------------------------------------------------------------------


def _bindings(p: Parser, sub: str, column: int) -> list[_Binding]:
    if sub:
        return [_open(p, join_name(sub), column)]
    if not p.accept("_"):
        raise FormulaError("Over which index? Write sum_{i=1}^n or sum_i.", column)
    if not p.is_op("{"):
        token = p.advance()
        if token.kind != "name":
            raise FormulaError("Over which index? Write sum_{i=1}^n or sum_i.", token.column)
        return [_open(p, join_name(token.text), token.column)]
    end = brackets.group_end(p)
    p.advance()
    found: list[_Binding] = []
    p.contexts.append("group")
    while p.at < end:
        _one_binding(p, found, end)
        if not p.accept(","):
            break
    p.contexts.pop()
    p.expect("}", " to close what is bound")
    if not found:
        raise FormulaError("Over which index? Write sum_{i=1}^n or sum_i.", column)
    return _share_set(found)


def _share_set(found: list[_Binding]) -> list[_Binding]:
    r"""Read ``a, b \in {0, 1}``: the names before it run over the set too."""
    last = found[-1]
    for binding in found[:-1]:
        if last.mode == "in" and binding.mode == "open" and binding.condition is None:
            binding.mode, binding.domain = "in", last.domain
    return found


def _bound_name(p: Parser, end: int) -> tuple[str, Token]:
    token = p.advance()
    if token.kind != "name":
        raise FormulaError("A letter is expected here.", token.column)
    name = join_name(token.text)
    if p.is_op("_") and p.look().text == "{" and p.at < end:
        close = brackets.group_end(p, p.at + 1)
        name = join_name(f"{name}_" + "".join(t.text for t in p.tokens[p.at + 2 : close]))
        p.at = close + 1
    return name, token


def _one_binding(p: Parser, found: list[_Binding], end: int) -> None:
    name, token = _bound_name(p, end)
    if p.at == end or p.is_op(","):
        found.append(_open(p, name, token.column))
        return
    sign = p.advance()
    if sign.text == "=":
        binding = _Binding(name, Number("integer"), "from", (p.expression(0),))
        found.append(binding)
    elif sign.text in {"in", "notin"}:
        found.append(_whole_range(p, name, sign) or _member(p, name, sign))
    elif sign.text == "⊆":
        found.append(_Binding(name, Subset(()), "subset", (brackets.set_or_operand(p, 0),)))
    elif sign.text in {"!=", "<", "<=", ">", ">="}:
        _conditioned(p, found, name, sign, end)
    else:
        raise FormulaError(f"{sign.text!r} can't stand under a sum.", sign.column)


def _whole_range(p: Parser, name: str, sign: Token) -> _Binding | None:
    r"""Read ``x \in X`` where x is an outcome and X, undeclared, stands for all its values."""
    binding, token = _open(p, name, sign.column), p.token
    alone = (
        token.kind == "name" and len(token.text) == 1 and token.text.isupper() and p.look().text in {"}", ","}
    )
    if binding.mode != "outcome" or sign.text != "in" or not alone or p.kind_of(token.text) is not None:
        return None
    p.advance()
    return binding


def _member(p: Parser, name: str, sign: Token) -> _Binding:
    domain = brackets.set_or_operand(p, 0)
    if domain.type != SET:
        raise FormulaError("After 'in' comes a set.", sign.column)
    return _Binding(name, Number("integer"), "in" if sign.text == "in" else "notin", (domain,))


def _conditioned(p: Parser, found: list[_Binding], name: str, sign: Token, end: int) -> None:
    """Read ``j != i`` and ``i < j``: bind what isn't bound yet, under a condition."""
    names = {b.name for b in found}
    fresh = [] if name in names or (p.is_bound(name) and sign.text != "!=") else [name]
    if sign.text != "!=" and p.token.kind == "name" and p.at + 1 == end:
        other = join_name(p.token.text)
        letters = [n for n in (name, other) if n not in names and not p.is_bound(n)]
        declared = [n for n in letters if isinstance(p.kind_of(n), Number)]
        fresh = (
            [n for n in letters if n not in declared] if len(declared) == 1 and len(letters) == 2 else letters
        )
        fresh = sorted(fresh, key=lambda n: n != other) if len(fresh) == 2 else fresh
    if sign.text == "!=" and p.token.kind == "name" and p.at + 1 == end:
        other = join_name(p.token.text)
        unbound = p.kind_of(other) is None or (p.free_names is not None and other not in p.free_names)
        if unbound and other not in names and not p.is_bound(other):
            fresh = [other, *fresh]
    for new in fresh:
        found.append(_open(p, new, sign.column))  # noqa: PERF401
    p.scopes.append({b.name: b.kind for b in found})
    right = p.expression(4)
    p.scopes.pop()
    left = Node("name", value=name, column=sign.column)
    condition = shapes.compare(sign.text, left, right, sign.column)
    last = (
        found[-1]
        if fresh
        else next((b for b in reversed(found) if b.name == name), found[-1] if found else None)
    )
    if last is None:
        raise FormulaError("Over which index?", sign.column)
    last.condition = (
        condition if last.condition is None else Node("and", (last.condition, condition), type=TRUTH)
    )


def _open(p: Parser, name: str, column: int) -> _Binding:
    """Return the binding of a name whose range is left out."""
    kind = p.kind_of(name)
    if isinstance(kind, Outcome | Random):
        return _Binding(name, Outcome(variable_of(p, name)), "outcome")
    base = name.rstrip("'")
    if kind is None and base != name and isinstance(p.kind_of(base), Outcome | Random):
        return _Binding(name, Outcome(variable_of(p, base)), "outcome")
    if isinstance(kind, Function | Law | Vector | Sequence) or (
        isinstance(kind, Number) and kind.domain in {"real", "positive", "nonneg", "unit"}
    ):
        return _Binding(name, kind, "family" if not isinstance(kind, Sequence) else "open")
    del column
    return _Binding(name, kind if isinstance(kind, Number) else Number("integer"), "open")


def variable_of(p: Parser, name: str) -> str:
    """Return the random variable that an outcome is a value of."""
    kind = p.kind_of(name)
    if isinstance(kind, Outcome) and kind.of and kind.of != name:
        return variable_of(p, kind.of)
    return name


# --- ranges ---------------------------------------------------------------------------------------


def _used_outcome(p: Parser, body: Node, name: str) -> str:
    """Return the outcome that the reference puts where a function has this name."""
    for node in body.walk():
        if node.op == "apply":
            for place, arg in enumerate(node.args):
                if arg.op == "name" and arg.value == name and (str(node.value), place) in p.slots:
                    return p.slots[str(node.value), place]
    return ""


def _range(p: Parser, binding: _Binding, body: Node, column: int) -> tuple[str, tuple[Node, ...]]:
    """Return how an index runs whose range is left out."""
    name = binding.name
    parts = [body] if binding.condition is None else [body, binding.condition]
    ranges = [bounds for part in parts for bounds in used_ranges(part, name)]
    kind = p.kind_of(name)
    if len(set(ranges)) > 1:
        raise FormulaError(
            f"{name} runs over two different ranges here; write the range: sum_{{{name}=1}}^n.", column
        )
    if not ranges and isinstance(kind, Number) and kind.domain == "index":
        ranges = [(kind.low, kind.high)]
    if not ranges and name in p.declarations.letters:
        ranges = [p.declarations.letters[name]]
    if not ranges:
        outcome = _used_outcome(p, body, name)
        if outcome:
            return "outcome", ()
        raise FormulaError(
            f"I can't tell over what {name} runs: write the range, as in sum_{{{name}=1}}^n.", column
        )
    low, high = ranges[0]
    return "range", (size_node(low), size_node(high))


def _nest(p: Parser, op: str, bindings: list[_Binding], body: Node, column: int) -> Node:
    for binding in reversed(bindings):
        body = _close(p, op, binding, body, column)
    return body


def _close(p: Parser, op: str, binding: _Binding, body: Node, column: int) -> Node:
    mode, domain, of = binding.mode, binding.domain, ""
    if mode == "from":
        raise FormulaError("The upper bound is missing: sum_{i=1}^n.", column)
    if mode == "open":
        mode, domain = _range(p, binding, body, column)
        of = _used_outcome(p, body, binding.name) if mode == "outcome" else ""
    if mode == "outcome" and not of:
        of = binding.kind.of if isinstance(binding.kind, Outcome) and binding.kind.of else binding.name
    if mode == "family" and op in {"sum", "prod"}:
        raise FormulaError(f"{binding.name} is no index; write the range, as in sum_{{i=1}}^n.", column)
    return make(op, binding.name, mode, of, body, domain, binding.condition, column)


def make(
    op: str,
    name: str,
    mode: str,
    of: str,
    body: Node,
    domain: tuple[Node, ...],
    condition: Node | None,
    column: int,
) -> Node:
    """Return a binding node.

    Its value is (name, mode, variable, whether a condition is the last argument); its arguments are the
    body, the
    domain (bounds or a set) and the condition.
    """
    if body.type.kind not in {"number", "optimum", "vector", "matrix"}:
        raise FormulaError(f"{SHOWN[op]} is over numbers, not {body.type}.", column)
    if op == "prod" and body.type.kind == "vector":
        raise FormulaError("A product of vectors has no one reading.", column)
    if op in {"maxof", "minof", "argmax", "argmin"} and not shapes.is_number(body):
        raise FormulaError(f"{SHOWN[op]} is of numbers, not {body.type}.", column)
    shape = OPTIMUM if op.startswith("arg") else NUMBER if body.type.kind == "optimum" else body.type
    args = (body, *domain, *(() if condition is None else (condition,)))
    return Node(op, args, value=(name, mode, of, condition is not None), type=shape, column=column)


# --- sum(x_i, i, 1, n) ----------------------------------------------------------------------------


def _call_form(p: Parser, op: str, column: int) -> Node:
    """Read ``sum(body, index, low, high)``, or the sum of the entries of a vector."""
    end = brackets.group_end(p)
    commas = brackets.top_level(p, p.at + 1, end, {","})
    if not commas:
        p.advance()
        node = brackets.inside(p, ")", "group")
        if node.type.kind != "vector" or op != "sum":
            raise FormulaError("Over which index? Write sum(x_i, i, 1, n) or sum_i x_i.", column)
        return signatures.call("total", [node], column)
    token = p.tokens[commas[0] + 1]
    if token.kind != "name" or commas[0] + 2 != (commas[1] if len(commas) > 1 else end):
        raise FormulaError("The second part names the index: sum(x_i, i, 1, n).", token.column)
    binding = _open(p, join_name(token.text), token.column)
    p.advance()
    p.scopes.append({binding.name: binding.kind})
    p.contexts.append("group")
    body = shapes.refuse_pair(p.expression(0))
    p.scopes.pop()
    p.expect(",")
    p.advance()
    bounds = []
    while p.accept(","):
        bounds.append(p.expression(0))
    p.contexts.pop()
    p.expect(")")
    if len(bounds) == 2:
        binding.mode, binding.domain = "range", tuple(bounds)
    elif bounds:
        raise FormulaError("Write the lower and the upper bound: sum(x_i, i, 1, n).", column)
    return _close(p, op, binding, body, column)


__all__ = ["ONE", "OPERATORS", "make", "read_binder", "size_node", "used_ranges"]
