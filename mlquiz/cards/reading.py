"""A deck from its file: out of the cache when nothing has changed, else compiled and kept."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mlquiz.cards.compiled import CompiledDeck, Fetch, bodies, compile_index

if TYPE_CHECKING:
    from pathlib import Path

    from mlquiz.cards.cache import DeckCache, Found
    from mlquiz.cards.problems import Problem

    Read = tuple[CompiledDeck | None, tuple[Problem, ...]]


def read_deck(path: Path, cache: DeckCache | None) -> Read:
    """Return a deck, None when nothing of it can be used, and what is wrong with it."""
    found = cache.find(path) if cache else None
    if cache and found:
        try:
            return _assemble(path, json.loads(found.head), _cached(cache, found, path))
        except (ValueError, TypeError, KeyError):  # damaged
            pass
    return _compile(path, cache)


def _compile(path: Path, cache: DeckCache | None) -> Read:
    from mlquiz.cards.load import load_deck

    try:
        data = path.read_bytes()
    except OSError as error:
        return None, (file_problem(path, f"the file can't be read: {error.strerror or error}"),)
    loaded = load_deck(path, data)
    head: dict[str, Any] = {
        "revision": loaded.revision,
        "index": None,
        "problems": [problem.as_json() for problem in loaded.problems],
    }
    texts: dict[str, list[str]] = {}
    if loaded.plain:
        head["index"], texts = compile_index(loaded.plain), bodies(loaded.plain)
    if cache:
        cache.keep(path, data, json.dumps(head, ensure_ascii=False), texts)
    return _assemble(path, head, _in_memory(texts))


def _assemble(path: Path, head: dict[str, Any], fetch: Fetch) -> Read:
    problems = tuple(_problem(path, problem) for problem in head["problems"])
    if head["index"] is None:
        return None, problems
    if not isinstance(head["index"], dict):
        raise TypeError("the index is no map")
    return CompiledDeck(str(path), head["revision"], head["index"], fetch), problems


def _problem(path: Path, fields: dict[str, Any]) -> Problem:
    from mlquiz.cards.problems import Problem

    return Problem(**{**fields, "path": str(path)})


def file_problem(path: Path, message: str) -> Problem:
    """Return an error about a file as a whole."""
    return _problem(path, {"line": 0, "column": 0, "message": message})


def _in_memory(texts: dict[str, list[str]]) -> Fetch:
    return lambda what, first, count: texts[what][first : first + count]


def _cached(cache: DeckCache, found: Found, path: Path) -> Fetch:
    """Return a fetch from the cache that reads the file again should the cache be lost meanwhile."""
    spare: dict[str, list[str]] = {}

    def fetch(what: str, first: int, count: int) -> list[str]:
        texts = [] if spare else cache.bodies(found.deck, what, first, count)
        if len(texts) == count:
            return texts
        if not spare:
            spare.update(_texts_of(path, found))
        return spare[what][first : first + count]

    return fetch


def _texts_of(path: Path, found: Found) -> dict[str, list[str]]:
    """Compile the texts anew, provided that the file is still the one that was indexed."""
    from mlquiz.cards.cache import sha256
    from mlquiz.cards.load import load_deck

    with_lost = LookupError(f"{path} has changed and its earlier texts are gone")
    try:
        data = path.read_bytes()
    except OSError:
        raise with_lost from None
    loaded = load_deck(path, data)
    if loaded.plain is None or sha256(data) != found.sha256:
        raise with_lost
    return bodies(loaded.plain)
