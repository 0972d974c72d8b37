"""How long commands take to start, as ratios to bare Python and to the imports they can't do without.

Run with ``python benchmarks/startup.py [--runs 15]``. Every figure is the median of runs that are
interleaved, so that noise on the machine meets all of them alike.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

PYTHON = [sys.executable]
ENTRY = [str(Path(sys.executable).with_name("mlquiz"))]


def deck_of(n_cards: int) -> str:
    """Text of a deck with ``n_cards`` recall cards."""
    cards = "".join(
        f"  - id: 'c{i}'\n    ask: What is {i} + 1?\n    answer: '{i + 1}'\n" for i in range(n_cards)
    )
    return f"deck: bench\ncards:\n{cards}"


def answer_some(home: Path, n_reviews: int) -> None:
    """Fill the journal under ``home`` with ``n_reviews`` reviews of the deck `bench`."""
    from mlquiz.scheduling.days import study_day
    from mlquiz.store.events import Review, new_id, to_json

    start = int(time.time() * 1000) - 40 * 86_400_000
    step = 40 * 86_400_000 // n_reviews
    history = home / "history.jsonl"
    with history.open("w") as lines:
        for i in range(n_reviews):
            at = start + i * step
            day = study_day(at)
            answer = (3, "recalled", "", 4000, "", day, day + timedelta(days=2))
            lines.write(to_json(Review(new_id(at), f"bench/c{i % 1000}", at, *answer)) + "\n")
    subprocess.run(
        [*ENTRY, "journal", "import", str(history)],
        check=True,
        env={**os.environ, "MLQUIZ_HOME": str(home)},
        stdout=subprocess.DEVNULL,
    )


def seconds(command: list[str], env: dict[str, str], answers: str = "") -> float:
    """Wall time of one run of ``command``."""
    start = time.perf_counter()
    subprocess.run(
        command,
        env=env,
        input=answers,
        text=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return time.perf_counter() - start


def main() -> None:
    """Print one line a bar: the ratio, the bar and both medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "decks").mkdir()
        (home / "decks" / "bench.yaml").write_text(deck_of(1000))
        answer_some(home, 10_000)
        env = {**os.environ, "MLQUIZ_HOME": folder}
        commands = {
            "python -c pass": [*PYTHON, "-c", "pass"],
            "import typer": [*PYTHON, "-c", "import typer"],
            "import typer, rich.console": [*PYTHON, "-c", "import typer, rich.console"],
            "mlquiz --version": [*ENTRY, "--version"],
            "mlquiz --help": [*ENTRY, "--help"],
            "first card of 1,000": [*ENTRY, "study", "bench"],
        }
        for command in commands.values():  # fills the caches
            seconds(command, env)
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(runs):
            for name, command in commands.items():
                times[name].append(seconds(command, env))
    medians = {name: statistics.median(values) for name, values in times.items()}
    bars = [
        ("mlquiz --version", "python -c pass", 1.5),
        ("mlquiz --help", "import typer", 1.4),
        ("first card of 1,000", "import typer, rich.console", 1.5),
    ]
    for name, base, bar in bars:
        ratio = medians[name] / medians[base]
        ours, theirs = (round(1000 * medians[each]) for each in (name, base))
        print(f"{name:24} {ratio:5.2f} x {base:28} (bar {bar}; {ours} ms against {theirs} ms)")


if __name__ == "__main__":
    main()
