import json
import os
import subprocess
import sys

import pytest

from mlquiz.__main__ import run
from mlquiz.player import catalogue
from tests.player.samples import demo_of, walk


def failing():
    """A demo whose check fails."""
    from mlquiz.player import Check, Say

    yield Say("x")
    yield Check("c", 1.0, 2.0)


def nothing_drawn(n: int = 3):
    """A demo without a seed."""
    from mlquiz.player import Check, Say

    yield Say("x")
    yield Check("n", n, n)


@pytest.fixture(autouse=True)
def demos(monkeypatch, tmp_path):
    """Load three small demos besides those of the tree; settings are the defaults."""
    monkeypatch.setenv("MLQUIZ_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "80")
    for name in ("NO_COLOR", "FORCE_COLOR", "MLQUIZ_PLAIN"):
        monkeypatch.delenv(name, raising=False)
    small = {"walk": walk, "failing": failing, "nothing-drawn": nothing_drawn}
    real = catalogue.load_demo
    monkeypatch.setattr(catalogue, "load_demo", lambda n: demo_of(small[n], n) if n in small else real(n))


def mlquiz(capfd, *words: str) -> tuple[int, str, str]:
    code = run(["demo", *words])
    out, err = capfd.readouterr()
    return code, out, err


def test_without_a_name_it_lists_by_chapter(capfd):
    code, out, err = mlquiz(capfd)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    clustering = lines.index("Clustering")
    assert any(line.startswith("  kmeans") and "k-means: " in line for line in lines[clustering:])
    assert lines.index("Deep learning") > clustering
    assert max(map(len, lines)) <= 80


def test_the_list_as_json(capfd):
    _, out, _ = mlquiz(capfd, "--json")
    found = {entry["name"]: entry for entry in json.loads(out)}
    assert found["kmeans"]["chapter"] == "Clustering"
    assert found["kmeans"]["summary"].startswith("k-means: ")


def test_a_demo_into_a_pipe_is_plain(capfd):
    code, out, _ = mlquiz(capfd, "walk")
    assert code == 0
    assert "✓ steps  6 = 6" in out
    assert "\x1b" not in out


def test_options_are_the_demos_and_the_players(capfd):
    _, out, _ = mlquiz(capfd, "walk", "--n", "9", "--no-live", "--no-noisy", "--drift=0.25")
    assert "✓ steps  9 = 9" in out
    assert "last  2.25" in out.replace("   ", "  ").replace("   ", "  ")


def test_json_lines(capfd):
    code, out, _ = mlquiz(capfd, "walk", "--json", "--n", "2", "--seed", "4")
    frames = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert frames[0]["frame"] == "Say"
    assert frames[-1] == {
        "frame": "Check",
        "name": "steps",
        "value": 2,
        "expected": 2,
        "tolerance": 0.0,
        "relation": "==",
        "holds": True,
    }


def test_the_seed_reaches_the_demo(capfd):
    first, again, other = (mlquiz(capfd, "walk", "--json", "--seed", seed)[1] for seed in ("1", "1", "2"))
    assert first == again
    assert first != other


@pytest.mark.parametrize("mode", [(), ("--json",), ("--save", "{}/f.svg")])
def test_a_failed_check_exits_1(capfd, tmp_path, mode):
    code, _, _ = mlquiz(capfd, "failing", *[word.format(tmp_path) for word in mode])
    assert code == 1


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        (["kmens"], "there is no demo 'kmens'", "Did you mean kmeans?"),
        (["walk", "--m", "3"], "there is no parameter --m in this demo", "--n"),
        (["walk", "--n", "99"], "--n is 99, expected a whole number from 2 to 50", "the nearest is 50"),
        (["walk", "--kind", "upp"], "--kind is 'upp', expected up or down", "Did you mean up?"),
        (["walk", "--drift", "-0.5"], "a walk up needs a drift", "drift=-0.5"),
        (["walk", "--speed", "0"], "--speed is 0, expected 0.1 to 100", "the nearest is 0.1"),
        (["walk", "--seed", "-3"], "--seed is -3", "the nearest is 0"),
        (["walk", "--save", "walk.jpg"], "walk.jpg should end in one of .svg, .html, .png, .gif", ""),
        (["nothing-drawn", "--seed", "1"], "draws nothing at random", ""),
        (["--n", "5", "walk"], "--n stands where a name is expected", "mlquiz demo NAME"),
        (["walk", "5"], "'5' is not an option", ""),
    ],
)
def test_what_is_wrong_is_said_with_the_nearest_right_thing(capfd, words, message, hint):
    code, out, err = mlquiz(capfd, *words)
    assert code == 2
    assert out == ""
    assert message in err
    assert hint in err
    assert "Traceback" not in err


def test_help_shows_the_parameters_of_a_demo(capfd):
    code, out, _ = mlquiz(capfd, "walk", "--help")
    assert code == 0
    assert "--n " in out
    assert "steps: a whole number from 2 to 50 (default 6)" in out
    assert "direction: up or down (default up)" in out
    assert "A walk that drifts." in out
    _, out, _ = mlquiz(capfd, "--help")
    assert "--speed" in out
    assert "--save FILE" in out


def test_source_is_numbered(capfd):
    code, out, _ = mlquiz(capfd, "kmeans", "--source")
    lines = out.splitlines()
    assert code == 0
    assert lines[0].split(maxsplit=1)[0] == "1"
    assert "k-means" in lines[0]
    assert any("def kmeans(" in line for line in lines)


def test_saving_says_where(capfd, tmp_path):
    code, out, _ = mlquiz(capfd, "walk", "--save", str(tmp_path / "walk.svg"))
    assert code == 0
    assert "walk.svg" in out
    assert (tmp_path / "walk.svg").read_text().startswith("<svg")


def test_a_broken_plugin_is_one_line_of_warning(capfd, monkeypatch):
    from importlib.metadata import EntryPoint

    broken = {"broken": EntryPoint("broken", "not_there_at_all", catalogue.GROUP)}
    monkeypatch.setattr(catalogue, "_plugins", lambda: broken)
    code, out, err = mlquiz(capfd)
    assert code == 0
    assert "kmeans" in out
    assert len(err.splitlines()) == 1


@pytest.mark.skipif(os.name == "nt", reason="pipes of a shell")
def test_a_closed_pipe_is_quiet(tmp_path):
    environ = {**os.environ, "MLQUIZ_HOME": str(tmp_path)}
    command = f"'{sys.executable}' -m mlquiz demo kmeans --json | head -1"
    done = subprocess.run(
        command, shell=True, capture_output=True, text=True, timeout=60, env=environ, check=False
    )
    assert json.loads(done.stdout)["frame"] == "Say"
    assert done.stderr == ""


def test_listing_imports_neither_numpy_nor_a_demo(tmp_path):
    code = (
        "import sys; from mlquiz.__main__ import run; run(['demo']); "
        "seen = [m for m in sys.modules if m == 'numpy' or m.startswith('mlquiz.demos.')]; "
        "print(sorted(seen), file=sys.stderr)"
    )
    environ = {**os.environ, "MLQUIZ_HOME": str(tmp_path)}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environ, check=True)
    assert done.stderr.strip() == "[]"


@pytest.mark.skipif(os.name == "nt", reason="a terminal of Unix")
def test_on_a_terminal_it_plays_and_ctrl_c_restores_the_screen(tmp_path):
    import pty
    import select

    ours, theirs = pty.openpty()
    environ = {
        **os.environ,
        "MLQUIZ_HOME": str(tmp_path),
        "TERM": "xterm-256color",
        "COLUMNS": "80",
        "LINES": "24",
    }
    words = [sys.executable, "-m", "mlquiz", "demo", "kmeans"]
    child = subprocess.Popen(
        words, stdin=theirs, stdout=theirs, stderr=theirs, env=environ, close_fds=True, start_new_session=True
    )
    os.close(theirs)
    seen = b""
    try:
        while b"space pause" not in seen and select.select([ours], [], [], 60)[0]:
            seen += os.read(ours, 65536)
        assert b"k-means looks for centroids" in seen
        child.send_signal(2)
        assert child.wait(timeout=60) == 130
        while select.select([ours], [], [], 0)[0]:
            try:
                seen += os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
    finally:
        child.kill()
        os.close(ours)
    assert b"\x1b[?1049h" in seen
    assert seen.rindex(b"\x1b[?1049l") > seen.rindex(b"\x1b[?1049h")
    assert b"Traceback" not in seen
