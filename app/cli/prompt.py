"""The prompt of `talkstick shell`: commands typed by a person, with their history.

A wrong command says why and the prompt goes on; the end of the input, or `exit`, ends it. Where
Python has no readline there is no history.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from pathlib import Path

from app.cli.tclshell import ScriptFailed, TclShell
from app.core import limits

HISTORY = "shell-history"
_PROMPT, _MORE = "talkstick% ", "> "


def converse(tcl: TclShell, run: Callable[[str], str], folder: Path) -> None:
    """Ask for commands until the input ends. Raises `Ended` if one says `exit`.

    Args:
        tcl: the interpreter.
        run: runs a text in it; its value.
        folder: where the history is kept.
    """
    remember = _remember(folder / HISTORY)
    while (text := _read(tcl)) is not None:
        remember()
        try:
            tcl.print_value(run(text))
        except ScriptFailed as failure:
            tcl.flush()
            sys.stderr.write(f"{failure}\n")


def _read(tcl: TclShell) -> str | None:
    """Whole commands; None at the end of the input. An interrupt throws away what was begun."""
    text = ""
    while True:
        try:
            text += input(_MORE if text else _PROMPT) + "\n"
        except EOFError:
            sys.stdout.write("\n")
            return None
        except KeyboardInterrupt:
            sys.stdout.write("\n")
            text = ""
            continue
        if tcl.is_complete(text):
            return text


def _remember(path: Path) -> Callable[[], None]:
    """Read the history; what is returned writes it, for this user only."""
    try:
        import readline
    except ImportError:
        return lambda: None
    with contextlib.suppress(OSError):
        path.touch(mode=0o600)
        readline.read_history_file(path)
    readline.set_history_length(limits.SHELL_HISTORY_LINES_MAX)

    def write() -> None:
        with contextlib.suppress(OSError):
            readline.write_history_file(path)

    return write
