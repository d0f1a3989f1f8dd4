"""A running site under fire: datagrams that are random, cut, padded, flipped, spliced, replayed.

The site is in a session with another one, and what is thrown at it was recorded from that very
session. Whatever comes, from whatever address, nothing may change but counters.

    python -m tests.fuzz.datagrams --count 1000000
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import time
from dataclasses import replace
from typing import Any

from app.core import limits
from app.node.api import Done, Event, ReadLog, Status
from app.node.channels import Kind
from app.node.contract import Address, DatagramReceived
from app.node.machine import NodeMachine
from tests.unit.node.support.world import Site, World

BURST = 100
"""Datagrams of one turn."""
LENGTH_MAX = 1_500


class Attack:
    """Two connected sites, and an attacker who saw everything they sent."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.world = World()
        self.target, self.peer = self.world.session("Ann", "Ben")
        for number in range(20):
            (self.target, self.peer)[number % 2].say(f"line {number}")
            self.world.run(0.05)
        self.world.run(3)
        self.recorded = [data for _, _, data in self.world.recorded]
        self.handshakes = [data for data in self.recorded if data[0] != Kind.SEALED]
        self.addresses = [
            self.peer.address,
            self.target.address,
            *[(f"192.0.2.{host}", 4_000 + host) for host in range(40)],
        ]

    def datagram(self) -> bytes:
        """Something hostile."""
        rng = self.rng
        data = rng.choice(self.recorded if rng.randrange(3) else self.handshakes)
        match rng.randrange(9):
            case 0:
                return rng.randbytes(rng.randrange(LENGTH_MAX))
            case 1:
                return bytes([rng.randrange(6)]) + rng.randbytes(rng.randrange(LENGTH_MAX))
            case 2:
                return data[: rng.randrange(len(data) + 1)]
            case 3:
                return data + rng.randbytes(rng.randrange(1, LENGTH_MAX))
            case 4 | 5:
                place = rng.randrange(8 * len(data))
                flipped = bytearray(data)
                flipped[place // 8] ^= 1 << place % 8
                return bytes(flipped)
            case 6:
                other = rng.choice(self.recorded)
                cut = rng.randrange(1, 60)
                return data[:cut] + other[cut:]
            case 7 if data[0] == Kind.SEALED:
                # A counter that nobody used yet: only the seal itself can tell.
                return data[:7] + rng.randbytes(2) + data[9:]
        return data

    def burst(self) -> None:
        """One turn's worth of it."""
        self.target.turn(*[DatagramReceived(self.source(), self.datagram()) for _ in range(BURST)])

    def source(self) -> Address:
        return self.rng.choice(self.addresses)

    def breathe(self) -> None:
        """Let the honest ones go on for a while."""
        self.world.run(0.5)


def picture(site: Site) -> tuple[Status, Any]:
    """What must not change: the status without counters and measurements, and the log."""
    status = site.status
    page = site.ask(lambda token: ReadLog(token, 1, limits.LOG_PAGE_ENTRIES_MAX))
    assert isinstance(page, Done)
    members = tuple([replace(member, rtt_ms=None) for member in status.members])
    return replace(status, counters={}, members=members, sent_bytes=0), page.value


def sizes(machine: NodeMachine) -> dict[str, int]:
    """Every table that a stranger could try to fill."""
    channels, wiring, session = machine.wiring.channels, machine.wiring, machine.session
    assert session is not None
    return {
        "dials": len(channels._dials),
        "answers": len(channels._answers),
        "answered": len(channels._answered),
        "channels": len(channels.table._by_index),
        "links": len(wiring.peers()),
        "reasons": len(channels.dropped),
        "hosts": len(channels._rates._of_host),
        "forgotten": len(channels.table._forgotten_at),
        "seen": len(wiring.book._seen),
        "book": len(wiring.book.records()),
        "heard": len(session.desk.heard),
        "pulse": len(session.pulse._heard),
        "admissions": len(session.people._admissions),
        "candidates": len(session.order.recovery.candidates),
    }


BOUNDS = {
    "dials": limits.DIALS_MAX,
    "answers": limits.ANSWERS_MAX,
    "answered": limits.ANSWERS_MAX,
    "channels": limits.CHANNELS_PER_PEER_MAX,
    "links": 1,
    "reasons": 20,
    "hosts": limits.HELLOS_PER_SECOND_MAX,
    "forgotten": 0,
    "seen": 1,
    "book": 2,
    "heard": 1,
    "pulse": 1,
    "admissions": 0,
    "candidates": 0,
}


def attack(count: int, seed: int) -> tuple[Attack, list[Event]]:
    """Throw `count` datagrams; what the target told meanwhile.

    Raises:
        AssertionError: something changed or grew.
    """
    fight = Attack(seed)
    target = fight.target
    before = picture(target)
    target.events.clear()
    told: list[Event] = []
    for burst in range(1, count // BURST + 1):
        fight.burst()
        told += target.events
        target.events.clear()
        if burst % 20 == 0:
            fight.breathe()
            told += target.events
            target.events.clear()
            for name, size in sizes(target.machine).items():
                assert size <= BOUNDS[name], (name, size)
    assert picture(target) == before
    target.events.clear()
    return fight, told


def memory_mib() -> float:
    """The most this process ever had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    attack(min(wanted.count, 10 * BURST), wanted.seed)
    before, start = memory_mib(), time.perf_counter()
    fight, told = attack(wanted.count, wanted.seed)
    seconds = time.perf_counter() - start
    dropped = fight.target.machine.wiring.channels.dropped
    out = [f"{reason:40} {count:>9}" for reason, count in sorted(dropped.items())]
    out += [
        f"{'dropped':40} {sum(dropped.values()):>9}",
        f"{'thrown':40} {wanted.count:>9}",
        f"{'told to people':40} {len(told):>9}",
        f"{wanted.count / seconds:.0f} datagrams/s, {seconds:.0f} s",
        f"peak memory {before:.1f} MiB before, {memory_mib():.1f} MiB after",
    ]
    sys.stdout.write("\n".join(out) + "\n")


if __name__ == "__main__":
    main()
