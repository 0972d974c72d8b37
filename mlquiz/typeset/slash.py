"""A fraction on one row: ``a/b``, with brackets only where they are needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.typeset.nodes import Atom, Fence, Fraction, Node, Operator, Row, Scripts, Space, Text
from mlquiz.typeset.spacing import class_of, left_classes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_SLASH = Atom("/")
_D = Atom("d")


def with_slashes(items: tuple[Node, ...], is_small: Callable[[Fraction], bool]) -> tuple[Node, ...]:
    """Rewrite the fractions of a row, except those that are one character, bracketed where needed."""
    if not any(isinstance(item, Fraction) for item in items):
        return items
    result: list[Node] = []
    for index, item in enumerate(items):
        if not isinstance(item, Fraction) or is_small(item):
            result.append(item)
            continue
        row = slashed(item)
        after = [node for node in items[index + 1 :] if not isinstance(node, Space)]
        if item.bar and (_takes_next(after) or _takes_before(result, row)):
            row = bracketed(row)
        elif result and _is_operand(result[-1]):
            result.append(Space(1))
        result += row.items
    return tuple(result)


def _is_operand(node: Node) -> bool:
    return not isinstance(node, Space) and class_of(node, "right") in {"ord", "close"} and not is_sign(node)


def _takes_next(after: Sequence[Node]) -> bool:
    if not after or after[0] == Atom("."):
        return False
    return class_of(after[0], "left") in {"ord", "op", "open", "inner"} or after[0] == Atom("!", "close")


def _takes_before(before: list[Node], row: Row) -> bool:
    if not before or not row.items:
        return False
    if _is_function(before[-1]) or before[-1] == _SLASH:
        return True
    first = row.items[0]
    return _is_operand(before[-1]) and isinstance(first, Atom) and first.name.isdigit()


def slashed(fraction: Fraction) -> Row:
    """Rewrite a fraction with a slash; one without a bar becomes ``n choose k``."""
    above, below = fraction.above, fraction.below
    if not fraction.bar:
        return Row((*above.items, Text(" choose "), *below.items))
    if not is_product(above):
        above = bracketed(above)
    if not (is_factor(below) or (is_derivative(fraction) and len(below.items) == 2)):
        below = bracketed(below)
    return Row((*above.items, _SLASH, *below.items))


def bracketed(row: Row) -> Row:
    """Set a row in round brackets."""
    return Row((Fence("(", ")", (row,)),))


def is_product(row: Row) -> bool:
    """Tell whether a row binds at least as tightly as division: no sum, relation or list, no leading sign."""
    items = [item for item in row.items if not isinstance(item, Space)]
    if not items or {"bin", "rel", "punct"} & {*left_classes(row.items)}:
        return False
    if any(isinstance(item, Fraction) for item in items):
        return False
    return not any(_reaches_right(*pair) for pair in zip(items, [*items[1:], None], strict=True))


def is_factor(row: Row) -> bool:
    """Tell whether a row is one factor: a symbol with its scripts, a number, a bracket, ``f(x)``, ``dx``."""
    items = [item for item in row.items if not isinstance(item, Space)]
    if len(items) == 1:
        return _is_single(items[0])
    if len(items) != 2:
        return False
    first, second = items
    if second == Atom("!", "close"):
        return _is_single(first)
    if _is_differential(first):
        return _is_single(second)
    return _is_application(first, second)


def is_derivative(fraction: Fraction) -> bool:
    """Tell d/dx, dy/dx and their partial brothers from r/(dk)."""
    if not fraction.above.items or len(fraction.below.items) < 2:
        return False
    first, second = fraction.above.items[0], fraction.below.items[0]
    if _is_differential(first) and _is_differential(second):
        return True
    starts = [node.base if isinstance(node, Scripts) else node for node in (first, second)]
    return starts == [_D, _D] and len(fraction.below.items) == 2 and _is_single(fraction.below.items[1])


def _is_single(node: Node) -> bool:
    if isinstance(node, Scripts):
        return _is_single(node.base)
    if isinstance(node, Row):
        return is_factor(node)
    if isinstance(node, Text):
        return " " not in node.text.strip()
    return not isinstance(node, Fraction) and class_of(node, "left") != "op" and not is_sign(node)


def _is_application(first: Node, second: Node) -> bool:
    is_name = (
        isinstance(first, Text)
        or _is_function(first)
        or (isinstance(first, Atom) and not first.name[0].isdigit())
    )
    if isinstance(first, Scripts):
        is_name = _is_single(first.base) and not isinstance(first.base, Fence) and first.sup is None
    return is_name and isinstance(second, Fence) and second.left in {"(", "["} and not _is_sum(second, first)


def _is_sum(fence: Fence, before: Node) -> bool:
    """Tell p(1 - p), a product, from P(A, B); after the name of a function there is no doubt."""
    if isinstance(before, Text | Operator):
        return False
    return any(is_sign(item) for part in fence.parts for item in part.items)


def _is_differential(node: Node) -> bool:
    base = node.base if isinstance(node, Scripts) else node
    return isinstance(base, Atom) and base.name in {"\\partial", "\\Delta"}


def is_sign(node: Node) -> bool:
    """Tell whether a node is a sign, or a slash."""
    return isinstance(node, Atom) and node.name in {"+", "-", "\\pm", "\\mp", "/"}


def _reaches_right(node: Node, following: Node | None) -> bool:
    """Operators take all that follows, unless it is a bracket: log x / y is ambiguous, log(x) / y is not."""
    if is_sign(node) or (isinstance(node, Text) and " " in node.text.strip()):
        return True
    if class_of(node, "left") != "op":
        return False
    bracket = following.base if isinstance(following, Scripts) else following
    return not (_is_function(node) and isinstance(bracket, Fence))


def _is_function(node: Node) -> bool:
    base = node.base if isinstance(node, Scripts) else node
    return isinstance(base, Operator) and not (base.limits and isinstance(node, Scripts))
