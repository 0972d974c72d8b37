"""Charts of lines, points, regions and histograms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import cycle
from string import ascii_lowercase
from typing import TYPE_CHECKING

from mlquiz.player.canvas import ACROSS, DOWN, Canvas
from mlquiz.player.chart import Chart, Key
from mlquiz.player.palette import DASHES, Ink
from mlquiz.player.scale import Axis, axis_around, axis_over, axis_within, finite_range

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from mlquiz.player.frames import Histogram, Line, Regions, Scatter

    Curve = tuple[NDArray[np.float64], NDArray[np.float64]]

MARKERS_ON_A_CURVE = 4
# A dot in every so many columns and rows, shifted by so much from row to row; the first region is left blank.
ASCII_TEXTURES = " '-:=~,"  # none is the sign of a point
TEXTURES = ((0, 1, 0), (4, 4, 2), (2, 4, 0), (4, 1, 0), (4, 2, 1), (2, 2, 1), (4, 1, 1), (2, 1, 1))


def line_chart(frame: Line, ink: Ink) -> Chart:
    """Return the chart of one or several curves."""
    series = curves_of(frame)
    points = pairs(frame.points)
    keys = _curve_keys(series, ink)

    def axes(across: int, up: int) -> tuple[Axis, Axis]:
        x = finite_range(*(x for x, _ in series.values()), points[:, 0], positive=frame.log_x)
        y = finite_range(*(y for _, y in series.values()), points[:, 1], positive=frame.log_y)
        whole = all(bool((xs == xs.round()).all()) for xs, _ in series.values())
        return axis_over(x, across, log=frame.log_x, whole=whole), axis_over(y, up, log=frame.log_y)

    def paint(canvas: Canvas, x: Axis, y: Axis) -> None:
        _dots(canvas, x, y, points, "", ".")
        _curves(canvas, x, y, series, keys)

    return Chart(frame.name, axes, paint, _several(keys), frame.x_label, frame.y_label)


def scatter_chart(frame: Scatter, ink: Ink) -> Chart:
    """Return the chart of points, with a sign for each class where there are several."""
    points, marks = pairs(frame.X), pairs(frame.marks)
    labels, classes = classes_of(frame.labels, len(points))
    curves = {label: (line[:, 0], line[:, 1]) for label, line in _polylines(frame.curves).items()}
    keys = _class_keys(classes, frame.class_names, ink)
    letters = _letter_keys(list(curves), ink, coloured=len(classes) < 2)

    def axes(across: int, up: int) -> tuple[Axis, Axis]:
        return (
            axis_around(finite_range(points[:, 0], marks[:, 0], *(x for x, _ in curves.values())), across),
            axis_around(finite_range(points[:, 1], marks[:, 1], *(y for _, y in curves.values())), up),
        )

    def paint(canvas: Canvas, x: Axis, y: Axis) -> None:
        _points(canvas, x, y, points, labels, classes)
        _curves(canvas, x, y, curves, letters)
        _marks(canvas, x, y, marks)

    return Chart(frame.name, axes, paint, [*keys, *letters], frame.x_label, frame.y_label)


def regions_chart(frame: Regions, ink: Ink) -> Chart:
    """Return the chart of class regions, each with its texture, their borders drawn."""
    import numpy as np

    Z = np.atleast_2d(np.asarray(frame.Z))
    points = pairs(frame.X)
    labels, classes = classes_of(frame.labels, len(points))
    present = classes_of(Z.ravel(), Z.size)[1]
    classes = sorted({*classes, *present})
    x0, x1, y0, y1 = frame.extent

    def axes(across: int, up: int) -> tuple[Axis, Axis]:
        return axis_within(x0, x1, across), axis_within(y0, y1, up)

    def paint(canvas: Canvas, x: Axis, y: Axis) -> None:
        _fill(canvas, Z, classes)
        if len(points):
            _points(canvas, x, y, points, labels, classes, always_signs=True)

    return Chart(
        frame.name, axes, paint, _class_keys(classes, frame.class_names, ink), frame.x_label, frame.y_label
    )


def histogram_chart(frame: Histogram, ink: Ink) -> Chart:
    """Return the chart of counts, or of densities when a density is drawn over them, as outlines."""
    series = steps_of(frame)
    curves = {label: (line[:, 0], line[:, 1]) for label, line in _polylines(frame.curves).items()}
    keys = _curve_keys([*series, *curves], ink)

    def axes(across: int, up: int) -> tuple[Axis, Axis]:
        drawn = [*series.values(), *curves.values()]
        top = finite_range([0.0], *(y for _, y in drawn)) or (0.0, 1.0)
        return axis_over(finite_range(*(x for x, _ in drawn)), across), axis_over(top, up)

    def paint(canvas: Canvas, x: Axis, y: Axis) -> None:
        if len(series) == 1 and not curves:
            _solid(canvas, x, y, next(iter(series.values())))
        _curves(canvas, x, y, series | curves, keys)

    return Chart(frame.name, axes, paint, _several(keys), frame.x_label, "density" if curves else "")


def curves_of(frame: Line) -> dict[str, Curve]:
    """Return x and y of each curve by label, (n,) each; without x they count from 0 (1 on a log axis)."""
    import numpy as np

    given = frame.y if isinstance(frame.y, Mapping) else {frame.name: frame.y}
    found = {}
    for label, values in given.items():
        y = np.atleast_1d(np.asarray(values, dtype=float)).ravel()
        x = (
            np.arange(len(y)) + float(frame.log_x)
            if frame.x is None
            else np.ravel(np.asarray(frame.x, dtype=float))
        )
        shared = min(len(x), len(y))
        found[str(label)] = (x[:shared].astype(float), y[:shared])
    return found


def steps_of(frame: Histogram) -> dict[str, Curve]:
    """Return the outline of each histogram: x and y of its corners, (2 bins + 2,) each; bins are shared."""
    import numpy as np

    given = frame.values if isinstance(frame.values, Mapping) else {"data": frame.values}
    sets = {str(label): np.ravel(np.asarray(values, dtype=float)) for label, values in given.items()}
    sets = {label: values[np.isfinite(values)] for label, values in sets.items()}
    low, high = finite_range(*sets.values()) or (0.0, 1.0)
    edges = (
        np.linspace(low, high, frame.bins + 1)
        if high > low
        else np.linspace(low - 0.5, low + 0.5, frame.bins + 1)
    )
    found = {}
    for label, values in sets.items():
        heights = np.histogram(values, edges)[0].astype(float)
        if frame.curves:
            heights /= max(len(values), 1) * (edges[1] - edges[0])
        found[label] = (np.repeat(edges, 2), np.concatenate([[0.0], np.repeat(heights, 2), [0.0]]))
    return found


def pairs(points: ArrayLike | None) -> NDArray[np.float64]:
    """Return points as (n, 2); none at all as (0, 2)."""
    import numpy as np

    array = np.asarray([] if points is None else points, dtype=float)
    return array.reshape(-1, 2) if array.size else np.empty((0, 2))


def classes_of(labels: ArrayLike | None, count: int) -> tuple[NDArray[np.int64], list[int]]:
    """Return the class of each of ``count`` points and the classes there are; without labels all are 0."""
    import numpy as np

    array = (
        np.zeros(count, dtype=np.int64) if labels is None else np.ravel(np.asarray(labels)).astype(np.int64)
    )
    return array, [int(label) for label in np.unique(array)]


def class_name(label: int, names: Sequence[str]) -> str:
    """Return the name of a class, its number when it has none."""
    return str(names[label]) if 0 <= label < len(names) else str(label)


def _polylines(curves: Mapping[str, ArrayLike] | None) -> dict[str, NDArray[np.float64]]:
    return {str(label): pairs(line) for label, line in (curves or {}).items()}


def _class_keys(classes: list[int], names: Sequence[str], ink: Ink) -> list[Key]:
    if len(classes) < 2:
        return []
    return [Key(ink.point(i), class_name(label, names), ink.series(i)) for i, label in enumerate(classes)]


def _letter_keys(labels: list[str], ink: Ink, *, coloured: bool) -> list[Key]:
    """Return keys for the curves among points: letters, in colours where the points have one only."""
    letters = cycle(ascii_lowercase) if len(labels) > 1 else ["-" if ink.ascii else "─"]
    return [
        Key(letter, label, ink.series(1 + index) if coloured else "")
        for index, (letter, label) in enumerate(zip(letters, labels, strict=False))
    ]


def _several(keys: list[Key]) -> list[Key]:
    """Return the legend: none for a single curve, which the title names."""
    return keys if len(keys) > 1 else []


def _curve_keys(labels: Iterable[str], ink: Ink) -> list[Key]:
    return [Key(ink.marker(index), label, ink.series(index)) for index, label in enumerate(labels)]


def _curves(canvas: Canvas, x: Axis, y: Axis, curves: Mapping[str, Curve], keys: Sequence[Key]) -> None:
    """Draw curves in their colours and dashes, and the signs that tell several apart without colour."""
    for index, (key, (xs, ys)) in enumerate(zip(keys, curves.values(), strict=True)):
        canvas.line(x.place(xs), y.place(ys), key.style, key.sign, DASHES[index % len(DASHES)])
    if len(curves) < 2 or canvas.ink.ascii:
        return
    for index, (key, (xs, ys)) in enumerate(zip(keys, curves.values(), strict=True)):
        drawn = [pixel for pixel in canvas.pixels(x.place(xs), y.place(ys)) if pixel is not None]
        for column, row in _spread(drawn, index, len(curves)):
            canvas.put(column // ACROSS, row // DOWN, key.sign, f"bold {key.style}".rstrip())


def _spread(drawn: list[tuple[int, int]], index: int, count: int) -> list[tuple[int, int]]:
    """Return a few of the dots, spread over them, and elsewhere for each curve."""
    if not drawn:
        return []
    shift = (index + 0.5) / count
    places = {int((part + shift) * len(drawn) / MARKERS_ON_A_CURVE) for part in range(MARKERS_ON_A_CURVE)}
    return [drawn[min(place, len(drawn) - 1)] for place in sorted(places)]


def _dots(canvas: Canvas, x: Axis, y: Axis, points: NDArray[np.float64], style: str, sign: str) -> None:
    for pixel in canvas.pixels(x.place(points[:, 0]), y.place(points[:, 1])):
        if pixel is not None:
            canvas.dot(*pixel, style, sign)


def _points(
    canvas: Canvas,
    x: Axis,
    y: Axis,
    points: NDArray[np.float64],
    labels: NDArray[np.int64],
    classes: list[int],
    *,
    always_signs: bool = False,
) -> None:
    """Draw points of one class as dots; of several as the sign of the commonest class in each cell."""
    if len(classes) < 2 and not always_signs:
        _dots(canvas, x, y, points, canvas.ink.series(0), canvas.ink.point(0))
        return
    votes: dict[tuple[int, int], dict[int, int]] = {}
    for pixel, label in zip(
        canvas.pixels(x.place(points[:, 0]), y.place(points[:, 1])), labels.tolist(), strict=True
    ):
        if pixel is not None:
            cell = votes.setdefault((pixel[0] // ACROSS, pixel[1] // DOWN), {})
            cell[label] = cell.get(label, 0) + 1
    for (column, row), counts in votes.items():
        index = classes.index(max(counts, key=lambda label: counts[label]))
        style = f"bold {canvas.ink.series(index)}".strip() if always_signs else canvas.ink.series(index)
        canvas.put(column, row, canvas.ink.point(index), style)


def _marks(canvas: Canvas, x: Axis, y: Axis, marks: NDArray[np.float64]) -> None:
    """Draw marks over everything, numbered from 0, as classes are, as far as one digit goes."""
    for index, pixel in enumerate(canvas.pixels(x.place(marks[:, 0]), y.place(marks[:, 1]))):
        if pixel is not None:
            sign = str(index) if len(marks) <= 10 else "#" if canvas.ink.ascii else "◆"
            canvas.put(pixel[0] // ACROSS, pixel[1] // DOWN, sign, "bold reverse")


def _fill(canvas: Canvas, Z: NDArray[np.generic], classes: list[int]) -> None:
    """Draw each region's texture and the borders between regions, dot by dot."""
    import numpy as np

    tall, wide = canvas.height * DOWN, canvas.width * ACROSS
    if canvas.ink.ascii:
        tall, wide = canvas.height, canvas.width
    rows = ((tall - 1 - np.arange(tall)) + 0.5) * Z.shape[0] / tall
    columns = (np.arange(wide) + 0.5) * Z.shape[1] / wide
    ruling = np.searchsorted(classes, Z[np.ix_(rows.astype(int), columns.astype(int))].astype(np.int64))
    if canvas.ink.ascii:
        for row, column in np.ndindex(ruling.shape):
            canvas.put(column, row, ASCII_TEXTURES[int(ruling[row, column]) % len(ASCII_TEXTURES)])
        return
    border = np.zeros(ruling.shape, dtype=bool)
    border[:, 1:] |= ruling[:, 1:] != ruling[:, :-1]
    border[1:] |= ruling[1:] != ruling[:-1]
    for row, column in np.ndindex(ruling.shape):
        index = int(ruling[row, column])
        across, down, shift = TEXTURES[index % len(TEXTURES)]
        textured = across and row % down == 0 and (column + shift * (row // down)) % across == 0
        if border[row, column] or textured:
            canvas.dot(column, row, canvas.ink.series(index), "")


def _solid(canvas: Canvas, x: Axis, y: Axis, outline: Curve) -> None:
    """Fill the area under the outline of a histogram."""
    import numpy as np

    xs, ys = x.place(outline[0]), y.place(outline[1])
    wide, tall = canvas.width * ACROSS - 1, canvas.height * DOWN - 1
    for column in range(wide + 1):
        inside = (xs <= column / wide) & np.append(xs[1:] >= column / wide, False)
        height = round(float(ys[inside].max()) * tall) if inside.any() else 0
        for row in range(tall - height + 1, tall + 1):
            canvas.dot(column, row, canvas.ink.series(0), "#")
