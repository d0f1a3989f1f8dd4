from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.codec import encode
from app.core.errors import Bug, LocalError
from app.rooms.bodies import CODECS
from app.rooms.entry import OrderedEntry
from app.rooms.events import BoardChanged, ChatRestored, ProfileGone, Refused, Reverted, Unknown
from app.rooms.json_form import body_from_json, body_to_json
from app.rooms.rooms import Rooms
from tests.unit.rooms.session import ADA, BEN, CLEO, Session, contents

BOX = {"op": "add", "type": "rectangle"}
PEOPLE = st.sampled_from([ADA, BEN, CLEO])
KINDS = [*CODECS, "board", "share.input", "future"]


@st.composite
def bodies(draw, session_ids):
    """Mostly valid entries that name one another: (author, kind, JSON body)."""
    kind = draw(
        st.sampled_from(
            ["chat", "chat.edit", "chat.delete", "chat.react", "profile", "board.new", "board.set"]
            + ["control.role", "control.ban", "control.invite", "control.revoke", "control.title"]
            + ["board"] * 6
        )
    )
    of = draw(st.sampled_from(session_ids))
    number = draw(st.integers(0, 3))
    key = draw(PEOPLE).hex()
    op = draw(
        st.sampled_from(
            [
                BOX,
                {"op": "set", "ids": [f"{of}.0"], "x": number},
                {"op": "move", "ids": [f"{of}.0"], "dx": number, "dy": 1},
                {"op": "delete", "ids": [f"{of}.0"]},
                {"op": "begin", "x": 0, "y": number},
                {"op": "end", "id": f"{of}.0", "points": [[0, number]]},
            ]
        )
    )
    body = {
        "chat": {"text": "Hi"},
        "chat.edit": {"of": of, "text": "x" * (number + 1)},
        "chat.delete": {"of": of},
        "chat.react": {"of": of, "emoji": "ab"[number % 2], "on": number > 1},
        "profile": {"name": "P", "colour": ["azure", "brick", ""][number % 3]},
        "board.new": {"title": "T"},
        "board.set": {"board": "", "title": "T", "locked": number > 2},
        "control.role": {"key": key, "role": ["viewer", "editor", "moderator", "owner"][number]},
        "control.ban": {"key": key},
        "control.invite": {"id": f"0{number}" * 16},
        "control.revoke": {"id": f"0{number}" * 16},
        "control.title": {"title": f"T{number}"},
        "board": {"ops": [op, BOX] if number else [op]},
    }[kind]
    return draw(PEOPLE), kind, body


def ids(count):
    session = Session()
    return [str(session.next_id(key, n)) for key in (ADA, BEN, CLEO) for n in range(count)]


STEPS = st.lists(
    st.one_of(
        bodies(ids(6)),
        st.tuples(PEOPLE, st.sampled_from(["undo", "redo"]), st.none()),
        st.tuples(st.just("revert"), st.integers(0, 20), st.none()),
        st.tuples(st.just("settle"), st.integers(0, 5), st.none()),
        st.tuples(st.just("hash"), st.none(), st.none()),
    ),
    max_size=40,
)


def run(session, steps):
    for who, what, body in steps:
        if who == "hash":
            session.rooms.state_hash()
        elif who == "settle":
            session.rooms.settle(what)
        elif who == "revert":
            session.rooms.revert_to(max(session.rooms._journal._settled, session.rooms.head - what))
        elif what in ("undo", "redo"):
            board = session.rooms.board
            drawing = board.undo_of(who) if what == "undo" else board.redo_of(who)
            if drawing is not None:
                session.raw(who, "board", drawing.encode())
        else:
            session.raw(who, what, body_from_json(what, body))


@settings(max_examples=150, deadline=None)
@given(STEPS, st.integers(0, 40))
def test_after_any_reverts_state_and_hash_are_those_of_the_prefix_alone(steps, length):
    session = Session()
    run(session, steps)
    fresh = session.fresh()
    assert contents(session.rooms) == contents(fresh)
    assert session.rooms.state_hash() == fresh.state_hash()
    assert session.rooms.board.objects() == fresh.board.objects()
    target = min(length, session.rooms.head)
    if target >= session.rooms._journal._settled:
        session.rooms.revert_to(target)
        prefix = session.fresh(target)
        assert contents(session.rooms) == contents(prefix)
        assert session.rooms.state_hash() == prefix.state_hash()


@settings(max_examples=60, deadline=None)
@given(STEPS, st.binary(max_size=8))
def test_lines_that_nobody_is_told_of_leave_the_same_state(steps, nonsense):
    session = Session()
    run(session, steps)
    session.raw(ADA, "chat", nonsense)
    quiet = Rooms(ADA)
    for entry in session.log[: session.rooms.head]:
        events = quiet.apply(entry, told=False)
        assert entry.kind != "chat" or all(isinstance(event, Refused) for event in events)
    assert contents(quiet) == contents(session.fresh())
    assert quiet.state_hash() == session.fresh().state_hash()


@settings(max_examples=40, deadline=None)
@given(STEPS)
def test_different_states_have_different_hashes(steps):
    session = Session()
    seen: dict[bytes, object] = {}
    for step in steps:
        run(session, [step])
        now = session.rooms.state_hash()
        assert seen.setdefault(now, contents(session.rooms)) == contents(session.rooms)


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_a_checked_entry_leaves_no_trace_and_fails_as_it_would_be_refused(steps):
    session = Session()
    for who, what, body in steps:
        if body is None:
            run(session, [(who, what, body)])
            continue
        encoded = body_from_json(what, body)
        before = contents(session.rooms), session.rooms.state_hash()
        refused = None
        try:
            session.rooms.check(who, what, encoded)
        except LocalError as error:
            refused = str(error)
        assert (contents(session.rooms), session.rooms.state_hash()) == before
        events = session.raw(who, what, encoded)
        if refused:
            assert isinstance(events[0], Refused) and events[0].why == refused


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.text(max_size=8)
    | st.binary(max_size=40) | st.sampled_from(["add", "set", "main", *ids(1)]),
    lambda inner: st.lists(inner, max_size=6),
    max_leaves=20,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(PEOPLE, st.sampled_from(KINDS), PLAIN.map(encode) | st.binary(max_size=60), st.booleans())
def test_nothing_that_a_peer_writes_raises(author, kind, body, leads):
    session = Session()
    session.draws(ADA, BOX)
    before = session.rooms.state_hash()
    events = session.raw(author, kind, body, leads=leads)
    if any(isinstance(event, (Refused, Unknown)) for event in events):
        assert session.rooms.state_hash() == before
    body_to_json(kind, body)
    session.rooms.stroke_phase(kind, body)


@pytest.mark.parametrize("kind", [kind for kind in [*CODECS, "board"] if kind != "file"])
def test_a_malformed_body_is_refused(kind):
    session = Session()
    assert isinstance(session.raw(ADA, kind, b"\xc1")[0], Refused)


def test_an_unknown_kind_is_kept_without_effect():
    session = Session()
    assert session.raw(ADA, "hologram", b"?") == [Unknown(1, session.log[0].id, "hologram")]
    assert isinstance(session.raw(ADA, "share.input", b"?")[0], Refused)


def test_check_tells_people_why():
    session = Session()
    with pytest.raises(LocalError, match="moderator"):
        session.rooms.check(BEN, "control.title", body_from_json("control.title", {"title": "x"}))
    session.rooms.check(
        BEN, "control.title", body_from_json("control.title", {"title": "x"}), leads=True
    )
    with pytest.raises(LocalError, match="text"):
        session.rooms.check(BEN, "chat", encode([""]))
    with pytest.raises(LocalError, match="hologram"):
        session.rooms.check(BEN, "hologram", b"")


def test_check_lets_pass_what_may_still_be_in_the_queue():
    session = Session()
    queued = session.next_id(BEN, 3)
    for body in (
        {"ops": [{"op": "end", "id": f"{queued}.0", "points": []}]},
        {"board": str(queued), "ops": [BOX]},
        {"undoes": queued.number},
    ):
        session.rooms.check(BEN, "board", body_from_json("board", body))


def test_a_revert_tells_what_it_touched():
    session = Session()
    line = session.does(ADA, "chat", text="x")
    box = f"{session.draws(ADA, BOX)}.0"
    session.does(ADA, "chat.edit", of=str(line), text="y")
    session.does(BEN, "profile", name="Ben")
    session.draws(BEN, {"op": "set", "ids": [box], "x": 3})
    assert session.rooms.revert_to(2) == [
        Reverted(2),
        ProfileGone(BEN),
        ChatRestored(line),
        BoardChanged("main", (box,)),
    ]
    assert session.rooms.revert_to(1)[1:] == [BoardChanged("main", (box,))]
    assert session.rooms.revert_to(1) == []


def test_entries_come_in_order():
    session = Session()
    session.does(ADA, "chat", text="x")
    with pytest.raises(Bug):
        session.rooms.apply(session.log[0])


def test_talk_and_strokes_for_placement():
    rooms = Rooms(ADA)
    talk = [kind for kind in KINDS if rooms.is_talk(kind)]
    assert talk == ["chat", "board", "share.input"]
    begin = {"op": "begin", "x": 0, "y": 0}
    end = {"op": "end", "id": f"{ids(1)[0]}.0", "points": []}
    cases = {"begin": [BOX, begin], "end": [begin, end, BOX], "none": [BOX]}
    for phase, ops in cases.items():
        assert rooms.stroke_phase("board", body_from_json("board", {"ops": ops})) == phase
    assert rooms.stroke_phase("chat", encode(["x"])) == "none"
    assert rooms.stroke_phase("board", b"") == "none"


def test_two_runs_agree_entry_by_entry():
    session = Session()
    session.draws(ADA, BOX)
    session.does(BEN, "profile", name="Ben")
    session.undoes(ADA)
    one, two = Rooms(ADA), Rooms(ADA)
    for entry in session.log:
        assert isinstance(entry, OrderedEntry)
        assert one.apply(entry) == two.apply(entry)
        assert one.state_hash() == two.state_hash()
    assert Rooms(BEN).state_hash() != Rooms(ADA).state_hash()
