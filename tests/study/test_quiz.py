"""A scored round: some cards once, nothing scheduled, a result by section."""

import random

from hypothesis import given
from hypothesis import strategies as st

from mlquiz.cards.model import CardInfo
from mlquiz.study.record import Record
from mlquiz.study.round import MINUTE, Round, draw
from mlquiz.study.summary import round_result, wrong_cards
from mlquiz.terminal.console import Appearance
from mlquiz.terminal.markup import Renderer
from tests.study.conftest import Table, label_of


def info(number: int, weight: int = 3) -> CardInfo:
    return CardInfo(f"d/{number}", "1.1", "recall", weight, (), ())


def shown(blocks) -> str:
    pen = Renderer(Appearance())
    return "\n".join(block(pen).plain for block in blocks)


@given(st.lists(st.integers(1, 5), max_size=30), st.integers(1, 40), st.integers())
def test_a_round_asks_different_cards_as_many_as_wanted(weights: list[int], count: int, seed: int) -> None:
    cards = [info(number, weight) for number, weight in enumerate(weights)]
    drawn = draw(cards, count, random.Random(seed))
    assert len(drawn) == len(set(drawn)) == min(count, len(cards))


def test_weighty_cards_are_drawn_more_often() -> None:
    cards = [info(0, 1), info(1, 5)]
    rng = random.Random(0)
    heavy = sum(draw(cards, 1, rng) == ["d/1"] for _ in range(600))
    assert 450 < heavy < 550  # 5 in 6


def test_a_round_ends_after_its_minutes() -> None:
    asking = Round([info(0), info(1)], random.Random(0), count=2, minutes=1)
    first = asking.next(1000)
    asking.answered(str(first), 3)
    assert asking.next(1000 + MINUTE - 1) is not None
    assert asking.next(1000 + MINUTE) is None


def test_wrong_cards_are_not_asked_twice_in_a_round(table: Table) -> None:
    asking = Round(table.library.infos(), random.Random(0), count=1)
    chosen = asking.next(0)
    asking.answered(str(chosen), 1)
    assert asking.next(0) is None


def test_a_round_keeps_the_score_and_no_journal(table: Table) -> None:
    infos = [each for each in table.library.infos() if each.key in {"kinds/choice", "kinds/recall"}]
    asking = Round(infos, random.Random(3), count=5)
    record = Record()

    def answer(screen: str) -> str:
        return label_of("zero-one loss")(screen) if "convex" in screen.splitlines()[-5:][0] else "space"

    held = table.sit(*[answer] * 4, record=record, queue=asking)
    assert held.finished
    assert table.reviews() == []
    assert len(record.answers) == 2


def test_undo_in_a_round_asks_the_card_again(table: Table) -> None:
    infos = [each for each in table.library.infos() if each.key == "kinds/recall"]
    record = Record()
    held = table.sit("space", "1", record=record, queue=Round(infos, random.Random(0), count=1))
    held.sitting.undo()
    assert record.answers == []
    held.person.acts = ["space", "3"]
    assert held.sitting.run()
    assert [kept.answer.rating for kept in record.answers] == [3]
    assert wrong_cards(record.answers) == []


def test_the_result_is_by_section_the_weakest_first(table: Table) -> None:
    record = Record()
    queue = Round(
        [each for each in table.library.infos() if each.key == "kinds/recall"], random.Random(0), count=1
    )
    table.sit("space", "1", record=record, queue=queue)
    text = shown(round_result(record.answers, {"9.1": "9.1 One of each"}))
    assert "0 of 1 right: 0%" in text
    assert "0 of 1    9.1 One of each" in text
    assert wrong_cards(record.answers) == ["kinds/recall"]


def test_an_empty_round() -> None:
    assert shown(round_result([], {})) == "Nothing was answered."
