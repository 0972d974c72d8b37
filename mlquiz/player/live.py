"""A demo played on the whole screen, at a pace, with keys."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from mlquiz.player.editor import ParameterEditor
from mlquiz.player.film import Film, frames_of, scene_of
from mlquiz.player.frames import Ask
from mlquiz.player.palette import ink_of
from mlquiz.player.parameters import Value, values_of
from mlquiz.player.playback import Playback, Run, holding_time
from mlquiz.player.plots import answer_to
from mlquiz.player.screen import Screen
from mlquiz.player.view import screen_rows
from mlquiz.terminal.exits import UserError
from mlquiz.terminal.keys import EndOfInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    from mlquiz.player.catalogue import Demo
    from mlquiz.terminal.console import Appearance
    from mlquiz.terminal.keys import Keyboard

SLOWEST, FASTEST = 0.1, 100.0  # times the usual speed


class LivePlayer:
    """Plays ``demo`` on ``console`` until the person leaves.

    ``keyboard.read(timeout)`` paces it: when the time passes without a key, the next frame comes.
    """

    def __init__(
        self,
        demo: Demo,
        values: Mapping[str, Value],
        console: Console,
        look: Appearance,
        keyboard: Keyboard,
        speed: float = 1.0,
    ) -> None:
        self._demo = demo
        self._screen = Screen(console)
        self._ink = ink_of(console, look)
        self._keyboard = keyboard
        self._now = Playback(self._started(dict(values)), speed)

    def play(self) -> Run:
        """Play until the person leaves; return the last showing.

        Raises
        ------
        UserError
            When the parameters don't go together, or the demo fails.
        """
        with self._screen:
            spent = 0.0
            while True:
                self._screen.paint(screen_rows(self._demo.name, self._now, self._screen.size, self._ink))
                try:
                    key = self._keyboard.read(self._patience(spent))
                except EndOfInput:
                    return self._now.run
                began = time.perf_counter()
                if not self._take(key):
                    return self._now.run
                spent = time.perf_counter() - began

    def _started(self, values: dict[str, Value]) -> Run:
        """Return a new showing with its first frame: wrong parameters are told before anything is shown."""
        run = Run(values, Film(frames_of(self._demo, values)))
        run.film.forward()
        return run

    def _patience(self, spent: float) -> float | None:
        """Return how long to wait for a key, less what the frame took; None when only a key goes on."""
        film = self._now.run.film
        if self._now.waiting:
            return None
        held = holding_time(film.frames[: film.shown], self._outcome_to_read())
        return max(0.0, held / self._now.speed - spent)

    def _outcome_to_read(self) -> str:
        """Return the outcome of a bet that the newest frame is the first to show, else ""."""
        run = self._now.run
        scene = scene_of(run.film, run.bets)
        asked = run.film.frames[scene.told] if scene.telling and scene.told is not None else None
        return answer_to(asked) if isinstance(asked, Ask) else ""

    def _take(self, key: str | None) -> bool:
        """Do what ``key`` says, or show the next frame when there was none; False to leave."""
        now = self._now
        if key == "resize":
            self._screen.repaint()
        elif now.editor:
            self._edit(now.editor, key or "")
        elif now.helping:
            now.helping = False
        elif key in {"q", "escape"}:
            return False
        else:
            now.notice = ""
            self._steer(key)
        return True

    def _steer(self, key: str | None) -> None:
        now = self._now
        if key in {None, "enter"}:
            self._go_on()
        elif key in {"right", "down"}:
            now.paused = True
            self._go_on()
        elif key in {"left", "up"}:
            now.paused = True
            now.run.film.back()
        elif key == "space":
            self._pass_question() if now.asking else self._turn_pause()
        elif key in {"+", "=", "-"}:
            now.speed = min(max(now.speed * (0.5 if key == "-" else 2.0), SLOWEST), FASTEST)
        elif key and key.isdecimal():
            self._bet(int(key) - 1)
        else:
            self._leave_film(key or "")

    def _leave_film(self, key: str) -> None:
        now = self._now
        if key == "r":
            self._rerun()
        elif key == "p" and self._demo.parameters:
            now.editor = ParameterEditor(self._demo.parameters, now.run.values)
        elif key in {"?", "h"}:
            now.helping = True

    def _go_on(self) -> None:
        self._pass_question()
        self._now.run.film.forward()

    def _turn_pause(self) -> None:
        self._now.paused = not self._now.paused and not self._now.run.film.ended

    def _pass_question(self) -> None:
        film = self._now.run.film
        if isinstance(film.last, Ask):
            self._now.run.passed.add(film.shown - 1)

    def _bet(self, choice: int) -> None:
        run = self._now.run
        question, at = run.film.last, run.film.shown - 1
        if isinstance(question, Ask) and at not in run.bets and 0 <= choice < len(question.choices):
            run.bets[at] = choice
            self._now.paused = False
            run.film.forward()

    def _rerun(self) -> None:
        values = dict(self._now.run.values)
        if isinstance(seed := values.get("seed"), int):
            values["seed"] = seed + 1
        self._restart(values)

    def _restart(self, values: dict[str, Value]) -> None:
        """Play anew with ``values``; when they don't go together, say so and stay."""
        try:
            self._now = Playback(self._started(values), self._now.speed)
        except UserError as error:
            self._now.notice = error.message

    def _edit(self, editor: ParameterEditor, key: str) -> None:
        done = editor.press(key)
        if done is None:
            return
        self._now.editor = None
        if done:
            self._restart(values_of(self._demo.parameters, editor.values))
