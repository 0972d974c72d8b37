from __future__ import annotations

import math
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import fsrs
import fsrs_rs_python
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlquiz.scheduling.memory import (
    PARAMETERS,
    ClockWarning,
    Memory,
    RetentionError,
    interval,
    next_memory,
    retrievability,
)

_DAY = datetime(2020, 1, 1, tzinfo=UTC)
RUST = fsrs_rs_python.FSRS(list(PARAMETERS))
HISTORIES = st.lists(st.tuples(st.integers(1, 4), st.integers(0, 400)), min_size=1, max_size=12)
MEMORIES = st.builds(Memory, st.floats(0.01, 30_000), st.floats(1, 10))

GOLDEN = [  # rating, days since; stability, difficulty, interval at 0.9
    (3, 0, 2.306500, 2.118104, 2),
    (3, 2, 10.964332, 2.111214, 11),
    (1, 7, 1.468919, 7.392238, 1),
    (3, 0, 1.504862, 7.380074, 2),
    (3, 1, 3.524881, 7.367923, 4),
    (2, 4, 7.200901, 8.237933, 7),
    (4, 10, 25.300860, 7.634360, 25),
    (3, 40, 61.801344, 7.621954, 62),
]


def test_the_golden_history() -> None:
    memory = None
    for rating, elapsed, stability, difficulty, days in GOLDEN:
        memory = next_memory(memory, rating, elapsed)
        assert memory == pytest.approx((stability, difficulty), abs=5e-7)
        assert interval(memory, 0.9) == days


def test_our_parameters_are_the_defaults_of_both_implementations() -> None:
    assert fsrs.Scheduler().parameters == PARAMETERS
    assert pytest.approx(PARAMETERS) == fsrs_rs_python.DEFAULT_PARAMETERS


@given(HISTORIES)
def test_memories_agree_with_the_rust_implementation(history: list[tuple[int, int]]) -> None:
    memory, oracle = None, None
    for rating, elapsed in history:
        states = RUST.next_states(oracle, 0.9, elapsed if oracle else 0)
        oracle = (states.again, states.hard, states.good, states.easy)[rating - 1].memory
        memory = next_memory(memory, rating, elapsed if memory else 0)
        assert memory == pytest.approx(
            (oracle.stability, oracle.difficulty), rel=1e-5
        )  # it computes in 32 bits
        oracle = fsrs_rs_python.MemoryState(*memory)  # so that errors of 32 bits don't pile up


@given(MEMORIES, st.floats(0.70, 0.99))
def test_intervals_agree_with_the_rust_implementation(memory: Memory, retention: float) -> None:
    exact = RUST.next_interval(memory.stability, retention, 3)
    days = interval(memory, retention)
    assert abs(min(max(exact, 1), 36_500) - days) <= 0.5 + 1e-5 * days


@given(MEMORIES)
def test_at_stability_the_chance_of_recall_is_nine_in_ten(memory: Memory) -> None:
    whole = Memory(float(math.ceil(memory.stability)), memory.difficulty)
    assert retrievability(whole, int(whole.stability)) == pytest.approx(0.9)
    assert retrievability(memory, 0) == 1
    assert retrievability(memory, -3) == 1


@given(MEMORIES, st.integers(0, 5000))
def test_retrievability_is_that_of_py_fsrs(memory: Memory, elapsed: int) -> None:
    card = fsrs.Card(1, fsrs.State.Review, None, *memory, due=_DAY, last_review=_DAY)
    theirs = fsrs.Scheduler().get_card_retrievability(card, _DAY + timedelta(days=elapsed))
    assert retrievability(memory, elapsed) == pytest.approx(theirs)


@given(MEMORIES, st.integers(1, 4), st.integers(0, 10**9))
def test_no_history_leaves_the_bounds(memory: Memory, rating: int, elapsed: int) -> None:
    after = next_memory(memory, rating, elapsed)
    assert 0.001 <= after.stability <= 36_500
    assert 1 <= after.difficulty <= 10
    assert 1 <= interval(after, 0.99) <= interval(after, 0.7) <= 36_500


def test_a_clock_set_back_counts_as_the_same_day_and_warns() -> None:
    memory = Memory(10.0, 5.0)
    with pytest.warns(ClockWarning, match="set back"):
        assert next_memory(memory, 3, -400) == next_memory(memory, 3, 0)


@pytest.mark.parametrize("retention", [0, 0.69, 0.991, 1, 1.5, -1, math.nan, math.inf])
def test_a_retention_that_makes_no_sense_is_named(retention: float) -> None:
    with pytest.raises(RetentionError, match=f"desired_retention is {retention}; expected 0.70 to 0.99"):
        interval(Memory(5.0, 5.0), retention)


def test_the_random_state_of_others_is_left_alone_and_nothing_sleeps(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("time.sleep", forbidden)
    monkeypatch.setattr("fsrs.scheduler.random", forbidden)
    assert next_memory(next_memory(None, 3, 0), 3, 30) == next_memory(next_memory(None, 3, 0), 3, 30)


def test_fsrs_is_imported_at_the_first_answer_only() -> None:
    code = "import sys, mlquiz.scheduling.queue, mlquiz.scheduling.schedule; print('fsrs' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
