"""The pages under `docs/` say what the program says; `--renew-golden` writes them anew."""

import subprocess
import sys
from pathlib import Path

import pytest

from mlquiz.cli.app import COMMANDS

DOCS = Path(__file__).parents[1] / "docs"
SUBCOMMANDS = {
    "deck": ("check", "coverage", "list", "new", "schema"),
    "journal": ("export", "import", "merge", "rebuild", "verify"),
}


def said(*arguments: str) -> str:
    """What `mlquiz` prints for these arguments, 80 columns wide."""
    done = subprocess.run(
        [sys.executable, "-m", "mlquiz", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        env={"PATH": "", "COLUMNS": "80", "LC_ALL": "C.UTF-8", "NO_COLOR": "1"},
        cwd=DOCS.parent,
    )
    return "\n".join(line.rstrip() for line in done.stdout.strip().splitlines())


def commands_page() -> str:
    calls: list[tuple[str, ...]] = [()]
    for name in COMMANDS:
        calls += [(name,), *((name, sub) for sub in SUBCOMMANDS.get(name, ()))]
    parts = [f"## {' '.join(('mlquiz', *call))}\n\n```text\n{said(*call, '--help')}\n```" for call in calls]
    return "# Commands\n\n" + "\n\n".join(parts) + "\n"


def demos_page() -> str:
    return f"# Demos\n\n```text\n{said('demo')}\n```\n"


@pytest.mark.parametrize(("name", "page"), [("commands.md", commands_page), ("demos.md", demos_page)])
def test_the_page_is_up_to_date(name, page, renew_golden):
    text = page()
    if renew_golden:
        (DOCS / name).write_text(text)
    assert (DOCS / name).read_text() == text
