"""Random meanings of the declared symbols: exact values, drawn from a seed, that satisfy the card's
conditions.
"""

from __future__ import annotations

from functools import lru_cache, partial
from random import Random
from typing import TYPE_CHECKING, Any

from mlquiz.grading.computing.arithmetic import Doubles
from mlquiz.grading.computing.derived import Derived
from mlquiz.grading.meanings.draws import Draw, Orthonormal
from mlquiz.grading.meanings.probability import build_space, draw_law
from mlquiz.grading.meanings.random_functions import (
    ConvexFunction,
    SetFunction,
    SmoothFunction,
    dyadic,
)
from mlquiz.grading.syntax.kinds import (
    Function,
    Law,
    Matrix,
    Number,
    Opaque,
    Outcome,
    Sequence,
    Subset,
    Vector,
)
from mlquiz.grading.syntax.tree import size_value

if TYPE_CHECKING:
    from mlquiz.grading.computing.spaces import Space
    from mlquiz.grading.meanings.conditions import Conditions
    from mlquiz.grading.syntax.kinds import Declarations, Kind

POOL = (0.0, 1.0, -1.0, 2.0, 0.5)
FAMILY = 8
ATTEMPTS = 60
MOST_DRAWS = 300
MOST_EVENTS = 12
EVEN_FROM = 64
"""In draws from this number on, numbers are of like size, so that no term outweighs all others."""
CONSTANT = 3
"""In draws with this number, modulo 8, random variables take one value: there Jensen's bound is met."""


class Meanings:
    """All draws for one formula, each from the seed and its number alone."""

    def __init__(
        self,
        declarations: Declarations,
        conditions: Conditions,
        seed: str,
        bounds: frozenset[str] = frozenset(),
    ) -> None:
        self.declarations, self.conditions, self.seed, self.bounds = declarations, conditions, seed, bounds
        self.positive_functions = False
        self.event_sizes = _event_sizes(declarations)

    def draw(self, number: int, *, special: bool, far: int = 0) -> Draw | None:
        """Return a draw that satisfies all conditions, or None if none was found.

        One that goes ``far`` has one size not below that, indices at their ends and chances near 0 and 1.
        """
        return _drawn(self, number, special, far, len(self.declarations.kinds), self.positive_functions)

    def new_draw(self, number: int, *, special: bool, far: int = 0) -> Draw | None:
        """Draw until all conditions hold: what breaks one is drawn again, or all where a size does."""
        make: _Maker | None = None
        raw: dict[str, Any] = {}
        failing: set[str] | None = None
        for attempt in range(ATTEMPTS):
            rng = self._rng(number, attempt)
            if make is None or not failing or failing & set(make.sizes) or attempt % 10 == 0:
                make, failing = self._maker(number, rng, special=special, far=far), None
            if make is None:
                return None
            make.rng = rng
            raw = self._values(make, raw, failing)
            family = partial(self._family, number, make.sizes, make.space)
            draw = Draw(make.sizes, raw, make.space, self.conditions, family, special=special)
            failing = self._failing(draw)
            if failing is None:
                return draw
        return None

    def _maker(self, number: int, rng: Random, *, special: bool, far: int) -> _Maker | None:
        """Return what draws values, with sizes and a space drawn first; None if no sizes fit."""
        sizes = self._sizes(number, rng, special=special, far=far)
        if sizes is None:
            return None
        constant = special and number % 8 == CONSTANT
        kinds, skewed = self.declarations.kinds, far > 0
        space = build_space(kinds, sizes, rng, special=special, constant=constant, skewed=skewed)
        even = number >= EVEN_FROM
        return _Maker(
            sizes, space, rng, special=special, positive=self.positive_functions, even=even, far=far > 0
        )

    def _failing(self, draw: Draw) -> set[str] | None:
        try:
            return self.conditions.failing(draw.bind(Doubles()))
        except (ArithmeticError, ValueError):
            return set(draw.raw)

    def _rng(self, *parts: Any) -> Random:
        return Random("|".join(map(str, (self.seed, *parts))))

    # --- sizes ------------------------------------------------------------------------------------

    def _sizes(self, number: int, rng: Random, *, special: bool, far: int) -> dict[str, int] | None:
        names = self.declarations.sizes
        least = 1 if special else 2
        pool = range(least, len(names) + (3 if number % 3 else 5))
        if len(names) > len(pool):
            return None
        for _ in range(200):
            chosen = dict(zip(names, rng.sample(pool, len(names)), strict=True))
            chosen.update({name: rng.randint(2, 3) for name in names if name in self.event_sizes})
            if far and names:  # one alone: sums over several would take long
                name = rng.choice(names)
                beyond = far + rng.randint(0, 2)
                chosen[name] = min(beyond, MOST_EVENTS) if name in self.event_sizes else beyond
            if self._sizes_fit(chosen):
                return chosen
        return None

    def _sizes_fit(self, sizes: dict[str, int]) -> bool:
        first = True
        for kind in self.declarations.kinds.values():
            if isinstance(kind, Matrix):
                rows, columns = size_value(kind.rows, sizes), size_value(kind.columns, sizes)
                if kind.form == "orthonormal" and rows < columns:
                    return False
                if first and kind.rows != kind.columns and kind.form != "orthonormal":
                    first = False
                    if rows < columns and not self.conditions.orders(kind.rows, kind.columns):
                        return False
            if (
                isinstance(kind, Number)
                and kind.domain == "index"
                and size_value(kind.high, sizes) < size_value(kind.low, sizes)
            ):
                return False
        return self.conditions.sizes_fit(sizes)

    # --- values -----------------------------------------------------------------------------------

    def _values(self, make: _Maker, old: dict[str, Any], failing: set[str] | None) -> dict[str, Any]:
        """Return the values of all names, or old ones with those that broke a condition drawn again."""
        kinds, sizes, rng = self.declarations.kinds, make.sizes, make.rng
        raw = {} if failing is None else dict(old)
        for name, kind in kinds.items():
            if failing is not None and name not in failing:
                continue
            if name in sizes and isinstance(kind, Number):
                raw[name] = float(sizes[name])
                continue
            if name in self.bounds and isinstance(kind, Number) and kind.domain == "natural":
                value: Any = float(rng.randint(1 if make.special else 2, 6))
            else:
                value = make.value(kind, name)
            if value is not None:
                raw[name] = self.conditions.restrict(name, value, rng)
        _tie_derivatives(kinds, raw)
        return raw

    def _family(self, number: int, sizes: dict[str, int], space: Space, name: str) -> list[Any]:
        """Return the candidates of an optimum over a name."""
        kinds = self.declarations.kinds
        kind, rng = kinds[name], self._rng("family", number, name)
        count = 2 * FAMILY if isinstance(kind, Number) else FAMILY
        if isinstance(kind, Law):
            return [draw_law(kinds, name, space, rng) for _ in range(count)]
        make = _Maker(sizes, space, rng, special=False, positive=self.positive_functions)
        return [make.value(kind, name) for _ in range(count)]


@lru_cache(maxsize=MOST_DRAWS)
def _drawn(
    meanings: Meanings, number: int, special: bool, far: int, _kinds: int, _positive: bool
) -> Draw | None:
    """Return a draw; those of the last formulas are kept, and drawn again alike where they are not."""
    return meanings.new_draw(number, special=special, far=far)


def _tie_derivatives(kinds: dict[str, Kind], raw: dict[str, Any]) -> None:
    """Make a function declared as ``f'`` the derivative of the one declared as ``f``."""
    for name, kind in kinds.items():
        if not name.endswith("'"):
            continue
        base = name.rstrip("'")
        if isinstance(kind, Function) and isinstance(kinds.get(base), Function):
            raw[name] = Derived(raw[base], len(name) - len(base))


def _event_sizes(declarations: Declarations) -> set[str]:
    """Return the sizes that count events or elements of sets: each one doubles the space."""
    from mlquiz.grading.syntax.kinds import Event

    found: set[str] = set()
    for kind in declarations.kinds.values():
        if isinstance(kind, Sequence) and isinstance(kind.item, Event):
            found |= {name for name, _ in kind.high if name}
    return found


class _Maker:
    """Draw values of kinds for given sizes."""

    def __init__(
        self,
        sizes: dict[str, int],
        space: Space,
        rng: Random,
        *,
        special: bool,
        positive: bool,
        even: bool = False,
        far: bool = False,
    ) -> None:
        self.sizes, self.space, self.rng = sizes, space, rng
        self.special, self.positive, self.even, self.far = special, positive, even, far

    def value(self, kind: Kind, name: str = "") -> Any:
        match kind:
            case Number():
                return self.number(kind)
            case Opaque():
                return self.number(Number())
            case Vector():
                return tuple([self.number(kind.entry) for _ in range(self._size(kind.size))])
            case Matrix():
                return self.matrix(kind)
            case Sequence():
                return self.sequence(kind)
            case Function():
                return self.function(kind)
            case Outcome():
                return self.rng.choice(self.space.values[kind.of or name])
            case Subset():
                everything = range(1, self._size(kind.size) + 1)
                return frozenset(float(k) for k in everything if kind.full or self.rng.random() < 0.5)
        return None

    def _size(self, size: Any) -> int:
        return max(0, size_value(size, self.sizes))

    def number(self, kind: Number) -> float:
        rng = self.rng
        if kind.domain == "index":
            low, high = size_value(kind.low, self.sizes), size_value(kind.high, self.sizes)
            return float(rng.randint(max(low, high - 1) if self.far else low, high))
        if kind.domain in {"natural", "integer"}:
            return float(_whole(kind.domain, rng, special=self.special))
        if self.special:
            allowed = {
                "positive": (1.0, 2.0, 0.5),
                "nonneg": (0.0, 1.0, 2.0, 0.5),
                "unit": (0.5, 0.25, 0.75, 0.5, 1.0, 0.0),
            }
            return rng.choice(allowed.get(kind.domain, POOL))
        return _generic(kind.domain, 0.0 if self.even else rng.random(), rng)

    def matrix(self, kind: Matrix) -> Any:
        rng = self.rng
        rows, columns = self._size(kind.rows), self._size(kind.columns)
        if kind.form == "orthonormal":
            return Orthonormal(
                [tuple(dyadic(rng, 0.2, 1.5) * rng.choice((-1, 1)) for _ in range(rows)) for _ in range(3)],
                columns,
            )
        if kind.form == "simplex":
            flat = simplex(rng, rows * columns)
            return tuple(flat[i * columns : (i + 1) * columns] for i in range(rows))
        entries = [
            [self.number(kind.entry) if self.special else self._entry(kind.entry) for _ in range(columns)]
            for _ in range(rows)
        ]
        zero = 0.0
        if kind.form == "diagonal":
            return tuple(
                tuple(
                    abs(entries[i][j]) + (kind.entry.domain == "real") * 0.0
                    if i == j and kind.entry.domain == "positive"
                    else entries[i][j]
                    if i == j
                    else zero
                    for j in range(columns)
                )
                for i in range(rows)
            )
        if kind.form == "symmetric":
            return tuple(tuple(entries[min(i, j)][max(i, j)] for j in range(columns)) for i in range(rows))
        if kind.form == "spd":
            b = [[rng.randint(-12, 12) / 8 for _ in range(rows)] for _ in range(rows)]
            return tuple(
                tuple(
                    sum(b[k][i] * b[k][j] for k in range(rows)) + (0.25 if i == j else 0.0)
                    for j in range(rows)
                )
                for i in range(rows)
            )
        return tuple(tuple(row) for row in entries)

    def _entry(self, kind: Number) -> float:
        return dyadic(self.rng, -2, 2, 6) if kind.domain == "real" else self.number(kind)

    def sequence(self, kind: Sequence) -> Any:
        count = self._size(kind.high) - size_value(kind.low, self.sizes) + 1
        if kind.simplex:
            return simplex(self.rng, count)
        items = [self.value(kind.item) for _ in range(count)]
        return None if any(item is None for item in items) else tuple(items)

    def function(self, kind: Function) -> Any:
        value = kind.value
        domain = (
            value.domain
            if isinstance(value, Number)
            else value.entry.domain
            if isinstance(value, Vector | Matrix)
            else "real"
        )
        if domain == "real" and self.positive:
            domain = "positive"
        if any(isinstance(arg, Subset) for arg in kind.arguments):
            return SetFunction(self.rng.random(), domain)
        shape: tuple[int, ...] = ()
        if isinstance(value, Vector):
            shape = (self._size(value.size),)
        elif isinstance(value, Matrix):
            shape = (self._size(value.rows), self._size(value.columns))
        inputs = sum(self._inputs(arg) for arg in kind.arguments)
        if kind.form == "convex":
            return ConvexFunction(self.rng, inputs)
        return SmoothFunction(self.rng, inputs, shape, domain, symmetric=kind.form == "symmetric")

    def _inputs(self, kind: Kind) -> int:
        if isinstance(kind, Vector):
            return self._size(kind.size)
        return self._size(kind.rows) * self._size(kind.columns) if isinstance(kind, Matrix) else 1


def simplex(rng: Random, count: int) -> tuple[float, ...]:
    """Return positive numbers that sum to exactly 1, each a multiple of a power of 1/2."""
    parts = [rng.randint(3, 60) for _ in range(count)]
    total = 1
    while total < sum(parts) + 3:
        total *= 2
    parts[rng.randrange(count)] += total - sum(parts)
    return tuple(part / total for part in parts)


def _whole(domain: str, rng: Random, *, special: bool) -> int:
    if domain == "integer":
        return rng.choice((-1, 0, 1, 2)) if special else rng.randint(-5, 8)
    if special:
        return rng.choice((1, 1, 2, 3))
    return rng.randint(2, 9) if rng.random() < 0.88 else rng.randint(10, 20)


def _generic(domain: str, choice: float, rng: Random) -> float:
    """Return a number, of a usual size where ``choice`` is below 0.65."""
    if domain == "unit":
        return dyadic(rng, 0.05, 0.95, 12)
    if domain in {"positive", "nonneg"}:
        low, high = (0.3, 3.0) if choice < 0.65 else (0.06, 0.4) if choice < 0.8 else (3.0, 11.0)
        return dyadic(rng, low, high, 12)
    if choice > 0.96:
        return dyadic(rng, 20, 200, 4) * rng.choice((-1, 1))
    low, high = (-2.5, 2.5) if choice < 0.65 else (-0.4, 0.4) if choice < 0.8 else (-11.0, 11.0)
    return dyadic(rng, low, high, 12) or 0.125
