"""Characters: how wide they are, and which fonts have them."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlquiz.typeset import layout
from mlquiz.typeset.glyphs import width
from mlquiz.typeset.symbols import SYMBOLS

rich_cells = pytest.importorskip("rich.cells")


def _assigned(character: str) -> bool:
    return unicodedata.category(character) not in {"Cc", "Cn", "Cs", "Co", "Cf"}


@given(st.text(st.sampled_from("abαβ∑∏─│╭ᵢₙ²½x̂θ̄中文標題한カナｶ，。（）éñ𝔼𝟙ℝ")))
def test_width_agrees_with_rich(text: str) -> None:
    assert width(text) == rich_cells.cell_len(text)


def test_combining_marks_take_no_column() -> None:
    assert width("x̂θ̂") == 2
    assert layout(r"\frac{\hat{\theta}}{ab}") == ["θ̂", "──", "ab"]


def test_plain_glyphs_are_in_a_common_monospace_font() -> None:
    """DejaVu Sans Mono, which matplotlib ships, stands for the common ones."""
    matplotlib = pytest.importorskip("matplotlib")
    from matplotlib.ft2font import FT2Font

    fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    known = FT2Font(str(fonts / "DejaVuSansMono.ttf")).get_charmap()
    missing = {
        name: symbol.plain
        for name, symbol in SYMBOLS.items()
        if any(ord(c) not in known for c in symbol.plain)
    }
    assert missing == {}


def test_plain_look_of_every_formula_needs_only_that_font(all_formulas: list[str]) -> None:
    matplotlib = pytest.importorskip("matplotlib")
    from matplotlib.ft2font import FT2Font

    fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    known = FT2Font(str(fonts / "DejaVuSansMono.ttf")).get_charmap()
    used = set("".join(row for latex in all_formulas for row in layout(latex)))
    assert {character for character in used if ord(character) not in known} == set()


def test_every_symbol_is_set_in_every_repertoire() -> None:
    for name in SYMBOLS:
        if name in {"\\{", "{"}:
            continue
        for glyphs in ("plain", "full", "ascii"):
            rows = layout(f"x {name} y", glyphs=glyphs)
            assert len(rows) == 1, name
            assert rows[0].startswith("x")
            assert rows[0].endswith("y")
            assert glyphs != "ascii" or rows[0].isascii()
