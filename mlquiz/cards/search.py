"""Finding cards: by deck, section and tag, or by the words in their texts."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from mlquiz.cards.problems import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlquiz.cards.compiled import CompiledDeck
    from mlquiz.cards.library import Library
    from mlquiz.cards.model import CardInfo

TITLE, QUESTION, ANSWER, REST = 8, 4, 2, 1  # what a word counts by where it occurs
ANSWERS = ("answer", "text", "options", "steps", "pairs")


class UnknownSelection(Exception):  # noqa: N818 - not a fault: the person is asked again
    """A word that names no deck, section, tag or text; ``hint`` names the nearest right one."""

    def __init__(self, word: str, hint: str = "") -> None:
        super().__init__(f"no deck, section, tag or card has {word!r}")
        self.word = word
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Hit:
    """A card, a note or a section with the words; ``text`` is the question, the note or the title."""

    what: Literal["card", "note", "section"]
    key: str  # deck/card-id, or deck/section-id
    section: str
    text: str
    score: int


def folded(text: str) -> str:
    """Return ``text`` without case and accents."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text)
    return "".join(part for part in parts if not unicodedata.combining(part)).casefold()


def select(library: Library, words: Sequence[str]) -> list[CardInfo]:
    """Return the cards that any of the words names, in the order of the decks. See `Library.select`."""
    infos = library.infos()
    if not words:
        return list(infos)
    chosen: set[str] = set()
    for word in words:
        keys = _named(library, word) or {hit.key for hit in search(library, word) if hit.what == "card"}
        if not keys:
            raise UnknownSelection(word, nearest(word, _names(library)))
        chosen |= keys
    return [info for info in infos if info.key in chosen]


def _names(library: Library) -> set[str]:
    """Return all the words that select something by name."""
    sections = {head[0] for deck in library.compiled.values() for head in deck.index["heads"] if head[0]}
    tags = {tag for info in library.infos() for tag in info.tags}
    return sections | tags | set(library.compiled)


def _named(library: Library, word: str) -> set[str]:
    """Return the keys of the cards of a deck, a section with its subsections, a tag, or of that key."""
    if word in library.compiled:
        return {info.key for info in library.infos() if info.deck == word} | _targets(library, word, "")
    deck, _, section = word.rpartition("/")
    keys = {
        info.key
        for info in library.infos()
        if word in info.tags
        or (deck in {"", info.deck} and section and (info.section + ".").startswith(section + "."))
    }
    card = library.key(word)
    return keys | _targets(library, deck, section) | ({card} if card else set())


def _targets(library: Library, deck: str, section: str) -> set[str]:
    """Return the keys of the cards that aliases in a deck or a section stand for."""
    found = set()
    for name, compiled in library.compiled.items():
        heads = compiled.index["heads"]
        for alias, number, _ in compiled.index["aliases"]:
            inside = not section or (heads[number][0] + ".").startswith(section + ".")
            target = library.key(f"{name}/{alias}") if inside and deck in {"", name} else None
            if target:
                found.add(target)
    return found


def search(library: Library, words: str | Sequence[str]) -> list[Hit]:
    """Return what holds all the words, the best first. See `Library.search`."""
    wanted = folded(words if isinstance(words, str) else " ".join(words)).split()
    if not wanted:
        return []
    hits = [hit for deck in library.compiled.values() for hit in _hits(deck, wanted)]
    return sorted(hits, key=lambda hit: -hit.score)


def _hits(deck: CompiledDeck, wanted: list[str]) -> Iterator[Hit]:
    heads = deck.index["heads"]
    for number, text in enumerate(deck.fetch("section", 0, len(heads))):
        yield from _section_hits(deck.name, heads[number], text, wanted)
    count = len(deck.index["ids"])
    sections = deck.index["sections"]
    in_json = [json.dumps(word, ensure_ascii=False)[1:-1] for word in wanted]
    for position, text in enumerate(deck.fetch("card", 0, count)):
        head = heads[sections[position]]
        everything = folded(f"{text} {head[0]} {head[1]}")
        if not all(word in everything for word in in_json):
            continue  # most cards: not worth decoding
        card = json.loads(text)
        places = [(TITLE, f"{card['id']} {head[0]} {head[1]}"), (QUESTION, card["ask"])]
        places += [(ANSWER, _texts(card.get(name))) for name in ANSWERS]
        places.append(
            (REST, _texts([card.get("explain"), card.get("hints"), card.get("tags"), card.get("source")]))
        )
        score = _score(places, wanted)
        if score:
            yield Hit("card", f"{deck.name}/{card['id']}", head[0], card["ask"], score)


def _section_hits(deck: str, head: list[Any], text: str, wanted: list[str]) -> Iterator[Hit]:
    section = json.loads(text)
    key = f"{deck}/{head[0]}"
    score = _score([(TITLE, f"{head[0]} {head[1]}")], wanted)
    if score and head[0]:
        yield Hit("section", key, head[0], head[1], score + 1)
    for name, note in section.get("notes", {}).items():
        score = _score([(QUESTION, name), (ANSWER, note)], wanted)
        if score:
            yield Hit("note", key, head[0], note, score)


def _texts(value: object) -> str:
    """Return all the texts within plain data."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return " ".join(_texts(part) for part in value.values())
    return " ".join(_texts(part) for part in value) if isinstance(value, list) else ""


def _score(places: list[tuple[int, str]], wanted: list[str]) -> int:
    """Return how well the places match, 0 when a word is nowhere; a whole word counts twice a part."""
    texts = [(weight, folded(text)) for weight, text in places]
    score = 0
    for word in wanted:
        found = max(
            (weight * (1 + _is_whole(word, text)) for weight, text in texts if word in text), default=0
        )
        if not found:
            return 0
        score += found
    return score


def _is_whole(word: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None
