"""The files of a shared program: which ones, their hashes, and what a person consents to.

A program goes to other machines and runs there, so its list is checked like a stranger's word: only
relative paths that stay inside the folder on every system, each once, within bounds. Whoever reads
files from a disk is elsewhere; here are names, sizes and hashes only.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Final

from app.core import limits
from app.core.codec import Plain, decode, encode
from app.core.errors import LocalError, RemoteError
from app.core.ids import HASH_BYTES, Key, SiteId, site_of
from app.core.schema import Codec, Size
from app.tkshare.model.bodies import Offer

LEFT_OUT: Final = frozenset(
    (".git", ".hg", ".svn", "__pycache__", ".venv", "venv", ".tox", ".mypy_cache", ".pytest_cache")
)
"""Folders that are no part of a program."""
ENVIRONMENT: Final = "pyvenv.cfg"
"""A folder with this file is a virtual environment, whatever it is called."""

GROUP_FILES: Final = 1_000
"""Files in one group of the encoded list: arrays are bounded."""

_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ProgramFile:
    """One file: its path below the program's folder with `/`, its bytes' number and hash."""

    path: Annotated[str, Size(1, limits.SHARE_PATH_CHARACTERS_MAX)]
    size: Annotated[int, Size(0, limits.SHARE_BYTES_MAX)]
    hash: Annotated[bytes, Size(HASH_BYTES, HASH_BYTES)]

    def __post_init__(self) -> None:
        if not is_safe(self.path):
            message = f"path: '{self.path}' does not stay in the program's folder everywhere"
            raise RemoteError(message)


_FILE: Final = Codec(ProgramFile)


def is_safe(path: str) -> bool:
    """Whether a path is relative, plain, and means the same file on every system."""
    parts = path.split("/")
    return not _FORBIDDEN.search(path) and all(
        part not in {"", ".", ".."} and part[-1] not in " ." and _RESERVED.fullmatch(part) is None
        for part in parts
    )


def hash_of(data: bytes) -> bytes:
    """The hash of a file's content: BLAKE2b-256, without a label, as `b2sum -l 256` gives it."""
    return hashlib.blake2b(data, digest_size=HASH_BYTES).digest()


def belonging(paths: Iterable[str]) -> list[str]:
    """Of all relative paths in a folder those that are the program, sorted."""
    known = sorted(paths)
    environments = tuple(
        [path[: -len(ENVIRONMENT)] for path in known if path.endswith("/" + ENVIRONMENT)]
    )
    return [
        path
        for path in known
        if not any(part in LEFT_OUT for part in path.split("/")[:-1])
        and not path.endswith(".pyc")
        and not path.startswith(environments)
    ]


def encode_listing(files: Iterable[ProgramFile]) -> bytes:
    """The list of a program's files, sorted by path.

    Raises:
        LocalError: too many files, too many bytes, or none; the text is for people.
    """
    listed = sorted(files, key=lambda each: each.path)
    try:
        _check(listed)
    except RemoteError as error:
        raise LocalError(str(error)) from None
    groups: list[Plain] = [
        [_FILE.to_plain(each) for each in listed[first : first + GROUP_FILES]]
        for first in range(0, len(listed), GROUP_FILES)
    ]
    return encode(groups)


def decode_listing(data: bytes) -> tuple[ProgramFile, ...]:
    """Inverse of `encode_listing`.

    Raises:
        RemoteError: not a list of files, out of bounds, or not in order.
    """
    plain = decode(data, limits.SHARE_LISTING_BYTES_MAX)
    if type(plain) is not list or not all(type(group) is list for group in plain):
        message = "groups of files expected"
        raise RemoteError(message)
    files = [_FILE.from_plain(each) for group in plain for each in group]
    _check(files)
    return tuple(files)


def _check(files: list[ProgramFile]) -> None:
    if not 1 <= len(files) <= limits.SHARE_FILES_MAX:
        message = f"{len(files)} files; a shared program has 1 to {limits.SHARE_FILES_MAX}"
        raise RemoteError(message)
    size = sum(each.size for each in files)
    if size > limits.SHARE_BYTES_MAX:
        most = limits.SHARE_BYTES_MAX // 1_000_000
        message = f"{size // 1_000_000} MB; a shared program has at most {most}"
        raise RemoteError(message)
    # Some systems do not tell upper from lower case: two files there would be one.
    folded = [each.path.casefold() for each in files]
    if len(dict.fromkeys(folded)) < len(folded):
        message = "two files of one name"
        raise RemoteError(message)
    paths = [each.path for each in files]
    if paths != sorted(paths):
        message = "files are not in order"
        raise RemoteError(message)


def require_fits(offer: Offer, listing: bytes) -> tuple[ProgramFile, ...]:
    """The files of an offer, checked against what people were shown.

    Raises:
        RemoteError: the list is not the one that was offered.
    """
    if hash_of(listing) != offer.listing or len(listing) != offer.listing_size:
        message = "this is not the list of files that was offered"
        raise RemoteError(message)
    files = decode_listing(listing)
    if len(files) != offer.files or sum(each.size for each in files) != offer.size:
        message = "the list of files is not what the offer says"
        raise RemoteError(message)
    if offer.kind != "module" and offer.entry not in [each.path for each in files]:
        message = "the file that would run is not in the list"
        raise RemoteError(message)
    return files


@dataclass(frozen=True, slots=True)
class Consent:
    """What a person is shown before somebody else's program runs here; `program` is hex."""

    title: str
    entry: str
    arguments: tuple[str, ...]
    files: int
    size: int
    program: str
    sender: SiteId


def consent_of(offer: Offer, sender: Key) -> Consent:
    """The facts of the question."""
    return Consent(
        offer.title,
        offer.entry,
        offer.arguments,
        offer.files,
        offer.size,
        offer.listing.hex(),
        site_of(sender),
    )


def inexact(
    offered: tuple[tuple[str, str], ...], here: tuple[tuple[str, str], ...]
) -> tuple[str, ...]:
    """Parts whose major or minor version is another one here: the copies may differ."""
    ours = dict(here)
    return tuple(
        [
            part
            for part, version in offered
            if part in ours and version.split(".")[:2] != ours[part].split(".")[:2]
        ]
    )
