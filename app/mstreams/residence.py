"""One stream at one site: how it stands (migration), what it is (stream, bag), what runs (activity).

It keeps them in step: contents exist exactly while the stream is at home; while it is released they
are in the hand-over and its luggage. Never talks to another site; `homes` does.
"""

from __future__ import annotations

from collections import deque

from app.core import limits
from app.core.instant import MILLI, Micros, after, earliest
from app.mstreams.activity import Activity
from app.mstreams.backoff import Backoff
from app.mstreams.bag import Bag
from app.mstreams.epochs import StreamEpoch
from app.mstreams.events import TIMER, Happening
from app.mstreams.frames import Kept, StreamLuggage, StreamPermit
from app.mstreams.migration import Input, Migration, State
from app.mstreams.records import NOBODY, STREAM_RECORD, StreamRecord
from app.mstreams.stream import Stream

SESSION = "session"
"""The stream whose agent is the session's controller, at home where the leader is."""
SITE = "site"
"""The stream whose agent is this site's controller; every site has its own."""
DISPATCHER = "dispatcher"
"""The stream that gives all entries one order; it moves by the order's own frames."""
RESERVED = (SESSION, SITE, DISPATCHER)


class Residence:
    """A stream that is or was here."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.migration = Migration()
        self.stream: Stream | None = None
        self.bag: Bag | None = None
        self.activity = Activity()
        self.queue: deque[Happening] = deque()
        self.alarms: dict[tuple[int, str], Micros] = {}
        self.permit: StreamPermit | None = None
        self.departed = False
        self.doomed = False
        self.begun: dict[int, None] = {}
        """Agents whose bodies have run here, in this life of the stream."""
        self.logged = b""
        """The session's controller: the briefcase that the log has or will have, and its number."""
        self.count = 0
        self.backoff = Backoff(
            limits.HAND_OVER_REPEAT_MICROS, limits.HAND_OVER_REPEAT_LONGEST_MICROS
        )

    @property
    def stationary(self) -> bool:
        """Whether it is a controller, which stays and takes no messages."""
        return self.name in RESERVED

    @property
    def home(self) -> Stream | None:
        """The contents while the stream is at home here."""
        return self.stream if self.migration.at_home else None

    @property
    def epoch(self) -> StreamEpoch:
        """The last epoch taken or handed over here."""
        assert self.migration.epoch is not None
        return self.migration.epoch

    def step(self, given: Input, contents: Stream | None = None) -> None:
        """One step of the migration; `contents` replace the present ones where they are given."""
        life = None if self.migration.epoch is None else self.migration.epoch.number
        self.migration.handle(given)
        if life != self.epoch.number:
            self.begun = {}
        if contents is not None:
            self.stream = contents
        if not self.migration.at_home:
            self.stream = None
        if self.migration.state is not State.PERMITTED:
            self.permit = None
        if self.migration.hand_over is None:
            self.backoff.stop()

    def push(self, happening: Happening) -> bool:
        """An event waits for its turn; False if too many do."""
        if len(self.queue) >= limits.HAPPENINGS_MAX:
            return False
        self.queue.append(happening)
        return True

    def arm(self, now: Micros) -> None:
        """Begin all timers anew: the stream has just come here, or this site started."""
        self.alarms = {}
        for agent in self.stream.agents if self.stream is not None else ():
            for name, ms in agent.timers:
                self.alarms[agent.number, name] = after(now, ms * MILLI)

    def ring(self, now: Micros) -> None:
        """Timers that are due become events."""
        for (agent, name), at in list(self.alarms.items()):
            if at <= now and self.push(Happening(TIMER, text=name, agent=agent)):
                del self.alarms[agent, name]

    def deadline(self) -> Micros | None:
        """When a hand-over or a timer is due."""
        full = len(self.queue) >= limits.HAPPENINGS_MAX
        alarms = () if full or self.home is None else tuple(self.alarms.values())
        return earliest(self.backoff.at, *alarms)

    def luggage(self) -> list[StreamLuggage]:
        """The bag in frames, for a stream that leaves at its present epoch."""
        frames: list[StreamLuggage] = []
        part: list[Kept] = []
        size = 0
        # Sorted, so that a source which restarted cuts it into the same frames.
        held = self.bag.kept() if self.bag is not None else []
        for kept in sorted(held, key=lambda one: (one.target, one.incarnation, one.number)):
            length = len(kept.payload) + 4 * len(kept.target) + 32
            if part and size + length > limits.LUGGAGE_BYTES_MAX:
                frames.append(self._pack(part, len(frames)))
                part, size = [], 0
            part.append(kept)
            size += length
        return [*frames, self._pack(part, len(frames))] if part else frames

    def _pack(self, kept: list[Kept], place: int) -> StreamLuggage:
        return StreamLuggage(self.name, self.epoch, place, tuple(kept))

    def record(self) -> bytes:
        """What goes to disk."""
        migration, stream = self.migration, self.stream
        state = State.HOME if migration.state is State.PERMITTED else migration.state
        contents = Stream() if stream is None else stream
        return STREAM_RECORD.encode(
            StreamRecord(
                state.value,
                self.epoch,
                contents.agents,
                contents.vector,
                migration.hand_over,
                tuple(contents.opened),
                contents.revision,
                migration.successor or NOBODY,
                tuple(self.begun),
            )
        )


def restored(name: str, record: StreamRecord) -> Residence:
    """The stream as it stood when the record was committed."""
    residence = Residence(name)
    residence.migration = Migration(
        State(record.state), record.epoch, record.hand_over, record.successor or None
    )
    residence.begun = dict.fromkeys(record.begun)
    if residence.migration.at_home:
        residence.stream = Stream(record.agents, record.vector, record.opened, record.revision)
    return residence


def handed_contents(residence: Residence) -> Stream | None:
    """What a hand-over not yet seen as taken has in it: after a failure it is better than nothing."""
    hand_over = residence.migration.hand_over
    return None if hand_over is None else Stream.unpack(hand_over)
