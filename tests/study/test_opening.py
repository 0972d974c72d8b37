"""Opening the journal: what is offered when it can't be opened, and that nothing is overwritten."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from mlquiz.store import backups
from mlquiz.store.errors import DiskFull, JournalError, Locked, ReadOnly
from mlquiz.store.journal import Journal
from mlquiz.study import opening
from mlquiz.study.opening import open_journal
from mlquiz.terminal.exits import Exit, UserError
from tests.study.conftest import MORNING, Table

HOUR = 3_600_000


class Asked:
    """Answers questions from a list, and remembers them."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.questions: list[tuple[str, dict[str, str]]] = []

    def __call__(self, message, offered) -> str:
        self.questions.append((message, dict(offered)))
        return self.answers.pop(0)


@pytest.fixture
def studied(table: Table) -> Path:
    """Return the path of a journal with one review, which has a backup."""
    table.sit("space", "3", only="recall")
    path = table.home / "journal.db"
    backups.backup(path, table.home / "backups", MORNING + HOUR)
    return path


def damage(path: Path) -> bytes:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for extra in path.parent.glob("journal.db-*"):
        extra.unlink()
    path.write_bytes(path.read_bytes()[:100] + b"\xff" * 5000)  # a journal by its header, and noise
    return path.read_bytes()


def test_a_fresh_machine_gets_a_journal_without_a_question(tmp_path: Path) -> None:
    with open_journal(tmp_path / "new" / "journal.db", tmp_path / "backups", None, MORNING) as journal:
        assert journal.count() == 0


def test_a_damaged_journal_is_moved_aside_and_the_backup_brought_back(studied: Path) -> None:
    broken = damage(studied)
    ask = Asked("b")
    with open_journal(studied, studied.parent / "backups", ask, MORNING + HOUR) as journal:
        assert journal.count() == 1
    assert "the journal is damaged" in ask.questions[0][0]
    aside = [path for path in studied.parent.glob("journal.db*aside*") if path.is_file()]
    assert [path.read_bytes() for path in aside] == [broken]


def test_a_foreign_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    path.write_text("my novel")
    with open_journal(path, tmp_path / "backups", Asked("n"), MORNING) as journal:
        assert journal.count() == 0
    assert "my novel" in [each.read_text(errors="replace") for each in tmp_path.glob("journal.db*aside*")]


def test_leaving_changes_nothing(studied: Path) -> None:
    broken = damage(studied)
    with pytest.raises(UserError, match="nothing was changed") as caught:
        open_journal(studied, studied.parent / "backups", Asked("q"), MORNING)
    assert caught.value.exit is Exit.WRONG
    assert studied.read_bytes() == broken


def test_without_a_person_to_ask_it_is_an_error_with_the_way_out(studied: Path) -> None:
    broken = damage(studied)
    with pytest.raises(UserError, match="the journal is damaged") as caught:
        open_journal(studied, studied.parent / "backups", None, MORNING)
    assert caught.value.exit is Exit.WRONG
    assert "mlquiz journal" in caught.value.hint
    assert studied.read_bytes() == broken


@pytest.mark.parametrize("left", [None, b""])
def test_a_journal_that_is_gone_while_backups_exist_is_asked_about(studied: Path, left: bytes | None) -> None:
    for file in studied.parent.glob("journal.db*"):
        file.unlink()
    if left is not None:
        studied.write_bytes(left)
    ask = Asked("b")
    with open_journal(studied, studied.parent / "backups", ask, MORNING + HOUR) as journal:
        assert journal.count() == 1
    assert set(ask.questions[0][1]) == {"b", "n", "w", "q"}


def test_starting_afresh_is_possible_when_asked_for(studied: Path) -> None:
    for file in studied.parent.glob("journal.db*"):
        file.unlink()
    with open_journal(studied, studied.parent / "backups", Asked("n"), MORNING) as journal:
        assert journal.count() == 0


def test_studying_without_saving_leaves_the_file_alone(studied: Path) -> None:
    broken = damage(studied)
    with open_journal(studied, studied.parent / "backups", Asked("w"), MORNING) as journal:
        assert journal.count() == 0
    assert studied.read_bytes() == broken


def failing_with(error: type[JournalError]) -> type:
    class Failing:
        unsaved = Journal.unsaved

        @staticmethod
        def open(path, **_):
            raise error(f"{path}: may not be written", path)

    return Failing


@pytest.mark.parametrize("error", [ReadOnly, DiskFull, JournalError])
def test_where_nothing_can_be_written_study_is_offered_without_saving(
    studied: Path, monkeypatch: pytest.MonkeyPatch, error: type[JournalError]
) -> None:
    before = studied.read_bytes()
    monkeypatch.setattr(opening, "Journal", failing_with(error))
    ask = Asked("w")
    with open_journal(studied, studied.parent / "backups", ask, MORNING) as journal:
        assert journal.count() == 1
    assert set(ask.questions[0][1]) == {"w", "q"}
    assert studied.read_bytes() == before


def test_where_nothing_can_be_written_a_pipe_ends_with_1(
    studied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "Journal", failing_with(ReadOnly))
    with pytest.raises(UserError, match="may not be written") as caught:
        open_journal(studied, studied.parent / "backups", None, MORNING)
    assert caught.value.exit is Exit.WRONG


def test_a_newer_schema_is_refused_untouched(studied: Path) -> None:
    with sqlite3.connect(studied) as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()
    ask = Asked()
    with pytest.raises(UserError):
        open_journal(studied, studied.parent / "backups", ask, MORNING)
    assert ask.questions == []


def test_a_locked_journal_is_tried_again(studied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    class Busy:
        @staticmethod
        def open(path, **options):
            calls.append(path)
            if len(calls) < 3:
                raise Locked("journal.db: another program is writing to it; try again", path)
            return Journal.open(path, **options)

    monkeypatch.setattr(opening, "Journal", Busy)
    with open_journal(studied, studied.parent / "backups", Asked("t", "t"), MORNING) as journal:
        assert journal.count() == 1
