"""A shared program in any state, a house that gathers programs, and windows of a session with shares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication

from app.node.api import (
    ActionShown,
    ChosenFile,
    ConsentShown,
    JoinShare,
    Offer,
    PeopleChanged,
    ReadShares,
    SessionReady,
    ShareChanged,
    ShareShown,
    ShareWindows,
    TakesPart,
    WindowShown,
)
from app.ui.bridge import NodeBridge
from app.ui.memory import Memory
from app.ui.share.programs import Gathered, ProgramWish
from app.ui.theme import Looks
from app.ui.windows.session import Parts, SessionPage, Surroundings
from tests.ui.worlds import NAMES, SELF, SITES, FakeNode, Hands, people

ID = f"{SITES[3]}.1.7"
HASH = "6f1c9a0e4b7d52389c01aa5f7e33d0b46f1c9a0e4b7d52389c01aa5f7e33d0b4"
WINDOWS = (WindowShown("main", 712, 546),)
READY = SessionReady(SITES[SELF], "Bram de Wit", b"s", "Ferry timetable", "talkstick:x", ())
CONSENT = ConsentShown(
    ID, "Berth planner", "planner.py", ("--day", "21 June"), 12, 48_200, HASH, SITES[3], NAMES[3][0]
)


def action(index: int, place: int, kind: Any, window: str, count: int = 1) -> ActionShown:
    return ActionShown(index, SITES[place], kind, window, count)


RECENT = (
    action(1_204, 3, "press", "MainWindow/bars"),
    action(1_203, 3, "press", "MainWindow/check_clashes"),
    action(1_202, 3, "keys", "MainWindow/berth", 2),
    action(1_201, 0, "press", "MainWindow/rows"),
    action(1_198, 0, "keys", "MainWindow/leaves", 5),
    action(1_190, 2, "file", "summer.berths"),
    action(1_186, 2, "wheel", "MainWindow/bars", 8),
    action(1_180, 4, "paste", ""),
)


def takes_part(place: int, **more: Any) -> TakesPart:
    values: dict[str, Any] = {
        "site": SITES[place],
        "name": NAMES[place][0],
        "current": True,
        "same_look": True,
        "door": "tap",
        "inexact": (),
    }
    return TakesPart(**{**values, **more})


def share(**more: Any) -> ShareShown:
    """Dilara's planner: all five take part, she has the floor, Bram and Emi wait."""
    values: dict[str, Any] = {
        "id": ID,
        "title": "Berth planner",
        "toolkit": "qt",
        "program": HASH,
        "owner": SITES[3],
        "phase": "running",
        "people": tuple(takes_part(place) for place in range(len(NAMES))),
        "index": 1_204,
        "actions": 310,
        "events": 4_100,
        "floor": "request",
        "holder": SITES[3],
        "queue": (SITES[1], SITES[4]),
        "dragging": None,
        "identical": True,
        "agreed": 1_204,
        "copies": 5,
        "differs": None,
        "long": False,
        "copy": "current",
        "told": 900,
        "steps": 900,
        "hung": False,
        "why": "",
        "recent": RECENT,
    }
    return ShareShown(**{**values, **more})


STATES: dict[str, dict[str, Any]] = {
    "offered": {
        "copy": "none",
        "people": (takes_part(3),),
        "queue": (),
        "identical": None,
        "recent": (),
        "floor": "free",
        "holder": None,
    },
    "fetching": {"copy": "fetching"},
    "starting": {"copy": "starting", "people": (takes_part(3), takes_part(0, current=False))},
    "replaying": {"copy": "replaying", "told": 4_100, "steps": 10_000},
    "next": {},
    "yours": {"holder": SITES[SELF], "queue": (SITES[4],)},
    "pointing": {"queue": ()},
    "nobody": {"holder": None, "queue": ()},
    "free": {"floor": "free", "holder": None, "queue": ()},
    "dragging": {"floor": "free", "holder": None, "queue": (), "dragging": SITES[0]},
    "differs": {"identical": False, "agreed": 1_187, "differs": (SITES[4], "MainWindow/bars")},
    "differs here": {
        "identical": False,
        "agreed": 1_187,
        "differs": (SITES[SELF], "MainWindow/bars"),
    },
    "warned": {
        "long": True,
        "events": 204_310,
        "people": (
            takes_part(0, inexact=("qt", "python")),
            takes_part(1),
            takes_part(2, same_look=False),
            takes_part(3),
            takes_part(4, door="filter", current=False),
        ),
        "copies": 4,
    },
    "hung": {"hung": True},
    "failed": {"copy": "failed", "why": "the program ended (code 1)"},
    "closed": {"copy": "ended"},
    "over": {"phase": "ended", "copy": "ended"},
}


@dataclass
class FakePrograms:
    """Notes what is gathered and kept; `why` is what goes wrong."""

    why: str = ""
    gathered: list[ProgramWish] = field(default_factory=list)
    kept: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def gather_program(self, wish: ProgramWish, then: Callable[[Gathered | str], None]) -> None:
        self.gathered.append(wish)
        then(self.why or Gathered(OFFER, b"listing"))

    def keep_files(
        self, how: str, paths: tuple[str, ...], then: Callable[[tuple[ChosenFile, ...] | str], None]
    ) -> None:
        self.kept.append((how, paths))
        files = [ChosenFile(Path(path).name, 3, bytes(32)) for path in paths]
        then(self.why or tuple(files))


OFFER = Offer(
    title="Berth planner",
    kind="file",
    entry="planner.py",
    arguments=(),
    toolkit="qt",
    files=1,
    size=10,
    listing=bytes(32),
    listing_size=10,
    versions=(),
    seed=1,
)


@dataclass
class Stage:
    """A page with tabs, its node and its house."""

    page: SessionPage
    bridge: NodeBridge
    node: FakeNode
    programs: FakePrograms
    hands: Hands
    memory: Memory

    def shows(self, **more: Any) -> None:
        self.bridge.on_event(ShareChanged(share(**more)))

    def pane(self) -> Any:
        assert self.page.centre is not None
        return self.page.centre.pane(ID)


def stage(
    looks: Looks, folder: Path, board: Callable[[Looks, NodeBridge], Any], **more: Any
) -> Stage:
    """A session in which Dilara shares the planner; its tab is shown."""
    bridge, node, programs, hands = NodeBridge(), FakeNode(), FakePrograms(), Hands()
    node.values.update({ReadShares: (), JoinShare: CONSENT})
    node.on_bridge(bridge)
    memory = Memory(folder)
    parts = Parts(board=board, programs=programs)
    page = SessionPage(READY, Surroundings(bridge, looks, memory, hands.clock(), parts))
    bridge.on_event(PeopleChanged(people(holder=3)))
    made = Stage(page, bridge, node, programs, hands, memory)
    made.shows(**more)
    bridge.on_event(ShareWindows(ID, WINDOWS))
    QCoreApplication.processEvents()
    assert page.centre is not None
    page.centre.strip.choose(ID)
    hands.wait(48)
    return made
