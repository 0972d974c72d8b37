"""What the tests of the grader share: a fault of its own fails a test instead of being caught by the net."""

import importlib

import pytest


@pytest.fixture(scope="session", autouse=True)
def no_net():
    """Raise what `grade` would turn into an undecided verdict: no input of the tests may reach that."""

    def fault(error):
        raise AssertionError("the grader failed by a fault of its own") from error

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(importlib.import_module("mlquiz.grading.grade"), "unforeseen", fault)
        yield


@pytest.fixture(autouse=True)
def no_hurry(request, monkeypatch):
    """Give a check as long as it takes, so that no verdict depends on how busy the machine is."""
    if request.module.__name__.rpartition(".")[2] in {"test_hostile", "test_steadiness", "test_proof"}:
        return
    decide = importlib.import_module("mlquiz.grading.deciding.decide")
    monkeypatch.setattr(decide, "SECONDS", 20.0)
    monkeypatch.setattr(decide, "MOST_SECONDS", 60.0)
