"""Near misses."""
def hint(node, formula, reader):  # noqa
    return None
