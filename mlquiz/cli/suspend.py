"""mlquiz suspend and unsuspend: which cards are not to be asked."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated

import typer

from mlquiz.cli.common import now_ms, open_library, settings
from mlquiz.cli.journal import opened
from mlquiz.terminal.exits import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mlquiz.scheduling.schedule import Schedule

Cards = Annotated[list[str], typer.Argument(metavar="CARD…", help="Cards, such as machine-learning/wcss.")]


def suspend(cards: Cards) -> None:
    """Stop asking some cards; their history is kept."""
    _each(cards, suspended=True)


def unsuspend(cards: Cards) -> None:
    """Ask suspended cards again."""
    _each(cards, suspended=False)


command = suspend


def _each(cards: Sequence[str], *, suspended: bool) -> None:
    """Bring each card into the state asked for; all are looked up before the first is changed."""
    with opened() as schedule:
        keys = _known(cards, schedule)
        deed: Callable[[str, int], None] = schedule.suspend if suspended else schedule.unsuspend
        word = "suspended" if suspended else "asked again"
        for key in dict.fromkeys(keys):
            state = schedule.state(key)
            if (state is not None and state.suspended) == suspended:
                typer.echo(f"{key}: was {word} already" if suspended else f"{key}: was not suspended")
                continue
            deed(key, now_ms())
            typer.echo(f"{key}: {word}")


def _known(cards: Sequence[str], schedule: Schedule) -> list[str]:
    """Return the keys of ``cards``: those in the decks, and those that left them but have a history."""
    library = open_library(settings(), None)
    keys = []
    for name in cards:
        card = library.card(name)
        if card is None and schedule.state(name) is None:
            near = get_close_matches(name, [info.key for info in library.infos()], 1, 0.5)
            hint = f"Did you mean {near[0]}?" if near else "`mlquiz search` finds cards."
            raise UserError(f"there is no card “{name}”", hint)
        keys.append(card.key if card else name)
    return keys
