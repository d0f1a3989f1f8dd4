from __future__ import annotations

import pytest

from app.core.errors import LocalError
from app.core.ids import site_of
from app.rooms.events import Refused
from app.rooms.json_form import body_from_json
from tests.unit.rooms.session import ADA, BEN, CLEO, Session


@pytest.fixture
def session():
    return Session()


def _set(session, author, key, role, **more):
    session.does(author, "control.role", key=key.hex(), role=role, **more)


def test_control_takes_a_moderator_or_the_leader(session):
    assert "moderator" in session.refused(BEN, "control.policy", policy="fixed")
    session.does(BEN, "control.policy", policy="paper:10", leads=True)
    assert session.rooms.control.policy == "paper:10"
    _set(session, ADA, BEN, "moderator")
    session.does(BEN, "control.title", title="Sailing")
    assert session.rooms.control.title == "Sailing"


def test_the_founder_owns_and_others_edit(session):
    assert session.rooms.control.role(ADA) == "owner"
    assert session.rooms.control.role(BEN) == "editor"


def test_a_viewer_talks_and_does_not_draw(session):
    _set(session, ADA, BEN, "viewer")
    session.does(BEN, "chat", text="Hi")
    op = {"op": "add", "type": "rectangle"}
    assert "role" in session.refused(BEN, "board", ops=[op])
    assert "role" in session.refused(BEN, "board.new", title="Mine")


def test_a_ban_silences_until_a_role_is_given(session):
    session.does(ADA, "control.ban", key=BEN.hex())
    assert session.refused(BEN, "chat", text="Hi") == "you were banned"
    assert session.refused(BEN, "control.title", title="x", leads=True) == "you were banned"
    _set(session, ADA, BEN, "editor")
    session.does(BEN, "chat", text="Hi")


def test_owners_are_made_and_unmade_by_owners_only_and_one_stays(session):
    _set(session, ADA, BEN, "moderator")
    assert "owner" in session.refused(BEN, "control.ban", key=ADA.hex(), leads=True)
    assert "owner" in session.refused(BEN, "control.role", key=BEN.hex(), role="owner", leads=True)
    assert "last owner" in session.refused(ADA, "control.role", key=ADA.hex(), role="editor")
    _set(session, ADA, BEN, "owner")
    _set(session, BEN, ADA, "editor")
    assert session.rooms.control.role(ADA) == "editor"


def test_invites_are_made_once_and_revoked_for_good(session):
    invite = {"id": "01" * 16, "end": 5, "uses": 2, "role": "viewer"}
    session.does(ADA, "control.invite", **invite)
    state = session.rooms.control.invite(b"\1" * 16)
    assert (state.end, state.uses, state.role, state.revoked) == (5, 2, "viewer", False)
    assert "before" in session.refused(ADA, "control.invite", **invite)
    session.does(ADA, "control.revoke", id="01" * 16)
    assert session.rooms.control.invite(b"\1" * 16).revoked
    assert "no invite" in session.refused(ADA, "control.revoke", id="02" * 16)


def test_who_came_by_an_invite_counts_once_and_has_its_role(session):
    counted = {"id": "01" * 16, "uses": 2, "role": "viewer"}
    session.does(ADA, "control.invite", **counted)
    session.does(ADA, "control.invite", id="02" * 16)
    for _ in range(2):
        session.does(ADA, "control.came", key=BEN.hex(), invite="01" * 16)
    session.does(ADA, "control.came", key=CLEO.hex(), invite="02" * 16)
    control = session.rooms.control
    assert control.invite(b"\1" * 16).came == (BEN,)
    assert control.invite(b"\2" * 16).came == ()
    assert (control.role(BEN), control.role(CLEO)) == ("viewer", "editor")
    session.does(ADA, "control.role", key=BEN.hex(), role="moderator")
    session.does(ADA, "control.came", key=BEN.hex(), invite="01" * 16)
    assert control.role(BEN) == "moderator"
    assert "no invite" in session.refused(ADA, "control.came", key=BEN.hex(), invite="03" * 16)
    assert session.refused(CLEO, "control.came", key=CLEO.hex(), invite="01" * 16)


def test_streams_pin_and_code(session):
    home = site_of(BEN)
    session.does(
        ADA, "control.stream", stream="poll", home=home, epoch=[1, 0, "", 0], what="created"
    )
    session.does(ADA, "control.stream", stream="poll", home=home, epoch=[1, 0, "", 2], what="moved")
    assert session.rooms.control.stream("poll").home == home
    assert str(session.rooms.control.streams()[0][1].epoch) == "1.2"
    session.does(
        ADA, "control.stream", stream="poll", home=home, epoch=[1, 0, "", 2], what="destroyed"
    )
    assert session.rooms.control.stream("poll") is None
    session.does(ADA, "control.pin", site=home)
    assert session.rooms.control.pin == home
    session.does(ADA, "control.pin", site=None)
    assert session.rooms.control.pin is None
    session.does(ADA, "control.code", hash="ab" * 32)
    assert session.rooms.control.allows_code(b"\xab" * 32)


@pytest.mark.parametrize("policy", ["", "paper:0", "paper:", "fast", "paper:1000000"])
def test_only_known_policies_are_taken(session, policy):
    with pytest.raises(LocalError, match="policy"):
        body_from_json("control.policy", {"policy": policy})


def test_a_change_of_role_counts_from_its_place_in_the_order(session):
    line = session.does(BEN, "chat", text="x")
    assert "moderator" in session.refused(CLEO, "chat.delete", of=str(line))
    _set(session, ADA, CLEO, "moderator")
    session.does(CLEO, "chat.delete", of=str(line))
    session.rooms.revert_to(2)
    body = body_from_json("chat.delete", {"of": str(line)})
    assert isinstance(session.raw(CLEO, "chat.delete", body)[0], Refused)
