"""Rooms with waiting entries on top: as they will be, and never felt below."""

from __future__ import annotations

import pytest

from app.core.ids import Key
from app.rooms.echo import Echo
from app.rooms.events import Refused
from app.rooms.json_form import body_from_json
from tests.unit.rooms.session import ADA, BEN, Session, contents

BOX = {"op": "add", "type": "rectangle", "x": 1, "y": 2}


@pytest.fixture
def session() -> Session:
    session = Session()
    session.draws(ADA, BOX)
    session.draws(BEN, BOX)
    return session


def tries(echo: Echo, session: Session, author: Key, number: int, **body: object) -> list[object]:
    """Apply a waiting `board` entry."""
    encoded = body_from_json("board", body)
    return list(echo.try_on(session.next_id(author, number), author, "board", encoded, leads=False))


def everything(echo: Echo) -> dict[str, dict[object, object]]:
    return dict(contents(echo))


def test_it_shows_what_the_rooms_will_hold_and_leaves_them_alone(session: Session) -> None:
    echo = Echo(session.rooms)
    before, state = contents(session.rooms), session.rooms.state_hash()
    made = str(session.next_id(ADA)) + ".0"
    tries(echo, session, ADA, 0, ops=[BOX])
    tries(echo, session, ADA, 1, ops=[{"op": "move", "ids": [made], "dx": 8, "dy": 0}])
    each = echo.board.object(made)
    assert each is not None
    assert each.shape.x == 9 * 8
    assert len(echo.board.objects()) == 3
    assert echo.board.undo_depth(ADA) == (3, 0)
    assert contents(session.rooms) == before
    assert session.rooms.state_hash() == state


def test_it_follows_what_lies_below(session: Session) -> None:
    echo = Echo(session.rooms)
    entry = session.draws(BEN, BOX)
    assert echo.board.object(f"{entry}.0") == session.rooms.board.object(f"{entry}.0")
    assert everything(echo) == dict(contents(session.rooms))


def test_an_entry_that_would_be_refused_changes_nothing(session: Session) -> None:
    echo = Echo(session.rooms)
    tries(echo, session, ADA, 0, ops=[BOX])
    before = everything(echo)
    far = {"op": "move", "ids": [f"{session.log[0].id}.0"], "dx": 10**8, "dy": 0}
    (refused,) = tries(echo, session, ADA, 1, ops=[BOX, far, far])
    assert isinstance(refused, Refused)
    assert everything(echo) == before


def test_deleting_and_undoing_on_top(session: Session) -> None:
    echo = Echo(session.rooms)
    (box, _) = echo.board.objects()
    tries(echo, session, ADA, 0, ops=[{"op": "delete", "ids": [box.id]}])
    assert echo.board.object(box.id) is None
    assert box.id not in [each.id for each in echo.board.objects()]
    drawing = echo.board.undo_of(ADA)
    assert drawing is not None
    echo.try_on(session.next_id(ADA, 1), ADA, "board", drawing.encode(), leads=False)
    assert echo.board.object(box.id) == box


def test_cleared_it_is_what_lies_below(session: Session) -> None:
    echo = Echo(session.rooms)
    tries(echo, session, ADA, 0, ops=[BOX, {"op": "delete", "ids": [f"{session.log[0].id}.0"]}])
    echo.clear()
    assert everything(echo) == dict(contents(session.rooms))
    assert [len(each) for each in echo.journal.maps] == [
        len(each) for each in session.rooms.journal.maps
    ]
    tries(echo, session, ADA, 0, ops=[BOX])
    assert len(echo.board.objects()) == 3


def test_the_count_of_a_layer_is_that_of_its_items(session: Session) -> None:
    echo = Echo(session.rooms)
    first = f"{session.log[0].id}.0"
    tries(echo, session, ADA, 0, ops=[BOX, BOX, {"op": "delete", "ids": [first]}])
    for each in echo.journal.maps:
        assert len(each) == len(list(each.items()))
