"""What answers nearby as rows of the lobby, and the one session of a title for a command."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from app.cli.finding import Finding
from app.cli.neighbours import near_rows
from app.cli.outcome import CommandFailed
from app.core import limits
from app.crypto.hello import session_tag
from app.node.api import NearShown

KEY = bytes(range(32)).hex()


def near(title: str = "Tea", tag: bytes = b"t" * 16, **changes: Any) -> NearShown:
    fields: dict[str, Any] = {
        "tag": tag,
        "title": title,
        "people": (("Ann", "fern"),),
        "count": 1,
        "holder": "Ann",
        "admits": True,
        "addresses": ("10.0.0.1:1",),
        "version": "2.0",
        "too_new": False,
    }
    return NearShown(**{**fields, **changes})


def test_a_stranger_asks_and_is_no_member():
    ((row, shown),) = near_rows([near()], [], "").values()
    assert (row.key, row.member, row.admits, row.needs) == ((b"t" * 16).hex(), False, True, "")
    assert shown.addresses == ("10.0.0.1:1",)


def test_a_session_of_this_disk_goes_by_its_own_key():
    rows = near_rows([near(tag=session_tag(bytes.fromhex(KEY)))], [KEY], "")
    assert rows[KEY][0].member


def test_the_session_that_is_open_here_is_not_near():
    assert near_rows([near(tag=session_tag(bytes.fromhex(KEY)))], [KEY], KEY) == {}


def test_a_newer_one_says_what_it_needs():
    ((row, _),) = near_rows([near(too_new=True)], [], "").values()
    assert row.needs == "2.0"


class Around:
    """A neighbourhood that answers at once."""

    def __init__(self, finding: Finding, *sessions: NearShown) -> None:
        self._finding, self._sessions = finding, sessions

    async def look(self) -> None:
        self._finding.show(self._sessions)


def found(title: str, *sessions: NearShown) -> NearShown:
    wanted = Finding(title)
    around: Any = Around(wanted, *sessions)
    return asyncio.run(wanted.find(around))


def test_a_title_is_found_however_it_is_written():
    assert found("tEA", near("Cake"), near()).title == "Tea"


@pytest.mark.parametrize(
    ("sessions", "words"),
    [
        ((near("Cake"),), "Near here are: 'Cake'"),
        ((), "No session answered near here at all"),
        ((near(), near(tag=b"u" * 16)), "2 sessions near here"),
        ((near(too_new=True),), "Update to join"),
        ((near(admits=False),), "Ask for an invite"),
    ],
)
def test_what_can_not_be_asked_is_said_with_a_way_out(monkeypatch, sessions, words):
    monkeypatch.setattr(limits, "NEAR_PATIENCE_MICROS", 0)
    with pytest.raises(CommandFailed, match="(?s)" + words):
        found("Tea", *sessions)
