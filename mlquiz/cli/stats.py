"""`mlquiz stats`: retention, forecast, the days of study, and where each section stands."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from mlquiz.cli.common import (
    AsJson,
    DeckDirs,
    now_ms,
    open_library,
    open_schedule,
    page,
    print_json,
    settings,
)

if TYPE_CHECKING:
    from datetime import date

    from rich.console import Console
    from rich.text import Text

    from mlquiz.cards.library import Library
    from mlquiz.scheduling.schedule import Schedule
    from mlquiz.terminal.markup import Renderer

FORECAST = 30  # days
SPANS = {"last 7 days": 7, "last 30 days": 30, "last year": 365}
WEEKS = 26  # of the heat map, at most
STAGES = ("total", "new", "learning", "known", "suspended", "due")
HEAT = "·░▒▓█"
ASCII_HEAT = ".-+*#"


def command(as_json: AsJson = False, deck_dir: DeckDirs = None) -> None:
    """See retention true and desired, what is due when, the days you studied, and each section."""
    values = settings()
    library = open_library(values, deck_dir)
    with open_schedule(values) as schedule:
        data = collected(library, schedule, schedule.today(now_ms()))
    if as_json:
        print_json(_plain_days(data))
    else:
        _show(data, page(values))


def collected(library: Library, schedule: Schedule, today: date) -> dict[str, Any]:
    """Return everything that is shown, as data."""
    from mlquiz.scheduling import forecast

    retention = {
        name: forecast.true_retention(schedule, today - timedelta(days=days - 1), today)
        for name, days in SPANS.items()
    }
    titles = {section.id: section.title for deck in library.decks.values() for section in deck.sections}
    sections = forecast.standing(library.infos(), schedule, today)
    return {
        "today": today,
        "desired_retention": schedule.settings.desired_retention,
        "true_retention": {
            name: {"passed": each.passed, "total": each.total, "rate": each.rate}
            for name, each in retention.items()
        },
        "streak": forecast.streak(schedule, today),
        "days": forecast.activity(schedule),
        "due": forecast.due_by_day(schedule, today, FORECAST),
        "leeches": [state.card for state in forecast.leeches(schedule)],
        "sections": {
            name: {"title": titles.get(name, ""), **{stage: getattr(each, stage) for stage in STAGES}}
            for name, each in sections.items()
        },
    }


def _plain_days(data: dict[str, Any]) -> dict[str, Any]:
    """Return the data with days as text, which JSON asks of keys."""
    days = {name: {str(day): count for day, count in data[name].items()} for name in ("days", "due")}
    return {**data, **days}


def _show(data: dict[str, Any], drawn_on: tuple[Console, Renderer]) -> None:
    from mlquiz.study.summary import plural

    console, pen = drawn_on
    answers = sum(data["days"].values())
    if not answers:
        console.print("Nothing was studied yet: `mlquiz study` begins.")
        return
    days = plural(len(data["days"]), "day")
    console.print(f"{plural(answers, 'answer')} on {days}, {data['streak']} in a row up to now")
    console.print("\nRetention", style="title")
    for name, each in data["true_retention"].items():
        if each["total"]:
            console.print(f"  {name:<13} {each['rate']:>4.0%}  of {each['total']} reviews")
    console.print(f"  {'desired':<13} {data['desired_retention']:>4.0%}")
    _show_forecast(data, console, pen)
    _show_heat_map(data, console, pen)
    _show_sections(data, console, pen)
    if data["leeches"]:
        console.print("\nForgotten again and again", style="title")
        console.print("  " + ", ".join(data["leeches"]))


def _show_forecast(data: dict[str, Any], console: Console, pen: Renderer) -> None:
    from mlquiz.terminal.bars import sparks

    due = list(data["due"].values())
    console.print(f"\nDue in the next {FORECAST} days", style="title")
    console.print(f"  today {due[0]}, tomorrow {due[1]}, within a week {sum(due[:7])}, in all {sum(due)}")
    if not pen.look.plain:
        console.print(f"  {sparks(due, pen.look)}", style="bar")


def _show_heat_map(data: dict[str, Any], console: Console, pen: Renderer) -> None:
    """Draw one column a week, one row a weekday, darker for more answers."""
    if pen.look.plain:
        return
    console.print("\nDays", style="title")
    weeks = min(WEEKS, max(4, (pen.look.width - 8) // 2))
    today: date = data["today"]
    monday = today - timedelta(days=today.weekday(), weeks=weeks - 1)
    for weekday in range(7):
        days = [monday + timedelta(days=weekday, weeks=week) for week in range(weeks)]
        console.print(
            _heat_row(days, today, data["days"], ASCII_HEAT if pen.look.glyphs == "ascii" else HEAT)
        )


def _heat_row(days: list[date], today: date, counts: dict[date, int], signs: str) -> Text:
    from rich.text import Text

    most = max(counts.values(), default=1)
    row = Text(f"  {days[0]:%a}  ", style="dim")
    for day in days:
        count = counts.get(day, 0)
        sign = " " if day > today else signs[-(-count * (len(signs) - 1) // most)]
        row.append(sign + " ", "bar" if count else "dim")
    return row


def _show_sections(data: dict[str, Any], console: Console, pen: Renderer) -> None:
    from rich.table import Table
    from rich.text import Text

    begun = {name: each for name, each in data["sections"].items() if each["learning"] or each["known"]}
    if not begun:
        return
    console.print("\nSections that you began", style="title")
    table = Table.grid(padding=(0, 2, 0, 0))
    for name, each in begun.items():
        numbers = f"{each['known']} known, {each['learning']} learning, {each['new']} new, {each['due']} due"
        table.add_row(Text(f"  {name}", "key"), pen.text(each["title"]), Text(numbers, "dim"))
    console.print(table)
