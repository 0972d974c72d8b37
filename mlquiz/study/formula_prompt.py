"""The line on which a formula is typed: drawn in full below as it grows, with completion and history."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

from prompt_toolkit.application import Application, run_in_terminal
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.completion import CompleteEvent, WordCompleter, get_common_complete_suffix
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, merge_key_bindings
from prompt_toolkit.key_binding.bindings.emacs import load_emacs_bindings
from prompt_toolkit.key_binding.defaults import load_key_bindings
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import Float, FloatContainer, HSplit, Layout, Window
from prompt_toolkit.layout.controls import BufferControl, FormattedTextControl
from prompt_toolkit.layout.menus import CompletionsMenu
from prompt_toolkit.layout.processors import BeforeInput
from prompt_toolkit.styles import Style

from mlquiz.terminal.keys import EndOfInput
from mlquiz.terminal.text import harmless

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from prompt_toolkit.input import Input
    from prompt_toolkit.key_binding import KeyPressEvent
    from prompt_toolkit.output import Output

    from mlquiz.study.desk import FormulaField
    from mlquiz.terminal.console import Appearance

MAX_TYPED = 5000  # characters; the grader refuses formulas of more than 4,000
MAX_ROWS = 8  # of the formula drawn below
STYLE = Style.from_dict({"reading": "ansicyan", "trouble": "ansibrightblack", "completion-menu": "noreverse"})


def ask_formula(
    prompt: str,
    field: FormulaField,
    look: Appearance,
    earlier: Sequence[str] = (),
    redraw: Callable[[], None] = lambda: None,
    *,
    input: Input | None = None,  # noqa: A002 - prompt_toolkit's name
    output: Output | None = None,
) -> str:
    """Read one formula.

    Tab completes the card's symbols, up and down bring back ``earlier`` lines. Nothing is left on the screen.
    After Ctrl-Z and back, ``redraw`` draws what stood above.

    Raises
    ------
    EndOfInput
        Ctrl-D on an empty line, or the terminal is gone.
    KeyboardInterrupt
        Ctrl-C.
    """
    buffer = Buffer(
        history=_history(earlier),
        completer=WordCompleter(list(field.names), WORD=False),
        complete_while_typing=False,
        multiline=False,
        accept_handler=_accepted,
    )
    below = Window(FormattedTextControl(lambda: _reading(buffer.text, field, look)), dont_extend_height=True)
    line = Window(BufferControl(buffer, [BeforeInput(prompt)]), wrap_lines=True, dont_extend_height=True)
    menu = Float(CompletionsMenu(max_height=6), xcursor=True, ycursor=True)
    app: Application[str] = Application(
        Layout(FloatContainer(HSplit([line, below]), [menu])),
        key_bindings=merge_key_bindings(
            [load_key_bindings(), load_emacs_bindings(), _leaving_keys(buffer, redraw), _editing_keys(buffer)]
        ),
        style=STYLE if look.colour else None,
        erase_when_done=True,
        input=input,
        output=output,
    )
    try:
        return app.run(handle_sigint=False)
    except EOFError:
        raise EndOfInput from None


def _accepted(buffer: Buffer) -> bool:
    from prompt_toolkit.application import get_app

    get_app().exit(result=buffer.text)
    return False


def _history(lines: Sequence[str]) -> InMemoryHistory:
    history = InMemoryHistory()
    for line in lines:
        history.append_string(line)
    return history


def _leaving_keys(buffer: Buffer, redraw: Callable[[], None]) -> KeyBindings:
    """Return the keys that end the line or the sitting, or stop the program for a while."""
    keys = KeyBindings()

    @keys.add("enter")
    def _enter(_: KeyPressEvent) -> None:
        buffer.validate_and_handle()

    @keys.add("c-c")
    @keys.add(Keys.SIGINT)
    def _interrupt(event: KeyPressEvent) -> None:
        event.app.exit(exception=KeyboardInterrupt)

    @keys.add("c-d")
    def _end(event: KeyPressEvent) -> None:
        if buffer.text:
            buffer.delete()
        else:
            event.app.exit(exception=EOFError)

    @keys.add("c-z")
    def _suspend(_: KeyPressEvent) -> None:
        run_in_terminal(lambda: _stop_until_continued(redraw))

    return keys


def _stop_until_continued(redraw: Callable[[], None]) -> None:
    if hasattr(signal, "SIGTSTP"):
        os.kill(0, signal.SIGTSTP)  # the whole job, as the terminal itself does it
        redraw()


def _editing_keys(buffer: Buffer) -> KeyBindings:
    """Return the keys that complete, bring earlier lines back, and paste."""
    keys = KeyBindings()

    @keys.add("tab")
    def _complete(_: KeyPressEvent) -> None:
        """Insert what all fitting symbols have in common; with nothing left in common, offer them in turn."""
        if buffer.complete_state:
            buffer.complete_next()
            return
        fitting = list(buffer.completer.get_completions(buffer.document, CompleteEvent()))
        common = get_common_complete_suffix(buffer.document, fitting)
        if common:
            buffer.insert_text(common)
        elif len(fitting) > 1:
            buffer.start_completion()

    @keys.add("up")
    def _earlier(_: KeyPressEvent) -> None:
        buffer.complete_previous() if buffer.complete_state else buffer.history_backward()

    @keys.add("down")
    def _later(_: KeyPressEvent) -> None:
        buffer.complete_next() if buffer.complete_state else buffer.history_forward()

    @keys.add(Keys.BracketedPaste)
    def _paste(event: KeyPressEvent) -> None:
        """Take a paste as one answer: line ends become spaces."""
        room = max(0, MAX_TYPED - len(buffer.text))
        buffer.insert_text(" ".join(event.data[: room + 1].splitlines())[:room])

    return keys


def _reading(text: str, field: FormulaField, look: Appearance) -> FormattedText:
    """Return the formula as it reads so far, or in a few quiet words why it doesn't read yet."""
    if not text.strip() or text.lstrip().startswith(":"):
        return FormattedText([])
    from mlquiz import typeset
    from mlquiz.grading import FormulaError

    try:
        latex = field.read_back(text[:MAX_TYPED])
        if look.plain:
            rows = [typeset.words(latex)]
        else:
            rows = typeset.layout(latex, width=max(10, look.width - 6), glyphs=look.glyphs)
    except FormulaError as error:
        return FormattedText([("class:trouble", "    " + harmless(str(error.message))[: look.width - 5])])
    except typeset.TypesetError:
        return FormattedText([])
    shown = "\n".join("    " + harmless(row) for row in rows[:MAX_ROWS])
    return FormattedText([("class:reading", shown)])
