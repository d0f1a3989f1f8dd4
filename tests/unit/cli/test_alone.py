"""The played people: who they are, that they listen to the person, and that they end at any time."""

from __future__ import annotations

import asyncio

import pytest

from app.cli.alone import Alone
from app.core.ids import Key, site_of
from app.dispatcher.entries import Entry, Placed
from app.dispatcher.epochs import Epoch
from app.node.api import EntryShown

PERSON, OTHER = Key(b"p" * 32), Key(b"o" * 32)


@pytest.fixture
def alone():
    loop = asyncio.new_event_loop()
    played = Alone(loop, "Ada")
    yield played
    played.close()
    loop.close()


def shown(author: Key, kind: str) -> EntryShown:
    entry = Entry(author, 1, 1, b"", kind, b"", 0, 0, b"", b"")
    return EntryShown(Placed(1, Epoch(1, 0, b"", 0), 0, b"", entry), "somebody", False)


def there(played: Alone) -> list[bool]:
    """Everybody is ready; whether they heard the person is noted."""
    heard: list[bool] = []
    played._person = site_of(PERSON)
    played._ready = dict.fromkeys(range(3))
    played._conversation.heard = lambda: heard.append(True)  # type: ignore[method-assign]
    return heard


def test_nobody_has_the_name_of_the_person_at_this_computer(alone):
    assert "Ada" not in alone._names
    assert len(alone._names) == 3


@pytest.mark.parametrize("kind", ["chat", "board"])
def test_they_listen_when_the_person_says_or_draws_something(alone, kind):
    heard = there(alone)
    alone.ordered([shown(OTHER, kind), shown(PERSON, kind)])
    assert heard == [True]


def test_they_go_on_with_what_they_said_themselves_and_with_what_is_no_talk(alone):
    heard = there(alone)
    alone.ordered([shown(OTHER, "chat"), shown(PERSON, "profile")])
    assert heard == []


def test_nobody_listens_before_everybody_is_there(alone):
    heard = there(alone)
    alone._ready.popitem()
    alone.ordered([shown(PERSON, "chat")])
    assert heard == []


def test_they_can_be_ended_before_they_began(alone):
    alone.close()
    alone.begin("talkstick:none", site_of(PERSON))
    assert not alone._company._members
