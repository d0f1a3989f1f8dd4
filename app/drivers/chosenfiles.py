"""Files that a person gives to a shared program: read once, kept by their hashes.

Reads a disk for as long as it takes: not for the thread of an event loop.
"""

from __future__ import annotations

from pathlib import Path

from app.core import limits
from app.core.errors import LocalError, RemoteError
from app.drivers.blobs import Blobs
from app.node.shares.shares import NO_CONTENT
from app.tkshare.model.statements import ChosenFile


def keep_chosen(how: str, paths: tuple[str, ...], blobs: Blobs) -> tuple[ChosenFile, ...]:
    """What the program is told of the files that were chosen.

    Args:
        how: open, save (a name, nothing is read) or folder (the files that lie in it).
        paths: what was chosen, on this disk.
        blobs: where content is kept.

    Raises:
        LocalError: too many, too large, or a name that can't travel; the text says which.
        KnownError: there is no room for them.
    """
    files = [Path(path) for path in paths]
    try:
        if how == "folder":
            files = sorted(
                each
                for folder in files
                for each in folder.iterdir()
                if each.is_file() and not each.name.startswith(".")
            )
        if len(files) > limits.SHARE_CHOSEN_MAX:
            message = f"these are {len(files)} files, at most {limits.SHARE_CHOSEN_MAX} at a time"
            raise LocalError(message)
        if how == "save":
            return tuple([ChosenFile(each.name, 0, NO_CONTENT) for each in files])
        return tuple([_kept(each, blobs) for each in files])
    except OSError as error:
        message = f"'{error.filename}' cannot be read ({error.strerror})"
        raise LocalError(message) from None
    except RemoteError as error:
        raise LocalError(str(error)) from None


def _kept(path: Path, blobs: Blobs) -> ChosenFile:
    with path.open("rb") as file:
        content = file.read(limits.SHARE_BYTES_MAX + 1)
    if len(content) > limits.SHARE_BYTES_MAX:
        most = limits.SHARE_BYTES_MAX // 1_000_000
        message = f"'{path.name}' is larger than {most} MB"
        raise LocalError(message)
    return ChosenFile(path.name, len(content), blobs.put(content))
