"""The facade of streams: everything that one site has to do with them, without any I/O.

Inputs are views, ordered entries, frames, heartbeats, commands of shells, words of guests and time;
`drain` hands out what to save, send and show. It only routes: `homes` takes streams in and lets them
go, `handling` runs handlers, `outgoing` keeps and sends, `deciding` is the leader's desk. Nothing of
the session's order is here: the dispatcher's own frames go by O2 to O5.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from app.core import limits
from app.core.errors import RemoteError
from app.core.ids import Key
from app.core.instant import Micros, earliest
from app.mstreams.agent import BUILTINS, Builtins
from app.mstreams.answering import Answering
from app.mstreams.carrying import Carrying
from app.mstreams.codes import Codes
from app.mstreams.deciding import Deciding
from app.mstreams.desk import Desk
from app.mstreams.directory import Directory, Roster
from app.mstreams.epochs import primary_epoch
from app.mstreams.events import APPEND, NEW_PEER, SITE_LEFT, Happening, Message
from app.mstreams.frames import (
    Append,
    AppendAck,
    CallReply,
    CodeChunk,
    CodeWanted,
    ReportWanted,
    SiteGuarded,
    StreamAnswer,
    StreamElsewhere,
    StreamFrame,
    StreamHandOver,
    StreamLuggage,
    StreamPermit,
    StreamRefused,
    StreamReport,
    StreamRequest,
    StreamVerdict,
    StreamVet,
    StreamWish,
)
from app.mstreams.guests import GuestServer
from app.mstreams.handling import Handling
from app.mstreams.homes import Homes
from app.mstreams.leader import Leader
from app.mstreams.locating import location_of
from app.mstreams.outgoing import Outgoing
from app.mstreams.records import (
    StreamOutput,
)
from app.mstreams.reports import Reports, View
from app.mstreams.requests import Requests
from app.mstreams.residence import DISPATCHER, RESERVED, SESSION
from app.mstreams.restoring import restore
from app.mstreams.servers import BuiltinServer
from app.mstreams.shellwork import ShellWork


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
        self._desk = desk = Desk(own, incarnation)
        self._directory = directory = Directory()
        self._leader = Leader(desk, directory)
        self._outgoing = Outgoing(desk, directory)
        self._codes = Codes(desk, builtins)
        self._requests = Requests(desk, directory)
        self._deciding = Deciding(desk, directory, self._codes)
        self._guests = GuestServer(desk, self._codes)
        carrying = Carrying(
            desk,
            directory,
            self._outgoing.bag,
            (self._requests, self._outgoing.wishes, self._outgoing.calls),
            self._codes,
        )
        builtin = BuiltinServer(builtins)
        self._handling = Handling(desk, directory, carrying, builtin, self._guests)
        self._homes = Homes(desk, directory, self._outgoing, self._handling)
        self._reports = Reports(desk, directory, self._homes, self._handling)
        self.shells = ShellWork(
            desk, directory, self._homes, (self._handling, carrying), self._outgoing
        )
        self._answering = Answering(
            desk,
            directory,
            self._homes,
            (self._handling, carrying),
            (self._guests, self.shells.shells),
        )
        restore(saved, directory, self._homes, self._outgoing, self._codes)

    # --- what the order says ----------------------------------------------------------------------

    def view_installed(
        self,
        members: tuple[Key, ...],
        leader: Key,
        view_number: int,
        locations: Mapping[Key, int] | None = None,
    ) -> None:
        """A view begins, also at start. Homes stay as they are; open permits are void.

        `locations` are the members' (by default their places in `members`).
        """
        desk = self._desk
        before, old = desk.members, desk.locations
        desk.members, desk.leader, desk.view = members, leader, view_number
        desk.locations = dict(
            locations or {key: place for place, key in enumerate(members, start=1)}
        )
        self._leader.view_installed()
        self._deciding.view_installed()
        self._homes.view_installed()
        self._requests.view_installed()
        for name in self._directory.names():
            self._homes.redirect(name)
            self._homes.report_absent(name)
        if before:
            joined = [str(desk.locations[key]) for key in members if key not in before]
            left = [str(old.get(key, 0)) for key in before if key not in members]
            self._tell_homes(NEW_PEER, joined)
            self._tell_homes(SITE_LEFT, left)
        else:
            self._homes.begin()
        self._want_codes()
        self._work()

    def _tell_homes(self, event: str, locations: list[str]) -> None:
        for location in locations:
            for residence in self._homes.at_home():
                self._homes.push(residence.name, Happening(event, text=location))

    def homed(self, name: str, home: Key, epoch: tuple[int, int], now: Micros) -> None:
        """A `control.stream` entry was ordered. Repeating old entries, as after a start, is fine.

        After a start every stream must be named once, with its newest entry at least.
        """
        self._desk.now = now
        entry = primary_epoch(epoch)
        known = self._directory.find(name)
        failed = known is not None and entry.k == 0 and known.home != home
        before = self._desk.locations.get(known.home, 0) or 1 if known and failed else 0
        newer = self._directory.register(name, entry, home)
        if self._directory.find(name) is None:
            return
        self._deciding.seen(name)
        self._homes.homed(name, home, entry, before)
        if self._homes.know_own(name) or newer:
            self._homes.redirect(name)
        self._homes.report_absent(name)
        self._work()

    def began(self, floor: int) -> None:
        """What the log says of streams that have ended: the highest view number of their epochs."""
        self._directory.raise_floor(floor)

    def ended(self, name: str, now: Micros) -> None:
        """An entry destroyed a stream: nothing waits for it any more."""
        self._desk.now = now
        self._directory.end(name)
        self._outgoing.ended(name)
        self.shells.shells.ended(name)
        self._reports.ended(name)
        for residence in self._homes.at_home():
            if residence.bag is not None:
                residence.bag.forget(name)
        self._homes.ended(name)
        self._forget_codes()
        self._work()

    def staffed(self, name: str, roster: Roster, now: Micros) -> None:
        """Entries gave a stream these agents; for `session` they are its controllers."""
        self._desk.now = now
        others = roster.revision != self._directory.roster(name).revision
        self._directory.set_roster(name, roster)
        if name in RESERVED and others:
            self._deciding.forget_newcomers()
            self._homes.controllers_changed()
        self._handling.prune(name, self._homes.find(name))
        self._homes.touch(name)
        self._forget_codes()
        self._want_codes()
        self._work()

    def _want_codes(self) -> None:
        """A leader has every source; that of the session's controller has whoever may lead next."""
        names = [*self._directory.names(), SESSION] if self._desk.leads else [SESSION]
        for name in names:
            for agent in self._directory.roster(name).agents:
                if agent.code:
                    self._codes.want(agent.code, self._desk.leader)

    def _forget_codes(self) -> None:
        names = [*self._directory.names(), *RESERVED]
        agents = [agent for name in names for agent in self._directory.roster(name).agents]
        self._codes.used([agent.code for agent in agents])

    # --- what people say --------------------------------------------------------------------------

    def at(self, now: Micros) -> None:
        """It is this late: before work of `shells`."""
        self._desk.now = now

    def do(self, now: Micros) -> None:
        """Go on after work of `shells`, which only begins things."""
        self._desk.now = now
        self._work()

    # --- what others say --------------------------------------------------------------------------

    def receive(
        self, sender: Key, sender_incarnation: int, frame: StreamFrame, now: Micros
    ) -> None:
        """A frame of another site; ignored from one that is no member.

        Raises:
            RemoteError: it can't be true.
        """
        self._desk.now = now
        if sender in self._desk.members:
            self._handle(sender, sender_incarnation, frame)
            self._work()

    def heard(self, sender: Key, ks: tuple[tuple[str, int, int], ...], now: Micros) -> None:
        """A heartbeat's part: (stream, view number, k) of streams at home at `sender`."""
        self._desk.now = now
        if sender in self._desk.members:
            for name, number, k in ks:
                self._homes.learn(name, primary_epoch((number, k)), sender, taken=True)
            self._work()

    def guest_spoke(self, guest: int, message: bytes, now: Micros) -> None:
        """A guest said something. Raises `RemoteError` if that can't be; the guest is stopped."""
        self._desk.now = now
        try:
            self._guests.spoke(guest, message)
        except RemoteError:
            self._homes.touch_all()
            raise
        finally:
            self._work()

    def guest_ended(self, guest: int, why: str, now: Micros) -> None:
        """A guest is gone: what ran in it has failed, other agents begin anew in the next one."""
        self._desk.now = now
        self._guests.ended(guest, why)
        self._homes.touch_all()
        self._work()

    # --- time and outputs -------------------------------------------------------------------------

    def tick(self, now: Micros) -> None:
        """Repeat what is due."""
        self._desk.now = now
        self._outgoing.repeat()
        self.shells.waiting.overdue()
        self._homes.repeat()
        self._requests.repeat()
        self._deciding.overdue()
        self._codes.repeat()
        self._work()

    def deadline(self) -> Micros | None:
        """When `tick` is wanted."""
        if self._desk.local:
            return self._desk.now
        return earliest(
            self._outgoing.deadline(),
            self.shells.waiting.deadline(),
            self._homes.deadline(),
            self._requests.deadline(),
            self._deciding.deadline(),
            self._codes.deadline(),
            self._leader.deadline(),
        )

    def drain(self) -> list[StreamOutput]:
        """What to save, send and show since the last call; of a field only its last value."""
        return self._desk.drain()

    def beat(self) -> tuple[tuple[str, int, int], ...]:
        """This site's part of a heartbeat, as `heard` takes it."""
        return self._homes.beat()

    def home_of(self, name: str) -> tuple[Key, tuple[int, int]] | None:
        """The newest (home, epoch) known of a stream, for people."""
        known = self._directory.find(name)
        return None if known is None else (known.home, known.epoch.pair)

    def location_of(self, name: str) -> int | None:
        """Where a stream or a shell is, as far as this site knows."""
        return location_of(self._desk, self._directory, name)

    def objection_to(self, newcomer: Key, name: str, now: Micros) -> str | None:
        """Why the session's controller keeps a newcomer out; empty: it does not; None: not yet."""
        self._desk.now = now
        objection = self._deciding.objection_to(newcomer, name)
        self._work()
        return objection

    def hears(self, kind: str) -> bool:
        """Whether an agent at the dispatcher hears entries of this kind."""
        return bool(self._hearers(kind))

    def entry_settled(self, kind: str, message: Message, now: Micros) -> None:
        """The dispatcher's order says something for good: whoever hears it is told, here.

        What an agent can't take any more because so much waits for it is left out, and noted.
        """
        self._desk.now = now
        asker = f"@{message.location}"
        for number in self._hearers(kind):
            happening = Happening(
                APPEND, asker=asker, location=message.location, agent=number, message=message
            )
            residence = self._homes.find(DISPATCHER)
            if not self._homes.push(DISPATCHER, happening) and residence is not None:
                self._handling.note(residence, number, "it is too slow: an entry was left out")
        self._work()

    def _hearers(self, kind: str) -> list[int]:
        """Agents at the dispatcher whose argument names this kind; lines of the chat without one."""
        agents = self._directory.roster(DISPATCHER).agents
        return [agent.number for agent in agents if kind in (agent.argv.split() or ["chat"])]

    def vet_move(self, number: int, sender: Key, target: Key, asker: str, now: Micros) -> None:
        """`sender` wishes that the dispatcher moves: `MoveVetted` says what the controllers say."""
        self._desk.now = now
        self._deciding.vet_move(number, sender, target, asker)
        self._work()

    def views(self, now: Micros) -> list[View]:
        """All streams, for a panel; other homes are asked for the next time."""
        self._desk.now = now
        return self._reports.views()

    # --- routes -----------------------------------------------------------------------------------

    def _handle(self, sender: Key, sender_incarnation: int, frame: StreamFrame) -> None:  # noqa: C901, PLR0912 - a table
        match frame:
            case Append():
                if not frame.source and frame.incarnation > sender_incarnation:
                    message = f"an append of start {frame.incarnation}, which is yet to come"
                    raise RemoteError(message)
                self._homes.arrived(sender, frame)
            case AppendAck():
                self._homes.learn(frame.stream, frame.epoch, sender, taken=True)
                self._acknowledged(frame)
            case StreamElsewhere():
                taken = frame.home == sender
                self._homes.learn(frame.stream, frame.epoch, frame.home, taken=taken)
            case StreamWish():
                self._deciding.wished(sender, frame)
            case StreamPermit():
                self._homes.permitted(sender, frame)
            case StreamHandOver():
                self._homes.offered(sender, frame)
            case StreamLuggage():
                self._homes.luggage_came(sender, frame)
            case StreamRefused():
                self._outgoing.wishes.refused(frame)
            case CallReply():
                self._outgoing.calls.replied(frame)
            case StreamRequest():
                self._deciding.requested(sender, frame)
            case StreamAnswer():
                if sender == self._desk.leader:
                    self._requests.answered(frame)
            case StreamVet():
                self._answering.vetted(sender, frame)
            case StreamVerdict():
                self._deciding.verdict(sender, frame)
            case SiteGuarded():
                self._deciding.guarded(sender)
            case CodeWanted():
                self._codes.asked(sender, frame)
            case CodeChunk():
                self._codes.came(sender, frame)
            case ReportWanted():
                self._reports.wanted(sender)
            case StreamReport():
                self._reports.came(sender, frame)
            case _:
                assert_never(frame)

    def _acknowledged(self, frame: AppendAck) -> None:
        if not frame.source:
            self._outgoing.bag.acknowledged(frame)
            return
        residence = self._homes.find(frame.source)
        if residence is not None and residence.home is not None and residence.bag is not None:
            residence.bag.acknowledged(frame)

    def _work(self) -> None:
        """Frames of this site to itself, answers and events, up to a bound; the rest waits."""
        for _ in range(limits.LOCAL_FRAMES_PER_CALL_MAX):
            busy = self._answering.answer_one() or self._answering.outcome_one()
            busy = busy or self._answering.ask_one()
            if not busy and self._desk.local:
                self._handle(self._desk.own, self._desk.incarnation, self._desk.local.popleft())
                busy = True
            busy = self._homes.settle() or busy
            busy = self._granted() or busy
            busy = self.shells.waiting.look() or busy
            busy = self._sources() or busy
            if not busy:
                break
        self._leader.order_entries()

    def _granted(self) -> bool:
        done = self._requests.look()
        for held in done:
            self._answering.granted(held)
        return bool(done)

    def _sources(self) -> bool:
        codes = self._codes.settled()
        if codes:
            self._deciding.sources_came()
            self._guests.sources_came(codes)
        return bool(codes)
