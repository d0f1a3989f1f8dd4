"""Moving the token: permit, release, hand-over, take (T1 to T4).

A token leaves by HOLDING → (permit) → RELEASED → (confirmed) → AWAY; it comes by `HandOver` or by
installing a view. What is kept stands on `Disk`; this file keeps only what may be lost. It never
takes a token back.
"""

from __future__ import annotations

from dataclasses import replace
from enum import Enum

from app.core import limits
from app.core.codec import decode, encode
from app.core.errors import RemoteError
from app.core.ids import Key
from app.core.instant import Micros, after
from app.dispatcher import rules
from app.dispatcher.advice import Advice
from app.dispatcher.desk import Desk
from app.dispatcher.entries import SIGNATURE_BYTES
from app.dispatcher.epochs import ViewId, epoch_of
from app.dispatcher.holder import Holder
from app.dispatcher.messages import REGISTRY, HandOver, Permit, Piece
from app.dispatcher.placing import pieces_of, skip_known, unplace, within_frame
from app.dispatcher.signing import hand_over_bytes, permit_bytes
from app.dispatcher.views import View

Briefcase = tuple[str, int, bytes]
"""(why the token moved, gain in microseconds, placement's accounts)."""

REASON_CHARACTERS_MAX = 64


class Token(Enum):
    """Where the token of the present view is, as this site has to act."""

    AWAY = "another site holds it, or nobody here knows"
    HOLDING = "this site gives the next index"
    RELEASED = "handed over, not confirmed: repeat (T2), never take back (T4)"


class Moves:
    """The token's way in and out of this site."""

    def __init__(self, desk: Desk, holder: Holder, advice: Advice, now: Micros) -> None:
        self.desk = desk
        self.holder = holder
        self.advice = advice
        self.pending: tuple[Key, HandOver] | None = None
        self._repeat_at: Micros | None = now if desk.disk.hand_over is not None else None

    @property
    def state(self) -> Token:
        """See `Token`."""
        if self.desk.disk.hold is not None:
            return Token.HOLDING
        return Token.RELEASED if self.desk.disk.hand_over is not None else Token.AWAY

    # --- handing over -----------------------------------------------------------------------------

    def permitted(self, frame: Permit, now: Micros) -> None:
        """T1, T2: release the token to the permit's target.

        Raises:
            RemoteError: the leader did not sign it.
        """
        disk = self.desk.disk
        view = disk.view
        if view is None or not rules.may_release(
            frame.view, frame.k, disk.cur, disk.hold, fenced=disk.stopped
        ):
            return
        data = permit_bytes(disk.session, frame.view, frame.k, frame.target)
        if not self.desk.verify(view.session_leader, data, frame.signature):
            message = "a permit that the leader did not sign"
            raise RemoteError(message)
        if frame.target == self.desk.own or not view.has(frame.target):
            self.advice.refused(now)
            return
        self.holder.order_own(now)
        self.advice.weigh(self.holder.announce(), now)
        self.advice.explain(frame.target, frame.asker)
        hand_over = self._hand_over(frame.k, frame.target, now)
        disk.release(frame.k, REGISTRY.encode(hand_over))
        self.advice.go()
        self.desk.note_home(frame.k, frame.target)
        self.desk.note(now, "move", f"released {epoch_of(disk.cur, frame.k)} to the target")
        self.desk.send(frame.target, hand_over)
        self._repeat_at = after(now, limits.TOKEN_REPEAT_MICROS)

    def _hand_over(self, k: int, target: Key, now: Micros) -> HandOver:
        disk = self.desk.disk
        first, before, tail = self._tail_for(target)
        advice = self.advice
        saved = advice.placement.save(now) if advice.placement is not None else b""
        frame = HandOver(
            disk.cur,
            k,
            target,
            disk.log.length,
            disk.log.chain,
            first,
            before,
            tail,
            encode([advice.reason, round(advice.gain_ms * 1000), saved]),
            bytes(SIGNATURE_BYTES),
        )
        signature = self.desk.sign(hand_over_bytes(disk.session, frame))
        return replace(frame, signature=signature)

    def _tail_for(self, target: Key) -> tuple[int, bytes, tuple[Piece, ...]]:
        """(first index, chain before it, what the target may lack) as far as one frame carries."""
        log = self.desk.disk.log
        heard = self.desk.heard.get(target)
        known = heard.beat.length if heard and heard.beat.cur == self.desk.disk.cur else 0
        start = min(known, log.length)
        tail = log.after(start, limits.ARRAY_ITEMS_MAX)
        before = log.chain_at(start)
        if tail is None or before is None:
            return log.length + 1, log.chain, ()
        return start + 1, before, pieces_of(within_frame(tail))

    def confirmed(self, view: ViewId, kmax: int) -> None:
        """Another site shows this move: stop repeating it (T2)."""
        disk = self.desk.disk
        if self.state is Token.RELEASED and view == disk.cur and kmax >= disk.kmax:
            disk.set_hand_over(None)
            self._repeat_at = None

    # --- taking -----------------------------------------------------------------------------------

    def handed(self, sender: Key, frame: HandOver, now: Micros) -> bool:
        """T3: take the token, or keep the hand-over until the log up to it is here.

        Returns:
            Whether the log has to be fetched first.

        Raises:
            RemoteError: the source did not sign it, or it contradicts itself.
        """
        disk = self.desk.disk
        view = disk.view
        if (
            view is None
            or frame.target != self.desk.own
            or not rules.may_take(frame.view, frame.k, disk.cur, disk.kmax, fenced=disk.stopped)
        ):
            return False
        if not view.has(sender) or not self.desk.verify(
            sender, hand_over_bytes(disk.session, frame), frame.signature
        ):
            message = "a hand-over that its source did not sign"
            raise RemoteError(message)
        _read_briefcase(frame)
        self._store_tail(frame)
        self.pending = (sender, frame)
        self.retry(now)
        return self.pending is not None and disk.log.length < frame.index

    def _store_tail(self, frame: HandOver) -> None:
        disk = self.desk.disk
        log = disk.log
        if log.chain_at(frame.first - 1) != frame.chain_before:
            return
        first = frame.first
        for piece in frame.tail:
            count = len(piece.stamps)
            if first + count - 1 > log.length:
                if not disk.on_path(piece.epoch, first, first + count - 1):
                    message = "a tail from another view"
                    raise RemoteError(message)
                stamps, runs = skip_known(log, first, piece.stamps, piece.runs)
                for item in unplace(log, piece.epoch, stamps, runs, disk.session, self.desk.verify):
                    self.desk.store(item)
            first += count

    def retry(self, now: Micros) -> None:
        """The log grew: perhaps a kept hand-over can be taken now."""
        if self.pending is None:
            return
        sender, frame = self.pending
        disk = self.desk.disk
        view = disk.view
        if view is None or not rules.may_take(
            frame.view, frame.k, disk.cur, disk.kmax, fenced=disk.stopped
        ):
            self.pending = None
        elif rules.has_handed_log(disk.log.length, disk.log.chain, frame.index, frame.chain):
            self.pending = None
            self._take(sender, frame, view, now)

    def _take(self, source: Key, frame: HandOver, view: View, now: Micros) -> None:
        disk = self.desk.disk
        reason, gain_micros, saved = _read_briefcase(frame)
        disk.set_token(frame.k, frame.k)
        disk.set_hand_over(None)
        self._repeat_at = None
        self.holder.begin(now)
        self.advice.reason, self.advice.gain_ms = reason, gain_micros / 1000
        self.advice.arrive(saved, source, view, now)
        self.desk.note_home(frame.k, self.desk.own)
        self.desk.note(now, "move", f"took {epoch_of(disk.cur, frame.k)} at {disk.log.length}")

    def left_view(self) -> None:
        """The view is another: its hand-overs are void."""
        self.pending = None
        self._repeat_at = None

    # --- time -------------------------------------------------------------------------------------

    def tick(self, now: Micros) -> None:
        """Repeat an unconfirmed hand-over."""
        if self._repeat_at is None or now < self._repeat_at:
            return
        disk = self.desk.disk
        hold = rules.hold_while_unconfirmed(disk.kmax)
        if hold is not None:
            disk.set_token(hold, disk.kmax)
            self.holder.begin(now)
        self._repeat_at = None
        frame = REGISTRY.decode(disk.hand_over) if disk.hand_over is not None else None
        if isinstance(frame, HandOver) and frame.view == disk.cur:
            self.desk.send(frame.target, frame)
            self._repeat_at = after(now, limits.TOKEN_REPEAT_MICROS)

    def deadline(self) -> Micros | None:
        """When `tick` has something to do."""
        return self._repeat_at


def _read_briefcase(frame: HandOver) -> Briefcase:
    """Raise `RemoteError` before anything is taken, if the briefcase can't be read."""
    match decode(frame.briefcase):
        case [str(reason), int(gain_micros), bytes(saved)]:
            return reason[:REASON_CHARACTERS_MAX], gain_micros, saved
        case _:
            message = "a briefcase of another form"
            raise RemoteError(message)
