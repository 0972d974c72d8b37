"""What the live player shows: title, pictures or an overlay, and the keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from mlquiz.player.film import scene_of
from mlquiz.player.frames import Ask
from mlquiz.player.parameters import shown
from mlquiz.player.plots import answer_to, ask_rows, wrapped
from mlquiz.player.stage import stage_rows
from mlquiz.terminal.markup import render
from mlquiz.terminal.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlquiz.player.palette import Ink
    from mlquiz.player.playback import Playback, Run

HELP = (
    ("space", "pause, go on"),
    ("enter", "go on at once"),
    ("left, right", "a step back, a step on"),
    ("+ -", "faster, slower"),
    ("1 2 3", "bet, where a question is asked"),
    ("r", "run again with another seed"),
    ("p", "change a parameter"),
    ("q", "leave"),
)


def screen_rows(name: str, now: Playback, size: tuple[int, int], ink: Ink) -> list[Text]:
    """Return the rows of a screen of ``size`` (columns, rows)."""
    width, height = size
    return [_title(name, now, width), *_middle(now, width, max(height - 2, 1), ink), _footer(now, width)]


def _title(name: str, now: Playback, width: int) -> Text:
    given = " ".join(f"{name}={shown(value)}" for name, value in now.run.values.items())
    return _ends(Text.assemble((name, "title"), (f"  {one_line(given)}", "dim")), Text(""), width)


def _middle(now: Playback, width: int, height: int, ink: Ink) -> list[Text]:
    if now.editor:
        return _filled(now.editor.rows(width, height), height)
    if now.helping:
        return _filled([Text.assemble((f"{key:<12}", "key"), what) for key, what in HELP], height)
    film = now.run.film
    scene = scene_of(film, now.run.bets)
    caption: list[Text] = []
    if scene.caption:
        caption += wrapped(render(scene.caption.text, glyphs=ink.glyphs, width=width), width)
    if scene.told is not None:
        caption += _outcome(now.run, scene.told, width, ink)
    below = list(_question(now.run, film.last, width, ink)) if isinstance(film.last, Ask) else []
    return [*stage_rows(scene, caption, width, max(height - len(below), 0), ink), *below][-height:]


def _question(run: Run, asked: Ask, width: int, ink: Ink) -> Iterator[Text]:
    yield Text("")
    yield from ask_rows(asked, width, ink)
    bet = run.bets.get(run.film.shown - 1)
    if bet is not None:
        yield Text(f"You bet on {bet + 1}.", style="dim")


def _outcome(run: Run, at: int, width: int, ink: Ink) -> list[Text]:
    """Say how the bet on the question of frame ``at`` came out."""
    question, bet = run.film.frames[at], run.bets[at]
    assert isinstance(question, Ask)
    right = bet == question.answer
    said = Text.assemble(("Your bet was right. ", "right") if right else ("Your bet was wrong. ", "wrong"))
    return wrapped(said.append_text(render(answer_to(question), glyphs=ink.glyphs, width=width)), width)


def _footer(now: Playback, width: int) -> Text:
    state = "" if now.editor or now.helping else _state(now)
    if now.notice:
        return _ends(Text(now.notice, style="wrong"), Text(state, style="dim"), width)
    keys = ""
    for item in _keys(now):
        longer = f"{keys}  {item}" if keys else item
        keys = longer if len(longer) + len(state) + 1 <= width else keys
    return _ends(Text(keys, style="dim"), Text(state, style="dim"), width)


def _state(now: Playback) -> str:
    """Return "paused 12 x2": how it plays, how many frames were shown, and the speed."""
    words = ["end" if now.run.film.ended else "paused" if now.paused else "", str(now.run.film.shown)]
    return " ".join([*filter(None, words), *([f"x{now.speed:g}"] if now.speed != 1 else [])])


def _keys(now: Playback) -> tuple[str, ...]:
    """Return the keys that matter now, the most needed ones first."""
    if now.editor:
        return ("enter run", "escape cancel", "up down choose", "left right change")
    if now.helping:
        return ("any key goes on",)
    if now.asking:
        return ("a digit bets", "space passes", "q leaves")
    if now.run.film.ended:
        return ("q leave", "r again", "p change", "left back", "? keys")
    return ("space pause", "q leave", "? keys", "left right step", "r again", "p change")


def _ends(left: Text, right: Text, width: int) -> Text:
    """Return a row with ``right`` at its end; ``left`` is cut where they don't fit."""
    row = left.copy()
    row.truncate(max(width - right.cell_len - 1, 0), overflow="ellipsis")
    row.pad_right(width - right.cell_len - row.cell_len)
    return row.append_text(right)


def _filled(rows: list[Text], height: int) -> list[Text]:
    return [*rows, *[Text("")] * height][:height]
