"""Our own bytes, frozen: what an earlier version sent, this one still makes and understands.

The file is made from fixed entropy and never regenerated to make a test pass (see its README).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.core.codec import signed_bytes
from app.core.ids import Key
from app.crypto.box import Box
from app.crypto.handshake import Initiator, Responder
from app.crypto.hello import Pattern, Terms, session_tag
from app.crypto.invite import Invite, invite_secret, invite_text, parse_invite
from app.crypto.keys import Agreement, Identity
from app.crypto.words import words_of, words_of_key

GOLDEN: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "vectors/crypto/talkstick.json").read_text(encoding="utf-8")
)


def raw(value: str) -> bytes:
    return bytes.fromhex(value)


@pytest.mark.parametrize("vector", GOLDEN["handshakes"], ids=lambda vector: vector["pattern"])
def test_handshakes_have_the_bytes_they_always_had(vector: dict[str, Any]) -> None:
    ann, bob = vector["initiator"], vector["responder"]
    first = Initiator(
        Pattern[vector["pattern"]],
        identity=Identity(raw(ann["seed"])),
        agreement=Agreement(raw(ann["static"])),
        incarnation=ann["incarnation"],
        session=raw(vector["session"]),
        secret=raw(vector["secret"]),
        invite_id=raw(vector["invite_id"]),
        expected=Identity(raw(bob["seed"])).key,
        entropy=lambda _: raw(ann["ephemeral"]),
        extra=raw(ann["extra"]),
    )
    second = Responder(
        identity=Identity(raw(bob["seed"])),
        agreement=Agreement(raw(bob["static"])),
        incarnation=bob["incarnation"],
        lookup=lambda _: Terms(raw(vector["session"]), raw(vector["secret"])),
        entropy=lambda _: raw(bob["ephemeral"]),
        extra=raw(bob["extra"]),
    )
    message1 = first.hello()
    assert message1.hex() == vector["message1"]
    message2 = second.receive_hello(message1)
    assert message2.hex() == vector["message2"]
    message3 = first.receive(message2)
    assert message3.hex() == vector["message3"]
    second.receive_proof(message3)
    assert first.keys.hash.hex() == vector["hash"]
    assert list(words_of(first.keys.hash)) == vector["words"]
    sealed = Box(first.keys.send, first.keys.receive).seal(b"header", b"text")
    assert sealed.hex() == vector["sealed"]
    assert Box(second.keys.send, second.keys.receive).open(b"header", sealed) == b"text"


def test_invites_have_the_text_they_always_had() -> None:
    for vector in GOLDEN["invites"]:
        invite = Invite(
            raw(vector["invite_id"]),
            raw(vector["secret"]),
            raw(vector["session"]),
            Key(raw(vector["maker"])),
            vector["title"],
            tuple(vector["addresses"]),
            vector["end_ms"],
            vector["uses"],
            vector["role"],
        )
        assert invite_text(invite) == vector["text"]
        assert parse_invite(vector["text"]) == invite


def test_derived_values_are_what_they_always_were() -> None:
    values = GOLDEN["derived"]
    session_secret, invite_id = raw(values["session_secret"]), raw(values["invite_id"])
    assert invite_secret(session_secret, invite_id).hex() == values["invite_secret"]
    assert session_tag(raw(values["session"])).hex() == values["session_tag"]
    assert list(words_of_key(Key(raw(values["key"])))) == values["key_words"]
    signature = Identity(raw(values["seed"])).sign(signed_bytes("talkstick test", [1, "two"]))
    assert signature.hex() == values["signature"]
