"""Total order here and elsewhere, in one run and with one delay.

Three participants, each a process of its own, 50 ms one way from whatever orders; one of them says
300 lines, 12 ms apart. How long until the talker sees its own line in the order, and until the others
see it. Peers keep nothing on a disk and repeat nothing; Talkstick commits at every site and signs.
A peer that is not on this machine is left out, and that is said.

    python -m benchmarks.total_order [--json] [--delay MS] [--nats PATH]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from app.bench import host
from app.bench.cluster import Cluster
from app.bench.figures import percentile
from app.bench.messages import Talk
from benchmarks.peers import nats, sequencer
from benchmarks.peers.way import Delayed, Way

SITES = 3
LINES = 300
EVERY_MS = 12.0
CHARACTERS = 40
NUMBER_BYTES = 8
PATIENCE_SECONDS = 60.0
STARTS_SECONDS = 1.0

Waits = tuple[list[float], list[float]]
"""Milliseconds until the talker sees its own line, and until the others see it."""


# --- peers ----------------------------------------------------------------------------------------


def take_part(pipe: Connection, make: Callable[[int], Way], port: int, delay_ms: float) -> None:
    """One participant: says so many lines as the pipe says, notes when each line came."""
    asyncio.run(_take_part(pipe, make, port, delay_ms))


async def _take_part(
    pipe: Connection, make: Callable[[int], Way], port: int, delay_ms: float
) -> None:
    way = Delayed(make(port), delay_ms)
    came: list[tuple[int, float]] = []
    done = asyncio.Event()

    def told(line: bytes) -> None:
        came.append((int.from_bytes(line[:NUMBER_BYTES], "big"), time.monotonic()))
        if len(came) == LINES:
            done.set()

    await way.open(told)
    pipe.send("ready")
    lines = await asyncio.to_thread(pipe.recv)
    said: list[float] = []
    for number in range(lines):
        said.append(time.monotonic())
        way.send(number.to_bytes(NUMBER_BYTES, "big") + b"x" * CHARACTERS)
        await asyncio.sleep(EVERY_MS / 1_000)
    await asyncio.wait_for(done.wait(), PATIENCE_SECONDS)
    pipe.send((said, came))
    await way.close()


def through(make: Callable[[int], Way], port: int, delay_ms: float) -> Waits:
    """The waits of one way; its server runs already."""
    context = multiprocessing.get_context("spawn")
    pipes: list[Connection] = []
    processes: list[BaseProcess] = []
    for _ in range(SITES):
        here, there = context.Pipe()
        process = context.Process(target=take_part, args=(there, make, port, delay_ms), daemon=True)
        process.start()
        pipes.append(here)
        processes.append(process)
    for pipe in pipes:
        assert pipe.recv() == "ready"
    for place, pipe in enumerate(pipes):
        pipe.send(LINES if place == 0 else 0)
    results = [pipe.recv() for pipe in pipes]
    for process in processes:
        process.join()
    said = results[0][0]
    orders = [[number for number, _ in came] for _, came in results]
    assert orders == [list(range(LINES))] * SITES, "the order is not one"
    waits = [[(at - said[number]) * 1_000 for number, at in came] for _, came in results]
    return waits[0], waits[1] + waits[2]


@contextmanager
def serving(target: Callable[[int], None], port: int) -> Iterator[None]:
    """A process that orders, for as long as it is needed."""
    process = multiprocessing.get_context("spawn").Process(target=target, args=(port,), daemon=True)
    process.start()
    _wait_for(port)
    try:
        yield
    finally:
        process.kill()
        process.join()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(STARTS_SECONDS / 20)
    raise TimeoutError("a peer does not start")


def _free_port() -> int:
    """A port that is free, as most likely is the one after it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


# --- Talkstick ------------------------------------------------------------------------------------


def talkstick(folder: Path, delay_ms: float, talker: int) -> Waits:
    """The stick is at the first site; who talks has it, or has not."""
    with Cluster(folder, SITES, policy="fixed", delay_ms=delay_ms) as cluster:
        cluster.tell(talker, Talk(LINES, EVERY_MS, CHARACTERS))
        reports = cluster.reports(LINES)
    said = dict(reports[talker].said)
    waits = [
        [(at - said[entry]) * 1_000 for entry, at in report.shown if entry in said]
        for report in reports
    ]
    own = waits.pop(talker)
    return own, [wait for each in waits for wait in each]


# --- all ------------------------------------------------------------------------------------------


def measure(delay_ms: float, nats_program: str | None) -> dict[str, Waits]:
    """The waits of everything that is here."""
    found: dict[str, Waits] = {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for name, talker in (
            ("talkstick, stick at the talker", 0),
            ("talkstick, stick elsewhere", 1),
        ):
            place = folder / str(talker)
            place.mkdir()
            found[name] = talkstick(place, delay_ms, talker)
        port = _free_port()
        with serving(sequencer.serve, port):
            found["fixed sequencer"] = through(sequencer.SequencerWay, port, delay_ms)
        if nats_program is None:
            print("nats-server is not here: left out", file=sys.stderr)
        else:
            port = _free_port()
            server = nats.start(nats_program, port, folder)
            try:
                _wait_for(port)
                found["NATS"] = through(nats.NatsWay, port, delay_ms)
            finally:
                server.kill()
                server.wait()
        try:
            from benchmarks.peers import zeromq
        except ImportError:
            print("pyzmq is not here: left out", file=sys.stderr)
        else:
            port = _free_port()
            with serving(zeromq.serve, port):
                found["ZeroMQ relay"] = through(zeromq.ZeromqWay, port, delay_ms)
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--delay", type=float, default=50.0, metavar="MS")
    parser.add_argument("--nats", default=shutil.which("nats-server"), metavar="PATH")
    options = parser.parse_args()
    figures = {
        f"{name}: {who}, p{percent}, ms": round(percentile(waits, percent), 2)
        for name, both in measure(options.delay, options.nats).items()
        for who, waits in zip(("own", "others"), both, strict=True)
        for percent in (50, 95)
    }
    with tempfile.TemporaryDirectory() as folder:
        machine = host.describe(Path(folder))
    if options.json:
        print(json.dumps({"name": "total-order", "figures": figures, "machine": machine}))
        return
    for name, value in figures.items():
        print(f"{name:<56} {value:>9.2f}")


if __name__ == "__main__":
    main()
