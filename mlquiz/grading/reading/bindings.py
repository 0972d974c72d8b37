"""What stands under a sum: the names that it binds, over what they run, and on what condition."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlquiz.grading.reading import brackets, chains, indices
from mlquiz.grading.syntax import shapes
from mlquiz.grading.syntax.kinds import (
    Function,
    Law,
    Matrix,
    Number,
    Outcome,
    Random,
    Sequence,
    Subset,
    Vector,
)
from mlquiz.grading.syntax.records import Record
from mlquiz.grading.syntax.spelling import GREEK_NAMES, join_name
from mlquiz.grading.syntax.tree import SET, TRUTH, FormulaError, Node

if TYPE_CHECKING:
    from mlquiz.grading.reading.lexer import Token
    from mlquiz.grading.reading.parser import Parser
    from mlquiz.grading.syntax.kinds import Kind

_LETTER = re.compile(r"[A-Za-z]+['0-9]*")
WHICH = "Over which index? Write {0}_{{i=1}}^n or {0}_i."
"""What to say of an operator without index, with its name."""


class Binding(Record):
    """One bound name: its kind, how it runs (range, outcome, in, notin, subset, family) and over what."""

    __slots__ = ("condition", "domain", "kind", "mode", "name")

    def __init__(
        self,
        name: str,
        kind: Kind,
        mode: str = "open",
        domain: tuple[Node, ...] = (),
        condition: Node | None = None,
    ) -> None:
        self.name, self.kind, self.mode, self.domain, self.condition = name, kind, mode, domain, condition


def read_bindings(p: Parser, sub: str, column: int, shown: str = "sum") -> list[Binding]:
    """Read what stands under a sum, ``sub`` being a subscript that is part of the token."""
    which = WHICH.format(shown)
    if sub:
        return _open_bindings(p, join_name(sub), column, which)
    if not p.accept("_"):
        raise FormulaError(which, column)
    if not p.is_op("{"):
        token = p.advance()
        if token.kind != "name":
            raise FormulaError(which, token.column)
        return _open_bindings(p, join_name(token.text), token.column, which)
    end = brackets.group_end(p)
    p.advance()
    found: list[Binding] = []
    p.contexts.append("group")
    while p.at < end:
        if not _further_condition(p, found):
            _one_binding(p, found, end)
        if not p.accept(","):
            break
        if p.at == end:
            raise p.unexpected()
    p.contexts.pop()
    p.expect("}", " to close what is bound")
    if not found:
        raise FormulaError(which, column)
    return _share_set(found)


def _further_condition(p: Parser, found: list[Binding]) -> bool:
    """Read a condition behind a range: ``i=1, i > k`` and ``j=1, o_ij = 1``."""
    last = found[-1] if found else None
    if last is None or last.mode not in {"from", "subset"} or last.condition is not None:
        return False
    name = join_name(p.token.text)
    if last.mode == "subset" and not (p.look().text in {"in", "notin"} and _is_fixed(p, name)):
        return False
    entry = p.kind_of(name) is None and name.partition("_")[0] in p.declarations.families
    bound = name == last.name and p.look().text not in {"=", "in", ","}
    if last.mode == "from" and p.token.kind == "name" and not entry and not bound:
        return False
    p.scopes.append({b.name: b.kind for b in found})
    last.condition = p.expression(0)
    p.scopes.pop()
    return True


def _share_set(found: list[Binding]) -> list[Binding]:
    r"""Read ``a, b \in {0, 1}``: the names before it run over the set too."""
    last = found[-1]
    for binding in found[:-1]:
        if last.mode == "in" and binding.mode == "open" and binding.condition is None:
            binding.mode, binding.domain = "in", last.domain
    return found


def bound_name(p: Parser, end: int) -> tuple[str, Token]:
    """Read a name that is bound, with its subscript in braces; return its token too."""
    token = p.advance()
    if token.kind != "name":
        raise FormulaError("A letter is expected here.", token.column)
    name = join_name(token.text)
    if p.is_op("_") and p.at < end and not p.token.spaced:
        braced = p.look().text == "{"
        close = brackets.group_end(p, p.at + 1) if braced else p.at + 2
        name = join_name(f"{name}_" + "".join(t.text for t in p.tokens[p.at + 1 + braced : close]))
        p.at = close + braced
    return name, token


def _one_binding(p: Parser, found: list[Binding], end: int) -> None:
    ranges = chains.read_range(p, end)
    if ranges:
        found += [Binding(name, Number("integer"), "range", bounds, test) for name, bounds, test in ranges]
        return
    name, token = bound_name(p, end)
    if p.at == end or p.is_op(","):
        if not _also_unequal(p, found, name, token.column):
            found += _open_bindings(p, name, token.column, WHICH.format("sum"))
        return
    sign = p.advance()
    if sign.text == "=":
        found.append(_from(p, name))
    elif sign.text in {"in", "notin"}:
        found.append(_whole_range(p, name, sign) or _listed(p, name, sign) or _member(p, name, sign))
    elif sign.text == "⊆":
        found.append(_subset(p, name))
    elif sign.text in {":", "|"}:
        found.append(open_binding(p, name))
        p.scopes.append({name: found[-1].kind})
        found[-1].condition = p.expression(0)
        p.scopes.pop()
    elif sign.text in {"!=", "<", "<=", ">", ">="}:
        _conditioned(p, found, name, sign, end)
    else:
        raise FormulaError(f"{sign.text!r} can't stand under a sum.", sign.column)


def _whole_range(p: Parser, name: str, sign: Token) -> Binding | None:
    r"""Read ``x \in X`` and ``\theta \in \mathbb{R}^d``: a set that only says where a symbol lives.

    It is a capital letter, the symbol's own one but for outcomes and the reals, and is no set or number here.
    """
    binding, token = open_binding(p, name), p.token
    own = token.text.lower() == name.rstrip("'")
    kind = p.kind_of(join_name(token.text))
    may_be = kind is None or (own and isinstance(kind, Function | Matrix | Vector))
    all_values = own or binding.mode == "outcome" or (binding.mode == "family" and token.text == "R")
    if sign.text != "in" or not _is_capital(token) or not may_be or not all_values:
        return None
    mark = p.at
    p.advance()
    if p.is_op("(") and own:  # \mathcal{A}(s)
        p.at = brackets.group_end(p) + 1
    if p.is_op("^") and (own or token.text == "R"):
        p.at = brackets.group_end(p, p.at + 1) + 1 if p.look().text in {"{", "("} else p.at + 2
    if p.is_op("}", ","):
        return binding
    p.at = mark
    return None


def _is_capital(token: Token) -> bool:
    """Tell whether a token is a capital letter, Latin or Greek."""
    return (
        token.kind == "name"
        and (len(token.text) == 1 or token.text in GREEK_NAMES)
        and token.text[0].isupper()
    )


def _from(p: Parser, name: str) -> Binding:
    r"""Read what follows ``i =``: the lower bound, or ``1, \dots, n``."""
    low = p.expression(0)
    if p.is_op("..") or (p.is_op(",") and p.look().text == ".."):
        p.accept(",")
        p.advance()
        p.accept(",")
        return Binding(name, Number("integer"), "range", (low, p.expression(0)))
    return Binding(name, Number("integer"), "from", (low,))


def _listed(p: Parser, name: str, sign: Token) -> Binding | None:
    r"""Read ``j \in \{1, \dots, k\}`` and ``j in {1..k}`` as a range."""
    if sign.text != "in" or not p.is_op("{", "\\{"):
        return None
    start, end = p.at + 1, brackets.group_end(p)
    dots = brackets.top_level(p, start, end, {".."})
    if len(dots) != 1:
        return None
    commas = brackets.top_level(p, start, end, {","})
    before = [place for place in commas if place < dots[0]]
    if len(before) == 2 and (p.tokens[start].text, p.tokens[start + 2].text) not in {("1", "2"), ("0", "1")}:
        return None  # {2, 4, ..., n}
    after = dots[0] + (2 if dots[0] + 1 in commas else 1)
    bounds = indices.between(p, [(start, before[0] if before else dots[0]), (after, end)])
    p.at = end + 1
    return Binding(name, Number("integer"), "range", tuple(bounds))


def _subset(p: Parser, name: str) -> Binding:
    r"""Read what follows ``S \subseteq``: a set, and a condition on S behind a colon or bar."""
    p.contexts.append("given")
    domain = brackets.set_or_operand(p, 0)
    p.contexts.pop()
    binding = Binding(name, Subset(()), "subset", (domain,))
    if p.accept(":", "|"):
        p.scopes.append({name: binding.kind})
        binding.condition = p.expression(0)
        p.scopes.pop()
    return binding


def _also_unequal(p: Parser, found: list[Binding], name: str, column: int) -> bool:
    r"""Read the j of ``k \ne i, j`` as another value that k doesn't take, where j is fixed."""
    last = found[-1] if found else None
    if last is None or last.condition is None or name == last.name or not _is_fixed(p, name):
        return False
    test = last.condition.args[-1] if last.condition.op == "and" else last.condition
    if test.op != "cmp" or test.value != "!=" or test.args[0].value != last.name:
        return False
    other = shapes.compare("!=", test.args[0], Node("name", value=name, column=column), column)
    last.condition = Node("and", (last.condition, other), type=TRUTH)
    return True


def _is_fixed(p: Parser, name: str) -> bool:
    """Tell whether a letter has a value outside of the sum: it is bound, free in the reference or a size."""
    kind = p.kind_of(name)
    if p.is_bound(name) or p.free_names is None:
        return isinstance(kind, Number)
    return name in p.free_names or (isinstance(kind, Number) and kind.domain != "index")


def _member(p: Parser, name: str, sign: Token) -> Binding:
    domain = brackets.set_or_operand(p, 0)
    if domain.type != SET:
        raise FormulaError("After 'in' comes a set.", sign.column)
    return Binding(name, Number("integer"), "in" if sign.text == "in" else "notin", (domain,))


def _conditioned(p: Parser, found: list[Binding], name: str, sign: Token, end: int) -> None:
    """Read ``j != i`` and ``i < j``: bind what isn't bound yet, under a condition."""
    names = {b.name for b in found}
    fresh = [] if name in names or (p.is_bound(name) and sign.text != "!=") else [name]
    if sign.text != "!=" and p.token.kind == "name" and p.at + 1 == end:
        other = join_name(p.token.text)
        fresh = _fresh(p, [n for n in (name, other) if n not in names and not p.is_bound(n)])
    if sign.text == "!=" and p.token.kind == "name" and p.at + 1 == end:
        other = join_name(p.token.text)
        unbound = p.kind_of(other) is None or (p.free_names is not None and other not in p.free_names)
        if unbound and other not in names and not p.is_bound(other):
            fresh = [other, *fresh]
    for new in fresh:
        found.append(open_binding(p, new))  # noqa: PERF401
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


def _fresh(p: Parser, letters: list[str]) -> list[str]:
    """Return which letters of ``j < k`` are bound, the last first: those that have no value yet."""
    fixed = [name for name in letters if _is_fixed(p, name)]
    if len(letters) < 2 or not fixed:
        return letters[::-1]
    open_letters = [name for name in letters if name not in fixed]
    return open_letters or (letters[::-1] if p.free_names is None else letters[:1])


def _open_bindings(p: Parser, name: str, column: int, which: str) -> list[Binding]:
    """Return the binding of a name, or those of two letters written together, as in ``sum_{ij}``."""
    if p.kind_of(name) is None and not _LETTER.fullmatch(name):
        raise FormulaError(which, column)
    letters = list(dict.fromkeys(name))
    glued = len(letters) == len(name) == 2 and name.isalpha() and name.islower() and name not in GREEK_NAMES
    if not glued or p.kind_of(name) is not None or not all(_may_be_index(p, letter) for letter in letters):
        return [open_binding(p, name)]
    return [open_binding(p, letter) for letter in letters]


def _may_be_index(p: Parser, letter: str) -> bool:
    kind = p.kind_of(letter)
    return kind is None or isinstance(kind, Outcome) or (isinstance(kind, Number) and kind.domain == "index")


def open_binding(p: Parser, name: str) -> Binding:
    """Return the binding of a name whose range is left out."""
    kind = p.kind_of(name)
    if isinstance(kind, Outcome | Random):
        return Binding(name, Outcome(variable_of(p, name)), "outcome")
    base = name.rstrip("'")
    if kind is None and base != name and isinstance(p.kind_of(base), Outcome | Random):
        return Binding(name, Outcome(variable_of(p, base)), "outcome")
    if isinstance(kind, Function | Law | Vector | Sequence) or (
        isinstance(kind, Number) and kind.domain in {"real", "positive", "nonneg", "unit"}
    ):
        return Binding(name, kind, "family" if not isinstance(kind, Sequence) else "open")
    return Binding(name, kind if isinstance(kind, Number) else Number("integer"), "open")


def variable_of(p: Parser, name: str) -> str:
    """Return the random variable that an outcome is a value of."""
    kind = p.kind_of(name)
    if isinstance(kind, Outcome) and kind.of and kind.of != name:
        return variable_of(p, kind.of)
    return name
