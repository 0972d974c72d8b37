"""The command line: names and one-line helps as data; a command's module is imported when it runs."""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from mlquiz.terminal.exits import Exit, UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS: dict[str, tuple[str, str]] = {
    "study": ("mlquiz.cli.study", "Study what is due, and some new cards."),
    "quiz": ("mlquiz.cli.quiz", "Play a scored round; the schedule stays as it is."),
    "demo": ("mlquiz.cli.demo", "Watch an algorithm at work; without a name, list the demos."),
    "read": ("mlquiz.cli.read", "Read a section: its notes, formulas and errata."),
    "search": ("mlquiz.cli.search", "Find cards and notes by words."),
    "stats": ("mlquiz.cli.stats", "See retention, forecast and the days you studied."),
    "deck": ("mlquiz.cli.deck", "List, check and start decks."),
    "grade": ("mlquiz.cli.grade", "Judge a formula against a reference."),
    "journal": ("mlquiz.cli.journal", "Export, import, merge, verify or rebuild your history."),
    "suspend": ("mlquiz.cli.suspend", "Stop asking some cards."),
    "unsuspend": ("mlquiz.cli.suspend", "Ask suspended cards again."),
    "config": ("mlquiz.cli.config", "Show each setting and where it comes from."),
    "doctor": ("mlquiz.cli.doctor", "Check versions, folders, terminal and journal."),
}


class OutputClosedError(Exception):
    """Whoever read our output has had enough."""


class LazyGroup(TyperGroup):
    """Commands that are imported when they run; help and completion of names need none of them."""

    names_only = False

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - typer's signature
        """Return the names in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        """Import and build one command; None for an unknown name."""
        if cmd_name not in COMMANDS:
            return None
        module, help_line = COMMANDS[cmd_name]
        if self.names_only:
            return TyperCommand(cmd_name, help=help_line, rich_markup_mode=None)
        command: Any = typer.main.get_command(_typer_app(import_module(module), cmd_name, help_line))
        command.name = cmd_name
        return command

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command named first; a wrong name gets the nearest right one."""
        if args[0] not in COMMANDS and not args[0].startswith("-") and not ctx.resilient_parsing:
            raise UserError(f"there is no command “{args[0]}”", _nearest_command(args[0]))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_line) for name, (_, help_line) in COMMANDS.items()])

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        """Complete the names of commands without importing them."""
        self.names_only = True
        try:
            return super().shell_complete(ctx, incomplete)
        finally:
            self.names_only = False

    def invoke(self, ctx: Any) -> Any:
        """Run the command; a closed pipe is told apart before typer makes an error of it."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise OutputClosedError from error


def _nearest_command(name: str) -> str:
    close = get_close_matches(name.lower(), COMMANDS, 1, 0.5)
    return f"Did you mean `mlquiz {close[0]}`?" if close else "`mlquiz --help` lists the commands."


def _typer_app(module: Any, name: str, help_line: str) -> typer.Typer:
    """Return the module's ``app``, or an app of its function ``<name>``, else ``command``."""
    found = next(getattr(module, each) for each in ("app", name, "command") if hasattr(module, each))
    if isinstance(found, typer.Typer):
        return found
    single = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    single.command(name, help=None if found.__doc__ else help_line)(found)
    return single


def _version(asked: bool) -> None:
    if asked:
        from mlquiz import __version__

        typer.echo(f"mlquiz {__version__}")
        raise typer.Exit


app = typer.Typer(
    name="mlquiz",
    cls=LazyGroup,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def home(
    context: typer.Context,
    version: Annotated[  # noqa: ARG001 - answered by its callback
        bool, typer.Option("--version", "-V", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Machine learning for interviews: flashcards, quizzes and demos in the terminal.

    Without a command, show where you stand. `mlquiz study` starts.
    """
    if context.invoked_subcommand is None:
        from mlquiz.cli.home import command

        command()


def command(arguments: Sequence[str]) -> int:
    """Run the command line ``arguments``; return the exit code.

    Raises
    ------
    UserError, BrokenPipeError, Exception
        Whatever the command raised; `mlquiz.__main__` turns it into a line.
    """
    root: Any = typer.main.get_command(app)
    try:
        root.main(args=list(arguments), prog_name="mlquiz")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else Exit.DONE
    except OutputClosedError as closed:
        raise BrokenPipeError from closed
    return Exit.DONE
