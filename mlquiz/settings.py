"""What a person may set, read from config.toml with the place that each value comes from."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from mlquiz.terminal.exits import UserError

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NAMED_KEYS = ("space", "enter", "tab", "backspace", "escape", "left", "right", "up", "down")
KEYS = MappingProxyType(
    {
        "reveal": "space",
        "again": "1",
        "hard": "2",
        "good": "3",
        "easy": "4",
        "demo": "d",
        "hint": "h",
        "explain": "e",
        "undo": "u",
        "redo": "r",
        "skip": "s",
        "suspend": "x",
        "overrule": "!",
        "type": "t",
        "more": "a",
        "help": "?",
        "quit": "q",
    }
)
RATING_KEYS = ("again", "hard", "good", "easy")
DEFAULT = "default"


class Settings(NamedTuple):
    """Every value, and where it comes from."""

    new_per_day: int = 10
    limit: int = 0
    desired_retention: float = 0.9
    max_interval: int = 36500
    fuzz: bool = True
    turnover_hour: int = 4
    easy_days: tuple[str, ...] = ()
    paper: bool = False
    glyphs: Literal["plain", "full", "ascii"] = "plain"
    background: Literal["auto", "dark", "light"] = "auto"
    deck_dirs: tuple[Path, ...] = ()
    keys: Mapping[str, str] = KEYS
    sources: Mapping[str, str] = MappingProxyType({})

    def source(self, name: str) -> str:
        """Return where the value of ``name`` comes from: "default", or file and line."""
        return self.sources.get(name, DEFAULT)


HELP: Mapping[str, str] = MappingProxyType(
    {
        "new_per_day": "new cards a day, 0 to 1000",
        "limit": "cards a sitting, 0 for no limit",
        "desired_retention": "how sure you want to be of a card when it is due, 0.70 to 0.99",
        "max_interval": "days that a card may stay away, 1 to 36500",
        "fuzz": "spread due days a little: true or false",
        "turnover_hour": "the hour at which a new day begins, 0 to 12",
        "easy_days": 'days with fewer cards, such as ["sunday"]',
        "paper": "work on paper, never type: true or false",
        "glyphs": '"plain", "full" (needs a font with all of Unicode) or "ascii"',
        "background": '"auto", "dark" or "light"',
        "deck_dirs": "folders with more decks",
        "keys": 'a table of keys, such as demo = "v"',
    }
)


def load_settings(path: Path) -> Settings:
    """Read ``path``; without the file every value is its default.

    Raises
    ------
    UserError
        The file cannot be read as TOML, names something that can't be set, or has a value out of range: told
        with file and line and the nearest right name.
    """
    try:
        source = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: cannot be read ({_reason(error)})") from error
    return parse_settings(source, path)


def parse_settings(source: str, path: Path) -> Settings:
    """Return the settings in ``source``; errors name ``path``, and relative folders start beside it."""
    import tomllib

    try:
        table = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise UserError(
            _toml_message(str(error), path, source), "Compare with https://toml.io/en/v1.0.0"
        ) from error
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for name, value in table.items():
        line = _line_of(source, name)
        values[name] = _checked(name, value, path, line, source)
        sources[name] = f"{path}:{line}"
    if "keys" in table:
        sources |= {f"keys.{key}": f"{path}:{_line_of(source, key, 'keys')}" for key in table["keys"]}
    return Settings(**values, sources=sources)


def _reason(error: Exception) -> str:
    return (error.strerror or "") if isinstance(error, OSError) else "it is not UTF-8 text"


def _toml_message(message: str, path: Path, source: str) -> str:
    place = re.search(r" \(at line (\d+), column (\d+)\)", message)
    if place is None:  # "(at end of document)"
        return f"{path}:{max(1, len(source.splitlines()))}: {message}"
    return f"{path}:{place[1]}:{place[2]}: {message.replace(place[0], '')}"


def _line_of(source: str, name: str, table: str = "") -> int:
    """Return the line on which ``name`` is set (in ``table``), counted from 1."""
    current = ""
    for number, line in enumerate(source.splitlines(), 1):
        header = re.match(r"\s*\[+\s*([\w.\"'-]+)\s*\]+", line)
        if header:
            current = header[1].strip("\"'")
        here = current == table and re.match(rf"\s*[\"']?{re.escape(name)}[\"']?\s*[=.]", line)
        if here or (not table and header and current == name):
            return number
    return 1 if not table else _line_of(source, table)


def _checked(name: str, value: object, path: Path, line: int, source: str) -> object:
    if name not in READERS:
        raise UserError(f"{path}:{line}: there is no setting “{name}”", _nearest(name, list(READERS)))
    try:
        return READERS[name](value, path)
    except BadKeyError as problem:
        raise UserError(f"{path}:{_line_of(source, problem.key, 'keys')}: {problem}", problem.hint) from None
    except ValueError:
        shown = str(value).lower() if isinstance(value, bool) else repr(value)
        raise UserError(f"{path}:{line}: {name} is {shown}", f"It can be: {HELP[name]}") from None


def _nearest(word: str, names: list[str]) -> str:
    close = get_close_matches(word, names, 1, 0.6)
    return f"Did you mean {close[0]}?" if close else "What can be set: " + ", ".join(names)


class BadKeyError(ValueError):
    """A key that can't be given to an action."""

    def __init__(self, key: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.key = key
        self.hint = hint


Reader = Callable[[object, Path], object]


def _whole(low: int, high: int) -> Reader:
    def read(value: object, _: Path) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ValueError
        return value

    return read


def _retention(value: object, _: Path) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0.70 <= value <= 0.99:
        raise ValueError
    return float(value)


def _truth(value: object, _: Path) -> bool:
    if not isinstance(value, bool):
        raise ValueError  # noqa: TRY004 - callers know one error
    return value


def _one_of(*allowed: str) -> Reader:
    def read(value: object, _: Path) -> str:
        if value not in allowed:
            raise ValueError
        return str(value)

    return read


def _days(value: object, _: Path) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(str(day).lower() in WEEKDAYS for day in value):
        raise ValueError
    return tuple(day.lower() for day in value)


def _folders(value: object, path: Path) -> tuple[Path, ...]:
    if not isinstance(value, list) or not all(isinstance(folder, str) and folder for folder in value):
        raise ValueError
    return tuple(path.parent / Path(folder).expanduser() for folder in value)


def _is_key(key: object) -> bool:
    return isinstance(key, str) and (
        key in NAMED_KEYS or (len(key) == 1 and key.isprintable() and key != " ")
    )


def _keys(value: object, _: Path) -> Mapping[str, str]:
    """Read the table of keys: one key each, none twice, digits for ratings only (options are digits)."""
    if not isinstance(value, dict):
        raise ValueError  # noqa: TRY004 - callers know one error
    for action, key in value.items():
        if action not in KEYS:
            raise BadKeyError(action, f"there is no action “{action}”", _nearest(action, list(KEYS)))
        if not _is_key(key) or (key.isdigit() and action not in RATING_KEYS):
            raise BadKeyError(action, f"{key!r} can't be the key for {action}", KEY_HINT)
    keys = {**KEYS, **value}
    for action in value:
        taken = [other for other, key in keys.items() if key == keys[action] and other != action]
        if taken:
            raise BadKeyError(
                action, f"{keys[action]!r} is the key for {taken[0]} and for {action}", KEY_HINT
            )
    return MappingProxyType(keys)


KEY_HINT = f"One character that no other action has (digits only rate), or one of: {', '.join(NAMED_KEYS)}"
READERS: Mapping[str, Reader] = {
    "new_per_day": _whole(0, 1000),
    "limit": _whole(0, 100_000),
    "desired_retention": _retention,
    "max_interval": _whole(1, 36500),
    "fuzz": _truth,
    "turnover_hour": _whole(0, 12),
    "easy_days": _days,
    "paper": _truth,
    "glyphs": _one_of("plain", "full", "ascii"),
    "background": _one_of("auto", "dark", "light"),
    "deck_dirs": _folders,
    "keys": _keys,
}
assert set(READERS) == set(HELP) == {*Settings._fields} - {"sources"}
