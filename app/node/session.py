"""One session at one site: the order below, the rooms above, the peers beside.

Puts the parts together, issues entries for all of them and runs them in their turn. What a part is
for stands in its own file; no rule of the order and no table of frames or commands lives here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from app.core import limits
from app.core.errors import LocalError
from app.core.ids import EntryId, Key, SiteId, site_of
from app.core.instant import Micros, after, earliest
from app.core.rng import Entropy, Rng
from app.core.trace import Trace
from app.crypto.keys import Identity, verify
from app.dispatcher.desk import Desk
from app.dispatcher.disk import Disk
from app.dispatcher.order import Order
from app.dispatcher.records import OrderRecord, Saved
from app.dispatcher.views import Certificate
from app.node.api import (
    CatchingUp,
    Denied,
    Done,
    Event,
    MemberChanged,
    SessionReady,
)
from app.node.asked import Asked
from app.node.asking import Asking
from app.node.ending import Ending
from app.node.fetching import Fetching
from app.node.frames import (
    Admission,
)
from app.node.guests import Guests
from app.node.hearing import Hearing
from app.node.heartbeats import Heartbeats
from app.node.history import FIELD as HISTORY
from app.node.history import History
from app.node.mailboxes import Mailboxes
from app.node.manners import Manners
from app.node.meaning import Meaning
from app.node.outcomes import Outcomes
from app.node.peers import Peers
from app.node.people import People
from app.node.pulse import Pulse
from app.node.reading import Reading
from app.node.shares.shares import Shares
from app.node.snapshots import Snapshots
from app.node.state import BOOK_CODEC, SESSION_CODEC, SessionField
from app.node.strangers import Strangers
from app.node.vetting import Vetting
from app.node.whereabouts import Whereabouts
from app.node.window.window import Window
from app.node.wiring import Wiring
from app.node.wishes import Wishes
from app.rooms.bodies import CODECS, Profile
from app.rooms.rooms import KEPT


@dataclass(frozen=True, slots=True)
class Here:
    """What a session needs to know of the site it runs on."""

    identity: Identity
    incarnation: int
    wall_ms: Callable[[Micros], int]
    entropy: Entropy
    rng: Rng
    trace: Trace
    manners: Manners
    window: bool = False
    snapshot_every: int = limits.SNAPSHOT_EVERY
    tail_kept: int = limits.TAIL_ENTRIES_KEPT


class Session:
    """Everything of a session at this site."""

    def __init__(
        self,
        here: Here,
        field: SessionField,
        saved: Saved,
        wiring: Wiring,
        addresses: tuple[str, ...],
        now: Micros,
    ) -> None:
        self.here = here
        self.own = here.identity.key
        self.field = field
        self.wiring = wiring
        self.events: list[Event] = []
        self.wishes = Wishes()
        self.asking = Asking(self)
        self.heartbeats = Heartbeats(self)
        self.reading = Reading(self)
        self.ending = Ending(self)
        self.outcomes = Outcomes(self)
        self.peers = Peers(self)
        self.asked = Asked(self, now)
        self.strangers = Strangers(self)
        self.whereabouts = Whereabouts(self, now)
        self.pulse = Pulse(wiring, now)
        self.vetting = Vetting(self)
        self.hearing = Hearing(self)
        self.disk = Disk(self.own, field.session, saved)
        self.disk.tail_kept = here.tail_kept
        self.meaning = Meaning(self.disk, self.own, field.name)
        self.desk = Desk(self.disk, here.identity.sign, verify, here.trace)
        self.meaning.watched = here.window
        self.guests = Guests()
        self.fetching = Fetching(self)
        self.shares = Shares(self)
        self.history = History(self, saved.fields.get(HISTORY))
        self.snapshots = Snapshots(self, here.snapshot_every)
        if self.disk.image is not None:
            self.snapshots.load(self.disk.image)
            self.disk.image = None
        self.window = Window(self.desk, self.meaning, wiring, now) if here.window else None
        for placed in self.disk.replay(saved):
            shown = self.window is not None and placed.index > self.window.lines.floor
            self.meaning.replay(placed, told=shown)
            if self.window is not None:
                self.window.history(placed)
            self.shares.read()
            if placed.index % limits.STATE_HASH_EVERY == 0:
                self.meaning.settle(min(placed.index, self.disk.settled))
        self.meaning.settle(min(self.disk.log.length, self.disk.settled))
        self.order = Order(
            self.desk,
            incarnation=here.incarnation,
            talk_of=self.meaning.talk_of,
            rng=here.rng.fork("order"),
            now=now,
            proofs=saved.fields.get("proofs", b""),
        )
        self.order.vets = True
        self.order.compaction.kept = KEPT
        self.order.state = self.meaning.state
        self.order.set_policy(self.meaning.policy)
        self.order.set_pin(self.meaning.pin)
        self.people = People(
            self.disk,
            self.meaning,
            here.identity,
            field,
            self.order.recovery.candidates,
        )
        self.people.learn_views()
        self.mailboxes = Mailboxes(self.own, here.incarnation, saved.fields)
        if self.disk.prim is not None:
            self.mailboxes.installed(self.disk.prim)
        self.read_streams(now)
        if "addresses" in saved.fields:
            wiring.book.restore(BOOK_CODEC.decode(saved.fields["addresses"]).known)
        wiring.keep((self.own, *self.desk.around()))
        self.ready = False
        self._presence_at = now
        self.whereabouts.set_own(addresses, now)

    # --- what this site is ------------------------------------------------------------------------

    @property
    def member(self) -> bool:
        """Whether the view that this site works in names it."""
        view = self.disk.present
        return view is not None and view.has(self.own)

    @property
    def knows_itself(self) -> bool:
        """Whether this site was a member of any view it knows of: then it needs no admission."""
        return self.people.known(self.own)

    @property
    def leads(self) -> bool:
        """Whether this site is the session's leader as far as it knows."""
        view = self.disk.present
        return view is not None and view.session_leader == self.own

    def key_of(self, site: SiteId) -> Key | None:
        """The key of somebody who is or was a member."""
        return self.people.key_of(site)

    def key_at(self, location: int) -> Key | None:
        """The key of the member at a location."""
        view = self.disk.prim
        members = view.members if view is not None else ()
        return next((member.key for member in members if member.location == location), None)

    def window_here(self) -> Window:
        """The window's side of this site. Raises `LocalError` where there is none."""
        if self.window is None:
            message = "this site runs without a window"
            raise LocalError(message)
        return self.window

    def save_field(self) -> None:
        """Write what this session is to the disk."""
        self.disk.save_field("session", SESSION_CODEC.encode(self.field))

    def found(self, certificate: Certificate, now: Micros) -> None:
        """This site is the founder: view 1 is its own word."""
        self.order.learn(self.own, certificate, now)
        self.people.learn_views()

    # --- entries ----------------------------------------------------------------------------------

    def issue(self, entries: tuple[tuple[str, bytes], ...], wall_ms: int) -> tuple[EntryId, ...]:
        """Check and issue entries, all or none. Raises `LocalError`."""
        if len(entries) + self.order.proposer.unproven > limits.ISSUE_ENTRIES_MAX:
            message = f"at most {limits.ISSUE_ENTRIES_MAX} entries at once"
            raise LocalError(message)
        if not self.member:
            message = "this site is not a member of the session yet; nothing was kept"
            raise LocalError(message)
        for kind, body in entries:
            self.meaning.check(kind, body)
        issued = [self.order.issue(kind, body, wall_ms) for kind, body in entries]
        if self.window is not None:
            for entry in issued:
                self.window.issued(entry)
        return tuple([entry.id for entry in issued])

    def introduce(self, now: Micros) -> None:
        """Say what this site's person is called, if the log says otherwise."""
        rooms = self.meaning.rooms
        person = rooms.profile.person(self.own) if rooms is not None else None
        if not self.field.name or (person is not None and person.name == self.field.name):
            return
        body = CODECS["profile"].encode(Profile(self.field.name))
        try:
            self.issue((("profile", body),), self.here.wall_ms(now))
        except LocalError as error:
            self.desk.note(now, "room", f"no profile: {error}")

    def read_streams(self, now: Micros) -> None:
        """What the log says about streams since the last look."""
        changes, self.meaning.streams_changed = self.meaning.streams_changed, []
        rooms = self.meaning.rooms
        if rooms is not None:
            self.mailboxes.read(rooms.control, changes, self.key_of, now)

    def _run_streams(self, now: Micros) -> bool:
        """Carry what the streams want: frames, fields, entries, events; True if a move was vetted."""
        wanted = self.mailboxes.drain()
        for site, frame in wanted.frames:
            self.wiring.send(site, frame)
        for name, value in wanted.fields:
            self.disk.save_field(name, value)
        self.events += wanted.events
        self.guests.outputs += wanted.guests
        for entry in wanted.entries:
            try:
                self.issue((entry,), self.here.wall_ms(now))
            except LocalError as error:
                # The leader asks again when the next view begins.
                self.desk.note(now, "move", f"no entry for a stream: {error}")
        for number, reason in wanted.vetted:
            self.vetting.answered(number, reason, now)
        return bool(wanted.vetted)

    def wish(self, target: Key, token: int, now: Micros) -> None:
        """A person wants the token at `target`. Raises `LocalError`."""
        if self.wishes.full:
            message = "too many commands wait already; try again later"
            raise LocalError(message)
        number = self.wishes.move(token, target, now)
        home = self.desk.home
        if home is not None and home[1] == target:
            self.events += self.wishes.at_home(target, str(self.order.epoch), now)
        else:
            self.order.wish(target, number, now)

    # --- turns ------------------------------------------------------------------------------------

    def tick(self, now: Micros) -> None:
        """Whatever is due."""
        self.order.tick(now)
        self.mailboxes.streams.tick(now)
        for number, move in self.wishes.due(now):
            self.order.wish(move.target, number, now)
        self.events += self.wishes.overdue(now)
        self.outcomes.greet(now)
        self.asked.tick(now)
        self.fetching.tick(now)
        self.history.tick(now)
        if now >= self._presence_at:
            self._presence_at = after(now, limits.HEARTBEAT_MICROS)
            self.heartbeats.watch(now)
            self.heartbeats.sweep(now)
            self.whereabouts.reach(now)

    def finish(self, now: Micros) -> list[OrderRecord]:
        """End a turn: order or submit, then tell what came of it; the records to commit."""
        records = self._order(now)
        self.snapshots.tell(now)
        self._announce_ready(now)
        if self.ready:
            self.events += self.shares.finish(now)
        if self.window is not None and self.ready:
            self.events += self.window.finish(self.heartbeats.seen, now)
        self.ending.look(now)
        return records + self.disk.drain()

    def _order(self, now: Micros) -> list[OrderRecord]:
        self._run_streams(now)
        records: list[OrderRecord] = []
        self.shares.act(now)
        self.order.finish(now)
        for _ in range(limits.WORK_PER_INPUT_MAX):
            outputs, more = self.order.drain()
            records += more
            if not outputs:
                break
            for output in outputs:
                self.outcomes.take(output, now)
            vetted = self._run_streams(now)
            self.shares.act(now)
            if vetted or self.order.proposer.unproven:
                # What an output led to (a profile, a stream's home) is ordered in this turn, too,
                # and after a move this turn's entries go to the new home.
                self.order.finish(now)
        self.peers.send_hints(now)
        if self.pulse.due(now):
            self.heartbeats.beat(now)
        if self.order.want_beat():
            # In a turn of its own: what this one orders or hands over need not wait for it.
            self.pulse.want(now)
        return records

    def _announce_ready(self, now: Micros) -> None:
        """Tell that commands are taken now, once, before anything else is told.

        What was ordered before is history: it is read from the log, not told as it comes.
        """
        if self.ready:
            return
        told_before = (Done, Denied, CatchingUp)
        answers: list[Event] = [event for event in self.events if isinstance(event, told_before)]
        self.events = answers
        invite_id = self.people.open_invite()
        if not self.member or (invite_id is None and self.leads and not self.disk.log.length):
            return
        self.ready = True
        invite = self.people.link(invite_id, self.whereabouts.for_invite()) if invite_id else ""
        ready = SessionReady(
            site_of(self.own),
            self.field.name,
            self.field.session,
            self.title,
            invite,
            self.whereabouts.own_addresses,
        )
        view = self.disk.present
        members = [
            MemberChanged(
                site_of(key),
                self.meaning.name_of(key),
                "present" if self.heartbeats.present(key) else "unreachable",
            )
            for key in (view.keys if view is not None else ())
            if key != self.own
        ]
        self.events = [ready, *members, *self.outcomes.resumed(now), *answers]

    @property
    def title(self) -> str:
        """The session's title as the log has it, else as the invite said."""
        rooms = self.meaning.rooms
        return (rooms.control.title if rooms is not None else "") or self.field.title

    def adopt(self, admission: Admission) -> None:
        """This site was let in once more, before any view took it in."""
        self.field = replace(self.field, admission=admission)
        self.save_field()

    def mark_left(self) -> None:
        """This site is out for good (S4); the disk says so."""
        self.field = replace(self.field, left=True)
        self.save_field()

    def deadline(self) -> Micros | None:
        """The earliest timer; looking who is there needs none, a heartbeat's turn is soon enough."""
        return earliest(
            self.order.deadline(),
            self.mailboxes.streams.deadline(),
            self.wishes.deadline(),
            self.pulse.deadline(),
            self.ending.deadline(),
            self.asked.deadline(),
            self.fetching.deadline(),
            self.history.deadline(),
            self.shares.deadline(),
            self.window.presence.deadline() if self.window is not None else None,
        )
