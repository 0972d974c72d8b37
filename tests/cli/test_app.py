"""The command line as a whole: help, wrong commands, errors, endings."""

import pytest

from mlquiz.cli.app import COMMANDS
from tests.cli.conftest import Run


def test_version_is_answered_before_typer_is_imported(run: Run) -> None:
    code = "import sys, mlquiz.__main__ as m\ntry: m.main()\nfinally: print('typer' in sys.modules)"
    done = run("--version", code=code)
    assert done.out.startswith("mlquiz ")
    assert "False" in done.out


def test_version_works_after_other_options_too(run: Run) -> None:
    assert run("-V", "--help").out.startswith("mlquiz ")


@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help_lists_every_command(run: Run, flag: str) -> None:
    done = run(flag)
    assert done.code == 0
    for name, (_, line) in COMMANDS.items():
        assert name in done.out
        assert line in done.out


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help(run: Run, name: str) -> None:
    done = run(name, "--help")
    assert done.code == 0
    assert f"Usage: mlquiz {name}" in done.out


@pytest.mark.parametrize(
    ("typed", "meant"), [("stduy", "study"), ("quizz", "quiz"), ("serach", "search"), ("Demo", "demo")]
)
def test_a_wrong_command_gets_the_nearest_right_one(run: Run, typed: str, meant: str) -> None:
    done = run(typed)
    assert done.code == 2
    assert f"Did you mean `mlquiz {meant}`?" in done.err


def test_a_command_like_no_other(run: Run) -> None:
    done = run("xyzzy\x1b[31m")
    assert done.code == 2
    assert "\x1b" not in done.err
    assert "mlquiz --help" in done.err


def test_a_wrong_option_is_used_wrongly(run: Run) -> None:
    done = run("study", "--lmit", "3")
    assert done.code == 2
    assert "--limit" in done.err


@pytest.mark.parametrize(
    "arguments", [("--limit", "0"), ("--limit", "x"), ("--minutes", "-1"), ("--new", "-1")]
)
def test_a_number_out_of_range_is_used_wrongly(run: Run, arguments: tuple[str, str]) -> None:
    done = run("study", *arguments)
    assert done.code == 2
    assert "Traceback" not in done.err


FAULTY = """
import mlquiz.cli.home, mlquiz.__main__
def fail(): raise RuntimeError("x" * 9 + chr(27))
mlquiz.cli.home.command = fail
mlquiz.__main__.main()
"""
# whoever runs the tests may ignore signals (nohup, a job in the background), and children inherit that
STOPPED = """
import os, signal, sys, time, mlquiz.cli.home, mlquiz.__main__
signal.signal(signal.SIGTERM, signal.SIG_DFL)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)
def stop():
    os.kill(os.getpid(), getattr(signal, {name!r}))
    time.sleep(30)
mlquiz.cli.home.command = stop
mlquiz.__main__.main()
"""


def test_an_unexpected_error_is_one_line_and_a_hint(run: Run) -> None:
    done = run(code=FAULTY)
    assert done.code == 1
    assert done.err.splitlines()[0] == "mlquiz: RuntimeError: xxxxxxxxx^["
    assert "MLQUIZ_DEBUG=1" in done.err
    assert "Traceback" not in done.err


def test_the_traceback_is_there_for_those_who_ask(run: Run) -> None:
    assert "Traceback" in run(code=FAULTY, MLQUIZ_DEBUG="1").err


@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGHUP", 129), ("SIGINT", 130)])
def test_signals_have_their_exit_codes(run: Run, name: str, code: int) -> None:
    done = run(code=STOPPED.format(name=name))
    assert done.code == code
    assert "Traceback" not in done.err


def test_a_closed_pipe_is_quiet(run: Run) -> None:
    body = (
        "import os, sys, mlquiz.__main__ as m\nr, w = os.pipe(); os.dup2(w, 1); os.close(r); os.close(w)\n"
        "sys.argv[1:] = ['search', 'the', '--limit', '9999']\nm.main()"
    )
    done = run(code=body)
    assert done.err == ""
    assert done.code == 0


def test_a_wrong_config_is_named_with_its_line(run: Run, home) -> None:
    home.mkdir()
    (home / "config.toml").write_text("\nlimt = 3\n")
    done = run("study", input="q\n")
    assert done.code == 2
    assert "config.toml:2: there is no setting “limt”" in done.err
    assert "Did you mean limit?" in done.err
