"""`mlquiz study`: a sitting."""

from typing import Annotated

import typer

from mlquiz.cli.common import DeckDirs, Words, open_library, selected, settings


def command(
    words: Words = None,
    new: Annotated[
        int | None, typer.Option("--new", min=0, max=100_000, help="New cards now; else the daily number.")
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, max=100_000, help="Different cards to answer.")
    ] = None,
    minutes: Annotated[
        float | None, typer.Option("--minutes", min=0.1, max=1440, help="Stop asking after so long.")
    ] = None,
    weak: Annotated[bool, typer.Option("--weak", help="Ask what you know least, due or not.")] = False,
    ahead: Annotated[bool, typer.Option("--ahead", help="Ask what is due later, too.")] = False,
    cram: Annotated[
        bool, typer.Option("--cram", help="Ask everything; change nothing in the schedule.")
    ] = False,
    paper: Annotated[bool, typer.Option("--paper", help="Never type: work on paper, reveal, rate.")] = False,
    deck_dir: DeckDirs = None,
) -> None:
    r"""Study what is due, and some new cards.

    Without a terminal one line of input answers one prompt: printf '3\\n1\\n' | mlquiz study
    """
    values = settings()
    library = open_library(values, deck_dir)
    cards = selected(library, words)
    from mlquiz.study.launch import Request, study

    request = Request(new, limit or values.limit or None, minutes, weak, ahead, cram, paper or values.paper)
    raise typer.Exit(study(library, cards, request, values))
