"""An invite as text that people paste, and its secret (FORMATS.md 1, ORDER.md 5.5a).

`talkstick:` and base64url without padding of a version byte, a canonical array, 4 check bytes.
Whoever has the text can come in, so it is never logged; the session's own secret never stands in
it. What is wrong with a pasted text is told in a sentence for the person who pasted it.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from typing import Annotated, Final

from app.core import limits
from app.core.codec import digest
from app.core.errors import LocalError, RemoteError
from app.core.ids import HASH_BYTES, KEY_BYTES, Key
from app.core.schema import Codec, Size

INVITE_ID_BYTES: Final = 16
INVITE_SECRET_BYTES: Final = 32
INVITE_SCHEME: Final = "talkstick:"
INVITE_VERSION: Final = 1

_CHECK_BYTES: Final = 4
_SURROUNDINGS: Final = " \t\r\n<>()[]{}\"'`*.,;!?\u00ab\u00bb\u2018\u2019\u201c\u201d\u200b\ufeff"
_LETTERS: Final = re.compile(r"[A-Za-z0-9_-]+")
_SPACE: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Invite:
    """What an invite holds. `end_ms` is wall-clock time, `uses` a count; 0 is no limit for both."""

    invite_id: Annotated[bytes, Size(INVITE_ID_BYTES, INVITE_ID_BYTES)]
    secret: Annotated[bytes, Size(INVITE_SECRET_BYTES, INVITE_SECRET_BYTES)] = field(repr=False)
    session: Annotated[bytes, Size(HASH_BYTES, HASH_BYTES)]
    maker: Annotated[Key, Size(KEY_BYTES, KEY_BYTES)]
    title: Annotated[str, Size(0, limits.INVITE_TITLE_CHARACTERS_MAX)]
    addresses: Annotated[
        tuple[Annotated[str, Size(1, limits.INVITE_ADDRESS_CHARACTERS_MAX)], ...],
        Size(0, limits.INVITE_ADDRESSES_MAX),
    ]
    end_ms: int
    uses: int
    role: Annotated[str, Size(0, limits.INVITE_ROLE_CHARACTERS_MAX)]


_INVITES: Final = Codec(Invite)


def invite_secret(session_secret: bytes, invite_id: bytes) -> bytes:
    """An invite's own 32 bytes: every member can make them, and they don't tell the session's."""
    return digest("talkstick invite secret", [session_secret, invite_id])


def invite_text(invite: Invite) -> str:
    """The link.

    Raises:
        LocalError: a field is out of bounds, or the whole is too long.
    """
    try:
        _INVITES.from_plain(_INVITES.to_plain(invite))
    except RemoteError as error:
        message = f"This invite can't be made: {error}."
        raise LocalError(message) from None
    body = bytes([INVITE_VERSION]) + _INVITES.encode(invite)
    text = INVITE_SCHEME + _to_letters(body + _check_of(body))
    if len(text) > limits.INVITE_CHARACTERS_MAX:
        message = (
            "This invite would be too long for a link; use a shorter title or fewer addresses."
        )
        raise LocalError(message)
    return text


def parse_invite(text: str) -> Invite:
    """Read a pasted link.

    Spaces, brackets, quotes and full stops around it and line breaks in it are forgiven.

    Raises:
        LocalError: it is no invite; the text says what is wrong.
    """
    link = _SPACE.sub("", text.strip(_SURROUNDINGS))
    if link[: len(INVITE_SCHEME)].lower() != INVITE_SCHEME:
        message = f"This is not an invite: an invite begins with '{INVITE_SCHEME}'."
        raise LocalError(message)
    if len(link) > limits.INVITE_CHARACTERS_MAX:
        message = "This is too long for an invite; copy the link alone, without text around it."
        raise LocalError(message)
    letters = link[len(INVITE_SCHEME) :]
    if not letters:
        message = f"This invite is cut off: nothing follows '{INVITE_SCHEME}'."
        raise LocalError(message)
    whole = _from_letters(letters)
    body, check = whole[:-_CHECK_BYTES], whole[-_CHECK_BYTES:]
    if not body or check != _check_of(body):
        message = "This invite was cut off or changed on the way; copy the whole link once more."
        raise LocalError(message)
    if body[0] > INVITE_VERSION:  # the check bytes are the same in every version
        message = "This invite was made by a newer version of Talkstick; update yours to use it."
        raise LocalError(message)
    try:
        if body[0] != INVITE_VERSION:
            message = f"invite version {body[0]}"
            raise RemoteError(message)
        return _INVITES.decode(body[1:])
    except RemoteError as error:
        message = f"This invite is whole but makes no sense ({error}); ask for a new one."
        raise LocalError(message) from None


def _check_of(body: bytes) -> bytes:
    return digest("talkstick invite", [body])[:_CHECK_BYTES]


def _to_letters(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


def _from_letters(letters: str) -> bytes:
    """Inverse of `_to_letters`, and of nothing else: base64 has spare bits and lax decoders."""
    stray = _LETTERS.sub("", letters)
    if stray:
        message = f"This invite was changed on the way: {stray[0]!r} doesn't belong in a link."
        raise LocalError(message)
    try:
        data = base64.urlsafe_b64decode(letters + "=" * (-len(letters) % 4))
    except binascii.Error:
        data = b""
    if _to_letters(data) != letters:
        message = "This invite was cut off or changed on the way; copy the whole link once more."
        raise LocalError(message)
    return data
