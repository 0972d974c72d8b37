"""Commands, run in a process of their own with a home of their own."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

LIMIT = 60  # s; only a hang takes so long
DECKS = Path(__file__).parent.parent / "study" / "decks"


@dataclass
class Ran:
    """What came of a command."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def environ(home: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "SYSTEMROOT") if name in os.environ}
    return {**kept, "MLQUIZ_HOME": str(home), "PYTHONUTF8": "1", "COLUMNS": "80"}


@pytest.fixture
def run(environ: dict[str, str], tmp_path: Path) -> Run:
    """Return a function that runs `mlquiz` with arguments, input and more environment."""

    def call(*arguments: str, input: str | bytes = "", code: str = "", **more: str) -> Ran:  # noqa: A002
        python = [sys.executable, "-c", code] if code else [sys.executable, "-m", "mlquiz"]
        done = subprocess.run(
            [*python, *arguments],
            input=input.encode() if isinstance(input, str) else input,
            capture_output=True,
            env={**environ, **more},
            cwd=tmp_path,
            timeout=LIMIT,
            check=False,
        )
        return Ran(
            done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
        )

    return call
