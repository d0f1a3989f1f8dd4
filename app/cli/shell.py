"""`shell`: Tcl scripts that drive the streams of a running site, or a prompt for them.

The program of a person, with all that Tcl can do, in a process of its own: no sandbox. Ends with 1
and one line that names the place if a script fails; an interrupt ends it at once, and the site
takes the shell away. Never touches a stream but through the control socket.
"""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.data import data_folder
from app.cli.outcome import CommandFailed, Exit
from app.core.errors import KnownError
from app.drivers.control.shell import connect

if TYPE_CHECKING:
    from app.cli.tclshell import TclShell

NO_TCL = (
    "The shell runs Tcl, which is not in this Python ({error}). Nothing was done. Install it"
    " ('python3-tk' on Debian and Ubuntu, 'python3-tkinter' on Fedora, 'python-tk' with Homebrew),"
    " or use app.mstreams.shell from Python."
)


def run(arguments: argparse.Namespace) -> int:
    """Run a script, or lines as they are typed; the code to end with.

    Raises:
        KnownError: no site runs there, or this Python has no Tcl.
        CommandFailed: the script can't be read, or failed.
    """
    try:
        from app.cli.tclshell import Ended, ScriptFailed, TclShell
    except ImportError as error:
        raise KnownError(NO_TCL.format(error=error)) from None
    script = _script(arguments)
    folder = data_folder(arguments.data)
    with connect(folder, name=arguments.name) as shell:
        tcl = TclShell(shell, arguments.words)
        try:
            _serve(tcl, script, folder)
        except ScriptFailed as failure:
            tcl.flush()
            raise CommandFailed(str(failure)) from None
        except Ended as end:
            tcl.flush()
            return end.code
    return Exit.DONE


def _script(arguments: argparse.Namespace) -> tuple[str, str] | None:
    """Text and name of the script; None if it is what comes in."""
    if arguments.code is not None:
        return arguments.code, "-c"
    if not arguments.words:
        return None
    path = Path(arguments.words[0])
    try:
        return path.read_text(encoding="utf-8-sig"), path.name
    except OSError as error:
        text = f"'{path}' cannot be read ({error.strerror}). Nothing was done."
        raise CommandFailed(text, Exit.USAGE) from None
    except UnicodeDecodeError:
        text = f"'{path}' is not text in UTF-8. Nothing was done."
        raise CommandFailed(text, Exit.USAGE) from None


def _serve(tcl: TclShell, script: tuple[str, str] | None, folder: Path) -> None:
    if script is not None:
        with _interruptible():
            value = tcl.run(*script)
        tcl.print_value(value)
    elif sys.stdin.isatty():
        from app.cli.prompt import converse

        def run_typed(text: str) -> str:
            with _interruptible():
                return tcl.run(text)

        converse(tcl, run_typed, folder)
    else:
        with _interruptible():
            value = tcl.run_input()
        tcl.print_value(value)


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """Let an interrupt end the process: Python would notice it only once Tcl has returned."""
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
