"""What the checks of a deck share: its text, the other decks, the demos, and who judges formulas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from mlquiz.cards.problems import Problem, Severity

if TYPE_CHECKING:
    from mlquiz.cards.library import Library
    from mlquiz.cards.load import Loaded
    from mlquiz.cards.nodes import Node, Source


class ParameterSpec(Protocol):
    """A parameter of a demo: what it may be, and the same in words (``allowed``)."""

    @property
    def type(self) -> type:
        """Whole number, number, truth value or text."""

    @property
    def low(self) -> float | None:
        """The least it may be."""

    @property
    def high(self) -> float | None:
        """The most it may be."""

    @property
    def choices(self) -> Sequence[str]:
        """The words it may be; none when it isn't a choice."""

    @property
    def allowed(self) -> str:
        """All this in words."""


class FormulaChecker(Protocol):
    """Who reads and judges formulas; errors are ValueErrors with ``column`` (from 1) where there is one."""

    def reference(self, answer: str, **declared: Any) -> Any:
        """Return a reference to judge by, after reading all of it."""

    def outcome(self, answer: str, reference: Any) -> tuple[str, str]:
        """Return ``right``, ``wrong``, ``unread``, ``restated`` or ``undecided``, and what is said of it."""

    def value(self, expression: str, given: Mapping[str, object]) -> float:
        """Return the value of a ``number`` card's answer."""

    def hides_a_built_in(self, name: str) -> bool:
        """Return whether a declared name takes the place of something that the answer language knows."""

    def audit(self, answer: str, reference: Any) -> str:
        """Return the outcome that sympy comes to; an empty text when it comes to none."""


@dataclass(frozen=True, slots=True)
class Context:
    """One deck under check."""

    source: Source
    loaded: Loaded
    library: Library
    demos: Mapping[str, Mapping[str, ParameterSpec]]
    formulas: FormulaChecker
    audit: bool = False

    @property
    def deck(self) -> str:
        """The deck's name."""
        return str(self.loaded.plain and self.loaded.plain["deck"])

    def ids(self, deck: str) -> list[str]:
        """Return the ids of a deck's cards and aliases."""
        if deck == self.deck:
            return [entry.plain["id"] for entry in self.loaded.entries]
        if deck not in self.library.compiled:
            return []
        index = self.library.compiled[deck].index
        return [*index["ids"], *(alias[0] for alias in index["aliases"])]

    def is_alias(self, key: str) -> bool:
        """Whether a key is that of a card with `same_as`."""
        deck, _, name = key.partition("/")
        if deck != self.deck:
            return key in self.library.aliases()
        return any(entry.plain["id"] == name and "same_as" in entry.plain for entry in self.loaded.entries)

    def problem(
        self,
        node: Node,
        message: str,
        expected: str = "",
        suggestion: str = "",
        *,
        at: str = "",
        offset: int = 0,
        warning: bool = False,
    ) -> Problem:
        """Return a problem at a node, or ``offset`` characters into the first ``at`` that stands in it."""
        line, column = self._place(node, at, offset) if at else (node.line, node.column)
        severity: Severity = "warning" if warning else "error"
        text = self.source.line(line)
        return Problem(self.source.path, line + 1, column + 1, message, expected, suggestion, text, severity)

    def _place(self, node: Node, text: str, offset: int) -> tuple[int, int]:
        """Find where a text stands within a node; its beginning when it was written differently."""
        for line in range(node.line, node.end_line + 1):
            start = node.column if line == node.line else 0
            found = self.source.line(line).find(text, start)
            if found >= 0:
                return line, found + offset
        return node.line, node.column


def texts_of(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], str]]:
    """Return every text within plain data with the path that leads to it."""
    if isinstance(value, str):
        return [(path, value)]
    if isinstance(value, Mapping):
        return [found for key, part in value.items() for found in texts_of(part, (*path, key))]
    if isinstance(value, Sequence):
        return [found for at, part in enumerate(value) for found in texts_of(part, (*path, at))]
    return []
