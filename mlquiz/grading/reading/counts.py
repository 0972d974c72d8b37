r"""Numbers of elements: ``|{i : x_i > 0}|`` and ``#{i : x_i > 0}`` are sums of ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.grading.syntax.records import replace

if TYPE_CHECKING:
    from mlquiz.grading.reading.lexer import Token

_BRACES = {"{": "}", "\\{": "\\}"}


def written_out(tokens: list[Token]) -> list[Token]:
    """Return tokens in which the sizes of sets that a condition makes are sums of ones."""
    at = 0
    while at < len(tokens):
        end = _end(tokens, at) if tokens[at].kind == "op" and tokens[at].text in {"|", "#"} else 0
        if end:
            tokens[at : end + 1] = _as_sum(tokens[at : end + 1])
        at += 1
    return tokens


def _end(tokens: list[Token], at: int) -> int:
    """Return where ``|{i : ...}|`` or ``#{i : ...}`` ends that begins at a token, 0 if none does."""
    opened = [token.text for token in tokens[at + 1 : at + 4]]
    if len(opened) < len("{i:") or opened[0] not in _BRACES or opened[2] not in {":", "|"}:
        return 0
    depth, name = 0, tokens[at + 2]
    for place in range(at + 1, len(tokens)):
        depth += (tokens[place].text in _BRACES) - (tokens[place].text in _BRACES.values())
        if not depth:
            break
    bars = tokens[at].text == "|"
    closed = not bars or (place + 1 < len(tokens) and tokens[place + 1].text == "|")
    return place + bars if name.kind == "name" and not depth and closed else 0


def _as_sum(tokens: list[Token]) -> list[Token]:
    def sign(kind: str, text: str, near: Token) -> Token:
        return replace(near, kind=kind, text=text, spaced=False)

    first, last = tokens[0], tokens[-1]
    inside = tokens[2:-2] if first.text == "|" else tokens[2:-1]
    head = [
        replace(first, text="("),
        sign("name", "sum", first),
        sign("op", "_", first),
        sign("op", "{", first),
    ]
    return [*head, *inside, sign("op", "}", last), sign("number", "1", last), sign("op", ")", last)]
