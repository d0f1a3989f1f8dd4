"""One running site: journal, machine, socket and watches put together, opened and taken apart.

Shared by the site without a window and the one with it. It decides nothing about the order or the
network, and shows nothing: each event goes to `show`.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from app.cli.request import Gathered, ProgramWanted
from app.core.errors import KnownError, LocalError
from app.core.instant import Micros
from app.core.rng import Rng
from app.dispatcher.records import Saved
from app.drivers import clock
from app.drivers.addresses import AddressWatch, reachable
from app.drivers.blobs import Blobs
from app.drivers.chosenfiles import keep_chosen
from app.drivers.folder import Folder
from app.drivers.guests import Guests
from app.drivers.lab import Lab, Worse
from app.drivers.programs import find_program, gather
from app.drivers.pump import Pump, Recipe
from app.drivers.sharedprogram import Place
from app.drivers.simnet import SimulatedNetwork, SimulatedWire
from app.drivers.udp import Batch, Udp, bind
from app.node.api import ChosenFile, Command, Event
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
        self._gathering: dict[asyncio.Task[None], bool] = {}
        loop = asyncio.get_running_loop()
        self._blobs = Blobs(folder.path / "content")
        place = Place(self._blobs, folder.path / "saved")
        self._lab = Lab(self._transmit, self._received, Rng(os.urandom(16).hex()), loop)
        self._guests = Guests.wrapped(loop, self._guest_spoke, self._guest_ended, place)
        self.pump = Pump(
            Recipe(lambda: Journal.open(folder.journal), self._make, self._revive),
            send=self._lab.send,
            emit=show,
            clock=clock.now,
            loop=loop,
            guest=self._guests.take,
            blob=self._blobs.take,
            thrown_away=self._guests.close,
        )

    def submit(self, command: Command) -> None:
        """Give the machine a command."""
        self.pump.submit(CommandIssued(command))

    def make_worse(self, rules: Mapping[Address, tuple[float, float, bool]]) -> None:
        """What the network is to do to these addresses: (delay in ms, loss, cut), each way."""
        self._lab.set_rules({address: Worse(*rule) for address, rule in rules.items()})

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
        udp = await Udp.open(sock, self._lab.receive)
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

    def _received(self, batch: Batch) -> None:
        self.pump.submit_all(_datagrams(batch))

    # --- guests -----------------------------------------------------------------------------------

    def _guest_spoke(self, guest: int, message: bytes) -> None:
        self.pump.submit(GuestSpoke(guest, message))

    def _guest_ended(self, guest: int, why: str) -> None:
        self.pump.submit(GuestEnded(guest, why))

    # --- programs ---------------------------------------------------------------------------------

    def gather(
        self, wanted: ProgramWanted, then: Callable[[Gathered | LocalError | KnownError], None]
    ) -> None:
        """Keep the files of a program that is to be shared; `then` gets its offer, or why not."""

        async def work() -> None:
            then(await asyncio.to_thread(self._gathered, wanted))

        task = asyncio.get_running_loop().create_task(work())
        self._gathering[task] = True
        task.add_done_callback(self._gathering.pop)

    def _gathered(self, wanted: ProgramWanted) -> Gathered | LocalError | KnownError:
        """Reads the disk: in a thread."""
        seed = int.from_bytes(os.urandom(4), "big")
        try:
            found = find_program(wanted.program, Path(wanted.folder))
            offer, listing = gather(found, wanted.arguments, wanted.python, self._blobs, seed)
        except (LocalError, KnownError) as error:
            return error
        return Gathered(offer, listing)

    def keep_files(
        self, how: str, paths: tuple[str, ...], then: Callable[[tuple[ChosenFile, ...] | str], None]
    ) -> None:
        """Keep files that a shared program is given; `then` gets them, or why not."""

        def work() -> tuple[ChosenFile, ...] | str:
            try:
                return keep_chosen(how, paths, self._blobs)
            except (LocalError, KnownError) as error:
                return str(error)

        async def wait() -> None:
            then(await asyncio.to_thread(work))

        task = asyncio.get_running_loop().create_task(wait())
        self._gathering[task] = True
        task.add_done_callback(self._gathering.pop)

    # --- addresses --------------------------------------------------------------------------------

    def _went_elsewhere(self, addresses: tuple[str, ...]) -> None:
        self._addresses = addresses
        self.pump.submit(AddressesChanged(addresses))


def _datagrams(batch: Batch) -> Iterator[Input]:
    for source, data in batch:
        yield DatagramReceived(source, data)
