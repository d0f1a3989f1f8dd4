"""Where others may reach this site, for invites.

The address of the way out is asked of the routing table by a connected UDP socket, which sends
nothing. Other interfaces are not searched: that costs time and memory at every start, and members
learn each other's addresses from the packets that arrive.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable

from app.core import limits
from app.core.errors import KnownError
from app.core.instant import SECOND
from app.node.addressbook import address_text
from app.node.contract import Address

_OUTSIDE = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}
"""Documentation addresses (RFC 5737, 3849): routed like any other, belong to nobody."""
_LOOPBACK = {socket.AF_INET: "127.0.0.1", socket.AF_INET6: "::1"}
_ANY = {"0.0.0.0": socket.AF_INET, "::": socket.AF_INET6}  # noqa: S104 - compared, not bound


def reachable(bound: Address) -> tuple[str, ...]:
    """host:port texts for a socket bound to `bound`, best first, never empty."""
    host, port = bound
    family = _ANY.get(host)
    if family is None:
        return (address_text(host, port),)
    outward = _outward(family)
    hosts = [outward] if outward is not None else []
    # Sites of one machine find each other when it has no network, or its address changed.
    hosts.append(_LOOPBACK[family])
    return tuple([address_text(each, port) for each in dict.fromkeys(hosts)])


async def resolve(address: str) -> tuple[str, ...]:
    """host:port texts for one whose host may be a name; numbers are themselves.

    Raises:
        KnownError: nothing has that name.
    """
    host, _colon, port = address.rpartition(":")
    look_up = asyncio.get_running_loop().getaddrinfo
    try:
        found = await look_up(host.strip("[]"), int(port), type=socket.SOCK_DGRAM)
    except (OSError, UnicodeError) as error:
        message = f"nothing has the name '{host}'; check it, or use the address in numbers"
        raise KnownError(message) from error
    # Sockets of looking around are IPv4's, as most networks at home are.
    found.sort(key=lambda each: each[0] is not socket.AF_INET)
    hosts = dict.fromkeys([str(target[0]) for *_rest, target in found])
    return tuple([address_text(each, int(port)) for each in hosts][: limits.ADDRESSES_PER_SITE_MAX])


def _outward(family: socket.AddressFamily) -> str | None:
    """This machine's address on the way to the internet, None without a route."""
    with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.connect((_OUTSIDE[family], 9))
        host: str = probe.getsockname()[0]
        if host not in _ANY:
            return host
    return None


class AddressWatch:
    """Tells when the machine came to another network: `on_change(addresses)`."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        on_change: Callable[[tuple[str, ...]], None],
        read: Callable[[], tuple[str, ...]],
    ) -> None:
        self._loop = loop
        self._on_change = on_change
        self._read = read
        self._last = read()
        self._timer = self._again()

    def _again(self) -> asyncio.TimerHandle:
        return self._loop.call_later(limits.ADDRESS_CHECK_MICROS / SECOND, self._check)

    def _check(self) -> None:
        self._timer = self._again()
        seen = self._read()
        if seen != self._last:
            self._last = seen
            self._on_change(seen)

    def stop(self) -> None:
        """Watch no longer."""
        self._timer.cancel()
