"""What must not hurt the journal: kills, full disks, two sittings, damaged and foreign files."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mlquiz.scheduling.schedule import Schedule
from mlquiz.scheduling.settings import SchedulingSettings
from mlquiz.store import backups, schema
from mlquiz.store.errors import (
    DamagedJournal,
    DiskFull,
    EmptyJournal,
    ForeignFile,
    JournalError,
    Locked,
    NewerSchema,
)
from mlquiz.store.journal import Journal
from tests.store.making import DAY, NOON, content, filled, review, tally

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
CARDS = 400
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals and limits of POSIX")


def answering(path: Path, count: int = CARDS) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.store.answering", str(path), str(count)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A journal in which every card is due."""
    path = tmp_path_factory.mktemp("prepared") / "journal.db"
    with Journal.open(path) as journal:
        schedule = Schedule(journal, SchedulingSettings())
        for number in range(CARDS):
            schedule.answer(f"d/{number:03}", 3, now=NOON - 30 * DAY, verdict="right")
    return path


# ---- killed while answering


def killed_at_a_random_moment(prepared: Path, path: Path, seed: int) -> None:
    shutil.copy(prepared, path)
    chance = random.Random(seed)
    with answering(path) as child:
        assert child.stdout is not None
        lines = [child.stdout.readline() for _ in range(chance.randrange(1, 60))]
        try:
            child.wait(timeout=chance.uniform(0, 0.02))
        except subprocess.TimeoutExpired:
            child.kill()
        told = [line.strip() for line in (*lines, *child.stdout) if line.endswith("\n")][1:]
    with Journal.open(path) as journal:
        schedule = Schedule(journal, SchedulingSettings())
        kept = {event.id: event.card for event in journal.events()}
        assert set(told) <= set(kept)
        assert CARDS + len(told) <= len(kept) <= CARDS + len(told) + 1
        today = schedule.today(NOON)
        answered = {event.card for event in journal.events() if event.at == NOON}
        due = set(journal.rows.due(today.toordinal()))
        assert due == {f"d/{number:03}" for number in range(CARDS)} - answered
        assert schedule.verify(NOON) == []


@pytest.mark.parametrize("seed", range(10))
def test_a_kill_loses_no_answer_that_was_kept(prepared: Path, tmp_path: Path, seed: int) -> None:
    killed_at_a_random_moment(prepared, tmp_path / "journal.db", seed)


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(10, 110))
def test_a_hundred_kills_lose_no_answer_that_was_kept(prepared: Path, tmp_path: Path, seed: int) -> None:
    killed_at_a_random_moment(prepared, tmp_path / "journal.db", seed)


# ---- no room


def test_a_full_disk_is_told_nothing_is_half_kept_and_one_can_try_again(tmp_path: Path) -> None:
    path = filled(tmp_path / "journal.db", review())
    with Journal.open(path) as journal:
        pages = journal._connection.execute("PRAGMA page_count").fetchone()[0]
        journal._connection.execute(f"PRAGMA max_page_count = {pages}")
        before = content(journal)
        long = review("d/b", typed="x" * 100_000)
        for _ in range(2):
            with pytest.raises(DiskFull, match="no room left"):
                journal.append(long, tally)
            assert content(journal) == before
        journal._connection.execute("PRAGMA max_page_count = 1000000")
        journal.append(long, tally)
        assert journal.last_review("d/b") == long


LIMITED = """
import resource, sys
from pathlib import Path
from mlquiz.store.errors import DiskFull
from mlquiz.store.journal import Journal
from tests.store.making import review, tally
with Journal.open(Path(sys.argv[1])) as journal:
    journal.append(review(), tally)
    log = Path(sys.argv[1] + "-wal").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (log + 9000, resource.RLIM_INFINITY))
    kept = 1
    try:
        while kept < 1000:
            journal.append(review(typed="x" * 2000), tally)
            kept += 1
    except DiskFull as error:
        print("told:", error)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    journal.append(review("d/after"), tally)
    assert journal.count() == kept + 1 < 1000, (journal.count(), kept)
    assert journal.verify(tally, 2**50) == []
"""


@posix
def test_a_file_that_may_not_grow_is_told_and_one_can_try_again(tmp_path: Path) -> None:
    command = [sys.executable, "-c", LIMITED, str(tmp_path / "journal.db")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("told:")


# ---- read-only

UNPRIVILEGED = """
import os, sys
from pathlib import Path
from mlquiz.store.errors import ReadOnly
from mlquiz.store.journal import Journal
from tests.store.making import review, tally
if os.geteuid() == 0:
    os.setuid(65534)
path = Path(sys.argv[1])
try:
    Journal.open(path)
except ReadOnly as error:
    print("told:", error)
with Journal.unsaved(path) as journal:
    journal.append(review("d/new"), tally)
    print("unsaved:", journal.count())
if path.exists():
    with Journal.open(path, read_only=True) as journal:
        print("read:", journal.count())
"""


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that every user may reach; pytest's own are closed to others."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        Path(folder).chmod(0o755)
        yield home
        home.chmod(0o755)


@posix
@pytest.mark.parametrize("exists", [True, False])
def test_a_home_that_may_not_be_written_is_told_and_can_be_read(home: Path, exists: bool) -> None:
    if exists:
        filled(home / "journal.db", review())
        (home / "journal.db").chmod(0o444)
    home.chmod(0o555)
    command = [sys.executable, "-c", UNPRIVILEGED, str(home / "journal.db")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("told: ")
    assert "may not be written" in lines[0]
    assert lines[1:] == (["unsaved: 2", "read: 1"] if exists else ["unsaved: 1"])


def test_a_file_in_the_way_of_the_home_is_told(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(JournalError, match=r"journal\.db"):
        Journal.open(tmp_path / "home" / "journal.db")


# ---- two at once


def test_two_sittings_at_once_both_keep_every_answer(prepared: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(prepared, tmp_path / "journal.db"))
    with answering(path, 80) as one, answering(path, 80) as two:
        told = [*one.communicate()[0].split(), *two.communicate()[0].split()]
    assert (one.returncode, two.returncode) == (0, 0)
    with Journal.open(path) as journal:
        assert {event.id for event in journal.events() if event.at == NOON} == set(told) - {"ready"}
        assert len(told) == 2 * 81
        assert Schedule(journal, SchedulingSettings()).verify(NOON) == []


def test_a_journal_held_by_another_program_is_told_and_one_can_try_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "BUSY_SECONDS", 0.01)
    path = filled(tmp_path / "journal.db", review())
    with Journal.open(path) as journal, closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Locked, match="another program"):
            journal.append(review("d/b"), tally)
        assert journal.count() == 1
        other.execute("ROLLBACK")
        journal.append(review("d/b"), tally)
        assert journal.count() == 2


# ---- files that are no journal (any more)


def page_of_zeros(good: bytes) -> bytes:
    return bytes(4096) + good[4096:]


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (lambda good: good[:5000], DamagedJournal),
        (lambda good: good[:50], DamagedJournal),
        (page_of_zeros, DamagedJournal),
        (lambda good: good[:100] + b"\xff" * 3996 + good[4096:], DamagedJournal),
        (lambda _: b"my novel, chapter one\n" * 300, ForeignFile),
        (lambda _: b"{}", ForeignFile),
        (lambda good: good[:60] + (2**31 - 1).to_bytes(4, "big") + good[64:], NewerSchema),
        (lambda good: good[:68] + b"abcd" + good[72:], ForeignFile),
    ],
    ids=["cut", "stump", "zeros", "scrambled", "text", "json", "newer", "other-program"],
)
def test_a_file_that_is_no_journal_is_named_and_left_as_it_is(
    tmp_path: Path, spoil: object, error: type
) -> None:
    path = filled(tmp_path / "journal.db", *(review(typed="x" * 300) for _ in range(20)))
    path.write_bytes(spoil(path.read_bytes()))  # type: ignore[operator]
    before = path.read_bytes()
    with pytest.raises(error, match=r"journal\.db"):
        Journal.open(path)
    assert path.read_bytes() == before
    aside = backups.set_aside(path, NOON)
    assert aside.read_bytes() == before
    Journal.open(path).close()


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("CREATE TABLE notes (text)")
    before = path.read_bytes()
    with pytest.raises(ForeignFile):
        Journal.open(path)
    assert path.read_bytes() == before


def test_a_folder_in_the_journals_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "journal.db").mkdir()
    with pytest.raises(ForeignFile):
        Journal.open(tmp_path / "journal.db")


def test_damage_found_later_is_told_too(tmp_path: Path) -> None:
    path = filled(tmp_path / "journal.db", *(review(f"d/{number}", typed="x" * 900) for number in range(60)))
    data = bytearray(path.read_bytes())
    data[8192:] = b"\xa5" * (len(data) - 8192)
    path.write_bytes(data)
    with Journal.open(path) as journal, pytest.raises(DamagedJournal):
        list(journal.events())


@pytest.mark.parametrize("state", ["missing", "empty", "without-tables"])
def test_a_lost_journal_is_not_begun_afresh_while_backups_exist(tmp_path: Path, state: str) -> None:
    path, folder = filled(tmp_path / "journal.db", review()), tmp_path / "backups"
    copy = backups.backup(path, folder, NOON)
    path.unlink()
    if state == "empty":
        path.touch()
    elif state == "without-tables":
        with closing(sqlite3.connect(path)) as dying:
            dying.execute("PRAGMA journal_mode = WAL")
            dying.execute("VACUUM")
    with pytest.raises(EmptyJournal, match="backups"):
        Journal.open(path, backups=folder)
    with Journal.open(path, backups=folder, create_anew=True) as journal:
        assert journal.count() == 0
    backups.set_aside(path, NOON)
    assert copy is not None
    backups.restore(copy, path)
    with Journal.open(path, backups=folder) as journal:
        assert journal.count() == 1


def test_without_backups_an_empty_file_is_a_new_journal(tmp_path: Path) -> None:
    (tmp_path / "journal.db").touch()
    with Journal.open(tmp_path / "journal.db", backups=tmp_path / "backups") as journal:
        assert journal.count() == 0


def test_paths_may_hold_anything(tmp_path: Path) -> None:
    path = tmp_path / "a 'quoted' ?home#%41" / ".." / "ünï" / "journal.db"
    (tmp_path / "a 'quoted' ?home#%41").mkdir()
    filled(path, review())
    with Journal.open(path, read_only=True) as journal:
        assert journal.count() == 1
    (tmp_path / "link.db").symlink_to(path)
    with Journal.open(tmp_path / "link.db") as journal:
        journal.append(review("d/b"), tally)
    with Journal.open(path) as journal:
        assert journal.count() == 2
