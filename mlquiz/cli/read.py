"""`mlquiz read SECTION`: a section as a page."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated

import typer

from mlquiz.cli.common import DeckDirs, open_library, page, settings
from mlquiz.cli.completion import complete_section
from mlquiz.terminal.exits import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from mlquiz.cards.library import Library
    from mlquiz.cards.model import FormulaCard, Section
    from mlquiz.terminal.markup import Renderer


def command(
    section: Annotated[
        str,
        typer.Argument(autocompletion=complete_section, help="A section, such as 3.23.1", show_default=False),
    ],
    deck_dir: DeckDirs = None,
) -> None:
    """Read a section: its notes, formulas and errata, and what it lets you watch."""
    values = settings()
    library = open_library(values, deck_dir)
    found = sections_named(library, section)
    console, pen = page(values)
    for each in found:
        for block in section_page(each, library, pen):
            console.print(block, width=pen.look.measure)


def sections_named(library: Library, name: str) -> list[Section]:
    """Return the section of that id, or all its subsections. Raises UserError with the nearest right one."""
    found = library.section(name)
    if found is not None:
        return [found]
    every = {each.id: each for deck in library.decks.values() for each in deck.sections if each.id}
    below = [each for number, each in every.items() if number.startswith(f"{name}.")]
    if not below:
        close = get_close_matches(name, every, 3, 0.5)
        hint = f"Did you mean {', '.join(close)}?" if close else "`mlquiz deck list` shows the decks."
        raise UserError(f"there is no section “{name}”", hint)
    return below


def section_page(section: Section, library: Library, pen: Renderer) -> Iterator[RenderableType]:
    """Return what stands on the page, piece by piece."""
    from mlquiz.cards.model import FormulaCard

    yield pen.text(f"{section.id} {section.title}", "title")
    for note in section.notes.values():
        yield ""
        yield pen.text(note)
    aliased = (library.card(alias.same_as) for alias in section.aliases)
    for card in [*section.cards, *aliased]:
        if isinstance(card, FormulaCard):
            yield from _formula(card, pen)
    for erratum in section.errata:
        told = f"**Erratum.** The sheet says: {erratum.sheet}. Correct: {erratum.correct}."
        yield ""
        yield pen.text(f"{told} {erratum.why}".rstrip())
        if erratum.source:
            yield pen.text(erratum.source, "dim")
    yield ""
    yield pen.text(_footer(section), "dim")


def _formula(card: FormulaCard, pen: Renderer) -> Iterator[RenderableType]:
    from mlquiz.study.formula import reference_latex

    yield ""
    yield pen.text(card.ask)
    yield ""
    yield pen.display(reference_latex(card))
    if card.source:
        yield pen.text(card.source, "dim")


def _footer(section: Section) -> str:
    cards = len(section.cards)
    parts = [f"{cards} card{'' if cards == 1 else 's'}: mlquiz study {section.id}"]
    parts += [f"mlquiz demo {call.name}" for call in section.demo]
    return "   ".join(parts)
