"""Who seems gone: silence measured against a site's own rhythm, and one question to somebody else.

A site is suspected after mean + 4 deviations of the gaps between its heartbeats (ORDER.md 5.6), if
another member does not hear it either: a bad path between two is no reason to leave one out. Just
woken, or just started, it hears first and suspects later. Wrong here costs time, never order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.core import limits
from app.core.ids import Key
from app.core.instant import Micros, after, earliest
from app.dispatcher.desk import Desk
from app.dispatcher.messages import Probe, Probed

MEAN_SHARE = 8
"""A new gap counts one part in so many for the mean, as in RFC 6298."""
DEVIATION_SHARE = 4
"""And for the mean deviation."""
DEVIATIONS = 4


@dataclass(slots=True)
class Rhythm:
    """Gaps between one site's heartbeats, in microseconds."""

    mean_micros: float = float(limits.HEARTBEAT_MICROS)
    deviation_micros: float = limits.HEARTBEAT_MICROS / 4

    def heard(self, gap_micros: int) -> None:
        """One more gap."""
        error = gap_micros - self.mean_micros
        self.mean_micros += error / MEAN_SHARE
        self.deviation_micros += (abs(error) - self.deviation_micros) / DEVIATION_SHARE

    @property
    def patience_micros(self) -> int:
        """Silence for longer than this is suspicious."""
        expected = round(self.mean_micros + DEVIATIONS * self.deviation_micros)
        return min(max(expected, limits.SUSPECT_MICROS_MIN), limits.SUSPECT_MICROS_MAX)


class Suspicion:
    """One site's view of who is silent."""

    def __init__(self, desk: Desk, now: Micros) -> None:
        self.desk = desk
        self._since = now
        self._rhythms: dict[Key, Rhythm] = {}
        self._vouched: dict[Key, Micros] = {}
        self._asked: dict[Key, Micros] = {}

    def begin_again(self, now: Micros) -> None:
        """A view was installed, or the machine slept: hear first."""
        self._since = now
        self._asked.clear()
        known = self.desk.heard
        self._rhythms = {key: value for key, value in self._rhythms.items() if key in known}
        self._vouched = {key: at for key, at in self._vouched.items() if key in known}

    def heard(self, key: Key, now: Micros) -> None:
        """A heartbeat comes from `key`; call before it is kept as the newest."""
        self._asked.pop(key, None)
        last = self.desk.heard.get(key)
        if last is not None and last.at >= self._since:
            self._rhythms.setdefault(key, Rhythm()).heard(now - last.at)

    def probed(self, sender: Key, frame: Probe, now: Micros) -> None:
        """Somebody asks whether this site hears another one."""
        heard = self.desk.heard.get(frame.target)
        if heard is not None:
            self.desk.send(sender, Probed(frame.target, max(0, now - heard.at)))

    def answered(self, frame: Probed, now: Micros) -> None:
        """Another member heard the silent one so long ago; its word counts once asked for.

        Who heard it no later than its rhythm allows speaks for it. Whoever misses it for as long as
        this site does confirms that it is silent: were that to count as hearing it, two that ask
        each other would wait for the longest silence of all.
        """
        key = frame.target
        if key in self._asked and frame.age_micros < self._patience_of(key):
            del self._asked[key]
            at = Micros(now - frame.age_micros)
            self._vouched[key] = max(at, self._vouched.get(key, at))

    def _patience_of(self, key: Key) -> int:
        """How long the silence of `key` may last."""
        rhythm = self._rhythms.get(key)
        if rhythm is None or key not in self.desk.heard:
            return limits.SUSPECT_MICROS_MAX
        return rhythm.patience_micros

    def _deadline_of(self, key: Key) -> Micros:
        """When the silence of `key` becomes suspicious."""
        heard = self.desk.heard.get(key)
        last = max(self._since, self._vouched.get(key, self._since))
        return after(last if heard is None else max(last, heard.at), self._patience_of(key))

    def quiet_until(self, members: Iterable[Key]) -> Micros | None:
        """When the first of them becomes suspicious if nothing is heard; None without others."""
        return earliest(*[self._deadline_of(key) for key in members if key != self.desk.own])

    def suspects(self, key: Key, now: Micros) -> bool:
        """Whether `key` seems gone: silent for too long, and nobody vouched for it in time."""
        if key == self.desk.own or now < self._deadline_of(key):
            return False
        asked = self._asked.get(key)
        return asked is not None and now - asked >= limits.INDIRECT_PROBE_MICROS

    def vouched(self, key: Key, now: Micros) -> bool:
        """Whether `key` is silent here and heard elsewhere: only the path to it is bad.

        For as long as it takes to ask again once that word has aged.
        """
        at = self._vouched.get(key)
        return at is not None and (now - at < self._patience_of(key) + limits.INDIRECT_PROBE_MICROS)

    def tick(self, members: Iterable[Key], now: Micros) -> None:
        """Ask one other member about each one that has become silent."""
        for key in members:
            if key == self.desk.own or key in self._asked or now < self._deadline_of(key):
                continue
            self._asked[key] = now
            helper = self._helper(key, now)
            if helper is not None:
                self.desk.send(helper, Probe(key))

    def _helper(self, target: Key, now: Micros) -> Key | None:
        """Who was heard last, and so is the likeliest to answer."""
        heard = self.desk.heard
        able = [key for key in self.desk.others() if key != target and self.desk.present(key, now)]
        return max(able, key=lambda key: heard[key].at, default=None)
