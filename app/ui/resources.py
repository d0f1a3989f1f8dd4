"""Where the files lie that come with the window: fonts, icons, the style sheet.

Never anything of a person: that is the data folder's.
"""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).resolve().parents[2] / "resources"


def resource(*parts: str) -> Path:
    """The path of a shipped file, such as `resource("icons", "pen.svg")`."""
    return _FOLDER.joinpath(*parts)


def resource_text(*parts: str) -> str:
    """The text of a shipped file."""
    return resource(*parts).read_text(encoding="utf-8")
