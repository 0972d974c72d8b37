"""The parameters of a demo, changed while it plays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from mlquiz.player.parameters import BadParameterError, Parameter, Value, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

ROWS_AROUND = 4  # heading, help, error and keys


class ParameterEditor:
    """A list of parameters with one chosen: arrows choose and change, typing replaces."""

    def __init__(self, parameters: Mapping[str, Parameter], values: Mapping[str, Value]) -> None:
        self.values = dict(values)
        self._parameters = list(parameters.values())
        self._chosen = 0
        self._typed: str | None = None
        self._error = ""

    def press(self, key: str) -> bool | None:
        """Take a key; True when the values are to be used, False when it was cancelled, else None."""
        if key == "escape":
            return False
        if key in {"up", "down", "tab"}:
            if self._take():
                self._chosen = (self._chosen + (-1 if key == "up" else 1)) % len(self._parameters)
        elif key == "enter":
            return True if self._take() else None
        elif key in {"left", "right"}:
            self._change(-1 if key == "left" else 1)
        elif key == "backspace":
            self._typed = (self._current if self._typed is None else self._typed)[:-1]
        elif len(key) == 1 or key == "space":
            self._typed = (self._typed or "") + (" " if key == "space" else key)
        return None

    def rows(self, width: int, height: int) -> list[Text]:
        """Draw the list, scrolled to the chosen one."""
        first = max(0, self._chosen - max(height - ROWS_AROUND, 1) + 1)
        wide = max(len(parameter.name) for parameter in self._parameters)
        rows = [Text("Parameters", style="title")]
        for index, parameter in enumerate(
            self._parameters[first : first + max(height - ROWS_AROUND, 1)], first
        ):
            chosen = index == self._chosen
            value = self._typed if chosen and self._typed is not None else shown(self.values[parameter.name])
            row = Text(f"{'>' if chosen else ' '} {parameter.name:<{wide}}  ")
            row.append(f"{value}{'_' if chosen else ''}", "bold" if chosen else None)
            row.append(f"  {parameter.help}" if parameter.help else "", "dim")
            rows.append(row)
        chosen_one = self._parameters[self._chosen]
        rows.append(
            Text(self._error, style="wrong") if self._error else Text(chosen_one.allowed, style="dim")
        )
        for row in rows:
            row.truncate(width, overflow="ellipsis")
        return rows

    @property
    def _parameter(self) -> Parameter:
        return self._parameters[self._chosen]

    @property
    def _current(self) -> str:
        return shown(self.values[self._parameter.name])

    def _take(self) -> bool:
        """Read what was typed; False when it isn't allowed, which is then said."""
        self._error = ""
        if self._typed is None:
            return True
        try:
            self.values[self._parameter.name] = self._parameter.parse(self._typed)
        except BadParameterError as bad:
            self._error = f"{bad.message}; {bad.hint}" if bad.hint else bad.message
            return False
        self._typed = None
        return True

    def _change(self, by: int) -> None:
        """Step to the next value: the next choice, the next whole number, or a tenth more."""
        if not self._take():
            return
        parameter, value = self._parameter, self.values[self._parameter.name]
        if parameter.choices:
            choices = parameter.choices
            changed: Value = choices[(choices.index(str(value)) + by) % len(choices)]
        elif isinstance(value, bool):
            changed = not value
        elif isinstance(value, int):
            changed = value + by
        elif isinstance(value, float):
            changed = float(f"{value * 1.1**by if value else by * 0.1:.3g}")
        else:
            return
        try:
            self.values[parameter.name] = parameter.check(changed)
        except BadParameterError as bad:
            self._error = f"{bad.message}; {bad.hint}"
