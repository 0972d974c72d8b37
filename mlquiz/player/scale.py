"""Axes: from data to round ticks and to positions between 0 and 1."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
PARTS = 4  # of the way between two ticks, at which an axis may end
LARGEST = 1e300  # what is farther out would overflow, and is drawn as infinity
SMALLEST_SPAN = 1e-9  # relative; what differs less than that is drawn as constant


@dataclass(frozen=True, slots=True)
class Axis:
    """A range of values with the ticks on it.

    Attributes
    ----------
    low, high
        The ends, in data units.
    ticks
        Round values in [low, high], rising.
    log
        Whether distances are ratios.
    """

    low: float
    high: float
    ticks: tuple[float, ...]
    log: bool = False

    @property
    def labels(self) -> tuple[str, ...]:
        """The ticks as text, all with the same number of decimals."""
        if self.log:
            return tuple(f"{tick:g}" for tick in self.ticks)
        return tuple(tick_label(tick, self.ticks) for tick in self.ticks)

    def place(self, values: ArrayLike) -> NDArray[np.float64]:
        """Return where ``values`` (n,) lie: 0 at the low end, 1 at the high one, NaN where nowhere."""
        import numpy as np

        data = np.asarray(values, dtype=float)
        with np.errstate(all="ignore"):
            if self.log:
                span = math.log(self.high) - math.log(self.low)
                placed = (np.log(np.where(data > 0, data, np.nan)) - math.log(self.low)) / span
            else:
                placed = (data / 2 - self.low / 2) / (self.high / 2 - self.low / 2)
        placed[~np.isfinite(data)] = np.nan
        return np.asarray(placed)


def finite_range(*arrays: ArrayLike, positive: bool = False) -> tuple[float, float] | None:
    """Return the least and the greatest value up to `LARGEST`; None when there is none."""
    import numpy as np

    data = np.concatenate([np.ravel(np.asarray(array, dtype=float)) for array in arrays] or [np.empty(0)])
    data = data[(np.abs(data) <= LARGEST) & (data > 0 if positive else True)]
    return (float(data.min()), float(data.max())) if data.size else None


def axis_over(
    span: tuple[float, float] | None, count: int, *, log: bool = False, whole: bool = False
) -> Axis:
    """Return an axis over ``span`` with about ``count`` round ticks; without a span, 0 to 1.

    It ends at a tick or a part of the way to the next, so that it stands still while data grow a little, and
    wastes little. ``whole`` asks for ticks at whole numbers.
    """
    low, high = span or ((1.0, 10.0) if log else (0.0, 1.0))
    if log:
        return _log_axis(low, high, count)
    low, high = widen(low, high)
    while True:
        step = round_step(high - low, count)
        if whole:
            step = 5.0 if step == 2.5 else max(step, 1.0)
        part = max(step / PARTS, 1.0) if whole else step / PARTS
        ends = _clean(part * _floor(low / part), part), _clean(part * _ceil(high / part), part)
        ticks = _round_values(*ends, step)
        if len(ticks) > 1:
            return Axis(*ends, ticks)
        count += 1


def axis_within(low: float, high: float, count: int) -> Axis:
    """Return an axis that ends exactly at ``low`` and ``high``, with round ticks inside."""
    low, high = widen(low, high)
    while True:
        step = round_step(high - low, count)
        ticks = _round_values(low, high, step)
        if len(ticks) > 1:
            return Axis(low, high, ticks)
        count += 1


def axis_around(span: tuple[float, float] | None, count: int) -> Axis:
    """Return an axis a little wider than ``span``, with round ticks inside."""
    low, high = widen(*(span or (0.0, 1.0)))
    margin = 0.03 * (high - low)
    return axis_within(low - margin, high + margin, count)


def widen(low: float, high: float) -> tuple[float, float]:
    """Return the range, opened around a constant."""
    size = max(abs(low), abs(high))
    if high - low > SMALLEST_SPAN * size:
        return low, high
    margin = 0.1 * size or 1.0
    return low - margin, high + margin


def round_step(span: float, count: int) -> float:
    """Return the smallest of 1, 2, 2.5, 5 times a power of ten with at most ``count`` in ``span``."""
    rough = span / max(count, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in STEPS if factor * power >= rough * (1 - 1e-9))


def tick_label(tick: float, ticks: tuple[float, ...]) -> str:
    """Return ``tick`` with as many decimals as ``ticks`` need."""
    largest = max(map(abs, ticks))
    step = min((b - a for a, b in itertools.pairwise(ticks)), default=largest)
    if largest >= 1e5 or (0 < largest < 1e-3):
        return f"{tick:.{_digits(step / 10.0 ** math.floor(math.log10(largest)))}e}".replace(
            "e+0", "e"
        ).replace("e-0", "e-")
    return f"{tick:.{_digits(step)}f}"


def number(value: float) -> str:
    """Return ``value`` with the four digits that matter."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "inf" if value > 0 else "-inf"
    if value == int(value) and abs(value) < 1e6:
        return str(int(value))
    if 1e-3 <= abs(value) < 1e6:
        text = f"{value:.{max(0, 3 - math.floor(math.log10(abs(value))))}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return f"{value:.3g}".replace("e+0", "e").replace("e-0", "e-").replace("e+", "e")


def _log_axis(low: float, high: float, count: int) -> Axis:
    """Ticks at powers of ten, or at 1, 2 and 5 times them where there are few."""
    first, last = math.floor(math.log10(low) + 1e-9), math.ceil(math.log10(high) - 1e-9)
    stride = max(1, math.ceil((last - first) / max(count, 1)))
    if last - first <= 2 and 3 * (last - first) <= 3 * count:
        every = [factor * 10.0**power for power in range(first - 1, last + 1) for factor in (1, 2, 5)]
        start = max(tick for tick in every if tick <= low * (1 + 1e-9))
        end = min(tick for tick in [*every, 10.0 * 10.0**last] if tick >= high * (1 - 1e-9) and tick > start)
        ticks = (*tuple(tick for tick in every if start <= tick < end), end)
        return Axis(start, end, ticks, log=True)
    last = max(last, first + 1)
    powers = list(range(max(first, -307), min(last, 307) + 1, stride))
    return Axis(10.0 ** powers[0], 10.0 ** min(last, 307), tuple(10.0**power for power in powers), log=True)


def _round_values(low: float, high: float, step: float) -> tuple[float, ...]:
    """Return the multiples of ``step`` in [low, high]."""
    return tuple(_clean(step * index, step) for index in range(_ceil(low / step), _floor(high / step) + 1))


def _digits(step: float) -> int:
    """Return how many decimals tell multiples of ``step`` apart."""
    return next((digits for digits in range(12) if abs(round(step, digits) - step) < 1e-6 * step), 12)


def _clean(value: float, step: float) -> float:
    """Remove the rounding error of ``value``, a multiple of ``step``; no negative zero."""
    return round(value, 12 - math.floor(math.log10(step))) + 0.0


def _floor(ratio: float) -> int:
    return math.floor(ratio + 1e-9 * max(1.0, abs(ratio)) if abs(ratio - round(ratio)) < 1e-9 else ratio)


def _ceil(ratio: float) -> int:
    return -_floor(-ratio)
