"""mlquiz journal: the history goes out, comes in, joins another, is verified or rebuilt."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mlquiz import paths
from mlquiz.cli.common import now_ms, settings
from mlquiz.scheduling.schedule import Schedule
from mlquiz.scheduling.settings import SchedulingSettings
from mlquiz.store import backups
from mlquiz.store.errors import DamagedJournal, EmptyJournal, ForeignFile, JournalError
from mlquiz.store.events import EventError, to_json
from mlquiz.store.exchange import read_lines, write_lines
from mlquiz.store.journal import Journal
from mlquiz.store.schema import has_backups
from mlquiz.terminal.exits import Exit, UserError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlquiz.store.events import Event

app = typer.Typer(
    help="Export, import, merge, verify or rebuild your history.",
    epilog="Backups lie beside the journal (`mlquiz doctor` says where). To go back to the newest, "
    "move journal.db away and start `mlquiz study`: it offers it.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
Source = Annotated[str, typer.Argument(metavar="FILE", help="A file, or - for standard input.")]
OtherJournal = Annotated[Path, typer.Argument(metavar="FILE", help="The journal.db of another machine.")]
Target = Annotated[str, typer.Argument(metavar="FILE", help="A file, or - for standard output.")]


@contextmanager
def opened(*, read_only: bool = False) -> Iterator[Schedule]:
    """Open the person's journal; what goes wrong becomes a `UserError` that says what to do."""
    values = SchedulingSettings.of(settings())
    path, folder = paths.journal_file(), paths.backups_dir()
    nothing_yet = read_only and not path.exists() and not has_backups(folder)
    try:
        with (
            Journal.unsaved()
            if nothing_yet
            else Journal.open(path, backups=folder, read_only=read_only) as journal
        ):
            yield Schedule(journal, values)
    except (DamagedJournal, ForeignFile, EmptyJournal) as error:
        raise UserError(str(error), "`mlquiz study` offers the newest backup.", Exit.WRONG) from error
    except JournalError as error:
        raise UserError(str(error), exit=Exit.WRONG) from error


@app.command("export")
def export(file: Target) -> None:
    """Write each thing you did as a line of JSON."""
    with opened(read_only=True) as schedule, _file_errors(file):
        if file == "-":
            for event in schedule.journal.events():
                sys.stdout.buffer.write(f"{to_json(event)}\n".encode())  # UTF-8, whatever the terminal speaks
            return
        with Path(file).open("x", encoding="utf-8", newline="\n") as stream:
            count = write_lines(schedule.journal.events(), stream)
    typer.echo(f"{file}: {_events(count)}")


@app.command("import")
def import_(file: Source) -> None:
    """Add what `mlquiz journal export` wrote; what you have already is left as it is."""
    with opened() as schedule, _file_errors(file):
        if file == "-":
            stream = TextIOWrapper(sys.stdin.buffer, encoding="utf-8-sig", newline="\n")
            _add(schedule, read_lines(stream, "standard input"))
            stream.detach()
            return
        with Path(file).open(encoding="utf-8-sig", newline="\n") as stream:
            _add(schedule, read_lines(stream, file))


@app.command("merge")
def merge(file: OtherJournal) -> None:
    """Join the journal of another machine with yours; its file stays as it is."""
    if not file.is_file():
        raise UserError(f"{file}: there is no such file")
    with opened() as schedule, _file_errors(str(file)), Journal.open(file, read_only=True) as other:
        _add(schedule, other.events())


@app.command("rebuild")
def rebuild() -> None:
    """Derive every card's state again from what you did."""
    with opened() as schedule:
        count = schedule.rebuild()
        typer.echo(f"{count} card(s) from {_events(schedule.journal.count())}")


@app.command("verify")
def verify() -> None:
    """Look through the file, the history and the states derived from it."""
    with opened(read_only=True) as schedule:
        complaints = schedule.verify(now_ms())
        for line in complaints:
            typer.echo(line)
        if complaints:
            raise typer.Exit(Exit.WRONG)
        typer.echo(f"{_events(schedule.journal.count())}: all is well")


def _add(schedule: Schedule, events: Iterator[Event]) -> None:
    """Merge, after a backup, and say how much was new."""
    backups.backup(paths.journal_file(), paths.backups_dir(), now_ms())
    count = schedule.merge(events)
    typer.echo(f"{_events(count)} added" if count else "nothing new")


def _events(count: int) -> str:
    return f"{count:,} event" + ("s" if count != 1 else "")


@contextmanager
def _file_errors(file: str) -> Iterator[None]:
    """Turn what goes wrong with ``file`` into a `UserError`."""
    try:
        yield
    except FileExistsError:
        raise UserError(f"{file}: is there already", "Name a new file; nothing is overwritten.") from None
    except UnicodeDecodeError as error:
        raise UserError(f"{file}: is not UTF-8 text (byte {error.start})") from error
    except EventError as error:
        raise UserError(str(error), "Nothing was added.") from error
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UserError(f"{file}: {error.strerror or error}") from error
