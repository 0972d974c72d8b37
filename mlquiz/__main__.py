"""The program: answers ``--version`` at once, runs a command, and turns every failure into one line."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING, NoReturn

from mlquiz import __version__
from mlquiz.terminal.exits import Exit, UserError

if TYPE_CHECKING:
    from types import FrameType

REPORT = "This is a fault of mlquiz. MLQUIZ_DEBUG=1 shows where; `mlquiz doctor` prints what a report needs."


def main() -> NoReturn:
    """Run the command line and leave with its exit code."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        print(f"mlquiz {__version__}")  # noqa: T201
        sys.exit(Exit.DONE)
    _end_on_signals()
    code = run(sys.argv[1:])
    sys.exit(_flushed(code))


def run(arguments: list[str]) -> int:
    """Run one command; return its exit code."""
    from mlquiz.terminal.console import soften_encoding

    soften_encoding()
    try:
        from mlquiz.cli.app import command

        return command(arguments)
    except UserError as error:
        return _complain(error)
    except KeyboardInterrupt:
        _say("")
        return Exit.INTERRUPTED
    except BrokenPipeError:
        return _pipe_closed()
    except Exception as error:  # noqa: BLE001 - nobody is shown a traceback
        return _fault(error)


def _end_on_signals() -> None:
    """Let SIGTERM and SIGHUP unwind the stack: the terminal is restored, what was answered is kept."""
    for name, code in (("SIGTERM", Exit.TERMINATED), ("SIGHUP", Exit.HANGUP)):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _Handler(code))


class _Handler:
    """Leaves with a code, once: a second signal must not break the clearing up that the first began."""

    def __init__(self, code: Exit) -> None:
        self.code = code

    def __call__(self, number: int, _: FrameType | None) -> NoReturn:
        signal.signal(number, signal.SIG_IGN)
        raise SystemExit(int(self.code))


def _complain(error: UserError) -> int:
    from mlquiz.terminal.text import harmless

    _say(f"mlquiz: {harmless(error.message)}")
    if error.hint:
        _say(f"  {harmless(error.hint)}")
    return error.exit


def _fault(error: Exception) -> int:
    if os.environ.get("MLQUIZ_DEBUG"):
        import traceback

        traceback.print_exc()
    else:
        from mlquiz.terminal.text import one_line

        _say(f"mlquiz: {type(error).__name__}: {one_line(str(error))}\n  {REPORT}")
    return Exit.WRONG


def _say(line: str) -> None:
    try:
        print(line, file=sys.stderr)  # noqa: T201
    except (OSError, ValueError):  # nobody is there to read it
        return


def _pipe_closed() -> int:
    """Whoever read our output has had enough (`| head`): that is no error, and the rest goes nowhere."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    return Exit.DONE


def _flushed(code: int) -> int:
    """Write out what is left here, where a closed pipe or a full disk can still be handled."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        return _pipe_closed()
    except (OSError, ValueError) as error:
        _say(f"mlquiz: the output can't be written: {error}")
        return code or Exit.WRONG
    return code


if __name__ == "__main__":
    main()
