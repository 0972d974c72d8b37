"""What a card gives, in words of mathematics: its symbols and conditions as LaTeX phrases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.grading.reading.parser import Parser
from mlquiz.grading.syntax.kinds import (
    Event,
    Function,
    Law,
    Matrix,
    Number,
    Opaque,
    Outcome,
    Random,
    Sequence,
    Subset,
    Vector,
    declare,
    read_kind,
)
from mlquiz.grading.syntax.latex import latex, symbol
from mlquiz.grading.syntax.spelling import canonical_name
from mlquiz.grading.syntax.tree import Size, size_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlquiz.grading.syntax.kinds import Kind

_NUMBERS = {
    "real": r"\in \mathbb{R}", "positive": "> 0", "nonneg": r"\ge 0", "unit": r"\in [0, 1]",
    "integer": r"\in \mathbb{Z}", "natural": r"= 1, 2, \ldots",
}  # fmt: skip
_SHARED = Number | Vector | Event | Random  # kinds that several symbols are given together in
_FORMS = {
    "symmetric": "symmetric",
    "spd": "symmetric positive definite",
    "diagonal": "diagonal",
    "orthonormal": "with orthonormal columns",
}


def describe(symbols: Mapping[str, str], where: Iterable[str] = ()) -> tuple[str, ...]:
    r"""Return what is given, one LaTeX phrase for each symbol and condition.

    Parameters
    ----------
    symbols
        The declarations of a card.
    where
        Its conditions.

    Returns
    -------
    tuple of str
        Such as ``x_j \in \mathbb{R}^{d},\ j = 1, \ldots, n``.

    Raises
    ------
    FormulaError
        If a declaration or a condition cannot be read.
    """
    alike: dict[Kind | str, list[str]] = {}
    for name, text in symbols.items():
        kind = read_kind(text)
        alike.setdefault(kind if isinstance(kind, _SHARED) else name, []).append(name)
    phrases = [_phrase(names, read_kind(symbols[names[0]])) for names in alike.values()]
    declarations = declare(symbols)
    phrases += [latex(Parser(text, declarations).formula()) for text in where]
    return tuple(phrases)


def _size(size: Size) -> str:
    return "".join(
        part if not part.isalpha() or len(part) < 2 else symbol(part) for part in [size_text(size)]
    )


def _phrase(names: list[str], kind: Kind) -> str:
    shown = ", ".join(symbol(name if "/" in name else canonical_name(name)) for name in names)
    match kind:
        case Number(domain="index"):
            return rf"{shown} \in \{{{_size(kind.low)}, \ldots, {_size(kind.high)}\}}"
        case Number():
            return f"{shown} {_NUMBERS[kind.domain]}"
        case Vector():
            return rf"{shown} \in \mathbb{{R}}^{{{_size(kind.size)}}}"
        case Matrix():
            return _matrix(shown, kind)
        case Sequence():
            return _sequence(names[0], shown, kind)
        case Function():
            arguments = r" \times ".join(_space(arg) for arg in kind.arguments)
            return rf"{shown}: {arguments} \to {_space(kind.value)}" + (
                rf"\ \text{{{kind.form}}}" if kind.form else ""
            )
    return _of_chance(shown, kind, several=len(names) > 1)


def _matrix(shown: str, kind: Matrix) -> str:
    space = rf"{shown} \in \mathbb{{R}}^{{{_size(kind.rows)} \times {_size(kind.columns)}}}"
    if kind.form == "simplex":
        return space + r"\ \text{entries} \ge 0,\ \text{sum } 1"
    return space + (rf"\ \text{{{_FORMS[kind.form]}}}" if kind.form in _FORMS else "")


def _sequence(name: str, shown: str, kind: Sequence) -> str:
    letter = canonical_name(name).partition("_")[2] or "i"
    item = kind.item
    inner = "1" if kind.simplex else ""
    run = rf"{letter} = {_size(kind.low) or '0'}, \ldots, {_size(kind.high)}"
    if inner:
        return rf"{shown} \ge 0,\ \sum_{{{letter}}} {shown} = 1,\ {run}"
    if isinstance(item, Number):
        return rf"{shown} {_NUMBERS[item.domain]},\ {run}"
    if isinstance(item, Vector):
        return rf"{shown} \in \mathbb{{R}}^{{{_size(item.size)}}},\ {run}"
    if isinstance(item, Matrix):
        return rf"{_matrix(shown, item)},\ {run}"
    word = "events" if isinstance(item, Event) else "outcomes"
    return rf"{shown}\ \text{{{word}}},\ {run}"


def _space(kind: Kind) -> str:
    match kind:
        case Number():
            return {
                "real": r"\mathbb{R}",
                "positive": r"(0, \infty)",
                "nonneg": r"[0, \infty)",
                "unit": "[0, 1]",
                "integer": r"\mathbb{Z}",
            }.get(kind.domain, r"\mathbb{N}")
        case Vector():
            return rf"\mathbb{{R}}^{{{_size(kind.size)}}}"
        case Matrix():
            return rf"\mathbb{{R}}^{{{_size(kind.rows)} \times {_size(kind.columns)}}}"
        case Subset():
            return rf"\mathcal{{P}}(\{{1, \ldots, {_size(kind.size)}\}})"
    return r"\mathbb{R}"


def _of_chance(shown: str, kind: Kind, *, several: bool) -> str:
    match kind:
        case Event():
            return rf"{shown}\ \text{{{'events' if several else 'an event'}}}"
        case Random():
            return rf"{shown}\ \text{{{'random variables' if several else 'a random variable'}}}"
        case Outcome():
            of = rf"\text{{ of }}{symbol(kind.of)}" if kind.of else ""
            return rf"{shown}\ \text{{an outcome}}{of}"
        case Law():
            inside = ", ".join(map(symbol, kind.left)) + (
                r" \mid " + ", ".join(map(symbol, kind.right)) if kind.right else ""
            )
            family = (
                rf"\ \text{{smooth in }} {', '.join(map(symbol, kind.parameters))}" if kind.parameters else ""
            )
            return rf"{shown}({inside})\ \text{{a distribution}}{family}"
        case Subset():
            word = "=" if kind.full else r"\subseteq"
            return rf"{shown} {word} \{{1, \ldots, {_size(kind.size)}\}}"
        case Opaque():
            return rf"{shown}\ \text{{given}}"
    return shown
