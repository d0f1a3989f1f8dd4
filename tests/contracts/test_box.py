"""What a box promises, real or null: each packet opens once, unchanged, at the other side only."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core import limits
from app.core.errors import LocalError, RemoteError
from app.core.rng import Rng
from app.crypto.box import COUNTER_BYTES, OVERHEAD_BYTES, Box
from app.crypto.null import NullBox

Kind = type[Box] | type[NullBox]
KINDS: list[Kind] = [Box, NullBox]
HEADER = b"header"
WINDOW = limits.REPLAY_WINDOW_PACKETS

every_box = pytest.mark.parametrize("kind", KINDS)


def pair(kind: Kind) -> tuple[Box | NullBox, Box | NullBox]:
    first, second = bytes([1]) * 32, bytes([2]) * 32
    return kind(first, second), kind(second, first)


@every_box
def test_what_one_seals_the_other_opens(kind: Kind) -> None:
    ann, bob = pair(kind)
    for text in (b"", b"a", bytes(1_150)):
        assert bob.open(HEADER, ann.seal(HEADER, text)) == text
        assert ann.open(b"", bob.seal(b"", text)) == text
    assert ann.sealed == 3
    assert (bob.replayed, bob.forged) == (0, 0)


@every_box
def test_sizes_and_counters_are_the_same_for_every_kind(kind: Kind) -> None:
    ann, _ = pair(kind)
    for number in range(3):
        sealed = ann.seal(HEADER, b"text")
        assert len(sealed) == OVERHEAD_BYTES + 4
        assert sealed[:COUNTER_BYTES] == number.to_bytes(8, "little")


@every_box
def test_a_bit_flipped_anywhere_is_noticed_and_moves_nothing(kind: Kind) -> None:
    ann, bob = pair(kind)
    sealed = ann.seal(HEADER, b"some text")
    for bit in range(len(sealed) * 8):
        wrong = bytearray(sealed)
        wrong[bit // 8] ^= 1 << bit % 8
        with pytest.raises(RemoteError):
            bob.open(HEADER, bytes(wrong))
    assert bob.forged == len(sealed) * 8
    assert bob.open(HEADER, sealed) == b"some text"


@every_box
def test_a_packet_opens_under_its_own_header_only(kind: Kind) -> None:
    ann, bob = pair(kind)
    sealed = ann.seal(HEADER, b"text")
    for header in (b"", b"headeR", b"header\0", b"heade"):
        with pytest.raises(RemoteError, match="authenticate"):
            bob.open(header, sealed)
    assert bob.open(HEADER, sealed) == b"text"


@every_box
def test_our_own_packets_reflected_are_refused(kind: Kind) -> None:
    ann, _ = pair(kind)
    with pytest.raises(RemoteError, match="authenticate"):
        ann.open(HEADER, ann.seal(HEADER, b"text"))


@every_box
def test_a_box_with_another_key_opens_nothing(kind: Kind) -> None:
    ann, _ = pair(kind)
    with pytest.raises(RemoteError, match="authenticate"):
        kind(bytes(32), bytes(32)).open(HEADER, ann.seal(HEADER, b"text"))


@every_box
def test_a_replay_is_refused_and_counted(kind: Kind) -> None:
    ann, bob = pair(kind)
    sealed = ann.seal(HEADER, b"text")
    bob.open(HEADER, sealed)
    for _ in range(3):
        with pytest.raises(RemoteError, match="seen"):
            bob.open(HEADER, sealed)
    assert (bob.replayed, bob.forged) == (3, 0)


@every_box
def test_the_window_forgives_its_own_length_and_not_one_more(kind: Kind) -> None:
    ann, bob = pair(kind)
    sealed = [ann.seal(HEADER, b"") for _ in range(WINDOW + 1)]
    bob.open(HEADER, sealed[WINDOW])
    bob.open(HEADER, sealed[1])
    with pytest.raises(RemoteError, match="too old"):
        bob.open(HEADER, sealed[0])
    assert bob.replayed == 1


@every_box
def test_a_jump_to_the_last_counter_costs_no_memory(kind: Kind) -> None:
    ann, bob = pair(kind)
    early = ann.seal(HEADER, b"early")
    ann.sealed = limits.SEALED_PACKETS_MAX - 1
    assert bob.open(HEADER, ann.seal(HEADER, b"last")) == b"last"
    with pytest.raises(RemoteError, match="too old"):
        bob.open(HEADER, early)
    with pytest.raises(LocalError):
        ann.seal(HEADER, b"one more")
    assert ann.sealed == limits.SEALED_PACKETS_MAX


@every_box
def test_anything_too_short_is_forged(kind: Kind) -> None:
    _, bob = pair(kind)
    for length in range(OVERHEAD_BYTES):
        with pytest.raises(RemoteError, match="too short"):
            bob.open(HEADER, bytes(length))
    assert bob.forged == OVERHEAD_BYTES


@every_box
@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=100), header=st.binary(max_size=10))
def test_random_bytes_raise_remote_error_only(kind: Kind, data: bytes, header: bytes) -> None:
    _, bob = pair(kind)
    with pytest.raises(RemoteError):
        bob.open(header, data)


@every_box
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32), stretch=st.sampled_from([1, 7, 300, 1_000]))
def test_each_packet_opens_once_in_any_order(kind: Kind, seed: int, stretch: int) -> None:
    """Against a plain model: a set of seen counters and the highest of them."""
    ann, bob = pair(kind)
    rng = Rng(f"order {seed}")
    packets: dict[int, bytes] = {}
    for _ in range(12):
        ann.sealed += rng.below(stretch)
        packets[ann.sealed] = ann.seal(HEADER, b"text")
    seen: set[int] = set()
    for _ in range(40):
        number = rng.choice(list(packets))
        allowed = number not in seen and number > max(seen, default=0) - WINDOW
        if allowed:
            assert bob.open(HEADER, packets[number]) == b"text"
            seen.add(number)
        else:
            with pytest.raises(RemoteError):
                bob.open(HEADER, packets[number])


def test_the_real_box_hides_the_text_and_the_null_box_does_not() -> None:
    ann, _ = pair(Box)
    assert b"a secret" not in ann.seal(HEADER, b"a secret")
    ann, _ = pair(NullBox)
    assert b"a secret" in ann.seal(HEADER, b"a secret")
