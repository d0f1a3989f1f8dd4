"""All room state as items, and back: nothing is lost, wrong items are refused, undo goes on."""

from __future__ import annotations

import pytest

from app.core.codec import decode, encode
from app.core.errors import Bug, RemoteError
from app.rooms.image import SUMS, VALUES, Copy, Loading, read_step, write_step
from app.rooms.rooms import Rooms
from app.tkshare.model.events import Event
from app.tkshare.model.steps import Named, Passed
from tests.unit.rooms.session import ADA, BEN, CLEO, Session, contents

BOX = {"op": "add", "type": "rectangle", "x": 0}


@pytest.fixture
def session():
    told = Session()
    box = f"{told.draws(ADA, BOX)}.0"
    told.draws(BEN, {"op": "set", "ids": [box], "text": "Ben's", "x": 3})
    told.draws(BEN, {"op": "add", "type": "arrow", "heads": ["dot", ""]})
    told.draws(ADA, {"op": "delete", "ids": [box]})
    line = told.does(CLEO, "chat", text="hello")
    told.does(CLEO, "chat.edit", of=str(line), text="hallo")
    told.does(BEN, "chat.react", of=str(line), emoji="+", on=True)
    told.does(BEN, "profile", name="Ben")
    told.does(ADA, "control.role", key=BEN.hex(), role="moderator")
    told.does(ADA, "board.new", title="second")
    return told


def travelled(rooms):
    """The items of these rooms, encoded and decoded on the way."""
    return [tuple(decode(encode(item))) for item in Copy(rooms.journal).items()]


def loaded(items):
    loading = Loading()
    for item in items:
        assert loading.take(*item)
    rooms = Rooms(ADA)
    rooms.load(loading, 11)
    return rooms


def test_every_map_of_the_rooms_has_an_image():
    assert {each.room for each in Rooms(ADA).journal.maps} <= set(VALUES)


def test_what_is_loaded_is_what_was_copied(session):
    rooms = loaded(travelled(session.rooms))
    assert contents(rooms) == contents(session.rooms)
    assert rooms.state_hash() == session.rooms.state_hash() != Rooms(ADA).state_hash()
    assert rooms.head == 11


def test_two_sites_give_the_same_items_in_the_same_order(session):
    other = session.fresh()
    other.revert_to(3)
    for entry in session.log[3:]:
        other.apply(entry)
    assert travelled(other) == travelled(session.rooms)


def test_undo_goes_on_after_a_snapshot(session):
    rooms = loaded(travelled(session.rooms))
    assert rooms.board.undo_depth(ADA) == (2, 0)
    session.rooms = rooms
    session.undoes(ADA)
    assert [each.shape.text for each in rooms.board.objects()] == ["Ben's", ""]


def test_a_copy_does_not_change_with_the_rooms(session):
    copy = Copy(session.rooms.journal)
    before = list(copy.items())
    session.draws(ADA, BOX)
    assert list(copy.items()) == before


def test_what_differs_is_told_as_after_a_revert(session):
    loading = Loading()
    for item in travelled(session.rooms):
        loading.take(*item)
    told = session.rooms.load(loading, 11)
    assert told == []


def test_nothing_below_a_snapshot_is_taken_back(session):
    rooms = loaded(travelled(session.rooms))
    with pytest.raises(Bug, match="below the settled mark"):
        rooms.revert_to(5)


@pytest.mark.parametrize(
    "item",
    [
        ("board", "main", ["main", False]),
        ("board.object", "x", 7),
        ("share", "x", [1]),
        ("profile", ADA, None),
        (SUMS, "board", "text"),
    ],
)
def test_an_item_that_makes_no_sense_is_refused(item):
    with pytest.raises(RemoteError, match="makes no sense"):
        Loading().take(*item)


def test_an_item_of_a_later_version_is_left_out():
    assert Loading().take("of tomorrow", "x", 1) is False


def test_steps_of_shared_programs_travel():
    press = Event("press", ".a", (".b", 1, 2), 5)
    steps = [Named(1, (".a", ".b")), Passed(7, 1, ADA, 2, (press,), 3)]
    assert [read_step(decode(encode(write_step(step)))) for step in steps] == steps
    with pytest.raises(RemoteError, match="makes no sense"):
        read_step([99, []])
