"""What is said when LaTeX can't be read."""

from __future__ import annotations


class TypesetError(ValueError):
    """LaTeX that can't be set.

    Attributes
    ----------
    message : str
        What was found and what was expected, without the place.
    column : int
        Where, counted in characters from 1.
    """

    def __init__(self, message: str, column: int) -> None:
        super().__init__(f"column {column}: {message}")
        self.message = message
        self.column = column
