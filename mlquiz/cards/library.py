"""All the decks that a person has: which there are, which hides which, and the cards by their keys."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from mlquiz.cards.cache import DeckCache
from mlquiz.cards.model import Card, CardInfo, Deck, Section
from mlquiz.cards.reading import file_problem, read_deck
from mlquiz.cards.record import Record

if TYPE_CHECKING:
    from mlquiz.cards.compiled import CompiledDeck
    from mlquiz.cards.problems import Problem
    from mlquiz.cards.search import Hit


class Hidden(Record):
    """A deck that another one of the same name hides."""

    name: str
    path: str
    by: str


class Library:
    """The decks and what is wrong with them; texts are decoded only when they are asked for."""

    def __init__(
        self,
        compiled: Iterable[CompiledDeck],
        problems: Iterable[Problem] = (),
        hidden: Iterable[Hidden] = (),
    ) -> None:
        self.compiled = {deck.name: deck for deck in compiled}
        self.problems = tuple(problems)
        self.hidden = tuple(hidden)
        self.paths = tuple(deck.path for deck in self.compiled.values())
        self.decks: Mapping[str, Deck] = _Decks(self.compiled)
        self._infos: list[CardInfo] | None = None
        self._positions: dict[str, dict[str, int]] = {}
        self._aliases: dict[str, str] | None = None

    def infos(self) -> Sequence[CardInfo]:
        """Return what choosing needs to know of each card, in the order of the decks; no text is decoded."""
        if self._infos is None:
            self._infos = [info for deck in self.compiled.values() for info in deck.infos()]
        return self._infos

    def cards(self) -> Iterator[Card]:
        """Return the cards in the order of the decks, decoded one after the other."""
        for deck in self.compiled.values():
            for position in range(len(deck.index["ids"])):
                yield deck.card(position)

    def key(self, key: str) -> str | None:
        """Return the key of the card that ``key`` leads to, through aliases; None when there is none."""
        for _ in range(10):
            if self._position(key) is not None:
                return key
            target = self.aliases().get(key)
            if target is None:
                return None
            key = target
        return None

    def card(self, key: str) -> Card | None:
        """Return a card; a key of an alias gives the card that it stands for."""
        found = self.key(key)
        if found is None:
            return None
        deck = self.compiled[found.partition("/")[0]]
        try:
            return deck.card(self._positions[deck.name][found.partition("/")[2]])
        except LookupError:
            return None

    def _position(self, key: str) -> int | None:
        name, _, card = key.partition("/")
        if name not in self.compiled:
            return None
        if name not in self._positions:
            ids = self.compiled[name].index["ids"]
            self._positions[name] = dict(zip(ids, range(len(ids)), strict=True))
        return self._positions[name].get(card)

    def aliases(self) -> Mapping[str, str]:
        """Return the key of the card that each alias stands for, by the alias's key."""
        if self._aliases is None:
            self._aliases = {
                f"{name}/{alias}": target
                for name, deck in self.compiled.items()
                for alias, _, target in deck.index["aliases"]
            }
        return self._aliases

    def section(self, name: str) -> Section | None:
        """Return a section by its bare id, or by ``deck/id``."""
        deck_name, _, bare = name.rpartition("/")
        decks = [deck for deck in self.compiled.values() if deck_name in {"", deck.name}]
        for deck in decks:
            for number, head in enumerate(deck.index["heads"]):
                if head[0] == bare and bare:
                    return deck.sections(number, 1)[0]
        return None

    def titles(self) -> dict[str, str]:
        """Return the titles of the sections by id; no text is decoded."""
        heads = (head for deck in self.compiled.values() for head in deck.index["heads"])
        return {section: title for section, title, *_ in heads if section}

    def resolve_was(self) -> Mapping[str, str]:
        """Return the new key of each renamed card by the old key, unless a card still has the old one."""
        renamed = {}
        for name, deck in self.compiled.items():
            for position, old_keys in deck.index["was"].items():
                new = f"{name}/{deck.index['ids'][int(position)]}"
                renamed.update({old: new for old in old_keys if self._position(old) is None})
        return renamed

    def select(self, words: Sequence[str]) -> list[CardInfo]:
        """Return the cards that any of the words names; all cards for no words.

        A word is a deck, a section (its subsections come along), a tag, or else is looked for in the texts.

        Raises
        ------
        UnknownSelection
            When a word names nothing.
        """
        from mlquiz.cards.search import select

        return select(self, words)

    def search(self, words: str | Sequence[str]) -> list[Hit]:
        """Return the cards, notes and sections in which all the words occur, the best first."""
        from mlquiz.cards.search import search

        return search(self, words)


class _Decks(Mapping[str, Deck]):
    """Decks by name, decoded when they are asked for."""

    def __init__(self, compiled: Mapping[str, CompiledDeck]) -> None:
        self._compiled = compiled

    def __getitem__(self, name: str) -> Deck:
        return self._compiled[name].deck()

    def __iter__(self) -> Iterator[str]:
        return iter(self._compiled)

    def __len__(self) -> int:
        return len(self._compiled)


def shipped_dir() -> Path:
    """Return the folder of the decks that come with the program."""
    return Path(import_module("mlquiz.decks").__path__[0])


def load_library(
    deck_dirs: Sequence[Path] = (),
    cache: Path | None = None,
    *,
    packages: Sequence[str] = (),
    shipped: bool = True,
) -> Library:
    """Read the shipped decks, those of named ``packages``, those of ``deck_dirs``; later hide earlier ones.

    An entry of ``deck_dirs`` may be a single file. ``cache`` is the folder of the compiled decks, None for
    none. What is wrong is among the library's problems.
    """
    problems: list[Problem] = []
    folders = [shipped_dir()] if shipped else []
    if packages:
        from mlquiz.cards.packages import package_folders

        folders += package_folders(packages, problems)
    store = DeckCache(cache.absolute()) if cache else None
    found: dict[str, CompiledDeck] = {}
    hidden: list[Hidden] = []
    for folder in [*folders, *deck_dirs]:
        _read_folder(folder.absolute(), store, found, problems, hidden)
    return Library(sorted(found.values(), key=_order), problems, hidden)


def _read_folder(
    folder: Path,
    cache: DeckCache | None,
    found: dict[str, CompiledDeck],
    problems: list[Problem],
    hidden: list[Hidden],
) -> None:
    """Add the decks of one folder to those found before."""
    here: dict[str, str] = {}
    for path in deck_files(folder):
        deck, wrong = read_deck(path, cache)
        problems += wrong
        if deck is None:
            continue
        if deck.name in here:
            problems.append(file_problem(path, f"{here[deck.name]} is the deck `{deck.name}` already"))
            continue
        if deck.name in found and found[deck.name].path != str(path):
            hidden.append(Hidden(deck.name, found[deck.name].path, str(path)))
        here[deck.name] = str(path)
        found[deck.name] = deck


def deck_files(folder: Path) -> list[Path]:
    """Return the decks in a folder, by name; a file stands for itself, and what can't be read for nothing."""
    if folder.is_file():
        return [folder]
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return []
    return [path for path in entries if path.suffix in {".yaml", ".yml"} and not path.name.startswith(".")]


def _order(deck: CompiledDeck) -> tuple[list[int], str]:
    """Order by the number of the first section that has one; decks without such come last."""
    numbered = (re.findall(r"\d+", head[0]) for head in deck.index["heads"] if head[0][:1].isdigit())
    return [int(number) for number in next(numbered, ["1000000"])], deck.name
