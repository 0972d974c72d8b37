"""The markup of decks: words with ``$maths$``, `code` and ``**bold**``, and nothing else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rich.text import Text

from mlquiz.terminal.text import harmless

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlquiz.terminal.console import Appearance, Glyphs

TOKEN = re.compile(
    r"(?P<dollar>\\\$)|\$(?P<maths>[^$]+)\$|`(?P<code>[^`\n]+)`|\*\*(?P<bold>.+?)\*\*", re.DOTALL
)
LINE_END = re.compile(r"(?<!\n)\n(?!\n)[ \t]*")


class Piece(NamedTuple):
    """A run of text and what it is: "words", "maths", "code" or "bold"."""

    kind: str
    text: str


def pieces(text: str) -> Iterator[Piece]:
    """Split deck text into runs; signs without a partner are words."""
    start = 0
    for match in TOKEN.finditer(text):
        if match.start() > start:
            yield Piece("words", text[start : match.start()])
        kind = match.lastgroup or "words"
        yield Piece("words", "$") if kind == "dollar" else Piece(kind, match[kind])
        start = match.end()
    if start < len(text):
        yield Piece("words", text[start:])


def render(
    text: str,
    *,
    glyphs: Glyphs = "plain",
    width: int = 80,
    spoken: bool = False,
    style: str = "",
    indent: int = 2,
) -> Text:
    """Return deck text as styled text.

    Maths stays on its line, or is said in words with ``spoken``; single line ends become spaces, so that the
    terminal's width decides where lines break; a paragraph that is one formula is displayed in full,
    ``indent`` columns in.
    """
    paragraphs = re.split(r"\n{2,}", text.strip("\n"))
    return Text("\n\n", style=style).join(
        _paragraph(part, glyphs=glyphs, width=width, spoken=spoken, style=style, indent=indent)
        for part in paragraphs
    )


def _paragraph(text: str, *, glyphs: Glyphs, width: int, spoken: bool, style: str, indent: int = 2) -> Text:
    alone = re.fullmatch(r"\s*\$([^$]+)\$\s*", text)
    if alone and not spoken:
        return display(alone[1], glyphs=glyphs, width=width, indent=indent)
    out = Text(style=style)
    for kind, run in pieces(LINE_END.sub(" ", text)):
        if kind == "maths":
            out.append(inline(run, glyphs=glyphs, spoken=spoken), "maths")
        elif kind == "bold":
            out.append_text(_paragraph(run, glyphs=glyphs, width=width, spoken=spoken, style="bold"))
        else:
            out.append(harmless(run), "code" if kind == "code" else None)
    return out


def inline(latex: str, *, glyphs: Glyphs = "plain", spoken: bool = False) -> str:
    """Return a formula on one line; its source where it can't be laid out."""
    from mlquiz import typeset

    try:
        return harmless(typeset.words(latex) if spoken else typeset.inline(latex, glyphs=glyphs))
    except typeset.TypesetError:
        return harmless(latex)


def display(
    latex: str, *, glyphs: Glyphs = "plain", width: int = 80, spoken: bool = False, indent: int = 2
) -> Text:
    """Return a formula laid out over as many rows as it needs, indented."""
    from mlquiz import typeset

    try:
        if spoken:
            return Text(harmless(typeset.words(latex)), style="maths")
        rows = typeset.layout(latex, width=max(10, width - indent), glyphs=glyphs)
    except typeset.TypesetError:
        rows = [harmless(latex)]
    return Text("\n".join(" " * indent + row for row in rows), style="maths", no_wrap=True, overflow="fold")


class Renderer:
    """Deck text and formulas for one appearance."""

    def __init__(self, look: Appearance) -> None:
        self.look = look

    def text(self, text: str, style: str = "", indent: int = 2) -> Text:
        """Return deck text, styled; a formula that stands alone is ``indent`` columns in."""
        return render(
            text,
            glyphs=self.look.glyphs,
            width=self.look.measure,
            spoken=self.look.plain,
            style=style,
            indent=indent,
        )

    def inline(self, latex: str) -> str:
        """Return a formula on one line."""
        return inline(latex, glyphs=self.look.glyphs, spoken=self.look.plain)

    def display(self, latex: str) -> Text:
        """Return a formula laid out."""
        return display(latex, glyphs=self.look.glyphs, width=self.look.measure, spoken=self.look.plain)
