"""How much of a plan of contents the decks hold: notes, cards, formulas, errata and demos of each section."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from mlquiz.cards.model import FormulaCard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from mlquiz.cards.check_context import FormulaChecker
    from mlquiz.cards.library import Library
    from mlquiz.cards.model import Section

Plan = dict[str, Any]


class PlanError(ValueError):
    """A plan that can't be read."""


@dataclass(frozen=True, slots=True)
class Part:
    """How many of something the plan asks for, how many are there, and which are missing by name."""

    planned: int
    done: int
    missing: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return self.done >= self.planned and not self.missing


@dataclass(frozen=True, slots=True)
class SectionCoverage:
    """What a deck holds of one section of the plan: notes written, and covered by a card, and so on."""

    deck: str
    id: str
    title: str
    notes: Part
    covered: Part
    formulas: Part
    errata: Part
    demos: Part
    cards: dict[str, int]

    @property
    def complete(self) -> bool:
        """Whether all that is planned is there, and at least one card."""
        parts = (self.notes, self.covered, self.formulas, self.errata, self.demos)
        return bool(self.cards) and all(part.complete for part in parts)

    def as_json(self) -> dict[str, Any]:
        """Return the fields as plain data."""
        return {**asdict(self), "complete": self.complete}


def coverage(
    plan_dir: Path,
    library: Library,
    formulas: FormulaChecker,
    demo_holds: Callable[[str], bool],
    decks: Sequence[str] = (),
) -> Iterator[SectionCoverage]:
    """Compare each section of the plan with the decks, or with ``decks`` only.

    Parameters
    ----------
    plan_dir : Path
        A folder of files ``<chapter>-<deck>.yaml``, each a list of sections.
    formulas : FormulaChecker
        Judges whether a card takes the plan's formula for right.
    demo_holds : callable
        Whether a demo runs and yields a check that holds.

    Raises
    ------
    PlanError
        When there is no such file, or one can't be read.
    """
    paths = [path for path in sorted(plan_dir.glob("*.yaml")) if not decks or _deck(path) in decks]
    if not paths:
        wanted = f" for {', '.join(decks)}" if decks else ""
        raise PlanError(f"{plan_dir}: there is no plan{wanted}; expected files called <chapter>-<deck>.yaml")
    for path in paths:
        for planned in _read(path):
            yield _compare(planned, _deck(path), library, formulas, demo_holds)


def _deck(path: Path) -> str:
    return path.stem.partition("-")[2]


def _read(path: Path) -> list[Plan]:
    """Return the sections of one file of the plan."""
    import yaml

    try:
        sections = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise PlanError(f"{path}: {error}") from error
    if not isinstance(sections, list) or not all(
        isinstance(each, dict) and "id" in each for each in sections
    ):
        raise PlanError(f"{path}: expected a list of sections with `id`")
    return sections


def _compare(
    planned: Plan,
    deck: str,
    library: Library,
    formulas: FormulaChecker,
    demo_holds: Callable[[str], bool],
) -> SectionCoverage:
    section = library.section(f"{deck}/{planned['id']}")
    notes = {name for name, text in section.notes.items() if text.strip()} if section else set()
    covered = notes & _covered_names(section)
    points = len(planned.get("points") or ())
    return SectionCoverage(
        deck=deck,
        id=str(planned["id"]),
        title=str(planned.get("title", "")),
        notes=Part(points, len(notes)),
        covered=Part(max(points, len(notes)), len(covered), tuple(sorted(notes - covered))),
        formulas=_formulas(planned, section, formulas),
        errata=Part(len(planned.get("errata") or ()), len(section.errata) if section else 0),
        demos=_demos(planned, demo_holds),
        cards=dict(Counter(card.kind for card in section.cards)) if section else {},
    )


def _covered_names(section: Section | None) -> set[str]:
    """Return the notes and errata that the section's cards ask about."""
    if section is None:
        return set()
    covers = [card.covers for card in section.cards] + [alias.covers for alias in section.aliases]
    return {name for names in covers for name in names}


def _formulas(planned: Plan, section: Section | None, formulas: FormulaChecker) -> Part:
    entries = planned.get("formulas") or []
    missing = [_name(entry) for entry in entries if not _is_asked(entry, section, formulas)]
    return Part(len(entries), len(entries) - len(missing), tuple(missing))


def _name(entry: Plan) -> str:
    return str(entry.get("id") or entry.get("same_as"))


def _is_asked(entry: Plan, section: Section | None, formulas: FormulaChecker) -> bool:
    """Whether a formula card judges the plan's formula right, or the section shows the card that does."""
    if section is None:
        return False
    if "same_as" in entry:
        return any(alias.same_as.partition("/")[2] == entry["same_as"] for alias in section.aliases)
    card = next((card for card in section.cards if card.id == entry["id"]), None)
    return isinstance(card, FormulaCard) and _judges_right(card, str(entry["typed"]), formulas)


def _judges_right(card: FormulaCard, typed: str, formulas: FormulaChecker) -> bool:
    declared = {
        "symbols": card.symbols,
        "where": card.where,
        "forbid": card.forbid,
        "boundary": card.boundary,
    }
    try:
        return formulas.outcome(typed, formulas.reference(card.answer, **declared))[0] == "right"
    except ValueError:
        return False


def _demos(planned: Plan, demo_holds: Callable[[str], bool]) -> Part:
    names = [str(demo["name"]) for demo in planned.get("demos") or ()]
    missing = tuple(name for name in names if not demo_holds(name))
    return Part(len(names), len(names) - len(missing), missing)
