"""Live hints of this person to the members, and theirs to the window (ORDER.md 7).

The latest of each kind wins, by the sender's counter; how many a second is bounded at both ends, so
that nobody's pointer can drown a window. What waits for its turn is replaced by what comes later;
only points of a stroke are joined. Nothing is repeated, kept, or told to who is no member.
"""

from __future__ import annotations

from app.core import limits
from app.core.errors import LocalError, RemoteError
from app.core.ids import Key, site_of
from app.core.instant import SECOND, Micros
from app.node.api import Hint, HintHeard, StrokePoints
from app.node.frames import Hint as HintFrame
from app.node.window.hints import STROKE_KIND, decode_hint, encode_hint, kind_of


class Allowance:
    """So many a second, and a few at once (the generic cell rate algorithm, ITU-T I.371)."""

    def __init__(self, per_second: int, at_once: int) -> None:
        self._spacing = SECOND // per_second
        self._slack = self._spacing * (at_once - 1)
        self._due = 0

    def take(self, now: Micros) -> bool:
        """Whether one more is allowed now; counts it if so."""
        if self._due - self._slack > now:
            return False
        self._due = max(self._due, now) + self._spacing
        return True

    def next_at(self) -> Micros:
        """When the next one is allowed."""
        return Micros(self._due - self._slack)


def per_second(kind: int) -> int:
    """How many hints of a kind a second may have."""
    return limits.STROKE_HINTS_PER_SECOND if kind == STROKE_KIND else limits.HINTS_PER_SECOND


class Presence:
    """Hints out, hints in."""

    def __init__(self) -> None:
        self._waiting: dict[int, Hint] = {}
        self._sent: dict[int, tuple[Allowance, int]] = {}
        self._heard: dict[Key, dict[int, tuple[Allowance, int]]] = {}
        self.dropped = 0

    # --- out --------------------------------------------------------------------------------------

    def show(self, hint: Hint) -> None:
        """This person lets something be seen."""
        kind = kind_of(hint)
        before = self._waiting.get(kind)
        if isinstance(before, StrokePoints) and isinstance(hint, StrokePoints):
            hint = joined(before, hint)
        self._waiting[kind] = hint

    def due(self, now: Micros) -> list[HintFrame]:
        """What goes to the members now."""
        frames: list[HintFrame] = []
        for kind, hint in list(self._waiting.items()):
            allowance, counter = self._sent.get(kind) or (
                Allowance(per_second(kind), limits.HINTS_AT_ONCE),
                0,
            )
            if not allowance.take(now):
                continue
            del self._waiting[kind]
            try:
                number, payload = encode_hint(hint)
            except (LocalError, RemoteError):
                # A hint has no answer: one that makes no sense is left out.
                self.dropped += 1
                continue
            self._sent[kind] = (allowance, counter + 1)
            frames.append(HintFrame(number, counter + 1, payload))
        return frames

    def deadline(self) -> Micros | None:
        """When something that waits may go."""
        times = [self._sent[kind][0].next_at() for kind in self._waiting if kind in self._sent]
        return min(times, default=None)

    # --- in ---------------------------------------------------------------------------------------

    def hear(self, sender: Key, frame: HintFrame, now: Micros) -> HintHeard | None:
        """What a member lets be seen; None for one that was overtaken, is newer, or too much.

        Raises:
            RemoteError: it is malformed.
        """
        hint = decode_hint(frame.kind, frame.payload)
        if hint is None:
            return None
        kinds = self._heard.setdefault(sender, {})
        rate = per_second(frame.kind)
        allowance, counter = kinds.get(frame.kind) or (Allowance(rate, rate), 0)
        if frame.counter <= counter:
            return None
        kinds[frame.kind] = (allowance, frame.counter)
        if not allowance.take(now):
            self.dropped += 1
            return None
        return HintHeard(site_of(sender), hint)

    def new_life(self, sender: Key) -> None:
        """A peer started again and counts from 1."""
        self._heard.pop(sender, None)

    def forget_all_but(self, keys: tuple[Key, ...]) -> None:
        """Others went."""
        self._heard = {key: kinds for key, kinds in self._heard.items() if key in keys}


def joined(before: StrokePoints, later: StrokePoints) -> StrokePoints:
    """Points of one stroke that follow on each other, as one; else the later ones."""
    skipped = later.first - before.first
    if before.object_id != later.object_id or not 0 <= skipped <= len(before.points):
        return later
    points = (*before.points[:skipped], *later.points)
    surplus = max(0, len(points) - limits.HINT_POINTS_MAX)
    return StrokePoints(before.object_id, before.first + surplus, points[surplus:])
