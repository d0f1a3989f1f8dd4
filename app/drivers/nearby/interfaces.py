"""This machine's addresses and where a broadcast reaches whom.

Every interface is looked at by itself: a VPN that stands first in the list, or one that is down,
must not hide the others.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
from dataclasses import dataclass

import ifaddr

from app.core import limits

_MULTICAST = "224.0.0.251"
_EVERYWHERE = "255.255.255.255"
_ANY_IPV4 = "0.0.0.0"  # noqa: S104 - compared, not bound
_ANY_IPV6 = "::"
_OWN_MACHINE = "127.255.255.255"
"""The broadcast address of the loopback network: other programs of this machine."""


@dataclass(frozen=True, slots=True)
class Interfaces:
    """What this machine has.

    `addresses`: numeric, IPv4 first; `multicast`: those where zeroconf can work; `broadcasts`: where
    to send to reach everybody. Loopback counts only where there is nothing else: other machines
    would call themselves there.
    """

    addresses: tuple[str, ...]
    multicast: tuple[str, ...]
    broadcasts: tuple[str, ...]

    def serving(self, host: str) -> tuple[str, ...]:
        """The addresses where a socket bound to `host` is reached."""
        if host == _ANY_IPV4:
            return tuple([each for each in self.addresses if ":" not in each])
        return self.addresses if host == _ANY_IPV6 else (host,)


def read() -> Interfaces:
    """Look at the interfaces; takes some milliseconds, never raises."""
    four: list[ipaddress.IPv4Interface] = []
    six: list[str] = []
    with contextlib.suppress(OSError):
        for adapter in ifaddr.get_adapters():
            for each in adapter.ips:
                if isinstance(each.ip, str):
                    four.append(ipaddress.IPv4Interface(f"{each.ip}/{each.network_prefix}"))
                elif not ipaddress.IPv6Address(each.ip[0]).is_link_local:
                    six.append(each.ip[0])
    four = four[: limits.INTERFACES_MAX]
    wider = [each for each in six if not ipaddress.IPv6Address(each).is_loopback]
    outside = [str(each.ip) for each in four if not each.is_loopback]
    inside = [] if outside or wider else [str(each.ip) for each in four]
    broadcasts = [
        str(each.network.broadcast_address)
        for each in four
        if not each.is_loopback and each.network.prefixlen < 31
    ]
    return Interfaces(
        (*outside, *wider[: limits.INTERFACES_MAX], *inside),
        tuple([each for each in outside + inside if _takes_multicast(each)]),
        tuple(dict.fromkeys([*broadcasts, _EVERYWHERE, _OWN_MACHINE])),
    )


def _takes_multicast(address: str) -> bool:
    """Whether a socket there may join the group of mDNS."""
    member = socket.inet_aton(_MULTICAST) + socket.inet_aton(address)
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
    except OSError:
        return False
    return True
