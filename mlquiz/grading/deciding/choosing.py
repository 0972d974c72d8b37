"""Which of the draws that the screen saw many digits decide on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from mlquiz.grading.meanings.draws import Draw

ENOUGH = 3
"""How many draws on which the sides agree, by many digits, show that they are the same."""
_MISMATCH = {"reference undefined", "answer undefined"}


class Seen(NamedTuple):
    """What the screen saw at one draw: ``shaky`` where doubles can't be trusted, ``zero`` where all is 0, an
    ``edge`` where something is about to change.
    """

    draw: Draw
    verdict: str
    shaky: bool
    zero: bool = False
    edge: bool = False

    @property
    def vouches(self) -> bool:
        """Whether the sides agree here, and not by chance."""
        return self.verdict == "equal" and not self.zero and not self.draw.special

    @property
    def on_other_sets(self) -> bool:
        """Whether one side only has a value here."""
        return self.verdict in _MISMATCH and not self.draw.special


class Chosen(NamedTuple):
    """A draw to decide on: one that must be looked at, one that vouches, or a ``spare`` one to vouch in its
    place; ``wide`` is whether it may take more digits than usual.
    """

    seen: Seen
    needed: bool = False
    spare: bool = False
    wide: bool = False


def choose(seen: list[Seen], *, all_draws: bool, smooth: bool) -> list[Chosen]:
    """Return the draws that decide, suspects first.

    Parameters
    ----------
    seen
        What the screen saw.
    all_draws
        Whether something jumps, so that every draw may be the one that matters.
    smooth
        Whether nothing bends.
    """
    limit = 24 if all_draws else 8
    differ = [s for s in seen if s.verdict == "differ"]
    suspects = sorted(differ, key=lambda s: s.draw.special)[:limit]
    suspects += [s for s in seen if s.on_other_sets and not s.shaky][: 2 * ENOUGH]
    shaky = [s for s in seen if s.shaky and s.verdict not in {"both undefined", "differ"}]
    good = sorted(
        (s for s in seen if s.verdict == "equal" and not s.shaky),
        key=lambda s: (s.zero, sum(s.draw.sizes.values()), s.draw.largest()),
    )
    generic = [s for s in good if not s.draw.special][:5]
    special = [s for s in good if s.draw.special][:2]
    vouching = generic[:ENOUGH] + special[:1] + shaky[: ENOUGH if smooth else limit]
    spare = generic[ENOUGH:]
    if all_draws:
        vouching, spare = vouching + spare + special[1:], []
    if len(generic) < ENOUGH:
        vouching += [s for s in seen if s.verdict == "unknown"][:8]
    chosen = {id(s): Chosen(s, needed=True, wide=True) for s in suspects}
    for group in (vouching, spare):
        for s in group:
            placed = bool(s.draw.overrides)  # where something bends or jumps
            chosen.setdefault(id(s), Chosen(s, needed=placed, spare=group is spare, wide=placed))
    return list(chosen.values())
