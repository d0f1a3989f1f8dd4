"""ORDER.md 1: ids of views and epochs, compared as tuples."""

from __future__ import annotations

import pytest

from app.core.ids import site_bytes, site_of
from app.core.schema import Codec
from app.dispatcher.epochs import Ballot, Epoch, ViewId, epoch_of
from tests.unit.dispatcher.orders import A, B

LEADER = site_bytes(site_of(A))


def test_a_primary_view_comes_before_its_branches_and_they_before_the_next():
    ids = [ViewId(3), ViewId(3, 1, LEADER), ViewId(3, 2, LEADER), ViewId(4)]
    assert sorted([ids[2], ids[0], ids[3], ids[1]]) == ids


def test_t6_an_epoch_of_a_later_view_is_higher_whatever_its_moves():
    assert epoch_of(ViewId(2), 9) < epoch_of(ViewId(3), 0) < epoch_of(ViewId(3), 1)


def test_an_epoch_names_its_view():
    view = ViewId(7, 1, LEADER)
    assert epoch_of(view, 2).view == view


def test_epochs_are_shown_as_view_and_move():
    assert str(epoch_of(ViewId(7), 2)) == "7.2"
    assert str(epoch_of(ViewId(7, 1, LEADER), 2)) == f"7-1@{site_of(A)[:6]}.2"


@pytest.mark.parametrize("epoch", [Epoch(7, 0, b"", 2), Epoch(7, 1, LEADER, 2)])
def test_hashes_cover_what_travels(epoch):
    assert Codec(Epoch).to_plain(epoch) == epoch.plain()


def test_p1_ballots_of_one_number_are_told_apart_by_their_owners():
    first, second = sorted([Ballot(1, A), Ballot(1, B)])
    assert first < second < Ballot(2, A)
