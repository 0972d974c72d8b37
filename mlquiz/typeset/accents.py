"""Accents, lines, braces and frames around a box."""

from __future__ import annotations

from mlquiz.typeset import boxes as bx
from mlquiz.typeset.boxes import Box
from mlquiz.typeset.glyphs import ACCENTS, Repertoire, accented


class Accents:
    """Draws accents with the characters of one repertoire."""

    def __init__(self, repertoire: Repertoire) -> None:
        self.repertoire = repertoire
        self.is_ascii = repertoire == "ascii"

    def box(self, name: str, body: Box) -> Box:
        """Put the accent of a command on a box."""
        if name in {"\\phantom", "\\hphantom", "\\vphantom"}:
            return self._phantom(name, body)
        if name == "\\boxed":
            return self._framed(body)
        if name in {"\\overbrace", "\\underbrace"}:
            return self._braced(body, over=name == "\\overbrace")
        if name in {"\\longrightarrow", "\\longleftarrow"}:
            return bx.text_box(self._arrow(3, name))
        if name in {"\\cancel", "\\not"}:
            return self._struck(body)
        return self._marked(name, body)

    def _phantom(self, name: str, body: Box) -> Box:
        if name == "\\vphantom":
            return body._replace(rows=[""] * len(body.rows), width=0)
        empty = body._replace(rows=[" " * body.width] * len(body.rows))
        return bx.blank(body.width) if name == "\\hphantom" else empty

    def _framed(self, body: Box) -> Box:
        left_top, line, right_top, side, left_bottom, right_bottom = "+-+|++" if self.is_ascii else "┌─┐│└┘"
        rows = [
            left_top + line * (body.width + 2) + right_top,
            *(f"{side} {row} {side}" for row in body.rows),
            left_bottom + line * (body.width + 2) + right_bottom,
        ]
        return Box(rows, body.baseline + 1, body.width + 4, body.baseline + 1, body.below + 1)

    def _braced(self, body: Box, *, over: bool) -> Box:
        columns = max(body.width, 3)
        left, line, middle, right = (
            ("/-^\\" if over else "\\-v/") if self.is_ascii else ("╭─┴╮" if over else "╰─┬╯")
        )
        half = (columns - 3) // 2
        brace = left + line * half + middle + line * (columns - 3 - half) + right
        return self._lined(body, brace, columns, over=over)

    @staticmethod
    def _lined(body: Box, line: str, columns: int, *, over: bool) -> Box:
        body = bx.widened(body, columns)
        if over:
            return body._replace(rows=[line, *body.rows], baseline=body.baseline + 1)
        return body._replace(rows=[*body.rows, line])

    def _struck(self, body: Box) -> Box:
        if self.is_ascii:
            return bx.beside([bx.text_box("not "), body])
        rows = [
            "".join(letter + "\u0338" if letter != " " else letter for letter in row) for row in body.rows
        ]
        return body._replace(rows=rows)

    def _marked(self, name: str, body: Box) -> Box:
        if len(body.rows) == 1:
            letter = accented(body.rows[0], name, self.repertoire)
            if letter is not None:
                return bx.text_box(letter)
        over = name != "\\underline"
        columns = max(body.width, 1)
        return self._lined(body, self._line(name, columns), columns, over=over)

    def _line(self, name: str, columns: int) -> str:
        """Return the row that stands for an accent over a wide body."""
        mark = ACCENTS[name][2 if self.is_ascii else 1]
        if name in {"\\overline", "\\bar", "\\underline", "\\widetilde", "\\tilde"}:
            return mark * columns
        if name in {"\\vec", "\\overrightarrow", "\\overleftarrow"}:
            return self._arrow(columns, name)
        if name in {"\\hat", "\\widehat"} and columns > 1 and not self.is_ascii:
            return "╱" + "‾" * (columns - 2) + "╲"
        return mark[:columns].center(columns)

    def _arrow(self, columns: int, name: str) -> str:
        line = "-" if self.is_ascii else "─"
        if "left" in name:
            return ("<" if self.is_ascii else "←") + line * (columns - 1)
        return line * (columns - 1) + (">" if self.is_ascii else "→")
