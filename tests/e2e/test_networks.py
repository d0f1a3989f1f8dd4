"""Sites that find each other over switches, cards and tunnels, as machines of their own."""

from __future__ import annotations

import getpass
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.drivers.nearby.beacon import BEACON_BYTES
from app.drivers.nearby.broadcast import BEACON_PORT
from tests.e2e.machines import Machine, Network, Tap, why_not
from tests.e2e.talkstick import Company, Json, Process, run

MDNS_PORT = 5353
TITLE = "Quayside"
HEADER_BYTES = 14 + 20 + 8
"""Of Ethernet, IPv4 and UDP."""

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(why_not()), reason=why_not() or "-")]


@pytest.fixture
def network() -> Iterator[Network]:
    made = Network()
    try:
        yield made
    finally:
        made.clear()


class People:
    """Who hosts and who asks, each on a machine."""

    def __init__(self, company: Company, folder: Path) -> None:
        self._company = company
        self.folder = folder

    def host(self, machine: Machine, *options: object, name: str = "Ottilie") -> Process:
        process = self._start(machine, name, "--name", name, "--create", TITLE, *options)
        process.wait_for(lambda event: event["event"] == "ready", "ready")
        return process

    def guest(self, machine: Machine, name: str, *options: object) -> Process:
        return self._start(machine, name, "--name", name, "--near", TITLE, *options)

    def _start(self, machine: Machine, name: str, *words: object) -> Process:
        data = self.folder / name
        return self._company.start("site", "--data", data, *words, within=machine.within)


@pytest.fixture
def people(company: Company, tmp_path: Path) -> People:
    return People(company, tmp_path)


def one_switch(network: Network, *, multicast: bool = True) -> tuple[Machine, Machine]:
    here, there = network.machine(), network.machine()
    here.plug("lan", "10.77.0.1/24", multicast=multicast)
    there.plug("lan", "10.77.0.2/24", multicast=multicast)
    return here, there


def asking(process: Process) -> Json:
    return process.wait_for(lambda event: event["event"] == "asking", "the six words")


def ready(process: Process) -> Json:
    return process.wait_for(lambda event: event["event"] == "ready", "ready")


def admitted_by_words(people: People, host: Process, guest: Process) -> None:
    """Both see the same six words, the host lets in, and the guest's line is ordered."""
    assert asking(host)["words"] == asking(guest)["words"]
    run("admit", "--data", people.folder / "Ottilie", "Zebulon").ok()
    ready(guest)
    (said,) = run("say", "--data", people.folder / "Zebulon", "hello").ok().lines
    assert said["state"] == "ordered"


def test_nothing_on_the_wire_names_anybody(network, people):
    here, there = one_switch(network)
    with Tap(network, "lan") as tap:
        host = people.host(here)
        tap.wait_for(lambda: len(tap.udp(MDNS_PORT)) > 3, "announcements")
        admitted_by_words(people, host, people.guest(there, "Zebulon"))
        host.end()
    assert all(len(frame) == HEADER_BYTES + BEACON_BYTES for frame in tap.udp(BEACON_PORT))
    assert len(tap.udp(MDNS_PORT)) > 3
    assert len(tap.udp(BEACON_PORT)) > 1
    everything = b"\n".join(tap.frames).lower()
    names = [TITLE, "Ottilie", "Zebulon", socket.gethostname(), getpass.getuser()]
    assert [name for name in names if name.lower().encode() in everything] == []


def test_a_tunnel_that_stands_first_and_takes_everything_hides_nobody(network, people):
    here, there = network.machine(), network.machine()
    for number, machine in enumerate((here, there), 1):
        machine.vpn("10.8.0.9/24")
        machine.plug("lan", f"10.77.0.{number}/24")
    admitted_by_words(people, people.host(here), people.guest(there, "Zebulon"))


def test_a_machine_with_two_cards_is_found_in_both_networks(network, people):
    middle, left, right = network.machine(), network.machine(), network.machine()
    middle.plug("lan", "10.77.0.1/24")
    middle.plug("wifi", "10.78.0.1/24")
    left.plug("lan", "10.77.0.2/24")
    right.plug("wifi", "10.78.0.2/24")
    people.host(middle, "--admit", "all")
    for machine, name in ((left, "Leopold"), (right, "Rosamund")):
        ready(people.guest(machine, name))


def test_a_switch_that_passes_on_no_multicast_is_made_up_for_by_broadcast(network, people):
    here, there = one_switch(network, multicast=False)
    with Tap(network, "lan") as switch, Tap(there, "eth0") as card:
        guest = people.guest(there, "Zebulon")
        # Found before it looked by multicast, it would show nothing.
        card.wait_for(lambda: card.udp(MDNS_PORT), "a question by multicast")
        admitted_by_words(people, people.host(here), guest)
    own, sent = len(card.udp(MDNS_PORT)), len(switch.udp(MDNS_PORT))
    assert 0 < own < sent
    assert all(frame[26:30] == bytes([10, 77, 0, 2]) for frame in card.udp(MDNS_PORT))


def test_a_broadcast_port_that_is_taken_is_said_and_made_up_for_by_zeroconf(network, people):
    here, there = one_switch(network)
    with here.take_port(BEACON_PORT), there.take_port(BEACON_PORT):
        host, guest = people.host(here), people.guest(there, "Zebulon")
        for process in (host, guest):
            told = process.wait_for(lambda event: event.get("code") == "no-broadcast", "trouble")
            assert "ask for an invite" in told["text"]
        admitted_by_words(people, host, guest)


def test_without_any_network_the_sites_of_one_machine_find_each_other(network, people):
    alone = network.machine()
    admitted_by_words(people, people.host(alone), people.guest(alone, "Zebulon"))


def test_who_does_not_want_to_be_seen_sends_nothing_around(network, people):
    here, there = one_switch(network)
    with Tap(network, "lan") as tap:
        for options in (["--no-lan"], ["--listen", "127.0.0.1:0"]):
            hidden = people.host(here, *options, name=f"Hidden{len(options)}")
            run("say", "--data", people.folder / f"Hidden{len(options)}", "hello").ok()
            hidden.end()
        people.host(there).end()
    around = tap.udp(MDNS_PORT) + tap.udp(BEACON_PORT)
    assert around
    assert all(frame[26:30] == bytes([10, 77, 0, 2]) for frame in around)
