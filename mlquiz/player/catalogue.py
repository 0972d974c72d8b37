"""Which demos there are, by chapter, and how one is loaded."""

from __future__ import annotations

import importlib
import inspect
import os
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import mlquiz
from mlquiz.player.nearest import did_you_mean
from mlquiz.player.parameters import Parameter, parameters_of
from mlquiz.terminal.exits import UserError
from mlquiz.terminal.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from importlib.metadata import EntryPoint
    from types import ModuleType

    from mlquiz.player.frames import Frame

CHAPTERS = {
    "probability": "Probability and statistics",
    "linear_algebra": "Linear algebra",
    "classical": "Classical machine learning",
    "clustering": "Clustering",
    "deep": "Deep learning",
    "reinforcement": "Reinforcement learning",
    "inference": "Inference",
    "optimization": "Optimization",
    "control": "Control",
}
PLUGINS = "plug-ins"
GROUP = "mlquiz.demos"
# More threads make the small matrices of demos slower, and the last bits of results vary with the machine.
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
FIRST_LINE = re.compile(r'^r?"""\s*(.+?)\s*(?:""".*)?$', re.MULTILINE)


class DemoError(UserError):
    """A demo that isn't there or can't be loaded; ``hint`` names the nearest right one."""


@dataclass(frozen=True, slots=True)
class Demo:
    """A loaded demo: ``function`` makes its frames from ``parameters``."""

    name: str
    family: str
    chapter: str
    summary: str
    module: ModuleType
    function: Callable[..., Iterator[Frame]]
    parameters: Mapping[str, Parameter]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list of demos."""

    name: str
    family: str
    chapter: str
    summary: str


@cache
def demo_names() -> dict[str, str]:
    """Return the family of each demo that comes with the program, by name, in the order of the chapters."""
    files = [file for folder in _demo_folders() for file in folder.glob("*/[!_]*.py")]
    found = {file.stem.replace("_", "-"): file.parent.name for file in files}
    order = list(CHAPTERS)
    rank = {family: order.index(family) if family in order else len(order) for family in found.values()}
    return dict(sorted(found.items(), key=lambda item: (rank[item[1]], item[1], item[0])))


def entries(complain: Callable[[str], None]) -> list[Entry]:
    """Return all demos with the first line of their modules, plug-ins last; nothing of ours is imported.

    ``complain`` is told of each plug-in that can't be loaded, in one line.
    """
    ours = [Entry(name, family, chapter(family), _first_line(name)) for name, family in demo_names().items()]
    theirs = [
        demo for name in _plugins() if name not in demo_names() and (demo := _plugin_or_none(name, complain))
    ]
    return ours + [Entry(demo.name, demo.family, demo.chapter, demo.summary) for demo in theirs]


def chapter(family: str) -> str:
    """Return the title over the demos of ``family``."""
    return CHAPTERS.get(family, family.replace("_", " ").capitalize())


def load_demo(name: str) -> Demo:
    """Import a demo; linear algebra is given one thread, unless the environment says how many.

    Raises
    ------
    DemoError
        When there is none of that name, or it can't be imported.
    """
    for variable in THREADS:  # read when NumPy is first imported
        os.environ.setdefault(variable, "1")
    if name in demo_names():
        family = demo_names()[name]
        return _demo(name, family, importlib.import_module(f"mlquiz.demos.{family}.{name.replace('-', '_')}"))
    if name not in _plugins():
        same = name.lower().replace("_", "-").removesuffix(".py")
        if same != name and same in demo_names():
            return load_demo(same)
        known = [*demo_names(), *_plugins()]
        raise DemoError(f"there is no demo {name!r}", did_you_mean(same, known) or "`mlquiz demo` lists them")
    return _load_plugin(_plugins()[name])


def _demo_folders() -> list[Path]:
    return [folder for root in mlquiz.__path__ if (folder := Path(root) / "demos").is_dir()]


def _first_line(name: str) -> str:
    file = f"{demo_names()[name]}/{name.replace('-', '_')}.py"
    path = next(path for folder in _demo_folders() if (path := folder / file).is_file())
    match = FIRST_LINE.search(path.read_text(encoding="utf-8"))
    return match[1] if match else ""


def _demo(name: str, family: str, module: ModuleType, function: object = None) -> Demo:
    play = function if function is not None else getattr(module, "demo", None)
    if not inspect.isfunction(play):
        raise DemoError(f"demo {name!r} ({module.__name__}) has no function `demo`")
    summary = (module.__doc__ or "").strip().partition("\n")[0].strip()
    try:
        parameters = parameters_of(play)
    except (TypeError, NameError) as error:
        raise DemoError(
            f"demo {name!r} ({module.__name__}) has a signature that can't be read: {error}"
        ) from error
    return Demo(name, family, chapter(family), summary, module, play, parameters)


@cache
def _plugins() -> dict[str, EntryPoint]:
    from importlib.metadata import entry_points  # 50 ms: only when something is listed or not found

    return {point.name: point for point in entry_points(group=GROUP)}


def _load_plugin(point: EntryPoint) -> Demo:
    try:
        thing = point.load()
        module = thing if inspect.ismodule(thing) else importlib.import_module(point.module)
        return _demo(point.name, PLUGINS, module, None if inspect.ismodule(thing) else thing)
    except DemoError:
        raise
    except Exception as error:
        raise DemoError(
            f"plug-in demo {point.name!r} ({point.value}) can't be loaded: {one_line(str(error))}"
        ) from error


def _plugin_or_none(name: str, complain: Callable[[str], None]) -> Demo | None:
    try:
        return _load_plugin(_plugins()[name])
    except DemoError as error:
        complain(str(error))
        return None
