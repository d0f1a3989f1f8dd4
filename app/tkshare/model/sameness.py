"""Whether all copies show the same: what their digests at one mark come to.

All copies that were current at the mark must have answered before anything is said. With a difference, the digest that
most copies have counts as right, and the first copy (by attachment) that has another one is named.
"""

from __future__ import annotations

from dataclasses import replace

from app.core.ids import Key
from app.tkshare.model.events import Name
from app.tkshare.model.state import Difference, Participant, Share


def judged(share: Share, current: list[tuple[Key, Participant]]) -> Share:
    """The share after another digest for its mark; `current` in order of attachment."""
    asked = [(key, each) for key, each in current if each.went < share.mark]
    answers = [(key, each) for key, each in asked if each.answered == share.mark]
    if len(answers) < len(asked) or not answers:
        return share
    digests = [each.digest for _, each in answers]
    if all(digest == digests[0] for digest in digests):
        return replace(share, agreed=share.mark, copies=len(answers), difference=None)
    # Ties go to the copy that was attached first.
    right = max(digests, key=lambda digest: (digests.count(digest), -digests.index(digest)))
    standard = answers[digests.index(right)][1]
    key, other = next(each for each in answers if each[1].digest != right)
    window = first_difference(standard.windows, other.windows)
    return replace(share, difference=Difference(share.mark, share.agreed, key, window))


def first_difference(
    right: tuple[tuple[Name, bytes], ...], other: tuple[tuple[Name, bytes], ...]
) -> Name | None:
    """The first window that only one of both has, or that looks different."""
    ours, theirs = dict(right), dict(other)
    names = [*ours, *[name for name in theirs if name not in ours]]
    return next((name for name in names if ours.get(name) != theirs.get(name)), None)
