"""Frames told in words, for a screen reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.player.curves import class_name, classes_of, curves_of, pairs
from mlquiz.player.frames import Ask, Bars, Check, Frame, Heat, Histogram, Line, Regions, Say, Scatter, Table
from mlquiz.player.palette import Ink
from mlquiz.player.plots import comparison
from mlquiz.player.scale import finite_range, number
from mlquiz.player.tables import cell_text
from mlquiz.terminal.markup import render
from mlquiz.terminal.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

INK = Ink("ascii")
MOST_ITEMS = 12


def tell(frame: Frame) -> list[str]:
    """Return lines that say what a frame shows."""
    match frame:
        case Say():
            return _spoken(frame.text)
        case Ask():
            choices = [f"{index}: {_spoken(choice)[0]}" for index, choice in enumerate(frame.choices, 1)]
            return [*_spoken(f"Question. {frame.question}"), *choices]
        case Check():
            outcome = "holds" if frame.holds else "FAILED"
            return [f"Check {outcome}: {one_line(frame.name)}, {comparison(frame, INK)}"]
        case Table():
            return list(_table(frame))
        case Line():
            return [
                f"Chart {one_line(frame.name)}.",
                *(_curve(label, *xy) for label, xy in curves_of(frame).items()),
            ]
        case Scatter() | Regions():
            return list(_points(frame))
        case Heat():
            return [_matrix(frame)]
        case Bars():
            return [f"Bars {one_line(frame.name)}.", *_listed(frame)]
        case Histogram():
            given = frame.values if hasattr(frame.values, "items") else {"values": frame.values}
            return [
                f"Histogram {one_line(frame.name)}.",
                *(_spread(str(label), values) for label, values in given.items()),
            ]


def _spoken(text: str) -> list[str]:
    return render(text, glyphs="ascii", spoken=True).plain.split("\n")


def _table(frame: Table) -> Iterator[str]:
    yield f"Table {one_line(frame.name)}."
    for row in frame.rows:
        yield "; ".join(
            f"{one_line(str(title))} {cell_text(cell, INK)}"
            for title, cell in zip(frame.columns, row, strict=False)
        )


def _curve(label: str, x: NDArray[np.float64], y: NDArray[np.float64]) -> str:
    import numpy as np

    known = np.flatnonzero(np.isfinite(y))
    if not known.size:
        return f"{one_line(label)}: no data."
    low, high = known[y[known].argmin()], known[y[known].argmax()]
    return (
        f"{one_line(label)}: {len(y)} points, from {number(y[known[0]])} to {number(y[known[-1]])}; "
        f"least {number(y[low])} at {number(x[low])}, greatest {number(y[high])} at {number(x[high])}."
    )


def _points(frame: Scatter | Regions) -> Iterator[str]:
    points = pairs(frame.X)
    labels, classes = classes_of(frame.labels, len(points))
    kind = "Regions" if isinstance(frame, Regions) else "Points"
    yield f"{kind} {one_line(frame.name)}: {len(points)} points."
    for label in classes if len(classes) > 1 else []:
        own = points[labels == label]
        name = one_line(class_name(label, frame.class_names))
        x, y = number(own[:, 0].mean()), number(own[:, 1].mean())
        yield f"class {name}: {len(own)} points around {x}, {y}."
    for index, mark in enumerate(pairs(frame.marks) if isinstance(frame, Scatter) else []):
        yield f"mark {index} at {number(mark[0])}, {number(mark[1])}."


def _matrix(frame: Heat) -> str:
    import numpy as np

    Z = np.atleast_2d(np.asarray(frame.Z, dtype=float))
    span = finite_range(Z)
    size = f"Matrix {one_line(frame.name)}: {Z.shape[0]} rows, {Z.shape[1]} columns"
    return f"{size}; least {number(span[0])}, greatest {number(span[1])}." if span else f"{size}; no data."


def _listed(frame: Bars) -> Iterator[str]:
    for index, (label, value) in enumerate(frame.values.items()):
        if index == MOST_ITEMS:
            yield f"and {len(frame.values) - MOST_ITEMS} more."
            return
        yield f"{one_line(str(label))}: {number(float(value))} {one_line(frame.unit)}".rstrip()


def _spread(label: str, values: object) -> str:
    import numpy as np

    data = np.ravel(np.asarray(values, dtype=float))
    data = data[np.isfinite(data)]
    if not data.size:
        return f"{one_line(label)}: no data."
    low, middle, high = (number(float(quartile)) for quartile in np.quantile(data, (0.25, 0.5, 0.75)))
    return f"{one_line(label)}: {len(data)} values, middle half from {low} to {high}, median {middle}."
