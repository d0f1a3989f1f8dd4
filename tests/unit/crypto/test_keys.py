"""Identities sign, agreements agree, and nothing a peer sends makes them raise otherwise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import Bug, RemoteError
from app.core.ids import site_of
from app.crypto.keys import Agreement, Identity, verify


def test_rfc_8032_test_1() -> None:
    identity = Identity(
        bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    )
    assert identity.key.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert identity.sign(b"").hex() == (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b"
    )
    assert identity.site == site_of(identity.key)


def test_rfc_7748_section_6_1() -> None:
    alice = Agreement(
        bytes.fromhex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")
    )
    bob = Agreement(
        bytes.fromhex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb")
    )
    assert alice.public.hex() == "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"
    shared = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"
    assert alice.exchange(bob.public).hex() == bob.exchange(alice.public).hex() == shared


def test_a_signature_holds_for_its_key_and_data_only() -> None:
    ann, bob = Identity(bytes(32)), Identity(bytes([1]) * 32)
    signature = ann.sign(b"text")
    assert verify(ann.key, b"text", signature)
    assert not verify(bob.key, b"text", signature)
    assert not verify(ann.key, b"texu", signature)
    assert not verify(ann.key + b"\0", b"text", signature)
    assert not verify(ann.key, b"text", signature + b"\0")
    for place in range(64):
        flipped = bytearray(signature)
        flipped[place] ^= 1
        assert not verify(ann.key, b"text", bytes(flipped))


@given(st.binary(max_size=70), st.binary(max_size=40), st.binary(max_size=70))
def test_verify_never_raises(key: bytes, data: bytes, signature: bytes) -> None:
    assert verify(key, data, signature) is False


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=64, max_size=64))
def test_verify_of_right_lengths_never_raises(key: bytes, signature: bytes) -> None:
    assert verify(key, b"", signature) is False


@pytest.mark.parametrize(
    "public",
    [
        bytes(32),
        b"\1" + bytes(31),
        bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
        bytes(31),
        bytes(33),
        b"",
    ],
)
def test_points_of_low_order_and_wrong_lengths_are_the_peers_fault(public: bytes) -> None:
    with pytest.raises(RemoteError):
        Agreement(bytes([5]) * 32).exchange(public)


def test_wrong_lengths_of_our_own_keys_are_bugs() -> None:
    with pytest.raises(Bug):
        Identity(bytes(31))
    with pytest.raises(Bug):
        Agreement(bytes(33))
