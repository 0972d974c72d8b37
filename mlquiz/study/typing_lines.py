"""Typed lines at a terminal: words by readline, formulas by prompt_toolkit."""

from __future__ import annotations

import importlib
from contextlib import suppress
from typing import TYPE_CHECKING

from rich.control import Control
from rich.segment import ControlType

from mlquiz.terminal.keys import EndOfInput
from mlquiz.terminal.text import MAX_SHOWN, one_line

if TYPE_CHECKING:
    from mlquiz.study.desk import FormulaField
    from mlquiz.study.screen import Screen
    from mlquiz.terminal.keys import RealKeyboard


class TypedLines:
    """Lines that a person types.

    Formulas of this sitting can be brought back to mend them; those of other days would give answers away.
    """

    def __init__(self, keyboard: RealKeyboard, screen: Screen) -> None:
        self._keyboard = keyboard
        self._screen = screen
        self._formulas: list[str] = []
        self._editor = False

    def words(self, prompt: str) -> str:
        """Return a line of words; it stays on the screen."""
        if not self._editor:
            with suppress(ImportError):  # Windows edits lines without it
                importlib.import_module("readline").set_auto_history(False)
            self._editor = True
        with self._keyboard.paused():
            try:
                return input(prompt)
            except (EOFError, KeyboardInterrupt) as end:
                self._screen.console.print()  # what follows begins on its own row
                if isinstance(end, EOFError):
                    raise EndOfInput from None
                raise
            except UnicodeDecodeError:  # bytes of another encoding
                return "\N{REPLACEMENT CHARACTER}"

    def formula(self, prompt: str, field: FormulaField) -> str:
        """Return a line with a formula, drawn under the line as it is typed."""
        console = self._screen.console
        console.print(prompt, end="")  # at once: the editor takes a moment to load, the first time
        from mlquiz.study.formula_prompt import ask_formula

        console.control(Control(ControlType.CARRIAGE_RETURN, (ControlType.ERASE_IN_LINE, 2)))
        with self._keyboard.paused():
            text = ask_formula(prompt, field, self._screen.look, self._formulas, self._screen.redraw)
        self._formulas.append(text)
        console.print(prompt + one_line(text, MAX_SHOWN))
        return text
