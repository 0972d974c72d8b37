"""mlquiz: machine learning for interviews, studied in the terminal."""

from pathlib import Path

__version__ = "0.1.0"

# An installed wheel carries decks and demos inside this package. In an editable
# install or a plain checkout they stand beside it, at the root of the repository.
_here = Path(__file__).resolve().parent
if not (_here / "decks").is_dir():
    __path__.append(str(_here.parent))
del _here
