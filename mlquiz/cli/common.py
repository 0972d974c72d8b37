"""What several commands need: their options, the settings, the decks."""

from __future__ import annotations

import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mlquiz import paths
from mlquiz.cli.completion import complete_selection
from mlquiz.settings import Settings, load_settings
from mlquiz.terminal.exits import Exit, UserError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console

    from mlquiz.cards.library import Library
    from mlquiz.cards.model import CardInfo
    from mlquiz.scheduling.schedule import Schedule
    from mlquiz.terminal.markup import Renderer

Words = Annotated[
    list[str] | None,
    typer.Argument(
        autocompletion=complete_selection,
        help="Decks, sections (3.23 takes its subsections along), tags, or words in the cards.",
        show_default=False,
    ),
]
DeckDirs = Annotated[
    list[Path] | None,
    typer.Option("--deck-dir", help="A folder with more decks; may be repeated.", show_default=False),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print data, not a page.")]


def settings() -> Settings:
    """Return the person's settings. Raises UserError with file and line for a bad one."""
    return load_settings(paths.config_file())


def open_library(values: Settings, deck_dirs: Sequence[Path] | None) -> Library:
    """Return all decks: shipped, the person's own, those of the settings and of ``--deck-dir``.

    Raises
    ------
    UserError
        A folder named with ``--deck-dir`` isn't there.
    """
    from mlquiz.cards.library import load_library

    for folder in deck_dirs or ():
        if not folder.is_dir():
            raise UserError(f"{folder}: there is no such folder")
    folders = [paths.decks_dir(), *values.deck_dirs, *(folder.absolute() for folder in deck_dirs or ())]
    return load_library(folders, paths.cache_dir())


def selected(library: Library, words: Sequence[str] | None) -> list[CardInfo]:
    """Return the cards that the words name. Raises UserError with the nearest right word."""
    from mlquiz.cards.search import UnknownSelection

    try:
        return library.select(words or ())
    except UnknownSelection as error:
        raise UserError(str(error), error.hint) from error


@contextmanager
def open_schedule(values: Settings) -> Iterator[Schedule]:
    """Open the person's schedule for reading; an empty one where nothing was studied yet.

    Raises
    ------
    UserError
        The journal is there and can't be read.
    """
    from mlquiz.scheduling.schedule import Schedule
    from mlquiz.scheduling.settings import SchedulingSettings
    from mlquiz.store.errors import JournalError
    from mlquiz.store.journal import Journal

    path = paths.journal_file()
    try:
        with Journal.open(path, read_only=True) if path.exists() else Journal.unsaved() as journal:
            yield Schedule(journal, SchedulingSettings.of(values))
    except JournalError as error:
        raise UserError(str(error), "`mlquiz doctor` says more.", Exit.WRONG) from error


def now_ms() -> int:
    """Return the present moment in UTC milliseconds."""
    return time.time_ns() // 1_000_000


def page(values: Settings) -> tuple[Console, Renderer]:
    """Return a console for a page that is read, and what draws deck text on it."""
    from mlquiz.terminal.console import appearance, make_console
    from mlquiz.terminal.markup import Renderer

    look = appearance(glyphs=values.glyphs)
    background = None if values.background == "auto" else values.background
    return make_console(look=look, background=background), Renderer(look)


def print_json(data: object) -> None:
    """Print data as JSON."""
    import json

    typer.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))
