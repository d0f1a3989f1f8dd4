"""One running site: journal, machine, socket and watches put together, opened and taken apart.

Shared by the site without a window and the one with it. It decides nothing about the order or the
network, and shows nothing: each event goes to `show`.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import replace

from app.core.instant import Micros
from app.core.rng import Rng
from app.dispatcher.records import Saved
from app.drivers import clock
from app.drivers.addresses import AddressWatch, reachable
from app.drivers.folder import Folder
from app.drivers.guests import Guests
from app.drivers.pump import Pump, Recipe
from app.drivers.simnet import SimulatedNetwork, SimulatedWire
from app.drivers.udp import Batch, Udp, bind
from app.node.api import Command, Event
from app.node.config import Config
from app.node.contract import (
    Address,
    AddressesChanged,
    CommandIssued,
    DatagramReceived,
    GuestEnded,
    GuestSpoke,
    Input,
    Woke,
)
from app.node.machine import NodeMachine
from app.node.turn import Machine
from app.store.journal import Journal

Build = Callable[[Saved, Micros, Config], Machine]


def build_machine(saved: Saved, now: Micros, config: Config) -> Machine:
    """The real machine, with the system's entropy."""
    return NodeMachine(
        saved=saved, entropy=os.urandom, rng=Rng(os.urandom(16).hex()), now=now, config=config
    )


class Engine:
    """One run of one journal.

    Args:
        folder: the open data folder.
        show: gets every event.
        revived: called after a failed commit, when a new machine waits to resume the session.
        config: how the machine runs, but for clock and addresses.
        build: how a machine is made.
    """

    def __init__(
        self,
        folder: Folder,
        show: Callable[[Event], None],
        revived: Callable[[], None],
        config: Config,
        build: Build = build_machine,
    ) -> None:
        self._folder = folder
        self._revived = revived
        self._build = build
        self._config = config
        self._addresses: tuple[str, ...] = ()
        self.bound: Address = ("", 0)
        self._send: Callable[[Address, bytes], None] = lambda _target, _data: None
        loop = asyncio.get_running_loop()
        self._guests = Guests.wrapped(loop, self._guest_spoke, self._guest_ended)
        self.pump = Pump(
            Recipe(lambda: Journal.open(folder.journal), self._make, self._revive),
            send=self._transmit,
            emit=show,
            clock=clock.now,
            loop=loop,
            guest=self._guests.take,
        )

    def submit(self, command: Command) -> None:
        """Give the machine a command."""
        self.pump.submit(CommandIssued(command))

    @property
    def outward(self) -> bool:
        """Whether others than this machine can reach the site."""
        return not self.bound[0].startswith("127.") and self.bound[0] != "::1"

    async def open(
        self, stack: contextlib.AsyncExitStack, listen: Address, network: SimulatedNetwork | None
    ) -> None:
        """Start; `stack` gets everything that has to be closed again, in reverse order.

        Raises:
            KnownError: the environment doesn't let it start.
        """
        loop, pump = asyncio.get_running_loop(), self.pump
        sock = bind(listen, self._folder.port())
        stack.callback(sock.close)
        bound: Address = sock.getsockname()[:2]
        self._addresses = reachable(bound)
        stack.callback(self._guests.close)
        pump.start()
        stack.callback(pump.close)
        self._folder.remember_port(bound[1])
        self.bound = bound
        udp = await Udp.open(sock, lambda batch: pump.submit_all(_datagrams(batch)))
        stack.callback(udp.close)
        self._send = udp.send
        if network is not None:
            self._send = SimulatedWire(network, udp.send, Rng(os.urandom(16).hex()), loop).send
        sleep = clock.SleepWatch(loop, lambda gap: pump.submit(Woke(gap)))
        stack.callback(sleep.stop)
        watch = AddressWatch(loop, self._went_elsewhere, lambda: reachable(bound))
        stack.callback(watch.stop)

    # --- what the pump asks -----------------------------------------------------------------------

    def _make(self, saved: Saved, now: Micros) -> Machine:
        config = replace(self._config, wall_ms=clock.wall_ms(), addresses=self._addresses)
        return self._build(saved, now, config)

    def _revive(self) -> Iterator[Input]:
        """After a failed commit: go on with the session that is on disk."""
        yield AddressesChanged(self._addresses)
        self._revived()

    def _transmit(self, target: Address, data: bytes) -> None:
        self._send(target, data)

    # --- guests -----------------------------------------------------------------------------------

    def _guest_spoke(self, guest: int, message: bytes) -> None:
        self.pump.submit(GuestSpoke(guest, message))

    def _guest_ended(self, guest: int, why: str) -> None:
        self.pump.submit(GuestEnded(guest, why))

    # --- addresses --------------------------------------------------------------------------------

    def _went_elsewhere(self, addresses: tuple[str, ...]) -> None:
        self._addresses = addresses
        self.pump.submit(AddressesChanged(addresses))


def _datagrams(batch: Batch) -> Iterator[Input]:
    for source, data in batch:
        yield DatagramReceived(source, data)
