"""What placement answers: a frozen value that says what, where to, and why.

People see these values in the panel and in the log, so each names the test that decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from app.core.ids import SiteId


class Kind(Enum):
    """What the home should do."""

    MOVE = "move"
    """Ask the leader for a permit to `target`."""
    STAY = "stay"
    """Nothing."""


class Reason(Enum):
    """Which test decided; the reasons to stay stand in the order in which they are tested."""

    SAME_SLOT = "same slot"
    """This author has a counted entry in this slot already; nothing was weighed."""
    MOVING = "moving"
    """A permit or a hand-over is under way."""
    DWELL = "dwell"
    """It arrived less than the least stay ago."""
    NO_TOKENS = "no tokens"
    """Too many moves lately."""
    BELOW_PRICE = "below price"
    """No other site has been better by the price of a move."""
    TARGET_FULL = "target full"
    """Whoever has enough regret has no uplink for it."""
    TARGET_LEAVING = "target leaving"
    """Whoever has enough regret is about to go."""
    TARGET_POOR = "target poor"
    """Whoever has enough regret loses too many packets."""
    STROKE = "stroke"
    """Somebody is drawing, and it is not the candidate."""
    REGRET = "regret"
    """A site has been better by the price of a move."""
    HOME_FULL = "home full"
    """The home's uplink is not enough."""
    HOME_LEAVING = "home leaving"
    """The home is about to go."""
    COMMAND = "command"
    """A person said so."""
    COUNT = "count"
    """The paper's K-th entry."""
    RECOVERY = "recovery"
    """The home died; a new view names another."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One answer.

    For a stay `target` is the site that came closest, or None where none was weighed. Under the
    paper's policy regret and price are counts: the highest counter, and K. Under `fixed`, `manual`
    or a pin the price is infinite.
    """

    kind: Kind
    target: SiteId | None
    reason: Reason
    regret: float = 0.0
    """The target's account in entry-milliseconds."""
    price: float = 0.0
    """What it had to reach."""
    gain_ms: float = 0.0
    """What an entry of the present mix costs less there than here."""
    wait_ms: float = 0.0
    """How long the target waits for its own entries now; with the dispatcher it would be 0."""
    runner_up: SiteId | None = None
    """The site with the next highest account."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether the move before this one has paid; known when the next one arrives."""

    paid: bool
    profit: float
    """Entry-milliseconds it saved."""
    heat: float
    """Doublings of the price from now on."""


SAME_SLOT = Decision(Kind.STAY, None, Reason.SAME_SLOT)
