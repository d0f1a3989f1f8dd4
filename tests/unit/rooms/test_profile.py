from __future__ import annotations

from app.core.ids import Key
from app.rooms.events import ProfileChanged
from app.rooms.json_form import body_from_json
from app.rooms.profile import COLOURS
from tests.unit.rooms.session import ADA, BEN, CLEO, Session


def worn(session, key):
    person = session.rooms.profile.person(key)
    return person and person.colour


def test_the_later_of_two_with_one_colour_shows_the_next_free_one():
    session = Session()
    session.does(ADA, "profile", name="Ada", colour="azure", shape="square")
    session.does(BEN, "profile", name="Ben", colour="brick", shape="leaf")
    body = body_from_json("profile", {"name": "Cleo", "colour": "azure", "shape": "square"})
    assert session.raw(CLEO, "profile", body) == [
        ProfileChanged(CLEO, "Cleo", "slate", "circle", moved=True)
    ]
    assert worn(session, ADA) == "azure"


def test_a_change_keeps_the_own_colour_and_frees_the_old_one():
    session = Session()
    session.does(ADA, "profile", name="Ada", colour="azure")
    session.does(ADA, "profile", name="Ada L.", colour="azure")
    assert worn(session, ADA) == "azure"
    session.does(ADA, "profile", name="Ada L.", colour="fern")
    session.does(BEN, "profile", name="Ben")
    assert worn(session, BEN) == "azure"


def test_with_all_taken_a_colour_is_worn_twice():
    session = Session()
    people = [Key(bytes([number]) * 32) for number in range(13)]
    for number, key in enumerate(people):
        session.does(key, "profile", name=f"P{number}")
    colours = [worn(session, key) for key in people]
    assert colours[:12] == list(COLOURS)
    assert colours[12] == COLOURS[0]
