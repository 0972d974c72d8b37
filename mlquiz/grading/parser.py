"""From tokens to a typed tree: a Pratt parser for the answer language."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from mlquiz.grading import brackets, commands, indices, names, powers, shapes, signatures
from mlquiz.grading.lexer import Lexer, Token
from mlquiz.grading.tree import EVENT, TRUTH, FormulaError, Node

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlquiz.grading.kinds import Declarations, Kind

MAX_DEPTH = 120
PADDING = 8
"""End tokens, so that looking ahead needs no care."""
OR, AND, NOT, COMPARE, ADD, MULTIPLY, FACTOR, POWER = 1, 2, 3, 4, 10, 20, 25, 30
_BINARY = {
    "or": OR, "and": AND, "<": COMPARE, ">": COMPARE, "<=": COMPARE, ">=": COMPARE, "=": COMPARE,
    "!=": COMPARE, "in": COMPARE, "notin": COMPARE, "⊆": COMPARE, "+": ADD, "-": ADD, "∪": ADD, "∖": ADD,
    "∩": ADD + 1, "*": MULTIPLY, "/": MULTIPLY, "·": MULTIPLY, "×": MULTIPLY, "@": MULTIPLY, "⊙": MULTIPLY,
    ".*": MULTIPLY, "./": MULTIPLY, "⊗": MULTIPLY,
}  # fmt: skip
_OPENERS = {"(", "[", "{", "\\{", "|", "‖", "⌊", "⌈", "∂", "⟨"}
_BARE = {
    "function": "Write the argument of the function in brackets.",
    "law": "Write the variables of the distribution in brackets.",
    "sequence": "Write the index: x_i.",
}


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
    narrow_products
        Read ``prod_i a_i / b`` as a quotient of a product, instead of a product of quotients.
    """

    def __init__(
        self,
        text: str,
        declarations: Declarations,
        *,
        forbidden: Iterable[str] = (),
        slots: Mapping[tuple[str, int], str] | None = None,
        narrow_products: bool = False,
    ) -> None:
        kinds = declarations.kinds
        sigma = "Sigma" in kinds
        sigmas = frozenset(name for name in kinds if name.startswith("Sigma"))
        lexer = Lexer(text, sigma_declared=sigma, pi_declared="Pi" in kinds, sigmas=sigmas)
        self.tokens = lexer.read()
        self.tokens += [self.tokens[-1]] * PADDING
        self.notices = lexer.notices
        self.at = 0
        self.declarations = declarations
        self.forbidden = frozenset(forbidden)
        self.slots = slots or {}
        self.narrow_products = narrow_products
        self.ambiguous: FormulaError | None = None
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
        token = self.token
        if token.kind == "end":
            return FormulaError("The formula ends too early: something is missing.", token.column)
        if token.kind == "latex":
            return FormulaError(f"I don't know the command \\{token.text}.", token.column)
        if token.text == ",":
            return FormulaError("A comma can't stand here. Write numbers without it: 1000.", token.column)
        return FormulaError(f"{token.text!r} can't stand here.", token.column)

    # --- expressions ------------------------------------------------------------------------------

    def formula(self) -> Node:
        """Read the whole text as one formula."""
        node = self.expression(0)
        if self.token.kind != "end":
            raise self.unexpected()
        if node.type.kind in {"function", "law", "event", "sequence"}:
            raise FormulaError(_BARE.get(node.type.kind, "Write P(...) around an event."), node.column)
        return shapes.refuse_pair(node)

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
            priority = self._priority(token)
            if priority <= level:
                break
            if priority == ADD and token.text in {"+", "-"}:
                left = self._sum(left)
            elif priority == MULTIPLY:
                left = self._product(left)
            else:
                left = self._binary(left, priority)
        self.depth -= 1
        return left

    def _priority(self, token: Token) -> int:
        if token.kind == "op" and token.text in _BINARY:
            return _BINARY[token.text]
        return MULTIPLY if self.begins_operand(token) else -1

    def begins_operand(self, token: Token) -> bool:
        """Tell whether an operand may start here, so that two operands stand side by side."""
        if token.kind == "op":
            if token.text == "|":
                return self.contexts[-1] not in {"bar", "given"}
            if token.text == "‖":
                return self.contexts[-1] not in {"norm", "kl"} and (
                    token.spaced or self.contexts[-1] != "bar"
                )
            return token.text in _OPENERS
        if token.kind == "name":
            return token.text not in {"if", "otherwise", "else", "for"}
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
            return self._logic(sign, left, right, column)
        if sign in {"∩", "∪"} and left.type == EVENT:
            return self._logic("and" if sign == "∩" else "or", left, right, column)
        if sign in {"∪", "∩", "∖"}:
            return brackets.set_operation(sign, left, right, column)
        if sign in {"in", "notin"}:
            return brackets.membership(sign, left, right, column)
        if left.op == "cmp":
            raise FormulaError("Write a chain of comparisons with 'and': a < b and b < c.", column)
        return shapes.compare(sign, shapes.refuse_pair(left), shapes.refuse_pair(right), column)

    def _logic(self, sign: str, left: Node, right: Node, column: int) -> Node:
        for side in (left, right):
            if side.type not in (EVENT, TRUTH):
                raise FormulaError(
                    f"'{sign}' joins conditions or events, not {side.type}.", side.column or column
                )
        return Node(
            sign, (left, right), type=EVENT if EVENT in (left.type, right.type) else TRUTH, column=column
        )

    def _sum(self, left: Node) -> Node:
        terms, column = [left], self.token.column
        while self.is_op("+", "-"):
            sign = self.advance()
            if sign.text == "-" and self.is_op(">"):
                raise self.unexpected()
            term = self.expression(ADD + 2)
            terms.append(shapes.neg(term, sign.column) if sign.text == "-" else term)
        self._refuse_open_optimum(terms)
        return shapes.add(terms, column)

    def _refuse_open_optimum(self, terms: list[Node]) -> None:
        for place, term in enumerate(terms[:-1]):
            if term.op not in {"argmax", "argmin"}:
                continue
            variable = term.value[0]
            for other in terms[place + 1 :]:
                if any(node.op == "name" and node.value == variable for node in other.walk()):
                    raise FormulaError(
                        f"{term.op} reaches to the next + or - only: put brackets "
                        f"around all that it is over.",
                        term.column,
                    )

    def _product(self, left: Node) -> Node:
        token = self.token
        if token.kind == "op" and token.text in _BINARY:
            self.advance()
            sign = token.text
            mark = self.at
            right = self.expression(MULTIPLY)
            if sign == "/":
                self._refuse_glued_divisor(mark)
                return self.divide(left, right, token.column)
            if sign in {"⊙", ".*", "./"}:
                return shapes.hadamard(left, right, token.column, "ediv" if sign == "./" else "hadamard")
            if sign == "⊗":
                raise FormulaError("Write u v^T for the outer product.", token.column)
            return shapes.mul(left, right, token.column, sign)
        after_number = left.op == "num" and self.tokens[self.at - 1].kind == "number"
        if after_number and token.kind == "number":
            raise FormulaError(
                "Two numbers stand side by side: write * between them, or one fraction (5/2).", token.column
            )
        right = self.expression(MULTIPLY)
        if left.type == EVENT and right.type == EVENT:  # P(A B)
            return self._logic("and", left, right, token.column)
        mixed = after_number and token.text == "frac" and right.op == "div"
        if mixed and all(part.op == "num" for part in right.args):
            raise FormulaError(
                "A number before a fraction has two readings: write 2 + 1/2 or 2*(1/2).", token.column
            )
        return shapes.mul(left, right, right.column or token.column, "")

    def divide(self, left: Node, right: Node, column: int) -> Node:
        """Return a quotient; one of two vectors is ambiguous."""
        node = shapes.div(left, right, column)
        if node.value == "loose":
            node = replace(node, value=None)
            self.ambiguous = FormulaError(
                "A vector can't be divided by a vector. Write ./ for the quotient of the entries.", column
            )
        return node

    def _refuse_glued_divisor(self, mark: int) -> None:
        """Refuse ``1/2x`` and ``a/bc``, which people mean in two ways."""
        first, after = self.tokens[mark], self.token
        glued = (
            first.kind == "number"
            and self.at == mark + 1
            and after.kind in {"name", "command", "latex"}
            and not after.spaced
        )
        if glued or self.split_at == mark:
            shown = first.text + (after.text if glued else "")
            raise FormulaError(
                f"/{shown} has two readings: write a/({shown}) or (a/{first.text[0] if not glued else first.text}) times the rest.",  # noqa: E501
                first.column,
            )

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
            return brackets.read_bracket(self)
        raise self.unexpected()

    def _number(self) -> Node:
        token = self.advance()
        text = token.text
        following = self.token
        if (
            text == "1"
            and following.kind == "op"
            and not following.spaced
            and following.text in {"[", "\\{", "{", "(", "_"}
            and brackets.is_indicator(self)
        ):
            return brackets.read_indicator(self, token.column)
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
            elif token.text == "_" and node.op == "pow" and node.args[0].op == "norm":
                squared = signatures.norm(node.args[0].args[0], brackets.norm_order(self), token.column)
                node = node.with_args((squared, node.args[1]))
            elif token.text in {"[", "_"} and node.type.kind in {"vector", "matrix"} and not token.spaced:
                node = indices.read_entry(self, node)
            else:
                return node

    def _factorial(self, node: Node) -> Node:
        token = self.advance()
        if self.is_op("!"):
            raise FormulaError(
                "x!! has two readings: write (x!)! for the factorial of a factorial.", token.column
            )
        return signatures.call("factorial", [node], token.column)

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
