"""How one stream comes to this site and leaves it: T1 to T6 of ORDER.md as a table.

A site is home from the commit that takes a stream to the commit that releases it. A release is
never undone here (T4): only a later hand-over, or an ordered entry after a failure, makes this site
home again. Whether an input counts is decided in `rules` before it comes here; this file never
sends or saves.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from app.core.errors import Bug
from app.core.ids import Key
from app.mstreams.epochs import StreamEpoch
from app.mstreams.frames import StreamHandOver


class State(Enum):
    """Where a stream stands, as seen from one site. Values are on disk and never change."""

    AWAY = 0
    """Was never here."""
    HOME = 1
    """Messages are consumed here."""
    PERMITTED = 2
    """Still working; leaves when no handler runs. On disk this is HOME: a permit may be lost."""
    RELEASED = 3
    """Not home any more; the hand-over is repeated until the target shows that it took it."""
    GONE = 4
    """Somebody else has it, or had it; the epoch is remembered so that no old word brings it back."""


@dataclass(frozen=True, slots=True)
class Created:
    """An ordered entry makes this site home: a new stream, or one whose home failed."""

    epoch: StreamEpoch


@dataclass(frozen=True, slots=True)
class HandOverArrived:
    """A hand-over that rule T3 lets us take."""

    hand_over: StreamHandOver


@dataclass(frozen=True, slots=True)
class PermitArrived:
    """A permit for the next move (T1)."""

    target: Key


@dataclass(frozen=True, slots=True)
class HandlersDone:
    """No handler runs: let go with this hand-over (T2)."""

    hand_over: StreamHandOver


@dataclass(frozen=True, slots=True)
class SuccessorSeen:
    """Somebody showed that the hand-over was taken."""


@dataclass(frozen=True, slots=True)
class Superseded:
    """An ordered entry named another home after a failure."""

    epoch: StreamEpoch


@dataclass(frozen=True, slots=True)
class PermitRefused:
    """The stream's controller does not let it leave."""


@dataclass(frozen=True, slots=True)
class ViewChanged:
    """Open permits die with their view."""


Input = (
    Created
    | HandOverArrived
    | PermitArrived
    | HandlersDone
    | SuccessorSeen
    | Superseded
    | PermitRefused
    | ViewChanged
)

TRANSITIONS: dict[tuple[State, type[Input]], tuple[State, str]] = {
    # in
    (State.AWAY, Created): (State.HOME, "adopt_epoch"),
    (State.AWAY, HandOverArrived): (State.HOME, "adopt_hand_over"),
    (State.RELEASED, HandOverArrived): (State.HOME, "adopt_hand_over"),
    (State.GONE, HandOverArrived): (State.HOME, "adopt_hand_over"),
    # out
    (State.HOME, PermitArrived): (State.PERMITTED, "keep_permit"),
    (State.PERMITTED, PermitArrived): (State.PERMITTED, "keep_first_permit"),
    (State.PERMITTED, ViewChanged): (State.HOME, "drop_permit"),
    (State.PERMITTED, PermitRefused): (State.HOME, "drop_permit"),
    (State.PERMITTED, HandlersDone): (State.RELEASED, "keep_hand_over"),
    (State.RELEASED, SuccessorSeen): (State.GONE, "drop_hand_over"),
    # a failure was declared
    (State.HOME, Created): (State.HOME, "adopt_epoch"),
    (State.PERMITTED, Created): (State.HOME, "adopt_epoch"),
    (State.RELEASED, Created): (State.HOME, "adopt_epoch"),
    (State.GONE, Created): (State.HOME, "adopt_epoch"),
    (State.HOME, HandOverArrived): (State.HOME, "adopt_hand_over"),
    (State.PERMITTED, HandOverArrived): (State.HOME, "adopt_hand_over"),
    (State.HOME, Superseded): (State.GONE, "adopt_epoch"),
    (State.PERMITTED, Superseded): (State.GONE, "adopt_epoch"),
    (State.RELEASED, Superseded): (State.GONE, "adopt_epoch"),
}


class Migration:
    """One stream at one site.

    `epoch` is the last one this site took or handed over, `successor` who took what it handed over:
    should that site be gone before the move was entered in the log, only this one knows.
    """

    def __init__(
        self,
        state: State = State.AWAY,
        epoch: StreamEpoch | None = None,
        hand_over: StreamHandOver | None = None,
        successor: Key | None = None,
    ) -> None:
        self.state = state
        self.successor = successor
        self.epoch = epoch
        self.hand_over = hand_over
        self.target: Key | None = None

    @property
    def at_home(self) -> bool:
        """Whether messages are consumed here."""
        return self.state in {State.HOME, State.PERMITTED}

    def handle(self, given: Input) -> None:
        """Take one step.

        Raises:
            Bug: the table has no such step.
        """
        row = TRANSITIONS.get((self.state, type(given)))
        if row is None:
            message = f"a stream that is {self.state.name} can't take {type(given).__name__}"
            raise Bug(message)
        self.state, action = row
        getattr(self, f"_{action}")(given)

    def _adopt_epoch(self, given: Created | Superseded) -> None:
        self.successor = None
        self.epoch, self.hand_over, self.target = given.epoch, None, None

    def _adopt_hand_over(self, given: HandOverArrived) -> None:
        self.successor = None
        self.epoch, self.hand_over, self.target = given.hand_over.epoch, None, None

    def _keep_permit(self, given: PermitArrived) -> None:
        self.target = given.target

    def _keep_first_permit(self, given: PermitArrived) -> None:
        """Two people moved the same stream: the first permit stands, the other is void."""

    def _drop_permit(self, _given: ViewChanged | PermitRefused) -> None:
        self.target = None

    def _keep_hand_over(self, given: HandlersDone) -> None:
        self.epoch, self.hand_over, self.target = given.hand_over.epoch, given.hand_over, None

    def _drop_hand_over(self, _given: SuccessorSeen) -> None:
        self.successor = None if self.hand_over is None else self.hand_over.target
        self.hand_over = None
