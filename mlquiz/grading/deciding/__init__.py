"""Whether two formulas are the same: by drawn meanings and many digits, else by sympy."""
