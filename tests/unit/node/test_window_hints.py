"""Live hints: what goes over the wire, how often, and to whom."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import limits
from app.core.codec import encode
from app.core.errors import LocalError, RemoteError
from app.core.ids import Key, site_of
from app.core.instant import MILLI, SECOND, Micros
from app.node.api import (
    Hint,
    HintHeard,
    LaserAt,
    Looking,
    PointerAt,
    SayChat,
    SeenUpTo,
    Selected,
    SendHint,
    StrokePoints,
    TextSoFar,
    TypingNow,
)
from app.node.contract import CommandIssued
from app.node.frames import Hint as HintFrame
from app.node.window.hints import CODECS, decode_hint, encode_hint, kind_of
from app.node.window.presence import Presence, joined
from app.node.wiring import REGISTRY
from tests.unit.node.support.world import World

OBJECT = f"{'a' * 16}.1.2.0"
ANN = Key(b"A" * 32)
HINTS: list[Hint] = [
    PointerAt("main", 1.125, -2.5),
    StrokePoints(OBJECT, 7, ((0.0, 1.0), (2.5, -3.0))),
    TextSoFar(OBJECT, "grüß"),
    TypingNow(),
    LaserAt("main", ((1.0, 2.0),)),
    Selected((OBJECT,)),
    Looking("main", 0.0, 1.0, 640.0, 480.0),
    SeenUpTo(42),
]


@pytest.mark.parametrize("hint", HINTS)
def test_a_hint_survives_the_wire(hint: Hint) -> None:
    kind, payload = encode_hint(hint)
    assert kind == kind_of(hint)
    assert decode_hint(kind, payload) == hint
    frame = HintFrame(kind, 1, payload)
    assert REGISTRY.decode(REGISTRY.encode(frame)) == frame


def test_every_kind_is_tried() -> None:
    assert sorted(map(kind_of, HINTS)) == sorted(CODECS)


def test_the_longest_hints_fit_a_packet() -> None:
    points = tuple([(float(x), 0.0) for x in range(500)])
    kind, payload = encode_hint(StrokePoints(OBJECT, 0, points))
    hint = decode_hint(kind, payload)
    assert isinstance(hint, StrokePoints)
    assert hint.first == 500 - limits.HINT_POINTS_MAX
    assert hint.points == points[-limits.HINT_POINTS_MAX :]
    for long in (
        StrokePoints(OBJECT, 0, points),
        TextSoFar(OBJECT, "ü" * 8_000),
        Selected((OBJECT,) * 99),
    ):
        assert len(encode_hint(long)[1]) <= limits.HINT_PAYLOAD_BYTES_MAX


@pytest.mark.parametrize(
    "hint", [PointerAt("main", float("nan"), 0.0), PointerAt("main", 1e12, 0.0), SeenUpTo(-1)]
)
def test_what_makes_no_sense_is_left_out(hint: Hint) -> None:
    with pytest.raises((LocalError, RemoteError)):
        encode_hint(hint)
    presence = Presence()
    presence.show(hint)
    assert presence.due(Micros(0)) == []
    assert presence.dropped == 1


@given(st.integers(1, 255), st.binary(max_size=64))
def test_bytes_of_a_peer_are_a_hint_or_refused(kind: int, payload: bytes) -> None:
    with contextlib.suppress(RemoteError):
        assert decode_hint(kind, payload) is None or kind in CODECS


@pytest.mark.parametrize("points", [b"1234567", (2**30 + 1).to_bytes(4, "little") + bytes(4)])
def test_points_of_a_peer_are_pairs_on_the_board(points: bytes) -> None:
    with pytest.raises(RemoteError):
        decode_hint(2, encode([OBJECT, 0, points]))


class TestRates:
    def send(self, hint: Hint, per_second: int) -> int:
        """How many of these, given each millisecond of a second, are sent."""
        presence = Presence()
        sent = 0
        for at in range(1_000):
            presence.show(hint)
            sent += len(presence.due(Micros(at * MILLI)))
        assert sent <= per_second + limits.HINTS_AT_ONCE
        return sent

    def test_pointers_go_thirty_times_a_second_and_strokes_sixty(self) -> None:
        assert self.send(PointerAt("main", 0.0, 0.0), 30) >= 29
        assert self.send(StrokePoints(OBJECT, 0, ()), 60) >= 59

    def test_what_had_to_wait_goes_when_it_may_and_the_latest_wins(self) -> None:
        presence = Presence()
        now = Micros(0)
        for x in range(10):
            presence.show(PointerAt("main", float(x), 0.0))
            presence.due(now)
        at = presence.deadline()
        assert at is not None
        assert at > now
        assert presence.due(Micros(at - 1)) == []
        (frame,) = presence.due(at)
        assert decode_hint(frame.kind, frame.payload) == PointerAt("main", 9.0, 0.0)
        assert presence.deadline() is None

    def test_points_that_had_to_wait_are_joined(self) -> None:
        one = StrokePoints(OBJECT, 0, ((0.0, 0.0), (1.0, 0.0)))
        two = StrokePoints(OBJECT, 1, ((1.0, 0.0), (2.0, 0.0)))
        assert joined(one, two) == StrokePoints(OBJECT, 0, ((0.0, 0.0), (1.0, 0.0), (2.0, 0.0)))
        gap = StrokePoints(OBJECT, 5, ((5.0, 0.0),))
        assert joined(one, gap) == gap
        other = StrokePoints(OBJECT[:-1] + "1", 2, ())
        assert joined(one, other) == other

    def test_a_flood_is_cut_off_at_the_receiver(self) -> None:
        presence = Presence()
        heard = [
            presence.hear(ANN, HintFrame(4, counter, b"\x90"), Micros(counter * 100))
            for counter in range(1, 1_001)
        ]
        count = sum(event is not None for event in heard)
        assert limits.HINTS_PER_SECOND <= count <= limits.HINTS_PER_SECOND + 4
        assert presence.dropped == 1_000 - count


class TestHearing:
    def test_the_latest_of_a_kind_wins(self) -> None:
        presence = Presence()
        kind, payload = encode_hint(TypingNow())
        assert presence.hear(ANN, HintFrame(kind, 2, payload), Micros(0)) == HintHeard(
            site_of(ANN), TypingNow()
        )
        assert presence.hear(ANN, HintFrame(kind, 2, payload), Micros(0)) is None
        assert presence.hear(ANN, HintFrame(kind, 1, payload), Micros(0)) is None
        kind, payload = encode_hint(SeenUpTo(1))
        assert presence.hear(ANN, HintFrame(kind, 1, payload), Micros(0)) is not None

    def test_a_new_life_counts_from_one(self) -> None:
        presence = Presence()
        kind, payload = encode_hint(TypingNow())
        presence.hear(ANN, HintFrame(kind, 9, payload), Micros(0))
        presence.new_life(ANN)
        assert presence.hear(ANN, HintFrame(kind, 1, payload), Micros(0)) is not None

    def test_a_later_version_has_other_kinds(self) -> None:
        assert Presence().hear(ANN, HintFrame(200, 1, b"\xc1"), Micros(SECOND)) is None


class TestBetweenSites:
    def test_members_see_it_and_it_is_not_told_to_oneself(self) -> None:
        world = World(windows=True)
        ann, ben, cleo = world.session("Ann", "Ben", "Cleo")
        world.run(1)
        ann.turn(CommandIssued(SendHint(PointerAt("main", 3.5, 4.0))))
        world.run(0.02)
        told = HintHeard(site_of(ann.key), PointerAt("main", 3.5, 4.0))
        assert ben.told(HintHeard) == cleo.told(HintHeard) == [told]
        assert ann.told(HintHeard) == []

    def test_what_waits_for_its_turn_is_sent_by_the_timer(self) -> None:
        world = World(windows=True)
        ann, ben = world.session("Ann", "Ben")
        world.run(1)
        for x in range(10):
            ann.turn(CommandIssued(SendHint(PointerAt("main", float(x), 0.0))))
        world.run(0.2)
        assert ben.told(HintHeard)[-1].hint == PointerAt("main", 9.0, 0.0)
        assert len(ben.told(HintHeard)) == limits.HINTS_AT_ONCE + 1

    def test_a_restarted_site_is_heard_again(self) -> None:
        world = World(windows=True)
        ann, ben = world.session("Ann", "Ben")
        world.run(1)
        for _ in range(2):
            ben.events.clear()
            ann.turn(CommandIssued(SendHint(TypingNow())))
            world.run(0.1)
            assert len(ben.told(HintHeard)) == 1
            ann.stop()
            world.restart(ann)
            world.run(4)

    def test_a_malformed_one_is_counted_and_nothing_else(self) -> None:
        world = World(windows=True)
        ann, ben = world.session("Ann", "Ben")
        world.run(1)
        ann.session.wiring.send(ben.key, HintFrame(1, 1, b"\xc1"))
        ann.turn()
        world.run(0.1)
        assert ben.status.counters["Hint refused"] == 1
        assert not ben.told(HintHeard)

    def test_a_site_without_a_window_neither_tells_nor_listens(self) -> None:
        world = World()
        ann, ben = world.session("Ann", "Ben")
        world.run(1)
        ann.turn(CommandIssued(SendHint(TypingNow())))
        ann.session.wiring.send(ben.key, HintFrame(1, 1, b"\xc1"))
        ann.do(lambda token: SayChat(token, "hello"))
        world.run(0.1)
        assert not ben.told(HintHeard)
        assert "Hint refused" not in ben.status.counters

    def test_before_a_session_it_goes_nowhere(self) -> None:
        site = World(windows=True).site()
        site.turn(CommandIssued(SendHint(TypingNow())))
        assert site.events == []
