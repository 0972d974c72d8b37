"""The start of a new deck, with comments that say what may stand where."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlquiz.cards.fields import DECK_PATTERN

if TYPE_CHECKING:
    from pathlib import Path

START = """\
# yaml-language-server: $schema={schema}
# One deck a file. Formulas, ids and anything with : # {{ [ * | in it go into 'single quotes'.
deck: {name}
title: {title}
sections:
  - id: '1'                       # `mlquiz study 1`, `mlquiz read 1`
    title: A first section
    weight: 3                     # 1 to 5: the heavier come first
    notes:                        # a page to read; each note is covered by a card
      mean: The mean is the value with the least sum of squared distances.
    cards:
      # The simplest kind: think, reveal, rate yourself.
      - id: 'mean-why'            # keep the id when you reword the card: its history hangs on it
        ask: Which number has the least sum of squared distances to a few others?
        answer: Their mean.
        hints: [Set a derivative to zero.]
        covers: [mean]
      # A formula is typed in any spelling and judged by its meaning.
      - id: 'mean-formula'
        kind: formula
        ask: Write the mean of $x_1 .. x_n$.
        answer: '1/n sum_i x_i'
        symbols: {{n: 'natural', x_i: 'sequence(n)'}}
        right: ['(sum_i x_i)/n']
        wrong: ['sum_i x_i']
        covers: [mean]
      # The other kinds: cloze, choice, number, order, match.
      - id: 'mean-outlier'
        kind: choice
        ask: One value of a hundred is made very large. What happens to mean and median?
        options:
          - right: the mean moves a lot, the median hardly
          - wrong: both move a lot
            why: the median looks at the order only
      - id: 'mean-number'
        kind: number
        ask: What is the mean of the two numbers?
        given: {{a: [1, 2, 3], b: {{from: 4, to: 10, step: 2}}}}
        answer: '(a + b)/2'
"""


class BadNameError(ValueError):
    """A name that a deck can't have; ``hint`` says what it may be."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name!r} can't be the name of a deck")
        self.hint = "use letters, digits, `-`, `_` and `.`, such as my-deck"


def write_start(name: str, folder: Path) -> Path:
    """Write the start of the deck ``name`` into ``folder``; return its path.

    Raises
    ------
    BadNameError
        When a deck can't be called so.
    OSError
        FileExistsError when there is one; others when the folder can't be written to.
    """
    if not re.fullmatch(DECK_PATTERN, name):
        raise BadNameError(name)
    from mlquiz.cards.library import shipped_dir

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.yaml"
    title = name.replace("-", " ").capitalize()
    text = START.format(schema=(shipped_dir() / "deck.schema.json").as_uri(), name=name, title=title)
    with path.open("x", encoding="utf-8") as file:
        file.write(text)
    return path
