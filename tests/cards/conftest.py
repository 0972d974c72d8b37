"""What the tests of decks share."""

from pathlib import Path
from types import SimpleNamespace

import pytest

FIXTURES = Path(__file__).parent / "fixtures"


def parameter(of, low, high, allowed):
    return SimpleNamespace(type=of, low=low, high=high, choices=(), allowed=allowed)


@pytest.fixture
def demos():
    return {
        "kmeans": {
            "k": parameter(int, 1, 20, "a whole number from 1 to 20"),
            "spread": parameter(float, 0.1, 5, "a number from 0.1 to 5"),
        },
        "lstm": {},
    }


@pytest.fixture
def good_path():
    return FIXTURES / "good.yaml"


@pytest.fixture
def write(tmp_path):
    """Write decks by name and text; return their folder."""

    def write_decks(**texts):
        folder = tmp_path / "decks"
        folder.mkdir(exist_ok=True)
        for name, text in texts.items():
            (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
        return folder

    return write_decks
