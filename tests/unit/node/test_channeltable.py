"""Which of several channels to a peer is used. What both ends then use: test_channels.py."""

from __future__ import annotations

import itertools

import pytest

from app.core import limits
from app.core.ids import site_of
from app.core.instant import Micros
from app.core.rng import Rng
from app.crypto.handshake import Peer
from app.crypto.hello import Pattern
from app.crypto.keys import Identity
from app.crypto.null import NullBox
from app.node.channeltable import Channel, ChannelTable

OWN, PEER = sorted([Identity(Rng(name).bytes(32)).key for name in ("one", "other")], key=site_of)
"""This site is the lower one."""
LATE = Micros(100 * limits.DIAL_PATIENCE_MICROS)
SILENT = limits.CHANNEL_SILENT_MICROS
PATIENCE = limits.DIAL_PATIENCE_MICROS


def table_of(*channels):
    table = ChannelTable(OWN)
    for channel in channels:
        assert table.add(channel, 0)
    return table


def channel(index, *, opened=0, heard=0, initiated=True, confirmed=True, life=(1, 0)):
    """A channel that was opened and last heard so long before `LATE`."""
    return Channel(
        peer=Peer(PEER, 1, b""),
        life=life,
        address=("10.0.0.2", 7000),
        index=index,
        remote_index=index.to_bytes(4, "big"),
        box=NullBox(b"", b""),
        pattern=Pattern.MEMBER,
        hash=bytes([index]) * 32,
        initiated=initiated,
        invite_id=b"",
        opened_at=Micros(LATE - opened),
        last_heard=Micros(LATE - heard),
        confirmed=confirmed,
    )


def test_there_is_none_to_whom_none_leads():
    assert ChannelTable(OWN).channel(PEER) is None
    assert ChannelTable(OWN).heard_at(PEER) is None


def test_one_alone_is_used_whatever_it_is():
    table = table_of(channel(1, opened=PATIENCE, heard=10 * SILENT, confirmed=False))
    assert table.channel(PEER).index == 1


BETTER_AND_WORSE = [
    pytest.param(
        {"initiated": False, "opened": 10 * PATIENCE}, {"heard": SILENT}, id="heard, silent"
    ),
    pytest.param(
        {"initiated": False, "opened": 10 * PATIENCE}, {"confirmed": False}, id="works, unproven"
    ),
    pytest.param({"initiated": False}, {"opened": PATIENCE}, id="new, old"),
    pytest.param(
        {"opened": PATIENCE - 1}, {"initiated": False}, id="the lower site's, the other's"
    ),
    pytest.param({}, {"opened": 1}, id="newer, older"),
    pytest.param({"heard": SILENT - 1}, {"opened": 1}, id="not silent for long, older"),
]


@pytest.mark.parametrize(("better", "worse"), BETTER_AND_WORSE)
def test_the_better_one_is_used_whichever_came_first(better, worse):
    for first, second in itertools.permutations([(1, better), (2, worse)]):
        table = table_of(*(channel(index, **given) for index, given in (first, second)))
        assert table.channel(PEER).index == 1


def test_one_that_is_dead_at_the_other_end_only_is_given_up_once_another_is_heard_that_long():
    dead, alive = channel(1), channel(2, opened=1)
    table = table_of(dead, alive)
    table.heard(alive, Micros(LATE + SILENT - 1))
    assert table.channel(PEER) is dead
    table.heard(alive, Micros(LATE + SILENT))
    assert table.channel(PEER) is alive


def test_when_the_used_one_closes_the_next_is_used():
    first, second = channel(1), channel(2, opened=1)
    table = table_of(first, second)
    table.close(first)
    assert table.channel(PEER) is second
    table.close(second)
    assert table.channel(PEER) is None


def test_a_younger_life_ends_the_older_and_an_older_one_is_refused():
    table = table_of(channel(1), channel(2, life=(1, 1)))
    assert table.find(1) is None
    assert not table.add(channel(3), 0)
    assert table.channel(PEER).index == 2
