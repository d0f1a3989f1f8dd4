"""What holders and leaders sign, beside entries and votes: heads, permits, hand-overs.

Every signature begins with a label that names its purpose, so none can stand for another.
"""

from __future__ import annotations

from app.core.codec import Plain, signed_bytes
from app.core.ids import Key
from app.dispatcher.epochs import ViewId
from app.dispatcher.messages import HandOver

HEAD_LABEL = "talkstick head"
PERMIT_LABEL = "talkstick permit"
HAND_OVER_LABEL = "talkstick hand-over"


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


def _plain(view: ViewId) -> list[Plain]:
    return [view.number, view.branch, view.leader]
