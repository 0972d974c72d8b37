"""The meaning check beyond one rule at a time: what it is handed, the audit, and draws."""

import pytest

from mlquiz.cards.check import check_deck
from mlquiz.cards.check_formulas import DRAWS, Grading
from mlquiz.cards.library import load_library

FORMULA = """\
deck: d
cards:
  - {id: 'f', kind: formula, ask: F, answer: 'x', symbols: {x: 'real'}, right: ['x + 0'], wrong: ['y']}
"""


class Judge:
    """Stands in for the grader: everything is as its table says."""

    def __init__(self, outcomes=None, proofs=None, value=lambda given: 1.0):
        self.outcomes = {"x": "right", "x + 0": "right", "y": "wrong"} | (outcomes or {})
        self.proofs = proofs or {}
        self.value_of = value
        self.draws = []

    def reference(self, answer, **declared):
        return answer

    def outcome(self, answer, reference):
        return self.outcomes[answer], "as the table says"

    def value(self, expression, given):
        self.draws.append(given)
        return self.value_of(given)

    def audit(self, answer, reference):
        return self.proofs.get(answer, "")

    def hides_a_built_in(self, name):
        return False


@pytest.fixture
def check(write):
    def check_text(text, judge=None, **options):
        path = write(d=text) / "d.yaml"
        return check_deck(path, load_library([path], shipped=False), {}, judge or Judge(), **options)

    return check_text


def test_the_judge_is_handed_in(check):
    assert check(FORMULA) == []
    [problem] = check(FORMULA, Judge({"y": "undecided"}))
    assert (problem.line, problem.message) == (3, "`y` is judged undecided")


def test_a_reference_that_is_not_right_against_itself(check):
    [problem] = check(FORMULA, Judge({"x": "undecided"}))
    assert "the reference is judged undecided against itself" in problem.message


@pytest.mark.parametrize(
    ("proofs", "said"),
    [
        ({"y": "right"}, ["`y` is judged wrong, and sympy says right"]),
        ({"x + 0": "wrong"}, ["`x + 0` is judged right, and sympy says wrong"]),
        ({"x + 0": "right", "y": "wrong"}, []),
        ({}, []),
    ],
)
def test_the_audit_reports_contradictions(check, proofs, said):
    assert [problem.message for problem in check(FORMULA, Judge(proofs=proofs), audit=True)] == said
    assert check(FORMULA, Judge(proofs=proofs)) == []


def test_the_audit_by_sympy_agrees_with_the_numbers(check):
    assert check(FORMULA.replace("'y'", "'2 x'"), Grading(), audit=True) == []


def test_a_number_is_tried_on_a_hundred_draws(check):
    deck = "deck: d\ncards:\n  - {id: 'n', kind: number, ask: N, given: {a: [1, 2], b: 3}, answer: 'a/b'}\n"
    judge = Judge()
    assert check(deck, judge) == []
    assert len(judge.draws) == DRAWS
    assert {(float(given["a"]), float(given["b"])) for given in judge.draws} == {(1, 3), (2, 3)}


@pytest.mark.parametrize("value", [float("inf"), float("nan"), ZeroDivisionError(), OverflowError()])
def test_a_number_that_is_not_finite_for_one_draw(check, value):
    def value_of(given):
        if given["a"] == 7:
            if isinstance(value, Exception):
                raise value
            return value
        return 1.0

    given = "{a: {from: 0, to: 9, step: 1}}"
    deck = f"deck: d\ncards:\n  - {{id: 'n', kind: number, ask: N, given: {given}, answer: 'a'}}\n"
    [problem] = check(deck, Judge(value=value_of))
    assert "has no value for a = 7" in problem.message


def test_references_reach_into_other_decks(write):
    folder = write(
        one="deck: one\ncards:\n  - {id: 'a', ask: A, answer: x, follow_up: [two/b, two/c-in-2, two/d]}\n",
        two="deck: two\ncards:\n  - {id: 'b', ask: B, answer: x}\n  - {same_as: 'one/a', id: 'c-in-2'}\n",
    )
    library = load_library([folder], shipped=False)
    [problem] = check_deck(folder / "one.yaml", library, {}, Judge())
    assert "there is no card `d` in the deck `two`" in problem.message


def test_the_deck_under_check_is_read_from_its_file(write):
    folder = write(d="deck: d\ncards:\n  - {id: 'a', ask: A, answer: x}\n")
    library = load_library([folder], shipped=False)
    write(d="deck: d\ncards:\n  - {id: 'b', ask: B, answer: x, follow_up: ['a']}\n")
    [problem] = check_deck(folder / "d.yaml", library, {}, Judge())
    assert "there is no card `a`" in problem.message


def test_problems_come_in_the_order_of_lines(check):
    cards = ["{ask: A, answer: $}", "{id: 'b', ask: B}", "{id: 'c', ask: C $, answer: x}"]
    deck = "deck: d\ncards:\n" + "".join(f"  - {card}\n" for card in cards)
    assert [problem.line for problem in check(deck)] == [3, 3, 4, 5]
