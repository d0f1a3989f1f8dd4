"""Five machines, everybody talks, and something happens: one log afterwards, every line there once.

Ada leads, Cleo holds the order, until something happens to them.
"""

from __future__ import annotations

import contextlib
import subprocess

import pytest

from tests.e2e.talkstick import Pace, Process, Site, converged, texts_of
from tests.netlab.party import hosts_of

pytestmark = [pytest.mark.slow, pytest.mark.network]

NAMES = ("ada", "ben", "cleo", "dora", "eve")
ROUNDS = 30
HAPPENS_AT = 8
ENDS_AT = 22
ROUNDS_PER_SECOND = 8


class Five:
    """The five and what they say."""

    def __init__(self, lab, party, company):
        lab.links(delay_ms=20, jitter_ms=2)
        self.lab = lab
        self.party = party
        self.company = company
        self.hosts = hosts_of(lab, *NAMES)
        self.sites = party.sites(*self.hosts)
        self.ada, self.ben, self.cleo, self.dora, self.eve = self.sites
        self.ada.do("move", "Cleo").ok()
        self._talking: dict[str, Process] = {}

    def talk(self, happens, ends=lambda: None) -> None:
        """Everybody says a line in each round; in two of them something happens."""
        for site in self.sites:
            words = ("say", "--data", site.folder, "--timeout", "90", "-")
            self._talking[site.name] = self.company.start(*words, stdin=subprocess.PIPE)
        pace = Pace(ROUNDS_PER_SECOND)
        for number in range(ROUNDS):
            for process in self._talking.values():
                # A command whose site was killed reads no more.
                with contextlib.suppress(BrokenPipeError):
                    process.write(f"{number}\n")
            if number == HAPPENS_AT:
                happens()
            if number == ENDS_AT:
                ends()
            pace.wait()
        for process in self._talking.values():
            with contextlib.suppress(BrokenPipeError):
                process.end_input()

    def all_said(self, site: Site) -> None:
        """Every line of a site that nothing happened to has its place."""
        self._talking[site.name].wait(100).ok()

    def acknowledged(self, site: Site) -> list[str]:
        """Entries that a site was told to have a place before it was killed."""
        self._talking[site.name].wait(100)
        events = self._talking[site.name].events
        return [event["id"] for event in events if event["state"] == "ordered"]


@pytest.fixture
def five(lab, party, company) -> Five:
    return Five(lab, party, company)


def spoken(log, site: Site) -> list[str]:
    return [text for text in texts_of(log, site) if text != "mark"]


EVERYTHING = [str(number) for number in range(ROUNDS)]


def test_the_holder_loses_its_power_during_a_move(five):
    moving = []

    def happens():
        moving.append(five.company.start("move", "--data", five.ada.folder, "Dora"))
        five.hosts[2].down()

    five.talk(happens)
    others = [site for site in five.sites if site is not five.cleo]
    for site in others:
        five.all_said(site)
    log = converged(others)
    for site in others:
        assert spoken(log, site) == EVERYTHING
    five.hosts[2].up()
    five.party.again(five.cleo, five.hosts[2])
    five.cleo.say(["back"])
    again = converged(five.sites)
    assert again[: len(log)] == log
    ids = {row["id"] for row in again}
    assert [each for each in five.acknowledged(five.cleo) if each not in ids] == []
    *numbers, last = spoken(again, five.cleo)
    assert (numbers, last) == (EVERYTHING[: len(numbers)], "back")


def test_the_holder_sleeps_and_wakes(five):
    five.talk(five.hosts[2].pause)
    for site in five.sites:
        if site is not five.cleo:
            five.all_said(site)
    five.hosts[2].resume()
    five.all_said(five.cleo)
    log = converged(five.sites)
    for site in five.sites:
        assert spoken(log, site) == EVERYTHING


def apart(*few: int):
    """A cut between these and the rest."""

    def cut(five: Five) -> None:
        sides = [[], []]
        for number, host in enumerate(five.hosts):
            sides[number in few].append(host)
        five.lab.partition(*sides)

    return cut


def deaf(five: Five) -> None:
    """The holder speaks to two who do not hear it."""
    for host in five.hosts[3:]:
        five.lab.cut(five.hosts[2], host, one_way=True)


@pytest.mark.parametrize(
    "cut",
    [apart(3, 4), apart(2, 3), apart(0, 1), deaf],
    ids=["two", "two-and-the-order", "two-and-the-leader", "one-way"],
)
def test_a_cut_that_heals(five, cut):
    five.talk(lambda: cut(five), five.lab.heal)
    for site in five.sites:
        five.all_said(site)
    log = converged(five.sites)
    for site in five.sites:
        assert spoken(log, site) == EVERYTHING
