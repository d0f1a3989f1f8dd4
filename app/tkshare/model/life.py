"""Life of a share as a table: what may be said in which phase, and where it leads.

Whatever is not in the table has no effect. A share that has ended hears nothing any more.
"""

from __future__ import annotations

from typing import Final

from app.tkshare.model.bodies import Clock, Input
from app.tkshare.model.state import NoEffect, Phase
from app.tkshare.model.statements import (
    Attach,
    Clipboard,
    Detach,
    Digest,
    End,
    FileAnswer,
    FileAsk,
    FloorAsk,
    FloorGive,
    FloorGrant,
    FloorSet,
    Focus,
    Go,
    Mark,
)

_FLOOR: Final = (FloorAsk, FloorGive, FloorGrant, FloorSet)

TRANSITIONS: Final[dict[tuple[Phase, type], tuple[Phase, str]]] = {
    (Phase.OFFERED, Attach): (Phase.STARTING, "the first copy is started"),
    (Phase.OFFERED, FloorSet): (Phase.OFFERED, "the policy is another"),
    (Phase.OFFERED, End): (Phase.ENDED, "taken back"),
    (Phase.STARTING, Attach): (Phase.STARTING, "another copy is started"),
    (Phase.STARTING, Detach): (Phase.STARTING, "a copy ended"),
    (Phase.STARTING, Go): (Phase.RUNNING, "the clock runs"),
    **{(Phase.STARTING, each): (Phase.STARTING, "the floor moves") for each in _FLOOR},
    (Phase.STARTING, End): (Phase.ENDED, "over"),
    (Phase.RUNNING, Attach): (Phase.RUNNING, "another copy is started"),
    (Phase.RUNNING, Detach): (Phase.RUNNING, "a copy ended"),
    (Phase.RUNNING, Go): (Phase.RUNNING, "a copy is current"),
    (Phase.RUNNING, Input): (Phase.RUNNING, "somebody acts"),
    (Phase.RUNNING, Clock): (Phase.RUNNING, "timers fire"),
    (Phase.RUNNING, Focus): (Phase.RUNNING, "the program moves its focus"),
    (Phase.RUNNING, FileAsk): (Phase.RUNNING, "the program waits for a file"),
    (Phase.RUNNING, FileAnswer): (Phase.RUNNING, "the program has its file"),
    (Phase.RUNNING, Clipboard): (Phase.RUNNING, "something is about to be pasted"),
    (Phase.RUNNING, Mark): (Phase.RUNNING, "copies are compared"),
    (Phase.RUNNING, Digest): (Phase.RUNNING, "a copy says what it shows"),
    **{(Phase.RUNNING, each): (Phase.RUNNING, "the floor moves") for each in _FLOOR},
    (Phase.RUNNING, End): (Phase.ENDED, "over"),
}

_WHY: Final = {
    Phase.OFFERED: "no copy of this program is started yet",
    Phase.STARTING: "the copies of this program are still starting",
    Phase.RUNNING: "this can't be said of a running program",
    Phase.ENDED: "this share has ended",
}


def after(phase: Phase, said: type) -> Phase:
    """The phase that follows. Raises `NoEffect`."""
    found = TRANSITIONS.get((phase, said))
    if found is None:
        raise NoEffect(_WHY[phase], early=phase is Phase.ENDED)
    return found[0]
