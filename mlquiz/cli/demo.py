"""`mlquiz demo`: list the demos, play one, draw one, or show its code."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the signature
from typing import TYPE_CHECKING, Annotated

import typer

from mlquiz.cli.completion import complete_demo
from mlquiz.terminal.exits import Exit, UserError

if TYPE_CHECKING:
    from rich.console import Console

    from mlquiz.player.catalogue import Demo
    from mlquiz.player.parameters import Value
    from mlquiz.settings import Settings

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
RAW = {"ignore_unknown_options": True, "help_option_names": []}
SPEEDS = (0.1, 100.0)


@app.command(context_settings=RAW)
def command(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME] [--PARAMETER VALUE]...", show_default=False, autocompletion=complete_demo
        ),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Where the random numbers start.", show_default=False)
    ] = None,
    speed: Annotated[float, typer.Option(help="How many times the usual speed, 0.1 to 100.")] = 1.0,
    live: Annotated[
        bool, typer.Option("--live/--no-live", help="Play on the whole screen, or print the result.")
    ] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print every frame as a line of JSON.")] = False,
    save: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Draw it: FILE.svg, .html, .png or .gif.", show_default=False),
    ] = None,
    source: Annotated[bool, typer.Option("--source", help="Show the demo's code with line numbers.")] = False,
    wants_help: Annotated[
        bool, typer.Option("--help", "-h", help="Show this, or the parameters of NAME.")
    ] = False,
) -> None:
    """Watch an algorithm at work; without a name, list the demos.

    `mlquiz demo NAME --help` shows what can be set for one: `mlquiz demo kmeans --k 5`.
    """
    if not words:
        typer.echo(context.get_help()) if wants_help else _list(as_json=as_json)
        return
    demo, options = _demo_and_options(words)
    if wants_help:
        _show_parameters(demo)
    elif source:
        _show_source(demo)
    elif save is not None:
        _save(demo, _values(demo, options, seed), save)
    else:
        _play(demo, _values(demo, options, seed), _speed(speed), live=live, as_json=as_json)


def _demo_and_options(words: list[str]) -> tuple[Demo, list[str]]:
    from mlquiz.player.catalogue import load_demo

    name, *options = words
    if name.startswith("-"):
        raise UserError(
            f"{name} stands where a name is expected", "write `mlquiz demo NAME --PARAMETER VALUE`"
        )
    return load_demo(name), options


def _values(demo: Demo, options: list[str], seed: int | None) -> dict[str, Value]:
    from mlquiz.player.parameters import parse_options, values_of

    given: dict[str, object] = dict(parse_options(demo.parameters, options))
    if seed is not None:
        if "seed" not in demo.parameters:
            raise UserError(f"demo {demo.name} draws nothing at random, so it takes no --seed")
        given["seed"] = seed
    return values_of(demo.parameters, given)


def _speed(speed: float) -> float:
    if not SPEEDS[0] <= speed <= SPEEDS[1]:
        nearest = f"{SPEEDS[0] if speed < 1 else SPEEDS[1]:g}"
        raise UserError(
            f"--speed is {speed:g}, expected {SPEEDS[0]:g} to {SPEEDS[1]:g}", f"the nearest is {nearest}"
        )
    return speed


def _list(*, as_json: bool) -> None:
    from dataclasses import asdict

    from mlquiz.player.catalogue import entries

    found = entries(lambda problem: typer.echo(f"mlquiz: {problem}", err=True))
    if as_json:
        import json

        typer.echo(json.dumps([asdict(entry) for entry in found], ensure_ascii=False, indent=2))
        return
    from mlquiz.terminal.console import make_console

    console = make_console()
    wide = max((len(entry.name) for entry in found), default=0)
    chapter = ""
    for entry in found:
        if entry.chapter != chapter:
            console.print(f"{'' if not chapter else chr(10)}{entry.chapter}", style="title")
            chapter = entry.chapter
        _print_beside(console, entry.name, wide, entry.summary)


def _print_beside(console: Console, left: str, wide: int, right: str) -> None:
    """Print ``right`` beside ``left``, or under it on a narrow screen, all its lines aligned."""
    from rich.text import Text

    from mlquiz.player.plots import wrapped

    narrow = console.width < wide + 40
    indent = 6 if narrow else wide + 4
    rows = wrapped(Text(right), console.width - indent)
    if narrow:
        console.print(Text(f"  {left}", style="key"))
    else:
        console.print(Text.assemble("  ", (f"{left:<{wide}}  ", "key"), rows.pop(0)))
    for row in rows:
        console.print(Text.assemble(" " * indent, row))


def _show_parameters(demo: Demo) -> None:
    from mlquiz.player.parameters import shown
    from mlquiz.terminal.console import make_console

    console = make_console()
    console.print(f"mlquiz demo {demo.name} [--PARAMETER VALUE]...", style="title", soft_wrap=True)
    console.print(f"\n{demo.summary}\n")
    if demo.function.__doc__:
        console.print(" ".join(demo.function.__doc__.split()) + "\n")
    wide = max((len(each.option) for each in demo.parameters.values()), default=0)
    for each in demo.parameters.values():
        about = f"{each.help}: " if each.help else ""
        _print_beside(console, each.option, wide, f"{about}{each.allowed} (default {shown(each.default)})")
    console.print("\n`mlquiz demo --help` shows the player's own options.", style="dim")


def _show_source(demo: Demo) -> None:
    import inspect

    from mlquiz.terminal.console import appearance, make_console

    code = inspect.getsource(demo.module)
    look = appearance()
    if not look.colour:
        lines = code.splitlines()
        typer.echo(
            "\n".join(f"{number:>{len(str(len(lines)))}}  {line}" for number, line in enumerate(lines, 1))
        )
        return
    import os

    from rich.syntax import Syntax

    from mlquiz.terminal.theme import guess_background

    theme = f"ansi_{guess_background(os.environ)}"
    make_console(look=look).print(
        Syntax(code, "python", theme=theme, line_numbers=True, background_color="default", word_wrap=True)
    )


def _save(demo: Demo, values: dict[str, Value], path: Path) -> None:
    from mlquiz.player.film import frames_of
    from mlquiz.player.save import save_film

    failed = save_film(demo, frames_of(demo, values), path, _show_progress)
    typer.echo(f"{path} drawn")
    _leave_if_failed(failed)


def _show_progress(done: int, count: int) -> None:
    import sys

    if sys.stderr.isatty():
        typer.echo(f"\rdrawing {done} of {count}", nl=done == count, err=True)


def _play(demo: Demo, values: dict[str, Value], speed: float, *, live: bool, as_json: bool) -> None:
    from mlquiz.player.play import play

    if as_json:
        _leave_if_failed(play(demo, values, mode="json").checks_failed)
        return
    import sys

    from mlquiz.terminal.console import appearance, is_terminal, make_console

    settings = _settings()
    look = appearance(glyphs=settings.glyphs)
    background = None if settings.background == "auto" else settings.background
    console = make_console(look=look, background=background)
    if not (live and look.tty and is_terminal(sys.stdin)):
        _leave_if_failed(play(demo, values, mode="plain", console=console, look=look).checks_failed)
        return
    from mlquiz.terminal.keys import keyboard

    with keyboard() as keys:
        outcome = play(demo, values, mode="live", console=console, look=look, keyboard=keys, speed=speed)
    _leave_if_failed(outcome.checks_failed)


def _settings() -> Settings:
    from mlquiz.paths import config_file
    from mlquiz.settings import load_settings

    return load_settings(config_file())


def _leave_if_failed(checks_failed: int) -> None:
    if checks_failed:
        raise typer.Exit(int(Exit.WRONG))
