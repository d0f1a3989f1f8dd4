"""What is to be seen of all streams: own ones as they are, others as their homes reported them.

A panel asks again and again; each time the other homes are asked for a report, which is shown the
next time. Never changes anything.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.core import limits
from app.core.ids import Key
from app.core.instant import Micros
from app.mstreams.desk import Desk
from app.mstreams.directory import Directory
from app.mstreams.frames import AgentReport, Definition, Report, ReportWanted, StreamReport
from app.mstreams.handling import Handling
from app.mstreams.homes import Homes
from app.mstreams.residence import Residence


@dataclass(frozen=True, slots=True)
class View:
    """One stream: where the directory has it, who its agents are, what its home says.

    `reported_at` is None where no report came yet.
    """

    stream: str
    home: Key
    epoch: tuple[int, int]
    moving: bool
    here: bool
    agents: tuple[Definition, ...]
    report: Report | None
    reported_at: Micros | None


class Reports:
    """Own reports, and others' newest."""

    def __init__(self, desk: Desk, directory: Directory, homes: Homes, handling: Handling) -> None:
        self._desk = desk
        self._directory = directory
        self._homes = homes
        self._handling = handling
        self._heard: dict[str, tuple[Key, Report, Micros]] = {}

    def wanted(self, sender: Key) -> None:
        """Somebody looks: what is at home here, in as many frames as it takes."""
        own = [
            self.own(residence) for residence in self._homes.at_home() if not residence.stationary
        ]
        for start in range(0, len(own), limits.REPORT_STREAMS_MAX):
            part = own[start : start + limits.REPORT_STREAMS_MAX]
            self._desk.send(sender, StreamReport(tuple(part)))

    def came(self, sender: Key, frame: StreamReport) -> None:
        """A home's report."""
        for report in frame.streams:
            if self._directory.find(report.stream) is not None:
                self._heard[report.stream] = (sender, report, self._desk.now)

    def ended(self, stream: str) -> None:
        """A stream is no more."""
        self._heard.pop(stream, None)

    def views(self) -> list[View]:
        """All streams by name; other homes are asked anew."""
        for key in self._desk.members:
            if key != self._desk.own:
                self._desk.send(key, ReportWanted())
        views = [self._view(name) for name in self._directory.names()]
        views += [
            self._own_view(residence) for residence in self._homes.at_home() if residence.stationary
        ]
        return sorted([view for view in views if view is not None], key=lambda view: view.stream)

    def own(self, residence: Residence) -> Report:
        """What there is to tell of a stream at home here."""
        stream = residence.home
        assert stream is not None
        agents = [
            AgentReport(
                agent.number,
                self._handling.events(residence.name, agent),
                agent.failed,
                agent.error,
            )
            for agent in stream.agents
        ]
        unsent = residence.bag.unsent if residence.bag is not None else 0
        running = not residence.activity.idle
        return Report(residence.name, running, stream.waiting, unsent, tuple(agents))

    def _view(self, name: str) -> View | None:
        known = self._directory.find(name)
        if known is None:
            return None
        residence = self._homes.find(name)
        agents = self._directory.roster(name).agents
        if residence is not None and residence.home is not None:
            return self._own_view(residence)
        sender, report, at = self._heard.get(name, (None, None, None))
        if sender != known.home:
            report = at = None
        moving = not known.taken and known.epoch > known.registered
        return View(name, known.home, known.epoch.pair, moving, False, agents, report, at)

    def _own_view(self, residence: Residence) -> View:
        agents = self._directory.roster(residence.name).agents
        own, now = self._desk.own, self._desk.now
        pair = residence.epoch.pair
        return View(residence.name, own, pair, False, True, agents, self.own(residence), now)
