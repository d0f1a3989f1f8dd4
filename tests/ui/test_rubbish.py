"""Searches for rubbish: what a long one found alive is left alone until a session is over."""

from __future__ import annotations

import gc
from weakref import ref

import pytest

from app.ui import rubbish
from app.ui.rubbish import Rubbish


@pytest.fixture
def follower(qapp):
    gc.unfreeze()
    made = Rubbish()
    yield made
    made.close()


def test_what_lived_through_a_long_search_is_not_looked_at_again(follower, monkeypatch):
    monkeypatch.setattr(rubbish, "LONG_MS", 0.0)
    gc.collect()
    assert gc.get_freeze_count() > 1_000
    gc.unfreeze()


def test_when_a_session_is_over_everything_is_searched(follower):
    class Ring:
        def __init__(self):
            self.self = self

    gone = ref(Ring())
    gc.freeze()
    gc.collect()
    assert gone() is not None
    follower.look_everywhere()
    assert gone() is None


def test_short_searches_and_those_among_the_young_change_nothing(follower, monkeypatch):
    monkeypatch.setattr(rubbish, "LONG_MS", 1e9)
    gc.collect()
    monkeypatch.setattr(rubbish, "LONG_MS", 0.0)
    gc.collect(1)
    assert gc.get_freeze_count() == 0


def test_nothing_is_searched_while_somebody_waits(follower):
    follower.hold()
    assert not gc.isenabled()
    follower.go_on()
    assert gc.isenabled()


def test_python_searches_again_whenever_the_windows_end(qapp):
    made = Rubbish()
    made.hold()
    made.close()
    assert gc.isenabled()


def test_in_the_end_python_is_as_it_was(qapp, monkeypatch):
    before = list(gc.callbacks)
    made = Rubbish()
    monkeypatch.setattr(rubbish, "LONG_MS", 0.0)
    gc.collect()
    made.close()
    assert gc.callbacks == before
    assert gc.get_freeze_count() == 0
