"""Checks that the demos a deck names exist and take the parameters that it gives."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mlquiz.cards.problems import listed, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlquiz.cards.check_context import Context, ParameterSpec
    from mlquiz.cards.load import Entry
    from mlquiz.cards.nodes import Node
    from mlquiz.cards.problems import Problem


def demo_problems(context: Context, entry: Entry) -> Iterator[Problem]:
    """Return what is wrong with the demos that a card or a section names itself."""
    node = entry.node.get("demo")
    if node is None:
        return
    for name, params in entry.plain.get("demo", ()):
        if name not in context.demos:
            hint = nearest(name, context.demos)
            yield context.problem(
                node, f"there is no demo `{name}`", "a demo of `mlquiz demo`", hint, at=name
            )
        else:
            yield from _parameter_problems(context, node, name, params)


def _parameter_problems(
    context: Context, node: Node, name: str, params: dict[str, object]
) -> Iterator[Problem]:
    known = context.demos[name]
    for param, value in params.items():
        place = _place(node, name, param)
        if param not in known:
            hint = nearest(param, known)
            expected = listed(known) or "no parameters"
            yield context.problem(place, f"the demo `{name}` has no `{param}`", expected, hint)
        elif not _fits(value, known[param]):
            message = f"`{param}` of the demo `{name}` is {value!r}"
            yield context.problem(place, message, known[param].allowed)


def _place(node: Node, name: str, param: str) -> Node:
    """Find a parameter under the demo's name, in a map or in a list of such."""
    calls = (each.get(name) for each in [node, *node.items])
    keys = (key for call in calls if call for key, _ in call.pairs if key.text == param)
    return next(keys, node)


def _fits(value: object, spec: ParameterSpec) -> bool:
    """Whether a parameter may have the value; a whole number does for a number."""
    if spec.choices:
        return value in spec.choices
    if isinstance(value, bool) or not isinstance(value, int | float):
        return isinstance(value, spec.type)
    low = -math.inf if spec.low is None else spec.low
    high = math.inf if spec.high is None else spec.high
    return (spec.type is float or type(value) is spec.type) and low <= value <= high
