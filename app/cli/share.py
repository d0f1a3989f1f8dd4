"""`share` as messages to the site. Paths are seen from where the command was written. Pure."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def messages_of(arguments: argparse.Namespace, folder: Path) -> Iterator[dict[str, Any]]:
    """What to ask, one after the other; each answer has rows to print."""
    python = arguments.python
    if "/" in python or "\\" in python:
        # The site stands elsewhere; a bare name is looked up in its PATH.
        python = str(folder / Path(python).expanduser())
    if arguments.list:
        yield {"do": "share-list"}
    elif arguments.end:
        yield {"do": "share-end", "id": arguments.end}
    elif arguments.join and arguments.yes:
        yield {"do": "share-join", "id": arguments.join, "python": python}
    elif arguments.join:
        yield {"do": "share-consent", "id": arguments.join}
    else:
        yield {
            "do": "share",
            "program": arguments.program,
            "folder": str(folder),
            "arguments": arguments.arguments,
            "python": python,
        }
