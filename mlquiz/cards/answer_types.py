"""The field types that belong to one kind of card: blanks, options, pairs, drawn numbers, demo calls."""

# What `read` and `schema` do is said once, in `FieldType`.
# ruff: noqa: D102

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlquiz.cards.cloze import parse_cloze
from mlquiz.cards.numbers import MAX_VALUES, NUMBER, values
from mlquiz.cards.types import MAX_TEXT, Field, ListOf, MapOf, Reader, Record, Schema, Text

if TYPE_CHECKING:
    from mlquiz.cards.nodes import Node

NUMBER_TEXT = Text(pattern=NUMBER, what="a number such as `3`, `0.05`, `1/3` or `1e-3`")
RANGE = Record(
    "a range",
    (
        Field("from", NUMBER_TEXT, "The smallest value.", required=True),
        Field("to", NUMBER_TEXT, "The largest value.", required=True),
        Field("step", NUMBER_TEXT, "The distance between two values.", required=True),
    ),
)
OPTION = Record(
    "an option",
    (
        Field("right", Text(), "A right option."),
        Field("wrong", Text(), "A wrong option: a real misconception."),
        Field("why", Text(), "Why it is right or wrong, shown after the answer."),
    ),
)
DEMO_NAME = Text(pattern=r"[a-z0-9]+(?:-[a-z0-9]+)*", what="the name of a demo, such as `bayes-rule`")
CLOZE = Text(what="a text with {{hidden}} parts")
OPTIONS = ListOf(OPTION, least=2)
PAIRS_AS_MAP = MapOf(Text(), Text())
PAIRS_AS_LIST = ListOf(ListOf(Text(), least=2), least=2)


@dataclass(frozen=True, slots=True)
class ClozeText:
    """A text with ``{{hidden}}`` parts."""

    def read(self, node: Node, name: str, reader: Reader) -> str | None:
        found = CLOZE.read(node, name, reader)
        try:
            parse_cloze(found or "{{ok}}")
        except ValueError as error:
            reader.error(node, f"`{name}`: {error}", "`{{hidden}}` or `{{one|another}}`")
            return None
        return found

    def schema(self) -> Schema:
        return {"type": "string", "pattern": r"\{\{[\s\S]+\}\}", "maxLength": MAX_TEXT}


@dataclass(frozen=True, slots=True)
class Options:
    """Options of which one or more are right and one or more are wrong."""

    def read(self, node: Node, name: str, reader: Reader) -> list[Any] | None:
        options: list[Any] | None = None

        def read() -> None:
            nonlocal options
            options = OPTIONS.read(node, name, reader)

        if not reader.errors_of(read) and options:
            self._judge(node, options, reader)
        return options

    def _judge(self, node: Node, options: list[dict[str, str]], reader: Reader) -> None:
        texts: list[str] = []
        for item, option in zip(node.items, options, strict=True):
            if ("right" in option) == ("wrong" in option):
                reader.error(item, "an option needs one of two fields", "either `right` or `wrong`")
                return
            text = option.get("right") or option["wrong"]
            if text in texts:
                reader.error(item, f"the option {text!r} stands twice", "each once")
            texts.append(text)
        missing = [word for word in ("right", "wrong") if not any(word in option for option in options)]
        if missing:
            reader.error(node, f"no option is {missing[0]}", f"at least one `{missing[0]}: …`")

    def schema(self) -> Schema:
        one_of = [{"required": ["right"]}, {"required": ["wrong"]}]
        return {**OPTIONS.schema(), "items": {**OPTION.schema(), "oneOf": one_of}}


@dataclass(frozen=True, slots=True)
class Pairs:
    """Two or more pairs, as a map ``left: right`` or a list of ``[left, right]``; no part occurs twice."""

    def read(self, node: Node, name: str, reader: Reader) -> list[list[str]] | None:
        places: list[Node] = []
        pairs: list[list[str]] | None = None

        def read() -> None:
            nonlocal places, pairs
            if node.kind == "map":
                found = PAIRS_AS_MAP.read(node, name, reader) or {}
                places, pairs = [key for key, _ in node.pairs], [list(pair) for pair in found.items()]
            else:
                places, pairs = node.items, PAIRS_AS_LIST.read(node, name, reader)

        if not reader.errors_of(read) and pairs:
            self._judge(node, places, pairs, reader)
        return pairs

    def _judge(self, node: Node, places: list[Node], pairs: list[list[str]], reader: Reader) -> None:
        if len(pairs) < 2:
            reader.error(node, "there is one pair", "2 or more")
        for at, (place, pair) in enumerate(zip(places, pairs, strict=True)):
            if len(pair) != 2:
                reader.error(place, f"a pair has {len(pair)} parts", "`[left, right]`")
                return
            for side in (0, 1):
                if any(other[side] == pair[side] for other in pairs[:at]):
                    reader.error(place, f"{pair[side]!r} is in two pairs", "each once")

    def schema(self) -> Schema:
        pair = {"type": "array", "items": Text().schema(), "minItems": 2, "maxItems": 2}
        as_list = {"type": "array", "items": pair, "minItems": 2}
        return {"anyOf": [{**PAIRS_AS_MAP.schema(), "minProperties": 2}, as_list]}


@dataclass(frozen=True, slots=True)
class DrawnNumber:
    """A number, a list of numbers to choose from, or a range."""

    def read(self, node: Node, name: str, reader: Reader) -> list[str] | dict[str, str] | None:
        if node.kind == "scalar":
            text = NUMBER_TEXT.read(node, name, reader)
            return [text] if text else None
        if node.kind == "list":
            return ListOf(NUMBER_TEXT, distinct=True).read(node, name, reader)
        found: dict[str, str] = {}
        if not reader.errors_of(lambda: found.update(RANGE.read(node, name, reader) or {})):
            try:
                values(found)
            except ValueError as error:
                reader.error(node, f"`{name}`: {error}", f"from 1 to {MAX_VALUES:,} values")
        return found

    def schema(self) -> Schema:
        number = NUMBER_TEXT.schema()
        return {"anyOf": [number, ListOf(NUMBER_TEXT, distinct=True).schema(), RANGE.schema()]}


@dataclass(frozen=True, slots=True)
class DemoCalls:
    """A demo's name, a name with parameters, or a list of such; read as a list of ``[name, parameters]``."""

    def read(self, node: Node, name: str, reader: Reader) -> list[list[Any]] | None:
        if node.kind == "list" and reader.is_whole(node):
            return [call for item in node.items for call in self._calls(item, name, reader)]
        return self._calls(node, name, reader)

    def _calls(self, node: Node, name: str, reader: Reader) -> list[list[Any]]:
        if node.kind != "map":
            return [[DEMO_NAME.read(node, name, reader), {}]]
        calls = MapOf(_Parameters(), DEMO_NAME).read(node, name, reader) or {}
        return [list(call) for call in calls.items()]

    def schema(self) -> Schema:
        one = {"anyOf": [DEMO_NAME.schema(), MapOf(_Parameters(), DEMO_NAME).schema()]}
        return {"anyOf": [*one["anyOf"], {"type": "array", "items": one, "minItems": 1}]}


class _Parameters:
    """A demo's parameters; their values are numbers and words as YAML 1.2 reads them."""

    def read(self, node: Node, name: str, reader: Reader) -> dict[str, object] | None:
        if MapOf(Text(), Text()).read(node, name, reader) is None:
            return None
        return {key.text: _value(value) for key, value in node.pairs}

    def schema(self) -> Schema:
        return {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}}


def _value(node: Node) -> object:
    if node.style:
        return node.text
    if re.fullmatch(r"[-+]?\d{1,18}", node.text):
        return int(node.text)
    if re.fullmatch(r"[-+]?(\d{1,30}\.\d{0,30}|\.\d{1,30}|\d{1,30})([eE][-+]?\d{1,2})?", node.text):
        return float(node.text)
    return {"true": True, "false": False}.get(node.text, node.text)
