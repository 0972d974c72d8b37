"""Where things are kept."""

from pathlib import Path

import pytest

from mlquiz import paths

PLACES = (paths.config_file, paths.journal_file, paths.backups_dir, paths.decks_dir, paths.cache_dir)


@pytest.mark.parametrize("place", PLACES)
def test_mlquiz_home_holds_everything(place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLQUIZ_HOME", str(tmp_path / "it's a home"))
    assert place().is_relative_to(tmp_path / "it's a home")


def test_a_relative_home_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLQUIZ_HOME", "sub/../here")
    assert paths.journal_file() == tmp_path / "sub/../here/journal.db"


def test_a_tilde_is_the_person_s_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("MLQUIZ_HOME", "~/quiz")
    assert paths.config_dir() == tmp_path / "quiz"


def test_without_it_the_system_s_folders_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MLQUIZ_HOME", raising=False)
    for place in PLACES:
        assert place().is_absolute()
        assert "mlquiz" in place().parts
