"""What a path between two hosts does to packets, in numbers that can be written down.

Only numbers: who applies them is `pipe`. A condition that is zero does nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Conditions:
    """One direction of a path.

    `delay_ms`: one way. `jitter_ms`: added or taken away, evenly spread; order is kept.
    `loss`: probability for each packet by itself. `burst_share`, `burst_length`: the share of all
    packets that is lost in bursts, and the mean length of a burst in packets (Gilbert's model).
    `duplicate`: probability that a packet comes twice. `reorder`: probability that a packet is
    held back by `reorder_ms`, so that those behind it pass. `rate_kbit`: what the path carries in
    a second (1,000 bits each), 0 for no limit; behind it `queue_bytes` wait, more is dropped.
    """

    delay_ms: float = 0.0
    jitter_ms: float = 0.0
    loss: float = 0.0
    burst_share: float = 0.0
    burst_length: float = 5.0
    duplicate: float = 0.0
    reorder: float = 0.0
    reorder_ms: float = 10.0
    rate_kbit: float = 0.0
    queue_bytes: float = 65_536.0

    def __post_init__(self) -> None:
        for name in ("loss", "burst_share", "duplicate", "reorder"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                message = f"{name} is a probability from 0 to 1, not {getattr(self, name)}"
                raise ValueError(message)
        for name in ("delay_ms", "jitter_ms", "reorder_ms", "rate_kbit", "queue_bytes"):
            if getattr(self, name) < 0:
                message = f"{name} is not negative, as {getattr(self, name)} is"
                raise ValueError(message)
        if self.jitter_ms > self.delay_ms:
            message = f"jitter_ms {self.jitter_ms} is more than delay_ms {self.delay_ms}"
            raise ValueError(message)
        if self.burst_length < 1.0 or self.burst_share > self.burst_length / (
            self.burst_length + 1.0
        ):
            # Beyond this a burst would have to begin more often than always.
            message = f"no bursts of {self.burst_length} packets lose {self.burst_share} of all"
            raise ValueError(message)


NAMES = tuple(field.name for field in fields(Conditions))


def parse_conditions(text: str) -> Conditions:
    """`delay_ms=50,loss=0.1` as conditions.

    Raises:
        ValueError: a name or a number is not one.
    """
    given = {}
    for part in filter(None, text.replace(",", " ").split()):
        name, _, value = part.partition("=")
        if name not in NAMES:
            message = f"'{name}' is none of {', '.join(NAMES)}"
            raise ValueError(message)
        given[name] = float(value)
    return Conditions(**given)
