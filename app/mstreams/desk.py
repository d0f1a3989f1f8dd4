"""What the parts of `streams` share: who we are, who is present, what is to be saved and sent.

Parts put outputs here and never call one another's outputs; `drain` hands them out once a turn.
Frames of this site to itself go through a bounded work list, so that two agents which answer each
other can't hold a turn for ever.
"""

from __future__ import annotations

from collections import deque

from app.core.ids import Key
from app.core.instant import Micros
from app.mstreams.frames import AppendAck, Peer, StreamFrame
from app.mstreams.records import Consumed, ControlWanted, SaveStream, StreamOutput, Transmit


class Desk:
    """One site's place in the session, and its outputs of this turn."""

    def __init__(self, own: Key, incarnation: int) -> None:
        self.own = own
        self.incarnation = incarnation
        self.members: tuple[Key, ...] = ()
        self.leader: Key | None = None
        self.now = Micros(0)
        self.local: deque[StreamFrame] = deque()
        self._saves: dict[str, bytes | None] = {}
        self._outputs: list[StreamOutput] = []
        self._acknowledgements: dict[tuple[Key, Peer, int, str], AppendAck] = {}

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

    def acknowledge(self, peer: Peer, frame: AppendAck) -> None:
        """Of one flow only the last acknowledgement of a turn is sent."""
        if peer[0] == self.own:
            self.local.append(frame)
        else:
            self._acknowledgements[peer[0], peer, frame.incarnation, frame.stream] = frame

    def show(self, output: Consumed | ControlWanted) -> None:
        """Tell the node."""
        self._outputs.append(output)

    def drain(self) -> list[StreamOutput]:
        """What to save, send and show since the last call."""
        outputs: list[StreamOutput] = [
            *[SaveStream(name, value) for name, value in self._saves.items()],
            *self._outputs,
            *[Transmit(key[0], frame) for key, frame in self._acknowledgements.items()],
        ]
        self._saves, self._outputs, self._acknowledgements = {}, [], {}
        return outputs
