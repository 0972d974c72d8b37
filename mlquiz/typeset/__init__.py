"""LaTeX to boxes of characters: a formula in two dimensions, on one row, or in words."""

from mlquiz.typeset.errors import TypesetError
from mlquiz.typeset.glyphs import Repertoire
from mlquiz.typeset.render import inline, layout, words

__all__ = ["Repertoire", "TypesetError", "inline", "layout", "words"]
