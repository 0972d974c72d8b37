"""The JSON Schema says of decks what the loader says, as far as a schema can."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from mlquiz.cards.library import shipped_dir
from mlquiz.cards.load import load_deck
from mlquiz.cards.schema import deck_schema, schema_text

BAD = Path(__file__).parent / "fixtures" / "bad"
# What the loader refuses for reasons that no schema of JSON can give.
BEYOND_A_SCHEMA = {
    "anchor",
    "backslash-control",
    "backslash-line-separator",
    "choice-same-options",
    "choice-without-right",
    "choice-without-wrong",
    "cloze-empty-alternative",
    "comment",
    "control-in-formula",
    "cut-in-list",
    "duplicate-id",
    "duplicate-key",
    "duplicate-section",
    "maths-over-lines",
    "match-same-right",
    "number-step",
    "number-too-many",
    "question-in-brackets",
}


@pytest.fixture(scope="module")
def validator():
    schema = deck_schema()
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


def plain(path):
    """A deck as an editor's server sees it; None when YAML refuses it, or it isn't data."""
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, TypeError):
        return None


def test_the_file_in_the_tree_is_up_to_date():
    """Renew it with `mlquiz deck schema > decks/deck.schema.json`."""
    assert (shipped_dir() / "deck.schema.json").read_text(encoding="utf-8") == schema_text()


def test_a_good_deck_is_valid(validator, good_path):
    assert [error.message for error in validator.iter_errors(plain(good_path))] == []


@pytest.mark.parametrize("path", sorted(shipped_dir().glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_decks_are_valid(validator, path):
    assert [error.message for error in validator.iter_errors(plain(path))] == []


@pytest.mark.parametrize("path", sorted(BAD.glob("*.yaml")), ids=lambda path: path.stem)
def test_loader_and_schema_agree(validator, path):
    data = plain(path)
    if data is None or path.stem in BEYOND_A_SCHEMA:
        return
    structural = any(problem.severity == "error" for problem in load_deck(path).problems)
    assert (not validator.is_valid(data)) == structural


def test_every_field_is_described(validator):
    definitions = deck_schema()["definitions"]
    fields = [field for of in definitions.values() for field in of.get("properties", {}).values()]
    assert len(fields) > 80
    assert all(field["description"].endswith(".") for field in fields)


def test_kinds_are_told_apart(validator):
    deck = {"deck": "d", "cards": [{"kind": "order", "ask": "Order?", "answer": "a"}]}
    assert not validator.is_valid(deck)
    assert validator.is_valid({"deck": "d", "cards": [{"ask": "Why?", "answer": 0}]})
    assert json.loads(schema_text()) == deck_schema()
