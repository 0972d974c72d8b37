"""A second look at a row: digits become numbers, and brackets and bars that belong together become fences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlquiz.typeset.nodes import Atom, Class, Delimiter, Fence, Node, Row, Scripts, Space
from mlquiz.typeset.spacing import class_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_BARS = {"|", "||", "\\|", "\\vert", "\\Vert"}
_BEFORE_OPENING: frozenset[Class] = frozenset({"op", "bin", "rel", "open", "punct"})


def group(items: list[Node]) -> tuple[Node, ...]:
    """Join digits to numbers and pair what opens with what closes; what has no partner stays as it is."""
    if len(items) < 2:
        return tuple(items)
    return tuple(_pair_bars(_pair_brackets(list(_numbers(items)))))


# --- numbers ----------------------------------------------------------------------------------


def _numbers(items: list[Node]) -> Iterator[Node]:
    """Join ``1``, ``.``, ``5`` to ``1.5``; a script on the last digit is the number's."""
    digits = ""
    for index, item in enumerate(items):
        base = item.base if isinstance(item, Scripts) else item
        if isinstance(base, Atom) and not base.font and _continues(digits, base.name, items, index):
            digits += base.name
            if item is not base:
                assert isinstance(item, Scripts)
                yield item._replace(base=Atom(digits))
                digits = ""
            continue
        if digits:
            yield Atom(digits)
            digits = ""
        yield item
    if digits:
        yield Atom(digits)


def _continues(digits: str, name: str, items: list[Node], index: int) -> bool:
    if name.isdigit():
        return True
    if name != "." or "." in digits or isinstance(items[index], Scripts):
        return False
    return bool(digits) and index + 1 < len(items) and _is_digit(items[index + 1])


def _is_digit(node: Node) -> bool:
    base = node.base if isinstance(node, Scripts) else node
    return isinstance(base, Atom) and base.name.isdigit()


# --- brackets ---------------------------------------------------------------------------------


def _pair_brackets(items: list[Node]) -> list[Node]:
    """Any opening delimiter pairs with any closing one, so that half-open intervals work."""
    levels: list[list[Node]] = [[]]
    for item in items:
        if _is_delimiter(item, "open"):
            levels.append([item])
        elif len(levels) > 1 and _is_delimiter(item, "close"):
            opening, *inside = levels.pop()
            levels[-1].append(_fence(opening, inside, item))
        else:
            levels[-1].append(item)
    return [item for level in levels for item in level]


def _is_delimiter(node: Node, cls: Class) -> bool:
    base = node.base if isinstance(node, Scripts) else node
    if isinstance(node, Scripts) and cls == "open":
        return False
    if isinstance(base, Delimiter):
        return base.cls == cls
    return isinstance(base, Atom) and base.cls == cls and base.name not in {"!", "?"}


def _fence(opening: Node, inside: list[Node], closing: Node) -> Node:
    base = closing.base if isinstance(closing, Scripts) else closing
    assert isinstance(opening, Atom | Delimiter)
    assert isinstance(base, Atom | Delimiter)
    rows = max(node.rows for node in (opening, base, _ONE_ROW) if isinstance(node, Delimiter))
    fence = Fence(opening.name, base.name, (Row(tuple(_pair_bars(inside))),), rows=rows)
    return closing._replace(base=fence) if isinstance(closing, Scripts) else fence


_ONE_ROW = Delimiter(".", 1, "open")

# --- bars -------------------------------------------------------------------------------------


def _pair_bars(items: list[Node]) -> list[Node]:
    """Tell absolute values and norms from the bar of a condition.

    A bar opens where an operand is missing before it, or where as many bars are left as pairs need; it
    closes the innermost open one of its kind. ``P(A|B)`` has a lone bar between operands: a condition.
    """
    if not any(_bar(item) for item in items):
        return items
    levels: list[list[Node]] = [[]]
    waiting = items[::-1]
    left = {kind: sum(_bars(item, kind) for item in items) for kind in ("|", "||")}
    while waiting:
        item = waiting.pop()
        kind, level = _bar(item), levels[-1]
        inside = _bar(level[0]) if len(levels) > 1 else ""
        if kind == "||" and inside == "|" and _is_typed_twice(item):
            waiting += _halves(item)[::-1]
            left["||"] -= 1
            continue
        for counted in left:
            left[counted] -= _bars(item, counted)
        if kind and kind == inside and len(level) > 1 and _follows_operand(level):
            opening, *body = levels.pop()
            levels[-1].append(_fence(opening, body, item))
        elif kind and not isinstance(item, Scripts) and _opens(level, left[kind]):
            levels.append([item])
        else:
            level.append(item)
    return [item for level in levels for item in level]


def _bar(node: Node) -> str:
    """``|`` or ``||`` when the node is a bar, else an empty string."""
    base = node.base if isinstance(node, Scripts) else node
    if not isinstance(base, Atom) or base.name not in _BARS:
        return ""
    return "|" if base.name in {"|", "\\vert"} else "||"


def _is_typed_twice(node: Node) -> bool:
    base = node.base if isinstance(node, Scripts) else node
    return isinstance(base, Atom) and base.name == "||"


def _halves(node: Node) -> list[Node]:
    """``|x||y|`` has two bars where ``||x||`` has a double one."""
    bar = Atom("|")
    return [bar, node._replace(base=bar) if isinstance(node, Scripts) else bar]


def _bars(item: Node, kind: str) -> int:
    """Count the bars of a kind in an item: ``||`` as typed is one double or two single ones."""
    return 2 if kind == "|" and _is_typed_twice(item) else int(_bar(item) == kind)


def _follows_operand(level: list[Node]) -> bool:
    before = next((item for item in reversed(level) if not isinstance(item, Space)), None)
    return before is not None and class_of(before, "right") not in _BEFORE_OPENING


def _opens(level: list[Node], left: int) -> bool:
    """Tell whether a bar opens, given how many of its kind are left after it."""
    return left > 0 and (not _follows_operand(level) or left % 2 == 1)
