"""What stands on the screen for one card: drawn piece by piece, and drawn again when the terminal changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.control import Control
from rich.padding import Padding
from rich.segment import ControlType
from rich.text import Text

from mlquiz.terminal.console import SMALLEST_WIDTH
from mlquiz.terminal.markup import Renderer
from mlquiz.terminal.text import harmless

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console, RenderableType

    from mlquiz.terminal.console import Appearance

    Block = Callable[[Renderer], RenderableType]

WIDE = 60  # columns from which a margin is affordable


def words(text: str, style: str = "") -> Block:
    """Return a block of deck text."""
    return lambda pen: pen.text(text, style)


def line(text: str, style: str = "") -> Block:
    """Return a block of our own or a person's words, as they are."""
    return lambda _: Text(harmless(text), style=style)


def formula(latex: str) -> Block:
    """Return a block with a formula in full."""
    return lambda pen: pen.display(latex)


def gap() -> Block:
    """Return an empty row."""
    return lambda _: Text(" ")


def rule() -> Block:
    """Return the line between a question and its answer."""
    return lambda pen: Text("Answer:" if pen.look.plain else "─" * pen.look.measure, style="dim")


class Screen:
    """A console, and what was put on it since the card began; ``prompts`` says what may be pressed."""

    def __init__(self, console: Console, look: Appearance, *, prompts: bool = True) -> None:
        self.console = console
        self.pen = Renderer(look)
        self._prompts = prompts
        self._blocks: list[Block] = []
        self._prompt: Block | None = None
        self._begun = False

    @property
    def look(self) -> Appearance:
        """How things look at the present width."""
        return self.pen.look

    @property
    def margin(self) -> str:
        """The blanks that stand left of everything."""
        return "  " if self.look.tty and self.console.width >= WIDE else ""

    def note(self, block: Block) -> None:
        """Remember something that stands on the screen already, for when everything is drawn again."""
        self._blocks.append(block)

    def fresh(self, *blocks: Block) -> None:
        """Begin a new card: on a terminal with a clear screen, elsewhere after an empty row."""
        self._blocks = list(blocks)
        self._prompt = None
        self._draw_all()

    def show(self, *blocks: Block) -> None:
        """Put something below the rest."""
        self._erase_prompt()
        self._blocks.extend(blocks)
        with self.console:
            for block in blocks:
                self._draw(block)

    def prompt(self, block: Block) -> None:
        """Show the row that says what may be pressed, below an empty one, until something else is shown."""
        self._erase_prompt()
        if not self._prompts:
            return
        self._prompt = block
        row = Text(self.margin), block(self.pen)
        with self.console:
            self.console.print()
            self.console.print(*row, sep="", end="" if self.look.tty else "\n")

    def leave_prompt(self) -> None:
        """Take the prompt's row away."""
        self._erase_prompt()

    def redraw(self) -> None:
        """Draw everything again, for the width that the terminal has now."""
        prompt = self._prompt
        self._prompt = None
        self._draw_all()
        if prompt is not None:
            self.prompt(prompt)

    def _draw_all(self) -> None:
        width = self.console.width - 2 * len(self.margin)
        self.pen = Renderer(self.look._replace(width=max(SMALLEST_WIDTH, width)))
        with self.console:  # one write: nothing flickers
            self._clear()
            for block in self._blocks:
                self._draw(block)

    def _clear(self) -> None:
        if not self.look.tty:
            self.console.print()
            return
        if not self._begun:  # what stood here before stays in the terminal's history
            self.console.print("\n" * self.console.height, end="")
            self._begun = True
        self.console.control(Control.home(), Control((ControlType.ERASE_IN_LINE, 2)), Control.clear())

    def _draw(self, block: Block) -> None:
        drawn = block(self.pen)
        margin = len(self.margin)
        if margin:
            drawn = Padding(drawn, (0, 0, 0, margin), expand=False)
        self.console.print(drawn, width=self.look.measure + margin)

    def _erase_prompt(self) -> None:
        if self._prompt is None:
            return
        self._prompt = None
        if self.look.tty:
            erase = (ControlType.ERASE_IN_LINE, 2)
            self.console.control(Control(ControlType.CARRIAGE_RETURN, erase, (ControlType.CURSOR_UP, 1)))
