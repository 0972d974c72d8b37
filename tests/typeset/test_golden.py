"""The look of every formula: `pytest tests/typeset --renew-golden` writes it anew; look at the diff."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mlquiz.typeset import inline, layout, words

if TYPE_CHECKING:
    from collections.abc import Callable

GOLDEN = Path(__file__).parent / "golden"

LOOKS: dict[str, Callable[[str], str]] = {
    "plain": lambda latex: "\n".join(layout(latex)),
    "narrow": lambda latex: "\n".join(layout(latex, width=40)),
    "full": lambda latex: "\n".join(layout(latex, glyphs="full")),
    "ascii": lambda latex: "\n".join(layout(latex, glyphs="ascii")),
    "inline": inline,
    "words": words,
}


def _blocks(text: str) -> dict[str, str]:
    """Split a golden file into LaTeX and what it looks like."""
    blocks = (block.partition("\n") for block in text.split("\n$ ")[1:])
    return {latex: look.rstrip("\n") for latex, _, look in blocks}


@pytest.mark.parametrize("name", LOOKS)
def test_formulas_look_as_they_did(name: str, all_formulas: list[str], renew_golden: bool) -> None:
    seen = {" ".join(latex.split()): LOOKS[name](latex).rstrip("\n") for latex in all_formulas}
    path = GOLDEN / f"{name}.txt"
    if renew_golden:
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(f"\n$ {latex}\n{look}\n" for latex, look in seen.items()), "utf-8")
    known = _blocks(path.read_text("utf-8"))
    assert list(seen) == list(known)
    changed = [
        f"$ {latex}\n{look}\n--- was:\n{known[latex]}" for latex, look in seen.items() if known[latex] != look
    ]
    assert not changed, f"{len(changed)} of {name} changed:\n" + "\n\n".join(changed[:5])
