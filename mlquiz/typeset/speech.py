"""A formula in words, for screen readers: what belongs together is said to begin and to end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlquiz.typeset.nodes import (
    Accent,
    Atom,
    Classed,
    Delimiter,
    Fence,
    Fraction,
    Grid,
    Node,
    Operator,
    Root,
    Row,
    Scripts,
    Space,
    Text,
)
from mlquiz.typeset.scripts import has_limits
from mlquiz.typeset.slash import is_product
from mlquiz.typeset.spacing import class_of, left_classes
from mlquiz.typeset.spoken import (
    ARROWS,
    BEFORE,
    FENCES,
    NAMED,
    POWERS,
    PRIMES,
    SAID_AFTER,
    SHORT_ENDS,
    is_alone,
    is_applied,
    is_bare,
    is_letters,
    is_short,
    is_simple,
    said,
)
from mlquiz.typeset.symbols import SYMBOLS

if TYPE_CHECKING:
    from collections.abc import Callable


def speak(formula: Row) -> str:
    """Say a formula; a part of several symbols is closed by "end", so that nothing depends on pauses."""
    return _tidy(_row(formula))


def _tidy(text: str) -> str:
    """Drop doubled and final pauses."""
    spoken: list[str] = []
    for word in text.split():
        if word == "," and spoken:
            spoken[-1] = spoken[-1].rstrip(",") + ","
        else:
            spoken.append(word.rstrip(",") + "," if word.endswith(",,") else word)
    while spoken and spoken[-1] in {"comma", ","}:
        spoken.pop()
    return " ".join(spoken).rstrip(",")


# --- rows -------------------------------------------------------------------------------------


def _row(row: Row) -> str:
    items = [item for item in row.items if not isinstance(item, Space)]
    classes = left_classes(tuple(items))
    return " ".join(
        _in_row(
            item,
            cls,
            items[index - 1] if index else None,
            items[index + 1] if index + 1 < len(items) else None,
        )
        for index, (item, cls) in enumerate(zip(items, classes, strict=True))
    )


def _in_row(node: Node, cls: str | None, before: Node | None, after: Node | None) -> str:
    """Say a node that has neighbours."""
    if isinstance(node, Atom) and node.name == "-":
        return "minus" if cls == "bin" else "negative"
    if isinstance(node, Atom) and node.name == "." and after is None:
        return ""
    if isinstance(node, Fraction):
        return _fraction(node, alone=is_alone(before, after))
    if isinstance(node, Fence) and before is not None and is_applied(before, node):
        return "of " + _say(node.parts[0])
    if class_of(node, "left") == "op" and after is not None and _takes_argument(node, after):
        return _say(node) + " of"
    return _say(node)


def _takes_argument(node: Node, after: Node) -> bool:
    base = node.base if isinstance(node, Scripts) else node
    if isinstance(base, Operator) and base.text == "arg":
        return False
    if isinstance(after, Fence) and is_applied(node, after):
        return False  # the bracket says "of" itself
    return class_of(after, "left") not in {"rel", "bin", "punct", "close"}


# --- nodes ------------------------------------------------------------------------------------


def _say(node: Node) -> str:
    return _SPEAKERS[type(node)](node)


def _atom(node: Atom) -> str:
    symbol = SYMBOLS.get(node.name)
    return symbol.words if symbol is not None else node.name


def _fraction(node: Fraction, *, alone: bool = True) -> str:
    above, below = _row(node.above), _row(node.below)
    if not node.bar:
        return f"{above} choose {below}"
    if (above, below) in NAMED:
        return NAMED[above, below]
    if alone and is_simple(node.above) and is_simple(node.below):
        return f"{above} over {below}"
    if is_product(node.above) and is_short(node.above) and is_short(node.below):
        return f"the fraction {above} over {below}, end fraction,"
    return f"the fraction with numerator {above} and denominator {below}, end fraction,"


def _root(node: Root) -> str:
    degree = (
        "square" if node.degree is None else {"3": "cube"}.get(_row(node.degree), f"{_row(node.degree)}-th")
    )
    end = "" if is_bare(node.body) else ", end root,"
    return f"the {degree} root of {_row(node.body)}{end}"


def _scripts(node: Scripts) -> str:
    if isinstance(node.base, Accent) and node.base.name in {"\\overbrace", "\\underbrace"}:
        label = node.sub or node.sup or Row()
        return f"{_say(node.base)} labelled {_row(label)}, end label,"
    if has_limits(node.base) or (isinstance(node.base, Atom) and node.base.cls == "op"):
        return _limits(node)
    return " ".join(filter(None, (_base(node.base), _sub(node.sub), _sup(node.sup))))


def _base(base: Node) -> str:
    if isinstance(base, Row) and base.items and not is_bare(base):
        return f"the group {_row(base)}, end group,"
    return _fence(base, ended=True) if isinstance(base, Fence) else _say(base)


def _limits(node: Scripts) -> str:
    parts = [_say(node.base)]
    if node.sub is not None and node.sup is not None:
        below = _script(node.sub)
        start = below.replace(" equals ", " from ", 1) if " equals " in below else "from " + below
        parts.append(f"{'over' if ' from ' in start else ''} {start} to {_row(node.sup)}")
    elif node.sub is not None:
        parts.append(f"over {_script(node.sub)}")
    elif node.sup is not None:
        parts.append(f"to {_row(node.sup)}")
    return " ".join(parts)


def _sub(sub: Row | None) -> str:
    if sub is None:
        return ""
    end = "" if is_bare(sub) or is_letters(sub) else ", end sub,"
    return f"sub {_script(sub)}{end}"


def _script(row: Row) -> str:
    """Say a script briefly: "k not equal to l"."""
    return _row(row).replace(" is ", " ")


def _sup(sup: Row | None) -> str:
    if sup is None:
        return ""
    items = list(sup.items)
    primes = []
    while items and isinstance(items[0], Atom) and items[0].name in PRIMES:
        primes.append(_say(items.pop(0)))
    return " ".join([*primes, _power(Row(tuple(items)))] if items else primes)


def _power(row: Row) -> str:
    names = [item.name for item in row.items if isinstance(item, Atom)]
    if len(row.items) == 1 and names and names[0] in POWERS:
        return POWERS[names[0]]
    if names == ["-", "1"] and len(row.items) == 2:
        return "inverse"
    if len(row.items) == 1 and isinstance(row.items[0], Fence | Text):
        return f"superscript {_row(row)}"
    end = "" if is_bare(row) else ", end power,"
    return f"to the {_row(row)}{end}"


def _fence(node: Fence, *, ended: bool = False) -> str:
    inside = _row(node.parts[0])
    for middle, part in zip(node.middles, node.parts[1:], strict=True):
        inside += f" {_delimiter_words(middle)} {_row(part)}"
    known = FENCES.get((node.left, node.right))
    if (
        len(node.parts) == 1
        and len(node.parts[0].items) == 1
        and isinstance(node.parts[0].items[0], Fraction)
    ):
        fraction = node.parts[0].items[0]
        if not fraction.bar:
            return f"{inside}," if is_simple(fraction.above) else f"binomial {inside}, end binomial,"
    if known is None:
        return f"{_delimiter_words(node.left)} {inside} {_delimiter_words(node.right)}"
    if not ended and node.left in SHORT_ENDS and len(node.parts) == 1 and is_bare(node.parts[0]):
        return f"{known[0]} {inside}"
    return f"{known[0]} {inside}, {known[1]},"


def _delimiter_words(name: str) -> str:
    if name == ".":
        return ""
    return SYMBOLS[name].words if name in SYMBOLS else name.lstrip("\\")


def _grid(node: Grid) -> str:
    if node.kind == "cases":
        rows = [" ".join(_row(cell).removesuffix(" comma") + "," for cell in row) for row in node.cells]
        return (
            f"{len(rows)} cases: "
            + " ".join(f"case {n}: {row}" for n, row in enumerate(rows, 1))
            + " end cases,"
        )
    if node.kind in {"aligned", "lines"}:
        return ", ".join(" ".join(_row(cell) for cell in row) for row in node.cells)
    size = f"{len(node.cells)} by {max(map(len, node.cells))}"
    name = "determinant" if node.left == "|" else "matrix"
    rows = [f"row {n}: " + ", ".join(_row(cell) for cell in row) for n, row in enumerate(node.cells, 1)]
    return f"the {size} {name} " + ", ".join(rows) + f", end {name},"


def _accent(node: Accent) -> str:
    body = _row(node.body)
    if node.name in ARROWS:
        return ARROWS[node.name]
    if node.name in BEFORE:
        return f"{BEFORE[node.name]} {body}"
    if node.name.endswith("phantom"):
        return ""
    if node.name not in SAID_AFTER:
        return body
    if is_simple(node.body):
        return f"{body} {SAID_AFTER[node.name]}"
    return f"{SAID_AFTER[node.name]} over {body}, end {SAID_AFTER[node.name]},"


_SPEAKERS: dict[type, Callable[[Any], str]] = {
    Atom: _atom,
    Text: lambda node: node.text,
    Operator: lambda node: said(node.text),
    Row: _row,
    Classed: lambda node: _row(node.body),
    Space: lambda _node: "",
    Fraction: _fraction,
    Root: _root,
    Scripts: _scripts,
    Fence: _fence,
    Delimiter: lambda node: _delimiter_words(node.name),
    Grid: _grid,
    Accent: _accent,
}
