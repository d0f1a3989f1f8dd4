"""Machines on this machine: `Lab` starts the forwarding process, its hosts run real programs.

    with Lab(seed=7) as lab:
        ada, ben = lab.host("ada"), lab.host("ben")
        lab.link(ada, ben, delay_ms=50, loss=0.02)
        ada.run(["ping", "-c1", ben.address])

Everything a lab started is gone when it ends, processes too.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from tests.netlab.conditions import Conditions
from tests.netlab.fabric import Mark
from tests.netlab.nat import Kind
from tests.netlab.pipe import Counts

ROOT = Path(__file__).resolve().parents[2]
ANSWER_BYTES_MAX = 1 << 20
PATIENCE_SECONDS = 30.0
LAN = "lan"

Json = dict[str, Any]


class LabError(Exception):
    """The forwarding process could not do what a lab asked."""


@functools.cache
def why_not(*, as_user: bool = False) -> str:
    """Why there can be no lab here; empty where there can."""
    if sys.platform != "linux":
        return "network namespaces are made on Linux only"
    for program in ("ip", "nsenter"):
        if shutil.which(program) is None:
            return f"the program {program} is not here"
    try:
        with Lab(as_user=as_user) as lab:
            lab.host("probe").run(["true"])
    except (LabError, subprocess.CalledProcessError) as error:
        return f"network namespaces or /dev/net/tun are not allowed here ({error})"
    return ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a path did: its counts, and the fate of its last packets."""

    counts: Counts
    marks: list[Mark]


class Host:
    """One machine; `within` goes before a command that is to run there."""

    def __init__(self, lab: Lab, name: str, network: str, made: Json) -> None:
        self._lab = lab
        self._inode: int = made["inode"]
        self._started: list[subprocess.Popen[str]] = []
        self.name = name
        self.network = network
        self.address: str = made["address"]
        self.within = lab.within(made["namespace"])

    def __str__(self) -> str:
        return self.name

    # --- programs ---------------------------------------------------------------------------------

    def run(
        self, command: Sequence[object], *, check: bool = True, timeout: float = PATIENCE_SECONDS
    ) -> subprocess.CompletedProcess[str]:
        """Run a program there to its end, and keep what it prints."""
        words = [*self.within, *(str(word) for word in command)]
        return subprocess.run(words, capture_output=True, text=True, check=check, timeout=timeout)

    def start(self, command: Sequence[object], **options: Any) -> subprocess.Popen[str]:
        """Start a program there, killed with the lab; `options` are those of `Popen`."""
        words = [*self.within, *(str(word) for word in command)]
        process = subprocess.Popen(words, text=True, **options)
        self._started.append(process)
        return process

    def socket(self, port: int = 0) -> socket.socket:
        """A UDP socket of that machine, used from here."""
        _, files = self._lab.ask(1, do="socket", name=self.name, port=port)
        return socket.socket(fileno=files[0])

    def processes(self) -> list[int]:
        """All that runs there, whoever started it."""
        return [number for number in _processes() if _network_of(number) == self._inode]

    def send_signal(self, number: int) -> None:
        """To everything that runs there."""
        for process in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, number)

    def pause(self) -> None:
        """As a lid that is closed: nothing runs, nothing is lost."""
        self.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self.send_signal(signal.SIGCONT)

    def down(self) -> None:
        """As a power cut: what runs there is killed, and nothing reaches it."""
        self.unplug()
        self.end()

    def up(self) -> None:
        """Back again, with nothing running."""
        self.plug()

    def end(self) -> None:
        """Kill all that runs there, and what was started a moment ago and is on its way there."""
        for process in self._started:
            process.kill()
            process.wait()
        self.send_signal(signal.SIGKILL)

    # --- network ----------------------------------------------------------------------------------

    def unplug(self) -> None:
        """Take the cable out; its address stays."""
        self._lab.ask(do="plug", name=self.name, on=False)

    def plug(self) -> None:
        self._lab.ask(do="plug", name=self.name, on=True)

    def move(self, network: str = "") -> str:
        """Another address, in the same network or in another; the old one is nobody's."""
        self.network = network or self.network
        (made, _) = self._lab.ask(do="move", name=self.name, network=self.network)
        self.address = made["address"]
        return self.address


class Lab:
    """Hosts, networks and paths between them; a path is perfect until somebody says otherwise.

    `seed` decides what each path draws. `as_user`: go through a user namespace even as root.
    """

    def __init__(self, seed: int = 0, *, as_user: bool = False) -> None:
        self._seed = seed
        self._as_user = as_user
        self._user: list[str] = []
        self.hosts: dict[str, Host] = {}

    def __enter__(self) -> Self:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            way = "user" if self._as_user else "root"
            words = ["-m", "tests.netlab.forwarder", theirs.fileno(), self._seed, way]
            self._forwarder = subprocess.Popen(
                [sys.executable, *(str(word) for word in words)],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        self._control = ours
        ours.settimeout(PATIENCE_SECONDS)
        try:
            (started, _) = self._answer(0)
            if started["user"]:
                self._user = [
                    f"--user=/proc/{self._forwarder.pid}/ns/user",
                    "--preserve-credentials",
                ]
            self.network(LAN)
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(self, *_how: object) -> None:
        for host in self.hosts.values():
            host.end()
        self._close()

    def _close(self) -> None:
        self._control.close()
        self._forwarder.wait(PATIENCE_SECONDS)

    # --- building it ------------------------------------------------------------------------------

    def network(self, name: str, nat: Kind | None = None) -> str:
        """A switch; with `nat` behind a router that translates, and its public address is given."""
        (made, _) = self.ask(do="network", name=name, nat=nat)
        return str(made["public"])

    def host(self, name: str, network: str = LAN) -> Host:
        (made, _) = self.ask(do="host", name=name, network=network)
        host = self.hosts[name] = Host(self, name, network, made)
        return host

    def within(self, namespace: int) -> tuple[str, ...]:
        """What goes before a command that is to run in a namespace of the forwarding process."""
        place = f"--net=/proc/{self._forwarder.pid}/fd/{namespace}"
        return ("nsenter", *self._user, place, "--")

    # --- changing it ------------------------------------------------------------------------------

    def links(self, **conditions: float) -> None:
        """The conditions of all paths, of those of later hosts too."""
        made = asdict(Conditions(**conditions))
        self.ask(do="everywhere", conditions=made)

    def link(self, a: Host, b: Host, *, one_way: bool = False, **conditions: float) -> None:
        """The conditions between two hosts in both directions, or from a to b alone."""
        made = asdict(Conditions(**conditions))
        for source, target in _directions(a, b, one_way=one_way):
            self.ask(do="link", source=source.name, target=target.name, conditions=made)

    def cut(self, a: Host, b: Host, *, one_way: bool = False) -> None:
        """Nothing gets from one to the other any more, what is under way is lost too."""
        for source, target in _directions(a, b, one_way=one_way):
            self.ask(do="cut", source=source.name, target=target.name)

    def partition(self, *sides: Iterable[Host]) -> None:
        """Cut all paths between hosts of different sides."""
        groups = [list(side) for side in sides]
        for number, side in enumerate(groups):
            for other in groups[number + 1 :]:
                for a in side:
                    for b in other:
                        self.cut(a, b)

    def heal(self) -> None:
        """No path is cut any more."""
        self.ask(do="heal")

    def rebind(self, network: str) -> None:
        """The router of a network forgets its mappings, and gives other ports from now on."""
        self.ask(do="rebind", network=network)

    # --- measuring it -----------------------------------------------------------------------------

    def seen(self, source: Host, target: Host) -> Seen:
        (told, _) = self.ask(do="path", source=source.name, target=target.name)
        marks = [Mark(moment, size, tuple(due), why) for moment, size, due, why in told["marks"]]
        return Seen(Counts(**told["counts"]), marks)

    def tell(self) -> Json:
        """Figures of the forwarding process: what it sent, and how late."""
        return self.ask(do="tell")[0]

    def ask(self, files: int = 0, **request: object) -> tuple[Json, list[int]]:
        """Ask the forwarding process; what is answered holds already."""
        self._control.send(json.dumps(request).encode())
        return self._answer(files)

    def _answer(self, files: int) -> tuple[Json, list[int]]:
        data, got, _, _ = socket.recv_fds(self._control, ANSWER_BYTES_MAX, files)
        if not data:
            message = f"the forwarding process ended with {self._forwarder.wait(PATIENCE_SECONDS)}"
            raise LabError(message)
        answer: Json = json.loads(data)
        if "error" in answer:
            raise LabError(answer["error"])
        return answer, got


def _directions(a: Host, b: Host, *, one_way: bool) -> list[tuple[Host, Host]]:
    return [(a, b)] if one_way else [(a, b), (b, a)]


def _processes() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _network_of(process: int) -> int:
    """The inode of a process's network namespace; 0 if it is gone, or somebody else's."""
    try:
        return Path(f"/proc/{process}/ns/net").stat().st_ino
    except OSError:
        return 0
