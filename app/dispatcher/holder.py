"""The token at its home: ordering for everybody, and handing over (O2, O3, T1 to T5).

A token leaves by HOLDING → (permit) → RELEASED → (confirmed) → AWAY; it comes by `HandOver` or by
installing a view. What is kept stands on `Disk`; this file keeps only what may be
lost. It never takes a token back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import Enum

from app.core import limits
from app.core.codec import decode, encode, signed_bytes
from app.core.errors import RemoteError
from app.core.ids import Key, SiteId, site_of
from app.core.instant import Micros, after
from app.dispatcher import rules
from app.dispatcher.desk import Desk
from app.dispatcher.entries import Placed, pack_runs, unpack_run
from app.dispatcher.epochs import ViewId, epoch_of
from app.dispatcher.messages import (
    REGISTRY,
    HandOver,
    Head,
    Ordered,
    Permit,
    Piece,
    Submit,
    Wish,
)
from app.dispatcher.placement import Decision, Kind, Placement, Reason, Stroke, parse_policy
from app.dispatcher.placing import pieces_of, skip_known, unplace, within_frame
from app.dispatcher.sequencer import Sequencer

HEAD_LABEL = "talkstick head"
PERMIT_LABEL = "talkstick permit"
HAND_OVER_LABEL = "talkstick hand-over"

TalkOf = Callable[[str, bytes], Stroke | None]
"""(kind, body) -> None if it is no talk, else which part of a stroke it is."""


class Token(Enum):
    """Where the token of the present view is, as this site has to act."""

    AWAY = "another site holds it, or nobody here knows"
    HOLDING = "this site gives the next index"
    RELEASED = "handed over, not confirmed: repeat (T2), never take back (T4)"


def head_bytes(session: bytes, view: ViewId, k: int, index: int, chain: bytes) -> bytes:
    """What a holder signs with each `Ordered` (H1)."""
    return signed_bytes(HEAD_LABEL, [session, _plain(view), k, index, chain])


def permit_bytes(session: bytes, view: ViewId, k: int, target: Key) -> bytes:
    """What a leader signs (T1)."""
    return signed_bytes(PERMIT_LABEL, [session, _plain(view), k, target])


def hand_over_bytes(session: bytes, frame: HandOver) -> bytes:
    """What the source signs: the move, the log's end, and the briefcase."""
    return signed_bytes(
        HAND_OVER_LABEL,
        [
            session,
            _plain(frame.view),
            frame.k,
            frame.target,
            frame.index,
            frame.chain,
            frame.briefcase,
        ],
    )


def _plain(view: ViewId) -> list[int | bytes]:
    return [view.number, view.branch, view.leader]


class Holder:
    """The home's duties, and its way in and out."""

    def __init__(self, desk: Desk, talk_of: TalkOf, now: Micros) -> None:
        self.desk = desk
        self.talk_of = talk_of
        self.sequencer = Sequencer(desk, now)
        self.placement: Placement | None = None
        self.policy = "adaptive"
        self.head: Head | None = None
        self.reason = ""
        self.gain_ms = 0.0
        self.moves = 0
        self.own_wishes: list[Wish] = []
        self.pending: HandOver | None = None
        self._pending_from: Key | None = None
        self._fresh: list[Placed] = []
        self._repeat_at: Micros | None = None
        self._wished_at: Micros | None = None
        self._wish: Decision | None = None
        if desk.disk.hold is not None:
            self._settle_in(now)
        if desk.disk.hand_over is not None:
            self._repeat_at = now

    @property
    def state(self) -> Token:
        """See `Token`."""
        if self.desk.disk.hold is not None:
            return Token.HOLDING
        return Token.RELEASED if self.desk.disk.hand_over is not None else Token.AWAY

    # --- ordering ---------------------------------------------------------------------------------

    def submitted(self, sender: Key, frame: Submit, now: Micros) -> None:
        """Order what a member submits (O2, O3), or say where the token is."""
        disk = self.desk.disk
        if disk.hold is None or not rules.takes_submission(frame.view, disk.cur):
            answer = self.desk.elsewhere()
            if answer is not None:
                self.desk.send(sender, answer)
            return
        view = disk.prim
        if view is None or not view.has(sender) or disk.fenced:
            # P3: behind the fence a holder orders for its own people only.
            return
        for run in frame.runs:
            if run.first + len(run.items) - 1 <= disk.log.last_number(
                (run.author, run.incarnation)
            ):
                continue
            entries = unpack_run(disk.session, run, self.desk.verify)
            placed, waits = self.sequencer.order(entries, now)
            self._fresh += placed
            if waits:
                answer = self.desk.elsewhere()
                if answer is not None:
                    self.desk.send(sender, answer)
                return

    def order_own(self, now: Micros) -> None:
        """Order what waits in this site's queue."""
        disk = self.desk.disk
        if disk.hold is not None and len(disk.queue):
            placed, _ = self.sequencer.order(list(disk.queue), now)
            self._fresh += placed

    def announce(self, now: Micros) -> None:
        """Send what this turn ordered to the members, and let placement weigh it."""
        disk = self.desk.disk
        # A view that was installed in the same turn took the rest back.
        fresh = [item for item in self._fresh if item.epoch.view == disk.cur]
        self._fresh = []
        if not fresh or disk.hold is None:
            return
        others = self.desk.others()
        rest: Sequence[Placed] = fresh
        while rest:
            part = within_frame(rest)
            last = part[-1]
            k = last.epoch.k
            data = head_bytes(disk.session, disk.cur, k, last.index, last.chain)
            signature = self.desk.sign(data)
            self.head = Head(self.desk.own, disk.cur, k, last.index, last.chain, signature)
            if others:
                before = disk.log.chain_at(part[0].index - 1)
                assert before is not None, "what this turn ordered is in memory"
                frame = Ordered(
                    disk.cur,
                    k,
                    part[0].index,
                    before,
                    tuple([item.stamp_ms for item in part]),
                    pack_runs([item.entry for item in part]),
                    disk.settled,
                    signature,
                )
                for key in others:
                    self.desk.send(key, frame)
            rest = rest[len(part) :]
        self._weigh(fresh, now)

    # --- placement --------------------------------------------------------------------------------

    def set_policy(self, text: str) -> None:
        """The session's policy changed."""
        self.policy = text
        if self.placement is not None:
            self.placement.set_policy(parse_policy(text))

    def _weigh(self, fresh: list[Placed], now: Micros) -> None:
        placement = self.placement
        if placement is None:
            return
        placement.moving(self._wished_at is not None)
        for item in fresh:
            stroke = self.talk_of(item.entry.kind, item.entry.body)
            if stroke is None:
                continue
            decision = placement.on_ordered(now, item.entry.site, stroke)
            if decision.kind is Kind.MOVE:
                self._ask(decision, now)

    def _ask(self, decision: Decision, now: Micros) -> None:
        """Ask the leader for a permit."""
        view = self.desk.disk.prim
        target = self._member(decision.target)
        if view is None or target is None or self._wished_at is not None:
            return
        self._wished_at = now
        self._wish = decision
        if self.placement is not None:
            self.placement.moving(under_way=True)
        self.wish_to_leader(Wish(view.id, target, by_person=False, token=0))

    def wish_to_leader(self, wish: Wish) -> None:
        """Send a wish to the leader; `order` hands it to this site's own leader if that is it."""
        view = self.desk.disk.prim
        if view is None:
            return
        if view.session_leader == self.desk.own:
            self.own_wishes.append(wish)
        else:
            self.desk.send(view.session_leader, wish)

    def _member(self, site: SiteId | None) -> Key | None:
        view = self.desk.disk.prim
        if view is None or site is None:
            return None
        return next((key for key in view.keys if site_of(key) == site), None)

    def leave_home(self, now: Micros) -> None:
        """This site is about to go: hand the token to whoever waits least (S4)."""
        placement = self.placement
        if self.desk.disk.hold is None or placement is None or not self.desk.others():
            return
        if self._wished_at is not None:
            return
        gone = [key for key in self.desk.others() if not self.desk.present(key, now)]
        placement.leaving([site_of(self.desk.own), *[site_of(key) for key in gone]])
        decision = placement.on_home_leaving(now)
        if decision.kind is Kind.MOVE:
            self._ask(decision, now)

    # --- handing over -----------------------------------------------------------------------------

    def permitted(self, frame: Permit, now: Micros) -> None:
        """T1, T2: release the token to the permit's target."""
        disk = self.desk.disk
        view = disk.prim
        if view is None or not rules.may_release(
            frame.view, frame.k, disk.cur, disk.hold, fenced=disk.fenced
        ):
            return
        data = permit_bytes(disk.session, frame.view, frame.k, frame.target)
        if not self.desk.verify(view.session_leader, data, frame.signature):
            message = "a permit that the leader did not sign"
            raise RemoteError(message)
        if frame.target == self.desk.own or not view.has(frame.target):
            self.refused(now)
            return
        self.order_own(now)
        self.announce(now)
        wish = self._wish
        if wish is not None and self._member(wish.target) == frame.target:
            self.reason, self.gain_ms = wish.reason.name, wish.wait_ms
        else:
            self.reason, self.gain_ms = Reason.COMMAND.name, 0.0
        self._forget_wish()
        hand_over = self._hand_over(frame.k, frame.target, now)
        disk.release(frame.k, REGISTRY.encode(hand_over))
        self.placement = None
        self.desk.note_home(frame.k, frame.target)
        self.desk.note(now, "move", f"released {epoch_of(disk.cur, frame.k)} to the target")
        self.desk.send(frame.target, hand_over)
        self._repeat_at = after(now, limits.HAND_OVER_REPEAT_MICROS)

    def _hand_over(self, k: int, target: Key, now: Micros) -> HandOver:
        disk = self.desk.disk
        log = disk.log
        heard = self.desk.heard.get(target)
        known = heard.beat.length if heard is not None and heard.beat.cur == disk.cur else 0
        first = min(known, log.length) + 1
        tail = log.after(first - 1, limits.ARRAY_ITEMS_MAX)
        pieces: tuple[Piece, ...] = ()
        before = log.chain_at(first - 1)
        if tail is not None and before is not None:
            part = within_frame(tail)
            pieces = pieces_of(part)
        else:
            first, before = log.length + 1, log.chain
        saved = self.placement.save(now) if self.placement is not None else b""
        briefcase = encode([self.reason, round(self.gain_ms * 1000), saved])
        frame = HandOver(
            disk.cur,
            k,
            target,
            log.length,
            log.chain,
            first,
            before,
            pieces,
            briefcase,
            bytes(64),
        )
        signature = self.desk.sign(hand_over_bytes(disk.session, frame))
        return replace(frame, signature=signature)

    def refused(self, now: Micros) -> None:
        """The wish came to nothing."""
        if self._wished_at is not None:
            self._forget_wish()
            if self.placement is not None:
                self.placement.permit_refused(now)

    def _forget_wish(self) -> None:
        self._wished_at = None
        self._wish = None

    def confirmed(self, view: ViewId, kmax: int) -> None:
        """Another site shows this move: stop repeating it (T2)."""
        disk = self.desk.disk
        if disk.hand_over is not None and view == disk.cur and kmax >= disk.kmax:
            disk.set_hand_over(None)
            self._repeat_at = None

    # --- taking -----------------------------------------------------------------------------------

    def handed(self, sender: Key, frame: HandOver, now: Micros) -> bool:
        """T3: take the token, or keep the hand-over until the log up to it is here.

        Returns:
            Whether the log has to be fetched first.
        """
        disk = self.desk.disk
        view = disk.prim
        if (
            view is None
            or frame.target != self.desk.own
            or not rules.may_take(frame.view, frame.k, disk.cur, disk.kmax, fenced=disk.fenced)
        ):
            return False
        if not view.has(sender) or not self.desk.verify(
            sender, hand_over_bytes(disk.session, frame), frame.signature
        ):
            message = "a hand-over that its source did not sign"
            raise RemoteError(message)
        self._store_tail(frame)
        if not rules.has_handed_log(disk.log.length, disk.log.chain, frame.index, frame.chain):
            self.pending, self._pending_from = frame, sender
            return disk.log.length < frame.index
        self._take(sender, frame, now)
        return False

    def _store_tail(self, frame: HandOver) -> None:
        log = self.desk.disk.log
        if log.chain_at(frame.first - 1) != frame.chain_before:
            return
        first = frame.first
        for piece in frame.tail:
            count = len(piece.stamps)
            if first + count - 1 > log.length:
                if not self.desk.disk.on_path(piece.epoch, first, first + count - 1):
                    message = "a tail from another view"
                    raise RemoteError(message)
                stamps, runs = skip_known(log, first, piece.stamps, piece.runs)
                for item in unplace(
                    log, piece.epoch, stamps, runs, self.desk.disk.session, self.desk.verify
                ):
                    self.desk.store(item)
            first += count

    def retry(self, now: Micros) -> None:
        """The log grew: perhaps a kept hand-over can be taken now."""
        frame, sender = self.pending, self._pending_from
        if frame is None or sender is None:
            return
        disk = self.desk.disk
        if not rules.may_take(frame.view, frame.k, disk.cur, disk.kmax, fenced=disk.fenced):
            self.pending = None
        elif rules.has_handed_log(disk.log.length, disk.log.chain, frame.index, frame.chain):
            self._take(sender, frame, now)

    def _take(self, source: Key, frame: HandOver, now: Micros) -> None:
        disk = self.desk.disk
        self.pending = None
        disk.set_token(frame.k, frame.k)
        disk.set_hand_over(None)
        self._settle_in(now)
        briefcase = decode(frame.briefcase)
        match briefcase:
            case [str(reason), int(gain_micros), bytes(saved)]:
                self.reason, self.gain_ms = reason[:64], gain_micros / 1000
                self._unpack(saved, source, now)
            case _:
                message = "a briefcase of another form"
                raise RemoteError(message)
        self.moves += 1
        self.desk.note_home(frame.k, self.desk.own)
        self.desk.note(now, "move", f"took {epoch_of(disk.cur, frame.k)} at {disk.log.length}")

    def _unpack(self, saved: bytes, source: Key, now: Micros) -> None:
        if self.placement is None or not saved:
            return
        try:
            self.placement.restore(saved, now)
        except RemoteError as error:
            # The token is taken already; placement begins with empty accounts.
            self.desk.note(now, "move", f"placement starts afresh: {error}")
        self.placement.arrived(now, site_of(source))

    def _settle_in(self, now: Micros) -> None:
        """This site is the home: begin ordering and weighing."""
        view = self.desk.disk.prim
        assert view is not None, "a token belongs to a view"
        self.sequencer.begin(now)
        self._fresh = []
        self._forget_wish()
        self._repeat_at = None
        members = [site_of(key) for key in view.keys]
        self.placement = Placement(parse_policy(self.policy), members, site_of(self.desk.own), now)

    def installed(self, now: Micros) -> None:
        """A view was installed: its first dispatcher holds k = 0 (T5)."""
        self.pending = None
        self.head = None
        self._repeat_at = None
        self._forget_wish()
        before = self.placement
        self.placement = None
        if self.desk.disk.hold is not None:
            self._settle_in(now)
            if before is not None and self.placement is not None:
                # The same home in a new view keeps its accounts.
                view = self.desk.disk.prim
                assert view is not None, "just installed"
                before.set_members([site_of(key) for key in view.keys], site_of(self.desk.own), now)
                before.moving(under_way=False)
                self.placement = before

    # --- time -------------------------------------------------------------------------------------

    def tick(self, now: Micros) -> None:
        """Repeat an unconfirmed hand-over; give up waiting for a permit."""
        disk = self.desk.disk
        if disk.hand_over is not None and self._repeat_at is not None and now >= self._repeat_at:
            hold = rules.hold_while_unconfirmed(disk.kmax)
            if hold is not None:
                disk.set_token(hold, disk.kmax)
                self._settle_in(now)
            frame = REGISTRY.decode(disk.hand_over)
            if isinstance(frame, HandOver) and frame.view == disk.cur:
                self.desk.send(frame.target, frame)
                self._repeat_at = after(now, limits.HAND_OVER_REPEAT_MICROS)
            else:
                disk.set_hand_over(None)
                self._repeat_at = None
        if self._wished_at is not None and now - self._wished_at >= limits.WISH_PATIENCE_MICROS:
            self.refused(now)

    def deadline(self) -> Micros | None:
        """When `tick` has something to do."""
        wish = self._wished_at
        waits = after(wish, limits.WISH_PATIENCE_MICROS) if wish is not None else None
        if self._repeat_at is None:
            return waits
        return self._repeat_at if waits is None else min(self._repeat_at, waits)
