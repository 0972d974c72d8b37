"""The JSON Schema of decks, made from the tables that the loader reads by."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mlquiz.cards.fields import ALIAS, CARD_RECORDS, DECK_HEAD, SECTION_HEAD

if TYPE_CHECKING:
    from mlquiz.cards.types import Record, Schema

DIALECT = "http://json-schema.org/draft-07/schema#"  # what editors' YAML servers speak


def deck_schema() -> Schema:
    """Return the schema as plain data."""
    cards = {"type": "array", "minItems": 1, "items": {"$ref": "#/definitions/card"}}
    section = _with(SECTION_HEAD, cards={**cards, "description": "The section's cards."})
    sections = {"type": "array", "minItems": 1, "items": {"$ref": "#/definitions/section"}}
    deck = _with(
        DECK_HEAD,
        sections={**sections, "description": "The deck's sections."},
        cards={**cards, "description": "Cards that are in no section."},
    )
    kinds = {f"{kind}-card": _card(kind, record) for kind, record in CARD_RECORDS.items()}
    definitions: dict[str, Any] = {**kinds, "same-as-card": ALIAS.schema(), "section": section}
    definitions["card"] = {"anyOf": [{"$ref": f"#/definitions/{name}"} for name in (*kinds, "same-as-card")]}
    anything = {"anyOf": [{"required": ["sections"]}, {"required": ["cards"]}]}
    return {"$schema": DIALECT, "title": "A deck of mlquiz", **deck, **anything, "definitions": definitions}


def _with(record: Record, **properties: Schema) -> Schema:
    schema = record.schema()
    return {**schema, "properties": {**schema["properties"], **properties}}


def _card(kind: str, record: Record) -> Schema:
    """Return the schema of one kind; all but the default one must name their kind."""
    schema = record.schema()
    properties = {**schema["properties"], "kind": {**schema["properties"]["kind"], "enum": [kind]}}
    required = schema["required"] if kind == "recall" else ["kind", *schema["required"]]
    return {**schema, "properties": properties, "required": required}


def schema_text() -> str:
    """Return the schema as the file `deck.schema.json` holds it."""
    return json.dumps(deck_schema(), ensure_ascii=False, indent=1) + "\n"
