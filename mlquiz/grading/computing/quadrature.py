"""Integrals: by rules of Gauss and Legendre, else by even steps in a changed variable."""

from __future__ import annotations

import math
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from mlquiz.grading.computing import elementary
from mlquiz.grading.computing.arithmetic import TooBigError, UndefinedError, UnknownError
from mlquiz.grading.computing.precise import ONE, ZERO, Precise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    Integrand = Callable[[Any], Any]
    Nodes = Sequence[tuple[Any, Any]]

INFINITE = float("inf")
SCREEN_NODES = 24
RULES = (12, 24, 48, 96)
LEVELS = 5
ENDING = {"swift far", "swift line"}
"""Ways outwards that are too slow where an integrand does not fall exponentially."""
AGREED = 0.6
"""The part of the digits in which two values agree; the later one has about twice as many right."""
QUARTER_PI = Decimal(math.pi / 4)
FAR = 100
"""How far out an integrand is looked at before it may be taken for 0 from there on."""


def integrate(num: Any, at: Integrand, low: Any, high: Any) -> Any:
    """Return an integral.

    In doubles one rule only looks for gross differences; with many digits two values must agree.

    Raises
    ------
    UnknownError
        If no two do.
    """
    infinite = [abs(end) == INFINITE for end in (low, high)]
    if not isinstance(num, Precise):
        num.shaky = True
        if any(infinite):
            return _by_gauss(_on_unit(at), _to_unit(low), _to_unit(high), SCREEN_NODES, 0)
        return _by_gauss(at, low, high, SCREEN_NODES, 0)
    if low > high:
        return -integrate(num, at, high, low)
    try:
        return _agreed(num, _values(num, at, low, high, infinite))
    except (TooBigError, UndefinedError, ZeroDivisionError):  # the nodes next to an end are rounded to it
        raise UnknownError from None


def _values(num: Precise, at: Integrand, low: Any, high: Any, infinite: list[bool]) -> Iterator[Any]:
    """Yield ever better values of an integral."""
    if not any(infinite):
        for count in RULES:
            yield _by_gauss(at, low, high, count, num.digits)
        yield from _stepwise(num, _between(at, low, high))
        return
    for kinds in (("swift near", "swift far", "swift line"), ("near", "far", "line")):
        try:
            if all(infinite):
                yield from _stepwise(num, [(at, kinds[2]), (lambda x: at(-x), kinds[2])])
            elif infinite[0]:
                yield from _stepwise(num, [(lambda x: at(high - x), kind) for kind in kinds[:2]])
            else:
                yield from _stepwise(num, [(lambda x: at(low + x), kind) for kind in kinds[:2]])
        except UnknownError:  # too slow for the swift ones
            continue


def _agreed(num: Precise, values: Iterable[Any]) -> Any:
    close = num.tiny(AGREED)
    for before, value in pairwise(values):
        if abs(value - before) <= close * max(ONE, abs(value)):
            return value
    raise UnknownError


# --- Gauss and Legendre ---------------------------------------------------------------------------


def _by_gauss(at: Integrand, low: Any, high: Any, count: int, digits: int) -> Any:
    middle, half = (low + high) / 2, (high - low) / 2
    return half * sum(weight * at(middle + half * x) for x, weight in _gauss(count, digits))


@lru_cache(maxsize=32)
def _gauss(count: int, digits: int) -> Nodes:
    """Return nodes and weights on (-1, 1), an even number, by Newton's method; 0 digits are doubles."""
    starts: list[Any]
    if digits:
        starts = [Decimal(x) for x, _ in _gauss(count, 0)[: count // 2]]
    else:
        starts = [math.cos(math.pi * (k - 0.25) / (count + 0.5)) for k in range(1, count // 2 + 1)]
    steps = 2 + math.ceil(math.log2(max(digits, 15) / 15)) if digits else 8
    right = [_gauss_node(count, start, steps) for start in starts]
    return right + [(-x, weight) for x, weight in right]


def _gauss_node(count: int, x: Any, steps: int) -> tuple[Any, Any]:
    slope = x
    for _ in range(steps):
        below, p = x * 0 + 1, x
        for n in range(2, count + 1):
            below, p = p, ((2 * n - 1) * x * p - (n - 1) * below) / n
        slope = count * (x * p - below) / (x * x - 1)
        x -= p / slope
    return x, 2 / ((1 - x * x) * slope * slope)


def _on_unit(at: Integrand) -> Integrand:
    """Return what is to be integrated over (-1, 1) for the whole line: x = t / (1 - t^2)."""
    return lambda t: at(t / (1 - t * t)) * (1 + t * t) / (1 - t * t) ** 2


def _to_unit(x: float) -> float:
    if abs(x) == INFINITE:
        return math.copysign(1.0, x)
    return 2 * x / (1 + math.sqrt(1 + 4 * x * x))


# --- steps in a changed variable ------------------------------------------------------------------


def _between(at: Integrand, low: Any, high: Any) -> list[tuple[Integrand, str]]:
    """Return the two sides of an integral between numbers, either of which may be singular."""
    half = (high - low) / 2
    return [(lambda d: half * at(low + half * d), "end"), (lambda d: half * at(high - half * d), "end")]


def _stepwise(num: Precise, sides: list[tuple[Integrand, str]]) -> Iterator[Any]:
    """Yield values of an integral from ever smaller steps."""
    total = ZERO
    for level in range(1, LEVELS + 1):
        for at, kind in sides:
            total += _outwards(num, at, _nodes(kind, level, num.digits), must_end=kind in ENDING)
        yield total / 2**level


def _outwards(num: Precise, at: Integrand, nodes: Nodes, *, must_end: bool) -> Any:
    """Add up terms until they are too small; where they must become so and don't, nothing is known."""
    total = largest = ZERO
    small, close = 0, num.tiny(1.2)
    for x, weight in nodes:
        term = weight * at(x)
        total += term
        largest = max(largest, abs(term))
        small = small + 1 if abs(term) <= close * largest else 0
        if small > 1 and x > FAR:
            return total
    if must_end:
        raise UnknownError
    return total


@lru_cache(maxsize=64)
def _nodes(kind: str, level: int, digits: int) -> Nodes:
    """Return the nodes and weights that steps of 2^-level add to those of 2^-(level - 1)."""
    found = []
    for k in range(0 if level == 1 else 1, 8 * 2**level, 1 if level == 1 else 2):
        x, weight = _node(kind, k * ONE / 2**level)
        most = FAR * 10 if kind in ENDING else 10 ** (digits + 2)
        if x > most or weight.adjusted() < -2 * digits:
            break
        found.append((x, weight if k else weight / 2))
    return found


def _node(kind: str, t: Decimal) -> tuple[Decimal, Decimal]:
    """Return a node and its weight, t steps from the middle: swift ones are for what falls exponentially,
    the others are the double exponentials of Takahasi and Mori (1974).
    """
    grown = elementary.exp(t)
    match kind:
        case "swift line":  # the half of the line above 0
            return (grown - 1 / grown) / 2, (grown + 1 / grown) / 2
        case "swift near":  # the half of (0, inf) below 1/e
            x = elementary.exp(-t - grown)
            return x, x * (1 + grown)
        case "swift far":  # the half above
            x = elementary.exp(t - 1 / grown)
            return x, x * (1 + 1 / grown)
    speed = QUARTER_PI * (grown + 1 / grown)
    power = elementary.exp(QUARTER_PI * (grown - 1 / grown))
    match kind:
        case "end":  # the distance from an end of (-1, 1): 1 - tanh
            fallen = 1 / (power * power)
            return 2 * fallen / (1 + fallen), 4 * speed * fallen / ((1 + fallen) * (1 + fallen))
        case "near":  # the half of (0, inf) below 1
            return 1 / power, speed / power
        case "far":  # the half above
            return power, speed * power
    return (power - 1 / power) / 2, speed * (power + 1 / power) / 2  # the half of the line above 0
