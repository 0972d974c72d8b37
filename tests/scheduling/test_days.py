from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlquiz.scheduling.days import days_between, study_day

ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",
    "America/Goose_Bay",
    "Asia/Kolkata",
    "Pacific/Chatham",
    "Pacific/Apia",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Antarctica/Troll",
    "UTC",
]
ANY_ZONE = st.sampled_from(ZONES).map(ZoneInfo)
MOMENTS = st.integers(0, int(datetime(2037, 1, 1, tzinfo=UTC).timestamp())).map(
    lambda seconds: seconds * 1000
)
HOUR = 3_600_000


def at(text: str, zone: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Kolkata", "America/New_York"])
def test_a_minute_to_four_belongs_to_yesterday(zone: str) -> None:
    assert study_day(at("2026-03-10T03:59:59", zone), ZoneInfo(zone)) == date(2026, 3, 9)
    assert study_day(at("2026-03-10T04:00:00", zone), ZoneInfo(zone)) == date(2026, 3, 10)
    assert study_day(at("2026-03-10T23:59:00", zone), ZoneInfo(zone)) == date(2026, 3, 10)
    assert study_day(at("2026-03-11T00:01:00", zone), ZoneInfo(zone)) == date(2026, 3, 10)
    assert study_day(at("2026-03-10T03:59:59", zone), ZoneInfo(zone), turnover_hour=0) == date(2026, 3, 10)


def test_without_a_zone_the_computers_own_is_taken() -> None:
    here = datetime(2026, 3, 10, 3, 59).astimezone()
    assert study_day(int(here.timestamp() * 1000)) == date(2026, 3, 9)
    assert study_day(int(here.timestamp() * 1000) + 60_000) == date(2026, 3, 10)


@given(MOMENTS, st.integers(0, 72 * 60), ANY_ZONE, st.integers(0, 12))
def test_days_never_run_backwards(moment: int, minutes: int, zone: ZoneInfo, turnover: int) -> None:
    assert study_day(moment, zone, turnover) <= study_day(moment + minutes * 60_000, zone, turnover)


def changes_of(zone: ZoneInfo, year: int) -> list[int]:
    """Return the hours after which the clocks are changed."""
    start = int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) * 1000
    moments = [start + hour * HOUR for hour in range(366 * 24)]
    offsets = [datetime.fromtimestamp(moment / 1000, zone).utcoffset() for moment in moments]
    return [
        moment for moment, (before, after) in zip(moments, pairwise(offsets), strict=False) if before != after
    ]


@pytest.mark.parametrize("turnover", [0, 1, 2, 3, 4])
@pytest.mark.parametrize("name", ZONES)
def test_no_day_comes_twice_or_is_skipped_around_a_change_of_clocks(name: str, turnover: int) -> None:
    zone = ZoneInfo(name)
    for year in (2006, 2024):
        for change in changes_of(zone, year):
            minutes = range(change - 30 * HOUR, change + 30 * HOUR, 60_000 * 7)
            days = [study_day(minute, zone, turnover) for minute in minutes]
            assert all((later - earlier).days in (0, 1) for earlier, later in pairwise(days))


@given(MOMENTS, ANY_ZONE)
def test_the_day_is_at_most_one_from_that_of_utc(moment: int, zone: ZoneInfo) -> None:
    utc = datetime.fromtimestamp(moment / 1000, UTC).date()
    assert abs((study_day(moment, zone) - utc).days) <= 1


@given(MOMENTS, st.integers(-12, 14))
def test_in_a_zone_without_summer_time_a_day_has_24_hours_from_four(moment: int, offset: int) -> None:
    zone = timezone(timedelta(hours=offset))
    expected = (datetime.fromtimestamp(moment / 1000, UTC) + timedelta(hours=offset - 4)).date()
    assert study_day(moment, zone) == expected


def test_between_days_of_a_clock_set_back_lie_none() -> None:
    assert days_between(date(2026, 3, 1), date(2026, 3, 4)) == 3
    assert days_between(date(2030, 1, 1), date(2026, 3, 4)) == 0
