"""Names that never change: sites, authors, entries, and how they look in text (FORMATS.md 1).

A site is named by its identity key (Ed25519, 32 bytes). On the wire and in signatures the key
itself stands, so that a name proves itself; everywhere else the short `SiteId` does.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NewType

from app.core.errors import LocalError

Key = NewType("Key", bytes)
"""An identity key: 32 bytes, Ed25519."""

SiteId = NewType("SiteId", str)
"""The first 16 characters of base32 (lower case) of BLAKE2b-256 of the identity key."""

SITE_ID_CHARACTERS = 16
KEY_BYTES = 32
HASH_BYTES = 32
SITE_PREFIX_CHARACTERS_MIN = 6

_SITE = re.compile(r"[a-z2-7]{16}")
_ENTRY = re.compile(r"([a-z2-7]{16})\.([1-9][0-9]{0,17})\.([1-9][0-9]{0,17})")


@lru_cache(maxsize=4096)
def site_of(key: Key) -> SiteId:
    """The short name of the site with this identity key."""
    digest = hashlib.blake2b(key, digest_size=HASH_BYTES).digest()
    return SiteId(base64.b32encode(digest).decode("ascii")[:SITE_ID_CHARACTERS].lower())


def site_bytes(site: SiteId) -> bytes:
    """The 10 bytes that a site id spells; what epochs of branches carry."""
    return base64.b32decode(site.upper())


def site_from_bytes(raw: bytes) -> SiteId:
    """Inverse of `site_bytes`."""
    return SiteId(base64.b32encode(raw).decode("ascii").lower())


@dataclass(frozen=True, slots=True, order=True)
class EntryId:
    """`<site>.<incarnation>.<number>`: the only name of an entry that never changes."""

    site: SiteId
    incarnation: int
    number: int

    def __str__(self) -> str:
        return f"{self.site}.{self.incarnation}.{self.number}"


def parse_entry_id(text: str) -> EntryId:
    """Read the text form of an entry id.

    Raises:
        LocalError: it is not one.
    """
    match = _ENTRY.fullmatch(text)
    if match is None:
        message = f"'{text}' is not an entry id (expected <site>.<incarnation>.<number>)"
        raise LocalError(message)
    return EntryId(SiteId(match[1]), int(match[2]), int(match[3]))


def is_site_id(text: str) -> bool:
    """Whether `text` has the form of a site id."""
    return _SITE.fullmatch(text) is not None
