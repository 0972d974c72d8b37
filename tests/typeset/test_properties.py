"""What holds for any formula."""

from __future__ import annotations

import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlquiz.typeset import TypesetError, inline, layout, words
from mlquiz.typeset.breaking import Breaker
from mlquiz.typeset.glyphs import Repertoire, width
from mlquiz.typeset.layout import Typesetter
from mlquiz.typeset.parse import parse
from mlquiz.typeset.styles import DISPLAY, Style

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlquiz.typeset.nodes import Node

GLYPHS: tuple[Repertoire, ...] = ("plain", "full", "ascii")


class Formula(NamedTuple):
    """LaTeX, and the letters and digits that must be seen."""

    latex: str
    visible: str


def _leaf(latex: str) -> Formula:
    return Formula(latex, latex)


LETTERS = st.sampled_from("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789").map(_leaf)
GREEK = st.sampled_from([("alpha", "α"), ("beta", "β"), ("theta", "θ"), ("Sigma", "Σ"), ("gamma", "γ")]).map(
    lambda pair: Formula("\\" + pair[0] + " ", pair[1])
)
FONTS = st.builds(
    lambda font, letter: Formula(f"\\{font}{{{letter}}}", letter),
    st.sampled_from(["mathbf", "mathbb", "mathcal", "mathrm", "boldsymbol"]),
    st.sampled_from("ABCDEabcde"),
)

# Each template with the number of formulas it takes: {0}, {1}, ...
TEMPLATES = [
    ("{0}{1}", 2),
    ("{0} + {1}", 2),
    ("{0} = {1}", 2),
    ("-{0}", 1),
    ("{0}, {1}", 2),
    ("{{{0}}}_{{{1}}}", 2),
    ("{{{0}}}^{{{1}}}", 2),
    ("{{{0}}}_{{{1}}}^{{{2}}}", 3),
    ("{{{0}}}'", 1),
    (r"\frac{{{0}}}{{{1}}}", 2),
    (r"\tfrac{{{0}}}{{{1}}}", 2),
    (r"\binom{{{0}}}{{{1}}}", 2),
    (r"\sqrt{{{0}}}", 1),
    (r"\sqrt[{1}]{{{0}}}", 2),
    ("({0})", 1),
    (r"\left[{0}\right]", 1),
    (r"\left\{{{0}\middle|{1}\right.", 2),
    (r"\left\langle {0}\right\rangle", 1),
    ("|{0}|", 1),
    (r"\|{0}\|", 1),
    (r"\Big({0}\Big)", 1),
    (r"\sum_{{{0}}}^{{{1}}} {2}", 3),
    (r"\int_{{{0}}}^{{{1}}} {2}", 3),
    (r"\max_{{{0}}} {1}", 2),
    (r"\operatorname{{f}}({0})", 1),
    (r"\hat{{{0}}}", 1),
    (r"\vec{{{0}}}", 1),
    (r"\overline{{{0}}}", 1),
    (r"\underbrace{{{0}}}_{{{1}}}", 2),
    (r"\overset{{{0}}}{{{1}}}", 2),
    (r"\boxed{{{0}}}", 1),
    (r"\begin{{pmatrix}}{0} & {1} \\ {2} & 0\end{{pmatrix}}", 3),
    (r"\begin{{cases}}{0} & {1} \\ {2}\end{{cases}}", 3),
    (r"\begin{{aligned}}{0} &= {1} \\ &+ {2}\end{{aligned}}", 3),
    (r"\text{{if $ {0} $ or}} {1}", 2),
]


def _filled(template: tuple[str, int], parts: list[Formula]) -> Formula:
    pattern, count = template
    used = parts[:count]
    extra = {"pmatrix": "0", "operatorname": "f", "text": "ifor", r"\max": "max"}
    more = "".join(letters for word, letters in extra.items() if word in pattern)
    return Formula(
        pattern.format(*(part.latex for part in used)), "".join(part.visible for part in used) + more
    )


FORMULAS = st.recursive(
    LETTERS | GREEK | FONTS,
    lambda inner: st.builds(_filled, st.sampled_from(TEMPLATES), st.lists(inner, min_size=3, max_size=3)),
    max_leaves=12,
)


def _seen(text: str) -> Counter[str]:
    """Count letters and digits, whatever their alphabet, size or accent."""
    plain = unicodedata.normalize("NFKD", text).replace("ɑ", "α")
    return Counter(character for character in plain if character.isalnum())


class Checked(Typesetter):
    """A typesetter that looks at each box it makes."""

    def box(self, node: Node, style: Style):  # type: ignore[no-untyped-def]
        box = super().box(node, style)
        assert [width(row) for row in box.rows] == [box.width] * len(box.rows), node
        assert 0 <= box.baseline < len(box.rows)
        assert 0 <= box.up <= box.baseline
        assert 0 <= box.down <= box.below
        return box


@given(FORMULAS, st.sampled_from(GLYPHS))
def test_every_row_of_a_box_has_its_width(formula: Formula, glyphs: Repertoire) -> None:
    Checked(glyphs).row(parse(formula.latex).items, DISPLAY)


@given(FORMULAS, st.sampled_from(GLYPHS), st.integers(8, 60))
def test_broken_boxes_are_rectangles_too(formula: Formula, glyphs: Repertoire, columns: int) -> None:
    box = Breaker(Checked(glyphs)).row(parse(formula.latex).items, DISPLAY, columns)
    assert [width(row) for row in box.rows] == [box.width] * len(box.rows)


@given(FORMULAS, st.sampled_from(GLYPHS), st.integers(10, 100))
def test_rows_keep_to_the_page(formula: Formula, glyphs: Repertoire, columns: int) -> None:
    rows = layout(formula.latex, columns, glyphs)
    assert max(map(width, rows)) <= columns
    assert all(row == row.rstrip() for row in rows)
    if glyphs == "ascii":
        assert "".join(rows).isascii()


@given(FORMULAS, st.sampled_from(["plain", "full"]), st.sampled_from([25, 60, 1000]))
def test_no_letter_or_digit_is_lost(formula: Formula, glyphs: Repertoire, columns: int) -> None:
    wanted = _seen(formula.visible)
    assert not wanted - _seen("".join(layout(formula.latex, columns, glyphs)))
    assert not wanted - _seen(inline(formula.latex, glyphs))


@given(FORMULAS, st.sampled_from(GLYPHS))
def test_inline_is_one_row(formula: Formula, glyphs: Repertoire) -> None:
    row = inline(formula.latex, glyphs)
    assert len(row.splitlines()) == 1
    assert glyphs != "ascii" or row.isascii()


@given(FORMULAS)
def test_words_are_plain(formula: Formula) -> None:
    text = words(formula.latex)
    assert text
    assert not set(text) & set("\\{}_^&")


NOISE_TOKENS = """
    a 1 + - = ( ) [ ] { } | || , . ' _ ^ & ~ \\\\ \\, \\| \\{ \\} \\left( \\right) \\left. \\middle|
    \\frac \\sqrt \\sum \\hat \\text \\mathbf \\alpha \\max \\begin{cases} \\end{cases} \\over \\limits
    \\big \\not \\operatorname % $ # 中
"""
NOISE = st.lists(st.sampled_from(NOISE_TOKENS.split()), max_size=25).map(" ".join)


def _refusal(render: Callable[[str], object], latex: str) -> TypesetError | None:
    try:
        render(latex)
    except TypesetError as error:
        return error
    return None


@settings(max_examples=200)
@given(NOISE | st.text(max_size=30))
def test_anything_is_set_or_refused_with_a_column(latex: str) -> None:
    for render in (layout, inline, words):
        error = _refusal(render, latex)
        assert error is None or (1 <= error.column <= len(latex) + 1 and error.message)


@pytest.mark.thorough
@settings(max_examples=1000)
@given(FORMULAS, st.integers(10, 60))
def test_no_formula_crashes(formula: Formula, columns: int) -> None:
    for glyphs in GLYPHS:
        layout(formula.latex, columns, glyphs)
        inline(formula.latex, glyphs)
