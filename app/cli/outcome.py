"""How a command ends: exit codes, and errors as one line on stderr. Nothing else is printed there."""

from __future__ import annotations

import sys
from enum import IntEnum


class Exit(IntEnum):
    """The three ways out."""

    DONE = 0
    REFUSED = 1
    """The environment or the session said no."""
    USAGE = 2
    """The command was written wrong."""


class CommandFailed(Exception):
    """A command ends here; the text is for people."""

    def __init__(self, text: str, code: Exit = Exit.REFUSED) -> None:
        super().__init__(text)
        self.code = code


def complain(text: str) -> None:
    """One line on stderr, whatever the text is; a closed stderr is no reason to fail."""
    try:
        sys.stderr.write(f"talkstick: {' '.join(text.split())}\n")
        sys.stderr.flush()
    except (OSError, ValueError):
        return
