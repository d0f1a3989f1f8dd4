"""What sites tell one another all the time, and what follows from hearing it or not.

Heartbeats are hearsay: they say who is there, who would come in, and whether two computers that
have settled the same see the same. Nothing in the order rests on them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.core import limits
from app.core.ids import Key, site_of
from app.core.instant import Micros
from app.dispatcher.messages import OrderBeat, Recall
from app.mstreams.link import Priority
from app.node.api import (
    MemberChanged,
    TroubleSeen,
)
from app.node.frames import (
    Heartbeat,
    TurnedAway,
)

if TYPE_CHECKING:
    from app.node.session import Session


class Heartbeats:
    """One session's heartbeats, both ways.

    `seen` says for each member whether it was last shown as present; `away` are those whom a view
    left out and who did not leave.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.seen: dict[Key, bool] = {}
        self.away: dict[Key, None] = {}
        self._diverged: dict[Key, None] = {}
        self._agreed: dict[Key, int] = {}
        self._backlog_since: Micros | None = None

    def hear(self, sender: Key, frame: Heartbeat, now: Micros) -> None:
        """Take a peer's heartbeat."""
        session = self._session
        session.people.show(sender, frame.site.admission)
        if not session.peers.may_hear(sender):
            session.wiring.channels.count("a stranger's heartbeat")
            if frame.order.highest > session.disk.highest and not session.people.banned(sender):
                # Perhaps it is this site that does not know the members of today.
                session.wiring.send(sender, Recall(session.disk.highest))
            return
        if not session.pulse.newer(sender, frame.site):
            return
        view = session.disk.prim
        candidates = session.order.recovery.candidates
        if view is not None and not view.has(sender):
            if self._welcome(sender, now):
                candidates[sender] = None
            else:
                candidates.pop(sender, None)
        session.order.heard(sender, frame.order, now)
        session.mailboxes.streams.heard(sender, frame.site.streams, now)
        session.people.learn_views()
        self._presence(sender, present=True)
        self.compare(sender, frame.order)

    def _welcome(self, sender: Key, now: Micros) -> bool:
        """Whether the next view takes this site in.

        Who never was a member is judged by the most senior present: it has seen most of those who
        came by an invite, and the session's controller runs there.
        """
        session = self._session
        known = session.people.known(sender)
        if not known and not session.order.recovery.reasons.judges(now):
            return False
        wall_ms = session.here.wall_ms(now)
        if session.people.welcome(sender, wall_ms):
            return self._let_in(sender, now)
        reason = None if known else session.people.refusal(sender, wall_ms)
        if reason is not None:
            session.wiring.send(sender, TurnedAway(reason, by_session=True))
        return False

    def _let_in(self, sender: Key, now: Micros) -> bool:
        """Whether the session's controller has nothing against a newcomer; else it is told why."""
        session = self._session
        objection = session.mailboxes.streams.objection_to(sender, site_of(sender), now)
        if objection:
            session.wiring.send(sender, TurnedAway(objection, by_session=True))
        return objection == ""

    def compare(self, sender: Key, beat: OrderBeat) -> None:
        """Where both have settled the same entries they must mean the same."""
        session = self._session
        index = beat.state_index
        own = session.meaning.hash_at(index)
        if own is not None and own == beat.state_hash:
            self._agreed[sender] = index
            # It may have been repaired.
            self._diverged.pop(sender, None)
        if (
            own is None
            or own == beat.state_hash
            or index > min(beat.settled, session.disk.settled)
            or sender in self._diverged
            or not session.people.may_read(sender)
        ):
            return
        self._diverged[sender] = None
        session.here.trace.mark("diverged")
        name = session.meaning.name_of(sender)
        text = (
            f"what {name} sees after entry {index} is not what this site sees (the two agreed on "
            f"entry {self._agreed.get(sender, 0)} last): one of the two "
            "programs is wrong. Nothing is lost, but the two windows may differ"
        )
        session.events.append(TroubleSeen("diverged", text))

    def diverged_from_all(self, index: int) -> None:
        """A quorum means something else at `index`: it is this site that is wrong."""
        session = self._session
        session.here.trace.mark("diverged")
        text = (
            f"what this computer shows after entry {index} is not what the others see, who are "
            "more. Nothing is lost; it fetches what they see"
        )
        session.events.append(TroubleSeen("diverged", text))

    def beat(self, now: Micros) -> None:
        """Tell everybody who may know how things stand here."""
        session = self._session
        self.beat_to(session.peers.listeners(), now)
        self._watch_backlog(now)
        view = session.disk.present
        if view is not None and session.pulse.measured:
            measures = session.pulse.matrix(view, now)
            session.order.set_measures(measures)
            if session.window is not None:
                session.window.measured(measures, now, session.here.wall_ms(now))

    def _watch_backlog(self, now: Micros) -> None:
        """How long most links have had more than they could send: the home's uplink is full.

        An uplink is shared by all. A link that waits while the others don't has lost packets, or a
        peer that is gone; to count that would send the dispatcher away from where it belongs.
        """
        session = self._session
        links = [session.wiring.link(key) for key in session.desk.others()]
        waiting = sum(link is not None and link.waits(Priority.LIVE) for link in links)
        if 2 * waiting > len(links):
            self._backlog_since = now if self._backlog_since is None else self._backlog_since
            session.order.set_backlog(now - self._backlog_since)
        elif self._backlog_since is not None:
            self._backlog_since = None
            session.order.set_backlog(0)

    def beat_to(self, keys: list[Key], now: Micros) -> None:
        """Tell some peers."""
        session = self._session
        prim = session.disk.prim
        inside = prim is not None and prim.has(session.own)
        admission = None if inside else session.field.admission
        part = session.pulse.part(
            session.disk.present,
            session.own,
            session.mailboxes.streams.beat(),
            admission,
            now,
        )
        frame = Heartbeat(part, session.order.beat())
        for key in keys:
            session.wiring.send(key, frame)

    def _presence(self, key: Key, *, present: bool) -> None:
        session = self._session
        view = session.disk.present
        if view is None or not view.has(key) or self.seen.get(key) == present:
            return
        before = self.seen.get(key)
        self.seen[key] = present
        if session.window is not None:
            session.window.people_changed()
        if before is not None:
            state = "present" if present else "unreachable"
            session.events.append(MemberChanged(site_of(key), session.meaning.name_of(key), state))

    def watch(self, now: Micros) -> None:
        """Notice who has not been heard for a while."""
        for key in self._session.desk.others():
            if not self._session.desk.present(key, now):
                self._presence(key, present=False)

    def sweep(self, now: Micros) -> None:
        """Forget who does not belong: the banned at once, others once they are silent."""
        session = self._session
        if session.disk.present is None:
            return
        around = session.desk.around()
        candidates = session.order.recovery.candidates
        for key in list(candidates):
            if not session.desk.present(key, now) or not session.people.may_listen(key):
                del candidates[key]
        for key in session.wiring.peers():
            heard = session.wiring.channels.table.heard_at(key)
            silent = heard is None or now - heard >= limits.FORGET_SILENCE_MICROS
            if session.people.banned(key) or (
                silent and key not in around and key not in candidates
            ):
                session.wiring.forget(key)
                if key not in around:
                    session.desk.heard.pop(key, None)

    def present(self, key: Key) -> bool:
        """Whether a member was heard lately, as of the last look."""
        return key == self._session.own or self.seen.get(key, False)
