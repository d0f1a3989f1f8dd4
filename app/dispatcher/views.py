"""Views: who decides together, and the certificates that lead from the session id to a view.

View 1 is the founder's word, signed; every later primary view carries the `Accepted` signatures of
a quorum of the view before it (P7), so anyone can check the whole way. Pure functions; keeps
nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from app.core import limits
from app.core.codec import Plain, digest, signed_bytes
from app.core.ids import HASH_BYTES, KEY_BYTES, Key
from app.core.schema import Codec, Size
from app.dispatcher.entries import SIGNATURE_BYTES
from app.dispatcher.epochs import SITE_BYTES, Ballot, ViewId

GENESIS_LABEL = "talkstick genesis"
VIEW_LABEL = "talkstick view"
ACCEPTED_LABEL = "talkstick accepted"
NONCE_BYTES = 16

KeyField = Annotated[Key, Size(KEY_BYTES, KEY_BYTES)]
HashField = Annotated[bytes, Size(HASH_BYTES, HASH_BYTES)]
SignatureField = Annotated[bytes, Size(SIGNATURE_BYTES, SIGNATURE_BYTES)]


@dataclass(frozen=True, slots=True)
class Member:
    """An identity key and its location, a small integer that is never used twice."""

    key: KeyField
    location: int


@dataclass(frozen=True, slots=True)
class View:
    """(session, p, branch, members by seniority, next location, first dispatcher, base, root)."""

    session: HashField
    number: Annotated[int, Size(1, 2**53)]
    branch: int
    leader: Annotated[bytes, Size(0, SITE_BYTES)]
    members: Annotated[tuple[Member, ...], Size(1, limits.MEMBERS_MAX)]
    next_location: int
    first: KeyField
    base_index: int
    base_chain: HashField
    root_index: int

    @property
    def id(self) -> ViewId:
        """What epochs, submissions and marks are tagged with."""
        return ViewId(self.number, self.branch, self.leader)

    @property
    def keys(self) -> tuple[Key, ...]:
        """The members' identity keys, most senior first."""
        return tuple([member.key for member in self.members])

    @property
    def session_leader(self) -> Key:
        """The first member; nobody elects it."""
        return self.members[0].key

    def has(self, key: Key) -> bool:
        """Whether `key` is a member."""
        return any(member.key == key for member in self.members)

    def location(self, key: Key) -> int:
        """The member's location, 0 for a stranger."""
        return next((member.location for member in self.members if member.key == key), 0)


VIEW_CODEC = Codec(View)


def view_hash(view: View) -> bytes:
    """What an `Accepted` signature covers of a view."""
    return digest(VIEW_LABEL, VIEW_CODEC.to_plain(view))


def is_quorum(view: View, keys: Iterable[Key]) -> bool:
    """More than half of the members, or exactly half including the first."""
    among = frozenset(keys)
    present = [member.key for member in view.members if member.key in among]
    twice = 2 * len(present)
    size = len(view.members)
    return twice > size or (twice == size and view.session_leader in present)


def accepted_bytes(view: View, ballot: Ballot) -> bytes:
    """What a member signs when it accepts `view` under `ballot`."""
    return vote_bytes(view.session, view.number - 1, ballot, view_hash(view))


def vote_bytes(session: bytes, number: int, ballot: Ballot, view_digest: bytes) -> bytes:
    """The same, of a view of which only the hash is known."""
    fields: list[Plain] = [session, number, [ballot.n, ballot.owner], view_digest]
    return signed_bytes(ACCEPTED_LABEL, fields)


Vote = tuple[KeyField, SignatureField]
"""(member of the view before, its `Accepted` signature)."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A decided view with what proves it: a quorum's votes, or the founder's nonce and signature."""

    view: View
    ballot: Ballot
    votes: Annotated[tuple[Vote, ...], Size(1, limits.MEMBERS_MAX)]
    nonce: Annotated[bytes, Size(0, NONCE_BYTES)] = b""


CERTIFICATE_CODEC = Codec(Certificate)


def genesis_id(founder: Key, nonce: bytes) -> bytes:
    """The session id: the chain before the first entry."""
    return digest(GENESIS_LABEL, [founder, nonce])


def genesis_bytes(founder: Key, nonce: bytes) -> bytes:
    """What the founder signs."""
    return signed_bytes(GENESIS_LABEL, [founder, nonce])


def first_view(founder: Key, nonce: bytes) -> View:
    """View 1: the founder alone, at location 1, with the token."""
    session = genesis_id(founder, nonce)
    return View(session, 1, 0, b"", (Member(founder, 1),), 2, founder, 0, session, 0)


def founding(founder: Key, nonce: bytes, signature: bytes) -> Certificate:
    """The certificate of view 1."""
    return Certificate(
        first_view(founder, nonce), Ballot(0, founder), ((founder, signature),), nonce
    )


def well_formed(view: View) -> bool:
    """Members and locations are unique, locations used up, the first dispatcher a member."""
    keys = {member.key for member in view.members}
    # Newcomers in a branch have no location yet, 0.
    located = [member for member in view.members if member.location or not view.branch]
    locations = {member.location for member in located}
    return (
        len(keys) == len(view.members)
        and len(locations) == len(located)
        and max(locations, default=0) < view.next_location
        and view.first in keys
    )
