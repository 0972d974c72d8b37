from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest

from mlquiz import paths
from mlquiz.__main__ import run
from mlquiz.scheduling.schedule import Schedule
from mlquiz.scheduling.settings import SchedulingSettings
from mlquiz.store import backups
from mlquiz.store.events import to_json
from mlquiz.store.journal import Journal
from tests.store.making import DAY, NOON

if TYPE_CHECKING:
    from pathlib import Path

DECK = """
deck: mine
title: A deck
cards:
  - {id: one, ask: "What?", answer: "That."}
  - {id: two, ask: "Who?", answer: "They."}
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MLQUIZ_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("MLQUIZ_DEBUG", raising=False)
    paths.decks_dir().mkdir(parents=True)
    (paths.decks_dir() / "mine.yaml").write_text(DECK)
    return tmp_path


def studied(path: Path, *cards: str, at: int = NOON) -> None:
    with Journal.open(path) as journal:
        schedule = Schedule(journal, SchedulingSettings())
        for number, card in enumerate(cards):
            schedule.answer(card, 3, now=at + number, verdict="right", typed="ünï\u2028")


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = run(list(arguments))
    out, err = capsys.readouterr()
    return code, out, err


def test_export_writes_a_line_of_json_an_event(capsys: pytest.CaptureFixture[str]) -> None:
    studied(paths.journal_file(), "mine/one", "mine/two")
    code, out, err = said(capsys, "journal", "export", "-")
    lines = [json.loads(line) for line in out.split("\n")[:-1]]
    assert (code, err) == (0, "")
    assert [(line["event"], line["card"], line["at"]) for line in lines] == [
        ("review", "mine/one", NOON),
        ("review", "mine/two", NOON + 1),
    ]
    assert all(line["id"] and line["typed"] == "ünï\u2028" for line in lines)


def test_what_was_exported_comes_in_once(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    studied(paths.journal_file(), "mine/one", "mine/two")
    file = str(home / "history.jsonl")
    assert said(capsys, "journal", "export", file) == (0, f"{file}: 2 events\n", "")
    code, _, err = said(capsys, "journal", "export", file)
    assert code == 2
    assert "is there already" in err
    paths.journal_file().unlink()
    assert said(capsys, "journal", "import", file) == (0, "2 events added\n", "")
    assert said(capsys, "journal", "import", file) == (0, "nothing new\n", "")
    assert said(capsys, "journal", "verify") == (0, "2 events: all is well\n", "")


def test_lines_come_in_from_standard_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    studied(home / "other.db", "mine/one")
    with Journal.open(home / "other.db") as other:
        lines = "".join(f"{to_json(event)}\r\n" for event in other.events())
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(lines.encode())))
    assert said(capsys, "journal", "import", "-") == (0, "1 event added\n", "")


def test_a_bad_line_is_named_and_nothing_comes_in(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    studied(home / "other.db", "mine/one")
    with Journal.open(home / "other.db") as other:
        good = to_json(next(iter(other.events())))
    file = home / "history.jsonl"
    bad = good.replace('"rating": 3', '"rating": 9')
    file.write_text(f"{good}\n\n{bad}\n")
    code, out, err = said(capsys, "journal", "import", str(file))
    assert (code, out) == (2, "")
    assert err.startswith(f'mlquiz: {file}:3: "rating" is 9; expected a whole number from 1 to 4')
    assert said(capsys, "journal", "verify") == (0, "0 events: all is well\n", "")


@pytest.mark.parametrize("command", ["import", "merge"])
def test_a_file_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str], command: str) -> None:
    code, _, err = said(capsys, "journal", command, "nowhere.jsonl")
    assert code == 2
    assert "nowhere.jsonl: " in err


def test_text_that_is_not_utf8_is_named(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    (home / "old.jsonl").write_bytes(b"caf\xe9")
    code, _, err = said(capsys, "journal", "import", str(home / "old.jsonl"))
    assert code == 2
    assert "is not UTF-8 text" in err


def test_merging_two_machines_gives_both_the_same(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    here, there = paths.journal_file(), home / "there.db"
    studied(here, "mine/one", at=NOON)
    studied(there, "mine/one", "mine/two", at=NOON + 3 * DAY)
    assert said(capsys, "journal", "merge", str(there)) == (0, "2 events added\n", "")
    assert said(capsys, "journal", "merge", str(there)) == (0, "nothing new\n", "")
    assert backups.newest(paths.backups_dir()) is not None
    with Journal.open(here) as one, Journal.open(there) as two:
        Schedule(two, SchedulingSettings()).merge(one.events())
        assert list(one.events()) == list(two.events())
        assert list(one.rows) == list(two.rows)
    code, _, err = said(capsys, "journal", "merge", str(paths.decks_dir() / "mine.yaml"))
    assert code == 1
    assert "no journal of mlquiz" in err


def test_verify_finds_what_rebuild_puts_right(capsys: pytest.CaptureFixture[str]) -> None:
    studied(paths.journal_file(), "mine/one")
    with Journal.open(paths.journal_file()) as journal:
        journal._connection.execute("UPDATE rows SET due = 5")
    code, out, _ = said(capsys, "journal", "verify")
    assert code == 1
    assert "the row of mine/one isn't what its events come to" in out
    assert said(capsys, "journal", "rebuild") == (0, "1 card(s) from 1 event\n", "")
    assert said(capsys, "journal", "verify") == (0, "1 event: all is well\n", "")


@pytest.mark.parametrize("command", ["export", "import", "rebuild", "verify"])
def test_a_damaged_journal_is_named_and_left_as_it_is(
    capsys: pytest.CaptureFixture[str], command: str
) -> None:
    studied(paths.journal_file(), "mine/one")
    paths.journal_file().write_bytes(paths.journal_file().read_bytes()[:3000])
    before = paths.journal_file().read_bytes()
    code, _, err = said(capsys, "journal", command, *(["-"] if command in ("export", "import") else []))
    assert code == 1
    assert f"mlquiz: {paths.journal_file()}: the journal is damaged" in err
    assert "offers the newest backup" in err
    assert paths.journal_file().read_bytes() == before


def test_a_lost_journal_is_not_begun_afresh(capsys: pytest.CaptureFixture[str]) -> None:
    studied(paths.journal_file(), "mine/one")
    backups.backup(paths.journal_file(), paths.backups_dir(), NOON)
    paths.journal_file().unlink()
    for command in ("verify", "rebuild"):
        code, _, err = said(capsys, "journal", command)
        assert code == 1
        assert "is missing, but there are backups" in err
    assert not paths.journal_file().exists()


def test_looking_at_no_history_makes_no_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "journal", "verify") == (0, "0 events: all is well\n", "")
    assert said(capsys, "journal", "export", "-") == (0, "", "")
    assert not paths.journal_file().exists()


def test_cards_are_suspended_and_come_back(capsys: pytest.CaptureFixture[str]) -> None:
    studied(paths.journal_file(), "mine/one")
    done = said(capsys, "suspend", "mine/one", "mine/two", "mine/one")
    assert done == (0, "mine/one: suspended\nmine/two: suspended\n", "")
    assert said(capsys, "suspend", "mine/one") == (0, "mine/one: was suspended already\n", "")
    with Journal.open(paths.journal_file()) as journal:
        assert journal.rows.due(10**6) == []
    assert said(capsys, "unsuspend", "mine/one") == (0, "mine/one: asked again\n", "")
    assert said(capsys, "unsuspend", "mine/one") == (0, "mine/one: was not suspended\n", "")
    with Journal.open(paths.journal_file()) as journal:
        assert journal.rows.due(10**6) == ["mine/one"]


def test_an_unknown_card_is_named_with_the_nearest_and_nothing_is_changed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, err = said(capsys, "suspend", "mine/one", "mine/tow")
    assert (code, out) == (2, "")
    assert err == "mlquiz: there is no card “mine/tow”\n  Did you mean mine/two?\n"
    studied(paths.journal_file(), "mine/left-its-deck")
    assert said(capsys, "suspend", "mine/left-its-deck")[0] == 0
