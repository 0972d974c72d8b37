"""A tree rewritten so that it fits on one row, as one would type it: ``a/b``, ``√(x)``, ``x^(a+1)``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlquiz.typeset.glyphs import ACCENTS, accented, lowered, raised
from mlquiz.typeset.layout import Typesetter, is_single
from mlquiz.typeset.nodes import (
    Accent,
    Atom,
    Classed,
    Delimiter,
    Fence,
    Fraction,
    Grid,
    Node,
    Root,
    Row,
    Scripts,
    Space,
    Text,
)
from mlquiz.typeset.slash import bracketed, with_slashes
from mlquiz.typeset.spacing import class_of
from mlquiz.typeset.styles import LINE, SCRIPT

if TYPE_CHECKING:
    from collections.abc import Callable

Nodes = tuple[Node, ...]


class Linear:
    """Rewrites nodes so that a typesetter lays them out on one row."""

    def __init__(self, typesetter: Typesetter) -> None:
        self.typesetter = typesetter
        self.is_ascii = typesetter.repertoire == "ascii"
        self._makers: dict[type, Callable[[Any], Nodes]] = {
            Row: lambda node: (self.row(node),),
            Classed: lambda node: (node._replace(body=self.row(node.body)),),
            Root: self._root,
            Scripts: self._scripts,
            Fence: lambda node: (node._replace(parts=tuple(map(self.row, node.parts)), rows=1),),
            Delimiter: lambda node: (node._replace(rows=1),),
            Grid: self._grid,
            Accent: self._accent,
        }

    def row(self, row: Row) -> Row:
        """Rewrite a row."""
        items: list[Node] = []
        for item in with_slashes(row.items, self.typesetter.is_small_fraction):
            new = self.nodes(item)
            if items and new and self._would_merge(items[-1], new[0]):
                items.append(Space(1))
            items += new
        return Row(tuple(items))

    def nodes(self, node: Node) -> Nodes:
        """Rewrite one node to one or several."""
        make = self._makers.get(type(node))
        return (node,) if make is None else make(node)

    def _would_merge(self, left: Node, right: Node) -> bool:
        """Tell whether a letter would seem to belong to the script typed before it."""
        last = left.body.items[-1] if isinstance(left, Classed) and left.body.items else left
        typed = isinstance(last, Text) and last.text[:1] in {"_", "^"} and last.text[-1:].isalnum()
        return typed and self._text((right,))[:1].isalnum()

    def _text(self, items: Nodes) -> str:
        return self.typesetter.row(items, LINE).rows[0]

    # --- scripts ------------------------------------------------------------------------------

    def _scripts(self, node: Scripts) -> Nodes:
        if isinstance(node.base, Accent) and node.base.name in _NOTED:
            return self._noted(node.base, node.sub or node.sup)
        base = self._base(node.base)
        sub, sup = (None if row is None else self.row(row) for row in (node.sub, node.sup))
        if self._is_small(sub, sup):
            return (
                (*base[:-1], Scripts(base[-1], sub, sup, limits=False))
                if base
                else (Scripts(Row(), sub, sup, limits=False),)
            )
        return self._typed_scripts(node.base, base, sub, sup)

    def _base(self, base: Node) -> Nodes:
        nodes = self.nodes(base)
        if isinstance(base, Fraction | Root) or (
            isinstance(base, Row) and not is_single(base) and base.items
        ):
            return bracketed(Row(nodes)).items
        return nodes

    def _is_small(self, sub: Row | None, sup: Row | None) -> bool:
        repertoire = self.typesetter.repertoire
        below = sub is None or lowered(self._script_text(sub), repertoire) is not None
        return below and (sup is None or raised(self._script_text(sup), repertoire) is not None)

    def _script_text(self, row: Row) -> str:
        return self.typesetter.row(row.items, SCRIPT).rows[0]

    def _typed_scripts(self, node: Node, base: Nodes, sub: Row | None, sup: Row | None) -> Nodes:
        """Set scripts after ``_`` and ``^``, small where they can be."""
        items: list[Node] = [*base]
        text = "" if sup is None else self._script_text(sup)
        small = raised(text, self.typesetter.repertoire)
        if sup is not None and small and not small.strip("′″‴'"):
            items, sup = [*items, sup], None
        if sub is not None and self._is_small(sub, None):
            items, sub = [*items[:-1], Scripts(items[-1], sub, None, limits=False)], None
        if sub is not None:
            items.append(self._typed_sub(sub, guarded=sup is not None and small is not None))
        if sup is not None:
            bare = _is_word(text) or text in _MARKS or _is_bracketed(sup)
            items.append(Text(small or (f"^{text}" if bare else f"^({text})")))
        if isinstance(node, Fence):
            return tuple(items)
        return (Classed(Row(tuple(items)), class_of(node, "left")),)

    def _typed_sub(self, sub: Row, *, guarded: bool) -> Text:
        text = self._script_text(sub)
        bare = len(text) == 1 or (_is_word(text) and not guarded)
        return Text(f"_{text}" if bare else f"_{{{text}}}")

    # --- roots, accents -----------------------------------------------------------------------

    def _root(self, node: Root) -> Nodes:
        body = self.row(node.body)
        if node.degree is not None:
            return self._higher_root(body, self.row(node.degree))
        if self.is_ascii:
            return (Text("sqrt"), *bracketed(body).items)
        return (_RADICAL, *(body if is_single(body) else bracketed(body)).items)

    def _higher_root(self, body: Row, degree: Row) -> Nodes:
        small = raised(self._script_text(degree), self.typesetter.repertoire)
        if small is not None:
            return (Text(small), _RADICAL, *(body if is_single(body) else bracketed(body)).items)
        base = body if is_single(body) else bracketed(body)
        return (*base.items, Text(f"^(1/{self._script_text(degree)})"))

    def _accent(self, node: Accent) -> Nodes:
        body = self.row(node.body)
        text = self._text(body.items)
        if node.name in _NOTED:
            return body.items
        if node.name == "\\boxed":
            return (Fence("[", "]", (body,)),)
        if node.name.endswith("phantom"):
            return (Space(len(text)),)
        if node.name in {"\\longrightarrow", "\\longleftarrow", "\\not", "\\cancel"}:
            return (node._replace(body=body),)
        if accented(text, node.name, self.typesetter.repertoire) is not None:
            return (node._replace(body=body),)
        if node.name in _LINES and not self.is_ascii:
            return (Text("".join(letter + ACCENTS[node.name][0] for letter in text)),)
        return (Text(node.name[1:].replace("wide", "")), *bracketed(body).items)

    def _noted(self, accent: Accent, label: Row | None) -> Nodes:
        note = () if label is None else (Space(1), Fence("[", "]", (self.row(label),)))
        return (*self.row(accent.body).items, *note)

    # --- grids --------------------------------------------------------------------------------

    def _grid(self, node: Grid) -> Nodes:
        items: list[Node] = []
        for row in node.cells:
            cells = [self.row(cell).items for cell in row]
            if items:
                items = _joined_rows(node, items, cells)
            for index, cell in enumerate(cells):
                if index and node.kind != "aligned" and not _ends_with(items, {",", ";"}):
                    items.append(_COMMA)
                items += cell
        if node.kind in {"aligned", "lines"}:
            return tuple(items)
        left, right = _GRID_MARKS.get(node.left, ("[", "]"))
        return (Fence(left, right, (Row(tuple(items)),)),)


def _joined_rows(node: Grid, items: list[Node], cells: list[Nodes]) -> list[Node]:
    """Put a semicolon after a row, unless the next one carries on with the same sum or relation."""
    if node.kind == "lines":
        return [*items, _COMMA]
    if node.kind == "aligned" and (not cells[0] or _ends_with(items, {"."})):
        return [*items, Space(1)]
    if _ends_with(items, {",", ";"}):
        items = items[:-1]
    return [*items, Atom(";", "punct")]


def _ends_with(items: list[Node], marks: set[str]) -> bool:
    return bool(items) and isinstance(items[-1], Atom) and items[-1].name in marks


def _is_word(text: str) -> bool:
    return len(text) == 1 or (text.isascii() and text.isalnum())


def _is_bracketed(row: Row) -> bool:
    return len(row.items) == 1 and isinstance(row.items[0], Fence) and row.items[0].left != "."


_COMMA = Atom(",", "punct")
_GRID_MARKS = {"|": ("|", "|"), "\\|": ("\\|", "\\|"), "\\{": ("\\{", "\\}")}
_RADICAL = Atom("\\surd")
_NOTED = {"\\overbrace", "\\underbrace"}
_LINES = {"\\overline", "\\bar", "\\underline"}
_MARKS = {"*", "+", "-", "−", "'"}
