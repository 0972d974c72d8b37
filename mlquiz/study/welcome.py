"""What a newcomer is told, in three lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.study.screen import gap, line

if TYPE_CHECKING:
    from mlquiz.study.bindings import Bindings
    from mlquiz.study.screen import Block


def welcome(bindings: Bindings) -> list[Block]:
    """Return the three lines above the first card."""
    keys = bindings.keys
    return [
        line("One card at a time; each comes back just before you would forget it.", "dim"),
        line(
            f"{keys['reveal']} shows the answer, {keys['again']} to {keys['easy']} say how well you knew it; "
            "formulas are typed.",
            "dim",
        ),
        line(f"{keys['help']} lists all keys; {keys['quit']} leaves: every answer is kept at once.", "dim"),
        gap(),
    ]
