"""Save a demo as a picture: SVG and HTML by ourselves, PNG and GIF with matplotlib and Pillow."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from mlquiz.player.frames import Check, Frame
from mlquiz.player.nearest import did_you_mean
from mlquiz.player.plain import last_states
from mlquiz.terminal.exits import Exit, UserError

if TYPE_CHECKING:
    from mlquiz.player.catalogue import Demo

KINDS = ("svg", "html", "png", "gif")
Progress = Callable[[int, int], None]


def check_target(path: Path) -> str:
    """Return which kind of picture ``path`` asks for.

    Raises
    ------
    UserError
        For a kind that isn't one of `KINDS`, a folder that isn't there, or a missing extra.
    """
    kind = path.suffix.removeprefix(".").lower()
    if kind not in KINDS:
        kinds = ", ".join(f".{known}" for known in KINDS)
        raise UserError(f"{path} should end in one of {kinds}", did_you_mean(kind, KINDS))
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise UserError(f"{path}: {'that is a folder' if path.is_dir() else 'there is no such folder'}")
    if kind in {"png", "gif"}:
        _need_plot_extra(kind)
    return kind


def save_film(demo: Demo, frames: Iterator[Frame], path: Path, progress: Progress | None = None) -> int:
    """Draw ``frames`` into ``path``; return how many checks failed.

    A GIF moves; the others show the last state of each frame. ``progress`` is told how many images of how
    many are done.

    Raises
    ------
    UserError
        As `check_target`, or when the file can't be written.
    """
    kind = check_target(path)
    seen = list(frames)
    if kind == "svg":
        from mlquiz.player.svg import svg_page

        content = svg_page(last_states(seen)).encode()
    elif kind == "html":
        from mlquiz.player.page import html_page

        content = html_page(demo.name, demo.summary, last_states(seen)).encode()
    else:
        from mlquiz.player.picture import gif, png

        content = gif(demo.name, seen, progress) if kind == "gif" else png(demo.name, list(last_states(seen)))
    _write(path, content)
    return sum(isinstance(frame, Check) and not frame.holds for frame in seen)


def _need_plot_extra(kind: str) -> None:
    from importlib.util import find_spec

    missing = [
        name
        for name, module in (("matplotlib", "matplotlib"), ("pillow", "PIL"))
        if find_spec(module) is None
    ]
    if missing:
        raise UserError(
            f".{kind} needs {' and '.join(missing)}",
            "pip install 'mlquiz[plot]'; .svg and .html need nothing more",
        )


def _write(path: Path, content: bytes) -> None:
    """Write the file as a whole, or leave what was there."""
    try:
        with tempfile.NamedTemporaryFile(
            dir=path.absolute().parent, suffix=path.suffix, delete=False
        ) as file:
            file.write(content)
        Path(file.name).chmod(0o644)
        Path(file.name).replace(path)
    except OSError as error:
        raise UserError(f"{path} can't be written: {error.strerror}", exit=Exit.WRONG) from error
