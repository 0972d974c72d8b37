"""A demo's parameters, read from the signature of its function ``demo``: types, bounds, help and defaults."""

from __future__ import annotations

import inspect
import math
import types
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args, get_origin, get_type_hints

from mlquiz.player.frames import Between
from mlquiz.player.nearest import did_you_mean, listed
from mlquiz.terminal.exits import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Value = int | float | bool | str
WORDS = {
    "true": True,
    "yes": True,
    "on": True,
    "1": True,
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}
TYPE_NAMES = {int: "a whole number", float: "a number", bool: "true or false", str: "text"}


class BadParameterError(UserError):
    """A parameter that a demo doesn't have, or a value that it can't take; ``hint`` names the nearest."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a demo: ``low`` and ``high`` are inclusive bounds, ``choices`` the words it may be."""

    name: str
    type: type
    default: Value
    help: str = ""
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()

    @property
    def option(self) -> str:
        """The option of the command line: ``--max-iter``."""
        return "--" + self.name.replace("_", "-")

    @property
    def allowed(self) -> str:
        """What it may be, in words."""
        if self.choices:
            return listed(self.choices)
        words = TYPE_NAMES[self.type]
        if self.low is None or self.high is None:
            return words
        return f"{words} from {shown(self.low)} to {shown(self.high)}"

    def parse(self, text: str) -> Value:
        """Read ``text``.

        Raises
        ------
        BadParameterError
            When it isn't of the type, out of bounds, or none of the choices.
        """
        value = _read(text.strip(), self.type)
        if value is None:
            raise BadParameterError(
                f"{self.option} is {text!r}, expected {self.allowed}", self._nearest(text)
            )
        return self.check(value)

    def check(self, value: object) -> Value:
        """Return ``value`` as the demo takes it.

        Raises
        ------
        BadParameterError
            As for `parse`.
        """
        wrong = BadParameterError(
            f"{self.option} is {value!r}, expected {self.allowed}", self._nearest(value)
        )
        if self.type is float and type(value) is int:
            value = float(value)
        if not isinstance(value, self.type) or (self.type is not bool and isinstance(value, bool)):
            raise wrong
        if self.choices and value not in self.choices:
            raise wrong
        if isinstance(value, int | float) and not self._within(value):
            raise wrong
        assert isinstance(value, int | float | bool | str)
        return value

    def _within(self, value: float) -> bool:
        low = -math.inf if self.low is None else self.low
        high = math.inf if self.high is None else self.high
        return math.isfinite(value) and low <= value <= high

    def _nearest(self, value: object) -> str:
        """Return the nearest right value, in words."""
        if self.choices:
            return did_you_mean(str(value), self.choices)
        number = _read(str(value), float)
        if self.low is None or self.high is None or not isinstance(number, float) or math.isnan(number):
            return f"the default is {shown(self.default)}"
        near = min(max(number, self.low), self.high)
        near = round(near) if self.type is int else near
        return f"the nearest is {shown(near)}"


def parameters_of(function: Callable[..., object]) -> dict[str, Parameter]:
    """Return the parameters of ``function`` by name, in its order.

    Raises
    ------
    TypeError
        When one has no default, or a type that can't be an option.
    """
    signature = inspect.signature(function).parameters
    hints = _hints(function, list(signature))
    return {name: _parameter(name, hints.get(name), each.default) for name, each in signature.items()}


def values_of(parameters: Mapping[str, Parameter], given: Mapping[str, object]) -> dict[str, Value]:
    """Return a value for each parameter: the checked one of ``given``, else its default.

    Raises
    ------
    BadParameterError
        For an unknown name or a value that isn't allowed.
    """
    for name in given:
        if name not in parameters:
            raise unknown_parameter(name, parameters)
    return {
        name: parameter.check(given[name]) if name in given else parameter.default
        for name, parameter in parameters.items()
    }


def unknown_parameter(name: str, parameters: Mapping[str, Parameter]) -> BadParameterError:
    """Return the error for a name that is no parameter."""
    options = [parameter.option for parameter in parameters.values()]
    option = "--" + name.lstrip("-").replace("_", "-")
    has = f"it has {listed(options, 'and')}" if options else "it has none"
    return BadParameterError(
        f"there is no parameter {option} in this demo", did_you_mean(option, options) or has
    )


def parse_options(parameters: Mapping[str, Parameter], words: list[str]) -> dict[str, Value]:
    """Read ``["--k", "5", "--n=100", "--no-shuffle"]``; what isn't given isn't in the result.

    Raises
    ------
    BadParameterError
        For an unknown option, a missing or a wrong value, or a word that is no option.
    """
    given: dict[str, Value] = {}
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if not word.startswith("--"):
            raise BadParameterError(f"{word!r} is not an option", "write --NAME VALUE")
        name, equals, text = word[2:].partition("=")
        name = name.replace("-", "_")
        switched = name.removeprefix("no_")
        if name not in parameters and _is_switch(parameters.get(switched)) and not equals:
            given[switched] = False
            continue
        if name not in parameters:
            raise unknown_parameter(name, parameters)
        if not equals:
            text = _next_word(parameters[name], rest)
        given[name] = parameters[name].parse(text)
    return given


def shown(value: Value) -> str:
    """Return ``value`` as one would type it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) and value == round(value, 6) else str(value)


def _next_word(parameter: Parameter, rest: list[str]) -> str:
    if _is_switch(parameter) and (not rest or rest[0].lower() not in WORDS):
        return "true"
    if not rest:
        raise BadParameterError(f"{parameter.option} has no value, expected {parameter.allowed}")
    return rest.pop(0)


def _is_switch(parameter: Parameter | None) -> bool:
    return parameter is not None and parameter.type is bool


def _read(text: str, wanted: type) -> Value | None:
    if wanted is bool:
        return WORDS.get(text.lower())
    if wanted is str:
        return text
    try:
        number = float(text)
        if wanted is int:
            return (
                int(text) if text.lstrip("+-").isdecimal() else int(number) if number.is_integer() else None
            )
    except (ValueError, OverflowError):
        return None
    return number


def _hints(function: Callable[..., object], names: list[str]) -> dict[str, Any]:
    """Resolve the annotations of the parameters alone: a return type may be known to type checkers only."""
    annotations = {name: note for name, note in inspect.get_annotations(function).items() if name in names}
    holder = types.SimpleNamespace(__annotations__=annotations)
    known = {"Annotated": Annotated, "Between": Between, "Literal": Literal}
    return get_type_hints(holder, globalns=known | getattr(function, "__globals__", {}), include_extras=True)


def _parameter(name: str, hint: Any, default: object) -> Parameter:
    if not isinstance(default, int | float | bool | str):
        raise TypeError(f"parameter {name} needs a default that is a number, true or false, or text")
    extras: tuple[object, ...] = ()
    if get_origin(hint) is Annotated:
        hint, *more = get_args(hint)
        extras = tuple(more)
    bounds = next((extra for extra in extras if isinstance(extra, Between)), None)
    words = next((extra for extra in extras if isinstance(extra, str)), "")
    choices = tuple(str(choice) for choice in get_args(hint)) if get_origin(hint) is Literal else ()
    kind = str if choices else hint if hint is not None else type(default)
    if kind not in TYPE_NAMES:
        raise TypeError(f"parameter {name} has the type {kind}, expected int, float, bool, str or Literal")
    if name == "seed":
        words, bounds = words or "where the random numbers start", bounds or Between(0, 2**32 - 1)
    low, high = (bounds.low, bounds.high) if bounds else (None, None)
    return Parameter(name, kind, kind(default), words, low, high, choices)
