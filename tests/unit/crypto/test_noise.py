"""Noise as published: public vectors byte for byte, and an implementation by others as oracle."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from noise.connection import Keypair, NoiseConnection

from app.core.errors import Bug, RemoteError
from app.core.rng import Rng
from app.crypto.box import COUNTER_BYTES, Box
from app.crypto.keys import Agreement
from app.crypto.noise import HandshakeState

VECTORS = json.loads(
    (Path(__file__).parents[2] / "vectors/crypto/noise.json").read_text(encoding="utf-8")
)["vectors"]


def ours(
    vector: dict[str, Any], role: str, *, entropy: Callable[[int], bytes] | None = None
) -> HandshakeState:
    psks = [bytes.fromhex(psk) for psk in vector.get(f"{role}_psks", [])]
    ephemeral = bytes.fromhex(vector[f"{role}_ephemeral"])
    return HandshakeState(
        initiator=role == "init",
        prologue=bytes.fromhex(vector[f"{role}_prologue"]),
        static=Agreement(bytes.fromhex(vector[f"{role}_static"])),
        psk=psks[0] if psks else None,
        entropy=entropy or (lambda _: ephemeral),
    )


@pytest.mark.parametrize("vector", VECTORS, ids=[v["protocol_name"] for v in VECTORS])
def test_the_public_vectors_are_met_byte_for_byte(vector: dict[str, Any]) -> None:
    ann, bob = ours(vector, "init"), ours(vector, "resp")
    steps = [
        (bytes.fromhex(m["payload"]), bytes.fromhex(m["ciphertext"])) for m in vector["messages"]
    ]
    assert len(steps) == 6
    for number, (payload, ciphertext) in enumerate(steps[:3]):
        writer, reader = (ann, bob) if number % 2 == 0 else (bob, ann)
        assert writer.write(payload) == ciphertext
        assert reader.read(ciphertext) == payload
    ann_keys, bob_keys = ann.finish(), bob.finish()
    assert ann_keys[2] == bob_keys[2] == bytes.fromhex(vector["handshake_hash"])
    boxes = [Box(*ann_keys[:2]), Box(*bob_keys[:2])]
    for number, (payload, ciphertext) in enumerate(steps[3:], start=3):
        sealed = boxes[number % 2].seal(b"", payload)
        assert sealed[COUNTER_BYTES:] == ciphertext
        assert boxes[1 - number % 2].open(b"", sealed) == payload


def theirs(
    name: str, role: str, static: bytes, psk: bytes | None, prologue: bytes
) -> NoiseConnection:
    other = NoiseConnection.from_name(name.encode())
    if psk is not None:
        other.set_psks(psk)
    other.set_as_initiator() if role == "init" else other.set_as_responder()
    other.set_prologue(prologue)
    other.set_keypair_from_private_bytes(Keypair.STATIC, static)
    other.start_handshake()
    return other


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("modifier", ["", "psk3"])
@pytest.mark.parametrize("we_start", [True, False])
def test_random_handshakes_agree_with_another_implementation(
    seed: int, modifier: str, *, we_start: bool
) -> None:
    rng = Rng(f"{seed}{modifier}{we_start}")
    prologue, static = rng.bytes(rng.below(80)), rng.bytes(32)
    psk = rng.bytes(32) if modifier else None
    us = HandshakeState(
        initiator=we_start, prologue=prologue, static=Agreement(static), psk=psk, entropy=rng.bytes
    )
    them = theirs(
        f"Noise_XX{modifier}_25519_ChaChaPoly_BLAKE2s",
        "resp" if we_start else "init",
        rng.bytes(32),
        psk,
        prologue,
    )
    for number in range(3):
        payload = rng.bytes(rng.below(200))
        if we_start == (number % 2 == 0):
            assert bytes(them.read_message(us.write(payload))) == payload
        else:
            assert us.read(bytes(them.write_message(payload))) == payload
    send, receive, handshake_hash = us.finish()
    assert handshake_hash == them.get_handshake_hash()
    box = Box(send, receive)
    for text in (b"", b"one", rng.bytes(1000)):
        assert bytes(them.decrypt(box.seal(b"", text)[COUNTER_BYTES:])) == text
        counter = (box.sealed - 1).to_bytes(COUNTER_BYTES, "little")
        assert box.open(b"", counter + bytes(them.encrypt(text))) == text


def test_xxpsk3_with_empty_payloads_has_48_96_and_64_bytes() -> None:
    ann, bob = ours(VECTORS[1], "init"), ours(VECTORS[1], "resp")
    sizes = []
    for writer, reader in ((ann, bob), (bob, ann), (ann, bob)):
        message = writer.write(b"")
        reader.read(message)
        sizes.append(len(message))
    assert sizes == [48, 96, 64]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_message_cut_anywhere_is_refused_or_its_payload_is_cut(number: int) -> None:
    """XX has no tag on message 1, so there a cut shows only in the payload and, later, the hash."""
    for vector in VECTORS:
        for length in range(120):
            ann, bob = ours(vector, "init"), ours(vector, "resp")
            sides = [(ann, bob), (bob, ann), (ann, bob)]
            for writer, reader in sides[:number]:
                reader.read(writer.write(b"payload"))
            writer, reader = sides[number]
            message = writer.write(b"payload")
            if length >= len(message):
                break
            if number == 0 and vector is VECTORS[0] and length >= 32:
                assert reader.read(message[:length]) == b"payload"[: length - 32]
                continue
            with pytest.raises(RemoteError):
                reader.read(message[:length])


def test_an_ephemeral_key_of_low_order_is_refused() -> None:
    ann, bob = ours(VECTORS[0], "init"), ours(VECTORS[0], "resp")
    ann.write(b"")
    bob.read(bytes(32))
    with pytest.raises(RemoteError, match="low order"):
        bob.write(b"")


def test_calls_out_of_order_are_our_own_bugs() -> None:
    with pytest.raises(Bug):
        ours(VECTORS[0], "init").finish()
    with pytest.raises(Bug):
        HandshakeState(
            initiator=True, prologue=b"", static=Agreement(bytes(32)), psk=b"x", entropy=bytes
        )
