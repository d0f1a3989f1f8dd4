"""Checking what proves a view: the founder's word for view 1, a quorum's votes for every other (P7).

Whoever sees a certificate can check it against the view before, and so the whole way from the
session id. Pure functions; who keeps certificates is `voter`.
"""

from __future__ import annotations

from app.core.errors import RemoteError
from app.dispatcher import rules
from app.dispatcher.entries import Verify
from app.dispatcher.views import (
    NONCE_BYTES,
    Certificate,
    View,
    accepted_bytes,
    first_view,
    genesis_bytes,
    genesis_id,
    well_formed,
)


def check_first(certificate: Certificate, session: bytes, verify: Verify) -> None:
    """Check that a certificate is that of view 1 of `session`.

    Raises:
        RemoteError: it is not.
    """
    founder = certificate.view.first
    if (
        len(certificate.nonce) != NONCE_BYTES
        or genesis_id(founder, certificate.nonce) != session
        or certificate.view != first_view(founder, certificate.nonce)
        or certificate.votes[0][0] != founder
        or not verify(founder, genesis_bytes(founder, certificate.nonce), certificate.votes[0][1])
    ):
        message = "not the founding of this session"
        raise RemoteError(message)


def check_next(before: View, certificate: Certificate, verify: Verify) -> None:
    """Check that `certificate` decides the successor of `before` (P7).

    Raises:
        RemoteError: it does not.
    """
    view = certificate.view
    if (
        view.session != before.session
        or view.number != before.number + 1
        or view.branch
        or before.branch
        or not well_formed(view)
    ):
        message = f"view {view.number} does not follow view {before.number}"
        raise RemoteError(message)
    data = accepted_bytes(view, certificate.ballot)
    voters = [
        key
        for key, signature in certificate.votes
        if before.has(key) and verify(key, data, signature)
    ]
    if not rules.decides(before, voters, view):
        message = f"no quorum of view {before.number} stands behind view {view.number}"
        raise RemoteError(message)
