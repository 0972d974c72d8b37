"""The cache of compiled decks: it is used, notices every change, and does no harm whatever happens to it."""

import os
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from mlquiz.cards import load
from mlquiz.cards.cache import FILE_NAME, RACY_NS
from mlquiz.cards.library import load_library

DECK = "deck: d\ncards:\n  - {{id: a, ask: A, answer: {answer}}}\n  - {{id: b, ask: B, answer: fixed}}\n"
OLD = time.time_ns() - 10 * RACY_NS


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "decks" / "d.yaml"
    path.parent.mkdir()
    put(path, "old")
    return path


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


@pytest.fixture
def reads(monkeypatch):
    """The paths of the decks that were read as YAML."""
    paths = []
    read = load.load_deck
    monkeypatch.setattr(load, "load_deck", lambda path, *data: paths.append(path) or read(path, *data))
    return paths


def put(path, answer, when=OLD):
    path.write_text(DECK.format(answer=answer), encoding="utf-8")
    os.utime(path, ns=(when, when))


def library(path, cache):
    return load_library([path.parent], cache, shipped=False)


def answer(library):
    return library.card("d/a").answer


def test_an_unchanged_deck_is_read_once(path, cache, reads):
    fresh = library(path, cache)
    cached = library(path, cache)
    assert reads == [path]
    assert list(cached.infos()) == list(fresh.infos())
    assert list(cached.cards()) == list(fresh.cards())
    assert cached.decks["d"].revision == fresh.decks["d"].revision


def test_a_cached_deck_is_what_a_fresh_one_is(good_path, cache):
    fresh = load_library([good_path], None, shipped=False)
    load_library([good_path], cache, shipped=False)
    cached = load_library([good_path], cache, shipped=False)
    assert list(cached.cards()) == list(fresh.cards())
    assert list(cached.infos()) == list(fresh.infos())
    for one, other in zip(cached.decks["good"].sections, fresh.decks["good"].sections, strict=True):
        assert list(one.cards) == list(other.cards)
        assert (one.notes, one.errata, one.aliases, one.demo) == (
            other.notes,
            other.errata,
            other.aliases,
            other.demo,
        )
    assert cached.search("nearest") == fresh.search("nearest")


def test_a_cached_deck_needs_no_yaml(path, cache):
    library(path, cache)
    script = (
        "import sys; from pathlib import Path; from mlquiz.cards.library import load_library\n"
        f"library = load_library([Path({str(path)!r})], Path({str(cache)!r}), shipped=False)\n"
        "assert library.card('d/a').answer == 'old'\n"
        "print(sorted({'yaml', 'fractions', 'difflib', 'mlquiz.cards.load'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


def test_problems_are_kept_too(path, cache, reads):
    path.write_text("deck: d\ncards:\n  - {id: a, ask: A}\n  - {id: b, ask: B, answer: x}\n")
    os.utime(path, ns=(OLD, OLD))
    fresh, cached = library(path, cache), library(path, cache)
    assert reads == [path]
    assert (
        [problem.render() for problem in cached.problems]
        == [problem.render() for problem in fresh.problems]
        != []
    )


@pytest.mark.parametrize("text", ["", "deck: d\ncards: [", "- x"])
def test_a_deck_that_is_left_out_stays_out(path, cache, text):
    path.write_text(text)
    assert not library(path, cache).decks
    assert not library(path, cache).decks
    assert len(library(path, cache).problems) == 1


def test_a_change_of_size(path, cache):
    library(path, cache)
    put(path, "newer")
    assert answer(library(path, cache)) == "newer"


def test_a_change_of_time(path, cache):
    library(path, cache)
    put(path, "new", OLD + 1)
    assert answer(library(path, cache)) == "new"


def test_a_touched_deck_is_not_read_again(path, cache, reads):
    library(path, cache)
    os.utime(path, ns=(OLD + 5, OLD + 5))
    library(path, cache)
    assert reads == [path]


def test_a_change_within_the_same_tick_of_the_clock(path, cache):
    now = time.time_ns()
    put(path, "old", now)
    library(path, cache)
    put(path, "new", now)
    assert answer(library(path, cache)) == "new"


def test_two_files_with_the_same_text_tell_their_own_paths(path, cache):
    other = path.parent.parent / "other" / "d.yaml"
    other.parent.mkdir()
    put(other, "old")
    library(path, cache)
    assert library(other, cache).decks["d"].path == str(other)
    assert library(path, cache).decks["d"].path == str(path)


@pytest.mark.parametrize("rubbish", [b"", b"rubbish" * 1000, None])
def test_a_damaged_cache_is_made_anew(path, cache, rubbish, reads):
    library(path, cache)
    file = cache / FILE_NAME
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2] if rubbish is None else rubbish)
    assert answer(library(path, cache)) == "old"
    library(path, cache)
    before = len(reads)
    assert answer(library(path, cache)) == "old"
    assert len(reads) == before, "the cache is in use again"


def test_rows_that_make_no_sense(path, cache):
    library(path, cache)
    for head in ("{}", "[", "null", '{"index": 3, "problems": [], "revision": ""}'):
        with sqlite3.connect(cache / FILE_NAME) as database:
            database.execute("UPDATE decks SET head = ?", [head])
        database.close()
        assert answer(library(path, cache)) == "old"


def test_an_older_schema_is_replaced(path, cache):
    cache.mkdir()
    database = sqlite3.connect(cache / FILE_NAME)
    database.executescript("CREATE TABLE decks (x); PRAGMA user_version = 999")
    database.close()
    library(path, cache)
    assert answer(library(path, cache)) == "old"


def test_bodies_that_got_lost_are_read_from_the_file(path, cache):
    library(path, cache)
    cached = library(path, cache)
    (cache / FILE_NAME).unlink()
    assert answer(cached) == "old"
    assert [card.id for card in cached.cards()] == ["a", "b"]


def test_a_sitting_goes_on_when_its_deck_changes(path, cache):
    library(path, cache)
    running = library(path, cache)
    put(path, "quite new")
    assert answer(library(path, cache)) == "quite new"
    assert answer(running) == "old"


def test_a_sitting_goes_on_when_deck_and_cache_are_gone(path, cache):
    library(path, cache)
    running = library(path, cache)
    path.unlink()
    (cache / FILE_NAME).unlink()
    assert running.card("d/a") is None


def test_a_file_in_the_way_of_the_cache_folder(path, cache):
    cache.write_text("in the way")
    assert answer(library(path, cache)) == "old"
    assert cache.read_text() == "in the way"


def test_a_read_only_folder(path, cache, monkeypatch):
    def refuse(*args, **options):
        raise sqlite3.OperationalError("unable to open database file")

    monkeypatch.setattr("mlquiz.cards.cache.sqlite3.connect", refuse)
    assert answer(library(path, cache)) == "old"


def test_a_cache_that_is_in_use(path, cache, monkeypatch):
    monkeypatch.setattr("mlquiz.cards.cache.BUSY_SECONDS", 0)
    library(path, cache)
    put(path, "newer")
    other = sqlite3.connect(cache / FILE_NAME, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    assert answer(library(path, cache)) == "newer"
    other.execute("ROLLBACK")
    other.close()
    assert answer(library(path, cache)) == "newer"


def test_many_at_once(path, cache):
    def read(number):
        return answer(library(path, cache))

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(read, range(40))) == {"old"}


def test_decks_that_are_gone_are_forgotten(path, cache, monkeypatch):
    library(path, cache)
    monkeypatch.setattr("mlquiz.cards.cache.KEPT_NS", -1)
    path.unlink()
    other = path.with_name("other.yaml")
    other.write_text("deck: other\ncards:\n  - {id: a, ask: A, answer: x}\n")
    library(path, cache)
    database = sqlite3.connect(cache / FILE_NAME)
    assert database.execute("SELECT path FROM files").fetchall() == [(str(other),)]
    assert database.execute("SELECT count(*) FROM decks").fetchone() == (1,)
    assert database.execute("SELECT count(DISTINCT deck) FROM bodies").fetchone() == (1,)
    database.close()


def test_what_lies_in_the_cache_is_json_only(good_path, cache):
    import json

    load_library([good_path], cache, shipped=False)
    database = sqlite3.connect(cache / FILE_NAME)
    for (text,) in database.execute("SELECT head FROM decks UNION ALL SELECT body FROM bodies"):
        json.loads(text)
    database.close()
