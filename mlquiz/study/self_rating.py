"""Cards that the person judges: reveal the answer, then rate oneself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.study.bindings import RATINGS
from mlquiz.study.desk import Answer
from mlquiz.study.rating import Rating, cap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlquiz.study.desk import Desk
    from mlquiz.study.screen import Block


def reveal_and_rate(desk: Desk, solution: Sequence[Block], *, may_type: bool = False) -> Answer:
    """Show the solution after a key, and take the rating; from a pipe a rating does both in one line."""
    ratings = {desk.bound(name): "" for name in RATINGS} if desk.piped else {}
    typing = {desk.bound("type"): "type it first"} if may_type else {}
    key = desk.key({desk.bound("reveal"): "show the answer", **typing, **ratings})
    typed = desk.line("> ").strip() if key in typing else ""
    desk.reveal(*solution)
    if key not in ratings:
        key = desk.key({**{desk.bound(name): name for name in RATINGS}, desk.bound("reveal"): ""})
    return _rated(desk, key, typed)


def _rated(desk: Desk, key: str, typed: str) -> Answer:
    """Return the answer with the rating of ``key``; the reveal key means good."""
    chosen = next((name for name in RATINGS if desk.bound(name) == key), "good")
    given = Rating[chosen.upper()]
    verdict = "forgot" if given is Rating.AGAIN else "recalled"
    return Answer(verdict, cap(given, desk.helped), typed, settled=True)
