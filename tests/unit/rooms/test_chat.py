from __future__ import annotations

import pytest

from app.core import limits
from app.core.ids import site_of
from app.rooms.chat import UNTOUCHED
from app.rooms.events import ChatDeleted, ChatEdited, ChatOrdered, ReactionChanged
from app.rooms.json_form import body_from_json
from tests.unit.rooms.session import ADA, BEN, CLEO, Session


@pytest.fixture
def session():
    return Session()


def test_a_line_is_told_with_all_it_carries(session):
    first = session.does(ADA, "chat", text="Hi")
    body = body_from_json(
        "chat",
        {
            "text": "*Yes*",
            "reply_to": str(first),
            "anchor": ["", f"{first}.0"],
            "files": ["ab" * 32],
        },
    )
    reply = session.next_id(BEN)
    assert session.raw(BEN, "chat", body) == [
        ChatOrdered(
            2, reply, BEN, "*Yes*", first, ("main", f"{first}.0"), (b"\xab" * 32,), 7, 1_002
        )
    ]


def test_lines_leave_no_state(session):
    before = session.rooms.state_hash()
    for _ in range(100):
        session.does(BEN, "chat", text="one more")
    assert session.rooms.state_hash() == before
    assert all(not each for _, each in _chat_maps(session))


def _chat_maps(session):
    return [(m.room, dict(m.items())) for m in session.rooms._journal._maps if "chat" in m.room]


def test_an_author_edits_and_deletes_own_lines(session):
    line = session.does(BEN, "chat", text="teh")
    body = body_from_json("chat.edit", {"of": str(line), "text": "the"})
    assert session.raw(BEN, "chat.edit", body) == [ChatEdited(2, line, "the")]
    assert session.rooms.chat.overlay(line).text == "the"
    body = body_from_json("chat.delete", {"of": str(line)})
    assert session.raw(BEN, "chat.delete", body) == [ChatDeleted(3, line, BEN)]
    assert session.rooms.chat.overlay(line).deleted
    assert session.rooms.chat.overlay(line).text is None


def test_nobody_edits_another_ones_line_and_only_a_moderator_deletes_it(session):
    line = session.does(BEN, "chat", text="mine")
    assert "its author" in session.refused(ADA, "chat.edit", of=str(line), text="x")
    assert "moderator" in session.refused(CLEO, "chat.delete", of=str(line))
    session.does(ADA, "chat.delete", of=str(line))
    assert "deleted" in session.refused(BEN, "chat.edit", of=str(line), text="x")
    assert "deleted" in session.refused(BEN, "chat.react", of=str(line), emoji="👍", on=True)


def test_a_line_that_does_not_exist_yet_is_not_edited(session):
    later = session.next_id(BEN, 5)
    assert "not exist" in session.refused(BEN, "chat.edit", of=str(later), text="x")


def test_reactions_are_one_of_each_for_each_person(session):
    line = session.does(ADA, "chat", text="Hi")
    for author in (BEN, CLEO, BEN):
        session.does(author, "chat.react", of=str(line), emoji="👍", on=True)
    assert session.rooms.chat.overlay(line).reactions == (
        ("👍", site_of(BEN)),
        ("👍", site_of(CLEO)),
    )
    body = body_from_json("chat.react", {"of": str(line), "emoji": "👍", "on": False})
    assert session.raw(BEN, "chat.react", body) == [ReactionChanged(5, line, BEN, "👍", False)]
    assert session.raw(BEN, "chat.react", body) == []
    session.does(CLEO, "chat.react", of=str(line), emoji="👍", on=False)
    assert session.rooms.chat.overlay(line) == UNTOUCHED


def test_overlays_are_bounded(session, monkeypatch):
    lines = [session.does(BEN, "chat", text="abc") for _ in range(4)]
    monkeypatch.setattr(limits, "CHAT_OVERLAYS_MAX", 2)
    monkeypatch.setattr(limits, "CHAT_EDITED_CHARACTERS_MAX", 10)
    session.does(BEN, "chat.edit", of=str(lines[0]), text="x" * 6)
    assert "edited text" in session.refused(BEN, "chat.edit", of=str(lines[1]), text="x" * 5)
    session.does(BEN, "chat.edit", of=str(lines[0]), text="x" * 3)
    session.does(BEN, "chat.edit", of=str(lines[1]), text="x" * 7)
    assert "too many" in session.refused(BEN, "chat.delete", of=str(lines[2]))
    session.does(BEN, "chat.delete", of=str(lines[1]))
    session.does(BEN, "chat.edit", of=str(lines[0]), text="x" * 10)
    monkeypatch.setattr(limits, "CHAT_REACTIONS_MAX", 1)
    session.does(BEN, "chat.react", of=str(lines[0]), emoji="a", on=True)
    assert "reactions" in session.refused(BEN, "chat.react", of=str(lines[0]), emoji="b", on=True)
