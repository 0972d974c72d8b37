"""A formula as a tree: its types, the kinds of its symbols, what operations fit, and how it is written."""
