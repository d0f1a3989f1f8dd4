"""One session at one site: the order below, the rooms above, the peers beside.

Takes frames, heartbeats and ordered entries to where they belong and tells people what happened.
Decides policy only (who is welcome, who may wish for what); no rule of the order lives here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import assert_never

from app.core import limits
from app.core.errors import LocalError
from app.core.ids import EntryId, Key, SiteId, site_of
from app.core.instant import Micros, after, earliest
from app.core.rng import Entropy, Rng
from app.core.trace import Trace
from app.crypto.hello import Pattern
from app.crypto.keys import Identity, verify
from app.dispatcher.desk import (
    Desk,
    Installed,
    OrderOutput,
    ReadRows,
    Settled,
    Stored,
    TakenBack,
    TokenMoved,
    Transmit,
    WishRefused,
)
from app.dispatcher.disk import Disk
from app.dispatcher.entries import Placed
from app.dispatcher.epochs import epoch_of
from app.dispatcher.messages import Decide, Fetch, Recall, Refusal
from app.dispatcher.order import Order
from app.dispatcher.records import OrderRecord, Saved
from app.dispatcher.views import Certificate, View
from app.mstreams.frames import (
    Append,
    AppendAck,
    StreamElsewhere,
    StreamHandOver,
    StreamPermit,
    StreamWish,
)
from app.node.addressbook import parse_address, usable
from app.node.api import (
    Denied,
    DispatcherMoved,
    Done,
    EntriesOrdered,
    EntriesSettled,
    Event,
    LogReverted,
    MemberChanged,
    SessionReady,
)
from app.node.api import Hint as PersonHint
from app.node.asking import Asking
from app.node.ending import Ending
from app.node.frames import (
    Addresses,
    Admission,
    ControlAnswer,
    ControlWish,
    Heartbeat,
    Hint,
    Reachable,
    TurnedAway,
    Welcome,
    reachable_bytes,
)
from app.node.heartbeats import Heartbeats
from app.node.mailboxes import Mailboxes
from app.node.meaning import Meaning
from app.node.people import People
from app.node.pulse import Pulse
from app.node.reading import Reading
from app.node.state import BOOK_CODEC, SESSION_CODEC, BookField, SessionField
from app.node.window.window import Window
from app.node.wiring import Wiring
from app.node.wishes import Wishes
from app.rooms.bodies import CODECS, Profile


@dataclass(frozen=True, slots=True)
class Here:
    """What a session needs to know of the site it runs on."""

    identity: Identity
    incarnation: int
    wall_ms: Callable[[Micros], int]
    entropy: Entropy
    rng: Rng
    trace: Trace
    window: bool = False


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
        self.pulse = Pulse(wiring, now)
        self.disk = Disk(self.own, field.session, saved)
        self.meaning = Meaning(self.disk, self.own, field.name)
        self.desk = Desk(self.disk, here.identity.sign, verify, here.trace)
        self.meaning.watched = here.window
        self.window = Window(self.desk, self.meaning, wiring, now) if here.window else None
        for placed in self.disk.replay(saved):
            self.meaning.apply(placed)
            if self.window is not None:
                self.window.history(placed)
            if placed.index <= self.disk.settled:
                self.meaning.settle(placed.index)
        self.order = Order(
            self.desk,
            incarnation=here.incarnation,
            talk_of=self.meaning.talk_of,
            rng=here.rng.fork("order"),
            now=now,
        )
        self.order.state = self.meaning.state
        self.order.set_policy(self.meaning.policy)
        self.order.set_pin(self.meaning.pin)
        self.people = People(
            self.disk,
            self.meaning,
            here.identity,
            field,
            self.order.recovery.candidates,
            saved.fields.get("uses", b""),
        )
        self.people.learn_views()
        self.mailboxes = Mailboxes(self.own, here.incarnation, saved.fields)
        if self.disk.prim is not None:
            self.mailboxes.installed(self.disk.prim)
        self._streams_changed(now)
        if "addresses" in saved.fields:
            wiring.book.restore(BOOK_CODEC.decode(saved.fields["addresses"]).known)
        wiring.keep((self.own, *(self.disk.prim.keys if self.disk.prim is not None else ())))
        self.ready = False
        self._nameless: dict[Key, Micros] = {}
        self.moves = 0
        self._back_until = after(now, limits.DIAL_PAUSE_MICROS)
        self._presence_at = now
        self.set_addresses(addresses, now)

    # --- what this site is ------------------------------------------------------------------------

    @property
    def member(self) -> bool:
        """Whether the installed view names this site."""
        view = self.disk.prim
        return view is not None and view.has(self.own)

    @property
    def knows_itself(self) -> bool:
        """Whether this site was a member of any view it knows of: then it needs no admission."""
        return self.people.known(self.own)

    @property
    def leads(self) -> bool:
        """Whether this site is the session's leader as far as it knows."""
        view = self.disk.prim
        return view is not None and view.session_leader == self.own

    def key_of(self, site: SiteId) -> Key | None:
        """The key of somebody who is or was a member."""
        return self.people.key_of(site)

    def set_addresses(self, addresses: tuple[str, ...], now: Micros) -> None:
        """Where this site can be reached: signed, numbered, told to everybody."""
        kept = usable(addresses)[: limits.ADDRESSES_PER_SITE_MAX]
        # Also after the wall clock went back, or twice within its tick.
        number = max(self.here.wall_ms(now) * 1000, self.wiring.book.number_of(self.own) + 1)
        signature = self.here.identity.sign(reachable_bytes(self.own, number, kept))
        self.addresses = kept
        self.wiring.book.learn(Reachable(self.own, number, kept, signature))
        news = Addresses(self.wiring.book.records())
        for key in self.listeners():
            self.wiring.send(key, news)

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

    def _streams_changed(self, now: Micros) -> None:
        """What the log says about streams since the last look."""
        changes, self.meaning.streams_changed = self.meaning.streams_changed, []
        for change in changes:
            self.mailboxes.changed(change, self.key_of(change.home), now)

    def _run_streams(self, now: Micros) -> None:
        """Carry what the streams want: frames, fields, entries, events."""
        wanted = self.mailboxes.drain()
        for site, frame in wanted.frames:
            self.wiring.send(site, frame)
        for name, value in wanted.fields:
            self.disk.save_field(name, value)
        self.events += wanted.events
        for entry in wanted.entries:
            try:
                self.issue((entry,), self.here.wall_ms(now))
            except LocalError as error:
                # The leader asks again when the next view begins.
                self.desk.note(now, "move", f"no entry for a stream: {error}")

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

    # --- frames -----------------------------------------------------------------------------------

    def listeners(self) -> list[Key]:
        """Peers that may know how things stand here."""
        return [key for key in self.wiring.peers() if self.may_hear(key)]

    def may_hear(self, key: Key) -> bool:
        """Before this site has a view it can't tell who belongs; whoever has the secret may know."""
        return self.disk.prim is None or self.people.may_listen(key)

    def peer_opened(self, key: Key, now: Micros, *, begins: bool) -> None:
        """A channel to a peer opened: say who and where one is.

        Args:
            key: the peer.
            now: the present.
            begins: whether the peer counts its heartbeats from 1.
        """
        if begins:
            self.pulse.new_life(key)
            if self.window is not None:
                self.window.presence.new_life(key)
        if not self.may_hear(key):
            return
        self.wiring.send(key, Addresses(self.wiring.book.records()))
        self.heartbeats.beat_to([key], now)
        self.order.reconnected(key)

    def receive(  # noqa: C901, PLR0912 - a table: one line for each frame
        self, sender: Key, incarnation: int, frame: object, now: Micros
    ) -> None:
        """Take a frame from an authenticated peer. Raises `RemoteError`."""
        if isinstance(frame, Heartbeat):
            self.heartbeats.hear(sender, frame, now)
            return
        if self.people.banned(sender) or not (
            # A certificate proves itself: whoever was away for long knows none of the members.
            isinstance(frame, Decide) or self.may_hear(sender)
        ):
            self.wiring.channels.count("a stranger's frame")
            return
        view = self.disk.prim
        match frame:
            case Addresses():
                self._learn_addresses(sender, frame)
            case ControlWish():
                self.asking.wished(sender, frame, now)
            case ControlAnswer():
                self.asking.answered(sender, frame)
            case Refusal() if view is None or view.session_leader != sender:
                self.wiring.channels.count("an answer of somebody who was not asked")
            case Fetch():
                if self.people.may_read(sender):
                    self.order.receive(sender, frame, now)
            case Decide() | Recall():
                self.order.receive(sender, frame, now)
                self.people.learn_views()
            case (
                Append()
                | AppendAck()
                | StreamElsewhere()
                | StreamHandOver()
                | StreamPermit()
                | StreamWish()
            ):
                self.mailboxes.streams.receive(sender, incarnation, frame, now)
            case Hint():
                self._hint(sender, frame, now)
            case Welcome() | TurnedAway():
                self.here.trace.mark("a late answer to an invite")
            case _:
                self.order.receive(sender, frame, now)

    def show_hint(self, hint: PersonHint) -> None:
        """This site's person lets the members see something, now or never."""
        if self.window is not None:
            self.window.presence.show(hint)

    def _hint(self, sender: Key, frame: Hint, now: Micros) -> None:
        """A member lets something be seen. Raises `RemoteError`."""
        if self.window is None:
            return
        if not self.people.may_read(sender):
            self.wiring.channels.count("a hint of somebody who is no member")
            return
        event = self.window.presence.hear(sender, frame, now)
        if event is not None:
            self.events.append(event)

    def _send_hints(self, now: Micros) -> None:
        if self.window is None:
            return
        for frame in self.window.presence.due(now):
            for key in self.desk.others():
                self.wiring.send(key, frame)

    def _learn_addresses(self, sender: Key, frame: Addresses) -> None:
        """Keep what is news, and pass it on: two newcomers know the same member, not each other."""
        book = self.wiring.book
        known = [record for record in frame.known if record.key != self.own]
        news = [record for record in known if book.learn(record)]
        # What somebody tells of those that nobody knows goes no further than here.
        told = [item for item in news if item.key == sender or self.may_hear(item.key)]
        if not told:
            return
        self.disk.save_field("addresses", BOOK_CODEC.encode(BookField(book.records())))
        frame = Addresses(tuple(told))
        for key in self.listeners():
            if key != sender:
                self.wiring.send(key, frame)

    # --- reading ----------------------------------------------------------------------------------

    def window_here(self) -> Window:
        """The window's side of this site. Raises `LocalError` where there is none."""
        if self.window is None:
            message = "this site runs without a window"
            raise LocalError(message)
        return self.window

    # --- turns ------------------------------------------------------------------------------------

    def tick(self, now: Micros) -> None:
        """Whatever is due."""
        self.order.tick(now)
        self.mailboxes.streams.tick(now)
        for number, move in self.wishes.due(now):
            self.order.wish(move.target, number, now)
        self.events += self.wishes.overdue(now)
        self._greet(now)
        if now >= self._presence_at:
            self._presence_at = after(now, limits.HEARTBEAT_MICROS)
            self.heartbeats.watch(now)
            self.heartbeats.sweep(now)
            self._reach(now)

    def _greet(self, now: Micros) -> None:
        """Tell that somebody joined, once the name is known or does not come."""
        for key, until in list(self._nameless.items()):
            name = self.meaning.name_of(key)
            if name != site_of(key) or now >= until:
                del self._nameless[key]
                self.events.append(MemberChanged(site_of(key), name, "joined"))

    def _reach(self, now: Micros) -> None:
        """Keep a channel to every member there should be, and look for those who were away.

        Whom one knew last may all have left, and who came since may not know this site: so everybody
        ever known is asked, too, if only now and then by a member.
        """
        views = self.disk.views
        members = list(views[-1].keys) if views else []
        others = [record.key for record in self.wiring.book.records()]
        own = site_of(self.own)
        # Just started, this site is the one that knows that a channel is missing.
        eager = now < self._back_until or not self.member
        for key in dict.fromkeys([*members, *others]):
            if key != self.own and not self.people.banned(key):
                self.wiring.reach(
                    key,
                    self.field.session,
                    self.field.secret,
                    now,
                    first=eager or own < site_of(key),
                    seldom=self.own in members and key not in members,
                )

    def call_at(self, addresses: tuple[str, ...], now: Micros) -> None:
        """Try to find members here, too. Raises `LocalError`."""
        for text in addresses:
            self.wiring.channels.dial(
                parse_address(text),
                Pattern.MEMBER,
                self.field.session,
                self.field.secret,
                b"",
                now,
            )

    def finish(self, now: Micros) -> list[OrderRecord]:
        """End a turn: order or submit, then tell what came of it; the records to commit."""
        records = self._order(now)
        self._announce_ready()
        if self.window is not None and self.ready:
            self.events += self.window.finish(self.heartbeats.seen, now)
        self.ending.look(now)
        return records + self.disk.drain()

    def _order(self, now: Micros) -> list[OrderRecord]:
        self._run_streams(now)
        self.order.finish(now)
        records: list[OrderRecord] = []
        for _ in range(limits.WORK_PER_INPUT_MAX):
            outputs, more = self.order.drain()
            records += more
            if not outputs:
                break
            for output in outputs:
                self._take(output, now)
            self._run_streams(now)
            if self.order.proposer.unproven:
                # What an output led to (a profile, a stream's home) is ordered in this turn, too.
                self.order.finish(now)
        self._send_hints(now)
        if self.pulse.due(now):
            self.heartbeats.beat(now)
        if self.order.want_beat():
            # In a turn of its own: what this one orders or hands over need not wait for it.
            self.pulse.want(now)
        return records

    def _take(self, output: OrderOutput, now: Micros) -> None:
        match output:
            case Transmit(to, frame):
                self.wiring.send(to, frame)
            case Stored(placed):
                self._stored(placed, now)
            case TakenBack(index):
                self._taken_back(index)
            case Settled(index):
                self._settled(index)
            case Installed(view, before):
                self._installed(view, before, now)
            case TokenMoved():
                self._moved(output, now)
            case WishRefused(number, reason):
                event = self.wishes.refused(number, reason, now)
                if event is not None:
                    self.events.append(event)
            case ReadRows(token, request):
                self.reading.load(request, "order", token)
            case _:
                assert_never(output)

    def _taken_back(self, index: int) -> None:
        self.meaning.revert_to(index)
        self.order.state = self.meaning.state
        self.events.append(LogReverted(index + 1, str(self.order.epoch)))
        if self.window is not None:
            self.window.taken_back(index)

    def _settled(self, index: int) -> None:
        self.meaning.settle(index)
        self.events.append(EntriesSettled(index))
        if self.window is not None:
            self.window.settled(index)

    def _stored(self, placed: tuple[Placed, ...], now: Micros) -> None:
        policy, pin = self.meaning.policy, self.meaning.pin
        shown = tuple([self.meaning.apply(item) for item in placed])
        self.order.state = self.meaning.state
        if self.meaning.streams_changed:
            self._streams_changed(now)
        if self.meaning.policy != policy:
            self.order.set_policy(self.meaning.policy)
        if self.meaning.pin != pin:
            self.order.set_pin(self.meaning.pin)
        self.events.append(EntriesOrdered(shown))
        self._greet(now)
        if self.window is not None:
            self.window.stored(placed, now, self.here.wall_ms(now))
        if self.wishes.awaits_entries:
            for item in placed:
                self.asking.was_ordered(item.entry.id)

    def _installed(self, view: View, before: View | None, now: Micros) -> None:
        uses, roles = self.people.installed(view)
        if uses is not None:
            self.disk.save_field("uses", uses)
        if self.leads:
            self.asking.give_roles(roles, now)
        self.wiring.keep((*view.keys, *self.order.recovery.candidates))
        old = before.keys if before is not None else ()
        for key in view.keys:
            if key not in old:
                self.heartbeats.seen[key] = True
                self._nameless[key] = after(now, limits.NAMELESS_MICROS)
                self.order.recovery.candidates.pop(key, None)
        for key in old:
            if key not in view.keys:
                self._nameless.pop(key, None)
                heard = self.desk.heard.get(key)
                left = heard is not None and heard.beat.leaving
                self.heartbeats.seen.pop(key, None)
                name = self.meaning.name_of(key)
                self.events.append(
                    MemberChanged(site_of(key), name, "left" if left else "unreachable")
                )
        self.pulse.forget_all_but((self.own, *self.wiring.peers()))
        if self.window is not None:
            self.window.installed(view, old, self.desk.heard)
        self.order.set_measures(self.pulse.matrix(view, now))
        self.mailboxes.installed(view)
        if not self.ready and self.member:
            self.introduce(now)

    def _moved(self, output: TokenMoved, now: Micros) -> None:
        epoch = str(epoch_of(self.disk.cur, output.k))
        self.moves += 1
        if self.window is not None:
            self.window.moved(output, epoch, now, self.here.wall_ms(now))
        self.events.append(
            DispatcherMoved(
                site_of(output.source), site_of(output.target), epoch, output.reason, output.gain_ms
            )
        )
        self.events += self.wishes.at_home(output.target, epoch, now)

    def _announce_ready(self) -> None:
        """Tell that commands are taken now, once, before anything else is told.

        What was ordered before is history: it is read from the log, not told as it comes.
        """
        if self.ready:
            return
        answers: list[Event] = [event for event in self.events if isinstance(event, (Done, Denied))]
        self.events = answers
        invite_id = self.people.open_invite()
        if not self.member or (invite_id is None and self.leads and not self.disk.log.length):
            return
        self.ready = True
        invite = self.people.link(invite_id, self.link_addresses()) if invite_id else ""
        ready = SessionReady(
            site_of(self.own),
            self.field.name,
            self.field.session,
            self.title,
            invite,
            self.addresses,
        )
        view = self.disk.prim
        members = [
            MemberChanged(
                site_of(key),
                self.meaning.name_of(key),
                "present" if self.heartbeats.present(key) else "unreachable",
            )
            for key in (view.keys if view is not None else ())
            if key != self.own
        ]
        self.events = [ready, *members, *answers]

    @property
    def title(self) -> str:
        """The session's title as the log has it, else as the invite said."""
        rooms = self.meaning.rooms
        return (rooms.control.title if rooms is not None else "") or self.field.title

    def link_addresses(self) -> tuple[str, ...]:
        """Addresses for an invite: this site's first, then other members'."""
        texts: dict[str, None] = dict.fromkeys(self.addresses)
        view = self.disk.prim
        for key in view.keys if view is not None else ():
            texts.update(dict.fromkeys(self.wiring.book.texts(key)))
        return tuple(list(texts)[: limits.ADDRESSES_PER_SITE_MAX])

    def adopt(self, admission: Admission) -> None:
        """This site was let in once more, before any view took it in."""
        self.field = replace(self.field, admission=admission)
        self.save_field()

    def mark_left(self) -> None:
        """This site is out for good (S4); the disk says so."""
        self.field = replace(self.field, left=True)
        self.save_field()

    def deadline(self) -> Micros | None:
        """The earliest timer."""
        return earliest(
            self.order.deadline(),
            self.mailboxes.streams.deadline(),
            self.wishes.deadline(),
            self._presence_at,
            self.pulse.deadline(),
            self.ending.deadline(),
            self.window.presence.deadline() if self.window is not None else None,
        )
