"""Draws for real powers: ``(b^c)^d`` is not ``b^(c d)`` where b is -1, c is 2 and d is 1/2."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from mlquiz.grading.deciding.ties import allowed
from mlquiz.grading.meanings.draws import Draw
from mlquiz.grading.syntax.kinds import Number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlquiz.grading.syntax.kinds import Declarations
    from mlquiz.grading.syntax.tree import Node

VALUES = (-1.0, 2.0, 0.5)
MOST = 3


def power_draws(nodes: Iterable[Node], draws: list[Draw], declarations: Declarations) -> list[Draw]:
    """Return variants of a draw in which bases are negative, and exponents even or a half."""
    powers = [node for root in nodes for node in root.walk() if node.op == "pow" and node.args[1].op != "num"]
    names = dict.fromkeys(
        str(part.value)
        for power in powers
        for part in power.walk()
        if part.op == "name" and declarations.kinds.get(str(part.value)) == Number("real")
    )
    if not draws or not 2 <= len(names) <= MOST:
        return []
    draw = draws[0]
    settled = draw.conditions.settled()
    found = []
    for values in product(VALUES, repeat=len(names)):
        overrides = {name: value for name, value in zip(names, values, strict=True) if name not in settled}
        made = Draw(
            draw.sizes,
            draw.drawn,
            draw.space,
            draw.conditions,
            draw.family,
            special=True,
            overrides=overrides,
        )
        if allowed(made):
            found.append(made)
    return found
