"""The parts of an SVG picture: text, axes, curves and the signs of classes."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from mlquiz.player.palette import DASHES, OKABE_ITO, POINTS, hex_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from mlquiz.player.chart import Key
    from mlquiz.player.scale import Axis

WIDTH, HEIGHT = 720, 340
LEFT, RIGHT, TOP, BOTTOM = 70, 20, 56, 50
TEXT, QUIET = "#1b1b1b", "#6b6b6b"
LETTER, ROW = 8.4, 19  # width of a monospaced letter and height of a line of text, in pixels
FONT = "monospace"
# The outlines around (0, 0) that draw the signs of `palette.POINTS`, and which of them are filled.
SHAPES = (
    "M-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0",
    "M-4 0h8M0 -4v8",
    "M-3 -3l6 6M-3 3l6 -6",
    "M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0",
    "M-3 -3h6v6h-6z",
    "M0 -4l4 7h-8z",
    "M-4 0h8M-2 -3.5l4 7M-2 3.5l4 -7",
    "M-3.5 -3.5h7v7h-7z",
)
FILLED = {0, 4}
SAMPLE = 26  # pixels of a line in the legend


def svg_document(inside: str, width: float, height: float) -> str:
    """Wrap drawn parts into a document."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" '
        f'viewBox="0 0 {width:g} {height:g}" font-family="{FONT}" font-size="14" fill="{TEXT}">'
        f'<rect width="100%" height="100%" fill="#ffffff"/>{inside}</svg>\n'
    )


def text(x: float, y: float, words: str, attributes: str = "") -> str:
    """Return a line of text."""
    return f'<text x="{x:.1f}" y="{y:.1f}" {attributes}>{escape(_clean(words))}</text>'


def _clean(words: str) -> str:
    """Leave out what XML can't carry."""
    return "".join(char for char in words if char >= " " and not "\ud800" <= char <= "\udfff")


def heading(title: str, y_label: str, legend: Iterable[Key]) -> Iterator[str]:
    """Yield the title and, under it, the legend."""
    yield text(20, 18, f"{title}, {y_label}" if y_label else title, 'font-weight="bold"')
    at, curves = 0.0, 0
    parts = []
    for key in legend:
        if key.sign in POINTS:
            parts.append(symbol(at + 8, -5, POINTS.index(key.sign)))
            at += 18
        else:
            stroke = curve_style(curves, key.style)
            parts.append(f'<path d="M{at:.1f} -5h{SAMPLE}" fill="none" stroke-width="2" {stroke}/>')
            at, curves = at + SAMPLE + 6, curves + 1
        parts.append(text(at, 0, key.label))
        at += LETTER * (len(key.label) + 3)
    if parts:
        shrunk = min(1.0, (WIDTH - 40) / at)
        yield f'<g transform="translate(20 38) scale({shrunk:.3f})">{"".join(parts)}</g>'


def across(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return pixels from the left for shares of the x axis."""
    return LEFT + shares * (WIDTH - LEFT - RIGHT)


def down(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return pixels from the top for shares of the y axis."""
    return TOP + (1 - shares) * (HEIGHT - TOP - BOTTOM)


def axes(x: Axis, y: Axis, x_label: str) -> Iterator[str]:
    """Yield the axes with their ticks."""
    floor, end = HEIGHT - BOTTOM, WIDTH - RIGHT
    yield f'<path d="M{LEFT} {TOP}V{floor}H{end}" fill="none" stroke="{QUIET}"/>'
    for at, label in zip(across(x.place(list(x.ticks))).tolist(), x.labels, strict=False):
        yield f'<path d="M{at:.1f} {floor}v5" stroke="{QUIET}"/>'
        yield text(at, floor + 19, label, f'text-anchor="middle" font-size="12" fill="{QUIET}"')
    for at, label in zip(down(y.place(list(y.ticks))).tolist(), y.labels, strict=False):
        yield f'<path d="M{LEFT} {at:.1f}h-5M{LEFT} {at:.1f}H{end}" stroke="{QUIET}" stroke-opacity="0.35"/>'
        yield text(LEFT - 8, at + 4, label, f'text-anchor="end" font-size="12" fill="{QUIET}"')
    if x_label:
        yield text(
            (LEFT + end) / 2, HEIGHT - 10, x_label, f'text-anchor="middle" font-size="12" fill="{QUIET}"'
        )


def polyline(xs: NDArray[np.float64], ys: NDArray[np.float64], x: Axis, y: Axis, style: str) -> str:
    """Return a curve through data points; NaN breaks it."""
    path, pen_down = [], False
    for a, b in zip(across(x.place(xs)).tolist(), down(y.place(ys)).tolist(), strict=True):
        if a == a and b == b:
            path.append(f"{'L' if pen_down else 'M'}{a:.1f} {b:.1f}" + ("" if pen_down else "h0"))
        pen_down = a == a and b == b
    return f'<path d="{"".join(path)}" fill="none" stroke-width="2" stroke-linecap="round" {style}/>'


def curve_style(index: int, colour: str | None = None) -> str:
    """Return the stroke of the ``index``-th curve."""
    dash = (
        ""
        if index == 0
        else f' stroke-dasharray="{" ".join(str(2 * dot) for dot in DASHES[index % len(DASHES)])}"'
    )
    if colour is None:
        colour = hex_of(OKABE_ITO[index % len(OKABE_ITO)])
    return f'stroke="{colour or TEXT}"{dash}'


def symbol(x: float, y: float, index: int, *, plain: bool = False) -> str:
    """Draw the sign of class ``index``; ``plain`` for points without a class."""
    colour = QUIET if plain else hex_of(OKABE_ITO[index % len(OKABE_ITO)])
    shape = index % len(SHAPES)
    fill = colour if shape in FILLED else "none"
    return (
        f'<path transform="translate({x:.1f} {y:.1f})" d="{SHAPES[shape]}" fill="{fill}" '
        f'stroke="{colour}" stroke-width="1.6"/>'
    )
