"""What stands around a question: its header, the verdict, what to read next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from mlquiz.study.labels import RIGHT, WRONG
from mlquiz.study.rating import Help, Rating
from mlquiz.study.screen import gap, line, words

if TYPE_CHECKING:
    from mlquiz.cards.library import Library
    from mlquiz.cards.model import Card, Section
    from mlquiz.scheduling.queue import Counts
    from mlquiz.study.desk import Answer
    from mlquiz.study.record import Kept
    from mlquiz.study.screen import Block
    from mlquiz.terminal.markup import Renderer

MAX_FOLLOW_UPS = 1


def header(card: Card, section: Section | None, progress: str) -> Block:
    """Return the small first row: where the card is from, and how much is left."""
    place = f"{section.id} {section.title}" if section and section.id else card.deck

    def draw(pen: Renderer) -> Text:
        left = pen.text(place, "dim")
        left.append(f" · {card.kind}", "dim")
        right = Text(progress, style="dim")
        room = pen.look.measure - right.cell_len - 2
        left.truncate(max(8, room), overflow="ellipsis", pad=True)
        return Text("  ").join([left, right])

    return draw


def remaining(counts: Counts) -> str:
    """Return how many cards are left, such as ``3 due · 2 new``."""
    parts = [(counts.due, "due"), (counts.new, "new"), (counts.again, "again")]
    return " · ".join(f"{number} {name}" for number, name in parts if number) or "last card"


def ask_block(card: Card) -> Block:
    """Return the question."""
    return words(card.ask, "ask")


def verdict_line(answer: Answer, helped: Help) -> Block:
    """Return how the answer was judged, and what help made of it."""
    if answer.learnt:
        return lambda _: Text.assemble(
            (f"{RIGHT} Right at the second try", "right"), ("   counts as again", "dim")
        )
    sign, style, text = {
        "right": (RIGHT, "right", "Right"),
        "wrong": (WRONG, "wrong", "Wrong"),
    }.get(answer.verdict, ("→", "title", "The answer"))
    helps = {Help.NUDGE: "with a hint: counts as hard", Help.CONTENT: "the answer was seen: counts as again"}
    note = f"   {helps[helped]}" if answer.verdict == "right" and helped in helps else ""
    return lambda _: Text.assemble((f"{sign} {text}", style), (note, "dim"))


def after_answer(card: Card, library: Library) -> list[Block]:
    """Return what is told once the answer is known: the explanation, and where the talk may go from here."""
    blocks: list[Block] = [gap(), words(card.explain)] if card.explain else []
    mixed = _asks(card.contrasts[:1], library)
    following = _asks(card.follow_up[:MAX_FOLLOW_UPS], library)
    if mixed or following:
        blocks.append(gap())
    blocks += [words(f"Easily mixed up with: {ask}", "dim") for ask in mixed]
    blocks += [words(f"May be asked next: {ask}", "dim") for ask in following]
    return blocks


def _asks(keys: tuple[str, ...], library: Library) -> list[str]:
    found = (library.card(key) for key in keys)
    return [card.ask for card in found if card is not None]


def kept_lines(kept: Kept) -> list[Block]:
    """Return what became of the answer: when the card comes back, and anything odd about it."""
    blocks: list[Block] = []
    if kept.days is not None:
        blocks.append(line(comes_back(kept.days, kept.answer.rating), "dim"))
    if kept.elsewhere:
        blocks.append(line("Another sitting answered this card a moment ago; both answers are kept.", "hint"))
    if kept.leech:
        blocks.append(line("This card was forgotten many times. Rewrite it, or suspend it.", "hint"))
    return blocks


def comes_back(days: int, rating: int) -> str:
    """Return when the card is asked again."""
    when = "tomorrow" if days <= 1 else f"in {span(days)}"
    return f"Back in a moment, then {when}." if rating == Rating.AGAIN else f"Back {when}."


def span(days: int) -> str:
    """Return a number of days in the unit that one thinks in."""
    if days < 31:
        return f"{days} days"
    return f"{days / 30.44:.1f} months" if days < 365 else f"{days / 365.25:.1f} years"


def name_of(card: Card | None, key: str) -> str:
    """Return the words by which a person knows the card: its question, without markup of paragraphs."""
    return key if card is None else card.ask.strip().partition("\n\n")[0]
