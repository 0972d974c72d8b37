from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mlquiz.store.errors import JournalError, NewerSchema
from mlquiz.store.journal import Journal
from mlquiz.store.schema import MIGRATIONS
from tests.store.making import content, filled, review, tally

ROOT = Path(__file__).parents[2]
SECOND = (
    "CREATE TABLE moods (day INTEGER PRIMARY KEY, mood TEXT NOT NULL) STRICT",
    "INSERT INTO moods VALUES (1, 'good')",
)
LATER = (*MIGRATIONS, SECOND)


def version(journal: Journal) -> int:
    found: int = journal._connection.execute("PRAGMA user_version").fetchone()[0]
    return found


def test_an_older_journal_is_kept_and_brought_up_to_date(tmp_path: Path) -> None:
    path, folder = filled(tmp_path / "journal.db", review()), tmp_path / "backups"
    with Journal.open(path) as journal:
        before = content(journal)
    with Journal.open(path, backups=folder, migrations=LATER) as journal:
        assert version(journal) == 2
        assert journal._connection.execute("SELECT mood FROM moods").fetchall() == [("good",)]
        assert content(journal) == before
    with Journal.open(folder / "journal-before-format-2.db") as old:
        assert version(old) == 1
        assert content(old) == before
    with Journal.open(path, backups=folder, migrations=LATER) as journal:
        assert version(journal) == 2  # and the second time nothing happens
    before_bytes = path.read_bytes()
    with pytest.raises(NewerSchema):
        Journal.open(path)
    assert path.read_bytes() == before_bytes


def test_a_migration_that_fails_changes_nothing(tmp_path: Path) -> None:
    path = filled(tmp_path / "journal.db", review())
    with pytest.raises(JournalError):
        Journal.open(path, migrations=(*LATER, ("CREATE TABLE more (x)", "SELECT nonsense")))
    with Journal.open(path) as journal:
        assert version(journal) == 1
        assert journal.verify(tally, 2**50) == []


def test_an_old_journal_that_may_not_be_written_is_not_migrated(tmp_path: Path) -> None:
    path = filled(tmp_path / "journal.db", review())
    with pytest.raises(JournalError, match="older mlquiz"):
        Journal.open(path, read_only=True, migrations=LATER)


KILLED = """
import os, signal, sys
from pathlib import Path
from mlquiz.store.journal import Journal
from tests.store.test_migrations import LATER, SECOND
class Deadly(tuple):
    def __iter__(self):
        yield self[0]
        yield self[1]
        os.kill(os.getpid(), signal.SIGKILL)
Journal.open(Path(sys.argv[1]), backups=Path(sys.argv[2]), migrations=(*LATER[:-1], Deadly(SECOND)))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_a_kill_during_migration_leaves_the_old_journal(tmp_path: Path) -> None:
    path, folder = filled(tmp_path / "journal.db", review()), tmp_path / "backups"
    with Journal.open(path) as journal:
        before = content(journal)
    command = [sys.executable, "-c", KILLED, str(path), str(folder)]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == -9
    with Journal.open(path) as journal:
        assert version(journal) == 1
        assert content(journal) == before
        assert journal.verify(tally, 2**50) == []
    with Journal.open(path, backups=folder, migrations=LATER) as journal:
        assert version(journal) == 2
        assert content(journal) == before
