"""The commands that take arguments, or mean more than one symbol."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mlquiz.typeset import environments, letters
from mlquiz.typeset.errors import TypesetError
from mlquiz.typeset.nodes import (
    Accent,
    Atom,
    Class,
    Classed,
    Delimiter,
    Fence,
    Fraction,
    Node,
    Operator,
    Root,
    Row,
    Scripts,
    Space,
    Text,
)
from mlquiz.typeset.spacing import CLASSES, class_of
from mlquiz.typeset.symbols import FUNCTIONS, LIMIT_FUNCTIONS, NEGATIONS, SYMBOLS, names
from mlquiz.typeset.tokens import Token

if TYPE_CHECKING:
    from mlquiz.typeset.parse import Parser

Reader = Callable[["Parser", Token], Node | None]


def unknown(token: Token) -> TypesetError:
    """Make the error for a command that isn't known, naming the nearest one that is."""
    from difflib import get_close_matches  # only on the way to an error

    near = get_close_matches(token.text, [*READERS, *SYMBOLS], n=1, cutoff=0.5)
    hint = f"; did you mean {near[0]}?" if near else ""
    return TypesetError(f"unknown command {token.text}{hint}", token.column)


def character(token: Token) -> Atom:
    r"""Return the atom of a character as typed; ``≤`` is ``\le``."""
    name = _typed_symbols().get(token.text, token.text)
    return Atom(name, SYMBOLS[name].cls if name in SYMBOLS else "ord")


_TYPED: dict[str, str] = {}


def _typed_symbols() -> dict[str, str]:
    if not _TYPED:
        for name, symbol in SYMBOLS.items():
            for glyph in (symbol.full, symbol.plain):
                if len(glyph) == 1 and not glyph.isascii():
                    _TYPED.setdefault(glyph, name)
    return _TYPED


# --- symbols --------------------------------------------------------------------------------------


def _classed(cls: Class) -> Reader:
    return lambda parser, token: Classed(parser.argument(token), cls)


def _modulus(parser: Parser, token: Token) -> Node:
    inside = (Text("mod "), *parser.argument(token).items)
    return Row((Text("  "), Fence("(", ")", (Row(inside),))))


def _negated(parser: Parser, token: Token) -> Node:
    column = parser.column
    row = parser.argument(token)
    node = row.items[0] if len(row.items) == 1 else None
    if not isinstance(node, Atom):
        raise TypesetError("\\not needs a symbol to strike through", column)
    if node.name in NEGATIONS:
        name = NEGATIONS[node.name]
        return Atom(name, SYMBOLS[name].cls)
    return Classed(Row((Accent("\\not", row),)), node.cls)


# --- fractions and roots ----------------------------------------------------------------------


def _fraction(parser: Parser, token: Token) -> Node:
    return Fraction(parser.argument(token), parser.argument(token), small=token.text == "\\tfrac")


def _binomial(parser: Parser, token: Token) -> Node:
    fraction = Fraction(parser.argument(token), parser.argument(token), bar=False)
    return Fence("(", ")", (Row((fraction,)),))


def _root(parser: Parser, token: Token) -> Node:
    degree: Row | None = None
    if parser.peek() == "[":
        opening = parser.next("a degree")
        degree = parser.row(stop="]")
        parser.expect("]", opening)
    return Root(parser.argument(token), degree)


# --- over and under ---------------------------------------------------------------------------


def _accent(parser: Parser, token: Token) -> Node:
    accent = Accent(_ACCENT_NAMES.get(token.text, token.text), parser.argument(token))
    if token.text not in {"\\overbrace", "\\underbrace"}:
        return accent
    sub, sup = None, None
    while parser.peek() in {"_", "^"}:
        mark = parser.next("a label")
        if mark.text == "_":
            sub = parser.argument(mark)
        else:
            sup = parser.argument(mark)
    return Scripts(accent, sub, sup, limits=True) if sub or sup else accent


_ACCENT_NAMES = {"\\widebar": "\\overline", "\\mathring": "\\ring"}


def _stack(parser: Parser, token: Token) -> Node:
    label, body = parser.argument(token), parser.argument(token)
    base: Node = body.items[0] if len(body.items) == 1 else body
    if token.text == "\\stackrel":
        base = Classed(body, "rel")
    cls = class_of(base, "left")
    sub, sup = (label, None) if token.text == "\\underset" else (None, label)
    return Classed(Row((Scripts(base, sub, sup, limits=True),)), cls)


def _substack(parser: Parser, token: Token) -> Node:
    opening = parser.next("the lines of \\substack")
    return environments.lines(parser, opening, token)


def _arrow(parser: Parser, token: Token) -> Node:
    below: Row | None = None
    if parser.peek() == "[":
        opening = parser.next("a label")
        below = parser.row(stop="]")
        parser.expect("]", opening)
    name = "\\longrightarrow" if token.text == "\\xrightarrow" else "\\longleftarrow"
    above = parser.argument(token)
    return Classed(Row((Scripts(Accent(name, Row()), below, above, limits=True),)), "rel")


# --- delimiters -------------------------------------------------------------------------------


def _left(parser: Parser, token: Token) -> Node:
    left = _delimiter(parser, token)
    parts, middles = [parser.row()], []
    while parser.peek() == "\\middle":
        middles.append(_delimiter(parser, parser.next("\\middle")))
        parts.append(parser.row())
    parser.expect("\\right", token)
    right = _delimiter(parser, Token("\\right", token.column))
    return Fence(left, right, tuple(parts), tuple(middles))


def _delimiter(parser: Parser, of: Token) -> str:
    token = parser.next(f"a delimiter for {of.text}")
    name = _OTHER_NAMES.get(token.text, token.text)
    if name in _DELIMITERS:
        return name
    raise TypesetError(
        f"{of.text} needs a delimiter such as ( [ \\{{ | \\langle or a full stop, found {token.text}",
        token.column,
    )


_OTHER_NAMES = {"<": "\\langle", ">": "\\rangle", "\\vert": "|", "\\Vert": "\\|"}
_DELIMITERS = {"(", ")", "[", "]", "|", "||", "\\|", "/", ".", "\\backslash"} | {
    "\\" + name
    for name in names(
        "{ } lbrace rbrace lbrack rbrack langle rangle lfloor rfloor lceil rceil lvert rvert lVert rVert "
        "uparrow downarrow updownarrow"
    )
}


def _big(parser: Parser, token: Token) -> Node:
    size = token.text.rstrip("lrm") if token.text.rstrip("lrm") in _BIG_ROWS else token.text
    name = _delimiter(parser, token)
    suffix = token.text[len(size) :]
    cls = _BIG_CLASSES[suffix] if suffix else SYMBOLS[name].cls if name in SYMBOLS else "ord"
    return Delimiter(name, _BIG_ROWS[size], cls)


_BIG_CLASSES: dict[str, Class] = {"l": "open", "r": "close", "m": "rel"}
_BIG_ROWS = {"\\big": 1, "\\Big": 3, "\\bigg": 3, "\\Bigg": 5}

# --- the table --------------------------------------------------------------------------------


def _nothing(_parser: Parser, _token: Token) -> None:
    return None


def _space(width: int) -> Reader:
    return lambda _parser, _token: Space(width)


def _any_space(parser: Parser, token: Token) -> Node:
    parser.raw(token)
    return Space(1)


def _named(name: str, *, limits: bool) -> Reader:
    return lambda _parser, _token: Operator(name, limits)


_FONTS = {
    "bold": "mathbf boldsymbol bm pmb mathbfit",
    "double": "mathbb mathds Bbb",
    "script": "mathcal mathscr",
    "fraktur": "mathfrak",
    "": "mathit mathsf mathtt mathnormal",
}
_OVER = (
    "hat widehat bar overline tilde widetilde vec overrightarrow overleftarrow dot ddot dddot check breve "
    "acute grave mathring underline overbrace underbrace boxed phantom hphantom vphantom widebar cancel"
)


def _commands(text: str, read: Reader) -> dict[str, Reader]:
    return {"\\" + name: read for name in names(text)}


READERS: dict[str, Reader] = {
    **{
        name: read
        for font, text in _FONTS.items()
        for name, read in _commands(text, letters.font(font)).items()
    },
    **_commands(_OVER, _accent),
    **{"\\" + name: _named(name, limits=False) for name in FUNCTIONS},
    **{"\\" + name: _named(name, limits=True) for name in LIMIT_FUNCTIONS},
    "\\limsup": _named("lim sup", limits=True),
    "\\liminf": _named("lim inf", limits=True),
    **_commands("text textrm textbf textit textsf texttt textnormal mbox", letters.words),
    **_commands("frac dfrac tfrac cfrac", _fraction),
    **_commands("binom dbinom tbinom", _binomial),
    **_commands("overset underset stackrel", _stack),
    **{size + side: _big for size in _BIG_ROWS for side in ("", *_BIG_CLASSES)},
    **{"\\math" + cls: _classed(cls) for cls in CLASSES},
    **_commands(", : ; > enspace thinspace medspace space", _space(1)),
    **_commands("! displaystyle textstyle scriptstyle nonumber notag", _nothing),
    "\\ ": _space(1),
    "~": _space(1),
    "\\quad": _space(3),
    "\\qquad": _space(6),
    "\\hspace": _any_space,
    "\\mathrm": letters.roman,
    "\\operatorname": letters.operator,
    "\\operatorname*": letters.operator,
    "\\pmod": _modulus,
    "\\not": _negated,
    "\\sqrt": _root,
    "\\substack": _substack,
    "\\xrightarrow": _arrow,
    "\\xleftarrow": _arrow,
    "\\left": _left,
    "\\begin": environments.begin,
}
"""What reads each command that isn't a mere symbol."""
