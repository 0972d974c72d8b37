"""`mlquiz` alone: where one stands, chapter by chapter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.cli.common import now_ms, open_library, open_schedule, page, settings

if TYPE_CHECKING:
    from datetime import date

    from rich.text import Text

    from mlquiz.scheduling.forecast import Standing
    from mlquiz.scheduling.schedule import Schedule
    from mlquiz.terminal.markup import Renderer

BAR = 24  # columns


def command() -> None:
    """Show what is due, what is new, and how much of each chapter is known."""
    from mlquiz.scheduling.forecast import standing

    values = settings()
    library = open_library(values, None)
    console, pen = page(values)
    with open_schedule(values) as schedule:
        today = schedule.today(now_ms())
        by_deck = standing([info._replace(section=info.deck) for info in library.infos()], schedule, today)
        console.print(*_today(by_deck, schedule, today), sep="\n", end="\n\n")
    for name, deck in by_deck.items():
        console.print(_chapter(library.decks[name].title or name, deck, pen))
    if library.problems:
        console.print(f"\n{len(library.problems)} problems in the decks: `mlquiz deck check`", style="hint")
    console.print(
        "\nmlquiz study", "mlquiz read 3.23.1", "mlquiz demo", "mlquiz --help", sep="   ", style="dim"
    )


def _today(by_deck: dict[str, Standing], schedule: Schedule, today: date) -> list[str]:
    """Return the lines on what there is to do."""
    from mlquiz.scheduling.forecast import next_due, streak

    due = sum(deck.due for deck in by_deck.values())
    unseen = sum(deck.new for deck in by_deck.values())
    fresh = max(0, min(unseen, schedule.settings.new_per_day - schedule.introduced(today)))
    days = streak(schedule, today)
    parts = [f"{due} due", f"{fresh} new today", f"{days} days in a row" if days > 1 else ""]
    lines = [" · ".join(part for part in parts if part)]
    if not due and not fresh and (then := next_due(schedule, today)):
        lines.append(f"Nothing is waiting. Next: {then:%A %d %B}; `mlquiz study --ahead` goes on.")
    return lines


def _chapter(title: str, deck: Standing, pen: Renderer) -> Text:
    """Return a row: the bar of what is known and begun, numbers, the title."""
    from rich.text import Text

    from mlquiz.terminal.bars import share_bar

    width = min(BAR, max(8, pen.look.width // 4))
    bar = share_bar([(deck.known, "bar"), (deck.learning, "bar")], deck.total, width, pen.look)
    share = f"{deck.known / deck.total:>5.0%} known"
    row = Text("  ").join(part for part in (bar, Text(share), pen.text(title)) if part)
    return row.append(f"  {deck.due} due" if deck.due else "", "hint")
