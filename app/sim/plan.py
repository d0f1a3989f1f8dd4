"""The plan of a run: what one seed decides before anything happens.

Swarm: each fault exists in some runs and in others not at all, so that rare combinations are not
washed out by an even mixture of everything. The plan heads every report, and a field can be
overridden by name, which is how a failing run is made smaller. Draws nothing after `draw`.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from app.core.errors import LocalError
from app.core.rng import Rng

POLICIES = ("adaptive", "paper:5", "paper:20", "fixed", "manual")


@dataclass(frozen=True, slots=True)
class Plan:
    """Times in milliseconds of virtual time, chances per packet or action, counts per run.

    `split_ms` is one long partition with the token on the smaller side, from which a site restarts.
    `shares` are programs that people share; a person acts in one every `act_ms`, a copy takes up
    to `replay_ms` for an event. `kills` are crashes without a restart before all is healed; `duels`
    are views proposed for no reason, by several at once. `stream_crashes` are aimed at the steps of a
    stream's move and of its messages; no seed draws them, so that long runs stay what they were.
    `asking` is the chance that a newcomer asks to be let in instead of using an invite.
    `snapshot_every`: entries between two snapshots, 0: none; `tail`: settled entries kept in memory,
    0: all.
    """

    sites: int = 3
    null_crypto: bool = True
    safety_ms: int = 8_000
    # packets
    delay_ms: float = 20.0
    jitter_ms: float = 2.0
    loss: float = 0.0
    burst_share: float = 0.0
    burst_ms: float = 200.0
    duplicate: float = 0.0
    reorder: float = 0.0
    flip: float = 0.0
    truncate: float = 0.0
    replay: float = 0.0
    # paths
    one_way_cuts: int = 0
    partitions: int = 0
    flaps: int = 0
    cut_ms: float = 1_000.0
    split_ms: int = 0
    # sites
    crashes: int = 0
    aimed_crashes: int = 0
    down_ms: float = 500.0
    pauses: int = 0
    pause_ms: float = 2_000.0
    disk_failures: int = 0
    slow_turn_ms: float = 0.0
    drift_ppm: int = 0
    kills: int = 0
    duels: int = 0
    # people
    policy: str = "adaptive"
    join_ms: float = 500.0
    talk_ms: float = 400.0
    burst_talk: float = 0.1
    boards: float = 0.1
    odd_kinds: float = 0.05
    long_texts: float = 0.0
    moves: int = 4
    storms: int = 0
    policy_changes: int = 0
    streams: int = 0
    appends: int = 0
    stream_moves: int = 0
    agents: int = 0
    controllers: int = 0
    stream_crashes: int = 0
    shares: int = 0
    act_ms: float = 400.0
    replay_ms: float = 5.0
    endings: int = 0
    invites: int = 1
    leaves: int = 0
    closings: int = 0
    asking: float = 0.0
    snapshot_every: int = 0
    tail: int = 0

    def describe(self) -> str:
        """What differs from a quiet run, for the head of a report."""
        quiet = Plan()
        shown = [f"sites={self.sites}", f"safety_ms={self.safety_ms}", f"policy={self.policy}"]
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if field.name not in {"sites", "safety_ms", "policy"} and value != getattr(
                quiet, field.name
            ):
                shown.append(f"{field.name}={value}")
        return " ".join(shown)


def draw(rng: Rng, seed: int) -> Plan:
    """The plan of `seed`: mostly 2 to 5 sites, each fault in about a third of the runs."""

    def often(low: float, high: float, chance: float = 0.35) -> float:
        value = round(rng.uniform(low, high), 4)
        return value if rng.chance(chance) else 0.0

    def count(most: int, chance: float = 0.35) -> int:
        value = rng.between(1, most)
        return value if rng.chance(chance) else 0

    sites = rng.choice((1, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 5, 5, 6, 7))
    return Plan(
        sites=sites,
        null_crypto=seed % 10 != 0,
        safety_ms=rng.choice((2_000, 4_000, 6_000, 8_000, 12_000, 25_000)),
        delay_ms=rng.choice((0.5, 5.0, 20.0, 60.0, 150.0)),
        jitter_ms=rng.choice((0.0, 0.5, 5.0, 30.0)),
        loss=often(0.01, 0.3),
        burst_share=often(0.02, 0.25, 0.2),
        burst_ms=rng.choice((50.0, 300.0, 1_500.0)),
        duplicate=often(0.01, 0.3),
        reorder=often(0.01, 0.2),
        flip=often(0.002, 0.05, 0.2),
        truncate=often(0.002, 0.05, 0.2),
        replay=often(0.01, 0.1, 0.25),
        one_way_cuts=count(4),
        partitions=count(3),
        flaps=count(2, 0.2),
        cut_ms=rng.choice((300.0, 1_500.0, 5_000.0, 12_000.0)),
        split_ms=rng.choice((0, 0, 0, 0, 0, 3_000, 13_000)),
        crashes=count(4),
        aimed_crashes=count(4),
        down_ms=rng.choice((50.0, 500.0, 3_000.0, 13_000.0)),
        pauses=count(3, 0.25),
        pause_ms=rng.choice((300.0, 3_000.0, 12_000.0)),
        disk_failures=count(2, 0.15),
        slow_turn_ms=often(1.0, 30.0, 0.2),
        drift_ppm=rng.choice((0, 0, 200, 20_000)),
        policy=rng.choice(POLICIES),
        join_ms=rng.choice((50.0, 500.0, 3_000.0)),
        talk_ms=rng.choice((100.0, 300.0, 800.0)),
        burst_talk=often(0.05, 0.3, 0.5),
        boards=often(0.05, 0.5, 0.5),
        odd_kinds=often(0.02, 0.2, 0.5),
        long_texts=often(0.02, 0.3, 0.2),
        moves=count(20, 0.7),
        storms=count(4),
        policy_changes=count(2, 0.25),
        streams=count(2, 0.4),
        appends=rng.between(5, 60),
        stream_moves=count(12, 0.7),
        agents=count(12, 0.6),
        controllers=count(3, 0.3),
        invites=rng.between(0, 2),
        leaves=count(2, 0.3),
        closings=count(2, 0.3),
        asking=often(0.3, 1.0, 0.25),
        shares=count(2, 0.3),
        act_ms=rng.choice((60.0, 300.0, 1_000.0)),
        replay_ms=rng.choice((1.0, 5.0, 60.0)),
        endings=count(3, 0.5),
        kills=count(1, 0.3),
        duels=count(4, 0.3),
        snapshot_every=rng.choice((0, 0, 8, 16, 32, 64)),
        tail=rng.choice((0, 4, 30)),
    )


def override(plan: Plan, assignments: list[str]) -> Plan:
    """The plan with fields replaced, each given as `name=value`.

    Raises:
        LocalError: no such field, or the value is of another type.
    """
    types = {field.name: type(getattr(plan, field.name)) for field in dataclasses.fields(plan)}
    changes: dict[str, object] = {}
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        if not equals or name not in types:
            message = f"'{assignment}' is not field=value of a plan; fields: {' '.join(types)}"
            raise LocalError(message)
        kind = types[name]
        try:
            changes[name] = text == "True" if kind is bool else kind(text)
        except ValueError:
            message = f"{name} takes {kind.__name__}, not '{text}'"
            raise LocalError(message) from None
    return dataclasses.replace(plan, **changes)  # type: ignore[arg-type]
