"""Who gets in through a router, in each kind; and packets stay right under new addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.netlab import packets
from tests.netlab.frames import packed, sums_are_right, udp
from tests.netlab.nat import Kind, Nat
from tests.netlab.packets import Endpoint

HOME = ("192.168.2.1", 4_000)
FRIEND, STRANGER = ("10.77.1.1", 5_000), ("10.77.1.2", 6_000)
PUBLIC = "198.51.100.2"


def made(kind: Kind) -> Nat:
    return Nat(kind, packed(PUBLIC))


def seen_port(nat: Nat, target: tuple[str, int]) -> int:
    """The port that a target sees when home writes to it."""
    out = nat.outgoing(udp(HOME, target))
    assert out is not None
    assert sums_are_right(out)
    assert packets.source(out).address == packed(PUBLIC)
    return packets.source(out).port


def gets_in(nat: Nat, source: tuple[str, int], port: int) -> bool:
    inside = nat.incoming(udp(source, (PUBLIC, port)))
    if inside is None:
        return False
    assert sums_are_right(inside)
    assert packets.target(inside) == Endpoint(packed(HOME[0]), HOME[1])
    return True


@pytest.mark.parametrize("kind", list(Kind))
def test_who_was_written_to_may_answer(kind):
    nat = made(kind)
    assert gets_in(nat, FRIEND, seen_port(nat, FRIEND))


@pytest.mark.parametrize(
    ("kind", "same_port", "open_to_strangers"),
    [
        (Kind.FULL_CONE, True, True),
        (Kind.RESTRICTED, True, False),
        (Kind.SYMMETRIC, False, False),
    ],
)
def test_kinds_differ_in_what_strangers_see_and_may(kind, same_port, open_to_strangers):
    nat = made(kind)
    port = seen_port(nat, FRIEND)
    assert gets_in(nat, STRANGER, port) is open_to_strangers
    assert nat.filtered == (not open_to_strangers)
    assert (seen_port(nat, STRANGER) == port) is same_port


def test_nobody_gets_in_where_nobody_went_out():
    nat = made(Kind.FULL_CONE)
    assert not gets_in(nat, FRIEND, 20_000)


@pytest.mark.parametrize("kind", list(Kind))
def test_after_rebinding_the_old_port_is_nobodys(kind):
    nat = made(kind)
    before = seen_port(nat, FRIEND)
    nat.rebind()
    assert not gets_in(nat, FRIEND, before)
    after = seen_port(nat, FRIEND)
    assert after != before
    assert gets_in(nat, FRIEND, after)


def test_what_has_no_port_does_not_go_out():
    fragment = bytearray(udp(HOME, FRIEND))
    fragment[20:22] = b"\x20\x00"
    assert made(Kind.FULL_CONE).outgoing(bytes(fragment)) is None


addresses = st.binary(min_size=4, max_size=4)
ports = st.integers(0, 65_535)


@given(addresses, ports, addresses, ports, st.binary(max_size=40), st.booleans())
def test_checksums_stay_right_whatever_is_rewritten(address, port, other, number, payload, summed):
    frame = udp(HOME, FRIEND, payload, summed=summed)
    changed = packets.with_source(frame, Endpoint(address, port))
    changed = packets.with_target(changed, Endpoint(other, number))
    assert sums_are_right(changed)
    assert packets.source(changed) == Endpoint(address, port)
    assert packets.target(changed) == Endpoint(other, number)
    assert changed[42:] == payload
