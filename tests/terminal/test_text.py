"""Text from anywhere does nothing to the terminal."""

import io
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from mlquiz.terminal.text import MAX_MARKS, harmless, one_line, register_plain_signs

ANY_TEXT = st.text(st.characters(), max_size=80)  # lone surrogates too


@given(ANY_TEXT)
def test_nothing_is_left_that_acts(text: str) -> None:
    shown = harmless(text)
    acting = {char for char in shown if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}}
    assert acting <= {"\n", "\u200c", "\u200d"}


@given(ANY_TEXT)
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert harmless(harmless(text)) == harmless(text)


@given(ANY_TEXT, st.integers(1, 30))
def test_one_line_is_one_line_of_that_length(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert "\n" not in line
    assert len(line) <= limit


def test_escape_sequences_are_spelt_out() -> None:
    assert harmless("\x1b]0;owned\x07\x1b[31mred") == "^[]0;owned^G^[[31mred"


def test_bidirectional_controls_are_named() -> None:
    assert harmless("a\u202eb\u2066c\ufeff") == "a<U+202E>b<U+2066>c<U+FEFF>"


def test_ordinary_words_are_untouched() -> None:
    assert harmless("naïve Bayes: P(A∣B) — ça va, 你好, שלום\n\tok") == (
        "naïve Bayes: P(A∣B) — ça va, 你好, שלום\n    ok"
    )


def test_piles_of_marks_are_cut() -> None:
    assert harmless("a" + "\u0301" * 50 + "b") == "a" + "\u0301" * MAX_MARKS + "b"


def test_a_narrow_encoding_gets_the_nearest_signs() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii", errors=register_plain_signs())
    stream.write("é → “x” ≤ λ … 你")
    stream.flush()
    assert raw.getvalue() == b'e -> "x" <= lamda ... ?'
