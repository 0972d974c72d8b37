"""Frames as one HTML page that needs nothing else."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from mlquiz.player.frames import Ask, Check, Frame, Say, Table
from mlquiz.player.plots import comparison
from mlquiz.player.svg import INK, draw
from mlquiz.player.svg_parts import WIDTH, svg_document
from mlquiz.player.tables import cell_text
from mlquiz.terminal.markup import render

if TYPE_CHECKING:
    from collections.abc import Iterable

STYLE = """
body { max-width: 720px; margin: 2em auto; padding: 0 1em; font: 16px/1.5 system-ui, sans-serif;
       color: #1b1b1b; background: #ffffff; }
svg { max-width: 100%; height: auto; display: block; margin: 1em 0; }
table { border-collapse: collapse; margin: 1em 0; } caption { text-align: left; font-weight: bold; }
th, td { padding: 0.2em 1em 0.2em 0; text-align: left; border-bottom: 1px solid #dddddd; }
pre { font-family: ui-monospace, "DejaVu Sans Mono", monospace; overflow-x: auto; }
.failed { color: #b22000; font-weight: bold; }
"""


def html_page(title: str, summary: str, frames: Iterable[Frame]) -> str:
    """Return a page with the frames under each other."""
    body = "\n".join(_element(frame) for frame in frames)
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{escape(title)}</title>\n'
        f"<style>{STYLE}</style>\n</head>\n<body>\n<h1>{escape(title)}</h1>\n<p>{escape(_said(summary))}</p>\n{body}\n"
        f"</body>\n</html>\n"
    )


def _element(frame: Frame) -> str:
    match frame:
        case Say():
            return _paragraphs(frame.text)
        case Table():
            return _table(frame)
        case Ask():
            choices = "".join(f"<li>{escape(_said(choice))}</li>" for choice in frame.choices)
            answer = f"{escape(_said(str(frame.choices[frame.answer])))}. {escape(_said(frame.why))}"
            question = f"<p><b>{escape(_said(frame.question))}</b></p><ol>{choices}</ol>"
            return f"{question}<details><summary>Answer</summary>{answer}</details>"
        case Check():
            word = "holds" if frame.holds else "<span class='failed'>failed</span>"
            return f"<p>Check {word}: {escape(frame.name)}, {escape(comparison(frame, INK))}</p>"
        case _:
            drawn, height = draw(frame)
            return svg_document(drawn, WIDTH, height)


def _said(text: str) -> str:
    return render(text, glyphs="full").plain


def _paragraphs(text: str) -> str:
    """Return paragraphs; one that is a formula of several rows keeps its columns."""
    parts = []
    for part in text.split("\n\n"):
        said = _said(part)
        parts.append(f"<pre>{escape(said)}</pre>" if "\n" in said else f"<p>{escape(said)}</p>")
    return "\n".join(parts)


def _table(frame: Table) -> str:
    head = "".join(f"<th>{escape(str(column))}</th>" for column in frame.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell_text(cell, INK))}</td>" for cell in row) + "</tr>"
        for row in frame.rows
    )
    return f"<table><caption>{escape(frame.name)}</caption><tr>{head}</tr>{rows}</table>"
