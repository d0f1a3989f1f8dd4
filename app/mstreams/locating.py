"""Where a name is: streams by the directory, shells by their own names.

A shell is called `name@LOCATION`, so everybody can tell where it is without being told; no stream
may have such a name.
"""

from __future__ import annotations

import re

from app.core import limits
from app.core.errors import LocalError
from app.mstreams.desk import Desk
from app.mstreams.directory import Directory
from app.mstreams.residence import RESERVED

_SHELL = re.compile(r".*@([1-9][0-9]{0,8})")


def shell_name(name: str, location: int) -> str:
    """The full name of a shell. Raises `LocalError`."""
    if "@" in name or not name.isprintable():
        message = "a shell's name is one line without '@'"
        raise LocalError(message)
    full = f"{name}@{location}"
    if len(full) > limits.STREAM_NAME_CHARACTERS_MAX:
        message = f"a shell's name has at most {limits.STREAM_NAME_CHARACTERS_MAX - 10} characters"
        raise LocalError(message)
    return full


def objection_to_name(name: str) -> str:
    """Why a stream can't be called that; empty if it can."""
    if not name.strip() or not name.isprintable():
        return "a stream's name is one line of text"
    if len(name) > limits.STREAM_NAME_CHARACTERS_MAX:
        return f"a stream's name has at most {limits.STREAM_NAME_CHARACTERS_MAX} characters"
    if name in RESERVED or _SHELL.fullmatch(name):
        return f"'{name}' is taken"
    return ""


def location_of(desk: Desk, directory: Directory, name: str) -> int | None:
    """Where a stream or shell is, as far as this site knows."""
    known = directory.find(name)
    if known is not None:
        return desk.locations.get(known.home)
    shell = _SHELL.fullmatch(name)
    if shell is None:
        return None
    location = int(shell.group(1))
    return location if desk.at(location) is not None else None
