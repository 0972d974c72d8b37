"""A demo's signature whose annotations are text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlquiz.player import Between, Frame


def demo(
    n: Annotated[int, "points", Between(1, 9)] = 3, kind: Literal["a", "b"] = "a", seed: int = 0
) -> Iterator[Frame]:
    yield from ()


def same():
    """Return a function of the same signature, its annotations evaluated."""
    from mlquiz.player import Between

    def function(n=3, kind="a", seed=0): ...

    function.__annotations__ = {
        "n": Annotated[int, "points", Between(1, 9)],
        "kind": Literal["a", "b"],
        "seed": int,
    }
    return function
