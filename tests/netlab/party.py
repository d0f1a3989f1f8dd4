"""Sites of one session, each a real process on a host of a lab."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.talkstick import Company, Site
from tests.netlab.lab import Host, Lab

ANYWHERE = ("--listen", "0.0.0.0:0")
TITLE = "Quayside"


class Party:
    """Sites of one session, each on a host of its name."""

    def __init__(self, lab: Lab, company: Company, folder: Path) -> None:
        self._company = company
        self._folder = folder
        self.lab = lab

    def site(self, host: Host, *words: object) -> Site:
        """Start one and wait until it is ready."""
        name = host.name.capitalize()
        folder = self._folder / host.name
        options = ("--data", folder, "--name", name, *ANYWHERE, *words)
        site = Site(folder, name, self._company.start("site", *options, within=host.within))
        site.ready = site.process.wait_for(lambda event: event["event"] == "ready", "ready")
        return site

    def again(self, site: Site, host: Host) -> None:
        """Start the site of a folder once more."""
        options = ("--data", site.folder, "--no-lan", *ANYWHERE)
        site.process = self._company.start("site", *options, within=host.within)
        site.ready = site.process.wait_for(lambda event: event["event"] == "ready", "ready")

    def sites(self, *hosts: Host) -> list[Site]:
        """The first founds a session, the others join it; all know all when this returns."""
        first = self.site(hosts[0], "--no-lan", "--create", TITLE)
        joining = ("--no-lan", "--join", first.invite)
        everyone = [first, *(self.site(host, *joining) for host in hosts[1:])]
        for site in everyone:
            log = self._company.follow(site)
            for other in everyone:
                log.wait_for(said_hello(other), f"{other.name} in the log of {site.name}")
            log.clear()
        return everyone


def said_hello(site: Site):
    return lambda row: row["kind"] == "profile" and row["author"].startswith(site.id)


def hosts_of(lab: Lab, *names: str) -> list[Host]:
    return [lab.host(name) for name in names]
