"""What a demo says, and who shows it: live, plain, JSON, picture."""

from mlquiz.player.frames import (
    Ask,
    Bars,
    Between,
    Check,
    Frame,
    Heat,
    Histogram,
    Line,
    Regions,
    Say,
    Scatter,
    Table,
)

__all__ = [
    "Ask",
    "Bars",
    "Between",
    "Check",
    "Frame",
    "Heat",
    "Histogram",
    "Line",
    "Regions",
    "Say",
    "Scatter",
    "Table",
]
