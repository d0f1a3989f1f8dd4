"""`share` at the site's desk: who waits for what, and one line for every no."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.cli.request import Gathered
from app.cli.sharelines import ShareLines, share_json
from app.core.errors import KnownError, LocalError
from app.core.ids import SiteId
from app.node import api
from app.node.api import ConsentShown, Denied, Done, ShareShown
from tests.unit.cli.test_desk import Counter
from tests.unit.tkshare.stage import OFFER

SHARE = "k7w2mfq4x3ts5aub.3.41"
ADA = SiteId("k7w2mfq4x3ts5aub")
SHOWN = ShareShown(
    id=SHARE,
    title="Order form",
    toolkit="tk",
    program="ab",
    owner=ADA,
    phase="running",
    people=(api.TakesPart(ADA, "Ada", True, True, "tk", ()),),
    index=7,
    actions=0,
    events=0,
    floor="free",
    holder=None,
    queue=(),
    dragging=None,
    identical=None,
    agreed=0,
    copies=0,
    differs=None,
    long=False,
    copy="starting",
    told=0,
    steps=1,
    hung=False,
    why="",
)


def changed(**values):
    return api.ShareChanged(replace(SHOWN, **values))


def offering(desk):
    """A program is read, and its offer given to the session; the command."""
    assert desk.ask(do="share", program="form.py", folder="/home", arguments=["-x"]) is None
    (wanted, then) = desk.wanted.pop()
    assert (wanted.program, wanted.folder, wanted.arguments) == ("form.py", "/home", ("-x",))
    then(Gathered(OFFER, b"listing"))
    return desk.commands.pop()


def test_whoever_shares_a_program_waits_for_the_copy_here():
    desk = Counter()
    command = offering(desk)
    assert (command.offer, command.listing) == (OFFER, b"listing")
    assert desk.tell(Done(command.token, SHARE)) == []
    assert desk.tell(changed()) == []
    (answer,) = desk.tell(changed(copy="current"))
    assert answer["rows"][0]["copy"] == "current"
    assert answer["done"]
    assert desk.tell(changed(copy="current")) == []


@pytest.mark.parametrize("values", [{"copy": "failed"}, {"copy": "ended"}, {"phase": "ended"}])
def test_whoever_waits_hears_why_there_is_no_copy(values):
    desk = Counter()
    desk.tell(Done(offering(desk).token, SHARE))
    (answer,) = desk.tell(changed(why="no display", **values))
    assert (answer["error"], answer["exit"]) == ("The program does not run here: no display", 1)


@pytest.mark.parametrize(("error", "code"), [(LocalError("what?"), 2), (KnownError("what?"), 1)])
def test_a_program_that_cannot_be_shared_is_told(error, code):
    desk = Counter()
    desk.ask(do="share", program="form.py", folder="/home", arguments=[])
    desk.wanted.pop()[1](error)
    assert desk.connection.taken() == [{"request": 7, "error": "what?", "exit": code}]


def test_a_copy_that_takes_long_is_told_and_goes_on():
    desk = Counter()
    desk.tell(Done(offering(desk).token, SHARE))
    desk.timers[0].call()
    (answer,) = desk.connection.taken()
    assert "goes on trying" in answer["error"]
    assert desk.tell(changed(copy="current")) == []


def test_joining_asks_first_and_then_waits():
    desk = Counter()
    command = desk.ask(do="share-consent", id=SHARE)
    assert command == api.JoinShare(command.token, SHARE, consent=False)
    shown = ConsentShown(SHARE, "Order form", "form.py", ("-x",), 1, 10, "ab", ADA, "Ada")
    (answer,) = desk.tell(Done(command.token, shown))
    assert answer["rows"][0]["from"] == {"site": ADA, "name": "Ada"}
    desk.tell(changed(copy="failed", why="of the copy before"))
    command = desk.ask(do="share-join", id=SHARE, python="/usr/bin/python3")
    assert command == api.JoinShare(command.token, SHARE, True, "/usr/bin/python3")
    assert desk.tell(Done(command.token)) == []
    (answer,) = desk.tell(changed(copy="current"))
    assert answer["done"]


@pytest.mark.parametrize("do", ["share-consent", "share-join", "share-end", "share-list"])
def test_what_the_session_denies_is_told(do):
    desk = Counter()
    command = desk.ask(do=do, id=SHARE)
    (answer,) = desk.tell(Denied(command.token, "no"))
    assert (answer["error"], answer["exit"]) == ("no", 1)


def test_a_share_that_never_was_ends_the_waiting():
    desk = Counter()
    desk.tell(Done(offering(desk).token, SHARE))
    (answer,) = desk.tell(api.ShareGone(SHARE))
    assert "never was" in answer["error"]


def test_without_a_window_a_file_dialog_is_cancelled():
    desk = Counter()
    desk.tell(api.ShareFileWanted(SHARE, "open", "Open", ""))
    command = desk.commands.pop()
    assert command == api.AnswerFile(command.token, SHARE, ())


@pytest.mark.parametrize(
    "message",
    [
        {"do": "share"},
        {"do": "share", "program": 7, "folder": "/", "arguments": []},
        {"do": "share", "program": "a", "folder": "/", "arguments": [7]},
        {"do": "share", "program": "\ud800", "folder": "/", "arguments": []},
        {"do": "share", "program": "a", "folder": "/", "arguments": ["\ud800"]},
        {"do": "share", "program": "a", "folder": "/", "arguments": "-x"},
        {"do": "share-join"},
        {"do": "share-end", "id": None},
    ],
)
def test_a_request_that_is_wrong_is_refused(message):
    desk = Counter()
    assert desk.ask(**message) is None
    (answer,) = desk.connection.taken()
    assert answer["exit"] == 2
    assert desk.wanted == []


def test_a_site_says_of_a_share_what_people_talk_about():
    lines = ShareLines()
    (first,) = lines.lines(changed())
    assert first == {"event": "share", **share_json(SHOWN)}
    assert lines.lines(changed(index=9, events=3, steps=4, told=4, agreed=8)) == []
    (hung,) = lines.lines(changed(hung=True))
    assert hung["copy"] == "hung"
    assert lines.lines(api.ShareGone(SHARE)) == [{"event": "share-gone", "id": SHARE}]
    assert len(lines.lines(changed(hung=True))) == 1
    assert lines.lines(Done(1)) == []
