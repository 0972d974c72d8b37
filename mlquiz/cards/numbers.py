"""Numbers as decks write them, exact: `0.05`, `1/3`, `1e-3`, `2 %`, and evenly spaced ranges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

NUMBER = r"-?(?:\d{1,30}(?:\.\d{1,30})?(?:[eE][+-]?\d{1,2})?|\d{1,30}/[1-9]\d{0,29})"
SHARE = r"\d{1,30}(?:\.\d{1,30})?(?:[eE][+-]?\d{1,2})?(?:\s*%)?"
MAX_VALUES = 10_000


def share(text: str) -> Fraction:
    """Return ``0.02`` or ``2 %`` as a fraction."""
    number = Fraction(text.rstrip("% "))
    return number / 100 if text.endswith("%") else number


def values(given: Sequence[str] | Mapping[str, str]) -> tuple[Fraction, ...]:
    """Return the values to choose from: those listed, or from, from + step, … up to and with ``to``.

    Raises
    ------
    ValueError
        When the step doesn't lead from ``from`` to ``to``, or there are too many values.
    """
    if not isinstance(given, Mapping):
        return tuple(Fraction(text) for text in given)
    first, last, step = (Fraction(given[name]) for name in ("from", "to", "step"))
    if step <= 0 or last < first:
        raise ValueError(f"the step {given['step']} doesn't lead from {given['from']} to {given['to']}")
    count = (last - first) // step + 1
    if count > MAX_VALUES:
        raise ValueError(f"it has {count:,} values")
    return tuple(first + step * at for at in range(count))
