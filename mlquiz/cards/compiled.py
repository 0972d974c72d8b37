"""A deck in the form that starts fast: an index by columns, and bodies that stay text until asked for."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, overload

from mlquiz.cards.build import Plain, build_card, build_section, qualified
from mlquiz.cards.model import Card, CardInfo, Deck, Section
from mlquiz.cards.record import Record

HEAD_COLUMNS = ("id", "title", "weight", "demo", "notes", "errata", "aliases")

Fetch = Callable[[str, int, int], list[str]]  # ("card" or "section", first, how many) -> JSON texts


class CompiledDeck(Record):
    """One deck: ``index`` is decoded, ``bodies`` fetches the text of the cards and section heads by position.

    The index holds columns by position of the card (``ids``, ``sections`` as numbers, ``kinds``,
    ``weights``, ``contrasts`` and ``tags`` as numbers ``of`` different ``values``); ``was`` by position;
    ``heads``, for each section its id, title, first position and number of cards; and ``aliases``, for each
    its id, the number of its section and its target.
    """

    path: str
    revision: str
    index: Plain
    fetch: Fetch

    @property
    def name(self) -> str:
        """The deck's name."""
        return str(self.index["deck"])

    def infos(self) -> list[CardInfo]:
        """Return what choosing needs to know of each card."""
        index, prefix = self.index, self.name + "/"
        sections = [head[0] for head in index["heads"]]
        contrasts = _spread(index["contrasts"])
        tags = _spread(index["tags"])
        keys = [prefix + name for name in index["ids"]]
        of = [sections[number] for number in index["sections"]]
        columns = zip(keys, of, index["kinds"], index["weights"], contrasts, tags, strict=True)
        return list(map(CardInfo._make, columns))

    def card(self, position: int) -> Card:
        """Return one card.

        Raises
        ------
        LookupError
            When the file has changed meanwhile and its earlier texts are gone.
        """
        section = self.index["heads"][self.index["sections"][position]][0]
        return build_card(json.loads(self.fetch("card", position, 1)[0]), self.name, section)

    def sections(self, first: int, count: int) -> tuple[Section, ...]:
        """Return sections by position; their cards are decoded when they are looked at."""
        texts = self.fetch("section", first, count)
        heads = self.index["heads"][first : first + count]
        return tuple(
            build_section(json.loads(text), self.name, CardsOf(self, start, cards))
            for text, (_, _, start, cards) in zip(texts, heads, strict=True)
        )

    def deck(self) -> Deck:
        """Return the deck with all of its sections."""
        sections = self.sections(0, len(self.index["heads"]))
        return Deck(self.name, self.index["title"], self.path, sections, self.revision)


class CardsOf(Sequence[Card]):
    """The cards of a section, decoded one by one."""

    def __init__(self, deck: CompiledDeck, start: int, count: int) -> None:
        self._deck = deck
        self._positions = range(start, start + count)

    def __len__(self) -> int:
        return len(self._positions)

    @overload
    def __getitem__(self, at: int) -> Card: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Card]: ...
    def __getitem__(self, at: int | slice) -> Card | Sequence[Card]:
        if isinstance(at, slice):
            return [self._deck.card(position) for position in self._positions[at]]
        return self._deck.card(self._positions[at])


def _distinct(column: list[list[str]]) -> dict[str, Any]:
    """Return a column of lists, most of them empty or the same, as the different lists and their numbers."""
    numbers: dict[tuple[str, ...], int] = {}
    of = [numbers.setdefault(tuple(value), len(numbers)) for value in column]
    return {"values": list(numbers), "of": of}


def _spread(column: dict[str, Any]) -> list[tuple[str, ...]]:
    """Return the column again."""
    values = [tuple(value) for value in column["values"]]
    return [values[number] for number in column["of"]]


def compile_index(plain: Plain) -> Plain:
    """Return the index of a deck's plain data."""
    deck = plain["deck"]
    cards = [(number, card) for number, section in enumerate(plain["sections"]) for card in section["cards"]]
    index: Plain = {
        "deck": deck,
        "title": plain["title"],
        "ids": [card["id"] for _, card in cards],
        "sections": [number for number, _ in cards],
        "kinds": [card["kind"] for _, card in cards],
        "weights": [card["weight"] for _, card in cards],
        "contrasts": _distinct([_qualified(card.get("contrasts", ()), deck) for _, card in cards]),
        "tags": _distinct([card.get("tags", []) for _, card in cards]),
        "was": {at: _qualified(card["was"], deck) for at, (_, card) in enumerate(cards) if "was" in card},
        "heads": _heads(plain["sections"]),
        "aliases": _aliases(plain["sections"], deck),
    }
    return index


def _qualified(references: Sequence[str], deck: str) -> list[str]:
    return [qualified(to, deck) for to in references]


def _heads(sections: list[Plain]) -> list[list[Any]]:
    """Return (id, title, position of the first card, number of cards) for each section."""
    heads, start = [], 0
    for section in sections:
        heads.append([section["id"], section["title"], start, len(section["cards"])])
        start += len(section["cards"])
    return heads


def _aliases(sections: list[Plain], deck: str) -> list[list[Any]]:
    return [
        [alias["id"], number, qualified(alias["same_as"], deck)]
        for number, section in enumerate(sections)
        for alias in section["aliases"]
    ]


def bodies(plain: Plain) -> dict[str, list[str]]:
    """Return the JSON texts of the cards ("card") and of the sections' heads ("section"), by position."""
    sections = plain["sections"]
    heads = [{name: section[name] for name in HEAD_COLUMNS if name in section} for section in sections]
    cards = [card for section in sections for card in section["cards"]]
    return {"card": [_dumps(card) for card in cards], "section": [_dumps(head) for head in heads]}


def _dumps(plain: Plain) -> str:
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
