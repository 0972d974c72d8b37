"""Decks that installed packages offer by the entry-point group ``mlquiz.decks``; nothing of them is run."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from mlquiz.cards.problems import Problem, listed, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.metadata import EntryPoint

GROUP = "mlquiz.decks"


def deck_packages() -> dict[str, EntryPoint]:
    """Return what is offered, by name; looking it up costs 50 ms."""
    from importlib.metadata import entry_points

    return {point.name: point for point in entry_points(group=GROUP)}


def package_folders(names: Sequence[str], problems: list[Problem]) -> list[Path]:
    """Return the folders of the named packages' decks; a name that leads nowhere is one warning."""
    offered = deck_packages()
    folders = []
    for name in names:
        folder = _folder(offered[name]) if name in offered else None
        if folder is not None:
            folders.append(folder)
        elif name in offered:
            message = f"`{offered[name].value}` can't be found, or is no package with a folder"
            problems.append(Problem(f"package {name}", 0, 0, message, severity="warning"))
        else:
            expected = listed(sorted(offered)) or "a package that is installed"
            message = "no installed package offers decks under this name"
            hint = nearest(name, offered)
            problems.append(Problem(f"package {name}", 0, 0, message, expected, hint, severity="warning"))
    return folders


def _folder(point: EntryPoint) -> Path | None:
    """Return the package's folder; only its parents, if any, are imported."""
    try:
        spec = find_spec(point.module)
    except Exception:  # noqa: BLE001 - a parent package may do anything when imported
        return None
    places = list(spec.submodule_search_locations or ()) if spec else []
    return Path(places[0]) if places else None
