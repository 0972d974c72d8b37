"""Schedules, clocks and cards for tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from mlquiz.scheduling.schedule import Schedule
from mlquiz.scheduling.settings import SchedulingSettings
from mlquiz.store.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

DAY = 86_400_000
HOUR = 3_600_000
MORNING = int(datetime(2026, 3, 2, 9, tzinfo=UTC).timestamp() * 1000)


@dataclass
class Info:
    """A card as the queue sees it."""

    key: str
    section: str = "1"
    weight: float = 1
    contrasts: Sequence[str] = ()
    kind: str = "recall"


def infos(keys: Iterable[str], **same: Any) -> list[Info]:
    return [Info(key, **same) for key in keys]


def scheduled(journal: Journal | None = None, **settings: Any) -> Schedule:
    """Return a schedule in UTC over a journal in memory."""
    return Schedule(journal or Journal.unsaved(), SchedulingSettings(**{"tz": UTC, **settings}))


def answer(schedule: Schedule, card: str, rating: int = 3, at: int = MORNING, took: int = 900) -> Any:
    return schedule.answer(card, rating, now=at, verdict="right", took=took)
