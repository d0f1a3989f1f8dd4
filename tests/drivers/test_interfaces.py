"""Which of a machine's interfaces are used for looking around, whichever stand first in the list."""

from __future__ import annotations

from types import SimpleNamespace

import ifaddr
import pytest

from app.core import limits
from app.drivers.nearby import interfaces


def adapter(*ips: tuple[str | tuple[str, int, int], int]) -> SimpleNamespace:
    return SimpleNamespace(
        ips=[SimpleNamespace(ip=ip, network_prefix=prefix) for ip, prefix in ips]
    )


@pytest.fixture
def machine(monkeypatch):
    """Give the machine adapters, and say which addresses take multicast."""

    def made(*adapters: SimpleNamespace, deaf: tuple[str, ...] = ()) -> interfaces.Interfaces:
        monkeypatch.setattr(ifaddr, "get_adapters", lambda: list(adapters))
        monkeypatch.setattr(interfaces, "_takes_multicast", lambda address: address not in deaf)
        return interfaces.read()

    return made


LOOPBACK = adapter(("127.0.0.1", 8), (("::1", 0, 0), 128))
VPN = adapter(("10.8.0.2", 32))
WIFI = adapter(("192.168.1.20", 24), (("fe80::1", 0, 2), 64), (("2001:db8::20", 0, 0), 64))
CABLE = adapter(("10.0.5.7", 16))


def test_a_vpn_that_stands_first_hides_nobody(machine):
    found = machine(VPN, LOOPBACK, WIFI, deaf=("10.8.0.2",))
    assert found.multicast == ("192.168.1.20",)
    assert found.broadcasts == ("192.168.1.255", "255.255.255.255", "127.255.255.255")
    assert "192.168.1.20" in found.addresses


def test_two_cards_are_both_looked_at(machine):
    found = machine(LOOPBACK, WIFI, CABLE)
    assert found.multicast == ("192.168.1.20", "10.0.5.7")
    assert found.broadcasts[:2] == ("192.168.1.255", "10.0.255.255")


def test_neither_loopback_nor_link_local_addresses_are_told_to_others(machine):
    found = machine(LOOPBACK, WIFI)
    assert found.addresses == ("192.168.1.20", "2001:db8::20")


def test_without_any_network_the_programs_of_one_machine_still_meet(machine):
    found = machine(LOOPBACK)
    assert (found.addresses, found.multicast) == (("127.0.0.1",), ("127.0.0.1",))
    assert "127.255.255.255" in found.broadcasts


def test_where_only_loopback_takes_multicast_there_is_none(machine):
    assert machine(LOOPBACK, VPN, deaf=("10.8.0.2",)).multicast == ()


@pytest.mark.parametrize(
    ("host", "addresses"),
    [
        ("0.0.0.0", ("192.168.1.20", "10.0.5.7")),
        ("::", ("192.168.1.20", "10.0.5.7", "2001:db8::20")),
        ("10.0.5.7", ("10.0.5.7",)),
    ],
)
def test_only_where_the_socket_listens_it_is_reached(machine, host, addresses):
    assert machine(LOOPBACK, WIFI, CABLE).serving(host) == addresses


def test_a_machine_with_a_thousand_addresses_uses_some(machine):
    many = [adapter((f"10.{place // 250}.{place % 250}.1", 24)) for place in range(1_000)]
    found = machine(*many)
    assert len(found.multicast) <= limits.INTERFACES_MAX


def test_a_system_that_tells_nothing_leaves_broadcast(monkeypatch):
    def refuses() -> list[object]:
        raise OSError(1, "not permitted")

    monkeypatch.setattr(ifaddr, "get_adapters", refuses)
    found = interfaces.read()
    assert found.multicast == ()
    assert found.broadcasts
