import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from mlquiz.player import Bars, Check, Heat, Histogram, Line, Regions, Scatter, Table
from mlquiz.player.bars import sparkline
from mlquiz.player.palette import VIRIDIS, Ink, colour_at
from mlquiz.player.plots import PICTURES, Drawn, rows_of
from tests.player.samples import gallery

GOLDEN = Path(__file__).parent / "golden"
INKS = {
    "plain": Ink("plain", "none"),
    "ascii": Ink("ascii", "none"),
    "sixteen": Ink("plain", "16"),
    "colour": Ink("plain", "many"),
}
FRAMES = gallery()


def plain(frame, width=60, height=14, ink=INKS["plain"]) -> list[str]:
    return [row.plain.rstrip() for row in rows_of(frame, width, height, ink)]


@pytest.mark.parametrize("ink", ["plain", "ascii"])
@pytest.mark.parametrize("name", FRAMES)
def test_frames_look_as_they_did(name, ink, renew_golden):
    path = GOLDEN / f"{name}.{ink}.txt"
    drawn = "\n".join(plain(FRAMES[name], ink=INKS[ink])) + "\n"
    if renew_golden:
        path.write_text(drawn, encoding="utf-8")
    assert drawn == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("ink", INKS.values(), ids=INKS)
@pytest.mark.parametrize("size", [(20, 4), (36, 6), (40, 12), (80, 20), (200, 50)])
@pytest.mark.parametrize("name", [name for name, frame in FRAMES.items() if isinstance(frame, PICTURES)])
def test_a_picture_keeps_to_its_box(name, size, ink):
    width, height = size
    rows = rows_of(FRAMES[name], width, height, ink)
    assert max(row.cell_len for row in rows) <= width
    assert len(rows) <= height


@pytest.mark.parametrize("name", FRAMES)
def test_ascii_is_ascii(name):
    assert "".join(plain(FRAMES[name], ink=INKS["ascii"])).isascii()


@pytest.mark.parametrize(
    "frame",
    [
        Line("a", []),
        Line("a", [math.nan, math.nan]),
        Line("a", [5.0]),
        Line("a", [5.0, 5.0, 5.0]),
        Line("a", [1.0, math.inf, -math.inf, 2.0]),
        Line("a", [-1.0, 0.0], log_y=True),
        Line("a", {"b": [1e-300, 1e300], "c": []}, log_y=True, log_x=True),
        Line("a", [-1e308, 1e308]),
        Scatter("a", []),
        Scatter("a", [[1.0, 1.0]], labels=[3], marks=[[math.nan, 0.0]]),
        Scatter("a", np.full((4, 2), 7.0)),
        Heat("a", [[math.nan]]),
        Heat("a", [[]]),
        Heat("a", [[1.0]]),
        Heat("a", np.zeros((3, 3)), diverging=True),
        Heat("a", np.arange(40000.0).reshape(200, 200)),
        Heat("a", [[1.0, math.inf], [-math.inf, math.nan]]),
        Bars("a", {}),
        Bars("a", {"x": 0.0}),
        Bars("a", {"x": math.nan, "y": math.inf}),
        Bars("a", {str(i): -1.0 for i in range(90)}),
        Histogram("a", []),
        Histogram("a", [2.0, 2.0]),
        Histogram("a", [math.nan, 1.0, 2.0]),
        Regions("a", [[0]], (0, 1, 0, 1)),
        Regions("a", [[0, 7], [7, 7]], (0, 0, 0, 0), X=[[0, 0]], labels=[9]),
        Table("a", (), []),
        Table("a", ("x",), []),
        Table("a", ("x", "y"), [(1,), (2, 3)]),
    ],
)
def test_odd_data_is_drawn_too(frame):
    for ink in INKS.values():
        for width, height in ((40, 8), (100, 30)):
            rows = rows_of(frame, width, height, ink)
            assert rows[0].plain.startswith("a")
            assert max(row.cell_len for row in rows) <= width


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=30),
    st.integers(20, 90),
    st.integers(6, 30),
    st.booleans(),
)
def test_any_numbers_are_drawn(values, width, height, log_y):
    for frame in (
        Line("f", values, log_y=log_y),
        Bars("f", dict(zip(map(str, values), values, strict=True))),
    ):
        rows = rows_of(frame, width, height, INKS["plain"])
        assert max(row.cell_len for row in rows) <= width
        assert len(rows) <= height


def test_several_curves_differ_without_colour():
    rows = plain(FRAMES["curves"])
    assert "● train" in rows[0]
    assert "■ test" in rows[0]
    body = "\n".join(rows[1:])
    assert body.count("●") >= 2
    assert body.count("■") >= 2


def test_classes_differ_without_colour():
    rows = plain(Scatter("s", [[0, 0], [1, 1], [0, 1]], labels=[0, 1, 2]))
    assert [sum(row.count(sign) for row in rows[1:]) for sign in "•+×"] == [1, 1, 1]


def test_a_point_stands_where_it_belongs():
    rows = plain(Scatter("s", [[0, 0], [1, 1], [0, 1]], labels=[0, 1, 2]), 60, 20)
    row_of = {sign: next(i for i, row in enumerate(rows[1:]) if sign in row) for sign in "•+×"}
    column_of = {sign: rows[1 + row_of[sign]].index(sign) for sign in "•+×"}
    assert row_of["•"] > row_of["+"] == row_of["×"]
    assert column_of["+"] > column_of["•"] == column_of["×"]


def test_a_bar_is_as_long_as_its_value():
    rows = plain(Bars("b", {"a": 4.0, "b": 2.0, "c": -1.0}), 50)[1:]
    a, b, c = (row.count("█") + ("▌" in row) / 2 for row in rows)
    assert a == pytest.approx(2 * b, abs=1)
    assert c == pytest.approx(b / 2, abs=1)
    assert rows[0].index("█") == rows[1].index("█")
    assert rows[2].rindex("█") < rows[0].index("█")


def test_a_histogram_counts():
    rows = plain(Histogram("h", [0.1, 0.1, 0.1, 0.1, 3.9], bins=4), 60, 14)
    body = [row for row in rows if "┤" in row or "│" in row]
    filled = [
        sum(1 for row in body if column < len(row) and "\u2800" < row[column] <= "\u28ff")
        for column in range(70)
    ]
    assert max(filled[:20]) > 3 * max(filled[-30:])


def test_colours_run_from_dark_to_light_and_meet_at_zero():
    assert colour_at(0.0) == VIRIDIS[0]
    assert colour_at(1.0) == VIRIDIS[-1]
    brightness = [sum(colour_at(i / 20)) for i in range(21)]
    assert brightness == sorted(brightness)
    low, middle, high = (colour_at(share, diverging=True) for share in (-1.0, 0.0, 1.0))
    assert low[2] > low[0]
    assert high[0] > high[2]
    assert min(middle) > 240


def test_a_heat_map_puts_row_zero_on_top_and_two_rows_in_a_character():
    rows = rows_of(Heat("h", [[0.0, 1.0], [1.0, 0.0]]), 8, 3, INKS["colour"])
    assert [row.plain for row in rows[1:]][-1].startswith("▀")
    styles = [str(span.style) for span in rows[-1].spans]
    assert styles == ["#440154 on #fde725", "#fde725 on #440154"]


def test_every_row_with_a_label_has_a_row_of_characters():
    labels = ["bit", "i", "f", "g", "o", "c", "h"]
    frame = Heat("h", np.linspace(-1, 1, 7 * 30).reshape(7, 30), row_labels=labels)
    rows = plain(frame, 40, 12, INKS["colour"])
    assert [row.split()[0] for row in rows[-7:]] == labels


def test_a_cell_never_says_minus_zero():
    assert "-0.00" not in "".join(plain(Heat("h", [[-0.001, 0.5], [0.25, -0.5]])))


def test_missing_values_of_a_heat_map_are_hatched():
    frame = Heat("h", [[1.0, math.nan], [2.0, 3.0]])
    for ink in ("plain", "ascii", "sixteen"):
        title, *body = plain(frame, ink=INKS[ink])
        assert "/ no value" in title
        assert "//" in "".join(body)
        assert "?" not in "".join(body)
    assert "no value" not in "".join(plain(Heat("h", [[1.0, 2.0]])))


def test_numbers_of_a_column_line_up():
    rows = plain(Table("t", ("name", "value"), [("a", 1.5), ("b", 10.25), ("c", 3)]))
    assert [row.split()[1] for row in rows[2:]] == ["1.50", "10.25", "3.00"]
    assert len({len(row) for row in rows[2:]}) == 1


def test_a_tree_keeps_its_indentation():
    rows = plain(Table("t", ("node", "n"), [("root", 3), ("  left", 1), ("  right", 2)]))
    assert rows[3].startswith("  left")


def test_a_table_too_wide_is_told_line_by_line():
    frame = Table("t", [f"column {i}" for i in range(9)], [range(9)])
    assert "column 8: 8" in plain(frame, 40, 30)


def test_a_table_too_tall_shows_its_newest_rows():
    rows = plain(Table("t", ("n",), [(i,) for i in range(50)]), 40, 10)
    assert rows[-1] == "49"
    assert "43 rows above" in rows


def test_a_sparkline_rises_and_falls():
    assert sparkline([0, 1, 2, 1, 0], 10, INKS["plain"]) == "▁▅█▅▁"
    assert sparkline([0, math.nan, 1], 10, INKS["ascii"]) == "_ #"
    assert sparkline([5, 5], 10, INKS["plain"]) == "▄▄"
    assert len(sparkline(list(range(100)), 12, INKS["plain"])) == 12


def test_a_check_shows_both_numbers_and_the_tolerance():
    (row,) = plain(Check("g", 0.5, 0.51, 0.1))
    assert row == "✓ g  0.5 = 0.51 ± 0.1"
    (row,) = plain(Check("g", 1.00000001, 1.0))
    assert row.startswith("✗ failed: g  1.00000001 = 1")


def test_names_from_outside_do_nothing():
    rows = plain(Bars("[red]x\x1b[31m", {"a\x1b]0;t\x07": 1.0}))
    assert "\x1b" not in "".join(rows)
    assert rows[0].startswith("[red]x^[[31m")


def test_a_frame_is_a_renderable():
    console = Console(width=50, color_system=None)
    with console.capture() as captured:
        console.print(Drawn(FRAMES["line"], INKS["plain"], height=10))
    lines = captured.get().splitlines()
    assert len(lines) == 10
    assert lines[0].startswith("loss")
