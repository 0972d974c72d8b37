"""A person at a real terminal, by tmux; each test waits for what it expects, and gives up after a minute."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mlquiz.store.events import Review, effective
from mlquiz.store.journal import Journal
from tests.cli.conftest import DECKS

pytestmark = [
    pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux isn't installed"),
    pytest.mark.skipif(sys.platform == "win32", reason="tmux is for Unix"),
]
PATIENCE = 60.0  # s
STUDY = f"'{sys.executable}' -m mlquiz study --deck-dir '{DECKS}' "


class Terminal:
    """A tmux server of its own with one window, and a shell in it."""

    def __init__(self, home: Path, environ: dict[str, str], width: int = 80, height: int = 30) -> None:
        self.home = home
        self.socket = str(home / "tmux")
        self.environ = {**environ, "PS1": "$ ", "TERM": "xterm-256color"}
        home.mkdir(exist_ok=True)
        shell = ["env", "-u", "TMUX", "sh"]
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", str(width), "-y", str(height), *shell)
        self.wait("$")
        self.type("trap : INT", "Enter")  # a Ctrl-C before the keys are ours reaches the shell too

    def tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            ["tmux", "-S", self.socket, *arguments],
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=True,
        )
        return done.stdout

    def type(self, text: str, *keys: str) -> None:
        """Type ``text`` as it is, then ``keys`` by tmux's names."""
        if text:
            self.tmux("send-keys", "-l", text)
        for key in keys:
            self.tmux("send-keys", key)

    def screen(self) -> str:
        return self.tmux("capture-pane", "-p", "-J")

    def wait(self, *texts: str) -> str:
        """Return the screen once it shows all of ``texts``."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            shown = self.screen()
            if all(text in shown for text in texts):
                return shown
            time.sleep(0.05)
        raise AssertionError(f"{texts} never came:\n{self.screen()}")

    def clear(self) -> None:
        """Clear the shell's screen, so that nothing old is taken for what comes next."""
        self.type("clear", "Enter")
        end = time.monotonic() + PATIENCE
        while self.screen().strip() != "$":
            assert time.monotonic() < end, self.screen()
            time.sleep(0.05)

    def study(self, cards: str, *shown: str) -> None:
        self.type(f"{STUDY}{cards}; echo ended with $?", "Enter")
        self.wait(*shown)

    def child(self) -> int:
        """Return the process that runs in the shell."""
        shell = self.tmux("display-message", "-p", "#{pane_pid}").strip()
        listed = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", shell], capture_output=True, text=True, check=True
        )
        return int(listed.stdout.split()[0])

    def modes(self) -> str:
        """Return what the terminal is set to, as the shell sees it."""
        self.type("clear; stty -a; echo shown", "Enter")
        return self.wait("shown", "erase").partition("shown")[0]

    def close(self) -> None:
        subprocess.run(
            ["tmux", "-S", self.socket, "kill-server"], capture_output=True, timeout=PATIENCE, check=False
        )


@pytest.fixture
def terminal(home: Path, environ: dict[str, str]) -> Iterator[Terminal]:
    made = Terminal(home, environ)
    yield made
    made.close()


def reviews(home: Path) -> list[tuple[str, int]]:
    with Journal.open(home / "journal.db", read_only=True) as journal:
        kept = [event for event in effective(journal.events()) if isinstance(event, Review)]
    return [(event.card.partition("/")[2], event.rating) for event in kept]


RECALL, CHOICE, FORMULA, CLOZE = "kinds/recall", "kinds/choice", "kinds/formula", "kinds/cloze"


def test_a_newcomer_s_first_cards(terminal: Terminal, home: Path) -> None:
    terminal.study(RECALL, "One card at a time", "Why run k-means from several starts?", "show the answer")
    terminal.type("", "Space")
    terminal.wait("It stops at a local minimum.", "1 again")
    terminal.type("3")
    terminal.wait("1 card answered", "Next due")
    terminal.type("u")
    terminal.wait("Undone: Why run")
    terminal.type("", "Space")
    terminal.wait("1 again")
    terminal.type("2")
    terminal.wait("1 card answered")
    terminal.type("q")
    terminal.wait("ended with 0")
    assert reviews(home) == [("recall", 2)]


def test_a_formula_is_drawn_as_it_is_typed_and_judged(terminal: Terminal, home: Path) -> None:
    terminal.study(FORMULA, "given", "V = ")
    terminal.type(r"\frac{p - p^2}{1")
    terminal.type("}")
    terminal.wait("──")
    terminal.type("", "Enter")
    terminal.wait("✓ Right", "space next")
    terminal.type("", "Space")
    terminal.wait("1 card answered")
    terminal.type("q")
    terminal.wait("ended with 0")
    assert reviews(home) == [("formula", 3)]


def test_a_line_that_could_not_be_read_comes_back_to_be_mended(terminal: Terminal) -> None:
    terminal.study(FORMULA, "V = ")
    terminal.type("p (1", "Enter")
    terminal.wait("^")
    terminal.type("", "Up")
    terminal.type(" - p)", "Enter")
    terminal.wait("V = p (1 - p)", "✓ Right")


ENDINGS = {
    "C-c": ("ended with 130", "Stopped; 0 answers kept."),
    "C-d": ("ended with 0", "Nothing was answered."),
}


@pytest.mark.parametrize("key", ENDINGS)
@pytest.mark.parametrize(("cards", "shown"), [(CHOICE, "1-3 choose"), (CLOZE, "[1]"), (FORMULA, "V = ")])
def test_leaving_by_key_at_every_kind_of_prompt(terminal: Terminal, key: str, cards: str, shown: str) -> None:
    before = terminal.modes()
    terminal.study(cards, shown)
    terminal.type("", key)
    terminal.wait(*ENDINGS[key])
    assert terminal.modes() == before


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
@pytest.mark.parametrize(("cards", "shown"), [(CHOICE, "1-3 choose"), (CLOZE, "[1]"), (FORMULA, "V = ")])
def test_signals_at_every_kind_of_prompt(
    terminal: Terminal, number: int, code: int, cards: str, shown: str
) -> None:
    before = terminal.modes()
    terminal.study(cards, shown)
    os.kill(terminal.child(), number)
    terminal.wait(f"ended with {code}")
    assert terminal.modes() == before


def test_ctrl_z_and_back(terminal: Terminal) -> None:
    terminal.study(CHOICE, "1-3 choose")
    terminal.type("", "C-z")
    terminal.wait("topped")
    terminal.clear()
    terminal.type("fg", "Enter")
    terminal.wait("9.1 One of each", "1-3 choose")
    terminal.type("q")
    terminal.wait("Nothing was answered.")


def test_ctrl_z_in_the_middle_of_a_formula_and_back(terminal: Terminal, home: Path) -> None:
    terminal.study(FORMULA, "V = ")
    terminal.type("p (1")
    terminal.wait("V = p (1")
    terminal.type("", "C-z")
    terminal.wait("topped")
    terminal.clear()
    terminal.type("fg", "Enter")
    terminal.wait("9.1 One of each", "V = p (1")
    terminal.type(" - p)", "Enter")
    terminal.wait("✓ Right", "space next")
    assert reviews(home) == [("formula", 3)]


def test_a_smaller_window_wraps_the_card_again(terminal: Terminal) -> None:
    terminal.study(CHOICE, "1-3 choose")
    terminal.tmux("resize-window", "-x", "24", "-y", "12")
    terminal.wait("convex?")
    assert all(len(row) <= 24 for row in terminal.tmux("capture-pane", "-p").splitlines())
    terminal.tmux("resize-window", "-x", "200", "-y", "1")
    terminal.tmux("resize-window", "-x", "80", "-y", "30")
    terminal.wait("Which loss is convex?", "1-3 choose")


def test_a_paste_presses_no_key(terminal: Terminal, home: Path) -> None:
    terminal.study(RECALL, "show the answer")
    terminal.type("", "Space")
    terminal.wait("1 again")
    terminal.tmux("set-buffer", "3\n1\n")
    terminal.tmux("paste-buffer", "-p")
    terminal.type("4")
    terminal.wait("1 card answered")
    assert reviews(home) == [("recall", 4)]


def test_a_pasted_formula_of_several_lines_is_one_answer(terminal: Terminal, home: Path) -> None:
    terminal.study(FORMULA, "V = ")
    terminal.tmux("set-buffer", "p\n(1 -\np)")
    terminal.tmux("paste-buffer", "-p")
    terminal.wait("V = p (1 - p)")
    terminal.type("", "Enter")
    terminal.wait("✓ Right", "space next")
    assert reviews(home) == [("formula", 3)]


def test_undo_across_a_restart(terminal: Terminal, home: Path) -> None:
    terminal.study(RECALL, "show the answer")
    terminal.type("", "Space")
    terminal.wait("1 again")
    terminal.type("1")
    terminal.wait("Back in a moment")
    terminal.type("q")
    terminal.wait("ended with 0")
    terminal.clear()
    terminal.study(RECALL, "show the answer")
    terminal.type("u")
    terminal.wait("Undone")
    assert reviews(home) == []


def test_without_colour_nothing_is_coloured(terminal: Terminal) -> None:
    terminal.type(f"NO_COLOR=1 {STUDY}{CHOICE}", "Enter")
    terminal.wait("1-3 choose")
    coloured = [
        part for part in terminal.tmux("capture-pane", "-p", "-e").split("\x1b[") if part[:1] in {"3", "9"}
    ]
    assert [part for part in coloured if not part.startswith("39")] == []
