"""Checks that the cards, notes and errata a deck speaks of exist, and that every note is asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.cards.build import qualified
from mlquiz.cards.load import alias_id
from mlquiz.cards.problems import listed, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlquiz.cards.check_context import Context
    from mlquiz.cards.load import Entry
    from mlquiz.cards.nodes import Node
    from mlquiz.cards.problems import Problem


def section_reference_problems(context: Context, section: Entry) -> Iterator[Problem]:
    """Return the errata that are named like a note, and the notes that no card covers."""
    notes = section.plain["notes"]
    for at, slip in enumerate(section.plain["errata"]):
        others = [other["id"] for other in section.plain["errata"][:at]]
        if slip["id"] in notes or slip["id"] in others:
            what = "a note" if slip["id"] in notes else "an erratum"
            node = section.node.at("errata", at, "id")
            yield context.problem(
                node, f"`{slip['id']}` is {what} of the section already", "a name of its own"
            )
    covered = {name for card in _cards(section) for name in card.get("covers", ())}
    written = section.node.get("notes")
    for key, _ in written.pairs if written else ():
        if key.text in notes and key.text not in covered:
            yield context.problem(
                key, f"no card covers the note `{key.text}`", f"`covers: [{key.text}]` in a card"
            )


def _cards(section: Entry) -> list[dict[str, list[str]]]:
    return [*section.plain["cards"], *section.plain["aliases"]]


def card_reference_problems(context: Context, entry: Entry) -> Iterator[Problem]:
    """Return what a card refers to and isn't there."""
    yield from _id_problems(context, entry)
    yield from _covers_problems(context, entry)
    for name in ("contrasts", "follow_up"):
        for at, reference in enumerate(entry.plain.get(name, ())):
            yield from _missing(context, entry, entry.node.at(name, at), reference)
    for at, reference in enumerate(entry.plain.get("was", ())):
        key = qualified(reference, context.deck)
        if key.partition("/")[2] in context.ids(key.partition("/")[0]):
            node = entry.node.at("was", at)
            yield context.problem(
                node, f"`{reference}` is a card that still exists", "an id that is no longer used"
            )


def _id_problems(context: Context, entry: Entry) -> Iterator[Problem]:
    node = entry.node.get("id")
    if "same_as" in entry.plain:
        yield from _alias_problems(context, entry)
    elif node is None:
        message = "the card has no `id`: editing its question will start a new history"
        yield context.problem(entry.node, message, "an id", f"write id: {entry.plain['id']}", warning=True)


def _alias_problems(context: Context, entry: Entry) -> Iterator[Problem]:
    target, node = entry.plain["same_as"], entry.node.at("same_as")
    yield from _missing(context, entry, node, target)
    if context.is_alias(qualified(target, context.deck)):
        yield context.problem(node, f"`{target}` has `same_as` itself", "the card that it stands for")
    right = alias_id(target, entry.section["id"] or context.deck)
    if entry.plain["id"] != right:
        node = entry.node.at("id")
        yield context.problem(
            node, f"the id is `{entry.plain['id']}`", f"`{right}`", "as its target and section say"
        )


def _covers_problems(context: Context, entry: Entry) -> Iterator[Problem]:
    known = [*entry.section.get("notes", {}), *(slip["id"] for slip in entry.section.get("errata", ()))]
    for at, name in enumerate(entry.plain.get("covers", ())):
        if name not in known:
            hint = nearest(name, known)
            expected = "" if hint else listed(known) or "a note of the section"
            node = entry.node.at("covers", at)
            yield context.problem(node, f"the section has no note or erratum `{name}`", expected, hint)


def _missing(context: Context, entry: Entry, node: Node, reference: str) -> Iterator[Problem]:
    """Return a problem when the card that is referred to isn't there, or is the card itself."""
    deck, _, name = qualified(reference, context.deck).partition("/")
    ids = context.ids(deck)
    if not ids and deck not in context.library.compiled:
        hint = nearest(deck, [context.deck, *context.library.compiled])
        yield context.problem(node, f"there is no deck `{deck}`", "a deck of the library", hint)
    elif name not in ids:
        yield context.problem(node, f"there is no card `{name}` in the deck `{deck}`", "", nearest(name, ids))
    elif (deck, name) == (context.deck, entry.plain["id"]):
        yield context.problem(node, f"`{name}` is the card itself", "another card")
