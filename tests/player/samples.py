"""A small demo, a keyboard that follows a script, and a screen that remembers what it shows."""

import io
import re
import sys
from collections.abc import Iterator
from typing import Annotated, Literal

import numpy as np
from rich.console import Console

from mlquiz.player import (
    Ask,
    Bars,
    Between,
    Check,
    Frame,
    Heat,
    Histogram,
    Line,
    Regions,
    Say,
    Scatter,
    Table,
)
from mlquiz.player.catalogue import Demo
from mlquiz.player.parameters import parameters_of
from mlquiz.terminal.console import Appearance
from mlquiz.terminal.keys import EndOfInput


def walk(
    n: Annotated[int, "steps", Between(2, 50)] = 6,
    drift: Annotated[float, "drift of a step", Between(-1.0, 1.0)] = 0.5,
    kind: Annotated[Literal["up", "down"], "direction"] = "up",
    noisy: bool = True,
    seed: int = 0,
) -> Iterator[Frame]:
    """A walk that drifts."""
    if drift < 0 and kind == "up":
        raise ValueError("a walk up needs a drift that isn't negative")
    rng = np.random.default_rng(seed)
    yield Say(r"A walk adds steps, $x_t = x_{t-1} + d$.")
    path = [0.0]
    for t in range(n):
        path.append(path[-1] + drift + (0.1 * rng.standard_normal() if noisy else 0.0))
        yield Line("walk", path, x_label="step")
        if t == n // 2:
            yield Ask("end", "Where does it end?", ("below 0", "above 0"), 1, "It drifts up.")
    yield Say("It has ended.")
    yield Table("ends", ("what", "where"), [("last", path[-1]), ("path", path)])
    yield Check("steps", len(path) - 1, n)


def demo_of(function, name="walk") -> Demo:
    """A demo that isn't in the tree."""
    return Demo(name, "tests", "Tests", "A walk.", sys.modules[__name__], function, parameters_of(function))


def gallery() -> dict[str, Frame]:
    """One frame or more of each kind, with data that never changes."""
    t = np.linspace(0, 10, 80)
    X = np.array([[0.0, 0.0], [0.5, 0.2], [0.2, 0.6], [3.0, 1.0], [3.4, 1.2], [1.0, 4.0], [1.3, 4.4]])
    labels = [0, 0, 0, 1, 1, 2, 2]
    grid = np.linspace(-1, 5, 30)
    Z = np.argmin(
        [np.add.outer((grid - b) ** 2, (grid - a) ** 2) for a, b in ([0, 0], [3, 1], [1, 4])], axis=0
    )
    curve = np.c_[np.linspace(-3, 3, 60), np.exp(-(np.linspace(-3, 3, 60) ** 2) / 2) / np.sqrt(2 * np.pi)]
    return {
        "line": Line("loss", [9.0, 4.0, 2.0, 1.0, 0.5], x_label="epoch"),
        "curves": Line("loss", {"train": np.exp(-t / 3), "test": 0.2 + np.exp(-t / 3)}, x=t, log_y=True),
        "points": Line("fit", 2 * t, x=t, points=np.c_[t[::8], 2 * t[::8] + 1]),
        "scatter": Scatter("points", X, labels=labels, marks=[[0, 0], [3, 1]], class_names=("a", "b", "c")),
        "cloud": Scatter("cloud", X, curves={"axis": [[0, 0], [3, 4]]}),
        "regions": Regions("regions", Z, (-1, 5, -1, 5), X=X, labels=labels),
        "heat": Heat("heat", np.sin(np.add.outer(np.arange(6) / 2, np.arange(20) / 3)), diverging=True),
        "matrix": Heat("attention", [[0.1, 0.9], [0.7, 0.3]], ["I", "you"], ["see", "hear"]),
        "policy": Heat("policy", [[0, 1], [np.nan, 2]], text=[["->", "<-"], ["", "go"]]),
        "bars": Bars("variance", {"first": 5.25, "second": 1.5, "third": -0.75}, unit="%"),
        "columns": Bars("terms", {str(i): float(i) for i in range(30)}),
        "histogram": Histogram("values", np.sin(np.arange(100)), bins=10),
        "density": Histogram("values", np.linspace(-2, 2, 101), bins=8, curves={"normal": curve}),
        "table": Table(
            "table", ("name", "value", "path"), [("w", 0.5, [1, 2, 3]), ("bias", 12.25, [3, 2, 1])]
        ),
        "say": Say("Assign each point to the **nearest** centroid, `argmin`."),
        "ask": Ask("bet", "Which one diverges?", ("0.1", "1.5"), 1, "It overshoots."),
        "check": Check("the gradient", 1.0, 1.0, 1e-6),
        "failed": Check("the bound", 2.0, 1.0, 0.5, "<="),
    }


class Script:
    """A keyboard: ``None`` lets the time of a frame pass, a word is a key; at the end input ends."""

    def __init__(self, *keys: str | None) -> None:
        self.keys = list(keys)
        self.timeouts: list[float | None] = []

    def read(self, timeout: float | None = None) -> str | None:
        self.timeouts.append(timeout)
        if not self.keys:
            raise EndOfInput
        if self.keys[0] == "^C":
            raise KeyboardInterrupt
        if self.keys[0] is None and timeout is None:
            raise EndOfInput  # time may pass for ever: nothing more happens
        return self.keys.pop(0)

    def drain(self) -> None:
        """Nothing was typed ahead."""


class Terminal(io.StringIO):
    """Remembers what each row of the second screen shows, as a terminal would."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: dict[int, str] = {}
        self.screens: list[str] = []
        self.writes: list[str] = []

    def write(self, text: str) -> int:
        self.writes.append(text)
        if "\x1b[2J" in text:
            self.rows.clear()
        found = re.split(r"\x1b\[(\d+);1H", text)[1:]
        for number, row in zip(found[::2], found[1::2], strict=True):
            self.rows[int(number)] = re.sub(r"\x1b\[[?0-9;]*[A-Za-z]", "", row)
        if found:
            self.screens.append("\n".join(self.rows[number] for number in sorted(self.rows)))
        return super().write(text)

    @property
    def screen(self) -> str:
        return self.screens[-1]


def terminal_console(
    width: int = 80, height: int = 24, colour: bool = False
) -> tuple[Console, Terminal, Appearance]:
    """A console on a remembered terminal."""
    file = Terminal()
    console = Console(
        file=file,
        width=width,
        height=height,
        force_terminal=True,
        color_system="truecolor" if colour else None,
        no_color=not colour,
        legacy_windows=False,
        highlight=False,
        _environ={},
    )
    from rich.theme import Theme

    from mlquiz.terminal.theme import styles

    console.push_theme(Theme(styles("dark")))
    return console, file, Appearance("plain", colour=colour, width=width, tty=True)
