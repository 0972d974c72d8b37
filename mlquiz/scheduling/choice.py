"""Which cards a sitting may ask: those due, those near or weak, and a few new ones."""

from __future__ import annotations

from heapq import nsmallest
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from mlquiz.scheduling.schedule import Schedule


class CardInfo(Protocol):
    """What the order of a sitting must know of a card."""

    @property
    def key(self) -> str:
        """The card's name in the journal: ``deck/id``."""

    @property
    def section(self) -> str:
        """The section it belongs to."""

    @property
    def weight(self) -> float:
        """How early it is to be met."""

    @property
    def contrasts(self) -> Sequence[str]:
        """Keys of the cards that it is easily taken for."""

    @property
    def kind(self) -> str:
        """``"formula"`` or another kind."""


def due_cards(
    cards: Mapping[str, CardInfo], schedule: Schedule, today: date, *, weak: bool, ahead: bool
) -> list[str]:
    """Return which of ``cards`` to repeat, by falling risk; with ``ahead`` those due later follow by day.

    With ``weak`` it is every card answered before, due or not, the one forgotten fastest first.
    """
    rows, day = schedule.journal.rows, today.toordinal()
    found = rows.weakest() if weak else rows.due(day) + (rows.ahead(day) if ahead else [])
    return [key for key in found if key in cards]


def new_cards(cards: Mapping[str, CardInfo], met: Iterable[str], count: int) -> list[str]:
    """Return up to ``count`` cards not in ``met``: by weight, among equals one of each section in turn.

    Within a section formulas and other kinds alternate, so that nobody begins with formulas alone.
    """
    unmet = cards.keys() - met if count > 0 else set()
    places: dict[tuple[str, float], tuple[list[str], list[str]]] = {}
    for key, card in cards.items() if unmet else ():
        if key in unmet:
            place = places.setdefault((card.section, card.weight), ([], []))
            place[card.kind == "formula"].append(key)
    ranked = []
    for number, ((_, weight), kinds) in enumerate(places.items()):
        mixed = chain.from_iterable(zip_longest(*(kinds[::-1] if number % 2 else kinds)))
        ranked += [(-weight, turn, number, key) for turn, key in enumerate(filter(None, mixed))]
    return [key for *_, key in nsmallest(count, ranked)]
