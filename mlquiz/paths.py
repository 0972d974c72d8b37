"""Where mlquiz keeps things: settings, the journal with its backups, the person's decks, the cache."""

from __future__ import annotations

import os
from pathlib import Path


def _home() -> Path | None:
    """Return the folder that ``MLQUIZ_HOME`` puts everything under, made absolute; None when it isn't set."""
    asked = os.environ.get("MLQUIZ_HOME", "")
    return Path(asked).expanduser().absolute() if asked else None


def config_dir() -> Path:
    """Return the folder of config.toml."""
    home = _home()
    if home:
        return home
    from platformdirs import user_config_path

    return user_config_path("mlquiz", appauthor=False)


def data_dir() -> Path:
    """Return the folder of the journal, its backups and the person's decks."""
    home = _home()
    if home:
        return home
    from platformdirs import user_data_path

    return user_data_path("mlquiz", appauthor=False)


def cache_dir() -> Path:
    """Return the folder of what can be made again: compiled decks."""
    home = _home()
    if home:
        return home / "cache"
    from platformdirs import user_cache_path

    return user_cache_path("mlquiz", appauthor=False)


def config_file() -> Path:
    """Return the path of the settings file, whether it exists or not."""
    return config_dir() / "config.toml"


def journal_file() -> Path:
    """Return the path of the journal."""
    return data_dir() / "journal.db"


def backups_dir() -> Path:
    """Return the folder of the journal's backups."""
    return data_dir() / "backups"


def decks_dir() -> Path:
    """Return the folder of the person's own decks."""
    return data_dir() / "decks"
