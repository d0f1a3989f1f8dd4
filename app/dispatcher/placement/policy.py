"""The names a person gives to the rule by which the dispatcher moves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from app.core import limits
from app.core.errors import LocalError

PAPER_COUNT = 50
"""K as published."""

_PAPER = re.compile(r"paper(?::([1-9][0-9]{0,5}))?")


class PolicyName(Enum):
    """Which rule decides."""

    ADAPTIVE = "adaptive"
    """Accumulated regret against the price of a move."""
    PAPER = "paper"
    """Every K-th entry: to whoever wrote most of them."""
    FIXED = "fixed"
    """Never, unless the home leaves or dies."""
    MANUAL = "manual"
    """Only by a person's command, otherwise like FIXED."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A rule with its parameter; `str()` is what `parse_policy` reads."""

    name: PolicyName
    count: int = PAPER_COUNT
    """K; only `paper` looks at it."""

    def __str__(self) -> str:
        return f"paper:{self.count}" if self.name is PolicyName.PAPER else self.name.value


ADAPTIVE = Policy(PolicyName.ADAPTIVE)
FIXED = Policy(PolicyName.FIXED)
MANUAL = Policy(PolicyName.MANUAL)


def parse_policy(text: str) -> Policy:
    """Read `adaptive`, `paper`, `paper:K`, `fixed` or `manual`.

    Raises:
        LocalError: it is none of them, or K is out of bounds.
    """
    match = _PAPER.fullmatch(text)
    if match is not None:
        count = int(match[1] or PAPER_COUNT)
        if count <= limits.PAPER_COUNT_MAX:
            return Policy(PolicyName.PAPER, count)
    for policy in (ADAPTIVE, FIXED, MANUAL):
        if text == str(policy):
            return policy
    message = (
        f"'{text}' is not a policy (adaptive, paper, paper:K with K from 1 to "
        f"{limits.PAPER_COUNT_MAX}, fixed, manual)"
    )
    raise LocalError(message)
