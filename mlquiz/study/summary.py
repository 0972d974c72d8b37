"""What a sitting came to: what was answered, how much of it was known, and what is due next."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from rich.text import Text

from mlquiz.study.rating import Rating
from mlquiz.study.screen import gap, line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from mlquiz.scheduling.schedule import Schedule
    from mlquiz.study.record import Kept
    from mlquiz.study.screen import Block

WEEK = 7  # days
ALERT = 0.8  # a share of known cards below this asks for fewer new ones


def first_answers(answers: Iterable[Kept]) -> list[Kept]:
    """Return the first answer to each card: repeats within a sitting say nothing about memory."""
    firsts: dict[str, Kept] = {}
    for kept in answers:
        firsts.setdefault(kept.key, kept)
    return list(firsts.values())


def share_known(answers: Sequence[Kept]) -> float | None:
    """Return the share of first answers that were right; None without answers."""
    return sum(kept.answer.rating > Rating.AGAIN for kept in answers) / len(answers) if answers else None


def summary(answers: Sequence[Kept], *, finished: bool = False) -> list[Block]:
    """Return what was answered, and how much of it was known; ``finished`` when nothing is left."""
    firsts = first_answers(answers)
    if not firsts:
        return [line("Nothing is due now." if finished else "Nothing was answered.")]
    new = sum(kept.first for kept in firsts)
    known = sum(kept.answer.rating > Rating.AGAIN for kept in firsts)
    minutes = sum(kept.took for kept in answers) / 60_000
    blocks = [
        lambda _: Text.assemble(
            (plural(len(firsts), "card"), "title"), f" answered, {known} right at the first try"
        )
    ]
    details = [f"{new} new" if new else "", f"{minutes:.0f} minutes" if minutes >= 1 else ""]
    seen = share_known([kept for kept in firsts if not kept.first and kept.days is not None])
    if seen is not None:
        details.append(f"{seen:.0%} of the cards seen before were known")
    shown = " · ".join(part for part in details if part)
    return [*blocks, line(shown, "dim")] if shown else list(blocks)


def outlook(schedule: Schedule, today: date) -> list[Block]:
    """Return what is due tomorrow and this week."""
    from mlquiz.scheduling.forecast import due_by_day, next_due

    due = due_by_day(schedule, today, WEEK + 1)
    tomorrow = due.get(today + timedelta(days=1), 0)
    week = sum(due.get(today + timedelta(days=day), 0) for day in range(1, WEEK + 1))
    then = next_due(schedule, today)
    if then is None:
        return []
    first = f"Due tomorrow: {tomorrow}." if tomorrow else f"Next due: {then:%A} {then.day} {then:%B %Y}."
    return [line(f"{first} Due within a week: {week}.")]


def wrong_cards(answers: Iterable[Kept]) -> list[str]:
    """Return the keys of the cards whose first answer was wrong."""
    return [kept.key for kept in first_answers(answers) if kept.answer.rating is Rating.AGAIN]


def by_section(answers: Sequence[Kept], titles: dict[str, str]) -> list[Block]:
    """Return the score of each section, the weakest first; ``titles`` names the sections."""
    scores: dict[str, list[bool]] = {}
    for kept in first_answers(answers):
        scores.setdefault(kept.section, []).append(kept.answer.rating > Rating.AGAIN)
    ranked = sorted(scores.items(), key=lambda item: sum(item[1]) / len(item[1]))
    return [_score(titles.get(section, section or "no section"), results) for section, results in ranked]


def _score(title: str, results: list[bool]) -> Block:
    right, asked = sum(results), len(results)
    style = "right" if right == asked else "wrong" if not right else ""
    return lambda _: Text.assemble((f"{right:>3} of {asked:<3}", style), f"  {title}")


def round_result(answers: Sequence[Kept], titles: dict[str, str]) -> list[Block]:
    """Return the score of a round, in all and by section."""
    firsts = first_answers(answers)
    if not firsts:
        return [line("Nothing was answered.")]
    right = sum(kept.answer.rating > Rating.AGAIN for kept in firsts)
    total = line(f"{right} of {len(firsts)} right: {right / len(firsts):.0%}", "title")
    return [total, gap(), *by_section(answers, titles)]


def plural(number: int, noun: str) -> str:
    """Return ``1 card``, ``2 cards``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
