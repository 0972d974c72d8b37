import io
import json
import math
from dataclasses import fields

import numpy as np
import pytest

from mlquiz.player import Check, Heat, Line
from mlquiz.player.lines import as_json, write_lines
from tests.player.samples import gallery


def same(value, told) -> bool:
    """Whether what was told stands for the value."""
    if isinstance(value, dict):
        return set(value) == set(told) and all(same(value[key], told[key]) for key in value)
    if isinstance(value, str | bool) or value is None:
        return value == told
    if isinstance(value, np.ndarray | list | tuple | range):
        return len(value) == len(told) and all(map(same, list(value), told))
    return float(value) == float(told) or (math.isnan(value) and math.isnan(float(told)))


@pytest.mark.parametrize("name", gallery())
def test_every_field_of_a_frame_comes_back(name):
    frame = gallery()[name]
    told = json.loads(json.dumps(as_json(frame), allow_nan=False))
    assert told["frame"] == type(frame).__name__
    for each in fields(frame):
        assert same(getattr(frame, each.name), told[each.name]), each.name


def test_what_json_has_no_number_for_is_a_word():
    told = as_json(Line("f", [np.nan, np.inf, -np.inf, np.float64(1.5), np.int64(2)]))
    assert told["y"] == ["NaN", "Infinity", "-Infinity", 1.5, 2.0]
    assert as_json(Heat("h", np.array([[1, 2]])))["Z"] == [[1, 2]]


def test_a_line_is_a_frame_and_checks_tell_if_they_hold():
    stream = io.StringIO()
    checks = write_lines(iter([Line("f", [1.0]), Check("c", 1.0, 2.0)]), stream)
    first, second = map(json.loads, stream.getvalue().splitlines())
    assert first["name"] == "f"
    assert second["holds"] is False
    assert [check.name for check in checks] == ["c"]
