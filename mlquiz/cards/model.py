"""What a deck is once it has been read: sections, the seven kinds of card, and the notes beside them."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Literal, NamedTuple

from mlquiz.cards.record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction
    from random import Random

Kind = Literal["recall", "cloze", "choice", "formula", "number", "order", "match"]


class DemoCall(Record):
    """A demo and the parameters that it is launched with."""

    name: str
    params: Mapping[str, object]


class Erratum(Record):
    """A slip of the sheet and its correction; ``kind`` is error, gap, unclear or misplaced."""

    id: str
    kind: str
    sheet: str
    correct: str
    why: str = ""
    source: str = ""


class Option(Record):
    """One option of a choice card."""

    text: str
    right: bool
    why: str | None = None


class Blank(Record):
    """A hidden part: any of ``alternatives`` is right, the first is shown.

    ``text`` is what stands in the braces, ``formula`` what stands in ``$…$`` within.
    """

    text: str
    alternatives: tuple[str, ...]
    formula: str | None = None


class Given(Record):
    """A number that is drawn anew at each showing."""

    name: str
    choices: tuple[Fraction, ...]

    def draw(self, rng: Random) -> Fraction:
        """Return one of the choices."""
        return rng.choice(self.choices)


class Card(Record, kw_only=True):
    """What every kind of card has; ``was``, ``contrasts`` and ``follow_up`` hold keys (``deck/id``)."""

    id: str
    deck: str
    section: str
    ask: str
    explain: str = ""
    hints: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    demo: tuple[DemoCall, ...] = ()
    weight: int = 3
    was: tuple[str, ...] = ()
    contrasts: tuple[str, ...] = ()
    follow_up: tuple[str, ...] = ()
    revision: str = ""
    line: int = 0
    kind: ClassVar[Kind]

    @property
    def key(self) -> str:
        """``deck/id``, by which the card is known everywhere."""
        return f"{self.deck}/{self.id}"


class RecallCard(Card, kw_only=True):
    """Think, reveal, rate yourself."""

    answer: str
    kind: ClassVar[Kind] = "recall"


class ClozeCard(Card, kw_only=True):
    """Fill in the blanks."""

    text: tuple[str | Blank, ...]
    symbols: Mapping[str, str]
    where: tuple[str, ...] = ()
    forbid: tuple[str, ...] = ()
    kind: ClassVar[Kind] = "cloze"


class ChoiceCard(Card, kw_only=True):
    """Pick all the right options."""

    options: tuple[Option, ...]
    kind: ClassVar[Kind] = "choice"


class FormulaCard(Card, kw_only=True):
    """Type a formula; ``right``, ``wrong`` and ``unread`` are samples that the grader must judge so."""

    answer: str
    symbols: Mapping[str, str]
    where: tuple[str, ...] = ()
    forbid: tuple[str, ...] = ()
    boundary: str = "exact"
    show: str = ""
    source: str = ""
    right: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    kind: ClassVar[Kind] = "formula"


class NumberCard(Card, kw_only=True):
    """Work out a number; ``tolerance`` is a share of the value, None for the default."""

    given: tuple[Given, ...]
    answer: str
    tolerance: Fraction | None = None
    unit: str = ""
    kind: ClassVar[Kind] = "number"


class OrderCard(Card, kw_only=True):
    """Put the steps in order; they stand in the right one."""

    steps: tuple[str, ...]
    kind: ClassVar[Kind] = "order"


class MatchCard(Card, kw_only=True):
    """Pair the left with the right."""

    pairs: tuple[tuple[str, str], ...]
    kind: ClassVar[Kind] = "match"


class Alias(Record):
    """A card of another place that is shown here too, with the one memory; ``same_as`` is its key."""

    id: str
    deck: str
    section: str
    same_as: str
    covers: tuple[str, ...] = ()
    demo: tuple[DemoCall, ...] = ()

    @property
    def key(self) -> str:
        """``deck/id``."""
        return f"{self.deck}/{self.id}"


class Section(Record):
    """A page of notes with its cards; cards at the top level of a deck are in the section ``""``."""

    id: str
    title: str
    deck: str
    weight: int = 3
    demo: tuple[DemoCall, ...] = ()
    notes: Mapping[str, str] = MappingProxyType({})
    errata: tuple[Erratum, ...] = ()
    cards: Sequence[Card] = ()
    aliases: tuple[Alias, ...] = ()


class Deck(Record):
    """One file of cards; ``revision`` changes with its text."""

    name: str
    title: str
    path: str
    sections: tuple[Section, ...]
    revision: str


class CardInfo(NamedTuple):
    """What choosing a card needs to know of it."""

    key: str
    section: str
    kind: Kind
    weight: int
    contrasts: tuple[str, ...]
    tags: tuple[str, ...]

    @property
    def deck(self) -> str:
        """The deck's name."""
        return self.key.partition("/")[0]
