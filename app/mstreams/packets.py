"""How a link's packet is laid out: the one place that turns it into bytes and back.

A packet is a header and one or more blocks. Fixed fields in network byte order rather than msgpack,
because this is done for every datagram (one `struct` call per block):

    header  u64 number, u32 number - floor
    piece   u8 class (0, 1, 2), u64 piece number, u16 length, then that many bytes
    hint    u8 3, u16 length, then that many bytes
    ack     u8 4, u64 largest number, u32 delay in microseconds, u8 count of ranges (at least 1),
            u32 length of the first range - 1, then for each further range, going down,
            u32 numbers missing before it, u32 its length - 1

A packet's `floor` tells the receiver that its sender waits for no acknowledgement below it. Must
never judge whether numbers make sense to a link, only whether the bytes make a packet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from struct import Struct, error

from app.core import limits
from app.core.errors import RemoteError


class Priority(IntEnum):
    """Classes of frames, the more urgent first; each is a queue of its own."""

    CONTROL = 0
    LIVE = 1
    BULK = 2


HINT = 3
ACK = 4

_HEADER = Struct(">QI")
_PIECE = Struct(">BQH")
_HINT = Struct(">BH")
_ACK = Struct(">BQIB")
_RANGES = [Struct(f">{2 * count - 1}I") for count in range(1, limits.ACK_RANGES_MAX + 1)]

HEADER_BYTES = _HEADER.size
PIECE_HEADER_BYTES = _PIECE.size
HINT_HEADER_BYTES = _HINT.size
BLOCKS_BYTES_MAX = limits.PACKET_BYTES_MAX - HEADER_BYTES
"""Room for all blocks of one packet."""
HINT_BYTES_MAX = BLOCKS_BYTES_MAX - HINT_HEADER_BYTES
"""A hint that has a packet for itself."""
PIECE_BYTES_MAX = BLOCKS_BYTES_MAX - PIECE_HEADER_BYTES
"""A piece that has a packet for itself."""
U32_MAX = 0xFFFF_FFFF

Range = tuple[int, int]
"""(lowest, highest) packet number, both included."""

Piece = tuple[int, int, bytes]
"""(class, piece number, data)."""


@dataclass(frozen=True, slots=True)
class Ack:
    """Which packets arrived: ranges from the newest down, and how long the report waited."""

    ranges: tuple[Range, ...]
    delay_micros: int


@dataclass(frozen=True, slots=True)
class Packet:
    """A packet, taken apart."""

    number: int
    floor: int
    ack: Ack | None
    hints: list[bytes]
    pieces: list[Piece]


def pack(number: int, floor: int, blocks: Sequence[bytes]) -> bytes:
    """A whole packet; the caller keeps the blocks within `BLOCKS_BYTES_MAX`."""
    return _HEADER.pack(number, min(number - floor, U32_MAX)) + b"".join(blocks)


def piece_block(priority: int, number: int, data: bytes) -> bytes:
    """One piece of a class's byte sequence."""
    return _PIECE.pack(priority, number, len(data)) + data


def hint_block(hint: bytes) -> bytes:
    """One hint."""
    return _HINT.pack(HINT, len(hint)) + hint


def ack_block(ranges: Sequence[Range], delay_micros: int) -> bytes:
    """A report of 1 to `ACK_RANGES_MAX` ranges, newest first, with a gap between any two."""
    low, largest = ranges[0]
    fields = [largest - low]
    for further_low, further_high in ranges[1:]:
        fields += (low - further_high - 1, further_high - further_low)
        low = further_low
    head = _ACK.pack(ACK, largest, min(delay_micros, U32_MAX), len(ranges))
    return head + _RANGES[len(ranges) - 1].pack(*fields)


def unpack(data: bytes) -> Packet:
    """Take a packet apart; raises `RemoteError` for anything `pack` would not have made."""
    size = len(data)
    if not HEADER_BYTES < size <= limits.PACKET_BYTES_MAX:
        raise RemoteError(f"packet of {size} bytes")
    number, back = _HEADER.unpack_from(data)
    if back > number:
        raise RemoteError("packet's floor is below zero")
    ack: Ack | None = None
    hints: list[bytes] = []
    pieces: list[Piece] = []
    position = HEADER_BYTES
    try:
        while position < size:
            kind = data[position]
            if kind < HINT:
                _, piece_number, length = _PIECE.unpack_from(data, position)
                start = position + PIECE_HEADER_BYTES
                position = start + length
                pieces.append((kind, piece_number, data[start:position]))
            elif kind == HINT:
                _, length = _HINT.unpack_from(data, position)
                start = position + HINT_HEADER_BYTES
                position = start + length
                hints.append(data[start:position])
            elif kind == ACK and ack is None:
                ack, position = _unpack_ack(data, position)
                length = 1
            else:
                raise RemoteError(f"block of kind {kind} at {position}")
            if length == 0 or position > size:
                raise RemoteError("block is empty or longer than its packet")
    except error as fault:
        raise RemoteError("packet ends inside a block") from fault
    return Packet(number, number - back, ack, hints, pieces)


def _unpack_ack(data: bytes, position: int) -> tuple[Ack, int]:
    """The report at `position`, and where the next block starts."""
    _, largest, delay_micros, count = _ACK.unpack_from(data, position)
    if not 1 <= count <= limits.ACK_RANGES_MAX:
        raise RemoteError(f"ack of {count} ranges")
    layout = _RANGES[count - 1]
    position += _ACK.size
    fields = layout.unpack_from(data, position)
    low = largest - fields[0]
    ranges = [(low, largest)]
    for index in range(1, len(fields), 2):
        if fields[index] == 0:
            raise RemoteError("ack ranges touch")
        high = low - fields[index] - 1
        low = high - fields[index + 1]
        ranges.append((low, high))
    if low < 0:
        raise RemoteError("ack reaches below zero")
    return Ack(tuple(ranges), delay_micros), position + layout.size
