"""Near misses: where two formulas differ, in words."""
