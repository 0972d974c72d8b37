"""Plain objects of fixed fields: what dataclasses are for, without the time that importing those takes."""

from __future__ import annotations

from typing import Any, TypeVar

R = TypeVar("R")


class Record:
    """An object that is equal to another of its class with equal fields; a class names them in its slots."""

    __slots__: tuple[str, ...] = ()

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return False
        return all(getattr(self, name) == getattr(other, name) for name in self.__slots__)

    def __hash__(self) -> int:
        return hash((type(self), *[getattr(self, name) for name in self.__slots__]))

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__slots__)
        return f"{type(self).__name__}({shown})"


def replace(record: R, **changes: Any) -> R:
    """Return an object like another with some fields changed, both of a class with slots."""
    fields = {name: getattr(record, name) for name in record.__slots__}  # type: ignore[attr-defined]
    return type(record)(**(fields | changes))
