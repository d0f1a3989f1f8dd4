"""The copy of a shared program at this site: a state machine, and what its guest is told.

A copy replays the record of its share from the first step on, as fast as its guest takes it, and
is current once it stands where the others stand. A guest that was told what a new view takes back
can't go back: it is started anew. Never decides what passes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from app.core import limits
from app.core.codec import Plain
from app.core.errors import Bug
from app.core.ids import Key
from app.core.instant import Micros
from app.tkshare.model.batches import Batches
from app.tkshare.model.bodies import ShareId
from app.tkshare.model.record import Record
from app.tkshare.model.speech import Due, Hello, Window
from app.tkshare.model.steps import FileCame, Step, event_count
from app.tkshare.model.telling import frame_of


def must_repair(told: int, left: int) -> bool:
    """Whether a guest that was told so many steps has seen more than what is left of them."""
    return told > left


class CopyState(Enum):
    """Life of a copy here."""

    FETCHING = "its files are not all here yet, or its guest is about to be started"
    STARTING = "the guest process runs and has not said that it has the program"
    REPLAYING = "told from the first step on; its person can not act yet"
    CURRENT = "it stands where the others stand, and its person acts"
    FAILED = "no guest: it broke, or its files can not be had; can be started anew"
    ENDED = "no guest, and none comes: its person or the share ended it"


@dataclass(frozen=True, slots=True)
class FilesHere:
    """All files of the program are kept here."""


@dataclass(frozen=True, slots=True)
class GuestReady:
    """The guest has the program in hand."""


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """All that passed is replayed."""


@dataclass(frozen=True, slots=True)
class Undone:
    """What the guest was told is taken back, or its person wants it anew."""


@dataclass(frozen=True, slots=True)
class Broke:
    """The guest is gone, refuses the program, or its files can't be had."""


@dataclass(frozen=True, slots=True)
class Over:
    """The share ended, or its person stops this copy."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The log says that this site takes no part any more, and nobody here wanted that."""


CopyInput = FilesHere | GuestReady | CaughtUp | LeftOut | Undone | Broke | Over

TRANSITIONS: Final[dict[tuple[CopyState, type[CopyInput]], tuple[CopyState, str]]] = {
    (CopyState.FETCHING, FilesHere): (CopyState.STARTING, "start the guest"),
    (CopyState.FETCHING, Broke): (CopyState.FAILED, "say why"),
    (CopyState.FETCHING, Over): (CopyState.ENDED, "nothing to stop"),
    (CopyState.STARTING, GuestReady): (CopyState.REPLAYING, "attach, tell from the first step on"),
    (CopyState.STARTING, Broke): (CopyState.FAILED, "say why"),
    (CopyState.STARTING, Undone): (CopyState.FETCHING, "stop the guest, start anew"),
    (CopyState.STARTING, Over): (CopyState.ENDED, "stop the guest"),
    (CopyState.REPLAYING, CaughtUp): (CopyState.CURRENT, "go"),
    (CopyState.REPLAYING, LeftOut): (CopyState.REPLAYING, "attach again"),
    (CopyState.REPLAYING, Undone): (CopyState.FETCHING, "stop the guest, start anew"),
    (CopyState.REPLAYING, Broke): (CopyState.FAILED, "detach, say why"),
    (CopyState.REPLAYING, Over): (CopyState.ENDED, "stop the guest, detach"),
    (CopyState.CURRENT, LeftOut): (CopyState.REPLAYING, "attach again"),
    (CopyState.CURRENT, Undone): (CopyState.FETCHING, "stop the guest, start anew"),
    (CopyState.CURRENT, Broke): (CopyState.FAILED, "detach, say why"),
    (CopyState.CURRENT, Over): (CopyState.ENDED, "stop the guest, detach"),
    (CopyState.FAILED, Undone): (CopyState.FETCHING, "start anew"),
    (CopyState.FAILED, Over): (CopyState.ENDED, "nothing to stop"),
}
"""What is not here does nothing: a guest may say anything at any time."""


class Copy:
    """One copy; `guest` is its process while it has one, `told` the next step to tell."""

    def __init__(self, share: ShareId, record: Record, python: str) -> None:
        self.share = share
        self.record = record
        self.python = python
        self.state = CopyState.FETCHING
        self.files_known = False
        self.missing: dict[bytes, bool] = {}
        self.why = ""
        self.hung = False
        self.restart(Micros(0))

    def restart(self, now: Micros) -> None:
        """Forget all that the guest before knew."""
        self.guest: int | None = None
        self.told = 0
        self.outstanding = 0
        self.applied = 0
        self.hello: Hello | None = None
        self.batches = Batches(self.share)
        self.due: tuple[Due, ...] | None = None
        self.heard_at = now
        self.frames_at = now
        self.frames = 0
        self.hung = False
        self.gone_out = False
        self.attached = False
        self.marked = 0
        self.windows: dict[str, tuple[int, int]] = {}
        self.windows_changed = True
        self.compared: tuple[Key, ...] = ()

    def take(self, given: CopyInput) -> bool:
        """Let something happen to the copy; False where it means nothing in this state."""
        found = TRANSITIONS.get((self.state, type(given)))
        if found is None:
            return False
        self.state = found[0]
        return True

    @property
    def runs(self) -> bool:
        """Whether a guest process is at work."""
        return self.guest is not None

    @property
    def up_to_date(self) -> bool:
        """Whether the guest has replayed all that passed."""
        return self.told == len(self.record) and self.outstanding == 0

    def next_steps(self, files_here: Callable[[FileCame], bool]) -> list[tuple[Step, Plain]]:
        """Steps to tell now with their frames: within the credit, up to a file that isn't here."""
        steps: list[tuple[Step, Plain]] = []
        if self.state not in {CopyState.REPLAYING, CopyState.CURRENT}:
            return steps
        while self.told < len(self.record) and self.outstanding < limits.SHARE_CREDIT_EVENTS:
            step = self.record.step(self.told)
            if isinstance(step, FileCame) and not files_here(step):
                break
            self.told += 1
            self.outstanding += event_count(step)
            frame = frame_of(step)
            if frame is not None:
                steps.append((step, frame))
        return steps

    def replayed(self, index: int, events: int) -> None:
        """The guest has replayed so many events, up to `index`."""
        self.applied = max(self.applied, index)
        self.outstanding = max(0, self.outstanding - events)

    def saw(self, window: Window) -> None:
        """A window of the program is new, changed or gone; beyond the bound nobody is told."""
        if not window.shown:
            self.windows.pop(window.key, None)
        elif window.key in self.windows or len(self.windows) < limits.SHARE_WINDOWS_MAX:
            self.windows[window.key] = (window.width, window.height)
        self.windows_changed = True

    def cut(self, steps_left: int) -> bool:
        """The record was cut; whether the guest was told more than is left."""
        if self.guest is None or not must_repair(self.told, steps_left):
            return False
        if self.state in {CopyState.REPLAYING, CopyState.CURRENT}:
            return True
        message = "a copy was told steps before it replays"
        raise Bug(message)

    def too_often(self, now: Micros) -> bool:
        """Whether the guest says more than any person makes."""
        if now - self.frames_at >= 1_000_000:
            self.frames_at = now
            self.frames = 0
        self.frames += 1
        return self.frames > limits.SHARE_GUEST_FRAMES_PER_SECOND
