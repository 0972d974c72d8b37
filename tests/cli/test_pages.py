"""The pages: home, read, search, stats, config, doctor."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import DECKS, Run

DECK = ("--deck-dir", str(DECKS))


@pytest.fixture
def studied(run: Run) -> Run:
    """Return `run` for a home in which three cards were answered."""
    assert run("study", "kinds", *DECK, "--limit", "3", "--paper", input="3\n" * 12).code == 0
    return run


def test_home_of_a_newcomer(run: Run) -> None:
    done = run()
    assert done.code == 0
    assert "0 due" in done.out
    assert "0% known" in done.out
    assert "mlquiz study" in done.out


def test_home_makes_no_journal(run: Run, home: Path) -> None:
    run()
    run("stats")
    assert not (home / "journal.db").exists()


def test_reading_a_section(run: Run) -> None:
    done = run("read", "9.1", *DECK)
    assert done.code == 0
    assert "9.1 One of each" in done.out
    assert "Each point joins its nearest centroid." in done.out
    assert "The sheet says: medians. Correct: means." in done.out
    assert "Wasserman (2004)" in done.out
    assert "mlquiz demo kmeans" in done.out


def test_reading_a_section_with_all_below_it(run: Run) -> None:
    assert "9.1 One of each" in run("read", "9", *DECK).out


def test_reading_a_section_that_is_not_there(run: Run) -> None:
    done = run("read", "9.11", *DECK)
    assert done.code == 2
    assert "Did you mean 9.1" in done.err


def test_search_finds_and_says_when_it_does_not(run: Run) -> None:
    found = run("search", "lloyd", "guarantee", *DECK)
    none = run("search", "xyzzyplugh", *DECK)
    assert none.code == 1
    assert "Nothing has all these words." in none.out
    found = run("search", "bernoulli", "variance", *DECK)
    assert found.code == 0
    assert "9.1" in found.out


def test_search_as_data(run: Run) -> None:
    hits = json.loads(run("search", "centroid", "--json", *DECK).out)
    assert {"what", "key", "section", "text", "score"} <= set(hits[0])


def test_stats_of_a_newcomer(run: Run) -> None:
    assert "Nothing was studied yet" in run("stats").out


def test_stats_show_what_was_done(studied: Run) -> None:
    done = studied("stats", *DECK)
    assert done.code == 0
    for words in (
        "3 answers on 1 day",
        "Retention",
        "desired",
        "90%",
        "Due in the next 30 days",
        "Days",
        "9.1",
    ):
        assert words in done.out


def test_stats_as_data(studied: Run) -> None:
    data = json.loads(studied("stats", "--json", *DECK).out)
    assert data["streak"] == 1
    assert sum(data["days"].values()) == 3
    assert sum(data["due"].values()) == 3
    assert data["sections"]["9.1"]["learning"] == 3


def test_stats_without_unicode_and_without_drawing(studied: Run) -> None:
    done = studied("stats", *DECK, PYTHONUTF8="0", PYTHONIOENCODING="ascii", LC_ALL="C")
    assert done.code == 0
    assert done.out.isascii()
    assert "█" not in studied("stats", *DECK, MLQUIZ_PLAIN="1").out


def test_config_shows_values_and_where_they_come_from(run: Run, home: Path) -> None:
    home.mkdir()
    (home / "config.toml").write_text("# mine\nnew_per_day = 4\n")
    done = run("config")
    assert "new_per_day" in done.out
    rows = {row["name"]: row for row in json.loads(run("config", "--json").out)["settings"]}
    assert rows["new_per_day"]["value"] == 4
    assert rows["new_per_day"]["source"].endswith("config.toml:2")
    assert rows["limit"]["source"] == "default"
    assert rows["keys.demo"]["value"] == "d"


def test_doctor_is_content_with_a_fresh_machine(run: Run) -> None:
    done = run("doctor")
    assert done.code == 0, done.out
    assert "no troubles" in done.out


def test_doctor_as_data(studied: Run, home: Path) -> None:
    report = json.loads(studied("doctor", "--json").out)
    assert report["journal"]["events"] == 3
    assert report["folders"]["journal"] == str(home / "journal.db")
    assert report["versions"]["mlquiz"]
    assert report["troubles"] == []


def test_doctor_names_what_is_wrong(run: Run, home: Path) -> None:
    home.mkdir()
    (home / "config.toml").write_text("limit = [")
    (home / "journal.db").write_bytes(b"this is no journal" * 100)
    (home / "decks").mkdir()
    (home / "decks" / "bad.yaml").write_text("deck: bad\ncards: [")
    done = run("doctor")
    assert done.code == 1
    for words in ("config.toml:1", "journal.db", "bad.yaml"):
        assert words in done.out


@pytest.mark.parametrize("columns", [40, 300])
def test_pages_fit_narrow_and_wide_terminals(studied: Run, columns: int) -> None:
    for command in ((), ("stats",), ("config",), ("read", "9.1", *DECK)):
        done = studied(*command, COLUMNS=str(columns))
        assert done.code == 0
        assert max(len(line.rstrip()) for line in done.out.splitlines()) <= max(columns, 60), command
