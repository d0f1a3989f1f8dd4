"""The home's first duty: ordering for everybody, and telling them (O2, O3).

Takes what was submitted and what waits here, gives it indexes while this site holds the token, and
announces it when the turn ends. Never moves the token: that is `moves`.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.core import limits
from app.core.ids import Key
from app.core.instant import Micros
from app.dispatcher import rules
from app.dispatcher.desk import Desk
from app.dispatcher.entries import Placed, pack_runs, unpack_run
from app.dispatcher.messages import Head, Ordered, Submit
from app.dispatcher.placing import within_frame
from app.dispatcher.sequencer import Sequencer
from app.dispatcher.signing import head_bytes


class Holder:
    """The sequencer with its two ends: submissions in, `Ordered` out."""

    def __init__(self, desk: Desk, now: Micros) -> None:
        self.desk = desk
        self.sequencer = Sequencer(desk, now)
        self.head: Head | None = None
        self._fresh: list[Placed] = []
        if desk.disk.hold is not None:
            self.begin(now)

    def begin(self, now: Micros) -> None:
        """This site took the token: go on where the log ends."""
        self.sequencer.begin(now)
        self._fresh = []

    def left_view(self) -> None:
        """The view is another: what was ordered in the old one is not announced any more."""
        self._fresh = []
        self.head = None

    def submitted(self, sender: Key, frame: Submit, now: Micros) -> None:
        """Order what a member submitted (O2, O3), or say where the token is."""
        disk = self.desk.disk
        if disk.hold is None or not rules.takes_submission(frame.view, disk.cur):
            self._say_where(sender)
            return
        view = disk.view
        if view is None or not view.has(sender) or disk.stopped:
            # P3: behind the fence a holder orders for its own people only.
            return
        if disk.log.length - disk.settled >= limits.UNSETTLED_ENTRIES_MAX:
            # Nothing is lost: the submitter keeps it and asks again.
            return
        for run in frame.runs:
            if run.first + len(run.items) - 1 <= self.sequencer.last_number(run):
                # A repeat: its signature need not be checked again.
                continue
            entries = unpack_run(disk.session, run, self.desk.verify)
            placed, waits = self.sequencer.order(entries, now)
            self._fresh += placed
            if waits:
                self._say_where(sender)
                return

    def _say_where(self, sender: Key) -> None:
        answer = self.desk.elsewhere()
        if answer is not None:
            self.desk.send(sender, answer)

    def order_own(self, now: Micros) -> None:
        """Order what waits in this site's queue."""
        disk = self.desk.disk
        if disk.hold is not None and len(disk.queue):
            placed, _ = self.sequencer.order(list(disk.queue), now)
            self._fresh += placed

    def announce(self) -> list[Placed]:
        """Send what this turn ordered to the members; returns it."""
        cur = self.desk.disk.cur
        # A view that was installed in the same turn took the rest back.
        fresh = [item for item in self._fresh if item.epoch.view == cur]
        self._fresh = []
        if self.desk.disk.hold is None:
            return []
        others = self.desk.others()
        rest: Sequence[Placed] = fresh
        while rest:
            part = within_frame(rest)
            self._announce(part, others)
            rest = rest[len(part) :]
        return fresh

    def _announce(self, part: Sequence[Placed], others: list[Key]) -> None:
        disk = self.desk.disk
        last = part[-1]
        k = last.epoch.k
        data = head_bytes(disk.session, disk.cur, k, last.index, last.chain)
        signature = self.desk.sign(data)
        self.head = Head(self.desk.own, disk.cur, k, last.index, last.chain, signature)
        if not others:
            return
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
