"""Who told two orders, or voted twice under one ballot: found, kept, passed on (H1, H2).

Signed heads travel in heartbeats and with what was ordered. Two of one signer that can't both be
true are a proof that anyone can check; its signer is left out of the next view. Honest sites are
never convicted: nothing is signed before it is on disk, and views are never mixed up.
"""

from __future__ import annotations

from app.core import limits
from app.core.codec import decode, encode
from app.core.errors import RemoteError
from app.core.ids import Key, site_of
from app.core.instant import Micros
from app.dispatcher import rules
from app.dispatcher.desk import Convicted, Desk
from app.dispatcher.epochs import Ballot
from app.dispatcher.messages import REGISTRY, Head, TwoOrders, TwoVotes, Vote
from app.dispatcher.signing import head_bytes
from app.dispatcher.views import Certificate, view_hash, vote_bytes

Proof = TwoOrders | TwoVotes


class Proofs:
    """What was signed lately, and who is convicted by it."""

    def __init__(self, desk: Desk, saved: bytes) -> None:
        self.desk = desk
        self._heads: dict[tuple[Key, int], list[Head]] = {}
        self._votes: dict[tuple[Key, int, Ballot], Vote] = {}
        self._proofs: dict[Key, Proof] = {}
        for raw in decode(saved) if saved else []:
            proof = REGISTRY.decode(raw)
            if isinstance(proof, (TwoOrders, TwoVotes)):
                self._keep(proof)

    def _keep(self, proof: Proof) -> Key:
        signer = proof.one.signer if isinstance(proof, TwoOrders) else proof.signer
        self._proofs[signer] = proof
        self.desk.convicted[signer] = None
        return signer

    # --- what is seen -----------------------------------------------------------------------------

    def see_head(self, head: Head, now: Micros) -> None:
        """A head that a holder signed, as far as its bearer says; checked when it matters."""
        known = self._heads.setdefault((head.signer, head.index), [])
        if head in known:
            return
        for other in known:
            if (
                rules.are_two_orders(_told(other), _told(head))
                and self._signed(other)
                and self._signed(head)
            ):
                self.convict(TwoOrders(other, head), now)
        known.append(head)
        del known[: -limits.HEADS_PER_INDEX_MAX]
        if len(self._heads) > limits.HEADS_KEPT_MAX:
            del self._heads[next(iter(self._heads))]

    def see_votes(self, certificate: Certificate, now: Micros) -> None:
        """The votes of a decided view."""
        view = certificate.view
        for key, signature in certificate.votes:
            vote = Vote(view.number - 1, certificate.ballot, view_hash(view), signature)
            self.see_vote(key, vote, now)

    def see_vote(self, signer: Key, vote: Vote, now: Micros) -> None:
        """A member's vote, whose signature was checked."""
        known = self._votes.setdefault((signer, vote.number, vote.ballot), vote)
        if known.hash != vote.hash:
            self.convict(TwoVotes(signer, known, vote), now)
        if len(self._votes) > limits.HEADS_KEPT_MAX:
            del self._votes[next(iter(self._votes))]

    def take(self, proof: Proof, now: Micros) -> None:
        """Somebody passes a proof on.

        Raises:
            RemoteError: it proves nothing.
        """
        signer = proof.one.signer if isinstance(proof, TwoOrders) else proof.signer
        if signer in self._proofs or signer not in self.desk.around():
            return
        if not self._holds(proof):
            message = "a proof that proves nothing"
            raise RemoteError(message)
        self.convict(proof, now)

    # --- judging ----------------------------------------------------------------------------------

    def _signed(self, head: Head) -> bool:
        session = self.desk.disk.session
        data = head_bytes(session, head.view, head.k, head.index, head.chain)
        return self.desk.verify(head.signer, data, head.signature)

    def _holds(self, proof: Proof) -> bool:
        one, other = proof.one, proof.other
        if isinstance(one, Head) and isinstance(other, Head):
            return (
                one.signer == other.signer
                and rules.are_two_orders(_told(one), _told(other))
                and self._signed(one)
                and self._signed(other)
            )
        assert isinstance(proof, TwoVotes), "the only other kind"
        return (
            proof.one.hash != proof.other.hash
            and (proof.one.number, proof.one.ballot) == (proof.other.number, proof.other.ballot)
            and all(self._voted(proof.signer, vote) for vote in (proof.one, proof.other))
        )

    def _voted(self, signer: Key, vote: Vote) -> bool:
        data = vote_bytes(self.desk.disk.session, vote.number, vote.ballot, vote.hash)
        return self.desk.verify(signer, data, vote.signature)

    def convict(self, proof: Proof, now: Micros) -> None:
        """H2: keep the proof and pass it on."""
        if len(self._proofs) >= limits.PROOFS_MAX:
            return
        signer = self._keep(proof)
        raws = [REGISTRY.encode(kept) for kept in self._proofs.values()]
        self.desk.disk.save_field("proofs", encode(raws))
        self.desk.note(now, "view", f"{site_of(signer)} signed two orders or votes")
        self.desk.out.append(Convicted(signer))
        for key in self.desk.around():
            if key != signer:
                self.desk.send(key, proof)

    def tell(self, key: Key) -> None:
        """A peer has a new link: it may not know yet."""
        for signer, proof in self._proofs.items():
            if key != signer:
                self.desk.send(key, proof)


def _told(head: Head) -> rules.Told:
    return head.view, head.index, head.chain
