"""Coverage counts what is there, and names what is missing."""

from types import SimpleNamespace

import pytest

from mlquiz.cards.coverage import Part, PlanError, coverage
from mlquiz.cards.library import load_library
from tests.cards.conftest import FIXTURES

PLAN = FIXTURES / "plan"


def judge(right=True):
    return SimpleNamespace(
        reference=lambda answer, **declared: (answer, declared),
        outcome=lambda answer, reference: ("right" if right else "wrong", ""),
    )


def holds(name):
    return name == "kmeans"


@pytest.fixture
def library(good_path):
    return load_library([good_path], shipped=False)


@pytest.fixture
def found(library):
    return {section.id: section for section in coverage(PLAN, library, judge(), holds)}


def test_every_section_of_the_plan_is_there(found):
    assert list(found) == ["3.23", "3.23.1", "4.1", "9"]
    assert {section.deck for section in found.values()} == {"good"}


def test_notes(found):
    assert found["3.23"].notes == Part(2, 1)
    assert found["3.23"].covered == Part(2, 1)
    assert found["3.23.1"].notes == Part(2, 2)
    assert found["3.23.1"].covered == Part(2, 2)
    assert not found["3.23"].complete


def test_formulas(found, library):
    assert found["3.23.1"].formulas == Part(2, 1, ("centroid",))
    assert found["4.1"].formulas == Part(1, 1)
    strict = {section.id: section for section in coverage(PLAN, library, judge(right=False), holds)}
    assert strict["3.23.1"].formulas == Part(2, 0, ("wcss", "centroid"))


def test_a_formula_that_cannot_be_read_does_not_count(library):
    def refuse(answer, **declared):
        raise ValueError("unreadable")

    unread = SimpleNamespace(reference=refuse, outcome=judge().outcome)
    sections = {section.id: section for section in coverage(PLAN, library, unread, holds)}
    assert sections["3.23.1"].formulas.done == 0


def test_errata_and_demos(found):
    assert found["3.23.1"].errata == Part(1, 1)
    assert found["3.23.1"].demos == Part(2, 1, ("nothing",))


def test_cards_by_kind(found):
    assert found["3.23.1"].cards["match"] == 2
    assert found["3.23.1"].cards["formula"] == 1
    assert found["9"].cards == {}


def test_complete(tmp_path, library):
    (tmp_path / "1-good.yaml").write_text(
        "- id: '3.23.1'\n  points: {a: A, b: B}\n"
        "  formulas: [{id: wcss, typed: x}]\n  demos: [{name: kmeans}]\n"
    )
    [section] = coverage(tmp_path, library, judge(), holds)
    assert section.complete
    assert section.as_json()["complete"] is True


def test_only_one_deck(tmp_path, library):
    with pytest.raises(PlanError, match="no plan for other"):
        list(coverage(PLAN, library, judge(), holds, ["other"]))
    assert len(list(coverage(PLAN, library, judge(), holds, ["good"]))) == 4


@pytest.mark.parametrize("text", ["[", "a: b", "- x", "- title: no id"])
def test_a_plan_that_cannot_be_read(tmp_path, library, text):
    (tmp_path / "1-good.yaml").write_text(text)
    with pytest.raises(PlanError, match=r"1-good\.yaml"):
        list(coverage(tmp_path, library, judge(), holds))
