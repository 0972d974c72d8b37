"""Each rule of the deck format has one small deck that breaks it; its first lines say what is to be heard."""

import re
import shutil
from pathlib import Path

import pytest
import yaml

from mlquiz.cards.check import check_deck
from mlquiz.cards.library import load_library
from mlquiz.cards.load import load_deck

BAD = Path(__file__).parent / "fixtures" / "bad"
DECKS = sorted(BAD.glob("*.yaml"))


def expectations(path, word):
    return re.findall(rf"(?m)^# {word} ?(.*)$", path.read_text(encoding="utf-8"))


def ids(plain):
    return [card["id"] for section in plain["sections"] for card in section["cards"]] if plain else []


def found(path, demos):
    problems = check_deck(path, load_library([path], shipped=False), demos)
    return [problem.headline.removeprefix(f"{path}").removeprefix(":") for problem in problems]


@pytest.mark.parametrize("path", DECKS, ids=lambda path: path.stem)
def test_message_and_place(path, demos):
    expected = expectations(path, "expects")
    headlines = found(path, demos)
    assert expected
    assert len(headlines) == len(expected), headlines
    for headline, start in zip(headlines, expected, strict=True):
        assert headline.startswith(start), headline


@pytest.mark.parametrize("path", DECKS, ids=lambda path: path.stem)
def test_the_deck_s_other_cards_load(path):
    assert [" ".join(ids(load_deck(path).plain)) or "nothing"] == expectations(path, "loads")


@pytest.mark.parametrize("path", DECKS, ids=lambda path: path.stem)
def test_the_slow_reader_of_yaml_finds_the_same_line(path, monkeypatch):
    fast = load_deck(path).problems
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    slow = load_deck(path).problems
    assert [problem.line for problem in slow] == [problem.line for problem in fast]


def test_bad_decks_leave_the_others_alone(tmp_path, good_path):
    for path in [*DECKS, good_path]:
        shutil.copy(path, tmp_path)
    library = load_library([tmp_path], shipped=False)
    assert "good" in library.decks
    assert len(library.decks["good"].sections) == 4
    named = {Path(problem.path).stem for problem in library.problems}
    structural = {path.stem for path in DECKS if load_deck(path).problems}
    assert structural <= named


@pytest.mark.parametrize("path", DECKS, ids=lambda path: path.stem)
def test_the_caret_stands_under_the_place(path):
    for problem in load_deck(path).problems:
        if not problem.source_line.strip():
            continue
        _, line, caret = problem.render().split("\n")
        assert caret == " " * (4 + problem.column - 1) + "^"
        assert len(line) == 4 + len(problem.source_line)


def test_nothing_is_wrong_with_the_good_deck(good_path, demos):
    assert [line for line in found(good_path, demos) if "no `id`" not in line] == []
