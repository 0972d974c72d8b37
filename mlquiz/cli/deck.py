"""`mlquiz deck`: list, check and start decks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mlquiz import paths
from mlquiz.cli.common import AsJson, DeckDirs, open_library, settings
from mlquiz.terminal.exits import Exit, UserError
from mlquiz.terminal.text import harmless

if TYPE_CHECKING:
    from mlquiz.cards.coverage import SectionCoverage
    from mlquiz.cards.library import Library
    from mlquiz.cards.problems import Problem
    from mlquiz.player.parameters import Parameter

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    help="List, check and start decks.",
)
command = app
PARTS = ("notes", "covered", "formulas", "errata", "demos")


@app.command()
def check(
    files: Annotated[list[Path] | None, typer.Argument(metavar="[FILE]...", show_default=False)] = None,
    audit: Annotated[
        bool, typer.Option("--audit", help="Judge the samples of formulas by sympy too.")
    ] = False,
    as_json: AsJson = False,
    deck_dir: DeckDirs = None,
) -> None:
    """Check decks; without FILE, all those that study would use.

    Exits with 0 when they are clean, and with 1 when something is wrong.
    """
    from mlquiz.cards.check import check_deck

    library = _library_with(files or [], deck_dir or [])
    left_out = [problem for problem in library.problems if problem.path not in library.paths]
    problems = left_out if not files else []
    asked = files or [Path(path) for path in library.paths]
    for path in asked:
        problems += check_deck(path, library, Demos(), audit=audit)
    _print_problems(problems, len(asked), as_json=as_json)
    if any(problem.severity == "error" for problem in problems):
        raise typer.Exit(Exit.WRONG)


def _library_with(files: list[Path], deck_dirs: list[Path]) -> Library:
    """Return the person's decks, and the named ones, so that they may refer to each other."""
    from mlquiz.cards.library import load_library

    for path in [*files, *deck_dirs]:
        if not path.exists():
            raise UserError(f"{path}: there is no such file", "`mlquiz deck list` shows where the decks are")
    folders = [paths.decks_dir(), *settings().deck_dirs, *deck_dirs, *files]
    return load_library(folders, paths.cache_dir())


class Demos(Mapping[str, "Mapping[str, Parameter]"]):
    """The parameters of each demo by name; a demo is imported when its parameters are asked for."""

    def __init__(self) -> None:
        from mlquiz.player.catalogue import demo_names

        self._names = demo_names()

    def __getitem__(self, name: str) -> Mapping[str, Parameter]:
        from mlquiz.player.catalogue import load_demo

        if name not in self._names:
            raise KeyError(name)
        return load_demo(name).parameters

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, name: object) -> bool:
        return name in self._names


def _print_problems(problems: list[Problem], decks: int, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps([problem.as_json() for problem in problems], ensure_ascii=False, indent=1))
        return
    for problem in problems:
        typer.echo(harmless(problem.render()))
    errors = sum(problem.severity == "error" for problem in problems)
    counted = [_count(errors, "error"), _count(len(problems) - errors, "warning")]
    found = ", ".join(words for words in counted if words) or "nothing is wrong"
    typer.echo(f"{_count(decks, 'deck') or 'no decks'}: {found}")


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}" if number else ""


@app.command("list")
def list_decks(as_json: AsJson = False, deck_dir: DeckDirs = None) -> None:
    """List the decks, where they are, and which hide others."""
    from mlquiz.cards.packages import deck_packages

    library = open_library(settings(), deck_dir)
    offered = {name: point.value for name, point in deck_packages().items()}
    rows = [_row(library, name) for name in library.compiled]
    if as_json:
        hidden = [{"name": deck.name, "path": deck.path, "by": deck.by} for deck in library.hidden]
        typer.echo(
            json.dumps({"decks": rows, "hidden": hidden, "packages": offered}, ensure_ascii=False, indent=1)
        )
        return
    for row in rows:
        typer.echo(harmless(f"{row['name']:24}{row['cards']:6} cards  {row['title']}\n{'':24}{row['path']}"))
    for deck in library.hidden:
        typer.echo(harmless(f"{deck.by} hides the deck {deck.name} of {deck.path}"))
    for name, value in offered.items():
        typer.echo(harmless(f"{name}: decks of the package {value}"))
    if library.problems:
        typer.echo(f"{_count(len(library.problems), 'problem')}: `mlquiz deck check` names them")


def _row(library: Library, name: str) -> dict[str, str | int]:
    deck = library.compiled[name]
    index = deck.index
    return {
        "name": name,
        "title": index["title"],
        "sections": len(index["heads"]),
        "cards": len(index["ids"]),
        "path": deck.path,
    }


@app.command()
def new(name: Annotated[str, typer.Argument(help="The deck's name, such as my-deck.")]) -> None:
    """Write a commented start of a deck into your own folder."""
    from mlquiz.cards.template import BadNameError, write_start

    try:
        path = write_start(name, paths.decks_dir())
    except BadNameError as error:
        raise UserError(str(error), error.hint) from error
    except FileExistsError as error:
        raise UserError(f"{error.filename} exists already", "choose another name, or edit it") from error
    except OSError as error:
        raise UserError(f"{error.filename}: {error.strerror}", exit=Exit.WRONG) from error
    typer.echo(f"{path}\nEdit it; `mlquiz deck check` says what is wrong, `mlquiz study {name}` asks it.")


@app.command()
def schema() -> None:
    """Print the JSON Schema of decks, by which an editor completes and checks them."""
    from mlquiz.cards.schema import schema_text

    typer.echo(schema_text(), nl=False)


@app.command()
def coverage(
    plan: Annotated[Path, typer.Option("--plan", metavar="DIR", help="The folder of the plan.")],
    deck: Annotated[
        list[str] | None, typer.Option("--deck", help="Only this deck; may be repeated.", show_default=False)
    ] = None,
    as_json: AsJson = False,
    deck_dir: DeckDirs = None,
) -> None:
    """Compare the decks with a plan of contents: notes, cards, formulas, errata, demos of each section.

    Every demo of the plan is run. Exits with 0 when all is there, and with 1 when something is missing.
    """
    from mlquiz.cards.check_formulas import Grading
    from mlquiz.cards.coverage import PlanError
    from mlquiz.cards.coverage import coverage as compare

    try:
        found = list(compare(plan, open_library(settings(), deck_dir), Grading(), _demo_holds, deck or ()))
    except PlanError as error:
        raise UserError(str(error)) from error
    _print_coverage(found, as_json=as_json)
    if not all(section.complete for section in found):
        raise typer.Exit(Exit.WRONG)


@cache
def _demo_holds(name: str) -> bool:
    """Whether a demo runs with its defaults and yields a check, and all of its checks hold."""
    from mlquiz.player.catalogue import load_demo
    from mlquiz.player.frames import Check

    try:
        checks = [frame for frame in load_demo(name).function() if isinstance(frame, Check)]
    except Exception:  # noqa: BLE001 - whatever is wrong with a demo, it doesn't run
        return False
    return bool(checks) and all(check.holds for check in checks)


def _print_coverage(found: list[SectionCoverage], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps([section.as_json() for section in found], ensure_ascii=False, indent=1))
        return
    for section in found:
        parts = [f"{name} {getattr(section, name).done}/{getattr(section, name).planned}" for name in PARTS]
        kinds = ", ".join(f"{count} {kind}" for kind, count in section.cards.items()) or "no cards"
        typer.echo(harmless(f"{section.deck} {section.id}: {', '.join(parts)}; {kinds}"))
        for name in PARTS:
            if getattr(section, name).missing:
                typer.echo(harmless(f"    {name} missing: {', '.join(getattr(section, name).missing)}"))
    complete = sum(section.complete for section in found)
    typer.echo(f"{complete:,} of {_count(len(found), 'section')} complete")


if __name__ == "__main__":
    app()
