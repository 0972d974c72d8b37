"""Are two formulas the same? Screened in doubles on many draws, decided by many digits on a few."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from mlquiz.grading.computing.arithmetic import Doubles
from mlquiz.grading.computing.series import NotGeometricError
from mlquiz.grading.deciding.brinks import brink_draws
from mlquiz.grading.deciding.choosing import ENOUGH, Seen, choose
from mlquiz.grading.deciding.equations import are_multiples
from mlquiz.grading.deciding.gaps import TOO_BIG, compare
from mlquiz.grading.deciding.jumps import JUMPS, is_coarse, is_smooth, jumps, with_strictness_turned
from mlquiz.grading.deciding.kinks import kink_draws
from mlquiz.grading.deciding.literals import far_size, literal_draws
from mlquiz.grading.deciding.real_powers import power_draws
from mlquiz.grading.deciding.settling import Settler
from mlquiz.grading.deciding.sides import Sides
from mlquiz.grading.deciding.ties import tie_draws, whole_ties
from mlquiz.grading.meanings.draws import Draw

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlquiz.grading.meanings.meanings import Meanings
    from mlquiz.grading.syntax.tree import Node

ORDER = {number: number % 4 == 3 for number in range(64)}
"""The draws that are looked at, and whether they are special."""
MORE = dict.fromkeys(range(64, 224), False)
"""More draws for formulas with few values, which agree by chance more often."""
SCREEN_WORK, COARSE_WORK = 64_000, 256_000  # draws times work
DECIDE_WORK = 1_500
FEWEST, FEW, MOST_TIED = 16, 6, 8
SOME, CALM = 3, 4.0
SMOOTH_ENOUGH = 16
"""How many generic draws on which they agree show that formulas without bends are the same."""
SECONDS, MOST_SECONDS = 0.7, 0.95
"""The deadline in seconds of this thread's processor time, and by the clock on the wall."""


class Decision(NamedTuple):
    """The outcome: same, different, boundary, domain, too big, not geometric or unknown; and a draw
    that shows it.
    """

    outcome: str
    draw: Draw | None = None
    checked: int = 0


class Comparison:
    """Compare an answer with its reference on draws.

    How many draws are looked at depends on the work that one takes, counted and not timed, so that a verdict
    doesn't depend on the machine. A deadline can only make it undecided.
    """

    def __init__(
        self,
        reference: Node,
        answer: Node,
        meanings: Meanings,
        *,
        exact_boundary: bool,
        literal_digits: int = 0,
    ) -> None:
        self.sides = Sides(reference, answer)
        self.settler = Settler(self.sides, literal_digits)
        self.meanings = meanings
        self.exact_boundary = exact_boundary
        self.discrete = reference.type.kind in {"optimum", "truth"}
        self.started = time.monotonic()
        self.deadline = time.thread_time() + SECONDS
        self.failures: list[object] = []
        self.tried: list[Draw] = []
        self.work = 0
        parts = [n for side in self.sides.nodes for n in side.walk()]
        where = meanings.declarations, meanings.conditions
        self.all_draws = any(jumps(part, *where) for part in parts)
        self.coarse = any(map(is_coarse, parts))
        self.smooth = not (self.all_draws or self.discrete) and all(is_smooth(part, *where) for part in parts)

    def _seen_enough(self, seen: list[Seen]) -> bool:
        """Tell whether more draws would cost too much for what they add: the more work, the fewer."""
        if self.smooth and sum(s.vouches for s in seen) >= SMOOTH_ENOUGH:
            return True
        if self.coarse:
            return len(seen) >= 2 * FEWEST and len(seen) * self.work > COARSE_WORK
        costly = len(seen) >= FEWEST and len(seen) * self.work > SCREEN_WORK
        return costly and not (self.all_draws or self.discrete)

    def decide(self) -> Decision:
        """Return whether the two are the same."""
        seen: list[Seen] = []
        found = self._look(seen, ORDER)
        if found is not None:
            return found
        seen += self._placed([s.draw for s in seen if not s.draw.special])
        if self.coarse and not any(s.edge for s in seen):
            found = self._look(seen, MORE)
        return found or self._settle_all(seen)

    def _placed(self, generic: list[Draw]) -> list[Seen]:
        """Return what the screen sees where something bends, jumps or changes."""
        nodes, known = self.sides.nodes, self.meanings.declarations
        far = self._far()
        literal = literal_draws(nodes, generic[:2] + far[:2], known)
        placed = far + literal
        for more in (kink_draws, power_draws):
            placed += more(nodes, generic[:2], known)
        if not (self.all_draws or self.discrete or self.coarse):
            return [self._screen(draw) for draw in placed]
        whole = whole_ties(nodes, generic[:MOST_TIED], known)
        pairs = whole + far + literal + generic
        brinks = [draw for node in nodes for draw in brink_draws(node, pairs, known)]
        ties = tie_draws(nodes, generic[:2] + far[:1], known) if self.all_draws else []
        ties += [tie.changed({}, special=True) for tie in whole_ties(nodes, ties, known)]
        seen = [self._screen(draw) for draw in placed]
        seen += [self._screen(draw)._replace(edge=True) for draw in whole + brinks]
        return seen + [Seen(draw, self._screen(draw).verdict, shaky=True, edge=True) for draw in ties]

    def _look(self, seen: list[Seen], order: Mapping[int, bool]) -> Decision | None:
        """Add what the screen sees at drawn meanings; return the decision if one is enough."""
        for number, special in order.items():
            if self._late() or self._seen_enough(seen):
                return None
            draw = self.meanings.draw(number, special=special)
            if draw is None:
                continue
            seen.append(self._screen(draw))
            apart = self._apart(seen)
            if apart is not None and self.settler.settle(apart) == "differ":
                return Decision("different", apart, 1)
            if len(self.failures) >= 2 and len(self.failures) == len(seen):
                return Decision(self._why_hopeless(), None)
        return None

    def _apart(self, seen: list[Seen]) -> Draw | None:
        """Return a generic draw on which the sides differ, and that was not returned before: one of calm
        numbers, which take few digits, or the calmest of some.
        """
        apart = [s.draw for s in seen if s.verdict == "differ" and not s.shaky and not s.draw.special]
        new = [draw for draw in apart if draw not in self.tried]
        calmest = min(new, key=Draw.largest, default=None)
        if calmest is None or (calmest.largest() > CALM and len(new) < SOME):
            return None
        self.tried.append(calmest)
        return calmest

    def _late(self, seconds: float = 0.0) -> bool:
        """Tell whether the deadline passed, some seconds of processor time later."""
        elapsed = time.monotonic() - self.started  # asked first: a thread's processor time is dear to ask
        if elapsed < SECONDS + seconds:
            return False
        return elapsed > MOST_SECONDS or time.thread_time() > self.deadline + seconds

    def _far(self) -> list[Draw]:
        """Return draws that go beyond the numbers at which something bends, if it does."""
        far = far_size(self.sides.nodes, self.meanings.declarations)
        draws = (self.meanings.draw(number, special=False, far=far) for number in range(FEW if far else 0))
        return [draw for draw in draws if draw is not None]

    def _why_hopeless(self) -> str:
        return "not geometric" if NotGeometricError in self.failures else "too big"

    # --- the screen -------------------------------------------------------------------------------

    def _screen(self, draw: Draw) -> Seen:
        num = Doubles()
        try:
            left, right = self.sides.values(draw, num)
            verdict, _ = compare(num, left, right)
        except OverflowError:
            verdict, right = "unknown", None
        except (ArithmeticError, ValueError):
            return Seen(draw, "unknown", shaky=True)
        self.work += num.work
        if right is TOO_BIG or right is NotGeometricError:
            self.failures.append(right)
        return Seen(draw, verdict, num.shaky, num.scale == 0)

    # --- the decision -----------------------------------------------------------------------------

    def _settle_all(self, seen: list[Seen]) -> Decision:
        equal, domain = 0, 0
        on_other_sets = sum(s.on_other_sets for s in seen)
        self.settler.work = 0
        queue = deque(choose(seen, all_draws=self.all_draws, smooth=self.smooth))
        while queue:
            item = queue.popleft()
            late = self._late(0.1)
            if late and item.needed:
                return Decision("unknown", None, equal)
            costly = item.spare or late or self.settler.work > DECIDE_WORK
            if equal >= ENOUGH and costly and not item.needed:
                continue
            draw = item.seen.draw
            if self.discrete and item.seen.verdict == "equal" and not item.seen.shaky:
                equal += 1
                continue
            outcome = self.settler.settle(draw, wide=item.wide)
            if outcome == "wide":
                queue.append(item._replace(spare=True, wide=True))
            equal += outcome == "equal"
            if outcome == "differ" and not draw.special:
                return Decision("different", draw, 1)
            if outcome == "differ" and self.exact_boundary:
                elsewhere = self._generically(seen)
                if elsewhere != "unknown":
                    boundary = elsewhere == "equal" and self._strictness_matters(draw)
                    return Decision("boundary" if boundary else "different", draw, 1)
            if outcome in {"reference undefined", "answer undefined"} and not draw.special:
                domain += 1
                if domain >= min(ENOUGH, on_other_sets):
                    return Decision("domain: " + outcome, draw)
        same = equal >= ENOUGH and (self.sides.met or are_multiples(*self.sides.nodes, self._generic(seen)))
        return Decision("same" if same else self._why_unknown(seen), None, equal)

    @staticmethod
    def _generic(seen: list[Seen]) -> list[Draw]:
        return [s.draw for s in seen if not s.draw.special and not s.draw.overrides]

    def _generically(self, seen: list[Seen]) -> str:
        """Return what many digits say where no boundary is met: differ, equal or unknown."""
        generic = [s.draw for s in seen if not s.draw.special and s.verdict == "equal"]
        outcomes = {self.settler.settle(draw) for draw in generic[:2]} or {"equal"}
        return next((outcome for outcome in ("differ", "equal") if outcome in outcomes), "unknown")

    def _strictness_matters(self, draw: Draw) -> bool:
        """Tell whether < for <=, or what a jump is at its place, is all that differs at a draw."""
        reference, answer = self.sides.nodes
        if any(
            part.op == "call" and part.value in JUMPS for side in self.sides.nodes for part in side.walk()
        ):
            return True
        turned = with_strictness_turned(answer)
        return turned != answer and Settler(Sides(reference, turned), 0).settle(draw) == "equal"

    def _why_unknown(self, seen: list[Seen]) -> str:
        if self.failures and len(self.failures) * 2 > len(seen):
            return self._why_hopeless()
        verdicts = [item.verdict for item in seen if not item.draw.special]
        if verdicts and all(v == "answer undefined" for v in verdicts):
            return "domain: answer undefined"
        if (
            verdicts
            and all(v in {"answer undefined", "both undefined", "unknown"} for v in verdicts)
            and "both undefined" in verdicts
        ):
            return "nowhere defined"
        return "unknown"
