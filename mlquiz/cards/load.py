"""A deck's file read: plain data that can be cached, the nodes it came from, and what is wrong with it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from mlquiz.cards.fields import ALIAS, CARD_RECORDS, DECK_HEAD, KIND, SECTION_HEAD
from mlquiz.cards.nodes import Node, RefusedError, Source, decode, parse
from mlquiz.cards.problems import Problem
from mlquiz.cards.types import Field, FieldType, Reader, Record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_CARDS = 20_000
DEFAULT_WEIGHT = 3
Plain = dict[str, Any]


@dataclass(slots=True)
class Entry:
    """A card, an alias or a section as plain data, and the node that it was read from."""

    plain: Plain
    node: Node
    section: Plain


@dataclass(slots=True)
class Loaded:
    """What came of a file; ``plain`` is None when nothing of it can be used."""

    path: str
    revision: str = ""
    plain: Plain | None = None
    problems: list[Problem] = field(default_factory=list)
    source: Source | None = None
    entries: list[Entry] = field(default_factory=list)
    sections: list[Entry] = field(default_factory=list)


def load_deck(path: Path, data: bytes | None = None) -> Loaded:
    """Read a deck's file; ``data`` is its content when it has been read already. Never raises."""
    loaded = Loaded(str(path))
    try:
        data = path.read_bytes() if data is None else data
        loaded.revision = hashlib.sha256(data).hexdigest()[:12]
        loaded.source = decode(str(path), data)
        root = parse(loaded.source)
    except OSError as error:
        reason = error.strerror or str(error)
        loaded.problems.append(Problem(str(path), 0, 0, f"the file can't be read: {reason}"))
    except RefusedError as refused:
        loaded.problems.append(refused.problem)
    else:
        _DeckReader(loaded, Reader(loaded.source)).read(root)
    return loaded


class _Later:
    """A field that is read on its own, so that one bad card doesn't spoil the rest."""

    def read(self, node: Node, name: str, reader: Reader) -> None:
        """Leave it."""

    def schema(self) -> dict[str, Any]:
        """Return what allows anything."""
        return {}


def _with_later(record: Record, *names: str) -> Record:
    later: FieldType = _Later()
    return replace(record, fields=record.fields + tuple(Field(name, later, "") for name in names))


DECK = _with_later(DECK_HEAD, "sections", "cards")
SECTION = _with_later(SECTION_HEAD, "cards")


class _DeckReader:
    def __init__(self, loaded: Loaded, reader: Reader) -> None:
        self.loaded = loaded
        self.reader = reader
        self.ids: dict[str, int] = {}
        self.section_ids: dict[str, int] = {}
        self.deck = ""

    def read(self, root: Node | None) -> None:
        self.loaded.problems = self.reader.problems
        if root is None:
            self.loaded.problems.append(
                Problem(self.loaded.path, 0, 0, "the file is empty", "`deck: name` and `cards:`")
            )
            return
        head = DECK.read(root, "the file", self.reader) or {}
        if "deck" not in head:
            return
        self.deck = head["deck"]
        sections = [*self._top_level(root), *self._sections(root)]
        if not sections and not self.reader.problems:
            self.reader.error(root, "there are no cards in the deck", "`cards:` or `sections:`")
        title = head.get("title", head["deck"])
        self.loaded.plain = {"deck": head["deck"], "title": title, "sections": sections}

    def _top_level(self, root: Node) -> Iterator[Plain]:
        if root.get("cards"):
            section = {"id": "", "title": "", "weight": DEFAULT_WEIGHT, "cards": [], "aliases": []}
            self._cards(root, section)
            yield section

    def _sections(self, root: Node) -> Iterator[Plain]:
        for node in self._list(root, "sections"):
            section = self._section(node)
            if section is not None:
                self.loaded.sections.append(Entry(section, node, section))
                self._cards(node, section)
                yield section

    def _list(self, node: Node, name: str) -> list[Node]:
        found = node.get(name)
        if found is None:
            return []
        if found.kind != "list" or not found.items:
            self.reader.error(found, f"`{name}` is no list with entries", "a list, one `- ` entry each")
            return []
        return found.items

    def _section(self, node: Node) -> Plain | None:
        section: Plain = SECTION.read(node, "a section", self.reader) or {}
        if "id" not in section:
            return None
        if section["id"] in self.section_ids:
            self._twice(node, "section", section["id"], self.section_ids[section["id"]])
            return None
        self.section_ids[section["id"]] = node.line + 1
        section.setdefault("title", section["id"])
        section.setdefault("weight", DEFAULT_WEIGHT)
        _drop_unread(section)
        return {**section, "cards": [], "aliases": []}

    def _cards(self, node: Node, section: Plain) -> None:
        for card in self._list(node, "cards"):
            if len(self.loaded.entries) >= MAX_CARDS:
                self.reader.error(card, f"the deck has more than {MAX_CARDS:,} cards", "a deck a chapter")
                return
            plain = self._card(card, section)
            if plain is not None:
                section["aliases" if "same_as" in plain else "cards"].append(plain)
                self.loaded.entries.append(Entry(plain, card, section))

    def _card(self, node: Node, section: Plain) -> Plain | None:
        record = self._record(node)
        before = len(self.reader.problems)
        plain: Plain = (record and record.read(node, "a card", self.reader)) or {}
        if record is None or len(self.reader.problems) > before:
            return None
        plain.setdefault("id", _default_id(plain, section["id"] or self.deck))
        if plain["id"] in self.ids:
            self._twice(node, "card", plain["id"], self.ids[plain["id"]])
            return None
        self.ids[plain["id"]] = node.line + 1
        return _completed(plain, node.line + 1, section)

    def _record(self, node: Node) -> Record | None:
        """Return the record that the card is read by."""
        if node.get("same_as") is not None:
            return ALIAS
        kind = node.get("kind")
        if kind is None:
            return CARD_RECORDS["recall"]
        return CARD_RECORDS.get(KIND.type.read(kind, "kind", self.reader) or "")

    def _twice(self, node: Node, what: str, name: str, line: int) -> None:
        place = node.at("id")
        self.reader.error(
            place, f"the {what} `{name}` stands twice", "each id once", f"it stood already on line {line}"
        )


def _drop_unread(section: Plain) -> None:
    """Leave out what was named as wrong in a section's head: its notes and errata that couldn't be read."""
    notes = {name: text for name, text in section.get("notes", {}).items() if text is not None}
    errata = [
        slip
        for slip in section.get("errata", [])
        if slip and {"id", "class", "sheet", "correct"} <= set(slip)
    ]
    section.update(notes=notes, errata=errata)
    if not all(name for name, _ in section.get("demo", [])):
        del section["demo"]


def _default_id(plain: Plain, section: str) -> str:
    """Return the id of a card that has none: from its question, or from what it stands for."""
    if "same_as" in plain:
        return alias_id(plain["same_as"], section)
    return hashlib.sha256(plain["ask"].encode()).hexdigest()[:12]


def alias_id(target: str, section: str) -> str:
    """Return ``<target>-in-<section>``, dots as hyphens."""
    return f"{target.rpartition('/')[2]}-in-{section.replace('.', '-')}"


def _completed(plain: Plain, line: int, section: Plain) -> Plain:
    """Add what a card has from its place: its line, its revision, and its section's demo and weight."""
    written = json.dumps(plain, sort_keys=True, ensure_ascii=False)
    plain["line"] = line
    plain["revision"] = hashlib.sha256(written.encode()).hexdigest()[:12]
    if "same_as" not in plain:
        plain.setdefault("weight", section["weight"])
        plain.setdefault("kind", "recall")
    if section.get("demo"):
        plain.setdefault("demo", section["demo"])
    return plain
