"""Frames as SVG, written by hand: no library is needed to save a picture."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from mlquiz.player.curves import (
    class_name,
    classes_of,
    curves_of,
    histogram_chart,
    line_chart,
    pairs,
    regions_chart,
    scatter_chart,
    steps_of,
)
from mlquiz.player.frames import Ask, Bars, Frame, Heat, Histogram, Line, Regions, Say, Scatter
from mlquiz.player.heat import cell_words, share_of, shrunk
from mlquiz.player.palette import OKABE_ITO, Ink, colour_at, hex_of, readable_on
from mlquiz.player.plots import answer_to, rows_of
from mlquiz.player.scale import Axis, finite_range, number
from mlquiz.player.svg_parts import (
    BOTTOM,
    HEIGHT,
    LEFT,
    LETTER,
    QUIET,
    RIGHT,
    ROW,
    TEXT,
    TOP,
    WIDTH,
    across,
    axes,
    curve_style,
    down,
    heading,
    polyline,
    svg_document,
    symbol,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from mlquiz.player.chart import Chart

COLUMNS = int((WIDTH - 40) / LETTER)
INK = Ink("full", "many")
MOST_CELLS = 96
BAR = 24


def svg_page(frames: Iterable[Frame]) -> str:
    """Return one SVG document with the frames under each other."""
    parts, y = [], 20.0
    for frame in frames:
        drawn, height = draw(frame)
        parts.append(f'<g transform="translate(0 {y:g})">{drawn}</g>')
        y += height + 16
    return svg_document("".join(parts), WIDTH, y)


def draw(frame: Frame) -> tuple[str, float]:
    """Return a frame as SVG elements, and its height."""
    match frame:
        case Line():
            return _chart(line_chart(frame, INK), lambda x, y: _line(frame, x, y)), HEIGHT
        case Scatter():
            return _chart(scatter_chart(frame, INK), lambda x, y: _scatter(frame, x, y)), HEIGHT
        case Regions():
            return _chart(regions_chart(frame, INK), lambda x, y: _regions(frame, x, y)), HEIGHT
        case Histogram():
            return _chart(histogram_chart(frame, INK), lambda x, y: _histogram(frame, x, y)), HEIGHT
        case Heat():
            return _heat(frame)
        case Bars():
            return _bars(frame)
        case _:
            rows = rows_of(frame, COLUMNS, 10_000, INK)
            if isinstance(frame, Ask):
                rows += rows_of(Say(answer_to(frame)), COLUMNS, 10_000, INK)
            lines = [
                text(20, ROW * (i + 1) - 5, row.plain, 'xml:space="preserve"') for i, row in enumerate(rows)
            ]
            return "".join(lines), ROW * len(rows)


def _chart(chart: Chart, paint: Callable[[Axis, Axis], Iterable[str]]) -> str:
    x, y = chart.axes(8, 6)
    inside = "".join(paint(x, y))
    return "".join([*heading(chart.title, chart.y_label, chart.legend), *axes(x, y, chart.x_label), inside])


def _line(frame: Line, x: Axis, y: Axis) -> Iterator[str]:
    yield from _symbols(pairs(frame.points), None, x, y)
    for index, (xs, ys) in enumerate(curves_of(frame).values()):
        yield polyline(xs, ys, x, y, curve_style(index))


def _histogram(frame: Histogram, x: Axis, y: Axis) -> Iterator[str]:
    outlines = list(steps_of(frame).values())
    densities = [(line[:, 0], line[:, 1]) for line in map(pairs, (frame.curves or {}).values())]
    for index, (xs, ys) in enumerate([*outlines, *densities]):
        filled = (
            f' style="fill:{hex_of(OKABE_ITO[index % 8])};fill-opacity:0.25"' if index < len(outlines) else ""
        )
        yield polyline(xs, ys, x, y, curve_style(index) + filled)


def _scatter(frame: Scatter, x: Axis, y: Axis) -> Iterator[str]:
    points = pairs(frame.X)
    yield from _symbols(points, frame.labels, x, y)
    several = len(classes_of(frame.labels, len(points))[1]) > 1
    for index, line in enumerate(map(pairs, (frame.curves or {}).values())):
        colour = TEXT if several else hex_of(OKABE_ITO[(1 + index) % len(OKABE_ITO)])
        yield polyline(line[:, 0], line[:, 1], x, y, curve_style(index, colour))
    marks = pairs(frame.marks)
    for index, (a, b) in enumerate(
        zip(across(x.place(marks[:, 0])).tolist(), down(y.place(marks[:, 1])).tolist(), strict=True)
    ):
        if a == a and b == b:
            yield f'<circle cx="{a:.1f}" cy="{b:.1f}" r="9" fill="{TEXT}" stroke="#ffffff"/>'
            yield text(a, b + 4, str(index), 'text-anchor="middle" font-size="12" fill="#ffffff"')


def _symbols(points: NDArray[np.float64], labels: object, x: Axis, y: Axis) -> Iterator[str]:
    """Draw points, with a shape and a colour for each class."""
    numbers, classes = classes_of(labels, len(points))  # type: ignore[arg-type]
    index_of = {label: index for index, label in enumerate(classes)}
    places = zip(across(x.place(points[:, 0])).tolist(), down(y.place(points[:, 1])).tolist(), strict=True)
    for (a, b), label in zip(places, numbers.tolist(), strict=True):
        if a == a and b == b:
            yield symbol(a, b, index_of[label], plain=labels is None)


def _regions(frame: Regions, x: Axis, y: Axis) -> Iterator[str]:
    import numpy as np

    Z = np.atleast_2d(np.asarray(frame.Z)).astype(np.int64)
    labels = np.ravel(np.asarray(frame.labels if frame.labels is not None else [], dtype=np.int64))
    classes = [int(label) for label in np.unique(np.concatenate([Z.ravel(), labels]))]
    wide, tall = (WIDTH - LEFT - RIGHT) / Z.shape[1], (HEIGHT - TOP - BOTTOM) / Z.shape[0]
    yield '<g shape-rendering="crispEdges">'  # no seams between the rows
    for row, line in enumerate(Z):
        starts = [0, *(np.flatnonzero(np.diff(line)) + 1).tolist(), len(line)]
        for start, end in itertools.pairwise(starts):
            colour = hex_of(OKABE_ITO[classes.index(int(line[start])) % len(OKABE_ITO)])
            top = HEIGHT - BOTTOM - (row + 1) * tall
            yield (
                f'<rect x="{LEFT + start * wide:.2f}" y="{top:.2f}" width="{(end - start) * wide:.2f}" '
                f'height="{tall:.2f}" fill="{colour}" fill-opacity="0.25"/>'
            )
    yield "</g>"
    for label in classes:
        rows, columns = np.nonzero(np.equal(Z, label))
        if len(rows):
            at = int(((rows - rows.mean()) ** 2 + (columns - columns.mean()) ** 2).argmin())
            a, b = LEFT + (columns[at] + 0.5) * wide, HEIGHT - BOTTOM - (rows[at] + 0.5) * tall
            yield text(
                a,
                b,
                class_name(label, frame.class_names),
                'text-anchor="middle" font-size="22" fill-opacity="0.6"',
            )
    yield from _symbols(pairs(frame.X), frame.labels, x, y)


def _heat(frame: Heat) -> tuple[str, float]:
    import numpy as np

    Z = shrunk(np.atleast_2d(np.asarray(frame.Z, dtype=float)), MOST_CELLS, MOST_CELLS)
    span = finite_range(Z)
    if span is None:
        return text(20, 18, f"{frame.name}: no data", 'font-weight="bold"'), ROW
    side = min(44.0, (WIDTH - LEFT - 60) / Z.shape[1], 480 / Z.shape[0])
    left = LEFT + 40
    parts = [text(20, 18, f"{frame.name}, {number(span[0])} to {number(span[1])}", 'font-weight="bold"')]
    words = cell_words(frame, Z)
    shown = side > max(16.0, 0.8 * LETTER * max(len(word) for row in words for word in row))
    for (row, column), value in np.ndenumerate(Z):
        a, b = left + column * side, 34 + row * side
        known = bool(np.isfinite(value))
        share = share_of(float(value), span, diverging=frame.diverging) if known else 0.0
        colour = colour_at(share, diverging=frame.diverging) if known else (255, 255, 255)
        parts.append(
            f'<rect x="{a:.1f}" y="{b:.1f}" width="{side + 0.2:.1f}" height="{side + 0.2:.1f}" '
            f'fill="{hex_of(colour)}"/>'
        )
        if shown:
            style = f'text-anchor="middle" font-size="11" fill="{hex_of(readable_on(colour))}"'
            parts.append(text(a + side / 2, b + side / 2 + 4, words[row][column], style))
    parts += _side_labels(frame, Z.shape, side, left)
    cells = f'<g shape-rendering="crispEdges">{"".join(parts)}</g>'  # no seams between them
    return cells, 34 + side * Z.shape[0] + (24 if frame.column_labels else 6)


def _side_labels(frame: Heat, shape: tuple[int, ...], side: float, left: float) -> Iterator[str]:
    if len(frame.row_labels) == shape[0]:
        for row, label in enumerate(frame.row_labels):
            yield text(
                left - 6,
                34 + (row + 0.5) * side + 4,
                label[:12],
                f'text-anchor="end" font-size="12" fill="{QUIET}"',
            )
    if len(frame.column_labels) == shape[1]:
        free_from = 0.0
        for column, label in enumerate(frame.column_labels):
            at = left + (column + 0.5) * side
            if at - 3.7 * len(label) >= free_from:
                yield text(
                    at,
                    34 + shape[0] * side + 16,
                    label,
                    f'text-anchor="middle" font-size="12" fill="{QUIET}"',
                )
                free_from = at + 3.7 * len(label) + 4


def _bars(frame: Bars) -> tuple[str, float]:
    values = {str(label): float(value) for label, value in frame.values.items()}
    low, high = finite_range(list(values.values()), [0.0]) or (0.0, 1.0)
    left = 30 + LETTER * max(map(len, values), default=0)
    unit = (WIDTH - left - 110) / ((high - low) or 1.0)
    zero = left - low * unit
    parts = [text(20, 18, f"{frame.name}, {frame.unit}" if frame.unit else frame.name, 'font-weight="bold"')]
    for index, (label, value) in enumerate(values.items()):
        y = 34 + index * BAR
        length = value * unit if value == value and abs(value) < float("inf") else 0.0
        start = zero + min(length, 0.0)
        parts.append(text(left - 8, y + 13, label, 'text-anchor="end"'))
        parts.append(
            f'<rect x="{start:.1f}" y="{y}" width="{abs(length):.1f}" height="{BAR - 7}" '
            f'fill="{hex_of(OKABE_ITO[0])}"/>'
        )
        parts.append(text(max(start + abs(length), zero) + 6, y + 13, number(value)))
    return "".join(parts), 34 + BAR * len(values)
