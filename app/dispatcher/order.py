"""The order at one site, whole: routes frames, heartbeats and time to its parts.

This is the only door of the room for `node`. `handle`-like methods add outputs that `drain` gives
back; `finish` ends a turn: it proves what was said, orders or submits it, and announces. Nothing
here decides anything that a rule decides.
"""

from __future__ import annotations

from app.core.errors import LocalError
from app.core.ids import Key, SiteId, site_of
from app.core.instant import Micros, earliest
from app.core.rng import Rng
from app.dispatcher import rules
from app.dispatcher.advice import Advice, TalkOf
from app.dispatcher.branches import Branches
from app.dispatcher.catchup import Catchup, PresentLane, PrimaryLane, Source
from app.dispatcher.compaction import Compaction
from app.dispatcher.desk import Desk, Installed, MoveAsked, OrderOutput, WishRefused
from app.dispatcher.entries import Entry, Placed
from app.dispatcher.epochs import Epoch, ViewId, epoch_of
from app.dispatcher.holder import Holder
from app.dispatcher.messages import (
    Accepted,
    Branch,
    Chunk,
    Collect,
    Decide,
    Elsewhere,
    Fetch,
    Gather,
    Gathered,
    HandOver,
    Install,
    OrderBeat,
    Ordered,
    Permit,
    Probe,
    Probed,
    Promise,
    Recall,
    Refusal,
    SnapshotOffered,
    SnapshotPiece,
    SnapshotWanted,
    Submit,
    TwoOrders,
    TwoVotes,
    Vote,
    Wish,
)
from app.dispatcher.moves import Moves
from app.dispatcher.permits import Permits
from app.dispatcher.placement import Measures, Reason, best_home, compute_costs
from app.dispatcher.proofs import Proofs
from app.dispatcher.proposer import Proposer
from app.dispatcher.reasons import Reasons
from app.dispatcher.records import OrderRecord
from app.dispatcher.recovery import Recovery
from app.dispatcher.repair import Repair
from app.dispatcher.replica import Replica
from app.dispatcher.suspicion import Suspicion
from app.dispatcher.views import Certificate, View, vote_bytes
from app.dispatcher.voter import Voter


class Order:
    """Views, log, queue and token of one site in one session."""

    def __init__(
        self,
        desk: Desk,
        *,
        incarnation: int,
        talk_of: TalkOf,
        rng: Rng,
        now: Micros,
        proofs: bytes = b"",
    ) -> None:
        self.desk = desk
        self.disk = desk.disk
        self.catchup = Catchup(desk, PresentLane(desk))
        self.beside = Catchup(desk, PrimaryLane(desk))
        self.source = Source(desk)
        self.voter = Voter(desk, self.catchup, self.beside)
        self.suspicion = Suspicion(desk, now)
        reasons = Reasons(desk, self.suspicion, now)
        self.recovery = Recovery(desk, self.voter, reasons, self._first_of, rng)
        self.branches = Branches(desk, self.voter, reasons, rng.fork("branches"))
        self.branches.newcomers = lambda: list(self.recovery.candidates)
        self.proofs = Proofs(desk, proofs)
        self.replica = Replica(desk)
        self.compaction = Compaction(desk)
        self.repair = Repair(desk, self.compaction)
        self.holder = Holder(desk, now)
        self.advice = Advice(desk, talk_of, now)
        self.moves = Moves(desk, self.holder, self.advice, now)
        self.permits = Permits(desk, self.advice)
        self.proposer = Proposer(desk, incarnation, now)
        self.state: tuple[int, bytes] = (0, b"")
        self.vets = False
        """Whether others have a say in moves of the token."""
        self._announced = -1
        self._beat_wanted = True
        self._told_firm = desk.disk.firm
        if self.disk.hold is not None:
            desk.note_home(self.disk.hold, desk.own)

    # --- what people do ---------------------------------------------------------------------------

    def issue(self, kind: str, body: bytes, wall_ms: int) -> Entry:
        """O1; proven and sent on when the turn ends. Raises `LocalError`."""
        if self.disk.present is None:
            message = "this site is not a member yet; nothing was kept"
            raise LocalError(message)
        return self.proposer.issue(kind, body, wall_ms)

    def wish(self, target: Key, token: int, now: Micros) -> None:
        """A person wants the token at `target`; a refusal comes back with `token`."""
        view = self.disk.present
        if view is None:
            message = "this site is not a member yet"
            raise LocalError(message)
        frame = Wish(view.id, target, by_person=True, token=token)
        if view.session_leader == self.desk.own:
            self._wished(self.desk.own, frame, now)
        else:
            self.desk.send(view.session_leader, frame)

    def set_policy(self, text: str) -> None:
        """The session's placement policy, as ordered."""
        self.advice.set_policy(text)

    def set_pin(self, site: SiteId | None) -> None:
        """Where the session holds the token, as ordered; None: nowhere in particular."""
        self.advice.set_pin(site)

    # --- frames -----------------------------------------------------------------------------------

    def receive(self, sender: Key, frame: object, now: Micros) -> None:
        """Take a frame of `REGISTRY` from an authenticated sender.

        Raises:
            RemoteError: the frame contradicts itself, or a signature does not hold.
        """
        match frame:
            case Submit():
                self.holder.submitted(sender, frame, now)
            case Ordered():
                self._ordered(sender, frame, now)
            case Elsewhere():
                self.proposer.take_elsewhere(sender, frame, now)
            case Fetch():
                self.source.asked(sender, frame)
            case Chunk():
                self._chunk(sender, frame, now)
            case SnapshotWanted() | SnapshotOffered() | SnapshotPiece():
                self._snapshot(sender, frame, now)
            case _:
                self._receive_move(sender, frame, now)

    def _chunk(self, sender: Key, frame: Chunk, now: Micros) -> None:
        beside = self.beside.lane.view == frame.view
        if (self.beside if beside else self.catchup).got(sender, frame, now):
            self._grown(now)
        self.branches.got(sender, frame, now)
        self._after_branch(now)

    def _snapshot(
        self,
        sender: Key,
        frame: SnapshotWanted | SnapshotOffered | SnapshotPiece,
        now: Micros,
    ) -> None:
        lanes = [self.catchup, self.beside, *self.branches.catchups()]
        match frame:
            case SnapshotWanted():
                self.compaction.wanted(sender, frame)
            case SnapshotOffered():
                if frame.proven.view > self.disk.highest:
                    self.voter.recall(sender, now)
                for lane in lanes:
                    lane.offered(sender, frame, now)
                self.repair.offered(sender, frame, now)
            case SnapshotPiece():
                for lane in lanes:
                    if lane.piece(sender, frame, now) and lane in (self.catchup, self.beside):
                        self._grown(now)
                self.repair.piece(sender, frame, now)
                self.branches.grown(now)
                self._after_branch(now)

    @property
    def progress(self) -> tuple[int, int] | None:
        """(pieces here, pieces in all) of a snapshot that is taken, None while none is."""
        lanes = (self.catchup, self.beside)
        return next((lane.taking.progress for lane in lanes if lane.taking.progress), None)

    def _after_branch(self, now: Micros) -> None:
        entered, self.branches.entered = self.branches.entered, None
        if entered is not None:
            self.catchup.stop()
            self._installed(entered, now)

    def _ordered(self, sender: Key, frame: Ordered, now: Micros) -> None:
        before, head = self.disk.kmax, self.replica.head
        if self.replica.ordered(sender, frame):
            self.catchup.want(frame.first + len(frame.stamps) - 1, sender, now)
        self._seen_holder(frame.view, now)
        if self.replica.head is not None and self.replica.head != head:
            self.proofs.see_head(self.replica.head, now)
        if self.disk.kmax != before:
            self.proposer.again()
        self._grown(now)

    def _seen_holder(self, view: ViewId, now: Micros) -> None:
        self.recovery.reasons.seen_holder(view, now)
        self.branches.seen_holder(view, now)

    def _receive_move(self, sender: Key, frame: object, now: Micros) -> None:
        match frame:
            case Permit():
                self.moves.permitted(frame, now)
                self._beat_wanted = True
            case HandOver():
                if self.moves.handed(sender, frame, now):
                    self.catchup.want(frame.index, sender, now)
                self._beat_wanted = True
                self._grown(now)
            case Wish():
                self._wished(sender, frame, now)
            case Refusal():
                view = self.disk.view
                if view is not None and sender == view.session_leader:
                    self._refused(frame, now)
            case _:
                self._receive_vote(sender, frame, now)

    def _receive_vote(self, sender: Key, frame: object, now: Micros) -> None:
        match frame:
            case Collect():
                self._collected(sender, frame, now)
            case Promise():
                self.recovery.promise(sender, frame, now)
                self._after_vote(now)
            case Install():
                accepted = self.voter.install(sender, frame, now)
                if accepted is not None:
                    self.desk.send(sender, accepted)
                    self.recovery.yields(now)
            case Accepted():
                self._voted(sender, frame, now)
                self.recovery.accepted(sender, frame, now)
                self._after_vote(now)
            case Decide():
                self.learn(sender, frame.certificate, now)
            case Recall():
                self.voter.recalled(sender, frame, now)
            case _:
                self._receive_rest(sender, frame, now)

    def _receive_rest(self, sender: Key, frame: object, now: Micros) -> None:
        match frame:
            case Probe():
                self.suspicion.probed(sender, frame, now)
            case Probed():
                self.suspicion.answered(frame, now)
            case Gather():
                if self.disk.highest:
                    self.desk.send(sender, self.branches.gathered(frame))
            case Gathered():
                self.branches.answered(sender, frame, now)
                self._after_branch(now)
            case Branch():
                self.branches.invited(sender, frame, now)
                self._after_branch(now)
            case TwoOrders() | TwoVotes():
                self.proofs.take(frame, now)
            case _:
                self.desk.trace.mark("a frame that nobody reads")

    def _collected(self, sender: Key, frame: Collect, now: Micros) -> None:
        promise = self.voter.collect(sender, frame, now)
        if promise is not None:
            self.desk.send(sender, promise)
            if promise.ballot == frame.ballot:
                self.recovery.yields(now)
                self._beat_wanted = True

    def _voted(self, sender: Key, frame: Accepted, now: Micros) -> None:
        """A vote says more than that it is one: two under one ballot convict their signer (H2)."""
        vote = Vote(frame.number, frame.ballot, frame.hash, frame.signature)
        data = vote_bytes(self.disk.session, vote.number, vote.ballot, vote.hash)
        if self.desk.verify(sender, data, vote.signature):
            self.proofs.see_vote(sender, vote, now)

    def learn(self, sender: Key, certificate: Certificate, now: Micros) -> None:
        """P7, P8: a decided view; from the sender, or from this site itself."""
        if self.voter.decided(sender, Decide(certificate), now):
            self.proofs.see_votes(certificate, now)
            self.recovery.overtaken(now)
            self._follow(sender if sender != self.desk.own else None, now)
            self._beat_wanted = True

    def _after_vote(self, now: Micros) -> None:
        certificate = self.recovery.decided
        if certificate is not None:
            self.recovery.decided = None
            self.learn(self.desk.own, certificate, now)

    def _grown(self, now: Micros) -> None:
        """The log may have grown: whoever waited for entries goes on."""
        self._follow(None, now)
        answer = self.voter.grown(now)
        if answer is not None:
            self.desk.send(*answer)
        self.recovery.grown(now)
        self._after_vote(now)
        self.moves.retry(now)

    def _follow(self, source: Key | None, now: Micros) -> None:
        installed = self.voter.follow(source, now)
        if self.disk.view is None:
            self._left_view()
        if installed is not None and not installed.present:
            self.recovery.overtaken(now)
        elif installed is not None:
            self._installed(installed, now)

    def _left_view(self) -> None:
        self.holder.left_view()
        self.moves.left_view()
        self.permits.left_view()
        self.replica.head = None

    def _installed(self, installed: Installed, now: Micros) -> None:
        view = installed.view
        self.desk.note(now, "view", f"installed view {view.id} of {len(view.members)}")
        self.desk.out.append(installed)
        self.recovery.overtaken(now)
        self.branches.installed(now)
        self._left_view()
        if self.disk.hold is not None:
            self.holder.begin(now)
            self.advice.stay(view, now)
        else:
            self.advice.go()
        self.proposer.again()
        self.desk.note_home(0, view.first)
        self.advice.reason, self.advice.gain_ms = Reason.RECOVERY.name, 0.0
        self.desk.announce(0, view.first, Reason.RECOVERY.name, 0.0)
        self._announced = 0
        self._beat_wanted = True

    # --- leader -----------------------------------------------------------------------------------

    def _wished(self, sender: Key, frame: Wish, now: Micros) -> None:
        """T1: grant a permit, or say why not; where others have a say, ask them first."""
        reason = self.permits.refusal(sender, frame, now)
        if reason is None and self.vets:
            self.desk.out.append(MoveAsked(sender, frame))
        else:
            self._decide(sender, frame, reason, now)

    def vetted(self, sender: Key, frame: Wish, objection: str, now: Micros) -> None:
        """The others' word about a wish (`MoveAsked`): empty if they have nothing against it."""
        self._decide(sender, frame, objection or self.permits.refusal(sender, frame, now), now)

    def _decide(self, sender: Key, frame: Wish, reason: str | None, now: Micros) -> None:
        if reason is not None:
            refusal = Refusal(frame.token, reason)
            if sender == self.desk.own:
                self._refused(refusal, now)
            else:
                self.desk.send(sender, refusal)
            return
        home, permit = self.permits.grant(frame.target, sender if frame.by_person else b"", now)
        if home == self.desk.own:
            self.moves.permitted(permit, now)
            self._beat_wanted = True
        else:
            self.desk.send(home, permit)

    def _refused(self, frame: Refusal, now: Micros) -> None:
        """A wish came to nothing: placement's own has number 0, the others are people's."""
        if frame.token == 0:
            target = self.advice.wished
            self.advice.refused(now)
            if target is not None:
                self.desk.out.append(WishRefused(0, frame.reason, target))
        else:
            self.desk.out.append(WishRefused(frame.token, frame.reason))

    def _first_of(self, keys: tuple[Key, ...]) -> Key:
        """Placement's choice of a first dispatcher (P5)."""
        sites = [site_of(key) for key in keys]
        chosen = best_home(sites, {}, compute_costs(sites, self.advice.measures, rate=0.0))
        return keys[sites.index(chosen)] if chosen is not None else keys[0]

    # --- heartbeats -------------------------------------------------------------------------------

    def beat(self) -> OrderBeat:
        """This site's part of a heartbeat."""
        disk = self.disk
        holds = disk.hold is not None
        self._told_firm = disk.firm
        return OrderBeat(
            disk.cur,
            disk.prim_number,
            disk.highest,
            disk.log.length,
            disk.log.chain,
            disk.settled_in_prim,
            disk.firm,
            disk.kmax,
            holds,
            disk.fenced,
            self.desk.says_leaving,
            self.holder.head if holds else self.replica.head,
            self.state[0],
            self.state[1],
            self.advice.reason if holds else "",
            max(0, round(self.advice.gain_ms * 1000)) if holds else 0,
            self.compaction.vouch,
        )

    def heard(self, sender: Key, beat: OrderBeat, now: Micros) -> None:
        """A site's heartbeat: hearsay that starts things."""
        self.suspicion.heard(sender, now)
        before = self.desk.heard.get(sender)
        if (
            before is None
            or _standing(before.beat) != _standing(beat)
            or sender in self.recovery.candidates
        ):
            self.recovery.look(now)
            self.branches.look(now)
        grows = self.desk.hear(sender, beat, now)
        disk = self.disk
        if beat.head is not None:
            self.proofs.see_head(beat.head, now)
        if beat.highest > disk.highest:
            self.voter.recall(sender, now)
        elif beat.highest < disk.highest:
            self.voter.recalled(sender, Recall(beat.highest), now)
        if disk.following_number:
            self._follow(None, now)
        if beat.holds:
            self._seen_holder(beat.cur, now)
        view = disk.view
        if view is not None and view.has(sender):
            self.replica.told(beat.cur, beat.settled)
            if beat.cur == disk.cur:
                self._heard_in_view(sender, beat, now, grows=grows)
        self.replica.count()
        self.repair.again(sender)

    def _heard_in_view(self, sender: Key, beat: OrderBeat, now: Micros, *, grows: bool) -> None:
        before = self.desk.home
        disk = self.disk
        self.moves.confirmed(beat.cur, beat.kmax)
        if beat.holds:
            # Only what is taken counts: a source's own count would make its target refuse (T3).
            disk.raise_kmax(beat.kmax)
            self.desk.note_home(beat.kmax, sender)
            self._announce(sender, beat)
        if self.desk.home != before:
            self.proposer.again()
        if beat.length > disk.log.length and not disk.stopped and not grows:
            # While the log grows, what is missing is on its way: heartbeats overtake a burst.
            self.catchup.want(beat.length, sender, now)

    def set_measures(self, measures: Measures) -> None:
        """What the members measured of each other."""
        self.advice.set_measures(measures)

    def set_backlog(self, age_micros: int) -> None:
        """How old the oldest copy is that this site could not send yet; 0 when none waits."""
        self.advice.set_backlog(age_micros)

    def reconnected(self, key: Key) -> None:
        """A peer has a new link: what was on the old one may be lost."""
        self.proofs.tell(key)
        if self.desk.home is None or self.desk.home[1] == key:
            self.proposer.again()

    def loaded(self, token: int, rows: tuple[Placed, ...]) -> None:
        """Rows that were asked for by `ReadRows`."""
        self.source.loaded(token, rows)

    def _announce(self, holder: Key, beat: OrderBeat) -> None:
        """Say once that the token moved, with the reason its holder gives."""
        if beat.kmax > self._announced:
            self.desk.announce(
                beat.kmax, holder, beat.move_reason or "RECOVERY", beat.move_gain_micros / 1000
            )
            self._announced = beat.kmax

    def want_beat(self) -> bool:
        """Whether others should hear of a change before the next regular heartbeat."""
        wanted, self._beat_wanted = self._beat_wanted, False
        return wanted or self.disk.firm != self._told_firm

    def woke(self, now: Micros) -> None:
        """The machine slept: hear first, suspect later."""
        self.desk.woken_at = now
        self.recovery.overtaken(now)
        self.branches.woke(now)

    # --- leaving ----------------------------------------------------------------------------------

    def leave(self) -> None:
        """Issue nothing more, hand the token on, and ask to be left out (S4)."""
        self.desk.leaving = True
        self._beat_wanted = True

    def may_stop(self) -> bool:
        """S4: a quorum of a later view without this site has installed it."""
        disk = self.disk
        if not disk.highest or not self.desk.says_leaving:
            return False
        view: View = disk.certificates[-1].view
        if view.has(self.desk.own):
            return False
        installed = [
            key
            for key in view.keys
            if key in self.desk.heard and self.desk.heard[key].beat.prim >= view.number
        ]
        return rules.may_stop(view, installed)

    # --- turns ------------------------------------------------------------------------------------

    def tick(self, now: Micros) -> None:
        """Whatever is due."""
        self.moves.tick(now)
        self.advice.tick(now)
        self.proposer.tick(now)
        self.catchup.tick(now)
        self.beside.tick(now)
        self.suspicion.tick(self.desk.around(), now)
        self.recovery.tick(now)
        self._after_vote(now)
        self.branches.tick(now)
        self._after_branch(now)
        self.compaction.tick(now)
        self.repair.tick(now)

    def finish(self, now: Micros) -> None:
        """End a turn: prove, order or submit, announce, settle."""
        self.proposer.prove()
        self.holder.order_own(now)
        self.advice.weigh(self.holder.announce(), now)
        while self.advice.own_wishes:
            self._wished(self.desk.own, self.advice.own_wishes.pop(0), now)
        self.proposer.left()
        self.proposer.send(now)
        self.replica.count()
        self.compaction.count(now)
        self.repair.look(now)
        self.desk.flush_stored()
        self._announce_own()

    def _announce_own(self) -> None:
        hold = self.disk.hold
        if hold is not None and hold > self._announced:
            self.desk.announce(hold, self.desk.own, self.advice.reason, self.advice.gain_ms)
            self._announced = hold

    def drain(self) -> tuple[list[OrderOutput], list[OrderRecord]]:
        """What this turn leads to, and what it must commit first."""
        out, self.desk.out = self.desk.out, []
        return out, self.disk.drain()

    def deadline(self) -> Micros | None:
        """The earliest timer of a part."""
        return earliest(
            self.moves.deadline(),
            self.advice.deadline(),
            self.proposer.deadline(),
            self.catchup.deadline(),
            self.beside.deadline(),
            self.recovery.deadline(),
            self.branches.deadline(),
            self.compaction.deadline(),
            self.repair.taking.deadline(),
        )

    @property
    def epoch(self) -> Epoch:
        """The newest epoch of the present view that this site knows."""
        return epoch_of(
            self.disk.cur, max(self.disk.kmax, self.desk.home[0] if self.desk.home else 0)
        )


def _standing(beat: OrderBeat) -> tuple[ViewId, int, int, bool, bool]:
    """What of a heartbeat may be a reason for another view, or for a branch."""
    return beat.cur, beat.prim, beat.highest, beat.fenced, beat.leaving
