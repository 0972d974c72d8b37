from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlquiz.store import backups
from mlquiz.store.errors import DamagedJournal, JournalError
from mlquiz.store.journal import Journal
from tests.store.making import DAY, NOON, filled, review, tally

if TYPE_CHECKING:
    from pathlib import Path

MINUTE = 60_000


def test_a_backup_is_made_at_most_every_half_hour(tmp_path: Path) -> None:
    path, folder = filled(tmp_path / "journal.db", review()), tmp_path / "backups"
    moments = [0, 1, 29, 30, 45, 61, -1]
    made = [backups.backup(path, folder, NOON + minutes * MINUTE) for minutes in moments]
    assert [copy is not None for copy in made] == [True, False, False, True, False, True, True]
    assert backups.newest(folder) == folder / "journal-20260302T130100Z.db"


def test_a_backup_holds_what_was_committed_while_a_sitting_goes_on(tmp_path: Path) -> None:
    path, folder = tmp_path / "journal.db", tmp_path / "backups"
    event = review()
    with Journal.open(path) as journal:
        assert backups.backup(path, folder, NOON) is None  # nothing to keep yet
        journal.append(event, tally)
        thread = backups.backup_in_background(path, folder, NOON)
        journal.append(review("d/b"), tally)
        thread.join()
        copy = backups.newest(folder)
        assert copy is not None
        with Journal.open(copy, read_only=True) as kept:
            assert event in list(kept.events())
            assert kept.verify(tally, NOON) == []


def test_what_goes_wrong_in_the_background_can_be_asked_for(tmp_path: Path) -> None:
    path = filled(tmp_path / "journal.db", review())
    (tmp_path / "backups").write_text("a file where the folder should be")
    thread = backups.backup_in_background(path, tmp_path / "backups", NOON)
    thread.join()
    assert isinstance(thread.problem, JournalError)  # type: ignore[attr-defined]


def test_a_damaged_journal_pushes_no_good_copy_out(tmp_path: Path) -> None:
    path, folder = tmp_path / "journal.db", tmp_path / "backups"
    filled(path, *(review(f"d/{number}", typed="x" * 500) for number in range(100)))
    first = backups.backup(path, folder, NOON)
    data = bytearray(path.read_bytes())
    data[4096 * 12 : 4096 * 16] = b"\xff" * 4096 * 4
    path.write_bytes(data)
    with pytest.raises(DamagedJournal):
        backups.backup(path, folder, NOON + DAY)
    assert list(folder.iterdir()) == [first]


def test_a_copy_cut_short_is_passed_over(tmp_path: Path) -> None:
    path, folder = filled(tmp_path / "journal.db", review()), tmp_path / "backups"
    whole = backups.backup(path, folder, NOON)
    later = backups.backup(path, folder, NOON + DAY)
    assert later is not None
    later.write_bytes(later.read_bytes()[:5000])
    (folder / "journal-20270101T000000Z.db").write_text("not a copy")
    assert backups.newest(folder) == whole
    assert backups.newest(tmp_path / "nowhere") is None


def test_a_restored_journal_says_what_its_copy_said(tmp_path: Path) -> None:
    path, folder = tmp_path / "journal.db", tmp_path / "backups"
    event = review()
    filled(path, event)
    copy = backups.backup(path, folder, NOON)
    assert copy is not None
    with pytest.raises(JournalError, match="still there"):
        backups.restore(copy, path)
    path.write_bytes(b"junk")
    path.with_name("journal.db-wal").write_bytes(b"old log")
    aside = backups.set_aside(path, NOON)
    again = aside.with_name(aside.name + "+")
    assert aside.read_bytes() == b"junk"
    assert aside.with_name(aside.name + "-wal").read_bytes() == b"old log"
    path.write_bytes(b"more")
    assert backups.set_aside(path, NOON) == again
    backups.restore(copy, path)
    with Journal.open(path, backups=folder) as journal:
        assert list(journal.events()) == [event]
        journal.append(review(), tally)
        assert journal.verify(tally, NOON) == []


def test_a_log_without_its_journal_is_not_played_into_the_restored_one(tmp_path: Path) -> None:
    path, folder = tmp_path / "journal.db", tmp_path / "backups"
    with Journal.open(path) as journal:
        journal.append(review(), tally)
        copy = backups.backup(path, folder, NOON)
        journal.append(review("d/lost"), tally)
        log = path.with_name("journal.db-wal").read_bytes()
    path.unlink()
    path.with_name("journal.db-wal").write_bytes(log)
    assert copy is not None
    backups.restore(copy, path)
    with Journal.open(path) as journal:
        assert [event.card for event in journal.events()] == ["d/a"]
    assert any(left.read_bytes() == log for left in tmp_path.glob("*-left-wal"))


NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_a_year_of_sittings_leaves_days_weeks_and_months() -> None:
    made: set[datetime] = set()
    for half_days in range(2 * 365):
        moment = NOW + timedelta(hours=12 * half_days)
        made = backups.kept_stamps({*made, moment}, moment)
    ages = sorted((max(made) - stamp).days for stamp in made)
    assert len(made) < 14 + 8 + 24 + 3
    assert ages[:14] == [0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    assert len({(stamp.year, stamp.month) for stamp in made}) == 13


@given(st.sets(st.integers(-1000, 100_000), max_size=80))
def test_thinning_keeps_the_newest_and_is_stable(hours: set[int]) -> None:
    stamps = {NOW - timedelta(hours=hour) for hour in hours}
    kept = backups.kept_stamps(stamps, NOW)
    assert kept <= stamps
    assert backups.kept_stamps(kept, NOW) == kept
    if stamps:
        assert max(stamps) in kept
    assert {stamp for stamp in stamps if NOW - stamp < timedelta(days=1)} <= kept
