"""Frames as JSON, one a line."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import IO

from mlquiz.player.frames import Check, Frame


def as_json(frame: Frame) -> dict[str, object]:
    """Return a frame as plain data: ``"frame"`` is its kind, then its fields; a `Check` also has ``"holds"``.

    What JSON has no number for is written as protobuf does: ``"NaN"``, ``"Infinity"``, ``"-Infinity"``.
    """
    data = {"frame": type(frame).__name__} | {
        each.name: plain_data(getattr(frame, each.name)) for each in fields(frame)
    }
    return data | {"holds": frame.holds} if isinstance(frame, Check) else data


def write_lines(frames: Iterator[Frame], stream: IO[str]) -> list[Check]:
    """Write each frame as a line, at once; return the checks."""
    checks = []
    for frame in frames:
        stream.write(json.dumps(as_json(frame), ensure_ascii=False, allow_nan=False) + "\n")
        stream.flush()
        if isinstance(frame, Check):
            checks.append(frame)
    return checks


def plain_data(value: object) -> object:
    """Return arrays as lists, and numbers of NumPy as Python's."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {str(key): plain_data(item) for key, item in value.items()}
    if isinstance(value, str | bool | int) or value is None:
        return value
    if isinstance(value, float):
        return (
            value
            if math.isfinite(value)
            else "NaN"
            if math.isnan(value)
            else "Infinity"
            if value > 0
            else "-Infinity"
        )
    if hasattr(value, "__iter__"):
        return [plain_data(item) for item in value]
    return str(value)
