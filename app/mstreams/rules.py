"""The rules on which streams rest, each a pure predicate: one place to read, test and break them.

A simulator plants a bug by replacing one of these by name, so the other files call them as
`rules.name(...)` and decide nothing of this kind themselves. Names after a colon are rules of
ORDER.md section 3.
"""

from __future__ import annotations

from app.core.ids import Key
from app.mstreams.epochs import StreamEpoch


def next_in_flow(received: int, number: int) -> bool:
    """FIFO: only the message after the last one consumed may be consumed."""
    return number == received + 1


def already_consumed(received: int, number: int) -> bool:
    """Exactly once: what the vector has counted is acknowledged again, never consumed again."""
    return number <= received


def finished_incarnation(counted: int, incarnation: int) -> bool:
    """A sender begins an incarnation's flow when all older ones are consumed: older is a repeat."""
    return incarnation < counted


def resumes_after(received: int, oldest: int) -> int:
    """The last number that need not come any more; above `received` only after a lost vector."""
    return max(received, oldest - 1)


def forgets(consumed: int, number: int) -> bool:
    """The sender keeps a message until it is consumed, not until it arrived."""
    return number <= consumed


def creates_home(known: StreamEpoch | None, epoch: StreamEpoch) -> bool:
    """T5: an ordered entry makes a home once, with k = 0, and never where that epoch is passed."""
    return epoch.k == 0 and (known is None or epoch > known)


def supersedes(known: StreamEpoch, epoch: StreamEpoch) -> bool:
    """A home named after a failure ends every older home and hand-over."""
    return epoch.view > known.view


def permits(present: StreamEpoch, permitted: StreamEpoch, sender: Key, leader: Key | None) -> bool:
    """T1: the leader's word, for the very next move of the very same view."""
    return sender == leader and permitted == present.following()


def release_is_committed() -> bool:
    """T2: "no longer home, this hand-over to repeat" is on disk before the hand-over leaves."""
    return True


def take_hand_over(
    known: StreamEpoch | None, registered: StreamEpoch, offered: StreamEpoch, names_us: bool
) -> bool:
    """T3: it names us, belongs to the present view, and goes beyond what we took or handed over.

    A move names one target and only that target can make the next one, so what this site itself
    took or handed over is enough to know; hearsay is not needed.
    """
    return names_us and offered.view == registered.view and (known is None or offered > known)


def hand_over_is_over(released: StreamEpoch, seen: StreamEpoch, speaker_is_target: bool) -> bool:
    """T4: the source repeats until somebody shows that the target took it, and never takes it back.

    The target itself shows it by being home in that epoch, anybody else only by a later one, since
    who merely heard of the release names the same epoch.
    """
    if seen.view != released.view:
        return False
    return seen.k > released.k or (speaker_is_target and seen.k == released.k)
