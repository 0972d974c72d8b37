"""A formula as a tree: what the parser makes, and what the layout, the one-row form and the words read."""

from typing import Literal, NamedTuple, TypeAlias

Class: TypeAlias = Literal["ord", "op", "bin", "rel", "open", "close", "punct", "inner"]
"""TeX's classes of atoms (The TeXbook, ch. 17): they decide the spaces between neighbours."""


class Atom(NamedTuple):
    r"""One symbol: a character, a number, or a command with its backslash; `font` as in ``\mathbb``."""

    name: str
    cls: Class = "ord"
    font: str = ""


class Text(NamedTuple):
    r"""Upright words: ``\text{for all }``, ``\mathrm{sim}``."""

    text: str


class Operator(NamedTuple):
    """A named operator; `limits`: its scripts stand under and over it in a display."""

    text: str
    limits: bool = False


class Row(NamedTuple):
    """Nodes side by side."""

    items: "tuple[Node, ...]" = ()


class Classed(NamedTuple):
    r"""A body set as an atom of another class (``\mathrel{...}``)."""

    body: Row
    cls: Class


class Space(NamedTuple):
    """Explicit space, in characters."""

    width: int


class Fraction(NamedTuple):
    r"""One row over another; without a bar for ``\choose``; `small` for ``\tfrac``."""

    above: Row
    below: Row
    bar: bool = True
    small: bool = False


class Root(NamedTuple):
    """A radical; `degree` is None for a square root."""

    body: Row
    degree: Row | None = None


class Scripts(NamedTuple):
    """A base with scripts: over and under when `limits`, beside when not; None as base and style say."""

    base: "Node"
    sub: Row | None = None
    sup: Row | None = None
    limits: bool | None = None


class Fence(NamedTuple):
    r"""What delimiters enclose; several parts when ``\middle`` divides it; `rows` as ``\big`` asks."""

    left: str
    right: str
    parts: tuple[Row, ...]
    middles: tuple[str, ...] = ()
    rows: int = 1


class Delimiter(NamedTuple):
    r"""A lone delimiter of a fixed size, as of ``\big|``."""

    name: str
    rows: int
    cls: Class


class Grid(NamedTuple):
    """Rows of cells: matrix, cases, aligned equations; `columns` has l, c or r for each, at least one."""

    kind: str
    cells: tuple[tuple[Row, ...], ...]
    columns: str = "c"
    left: str = "."
    right: str = "."


class Accent(NamedTuple):
    r"""Something over, under or around a body: ``\hat``, ``\overline``, ``\underbrace``, ``\boxed``."""

    name: str
    body: Row


Node: TypeAlias = (
    Atom
    | Text
    | Operator
    | Row
    | Classed
    | Space
    | Fraction
    | Root
    | Scripts
    | Fence
    | Delimiter
    | Grid
    | Accent
)
