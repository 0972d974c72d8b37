"""Which day is it for a person who studies past midnight, travels, and lives with summer time."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import tzinfo

TURNOVER_HOUR = 4


def study_day(at_ms: int, tz: tzinfo | None = None, turnover_hour: int = TURNOVER_HOUR) -> date:
    """Return the study day of a moment (UTC ms): it begins at ``turnover_hour`` by the clock on the wall.

    ``tz`` None is the computer's own zone. A day begins once: where clocks are set back over the turnover
    hour, the hour that is lived again stays in the new day.
    """
    wall = datetime.fromtimestamp(at_ms / 1000, tz)
    day = (wall - timedelta(hours=turnover_hour)).date()
    following = day + timedelta(days=1)
    first_time = datetime(following.year, following.month, following.day, turnover_hour, tzinfo=tz, fold=0)
    return following if first_time.timestamp() * 1000 <= at_ms else day


def days_between(earlier: date, later: date) -> int:
    """Return the days from one to the other; none when the clock was set back between them."""
    return max((later - earlier).days, 0)
