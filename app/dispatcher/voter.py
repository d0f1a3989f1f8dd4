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
from app.dispatcher.desk import Desk, Installed
from app.dispatcher.entries import Verify
from app.dispatcher.messages import Accepted, Collect, Decide, Install, Promise, Recall
from app.dispatcher.views import (
    Certificate,
    View,
    accepted_bytes,
    check_first,
    check_next,
    view_hash,
    well_formed,
)


class Voter:
    """Votes and certificates of one site."""

    def __init__(self, desk: Desk, catchup: Catchup) -> None:
        self.desk = desk
        self.catchup = catchup
        self._waiting: tuple[Key, Install] | None = None

    # --- votes ------------------------------------------------------------------------------------

    def collect(self, sender: Key, frame: Collect) -> Promise | None:
        """P2: the answer to a proposer, or None after sending what it lacks."""
        disk = self.desk.disk
        if not self._is_about_mine(sender, frame.number):
            return None
        if frame.ballot.owner != sender or (
            disk.promised != frame.ballot
            and not rules.may_promise(frame.number, frame.ballot, disk.prim_number, disk.promised)
        ):
            return None
        if disk.promised != frame.ballot:
            disk.promise(frame.ballot)
            self.catchup.stop()
        return Promise(
            frame.number,
            frame.ballot,
            disk.log.length,
            disk.log.chain,
            disk.accepted[0] if disk.accepted else None,
            disk.accepted[1] if disk.accepted else None,
        )

    def _is_about_mine(self, sender: Key, number: int) -> bool:
        """Whether a ballot is about this site's view; sends or asks for what one side lacks."""
        disk = self.desk.disk
        if number < disk.highest:
            self.recalled(sender, Recall(number))
            return False
        if number > disk.highest:
            self.desk.send(sender, Recall(disk.highest))
            return False
        view = disk.prim
        return (
            number == disk.prim_number
            and not disk.following_number
            and view is not None
            and view.has(self.desk.own)
            and view.has(sender)
        )

    def install(self, sender: Key, frame: Install, now: Micros) -> Accepted | None:
        """P6: accept, once the base is here."""
        disk = self.desk.disk
        before = disk.prim
        if before is None or not self._is_about_mine(sender, frame.number):
            return None
        if (
            frame.view.number != frame.number + 1
            or frame.view.session != disk.session
            or (not well_formed(frame.view))
        ):
            message = "a proposal that does not follow this view"
            raise RemoteError(message)
        accepted = disk.accepted
        if accepted is not None and accepted == (frame.ballot, frame.view):
            return self._accepted(frame)
        if not rules.may_accept(
            frame.number,
            frame.ballot,
            disk.prim_number,
            disk.promised,
            accepted[0] if accepted else None,
        ):
            return None
        if not self.has_base(frame.view):
            self._waiting = (sender, frame)
            self.catchup.want(frame.view.base_index, sender, now)
            return None
        self._waiting = None
        disk.accept(frame.ballot, frame.view)
        return self._accepted(frame)

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
        """Whether the log passes through the view's base."""
        log = self.desk.disk.log
        if view.base_index > log.length:
            return False
        chain = log.chain_at(view.base_index)
        # Where memory has no chain the index is settled, and so the same for everybody.
        return chain is None or chain == view.base_chain

    def _accepted(self, frame: Install) -> Accepted:
        data = accepted_bytes(frame.view, frame.ballot)
        return Accepted(frame.number, frame.ballot, view_hash(frame.view), self.desk.sign(data))

    # --- certificates -----------------------------------------------------------------------------

    def recalled(self, sender: Key, frame: Recall) -> None:
        """Send the certificates that the asker lacks, some at a time."""
        certificates = self.desk.disk.certificates
        part = certificates[frame.after : frame.after + limits.CERTIFICATES_PER_ANSWER_MAX]
        for certificate in part:
            self.desk.send(sender, Decide(certificate))

    def decided(self, sender: Key, frame: Decide) -> bool:
        """P7: keep a certificate that follows the ones known.

        Returns:
            Whether it was new.
        """
        disk = self.desk.disk
        view = frame.certificate.view
        if view.number <= disk.highest:
            if view == disk.prim:
                # A late `Decide` changes nothing; the rule says so (T5).
                hold = rules.hold_after_decide(view, disk.own, disk.hold, newly_installed=False)
                if hold != disk.hold:
                    disk.set_token(hold, disk.kmax)
            return False
        if view.number > disk.highest + 1:
            self.desk.send(sender, Recall(disk.highest))
            return False
        self.check(frame.certificate, self.desk.verify)
        disk.add_certificate(frame.certificate)
        return True

    def check(self, certificate: Certificate, verify: Verify) -> None:
        """Raise `RemoteError` unless the certificate follows those that are kept."""
        disk = self.desk.disk
        if disk.highest == 0:
            check_first(certificate, disk.session, verify)
        else:
            check_next(disk.certificates[-1].view, certificate, verify)

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
            # What this site has beyond the first view it missed belongs to nobody's log (O5).
            fork = disk.certificates[disk.path_number].view if disk.path_number else view
            if disk.path_number and disk.log.length > fork.base_index:
                self.desk.take_back(fork.base_index)
            disk.set_token(None, disk.kmax)
            disk.set_hand_over(None)
            disk.set_following(view.number)
            self.catchup.stop()
            self._waiting = None
        self.desk.settle(view.base_index)
        if disk.log.length < view.base_index:
            asked = source if source is not None else self._whoever(view, now)
            if asked is not None:
                self.catchup.want(view.base_index, asked, now)
            return None
        # What was fetched may go on beyond the base: those are the view's own entries.
        if not self.has_base(view):
            message = f"the log does not lead to the base of view {view.number}"
            self.desk.note(now, "view", message)
            return None
        return self._install(view)

    def _whoever(self, view: View, now: Micros) -> Key | None:
        able = [
            key
            for key, heard in self.desk.heard.items()
            if heard.beat.length >= view.base_index and self.desk.present(key, now)
        ]
        return able[0] if able else None

    def _install(self, view: View) -> Installed:
        disk = self.desk.disk
        before = disk.prim
        disk.set_prim(view.number)
        hold = rules.hold_after_decide(view, self.desk.own, None, newly_installed=True)
        disk.set_token(hold, 0)
        disk.set_hand_over(None)
        self.desk.home = None
        self.desk.settle(view.base_index)
        self.desk.flush_stored()
        self._waiting = None
        self.catchup.stop()
        return Installed(view, before)
