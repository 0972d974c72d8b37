"""The types that a field of a deck may have: each reads a node and describes itself to an editor."""

# What `read` and `schema` do is said once, in `FieldType`.
# ruff: noqa: D102

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from mlquiz.cards.problems import Problem, listed, nearest, single_quoted
from mlquiz.cards.yaml_help import cut_apart

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mlquiz.cards.nodes import Node, Source

MAX_TEXT = 10_000
CONTROL = re.compile("[\x00-\x1f\x7f-\xa0\u2028\u2029]")
MATHS = re.compile(r"\$[^$]*\$")
KINDS_OF_NODE = {"scalar": "a text", "list": "a list", "map": "a map of fields"}
Schema = dict[str, Any]


class Reader:
    """Collects the problems of one file while its nodes are read."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []

    def error(self, node: Node, message: str, expected: str = "", suggestion: str = "") -> None:
        """Note what is wrong at a node."""
        self.problems.append(self.source.problem(node.line, node.column, message, expected, suggestion))

    def errors_of(self, read: Callable[[], object]) -> int:
        """Return how many problems ``read`` adds."""
        before = len(self.problems)
        read()
        return len(self.problems) - before

    def is_whole(self, node: Node) -> bool:
        """Whether YAML left the node in one piece: no tag, no anchor, no text cut at a comma."""
        if node.tag:
            what = "an anchor" if node.tag.startswith("&") else "a tag"
            written = self.source.line(node.line)[node.column :].rstrip()
            self.error(node, f"`{node.tag}` is {what} of YAML", "a text", f"write {single_quoted(written)}")
            return False
        problem = cut_apart(self.source, node)
        if problem:
            self.problems.append(problem)
        return problem is None


class FieldType(Protocol):
    """What a field may hold."""

    def read(self, node: Node, name: str, reader: Reader) -> Any:
        """Return plain data, or None after noting what is wrong."""

    def schema(self) -> Schema:
        """Return the JSON Schema."""


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar as it was written; ``formula`` means that the grader reads it, with no control character."""

    formula: bool = False
    pattern: str = ""
    what: str = "a text"

    def read(self, node: Node, name: str, reader: Reader) -> str | None:
        if node.kind != "scalar":
            _wrong_kind(node, name, reader, self.what, quote=True)
            return None
        if not reader.is_whole(node) or self._has_slip(node, name, reader):
            return None
        if self.pattern and not re.fullmatch(self.pattern, node.text):
            reader.error(node, f"`{name}` is {node.text!r}", self.what)
            return None
        return node.text.strip()

    def _has_slip(self, node: Node, name: str, reader: Reader) -> bool:
        if not node.text.strip():
            reader.error(node, f"`{name}` is empty", self.what)
        elif len(node.text) > MAX_TEXT:
            reader.error(node, f"`{name}` has {len(node.text):,} characters", f"at most {MAX_TEXT:,}")
        elif self._control(node):
            _control_character(node, self._control(node), reader)
        elif node.plain and _cut_by_comment(node, reader.source):
            rest = reader.source.line(node.end_line)[node.column if node.line == node.end_line else 0 :]
            message = f"YAML takes what follows `{node.text[-20:]}` for a comment"
            reader.error(node, message, "quotes", f"write {single_quoted(rest.strip())}")
        else:
            return False
        return True

    def _control(self, node: Node) -> str:
        texts = [node.text.rstrip("\n")] if self.formula else MATHS.findall(node.text)
        found = (CONTROL.search(text) for text in texts)
        return next((match[0] for match in found if match), "")

    def schema(self) -> Schema:
        pattern = {"pattern": f"^(?:{self.pattern})$"} if self.pattern else {}
        return {"type": ["string", "number", "boolean"], "minLength": 1, "maxLength": MAX_TEXT, **pattern}


def _wrong_kind(node: Node, name: str, reader: Reader, expected: str, *, quote: bool = False) -> None:
    """Say that a list or map stands where ``expected`` should, and quote what YAML took for it."""
    written = reader.source.between(node) if node.flow or node.kind == "scalar" else ""
    if node.kind == "map" and not node.flow and len(node.pairs) == 1:
        written = reader.source.line(node.line)[node.column :].strip()
    suggestion = f"write {single_quoted(written)}" if written and quote else ""
    found = "empty" if node.kind == "scalar" and not node.text else KINDS_OF_NODE[node.kind]
    called = name if " " in name else f"`{name}`"
    reader.error(node, f"{called} is {found}", expected, suggestion)


def _cut_by_comment(node: Node, source: Source) -> bool:
    """Whether ``#`` follows the text with no space after it, as in ``x #y``: hardly meant as a comment."""
    return bool(re.match(r"\s+#[^\s#]", source.line(node.end_line)[node.end_column :]))


def _control_character(node: Node, found: str, reader: Reader) -> None:
    message = f"there is a control character (U+{ord(found):04X}) in a formula"
    written = reader.source.between(node)
    quoted = written.startswith('"')
    expected = "single quotes, in which a backslash stays one" if quoted else "a formula on one line"
    reader.error(node, message, expected, f"write {single_quoted(written[1:-1])}" if quoted else "")


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number from ``low`` to ``high``."""

    low: int
    high: int

    def read(self, node: Node, name: str, reader: Reader) -> int | None:
        number = int(node.text) if re.fullmatch(r"[0-9]{1,9}", node.text) else None
        if number is not None and self.low <= number <= self.high:
            return number
        found = f"{node.text!r}" if node.kind == "scalar" else KINDS_OF_NODE[node.kind]
        reader.error(node, f"`{name}` is {found}", f"a whole number from {self.low} to {self.high}")
        return None

    def schema(self) -> Schema:
        return {"type": "integer", "minimum": self.low, "maximum": self.high}


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a few words."""

    words: tuple[str, ...]

    def read(self, node: Node, name: str, reader: Reader) -> str | None:
        if node.kind == "scalar" and node.text in self.words:
            return node.text
        found = repr(node.text) if node.kind == "scalar" else KINDS_OF_NODE[node.kind]
        reader.error(node, f"`{name}` is {found}", listed(self.words), nearest(node.text, self.words))
        return None

    def schema(self) -> Schema:
        return {"enum": list(self.words)}


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of ``least`` or more of one type; ``distinct`` texts occur once."""

    of: FieldType
    least: int = 1
    distinct: bool = False

    def read(self, node: Node, name: str, reader: Reader) -> list[Any] | None:
        if node.kind != "list":
            _wrong_kind(node, name, reader, "a list, one `- ` entry a line")
            return None
        if not reader.is_whole(node):
            return None
        if len(node.items) < self.least:
            reader.error(node, f"`{name}` has {_entries(len(node.items))}", f"{self.least} or more")
        values = [self.of.read(item, name, reader) for item in node.items]
        if self.distinct:
            self._twice(node, name, values, reader)
        return values

    def _twice(self, node: Node, name: str, values: list[Any], reader: Reader) -> None:
        for at, value in enumerate(values):
            if value is not None and value in values[:at]:
                reader.error(node.items[at], f"`{value}` stands twice in `{name}`", "each once")

    def schema(self) -> Schema:
        distinct = {"uniqueItems": True} if self.distinct else {}
        return {"type": "array", "items": self.of.schema(), "minItems": self.least, **distinct}


@dataclass(frozen=True, slots=True)
class MapOf:
    """A map from names, which are up to the writer, to one type."""

    of: FieldType
    key: Text

    def read(self, node: Node, name: str, reader: Reader) -> dict[str, Any] | None:
        if node.kind != "map":
            _wrong_kind(node, name, reader, "a map, one `name: value` a line")
            return None
        if not reader.is_whole(node):
            return None
        return {
            key.text: self.of.read(value, f"{name}.{key.text}", reader)
            for key, value in unique_pairs(node, reader)
            if self.key.read(key, name, reader) is not None
        }

    def schema(self) -> Schema:
        names = {"propertyNames": {"pattern": f"^(?:{self.key.pattern})$"}} if self.key.pattern else {}
        return {"type": "object", "minProperties": 1, "additionalProperties": self.of.schema(), **names}


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count or 'no'} entries"


def unique_pairs(node: Node, reader: Reader) -> list[tuple[Node, Node]]:
    """Return a map's pairs whose keys are texts; say which keys aren't, or come a second time."""
    first: dict[str, Node] = {}
    pairs = []
    for key, value in node.pairs:
        if key.kind != "scalar":
            _wrong_kind(key, "a key", reader, "a text", quote=True)
        elif key.text in first:
            earlier = f"it stood already on line {first[key.text].line + 1}"
            reader.error(key, f"`{key.text}` stands twice", "each key once", earlier)
        else:
            first[key.text] = key
            pairs.append((key, value))
    return pairs


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a record: its name, what it holds, a sentence for the editor, whether it must be there."""

    name: str
    type: FieldType
    help: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """A map with fields that are laid down; ``what`` names it in messages."""

    what: str
    fields: tuple[Field, ...]

    def read(self, node: Node, name: str, reader: Reader) -> dict[str, Any] | None:
        if node.kind != "map":
            _wrong_kind(node, name, reader, f"{self.what} with {listed(self.names[:3], 'and')} and so on")
            return None
        if not reader.is_whole(node):
            return None
        known = {field.name: field for field in self.fields}
        values = {}
        for key, value in unique_pairs(node, reader):
            if key.text in known:
                values[key.text] = known[key.text].type.read(value, key.text, reader)
            else:
                self._unknown(key, reader)
        self._missing(node, values, reader)
        return {key: value for key, value in values.items() if value is not None}

    @property
    def names(self) -> Sequence[str]:
        """The names of the fields."""
        return [field.name for field in self.fields]

    def _unknown(self, key: Node, reader: Reader) -> None:
        message = f"{self.what} has no field `{key.text}`"
        hint = nearest(key.text, self.names)
        reader.error(key, message, "" if hint else listed(self.names), hint)

    def _missing(self, node: Node, values: Mapping[str, object], reader: Reader) -> None:
        missing = [field for field in self.fields if field.required and field.name not in values]
        if missing:
            names = listed((field.name for field in missing), "and")
            first = f"`{missing[0].name}`: {missing[0].help[0].lower()}{missing[0].help[1:].rstrip('.')}"
            reader.error(node, f"{self.what} lacks {names}", first)

    def schema(self) -> Schema:
        properties = {field.name: {"description": field.help, **field.type.schema()} for field in self.fields}
        required = [field.name for field in self.fields if field.required]
        needed = {"required": required} if required else {}
        return {"type": "object", "properties": properties, **needed, "additionalProperties": False}
