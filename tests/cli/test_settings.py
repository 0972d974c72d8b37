"""config.toml: values, where they come from, and messages that help."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlquiz.settings import DEFAULT, KEYS, Settings, load_settings, parse_settings
from mlquiz.terminal.exits import UserError

FILE = Path("/somewhere/config.toml")


def complaint(source: str) -> tuple[str, str]:
    with pytest.raises(UserError) as caught:
        parse_settings(source, FILE)
    return caught.value.message, caught.value.hint


def test_without_a_file_everything_is_default(tmp_path: Path) -> None:
    values = load_settings(tmp_path / "config.toml")
    assert values == Settings()
    assert values.source("new_per_day") == DEFAULT


def test_values_remember_their_line(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('\n# mine\nnew_per_day = 5\neasy_days = ["Sunday"]\n[keys]\n\ndemo = "v"\n')
    values = load_settings(path)
    assert (values.new_per_day, values.easy_days, values.keys["demo"]) == (5, ("sunday",), "v")
    assert values.source("new_per_day") == f"{path}:3"
    assert values.source("keys.demo") == f"{path}:7"
    assert values.source("keys.hint") == DEFAULT


def test_folders_are_beside_the_file() -> None:
    assert parse_settings('deck_dirs = ["more decks"]', FILE).deck_dirs == (FILE.parent / "more decks",)


def test_a_wrong_name_gets_the_nearest_right_one() -> None:
    message, hint = complaint("\nnew_per_dya = 5")
    assert message.startswith("/somewhere/config.toml:2: ")
    assert hint == "Did you mean new_per_day?"


def test_broken_toml_is_told_with_line_and_column() -> None:
    message, _ = complaint('new_per_day = 5\nlimit = "x')
    assert message.startswith("/somewhere/config.toml:2:")


@pytest.mark.parametrize(
    "line",
    [
        "new_per_day = -1",
        "new_per_day = 2.5",
        "new_per_day = true",
        'new_per_day = "many"',
        "desired_retention = 1.5",
        "desired_retention = 0",
        "desired_retention = nan",
        "desired_retention = 90",
        "turnover_hour = 24",
        "max_interval = 0",
        'easy_days = "sunday"',
        'easy_days = ["someday"]',
        "easy_days = [1]",
        "fuzz = 1",
        'glyphs = "fancy"',
        "glyphs = []",
        'background = "blue"',
        "deck_dirs = [1]",
        'deck_dirs = "decks"',
        "keys = 3",
    ],
)
def test_a_value_out_of_range_is_named_with_what_it_can_be(line: str) -> None:
    message, hint = complaint(f"\n\n{line}")
    assert message.startswith("/somewhere/config.toml:3: ")
    assert line.partition(" ")[0] in message
    assert hint.startswith("It can be: ")


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ('demmo = "v"', "demmo"),
        ('demo = "vv"', "can't be the key for demo"),
        ('demo = "7"', "can't be the key for demo"),
        ("demo = 7", "can't be the key for demo"),
        ('demo = " "', "can't be the key for demo"),
        ('demo = "h"', "is the key for hint and for demo"),
    ],
)
def test_a_key_that_cannot_be(table: str, words: str) -> None:
    message, hint = complaint(f"limit = 3\n[keys]\n{table}")
    assert message.startswith("/somewhere/config.toml:3: ")
    assert words in message
    assert hint


def test_two_keys_may_change_places() -> None:
    keys = parse_settings('[keys]\ndemo = "h"\nhint = "d"', FILE).keys
    assert (keys["demo"], keys["hint"]) == ("h", "d")


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xff\xfe\x00limit")
    with pytest.raises(UserError, match="not UTF-8"):
        load_settings(path)


def test_a_folder_in_the_file_s_place(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        load_settings(tmp_path)


@given(st.text(max_size=60))
def test_any_text_is_settings_or_a_complaint_about_a_line(source: str) -> None:
    complaints = []
    try:
        parse_settings(source, FILE)
    except UserError as error:
        complaints = [error.message]
    assert all(message.startswith(str(FILE)) for message in complaints)


@given(st.dictionaries(st.sampled_from(list(KEYS)), st.sampled_from("abdehijkqrstuvx!?1234567"), max_size=4))
def test_no_key_ever_means_two_things(table: dict[str, str]) -> None:
    source = "[keys]\n" + "\n".join(f'{action} = "{key}"' for action, key in table.items())
    try:
        keys = parse_settings(source, FILE).keys
    except UserError:
        return
    assert len(set(keys.values())) == len(KEYS)
