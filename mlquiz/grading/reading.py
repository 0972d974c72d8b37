"""Reading an answer in the light of its reference: the left side, forbidden parts, shapes, free letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.grading import shapes
from mlquiz.grading.bounds import refuse_huge
from mlquiz.grading.kinds import Declarations, Function, Number, Outcome, Random, declare
from mlquiz.grading.parser import Parser
from mlquiz.grading.spelling import join_name
from mlquiz.grading.tree import ForbiddenError, FormulaError, canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlquiz.grading.meanings import Meanings
    from mlquiz.grading.tree import Node

_ARROWS = {"<-", ":=", "∝"}


class Reader:
    """What is known before an answer comes: the reference's tree, the declarations, what is forbidden."""

    def __init__(
        self, reference: str, symbols: Mapping[str, str], where: Iterable[str], forbid: Iterable[str]
    ) -> None:
        self.symbols = dict(symbols or {})
        self.where = tuple(where or ())
        self.declarations = declare(self.symbols)
        parser = Parser(reference, self.declarations)
        self.reference = self._without_left_side(parser, reference, relation=None)
        if parser.ambiguous is not None:
            raise parser.ambiguous
        self._declare_free(parser)
        self.canonical_reference = canonical(self.reference)
        self.slots = _slots(self.reference, self.declarations)
        self.free_names = frozenset(n for n in names_in(self.reference) if _is_free(self.reference, n))
        self.text = reference
        self.forbidden_names: set[str] = set()
        self.forbidden_trees: list[tuple[str, Node]] = []
        for text in forbid or ():
            self._forbid(str(text))
        self._meanings: list[Meanings] = []
        from mlquiz.grading.conditions import Conditions

        self.conditions = Conditions(self.where, self.declarations)

    def _forbid(self, text: str) -> None:
        try:
            node = Parser(text, self.declarations).formula()
        except (FormulaError, ForbiddenError):
            self.forbidden_names |= {join_name(text), text}
            return
        bare = text.replace("_", "").replace("'", "").isalnum()
        if bare:
            self.forbidden_names |= {join_name(text), text}
        else:
            self.forbidden_trees.append((text, canonical(node)))

    def _declare_free(self, parser: Parser) -> None:
        """Declare the letters that stand free as indices: the formula holds for each of their values."""
        for name in parser.free_letters:
            if name in self.declarations.kinds:
                continue
            from mlquiz.grading.binders import used_ranges

            ranges = used_ranges(self.reference, name)
            bounds = self.declarations.letters.get(name) or (ranges[0] if ranges else None)
            if bounds is not None and _is_free(self.reference, name):
                self.declarations.kinds[name] = Number("index", *bounds)

    def meanings(self) -> Meanings:
        """Return the source of draws, made once."""
        if not self._meanings:
            from mlquiz.grading.meanings import Meanings

            seed = f"{self.text}|{sorted(self.symbols.items())}|{self.where}"
            made = Meanings(self.declarations, self.conditions, seed, _bound_names(self.reference))
            made.positive_functions = self._needs_positive(made)
            self._meanings.append(made)
        return self._meanings[0]

    def _needs_positive(self, meanings: Meanings) -> bool:
        """Tell whether a function declared real must be drawn positive for the reference to have a value.

        A density is often declared ``-> real``; its logarithm stands in the reference.
        """
        if not any(isinstance(kind, Function) for kind in self.declarations.kinds.values()):
            return False
        if not any(
            part.op in {"call", "pow"} and part.value in {"log", "sqrt", None}
            for part in self.reference.walk()
        ):
            return False
        from mlquiz.grading.arithmetic import Doubles
        from mlquiz.grading.compiling import compile_node

        run, defined, total = compile_node(self.reference), 0, 0
        for number in range(24):
            draw = meanings.draw(1000 + number, special=False)
            if draw is None:
                continue
            total += 1
            try:
                run(draw.bind(Doubles()))
                defined += 1
            except (ArithmeticError, ValueError):
                pass
        return defined < total

    # --- an answer --------------------------------------------------------------------------------

    def read_answer(self, text: str) -> tuple[list[Node], tuple[str, ...], FormulaError | None]:
        """Return the readings of an answer (two where a product is ambiguous), notices, and what is
        ambiguous.
        """
        if not text.strip():
            raise FormulaError("Nothing was typed.")
        parser = self._parser(text, narrow=False)
        node = self._without_left_side(parser, text, relation=self.reference)
        refuse_huge(node)
        self._refuse_free(node, parser)
        self._adopt(parser)
        readings = [node]
        ambiguous = parser.ambiguous
        if ambiguous is not None:
            try:
                other = self._parser(text, narrow=True)
                readings.append(self._without_left_side(other, text, relation=self.reference))
                self._refuse_free(readings[-1], other)
            except FormulaError:  # one reading only makes sense
                readings, ambiguous = readings[:1], None
        return readings, tuple(parser.notices), ambiguous

    def _adopt(self, parser: Parser) -> None:
        """Take over the symbols that an answer brings along: derivatives of declared functions and of
        given letters.
        """
        new = {
            name: kind
            for name, kind in parser.declarations.kinds.items()
            if name not in self.declarations.kinds
        }
        if new:
            self.declarations.kinds = {**self.declarations.kinds, **new}

    def _parser(self, text: str, *, narrow: bool) -> Parser:
        own = Declarations(
            dict(self.declarations.kinds), dict(self.declarations.families), dict(self.declarations.letters),
            set(self.declarations.quotients), self.declarations.sizes,
        )  # fmt: skip
        parser = Parser(text, own, forbidden=self.forbidden_names, slots=self.slots, narrow_products=narrow)
        parser.free_names = self.free_names
        return parser

    def _without_left_side(self, parser: Parser, text: str, relation: Node | None) -> Node:
        """Read a formula, a repeated left side left out."""
        places = _outside(parser, _ARROWS | {"="})
        arrows = [place for place in places if parser.tokens[place].text in _ARROWS]
        equals = [place for place in places if parser.tokens[place].text == "="]
        is_relation = relation is not None and relation.op in {"cmp", "and", "or"}
        if len(places) > 1:
            raise FormulaError(
                "There are two equals signs: write one formula.", parser.tokens[places[1]].column
            )
        if arrows or (
            equals and not is_relation and self._is_left_side(parser, places[0], reference=relation is None)
        ):
            parser.at = places[0] + 1
        elif equals and not is_relation and relation is not None:
            raise FormulaError(
                "Left of = may stand one name only; the right side is judged.",
                parser.tokens[places[0]].column,
            )
        del text
        return parser.formula()

    @staticmethod
    def _is_left_side(parser: Parser, end: int, *, reference: bool) -> bool:
        if reference:
            return False
        depth = 0
        tokens = parser.tokens[:end]
        slash = [t for t in tokens if t.kind == "op" and t.text == "/"]
        for place, token in enumerate(tokens):
            if token.kind == "op" and token.text in {"(", "[", "{"}:
                depth += 1
            elif token.kind == "op" and token.text in {")", "]", "}"}:
                depth -= 1
            elif token.text == "*" and place and tokens[place - 1].text == "^":  # w^* = ...
                continue
            elif (not depth and token.kind == "op" and token.text in {"+", "-", "*", "·", "@"}) or (
                not depth
                and place
                and token.kind in {"name", "number"}
                and token.spaced
                and tokens[0].text not in {"grad", "d", "∂"}
                and not slash
                and tokens[place - 1].text not in {"_", "^"}
            ):
                return False
        return bool(tokens) and (not slash or tokens[0].text[:1] in {"d", "∂"} or tokens[0].kind == "command")

    def _refuse_free(self, node: Node, parser: Parser) -> None:
        for name, place in parser.free_letters.items():
            if name not in self.declarations.kinds and _is_free(node, name):
                raise FormulaError(
                    f"{name} stands outside of any sum over {name}: put brackets "
                    f"around all that the sum covers.",
                    place.column,
                )

    def restated(self, node: Node) -> str:
        """Return the forbidden part that an answer contains, or ""."""
        for text, tree in self.forbidden_trees:
            free = frozenset(name for name in names_in(tree) if _is_free(self.reference, name))
            if _contains(node, tree, free):
                return text
        return ""

    def shape_mismatch(self, node: Node) -> str:
        """Return what to say if the answer's shape isn't the reference's, or ""."""
        if shapes.same_shape(self.reference.type, node.type):
            return ""
        return f"The shape differs: this is {node.type}, and {self.reference.type} is asked for."


def _outside(parser: Parser, texts: set[str]) -> list[int]:
    from mlquiz.grading.brackets import top_level

    return top_level(parser, 0, len(parser.tokens), texts)


def _is_free(node: Node, name: str) -> bool:
    """Tell whether a name stands in a tree outside of what binds it."""
    if node.op == "name":
        return bool(node.value == name)
    if node.op in _BINDERS and node.value[0] == name:
        return node.value[1] == "range" and any(_is_free(arg, name) for arg in node.args[1:3])
    return any(_is_free(arg, name) for arg in node.args)


_BINDERS = {"sum", "prod", "maxof", "minof", "argmax", "argmin"}


def names_in(node: Node) -> frozenset[str]:
    """Return the names that stand in a tree."""
    return frozenset(str(part.value) for part in node.walk() if part.op == "name")


def _contains(node: Node, tree: Node, names: frozenset[str]) -> bool:
    """Tell whether a part of a formula is a forbidden one; where one of the names that are free in the
    reference is bound, it is something else.
    """
    if canonical(node) == tree:
        return True
    if node.op in _BINDERS and node.value[0] in names:
        return False
    return any(_contains(arg, tree, names) for arg in node.args)


def _bound_names(node: Node) -> frozenset[str]:
    """Return the names that bound a sum: they are drawn small."""
    found: set[str] = set()
    for part in node.walk():
        if part.op in _BINDERS and part.value[1] == "range":
            found |= names_in(part.args[2])
    return frozenset(found)


def _slots(node: Node, declarations: Declarations) -> dict[tuple[str, int], str]:
    """Return, for each place of a declared function, the outcome that the reference puts there."""
    from mlquiz.grading.probability import root_of

    found: dict[tuple[str, int], str] = {}
    for part in node.walk():
        if part.op == "apply":
            for place, arg in enumerate(part.args):
                if arg.op == "name" and isinstance(declarations.kinds.get(str(arg.value)), Outcome | Random):
                    found[str(part.value), place] = root_of(declarations.kinds, str(arg.value))
    return found


def literal_digits(node: Node) -> int:
    """Return how many digits beyond the usual the numbers of a formula need."""
    most = 0
    for part in node.walk():
        if part.op == "num":
            value = part.value
            length = len(str(value.numerator)) + len(str(value.denominator))
            most = max(most, length)
    return max(0, most - 8)
