"""One stream at one site: how it stands (migration), what it is (stream), what is on disk of it.

It keeps the two in step: contents exist exactly while the stream is at home; while it is released
they are in the hand-over. Never talks to another site; `homes` does.
"""

from __future__ import annotations

from app.core import limits
from app.mstreams.agent import Agent
from app.mstreams.backoff import Backoff
from app.mstreams.migration import Input, Migration, State
from app.mstreams.records import STREAM_RECORD, StreamRecord
from app.mstreams.stream import Stream


class Residence:
    """A stream that is or was here."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.migration = Migration()
        self.stream: Stream | None = None
        self.cached: dict[int, Agent] = {}
        self.backoff = Backoff(
            limits.HAND_OVER_REPEAT_MICROS, limits.HAND_OVER_REPEAT_LONGEST_MICROS
        )

    @property
    def home(self) -> Stream | None:
        """The contents while the stream is at home here."""
        return self.stream if self.migration.at_home else None

    def step(self, given: Input, contents: Stream | None = None) -> None:
        """One step of the migration; `contents` replace the present ones where they are given."""
        self.migration.handle(given)
        if contents is not None:
            self.stream = contents
        if not self.migration.at_home:
            self.stream = None
        if self.migration.hand_over is None:
            self.backoff.stop()

    def record(self) -> bytes:
        """What goes to disk."""
        migration, stream = self.migration, self.stream
        assert migration.epoch is not None
        state = State.HOME if migration.state is State.PERMITTED else migration.state
        return STREAM_RECORD.encode(
            StreamRecord(
                state.value,
                migration.epoch,
                () if stream is None else stream.agents,
                () if stream is None else stream.vector,
                migration.hand_over,
            )
        )


def restored(name: str, record: StreamRecord) -> Residence:
    """The stream as it stood when the record was committed."""
    residence = Residence(name)
    residence.migration = Migration(State(record.state), record.epoch, record.hand_over)
    if residence.migration.at_home:
        residence.stream = Stream(record.agents, record.vector)
    return residence


def handed_contents(residence: Residence) -> Stream | None:
    """What a hand-over not yet seen as taken has in it: after a failure it is better than nothing."""
    hand_over = residence.migration.hand_over
    return None if hand_over is None else Stream.unpack(hand_over)
