"""Who is welcome: known keys, admissions, invites and how often they were used (ORDER.md 5.5a).

Policy only: any member may let a newcomer in by an invite, the leader judges whether it still
counts, and no rule of the order rests on either.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.core import limits
from app.core.errors import LocalError
from app.core.ids import Key, SiteId, site_of
from app.crypto.invite import Invite, invite_secret, invite_text
from app.crypto.keys import Identity, verify
from app.dispatcher.disk import Disk
from app.node.frames import Admission
from app.node.meaning import Meaning
from app.node.state import SessionField
from app.rooms.control import EDITOR_RANK


class People:
    """Judges who belongs to the session.

    `taking` are the newcomers that the next view will take in: they use their invites up already.
    """

    def __init__(
        self,
        disk: Disk,
        meaning: Meaning,
        identity: Identity,
        field: SessionField,
        taking: Mapping[Key, None],
    ) -> None:
        self._disk = disk
        self._meaning = meaning
        self._identity = identity
        self._field = field
        self._taking = taking
        self._known: dict[Key, None] = {}
        self._views_seen = 0
        self._admissions: dict[Key, Admission] = {}
        self._arrived: dict[Key, bytes] = {}

    def learn_views(self) -> None:
        """Everyone who was ever a member is a known key; who came by an invite has used it."""
        for certificate in self._disk.certificates[self._views_seen :]:
            for key in certificate.view.keys:
                admission = self._admissions.pop(key, None)
                if admission is not None and admission.invite and key not in self._known:
                    self._arrived[key] = admission.invite
                self._known[key] = None
        while len(self._arrived) > limits.INVITE_USES_KEPT_MAX:
            del self._arrived[next(iter(self._arrived))]
        self._views_seen = len(self._disk.certificates)

    def known(self, key: Key) -> bool:
        """Whether the key was a member of any decided view."""
        return key in self._known

    def key_of(self, site: SiteId) -> Key | None:
        """The known key that this short name stands for."""
        return next((key for key in self._known if site_of(key) == site), None)

    def banned(self, key: Key) -> bool:
        """Whether the log bans the key."""
        rooms = self._meaning.rooms
        return rooms is not None and rooms.control.banned(key)

    def may_listen(self, key: Key) -> bool:
        """Whether this peer gets views and heartbeats: it belongs, or shows a good admission."""
        return (key in self._known or key in self._admissions) and not self.banned(key)

    def may_admit(self, key: Key) -> bool:
        """Whether this member's role lets it let others in."""
        rooms = self._meaning.rooms
        return key in self._known and rooms is not None and rooms.control.rank(key) >= EDITOR_RANK

    def may_read(self, key: Key) -> bool:
        """Whether this peer gets entries: a member of the newest views, or whom the next takes in."""
        views = [certificate.view for certificate in self._disk.certificates[-1:]]
        views += [view for view in (self._disk.prim, self._disk.present) if view is not None]
        return key in self._taking or any(view.has(key) for view in views)

    # --- admission --------------------------------------------------------------------------------

    def show(self, key: Key, admission: Admission | None) -> None:
        """A peer shows its admission in a heartbeat."""
        if (
            admission is None
            or key in self._known
            or self._admissions.get(key) == admission
            or admission.key != key
            or admission.session != self._disk.session
            or self.banned(key)
            or not self.may_admit(admission.signer)
            or not verify(admission.signer, admission.covered(), admission.signature)
        ):
            return
        self._remember(admission)

    def _remember(self, admission: Admission) -> None:
        """Keep an admission; the oldest gives way, and is shown again with its next heartbeat."""
        self._admissions.pop(admission.key, None)
        if len(self._admissions) >= limits.ADMISSIONS_MAX:
            del self._admissions[next(iter(self._admissions))]
        self._admissions[admission.key] = admission

    def welcome(self, key: Key, wall_ms: int) -> bool:
        """Whether the next view takes this key in: a known one, or one with a good admission."""
        if self.banned(key):
            return False
        if key in self._known:
            return True
        admission = self._admissions.get(key)
        return (
            admission is not None
            and self.may_admit(admission.signer)
            and (not admission.expiry_ms or wall_ms <= admission.expiry_ms)
            and (
                # Without an invite a person of the session let it in: the signer's word is all.
                not admission.invite or self.objection(admission.invite, key, wall_ms) is None
            )
        )

    def refusal(self, key: Key, wall_ms: int) -> str | None:
        """Why a newcomer that a member let in by an invite is not welcome any more; None if it is.

        An invite that is not known here yet is no reason: it may be known in a moment.
        """
        admission = self._admissions.get(key)
        rooms = self._meaning.rooms
        if (
            admission is None
            or rooms is None
            or not self.may_admit(admission.signer)
            or rooms.control.invite(admission.invite) is None
        ):
            return None
        return self.objection(admission.invite, key, wall_ms)

    def objection(self, invite_id: bytes, key: Key, wall_ms: int) -> str | None:
        """Why an invite doesn't count for `key`, in words for people; None if it does."""
        rooms = self._meaning.rooms
        if self.banned(key):
            return "you were removed from this session"
        state = rooms.control.invite(invite_id) if rooms is not None else None
        if state is None:
            return "this invite is not known here; ask for a new one"
        if state.revoked:
            return "this invite was taken back; ask for a new one"
        if state.end and wall_ms > state.end:
            return "this invite has expired; ask for a new one"
        if state.uses and self._others_by(invite_id, key) >= state.uses:
            return "this invite was used as often as it may be; ask for a new one"
        return None

    def _others_by(self, invite_id: bytes, key: Key) -> int:
        """How many others came by an invite, or are about to."""
        rooms = self._meaning.rooms
        state = rooms.control.invite(invite_id) if rooms is not None else None
        others = dict.fromkeys(state.came if state is not None else ())
        others.update(dict.fromkeys([k for k, by in self._arrived.items() if by == invite_id]))
        for newcomer in self._taking:
            admission = self._admissions.get(newcomer)
            if admission is not None and admission.invite == invite_id:
                others[newcomer] = None
        others.pop(key, None)
        return len(others)

    def admit(self, key: Key, invite_id: bytes, end_ms: int = 0) -> Admission:
        """Sign an admission for a newcomer: its invite counts, or a person let it in.

        Args:
            key: the newcomer.
            invite_id: empty if it comes without.
            end_ms: the end of the admission on the wall clock, if no invite says another.
        """
        rooms = self._meaning.rooms
        state = rooms.control.invite(invite_id) if rooms is not None else None
        role = state.role if state is not None else "editor"
        end = state.end if state is not None else end_ms
        bare = Admission(
            self._disk.session, key, invite_id, role, end, self._identity.key, bytes(64)
        )
        admission = Admission(
            bare.session,
            bare.key,
            bare.invite,
            bare.role,
            bare.expiry_ms,
            bare.signer,
            self._identity.sign(bare.covered()),
        )
        self._remember(admission)
        return admission

    def arrivals(self) -> list[tuple[Key, bytes]]:
        """Who came by which invite, where the log has to say so and does not yet."""
        rooms = self._meaning.rooms
        for key, invite_id in list(self._arrived.items()):
            state = rooms.control.invite(invite_id) if rooms is not None else None
            if state is None:
                continue
            if key in state.came or not state.counts:
                del self._arrived[key]
        return list(self._arrived.items())

    # --- invites ----------------------------------------------------------------------------------

    def link(self, invite_id: bytes, addresses: tuple[str, ...]) -> str:
        """The text of an invite that stands in the log. Raises `LocalError`."""
        rooms = self._meaning.rooms
        state = rooms.control.invite(invite_id) if rooms is not None else None
        if rooms is None or state is None:
            message = "there is no such invite"
            raise LocalError(message)
        return self.new_link(invite_id, state.maker, state.end, state.uses, state.role, addresses)

    def new_link(
        self,
        invite_id: bytes,
        maker: Key,
        end: int,
        uses: int,
        role: str,
        addresses: tuple[str, ...],
    ) -> str:
        """The text of an invite."""
        rooms = self._meaning.rooms
        title = (rooms.control.title if rooms is not None else "") or self._field.title
        return invite_text(
            Invite(
                invite_id,
                invite_secret(self._field.secret, invite_id),
                self._disk.session,
                maker,
                title[: limits.INVITE_TITLE_CHARACTERS_MAX],
                addresses[: limits.ADDRESSES_PER_SITE_MAX],
                end,
                uses,
                role,
            )
        )

    def open_invite(self) -> bytes | None:
        """The id of an invite without end and count, if there is one."""
        rooms = self._meaning.rooms
        if rooms is None:
            return None
        for invite_id, state in rooms.control.invites():
            if not state.revoked and not state.end and not state.uses:
                return invite_id
        return None
