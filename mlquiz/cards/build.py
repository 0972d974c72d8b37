"""Cards made from plain data, whether it was just read or lay in the cache."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlquiz.cards.model import (
    Alias,
    Card,
    ChoiceCard,
    ClozeCard,
    DemoCall,
    Erratum,
    FormulaCard,
    Given,
    MatchCard,
    NumberCard,
    Option,
    OrderCard,
    RecallCard,
    Section,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Plain = dict[str, Any]
LISTS = ("hints", "covers", "tags")
REFERENCES = ("was", "contrasts", "follow_up")


def qualified(reference: str, deck: str) -> str:
    """Return the key of ``card-id`` in ``deck``, or of ``deck/card-id``."""
    return reference if "/" in reference else f"{deck}/{reference}"


def build_card(plain: Plain, deck: str, section: str) -> Card:
    """Return the card that ``plain`` describes."""
    common = {name: plain[name] for name in ("id", "ask", "weight", "revision", "line")}
    common.update(deck=deck, section=section, explain=plain.get("explain", ""), demo=_demos(plain))
    common.update({name: tuple(plain[name]) for name in LISTS if name in plain})
    for name in REFERENCES:
        common[name] = tuple(qualified(to, deck) for to in plain.get(name, ()))
    return BUILDERS[plain["kind"]](plain, common)


def build_alias(plain: Plain, deck: str, section: str) -> Alias:
    """Return the alias that ``plain`` describes."""
    target = qualified(plain["same_as"], deck)
    return Alias(plain["id"], deck, section, target, tuple(plain.get("covers", ())), _demos(plain))


def build_section(plain: Plain, deck: str, cards: Sequence[Card]) -> Section:
    """Return the section whose head is ``plain``, with its cards."""
    return Section(
        id=plain["id"],
        title=plain["title"],
        deck=deck,
        weight=plain["weight"],
        demo=_demos(plain),
        notes=plain.get("notes", {}),
        errata=tuple(_erratum(slip) for slip in plain.get("errata", ())),
        cards=cards,
        aliases=tuple(build_alias(alias, deck, plain["id"]) for alias in plain["aliases"]),
    )


def _erratum(plain: Plain) -> Erratum:
    texts = [plain.get(name, "") for name in ("id", "class", "sheet", "correct", "why", "source")]
    return Erratum(*texts)


def _demos(plain: Plain) -> tuple[DemoCall, ...]:
    return tuple(DemoCall(name, params) for name, params in plain.get("demo", ()))


def _tuples(plain: Plain, *names: str) -> dict[str, Any]:
    return {name: tuple(plain[name]) for name in names if name in plain}


def _recall(plain: Plain, common: Plain) -> Card:
    return RecallCard(**common, answer=plain["answer"])


def _cloze(plain: Plain, common: Plain) -> Card:
    from mlquiz.cards.cloze import parse_cloze

    text = parse_cloze(plain["text"])
    rest = _tuples(plain, "where", "forbid")
    return ClozeCard(**common, **rest, text=text, symbols=plain.get("symbols", {}))


def _choice(plain: Plain, common: Plain) -> Card:
    options = plain["options"]
    return ChoiceCard(**common, options=tuple(_option(option) for option in options))


def _option(plain: Plain) -> Option:
    return Option(plain.get("right") or plain["wrong"], "right" in plain, plain.get("why"))


def _formula(plain: Plain, common: Plain) -> Card:
    texts = {name: plain[name] for name in ("answer", "boundary", "show", "source") if name in plain}
    lists = _tuples(plain, "where", "forbid", "right", "wrong", "unread")
    return FormulaCard(**common, **texts, **lists, symbols=plain.get("symbols", {}))


def _number(plain: Plain, common: Plain) -> Card:
    from mlquiz.cards.numbers import share, values

    given = tuple(Given(name, values(choices)) for name, choices in plain.get("given", {}).items())
    tolerance = share(plain["tolerance"]) if "tolerance" in plain else None
    return NumberCard(
        **common, given=given, answer=plain["answer"], tolerance=tolerance, unit=plain.get("unit", "")
    )


def _order(plain: Plain, common: Plain) -> Card:
    return OrderCard(**common, steps=tuple(plain["steps"]))


def _match(plain: Plain, common: Plain) -> Card:
    return MatchCard(**common, pairs=tuple((left, right) for left, right in plain["pairs"]))


BUILDERS: dict[str, Callable[[Plain, Plain], Card]] = {
    "recall": _recall,
    "cloze": _cloze,
    "choice": _choice,
    "formula": _formula,
    "number": _number,
    "order": _order,
    "match": _match,
}
