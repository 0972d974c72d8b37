"""What each key means during a sitting; on a typed line the same keys stand behind a colon."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LABELS = {
    "reveal": "show the answer; then: next",
    "again": "rate: I did not know it",
    "hard": "rate: I knew it with effort",
    "good": "rate: I knew it",
    "easy": "rate: I knew it at once",
    "demo": "watch the demo of this section",
    "hint": "a hint",
    "explain": "the notes behind the card, after the answer",
    "undo": "undo the last answer, also of an earlier sitting",
    "redo": "redo what was undone",
    "skip": "skip this card for now",
    "suspend": "never ask this card again (`mlquiz unsuspend` brings it back)",
    "overrule": "I was right, or I was wrong, after all",
    "type": "type an answer first, to compare",
    "more": "at the end: study ahead, or study what was wrong",
    "help": "these keys",
    "quit": "leave; everything answered is kept",
}
RATINGS = ("again", "hard", "good", "easy")


class Bindings:
    """Which key stands for which action."""

    def __init__(self, keys: Mapping[str, str]) -> None:
        self.keys = dict(keys)
        self._actions = {key: action for action, key in keys.items()}

    def action(self, key: str) -> str | None:
        """Return the action of a key, or None."""
        return self._actions.get(key)

    def key(self, action: str) -> str:
        """Return the key of an action."""
        return self.keys[action]

    def command(self, line: str) -> str | None:
        """Return the action that a typed line asks for (``:h``, ``:hint``); None when it is an answer."""
        word = line.strip()
        if not word.startswith(":") or word == ":":
            return None
        return self._actions.get(word[1:]) or (word[1:] if word[1:] in self.keys else None)
