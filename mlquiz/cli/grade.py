"""``mlquiz grade``: is a formula right? One answer, or a batch of lines of JSON."""

from __future__ import annotations

import contextlib
import json
import sys
import time
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

RIGHT, WRONG, USAGE = 0, 1, 2
EPILOG = "Exit codes: 0 right, 1 wrong, 2 used wrongly, or the answer could not be read or decided."
LONGEST_LINE = 1_000_000

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(
    name="grade",
    epilog=EPILOG,
    context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]},
)
def command(
    answer: Annotated[
        str | None, typer.Argument(help="The formula to be graded. It may begin with '-'.")
    ] = None,
    reference: Annotated[str | None, typer.Option("--reference", help="The formula that is right.")] = None,
    symbols: Annotated[str, typer.Option("--symbols", help="What each name is: 'x: real; n: natural'.")] = "",
    where: Annotated[
        list[str] | None, typer.Option("--where", help="A condition on the symbols. Repeatable.")
    ] = None,
    forbid: Annotated[
        list[str] | None, typer.Option("--forbid", help="What the answer may not contain. Repeatable.")
    ] = None,
    boundary: Annotated[
        str, typer.Option("--boundary", help="'any' where values on a boundary don't matter.")
    ] = "exact",
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON.")] = False,
    batch: Annotated[
        str | None, typer.Option("--batch", help="Grade each line of this file ('-': standard input).")
    ] = None,
) -> None:
    """Grade a typed formula against a reference."""
    if batch is not None:
        raise typer.Exit(_grade_batch(batch))
    if answer is None or reference is None:
        typer.echo("Give an ANSWER and --reference, or --batch FILE. Try: mlquiz grade --help", err=True)
        raise typer.Exit(USAGE)
    case: dict[str, Any] = {
        "answer": answer,
        "reference": reference,
        "symbols": None,
        "where": where,
        "forbid": forbid,
        "boundary": boundary,
    }
    try:
        case["symbols"] = read_symbols(symbols)
        result = grade_case(case)
    except ValueError as error:
        typer.echo(f"{error}", err=True)
        raise typer.Exit(USAGE) from None
    typer.echo(json.dumps(result, ensure_ascii=False) if as_json else _for_people(result))
    raise typer.Exit({"right": RIGHT, "wrong": WRONG, "restated": WRONG}.get(str(result["outcome"]), USAGE))


def read_symbols(text: str) -> dict[str, str]:
    """Read ``x: real; n: natural``; a semicolon inside brackets doesn't divide.

    Raises
    ------
    ValueError
        If a part has no colon.
    """
    from mlquiz.grading.syntax.kinds import split_outside

    symbols = {}
    for part in split_outside(text, ";"):
        name, colon, kind = part.partition(":")
        if not colon:
            raise ValueError(
                f"--symbols: {part!r} has no kind. Write 'name: kind', such as 'x: real; n: natural'."
            )
        symbols[name.strip()] = kind.strip()
    return symbols


def grade_case(case: dict[str, Any]) -> dict[str, object]:
    """Grade one case, as a line of a batch has it.

    Raises
    ------
    ValueError
        If a field has the wrong form, or the reference cannot be read.
    """
    from mlquiz.grading import Formula, grade

    formula = Formula(
        _text(case, "reference"),
        symbols=_mapping(case, "symbols"),
        where=_texts(case, "where"),
        forbid=_texts(case, "forbid"),
        boundary=_text(case, "boundary", "exact"),
    )
    answer = _text(case, "answer", "")
    start = time.perf_counter()
    try:
        formula.check()
    except ValueError as error:
        raise ValueError(f"The reference can't be read: {error}") from error
    verdict = grade(answer, formula)
    spent = round((time.perf_counter() - start) * 1000, 2)
    fields = ("outcome", "reading", "message", "hint", "how")
    return {
        "id": case.get("id"),
        **{field: getattr(verdict, field) for field in fields},
        "column": verdict.column,
        "ms": spent,
    }


def _text(case: dict[str, Any], field: str, default: str | None = None) -> str:
    value = case.get(field)
    if value is None:
        if default is None:
            raise ValueError(f"{field!r} is missing.")
        return default
    if not isinstance(value, str):
        raise ValueError(  # noqa: TRY004 (a line of a batch is wrong, not the program)
            f"{field!r} must be a text, not {type(value).__name__}."
        )
    return value


def _texts(case: dict[str, Any], field: str) -> tuple[str, ...]:
    value = case.get(field) or ()
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"{field!r} must be a list of texts.")
    return tuple(value)


def _mapping(case: dict[str, Any], field: str) -> dict[str, str]:
    value = case.get(field) or {}
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        raise ValueError(f"{field!r} must be an object of names and kinds.")
    return value


def _for_people(result: dict[str, object]) -> str:
    lines = [str(result["outcome"])]
    for field, label in (("reading", "read as"), ("message", "because"), ("hint", "hint")):
        if result[field]:
            place = f" (column {result['column']})" if field == "message" and result["column"] else ""
            lines.append(f"  {label}: {_harmless(str(result[field]))}{place}")
    return "\n".join(lines)


def _harmless(text: str) -> str:
    return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in text)


# --- batches --------------------------------------------------------------------------------------


def _grade_batch(path: str) -> int:
    try:
        with _opened(path) as lines:
            for line in lines:
                if line.strip():
                    sys.stdout.write(json.dumps(_grade_line(line), ensure_ascii=False) + "\n")
                    sys.stdout.flush()
    except OSError as error:
        typer.echo(f"{path}: {error.strerror or error}", err=True)
        return USAGE
    return RIGHT


@contextlib.contextmanager
def _opened(path: str) -> Iterator[Iterable[str]]:
    if path == "-":
        yield _lines(sys.stdin)
        return
    with open(path, encoding="utf-8", errors="replace") as file:  # noqa: PTH123 (a path as the shell has it)
        yield _lines(file)


def _lines(file: IO[str]) -> Iterator[str]:
    """Yield lines, those longer than any case cut off."""
    while line := file.readline(LONGEST_LINE * 4):
        yield line


def _grade_line(line: str) -> dict[str, object]:
    """Grade one line; a broken one gives a line with its error."""
    start = time.perf_counter()
    number: object = None
    try:
        case = json.loads(line)
        if not isinstance(case, dict):
            raise ValueError('a line is an object: {"id", "answer", "reference", "symbols", ...}')  # noqa: TRY004
        number = case.get("id")
        return grade_case(case)
    except (ValueError, RecursionError) as error:
        spent = round((time.perf_counter() - start) * 1000, 2)
        empty = dict.fromkeys(("reading", "message", "hint", "how", "column"))
        return {
            "id": number,
            "outcome": "error",
            **empty,
            "error": str(error) or type(error).__name__,
            "ms": spent,
        }


if __name__ == "__main__":
    app()
