"""`mlquiz doctor`: versions, folders, what the terminal can do, and the state of the journal."""

from __future__ import annotations

import platform
import sys
from importlib import metadata
from typing import Any

import typer

import mlquiz
from mlquiz import paths
from mlquiz.cli.common import AsJson, now_ms, print_json, settings
from mlquiz.terminal.exits import Exit, UserError

PACKAGES = ("typer", "rich", "numpy", "sympy", "PyYAML", "fsrs", "prompt_toolkit", "platformdirs")


def command(as_json: AsJson = False) -> None:
    """Check versions, folders, terminal and journal; exit 1 when something is wrong."""
    troubles: list[str] = []
    report = {
        "versions": versions(),
        "folders": folders(),
        "terminal": terminal(),
        "settings": _settings(troubles),
        "decks": decks(troubles),
        "journal": journal(troubles),
        "troubles": troubles,
    }
    if as_json:
        print_json(report)
    else:
        _show(report)
    raise typer.Exit(Exit.WRONG if troubles else Exit.DONE)


def versions() -> dict[str, str]:
    """Return what runs here."""
    found = {"mlquiz": mlquiz.__version__, "python": platform.python_version(), "system": platform.platform()}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "missing"
    return found


def folders() -> dict[str, str]:
    """Return where things are kept."""
    return {
        "config": str(paths.config_file()),
        "journal": str(paths.journal_file()),
        "backups": str(paths.backups_dir()),
        "decks": str(paths.decks_dir()),
        "cache": str(paths.cache_dir()),
    }


def terminal() -> dict[str, object]:
    """Return what this terminal can show and send."""
    import os

    from mlquiz.terminal.console import appearance, is_terminal

    look = appearance()
    return {
        "input": "terminal" if is_terminal(sys.stdin) else "no terminal",
        "output": "terminal" if is_terminal(sys.stdout) else "no terminal",
        "TERM": os.environ.get("TERM", ""),
        "encoding": sys.stdout.encoding,
        "glyphs": look.glyphs,
        "colour": look.colour,
        "width": look.width,
        "plain": look.plain,
    }


def _settings(troubles: list[str]) -> str:
    try:
        settings()
    except UserError as error:
        troubles.append(error.message)
        return "wrong"
    return "read" if paths.config_file().exists() else "all defaults"


def decks(troubles: list[str]) -> dict[str, object]:
    """Return how many decks and cards there are, and what was left out."""
    from mlquiz.cards.library import load_library

    library = load_library([paths.decks_dir()], paths.cache_dir())
    troubles += [problem.render().partition("\n")[0] for problem in library.problems]
    return {"decks": len(library.decks), "cards": len(library.infos()), "problems": len(library.problems)}


def journal(troubles: list[str]) -> dict[str, Any]:
    """Return the state of the journal: its events, and what is wrong with it."""
    from mlquiz.scheduling.schedule import Schedule
    from mlquiz.scheduling.settings import SchedulingSettings
    from mlquiz.store.backups import newest
    from mlquiz.store.errors import JournalError
    from mlquiz.store.journal import Journal

    path = paths.journal_file()
    latest = newest(paths.backups_dir())
    found: dict[str, Any] = {"events": 0, "newest_backup": latest and latest.name}
    if not path.exists():
        if latest:
            troubles.append(f"{path}: is missing, although there is the backup {latest.name}")
        return found
    try:
        with Journal.open(path, read_only=True) as opened:
            schedule = Schedule(opened, SchedulingSettings())
            troubles += schedule.verify(now_ms())
            warning = schedule.clock_warning(now_ms())
            troubles += [warning] if warning else []
            return {**found, "events": opened.count()}
    except JournalError as error:
        troubles.append(str(error))
        return found


def _show(report: dict[str, Any]) -> None:
    from mlquiz.terminal.text import harmless

    for title, part in report.items():
        if title == "troubles":
            continue
        rows = part.items() if isinstance(part, dict) else [("", part)]
        typer.echo(title)
        for name, value in rows:
            typer.echo(harmless(f"  {name:<14} {value}"))
    typer.echo("troubles" if report["troubles"] else "no troubles")
    for trouble in report["troubles"]:
        typer.echo(harmless(f"  {trouble}"))
