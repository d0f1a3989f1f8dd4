"""The process that carries every frame of a lab: one loop, one heap of frames that are under way.

It obeys one socket, on which a lab asks and it answers; when that is closed it ends, and all its
namespaces with it. What happens to a frame is decided by `fabric`; here are only clock and files.
"""

from __future__ import annotations

import contextlib
import heapq
import json
import os
import selectors
import socket
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from tests.netlab import namespaces
from tests.netlab.conditions import Conditions
from tests.netlab.fabric import PREFIX_BITS, Card, Delivery, Fabric, text_of
from tests.netlab.nat import Kind

FRAME_BYTES_MAX = 65_536
FRAMES_AT_ONCE = 64
"""Of one host, so that a flood of one doesn't hold up the others."""
UNDER_WAY_MAX = 200_000
"""Frames in the heap; more means that nothing limits the rate of a flood, and are dropped."""
REQUEST_BYTES_MAX = 1 << 17
MICROS = 1_000_000

Json = dict[str, Any]


def now() -> int:
    """Microseconds of the clock that all processes of the machine share."""
    return time.monotonic_ns() // 1_000


class Forwarder:
    """All hosts' cards in one loop."""

    def __init__(self, control: socket.socket, seed: int) -> None:
        self._control = control
        self._fabric = Fabric(seed)
        self._home = namespaces.here()
        self._namespaces: dict[str, int] = {}
        self._cards: dict[str, int] = {}
        self._heap: list[tuple[int, int, Delivery]] = []
        self._serial = 0
        self._lateness_worst = 0
        self._lateness_sum = 0
        self._sent = 0
        self._overrun = 0
        self._refused = 0
        self._ends = False
        # select() takes microseconds; epoll would round each wait up to a millisecond.
        self._selector = selectors.SelectSelector()
        self._selector.register(control, selectors.EVENT_READ, self._obey)
        self._answers: dict[str, Callable[..., Json]] = {
            "network": self._add_network,
            "host": self._add_host,
            "move": self._move,
            "everywhere": self._set_everywhere,
            "link": self._set_link,
            "cut": self._cut,
            "heal": self._heal,
            "plug": self._plug,
            "rebind": self._rebind,
            "socket": self._socket,
            "path": self._tell_path,
            "tell": self._tell,
        }

    def run(self) -> None:
        """Carry frames until the lab is closed."""
        while not self._ends:
            wait = None if not self._heap else max(0, self._heap[0][0] - now()) / MICROS
            for key, _ in self._selector.select(wait):
                key.data()
            self._deliver()

    # --- frames -----------------------------------------------------------------------------------

    def _read(self, host: str) -> None:
        card = self._cards[host]
        for _ in range(FRAMES_AT_ONCE):
            try:
                frame = os.read(card, FRAME_BYTES_MAX)
            except OSError:
                # Nothing more; or the card is down.
                return
            for delivery in self._fabric.carry(now(), host, frame):
                if len(self._heap) >= UNDER_WAY_MAX:
                    self._overrun += 1
                    continue
                self._serial += 1
                heapq.heappush(self._heap, (delivery.due, self._serial, delivery))

    def _deliver(self) -> None:
        moment = now()
        while self._heap and self._heap[0][0] <= moment:
            due, _, delivery = heapq.heappop(self._heap)
            if not self._fabric.arrives(delivery):
                continue
            try:
                os.write(self._cards[delivery.target], delivery.frame)
            except OSError:
                self._refused += 1
                continue
            self._sent += 1
            late = now() - due
            self._lateness_sum += late
            self._lateness_worst = max(self._lateness_worst, late)

    # --- what a lab asks --------------------------------------------------------------------------

    def _obey(self) -> None:
        request = self._control.recv(REQUEST_BYTES_MAX)
        if not request:
            self._ends = True
            return
        asked: Json = json.loads(request)
        files: Sequence[int] = ()
        try:
            answer = self._answers[asked.pop("do")](**asked)
        except (OSError, ValueError, KeyError) as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        if "file" in answer:
            files = (answer.pop("file"),)
        socket.send_fds(self._control, [json.dumps(answer).encode()], files)
        for file in files:
            os.close(file)

    def _add_network(self, name: str, nat: str | None) -> Json:
        network = self._fabric.add_network(name, None if nat is None else Kind(nat))
        public = "" if network.nat is None else text_of(network.nat.address)
        return {"public": public}

    def _add_host(self, name: str, network: str) -> Json:
        card = self._fabric.add_host(name, network)
        namespaces.enter(self._home)
        place = self._namespaces[name] = namespaces.make()
        try:
            self._cards[name] = namespaces.tap(card.mac.hex(":"))
            self._give_address(card)
        finally:
            namespaces.enter(self._home)
        self._selector.register(self._cards[name], selectors.EVENT_READ, lambda: self._read(name))
        inode = os.fstat(place).st_ino
        return {"address": text_of(card.address), "namespace": place, "inode": inode}

    def _move(self, name: str, network: str) -> Json:
        card = self._fabric.move(name, network)
        with namespaces.inside(self._namespaces[name], self._home):
            self._give_address(card)
        return {"address": text_of(card.address)}

    @staticmethod
    def _give_address(card: Card) -> None:
        router = text_of(card.network.router)
        namespaces.give_address(text_of(card.address), PREFIX_BITS, router)

    def _set_everywhere(self, conditions: Json) -> Json:
        self._fabric.set_everywhere(Conditions(**conditions))
        return {}

    def _set_link(self, source: str, target: str, conditions: Json) -> Json:
        self._fabric.path(source, target).pipe.conditions = Conditions(**conditions)
        return {}

    def _cut(self, source: str, target: str) -> Json:
        self._fabric.path(source, target).is_cut = True
        return {}

    def _heal(self) -> Json:
        self._fabric.heal()
        return {}

    def _plug(self, name: str, on: bool) -> Json:
        self._fabric.cards[name].plugged = on
        namespaces.carrier(self._cards[name], on=on)
        return {}

    def _rebind(self, network: str) -> Json:
        nat = self._fabric.networks[network].nat
        if nat is None:
            message = f"network {network} has no router that translates"
            raise ValueError(message)
        nat.rebind()
        return {}

    def _socket(self, name: str, port: int) -> Json:
        with namespaces.inside(self._namespaces[name], self._home):
            made = namespaces.udp_socket(port)
        return {"file": made.detach()}

    def _tell_path(self, source: str, target: str) -> Json:
        path = self._fabric.path(source, target)
        return {"counts": asdict(path.pipe.counts), "marks": list(path.marks)}

    def _tell(self) -> Json:
        return {
            "sent": self._sent,
            "late_mean_micros": self._lateness_sum / max(1, self._sent),
            "late_worst_micros": self._lateness_worst,
            "under_way": len(self._heap),
            "overrun": self._overrun,
            "refused": self._refused,
            "unrouted": self._fabric.unrouted,
            "filtered": sum(
                network.nat.filtered for network in self._fabric.networks.values() if network.nat
            ),
        }


def main() -> int:
    """Arguments: the number of the control socket's file, the seed, `root` or `user`."""
    control = socket.socket(fileno=int(sys.argv[1]))
    with contextlib.closing(control):
        try:
            is_user = namespaces.leave(as_user=sys.argv[3] == "user")
            namespaces.ip("link set lo up")
            os.close(os.open(namespaces.TUN, os.O_RDWR))
        except OSError as error:
            control.send(json.dumps({"error": str(error)}).encode())
            return 1
        control.send(json.dumps({"user": is_user}).encode())
        Forwarder(control, int(sys.argv[2])).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
