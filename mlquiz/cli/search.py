"""`mlquiz search WORDS`: where something is asked or told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mlquiz.cli.common import AsJson, DeckDirs, open_library, page, print_json, settings
from mlquiz.terminal.exits import Exit

if TYPE_CHECKING:
    from rich.console import Console

    from mlquiz.cards.search import Hit
    from mlquiz.terminal.markup import Renderer

FIELDS = ("what", "key", "section", "text", "score")


def command(
    words: Annotated[list[str], typer.Argument(help="Words that all have to occur.", show_default=False)],
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="Hits to show.")] = 20,
    as_json: AsJson = False,
    deck_dir: DeckDirs = None,
) -> None:
    """Find cards, notes and sections by words, the best first."""
    values = settings()
    library = open_library(values, deck_dir)
    hits = library.search(words)
    if as_json:
        print_json([{name: getattr(hit, name) for name in FIELDS} for hit in hits[:limit]])
    else:
        _show(hits, limit, page(values))
    raise typer.Exit(Exit.DONE if hits else Exit.WRONG)


def _show(hits: list[Hit], limit: int, drawn_on: tuple[Console, Renderer]) -> None:
    from rich.table import Table
    from rich.text import Text

    console, pen = drawn_on
    if not hits:
        console.print("Nothing has all these words.")
        return
    table = Table.grid(padding=(0, 2, 0, 0))
    for hit in hits[:limit]:
        table.add_row(Text(hit.section or "", "key"), Text(hit.what, "dim"), pen.text(hit.text))
    console.print(table, width=pen.look.measure)
    if len(hits) > limit:
        console.print(f"… and {len(hits) - limit} more (--limit)", style="dim")
