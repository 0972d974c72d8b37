"""The formulas that all of these tests draw on."""

import json
from pathlib import Path

import pytest

_FORMULAS = json.loads((Path(__file__).parent / "formulas.json").read_text("utf-8"))


@pytest.fixture(scope="session")
def formulas() -> list[str]:
    """Return every distinct display formula, in the order of the file."""
    displayed = [*_FORMULAS["sheet"], *(entry["latex"] for entry in _FORMULAS["plan"])]
    return list(dict.fromkeys(displayed))


@pytest.fixture(scope="session")
def all_formulas(formulas: list[str]) -> list[str]:
    """Return the display formulas and those that stand in running text."""
    return list(dict.fromkeys([*formulas, *_FORMULAS["inline"]]))
