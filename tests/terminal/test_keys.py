"""Keys from bytes: whatever the splits, the same keys come out."""

import os
import pty
import signal
import termios
from io import StringIO
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlquiz.terminal.keys import EndOfInput, meaning, take_key
from mlquiz.terminal.posix_keys import PosixKeyboard

PRESSED = {
    b"a": "a",
    b" ": "space",
    b"\r": "enter",
    b"\n": "enter",
    b"\x7f": "backspace",
    b"\t": "tab",
    b"\x1b[A": "up",
    b"\x1b[B": "down",
    b"\x1bOC": "right",
    b"\x1b[D": "left",
    b"\x1b[5~": "page-up",
    "é".encode(): "é",
    "Σ".encode(): "Σ",
    "😀".encode(): "😀",
}
SWALLOWED = [b"\x1b[200~3\n1\x1b[A\x1b[201~", b"\x1b[1;5C", b"\x1bx", b"\x1b[15~", b"\x01"]


def keys_of(chunks: list[bytes]) -> list[str]:
    buffer, found = bytearray(), []
    for chunk in chunks:
        buffer += chunk
        while (key := take_key(buffer, complete=False)) is not None:
            found.append(key)
    while (key := take_key(buffer, complete=True)) is not None:
        found.append(key)
    return [key for key in found if key]


@given(
    st.lists(st.sampled_from([*PRESSED, *SWALLOWED]), max_size=12),
    st.lists(st.integers(0, 200), max_size=12),
)
def test_keys_do_not_depend_on_how_the_bytes_are_split(pressed: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(pressed)
    places = [0, *sorted(cut % (len(stream) + 1) for cut in cuts), len(stream)]
    chunks = [stream[start:end] for start, end in pairwise(places)]
    assert keys_of(chunks) == [PRESSED[each] for each in pressed if each in PRESSED]


@given(st.binary(max_size=60))
def test_any_bytes_are_consumed_and_give_printable_keys(noise: bytes) -> None:
    buffer = bytearray(noise)
    while take_key(buffer, complete=True) is not None:
        pass
    assert not buffer
    assert all(key.isprintable() or key in "\x03\x04\x0c" for key in keys_of([noise]))


def test_a_lone_escape_is_the_escape_key() -> None:
    assert keys_of([b"\x1b"]) == ["escape"]


def test_a_broken_sequence_is_no_key_and_does_not_swallow_the_next_one() -> None:
    buffer = bytearray(b"\x1b[1;")
    assert take_key(buffer, complete=True) == ""
    buffer += b"q"
    assert take_key(buffer, complete=False) == "q"


def test_control_keys_mean_what_they_say() -> None:
    with pytest.raises(KeyboardInterrupt):
        meaning("\x03")
    with pytest.raises(EndOfInput):
        meaning("\x04")
    assert meaning("\x0c") == "resize"


class Terminal:
    """A pseudo-terminal with a keyboard at its end."""

    def __init__(self) -> None:
        self.person, self.program = pty.openpty()

    def close(self) -> None:
        for end in (self.person, self.program):
            if end >= 0:
                os.close(end)

    def hang_up(self) -> None:
        os.close(self.person)
        self.person = -1

    def modes(self) -> list[object]:
        return termios.tcgetattr(self.program)

    def type(self, text: bytes) -> None:
        os.write(self.person, text)


@pytest.fixture
def terminal():
    made = Terminal()
    yield made
    made.close()


def test_keys_come_without_enter_and_the_terminal_is_as_before(terminal: Terminal) -> None:
    before = terminal.modes()
    with PosixKeyboard(terminal.program, StringIO()) as keyboard:
        assert terminal.modes() != before
        terminal.type(b"x")
        assert keyboard.read(5) == "x"
        terminal.type("é\x1b[A".encode())
        assert [keyboard.read(5), keyboard.read(5)] == ["é", "up"]
    assert terminal.modes() == before


def test_the_terminal_is_given_back_when_something_goes_wrong(terminal: Terminal) -> None:
    before = terminal.modes()
    with pytest.raises(RuntimeError), PosixKeyboard(terminal.program, StringIO()):
        raise RuntimeError
    assert terminal.modes() == before


def test_paused_gives_the_terminal_back_for_a_while(terminal: Terminal) -> None:
    before = terminal.modes()
    with PosixKeyboard(terminal.program, StringIO()) as keyboard:
        held = terminal.modes()
        with keyboard.paused():
            assert terminal.modes() == before
        assert terminal.modes() == held


def test_reading_times_out(terminal: Terminal) -> None:
    with PosixKeyboard(terminal.program, StringIO()) as keyboard:
        assert keyboard.read(0) is None


def test_what_was_typed_ahead_is_forgotten(terminal: Terminal) -> None:
    with PosixKeyboard(terminal.program, StringIO()) as keyboard:
        terminal.type(b"33")
        assert keyboard.read(5) == "3"
        terminal.type(b"3")
        keyboard.drain()
        terminal.type(b"q")
        assert keyboard.read(5) == "q"


def test_ctrl_d_ends_the_input(terminal: Terminal) -> None:
    with PosixKeyboard(terminal.program, StringIO()) as keyboard:
        terminal.type(b"\x04")
        with pytest.raises(EndOfInput):
            keyboard.read(5)


def test_a_terminal_that_is_gone_ends_the_input(terminal: Terminal) -> None:
    with PosixKeyboard(terminal.program, StringIO()) as keyboard:
        terminal.hang_up()
        with pytest.raises(EndOfInput):
            keyboard.read(5)


def test_a_new_size_asks_for_drawing(terminal: Terminal) -> None:
    with PosixKeyboard(terminal.program, StringIO()) as keyboard:
        os.kill(os.getpid(), signal.SIGWINCH)
        assert keyboard.read(5) == "resize"
        terminal.type(b"k")
        assert keyboard.read(5) == "k"


def test_signal_handlers_are_put_back(terminal: Terminal) -> None:
    before = signal.getsignal(signal.SIGWINCH), signal.getsignal(signal.SIGTSTP)
    with PosixKeyboard(terminal.program, StringIO()):
        assert signal.getsignal(signal.SIGTSTP) is not before[1]
    assert (signal.getsignal(signal.SIGWINCH), signal.getsignal(signal.SIGTSTP)) == before
