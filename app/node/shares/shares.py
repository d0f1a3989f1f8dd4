"""All shared programs of a session at this site: records, copies, and what goes into the log.

What passes is the rooms' to say; here it is written down for copies that come later, told to the
copy here, and what that copy's person did goes the other way. A guest is a stranger: what it says
is read in one place, counted if wrong, and bounded. Never acts for a copy that is not current.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from app.core import limits
from app.core.codec import Plain
from app.core.errors import LocalError, RemoteError
from app.core.ids import Key, SiteId, site_of
from app.core.instant import MILLI, SECOND, Micros, after, earliest
from app.dispatcher.views import View
from app.node.api import (
    Event,
    ShareChanged,
    ShareFileWanted,
    ShareGone,
    ShareKeyPressed,
    SharePointer,
    ShareRefused,
    ShareRepaired,
    ShareShown,
    ShareWindows,
    WindowShown,
)
from app.node.contract import PlaceFile
from app.node.shares.copy import (
    Broke,
    CaughtUp,
    Copy,
    CopyState,
    FilesHere,
    GuestReady,
    LeftOut,
    Over,
    Undone,
)
from app.node.shares.shown import share_shown
from app.rooms.events import ShareHeld, ShareReplayed
from app.rooms.share import ShareRoom
from app.tkshare.model.bodies import Clock, ShareId, encode_clock, encode_input
from app.tkshare.model.manifest import require_fits
from app.tkshare.model.record import Record
from app.tkshare.model.speech import (
    Acted,
    AppliedTo,
    ClipboardWanted,
    Digested,
    Ended,
    FileWanted,
    FocusWanted,
    Hello,
    KeyForUs,
    PointerSeen,
    RefusedProgram,
    Spoken,
    TicksDue,
    Window,
    hear,
)
from app.tkshare.model.state import Phase, Share
from app.tkshare.model.statements import (
    Attach,
    Clipboard,
    Detach,
    Digest,
    FileAsk,
    FloorGive,
    Focus,
    Go,
    Mark,
    Statement,
    encode_state,
)
from app.tkshare.model.steps import FileCame
from app.tkshare.model.telling import path_of

if TYPE_CHECKING:
    from app.node.session import Session

APART = "you are apart from the others; once you are together again, it goes on"
NO_CONTENT = bytes(32)
"""Hash of a file that is to be written, not read."""


class Shares:
    """Records by share, the copies here, and what windows are told."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.records: dict[ShareId, Record] = {}
        self.copies: dict[ShareId, Copy] = {}
        self._dirty: dict[ShareId, bool] = {}
        self._shown: dict[ShareId, ShareShown] = {}
        self._shown_at = Micros(0)
        self._refused_at = Micros(0)
        self._quiet_at: dict[ShareId, Micros] = {}
        self._clock_at: dict[ShareId, Micros] = {}
        self._mark_at: dict[ShareId, Micros] = {}
        self._acted: dict[ShareId, tuple[int, Micros]] = {}
        self._events: list[Event] = []
        self._offered: dict[ShareId, str] = {}

    # --- what others ask --------------------------------------------------------------------------

    @property
    def room(self) -> ShareRoom | None:
        """The room, None before the founder is known."""
        rooms = self._session.meaning.rooms
        return None if rooms is None else rooms.share

    def share(self, share_id: ShareId) -> Share:
        """A share that is not over. Raises `LocalError`."""
        room = self.room
        share = None if room is None else room.reducer.share(share_id)
        if share is None or share.phase is Phase.ENDED:
            message = "there is no such share, or it has ended"
            raise LocalError(message)
        return share

    def all_shown(self) -> tuple[ShareShown, ...]:
        """Every share, in the order of the offers."""
        room = self.room
        if room is None:
            return ()
        return tuple([self._show(room, share) for share in room.shares()])

    def _show(self, room: ShareRoom, share: Share) -> ShareShown:
        record = self.records.get(share.id) or Record()
        return share_shown(self._session, room, share, record, self.copies.get(share.id))

    # --- what the log says ------------------------------------------------------------------------

    def read(self) -> None:
        """Take what the rooms told since the last time."""
        told, self._session.meaning.shares_told = self._session.meaning.shares_told, []
        for event in told:
            self._dirty[event.share] = True
            if isinstance(event, ShareReplayed):
                self.records.setdefault(event.share, Record()).add(event.index, event.steps)
                self._quiet_at.pop(event.share, None)
            elif isinstance(event, ShareHeld) and event.author == self._session.own:
                self._events.append(ShareRefused(event.share, event.why))
            elif not isinstance(event, ShareHeld):
                self._look_for_the_end(event.share)

    def _look_for_the_end(self, share_id: ShareId) -> None:
        room = self.room
        share = None if room is None else room.reducer.share(share_id)
        if share is not None and share.phase is not Phase.ENDED:
            return
        self.records.pop(share_id, None)
        copy = self.copies.get(share_id)
        if copy is not None:
            self._stop(copy)
            copy.take(Over())

    def taken_back(self, index: int, now: Micros) -> None:
        """The log was cut to `index`: a copy that was told more starts anew and replays."""
        self.read()
        for share_id, record in self.records.items():
            left = record.cut(index)
            copy = self.copies.get(share_id)
            if copy is not None and copy.cut(left):
                self._events.append(ShareRepaired(share_id))
                self.restart(copy, now)

    def load(self, records: dict[ShareId, Record]) -> None:
        """The log begins anew at a snapshot, which holds these."""
        self.read()
        self.records = records
        self._dirty.update(dict.fromkeys([*self.copies, *records], True))

    def replaced(self, now: Micros) -> None:
        """What a copy here was told may be another log's: it starts anew and replays."""
        for share_id, copy in self.copies.items():
            copy.record = self.records.setdefault(share_id, Record())
            if copy.guest is not None:
                self._events.append(ShareRepaired(share_id))
                self.restart(copy, now)
            self._look_for_the_end(share_id)

    def installed(self, view: View, now: Micros) -> None:
        """Whoever is no member any more takes no part: the leader says so."""
        room = self.room
        if room is None or not self._session.leads:
            return
        for share in room.shares():
            for key in share.attached:
                if not view.has(key):
                    self.say(share.id, Detach(site_of(key)), now)

    # --- entries ----------------------------------------------------------------------------------

    def say(self, share_id: ShareId, said: Statement, now: Micros) -> bool:
        """Issue a `share.state`; False where it would have no effect."""
        return self._issue("share.state", encode_state(share_id, said), share_id, now)

    def _issue(self, kind: str, body: bytes, share_id: ShareId, now: Micros) -> bool:
        try:
            self._session.issue(((kind, body),), self._session.here.wall_ms(now))
        except LocalError as error:
            if kind == "share.input":
                self._refused(share_id, str(error), now)
            return False
        return True

    def _refused(self, share_id: ShareId, why: str, now: Micros) -> None:
        """Say why what a person did had no effect, not for each key of a row."""
        if now >= self._refused_at:
            self._refused_at = after(now, limits.SHARE_REFUSED_MICROS)
            self._events.append(ShareRefused(share_id, why))

    # --- copies -----------------------------------------------------------------------------------

    def start(self, share: Share, python: str, now: Micros) -> None:
        """Begin a copy here; its person has consented. Raises `LocalError`."""
        old = self.copies.get(share.id)
        if old is not None and old.state not in {CopyState.ENDED, CopyState.FAILED}:
            message = "a copy of this program is started here already"
            raise LocalError(message)
        copy = Copy(share.id, self.records.setdefault(share.id, Record()), python)
        copy.restart(now)
        self.copies[share.id] = copy
        self._dirty[share.id] = True

    def begin_when_offered(self, share_id: ShareId, python: str) -> None:
        """This site's own program: a copy of it starts here once the offer is ordered."""
        self._offered[share_id] = python

    def restart(self, copy: Copy, now: Micros) -> None:
        """Stop the guest and begin anew."""
        self._stop(copy)
        if copy.take(Undone()):
            copy.restart(now)
            copy.why = ""
        self._dirty[copy.share] = True

    def stop(self, copy: Copy, now: Micros) -> None:
        """The person here ends this copy: at once, whatever it does."""
        attached = copy.state in {CopyState.REPLAYING, CopyState.CURRENT}
        self._stop(copy)
        if copy.take(Over()) and attached:
            self.say(copy.share, Detach(), now)
        self._dirty[copy.share] = True

    def stop_all(self) -> None:
        """This site ends."""
        for copy in self.copies.values():
            self._stop(copy)
            copy.take(Over())

    def _stop(self, copy: Copy) -> None:
        if copy.guest is not None:
            self._session.guests.stop(copy.guest)
            copy.guest = None

    def _broke(self, copy: Copy, why: str, now: Micros) -> None:
        attached = copy.state in {CopyState.REPLAYING, CopyState.CURRENT}
        self._stop(copy)
        if copy.take(Broke()):
            copy.why = why
            if attached:
                self.say(copy.share, Detach(), now)
        self._dirty[copy.share] = True

    def _fetch(self, copy: Copy, share: Share, now: Micros) -> None:
        """Go on until the list and all files are here, then start the guest."""
        fetching, room = self._session.fetching, self.room
        offer = None if room is None else room.reducer.offer(share.id)
        if offer is None:
            return
        sources = (share.owner, *[key for key in share.attached if key != share.owner])
        if offer.listing not in fetching.here:
            fetching.want(offer.listing, offer.listing_size, sources)
        elif not copy.files_known and offer.listing not in fetching.read:
            fetching.want_bytes(offer.listing, offer.listing_size)
        elif not copy.files_known:
            try:
                files = require_fits(offer, fetching.read.pop(offer.listing))
            except RemoteError as error:
                self._broke(copy, str(error), now)
                return
            copy.files_known = True
            copy.missing = {each.hash: True for each in files}
            for each in files:
                fetching.want(each.hash, each.size, sources)
        copy.missing = {each: True for each in copy.missing if each not in fetching.here}
        lost = [each for each in (offer.listing, *copy.missing) if each in fetching.nobody_has]
        if lost:
            self._broke(copy, "nobody who is here has the program's files", now)
        elif copy.files_known and not copy.missing and copy.take(FilesHere()):
            copy.restart(now)
            program: Plain = {
                "share": share.id,
                "person": site_of(self._session.own),
                "listing": offer.listing.hex(),
                "kind": offer.kind,
                "entry": offer.entry,
                "arguments": list(offer.arguments),
                "seed": offer.seed,
                "pins": dict(offer.pins),
                "start_ms": share.stamp_ms,
                "python": copy.python,
            }
            copy.guest = self._session.guests.start(offer.toolkit, program)
            self._dirty[copy.share] = True

    # --- guests -----------------------------------------------------------------------------------

    def copy_of(self, guest: int) -> Copy | None:
        """Whose guest this is."""
        return next((each for each in self.copies.values() if each.guest == guest), None)

    def guest_spoke(self, guest: int, message: bytes, now: Micros) -> None:
        """A guest says something; whatever it is, this returns."""
        copy = self.copy_of(guest)
        if copy is None:
            return
        copy.heard_at = now
        if copy.hung:
            copy.hung = False
            self._dirty[copy.share] = True
        too_often = copy.too_often(now)
        try:
            # What was replayed is heard in any case: a copy that catches up says it for each event,
            # and the next ones are told once it did.
            said = hear(_plain(message)) if copy.outstanding or not too_often else None
            if too_often and not isinstance(said, AppliedTo):
                self._session.wiring.channels.count("a guest says too much")
            elif said is not None:
                self._heard(copy, said, now)
        except RemoteError:
            self._session.wiring.channels.count("a guest's frame refused")

    def guest_ended(self, guest: int, why: str, now: Micros) -> None:
        """A guest is gone."""
        copy = self.copy_of(guest)
        if copy is not None:
            copy.guest = None
            self._broke(copy, why, now)

    def _heard(self, copy: Copy, said: Spoken, now: Micros) -> None:  # noqa: C901, PLR0912 - a table
        current = copy.state is CopyState.CURRENT
        match said:
            case Hello():
                if copy.take(GuestReady()):
                    copy.hello = said
                    copy.why = "; ".join(said.refusals)
                    self._attach(copy.share, said, now)
            case Acted(seen, t0_ms, events):
                if current:
                    copy.batches.take(self._seen(copy, seen), t0_ms, events)
            case AppliedTo(index, events, _skipped):
                copy.replayed(index, events)
            case TicksDue(due):
                copy.due = due
            case FileWanted(person, how, title, chosen):
                if current and person == site_of(self._session.own):
                    if self.say(copy.share, FileAsk(how, title, chosen), now):
                        self._events.append(ShareFileWanted(copy.share, how, title, chosen))
            case ClipboardWanted(mode, text):
                if current:
                    self._flush(copy, now, at_once=True)
                    self.say(copy.share, Clipboard(mode, text), now)
            case FocusWanted(name):
                if current and self._keeps(copy):
                    self.say(copy.share, Focus(name), now)
            case Digested(index, digest, windows):
                short = tuple(
                    [(name, each[: limits.SHARE_WINDOW_DIGEST_BYTES]) for name, each in windows]
                )
                if current and digest and self._share(copy).mark == index:
                    self.say(copy.share, Digest(index, digest, short), now)
            case Window():
                copy.saw(said)
            case PointerSeen(person, x, y):
                others = current and person != site_of(self._session.own)
                if others and self._session.window is not None:
                    self._events.append(SharePointer(copy.share, SiteId(person), x, y))
            case KeyForUs(which):
                self._key(copy, which, now)
            case RefusedProgram(why):
                self._broke(copy, why, now)
            case Ended(code):
                self._broke(copy, f"the program ended (code {code})", now)
            case _:
                # Lines of output and heartbeats change nothing that anybody sees.
                pass

    def _key(self, copy: Copy, which: str, now: Micros) -> None:
        if which == "stop":
            self.stop(copy, now)
        elif which == "floor":
            self.say(copy.share, FloorGive(), now)
        self._events.append(ShareKeyPressed(copy.share, which))

    def _share(self, copy: Copy) -> Share:
        return self.share(copy.share)

    def _seen(self, copy: Copy, seen: int) -> int:
        """The index that a guest had seen: it counts steps, the order counts entries."""
        room = self.room
        if copy.up_to_date and seen >= copy.applied:
            return self._session.disk.log.length
        mine = None if room is None else room.reducer.participant(copy.share, self._session.own)
        return max(seen, mine.since if mine is not None else 0)

    def _keeps(self, copy: Copy) -> bool:
        """Whether this site's copy keeps the time."""
        room = self.room
        share = None if room is None else room.reducer.share(copy.share)
        if room is None or share is None or share.phase is not Phase.RUNNING:
            return False
        return room.reducer.keeper(share) == self._session.own

    # --- turns ------------------------------------------------------------------------------------

    def act(self, now: Micros) -> None:
        """Carry on with every copy: fetch, tell, send, compare."""
        self.read()
        room = self.room
        if room is None:
            return
        for share_id, python in list(self._offered.items()):
            offered = room.reducer.share(share_id)
            if offered is not None:
                del self._offered[share_id]
                self.start(offered, python, now)
        for copy in list(self.copies.values()):
            share = room.reducer.share(copy.share)
            if share is None or share.phase is Phase.ENDED:
                continue
            if copy.state is CopyState.FETCHING:
                self._fetch(copy, share, now)
            self._tell(copy)
            self._stay(copy, room, now)
            if copy.state is CopyState.REPLAYING:
                self._catch_up(copy, room, now)
            if copy.state is CopyState.CURRENT:
                self._flush(copy, now)
                self._tick(copy, now)
                self._compare(copy, share, now)

    def _attach(self, share_id: ShareId, hello: Hello, now: Micros) -> None:
        look = bytes.fromhex(hello.look)
        self.say(share_id, Attach(hello.toolkit, hello.versions, hello.door, look), now)

    def _stay(self, copy: Copy, room: ShareRoom, now: Micros) -> None:
        """Whoever was out of reach was left out by the others: the copy still runs, so it attaches again."""
        listed = room.reducer.participant(copy.share, self._session.own) is not None
        if listed or not copy.attached or copy.hello is None:
            copy.attached = listed
        elif copy.take(LeftOut()):
            copy.attached = copy.gone_out = False
            self._attach(copy.share, copy.hello, now)
            self._dirty[copy.share] = True

    def _tell(self, copy: Copy) -> None:
        guests = self._session.guests
        for step, frame in copy.next_steps(self._files_here):
            if copy.guest is None:
                return
            if isinstance(step, FileCame):
                for file in step.files:
                    content = b"" if file.hash == NO_CONTENT else file.hash
                    path = path_of(step.index, file)
                    guests.outputs.append(PlaceFile(copy.guest, path, content))
            guests.tell(copy.guest, frame)

    def _files_here(self, step: FileCame) -> bool:
        fetching = self._session.fetching
        wanted = [each for each in step.files if each.hash != NO_CONTENT]
        for each in wanted:
            fetching.want(each.hash, each.size, (step.person,))
        # A file that nobody has any more is not waited for: the copy differs, and says so.
        return all(
            each.hash in fetching.here or each.hash in fetching.nobody_has for each in wanted
        )

    def _catch_up(self, copy: Copy, room: ShareRoom, now: Micros) -> None:
        """Say that the copy is current, once it is and the log knows that it is started."""
        mine = room.reducer.participant(copy.share, self._session.own)
        started = mine is not None and not mine.current
        if copy.up_to_date and started and not copy.gone_out:
            copy.gone_out = self.say(copy.share, Go(), now)
        elif copy.gone_out and mine is not None and mine.current and copy.take(CaughtUp()):
            self._dirty[copy.share] = True

    def _flush(self, copy: Copy, now: Micros, *, at_once: bool = False) -> None:
        """What the person here did becomes entries; apart from the others it does nothing."""
        entries = copy.batches.due(after(now, SECOND) if at_once else now)
        if entries and self._session.disk.branch is not None:
            self._refused(copy.share, APART, now)
            return
        for entry in entries:
            self._issue("share.input", encode_input(entry), copy.share, now)

    def _tick(self, copy: Copy, now: Micros) -> None:
        """Ask for the ticks that are due, if this copy keeps the time."""
        if copy.due is None or now < self._clock_at.get(copy.share, Micros(0)):
            return
        due, copy.due = copy.due, None
        if self._keeps(copy) and not self._stands_still(copy, now):
            self._clock_at[copy.share] = after(now, limits.SHARE_CLOCK_MS * MILLI)
            body = encode_clock(Clock(copy.share, due))
            self._issue("share.clock", body, copy.share, now)

    def _stands_still(self, copy: Copy, now: Micros) -> bool:
        """Whether nobody acted for so long that ticks have no effect any more."""
        room = self.room
        share = None if room is None else room.reducer.share(copy.share)
        acted_ms = 0 if share is None else share.input_ms
        known_ms, since = self._acted.get(copy.share, (-1, now))
        if known_ms != acted_ms:
            since = now
            self._acted[copy.share] = (acted_ms, now)
        return now - since > limits.SHARE_IDLE_MS * MILLI

    def _compare(self, copy: Copy, share: Share, now: Micros) -> None:
        """Set a mark in a quiet moment after something passed, or somebody's copy came."""
        last = copy.record.last_index
        busy = share.gesture is not None or share.dialog is not None
        current = self._current(share)
        nothing_new = last <= max(share.mark, copy.marked) and current == copy.compared
        if nothing_new or busy or not self._keeps(copy):
            self._quiet_at.pop(copy.share, None)
            return
        quiet_at = self._quiet_at.setdefault(
            copy.share,
            max(after(now, limits.SHARE_QUIET_MICROS), self._mark_at.get(copy.share, Micros(0))),
        )
        if now >= quiet_at:
            copy.marked = last
            copy.compared = current
            self._quiet_at.pop(copy.share, None)
            self._mark_at[copy.share] = after(now, limits.SHARE_MARK_MICROS)
            self.say(copy.share, Mark(), now)

    def _current(self, share: Share) -> tuple[Key, ...]:
        """Whose copies show the present."""
        room = self.room
        found = (
            [(key, room.reducer.participant(share.id, key)) for key in share.attached]
            if room is not None
            else []
        )
        return tuple([key for key, each in found if each is not None and each.current])

    def finish(self, now: Micros) -> list[Event]:
        """What windows and scripts are told of this turn."""
        for copy in self.copies.values():
            if copy.runs and not copy.hung and now - copy.heard_at >= limits.SHARE_HUNG_MICROS:
                copy.hung = True
                self._dirty[copy.share] = True
        events, self._events = self._events, []
        room = self.room
        if room is None:
            return events
        events += self._windows()
        if self._dirty and now >= self._shown_at:
            self._shown_at = after(now, limits.SHARE_SHOWN_MICROS)
            for share_id in self._dirty:
                events += self._told(room, share_id)
            self._dirty.clear()
        return events

    def _windows(self) -> list[Event]:
        """What the copies here show, where that changed and somebody looks."""
        if self._session.window is None:
            return []
        changed = [copy for copy in self.copies.values() if copy.windows_changed]
        for copy in changed:
            copy.windows_changed = False
        return [
            ShareWindows(
                copy.share,
                tuple([WindowShown(name, *size) for name, size in copy.windows.items()]),
            )
            for copy in changed
        ]

    def _told(self, room: ShareRoom, share_id: ShareId) -> list[Event]:
        share = room.reducer.share(share_id)
        if share is None:
            return [ShareGone(share_id)] if self._shown.pop(share_id, None) is not None else []
        shown = self._show(room, share)
        if self._shown.get(share_id) == shown:
            return []
        self._shown[share_id] = shown
        return [ShareChanged(shown)]

    def deadline(self) -> Micros | None:
        """The earliest of batches, ticks, marks and what windows are shown."""
        if not self._session.ready:
            return None
        times: list[Micros | None] = [self._shown_at if self._dirty else None]
        for copy in self.copies.values():
            if copy.state is CopyState.CURRENT:
                times.append(copy.batches.deadline())
                if copy.due is not None:
                    times.append(self._clock_at.get(copy.share, Micros(0)))
                times.append(self._quiet_at.get(copy.share))
            if copy.runs and not copy.hung:
                times.append(after(copy.heard_at, limits.SHARE_HUNG_MICROS))
        return earliest(*times)


def _plain(message: bytes) -> Plain:
    if len(message) > limits.FRAME_BYTES_MAX:
        error = "a guest's frame is too long"
        raise RemoteError(error)
    try:
        return json.loads(message)
    except (ValueError, RecursionError):
        error = "not JSON"
        raise RemoteError(error) from None
