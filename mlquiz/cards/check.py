"""What a deck means, checked: every formula, reference, note and demo, with line and column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.cards.check_context import Context
from mlquiz.cards.check_demos import demo_problems
from mlquiz.cards.check_formulas import Grading, formula_problems
from mlquiz.cards.check_references import card_reference_problems, section_reference_problems
from mlquiz.cards.check_texts import card_text_problems, section_text_problems
from mlquiz.cards.load import load_deck

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from mlquiz.cards.check_context import FormulaChecker, ParameterSpec
    from mlquiz.cards.library import Library
    from mlquiz.cards.problems import Problem


def check_deck(
    path: Path,
    library: Library,
    demos: Mapping[str, Mapping[str, ParameterSpec]],
    formulas: FormulaChecker | None = None,
    audit: bool = False,
) -> list[Problem]:
    """Return everything that is wrong with a deck, in the order of its lines.

    Parameters
    ----------
    path : Path
        The deck's file.
    library : Library
        The decks among which references are looked up; this deck is taken from the file.
    demos : mapping
        The parameters of each demo by name.
    formulas : FormulaChecker, optional
        Judges formulas; `mlquiz.grading` when left out.
    audit : bool
        Compare the samples of formula cards by sympy as well.
    """
    loaded = load_deck(path)
    if loaded.plain is None or loaded.source is None:
        return loaded.problems
    context = Context(loaded.source, loaded, library, demos, formulas or Grading(), audit)
    return sorted([*loaded.problems, *_meaning(context)], key=lambda problem: (problem.line, problem.column))


def _meaning(context: Context) -> Iterator[Problem]:
    for section in context.loaded.sections:
        yield from section_text_problems(context, section)
        yield from section_reference_problems(context, section)
        yield from demo_problems(context, section)
    for entry in context.loaded.entries:
        yield from card_reference_problems(context, entry)
        yield from demo_problems(context, entry)
        if "same_as" not in entry.plain:
            yield from card_text_problems(context, entry)
            yield from formula_problems(context, entry)
