"""Time, sleep, and where this site can be reached."""

from __future__ import annotations

from typing import Any

from app.core import limits
from app.core.instant import Micros
from app.drivers import clock
from app.drivers.addresses import AddressWatch, reachable
from app.node.addressbook import address_text


class Loop:
    def __init__(self):
        self.calls = []

    def call_later(self, _delay, call):
        self.calls.append(call)
        return self

    def cancel(self):
        self.calls.clear()


def watch(*moments):
    loop: Any = Loop()
    gaps: list[int] = []
    times = iter(moments)
    watching = clock.SleepWatch(loop, gaps.append, lambda: Micros(next(times)))
    for _ in moments[1:]:
        loop.calls.pop()()
    return watching, loop, gaps


def test_the_clock_never_goes_back():
    first = clock.now()
    assert clock.now() >= first


def test_a_long_gap_between_two_looks_is_sleep():
    late = limits.WAKE_CHECK_MICROS + limits.WAKE_GAP_MICROS + 1
    assert watch(0, late)[2] == [limits.WAKE_GAP_MICROS + 1]


def test_a_busy_machine_is_not_asleep():
    _, _, gaps = watch(0, 3_000_000, 8_000_000, 10_000_000)
    assert gaps == []


def test_it_goes_on_watching_until_it_is_stopped():
    watching, loop, _ = watch(0, 2_000_000)
    assert len(loop.calls) == 1
    watching.stop()
    assert loop.calls == []


def test_a_site_on_loopback_says_loopback():
    assert reachable(("127.0.0.1", 4711)) == ("127.0.0.1:4711",)


def test_a_site_on_all_interfaces_names_real_hosts():
    addresses = reachable(("0.0.0.0", 4711))
    assert addresses[-1] == "127.0.0.1:4711"
    assert not any(address.startswith("0.") for address in addresses)


def test_ipv6_hosts_stand_in_brackets():
    assert address_text("::1", 5) == "[::1]:5"
    assert reachable(("::1", 5)) == ("[::1]:5",)


def test_another_network_is_told_once():
    loop: Any = Loop()
    seen = iter([("a:1",), ("a:1",), ("b:1",), ("b:1",)])
    told: list[Any] = []
    watching = AddressWatch(loop, told.append, lambda: next(seen))
    for _ in range(3):
        loop.calls.pop()()
    assert told == [("b:1",)]
    watching.stop()
    assert loop.calls == []
