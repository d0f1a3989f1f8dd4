from __future__ import annotations

from tests.fuzz.frames import lie


def test_two_thousand_lies_of_members_end_in_no_failure():
    liar, failures = lie(2_000, seed=1)
    assert failures == {}
    assert liar.counts["refused"] > 20
    assert liar.counts["taken"] > 1_000
