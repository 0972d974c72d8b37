"""Are two formulas the same? Screened in doubles on many draws, decided by many digits on a few."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, NamedTuple

from mlquiz.grading.computing.arithmetic import Doubles, TooBigError, UndefinedError, UnknownError
from mlquiz.grading.computing.compiling import compile_node
from mlquiz.grading.computing.precise import NONE, ONE, Precise
from mlquiz.grading.computing.series import NotGeometricError
from mlquiz.grading.deciding.brinks import brink_draws
from mlquiz.grading.deciding.equations import are_multiples
from mlquiz.grading.deciding.gaps import TOO_BIG, UNDEFINED, UNKNOWN, compare
from mlquiz.grading.deciding.jumps import is_coarse, is_smooth, jumps
from mlquiz.grading.deciding.kinks import kink_draws
from mlquiz.grading.deciding.real_powers import power_draws
from mlquiz.grading.deciding.ties import least_size, literal_draws, tie_draws
from mlquiz.grading.meanings.draws import Draw

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlquiz.grading.computing.env import Env
    from mlquiz.grading.meanings.meanings import Meanings
    from mlquiz.grading.syntax.tree import Node

ORDER = {number: number % 4 == 3 for number in range(64)}
"""The draws that are looked at, and whether they are special."""
MORE = dict.fromkeys(range(64, 224), False)
"""More draws for formulas with few values, which agree by chance more often."""
DIGITS, INTEGRAL_DIGITS, MOST_DIGITS = 40, 12, 330
SCREEN_WORK, COARSE_WORK = 64_000, 256_000  # draws times work
DECIDE_WORK = 1_500
FEWEST, FEW, ENOUGH = 16, 4, 3
SOME, CALM = 3, 4.0
SMOOTH_ENOUGH = 16
"""How many generic draws on which they agree show that formulas without bends are the same."""
MAX_TERMS = 20_000
SECONDS, MOST_SECONDS = 0.7, 0.95
"""The deadline in seconds of this thread's processor time, and by the clock on the wall."""


class Decision(NamedTuple):
    """The outcome: same, different, boundary, domain, too big, not geometric or unknown; and a draw
    that shows it.
    """

    outcome: str
    draw: Draw | None = None
    checked: int = 0


class _Seen(NamedTuple):
    """What the screen saw at one draw."""

    draw: Draw
    verdict: str
    shaky: bool
    zero: bool = False


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
        self.nodes = (reference, answer)
        self.runs = (compile_node(reference), compile_node(answer))
        self.meanings = meanings
        self.exact_boundary = exact_boundary
        self.met = reference.type.kind != "truth"
        self.discrete = reference.type.kind in {"optimum", "truth"}
        integral = any(n.op == "int" for side in self.nodes for n in side.walk())
        self.digits = (INTEGRAL_DIGITS if integral else DIGITS) + literal_digits
        self.started = time.monotonic()
        self.deadline = time.thread_time() + SECONDS
        self.systems: dict[int, Precise] = {}
        self.failures: list[object] = []
        self.tried: list[Draw] = []
        self.spare: list[_Seen] = []
        self.work = 0
        parts = [n for side in self.nodes for n in side.walk()]
        where = meanings.declarations, meanings.conditions
        self.all_draws = any(jumps(part, *where) for part in parts)
        self.coarse = any(map(is_coarse, parts))
        self.smooth = not (self.all_draws or self.discrete) and all(is_smooth(part, *where) for part in parts)

    def _seen_enough(self, seen: list[_Seen]) -> bool:
        """Tell whether more draws would cost too much for what they add: the more work, the fewer."""
        if self.smooth and sum(map(_vouches, seen)) >= SMOOTH_ENOUGH:
            return True
        if self.coarse:
            return len(seen) >= 2 * FEWEST and len(seen) * self.work > COARSE_WORK
        costly = len(seen) >= FEWEST and len(seen) * self.work > SCREEN_WORK
        return costly and not (self.all_draws or self.discrete)

    def decide(self) -> Decision:
        """Return whether the two are the same."""
        seen: list[_Seen] = []
        found = self._look(seen, ORDER)
        if found is not None:
            return found
        generic = [s.draw for s in seen if not s.draw.special]
        for more in (literal_draws, kink_draws, power_draws):
            seen += map(self._screen, more(self.nodes, generic[:2], self.meanings.declarations))
        least = least_size(self.nodes, self.meanings.declarations.sizes)
        large = [
            self.meanings.draw(number, special=False, least=least) for number in range(FEW if least else 0)
        ]
        seen += [self._screen(draw) for draw in large if draw is not None]
        edges = self._ties(generic) + self._brinks(generic)
        if self.coarse and not edges:
            found = self._look(seen, MORE)
        return found or self._settle_all(seen + edges)

    def _look(self, seen: list[_Seen], order: Mapping[int, bool]) -> Decision | None:
        """Add what the screen sees at drawn meanings; return the decision if one is enough."""
        for number, special in order.items():
            if self._late() or self._seen_enough(seen):
                return None
            draw = self.meanings.draw(number, special=special)
            if draw is None:
                continue
            seen.append(self._screen(draw))
            apart = self._apart(seen)
            if apart is not None and self.settle(apart) == "differ":
                return Decision("different", apart, 1)
            if len(self.failures) >= 2 and len(self.failures) == len(seen):
                return Decision(self._why_hopeless(), None)
        return None

    def _apart(self, seen: list[_Seen]) -> Draw | None:
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

    def _ties(self, generic: list[Draw]) -> list[_Seen]:
        """Return draws on which the two sides of a comparison are equal."""
        if not self.all_draws:
            return []
        ties = tie_draws(self.nodes, generic[:2], self.meanings.declarations)
        return [_Seen(draw, self._screen(draw).verdict, shaky=True) for draw in ties]

    def _brinks(self, generic: list[Draw]) -> list[_Seen]:
        """Return draws on which a best point of either side is about to change."""
        if not self.coarse:
            return []
        known = self.meanings.declarations
        return [self._screen(draw) for node in self.nodes for draw in brink_draws(node, generic, known)]

    def _why_hopeless(self) -> str:
        return "not geometric" if NotGeometricError in self.failures else "too big"

    # --- the screen -------------------------------------------------------------------------------

    def _screen(self, draw: Draw) -> _Seen:
        num = Doubles()
        try:
            left, right = self._sides(draw, num)
            verdict, _ = compare(num, left, right)
        except OverflowError:
            verdict, right = "unknown", None
        except (ArithmeticError, ValueError):
            return _Seen(draw, "unknown", shaky=True)
        self.work += num.work
        if right is TOO_BIG or right is NotGeometricError:
            self.failures.append(right)
        return _Seen(draw, verdict, num.shaky, num.scale == 0)

    def _sides(self, draw: Draw, num: Any) -> tuple[Any, Any]:
        """Return the values of reference and answer; the reference's is kept for the next answer.

        What ``num`` has seen is the same whether it was kept or computed.
        """
        reference, answer = self.runs
        left = draw.once(num, lambda: self._value(reference, draw.bind(num)))
        right = self._value(answer, draw.bind(num))
        if left is True or right is True:
            self.met = self.met or not draw.special or bool(draw.overrides)
        return left, right

    def _value(self, run: Any, env: Env) -> Any:
        env.budget[0] = MAX_TERMS
        try:
            return run(env)
        except TooBigError:
            return TOO_BIG
        except NotGeometricError:
            return NotGeometricError
        except (OverflowError, UnknownError):
            return UNKNOWN
        except (UndefinedError, ZeroDivisionError, ValueError):
            return UNDEFINED
        except RecursionError:
            return TOO_BIG

    # --- many digits ------------------------------------------------------------------------------

    def settle(self, draw: Draw, *, wide: bool = True) -> str:
        """Return what many digits say at one draw: equal, differ, ... undefined, or unknown.

        A difference that stays when the digits are doubled is one; a gap that shrinks with them is none.
        A draw that needs more digits than usual is "wide" where that is not allowed.
        """
        digits = self.digits
        first, gap, span = self._precise(draw, digits)
        if span > digits - 8 and first != "both undefined":
            if not wide:
                return "wide"
            digits, first, gap = self._wider(draw, digits, span, first, gap)
            if first == "unknown":
                return first
        scale = self.systems[digits].scale
        for _ in range(4):
            digits *= 2
            if digits > 3 * MOST_DIGITS:
                return "unknown"
            second, gap_again, _ = self._precise(draw, digits)
            scale, before = self.systems[digits].scale, scale
            if first == second == "differ" and scale < before * self.systems[digits].tiny(0.2):
                return "equal"  # both values shrink with the digits: both are 0
            if second == first != "blurred" and (first != "differ" or 2 * gap_again > gap):
                return first
            if second == "equal" and first == "differ" and gap_again * 10**12 < gap:
                return "equal"
            first, gap = second, gap_again
        return "unknown"

    def _wider(self, draw: Draw, digits: int, span: int, first: str, gap: float) -> tuple[int, str, float]:
        """Return more digits where terms were added that the digits don't hold both; noise is told
        from terms.
        """
        second, gap_again, span_again = self._precise(draw, 2 * digits)
        if span_again >= span + 0.7 * digits:  # the small terms shrink with the digits: they are noise
            return digits, first, gap
        if span_again + 30 > MOST_DIGITS:
            return digits, "unknown", gap
        if span_again < 2 * digits - 8:
            return 2 * digits, second, gap_again
        wide = span_again + 30
        third, gap_wide, _ = self._precise(draw, wide)
        return wide, third, gap_wide

    def _precise(self, draw: Draw, digits: int) -> tuple[str, Any, int]:
        num = self.systems.get(digits)
        if num is None:
            num = self.systems[digits] = Precise(digits)
        num.span, num.scale, num.work, num.blur = 0, ONE, 0, NONE
        try:
            with num.active():
                verdict, gap = compare(num, *self._sides(draw, num))
        except (ArithmeticError, ValueError):
            verdict, gap = "unknown", 0
        self.work += num.work
        if verdict in {"equal", "differ"} and num.is_blurred():
            verdict = "blurred"
        return verdict, gap, num.span

    def _settle_all(self, seen: list[_Seen]) -> Decision:
        equal, domain = 0, 0
        later: list[_Seen] = []
        wrong_domain = sum(
            s.verdict in {"reference undefined", "answer undefined"} and not s.draw.special for s in seen
        )
        self.work = 0
        chosen = self._chosen(seen)
        for item, needed in chosen:
            late = self._late(0.1)
            if late and needed:
                return Decision("unknown", None, equal)
            spare = late or self.work > DECIDE_WORK or item in later or item in self.spare
            if equal >= ENOUGH and not needed and spare:
                continue
            if self.discrete and item.verdict == "equal" and not item.shaky:
                equal += 1
                continue
            outcome = self.settle(item.draw, wide=needed or item in later)
            if outcome == "wide":
                chosen.append((item, False))
                later.append(item)
            equal += outcome == "equal"
            if outcome == "differ" and not item.draw.special:
                return Decision("different", item.draw, 1)
            if outcome == "differ" and self.exact_boundary:
                elsewhere = self._generically(seen)
                if elsewhere != "unknown":
                    return Decision("boundary" if elsewhere == "equal" else "different", item.draw, 1)
            if outcome in {"reference undefined", "answer undefined"} and not item.draw.special:
                domain += 1
                if domain >= min(ENOUGH, wrong_domain):
                    return Decision("domain: " + outcome, item.draw)
        same = equal >= ENOUGH and (self.met or are_multiples(*self.nodes, self._generic(seen)))
        return Decision("same" if same else self._why_unknown(seen), None, equal)

    @staticmethod
    def _generic(seen: list[_Seen]) -> list[Draw]:
        return [s.draw for s in seen if not s.draw.special and not s.draw.overrides]

    def _generically(self, seen: list[_Seen]) -> str:
        """Return what many digits say where no boundary is met: differ, equal or unknown."""
        generic = [s.draw for s in seen if not s.draw.special and s.verdict == "equal"]
        outcomes = {self.settle(draw) for draw in generic[:2]} or {"equal"}
        return next((outcome for outcome in ("differ", "equal") if outcome in outcomes), "unknown")

    def _why_unknown(self, seen: list[_Seen]) -> str:
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

    def _chosen(self, seen: list[_Seen]) -> list[tuple[_Seen, bool]]:
        """Return the draws that many digits decide on, and whether they must: suspects do, others vouch."""
        limit = 24 if self.all_draws else 8
        differ = [s for s in seen if s.verdict == "differ"]
        shaky = [s for s in seen if s.shaky and s.verdict not in {"both undefined", "differ"}]
        mismatch = [
            s
            for s in seen
            if s.verdict in {"reference undefined", "answer undefined"} and not s.draw.special and not s.shaky
        ]
        good = sorted(
            (s for s in seen if s.verdict == "equal" and not s.shaky),
            key=lambda s: (s.zero, sum(s.draw.sizes.values()), s.draw.largest()),
        )
        generic = [s for s in good if not s.draw.special][:5]
        special = [s for s in good if s.draw.special][:2]
        unknown = [s for s in seen if s.verdict == "unknown"]
        must = [*(s for s in differ if not s.draw.special), *(s for s in differ if s.draw.special)][
            :limit
        ] + mismatch[: 2 * ENOUGH]
        may = generic[:ENOUGH] + special[:1] + shaky[: ENOUGH if self.smooth else limit]
        if self.all_draws:
            may += generic[ENOUGH:] + special[1:]
        else:
            self.spare = generic[ENOUGH:]
            may += self.spare
        if len(generic) < ENOUGH:
            may += unknown[:8]
        ties = {id(s) for s in seen if s.draw.overrides}
        chosen = {id(s): (s, True) for s in must}
        for s in may:
            chosen.setdefault(id(s), (s, id(s) in ties))
        return list(chosen.values())


def _vouches(seen: _Seen) -> bool:
    return seen.verdict == "equal" and not seen.zero and not seen.draw.special
