"""What a writer meant where YAML reads something else: nearly always, single quotes are the answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlquiz.cards.problems import Problem, single_quoted

if TYPE_CHECKING:
    from yaml import MarkedYAMLError

    from mlquiz.cards.nodes import Node, Source

# "  - key: " before a value: dashes, then perhaps a key and its colon.
BEFORE_VALUE = re.compile(r"^\s*(?:-\s+)*(?:(?P<key>'[^']*'|\"[^\"]*\"|[^\s'\"{\[#:][^:{\[]*):(?:\s+|$))?")
PARTS = {"(": ")", "[": "]", "{": "}"}

MEANINGS = {
    "mapping values are not allowed": "a second `: ` on the line makes a new field of the text before it",
    "did not find expected comment or line break": "`|` and `>` at the start of a text begin a block",
    "indentation indicator": "`|` and `>` at the start of a text begin a block",
    "chomping or indentation indicators": "`|` and `>` at the start of a text begin a block",
    "unknown escape character": "in double quotes a backslash begins an escape of YAML",
    "cannot start any token": "a text can't begin with this character",
    "found character '": "a text can't begin with this character",
    "block sequence entries are not allowed": "`- ` begins an entry of a list",
    "sequence entries are not allowed": "`- ` begins an entry of a list",
    "mapping keys are not allowed": "`? ` begins a key",
    "got '?'": "a question mark in brackets can't stand without quotes",
    "unexpected end of stream": "a quote is opened and never closed",
    "could not find expected ':'": "a line has neither a field nor a dash",
    "expected '-' indicator": "the line is indented differently from the entry that it belongs to",
    "expected ',' or ']'": "a bracket is opened and never closed",
    "expected ',' or '}'": "a brace is opened and never closed",
    "expected key": "something follows the end of the value",
    "expected <block end>": "something follows the end of the value",
}
# YAML notices these only further down: the beginning is the place to show.
OPEN_ENDED = ("end of stream", "could not find expected ':'", "expected ',' or")
NOT_ABOUT_QUOTES = ("could not find expected ':'", "expected '-' indicator")


def explain(source: Source, error: MarkedYAMLError) -> Problem:
    """Return the problem that says what YAML stumbled over; the value in single quotes is the way out."""
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    said = str(error.problem or error.context or "can't be read")
    meaning = next((words for part, words in MEANINGS.items() if part in said), said)
    if "\t" in source.line(line)[: column + 1]:
        message = "a tab can't be used for indentation"
        return source.problem(line, source.line(line).index("\t"), message, "spaces")
    if error.context_mark and error.context_mark.line < line and any(part in said for part in OPEN_ENDED):
        line, column = error.context_mark.line, error.context_mark.column
    suggestion = "" if any(part in said for part in NOT_ABOUT_QUOTES) else quoted_value(source, line, column)
    return source.problem(line, column, f"YAML can't read this: {meaning}", suggestion=suggestion)


def quoted_value(source: Source, line: int, column: int) -> str:
    """Return ``write key: 'value'`` for the value that stands at a place, or nothing when there is none."""
    text = source.line(line)
    before = BEFORE_VALUE.match(text)
    start = before.end() if before and before.end() <= column else len(text) - len(text.lstrip())
    if before and before.end() > column:
        start = before.end()
    value = text[start:].rstrip()
    key = f"{before['key']}: " if before and before["key"] else ""
    return f"write {key}{single_quoted(_without_quotes(value))}" if value else ""


def _without_quotes(value: str) -> str:
    quote = value[0]
    if quote not in "'\"":
        return value
    inside = value[1:-1] if len(value) > 1 and value[-1] == quote else value[1:]
    return inside.replace("''", "'") if quote == "'" else inside


def unbalanced(text: str) -> bool:
    """Whether brackets are opened and not closed, or closed and not opened."""
    waiting: list[str] = []
    for character in text:
        if character in PARTS:
            waiting.append(PARTS[character])
        elif character in PARTS.values() and (not waiting or waiting.pop() != character):
            return True
    return bool(waiting)


def cut_apart(source: Source, node: Node) -> Problem | None:
    """Return the problem of brackets in which a text without quotes is cut by this or another reader."""
    if not node.flow:
        return None
    children = node.items or [child for pair in node.pairs for child in pair]
    plain = [child for child in children if child.plain]
    cut = next((child for child in plain if unbalanced(child.text)), None)
    if cut:
        message = f"`{cut.text}` was cut at the comma"
        return source.problem(cut.line, cut.column, message, "a whole text", _rejoined(source, node, cut))
    asking = next((child for child in plain if "?" in child.text), None)
    if asking:
        message = "a question mark in brackets can't stand without quotes"
        place = asking.line, asking.column
        return source.problem(*place, message, "quotes", f"write {single_quoted(asking.text)}")
    return None


def _rejoined(source: Source, node: Node, cut: Node) -> str:
    """Quote the written text from the cut piece on until its brackets close."""
    end = node.end_column - 1 if node.line == node.end_line else None
    rest = source.line(cut.line)[cut.column : end]
    stops = [at for at, character in enumerate(rest) if character == ","] + [len(rest)]
    whole = next((rest[:stop].strip() for stop in stops if not unbalanced(rest[:stop])), "")
    return f"write {single_quoted(whole)}" if whole else ""
