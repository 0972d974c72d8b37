"""The library: what hides what, finding cards by key, by name and by words."""

import sys
from importlib.metadata import EntryPoint
from types import SimpleNamespace

import pytest

from mlquiz.cards.library import load_library
from mlquiz.cards.packages import GROUP
from mlquiz.cards.search import UnknownSelection

FRENCH = """\
deck: french
title: À propos
sections:
  - id: '1.2'
    title: Bayes
    notes: {prior: Le théorème de Bayes retourne une probabilité.}
    cards:
      - {id: theoreme, ask: Que dit le THÉORÈME, answer: 'il retourne', covers: [prior], tags: [base]}
      - {id: prior, ask: Qu'est-ce, answer: ce qu'on croit avant, was: [apriori, english/prior]}
  - id: '1.20'
    title: Other
    cards:
      - {id: other, ask: Something else, answer: théorème central, contrasts: [theoreme]}
  - id: '1.3'
    title: Again
    cards:
      - {same_as: theoreme}
      - {id: far, same_as: good/wcss}
      - {id: nowhere, same_as: lost}
      - {id: ring, same_as: ring}
"""
TINY = "deck: {name}\ntitle: {title}\ncards:\n  - {{id: a, ask: A {title} card, answer: x}}\n"


@pytest.fixture
def library(write, good_path):
    return load_library([write(french=FRENCH), good_path], shipped=False)


def keys(infos):
    return [info.key for info in infos]


def test_cards_come_in_the_order_of_chapters_and_of_the_file(library):
    assert list(library.decks) == ["french", "good"]
    assert keys(library.infos())[:4] == [
        "french/theoreme",
        "french/prior",
        "french/other",
        keys(library.cards())[3],
    ]
    assert keys(library.infos()) == keys(library.cards())


def test_an_info_says_what_its_card_says(library):
    for info, card in zip(library.infos(), library.cards(), strict=True):
        assert info == (card.key, card.section, card.kind, card.weight, card.contrasts, card.tags)
        assert info.deck == card.deck


def test_cards_by_key(library):
    assert library.card("french/prior").answer == "ce qu'on croit avant"
    assert library.card("french/theoreme-in-1-3").id == "theoreme"
    assert library.card("french/far").key == "good/wcss"
    for key in ("french/nowhere", "french/ring", "french/none", "none/prior", "prior", ""):
        assert library.card(key) is None


def test_sections(library):
    section = library.section("1.2")
    assert (section.title, section.deck, len(section.cards), section.cards[1].id) == (
        "Bayes",
        "french",
        2,
        "prior",
    )
    assert [card.id for card in section.cards[:1]] == ["theoreme"]
    assert (
        library.section("french/1.2") == library.section("1.2")
        or section.notes == library.section("1.2").notes
    )
    assert [alias.same_as for alias in library.section("1.3").aliases][:2] == ["french/theoreme", "good/wcss"]
    assert library.section("good/1.2") is None
    assert library.section("") is None
    assert library.section("3.23.1").errata[0].kind == "gap"
    assert [section.id for section in library.decks["good"].sections] == ["", "3.23", "3.23.1", "4.1"]


def test_titles(library):
    titles = library.titles()
    assert titles["1.2"] == "Bayes"
    assert set(titles) == {section.id for deck in library.decks.values() for section in deck.sections} - {""}


def test_renamed_cards(library):
    assert library.resolve_was() == {
        "french/apriori": "french/prior",
        "english/prior": "french/prior",
        "good/restarts": "good/why-restarts",
        "old-deck/restarts": "good/why-restarts",
    }


def test_an_old_key_that_is_still_a_card_is_not_carried_over(write):
    folder = write(
        a="deck: a\ncards:\n  - {id: x, ask: X, answer: x}\n  - {id: y, ask: Y, answer: y, was: [x]}\n"
    )
    assert load_library([folder], shipped=False).resolve_was() == {}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["french"], ["french/theoreme", "french/prior", "french/other", "good/wcss"]),
        (["1.2"], ["french/theoreme", "french/prior"]),
        (["1"], ["french/theoreme", "french/prior", "french/other", "good/wcss"]),
        (["1.3"], ["french/theoreme", "good/wcss"]),
        (["french/1.20"], ["french/other"]),
        (["base"], ["french/theoreme"]),
        (["clustering"], ["good/why-restarts"]),
        (["theoreme"], ["french/theoreme", "french/other"]),
        (["good/wcss"], ["good/wcss"]),
        (["base", "1.20"], ["french/theoreme", "french/other"]),
        (["theoreme central"], ["french/other"]),
    ],
)
def test_select(library, words, expected):
    assert keys(library.select(words)) == expected


def test_a_section_brings_its_subsections(library):
    sections = {info.section for info in library.select(["3.23"])}
    assert sections == {"3.23", "3.23.1"}


def test_no_words_select_all(library):
    assert library.select([]) == list(library.infos())


@pytest.mark.parametrize(
    ("word", "hint"), [("frensh", "french"), ("clusterin9", "clustering"), ("3.24", "3.23")]
)
def test_a_word_that_selects_nothing(library, word, hint):
    with pytest.raises(UnknownSelection) as error:
        library.select(["1.2", word])
    assert word in str(error.value)
    assert f"`{hint}`" in error.value.hint


def test_search_ranks_and_ignores_case_and_accents(library):
    hits = library.search("theoreme")
    assert [hit.key for hit in hits if hit.what == "card"] == ["french/theoreme", "french/other"]
    assert [hit.key for hit in hits if hit.what == "note"] == ["french/1.2"]
    assert library.search("THÉORÈME") == hits
    assert [hit.key for hit in library.search(["theoreme", "central"])] == ["french/other"]
    assert library.search("k-means")[0].what == "section"
    assert library.search("3.23.1")[0].key == "good/3.23.1"
    assert library.search("xyzzy") == library.search("") == library.search("  ") == []


def test_the_person_s_deck_hides_an_earlier_one(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    for folder, title in ((first, "shipped"), (second, "own")):
        folder.mkdir()
        (folder / "same.yaml").write_text(TINY.format(name="same", title=title))
    (first / "kept.yaml").write_text(TINY.format(name="kept", title="kept"))
    library = load_library([first, second], shipped=False)
    assert {deck.name: deck.title for deck in library.decks.values()} == {"same": "own", "kept": "kept"}
    [hidden] = library.hidden
    assert (hidden.path, hidden.by) == (str(first / "same.yaml"), str(second / "same.yaml"))


def test_a_broken_deck_hides_nothing(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    (first / "same.yaml").write_text(TINY.format(name="same", title="shipped"))
    (second / "same.yaml").write_text("deck: same\ncards: [")
    library = load_library([first, second], shipped=False)
    assert library.decks["same"].title == "shipped"
    assert len(library.problems) == 1


def test_two_decks_of_one_name_in_one_folder(write):
    folder = write(a=TINY.format(name="same", title="A"), b=TINY.format(name="same", title="B"))
    library = load_library([folder], shipped=False)
    assert library.decks["same"].title == "A"
    [problem] = library.problems
    assert problem.path == str(folder / "b.yaml")
    assert "is the deck `same` already" in problem.message


def test_folders_that_are_not_there_and_files_that_are_no_decks(tmp_path, write):
    folder = write(a=TINY.format(name="a", title="A"))
    (folder / "notes.txt").write_text("no deck")
    (folder / ".hidden.yaml").write_text("no deck")
    (folder / "folder.yaml").mkdir()
    library = load_library([tmp_path / "none", folder], shipped=False)
    assert list(library.decks) == ["a"]
    assert [problem.path for problem in library.problems] == [str(folder / "folder.yaml")]


@pytest.fixture
def offered(tmp_path, monkeypatch):
    """A package that isn't imported, one that has no folder, and one that isn't there."""
    package = tmp_path / "lib" / "deck_package_of_test"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise SystemExit('this must not run')")
    (package / "theirs.yaml").write_text(TINY.format(name="theirs", title="Theirs"))
    (tmp_path / "lib" / "single_module_of_test.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path / "lib"))
    points = [
        EntryPoint("theirs", "deck_package_of_test", GROUP),
        EntryPoint("single", "single_module_of_test", GROUP),
        EntryPoint("gone", "package_that_is_not_there", GROUP),
    ]
    looked = SimpleNamespace(count=0)

    def entry_points(*, group):
        looked.count += 1
        return [point for point in points if point.group == group]

    monkeypatch.setattr("importlib.metadata.entry_points", entry_points)
    return looked


def test_packages_are_looked_up_only_when_named(offered, write):
    load_library([write(a=TINY.format(name="a", title="A"))], shipped=False)
    assert offered.count == 0
    library = load_library([], shipped=False, packages=["theirs"])
    assert list(library.decks) == ["theirs"]
    assert "deck_package_of_test" not in sys.modules


@pytest.mark.parametrize(
    ("name", "said"), [("gone", "can't be found"), ("single", "no package"), ("thiers", "`theirs`")]
)
def test_a_broken_package_is_one_warning(offered, name, said):
    library = load_library([], shipped=False, packages=[name, "theirs"])
    assert list(library.decks) == ["theirs"]
    [problem] = library.problems
    assert problem.severity == "warning"
    assert said in problem.headline
