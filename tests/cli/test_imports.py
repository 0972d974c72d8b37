"""What each command imports, and which way imports point."""

import ast
from pathlib import Path

import pytest

import mlquiz
from tests.cli.conftest import DECKS, Run

ROOT = Path(mlquiz.__file__).parent
LAYERS = ["cli", "study", "player", "terminal", "cards", "scheduling", "store", "grading", "typeset"]
ANYWHERE = {"mlquiz", "mlquiz.decks", "mlquiz.demos"}
HEAVY = {"typer", "rich.console", "yaml", "numpy", "sympy", "mpmath", "prompt_toolkit", "pydantic"}
PROBE = (
    "import sys\nfrom mlquiz.__main__ import run\ncode = run(sys.argv[1:])\n"
    "print('|'.join(sorted(set(sys.modules) & set({!r}))), code, file=sys.stderr)"
)
DECK = str(DECKS)


@pytest.mark.parametrize(
    ("arguments", "needed"),
    [
        (["--help"], {"typer"}),
        (["study", "--help"], {"typer"}),
        ([], {"typer", "rich.console"}),
        (["read", "9.1", "--deck-dir", DECK], {"typer", "rich.console"}),
        (["search", "gradient", "--deck-dir", DECK], {"typer", "rich.console"}),
        (["search", "gradient", "--json"], {"typer"}),
        (["stats"], {"typer", "rich.console"}),
        (["stats", "--json"], {"typer"}),
        (["config"], {"typer", "rich.console"}),
        (["doctor"], {"typer"}),
        (["study", "kinds", "--deck-dir", DECK], {"typer", "rich.console"}),
        (["quiz", "kinds", "--deck-dir", DECK], {"typer", "rich.console"}),
    ],
)
def test_a_cached_start_imports_no_more_than_it_needs(
    run: Run, arguments: list[str], needed: set[str]
) -> None:
    run("search", "gradient", "--deck-dir", DECK)  # compiles the decks
    done = run(*arguments, input="q\n", code=PROBE.format(sorted(HEAVY)))
    modules, _, _ = done.err.strip().splitlines()[-1].rpartition(" ")
    assert set(filter(None, modules.split("|"))) == needed


def imported(path: Path) -> set[str]:
    """Return the modules that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= (
                {f"{node.module}.{alias.name}" for alias in node.names}
                if node.module == "mlquiz"
                else {node.module}
            )
    return found


FILES = [path for layer in LAYERS for path in sorted((ROOT / layer).rglob("*.py"))]
GRADING = ["hints", "deciding", "meanings", "computing", "reading", "syntax"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_point_downwards(path: Path) -> None:
    layer = path.relative_to(ROOT).parts[0]
    below = LAYERS[LAYERS.index(layer) :]
    allowed = {f"mlquiz.{name}" for name in below}
    if layer in {"cli", "study"}:
        allowed |= {"mlquiz.settings", "mlquiz.paths"}
    ours = {name for name in imported(path) if name.split(".")[0] == "mlquiz"} - ANYWHERE
    wrong = {
        name for name in ours if ".".join(name.split(".")[:2]) not in allowed and name != "mlquiz.__version__"
    }
    assert not wrong


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.parent.name in GRADING], ids=lambda path: path.stem
)
def test_imports_in_the_grader_point_downwards(path: Path) -> None:
    below = GRADING[GRADING.index(path.parent.name) :]
    ours = {name for name in imported(path) if name.startswith("mlquiz.grading.")}
    assert {name.split(".")[2] for name in ours} <= {*below, "reader"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_files_are_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("layer", ["cards", "scheduling", "store", "grading", "typeset"])
def test_the_lower_half_prints_nothing_and_knows_no_terminal(layer: str) -> None:
    for path in (ROOT / layer).rglob("*.py"):
        calls = (node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
        assert "print" not in {call.id for call in calls if isinstance(call, ast.Name)}, path
        assert not {name.split(".")[0] for name in imported(path)} & {"rich", "typer", "prompt_toolkit"}, path
