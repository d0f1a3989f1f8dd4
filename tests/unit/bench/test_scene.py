"""Scenes: who talks when, the same for every policy."""

from __future__ import annotations

from itertools import pairwise

from app.bench.scene import equal_ways, paper_chat
from app.core.rng import Rng


def scene(total_s=60.0):
    return paper_chat(50.0, 20.0, total_s, Rng("test"))


def test_in_the_papers_chat_one_talks_and_two_say_little():
    first = [saying for saying in scene().sayings if saying.at_ms < 18_000]
    counts = [sum(saying.author == author for saying in first) for author in range(3)]
    assert abs(counts[0] - 180) < 10
    assert abs(counts[1] - 45) < 5
    assert all(saying.talks == (saying.author == 0) for saying in first)


def test_the_turn_goes_round():
    talkers = [saying.author for saying in scene().sayings if saying.talks]
    changes = [after for before, after in pairwise(talkers) if before != after]
    assert changes[:2] == [1, 2]
    assert 2 <= len(changes) <= 3


def test_a_scene_is_in_order_and_the_same_each_time():
    sayings = scene().sayings
    assert list(sayings) == sorted(sayings, key=lambda saying: saying.at_ms)
    assert sayings == scene().sayings


def test_every_pair_has_two_ways():
    assert len(equal_ways(4, 1.0, 0.1)) == 12
