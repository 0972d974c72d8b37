"""A seat in front of the cards: at a terminal, or behind a pipe."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from mlquiz.study.bindings import Bindings
from mlquiz.study.desk import Room, key_row
from mlquiz.study.piped import PipedInput
from mlquiz.study.screen import Screen, line
from mlquiz.terminal.console import appearance, is_terminal, make_console
from mlquiz.terminal.exits import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mlquiz.cards.model import Card
    from mlquiz.settings import Settings
    from mlquiz.terminal.keys import Keyboard

PATIENCE = 3  # unread lines of a pipe that skip a card


class Seat(NamedTuple):
    """A room, and how to ask a person something beside the cards.

    ``ask`` shows a message and keys to choose from; None where nobody can be. ``starved`` says that there
    was no input at all.
    """

    room: Room
    ask: Callable[[str, Mapping[str, str]], str] | None
    starved: Callable[[], bool]

    def choose(self, offered: Mapping[str, str]) -> str:
        """Return one of the keys offered; Enter is the first of them."""
        while True:
            key = self.room.press(key_row(offered))
            if key == "enter":
                key = next(iter(offered))
            if key in offered:
                self.room.screen.leave_prompt()
                return key


@contextmanager
def take_seat(settings: Settings) -> Iterator[Seat]:
    """Sit down at the terminal, or behind the pipe where one end is none.

    Raises
    ------
    UserError
        Standard input is closed.
    """
    look = appearance(glyphs=settings.glyphs)
    background = None if settings.background == "auto" else settings.background
    console = make_console(look=look, background=background)
    bindings = Bindings(settings.keys)
    if sys.stdin is None or sys.stdin.closed:
        raise UserError("there is neither a terminal nor input to read answers from")
    if is_terminal(sys.stdin) and is_terminal(sys.stdout):
        yield from _at_terminal(Screen(console, look), bindings)
    else:
        source = PipedInput(sys.stdin, console)
        screen = Screen(console, look, prompts=False)
        room = Room(screen, source, source, bindings, _player(screen, source), PATIENCE)
        yield Seat(room, None, lambda: source.lines_read == 0)


def _at_terminal(screen: Screen, bindings: Bindings) -> Iterator[Seat]:
    from mlquiz.study.typing_lines import TypedLines
    from mlquiz.terminal.keys import keyboard

    with keyboard() as keys:
        lines = TypedLines(keys, screen)
        room = Room(screen, keys, lines, bindings, _player(screen, keys))
        seat = Seat(room, lambda message, offered: _asked(seat, message, offered), lambda: False)
        yield seat


def _asked(seat: Seat, message: str, offered: Mapping[str, str]) -> str:
    """Show a message and the ways out, one a line; return the key of one."""
    ways = [line(f"  {key}  {label}") for key, label in offered.items()]
    seat.room.screen.show(line(message, "wrong"), *ways)
    return seat.choose(dict.fromkeys(offered, "") | {next(iter(offered)): "or another of these"})


def _player(screen: Screen, keyboard: Keyboard) -> Callable[[Card], None]:
    """Return what plays the demo of a card on this screen."""

    def watch(card: Card) -> None:
        from mlquiz.study.watching import watch_demo

        watch_demo(card.demo[0], screen, keyboard)

    return watch
