"""The agent server: run by file path, in a process of its own, for one site.

`python -I serve.py CONFINEMENT`, with the socket pair as standard input and an empty folder as the
place to be. Gives up what no script may have, then makes agents and runs their handlers as the site
says. One thread reads, one says each second that all is alive, and each agent has one, so that
an agent that waits or computes keeps nobody else. A mistake of ours ends the process; the site
starts another.
"""

from __future__ import annotations

import itertools
import json
import os
import queue
import socket
import sys
import threading
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import tclagent
import tclconfine
import tclfence
import tclwire

NO_TCL = 3
"""Exit status: this Python has no _tkinter."""
BROKEN = 70
"""Exit status: a mistake of ours."""
HEARTBEAT_SECONDS = 1.0
CPU_SECONDS = 30
"""Processor time between two heartbeats, over all threads: a process that uses it up is stuck."""
ANSWER_SECONDS = 60
"""For the site to answer; it gives up after 10 s itself."""
STACK_BYTES = 1 << 20
"""Of one agent's thread."""


class Server:
    """Everything that the threads share."""

    def __init__(self, wire: tclwire.Wire, limits: tclagent.Limits) -> None:
        self.wire = wire
        self.limits = limits
        self.idle: list[Worker] = []
        self.refusals: queue.SimpleQueue[tclwire.Message] = queue.SimpleQueue()
        self.waiting: dict[int, Worker] = {}
        self.asks = itertools.count(1)
        self.is_confined = threading.Event()
        self._workers: dict[int, Worker] = {}

    def read(self) -> None:
        """The reading thread: pass on each message to whom it concerns.

        Waits for the confinement: threads can't be made after it, and nothing may run before.
        """
        self.is_confined.wait()
        while True:
            message = self.wire.receive()
            match message:
                case ["agent", ref, *_]:
                    self._place(ref, message)
                case ["run", _, ref, *_] | ["end", ref] if ref in self._workers:
                    self._workers[ref].inbox.put(message)
                case ["reply", _, ask, ok, text]:
                    self.wire.taken()
                    worker = self.waiting.pop(ask, None)
                    if worker is not None:
                        worker.answers.put((ask, ok, text))
                case ["limits", dict() as values]:
                    self.wire.taken()
                    self.limits.seconds = values.get("seconds", self.limits.seconds)
                    self.limits.commands = values.get("commands", self.limits.commands)
                    if "bytes" in values:
                        tclconfine.limit_memory(values["bytes"])
                case _:
                    self.wire.taken()

    def _place(self, ref: int, message: tclwire.Message) -> None:
        if not self.idle:
            self.wire.taken()
            why = "this site runs as many agents as it can"
            self.refusals.put(["unmade", ref, why, ""])
            return
        worker = self._workers[ref] = self.idle.pop()
        worker.inbox.put(message)

    def leave(self, ref: int, worker: Worker) -> None:
        """An agent has gone; its thread may have another."""
        self._workers.pop(ref, None)
        self.idle.append(worker)

    def live(self, alive: tclwire.Message) -> None:
        """The heartbeat's thread."""
        self.is_confined.wait()
        never = threading.Event()
        while True:
            tclconfine.allow_cpu(CPU_SECONDS)
            self.wire.send_free(alive)
            never.wait(HEARTBEAT_SECONDS)


class Worker:
    """A thread for one agent at a time; the `Site` of its agent."""

    def __init__(self, server: Server) -> None:
        self.inbox: queue.SimpleQueue[tclwire.Message] = queue.SimpleQueue()
        self.answers: queue.SimpleQueue[tuple[int, bool, str]] = queue.SimpleQueue()
        self._server = server
        self._ref = 0
        self._is_silent = False
        self._agent: tclagent.Agent | None = None

    def work(self) -> None:
        """The thread: one message after another."""
        tcl: Any = None
        while True:
            message = self.inbox.get()
            tcl = tcl or trusted_interpreter()
            match message:
                case ["agent", ref, stream, code, argv, briefcase, site_code, first, *_]:
                    self._make(tcl, ref, stream, (code, argv, briefcase, site_code, first))
                case ["run", run, _, event, argv, facts, briefcase]:
                    self._handle(run, event, argv, facts, briefcase)
                case ["end", ref, *_]:
                    self._end(ref)
                case _:
                    raise ValueError(message)
            self._server.wire.taken()

    def ask(self, run: int, verb: str, *words: str) -> str:
        """See `tclagent.Site`."""
        number = next(self._server.asks)
        self._server.waiting[number] = self
        self._server.wire.send(["ask", run, number, verb, *words])
        answered = 0
        while answered != number:
            # An answer to an earlier question may still come, when nobody waits for it any more.
            try:
                answered, ok, text = self.answers.get(timeout=ANSWER_SECONDS)
            except queue.Empty:
                self._server.waiting.pop(number, None)
                raise tclagent.Refused("the site did not answer") from None
        if not ok:
            raise tclagent.Refused(text)
        return text

    def say(self, text: str) -> None:
        """See `tclagent.Site`."""
        if not self._is_silent:
            self._server.wire.send(["console", self._ref, text])

    def _make(self, tcl: Any, ref: int, stream: str, how: tuple[Any, ...]) -> None:
        code, argv, briefcase, site_code, first = how
        self._ref, self._is_silent = ref, not first
        agent = tclagent.Agent(tcl, self, stream, self._server.limits)
        try:
            # A body has no number of a run: the agent's own, negative, stands for it.
            effects = agent.make(-ref, code, argv, briefcase, site_code)
            wanted = effects if first else []
            self._send(["made", ref, agent.events, wanted, agent.briefcase])
            self._agent = agent
        except tclagent.Failed as failed:
            self._server.leave(ref, self)
            self._send(["unmade", ref, failed.why, failed.place])
        self._is_silent = False

    def _handle(self, run: int, event: str, argv: str, facts: Any, briefcase: Any) -> None:
        agent = self._agent
        if agent is None:
            self._send(["failed", run, "the agent was never made", ""])
            return
        try:
            effects = agent.handle(run, event, argv, facts, briefcase)
            self._send(["done", run, effects, agent.briefcase, agent.events])
        except tclagent.Failed as failed:
            self._send(["failed", run, failed.why, failed.place])

    def _end(self, ref: int) -> None:
        if self._agent is not None:
            try:
                self._agent.handle(-ref, "closing", "", {}, None)
            except tclagent.Failed as failed:
                self.say(f"on_closing: {failed.why} ({failed.place})")
            self._agent.end()
            self._agent = None
        self._server.leave(ref, self)
        self._send(["ended", ref])

    def _send(self, message: tclwire.Message) -> None:
        """What is too long is said to have failed."""
        try:
            self._server.wire.send(message)
        except ValueError:
            why = "what it wants done, with its briefcase, is longer than 64 KiB"
            kind = "unmade" if message[0] == "made" else "failed"
            self._server.wire.send([kind, message[1], why, ""])


def trusted_interpreter() -> Any:
    """This thread's own Tcl, with the fence's script."""
    import _tkinter

    # Tcl alone, without Tk; values are texts.
    tcl = _tkinter.create(None, "talkstick", "Tcl", False, False, False)
    tcl.eval(tclfence.SCRIPT)
    return tcl


def in_thread(work: Any, *arguments: Any) -> None:
    """Run in a thread; whatever ends it ends the process."""

    def run() -> None:
        status = BROKEN
        try:
            work(*arguments)
        except tclwire.Closed:
            status = 0
        except BaseException:  # noqa: BLE001 - whatever it is, it ends the process
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(status)

    threading.Thread(target=run, daemon=True).start()


def main(confinement: dict[str, int]) -> None:
    """Confine the process, say hello, serve."""
    try:
        import _tkinter
    except ImportError:
        sys.exit(NO_TCL)
    in_force = ["bubblewrap"] if confinement["wrapped"] else []
    in_force += tclconfine.limit_resources(confinement["memory_bytes"])
    tcl = trusted_interpreter()
    readable = [tcl.eval("info library")]
    patch_level = tcl.eval("info patchlevel")
    in_force += tclconfine.forbid_files(readable)
    wire = tclwire.Wire(socket.socket(fileno=0))
    limits = tclagent.Limits(confinement["seconds"], confinement["commands"])
    server = Server(wire, limits)
    threading.stack_size(STACK_BYTES)
    for _ in range(confinement["agents"]):
        worker = Worker(server)
        server.idle.append(worker)
        in_thread(worker.work)
    versions = {"tcl": patch_level, "tk": _tkinter.TK_VERSION, "python": sys.version.split()[0]}
    in_thread(server.read)
    in_thread(server.live, ["alive"])
    in_force += tclconfine.limit_processes() + tclconfine.forbid_calls()
    wire.send(["hello", versions | {"confinement": in_force}])
    server.is_confined.set()
    while True:
        wire.send(server.refusals.get())


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
