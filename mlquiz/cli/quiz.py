"""`mlquiz quiz`: a scored round."""

from typing import Annotated

import typer

from mlquiz.cli.common import DeckDirs, Words, open_library, selected, settings
from mlquiz.terminal.exits import UserError


def command(
    words: Words = None,
    count: Annotated[int, typer.Option("--count", min=1, max=10_000, help="Cards to ask.")] = 10,
    minutes: Annotated[
        float | None, typer.Option("--minutes", min=0.1, max=1440, help="Stop asking after so long.")
    ] = None,
    paper: Annotated[bool, typer.Option("--paper", help="Never type: work on paper, reveal, rate.")] = False,
    deck_dir: DeckDirs = None,
) -> None:
    """Play a scored round; the schedule stays as it is.

    The result is shown by section, and what went wrong can be studied at once.
    """
    values = settings()
    library = open_library(values, deck_dir)
    cards = selected(library, words)
    if not cards:
        raise UserError("there are no cards to ask", "`mlquiz deck list` shows the decks.")
    from mlquiz.study.launch import quiz

    raise typer.Exit(quiz(library, cards, values, count=count, minutes=minutes, paper=paper or values.paper))
