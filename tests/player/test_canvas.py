import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mlquiz.player.canvas import BITS, Canvas
from mlquiz.player.palette import Ink

INK = Ink()
shares = st.floats(0, 1)


def dots_of(canvas: Canvas) -> set[tuple[int, int]]:
    """Every dot that is set, as (column, row), read back from the characters."""
    found = set()
    for row, text in enumerate(canvas.rows()):
        for column, sign in enumerate(text.plain):
            mask = ord(sign) - 0x2800 if sign != " " else 0
            for down, bits in enumerate(BITS):
                found |= {
                    (2 * column + across, 4 * row + down) for across, bit in enumerate(bits) if mask & bit
                }
    return found


@given(shares, shares, st.integers(1, 30), st.integers(1, 12))
def test_a_point_lands_in_the_nearest_dot(x, y, width, height):
    canvas = Canvas(width, height, INK)
    canvas.line(np.array([x]), np.array([y]), "", "*", (1, 0))
    ((column, row),) = dots_of(canvas)
    assert abs(column - x * (2 * width - 1)) <= 0.5
    assert abs(row - (1 - y) * (4 * height - 1)) <= 0.5


def test_corners_are_at_the_corners():
    canvas = Canvas(10, 5, INK)
    canvas.line(np.array([0.0, np.nan, 1.0]), np.array([0.0, np.nan, 1.0]), "", "*", (1, 0))
    assert dots_of(canvas) == {(0, 19), (19, 0)}


@given(shares, shares, shares, shares)
def test_a_line_is_unbroken_and_straight(x0, y0, x1, y1):
    canvas = Canvas(20, 8, INK)
    canvas.line(np.array([x0, x1]), np.array([y0, y1]), "", "*", (1, 0))
    dots = dots_of(canvas)
    start, end = canvas.pixels(np.array([x0, x1]), np.array([y0, y1]))
    assert {start, end} <= dots
    assert len(dots) == max(abs(end[0] - start[0]), abs(end[1] - start[1])) + 1
    if len(dots) > 1:
        assert all(any(max(abs(a - c), abs(b - d)) == 1 for c, d in dots) for a, b in dots)


def test_a_dashed_line_leaves_dots_out():
    canvas = Canvas(20, 1, INK)
    canvas.line(np.array([0.0, 1.0]), np.array([0.5, 0.5]), "", "*", (2, 3))
    assert {column % 5 for column, _ in dots_of(canvas)} == {0, 1}


def test_what_is_no_number_breaks_a_line():
    canvas = Canvas(10, 1, INK)
    canvas.line(np.array([0.0, 0.2, np.nan, 0.8, 1.0]), np.zeros(5), "", "*", (1, 0))
    columns = {column for column, _ in dots_of(canvas)}
    assert 0 in columns
    assert 19 in columns
    assert not columns & {8, 9, 10, 11}


def test_ascii_draws_signs():
    canvas = Canvas(5, 1, Ink("ascii"))
    canvas.line(np.array([0.0, 1.0]), np.array([0.0, 0.0]), "", "*", (1, 0))
    assert [row.plain for row in canvas.rows()] == ["*****"]


def test_what_lies_outside_is_left_out():
    canvas = Canvas(4, 2, INK)
    canvas.line(np.array([2.0, 1e300]), np.array([-5.0, 1e300]), "", "*", (1, 0))
    canvas.put(3, 0, "abc")
    canvas.put(0, 7, "x")
    assert canvas.rows()[0].plain[-1] == "a"
    assert all(row.cell_len == 4 for row in canvas.rows())
