"""Play a demo: live, plain, or as JSON lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mlquiz.player.film import frames_of
from mlquiz.player.frames import Ask, Check
from mlquiz.player.parameters import values_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console

    from mlquiz.player.catalogue import Demo
    from mlquiz.player.parameters import Value
    from mlquiz.terminal.console import Appearance
    from mlquiz.terminal.keys import Keyboard

Mode = Literal["live", "plain", "json"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a showing ended.

    Attributes
    ----------
    checks_failed
        The checks that don't hold, among those that were seen.
    left
        Whether the person left before the end.
    checks
        All checks that were seen.
    bets
        Whether each bet was right.
    """

    checks_failed: int = 0
    left: bool = False
    checks: int = 0
    bets: tuple[bool, ...] = ()


def play(
    demo: Demo,
    params: Mapping[str, object] | None = None,
    *,
    mode: Mode,
    console: Console | None = None,
    look: Appearance | None = None,
    keyboard: Keyboard | None = None,
    speed: float = 1.0,
    seed: int | None = None,
) -> Outcome:
    """Play ``demo`` with ``params``; what isn't given has its default.

    Without a keyboard, "live" is "plain". ``seed`` is left out for a demo that draws nothing. The console is
    made where none is given.

    Raises
    ------
    UserError
        For a wrong parameter, parameters that don't go together, or a demo that fails.
    """
    given = dict(params or {})
    if seed is not None and "seed" in demo.parameters:
        given["seed"] = seed
    values = values_of(demo.parameters, given)
    if mode == "json":
        return _play_json(demo, values, console)
    from mlquiz.terminal.console import appearance, make_console

    console = console or make_console(look=look)
    look = look or appearance(console.file, width=console.width)
    if mode == "live" and keyboard is not None and not look.plain:
        return _play_live(demo, values, console, look, keyboard, speed)
    from mlquiz.player.plain import play_plain

    return _outcome(play_plain(frames_of(demo, values), console, look))


def _play_json(demo: Demo, values: dict[str, Value], console: Console | None) -> Outcome:
    import sys

    from mlquiz.player.lines import write_lines

    return _outcome(write_lines(frames_of(demo, values), console.file if console else sys.stdout))


def _play_live(
    demo: Demo, values: dict[str, Value], console: Console, look: Appearance, keyboard: Keyboard, speed: float
) -> Outcome:
    from mlquiz.player.live import LivePlayer
    from mlquiz.player.palette import ink_of
    from mlquiz.player.plots import check_rows

    run = LivePlayer(demo, values, console, look, keyboard, speed).play()
    checks = [frame for frame in run.film.frames if isinstance(frame, Check)]
    for check in checks:
        for row in check_rows(check, look.measure, ink_of(console, look)):
            console.print(row, end="\n")
    asked = {at: frame for at, frame in enumerate(run.film.frames) if isinstance(frame, Ask)}
    bets = tuple(asked[at].answer == choice for at, choice in run.bets.items())
    if bets:
        console.print(f"{sum(bets)} of {len(bets)} bets right")
    return _outcome(checks, left=not run.film.complete, bets=bets)


def _outcome(checks: Sequence[Check], *, left: bool = False, bets: tuple[bool, ...] = ()) -> Outcome:
    return Outcome(sum(not check.holds for check in checks), left, len(checks), bets)
