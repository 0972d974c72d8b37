"""Reading an answer in the light of its reference: the left side, forbidden parts, shapes, free letters."""

from __future__ import annotations

from contextlib import suppress
from copy import copy
from typing import TYPE_CHECKING, NamedTuple

from mlquiz.grading.reading import loose_ends
from mlquiz.grading.reading.bounds import refuse_huge
from mlquiz.grading.reading.entrywise import indices_of
from mlquiz.grading.reading.left_side import read_right_side
from mlquiz.grading.reading.parser import Parser
from mlquiz.grading.reading.symbols import unknown
from mlquiz.grading.syntax import shapes
from mlquiz.grading.syntax.kinds import ONE, Declarations, Function, Number, Outcome, Random, declare
from mlquiz.grading.syntax.records import replace
from mlquiz.grading.syntax.spelling import join_name
from mlquiz.grading.syntax.tree import BINDERS, ForbiddenError, FormulaError, Node, canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlquiz.grading.meanings.meanings import Meanings
    from mlquiz.grading.reading.parser import Doubt
    from mlquiz.grading.syntax.tree import Size

MOST_DOUBTS = 3
_NORMAL = {"Normal", "phi", "Phi", "erf", "erfc"}


class Readings(NamedTuple):
    """How an answer was read, and the other readings that it may be meant in, each with what to say of it.

    ``entry`` reads one entry of the reference, where the answer is by entries; ``named`` tells the
    name that it may not use: of an entropy as a whole answer, of a density that is to be written out.
    """

    node: Node
    notices: tuple[str, ...] = ()
    others: tuple[tuple[Node, Doubt], ...] = ()
    entry: Reader | None = None
    named: str = ""


class Reader:
    """What is known before an answer comes: the reference's tree, the declarations, what is forbidden."""

    def __init__(
        self, reference: str, symbols: Mapping[str, str], where: Iterable[str], forbid: Iterable[str]
    ) -> None:
        self.symbols = dict(symbols or {})
        self.where = tuple(where or ())
        self.declarations = declare(self.symbols)
        parser = Parser(reference, self.declarations)
        self.reference = read_right_side(parser, None)
        for doubt in parser.doubts.values():
            if not doubt.firm:
                raise doubt.error
        loose_ends.refuse_free_random(parser, self.reference)
        self.named = parser.named is self.reference
        self._declare_free(parser)
        self.canonical_reference = canonical(self.reference)
        self.slots = _slots(self.reference, self.declarations)
        self.free_names = frozenset(n for n in names_in(self.reference) if _is_free(self.reference, n))
        self.text = reference
        self.forbidden_names: set[str] = set()
        self.forbidden_trees: list[tuple[str, Node]] = []
        self.forbidden_wholes: list[tuple[str, Node]] = []
        self.forbidden_words: list[tuple[str, list[str]]] = []
        for text in forbid or ():
            self._forbid(str(text))
        self._meanings: list[Meanings] = []
        from mlquiz.grading.meanings.conditions import Conditions

        self.conditions = Conditions(self.where, self.declarations)

    def _forbid(self, text: str) -> None:
        try:
            node = Parser(text, self.declarations).formula()
        except (FormulaError, ForbiddenError):
            self._forbid_unread(text)
            return
        bare = text.replace("_", "").replace("'", "").isalnum()
        if bare:
            self.forbidden_names |= {join_name(text), text}
        else:
            self.forbidden_trees.append((text, canonical(node)))

    def _forbid_unread(self, text: str) -> None:
        """Forbid a name; or, as a whole answer, ``grad_theta p`` with p at its own variables."""
        self.forbidden_names |= {join_name(text), text}
        parser = Parser(text, self.declarations)
        parser.bare_laws = True
        words = _words(parser)
        if len(words) > 1:
            self.forbidden_words.append((text, words))
        with suppress(FormulaError, ForbiddenError):
            self.forbidden_wholes.append((text, canonical(parser.formula())))

    def _declare_free(self, parser: Parser) -> None:
        """Declare the letters that stand free as indices: the formula holds for each of their values."""
        for name in parser.free_letters:
            if name in self.declarations.kinds:
                continue
            from mlquiz.grading.syntax.ranges import used_ranges

            ranges = used_ranges(self.reference, name)
            bounds = self.declarations.letters.get(name) or (ranges[0] if ranges else None)
            if bounds is not None and _is_free(self.reference, name):
                self.declarations.kinds[name] = Number("index", *bounds)

    def meanings(self) -> Meanings:
        """Return the source of draws, made once."""
        if not self._meanings:
            from mlquiz.grading.meanings.meanings import Meanings

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
        from mlquiz.grading.computing.arithmetic import Doubles
        from mlquiz.grading.computing.compiling import compile_node

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

    def read_answer(self, text: str) -> Readings:
        """Return the readings of an answer, with notices and what is ambiguous."""
        if not text.strip():
            raise FormulaError("Nothing was typed.")
        parser = self._parser(text)
        words = _words(parser)
        try:
            node = read_right_side(parser, self.reference)
        except FormulaError:
            self._refuse_forbidden_words(words)
            raise
        refuse_huge(node)
        indices = indices_of(parser, node, self._free(node, parser), self.reference.type)
        self._refuse_free(node, parser, indices)
        loose_ends.refuse_free_random(parser, node)
        self._adopt(parser)
        doubts = list(parser.doubts.items())[:MOST_DOUBTS]
        others = [
            (other, doubt) for what, doubt in doubts if (other := self._other_reading(text, what, indices))
        ]
        entry = self._at(indices) if indices else None
        named = "its name" if node is parser.named and not self.named else ""
        if _names_density(node) and not _names_density(self.reference) and _writes_pi(self.reference):
            named = "the name of the normal density"
        return Readings(node, tuple(parser.notices), tuple(others), entry, named)

    def _refuse_forbidden_words(self, words: list[str]) -> None:
        """Tell of a forbidden expression whose names aren't declared: its words stand in the answer."""
        for text, forbidden in self.forbidden_words:
            if any(words[at : at + len(forbidden)] == forbidden for at in range(len(words))):
                raise ForbiddenError(text)

    def _other_reading(self, text: str, what: str, indices: Mapping[str, Size]) -> Node | None:
        """Return the second reading of an answer, if it makes sense."""
        parser = self._parser(text, what)
        with suppress(FormulaError, ForbiddenError):
            node = read_right_side(parser, self.reference)
            refuse_huge(node)
            self._refuse_free(node, parser, indices)
            loose_ends.refuse_free_random(parser, node)
            return node
        return None

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

    def _parser(self, text: str, other: str = "") -> Parser:
        own = Declarations(
            dict(self.declarations.kinds), dict(self.declarations.families), dict(self.declarations.letters),
            set(self.declarations.quotients), self.declarations.sizes,
        )  # fmt: skip
        parser = Parser(text, own, forbidden=self.forbidden_names, slots=self.slots, other_reading=other)
        parser.free_names = self.free_names
        return parser

    def _at(self, indices: Mapping[str, Size]) -> Reader:
        """Return what judges answers to one entry of the reference, at indices that stand for every value."""
        entry = copy(self)
        kinds = {name: Number("index", ONE, size) for name, size in indices.items()}
        entry.declarations = replace(self.declarations, kinds={**self.declarations.kinds, **kinds})
        names = tuple(Node("name", value=name) for name in indices)
        ranges = tuple((ONE, size) for size in indices.values())
        entry.reference = Node("entry", (self.reference, *names), value=ranges)
        entry.canonical_reference = canonical(entry.reference)
        entry._meanings = []  # noqa: SLF001 (of the same class)
        return entry

    def _free(self, node: Node, parser: Parser) -> list[str]:
        """Return the letters of an answer that nothing declares or binds."""
        return [
            name
            for name in parser.free_letters
            if name not in self.declarations.kinds and _is_free(node, name)
        ]

    def _refuse_free(self, node: Node, parser: Parser, indices: Mapping[str, Size]) -> None:
        for name in self._free(node, parser):
            if name not in indices:
                raise FormulaError(_unbound(parser, node, name), parser.free_letters[name].column)

    def restated(self, node: Node) -> str:
        """Return the forbidden part that an answer contains, or "" if it is none and contains none."""
        if _calls(node, {"phi"}) and not _calls(self.reference, _NORMAL) and not _writes_pi(self.reference):
            return "the name of the normal density"  # its phi may be any function
        whole = canonical(node)
        for text, tree in self.forbidden_wholes:
            if whole == tree:
                return text
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


def _is_free(node: Node, name: str) -> bool:
    """Tell whether a name stands in a tree outside of what binds it."""
    if node.op == "name":
        return bool(node.value == name)
    if node.op in BINDERS and node.value[0] == name:
        return node.value[1] == "range" and any(_is_free(arg, name) for arg in node.args[1:3])
    return any(_is_free(arg, name) for arg in node.args)


def _unbound(parser: Parser, node: Node, name: str) -> str:
    """Return what to say of a letter that nothing binds: where there is no sum, the name isn't known."""
    entries = {part for part in node.walk() if part.op == "entry" and name in names_in(part)}
    first = min(entries, key=lambda part: len(names_in(part)), default=None)
    summed = any(part.op in BINDERS for part in node.walk())
    if len(entries) == 1 and first is not None and len(parser.free_letters) == 1 and not summed:
        known = unknown(parser, f"{first.args[0].value}_{name}")
        return f"{name} stands for nothing here. {known}"
    return f"{name} stands outside of any sum over {name}: put brackets around all that the sum covers."


def names_in(node: Node) -> frozenset[str]:
    """Return the names that stand in a tree."""
    return frozenset(str(part.value) for part in node.walk() if part.op == "name")


def _contains(node: Node, tree: Node, names: frozenset[str]) -> bool:
    """Tell whether a part of a formula is a forbidden one; where one of the names that are free in the
    reference is bound, it is something else.
    """
    if canonical(node) == tree:
        return True
    if node.op in BINDERS and node.value[0] in names:
        return False
    return any(_contains(arg, tree, names) for arg in node.args)


def _bound_names(node: Node) -> frozenset[str]:
    """Return the names that bound a sum: they are drawn small."""
    found: set[str] = set()
    for part in node.walk():
        if part.op in BINDERS and part.value[1] == "range":
            found |= names_in(part.args[2])
    return frozenset(found)


def _slots(node: Node, declarations: Declarations) -> dict[tuple[str, int], str]:
    """Return, for each place of a declared function, the outcome that the reference puts there."""
    from mlquiz.grading.meanings.probability import root_of

    found: dict[tuple[str, int], str] = {}
    for part in node.walk():
        if part.op == "apply":
            for place, arg in enumerate(part.args):
                if arg.op == "name" and isinstance(declarations.kinds.get(str(arg.value)), Outcome | Random):
                    found[str(part.value), place] = root_of(declarations.kinds, str(arg.value))
    return found


def _names_density(node: Node) -> bool:
    """Tell whether a formula names the normal density, other than to integrate over it."""
    if node.op == "call" and node.value in {"Normal", "phi"}:
        return True
    return node.op != "int" and any(_names_density(arg) for arg in node.args)


def _calls(node: Node, functions: set[str]) -> bool:
    return any(part.op == "call" and part.value in functions for part in node.walk())


def _writes_pi(node: Node) -> bool:
    """Tell whether pi stands in a formula, as it does wherever the normal density is written out."""
    return any(part.op == "const" and part.value == "pi" for part in node.walk())


def _words(parser: Parser) -> list[str]:
    return [token.text for token in parser.tokens if token.kind != "end"]


def literal_digits(node: Node) -> int:
    """Return how many digits beyond the usual the numbers of a formula need."""
    most = 0
    for part in node.walk():
        if part.op == "num":
            value = part.value
            length = len(str(value.numerator)) + len(str(value.denominator))
            most = max(most, length)
    return max(0, most - 8)
