"""Draw the finite probability space of a card: atoms, events, random variables, and tables of
distributions.
"""

from __future__ import annotations

from itertools import product
from random import Random
from typing import TYPE_CHECKING, Any

from mlquiz.grading.computing.linear import flatten
from mlquiz.grading.computing.spaces import Space, Table
from mlquiz.grading.meanings.random_functions import SmoothFunction, dyadic
from mlquiz.grading.syntax.kinds import Event, Law, Outcome, Sequence
from mlquiz.grading.syntax.kinds import Random as RandomVariable
from mlquiz.grading.syntax.tree import size_value

if TYPE_CHECKING:
    from mlquiz.grading.computing.env import Env
    from mlquiz.grading.syntax.kinds import Kind

MAX_ATOMS = 256
CHANCE = (Event, Law, Outcome, RandomVariable, Sequence)
OUTCOMES = 3
POOL = (0.0, 1.0, -1.0, 2.0, 0.5)


def root_of(kinds: dict[str, Kind], name: str) -> str:
    """Return the random variable that an outcome name belongs to."""
    kind = kinds.get(name)
    seen = {name}
    while isinstance(kind, Outcome) and kind.of and kind.of not in seen:
        name = kind.of
        seen.add(name)
        kind = kinds.get(name)
    return name


def build_space(
    kinds: dict[str, Kind],
    sizes: dict[str, int],
    rng: Random,
    *,
    special: bool,
    constant: bool = False,
    skewed: bool = False,
) -> Space:
    """Return a drawn space.

    Parameters
    ----------
    kinds, sizes
        The declared symbols and the drawn sizes.
    rng
        Where all choices come from.
    special
        Whether random variables take small whole values, so that ties occur.
    constant
        Whether each of them takes one value only.
    skewed
        Whether a few outcomes have nearly all the chance.
    """
    if not any(isinstance(kind, CHANCE) for kind in kinds.values()):
        return Space([], [], {}, {})
    laws = {name: kind for name, kind in kinds.items() if isinstance(kind, Law)}
    roots = _roots(kinds, laws)
    values = _outcome_values(sorted(roots), rng, special=special)
    randoms = [name for name, kind in kinds.items() if isinstance(kind, RandomVariable)]
    in_laws = {root_of(kinds, slot) for law in laws.values() for slot in law.left + law.right}
    hidden = [root for root in sorted(roots) if root not in randoms and root not in in_laws]
    taken = {root: found[:1] if constant else found for root, found in values.items()}
    atoms = _atoms(kinds, sizes, rng, randoms, hidden, taken)
    space = Space(_weights(rng, len(atoms), skewed=skewed), atoms, values, {})
    for name, law in laws.items():
        space.laws[name] = _table(kinds, law, space, rng, skewed=skewed)
    return space


def draw_law(kinds: dict[str, Kind], name: str, space: Space, rng: Random) -> Table:
    """Return another candidate of a declared distribution."""
    law = kinds[name]
    assert isinstance(law, Law)
    return _table(kinds, law, Space([], [], space.values, {}), rng)


def _roots(kinds: dict[str, Kind], laws: dict[str, Law]) -> set[str]:
    found = {root_of(kinds, slot) for law in laws.values() for slot in law.left + law.right}
    for name, kind in kinds.items():
        if isinstance(kind, Outcome | RandomVariable):
            found.add(root_of(kinds, name))
        if isinstance(kind, Sequence) and isinstance(kind.item, Outcome):
            found.add(root_of(kinds, kind.item.of))
    return found


def _outcome_values(roots: list[str], rng: Random, *, special: bool) -> dict[str, list[float]]:
    values = {}
    for root in roots:
        count = OUTCOMES if len(roots) < 4 else 2
        chosen: list[float] = []
        while len(chosen) < count:
            value = rng.choice(POOL) if special else dyadic(rng, -2.5, 2.5)
            if value not in chosen:
                chosen.append(value)
        values[root] = chosen
    return values


def _atoms(
    kinds: dict[str, Kind],
    sizes: dict[str, int],
    rng: Random,
    randoms: list[str],
    hidden: list[str],
    values: dict[str, list[float]],
) -> list[dict[str, Any]]:
    singles = [name for name, kind in kinds.items() if isinstance(kind, Event)]
    rows = {
        name: size_value(kind.high, sizes) - size_value(kind.low, sizes) + 1
        for name, kind in kinds.items()
        if isinstance(kind, Sequence) and isinstance(kind.item, Event)
    }
    bits = len(singles) + sum(rows.values())
    variables = [*randoms, *(f"@{name}" for name in hidden)]
    choices: list[Any] = [(True, False)] * bits + [values[name.lstrip("@")] for name in variables]
    if not choices:
        return []
    total = 1
    for choice in choices:
        total *= len(choice)
    if total <= MAX_ATOMS:
        combined = list(product(*choices))
    else:
        combined = [tuple(rng.choice(choice) for choice in choices) for _ in range(MAX_ATOMS)]
    return [_atom(row, singles, rows, variables, bits) for row in combined]


def _atom(
    row: tuple[Any, ...], singles: list[str], rows: dict[str, int], variables: list[str], bits: int
) -> dict[str, Any]:
    atom: dict[str, Any] = dict(zip(singles, row, strict=False))
    at = len(singles)
    for name, count in rows.items():
        atom[name] = tuple(row[at : at + count])
        at += count
    atom.update(zip(variables, row[bits:], strict=True))
    return atom


def _weights(rng: Random, count: int, *, skewed: bool) -> list[float]:
    """Return positive weights that sum to exactly 1 in doubles and in any digits."""
    parts = [rng.choice((1, 2, 3, 5000)) if skewed else rng.randint(1, 60) for _ in range(count)]
    total = 1
    while total < sum(parts):
        total *= 2
    if parts:
        parts[rng.randrange(count)] += total - sum(parts)
    return [part / total for part in parts]


def _table(kinds: dict[str, Kind], law: Law, space: Space, rng: Random, *, skewed: bool = False) -> Table:
    roots = {slot: root_of(kinds, slot) for slot in law.left + law.right}
    if space.atoms and all(isinstance(kinds.get(root), RandomVariable) for root in roots.values()):
        return Table(law.left, law.right, roots, _law_of_variables(law, roots, space), fixed=True)
    cells = {}
    counts = [range(len(space.values[roots[slot]])) for slot in law.left + law.right]
    for cell in product(*counts):
        cells[cell] = rng.choice((1, 2, 3, 5000)) if skewed else rng.randint(1, 40)
    if law.parameters:
        return Table(law.left, law.right, roots, _smooth_family(law, cells, rng), law.parameters)
    return Table(
        law.left, law.right, roots, lambda env, lefts, rights: env.num.of(cells[lefts + rights]), fixed=True
    )


def _law_of_variables(law: Law, roots: dict[str, str], space: Space) -> Any:
    def weight(env: Env, lefts: tuple[int, ...], rights: tuple[int, ...]) -> Any:
        wanted = {
            roots[slot]: space.values[roots[slot]][place]
            for slot, place in zip(law.left + law.right, lefts + rights, strict=True)
        }
        hits = [
            w
            for w, atom in zip(space.weights, space.atoms, strict=True)
            if all(atom[n] == v for n, v in wanted.items())
        ]
        return env.num.of(sum(hits))  # exact: all weights are multiples of one power of 1/2

    return weight


def _smooth_family(law: Law, cells: dict[tuple[int, ...], int], rng: Random) -> Any:
    """Return weights that depend smoothly on the parameters: one function has them all as its outputs."""
    seed = rng.random()
    places = {cell: place for place, cell in enumerate(cells)}
    made: dict[int, SmoothFunction] = {}

    def weight(env: Env, lefts: tuple[int, ...], rights: tuple[int, ...]) -> Any:
        at = flatten(tuple([env.values[name] for name in law.parameters]))
        family = made.get(len(at))
        if family is None:
            chooser = Random(f"{seed}|{len(at)}")
            family = made[len(at)] = SmoothFunction(chooser, len(at), (len(cells),), "positive")
        return family.parts(env.num, at).values[places[lefts + rights]]

    return weight
