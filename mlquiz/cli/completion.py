"""What the shell completes: decks, sections and demos; it stays silent when anything is wrong."""

from __future__ import annotations

from contextlib import suppress


def complete_selection(incomplete: str) -> list[tuple[str, str]]:
    """Return decks and sections that begin so, with their titles."""
    found: list[tuple[str, str]] = []
    with suppress(Exception):
        from mlquiz import paths
        from mlquiz.cards.library import load_library

        library = load_library([paths.decks_dir()], paths.cache_dir())
        for deck in library.decks.values():
            found.append((deck.name, deck.title))
            found += [(section.id, section.title) for section in deck.sections if section.id]
    return [each for each in found if each[0].startswith(incomplete)]


def complete_section(incomplete: str) -> list[tuple[str, str]]:
    """Return sections that begin so."""
    return [each for each in complete_selection(incomplete) if each[0][:1].isdigit()]


def complete_demo(incomplete: str) -> list[str]:
    """Return demos that begin so."""
    with suppress(Exception):
        from mlquiz.player.catalogue import demo_names

        return [name for name in demo_names() if name.startswith(incomplete)]
    return []
