"""What the tests of demos share: reading a film."""

from collections.abc import Iterable

from mlquiz.player import Check, Frame


def checks(film: Iterable[Frame]) -> dict[str, Check]:
    """The checks of a film by name."""
    return {frame.name: frame for frame in film if isinstance(frame, Check)}


def broken(film: Iterable[Frame]) -> set[str]:
    """The names of the checks that fail."""
    return {name for name, check in checks(film).items() if not check.holds}
