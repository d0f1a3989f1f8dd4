"""What the window remembers between two starts: the person, their wishes, sizes and places.

One small file of JSON in the data folder, written whole. A file that is damaged or newer counts as
none: nothing of a session stands in it.
"""

from __future__ import annotations

import contextlib
import json
import math
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from app.core import limits
from app.ui.fonts import Typeface
from app.ui.swatches import PERSON_COLOURS
from app.ui.theme import TEXT_PERCENT_MAX, TEXT_PERCENT_MIN, Density, Look, Wishes

FILE = "window.json"
_SIZES_MAX = 8


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the person was in a session: its id as hex, the board's middle and zoom, and the chat.

    `line`: the index of the chat's line in the middle, 0 for the end.
    """

    session: str
    x: float
    y: float
    zoom: float
    line: int


@dataclass(frozen=True, slots=True)
class Kept:
    """Everything, with what holds before anything was chosen.

    `visible`: people nearby see the session; `silent`: news that no screen reader says. `geometry`
    and `stick_geometry` are what `windows.places` writes; `sizes` are widths of panes and `stick_height` the
    docked panel's height, in pixels; `stick_open`: it was seen there when
    the session was closed; `programs`: what was shared from here, the latest first; `open`: a
    session was open when the window was closed, and opens again; `spots`: where the person was in
    the last sessions, the latest first.
    """

    name: str = ""
    colour: str = ""
    wishes: Wishes = field(default_factory=Wishes)
    stick_in_chat: bool = True
    visible: bool = True
    silent: tuple[str, ...] = ()
    geometry: str = ""
    sizes: tuple[int, ...] = ()
    chat_hidden: bool = False
    stick_docked: bool = False
    stick_open: bool = False
    stick_height: int = 0
    stick_geometry: str = ""
    programs: tuple[str, ...] = ()
    open: bool = False
    spots: tuple[Spot, ...] = ()

    def spot(self, session: str) -> Spot | None:
        """Where the person was in this session."""
        return next((each for each in self.spots if each.session == session), None)


class Memory:
    """Holds `Kept` and writes it when it changes."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self.kept = _read(self._path)

    def change(self, **changes: Any) -> None:
        """Replace fields and write; on a full disk the last ones stay in force until the end."""
        changed = replace(self.kept, **changes)
        if changed == self.kept:
            return
        self.kept = changed
        plain = asdict(changed)
        plain["wishes"] = {
            "look": changed.wishes.look.value,
            "text_percent": changed.wishes.text_percent,
            "density": changed.wishes.density.value,
            "less_movement": changed.wishes.less_movement,
            "typeface": changed.wishes.typeface.value,
        }
        fresh = self._path.with_suffix(".new")
        with contextlib.suppress(OSError):
            fresh.write_text(json.dumps(plain, ensure_ascii=False, indent=1), encoding="utf-8")
            fresh.replace(self._path)

    def keep_spot(self, spot: Spot) -> None:
        """Remember where the person was in a session; the oldest is forgotten."""
        others = [each for each in self.kept.spots if each.session != spot.session]
        self.change(spots=(spot, *others)[:_SIZES_MAX])


def _read(path: Path) -> Kept:
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
        colour = str(plain.get("colour", ""))
        return Kept(
            name=str(plain.get("name", ""))[: limits.NAME_CHARACTERS_MAX],
            colour=colour if colour in PERSON_COLOURS else "",
            wishes=_wishes(plain.get("wishes", {})),
            stick_in_chat=bool(plain.get("stick_in_chat", True)),
            visible=bool(plain.get("visible", True)),
            silent=tuple([str(each) for each in plain.get("silent", ())][:_SIZES_MAX]),
            geometry=str(plain.get("geometry", "")),
            sizes=tuple([int(size) for size in plain.get("sizes", ())][:_SIZES_MAX]),
            chat_hidden=bool(plain.get("chat_hidden", False)),
            stick_docked=bool(plain.get("stick_docked", False)),
            stick_open=bool(plain.get("stick_open", False)),
            stick_height=int(plain.get("stick_height", 0)),
            stick_geometry=str(plain.get("stick_geometry", "")),
            programs=tuple([str(each) for each in plain.get("programs", ())][:_SIZES_MAX]),
            open=bool(plain.get("open", False)),
            spots=tuple([_spot(each) for each in plain.get("spots", ())][:_SIZES_MAX]),
        )
    except (OSError, ValueError, TypeError, AttributeError, KeyError):
        return Kept()


def _spot(plain: dict[str, Any]) -> Spot:
    x, y, zoom = [float(plain[name]) for name in ("x", "y", "zoom")]
    if not all(map(math.isfinite, (x, y, zoom))) or zoom <= 0:
        message = "no place on a board"
        raise ValueError(message)
    return Spot(str(plain["session"]), x, y, zoom, max(int(plain["line"]), 0))


def _wishes(plain: dict[str, Any]) -> Wishes:
    percent = int(plain.get("text_percent", 100))
    less = plain.get("less_movement")
    return Wishes(
        look=Look(plain.get("look", Look.SYSTEM.value)),
        text_percent=min(max(percent, TEXT_PERCENT_MIN), TEXT_PERCENT_MAX),
        density=Density(plain.get("density", Density.COMFORTABLE.value)),
        less_movement=None if less is None else bool(less),
        typeface=Typeface(plain.get("typeface", Typeface.INTER.value)),
    )
