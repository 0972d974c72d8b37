"""What a symbol may be: the declarations of a card, read from text into kinds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlquiz.grading.syntax.records import Record
from mlquiz.grading.syntax.spelling import GREEK_NAMES, canonical_name
from mlquiz.grading.syntax.tree import FormulaError, Size, size_add, size_constant, size_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NUMBERS = ("real", "positive", "nonneg", "unit", "integer", "natural")
WHOLE = ("integer", "natural", "index")
ONE = size_constant(1)


class Number(Record):
    """A number: ``domain`` is one of NUMBERS or index, which runs from ``low`` to ``high``."""

    __slots__ = ("domain", "high", "low")

    def __init__(self, domain: str = "real", low: Size = ONE, high: Size = ()) -> None:
        self.domain, self.low, self.high = domain, low, high


REAL = Number()


class Vector(Record):
    """A vector of numbers."""

    __slots__ = ("entry", "size")

    def __init__(self, size: Size, entry: Number = REAL) -> None:
        self.size, self.entry = size, entry


class Matrix(Record):
    """A matrix of numbers; ``form`` is general, symmetric, spd, diagonal, orthonormal or simplex."""

    __slots__ = ("columns", "entry", "form", "rows")

    def __init__(self, rows: Size, columns: Size, entry: Number = REAL, form: str = "general") -> None:
        self.rows, self.columns, self.entry, self.form = rows, columns, entry, form


class Sequence(Record):
    """Things written with an index that runs from ``low`` to ``high``."""

    __slots__ = ("high", "item", "low", "simplex")

    def __init__(self, low: Size, high: Size, item: Kind, *, simplex: bool = False) -> None:
        self.low, self.high, self.item, self.simplex = low, high, item, simplex


class Function(Record):
    """A function: the kinds of its arguments and of its value; ``form`` is "", symmetric or convex."""

    __slots__ = ("arguments", "form", "plain", "value")

    def __init__(
        self, arguments: tuple[Kind, ...], value: Kind, form: str = "", *, plain: bool = False
    ) -> None:
        self.arguments, self.value, self.form, self.plain = arguments, value, form, plain


class Event(Record):
    """An event of the one finite space."""

    __slots__ = ()


class Random(Record):
    """A random variable on the one finite space."""

    __slots__ = ()


class Outcome(Record):
    """A fixed value of a random variable: of the one of its own name, or of ``of``."""

    __slots__ = ("of",)

    def __init__(self, of: str = "") -> None:
        self.of = of


class Law(Record):
    """A distribution of the variables ``left`` given the variables ``right``, smooth in ``parameters``."""

    __slots__ = ("left", "parameters", "right")

    def __init__(
        self, left: tuple[str, ...], right: tuple[str, ...] = (), parameters: tuple[str, ...] = ()
    ) -> None:
        self.left, self.right, self.parameters = left, right, parameters


class Subset(Record):
    """A subset of {1..size}; ``full`` is the whole of it."""

    __slots__ = ("full", "size")

    def __init__(self, size: Size, *, full: bool = False) -> None:
        self.size, self.full = size, full


class Opaque(Record):
    """A name with no inside, such as dL/dy."""

    __slots__ = ()


Kind = Number | Vector | Matrix | Sequence | Function | Event | Random | Outcome | Law | Subset | Opaque


class Declarations:
    """The declared symbols of a card by their canonical names.

    ``letters`` are the index letters that a key was written with (``x_i`` gives i); ``families`` are
    the names
    whose entries are written with an index, with the symbol that they are entries of: ``x`` gives ``x[]`` for
    ``x_i: sequence(n)``, so that another symbol may be called ``x``.
    """

    __slots__ = ("families", "kinds", "letters", "quotients", "sizes")

    def __init__(
        self,
        kinds: dict[str, Kind] | None = None,
        families: dict[str, str] | None = None,
        letters: dict[str, tuple[Size, Size]] | None = None,
        quotients: set[str] | None = None,
        sizes: tuple[str, ...] = (),
    ) -> None:
        self.kinds: dict[str, Kind] = kinds or {}
        self.families: dict[str, str] = families or {}
        self.letters: dict[str, tuple[Size, Size]] = letters or {}
        self.quotients: set[str] = quotients or set()
        self.sizes = sizes


def declare(symbols: Mapping[str, str]) -> Declarations:
    """Read the declarations of a card.

    Parameters
    ----------
    symbols
        What each name is, as an author writes it: ``{"x_i": "sequence(n)", "h": "positive"}``.

    Raises
    ------
    FormulaError
        If a kind is unknown or badly written.
    """
    found = Declarations()
    raw = {key.strip(): read_kind(str(text)) for key, text in symbols.items()}
    indices = {canonical_name(key) for key, kind in raw.items() if _is_index(kind)}
    sizes: dict[str, None] = {}
    for kind in raw.values():
        for size in kind_sizes(kind):
            sizes.update((name, None) for name, _ in size if name)
    found.sizes = tuple(sizes)
    for key, kind in raw.items():
        if "/" in key:
            found.quotients.add(quotient_name(key))
            found.kinds[quotient_name(key)] = kind
            continue
        _declare_one(found, key, kind, indices)
    for name in found.sizes:
        declared = found.kinds.setdefault(name, Number("natural"))
        if not isinstance(declared, Number) or declared.domain not in WHOLE:
            raise FormulaError(f"{name} is a size here: declare it as natural.")
    return found


def _declare_one(found: Declarations, key: str, kind: Kind, indices: set[str]) -> None:
    name = canonical_name(key)
    base, _, sub = name.partition("_")
    if isinstance(kind, Sequence) and sub:
        name = f"{base}[]"
        found.letters.setdefault(sub, (kind.low, kind.high))
        found.families[base] = name
    elif isinstance(kind, Matrix) and len(sub) == 2 and _entry_letters(sub, indices, found.sizes):
        name = f"{base}[]"
        found.letters.setdefault(sub[0], (ONE, kind.rows))
        found.letters.setdefault(sub[1], (ONE, kind.columns))
        found.families[base] = name
    elif isinstance(kind, Sequence | Vector | Matrix):
        found.families.setdefault(name, name)
    found.kinds[name] = kind


def _entry_letters(sub: str, indices: set[str], sizes: tuple[str, ...]) -> bool:
    if set(sub) <= indices:
        return True
    return sub[0] != sub[1] and set(sub) <= set("ijkl") - set(sizes)


def _is_index(kind: Kind) -> bool:
    return isinstance(kind, Number) and kind.domain == "index"


def quotient_name(key: str) -> str:
    """Return the one name of a derivative that is declared as a symbol: ``∂L/∂y`` is ``dL/dy``."""
    top, _, bottom = key.replace("∂", "d").replace(" ", "").partition("/")
    return f"d{canonical_name(top.removeprefix('d'))}/d{canonical_name(bottom.removeprefix('d'))}"


def kind_sizes(kind: Kind) -> list[Size]:
    """Return the sizes that a kind mentions, in order."""
    match kind:
        case Vector():
            return [kind.size]
        case Matrix():
            return [kind.rows, kind.columns]
        case Sequence():
            return [kind.low, kind.high, *kind_sizes(kind.item)]
        case Function():
            return [size for part in (*kind.arguments, kind.value) for size in kind_sizes(part)]
        case Subset():
            return [kind.size]
        case Number(domain="index"):
            return [kind.low, kind.high]
    return []


# --- reading one kind -----------------------------------------------------------------------------


def read_kind(text: str) -> Kind:
    """Read one kind, such as ``matrix(n, k, positive)`` or ``function(real) -> unit``."""
    text = text.strip()
    form = ""
    for word in ("symmetric function", "convex function"):
        if text.startswith(word):
            form, text = word.split()[0], text[len(form or word.split()[0]) :].strip()
    name, inside, rest = _split_call(text)
    if name == "function":
        return _read_function(inside, rest, form)
    if rest:
        raise FormulaError(f"I can't read the kind {text!r}: {rest!r} is left over.")
    arguments = split_outside(inside, ",") if inside is not None else []
    reader = _READERS.get(name)
    if reader is None:
        raise FormulaError(
            f"{name!r} is not a kind of symbol. Kinds: {', '.join(sorted(_READERS))}, function."
        )
    try:
        return reader(name, arguments)
    except (IndexError, ValueError) as error:
        if isinstance(error, FormulaError):
            raise
        raise FormulaError(f"I can't read the kind {text!r}.") from error


def _split_call(text: str) -> tuple[str, str | None, str]:
    match = re.match(r"[\w]+", text)
    if not match:
        raise FormulaError(f"I can't read the kind {text!r}.")
    name, rest = match.group(), text[match.end() :].strip()
    if not rest.startswith("("):
        return name, None, rest
    depth = 0
    for at, char in enumerate(rest):
        depth += (char == "(") - (char == ")")
        if not depth:
            return name, rest[1:at], rest[at + 1 :].strip()
    raise FormulaError(f"A bracket is not closed in the kind {text!r}.")


def split_outside(text: str, mark: str) -> list[str]:
    """Split a text at a mark that stands outside all brackets."""
    parts, depth, start = [], 0, 0
    for at, char in enumerate(text):
        depth += (char in "([{") - (char in ")]}")
        if char == mark and depth <= 0:
            parts.append(text[start:at].strip())
            start = at + 1
    parts.append(text[start:].strip())
    return [part for part in parts if part]


def _read_function(inside: str | None, rest: str, form: str) -> Function:
    real = Number()
    if inside is None:
        return Function((real,), real, form, plain=True)
    arguments = tuple(read_kind(part) for part in split_outside(inside, ","))
    if not rest:
        return Function(arguments, real, form)
    if not rest.startswith("->"):
        raise FormulaError(f"After the arguments of a function comes '-> kind', not {rest!r}.")
    return Function(arguments, read_kind(rest[2:]), form)


def read_size(text: str) -> Size:
    """Read a size, such as ``d``, ``2N``, ``n-k+1``, ``d_k``."""
    total: Size = ()
    compact = text.replace(" ", "").replace("{", "").replace("}", "")
    matches = list(re.finditer(r"([+-]?)(\d*)\*?([^\W\d]\w*)?", compact))
    if "".join(m.group() for m in matches) != compact or not compact:
        raise FormulaError(f"I can't read the size {text!r}.")
    for match in matches:
        sign, digits, name = match.groups()
        if not match.group():
            continue
        factor = int(digits or 1) * (-1 if sign == "-" else 1)
        part = size_name(canonical_name(name)) if name else size_constant(1)
        total = size_add(total, part, factor)
    return total


def _entry(arguments: list[str], at: int) -> Number:
    if len(arguments) <= at:
        return Number()
    kind = read_kind(arguments[at])
    if not isinstance(kind, Number):
        raise FormulaError(f"The entries of an array are numbers, not {arguments[at]!r}.")
    return kind


def _range(text: str) -> tuple[Size, Size]:
    low, dots, high = text.partition("..")
    return (read_size(low), read_size(high)) if dots else (ONE, read_size(low))


def _read_sequence(_: str, arguments: list[str]) -> Sequence:
    low, high = _range(arguments[0])
    item = read_kind(arguments[1]) if len(arguments) > 1 else Number()
    return Sequence(low, high, item)


def _read_square(name: str, arguments: list[str]) -> Matrix:
    size = read_size(arguments[0])
    return Matrix(size, size, _entry(arguments, 1), name)


def _read_simplex(_: str, arguments: list[str]) -> Kind:
    unit = Number("unit")
    if len(arguments) > 1:
        return Matrix(read_size(arguments[0]), read_size(arguments[1]), unit, "simplex")
    return Sequence(*_range(arguments[0]), unit, simplex=True)


def _read_law(_: str, arguments: list[str]) -> Law:
    text, _, parameters = ",".join(arguments).partition(";")
    left, _, right = text.partition("|")
    names = [
        tuple(canonical_name(part) for part in side.split(",") if part.strip())
        for side in (left, right, parameters)
    ]
    return Law(*names)


_READERS: dict[str, Callable[[str, list[str]], Kind]] = {
    **{name: lambda name, _: Number(name) for name in NUMBERS},
    "index": lambda _, a: Number("index", *_range(a[0])),
    "vector": lambda _, a: Vector(read_size(a[0]), _entry(a, 1)),
    "matrix": lambda _, a: Matrix(read_size(a[0]), read_size(a[1]), _entry(a, 2)),
    "symmetric": _read_square,
    "spd": _read_square,
    "diagonal": _read_square,
    "orthonormal": lambda _, a: Matrix(read_size(a[0]), read_size(a[1]), Number(), "orthonormal"),
    "sequence": _read_sequence,
    "simplex": _read_simplex,
    "event": lambda *_: Event(),
    "random": lambda *_: Random(),
    "outcome": lambda _, a: Outcome(canonical_name(a[0]) if a else ""),
    "distribution": _read_law,
    "set": lambda _, a: Subset(read_size(a[0])),
    "fullset": lambda _, a: Subset(read_size(a[0]), full=True),
    "opaque": lambda *_: Opaque(),
}

__all__ = ["GREEK_NAMES", "Declarations", "Kind", "declare", "read_kind", "read_size", "split_outside"]
