"""What the shell completes."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run


@pytest.fixture
def completed(run: Run):
    def ask(*words: str) -> list[str]:
        place = str(len(words) - 1)
        done = run(
            code="import mlquiz.__main__ as m; m.main()",
            _MLQUIZ_COMPLETE="complete_bash",
            COMP_WORDS=" ".join(words),
            COMP_CWORD=place,
        )
        return done.out.split()

    return ask


def test_commands(completed) -> None:
    assert completed("mlquiz", "st") == ["study", "stats"]


def test_decks_and_sections(completed) -> None:
    assert "machine-learning" in completed("mlquiz", "study", "mach")
    assert "3.23.1" in completed("mlquiz", "quiz", "3.23")


def test_sections_only_where_a_section_is_read(completed) -> None:
    assert "3.23.1" in completed("mlquiz", "read", "3.2")
    assert completed("mlquiz", "read", "machine") == []


def test_own_decks_are_known(completed, home: Path) -> None:
    (home / "decks").mkdir(parents=True)
    (home / "decks" / "mine.yaml").write_text("deck: mine-own\ncards:\n  - ask: A?\n    answer: B.\n")
    assert completed("mlquiz", "study", "mine") == ["mine-own"]


def test_trouble_is_silent(completed, home: Path) -> None:
    home.parent.mkdir(exist_ok=True)
    home.write_text("a file where the folder should be")
    assert "machine-learning" in completed("mlquiz", "study", "mach")


def test_the_script_for_the_shell(run: Run) -> None:
    assert "_MLQUIZ_COMPLETE" in run(_MLQUIZ_COMPLETE="source_bash").out


def test_demos(completed) -> None:
    assert completed("mlquiz", "demo", "km") == ["kmeans"]
