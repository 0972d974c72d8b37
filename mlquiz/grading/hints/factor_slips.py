"""Products compared factor by factor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.grading.hints.forms import (
    EULER,
    ONE,
    Form,
    Power,
    Rational,
    factors_of,
    is_whole,
    make,
    negative,
    number,
    power,
)
from mlquiz.grading.hints.slips import MOST_PAIRED, ROUGH, SIGN, WHOLE_SIGN, Difference, cost, odd_ones

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlquiz.grading.hints.slips import Comparer, Differences

    Powers = dict[str, Power]

UPSIDE_DOWN = "It is upside down: the reciprocal is asked for"
ABOVE = "A factor stands above the line where it belongs below"
BELOW = "A factor stands below the line where it belongs above"
EXPONENT_SIGN = "The sign of an exponent is the other way round"
RECIPROCAL = "A power stands where its reciprocal belongs"
EXPONENT = "in the exponent"
PI = make("const", (), "pi")


class _Product:
    """A product: its sign, its number, the exponents of its powers of numbers, and its other powers."""

    def __init__(self, form: Form) -> None:
        coefficient, pairs = factors_of(form)
        self.minus = coefficient < 0
        self.number: Rational = -coefficient if self.minus else coefficient
        self.constants: dict[str, Rational] = {}
        self.powers: Powers = {}
        for base, exponent in pairs:
            if exponent.op == "number" and (base.op == "number" or base == PI):
                self.constants[base.key] = exponent.value
            else:
                key = f"{base.key}^{exponent.key}" if base == EULER else base.key
                self.powers[key] = (base, exponent)

    @property
    def plain(self) -> bool:
        """Whether no number but 1 stands before it."""
        return self.number == 1 and not self.constants

    @property
    def empty(self) -> bool:
        """Whether it is a rational number."""
        return not self.powers and not self.constants

    def turn_to(self, other: _Product) -> None:
        """Turn each sum to its negative that the other product has so."""
        for key, (base, exponent) in list(self.powers.items()):
            if key in other.powers or not is_whole(exponent):
                continue
            turned = _turned(base)
            if turned is not None and turned.key in other.powers:
                del self.powers[key]
                self.powers[turned.key] = (turned, exponent)
                self.minus ^= bool(exponent.value % 2)


def _turned(form: Form) -> Form | None:
    """Return the negative of a sum, or of a sum over an index by that of what it is over; None for others."""
    if form.op == "sum":
        return negative(form)
    if form.op not in {"sum_over", "expect"}:
        return None
    return make(form.op, (negative(form.parts[0]), *form.parts[1:]), form.value, form.kind)


def factors(self: Comparer, a: Form, r: Form, place: str) -> Differences | None:
    """Compare two formulas as products of powers, factor by factor."""
    mine, theirs = _Product(a), _Product(r)
    if mine.number == 0 or theirs.number == 0 or (mine.empty and theirs.empty):
        return None
    mine.turn_to(theirs)
    shared = [key for key in mine.powers if key in theirs.powers]
    if not shared and len(mine.powers) != len(theirs.powers):
        return None
    if _turned_over(mine, theirs) and (self.at_root or len(shared) > 1):
        return [Difference(UPSIDE_DOWN if self.at_root else "A quotient is upside down", place)]
    found: Differences = []
    for key in shared:
        found += _exponents(self, *mine.powers[key], theirs.powers[key][1], place)
    left = [pair for key, pair in mine.powers.items() if key not in theirs.powers]
    right = [pair for key, pair in theirs.powers.items() if key not in mine.powers]
    more = _unshared(self, left, right, place, mine, theirs)
    if more is None:
        return None
    if mine.minus != theirs.minus and not _free_sign(left, right, mine, theirs):
        alone = self.at_root and not found and not more
        found.append(Difference(WHOLE_SIGN if alone else SIGN, place))
    return _quotients(_collected(found)) + more + _constants(mine, theirs, place)


def _turned_over(mine: _Product, theirs: _Product) -> bool:
    if set(mine.powers) != set(theirs.powers) or mine.minus != theirs.minus:
        return False
    if mine.number * theirs.number != 1 or mine.constants or theirs.constants:
        return False
    return all(exponent == negative(theirs.powers[key][1]) for key, (_, exponent) in mine.powers.items())


def _free_sign(left: list[Power], right: list[Power], mine: _Product, theirs: _Product) -> bool:
    """Tell whether a difference that one product lacks, or has to another power, may take the sign along."""
    if bool(left) != bool(right):
        return any(base.op == "sum" for base, _ in left + right)
    return any(
        base.op == "sum" and key in theirs.powers and exponent != theirs.powers[key][1]
        for key, (base, exponent) in mine.powers.items()
    )


def _collected(found: Differences) -> Differences:
    """Return each difference once: a root or a power of a product differs in all of its factors."""
    return [
        difference._replace(several=found.count(difference) > 1)
        for n, difference in enumerate(found)
        if difference not in found[:n]
    ]


def _quotients(found: Differences) -> Differences:
    """Return a quotient upside down for two factors that each belong where the other one is."""
    whats = [difference.what for difference in found]
    if whats.count(ABOVE) != 1 or whats.count(BELOW) != 1:
        return found
    rest = [difference for difference in found if difference.what not in {ABOVE, BELOW}]
    return [Difference("A quotient is upside down", found[whats.index(ABOVE)].place), *rest]


def _constants(mine: _Product, theirs: _Product, place: str) -> Differences:
    if (mine.number, mine.constants) == (theirs.number, theirs.constants):
        return []
    fate = "is missing" if mine.plain else "is one too many" if theirs.plain else "is off"
    return [Difference(f"A constant factor {fate}", place)]


# --- powers of one base ---------------------------------------------------------------------------


def _exponents(self: Comparer, base: Form, mine: Form, theirs: Form, place: str) -> Differences:
    """Return how the exponents of one base differ."""
    if mine == theirs:
        return []
    if mine == negative(theirs):
        if theirs.op != "number" or base == EULER:
            return [Difference(EXPONENT_SIGN if base == EULER else RECIPROCAL, place)]
        return [Difference(ABOVE if theirs.value < 0 else BELOW, place)]
    if mine.op == theirs.op == "number" and base != EULER:
        return [Difference(_power_slip(mine.value, theirs.value), place)]
    if ONE in {mine, theirs} and base != EULER:
        return [Difference(f"A power is {'missing' if mine == ONE else 'one too many'}", place)]
    found = self.compare(mine, theirs, EXPONENT)
    return found or [Difference("All is right but what stands", EXPONENT, exact=False)]


def _power_slip(mine: Rational, theirs: Rational) -> str:
    if (mine < 0) == (theirs < 0):
        if abs(mine) == 1:
            return "A power or root is missing"
        if abs(theirs) == 1:
            return "A power or root is one too many"
    return "An exponent is off"


# --- powers of unlike bases -----------------------------------------------------------------------


def _unshared(
    self: Comparer, left: list[Power], right: list[Power], place: str, mine: _Product, theirs: _Product
) -> Differences | None:
    """Return the differences of powers whose bases aren't in both products."""
    if not left or not right:
        return _odd(left, right, place)
    if len(left) != len(right) or len(left) > MOST_PAIRED:
        return None
    found: Differences = []
    rest = list(right)
    for pair in left:
        tried = [(*met, other) for other in rest for met in _powers(self, pair, other, place)]
        if not tried:
            rough = len(left) == 1 and len(mine.powers) > 1
            return [Difference("All factors but one are right", place, exact=False)] if rough else None
        differ = mine.minus != theirs.minus
        best, turned, chosen = min(tried, key=lambda each: cost(each[0]) + (each[1] != differ))
        rest = [other for other in rest if other is not chosen]
        mine.minus ^= turned
        found += best
    return found


def _odd(left: list[Power], right: list[Power], place: str) -> Differences:
    odd = right or left
    if not odd:
        return []
    below = all(exponent.op == "number" and exponent.value < 0 for _, exponent in odd)
    what = "divisor" if below else "factor"
    return [Difference(odd_ones(what, len(odd), missing=bool(right)), place)]


def _powers(self: Comparer, mine: Power, theirs: Power, place: str) -> Iterator[tuple[Differences, bool]]:
    """Yield the differences of two powers of unlike bases, and whether one base is turned to its negative."""
    (a, exponent), (r, other) = mine, theirs
    tried: list[tuple[Differences | None, bool]] = []
    if a == r == EULER:
        tried = [(_exponents(self, a, exponent, other, place), False)]
    elif exponent == other:
        inside = _place(exponent, place)
        tried = [(self.compare(a, r, inside), False)]
        turned = _turned(a) or (negative(a) if r.op == "sum" else None)
        if turned is not None and is_whole(exponent):
            tried.append((self.compare(turned, r, inside), bool(exponent.value % 2)))
    elif exponent.op == other.op == "number" and (exponent.value < 0) == (other.value < 0):
        whole, asked = (power(base, number(abs(e.value))) for base, e in (mine, theirs))
        tried = [(self.compare(whole, asked, "in the divisor" if other.value < 0 else place), False)]
    for found, with_other_sign in tried:
        if found is not None and not (with_other_sign and cost(found) >= ROUGH):
            yield found, with_other_sign


def _place(exponent: Form, place: str) -> str:
    if exponent.op != "number":
        return place
    if exponent.value < 0:
        return "in the divisor"
    return "under the root" if exponent.value.denominator == 2 else place
