"""What numbers can't decide, sympy does: terms farther apart than the digits reach."""

import functools

import pytest

from mlquiz.grading import Formula, grade
from mlquiz.grading.deciding import proof

SYMBOLS = {"x": "real", "p": "positive"}
IDENTITIES = [
    ("x + 10^-400 x - x", "10^-400 x"),
    ("(x + 10^-400)^2", "x^2 + 2*10^-400 x + 10^-800"),
    ("(10^400 + x)^2 - 10^800", "2*10^400 x + x^2"),
    ("(2^2000 + 3^300) x - 2^2000 x", "3^300 x"),
]
SLIPS = [
    ("x + 10^-400", "x"),
    ("(x + 10^-400)^2", "x^2 + 2*10^-400 x + 10^-801"),
    ("(10^400 + x)^2 - 10^800", "2*10^400 x - x^2"),
]


@pytest.fixture
def patient(monkeypatch):
    """Wait for sympy's import on a loaded machine, which a person isn't made to do."""
    monkeypatch.setattr(proof, "prove_equal", functools.partial(proof.prove_equal, seconds=60.0))


def graded(answer, reference):
    verdict = grade(answer, Formula(reference, symbols=SYMBOLS))
    return verdict.outcome, verdict.how


@pytest.mark.parametrize(("answer", "reference"), [*IDENTITIES, *SLIPS])
def test_numbers_leave_it_open(answer, reference, monkeypatch):
    monkeypatch.setattr(proof, "prove_equal", lambda *_: None)
    assert graded(answer, reference)[0] == "undecided"


def test_sympy_tells_an_identity_from_a_slip(patient):
    assert graded(*IDENTITIES[1]) == ("right", "sympy")
    assert graded(*SLIPS[1]) == ("wrong", "sympy")


@pytest.mark.thorough
def test_sympy_decides(patient):
    assert [graded(*pair) for pair in IDENTITIES] == [("right", "sympy")] * len(IDENTITIES)
    assert [graded(*pair) for pair in SLIPS] == [("wrong", "sympy")] * len(SLIPS)


def test_a_child_that_comes_too_late_is_no_verdict(monkeypatch):
    monkeypatch.setattr(proof, "prove_equal", functools.partial(proof.prove_equal, seconds=0.2))
    assert graded(*IDENTITIES[0])[0] == "undecided"
