"""One card in front of a person: what may be pressed or typed, and what help was taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from rich.text import Text

from mlquiz.study.bindings import LABELS
from mlquiz.study.labels import labelled
from mlquiz.study.rating import Help, Rating
from mlquiz.study.screen import WIDE, gap, line, rule, words
from mlquiz.terminal.text import MAX_SHOWN, one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mlquiz.cards.model import Card, Section
    from mlquiz.study.bindings import Bindings
    from mlquiz.study.screen import Block, Screen
    from mlquiz.terminal.keys import Keyboard
    from mlquiz.terminal.markup import Renderer

LEAVING = ("undo", "redo", "skip", "suspend", "overrule", "quit")


class Left(Exception):  # noqa: N818 - an event, not a fault
    """The person leaves the card without answering it; ``action`` says what for."""

    def __init__(self, action: str) -> None:
        super().__init__(action)
        self.action = action


class FormulaField(NamedTuple):
    """What helps to type one formula: names to complete, and how the line reads so far."""

    names: Sequence[str]
    read_back: Callable[[str], str]


class Lines(Protocol):
    """Where typed lines come from; the line stays on the screen."""

    def words(self, prompt: str) -> str:
        """Return a line of words. Raises EndOfInput."""
        ...

    def formula(self, prompt: str, field: FormulaField) -> str:
        """Return a line with a formula. Raises EndOfInput."""
        ...


class Room(NamedTuple):
    """What a sitting takes place in.

    ``patience`` is how many unread lines skip a card; None where a person sits at the keys. ``watch`` plays
    the demo of a card.
    """

    screen: Screen
    keyboard: Keyboard
    lines: Lines
    bindings: Bindings
    watch: Callable[[Card], None]
    patience: int | None = None

    def press(self, row: Block) -> str:
        """Show the ``row`` of keys and return the next key; what was typed ahead of it is forgotten."""
        self.keyboard.drain()
        self.screen.prompt(row)
        while True:
            key = self.keyboard.read()
            if key == "resize":
                self.screen.redraw()
            elif key is not None:
                return key


class Answer(NamedTuple):
    """What became of a question.

    ``settled`` when the person rated it and nothing is left to say; ``learnt`` when the second try was right.
    """

    verdict: str
    rating: Rating
    typed: str = ""
    settled: bool = False
    learnt: bool = False


class Desk:
    """A card, the room it is asked in, and what happened to it so far.

    ``afterwards`` makes what is told below the answer.
    """

    def __init__(
        self,
        card: Card,
        section: Section | None,
        room: Room,
        afterwards: Callable[[], Sequence[Block]] = tuple,
    ) -> None:
        self.card = card
        self.section = section
        self.room = room
        self.screen = room.screen
        self._afterwards = afterwards
        self.helped = Help.NONE
        self.revealed = False
        self._hints_shown = 0
        self._unread = 0
        self._typing = False

    @property
    def piped(self) -> bool:
        """Whether lines come from a pipe, not a person at a terminal."""
        return self.room.patience is not None

    def bound(self, action: str) -> str:
        """Return the key of an action."""
        return self.room.bindings.key(action)

    def key(self, offered: Mapping[str, str]) -> str:
        """Return one of the ``offered`` keys; their labels are shown, but for empty ones. Enter is reveal's.

        Raises
        ------
        Left, EndOfInput, KeyboardInterrupt
        """
        reveal = self.bound("reveal")
        while True:
            key = self.room.press(self._row(offered))
            if key == "enter" and key not in offered:
                key = reveal
            if key in offered:
                self.screen.leave_prompt()
                return key
            self._act(self.room.bindings.action(key))

    def line(self, prompt: str, field: FormulaField | None = None) -> str:
        """Return a typed line that isn't a command; an empty one means "I don't know".

        Raises
        ------
        Left, EndOfInput, KeyboardInterrupt
        """
        if not self._typing:
            self.screen.show(gap(), *([] if self.piped else [self._typing_row()]))
            self._typing = True
        while True:
            self.room.keyboard.drain()
            shown = self.screen.margin + prompt
            text = self.room.lines.formula(shown, field) if field else self.room.lines.words(shown)
            self.screen.note(line(prompt + one_line(text, MAX_SHOWN)))
            if not text.strip().startswith(":"):
                return text
            self._act(self.room.bindings.command(text))

    def unread(self) -> None:
        """Count a line that could not be read; from a pipe, too many of them skip the card."""
        self._unread += 1
        if self.room.patience is not None and self._unread >= self.room.patience:
            self.screen.show(line(f"{self._unread} lines could not be read: skipped.", "dim"))
            raise Left("skip")

    def reveal(self, *blocks: Block) -> None:
        """Show the answer, and what is told below it; from now on help costs nothing."""
        self.revealed = True
        self.screen.show(rule(), *blocks, *self._afterwards())

    def _act(self, action: str | None) -> None:
        """Do what can be done without leaving the card, or leave it."""
        if action in LEAVING:
            self.screen.leave_prompt()
            raise Left(str(action))
        todo = {"hint": self._hint, "help": self._help, "explain": self._explain, "demo": self._demo}
        todo.get(action or "", self._unknown)()

    def _unknown(self) -> None:
        if self.piped:
            self.unread()

    def _hint(self) -> None:
        hints = self.card.hints
        if self._hints_shown >= len(hints):
            self.screen.show(line("There is no further hint." if hints else "This card has no hint.", "dim"))
            return
        self.screen.show(gap(), words(hints[self._hints_shown], "hint"))
        self._hints_shown += 1
        if not self.revealed:
            self.helped = max(self.helped, Help.NUDGE if self._hints_shown == 1 else Help.CONTENT)

    def _help(self) -> None:
        keys = self.room.bindings.keys
        rows = [labelled(f"{keys[action]:>9}", LABELS[action], "dim") for action in LABELS]
        typing = (
            "On a typed line the same keys stand behind a colon (:h); an empty line means “I don't know”."
        )
        self.screen.show(gap(), *rows, line(typing, "dim"))

    def _explain(self) -> None:
        if not self.revealed:
            self.screen.show(line("The notes come after the answer.", "dim"))
            return
        blocks = list(notes_behind(self.card, self.section))
        self.screen.show(*blocks or [line("There are no notes behind this card.", "dim")])

    def _demo(self) -> None:
        if not self.card.demo:
            self.screen.show(line("This section has no demo yet.", "dim"))
        elif self._agreed():
            self.room.watch(self.card)
            self.screen.redraw()

    def _agreed(self) -> bool:
        """Before the answer the demo would give it away: say so, and let the person choose."""
        if self.revealed or self.helped is Help.CONTENT:
            return True
        demo = self.bound("demo")
        self.screen.show(
            line("The demo may give the answer away: the card will then count as again.", "hint")
        )
        if self.room.press(key_row({demo: "watch it all the same", "any other key": "back"})) != demo:
            self.screen.leave_prompt()
            return False
        self.helped = Help.CONTENT
        return True

    def _row(self, offered: Mapping[str, str]) -> Block:
        return key_row({**offered, **self._helps()})

    def _helps(self) -> dict[str, str]:
        """Return the keys of the help that there is for this card now."""
        hint = not self.revealed and self._hints_shown < len(self.card.hints)
        named = {"hint": hint, "demo": bool(self.card.demo)}
        helps = {self.bound(action): action for action, there in named.items() if there}
        return {**helps, self.bound("help"): "keys"}

    def _typing_row(self) -> Block:
        helps = {f":{key}": label for key, label in self._helps().items()}
        return key_row({"Enter": "I don't know", **helps})


def key_row(offered: Mapping[str, str]) -> Block:
    """Return the row of keys with their labels, as many as fit on one line; the last one always does."""

    def draw(pen: Renderer) -> Text:
        parts = [Text.assemble((key, "key"), " ", (label, "dim")) for key, label in offered.items() if label]
        room = pen.look.width
        space = "   " if room >= WIDE else "  "
        while len(parts) > 2 and Text(space).join(parts).cell_len > room:
            del parts[-2]
        row = Text(space).join(parts)
        row.truncate(room, overflow="ellipsis")
        return row

    return draw


def notes_behind(card: Card, section: Section | None) -> list[Block]:
    """Return the notes and errata of the section that the card covers."""
    if section is None:
        return []
    blocks = [words(section.notes[name]) for name in card.covers if name in section.notes]
    errata = [each for each in section.errata if each.id in card.covers]
    blocks += [words(f"The sheet says: {each.sheet}. Correct: {each.correct}. {each.why}") for each in errata]
    return blocks
