"""How tightly signs bind."""

from __future__ import annotations

OR, AND, NOT, COMPARE, ADD, MULTIPLY, FACTOR, POWER = 1, 2, 3, 4, 10, 20, 25, 30
BINARY = {
    "or": OR, "and": AND, "<": COMPARE, ">": COMPARE, "<=": COMPARE, ">=": COMPARE, "=": COMPARE,
    "!=": COMPARE, "in": COMPARE, "notin": COMPARE, "⊆": COMPARE, "+": ADD, "-": ADD, "∪": ADD, "∖": ADD,
    "∩": ADD + 1, "*": MULTIPLY, "/": MULTIPLY, "·": MULTIPLY, "×": MULTIPLY, "@": MULTIPLY, "⊙": MULTIPLY,
    ".*": MULTIPLY, "./": MULTIPLY, "⊗": MULTIPLY,
}  # fmt: skip
