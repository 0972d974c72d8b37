"""Immutable values with named fields."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn, dataclass_transform


@dataclass_transform(frozen_default=True)
class Record:
    """What a frozen dataclass is, without the code that a dataclass generates at import.

    That is 1 to 2.5 ms a class, and the first card of a sitting waits for all of them (measured: 40 ms
    together, as much as importing rich).
    """

    _fields: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, *, kw_only: bool = False) -> None:
        """Take the fields from the annotations; ``kw_only`` is for type checkers."""
        own = [name for name, of in cls.__annotations__.items() if not str(of).startswith("ClassVar")]
        cls._fields = tuple(dict.fromkeys([*cls._fields, *own]))

    def __init__(self, *values: Any, **named: Any) -> None:
        named.update(zip(self._fields, values, strict=False))
        wrong = [name for name in self._fields if name not in named and not hasattr(type(self), name)]
        wrong += named.keys() - self._fields
        if wrong or len(values) > len(self._fields):
            raise TypeError(f"{type(self).__name__} takes {', '.join(self._fields)}; wrong: {wrong}")
        self.__dict__.update(named)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__}.{name} can't be changed")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{type(self).__name__}.{name} can't be removed")

    def _values(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in self._fields)

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return self._values() == other._values()

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        fields = (f"{name}={value!r}" for name, value in zip(self._fields, self._values(), strict=True))
        return f"{type(self).__name__}({', '.join(fields)})"
