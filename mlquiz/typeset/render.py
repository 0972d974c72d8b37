"""A formula in two dimensions, on one row, and in words."""

from typing import TYPE_CHECKING

from mlquiz.typeset.errors import TypesetError
from mlquiz.typeset.layout import Typesetter
from mlquiz.typeset.parse import parse
from mlquiz.typeset.styles import DISPLAY, LINE

if TYPE_CHECKING:
    from mlquiz.typeset.glyphs import Repertoire
    from mlquiz.typeset.nodes import Row

_TYPESETTERS: "dict[Repertoire, Typesetter]" = {
    "plain": Typesetter("plain"),
    "full": Typesetter("full"),
    "ascii": Typesetter("ascii"),
}


def layout(latex: str, width: int = 80, glyphs: "Repertoire" = "plain") -> list[str]:
    """Set a formula in display style.

    Parameters
    ----------
    latex : str
        Without dollar signs.
    width : int
        Columns there are; a wider formula is broken at relations, then at binary operators.
    glyphs : {"plain", "full", "ascii"}
        The repertoire: characters of common monospace fonts, all of Unicode, or ASCII.

    Returns
    -------
    list of str
        Rows, without spaces at their ends. None is wider than `width`, if that is 2 or more.

    Raises
    ------
    TypesetError
        For LaTeX that can't be read.
    """
    try:
        return _layout(parse(latex), _TYPESETTERS[glyphs], width)
    except RecursionError:
        raise _too_deep() from None


def inline(latex: str, glyphs: "Repertoire" = "plain") -> str:
    """Set a formula on one row: ``a/b``, ``√(x)``, with brackets only where they are needed.

    Raises
    ------
    TypesetError
        For LaTeX that can't be read.
    """
    try:
        return _on_one_row(parse(latex), _TYPESETTERS[glyphs])
    except RecursionError:
        raise _too_deep() from None


def words(latex: str) -> str:
    r"""Say a formula, for screen readers: ``\frac{x^2}{2}`` is "x squared over 2".

    Raises
    ------
    TypesetError
        For LaTeX that can't be read.
    """
    from mlquiz.typeset.speech import speak  # few need it

    try:
        return speak(parse(latex))
    except RecursionError:
        raise _too_deep() from None


def _too_deep() -> TypesetError:
    return TypesetError("the formula is nested too deeply", 1)


def _layout(formula: "Row", typesetter: Typesetter, width: int) -> list[str]:
    box = typesetter.row(formula.items, DISPLAY)
    if box.width <= width:
        return [row.rstrip() for row in box.rows]
    from mlquiz.typeset.breaking import broken, wrapped  # most formulas fit

    box = broken(formula, typesetter, width)
    if box.width <= width:
        return [row.rstrip() for row in box.rows]
    return wrapped(_on_one_row(formula, typesetter), max(width, 2))


def _on_one_row(formula: "Row", typesetter: Typesetter) -> str:
    from mlquiz.typeset.linear import Linear  # not for displays

    return typesetter.box(Linear(typesetter).row(formula), LINE).rows[0]
