"""A member's part in deciding views: promise, accept, learn, install (P2, P3, P6 to P8).

Every answer is given from the disk as it is then, so a repeated request gets its answer again.
Proposing is `recovery`'s. Never installs a view whose base is not on disk.
"""

from __future__ import annotations

from app.core import limits
from app.core.errors import RemoteError
from app.core.ids import Key
from app.core.instant import Micros
from app.dispatcher import rules
from app.dispatcher.catchup import Catchup
from app.dispatcher.certificates import check_first, check_next
from app.dispatcher.desk import Desk, Installed
from app.dispatcher.messages import Accepted, Collect, Decide, Install, Promise, Recall
from app.dispatcher.spacing import Spacing
from app.dispatcher.views import View, accepted_bytes, view_hash, well_formed


class Voter:
    """Votes and certificates of one site."""

    def __init__(self, desk: Desk, catchup: Catchup, beside: Catchup) -> None:
        self.desk = desk
        self._catchup = catchup
        self._beside = beside
        self._asks = Spacing(limits.CERTIFICATES_SPACING_MICROS)
        self._answers = Spacing(limits.CERTIFICATES_SPACING_MICROS)
        self._waiting: tuple[Key, Install] | None = None

    @property
    def catchup(self) -> Catchup:
        """What fetches for the primary log: in a branch it grows beside the present one."""
        return self._catchup if self.desk.disk.branch is None else self._beside

    # --- votes ------------------------------------------------------------------------------------

    def collect(self, sender: Key, frame: Collect, now: Micros) -> Promise | None:
        """P2: the answer to a proposer, or None after sending what it lacks.

        The answer to a ballot that comes too late names the higher one promised.
        """
        disk = self.desk.disk
        if not self._is_about_mine(sender, frame.number, now) or frame.ballot.owner != sender:
            return None
        ballot = disk.promised
        if ballot != frame.ballot and rules.may_promise(frame.ballot, ballot):
            disk.promise(frame.ballot)
            self.catchup.stop()
            ballot = frame.ballot
        if ballot is None:
            return None
        # Else the promise that stands in the way: the proposer need not wait to try above it.
        length, chain = rules.reported_log(
            (disk.plog.length, disk.plog.chain), (disk.log.length, disk.log.chain)
        )
        return Promise(
            frame.number,
            ballot,
            length,
            chain,
            disk.accepted[0] if disk.accepted else None,
            disk.accepted[1] if disk.accepted else None,
        )

    def _is_about_mine(self, sender: Key, number: int, now: Micros) -> bool:
        """Whether a ballot is about this site's view; sends or asks for what one side lacks."""
        disk = self.desk.disk
        if number < disk.highest:
            self.recalled(sender, Recall(number), now)
            return False
        if number > disk.highest:
            self.recall(sender, now)
            return False
        view = disk.certificates[number - 1].view if number else None
        return (
            view is not None
            and rules.may_vote(number, disk.prim_number, disk.highest)
            and view.has(self.desk.own)
            and view.has(sender)
        )

    def install(self, sender: Key, frame: Install, now: Micros) -> Accepted | None:
        """P6: accept, once the base is here.

        Raises:
            RemoteError: the proposal can't follow this site's view.
        """
        disk = self.desk.disk
        if not self._is_about_mine(sender, frame.number, now):
            return None
        self.check_proposal(frame.number, frame.view)
        accepted = disk.accepted
        if accepted is not None and accepted == (frame.ballot, frame.view):
            return self._accepted(frame)
        if not rules.may_accept(frame.ballot, disk.promised, accepted[0] if accepted else None):
            return None
        if not self.has_base(frame.view):
            self._waiting = (sender, frame)
            self.catchup.want(frame.view.base_index, sender, now)
            return None
        self._waiting = None
        disk.accept(frame.ballot, frame.view)
        return self._accepted(frame)

    def check_proposal(self, number: int, view: View) -> None:
        """Raise `RemoteError` unless `view` can be proposed as the successor of view `number`."""
        if (
            view.number != number + 1
            or view.branch
            or view.session != self.desk.disk.session
            or not well_formed(view)
        ):
            message = "a proposal that does not follow this view"
            raise RemoteError(message)

    def grown(self, now: Micros) -> tuple[Key, Accepted] | None:
        """The log grew: perhaps a proposal that waited for its base can be accepted."""
        if self._waiting is None:
            return None
        sender, frame = self._waiting
        if not self.has_base(frame.view):
            return None
        self._waiting = None
        answer = self.install(sender, frame, now)
        return None if answer is None else (sender, answer)

    def has_base(self, view: View) -> bool:
        """Whether the primary log passes through the view's base.

        Where memory has no chain any more, it is long settled: no later view begins there.
        """
        log = self.desk.disk.plog
        if view.base_index < log.begins:
            # A snapshot made in that view, or in a later one, stands on its base.
            snapshot = self.desk.disk.snapshot
            return snapshot is not None and snapshot.manifest.epoch.number >= view.number
        chain = log.chain_at(view.base_index)
        return rules.has_base(log.length, chain, view.base_index, view.base_chain)

    def _accepted(self, frame: Install) -> Accepted:
        data = accepted_bytes(frame.view, frame.ballot)
        return Accepted(frame.number, frame.ballot, view_hash(frame.view), self.desk.sign(data))

    # --- certificates -----------------------------------------------------------------------------

    def recall(self, key: Key, now: Micros) -> None:
        """Ask for the certificates that this site lacks, once in a while."""
        highest = self.desk.disk.highest
        if self._asks.free((key, highest), now):
            self.desk.send(key, Recall(highest))

    def recalled(self, sender: Key, frame: Recall, now: Micros) -> None:
        """Send the certificates that the asker lacks, some at a time, once in a while."""
        if frame.after >= self.desk.disk.highest or not self._answers.free(
            (sender, frame.after), now
        ):
            return
        certificates = self.desk.disk.certificates
        part = certificates[frame.after : frame.after + limits.CERTIFICATES_PER_ANSWER_MAX]
        for certificate in part:
            self.desk.send(sender, Decide(certificate))

    def decided(self, sender: Key, frame: Decide, now: Micros) -> bool:
        """P7: keep a certificate that follows the ones known.

        Returns:
            Whether it was new.

        Raises:
            RemoteError: it proves nothing.
        """
        disk = self.desk.disk
        view = frame.certificate.view
        if view.number <= disk.highest:
            if view == disk.prim and disk.branch is None:
                # A late `Decide` changes nothing; the rule says so (T5).
                hold = rules.hold_after_decide(view, disk.own, disk.hold, newly_installed=False)
                if hold != disk.hold:
                    disk.set_token(hold, disk.kmax)
            return False
        if view.number > disk.highest + 1:
            if sender != self.desk.own:
                self.recall(sender, now)
            return False
        if disk.highest == 0:
            check_first(frame.certificate, disk.session, self.desk.verify)
        else:
            check_next(disk.certificates[-1].view, frame.certificate, self.desk.verify)
        disk.add_certificate(frame.certificate)
        if disk.view is not None and view.number == disk.prim_number + 1 and self.has_base(view):
            # Also for who is not named: what a decided view begins with is settled.
            self._settle_base(view)
        return True

    def _settle_base(self, view: View) -> None:
        """Settle up to a decided view's base, if the present log passes through it."""
        if self.desk.disk.log.chain_at(view.base_index) == view.base_chain:
            self.desk.settle(view.base_index)

    # --- installing -------------------------------------------------------------------------------

    def target(self) -> View | None:
        """The latest decided view later than the installed one that names this site."""
        disk = self.desk.disk
        for certificate in reversed(disk.certificates):
            if not rules.installs(certificate.view.number, disk.prim_number):
                return None
            if certificate.view.has(self.desk.own):
                return certificate.view
        return None

    def follow(self, source: Key | None, now: Micros) -> Installed | None:
        """P8: go towards the latest view that names this site; install it once its base is here."""
        disk = self.desk.disk
        view = self.target()
        if view is None:
            return None
        if disk.following_number != view.number:
            self._turn_to(view)
        self._prove_path(view, now)
        if disk.plog.length < view.base_index:
            self.catchup.want(view.base_index, source, now)
            return None
        # What was fetched may go on beyond the base: those are the view's own entries.
        return self._install(view) if self.has_base(view) else None

    def _turn_to(self, view: View) -> None:
        """Leave the present view, and what this site has beyond the first one it missed (O5).

        Who works in a branch goes on there until the base is whole.
        """
        disk = self.desk.disk
        first_missed = disk.certificates[disk.path_number].view.base_index
        if disk.branch is not None:
            disk.cut_primary(min(first_missed, disk.plog.length))
        else:
            if disk.path_number:
                self.desk.take_back(first_missed)
            disk.set_token(None, disk.kmax)
            disk.set_hand_over(None)
        self.catchup.stop()
        disk.set_following(view.number)
        self._waiting = None

    def _prove_path(self, view: View, now: Micros) -> None:
        """Settle up to every base that the log passes through; take back what passes one by.

        Entries are proven by their authors, their order only by the bases of decided views.
        """
        disk = self.desk.disk
        proven = max(min(disk.settled, disk.plog.length), disk.plog.begins)
        bases = [
            certificate.view
            for certificate in disk.certificates[: view.number]
            if proven < certificate.view.base_index <= disk.plog.length
        ]
        for base in bases:
            if not self.has_base(base):
                message = f"the log does not lead to the base of view {base.number}"
                self.desk.note(now, "view", message)
                if disk.branch is None:
                    self.desk.take_back(proven)
                else:
                    disk.cut_primary(proven)
                self.catchup.distrust()
                return
            proven = base.base_index
            self._settle_base(base)

    def _install(self, view: View) -> Installed:
        """P8: the next primary view; the present one, unless this site is in a later branch."""
        disk = self.desk.disk
        before = disk.present
        self._waiting = None
        self.catchup.stop()
        disk.set_prim(view.number)
        if disk.branch is not None:
            if not rules.becomes_cur(view.id, disk.cur):
                return Installed(view, before, present=False)
            length = disk.log.length
            self.desk.flush_stored()
            surely = disk.surely_same(view.number)
            self.desk.switched(disk.leave_branch(), length, surely)
        hold = rules.hold_after_decide(view, self.desk.own, None, newly_installed=True)
        disk.set_token(hold, 0)
        disk.set_hand_over(None)
        self.desk.home = None
        self.desk.settle(max(view.base_index, disk.plog.begins))
        self.desk.flush_stored()
        self.catchup.stop()
        return Installed(view, before)
