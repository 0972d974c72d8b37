"""Frames drawn by matplotlib, as PNG and as a moving GIF."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Literal

from mlquiz.player.curves import class_name, classes_of, curves_of, pairs, steps_of
from mlquiz.player.film import Film, scene_of
from mlquiz.player.frames import Ask, Bars, Check, Frame, Heat, Histogram, Line, Regions, Say, Scatter, Table
from mlquiz.player.palette import DIVERGING, OKABE_ITO, Ink, hex_of
from mlquiz.player.plots import rows_of
from mlquiz.player.scale import axis_over, finite_range
from mlquiz.player.stage import visible_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlquiz.player.save import Progress

INK = Ink("plain", "many")  # matplotlib's own font lacks some of the full repertoire
SHAPES = "o+x*s^Dv"
DASHES = ("-", "--", ":", "-.")
WIDE = 6.0  # inches of a picture
MARGIN = 0.15  # inches kept free beside it
LONGEST_LABEL = 28  # letters of the label of a bar
TICKS = 6  # about so many numbers on a logarithmic axis
MOST_IMAGES = 60
FIRST_IMAGE, EACH_IMAGE, LAST_IMAGE = 1500, 150, 3000  # ms
COLOURS = [hex_of(colour) for colour in OKABE_ITO]


def png(title: str, frames: Sequence[Frame]) -> bytes:
    """Return a PNG of all ``frames``, pictures in two columns over the words."""
    pictures = [frame for frame in frames if not isinstance(frame, Say | Ask | Check)]
    words: list[Frame] = [*[frame for frame in frames if isinstance(frame, Say)][:1]]
    words += [frame for frame in frames if isinstance(frame, Check)]
    stream = io.BytesIO()
    figure = _figure(title, words, pictures, 2 if len(pictures) > 1 else 1)
    figure.savefig(stream, format="png", dpi=100)
    return stream.getvalue()


def gif(title: str, frames: Sequence[Frame], progress: Progress | None = None) -> bytes:
    """Return a GIF that plays ``frames``, thinned to at most `MOST_IMAGES` images."""
    from PIL import Image

    film = Film(iter(frames))
    at = sorted({round((i + 1) * len(frames) / MOST_IMAGES) for i in range(MOST_IMAGES)} - {0})
    shapes = max(1, min(4, len({frame.name for frame in frames if not isinstance(frame, Say | Ask | Check)})))
    images = []
    for done, shown in enumerate(at, 1):
        while film.shown < shown and film.forward():
            pass
        scene = scene_of(film, {})
        visible = visible_names(scene.updates, shapes)
        pictures = [picture for name, picture in scene.pictures.items() if name in visible]
        words: list[Frame] = [*([scene.caption] if scene.caption else []), *scene.checks.values()]
        if isinstance(film.last, Ask):
            words = [film.last]
        figure = _figure(title, words, pictures, 2 if shapes > 1 else 1, slots=shapes)
        stream = io.BytesIO()
        figure.savefig(stream, format="png", dpi=72)
        images.append(Image.open(stream).convert("P", palette=Image.Palette.ADAPTIVE))
        if progress:
            progress(done, len(at))
    times = [FIRST_IMAGE, *[EACH_IMAGE] * (len(images) - 2), LAST_IMAGE][-len(images) :]
    out = io.BytesIO()
    images[0].save(out, "GIF", save_all=True, append_images=images[1:], duration=times, loop=0)
    return out.getvalue()


def _figure(
    title: str, words: Sequence[Frame], pictures: Sequence[Frame], columns: int, slots: int = 0
) -> Any:
    """Return a figure with ``pictures`` in ``columns`` and ``words`` above them."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    text = "\n".join(row.plain for frame in words for row in rows_of(frame, 58 * columns, 1000, INK))
    down = -(-max(len(pictures), slots, 1) // columns)
    above = 0.5 + 0.2 * ((text.count("\n") + 1) if not slots else 8)
    tall = above + 3.6 * down
    figure = Figure(figsize=(WIDE * columns, tall), layout=None)
    FigureCanvasAgg(figure)  # what measures the labels
    figure.text(0.02, 1 - 0.12 / tall, title, weight="bold", va="top", size=13)
    figure.text(0.02, 1 - 0.42 / tall, text.replace("$", r"\$"), va="top", size=9, family="monospace")
    for index, frame in enumerate(pictures):
        row, column = divmod(index, columns)
        left, bottom = (column + 0.12) / columns, (tall - above - 3.6 * (row + 1) + 0.6) / tall
        axes = figure.add_axes((left, bottom, 0.83 / columns, 2.6 / tall))
        heading = axes.set_title(frame.name.replace("$", r"\$"), loc="left", size=11, weight="bold")
        _draw(axes, frame)
        if axes.axison:
            _make_room(axes, heading, column * WIDE + MARGIN, (column + 1) * WIDE - MARGIN)
    return figure


def _make_room(axes: Any, heading: Any, left: float, right: float) -> None:
    """Keep labels and title between ``left`` and ``right`` (inches): narrow the axes, shrink the title."""
    dpi, wide = axes.figure.dpi, axes.figure.get_figwidth()
    shown = axes.get_tightbbox(for_layout_only=True)
    box = axes.get_position()
    over_left, over_right = max(left - shown.x0 / dpi, 0) / wide, max(shown.x1 / dpi - right, 0) / wide
    axes.set_position((box.x0 + over_left, box.y0, box.width - over_left - over_right, box.height))
    space = (right - (box.x0 + over_left) * wide) * dpi
    length = heading.get_window_extent().width
    if length > space:
        heading.set_size(0.95 * heading.get_size() * space / length)  # a small letter is wider than its share


def _draw(axes: Any, frame: Frame) -> None:
    match frame:
        case Line():
            _line(axes, frame)
        case Scatter():
            _scatter(axes, frame)
        case Regions():
            _regions(axes, frame)
        case Histogram():
            _histogram(axes, frame)
        case Heat():
            _heat(axes, frame)
        case Bars():
            labels = [_cut(str(label)) for label in frame.values]
            axes.barh(range(len(labels)), [float(value) for value in frame.values.values()], color=COLOURS[0])
            axes.set_yticks(range(len(labels)), labels)
            axes.invert_yaxis()
            axes.set_xlabel(frame.unit)
        case _:
            axes.axis("off")
            if isinstance(frame, Table):
                rows = [row.plain for row in rows_of(frame, 64, 18, INK)][1:]
                axes.text(0, 1, "\n".join(rows).replace("$", r"\$"), va="top", size=9, family="monospace")


def _cut(label: str) -> str:
    """Return a label as matplotlib takes it: not too long, its dollars no formula."""
    short = label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1] + "…"
    return short.replace("$", r"\$")


def _labelled(axes: Any, frame: Line | Scatter | Regions) -> None:
    axes.set_xlabel(frame.x_label)
    axes.set_ylabel(frame.y_label)
    if axes.get_legend_handles_labels()[1]:
        axes.legend(fontsize=8, framealpha=0.6)


def _line(axes: Any, frame: Line) -> None:
    points = pairs(frame.points)
    axes.plot(points[:, 0], points[:, 1], ".", color="#6b6b6b", markersize=4)
    several = len(curves := curves_of(frame)) > 1
    for index, (label, (x, y)) in enumerate(curves.items()):
        dash = DASHES[index % len(DASHES)]
        axes.plot(x, y, dash, color=COLOURS[index % len(COLOURS)], label=label if several else None)
    if frame.log_y:
        _set_log(axes, "y", finite_range(*(y for _, y in curves.values()), positive=True))
    if frame.log_x:
        _set_log(axes, "x", finite_range(*(x for x, _ in curves.values()), positive=True))
    _labelled(axes, frame)


def _set_log(axes: Any, name: Literal["x", "y"], span: tuple[float, float] | None) -> None:
    """Make an axis logarithmic, with the ticks that the terminal's charts have."""
    if span is None:
        return
    made = axis_over(span, TICKS, log=True)
    axes.set(**{f"{name}scale": "log", f"{name}lim": (made.low, made.high)})
    axis = {"x": axes.xaxis, "y": axes.yaxis}[name]
    axis.set_ticks(made.ticks, made.labels)
    axis.set_ticks([], minor=True)


def _points(axes: Any, frame: Scatter | Regions) -> None:
    points = pairs(frame.X)
    numbers, classes = classes_of(frame.labels, len(points))
    for index, label in enumerate(classes):
        own = points[numbers == label]
        axes.plot(
            own[:, 0],
            own[:, 1],
            SHAPES[index % len(SHAPES)],
            color=COLOURS[index % len(COLOURS)],
            markersize=4,
            label=class_name(label, frame.class_names) if len(classes) > 1 else None,
        )


def _scatter(axes: Any, frame: Scatter) -> None:
    _points(axes, frame)
    several = len(classes_of(frame.labels, len(pairs(frame.X)))[1]) > 1
    for index, (label, line) in enumerate((frame.curves or {}).items()):
        xy, colour = pairs(line), "#1b1b1b" if several else COLOURS[(1 + index) % len(COLOURS)]
        axes.plot(xy[:, 0], xy[:, 1], DASHES[index % len(DASHES)], color=colour, label=label)
    for index, mark in enumerate(pairs(frame.marks)):
        axes.plot(*mark, "o", color="#1b1b1b", markersize=11)
        axes.annotate(str(index), mark, color="#ffffff", ha="center", va="center", size=8)
    _labelled(axes, frame)


def _regions(axes: Any, frame: Regions) -> None:
    import numpy as np
    from matplotlib.colors import ListedColormap

    Z = np.atleast_2d(np.asarray(frame.Z)).astype(int)
    classes = np.unique(np.concatenate([Z.ravel(), classes_of(frame.labels, len(pairs(frame.X)))[0]]))
    colours = ListedColormap([COLOURS[index % len(COLOURS)] for index in range(len(classes))])
    axes.imshow(
        np.searchsorted(classes, Z),
        origin="lower",
        extent=frame.extent,
        aspect="auto",
        cmap=colours,
        vmin=-0.5,
        vmax=len(classes) - 0.5,
        alpha=0.3,
        interpolation="nearest",
    )
    if frame.X is not None:
        _points(axes, frame)
    _labelled(axes, frame)


def _histogram(axes: Any, frame: Histogram) -> None:
    several = len(outlines := steps_of(frame)) + len(frame.curves or {}) > 1
    for index, (label, (x, y)) in enumerate(outlines.items()):
        colour, dash = COLOURS[index % len(COLOURS)], DASHES[index % len(DASHES)]
        axes.fill_between(x, y, color=colour, alpha=0.25)
        axes.plot(x, y, dash, color=colour, label=label if several else None)
    for index, (label, line) in enumerate((frame.curves or {}).items(), len(outlines)):
        xy = pairs(line)
        axes.plot(
            xy[:, 0], xy[:, 1], DASHES[index % len(DASHES)], color=COLOURS[index % len(COLOURS)], label=label
        )
    axes.set_xlabel(frame.x_label)
    if several:
        axes.legend(fontsize=8)


def _heat(axes: Any, frame: Heat) -> None:
    import numpy as np
    from matplotlib.colors import LinearSegmentedColormap

    Z = np.atleast_2d(np.asarray(frame.Z, dtype=float))
    finite = Z[np.isfinite(Z)]
    bound = float(np.abs(finite).max()) if finite.size else 1.0
    limits = {"vmin": -bound, "vmax": bound} if frame.diverging else {}
    diverging = LinearSegmentedColormap.from_list("diverging", [hex_of(colour) for colour in DIVERGING])
    image = axes.imshow(
        Z, aspect="auto", cmap=diverging if frame.diverging else "viridis", interpolation="nearest", **limits
    )
    axes.figure.colorbar(image, ax=axes)
    for ticks, labels, count in (
        (axes.set_yticks, frame.row_labels, Z.shape[0]),
        (axes.set_xticks, frame.column_labels, Z.shape[1]),
    ):
        ticks(range(count), map(_cut, labels)) if len(labels) == count else ticks([])
    if len(frame.text) == Z.shape[0] and max(Z.shape) <= 12:
        for (row, column), _ in np.ndenumerate(Z):
            axes.annotate(str(frame.text[row][column]), (column, row), ha="center", va="center", size=8)
