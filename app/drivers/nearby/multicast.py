"""Looking around by zeroconf: `_talkstick._udp` (RFC 6762, 6763).

The instance and the host are named at random at each start, and the record holds a version and the
session's tag: nothing that names a person, a machine or a session (RFC 8882). It browses only while
somebody looks. What it finds is only sighted; the address list may hold dead ones.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
from typing import Any

from zeroconf import Error, ServiceStateChange, Zeroconf
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

from app.core import limits
from app.drivers.nearby.beacon import TAG_BYTES
from app.drivers.nearby.sightings import Sightings
from app.node.addressbook import address_text

SERVICE = "_talkstick._udp.local."
_VERSION = b"1"
_RESOLVE_MILLISECONDS = 3_000

FAILURES = (OSError, Error)
"""What anything here may raise where the network does not let it work."""


class Multicast:
    """One responder and browser. `addresses`: of this machine, replaced by `renew`.

    What has to be awaited is to be called one after another.
    """

    def __init__(self, sightings: Sightings) -> None:
        self._sightings = sightings
        self._zeroconf: AsyncZeroconf | None = None
        self._browser: AsyncServiceBrowser | None = None
        self._info: AsyncServiceInfo | None = None
        self._own = ""
        self._repeats: asyncio.Future[Any] | None = None
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._names: dict[str, None] = {}

    @property
    def is_open(self) -> bool:
        """Whether the group was joined."""
        return self._zeroconf is not None

    def open(self, interfaces: tuple[str, ...]) -> None:
        """Join the group at these addresses of this machine. Raises `FAILURES`."""
        self._zeroconf = AsyncZeroconf(interfaces=list(interfaces))

    async def announce(self, tag: bytes, port: int, addresses: tuple[str, ...]) -> None:
        """A session is open here; what stood before was withdrawn."""
        if self._zeroconf is None:
            return
        label = secrets.token_hex(8)
        info = self._described(label, tag, port, addresses)
        self._own = info.name
        repeats = await self._zeroconf.async_register_service(info, allow_name_change=True)
        self._info, self._own = info, info.name
        # Repeated while others go on; a task that nobody holds may be dropped.
        self._repeats = asyncio.ensure_future(repeats)

    def _described(
        self, label: str, tag: bytes, port: int, addresses: tuple[str, ...]
    ) -> AsyncServiceInfo:
        packed = []
        for text in addresses:
            family = socket.AF_INET6 if ":" in text else socket.AF_INET
            packed.append(socket.inet_pton(family, text))
        return AsyncServiceInfo(
            SERVICE,
            f"{label}.{SERVICE}",
            addresses=packed,
            port=port,
            properties={b"v": _VERSION, b"s": tag.hex().encode()},
            server=f"{label}.local.",
        )

    async def withdraw(self) -> None:
        """Say goodbye."""
        info, self._info = self._info, None
        if self._repeats is not None:
            # One that is repeated after the goodbye would stand for over an hour.
            self._repeats.cancel()
        if info is not None and self._zeroconf is not None:
            await (await self._zeroconf.async_unregister_service(info))

    async def renew(self, interfaces: tuple[str, ...], addresses: tuple[str, ...]) -> None:
        """The machine came to another network."""
        if self._zeroconf is None:
            return
        await self._zeroconf.async_update_interfaces(interfaces=list(interfaces))
        info = self._info
        if info is not None and info.port is not None:
            tag = bytes.fromhex((info.properties.get(b"s") or b"").decode())
            self._info = self._described(info.name.partition(".")[0], tag, info.port, addresses)
            repeats = await self._zeroconf.async_update_service(self._info)
            self._repeats = asyncio.ensure_future(repeats)

    async def look(self, *, on: bool) -> None:
        """Browse, or stop browsing."""
        if on and self._browser is None and self._zeroconf is not None:
            self._browser = AsyncServiceBrowser(
                self._zeroconf.zeroconf, SERVICE, handlers=[self._changed]
            )
        elif not on and self._browser is not None:
            browser, self._browser = self._browser, None
            await browser.async_cancel()
            for name in [*self._tasks, *self._names]:
                self._gone(name)

    async def close(self) -> None:
        """Say goodbye and end."""
        await self.look(on=False)
        await self.withdraw()
        zeroconf, self._zeroconf = self._zeroconf, None
        if zeroconf is not None:
            await zeroconf.async_close()

    # --- what is found ----------------------------------------------------------------------------

    def _changed(
        self, zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange
    ) -> None:
        if name == self._own:
            return
        if state_change is ServiceStateChange.Removed:
            self._gone(name)
            return
        self._stop(name)
        if len(self._tasks) < limits.NEAR_SESSIONS_MAX:
            work = self._resolve(zeroconf, service_type, name)
            self._tasks[name] = asyncio.get_running_loop().create_task(work)

    def _stop(self, name: str) -> None:
        task = self._tasks.pop(name, None)
        if task is not None:
            task.cancel()

    def _gone(self, name: str) -> None:
        self._stop(name)
        self._names.pop(name, None)
        self._sightings.gone(f"zeroconf {name}")

    async def _resolve(self, zeroconf: Zeroconf, service_type: str, name: str) -> None:
        info = AsyncServiceInfo(service_type, name)
        with contextlib.suppress(*FAILURES):
            await info.async_request(zeroconf, _RESOLVE_MILLISECONDS)
        self._tasks.pop(name, None)
        tag = b""
        with contextlib.suppress(ValueError):
            tag = bytes.fromhex((info.properties.get(b"s") or b"").decode("ascii", "replace"))
        texts = [address_text(host, info.port) for host in info.parsed_addresses() if info.port]
        if len(tag) == TAG_BYTES and texts:
            self._names[name] = None
            self._sightings.seen(f"zeroconf {name}", tag, tuple(texts))
