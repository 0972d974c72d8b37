"""YAML text as a tree of nodes that remember where they stood; scalars stay as they were written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from mlquiz.cards.problems import LINE_BREAK, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yaml.events import Event

MAX_BYTES = 5_000_000
MAX_ALIASES = 100
MAX_DEPTH = 12
MAX_SIZE = 2_000_000
REFUSED_BY_YAML = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


class RefusedError(Exception):
    """A file that can't be read at all; ``problem`` says where and why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


@dataclass(slots=True, eq=False)
class Node:
    """A scalar, a list of nodes, or a map of pairs of nodes; lines and columns count from 0."""

    kind: Literal["scalar", "list", "map"]
    line: int
    column: int
    style: str = ""  # of a scalar: "" when plain, else one of ' " | >
    flow: bool = False  # written in brackets, or standing in such
    tag: str = ""  # `!tag`, or `&anchor` when no alias uses it
    anchor: str = ""
    size: int = 1  # how many nodes it holds once aliases are followed
    text: str = ""
    items: list[Node] = field(default_factory=list)
    pairs: list[tuple[Node, Node]] = field(default_factory=list)
    end_line: int = 0
    end_column: int = 0

    @property
    def plain(self) -> bool:
        """Whether it is a scalar without quotes."""
        return self.kind == "scalar" and not self.style

    def get(self, key: str) -> Node | None:
        """Return what stands under ``key`` in a map."""
        return next((value for name, value in self.pairs if name.text == key), None)

    def at(self, *path: str | int) -> Node:
        """Follow keys and indices as far as they lead."""
        node = self
        for step in path:
            found = node.get(step) if isinstance(step, str) else next(iter(node.items[step : step + 1]), None)
            if found is None:
                break
            node = found
        return node


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a deck and the name it is called by in messages."""

    path: str
    text: str
    lines: list[str]

    @classmethod
    def of(cls, path: str, text: str) -> Source:
        """Split ``text`` into lines as YAML does."""
        return cls(path, text, LINE_BREAK.split(text))

    def line(self, number: int) -> str:
        """Return a line by its number from 0; an empty one past the end."""
        return self.lines[number] if 0 <= number < len(self.lines) else ""

    def between(self, node: Node) -> str:
        """Return the node as it was written, on one line."""
        if node.line == node.end_line:
            return self.line(node.line)[node.column : node.end_column]
        first = self.line(node.line)[node.column :]
        middle = self.lines[node.line + 1 : node.end_line]
        return " ".join(
            part.strip() for part in [first, *middle, self.line(node.end_line)[: node.end_column]]
        )

    def problem(
        self, line: int, column: int, message: str, expected: str = "", suggestion: str = ""
    ) -> Problem:
        """Return an error at a place that counts from 0."""
        return Problem(self.path, line + 1, column + 1, message, expected, suggestion, self.line(line))


def decode(path: str, data: bytes) -> Source:
    """Return the text of a file.

    Raises
    ------
    RefusedError
        When it is too big, isn't UTF-8, or holds characters that YAML doesn't allow.
    """
    if len(data) > MAX_BYTES:
        size = f"the file has {len(data):,} bytes"
        raise RefusedError(Problem(path, 0, 0, size, f"at most {MAX_BYTES:,}", "split it into two decks"))
    try:
        source = Source.of(path, data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start)
        column = error.start - data.rfind(b"\n", 0, error.start) - 1
        message = f"byte {data[error.start]:#04x} is not UTF-8"
        raise RefusedError(Problem(path, line + 1, column + 1, message, "a text in UTF-8")) from None
    bad = REFUSED_BY_YAML.search(source.text)
    if bad:
        before = LINE_BREAK.split(source.text[: bad.start()])
        message = f"the character U+{ord(bad[0]):04X} can't stand in YAML"
        raise RefusedError(source.problem(len(before) - 1, len(before[-1]), message, "printable text"))
    return source


def parse(source: Source) -> Node | None:
    """Return the tree of a deck's text, None when there is nothing in it.

    The events of PyYAML are put together here: nothing is constructed or resolved, and the limits hold
    while reading.

    Raises
    ------
    RefusedError
        When YAML refuses the text, or a limit is exceeded.
    """
    import yaml

    from mlquiz.cards.yaml_help import explain

    builder = _Builder(source)
    try:
        for event in _events(source.text):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        raise RefusedError(explain(source, error)) from None
    except yaml.YAMLError as error:
        raise RefusedError(Problem(source.path, 0, 0, f"YAML can't read the file: {error}")) from None
    return builder.finish()


def _events(text: str) -> Iterator[Event]:
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.parse(text, Loader=loader)


class _Builder:
    """Puts events together to a tree, without recursion."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.root: Node | None = None
        self._open: list[Node] = []
        self._keys: list[Node | None] = []  # for each open map the key that waits for its value
        self._anchors: dict[str, Node] = {}
        self._used: set[str] = set()
        self._aliases = 0

    def take(self, event: Event) -> None:
        """Add what one event stands for."""
        name = type(event).__name__
        if name == "ScalarEvent":
            self._add(self._node(event, "scalar"))
        elif name == "SequenceStartEvent":
            self._begin(self._node(event, "list"))
        elif name == "MappingStartEvent":
            self._begin(self._node(event, "map"))
        elif name in {"SequenceEndEvent", "MappingEndEvent"}:
            self._end(event)
        elif name == "AliasEvent":
            self._add(self._aliased(event))
        elif name == "DocumentStartEvent" and self.root is not None:
            raise RefusedError(self._problem(event, "a second document begins", "one deck a file"))

    def _node(self, event: Any, kind: Literal["scalar", "list", "map"]) -> Node:
        start, end = event.start_mark, event.end_mark
        flow = bool(getattr(event, "flow_style", False)) or bool(self._open and self._open[-1].flow)
        node = Node(kind, start.line, start.column, flow=flow, tag=event.tag or "", anchor=event.anchor or "")
        node.end_line, node.end_column = end.line, end.column
        if kind == "scalar":
            node.text, node.style = event.value, event.style or ""
        if node.anchor:
            self._anchors[node.anchor] = node
        return node

    def _aliased(self, event: Any) -> Node:
        name = event.anchor
        self._aliases += 1
        if self._aliases > MAX_ALIASES:
            message = f"this is alias {self._aliases:,}"
            raise RefusedError(self._problem(event, message, f"at most {MAX_ALIASES} in a file"))
        node = self._anchors.get(name)
        if node is None or node in self._open:
            from mlquiz.cards.yaml_help import quoted_value

            said = "stands for nothing" if node is None else "contains itself"
            message = f"`*{name}` is an alias of YAML that {said}"
            suggestion = quoted_value(self.source, event.start_mark.line, event.start_mark.column)
            raise RefusedError(self._problem(event, message, "a text", suggestion))
        self._used.add(name)
        return node

    def _problem(self, event: Any, message: str, expected: str = "", suggestion: str = "") -> Problem:
        return self.source.problem(
            event.start_mark.line, event.start_mark.column, message, expected, suggestion
        )

    def _begin(self, node: Node) -> None:
        if len(self._open) >= MAX_DEPTH:
            message = f"the nesting is deeper than {MAX_DEPTH}"
            raise RefusedError(self.source.problem(node.line, node.column, message))
        self._open.append(node)
        self._keys.append(None)

    def _end(self, event: Any) -> None:
        node = self._open.pop()
        self._keys.pop()
        node.end_line, node.end_column = event.end_mark.line, event.end_mark.column
        self._add(node)

    def _add(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        parent.size += node.size
        if parent.size > MAX_SIZE:
            raise RefusedError(
                self.source.problem(node.line, node.column, "the aliases make the file too big")
            )
        if parent.kind == "list":
            parent.items.append(node)
        elif self._keys[-1] is None:
            self._keys[-1] = node
        else:
            parent.pairs.append((self._keys[-1], node))
            self._keys[-1] = None

    def finish(self) -> Node | None:
        """Return the tree; an anchor that no alias uses is most likely a text that begins with ``&``."""
        for name, node in self._anchors.items():
            if name not in self._used:
                node.tag = "&" + name
        return self.root
