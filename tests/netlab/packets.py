"""What the network has to know of frames: Ethernet, ARP, and IPv4 with UDP or TCP inside.

Pure functions over bytes; anything else is carried without being understood.
"""

from __future__ import annotations

from typing import NamedTuple

ETHERNET_BYTES = 14
ARP, IPV4 = b"\x08\x06", b"\x08\x00"
UDP, TCP = 17, 6
_CHECKSUM_AT = {UDP: 6, TCP: 16}
"""Behind the beginning of the transport's header."""
_FRAGMENT = 0x3FFF
"""More fragments, or an offset: ports are in the first one only."""


class Endpoint(NamedTuple):
    """An IPv4 address (4 bytes) and a port."""

    address: bytes
    port: int


def is_for_many(frame: bytes) -> bool:
    """Broadcast and multicast."""
    return bool(frame[0] & 1)


def arp_wanted(frame: bytes) -> bytes | None:
    """The address a frame asks for by ARP; None if it is no such question."""
    if frame[12:14] != ARP or frame[20:22] != b"\x00\x01" or len(frame) < 42:
        return None
    sender, wanted = frame[28:32], frame[38:42]
    return wanted if sender not in {wanted, bytes(4)} else None


def arp_answer(question: bytes, mac: bytes) -> bytes:
    """Tell who asked that the wanted address is at `mac`."""
    asker_mac, asker, wanted = question[22:28], question[28:32], question[38:42]
    return b"".join((asker_mac, mac, question[12:20], b"\x00\x02", mac, wanted, asker_mac, asker))


def is_ipv4(frame: bytes) -> bool:
    return frame[12:14] == IPV4 and len(frame) >= ETHERNET_BYTES + 20


def target_address(frame: bytes) -> bytes:
    return frame[30:34]


def protocol(frame: bytes) -> int | None:
    """UDP or TCP of an IPv4 frame with ports in it; None for the rest."""
    found = frame[23]
    fragment = int.from_bytes(frame[20:22], "big") & _FRAGMENT
    return found if found in _CHECKSUM_AT and not fragment else None


def _transport_at(frame: bytes) -> int:
    return ETHERNET_BYTES + (frame[14] & 15) * 4


def source(frame: bytes) -> Endpoint:
    at = _transport_at(frame)
    return Endpoint(frame[26:30], int.from_bytes(frame[at : at + 2], "big"))


def target(frame: bytes) -> Endpoint:
    at = _transport_at(frame)
    return Endpoint(frame[30:34], int.from_bytes(frame[at + 2 : at + 4], "big"))


def with_source(frame: bytes, new: Endpoint) -> bytes:
    """The same packet from somewhere else, its checksums put right."""
    return _rewritten(frame, 26, _transport_at(frame), new)


def with_target(frame: bytes, new: Endpoint) -> bytes:
    """The same packet to somewhere else, its checksums put right."""
    return _rewritten(frame, 30, _transport_at(frame) + 2, new)


def with_macs(frame: bytes, target_mac: bytes, source_mac: bytes) -> bytes:
    return target_mac + source_mac + frame[12:]


def _rewritten(frame: bytes, address_at: int, port_at: int, new: Endpoint) -> bytes:
    made = bytearray(frame)
    old_address = frame[address_at : address_at + 4]
    old_port, new_port = frame[port_at : port_at + 2], new.port.to_bytes(2, "big")
    made[address_at : address_at + 4] = new.address
    made[port_at : port_at + 2] = new_port
    _mend(made, 24, old_address, new.address)
    checksum_at = _transport_at(frame) + _CHECKSUM_AT[frame[23]]
    if frame[23] != UDP or frame[checksum_at : checksum_at + 2] != b"\x00\x00":
        _mend(made, checksum_at, old_address + old_port, new.address + new_port)
        if frame[23] == UDP and made[checksum_at : checksum_at + 2] == b"\x00\x00":
            made[checksum_at : checksum_at + 2] = b"\xff\xff"
    return bytes(made)


def _mend(frame: bytearray, at: int, old: bytes, new: bytes) -> None:
    """The checksum at `at` after `old` became `new` (RFC 1624, equation 3)."""
    total = ~int.from_bytes(frame[at : at + 2], "big") & 0xFFFF
    for place in range(0, len(old), 2):
        total += ~int.from_bytes(old[place : place + 2], "big") & 0xFFFF
        total += int.from_bytes(new[place : place + 2], "big")
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    frame[at : at + 2] = (~total & 0xFFFF).to_bytes(2, "big")
