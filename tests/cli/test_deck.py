"""`mlquiz deck`, as a person uses it."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mlquiz.cli.deck import app
from mlquiz.terminal.exits import UserError

FIXTURES = Path(__file__).parents[1] / "cards" / "fixtures"
SMALL = "deck: small\ntitle: Small\ncards:\n  - {id: 'a', ask: A, answer: x}\n"


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("MLQUIZ_HOME", str(tmp_path / "home"))
    (tmp_path / "home" / "decks").mkdir(parents=True)
    return tmp_path / "home"


@pytest.fixture
def run(home):
    def run_command(*arguments):
        result = CliRunner().invoke(app, [str(argument) for argument in arguments])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run_command


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.yaml"
    path.write_text(SMALL)
    return path


def test_check_a_clean_deck(run, small):
    result = run("check", small)
    assert (result.exit_code, result.output) == (0, "1 deck: nothing is wrong\n")


def test_check_shows_the_line_with_a_caret(run):
    path = FIXTURES / "bad" / "unknown-field.yaml"
    result = run("check", path)
    assert result.exit_code == 1
    assert result.output == (
        f"{path}:8:5: a recall card has no field `explian`; did you mean `explain`?\n"
        "        explian: y\n"
        "        ^\n"
        "1 deck: 1 error\n"
    )


def test_check_as_json(run, small):
    result = run("check", FIXTURES / "bad" / "tab.yaml", small, "--json")
    assert result.exit_code == 1
    [problem] = json.loads(result.stdout)
    assert (problem["line"], problem["column"], problem["severity"]) == (6, 1, "error")


def test_a_warning_is_shown_and_is_no_error(run, tmp_path):
    path = tmp_path / "d.yaml"
    path.write_text("deck: d\ncards:\n  - ask: A\n    answer: x\n")
    result = run("check", path)
    assert result.exit_code == 0
    assert "warning: the card has no `id`" in result.output
    assert result.output.endswith("1 deck: 1 warning\n")


def test_files_that_are_checked_together_may_refer_to_each_other(run, small, tmp_path):
    other = tmp_path / "other.yaml"
    other.write_text("deck: other\ncards:\n  - {id: 'b', ask: B, answer: x, follow_up: ['small/a']}\n")
    assert run("check", small, other).exit_code == 0
    alone = run("check", other)
    assert alone.exit_code == 1
    assert "there is no deck `small`" in alone.output


def test_check_a_file_that_is_not_there(run):
    with pytest.raises(UserError, match=r"nowhere\.yaml: there is no such file"):
        run("check", "nowhere.yaml")


def test_check_of_all_decks_names_what_is_left_out(run, home, monkeypatch):
    monkeypatch.setattr("mlquiz.cards.library.shipped_dir", lambda: FIXTURES / "none")
    (home / "decks" / "mine.yaml").write_text(SMALL)
    shutil.copy(FIXTURES / "bad" / "tab.yaml", home / "decks")
    shutil.copy(FIXTURES / "bad" / "unknown-field.yaml", home / "decks")
    result = run("check")
    assert result.exit_code == 1
    assert "tab.yaml:6:1: a tab can't be used" in result.output
    assert result.output.count("has no field `explian`") == 1
    assert result.output.endswith("2 errors\n")


def test_check_names_a_demo_that_is_not_there(run, tmp_path):
    path = tmp_path / "d.yaml"
    path.write_text("deck: d\ncards:\n  - {id: 'a', ask: A, answer: x, demo: kmean}\n")
    assert "did you mean `kmeans`?" in run("check", path).output


def test_check_judges_the_parameters_of_a_demo(run, tmp_path):
    path = tmp_path / "d.yaml"
    path.write_text("deck: d\ncards:\n  - {id: 'a', ask: A, answer: x, demo: {kmeans: {k: 0}}}\n")
    assert "`k` of the demo `kmeans` is 0; expected a whole number from 1 to " in run("check", path).output


def test_what_a_deck_contains_cannot_move_the_cursor(run, tmp_path):
    path = tmp_path / "d.yaml"
    path.write_text('deck: d\ncards:\n  - {id: "a\\e[2J", ask: A, answer: x}\n')
    result = run("check", path)
    assert result.exit_code == 1
    assert "\x1b" not in result.output


def test_list(run, home):
    (home / "decks" / "mine.yaml").write_text(SMALL.replace("small", "mine"))
    result = run("list")
    assert result.exit_code == 0
    assert "machine-learning" in result.output
    assert str(home / "decks" / "mine.yaml") in result.output


def test_list_says_what_is_hidden_and_what_is_wrong(run, home):
    own = home / "decks" / "probability.yaml"
    own.write_text(SMALL.replace("small", "probability"))
    shutil.copy(FIXTURES / "bad" / "tab.yaml", home / "decks")
    output = run("list").output
    assert f"{own} hides the deck probability of " in output
    assert "1 problem: `mlquiz deck check` names them" in output


def test_list_as_json(run, home):
    (home / "decks" / "mine.yaml").write_text(SMALL.replace("small", "mine"))
    listed = json.loads(run("list", "--json").stdout)
    mine = next(deck for deck in listed["decks"] if deck["name"] == "mine")
    assert mine == {
        "name": "mine",
        "title": "Small",
        "sections": 1,
        "cards": 1,
        "path": str(home / "decks" / "mine.yaml"),
    }
    assert listed["hidden"] == []


def test_a_new_deck_is_clean_and_is_found(run, home):
    result = run("new", "my-deck")
    path = home / "decks" / "my-deck.yaml"
    assert result.exit_code == 0
    assert str(path) in result.output
    check = run("check", path)
    assert (check.exit_code, check.output) == (0, "1 deck: nothing is wrong\n")
    assert "my-deck" in run("list").output


def test_a_new_deck_overwrites_nothing(run, home):
    path = home / "decks" / "mine.yaml"
    path.write_text("kept")
    with pytest.raises(UserError, match="exists already"):
        run("new", "mine")
    assert path.read_text() == "kept"


@pytest.mark.parametrize("name", ["../out", "a/b", "a b", ".hidden", "", "-x-/"])
def test_a_new_deck_with_a_bad_name(run, home, name):
    with pytest.raises(UserError, match="can't be the name of a deck"):
        run("new", "--", name)
    assert list((home / "decks").iterdir()) == []


def test_schema(run):
    assert json.loads(run("schema").stdout)["properties"]["deck"]


def test_coverage(run, home):
    shutil.copy(FIXTURES / "good.yaml", home / "decks")
    result = run("coverage", "--plan", FIXTURES / "plan")
    assert result.exit_code == 1
    assert "good 3.23.1: notes 2/2, covered 2/2, formulas 1/2, errata 1/1, demos 1/2; " in result.output
    assert "formulas missing: centroid" in result.output
    assert "demos missing: nothing" in result.output
    assert result.output.endswith("1 of 4 sections complete\n") or "0 of 4 sections complete" in result.output


def test_coverage_as_json(run, home):
    shutil.copy(FIXTURES / "good.yaml", home / "decks")
    sections = json.loads(run("coverage", "--plan", FIXTURES / "plan", "--deck", "good", "--json").stdout)
    assert [section["id"] for section in sections] == ["3.23", "3.23.1", "4.1", "9"]
    assert sections[1]["demos"] == {"planned": 2, "done": 1, "missing": ["nothing"]}


def test_coverage_without_a_plan(run, tmp_path):
    with pytest.raises(UserError, match="there is no plan"):
        run("coverage", "--plan", tmp_path)
