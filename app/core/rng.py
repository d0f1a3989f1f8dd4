"""All randomness of the core comes from a seeded generator that is handed in.

This is the only file that may import `random`. `fork` gives every concern a generator of its own,
so that one more draw in one place changes no draw in another and a simulator run can be repeated
from its seed. Not for keys or nonces: those take `Entropy`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import TypeVar

Entropy = Callable[[int], bytes]
"""n -> n unpredictable bytes; a driver passes the system's, the simulator a seeded one."""

T = TypeVar("T")


class Rng:
    """A repeatable generator with named forks."""

    def __init__(self, seed: str) -> None:
        self.seed = seed
        self._random = random.Random(seed)  # noqa: S311 - timing and simulation, never keys

    def fork(self, name: str) -> Rng:
        """An independent generator that depends on this one's seed and `name` only."""
        return Rng(f"{self.seed}/{name}")

    def below(self, limit: int) -> int:
        """A whole number in [0, limit)."""
        return self._random.randrange(limit)

    def between(self, low: int, high: int) -> int:
        """A whole number in [low, high]."""
        return self._random.randint(low, high)

    def uniform(self, low: float, high: float) -> float:
        """A number in [low, high]."""
        return self._random.uniform(low, high)

    def exponential(self, mean: float) -> float:
        """A waiting time with the given mean."""
        return self._random.expovariate(1 / mean) if mean > 0 else 0.0

    def chance(self, probability: float) -> bool:
        """True with the given probability."""
        return probability > 0 and self._random.random() < probability

    def choice(self, items: Sequence[T]) -> T:
        """One of `items`, which must not be empty."""
        return self._random.choice(items)

    def sample(self, items: Sequence[T], count: int) -> list[T]:
        """`count` different items, in random order."""
        return self._random.sample(items, count)

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """All items in random order."""
        return self._random.sample(items, len(items))

    def bytes(self, count: int) -> bytes:
        """`count` repeatable bytes: test entropy, never a real key."""
        return self._random.randbytes(count)
