"""`mlquiz config`: each setting, where it comes from, and what it may be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mlquiz import paths
from mlquiz.cli.common import AsJson, page, print_json, settings
from mlquiz.settings import DEFAULT, HELP

if TYPE_CHECKING:
    from mlquiz.settings import Settings


def command(as_json: AsJson = False) -> None:
    """Show each setting and where it comes from."""
    values = settings()
    rows = listed(values)
    if as_json:
        print_json({"file": str(paths.config_file()), "settings": rows})
    else:
        _show(rows, values)


def listed(values: Settings) -> list[dict[str, object]]:
    """Return name, value, source and help of each setting; keys one by one."""
    rows: list[dict[str, object]] = []
    for name, about in HELP.items():
        value = getattr(values, name)
        if isinstance(value, Mapping):
            rows += [_row(f"{name}.{key}", each, values, "") for key, each in value.items()]
        else:
            rows.append(
                _row(name, list(map(str, value)) if isinstance(value, tuple) else value, values, about)
            )
    return rows


def _row(name: str, value: object, values: Settings, about: str) -> dict[str, object]:
    return {"name": name, "value": value, "source": values.source(name), "may_be": about}


def _show(rows: list[dict[str, object]], values: Settings) -> None:
    import json

    from rich.table import Table
    from rich.text import Text

    console, pen = page(values)
    console.print(
        f"{paths.config_file()}{'' if paths.config_file().exists() else ' (not there: all defaults)'}"
    )
    console.print()
    table = Table.grid(padding=(0, 2, 0, 0))
    for row in rows:
        shown = json.dumps(row["value"], ensure_ascii=False)
        changed = row["source"] != DEFAULT
        about = f"{row['may_be']} ({row['source']})" if changed else str(row["may_be"])
        table.add_row(
            Text(str(row["name"]), "key"), Text(shown, "bold" if changed else ""), Text(about, "dim")
        )
    console.print(table, width=pen.look.width)
    console.print('\nKeys are set in a table: [keys] and, below it, for example: demo = "v"', style="dim")
