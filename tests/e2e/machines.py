"""Several machines on this one: network namespaces, joined by switches that live in one, too.

Needs Linux, root and the program `ip`; elsewhere `why_not` says what is missing. Nothing of this
machine's own network is touched.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

CLONE_NEWNET = 0x4000_0000
ETH_P_ALL = 3
FRAME_BYTES_MAX = 65_535
PATIENCE_SECONDS = 30.0


def why_not() -> str:
    """Why there can't be several machines here; empty where there can."""
    if sys.platform != "linux":
        return "network namespaces are made on Linux only"
    if shutil.which("ip") is None or shutil.which("unshare") is None:
        return "the programs ip and unshare are not here"
    tried = subprocess.run(["unshare", "-n", "ip", "netns"], capture_output=True, check=False)
    return "network namespaces are not allowed here" if tried.returncode else ""


def ip(*words: object) -> None:
    """Run `ip`; a failure shows what it said."""
    done = subprocess.run(
        ["ip", *(str(word) for word in words)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"ip {' '.join(str(word) for word in words)}: {done.stderr}"


def inside(namespace: str, make: Callable[[], socket.socket]) -> socket.socket:
    """A socket of a namespace, made on a thread that went there."""
    made: list[socket.socket] = []

    def go() -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        with Path(f"/run/netns/{namespace}").open("rb") as place:
            if libc.setns(place.fileno(), CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), "setns")
        made.append(make())

    thread = threading.Thread(target=go)
    thread.start()
    thread.join()
    return made[0]


class Machine:
    """One namespace; `within` goes before a command that is to run there."""

    def __init__(self, name: str, network: Network) -> None:
        self._network = network
        self._cards = 0
        self.name = name
        self.within = ("ip", "netns", "exec", name)
        ip("netns", "add", name)
        ip("-n", name, "link", "set", "lo", "up")

    def vpn(self, address: str) -> None:
        """An interface that leads nowhere, and everything without a better way there."""
        card = self.plug(f"tunnel{self.name[-1]}", address)
        ip("-n", self.name, "route", "add", "default", "dev", card)

    def plug(self, switch: str, address: str, *, multicast: bool = True) -> str:
        """A network card on a switch, which may not pass on multicast; the card's name."""
        card = f"eth{self._cards}"
        self._cards += 1
        port = self._network.port(switch, self.name, card)
        if not multicast:
            flood = ("type", "bridge_slave", "mcast_flood", "off")
            ip("-n", self._network.name, "link", "set", port, *flood)
        ip("-n", self.name, "addr", "add", address, "brd", "+", "dev", card)
        ip("-n", self.name, "link", "set", card, "up")
        return card

    def take_port(self, port: int) -> socket.socket:
        """A program that has a UDP port of its own and shares it with nobody."""

        def make() -> socket.socket:
            taken = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            taken.bind(("", port))
            return taken

        return inside(self.name, make)


class Network:
    """Switches and machines, gone with `clear`."""

    def __init__(self) -> None:
        self.name = f"talk{os.getpid()}"
        self._ports = 0
        self._made = [self.name]
        self._switches: list[str] = []
        ip("netns", "add", self.name)

    def machine(self) -> Machine:
        name = f"{self.name}-{len(self._made)}"
        self._made.append(name)
        return Machine(name, self)

    def port(self, switch: str, machine: str, card: str) -> str:
        """A cable from a machine's new card to a switch; the name of its other end."""
        if switch not in self._switches:
            self._switches.append(switch)
            ip("-n", self.name, "link", "add", switch, "type", "bridge")
            ip("-n", self.name, "link", "set", switch, "up")
        self._ports += 1
        port = f"port{self._ports}"
        ends = ("netns", self.name, "type", "veth", "peer", "name", card, "netns", machine)
        ip("link", "add", port, *ends)
        ip("-n", self.name, "link", "set", port, "master", switch, "up")
        return port

    def clear(self) -> None:
        for name in self._made:
            subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)


class Tap:
    """Everything that passes a switch of a network, or a card of a machine, from now until `end`."""

    def __init__(self, place: Network | Machine, interface: str) -> None:
        def make() -> socket.socket:
            tap = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
            tap.bind((interface, 0))
            return tap

        self._socket = inside(place.name, make)
        self.frames: list[bytes] = []
        self._ends = threading.Event()
        self._seen = threading.Event()
        self._socket.settimeout(0.1)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        while not self._ends.is_set():
            try:
                self.frames.append(self._socket.recv(FRAME_BYTES_MAX))
                self._seen.set()
            except TimeoutError:
                continue

    def end(self) -> Tap:
        """Stop; its frames stay."""
        self._ends.set()
        self._reader.join()
        self._socket.close()
        return self

    def wait_for(self, holds: Callable[[], object], what: str) -> None:
        """Until something was seen here; AssertionError after a patience that is never short."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not holds():
            assert time.monotonic() < end, f"never seen on the wire: {what}"
            self._seen.wait(0.1)
            self._seen.clear()

    def udp(self, port: int) -> list[bytes]:
        """What was sent to this UDP port: frames of IPv4 without options, and of IPv6."""
        return [frame for frame in self.frames if _udp_target(frame) == port]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_how: object) -> None:
        self.end()


def _udp_target(frame: bytes) -> int | None:
    kind, header = frame[12:14], frame[14:]
    if kind == b"\x08\x00" and header[9:10] == b"\x11":
        return int.from_bytes(header[22:24], "big")
    if kind == b"\x86\xdd" and header[6:7] == b"\x11":
        return int.from_bytes(header[42:44], "big")
    return None
