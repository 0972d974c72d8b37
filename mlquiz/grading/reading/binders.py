"""Operators that bind a name: sums, products, maxima, best points and integrals, with their ranges."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mlquiz.grading.reading import bare_sums, brackets, infix, loose_ends
from mlquiz.grading.reading.bindings import Binding, open_binding, read_bindings, variable_of
from mlquiz.grading.reading.priorities import ADD, MULTIPLY
from mlquiz.grading.syntax import shapes
from mlquiz.grading.syntax.kinds import Number, Outcome
from mlquiz.grading.syntax.ranges import common_range, size_node, used_ranges
from mlquiz.grading.syntax.spelling import SHOWN, join_name
from mlquiz.grading.syntax.tree import NUMBER, OPTIMUM, ForbiddenError, FormulaError, Node, size_text

if TYPE_CHECKING:
    from mlquiz.grading.reading.parser import Parser

OPERATORS = {
    "sum": "sum", "prod": "prod", "product": "prod", "max": "maxof", "min": "minof", "sup": "maxof",
    "inf": "minof", "argmax": "argmax", "argmin": "argmin", "int": "int", "integral": "int",
}  # fmt: skip
_REACH = "How far does the {0} reach? Write brackets: {0}_i (a_i b) or ({0}_i a_i) b."


def is_binder(p: Parser, base: str, sub: str) -> bool:
    """Tell whether a name such as ``max`` binds here, or is the plain function."""
    if base in {"max", "min", "sup", "inf"}:
        return bool(sub) or p.is_op("_")
    return not (p.kind_of(base) is not None and not sub)


def read_binder(p: Parser, base: str, sub: str, column: int) -> Node:
    """Read a sum, product, maximum, best point or integral."""
    op = OPERATORS[base]
    for name in (base, op):
        if name in p.forbidden:
            raise ForbiddenError(name)
    if base in {"sup", "inf"}:
        p.notices.append(f"{base} was read as {SHOWN[op]}.")
    if op == "int":
        from mlquiz.grading.reading import integrals

        return integrals.read_integral(p, sub, column)
    if not sub and p.is_op("(") and _commas(p):
        return _call_form(p, op, column)
    if not sub and not p.is_op("_", "^"):
        return _without_index(p, op, column)
    divides = p.at > 1 and p.tokens[p.at - 2].text == "/" and op == "sum"
    upper_first = _upper(p) if p.is_op("^") else None
    bindings = read_bindings(p, sub, column, SHOWN[op])
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
    body = _body(p, op, {b.name for b in bindings}, column, divides=divides)
    p.scopes.pop()
    return _nest(p, op, bindings, body, column)


def _upper(p: Parser) -> Node:
    p.advance()
    if p.is_op("{"):
        return brackets.braced(p)
    p.accept("+")
    return p.operand()


def _body(p: Parser, op: str, names: set[str], column: int, *, divides: bool = False) -> Node:
    """Read what an operator is over: the product that follows.

    Where it matters whether factors without the index belong to it, there are two readings: in a product, and
    in a sum that something is divided by.
    """
    if p.token.kind == "end":
        raise FormulaError(f"{SHOWN[op]} of what? Something is missing.", column)
    if p.other_reading == SHOWN[op]:  # all that follows, up to the closing bracket
        return shapes.refuse_pair(p.expression(ADD - 1))
    if op == "prod" or divides:
        return shapes.refuse_pair(_careful_product(p, op, names))
    return shapes.refuse_pair(p.expression(MULTIPLY - 1))


def _careful_product(p: Parser, op: str, names: set[str]) -> Node:
    """Read a product; in its other reading it ends before the first factor that lacks the index again."""
    start = p.at
    node = p.prefix(MULTIPLY - 1)
    seen = loose_ends.mentions(node, names)
    slash = 0
    while p.priority(p.token) == MULTIPLY and (start, p.at) not in p.stops:
        mark, column, divided = p.at, p.token.column, p.is_op("/") and op == "prod"
        following = infix.read_product(p, node)
        has = bool(following.args) and loose_ends.mentions(following.args[-1], names)
        slash = slash or (mark if divided and node.op != "num" else 0)  # not before 1/x
        in_doubt = seen and not has if names else divided
        if in_doubt and _ends_before(p, op, start, mark, column):
            p.at = mark
            break
        seen, node = seen or has, following
    if names and slash and not seen and _ends_before(p, op, start, slash, p.tokens[slash].column):
        p.at = start
        return _careful_product(p, op, names)
    return node


def _ends_before(p: Parser, op: str, start: int, place: int, column: int) -> bool:
    """Tell whether a product ends before a sign, as it does in its other reading."""
    ends = p.two_readings("factors", _REACH.format(SHOWN[op]), column, firm=False)
    if ends:
        p.stops.add((start, place))
    return ends


# --- ranges ---------------------------------------------------------------------------------------


def _outcome_of_law(p: Parser, body: Node, name: str) -> str:
    """Return the outcome that a distribution has where this name stands."""
    for node in body.walk():
        if node.op == "lawat":
            for slot, arg in zip(node.value[1] + node.value[2], node.args, strict=False):
                if arg.op == "name" and arg.value == name:
                    return variable_of(p, slot)
    return ""


def _used_outcome(p: Parser, body: Node, name: str) -> str:
    """Return the outcome that a distribution has, or the reference puts where a function has this name."""
    found = _outcome_of_law(p, body, name)
    if found:
        return found
    for node in body.walk():
        if node.op == "apply":
            for place, arg in enumerate(node.args):
                if arg.op == "name" and arg.value == name and (str(node.value), place) in p.slots:
                    return p.slots[str(node.value), place]
    return ""


def _range(p: Parser, op: str, binding: Binding, body: Node, column: int) -> tuple[str, tuple[Node, ...]]:
    """Return how an index runs whose range is left out."""
    name = binding.name
    parts = [body] if binding.condition is None else [body, binding.condition]
    ranges = [bounds for part in parts for bounds in used_ranges(part, name)]
    kind = p.kind_of(name)
    if ranges:
        whole = body if binding.condition is None else Node("and", (body, binding.condition))
        common = common_range(whole, name, ranges)
        if common is None:
            offers = [f"{SHOWN[op]}_{{{name}=1}}^{{{size_text(top)}}}" for _, top in dict.fromkeys(ranges)]
            raise FormulaError(
                f"{name} runs over different ranges here; write the one you mean: {' or '.join(offers)}.",
                column,
            )
        ranges = [common]
    if not ranges and isinstance(kind, Number) and kind.domain == "index":
        ranges = [(kind.low, kind.high)]
    if not ranges and name in p.declarations.letters:
        ranges = [p.declarations.letters[name]]
    if not ranges:
        outcome = _used_outcome(p, body, name)
        if outcome:
            return "outcome", ()
        raise FormulaError(
            f"I can't tell over what {name} runs: write the range, as in {SHOWN[op]}_{{{name}=1}}^n.", column
        )
    low, high = ranges[0]
    return "range", (size_node(low), size_node(high))


def _nest(p: Parser, op: str, bindings: list[Binding], body: Node, column: int) -> Node:
    for binding in reversed(bindings):
        body = _close(p, op, binding, body, column)
    return body


def _close(p: Parser, op: str, binding: Binding, body: Node, column: int) -> Node:
    mode, domain, of = binding.mode, binding.domain, ""
    if mode == "from":
        raise FormulaError("The upper bound is missing: sum_{i=1}^n.", column)
    test = binding.condition
    if test is not None and test.type.kind not in {"truth", "event"}:
        raise FormulaError("Under a sum a condition is a comparison, as in i != j.", test.column or column)
    if mode == "open":
        mode, domain = _range(p, op, binding, body, column)
        of = _used_outcome(p, body, binding.name) if mode == "outcome" else ""
    if mode == "outcome" and not of:
        of = binding.kind.of if isinstance(binding.kind, Outcome) and binding.kind.of else binding.name
    if mode in {"range", "in", "notin"} and (outcome := _outcome_of_law(p, body, binding.name)):
        name = binding.name
        raise FormulaError(
            f"{name} runs over the outcomes of {outcome}: write sum_{name} without range.", column
        )
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
        offer = " Write 1[...] around it." if body.type.kind == "truth" else ""
        raise FormulaError(f"{SHOWN[op]} is over numbers, not {body.type}.{offer}", column)
    _refuse_bounds(SHOWN[op], mode, domain, body, column)
    if op == "prod" and body.type.kind == "vector":
        raise FormulaError("A product of vectors has no one reading.", column)
    if op in {"maxof", "minof", "argmax", "argmin"} and not shapes.is_number(body):
        raise FormulaError(f"{SHOWN[op]} is of numbers, not {body.type}.", column)
    shape = OPTIMUM if op.startswith("arg") else NUMBER if body.type.kind == "optimum" else body.type
    args = (body, *domain, *(() if condition is None else (condition,)))
    return Node(op, args, value=(name, mode, of, condition is not None), type=shape, column=column)


def _refuse_bounds(shown: str, mode: str, domain: tuple[Node, ...], body: Node, column: int) -> None:
    if mode != "range":
        return
    for bound in domain:
        shapes.refuse_kind(bound, f"a bound of a {shown}")
        if bound.op not in {"const", "neg"} and any(part.value == "infty" for part in bound.walk()):
            raise FormulaError("A bound is infinity alone, or a finite number.", bound.column or column)
        if not shapes.is_number(bound):
            raise FormulaError(
                f"A bound of a {shown} is a number; this is {bound.type}.", bound.column or column
            )
    infinite = any(part.op == "const" and part.value == "infty" for part in domain[1].walk())
    if infinite and body.type.kind != "number":
        raise FormulaError("A sum to infinity is read of numbers only, not of arrays.", column)


# --- sum(x_i, i, 1, n) ----------------------------------------------------------------------------


def _commas(p: Parser) -> list[int]:
    """Return where the commas of the next bracket stand."""
    return brackets.top_level(p, p.at + 1, brackets.group_end(p), {","})


def _without_index(p: Parser, op: str, column: int) -> Node:
    """Read ``sum x_i p_i`` and ``sum(x_i p_i)``: over the one index that is there."""
    if op not in {"sum", "prod"}:
        raise FormulaError(f"Over which index? Write {SHOWN[op]}_i, as in {SHOWN[op]}_i x_i.", column)
    if bare_sums.is_call(p):
        body, bindings = bare_sums.read_call(p, op, column)
    else:
        count = 1 + (bare_sums.repeated(p) if op == "sum" else 0)
        body, bindings = bare_sums.close(p, op, _body(p, op, set(), column), column, count)
    return _nest(p, op, bindings, body, column)


def mean(p: Parser, body: Node, column: int) -> Node:
    """Read ``mean((x_i - m)^2)``: over the one index that is there."""
    body, bindings = bare_sums.close(p, "sum", body, column)
    total = _nest(p, "sum", bindings, body, column)
    if total.op != "sum" or total.value[1] != "range":
        raise FormulaError("mean is of a vector, or over an index: write 1/n sum_i x_i.", column)
    low, high = total.args[1:3]
    from_one = low.op == "num" and low.value == 1
    count = high if from_one else shapes.add([high, shapes.neg(low), shapes.number(Fraction(1))])
    return shapes.div(total, count, column)


def _call_form(p: Parser, op: str, column: int) -> Node:
    """Read ``sum(body, index, low, high)``."""
    commas, end = _commas(p), brackets.group_end(p)
    token = p.tokens[commas[0] + 1]
    if token.kind != "name" or commas[0] + 2 != (commas[1] if len(commas) > 1 else end):
        raise FormulaError("The second part names the index: sum(x_i, i, 1, n).", token.column)
    binding = open_binding(p, join_name(token.text))
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
