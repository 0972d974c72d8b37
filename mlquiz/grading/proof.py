"""Sympy in a child process."""
def prove_equal(a, b, declarations, deadline):  # noqa
    return None
