"""Where everything stands on a screen of a given size: title, caption, pictures, checks, and the keys."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text

from mlquiz.player.chart import fit
from mlquiz.player.frames import Bars, Check, Frame, Heat, Table
from mlquiz.player.plots import SHORTEST, check_rows, check_title, rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlquiz.player.film import Scene
    from mlquiz.player.palette import Ink

GAP = 2  # columns between pictures
NARROWEST = 36  # columns of a picture beside another
COMFORT = (36, 9)  # columns and rows in which a picture is at ease
MOST_PICTURES = 4
EASE_OF_TWO = 0.7  # two pictures are shown even where they are a little cramped
RECENT = 8  # drawings of pictures within which another one counts as moving too


@dataclass(frozen=True, slots=True)
class Box:
    """A place for a picture."""

    width: int
    height: int


def stage_rows(scene: Scene, caption: list[Text], width: int, height: int, ink: Ink) -> list[Text]:
    """Return exactly ``height`` rows: the caption, the pictures that fit, newest first, and the checks."""
    full = [row for check in scene.checks.values() for row in check_rows(check, width, ink)]
    brief = [_check_row(check, width, ink) for check in scene.checks.values()][-max(height // 3, 1) :]
    checks = full if len(full) <= height // 3 else brief
    spare = height - len(checks) - bool(checks)
    words_first = scene.told is not None or not scene.pictures
    caption = _shortened(caption, spare if words_first else max(spare // 2, spare - SHORTEST - 3))
    room = spare - len(caption) - bool(caption)
    body = _pictures(scene, width, room, ink) if scene.pictures and room >= SHORTEST else []
    blank = Text("", end="")
    taken = sum(len(part) + 1 for part in (caption, body) if part)
    parts = [part for part in (caption, body, full if len(full) <= height - taken else checks) if part]
    rows = [row for part in parts for row in (*part, blank)]
    return [*rows, *[blank] * height][:height]


def _check_row(check: Check, width: int, ink: Ink) -> Text:
    """Return a check on one row, without its numbers where they have no room."""
    row, *more = check_rows(check, 1000, ink)
    if more or row.cell_len > width:
        row = check_title(check, ink)
        row.truncate(width, overflow="ellipsis")
    return row


def columns_for(count: int, width: int, height: int) -> tuple[int, int]:
    """Return in how many columns how many of ``count`` pictures are shown."""
    best = (1, 1)
    for shown in range(2, min(count, MOST_PICTURES) + 1):
        options = [c for c in range(1, shown + 1) if c == 1 or (width - GAP * (c - 1)) // c >= NARROWEST]
        columns = max(options, key=lambda c: _ease(shown, c, width, height))
        if _ease(shown, columns, width, height) >= (EASE_OF_TWO if shown == 2 else 1.0):
            best = (columns, shown)
    return best


def visible_names(updates: Sequence[str], shown: int) -> set[str]:
    """Return which pictures have a place when there are ``shown`` places.

    A picture that is drawn takes the place of the one that has stood still longest. But when the others move
    as often as it does, they keep their places: swapping them at every step would flicker.
    """
    visible: list[str] = []
    last: dict[str, int] = {}
    times = Counter[str]()
    for now, name in enumerate(updates):
        moving = [seen for seen in visible if times[seen] > 1 and now - last[seen] <= RECENT]
        if name not in visible and (name not in last or len(moving) < shown):
            if len(visible) == shown:
                visible.remove(min(visible, key=lambda seen: last[seen]))
            visible.append(name)
        last[name] = now
        times[name] += 1
    return set(visible)


def _ease(shown: int, columns: int, width: int, height: int) -> float:
    """Return how well that many pictures fit: 1 when each has the room it likes."""
    down = -(-shown // columns)
    return min((width - GAP * (columns - 1)) / columns / COMFORT[0], (height - down + 1) / down / COMFORT[1])


def _pictures(scene: Scene, width: int, height: int, ink: Ink) -> list[Text]:
    """Draw the pictures that changed last, each where it stood before."""
    columns, shown = columns_for(len(scene.pictures), width, height)
    visible = visible_names(scene.updates, shown)
    frames = [frame for name, frame in scene.pictures.items() if name in visible]
    wide = (width - GAP * (columns - 1)) // columns
    stacks = [_stack(frames[column::columns], Box(wide, height), ink) for column in range(columns)]
    tall = max(map(len, stacks))
    padded = [[fit(row, wide) for row in [*stack, *[Text("")] * (tall - len(stack))]] for stack in stacks]
    gap = Text(" " * GAP)
    return [gap.join(row) for row in zip(*padded, strict=True)]


def _stack(frames: list[Frame], box: Box, ink: Ink) -> list[Text]:
    """Draw frames under each other; what needs less than its share leaves the rest to the others."""
    room = box.height - (len(frames) - 1)
    share = room // max(len(frames), 1)
    fixed = {
        id(frame): rows_of(frame, box.width, share, ink)
        for frame in frames
        if isinstance(frame, Table | Bars | Heat)
    }
    flexible = len(frames) - len(fixed)
    left = room - sum(map(len, fixed.values()))
    rows: list[Text] = []
    for frame in frames:
        drawn = fixed.get(id(frame)) or rows_of(frame, box.width, left // flexible, ink)
        rows += [*([Text("")] if rows else []), *drawn]
    return rows


def _shortened(rows: list[Text], most: int) -> list[Text]:
    if len(rows) <= most:
        return rows
    return [*rows[: max(most - 1, 0)], Text("…")][: max(most, 0)]
