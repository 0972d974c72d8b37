"""From what was typed to a tree: characters, tokens, and a Pratt parser for the answer language."""
