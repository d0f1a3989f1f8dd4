"""Which programs can be shared, and what the program around the window does for that.

The window reads no program and keeps no file: the house does, beside the loop.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.node.api import ChosenFile, Offer
from app.ui.resources import resource

RECENT_MAX = 6
"""Programs that were shared from here before: what the list shows without scrolling."""
_ENDINGS = (".py", ".tcl")


@dataclass(frozen=True, slots=True)
class ProgramWish:
    """A path or the name of a module, what stands behind it, and another Python or none."""

    program: str
    arguments: tuple[str, ...] = ()
    python: str = ""


@dataclass(frozen=True, slots=True)
class Gathered:
    """A program whose files and list are kept now."""

    offer: Offer
    listing: bytes


class Programs(Protocol):
    """Each call returns at once; `then` gets a text for people where it can't be done."""

    def gather_program(self, wish: ProgramWish, then: Callable[[Gathered | str], None]) -> None:
        """Keep the files of a program that is to be shared."""

    def keep_files(
        self, how: str, paths: tuple[str, ...], then: Callable[[tuple[ChosenFile, ...] | str], None]
    ) -> None:
        """Keep files that a program is given; `how` is open, save or folder."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of the list; `path` is what is shared."""

    title: str
    path: str
    is_shipped: bool


def title_of(path: str) -> str:
    """How a program is called: order_form.py is "Order form"."""
    words = " ".join(Path(path).stem.replace("_", " ").replace("-", " ").split())
    return words[:1].upper() + words[1:] if words else path


def listed(recent: tuple[str, ...], samples: Path | None = None) -> tuple[Listed, ...]:
    """What comes with Talkstick, then what was shared from here before.

    Args:
        recent: paths, the latest first.
        samples: the folder of the shipped ones, None for the usual one.
    """
    folder = resource("samples") if samples is None else samples
    shipped = sorted(path for path in folder.glob("*") if path.suffix in _ENDINGS)
    rows = [Listed(title_of(path.name), str(path), is_shipped=True) for path in shipped]
    known = {row.path for row in rows}
    more = [path for path in dict.fromkeys(recent) if path not in known]
    return tuple(rows + [Listed(title_of(path), path, is_shipped=False) for path in more])


def remembered(recent: tuple[str, ...], path: str) -> tuple[str, ...]:
    """The paths with this one first."""
    rest = [each for each in recent if each != path]
    return tuple([path, *rest][:RECENT_MAX])
