from __future__ import annotations

import json
import uuid
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlquiz.store.events import (
    EventError,
    Redo,
    Suspend,
    Undo,
    Unsuspend,
    effective,
    from_json,
    new_id,
    storable,
    to_json,
)
from tests.store.making import NOON, review

MOMENTS = st.integers(0, 253_402_300_799_999)


@given(MOMENTS)
def test_an_id_is_a_uuid_of_version_7_that_bears_its_moment(at: int) -> None:
    read = uuid.UUID(new_id(at))
    assert (read.version, read.variant) == (7, uuid.RFC_4122)
    assert read.int >> 80 == at


def test_ids_rise_within_a_millisecond_and_across_them() -> None:
    ids = [new_id(NOON + number // 500) for number in range(2000)]
    assert all(earlier < later for earlier, later in pairwise(ids))


@given(st.text(), st.text(), st.integers(1, 4), MOMENTS)
def test_an_event_is_read_back_from_its_line(card: str, typed: str, rating: int, at: int) -> None:
    written = review(card, NOON, rating, typed)
    for event in (written, Undo(new_id(at), card, at, written.id), Suspend(new_id(at), card, at)):
        line = to_json(event)
        assert "\n" not in line
        assert from_json(line) == event
        assert type(from_json(line)) is type(event)


def test_a_line_names_its_event_id_card_and_moment_first() -> None:
    assert list(json.loads(to_json(review())))[:4] == ["event", "id", "card", "at"]


@given(st.text(st.characters(categories=["L", "Cs"])))
def test_what_utf8_cannot_hold_is_marked(text: str) -> None:
    stored = storable(text)
    assert stored.encode().decode() == stored
    if not any(0xD800 <= ord(char) < 0xE000 for char in text):
        assert stored == text


GOOD = json.loads(to_json(review()))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"event": "exam"}, '"event" is "exam"; expected one of review, undo, redo, suspend, unsuspend'),
        ({"rating": 5}, '"rating" is 5; expected a whole number from 1 to 4'),
        ({"rating": True}, '"rating" is true; expected a whole number from 1 to 4'),
        ({"at": -1}, '"at" is -1; expected a whole number from 0 to 253402300799999'),
        ({"day": "2026-02-30"}, '"day" is "2026-02-30"; expected a day such as "2026-03-14"'),
        ({"day": 7}, '"day" is 7; expected a day such as "2026-03-14"'),
        ({"card": None}, '"card" is null; expected a text'),
        ({"id": "7"}, '"id" is "7"; expected a UUID in lower case'),
        ({"colour": 1}, 'there is no field "colour"; a review has id, card, at,'),
    ],
)
def test_a_wrong_value_is_named_with_what_was_expected(change: dict[str, object], message: str) -> None:
    with pytest.raises(EventError) as told:
        from_json(json.dumps(GOOD | change))
    assert str(told.value).startswith(message)


@pytest.mark.parametrize("line", ["", "{", "[" * 100_000, "[]", "3", '{"event": "undo"}'])
def test_a_line_that_is_no_event_is_refused(line: str) -> None:
    with pytest.raises(EventError):
        from_json(line)


@given(st.text())
def test_any_text_is_an_event_or_refused(line: str) -> None:
    with pytest.raises(EventError):
        from_json(line)


def test_undo_takes_back_redo_brings_back_and_undo_takes_back_again() -> None:
    deed = review()
    first = Undo(new_id(NOON), "d/a", NOON, deed.id)
    redo = Redo(new_id(NOON), "d/a", NOON, first.id)
    second = Undo(new_id(NOON), "d/a", NOON, deed.id)
    assert effective([deed]) == [deed]
    assert effective([deed, first]) == []
    assert effective([deed, first, redo]) == [deed]
    assert effective([deed, first, redo, second]) == []
    assert effective([second, redo, first, deed]) == []


def test_a_suspension_can_be_taken_back() -> None:
    suspended, back = Suspend(new_id(NOON), "d/a", NOON), Unsuspend(new_id(NOON), "d/a", NOON + 1)
    assert effective([suspended, back, Undo(new_id(NOON), "d/a", NOON + 2, back.id)]) == [suspended]
