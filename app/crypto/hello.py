"""The plain part of message 1: who asks for what, before anything is proven.

A responder reads it by lengths and bytes alone, so that it can choose a secret, limit rates and
refuse without any cryptography. It names a session by a tag and never by its id.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from app.core import limits
from app.core.codec import digest
from app.core.errors import RemoteError
from app.crypto.invite import INVITE_ID_BYTES

HANDSHAKE_VERSION: Final = 1
SESSION_TAG_BYTES: Final = 16
HEADER_BYTES: Final = 2 + INVITE_ID_BYTES + SESSION_TAG_BYTES

NO_INVITE: Final = bytes(INVITE_ID_BYTES)
NO_SESSION: Final = bytes(SESSION_TAG_BYTES)


class Pattern(IntEnum):
    """What the initiator knows; a byte on the wire."""

    ASK = 0
    MEMBER = 1
    INVITE = 2


@dataclass(frozen=True, slots=True)
class HelloHeader:
    """The plain part of message 1. Unproven: good for choosing a secret, and for refusing cheaply.

    `invite_id` is zeros without an invite, `session_tag` is zeros when the asker knows no session.
    """

    pattern: Pattern
    invite_id: bytes
    session_tag: bytes

    def encode(self) -> bytes:
        """The `HEADER_BYTES` as they travel: version, pattern, invite id, session tag."""
        return bytes([HANDSHAKE_VERSION, self.pattern]) + self.invite_id + self.session_tag


@dataclass(frozen=True, slots=True)
class Terms:
    """What a responder brings to a hello that it is willing to answer.

    `session` is the 32-byte session id; `secret` is the session's or the invite's. An ASK uses no
    secret, and no session unless its tag names one.
    """

    session: bytes
    secret: bytes = field(repr=False)


Lookup = Callable[[HelloHeader], Terms | None]
"""A pure question to the caller's tables; None refuses."""


def session_tag(session: bytes) -> bytes:
    """The 16 bytes by which a hello names a session without telling its id; zeros for none."""
    return digest("talkstick session tag", [session])[:SESSION_TAG_BYTES] if session else NO_SESSION


def parse_hello(data: bytes) -> HelloHeader:
    """The header of message 1, by lengths and bytes alone; costs no cryptography.

    Raises:
        RemoteError: another length, another version, no such pattern, or a field that its pattern
            does not have.
    """
    if len(data) != limits.HANDSHAKE_1_BYTES:
        message = f"a hello of {len(data)} bytes"
        raise RemoteError(message)
    if data[0] != HANDSHAKE_VERSION:
        message = f"handshake version {data[0]}"
        raise RemoteError(message)
    if data[1] not in (Pattern.ASK, Pattern.MEMBER, Pattern.INVITE):
        message = f"handshake pattern {data[1]}"
        raise RemoteError(message)
    pattern = Pattern(data[1])
    invite_id = data[2 : 2 + INVITE_ID_BYTES]
    if (pattern is Pattern.INVITE) == (invite_id == NO_INVITE):
        message = "an invite id without an invite, or none with one"
        raise RemoteError(message)
    return HelloHeader(pattern, invite_id, data[2 + INVITE_ID_BYTES : HEADER_BYTES])
