"""The streams that are or were at this site: taking messages in, taking streams and letting go.

A message is consumed, counted and saved in one turn, and its acknowledgement is an output of that
turn. A permit takes effect once no handler of its stream runs. Never acknowledges what only arrived,
and never passes on what came too late.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.core import limits
from app.core.errors import RemoteError
from app.core.ids import Key
from app.core.instant import Micros, earliest
from app.mstreams import rules
from app.mstreams.arrivals import Arrivals, answer_elsewhere
from app.mstreams.bag import Bag
from app.mstreams.desk import Desk
from app.mstreams.directory import Directory
from app.mstreams.epochs import StreamEpoch
from app.mstreams.events import ARRIVAL, FAILURE, RELOCATION, Happening
from app.mstreams.frames import (
    Append,
    Kept,
    StreamElsewhere,
    StreamHandOver,
    StreamLuggage,
    StreamPermit,
)
from app.mstreams.handling import Handling
from app.mstreams.keeping import begin_controller, begin_heard, keep
from app.mstreams.luggage import LuggageRoom
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
from app.mstreams.records import (
    HEARD_FIELD,
    ControllerRecord,
    StreamRecord,
    at_field,
    controller_field,
)
from app.mstreams.residence import DISPATCHER, SESSION, SITE, Residence, handed_contents, restored
from app.mstreams.stream import Stream


class Homes:
    """Residences by stream."""

    def __init__(
        self, desk: Desk, directory: Directory, outgoing: Outgoing, handling: Handling
    ) -> None:
        self._desk = desk
        self._directory = directory
        self._outgoing = outgoing
        self._handling = handling
        self._residences: dict[str, Residence] = {}
        self._kept: dict[str, ControllerRecord] = {}
        self._heard: StreamRecord | None = None
        self._luggage = LuggageRoom()
        self._arrivals = Arrivals(desk, directory)
        self._touched: dict[str, None] = {}
        self._beat_start = 0

    def restore(self, name: str, record: StreamRecord, kept: list[Kept]) -> None:
        """A stream from the disk, with the messages that it keeps in order."""
        residence = self._residences[name] = restored(name, record)
        stream = residence.stream
        if residence.migration.at_home or residence.migration.hand_over is not None:
            self._pack_bag(residence, stream, kept)

    def restore_controller(self, name: str, record: ControllerRecord) -> None:
        """How a controller stood here; it begins once it belongs here."""
        self._kept[name] = record

    def restore_heard(self, record: StreamRecord) -> None:
        """How the agents that hear the dispatcher stood here; they begin once the log is read."""
        self._heard = record

    def begin(self) -> None:
        """This site has started: what is at home goes on."""
        for residence in self._residences.values():
            residence.arm(self._desk.now)
            self.touch(residence.name)

    def find(self, name: str) -> Residence | None:
        """A stream that is or was here."""
        return self._residences.get(name)

    def at_home(self) -> Iterator[Residence]:
        """Streams that are at home here, controllers too."""
        for name in list(self._residences):
            if self._residences[name].home is not None:
                yield self._residences[name]

    def touch(self, name: str) -> None:
        """Something waits at a stream: look at it before the call into streams is over."""
        if name in self._residences:
            self._touched[name] = None

    def touch_all(self) -> None:
        """Something may wait at any stream."""
        for name in self._residences:
            self.touch(name)

    def push(self, name: str, happening: Happening) -> bool:
        """An event at a stream that is at home here; False if it can't wait there."""
        residence = self._residences.get(name)
        self.touch(name)
        return residence is not None and residence.home is not None and residence.push(happening)

    def settle(self) -> bool:
        """Go on wherever something waits; False if nothing did."""
        touched, self._touched = self._touched, {}
        for name in touched:
            residence = self._residences.get(name)
            if residence is not None:
                self._handling.advance(residence)
                self._decide(residence)
        return bool(touched)

    def _decide(self, residence: Residence) -> None:
        """No handler runs: end or let go, if that waits."""
        if not residence.activity.idle:
            return
        if residence.doomed:
            self._end(residence)
        elif residence.migration.state is State.PERMITTED and residence.departed:
            self._release(residence)

    # --- what others say --------------------------------------------------------------------------

    def view_installed(self) -> None:
        """Homes stay as they are; permits are void; hand-overs are repeated at once."""
        for residence in self._residences.values():
            if residence.migration.state is State.PERMITTED:
                residence.step(ViewChanged())
            if residence.migration.state is State.RELEASED:
                residence.backoff.hurry(self._desk.now)
        self.controllers_changed()

    def controllers_changed(self) -> None:
        """The controllers of session and site, and what hears the dispatcher, are where they belong."""
        wanted = {
            SITE: bool(self._directory.roster(SITE).agents),
            SESSION: self._desk.leads and bool(self._directory.roster(SESSION).agents),
            DISPATCHER: bool(self._directory.roster(DISPATCHER).agents),
        }
        for name, here in wanted.items():
            residence = self._residences.get(name)
            if here and residence is None:
                residence = self._residences[name] = self._begin_reserved(name)
                residence.arm(self._desk.now)
            elif not here and residence is not None and residence.activity.idle:
                self._handling.close(residence)
                self._handling.abandon(residence)
                del self._residences[name]
                field = HEARD_FIELD if name == DISPATCHER else controller_field(name)
                self._desk.save(field, None)
            self.touch(name)

    def _begin_reserved(self, name: str) -> Residence:
        if name == DISPATCHER:
            kept, self._heard = self._heard, None
            return begin_heard(kept)
        return begin_controller(name, self._directory.roster(name), self._kept.pop(name, None))

    def homed(self, name: str, home: Key, epoch: StreamEpoch, before: int) -> None:
        """An ordered entry names a home: it may make this site one, or end its being one.

        `before` is the location of the home that failed, 0 for a new stream.
        """
        residence = self._residences.get(name)
        present = None if residence is None else residence.migration.epoch
        if home == self._desk.own and rules.creates_home(present, epoch):
            self._create(name, epoch, before)
        elif residence is not None and residence.migration.state is not State.GONE:
            if present is not None and rules.supersedes(present, epoch):
                self._handling.abandon(residence)
                residence.step(Superseded(epoch))
                self._drop_bag(residence)
                keep(self._desk, residence)
        self._seen(name, epoch, home)

    def ended(self, name: str) -> None:
        """An ordered entry destroyed the stream: it ends here once no handler runs."""
        residence = self._residences.get(name)
        if residence is None:
            self._handling.prune(name, None)
            return
        residence.doomed = True
        self.touch(name)

    def learn(self, name: str, epoch: StreamEpoch, home: Key, *, taken: bool) -> None:
        """Somebody says where a stream is; `taken` if it is the home itself."""
        residence = self._residences.get(name)
        if residence is not None and residence.home is not None:
            own_epoch = residence.migration.epoch
            if own_epoch is not None and not rules.supersedes(own_epoch, epoch):
                return  # only its home can make the next move
        if self._directory.learn(name, epoch, home, taken=taken):
            self.redirect(name)
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
        if migration.successor is not None:
            return self._directory.learn(name, epoch, migration.successor, taken=False)
        return False

    def report_absent(self, name: str) -> None:
        """A stream has moved to a site that is gone, and the log does not know: the leader has to."""
        known = self._directory.find(name)
        if known is not None and known.epoch > known.registered:
            if known.home not in self._desk.members:
                self._desk.send_to_leader(StreamElsewhere(name, known.epoch, known.home))

    def redirect(self, name: str) -> None:
        """A stream's home may be another one: all that waits for it goes there."""
        self._outgoing.redirect(name)
        for residence in self.at_home():
            if residence.bag is not None:
                residence.bag.redirect(name)

    def arrived(self, sender: Key, append: Append) -> None:
        """A message: take it in, or say where to send. Raises `RemoteError`."""
        if self._arrivals.take(self._residences.get(append.stream), sender, append):
            self.touch(append.stream)

    def permitted(self, sender: Key, permit: StreamPermit) -> None:
        """T1: let go if it is the leader's word for the very next move; else it is void."""
        residence = self._residences.get(permit.stream)
        if residence is None or residence.home is None or permit.target == self._desk.own:
            return
        present = residence.migration.epoch
        if present is None or permit.target not in self._desk.members or residence.stationary:
            return
        if rules.permits(present, permit.epoch, sender, self._desk.leader):
            if residence.migration.state is State.HOME:
                residence.permit, residence.departed = permit, False
            given = residence.permit
            residence.step(PermitArrived(permit.target))
            residence.permit = given
            self.touch(permit.stream)

    def offered(self, sender: Key, frame: StreamHandOver) -> None:
        """T3: take it once it is complete, or say where the stream is by now.

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
            answer_elsewhere(self._desk, self._directory, sender, frame.stream)
            return
        if residence is None:
            residence = self._residences[frame.stream] = Residence(frame.stream)
        elif residence.home is not None and own_epoch is not None:
            if not rules.supersedes(own_epoch, frame.epoch):
                message = "a hand-over of a stream that is at home here"
                raise RemoteError(message)
        kept = self._luggage.complete(sender, frame)
        if kept is None:
            if residence.migration.epoch is None:
                del self._residences[frame.stream]
            return
        if residence.home is not None:
            self._handling.abandon(residence)
        self._drop_bag(residence)
        stream = Stream.unpack(frame)
        residence.step(HandOverArrived(frame), stream)
        self._pack_bag(residence, stream, kept)
        self._begin(residence, [Happening(ARRIVAL), Happening(RELOCATION)])
        self._tell_taken(sender, frame)

    def _tell_taken(self, source: Key, hand_over: StreamHandOver) -> None:
        """Who let it go and who permits the next move need not wait for a heartbeat.

        A stream that moves on at once would have its wish refused by a leader who thinks that it is
        where it was.
        """
        own = self._desk.own
        for who in dict.fromkeys((source, self._desk.leader)):
            if who is not None and who != own:
                self._desk.send(who, StreamElsewhere(hand_over.stream, hand_over.epoch, own))

    def luggage_came(self, sender: Key, frame: StreamLuggage) -> None:
        """A part of a stream on its way here. Raises `RemoteError`."""
        hand_over = self._luggage.put(sender, frame)
        if hand_over is not None:
            self.offered(sender, hand_over)

    # --- time -------------------------------------------------------------------------------------

    def repeat(self) -> None:
        """Send again and ring what is due."""
        for residence in self._residences.values():
            if residence.backoff.due(self._desk.now):
                residence.backoff.again(self._desk.now)
                self._send_hand_over(residence)
            if residence.home is not None:
                if residence.bag is not None:
                    residence.bag.repeat()
                residence.ring(self._desk.now)
                if residence.queue:
                    self.touch(residence.name)

    def deadline(self) -> Micros | None:
        """When something is due."""
        return earliest(
            *[residence.deadline() for residence in self._residences.values()],
            *[each.bag.deadline() for each in self.at_home() if each.bag is not None],
        )

    def beat(self) -> tuple[tuple[str, int, int], ...]:
        """(stream, view number, k) of what is at home; where it is long, they take turns."""
        homes: list[tuple[str, int, int]] = []
        for name in sorted(self._residences):
            residence = self._residences[name]
            if residence.migration.at_home and not residence.stationary:
                homes.append((name, *residence.epoch.pair))
        if len(homes) <= limits.STREAMS_PER_BEAT_MAX:
            return tuple(homes)
        start = self._beat_start % len(homes)
        self._beat_start = start + limits.STREAMS_PER_BEAT_MAX
        return tuple((homes + homes)[start : start + limits.STREAMS_PER_BEAT_MAX])

    # --- steps ------------------------------------------------------------------------------------

    def _create(self, name: str, epoch: StreamEpoch, before: int) -> None:
        residence = self._residences.get(name)
        if residence is None:
            residence = self._residences[name] = Residence(name)
        contents = residence.home or handed_contents(residence) or Stream()
        kept = residence.bag.kept() if residence.bag is not None else []
        self._handling.abandon(residence)
        # A new life numbers its messages anew; what the old one left over goes first.
        contents.forget_sent()
        residence.step(Created(epoch), contents)
        self._pack_bag(residence, contents, kept)
        events = [Happening(ARRIVAL)]
        if before:
            events.append(Happening(FAILURE, text=str(before)))
        self._begin(residence, events)

    def _begin(self, residence: Residence, events: list[Happening]) -> None:
        """This site has just become home."""
        self.know_own(residence.name)
        keep(self._desk, residence)
        if residence.bag is not None:
            residence.bag.save_all()
            residence.bag.redirect_all()
        residence.arm(self._desk.now)
        for happening in events:
            residence.push(happening)
        self.touch(residence.name)
        self.redirect(residence.name)

    def _release(self, residence: Residence) -> None:
        """T2: commit that this site is not home any more, and only then hand over."""
        stream, migration = residence.home, residence.migration
        assert stream is not None
        assert migration.epoch is not None
        assert migration.target is not None
        hand_over = StreamHandOver(
            residence.name,
            migration.epoch.following(),
            migration.target,
            stream.agents,
            stream.vector,
            stream.travelling(),
            tuple(stream.opened),
            stream.revision,
            len(residence.luggage()),
        )
        self._handling.clear(residence)
        residence.step(HandlersDone(hand_over))
        if rules.release_is_committed():
            keep(self._desk, residence)
        self.know_own(residence.name)
        residence.backoff.start(self._desk.now)
        self._send_hand_over(residence)
        self.redirect(residence.name)

    def _end(self, residence: Residence) -> None:
        """The stream has ended: last handlers, and nothing of it is kept."""
        self._handling.close(residence)
        self._handling.abandon(residence)
        self._drop_bag(residence)
        del self._residences[residence.name]
        self._desk.save(at_field(residence.name), None)

    def _seen(self, name: str, epoch: StreamEpoch, home: Key | None) -> None:
        """Somebody showed an epoch; `home` is the site that is home in it, None for hearsay."""
        residence = self._residences.get(name)
        hand_over = None if residence is None else residence.migration.hand_over
        if residence is None or hand_over is None:
            return
        if rules.hand_over_is_over(hand_over.epoch, epoch, home == hand_over.target):
            residence.step(SuccessorSeen())
            self._drop_bag(residence)
            keep(self._desk, residence)

    def _send_hand_over(self, residence: Residence) -> None:
        """To the target while it is a member; else the leader has to hear of the stream's fate."""
        hand_over = residence.migration.hand_over
        assert hand_over is not None
        if hand_over.target in self._desk.members:
            self._desk.send(hand_over.target, hand_over)
            for part in residence.luggage():
                self._desk.send(hand_over.target, part)
        else:
            name, target = residence.name, hand_over.target
            self._desk.send_to_leader(StreamElsewhere(name, hand_over.epoch, target))

    # --- bags -------------------------------------------------------------------------------------

    def _pack_bag(self, residence: Residence, stream: Stream | None, kept: list[Kept]) -> None:
        """The bag of a stream that has come here, or is on its way out again after a start."""
        bag = Bag(self._desk, self._directory, residence.name, residence.epoch.number)
        for slot in stream.vector if stream is not None else ():
            if slot.sent:
                bag.restore_last(slot.source, slot.sent)
        for one in kept:
            if not self._directory.has_ended(one.target):
                bag.restore(one.target, one.incarnation, one.number, one.payload)
        residence.bag = bag

    def _drop_bag(self, residence: Residence) -> None:
        if residence.bag is not None:
            residence.bag.forget_all()
            residence.bag = None
