"""The program: finds the command and runs it, importing no more than that command needs.

Every failure that people can do something about ends as one line on stderr and an exit code; a
failure of ours is a traceback, so that it can be reported.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from app.cli.outcome import CommandFailed, Exit, complain
from app.core.errors import KnownError, LocalError

_PROGRAMS = {
    "demo": "app.cli.demo",
    "bench": "app.bench",
    "bench-window": "app.cli.measured",
}
"""The last one is what `bench ui` starts; it is of no use to people and stands in no help."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command of `argv` (without the program's name); the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        code = int(_run(arguments))
        sys.stdout.flush()
    except (CommandFailed, KnownError, LocalError) as error:
        complain(str(error))
        return int(_code_of(error))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output has seen enough; Python must not flush it once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return int(Exit.DONE)
    return code


def _code_of(error: Exception) -> Exit:
    if isinstance(error, CommandFailed):
        return error.code
    return Exit.USAGE if isinstance(error, LocalError) else Exit.REFUSED


def _run(argv: list[str]) -> int:
    words = _window_words(argv)
    if words is not None:
        return _window(*words)
    if argv[0] in _PROGRAMS:
        return _program(argv[0], argv[1:])
    from app.cli.parse import parse

    arguments = parse(argv)
    if arguments.version:
        from app.cli.version import version_text

        sys.stdout.write(version_text() + "\n")
        return Exit.DONE
    if arguments.command == "site":
        from app.cli import site

        return site.run(arguments)
    if arguments.command == "shell":
        from app.cli import shell

        return shell.run(arguments)
    from app.cli import talk

    return talk.run(arguments)


def _window_words(argv: list[str]) -> tuple[Path | None, str] | None:
    """Folder and link of `[--data DIR] [LINK]`; None if that is not what is written."""
    words = list(argv)
    data: Path | None = None
    if words and words[0].startswith("--data="):
        data = Path(words.pop(0).removeprefix("--data="))
    elif len(words) > 1 and words[0] == "--data":
        data = Path(words[1])
        del words[:2]
    if not words:
        return data, ""
    if len(words) == 1 and words[0].lower().startswith("talkstick:"):
        return data, words[0]
    return None


def _window(data: Path | None, link: str) -> int:
    """The window, where there is a display; else the demo in the terminal."""
    from app.drivers.display import NO_DISPLAY, has_display

    if has_display():
        from app.cli import window

        return window.run(data, link)
    if link or data is not None:
        way = "--join INVITE" if link else "--create TITLE"
        text = f"{NO_DISPLAY}. Go on with 'talkstick site --name NAME {way}'."
        raise CommandFailed(text)
    complain(f"{NO_DISPLAY}; this is the demo in the terminal ('talkstick --help' lists commands).")
    return _program("demo", [])


def _program(name: str, argv: list[str]) -> int:
    """A command with a command line of its own."""
    return int(import_module(_PROGRAMS[name]).main(argv))


if __name__ == "__main__":
    raise SystemExit(main())
