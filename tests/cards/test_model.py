"""Cards are values: equal by content, and never changed."""

from fractions import Fraction
from random import Random

import pytest

from mlquiz.cards.model import Blank, DemoCall, Given, Option, RecallCard


def card(**changed):
    return RecallCard(**{"id": "a", "deck": "d", "section": "1", "ask": "A?", "answer": "x", **changed})


def test_equal_by_content():
    assert card() == card()
    assert card() != card(answer="y")
    assert len({card(), card(), card(ask="B?")}) == 2
    assert Option("a", right=True) != Blank("a", ())
    assert DemoCall("a", {}) == DemoCall(name="a", params={})


def test_defaults_and_key():
    assert (card().key, card().weight, card().hints, card().kind) == ("d/a", 3, (), "recall")


@pytest.mark.parametrize("name", ["ask", "answer", "new"])
def test_nothing_can_be_changed(name):
    with pytest.raises(AttributeError):
        setattr(card(), name, "other")
    with pytest.raises(AttributeError):
        delattr(card(), name)


def test_wrong_fields_are_refused():
    with pytest.raises(TypeError, match="ask"):
        RecallCard(id="a", deck="d", section="", answer="x")
    with pytest.raises(TypeError, match="anwser"):
        card(anwser="y")
    with pytest.raises(TypeError):
        Given("a", (), "b")


def test_repr_names_the_fields():
    assert repr(Option("a", right=True)) == "Option(text='a', right=True, why=None)"


def test_draws_come_from_the_choices():
    given = Given("a", (Fraction(1), Fraction(2)))
    assert {given.draw(Random(seed)) for seed in range(20)} == {1, 2}
