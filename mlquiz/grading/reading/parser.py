"""From tokens to a typed tree: a Pratt parser for the answer language."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from mlquiz.grading.reading import (
    brackets,
    cases,
    commands,
    hessians,
    indices,
    infix,
    loose_ends,
    misplaced,
    names,
    ones,
    operators,
    powers,
    squares,
)
from mlquiz.grading.reading.lexer import Lexer, Token
from mlquiz.grading.reading.prefixes import put_right
from mlquiz.grading.reading.priorities import ADD, BINARY, FACTOR, MULTIPLY, NOT
from mlquiz.grading.syntax import shapes, signatures
from mlquiz.grading.syntax.tree import EVENT, TRUTH, FormulaError, Node

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlquiz.grading.syntax.kinds import Declarations, Kind

MAX_DEPTH = 120
PADDING = 8
"""End tokens, so that looking ahead needs no care."""
_OPENERS = {"(", "[", "{", "\\{", "|", "‖", "⌊", "⌈", "∂", "⟨"}
_BARE = {
    "function": "Write the argument of the function in brackets.",
    "law": "Write the variables of the distribution in brackets.",
    "sequence": "Write the index: x_i.",
}


class Doubt(NamedTuple):
    """What has two readings: what to say of it.

    The first reading may be taken for right only if it is ``firm``; then the second only keeps an answer from
    being called wrong.
    """

    error: FormulaError
    firm: bool


class Parser:
    """Read one formula against declarations.

    Parameters
    ----------
    text
        What was typed.
    declarations
        The card's symbols.
    forbidden
        Names that may not stand in the formula: meeting one raises ``ForbiddenError``.
    slots
        For a place of a declared function, the outcome that the reference puts there.
    other_reading
        What to read in the second way, of the things that have two: the word that a doubt is noted under.
    """

    def __init__(
        self,
        text: str,
        declarations: Declarations,
        *,
        forbidden: Iterable[str] = (),
        slots: Mapping[tuple[str, int], str] | None = None,
        other_reading: str = "",
    ) -> None:
        kinds = declarations.kinds
        sigmas = frozenset(name for name in kinds if name.startswith("Sigma"))
        sigma = "Sigma" in kinds and other_reading != "Sigma"
        if "Sigma" in kinds and not sigma:
            sigmas |= {"Sigma[]"}
        lexer = Lexer(text, sigma_declared=sigma, pi_declared="Pi" in kinds, sigmas=sigmas)
        self.tokens = put_right(lexer.read(), declarations, lexer.notices)
        self.tokens += [self.tokens[-1]] * PADDING
        self.notices = lexer.notices
        self.at = 0
        self.declarations = declarations
        self.forbidden = frozenset(forbidden)
        self.slots = slots or {}
        self.other_reading = other_reading
        self.bare_laws = False  # p stands for p at its own variables, wherever it stands
        self.labels: dict[str, str] = {}  # the parameters that distributions are written with
        self.named: Node | None = None  # an entropy or divergence that is there by its name
        self.doubts: dict[str, Doubt] = {}
        if lexer.doubtful_sigma:
            message = "Σ is the declared Sigma here: write sum_i for a sum."
            self.two_readings("Sigma", message, lexer.doubtful_sigma)
        self.factors: dict[tuple[int, int], bool] = {}  # where a square bracket holds a factor, no index
        self.rows: set[int] = set()  # where rows of numbers begin that are typed with &
        self.stops: set[tuple[int, int]] = set()  # where products end in their other reading, by their start
        self.scopes: list[dict[str, Kind]] = []
        self.contexts: list[str] = ["group"]
        self.randomness = 0
        self.depth = 0
        self.free_letters: dict[str, Node] = {}
        self.free_names: frozenset[str] | None = None  # of the reference, where an answer is read
        self.split_at = -1
        self.split_from: Token | None = None

    # --- tokens -----------------------------------------------------------------------------------

    @property
    def token(self) -> Token:
        """The next token."""
        return self.tokens[self.at]

    def look(self, ahead: int = 1) -> Token:
        """Return a token further on."""
        return self.tokens[min(self.at + ahead, len(self.tokens) - 1)]

    def advance(self) -> Token:
        """Step over the next token and return it."""
        token = self.token
        if token.kind != "end":
            self.at += 1
        return token

    def is_op(self, *texts: str) -> bool:
        """Tell whether the next token is one of these signs."""
        return self.token.kind == "op" and self.token.text in texts

    def accept(self, *texts: str) -> bool:
        """Step over one of these signs if it comes next."""
        if self.is_op(*texts):
            self.advance()
            return True
        return False

    def expect(self, text: str, why: str = "") -> Token:
        """Step over a sign that must come next."""
        if not self.is_op(text):
            found = "the formula ends" if self.token.kind == "end" else f"{self.token.text!r} was found"
            raise FormulaError(f"{text!r} is expected{why}, but {found}.", self.token.column)
        return self.advance()

    def unexpected(self) -> FormulaError:
        """Return the error for a token that can't stand where it does."""
        return misplaced.error(self)

    # --- expressions ------------------------------------------------------------------------------

    def formula(self) -> Node:
        """Read the whole text as one formula."""
        node = cases.alternatives(self, self.expression(0))
        if self.token.kind != "end":
            raise self.unexpected()
        if node.type.kind in {"function", "law", "event", "sequence"}:
            raise FormulaError(_BARE.get(node.type.kind, "Write P(...) around an event."), node.column)
        loose_ends.refuse_unfinished(node)
        return node

    def expression(self, level: int) -> Node:
        """Read as much as binds more tightly than ``level``."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise FormulaError(
                f"Brackets and powers are nested more than {MAX_DEPTH} deep.", self.token.column
            )
        left = self.prefix(level)
        while True:
            token = self.token
            priority = self.priority(token)
            if priority <= level:
                break
            if priority == ADD and token.text in {"+", "-"}:
                left = infix.read_sum(self, left)
            elif priority == MULTIPLY:
                left = infix.read_product(self, left)
            else:
                left = self._binary(left, priority)
        self.depth -= 1
        return left

    def priority(self, token: Token) -> int:
        """Return how tightly the next token binds what stands before it, -1 if it ends an operand."""
        if self.is_sign(token) and not brackets.opens_angle(self):
            closes = token.text == ">" and self.contexts[-1] == "angle"
            return -1 if closes else BINARY[token.text]
        if infix.is_remainder(self, token) or infix.is_dot(self, token) or brackets.opens_angle(self):
            return MULTIPLY
        return MULTIPLY if self.begins_operand(token) else -1

    @staticmethod
    def is_sign(token: Token) -> bool:
        """Tell whether a token is a sign that stands between two operands."""
        return token.kind == "op" and token.text in BINARY

    def begins_operand(self, token: Token) -> bool:
        """Tell whether an operand may start here, so that two operands stand side by side."""
        if token.kind == "op":
            if token.text == "|":
                return self.contexts[-1] not in {"bar", "given", "kl"}
            if token.text == "‖":
                return self.contexts[-1] not in {"norm", "kl"} and (
                    token.spaced or self.contexts[-1] != "bar"
                )
            return token.text in _OPENERS
        if token.kind == "name" and token.text == "choose" and self.look().text != "(":
            return False
        if token.kind == "name":
            return token.text not in {"if", "otherwise", "else", "for", "when"}
        return token.kind in {"number", "command", "latex"} and token.text not in {"end", "choose"}

    def _binary(self, left: Node, priority: int) -> Node:
        token = self.advance()
        sign, column = token.text, token.column
        right = (
            brackets.set_or_operand(self, priority)
            if sign in {"in", "notin", "∪", "∩", "∖", "⊆"}
            else self.expression(priority)
        )
        if sign in {"or", "and"}:
            return infix.joined(sign, left, right, column)
        if sign in {"∩", "∪"} and left.type == EVENT:
            return infix.joined("and" if sign == "∩" else "or", left, right, column)
        if sign == "∖" and left.type == EVENT:
            return infix.without(left, right, column)
        if sign in {"∪", "∩", "∖"}:
            return brackets.set_operation(sign, left, right, column)
        if sign in {"in", "notin"}:
            return brackets.membership(sign, left, right, column)
        if left.op == "cmp":
            raise FormulaError("Write a chain of comparisons with 'and': a < b and b < c.", column)
        return shapes.compare(sign, shapes.refuse_pair(left), shapes.refuse_pair(right), column)

    def prefix(self, level: int) -> Node:
        """Read one operand with what stands before and behind it."""
        token = self.token
        if token.kind == "op" and token.text in {"-", "+"}:
            self.advance()
            operand = self.expression(max(level, MULTIPLY - 1) if level < FACTOR else level)
            return shapes.neg(operand, token.column) if token.text == "-" else operand
        if token.kind == "op" and (token.text == "not" or (token.text in {"~", "!"} and self.randomness)):
            self.advance()
            operand = self.expression(NOT if token.text == "not" else FACTOR)
            if operand.type not in (EVENT, TRUTH):
                raise FormulaError("'not' is of a condition or an event.", token.column)
            return Node("not", (operand,), type=operand.type, column=token.column)
        return self.postfix(self.operand())

    def operand(self) -> Node:
        """Read a number, a name, a bracket or a command."""
        token = self.token
        if token.kind == "number":
            return self._number()
        if token.kind == "name":
            return names.read_name(self)
        if token.kind == "latex":
            return names.read_name(self)
        if token.kind == "command":
            return commands.read_command(self)
        if token.kind == "op" and token.text == "∂":
            return names.read_name(self)
        if token.kind == "op" and token.text in _OPENERS:
            return hessians.read_entry(self) or brackets.read_bracket(self)
        if self.is_op("<"):
            return brackets.read_angle(self)
        raise self.unexpected()

    def _number(self) -> Node:
        token = self.advance()
        text = token.text
        if text in {"1", ones.SIGN} and self.token.kind == "op" and not self.token.spaced:
            if self.is_op("[", "\\{", "{", "(", "_") and cases.is_indicator(self):
                return cases.read_indicator(self, token.column)
            size = operators.size_letter(self) if self.is_op("_") else ""
            if size:
                return operators.ones(size, token.column)
        if text == ones.SIGN:
            return ones.open_ones(token.column)
        mantissa, _, exponent = text.lower().partition("e")
        if exponent and abs(int(exponent)) > 400:
            raise FormulaError("That number is too large or too small to check.", token.column)
        return shapes.number(
            Fraction(text) if not mantissa.endswith(".") else Fraction(mantissa[:-1]), token.column
        )

    # --- behind an operand ------------------------------------------------------------------------

    def postfix(self, node: Node) -> Node:
        """Read powers, transposes, factorials and entries behind an operand."""
        while True:
            token = self.token
            if token.kind != "op":
                return node
            if token.text == "^":
                node = powers.read_power(self, node)
            elif token.text == "!":
                node = self._factorial(node)
            elif (
                token.text in {"'", "."}
                and ones.is_literal(node)
                and (token.text == "'" or self.look().text == "T")
            ):
                self.at += 1 if token.text == "'" else 2
                node = ones.transposed(node, token.column)
            elif token.text == "'" and node.type.kind in {"matrix", "vector"}:
                self.advance()
                node = shapes.transpose(node, token.column)
            elif (
                token.text == "."
                and self.look().kind == "name"
                and self.look().text == "T"
                and node.type.kind in {"matrix", "vector"}
            ):
                self.at += 2
                node = shapes.transpose(node, token.column)
            elif token.text == "_" and self._is_positive_part():
                node = signatures.call("max", [shapes.number(Fraction(0)), node], token.column)
            elif token.text == "_" and node.op == "pow" and node.args[0].op == "norm":
                squared = signatures.norm(node.args[0].args[0], brackets.norm_order(self), token.column)
                node = node.with_args((squared, node.args[1]))
            elif (
                token.text in {"[", "_"}
                and node.type.kind in {"vector", "matrix"}
                and not token.spaced
                and not squares.opens_factor(self, node.type.kind)
            ):
                node = indices.read_entry(self, node)
            else:
                return node

    def _is_positive_part(self) -> bool:
        """Step over ``_+`` behind an operand, if it stands there."""
        braced = self.look().text == "{"
        sign, after = self.look(1 + braced), self.look(2 + 2 * braced)
        if (
            sign.text != "+"
            or sign.spaced
            or (not braced and after.kind in {"name", "number"} and not after.spaced)
        ):
            return False
        self.at += 2 + 2 * braced
        return True

    def _factorial(self, node: Node) -> Node:
        token = self.advance()
        if self.is_op("!"):
            raise FormulaError(
                "x!! has two readings: write (x!)! for the factorial of a factorial.", token.column
            )
        return signatures.call("factorial", [node], token.column)

    def two_readings(self, what: str, message: str, column: int, *, firm: bool = True) -> bool:
        """Note that something has two readings; tell whether to read it in the second way."""
        self.doubts.setdefault(what, Doubt(FormulaError(message, column), firm))
        return self.other_reading == what

    # --- scopes -----------------------------------------------------------------------------------

    def kind_of(self, name: str) -> Kind | None:
        """Return what a name is, inner bindings first."""
        for scope in reversed(self.scopes):
            if name in scope:
                return scope[name]
        return self.declarations.kinds.get(name)

    def is_bound(self, name: str) -> bool:
        """Tell whether a sum or the like binds a name here."""
        return any(name in scope for scope in self.scopes)
