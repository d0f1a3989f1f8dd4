"""The one encoding: canonical MessagePack, arrays only.

Hashes and signatures are taken over fields that the receiver recomputes, so a value must have one
encoding and no other: whatever is not it (a longer integer form, a map, a float, trailing bytes) is
refused. Sizes and depth are bounded before anything is built (practice: one 64 KiB message with the
default limits holds a loop for 242 ms).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import msgpack

from app.core import limits
from app.core.errors import RemoteError
from app.core.ids import HASH_BYTES

Plain = Any
"""None, bool, int, str, bytes, or a list or tuple of these."""

_INT_MIN: Final = -(2**63)
_INT_MAX: Final = 2**64 - 1
_SCALARS: Final = frozenset((type(None), bool, int, str, bytes))
_packer = msgpack.Packer(use_bin_type=True)


def encode(value: Plain) -> bytes:
    """The canonical encoding of `value`; the caller answers for its types (see `Plain`)."""
    packed: bytes = _packer.pack(value)
    return packed


def decode(
    data: bytes,
    bytes_max: int = limits.FRAME_BYTES_MAX,
    items_max: int = limits.ARRAY_ITEMS_MAX,
) -> Plain:
    """Read one canonical value; arrays, of at most `items_max`, come back as lists.

    Raises:
        RemoteError: too long, too deep, malformed, or not the canonical encoding.
    """
    if len(data) > bytes_max:
        message = f"{len(data)} bytes where at most {bytes_max} may stand"
        raise RemoteError(message)
    try:
        value = msgpack.unpackb(
            data,
            raw=False,
            strict_map_key=True,
            max_str_len=bytes_max,
            max_bin_len=bytes_max,
            max_array_len=items_max,
            max_map_len=0,
            max_ext_len=0,
        )
    except RemoteError:
        raise
    except Exception as error:  # noqa: BLE001 - several unrelated classes, StackError among them
        message = f"not MessagePack within bounds: {type(error).__name__}"
        raise RemoteError(message) from None
    _check(value, limits.NESTING_DEPTH_MAX)
    if _packer.pack(value) != data:
        message = "not the canonical encoding"
        raise RemoteError(message)
    return value


def decode_vouched(data: bytes, items_max: int) -> Plain:
    """Read a value whose very bytes others stand behind: bounds are checked, and nothing else.

    Raises:
        RemoteError: malformed, or an array of more than `items_max`.
    """
    try:
        return msgpack.unpackb(
            data, raw=False, max_array_len=items_max, max_map_len=0, max_ext_len=0
        )
    except Exception as error:  # noqa: BLE001 - several unrelated classes, StackError among them
        message = f"not MessagePack within bounds: {type(error).__name__}"
        raise RemoteError(message) from None


def _check(value: Plain, depth: int) -> None:
    if isinstance(value, list):
        if depth == 0:
            message = "nested too deeply"
            raise RemoteError(message)
        for item in value:
            if type(item) not in _SCALARS:
                _check(item, depth - 1)
    elif type(value) not in _SCALARS:
        message = f"a {type(value).__name__} may not travel"
        raise RemoteError(message)


def digest(label: str, fields: Sequence[Plain]) -> bytes:
    """H of ORDER.md: BLAKE2b-256 over a label and the encoded array of `fields`."""
    hasher = _begun(label).copy()
    hasher.update(encode(fields))
    return hasher.digest()


@lru_cache(maxsize=64)
def _begun(label: str) -> hashlib.blake2b:
    """A hash that has taken the label; every entry is hashed twice, so beginning anew counts."""
    return hashlib.blake2b(label.encode("ascii") + b"\0", digest_size=HASH_BYTES)


def signed_bytes(label: str, fields: Sequence[Plain]) -> bytes:
    """What a signature covers: its purpose, then the fields."""
    return label.encode("ascii") + b"\0" + encode(fields)
