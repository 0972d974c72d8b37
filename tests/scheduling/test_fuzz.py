from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlquiz.scheduling.fuzz import choose_day, fuzz_range

TODAY = date(2026, 3, 2)  # a Monday
FIRST = TODAY.toordinal()


# Anki's table (rslib/src/scheduler/states/fuzz.rs, its own tests)
@pytest.mark.parametrize(
    ("interval", "days"),
    [(1, (1, 1)), (2, (2, 2)), (3, (2, 4)), (7, (5, 9)), (10, (8, 12)), (20, (17, 23)), (100, (93, 107))],
)
def test_the_range_is_ankis(interval: int, days: tuple[int, int]) -> None:
    assert fuzz_range(interval, 36_500) == days


@given(st.integers(1, 36_500), st.integers(1, 36_500))
def test_the_range_holds_the_interval_and_keeps_the_limit(interval: int, limit: int) -> None:
    interval = min(interval, limit)
    least, most = fuzz_range(interval, limit)
    assert 1 <= least <= interval <= most <= limit


def drawn(
    load: dict[int, int] | None = None, siblings: dict[int, int] | None = None, easy: int | None = None
) -> Counter[int]:
    return Counter(
        (
            choose_day(
                f"d/{number}",
                1,
                TODAY,
                (8, 12),
                load or {},
                siblings or {},
                (lambda day: day.weekday() == easy) if easy is not None else None,
            )
            - TODAY
        ).days
        for number in range(2000)
    )


def test_ten_days_become_8_to_12_evenly() -> None:
    counts = drawn()
    assert set(counts) == {8, 9, 10, 11, 12}
    assert max(counts.values()) < 1.3 * min(counts.values())


def test_the_same_card_and_repetition_give_the_same_day() -> None:
    assert choose_day("d/a", 3, TODAY, (20, 90)) == choose_day("d/a", 3, TODAY, (20, 90))
    assert len({choose_day("d/a", repetition, TODAY, (20, 90)) for repetition in range(20)}) > 10


def test_full_days_easy_days_and_days_with_siblings_are_avoided_empty_ones_too() -> None:
    even = drawn()
    assert drawn(load={FIRST + 9: 5})[9] < even[9] / 4
    assert drawn(siblings={FIRST + 10: 1})[10] < even[10] / 2
    assert (
        drawn(easy=5)[12] < even[12] / 4
    )  # 12 days after a Monday is a Saturday, on which nothing is due yet
    both = drawn(load={FIRST + 11: 1}, siblings={FIRST + 11: 1})
    assert 0 < both[11] < drawn(load={FIRST + 11: 1})[11]


def test_balancing_evens_the_days_out() -> None:
    """One of five days begins with 100 cards; 500 cards later all have about as many."""
    balanced = Counter({FIRST + 10: 100})
    for number in range(500):
        balanced[choose_day(f"d/{number}", 1, TODAY, (8, 12), balanced).toordinal()] += 1
    assert sum(balanced.values()) == 600
    assert max(balanced.values()) < 1.35 * min(balanced.values())
