"""What the parts of `streams` share: who we are, who is present, what is to be saved and sent.

Parts put outputs here and never call one another's outputs; `drain` hands them out once a turn.
Frames of this site to itself go through a bounded work list, so that two agents which answer each
other can't hold a turn for ever.
"""

from __future__ import annotations

from collections import deque

from app.core import limits
from app.core.ids import Key
from app.core.instant import Micros
from app.mstreams.events import Answer, Caller, Value
from app.mstreams.frames import AppendAck, StreamFrame
from app.mstreams.records import Line, SaveStream, Shown, StreamOutput, Transmit


class Desk:
    """One site's place in the session, and its outputs of this turn."""

    def __init__(self, own: Key, incarnation: int) -> None:
        self.own = own
        self.incarnation = incarnation
        self.members: tuple[Key, ...] = ()
        self.locations: dict[Key, int] = {}
        self.leader: Key | None = None
        self.view = 0
        self.now = Micros(0)
        self.local: deque[StreamFrame] = deque()
        self.answers: deque[Answer] = deque()
        self._saves: dict[str, bytes | None] = {}
        self._outputs: list[StreamOutput] = []
        self._acknowledgements: dict[tuple[Key, str, int, str], AppendAck] = {}

    @property
    def location(self) -> int:
        """This site's location, 0 before it has one."""
        return self.locations.get(self.own, 0)

    @property
    def leads(self) -> bool:
        """Whether this site leads."""
        return self.leader == self.own

    def at(self, location: int) -> Key | None:
        """The member at a location."""
        return next((key for key, place in self.locations.items() if place == location), None)

    def save(self, field: str, value: bytes | None) -> None:
        """Commit this field; a later value of the same turn replaces it."""
        self._saves[field] = value

    def send(self, site: Key, frame: StreamFrame) -> None:
        """A frame for a member, this site included; for strangers there is none."""
        if site == self.own:
            self.local.append(frame)
        elif site in self.members:
            self._outputs.append(Transmit(site, frame))

    def send_to_leader(self, frame: StreamFrame) -> None:
        """A frame for the first member of the present view, if there is a view."""
        if self.leader is not None:
            self.send(self.leader, frame)

    def acknowledge(self, site: Key, frame: AppendAck) -> None:
        """Of one flow only the last acknowledgement of a turn is sent."""
        if site == self.own:
            self.local.append(frame)
        else:
            self._acknowledgements[site, frame.source, frame.incarnation, frame.stream] = frame

    def show(self, output: Shown) -> None:
        """Tell the node."""
        self._outputs.append(output)

    def line(self, stream: str, text: str) -> None:
        """A line for this site's console."""
        self.show(Line(stream, text[: limits.CONSOLE_CHARACTERS_MAX]))

    def answer(self, caller: Caller, *, ok: bool, value: Value = "") -> None:
        """Somebody who waits at this site gets an answer, before the call into streams is over."""
        self.answers.append(Answer(caller, ok, value))

    def drain(self) -> list[StreamOutput]:
        """What to save, send and show since the last call."""
        outputs: list[StreamOutput] = [
            *[SaveStream(name, value) for name, value in self._saves.items()],
            *self._outputs,
            *[Transmit(key[0], frame) for key, frame in self._acknowledgements.items()],
        ]
        self._saves, self._outputs, self._acknowledgements = {}, [], {}
        return outputs
