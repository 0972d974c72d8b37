"""Operators and tokens as they are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlquiz.grading.lexer import Token

SHOWN = {"sum": "sum", "prod": "prod", "maxof": "max", "minof": "min", "argmax": "argmax", "argmin": "argmin"}


def as_typed(tokens: list[Token]) -> str:
    """Return tokens as text, nearly as they were typed."""
    signs = {"latex": "\\", "command": "\\"}
    return "".join(" " * t.spaced + signs.get(t.kind, "") + t.text for t in tokens).strip()
