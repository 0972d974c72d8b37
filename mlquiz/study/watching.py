"""The demo key: a card's demo, played on the sitting's own screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.study.screen import line

if TYPE_CHECKING:
    from mlquiz.cards.model import DemoCall
    from mlquiz.player.play import Mode
    from mlquiz.study.screen import Screen
    from mlquiz.terminal.keys import Keyboard


def watch_demo(call: DemoCall, screen: Screen, keyboard: Keyboard) -> None:
    """Play the demo until it ends or the person leaves it; what goes wrong is told in a line."""
    from mlquiz.player.catalogue import DemoError, load_demo
    from mlquiz.player.play import play
    from mlquiz.terminal.exits import UserError

    mode: Mode = "live" if screen.look.tty else "plain"
    try:
        demo = load_demo(call.name)
        play(demo, call.params, mode=mode, console=screen.console, look=screen.look, keyboard=keyboard)
    except (DemoError, UserError) as error:
        screen.note(line(str(error), "wrong"))
