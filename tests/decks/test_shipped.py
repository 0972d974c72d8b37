"""The decks that come with the program: clean, complete, and single-quoted where YAML is treacherous."""

import pytest

from mlquiz.cards.check import check_deck
from mlquiz.cards.library import load_library, shipped_dir
from mlquiz.cards.load import load_deck
from mlquiz.cli.deck import Demos

PATHS = sorted(shipped_dir().glob("*.yaml"))


@pytest.fixture(scope="module")
def library():
    return load_library()


@pytest.fixture(scope="module", params=PATHS, ids=lambda path: path.stem)
def loaded(request):
    return load_deck(request.param)


def test_there_are_decks(library):
    assert {"probability", "machine-learning", "deep-learning", "reinforcement-learning"} <= set(
        library.decks
    )
    assert library.problems == ()
    assert library.hidden == ()


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_nothing_is_wrong(path, library):
    assert [problem.render() for problem in check_deck(path, library, Demos())] == []


def test_a_deck_is_called_like_its_file(loaded):
    assert loaded.path.endswith(f"/{loaded.plain['deck']}.yaml")


def test_ids_and_formulas_are_in_single_quotes(loaded):
    for entry in [*loaded.sections, *loaded.entries]:
        nodes = [entry.node.get("id")]
        if entry.plain.get("kind") == "formula":
            nodes += [entry.node.get("answer"), entry.node.get("show")]
        symbols, where = entry.node.get("symbols"), entry.node.get("where")
        nodes += [kind for _, kind in symbols.pairs] if symbols else []
        nodes += where.items if where else []
        assert {node.style for node in nodes if node} == {"'"}, entry.plain["id"]


def test_every_card_has_an_id(loaded):
    assert [entry.plain["ask"] for entry in loaded.entries if entry.node.get("id") is None] == []


def test_sections_have_more_than_one_kind(loaded):
    for section in loaded.plain["sections"]:
        kinds = {card["kind"] for card in section["cards"]}
        assert kinds - {"recall"} or section["aliases"], section["id"]


def test_no_question_is_asked_twice(library):
    questions = [card.ask for card in library.cards() if card.kind not in {"cloze", "order", "match"}]
    assert len(questions) == len(set(questions))


def test_every_kind_is_there_twice(library):
    kinds = [info.kind for info in library.infos()]
    assert all(
        kinds.count(kind) >= 2
        for kind in ("recall", "cloze", "choice", "formula", "number", "order", "match")
    )
