"""Five machines, everybody talks, and something happens: one log afterwards, every line there once.

Ada leads, Cleo holds the order, until something happens to them.
"""

from __future__ import annotations

import contextlib
import subprocess

import pytest

from app.drivers.control.client import Client
from tests.e2e.talkstick import Json, Pace, Process, Site, converged, texts_of
from tests.netlab.party import hosts_of

# Each one starts some thirty processes.
pytestmark = [pytest.mark.long, pytest.mark.network, pytest.mark.timeout(300)]

NAMES = ("ada", "ben", "cleo", "dora", "eve")
ROUNDS = 30
EVERYTHING = [str(number) for number in range(ROUNDS)]
HAPPENS_AT = 8
ENDS_AT = 22
ROUNDS_PER_SECOND = 8
SLEEP_SECONDS = 30


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
        # So that it stays where it is sent.
        self.ada.do("policy", "manual").ok()
        self.ada.do("move", "Cleo").ok()
        status = self.eve.status()
        assert status["leader"]["site"] == self.ada.id
        self.eve.process.wait_for(
            lambda event: event["event"] == "moved" and event["to"] == self.cleo.id, "Cleo holds"
        )
        self._talking: dict[str, Process] = {}

    def talk(self, happens, ends=lambda: None) -> None:
        """Everybody says a line in each round; in two of them something happens."""
        for site in self.sites:
            words = ("say", "--data", site.folder, "--timeout", "90", "-")
            self._talking[site.name] = self.company.start(*words, stdin=subprocess.PIPE)
        for process in self._talking.values():
            process.write("0\n")
        for process in self._talking.values():
            process.wait_until(lambda lines: lines, "a first line")
        pace = Pace(ROUNDS_PER_SECOND)
        for number in range(1, ROUNDS):
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

    def went_on(self, others: list[Site], everyone: list[Site] | None = None) -> list[Json]:
        """All that `others` said has its place in the one log of everyone who is there."""
        for site in others:
            self.all_said(site)
        log = converged(everyone or others)
        for site in others:
            assert spoken(log, site) == EVERYTHING
        return log

    def come_back(self, number: int) -> None:
        """A machine whose power went has it again; its site goes on and says so."""
        self.hosts[number].up()
        self.party.again(self.sites[number], self.hosts[number])
        # What was ordered only may lose its place, and come again behind the place where logs are
        # compared.
        self.sites[number].say(["back"], wait="settled")

    def nothing_is_missing(self, log: list[Json], site: Site) -> None:
        """What a killed site was told to have a place has one; no line of a start is left out or turned."""
        ids = {row["id"] for row in log}
        assert [each for each in self.acknowledged(site) if each not in ids] == []
        lines = spoken(log, site)
        # "back" was said when all of them were on its disk: they are its causes.
        places = [
            (row["index"], row["epoch"], row["id"])
            for row in log
            if row["author"].startswith(site.id)
        ]
        assert lines == [*EVERYTHING[: len(lines) - 1], "back"], places

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


# Of a move that takes some 80 ms: while it is allowed, and while the order is on its way.
@pytest.mark.parametrize("after_ms", [30, 70])
def test_the_holder_loses_its_power_during_a_move(five, after_ms):
    def happens():
        client = Client.connect(five.ada.folder)
        client.send({"do": "move", "request": 0, "site": "Dora"})
        Pace(1_000 / after_ms).wait()
        five.hosts[2].down()
        client.close()

    five.talk(happens)
    others = [site for site in five.sites if site is not five.cleo]
    log = five.went_on(others)
    five.come_back(2)
    again = converged(five.sites)
    assert again[: len(log)] == log
    five.nothing_is_missing(again, five.cleo)


def test_the_leader_loses_its_power(five):
    five.talk(five.hosts[0].down)
    log = five.went_on(five.sites[1:])
    five.come_back(0)
    again = converged(five.sites)
    assert again[: len(log)] == log
    five.nothing_is_missing(again, five.ada)


def test_the_leader_and_the_holder_lose_their_power(five):
    """Who is left keeps what is said until there is an order again."""

    def happens():
        five.hosts[0].down()
        five.hosts[2].down()

    five.talk(happens)
    for number in (0, 2):
        five.come_back(number)
    log = five.went_on([five.ben, five.dora, five.eve], five.sites)
    for site in (five.ada, five.cleo):
        five.nothing_is_missing(log, site)


def test_the_holder_sleeps_and_wakes(five):
    pace = Pace(1 / SLEEP_SECONDS)

    def falls_asleep():
        five.hosts[2].pause()
        pace.begin()

    five.talk(falls_asleep)
    for site in five.sites:
        if site is not five.cleo:
            five.all_said(site)
    pace.wait()
    five.hosts[2].resume()
    five.all_said(five.cleo)
    # Awake, it orders in its old view until it hears of the next one; settled, all before it is, too.
    five.cleo.say(["mark"], wait="settled")
    five.went_on(five.sites)


def apart(*few: int):
    """A cut between these and the rest."""

    def cut(five: Five) -> None:
        some = [five.hosts[number] for number in few]
        five.lab.partition(some, [host for host in five.hosts if host not in some])

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
    five.went_on(five.sites)
