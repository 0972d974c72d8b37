"""Formulas wider than the page."""

from __future__ import annotations

import pytest

from mlquiz.typeset import layout
from mlquiz.typeset.breaking import broken
from mlquiz.typeset.glyphs import Repertoire
from mlquiz.typeset.glyphs import width as columns_of
from mlquiz.typeset.layout import Typesetter
from mlquiz.typeset.parse import parse


def test_breaks_at_relations_first_and_aligns_them() -> None:
    assert layout("f = a + b + c + d = e + f + g + h", width=20) == ["f = a + b + c + d", "  = e + f + g + h"]


def test_breaks_at_operators_under_the_right_side() -> None:
    assert layout("y = aaaa + bbbb + cccc - dddd", width=20) == ["y = aaaa + bbbb", "    + cccc − dddd"]


def test_sums_break_before_products() -> None:
    assert layout(r"aaaaaaa \cdot bbbbb + ccccc \cdot ddddd", width=24) == [
        "aaaaaaa · bbbbb",
        "  + ccccc · ddddd",
    ]


def test_a_product_without_a_sign_gets_one() -> None:
    assert layout("f(aaaa, bbbb)g(cccc, dddd)", width=22) == ["f(aaaa, bbbb)", "    · g(cccc, dddd)"]


def test_equations_side_by_side_go_under_one_another() -> None:
    assert layout(r"a = bbbbbbb, \quad c = ddddddd", width=16) == ["a = bbbbbbb,", "c = ddddddd"]


def test_inside_a_tall_bracket() -> None:
    rows = layout(r"x = \left( \frac{a}{b} + cccccccccc + dddddddddd \right)", width=24)
    assert rows == [
        "    ╭ a",
        "x = │ ─ + cccccccccc",
        "    ╰ b",
        "",
        "                   ╮",
        "      + dddddddddd │",
        "                   ╯",
    ]


def test_a_wide_fraction_breaks_its_parts() -> None:
    rows = layout(r"\frac{aaaaaaa + bbbbbbb + ccccccc}{2}", width=20)
    assert rows == ["aaaaaaa + bbbbbbb", "  + ccccccc", "─────────────────", "        2"]


def test_aligned_equations_break_one_by_one() -> None:
    rows = layout(r"\begin{aligned} x &= aaaa + bbbb + cccc \\ y &= 1 \end{aligned}", width=15)
    assert rows == ["x = aaaa + bbbb", "    + cccc", "", "y = 1"]


def test_cases_put_conditions_under_values() -> None:
    rows = layout(r"\begin{cases} aaaaaaaa & \text{if } bbbbbb \\ 0 & \text{otherwise} \end{cases}", width=20)
    assert rows == ["╭ aaaaaaaa", "│   if bbbbbb", "┤", "│ 0", "╰   otherwise"]


def test_what_cannot_be_broken_is_set_on_one_row_and_cut() -> None:
    rows = layout(r"\text{incomprehensibilities} + 1", width=10)
    assert "".join(rows).replace(" ", "") == "incomprehensibilities+1"
    assert all(columns_of(row) <= 10 for row in rows)


@pytest.mark.parametrize("glyphs", ["plain", "full", "ascii"])
@pytest.mark.parametrize("width", [80, 40, 24])
def test_no_formula_is_wider_than_the_page(formulas: list[str], width: int, glyphs: Repertoire) -> None:
    for latex in formulas:
        too_wide = [row for row in layout(latex, width, glyphs) if columns_of(row) > width]
        assert not too_wide, latex


@pytest.mark.parametrize("glyphs", ["plain", "full"])
def test_every_formula_is_a_display_at_forty_columns(formulas: list[str], glyphs: Repertoire) -> None:
    """The one-row form, cut anywhere, is the last resort: none of these needs it."""
    for latex in formulas:
        assert broken(parse(latex), Typesetter(glyphs), 40).width <= 40, latex
