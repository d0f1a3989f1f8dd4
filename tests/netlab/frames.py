"""Frames for tests of the network without a machine: built from nothing, checksums by definition."""

from __future__ import annotations

import ipaddress


def checksum(data: bytes) -> int:
    """The Internet checksum (RFC 1071) of some bytes; 0 over bytes that hold their own."""
    padded = data + bytes(len(data) % 2)
    total = sum(int.from_bytes(padded[at : at + 2], "big") for at in range(0, len(padded), 2))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def packed(address: str) -> bytes:
    return ipaddress.IPv4Address(address).packed


def udp(
    source: tuple[str, int],
    target: tuple[str, int],
    payload: bytes = b"hello",
    macs: tuple[bytes, bytes] = (bytes(6), bytes(6)),
    *,
    summed: bool = True,
) -> bytes:
    """A UDP packet from one address to another; `macs` are target and source."""
    ports = source[1].to_bytes(2, "big") + target[1].to_bytes(2, "big")
    size = (8 + len(payload)).to_bytes(2, "big")
    body = ports + size + bytes(2) + payload
    ends = packed(source[0]) + packed(target[0])
    if summed:
        value = checksum(ends + b"\x00\x11" + size + body) or 0xFFFF
        body = ports + size + value.to_bytes(2, "big") + payload
    length = (20 + len(body)).to_bytes(2, "big")
    header = b"\x45\x00" + length + bytes(4) + b"\x40\x11" + bytes(2) + ends
    header = header[:10] + checksum(header).to_bytes(2, "big") + header[12:]
    return macs[0] + macs[1] + b"\x08\x00" + header + body


def sums_are_right(frame: bytes) -> bool:
    """Both checksums of a UDP packet hold."""
    header, body = frame[14:34], frame[34:]
    if checksum(header):
        return False
    if body[6:8] == bytes(2):
        return True
    return checksum(frame[26:34] + b"\x00\x11" + body[4:6] + body) == 0


def arp_question(mac: bytes, address: str, wanted: str) -> bytes:
    parts = (b"\xff" * 6, mac, b"\x08\x06\x00\x01\x08\x00\x06\x04\x00\x01")
    return b"".join((*parts, mac, packed(address), bytes(6), packed(wanted)))
