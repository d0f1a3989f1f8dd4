"""The streams that are or were at this site: consuming, taking and letting go.

A message is consumed, counted and saved in one turn, and its acknowledgement is an output of that
turn. Handlers run one after the other, between two inputs none runs, so a permit takes effect at
once. Never acknowledges what only arrived, and never passes on what came too late.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.core import limits
from app.core.errors import RemoteError
from app.core.ids import Key
from app.core.instant import Micros, earliest
from app.mstreams import rules
from app.mstreams.agent import Agent, AppendTo, Builtins, Context, Effect, Message
from app.mstreams.desk import Desk
from app.mstreams.directory import Directory
from app.mstreams.epochs import StreamEpoch
from app.mstreams.frames import (
    AgentState,
    Append,
    AppendAck,
    Peer,
    StreamElsewhere,
    StreamHandOver,
    StreamPermit,
)
from app.mstreams.migration import (
    Created,
    HandlersDone,
    HandOverArrived,
    PermitArrived,
    State,
    SuccessorSeen,
    Superseded,
    ViewChanged,
)
from app.mstreams.outgoing import Outgoing
from app.mstreams.records import Consumed, StreamRecord, at_field
from app.mstreams.residence import Residence, handed_contents, restored
from app.mstreams.stream import Event, Stream


class Homes:
    """Residences by stream."""

    def __init__(
        self, desk: Desk, directory: Directory, outgoing: Outgoing, builtins: Builtins
    ) -> None:
        self._desk = desk
        self._directory = directory
        self._outgoing = outgoing
        self._builtins = builtins
        self._residences: dict[str, Residence] = {}
        self._beat_start = 0

    def restore(self, name: str, record: StreamRecord) -> None:
        """A stream from the disk."""
        self._residences[name] = restored(name, record)

    # --- what others say --------------------------------------------------------------------------

    def view_installed(self) -> None:
        """Homes stay as they are; permits are void; hand-overs are repeated at once."""
        for residence in self._residences.values():
            if residence.migration.state is State.PERMITTED:
                residence.step(ViewChanged())
            if residence.migration.state is State.RELEASED:
                residence.backoff.hurry(self._desk.now)

    def homed(
        self, name: str, home: Key, epoch: StreamEpoch, agents: Sequence[tuple[str, int]]
    ) -> None:
        """An ordered entry names a home: it may make this site one, or end its being one."""
        residence = self._residences.get(name)
        present = None if residence is None else residence.migration.epoch
        if home == self._desk.own and rules.creates_home(present, epoch):
            self._create(name, epoch, agents)
        elif residence is not None and residence.migration.state is not State.GONE:
            if present is not None and rules.supersedes(present, epoch):
                residence.step(Superseded(epoch))
                self._save(residence)
        self._seen(name, epoch, home)

    def learn(self, name: str, epoch: StreamEpoch, home: Key, *, taken: bool) -> None:
        """Somebody says where a stream is; `taken` if it is the home itself."""
        residence = self._residences.get(name)
        if residence is not None and residence.home is not None:
            own_epoch = residence.migration.epoch
            if own_epoch is not None and not rules.supersedes(own_epoch, epoch):
                return  # only its home can make the next move
        if self._directory.learn(name, epoch, home, taken=taken):
            self._outgoing.redirect(name)
        self._seen(name, epoch, home if taken else None)

    def know_own(self, name: str) -> bool:
        """Tell the directory what this site itself has or handed over; True if that is news."""
        residence = self._residences.get(name)
        if residence is None or residence.migration.epoch is None:
            return False
        migration, epoch = residence.migration, residence.migration.epoch
        if migration.at_home:
            return self._directory.learn(name, epoch, self._desk.own, taken=True)
        if migration.hand_over is not None:
            return self._directory.learn(name, epoch, migration.hand_over.target, taken=False)
        return False

    def arrived(self, sender: Key, append: Append) -> None:
        """A message: consume it if it is next, hold it back if it is early, or say where to send.

        Raises:
            RemoteError: its numbers can't be.
        """
        if append.oldest > append.number:
            message = f"append {append.number} says that {append.oldest} is the oldest"
            raise RemoteError(message)
        residence = self._residences.get(append.stream)
        stream = None if residence is None else residence.home
        if residence is None or stream is None:
            self._answer_elsewhere(sender, append.stream)
            return
        peer = (sender, append.source)
        stream.arrive(peer, append, self._desk.members)
        self._consume_ready(residence, stream, peer)
        consumed = stream.consumed(peer, append.incarnation)
        epoch = residence.migration.epoch
        if consumed >= append.number and epoch is not None:
            acknowledgement = AppendAck(
                append.stream, append.source, append.incarnation, consumed, epoch
            )
            self._desk.acknowledge(peer, acknowledgement)

    def permitted(self, sender: Key, permit: StreamPermit) -> None:
        """T1: let go if it is the leader's word for the very next move; else it is void."""
        residence = self._residences.get(permit.stream)
        if residence is None or residence.home is None or permit.target == self._desk.own:
            return
        present = residence.migration.epoch
        if present is None or permit.target not in self._desk.members:
            return
        if rules.permits(present, permit.epoch, sender, self._desk.leader):
            residence.step(PermitArrived(permit.target))
            self._release(residence)

    def offered(self, sender: Key, frame: StreamHandOver) -> None:
        """T3: take it, or say where the stream is by now.

        Raises:
            RemoteError: nobody but us could have made that move.
        """
        known = self._directory.find(frame.stream)
        if known is None:
            return
        residence = self._residences.get(frame.stream)
        own_epoch = None if residence is None else residence.migration.epoch
        names_us = frame.target == self._desk.own
        if not rules.take_hand_over(own_epoch, known.registered, frame.epoch, names_us):
            self._answer_elsewhere(sender, frame.stream)
            return
        if residence is None:
            residence = self._residences[frame.stream] = Residence(frame.stream)
        elif residence.home is not None and own_epoch is not None:
            if not rules.supersedes(own_epoch, frame.epoch):
                message = "a hand-over of a stream that is at home here"
                raise RemoteError(message)
        residence.step(HandOverArrived(frame), Stream.unpack(frame))
        self._begin(residence)

    # --- time -------------------------------------------------------------------------------------

    def repeat(self) -> None:
        """Send hand-overs again that are due."""
        for residence in self._residences.values():
            if residence.backoff.due(self._desk.now):
                residence.backoff.again(self._desk.now)
                self._send_hand_over(residence)

    def deadline(self) -> Micros | None:
        """When a hand-over is due."""
        return earliest(*[residence.backoff.at for residence in self._residences.values()])

    def beat(self) -> tuple[tuple[str, int, int], ...]:
        """(stream, view number, k) of what is at home; where it is long, they take turns."""
        homes: list[tuple[str, int, int]] = []
        for name in sorted(self._residences):
            migration = self._residences[name].migration
            if migration.at_home and migration.epoch is not None:
                homes.append((name, *migration.epoch.pair))
        if len(homes) <= limits.STREAMS_PER_BEAT_MAX:
            return tuple(homes)
        start = self._beat_start % len(homes)
        self._beat_start = start + limits.STREAMS_PER_BEAT_MAX
        return tuple((homes + homes)[start : start + limits.STREAMS_PER_BEAT_MAX])

    # --- steps ------------------------------------------------------------------------------------

    def _create(self, name: str, epoch: StreamEpoch, agents: Sequence[tuple[str, int]]) -> None:
        residence = self._residences.get(name)
        if residence is None:
            residence = self._residences[name] = Residence(name)
        contents = residence.home or handed_contents(residence)
        if contents is None:
            states = [AgentState(*agent, b"", failed=False) for agent in agents]
            contents = Stream(states[: limits.AGENTS_MAX], ())
        residence.step(Created(epoch), contents)
        self._begin(residence)

    def _begin(self, residence: Residence) -> None:
        """This site has just become home."""
        stream = residence.home
        assert stream is not None
        self.know_own(residence.name)
        self._save(residence)
        self._run(residence, stream, _arrival)
        for peer in stream.peers:
            self._consume_ready(residence, stream, peer)
        self._outgoing.redirect(residence.name)

    def _release(self, residence: Residence) -> None:
        """T2: commit that this site is not home any more, and only then hand over."""
        stream, migration = residence.home, residence.migration
        assert stream is not None
        assert migration.epoch is not None
        assert migration.target is not None
        self._run(residence, stream, _departure)
        hand_over = stream.pack(residence.name, migration.epoch.following(), migration.target)
        residence.step(HandlersDone(hand_over))
        if rules.release_is_committed():
            self._save(residence)
        self.know_own(residence.name)
        residence.backoff.start(self._desk.now)
        self._send_hand_over(residence)
        self._outgoing.redirect(residence.name)

    def _seen(self, name: str, epoch: StreamEpoch, home: Key | None) -> None:
        """Somebody showed an epoch; `home` is the site that is home in it, None for hearsay."""
        residence = self._residences.get(name)
        hand_over = None if residence is None else residence.migration.hand_over
        if residence is None or hand_over is None:
            return
        if rules.hand_over_is_over(hand_over.epoch, epoch, home == hand_over.target):
            residence.step(SuccessorSeen())
            self._save(residence)

    def _send_hand_over(self, residence: Residence) -> None:
        """To the target while it is a member; else the leader has to hear of the stream's fate."""
        hand_over = residence.migration.hand_over
        assert hand_over is not None
        if hand_over.target in self._desk.members:
            self._desk.send(hand_over.target, hand_over)
        else:
            name, target = residence.name, hand_over.target
            self._desk.send_to_leader(StreamElsewhere(name, hand_over.epoch, target))

    def _answer_elsewhere(self, sender: Key, name: str) -> None:
        """Who is not home answers where it may be, and drops (O2)."""
        known = self._directory.find(name)
        if known is not None and known.home not in {self._desk.own, sender}:
            self._desk.send(sender, StreamElsewhere(name, known.epoch, known.home))

    # --- handlers ---------------------------------------------------------------------------------

    def _consume_ready(self, residence: Residence, stream: Stream, peer: Peer) -> None:
        while (message := stream.next_ready(peer)) is not None:
            self._run(residence, stream, _delivery(message))
            self._save(residence)
            self._desk.show(
                Consumed(
                    residence.name,
                    message.sender,
                    message.source,
                    message.incarnation,
                    message.number,
                    message.payload,
                )
            )

    def _run(self, residence: Residence, stream: Stream, event: Event) -> None:
        """Run handlers, then let happen what they recorded: all of an agent's effects or none."""
        epoch = residence.migration.epoch
        assert epoch is not None
        context = (residence.name, self._desk.own, epoch)
        outcomes = stream.run(event, residence.cached, self._builtins, context)
        for outcome in outcomes:
            effects = outcome.effects
            if effects is None or not self._possible(effects) or not stream.keep(outcome):
                stream.fail(outcome.place)
                continue
            for effect in effects:
                if isinstance(effect, AppendTo):
                    self._outgoing.append(effect.stream, effect.payload)
                else:
                    self._outgoing.wish(residence.name, effect.target)
        if outcomes:
            self._save(residence)

    def _possible(self, effects: tuple[Effect, ...]) -> bool:
        if len(effects) > limits.EFFECTS_MAX:
            return False
        payloads: dict[str, list[bytes]] = {}
        for effect in effects:
            if isinstance(effect, AppendTo):
                payloads.setdefault(effect.stream, []).append(effect.payload)
            elif effect.target not in self._desk.members:
                return False
        return all(self._outgoing.room_for(name, sizes) for name, sizes in payloads.items())

    def _save(self, residence: Residence) -> None:
        self._desk.save(at_field(residence.name), residence.record())


def _arrival(agent: Agent, context: Context) -> None:
    agent.on_arrival(context)


def _departure(agent: Agent, context: Context) -> None:
    agent.on_relocation(context)


def _delivery(message: Message) -> Event:
    def deliver(agent: Agent, context: Context) -> None:
        agent.on_append(context, message)

    return deliver
