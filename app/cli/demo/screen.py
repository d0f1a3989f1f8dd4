"""Where the demo's output goes: a table that is drawn again and again, or one line after another.

A table needs a terminal that is large enough; where it is none, or becomes too small, lines follow.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from typing import TextIO

from app.cli.demo.picture import WIDTH_MIN, Style

_HIDE, _SHOW = "\x1b[?25l", "\x1b[?25h"


class Screen:
    """Standard output, one way or the other."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        terminal = out.isatty() and os.environ.get("TERM", "") != "dumb"
        if sys.platform == "win32":
            # Only the newer terminal is sure to understand the escapes.
            terminal = terminal and "WT_SESSION" in os.environ
        self.style = Style(
            colour=terminal and not os.environ.get("NO_COLOR"), unicode=_shows_unicode(out)
        )
        self.live = terminal
        self._height = 0

    def draw(self, lines: Sequence[str]) -> None:
        """Show the table in the place of the one before."""
        size = shutil.get_terminal_size()
        if size.columns < WIDTH_MIN or size.lines < len(lines) + 2:
            self.live = False
            self.close()
            self.say(
                f"This terminal is too small for the table ({WIDTH_MIN} columns,"
                f" {len(lines) + 2} lines); here are lines instead."
            )
            return
        up = f"\x1b[{self._height}A" if self._height else _HIDE
        self._out.write(up + "".join(f"\r{line}\x1b[K\n" for line in lines))
        self._out.flush()
        self._height = len(lines)

    def say(self, text: str) -> None:
        """Print a line that stays."""
        self._out.write(f"{self.style.plain(text)}\n")
        self._out.flush()

    def close(self) -> None:
        """Leave the table as it is and give the cursor back."""
        if self._height:
            self._out.write(_SHOW)
            self._out.flush()
            self._height = 0


def _shows_unicode(out: TextIO) -> bool:
    try:
        "●·–".encode(out.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
