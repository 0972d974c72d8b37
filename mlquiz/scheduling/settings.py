"""What a person may set about scheduling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from mlquiz.scheduling.days import TURNOVER_HOUR
from mlquiz.scheduling.memory import LONGEST, checked_retention

if TYPE_CHECKING:
    from datetime import date, tzinfo

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DERIVATION = 2  # raise it when the same events come to other rows


class Source(Protocol):
    """Where settings can be taken from: the person's settings have these and more."""

    @property
    def desired_retention(self) -> float:
        """Chance of recall at which a card is due."""

    @property
    def turnover_hour(self) -> int:
        """Hour at which a study day begins."""

    @property
    def new_per_day(self) -> int:
        """New cards a day."""

    @property
    def easy_days(self) -> tuple[str, ...]:
        """Weekdays with fewer cards."""

    @property
    def max_interval(self) -> int:
        """Most days that a card stays away."""

    @property
    def fuzz(self) -> bool:
        """Whether due days are spread."""


@dataclass(frozen=True, slots=True)
class SchedulingSettings:
    """Settings of the scheduler; ``tz`` None is the computer's zone, ``easy_days`` are English weekdays."""

    desired_retention: float = 0.9
    turnover_hour: int = TURNOVER_HOUR
    tz: tzinfo | None = None
    new_per_day: int = 10
    easy_days: tuple[str, ...] = ()
    max_interval: int = LONGEST
    fuzz: bool = True

    def __post_init__(self) -> None:
        checked_retention(self.desired_retention)

    @classmethod
    def of(cls, source: Source) -> SchedulingSettings:
        """Take the scheduler's part of a person's settings."""
        return cls(
            desired_retention=source.desired_retention,
            turnover_hour=source.turnover_hour,
            new_per_day=source.new_per_day,
            easy_days=source.easy_days,
            max_interval=source.max_interval,
            fuzz=source.fuzz,
        )

    @property
    def fingerprint(self) -> str:
        """What the derived rows depend on: rows made with another fingerprint are stale."""
        return f"{DERIVATION} {self.desired_retention!r} {self.max_interval} {self.fuzz}"

    def is_easy(self, day: date) -> bool:
        """Return whether ``day`` is one on which fewer cards are wanted."""
        return WEEKDAYS[day.weekday()] in self.easy_days
