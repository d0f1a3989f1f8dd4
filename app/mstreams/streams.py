"""The facade of streams: everything that one site has to do with them, without any I/O.

Inputs are views, ordered entries, frames, heartbeats, wishes and time; `drain` hands out what to
save, send and show. A message is consumed, counted and saved in the same turn, and its
acknowledgement is an output of that turn, so it never leaves before the commit. Handlers run one
after the other and record what they want; frames between streams of this site go through a bounded
work list like any other. Nothing of the session's order is here: the dispatcher's own frames go by
O2 to O5.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from typing import assert_never

from app.core import limits
from app.core.errors import LocalError, RemoteError
from app.core.ids import Key
from app.core.instant import Micros, earliest
from app.mstreams import rules
from app.mstreams.agent import BUILTINS, Agent, AppendTo, Builtins, Context, Effect, Message
from app.mstreams.directory import Directory
from app.mstreams.epochs import StreamEpoch, primary_epoch
from app.mstreams.flow import Outbox
from app.mstreams.frames import (
    AgentState,
    Append,
    AppendAck,
    Peer,
    StreamElsewhere,
    StreamFrame,
    StreamHandOver,
    StreamPermit,
    StreamWish,
)
from app.mstreams.leader import Leader
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
from app.mstreams.records import (
    AT_PREFIX,
    KEPT_MESSAGE,
    OUT_PREFIX,
    Consumed,
    KeptMessage,
    SaveStream,
    StreamOutput,
    Transmit,
    at_field,
    out_field,
    read_at,
    read_out,
)
from app.mstreams.residence import Residence, handed_contents, restored
from app.mstreams.stream import Event, Stream, unpack
from app.mstreams.wishes import Wishes


class Streams:
    """All streams, as one site sees them.

    Args:
        own: this site's identity key.
        incarnation: of this start, greater than all before.
        saved: fields of the disk; those that begin with `stream:` are read.
        builtins: the agents this site can run.

    Raises:
        KnownError: a saved field is damaged.
    """

    def __init__(
        self,
        own: Key,
        incarnation: int,
        saved: Mapping[str, bytes],
        builtins: Builtins = BUILTINS,
    ) -> None:
        self._own = own
        self._incarnation = incarnation
        self._builtins = builtins
        self._members: tuple[Key, ...] = ()
        self._directory = Directory()
        self._leader = Leader(own, self._directory)
        self._residences: dict[str, Residence] = {}
        self._outboxes: dict[str, Outbox] = {}
        self._wishes = Wishes()
        self._local: deque[StreamFrame] = deque()
        self._saves: dict[str, bytes | None] = {}
        self._outputs: list[StreamOutput] = []
        self._acknowledgements: dict[tuple[Key, Peer, int, str], AppendAck] = {}
        self._beat_start = 0
        self._now = Micros(0)
        self._load(saved)

    def _load(self, saved: Mapping[str, bytes]) -> None:
        kept: list[tuple[int, int, str, bytes]] = []
        for field in sorted(saved):
            if field.startswith(AT_PREFIX):
                name, record = read_at(field, saved[field])
                self._residences[name] = restored(name, record)
            elif field.startswith(OUT_PREFIX):
                kept.append(read_out(field, saved[field]))
        for incarnation, number, name, payload in sorted(kept):
            self._outbox(name).restore(incarnation, number, payload)

    # --- inputs from the node ---------------------------------------------------------------------

    def view_installed(self, members: tuple[Key, ...], leader: Key, view_number: int) -> None:
        """A view begins, also at start. Homes stay as they are; open permits are void."""
        self._members = members
        for residence in self._residences.values():
            if residence.migration.state is State.PERMITTED:
                residence.step(ViewChanged())
            if residence.migration.state is State.RELEASED:
                residence.backoff.hurry(self._now)
        self._leader.view_installed(members, leader, view_number)
        for name in self._outboxes:
            self._redirect(name)
        self._outputs += self._leader.entries_wanted()

    def homed(
        self,
        name: str,
        home: Key,
        epoch: tuple[int, int],
        now: Micros,
        agents: Sequence[tuple[str, int]] = (),
    ) -> None:
        """A `control.stream` entry was ordered. Repeating old entries, as after a start, is fine.

        `agents` are (kind, version) of a new stream; they count only where this makes a home.
        """
        self._now = now
        entry = primary_epoch(epoch)
        newer = self._directory.register(name, entry, home)
        residence = self._residences.get(name)
        if home == self._own and rules.creates_home(
            None if residence is None else residence.migration.epoch, entry
        ):
            self._create(name, entry, agents)
        elif residence is not None and residence.migration.state is not State.GONE:
            present = residence.migration.epoch
            assert present is not None
            if rules.supersedes(present, entry):
                residence.step(Superseded(entry))
                self._save(residence)
        self._seen(name, entry, home)
        if self._know_own(name) or newer:
            self._redirect(name)
        self._work()

    def append(self, name: str, payload: bytes, now: Micros) -> int:
        """Append a message of this site; its number in the flow. Kept until it is consumed.

        Raises:
            LocalError: no such stream, too long, or too many wait.
        """
        self._now = now
        number = self._append(name, payload)
        self._work()
        return number

    def move(self, name: str, target: Key, now: Micros) -> None:
        """Wish that a stream moves; the leader decides. The wish is repeated for a while.

        Raises:
            LocalError: no such stream, or the target is no member.
        """
        self._now = now
        if target not in self._members:
            message = "a stream moves to members of the session only"
            raise LocalError(message)
        self._wish(name, target)
        self._work()

    def receive(
        self, sender: Key, sender_incarnation: int, frame: StreamFrame, now: Micros
    ) -> None:
        """A frame of another site.

        Raises:
            RemoteError: it can't be true.
        """
        self._now = now
        if sender not in self._members:
            return
        self._handle(sender, sender_incarnation, frame)
        self._work()

    def heard(self, sender: Key, ks: tuple[tuple[str, int, int], ...], now: Micros) -> None:
        """A heartbeat's part: (stream, view number, k) of streams at home at `sender`."""
        self._now = now
        if sender not in self._members:
            return
        for name, number, k in ks:
            self._learn(name, primary_epoch((number, k)), sender, taken=True)
        self._work()

    def tick(self, now: Micros) -> None:
        """Repeat what is due."""
        self._now = now
        for name, outbox in self._outboxes.items():
            if outbox.backoff.due(now):
                self._send_appends(name, outbox.repeat(now))
        for residence in self._residences.values():
            if residence.backoff.due(now):
                residence.backoff.again(now)
                self._send_hand_over(residence)
        for wish in self._wishes.due(now):
            self._send_to_leader(wish)
        self._work()

    def deadline(self) -> Micros | None:
        """When `tick` is wanted."""
        if self._local:
            return self._now
        return earliest(
            self._wishes.deadline(),
            *[outbox.backoff.at for outbox in self._outboxes.values()],
            *[residence.backoff.at for residence in self._residences.values()],
        )

    # --- outputs ----------------------------------------------------------------------------------

    def drain(self) -> list[StreamOutput]:
        """What to save, send and show since the last call; of a field only its last value."""
        saves = [SaveStream(name, value) for name, value in self._saves.items()]
        acknowledgements = [
            Transmit(key[0], frame) for key, frame in self._acknowledgements.items()
        ]
        outputs = [*saves, *self._outputs, *acknowledgements]
        self._saves, self._outputs, self._acknowledgements = {}, [], {}
        return outputs

    def beat(self) -> tuple[tuple[str, int, int], ...]:
        """This site's part of a heartbeat; where it is long, the streams take turns."""
        homes: list[tuple[str, int, int]] = []
        for name in sorted(self._residences):
            migration = self._residences[name].migration
            if migration.at_home and migration.epoch is not None:
                homes.append((name, *migration.epoch.pair))
        if len(homes) <= limits.BEAT_STREAMS_MAX:
            return tuple(homes)
        start = self._beat_start % len(homes)
        self._beat_start = start + limits.BEAT_STREAMS_MAX
        return tuple((homes + homes)[start : start + limits.BEAT_STREAMS_MAX])

    def home_of(self, name: str) -> tuple[Key, tuple[int, int]] | None:
        """The newest (home, epoch) known of a stream, for people."""
        known = self._directory.find(name)
        return None if known is None else (known.home, known.epoch.pair)

    # --- frames -----------------------------------------------------------------------------------

    def _handle(self, sender: Key, sender_incarnation: int, frame: StreamFrame) -> None:
        match frame:
            case Append():
                if frame.incarnation > sender_incarnation or frame.oldest > frame.number:
                    message = f"an append numbered {frame.incarnation}.{frame.number}"
                    raise RemoteError(message)
                self._arrived(sender, frame)
            case AppendAck():
                self._acknowledged(sender, frame)
            case StreamElsewhere():
                self._learn(frame.stream, frame.epoch, frame.home, taken=False)
                self._seen(frame.stream, frame.epoch, None)
            case StreamWish():
                self._wished(sender, frame)
            case StreamPermit():
                self._permitted(sender, frame)
            case StreamHandOver():
                self._offered(sender, frame)
            case _:
                assert_never(frame)

    def _arrived(self, sender: Key, append: Append) -> None:
        residence = self._residences.get(append.stream)
        stream = None if residence is None else residence.home
        if residence is None or stream is None:
            self._redirect_sender(sender, append.stream)
            return
        peer = (sender, append.source)
        stream.arrive(peer, append, self._members)
        self._consume_ready(residence, stream, peer)
        consumed = stream.consumed(peer, append.incarnation)
        if consumed >= append.number:
            epoch = residence.migration.epoch
            assert epoch is not None
            acknowledgement = AppendAck(
                append.stream, append.source, append.incarnation, consumed, epoch
            )
            if sender == self._own:
                self._local.append(acknowledgement)
            else:
                key = (sender, peer, append.incarnation, append.stream)
                self._acknowledgements[key] = acknowledgement

    def _redirect_sender(self, sender: Key, name: str) -> None:
        """Who is not home answers where it may be, and drops (O2)."""
        known = self._directory.find(name)
        if known is not None and known.home not in {self._own, sender}:
            self._send(sender, StreamElsewhere(name, known.epoch, known.home))

    def _acknowledged(self, sender: Key, frame: AppendAck) -> None:
        self._learn(frame.stream, frame.epoch, sender, taken=True)
        outbox = self._outboxes.get(frame.stream)
        if outbox is None or frame.source:
            return
        for number in outbox.acknowledged(frame.incarnation, frame.consumed, self._now):
            self._saves[out_field(frame.incarnation, number, frame.stream)] = None
        self._send_appends(frame.stream, outbox.fresh(self._now))

    def _wished(self, sender: Key, wish: StreamWish) -> None:
        known = self._directory.find(wish.stream)
        if known is None or not self._leader.leads or wish.target not in self._members:
            return
        if wish.epoch != known.epoch:
            self._send(sender, StreamElsewhere(wish.stream, known.epoch, known.home))
        elif wish.target != known.home:
            permit = StreamPermit(wish.stream, known.epoch.following(), wish.target)
            self._send(known.home, permit)

    def _permitted(self, sender: Key, permit: StreamPermit) -> None:
        residence = self._residences.get(permit.stream)
        if residence is None or residence.home is None or permit.target == self._own:
            return
        present = residence.migration.epoch
        assert present is not None
        if permit.target not in self._members or not rules.permits(
            present, permit.epoch, sender, self._leader.key
        ):
            return
        residence.step(PermitArrived(permit.target))
        self._release(residence)

    def _offered(self, sender: Key, frame: StreamHandOver) -> None:
        known = self._directory.find(frame.stream)
        if known is None:
            return
        residence = self._residences.get(frame.stream)
        own_epoch = None if residence is None else residence.migration.epoch
        if not rules.take_hand_over(
            own_epoch, known.registered, frame.epoch, frame.target == self._own
        ):
            self._redirect_sender(sender, frame.stream)
            return
        if residence is not None and residence.home is not None and own_epoch is not None:
            if not rules.supersedes(own_epoch, frame.epoch):
                message = "a hand-over of a stream that is at home here"
                raise RemoteError(message)
        if residence is None:
            residence = self._residences[frame.stream] = Residence(frame.stream)
        residence.step(HandOverArrived(frame), unpack(frame))
        self._begin_at_home(residence)

    # --- at home ----------------------------------------------------------------------------------

    def _create(self, name: str, epoch: StreamEpoch, agents: Sequence[tuple[str, int]]) -> None:
        residence = self._residences.get(name)
        if residence is None:
            residence = self._residences[name] = Residence(name)
        contents = residence.home or handed_contents(residence)
        if contents is None:
            states = [
                AgentState(kind, version, b"", failed=False)
                for kind, version in agents[: limits.AGENTS_MAX]
            ]
            contents = Stream(states, ())
        residence.step(Created(epoch), contents)
        self._begin_at_home(residence)

    def _begin_at_home(self, residence: Residence) -> None:
        stream = residence.home
        assert stream is not None
        self._know_own(residence.name)
        self._save(residence)
        self._run(residence, stream, _arrival)
        for peer in stream.peers:
            self._consume_ready(residence, stream, peer)
        self._redirect(residence.name)

    def _consume_ready(self, residence: Residence, stream: Stream, peer: Peer) -> None:
        while (message := stream.next_ready(peer)) is not None:
            self._run(residence, stream, _delivery(message))
            self._save(residence)
            self._outputs.append(
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
        context = (residence.name, self._own, epoch)
        outcomes = stream.run(event, residence.cached, self._builtins, context)
        for outcome in outcomes:
            effects = outcome.effects
            if effects is None or not self._possible(effects) or not stream.keep(outcome):
                stream.fail(outcome.place)
                continue
            for effect in effects:
                if isinstance(effect, AppendTo):
                    self._append(effect.stream, effect.payload)
                else:
                    self._wish(residence.name, effect.target)
        if outcomes:
            self._save(residence)

    def _possible(self, effects: tuple[Effect, ...]) -> bool:
        if len(effects) > limits.EFFECTS_MAX:
            return False
        payloads: dict[str, list[bytes]] = {}
        for effect in effects:
            if isinstance(effect, AppendTo):
                payloads.setdefault(effect.stream, []).append(effect.payload)
            elif effect.target not in self._members:
                return False
        return all(
            self._directory.find(name) is not None and self._outbox(name).room_for(sizes)
            for name, sizes in payloads.items()
        )

    def _release(self, residence: Residence) -> None:
        """T2: no handler runs between two inputs, so a permit takes effect at once."""
        stream, migration = residence.home, residence.migration
        assert stream is not None
        assert migration.epoch is not None
        assert migration.target is not None
        self._run(residence, stream, _departure)
        hand_over = stream.pack(residence.name, migration.epoch.following(), migration.target)
        residence.step(HandlersDone(hand_over))
        if rules.release_is_committed():
            self._save(residence)
        self._know_own(residence.name)
        residence.backoff.start(self._now)
        self._send_hand_over(residence)
        self._redirect(residence.name)

    # --- knowing where ----------------------------------------------------------------------------

    def _know_own(self, name: str) -> bool:
        """Tell the directory what this site itself has or handed over; True if that is news."""
        residence = self._residences.get(name)
        if residence is None or residence.migration.epoch is None:
            return False
        migration, epoch = residence.migration, residence.migration.epoch
        if migration.at_home:
            return self._directory.learn(name, epoch, self._own, taken=True)
        if migration.hand_over is not None:
            return self._directory.learn(name, epoch, migration.hand_over.target, taken=False)
        return False

    def _learn(self, name: str, epoch: StreamEpoch, home: Key, *, taken: bool) -> None:
        residence = self._residences.get(name)
        if residence is not None and residence.home is not None:
            own_epoch = residence.migration.epoch
            if own_epoch is not None and not rules.supersedes(own_epoch, epoch):
                return  # only we can make the next move
        if self._directory.learn(name, epoch, home, taken=taken):
            self._redirect(name)
        if taken:
            self._seen(name, epoch, home)

    def _seen(self, name: str, epoch: StreamEpoch, home: Key | None) -> None:
        """Somebody showed an epoch; `home` is the site that is home in it, None for hearsay."""
        residence = self._residences.get(name)
        hand_over = None if residence is None else residence.migration.hand_over
        if residence is None or hand_over is None:
            return
        if rules.hand_over_is_over(hand_over.epoch, epoch, home == hand_over.target):
            residence.step(SuccessorSeen())
            self._save(residence)

    def _redirect(self, name: str) -> None:
        """The home may be another one: send there what waits."""
        outbox = self._outboxes.get(name)
        if outbox is not None:
            self._send_appends(name, outbox.redirected(self._now))
        self._wishes.moved(name, self._directory.find(name), self._now)

    # --- sending ----------------------------------------------------------------------------------

    def _outbox(self, name: str) -> Outbox:
        outbox = self._outboxes.get(name)
        if outbox is None:
            outbox = self._outboxes[name] = Outbox(name, self._incarnation)
        return outbox

    def _append(self, name: str, payload: bytes) -> int:
        if self._directory.find(name) is None:
            message = f"there is no stream '{name}'"
            raise LocalError(message)
        outbox = self._outbox(name)
        number = outbox.append(payload)
        field = out_field(self._incarnation, number, name)
        self._saves[field] = KEPT_MESSAGE.encode(KeptMessage(payload))
        self._send_appends(name, outbox.fresh(self._now))
        return number

    def _wish(self, name: str, target: Key) -> None:
        known = self._directory.find(name)
        if known is None:
            message = f"there is no stream '{name}'"
            raise LocalError(message)
        if known.home != target:
            self._send_to_leader(self._wishes.add(name, known.epoch, target, self._now))

    def _send_appends(self, name: str, appends: Sequence[Append]) -> None:
        known = self._directory.find(name)
        if known is not None:
            for append in appends:
                self._send(known.home, append)

    def _send_hand_over(self, residence: Residence) -> None:
        """To the target while it is a member; else the leader has to hear of the stream's fate."""
        hand_over = residence.migration.hand_over
        assert hand_over is not None
        if hand_over.target in self._members:
            self._send(hand_over.target, hand_over)
        else:
            name, target = residence.name, hand_over.target
            self._send_to_leader(StreamElsewhere(name, hand_over.epoch, target))

    def _send_to_leader(self, frame: StreamFrame) -> None:
        if self._leader.key is not None:
            self._send(self._leader.key, frame)

    def _send(self, site: Key, frame: StreamFrame) -> None:
        if site == self._own:
            self._local.append(frame)
        elif site in self._members:
            self._outputs.append(Transmit(site, frame))

    def _save(self, residence: Residence) -> None:
        self._saves[at_field(residence.name)] = residence.record()

    def _work(self) -> None:
        """Frames of this site to itself, up to a bound; the rest waits for `tick`."""
        for _ in range(limits.LOCAL_FRAMES_PER_CALL_MAX):
            if not self._local:
                break
            self._handle(self._own, self._incarnation, self._local.popleft())
        self._outputs += self._leader.entries_wanted()


def _arrival(agent: Agent, context: Context) -> None:
    agent.on_arrival(context)


def _departure(agent: Agent, context: Context) -> None:
    agent.on_relocation(context)


def _delivery(message: Message) -> Event:
    def deliver(agent: Agent, context: Context) -> None:
        agent.on_append(context, message)

    return deliver
