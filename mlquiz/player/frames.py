"""What a demo says: small frozen frames that carry data, never pixels.

A demo yields these; a player decides how they look. A frame whose name was
seen before replaces it, which is all that animation is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike


@dataclass(frozen=True, slots=True)
class Between:
    """Inclusive bounds of a demo's parameter, for ``Annotated[int, "points", Between(10, 5000)]``."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Say:
    """A sentence or two; ``$maths$``, `code` and ``**bold**`` as in decks."""

    text: str
    name: str = "say"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns; numbers show the digits that matter, a cell of several numbers is a sparkline."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]


@dataclass(frozen=True, slots=True)
class Line:
    """One or several curves: ``y`` is a sequence, or a mapping from label to sequence; ``x`` is shared.

    ``points`` (m, 2) are data drawn with the curves. NaN breaks a curve.
    """

    name: str
    y: ArrayLike | Mapping[str, ArrayLike]
    x: ArrayLike | None = None
    x_label: str = ""
    y_label: str = ""
    log_y: bool = False
    log_x: bool = False
    points: ArrayLike | None = None


@dataclass(frozen=True, slots=True)
class Scatter:
    """Points ``X`` (n, 2), their integer ``labels`` (n,), and ``marks`` (k, 2) drawn over them.

    ``curves`` maps a label to a polyline (m, 2): a fitted line, a boundary, a path, an axis. ``class_names``
    names the classes 0, 1, ….
    """

    name: str
    X: ArrayLike
    labels: ArrayLike | None = None
    marks: ArrayLike | None = None
    x_label: str = ""
    y_label: str = ""
    curves: Mapping[str, ArrayLike] | None = None
    class_names: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Heat:
    """A matrix ``Z`` (rows, columns), row 0 on top; ``diverging`` colours around zero.

    ``text`` (rows, columns) is written into the cells where they are wide enough: an arrow, a count.
    """

    name: str
    Z: ArrayLike
    row_labels: Sequence[str] = ()
    column_labels: Sequence[str] = ()
    diverging: bool = False
    text: Sequence[Sequence[str]] = ()


@dataclass(frozen=True, slots=True)
class Bars:
    """A value for each label, drawn from zero."""

    name: str
    values: Mapping[str, float]
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Histogram:
    """How ``values`` (n,), or several labelled sets of them, fall into ``bins`` of equal width.

    With ``curves``, each a polyline (m, 2) of a density, the heights are densities too.
    """

    name: str
    values: ArrayLike | Mapping[str, ArrayLike]
    bins: int = 20
    x_label: str = ""
    curves: Mapping[str, ArrayLike] | None = None


@dataclass(frozen=True, slots=True)
class Regions:
    """Which class rules where: ``Z`` (rows, columns) of class numbers, row 0 at y0.

    ``extent`` is (x0, x1, y0, y1). The points ``X`` (n, 2) with ``labels`` (n,) are drawn over it.
    ``class_names`` names the classes 0, 1, ….
    """

    name: str
    Z: ArrayLike
    extent: tuple[float, float, float, float]
    X: ArrayLike | None = None
    labels: ArrayLike | None = None
    x_label: str = ""
    y_label: str = ""
    class_names: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """A prediction to make before one sees: ``answer`` is the right choice's index, ``why`` comes after."""

    name: str
    question: str
    choices: Sequence[str]
    answer: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """``value`` compared with something independent, ``expected``, up to ``tolerance`` (absolute).

    The relation ``==`` asks for |value - expected| <= tolerance, ``<=`` for value <= expected + tolerance and
    ``>=`` for value >= expected - tolerance. A value that is not a number never holds.
    """

    name: str
    value: float
    expected: float
    tolerance: float = 0.0
    relation: Literal["==", "<=", ">="] = "=="

    @property
    def holds(self) -> bool:
        """Whether the comparison comes out as claimed."""
        gap = float(self.value) - float(self.expected)
        if self.relation == "==":
            return abs(gap) <= self.tolerance
        return gap <= self.tolerance if self.relation == "<=" else gap >= -self.tolerance


Frame = Say | Table | Line | Scatter | Heat | Bars | Histogram | Regions | Ask | Check
