from __future__ import annotations

from app.core.instant import SECOND
from tests.fuzz.datagrams import attack


def test_twenty_thousand_hostile_datagrams_change_nothing():
    fight, told = attack(20_000, seed=1)
    assert told == []
    dropped = fight.target.machine.wiring.channels.dropped
    for reason in ("forged", "replayed", "unknown channel", "hello refused", "wrong length"):
        assert dropped[reason] > 0
    fight.target.say("still here")
    fight.world.run(1)
    assert fight.peer.status.head_index == fight.target.status.head_index
    assert fight.world.now > SECOND
