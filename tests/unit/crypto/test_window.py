"""The replay window alone: peeking remembers nothing, and it never grows."""

from __future__ import annotations

import pytest

from app.core import limits
from app.core.errors import RemoteError
from app.crypto.window import ReplayWindow


def test_peeking_remembers_nothing() -> None:
    window = ReplayWindow()
    window.peek(5)
    window.peek(5)
    window.commit(5)
    with pytest.raises(RemoteError):
        window.peek(5)
    assert window.refused == 1


def test_the_bitmap_stays_within_its_bound() -> None:
    window = ReplayWindow()
    for counter in range(3 * limits.REPLAY_WINDOW_PACKETS):
        window.commit(counter)
    assert window._seen.bit_length() == limits.REPLAY_WINDOW_PACKETS
