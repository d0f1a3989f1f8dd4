"""Both sides end with the same keys and the other's proven identity, or with nothing."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core import limits
from app.core.errors import Bug, LocalError, RemoteError
from app.crypto.handshake import (
    TRANSITIONS,
    Failed,
    HelloReceived,
    HelloWanted,
    Initiator,
    Peer,
    ProofReceived,
    ReplyReceived,
    Responder,
    State,
)
from app.crypto.hello import HEADER_BYTES, HelloHeader, Pattern, Terms, parse_hello, session_tag
from app.crypto.noise import HandshakeState
from tests.unit.crypto.worlds import (
    INVITE_ID,
    SESSION,
    SESSION_SECRET,
    Site,
    initiator,
    lookup,
    responder,
    run,
)

PATTERNS = list(Pattern)


def flipped(data: bytes, place: int, bit: int) -> bytes:
    return data[:place] + bytes([data[place] ^ bit]) + data[place + 1 :]


def assert_nothing_left(side: Initiator | Responder) -> None:
    assert side.state is State.REFUSED
    with pytest.raises(Bug):
        _ = side.keys
    with pytest.raises(Bug):
        _ = side.peer
    assert side._noise is None


@pytest.mark.parametrize("pattern", PATTERNS)
def test_both_sides_know_each_other_and_share_keys(pattern: Pattern) -> None:
    ann, bob = initiator(pattern), responder()
    run(ann, bob)
    assert ann.state is bob.state is State.KEYED
    assert ann.peer == Peer(Site("bob").identity.key, 5, b"from bob")
    assert bob.peer == Peer(Site("ann").identity.key, 3, b"from ann")
    assert ann.keys.send == bob.keys.receive
    assert ann.keys.receive == bob.keys.send
    assert ann.keys.hash == bob.keys.hash
    assert ann.keys.send != ann.keys.receive


def test_asking_works_without_knowing_the_session() -> None:
    ann, bob = initiator(Pattern.ASK, session=b""), responder()
    run(ann, bob)
    assert ann.keys.hash == bob.keys.hash


def test_message_1_fills_a_datagram_and_no_answer_is_larger_than_allowed() -> None:
    most = bytes(limits.HANDSHAKE_EXTRA_BYTES_MAX)
    for pattern in PATTERNS:
        messages = run(initiator(pattern, extra=most), responder(extra=most))
        assert len(messages[0]) == limits.HANDSHAKE_1_BYTES == 1_191
        assert len(messages[1]) <= limits.HANDSHAKE_ANSWER_FACTOR * len(messages[0])
        assert max(map(len, messages)) <= limits.HANDSHAKE_1_BYTES


def test_no_two_handshakes_share_a_key() -> None:
    seen: set[bytes] = set()
    for pattern, _ in itertools.product(PATTERNS, range(5)):
        ann = initiator(pattern, site=Site(f"ann {len(seen)}"))
        run(ann, responder(site=Site(f"bob {len(seen)}")))
        seen |= {ann.keys.send, ann.keys.receive, ann.keys.hash}
    assert len(seen) == 5 * 3 * len(PATTERNS)


def test_long_lived_keys_alone_give_fresh_channels() -> None:
    ann_site, bob_site = Site("ann"), Site("bob")
    sends = []
    for _ in range(2):
        ann = initiator(Pattern.MEMBER, site=ann_site)
        run(ann, responder(site=bob_site))
        sends.append(ann.keys.send)
    assert sends[0] != sends[1]


@pytest.mark.parametrize("pattern", [Pattern.MEMBER, Pattern.INVITE])
def test_whoever_lacks_the_secret_is_refused_at_message_3(pattern: Pattern) -> None:
    ann, bob = initiator(pattern, secret=b"another secret"), responder()
    message3 = ann.receive(bob.receive_hello(ann.hello()))
    with pytest.raises(RemoteError, match="authenticate"):
        bob.receive_proof(message3)
    assert_nothing_left(bob)


def test_the_session_secret_is_not_an_invites() -> None:
    ann, bob = initiator(Pattern.INVITE, secret=SESSION_SECRET), responder()
    message3 = ann.receive(bob.receive_hello(ann.hello()))
    with pytest.raises(RemoteError):
        bob.receive_proof(message3)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_nothing_of_ours_goes_to_another_than_the_expected_identity(pattern: Pattern) -> None:
    ann = initiator(pattern, expected=Site("carl").identity.key)
    message2 = responder().receive_hello(ann.hello())
    with pytest.raises(RemoteError, match="not the site"):
        ann.receive(message2)
    assert_nothing_left(ann)
    ann = initiator(pattern, expected=Site("bob").identity.key)
    run(ann, responder())
    assert ann.state is State.KEYED


@pytest.mark.parametrize("pattern", PATTERNS)
def test_another_session_or_an_unknown_invite_is_refused_at_message_1(pattern: Pattern) -> None:
    other = bytes(32)
    with pytest.raises(RemoteError, match="another session"):
        responder(answer=lambda _: Terms(other, SESSION_SECRET)).receive_hello(
            initiator(pattern).hello()
        )
    bob = responder(answer=lambda _: None)
    with pytest.raises(RemoteError, match=f"no {pattern.name}"):
        bob.receive_hello(initiator(pattern).hello())
    assert_nothing_left(bob)


def test_a_member_that_names_no_session_is_refused() -> None:
    message1 = initiator(Pattern.MEMBER).hello()
    unnamed = message1[: HEADER_BYTES - 16] + bytes(16) + message1[HEADER_BYTES:]
    with pytest.raises(RemoteError, match="another session"):
        responder().receive_hello(unnamed)


def test_our_own_identity_is_not_a_peer() -> None:
    ann, mirror = initiator(Pattern.MEMBER), responder(site=Site("ann"))
    message2 = mirror.receive_hello(ann.hello())
    with pytest.raises(RemoteError, match="our own"):
        ann.receive(message2)


@pytest.mark.parametrize("thief_in", ["identity", "agreement"])
def test_an_identity_vouches_for_one_static_key_only(thief_in: str) -> None:
    """Carl replays Bob's key and signature over a channel of his own."""
    ann, site = initiator(Pattern.MEMBER), Site("carl")
    if thief_in == "identity":
        bob = Site("bob")
        site.identity.key = bob.identity.key
    else:
        site.identity = Site("bob").identity
        real = site.identity.sign
        stolen = real(b"an earlier statement")
        site.identity.sign = lambda data: stolen  # type: ignore[method-assign]
    message2 = responder(site=site).receive_hello(ann.hello())
    with pytest.raises(RemoteError, match="vouch"):
        ann.receive(message2)
    assert_nothing_left(ann)


def test_a_signature_made_as_initiator_is_none_of_a_responders() -> None:
    site = Site("bob")
    bob = responder(site=site)
    bob.role = "initiator"
    bob._begin = lambda header, session, secret: _as_responder(bob, header, session, secret)  # type: ignore[method-assign]
    ann = initiator(Pattern.MEMBER)
    message2 = bob.receive_hello(ann.hello())
    with pytest.raises(RemoteError, match="vouch"):
        ann.receive(message2)


def _as_responder(
    bob: Responder, header: HelloHeader, session: bytes, secret: bytes
) -> HandshakeState:
    """Noise goes on as a responder; only the statement claims another role."""
    bob.role = "responder"
    noise = Responder._begin(bob, header, session, secret)
    bob.role = "initiator"
    return noise


@pytest.mark.parametrize("bit", [0x01, 0x80])
@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_bit_flipped_anywhere_in_message_1_keys_nobody(pattern: Pattern, bit: int) -> None:
    """Asking has no tag on message 1: there it shows in message 2, which the hash covers, even
    the highest bit of a key, which X25519 itself ignores.
    """
    for place in [
        *range(120),
        *range(120, limits.HANDSHAKE_1_BYTES, 97),
        limits.HANDSHAKE_1_BYTES - 1,
    ]:
        ann, bob = initiator(pattern), responder()
        message1 = ann.hello()
        with pytest.raises(RemoteError):
            ann.receive(bob.receive_hello(flipped(message1, place, bit)))
        assert ann.state is not State.KEYED
        assert bob.state is not State.KEYED
        if pattern is not Pattern.ASK:
            assert_nothing_left(bob)


@pytest.mark.parametrize("bit", [0x01, 0x80])
@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_bit_flipped_at_any_byte_of_messages_2_and_3_is_refused(
    pattern: Pattern, bit: int
) -> None:
    _, message2, message3 = run(initiator(pattern), responder())
    for place in range(len(message2)):
        ann = initiator(pattern)
        ann.hello()
        with pytest.raises(RemoteError):
            ann.receive(flipped(message2, place, bit))
        assert_nothing_left(ann)
    message1 = initiator(pattern).hello()
    for place in range(len(message3)):
        bob = responder()
        bob.receive_hello(message1)
        with pytest.raises(RemoteError):
            bob.receive_proof(flipped(message3, place, bit))
        assert_nothing_left(bob)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_cut_or_lengthened_message_is_refused(pattern: Pattern) -> None:
    message1, message2, message3 = run(initiator(pattern), responder())
    for wrong in [message1[:n] for n in (0, 1, 2, 33, 34, 66, 1_190)] + [message1 + b"\0"]:
        bob = responder()
        with pytest.raises(RemoteError):
            bob.receive_hello(wrong)
        assert_nothing_left(bob)
    for wrong in [message2[:n] for n in range(0, len(message2), 7)] + [message2 + b"\0"]:
        ann = initiator(pattern)
        ann.hello()
        with pytest.raises(RemoteError):
            ann.receive(wrong)
    for wrong in [message3[:n] for n in range(0, len(message3), 7)] + [message3 + b"\0"]:
        bob = responder()
        bob.receive_hello(message1)
        with pytest.raises(RemoteError):
            bob.receive_proof(wrong)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=1_300))
def test_random_bytes_raise_remote_error_only(data: bytes) -> None:
    ann, bob, fresh = initiator(Pattern.MEMBER), responder(), responder()
    bob.receive_hello(ann.hello())
    calls: list[Callable[[bytes], object]] = [
        ann.receive,
        bob.receive_proof,
        fresh.receive_hello,
        parse_hello,
    ]
    for call in calls:
        with pytest.raises(RemoteError):
            call(data)


def test_padding_must_be_zero() -> None:
    message1 = initiator(Pattern.ASK).hello()
    with pytest.raises(RemoteError, match="padding"):
        responder().receive_hello(message1[:-1] + b"\1")


def test_the_header_is_read_without_cryptography() -> None:
    header = parse_hello(initiator(Pattern.INVITE).hello())
    assert header == HelloHeader(Pattern.INVITE, INVITE_ID, session_tag(SESSION))
    assert SESSION not in initiator(Pattern.MEMBER).hello()
    assert parse_hello(initiator(Pattern.ASK, session=b"").hello()).session_tag == bytes(16)


@pytest.mark.parametrize(
    ("place", "value", "why"),
    [(0, 0, "version"), (0, 2, "version"), (1, 3, "pattern"), (1, 2, "invite"), (2, 1, "invite")],
)
def test_a_header_that_makes_no_sense_is_refused(place: int, value: int, why: str) -> None:
    message1 = initiator(Pattern.MEMBER).hello()
    with pytest.raises(RemoteError, match=why):
        parse_hello(message1[:place] + bytes([value]) + message1[place + 1 :])


def test_the_same_entropy_gives_the_same_bytes() -> None:
    assert run(initiator(Pattern.MEMBER), responder()) == run(
        initiator(Pattern.MEMBER), responder()
    )


# --- the table ------------------------------------------------------------------------------------

INPUTS = [HelloWanted, HelloReceived, ReplyReceived, ProofReceived, Failed]


def at(state: State, role: str) -> Initiator | Responder:
    """A machine of this role, brought to this state by messages."""
    ann, bob = initiator(Pattern.MEMBER), responder()
    side: Initiator | Responder = ann if role == "initiator" else bob
    if state is State.KEYED:
        run(ann, bob)
    elif state is not State.HELLO:
        bob.receive_hello(ann.hello())
        if state is State.REFUSED:
            with pytest.raises(RemoteError):
                ann.receive(b"") if side is ann else bob.receive_proof(b"")
    assert side.state is state
    return side


CALLS: dict[type, Callable[[Initiator | Responder], object]] = {
    HelloWanted: lambda side: side.hello(),  # type: ignore[union-attr]
    HelloReceived: lambda side: side.receive_hello(initiator(Pattern.MEMBER).hello()),  # type: ignore[union-attr]
    ReplyReceived: lambda side: side.receive(run(initiator(Pattern.MEMBER), responder())[1]),  # type: ignore[union-attr]
    ProofReceived: lambda side: side.receive_proof(run(initiator(Pattern.MEMBER), responder())[2]),  # type: ignore[union-attr]
}
OWN: dict[str, list[type]] = {
    "initiator": [HelloWanted, ReplyReceived],
    "responder": [HelloReceived, ProofReceived],
}


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize(
    ("role", "kind"), [(role, kind) for role, kinds in OWN.items() for kind in kinds]
)
def test_every_pair_of_state_and_message_does_what_the_table_says(
    state: State, role: str, kind: type
) -> None:
    side = at(state, role)
    entry = TRANSITIONS.get((state, kind))
    if entry is None:
        wrong = LocalError if kind is HelloWanted else RemoteError
        with pytest.raises(wrong, match=f"{kind.__name__} in state {state.name}"):
            CALLS[kind](side)
        assert side.state is state
    else:
        CALLS[kind](side)
        assert side.state is entry[0]


def test_only_unfinished_handshakes_can_fail_and_ends_are_ends() -> None:
    sources = {state for state, _ in TRANSITIONS}
    assert sources == {State.HELLO, State.PROVING}
    assert {state for state, kind in TRANSITIONS if kind is Failed} == sources
    assert {kind for _, kind in TRANSITIONS} == set(INPUTS)


def test_a_message_out_of_turn_leaves_an_established_channel_alone() -> None:
    ann, bob = initiator(Pattern.MEMBER), responder()
    _, message2, message3 = run(ann, bob)
    keys = ann.keys
    with pytest.raises(RemoteError):
        ann.receive(message2)
    with pytest.raises(RemoteError):
        bob.receive_proof(message3)
    assert ann.keys == keys
    assert bob.state is State.KEYED


# --- our own mistakes -----------------------------------------------------------------------------


def test_wrong_arguments_are_bugs() -> None:
    for session in (b"", bytes(31)):
        with pytest.raises(Bug):
            initiator(Pattern.MEMBER, session=session)
    with pytest.raises(Bug):
        initiator(Pattern.ASK, session=bytes(31))
    with pytest.raises(Bug):
        initiator(Pattern.ASK, extra=bytes(limits.HANDSHAKE_EXTRA_BYTES_MAX + 1))
    site = Site("ann")
    for pattern, invite_id in ((Pattern.MEMBER, INVITE_ID), (Pattern.INVITE, b"")):
        with pytest.raises(Bug):
            Initiator(
                pattern,
                identity=site.identity,
                agreement=site.agreement,
                incarnation=1,
                session=SESSION,
                secret=b"",
                invite_id=invite_id,
                entropy=site.entropy,
            )


def test_secrets_are_in_no_repr() -> None:
    ann, bob = initiator(Pattern.MEMBER), responder()
    run(ann, bob)
    terms = lookup(HelloHeader(Pattern.MEMBER, bytes(16), session_tag(SESSION)))
    assert repr(SESSION_SECRET) not in repr(terms)
    assert repr(ann.keys.send) not in repr(ann.keys)
    assert dataclasses.is_dataclass(ann.keys)
