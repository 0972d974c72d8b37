"""Sums to infinity: geometric ones in closed form, those whose terms fall fast term by term."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlquiz.grading.computing.arithmetic import UndefinedError, plain
from mlquiz.grading.computing.env import NOTHING

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlquiz.grading.computing.env import Env
    from mlquiz.grading.syntax.tree import Node

    Evaluator = Callable[[Env], Any]

CHECKED = (2, 3, 9, 30)
"""Terms that must keep the ratio of the first two for a sum to count as geometric."""
MOST_TERMS, BLOCK = 600, 4
EARLY, FLAT = 80, 100
FALL = 9
"""A block of terms is at most so many tenths of the block before."""


class NotGeometricError(ArithmeticError):
    """The terms of an infinite sum fall too slowly to be added up."""


def infinite(node: Node) -> Evaluator:
    """Return the closure of a sum to infinity."""
    from mlquiz.grading.computing.compiling import compile_number

    name = node.value[0]
    body, start = compile_number(node.args[0]), compile_number(node.args[1])

    def run(env: Env) -> Any:
        first, saved = int(plain(start(env))), env.values.get(name, NOTHING)

        def term(k: int) -> Any:
            env.spend()
            env.values[name] = env.num.of(first + k)
            return body(env)

        try:
            return _total(env.num, term)
        finally:
            env.restore(name, saved)

    return run


def _total(num: Any, term: Callable[[int], Any]) -> Any:
    first, second = term(0), term(1)
    if plain(first) != 0:
        ratio = num.div(second, first)
        if all(num.sign_of((t := term(k)) - first * ratio**k, abs(plain(t))) == 0 for k in CHECKED):
            if not abs(plain(ratio)) < 1:
                raise UndefinedError
            return num.div(first, num.add([num.of(1), -ratio]))
    return _added(num, term)


def _added(num: Any, term: Callable[[int], Any]) -> Any:
    """Return the sum of terms that fall fast, added until they are too small to count."""
    small = 1e-18 if num.digits <= 15 else num.of(10) ** -(num.digits + 3)
    terms: list[Any] = []
    largest = before = now = early = num.of(0)
    while len(terms) < MOST_TERMS:
        terms += [term(len(terms) + k) for k in range(BLOCK)]
        before, now = now, max(abs(plain(t)) for t in terms[-BLOCK:])
        largest = max(largest, now)
        falling = 10 * now <= FALL * before
        if len(terms) > 2 * BLOCK and falling and now <= small * largest:
            return num.add(terms)
        if len(terms) == EARLY:
            early = now
        if len(terms) == 2 * EARLY and early < FLAT * now and now < FLAT * early:
            break  # as a power of k they neither fall fast nor are on their way to
    if largest == 0:
        return largest
    raise UndefinedError if now >= before else NotGeometricError
