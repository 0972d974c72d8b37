import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mlquiz.player.scale import axis_over, axis_within, finite_range, number, round_step

numbers = st.floats(-1e9, 1e9, allow_nan=False).filter(lambda x: x == 0 or abs(x) > 1e-9)
counts = st.integers(1, 12)


def is_round(step: float) -> bool:
    mantissa = step / 10.0 ** math.floor(math.log10(step) + 1e-9)
    return any(math.isclose(mantissa, allowed, rel_tol=1e-6) for allowed in (1, 2, 2.5, 5, 10))


@given(numbers, numbers, counts)
def test_ticks_are_round_evenly_spaced_and_cover_the_data(a, b, count):
    low, high = sorted((a, b))
    axis = axis_over((low, high), count)
    steps = np.diff(axis.ticks)
    assert axis.low <= low + 1e-8 * steps[0]  # less than could be seen
    assert axis.high >= high - 1e-8 * steps[0]
    assert is_round(float(steps[0]))
    assert np.allclose(steps, steps[0], rtol=1e-6)
    assert len(axis.ticks) <= count + 3


@given(numbers, numbers, counts)
def test_ticks_waste_less_than_a_step_at_each_end(a, b, count):
    low, high = sorted((a, b))
    assume(high - low > 1e-6 * max(abs(low), abs(high), 1e-6))
    axis = axis_over((low, high), count)
    step = axis.ticks[1] - axis.ticks[0]
    assert low - axis.low < step * (1 + 1e-6)
    assert axis.high - high < step * (1 + 1e-6)


def test_an_axis_ends_a_part_of_a_step_past_the_data():
    axis = axis_over((-0.02, 1.1), 4)
    assert axis.ticks == (0.0, 0.5, 1.0)
    assert (axis.low, axis.high) == (-0.125, 1.125)
    grown = axis_over((-0.02, 1.12), 4)
    assert (grown.low, grown.high) == (axis.low, axis.high)
    assert axis_over((0, 21), 3, whole=True).high == 22.5


@given(numbers, numbers, counts)
def test_labels_tell_all_ticks_apart(a, b, count):
    assume(abs(a - b) > 1e-4 * max(abs(a), abs(b), 1e-6))
    axis = axis_over((min(a, b), max(a, b)), count)
    assert len(set(axis.labels)) == len(axis.ticks)
    for label, tick in zip(axis.labels, axis.ticks, strict=True):
        assert float(label) == pytest.approx(tick, rel=1e-3, abs=1e-12)


@given(st.floats(1e-12, 1e12), st.floats(1e-12, 1e12), counts)
def test_a_log_axis_covers_the_data(a, b, count):
    low, high = sorted((a, b))
    axis = axis_over((low, high), count, log=True)
    assert axis.low <= low * (1 + 1e-6)
    assert axis.high >= high * (1 - 1e-6)
    assert axis.ticks[0] == pytest.approx(axis.low)
    ends = axis.place([axis.low, axis.high, math.sqrt(axis.low) * math.sqrt(axis.high)])
    assert ends == pytest.approx([0.0, 1.0, 0.5], abs=1e-9)


def test_a_log_axis_places_nothing_at_or_below_zero():
    assert np.isnan(axis_over((1, 100), 5, log=True).place([0.0, -1.0, math.nan, math.inf])).all()


@given(numbers, numbers, counts, st.floats(0, 1))
def test_places_are_linear(a, b, count, share):
    assume(abs(a - b) > 1e-6 * max(abs(a), abs(b), 1e-6))
    axis = axis_within(min(a, b), max(a, b), count)
    value = axis.low + share * (axis.high - axis.low)
    assert axis.place([value])[0] == pytest.approx(share, abs=1e-6)
    assert axis.place(list(axis.ticks)).min() >= -1e-6
    assert axis.place(list(axis.ticks)).max() <= 1 + 1e-6
    assert len(axis.ticks) >= 2


@given(st.floats(1e-300, 1e300), counts)
def test_a_step_makes_at_most_so_many_parts(span, count):
    step = round_step(span, count)
    assert span / step <= count * (1 + 1e-6)
    assert is_round(step)


@pytest.mark.parametrize("value", [0.0, 5.0, -3.0, 1e300, 1e-300])
def test_a_constant_is_drawn_in_the_middle(value):
    axis = axis_over((value, value), 4)
    assert axis.low < value < axis.high or (value == 1e-300 and axis.low <= value <= axis.high)


def test_whole_numbers_get_whole_ticks():
    assert axis_over((0, 3), 9, whole=True).ticks == (0, 1, 2, 3)
    assert axis_over((0, 10), 4, whole=True).ticks == (0, 5, 10)


def test_the_range_leaves_out_what_is_no_number():
    assert finite_range([1.0, math.nan, math.inf], [-2.0]) == (-2.0, 1.0)
    assert finite_range([-1.0, 0.0, 2.0], positive=True) == (2.0, 2.0)
    assert finite_range([math.nan]) is None
    assert finite_range() is None


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.0, "0"),
        (3.0, "3"),
        (0.123456, "0.1235"),
        (5.25, "5.25"),
        (-12.5, "-12.5"),
        (1234.56, "1235"),
        (1e-5, "1e-5"),
        (1.5e9, "1.5e9"),
        (0.99999, "1"),
        (math.nan, "NaN"),
        (-math.inf, "-inf"),
    ],
)
def test_numbers_show_four_digits(value, said):
    assert number(value) == said
