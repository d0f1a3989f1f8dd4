"""Counting harm in what a stream consumed at several sites."""

from __future__ import annotations

import pytest

from app.bench.hops import harm
from app.core.ids import SiteId

A, B = SiteId("a"), SiteId("b")
WHOLE = [(1.0, A, 1), (2.0, B, 1), (3.0, A, 2), (4.0, B, 2)]


def test_each_senders_messages_once_and_in_order_are_no_harm():
    assert harm(WHOLE, 2, 2) == (0, 0, 0)


@pytest.mark.parametrize(
    ("consumed", "found"),
    [
        (WHOLE[:-1], (1, 0, 0)),
        ([*WHOLE, (5.0, B, 2)], (0, 1, 0)),
        ([(5.0, A, 1), *WHOLE[1:]], (0, 0, 1)),
        (WHOLE[::2], (2, 0, 0)),
    ],
)
def test_what_is_missing_twice_or_early_is_counted(consumed, found):
    assert harm(consumed, 2, 2) == found
