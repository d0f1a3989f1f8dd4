"""A guest in Python that speaks as the real one does: what an agent's source says is a name here.

A handler is a generator: it yields `(verb, argument...)` where a script would wait for an answer,
gets (ok, text) back, and returns its effects.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any

Steps = Generator[tuple[str, ...], tuple[bool, str], list[list[Any]]]
Handler = Callable[["Agent", str, dict[str, Any]], Steps]
Script = dict[str, Handler]


class Failure(Exception):
    """A script's error."""


@dataclass
class Agent:
    """One interpreter: variables stay with the site, the briefcase travels."""

    ref: int
    stream: str
    argv: str
    script: Script
    briefcase: dict[str, str]
    site_code: list[str]
    variables: dict[str, Any] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)


def quiet(_agent: Agent, _text: str, _facts: dict[str, Any]) -> Steps:
    """A handler that does nothing."""
    return []
    yield ()


class FakeGuest:
    """Interpreters by ref; `hear` takes a message and gives what it says."""

    def __init__(self, scripts: dict[str, Script]) -> None:
        self.scripts = scripts
        self.agents: dict[int, Agent] = {}
        self.runs: dict[int, tuple[Agent, Steps]] = {}
        self.said: list[list[Any]] = []
        self.heard: list[list[Any]] = []
        self.ended: list[str] = []

    def hear(self, message: bytes) -> list[bytes]:
        what, *rest = json.loads(message)
        self.heard.append([what, *rest])
        getattr(self, f"_{what}")(*rest)
        said, self.said = self.said, []
        return [json.dumps(parts).encode() for parts in said]

    def _limits(self, _limits: dict[str, int]) -> None:
        self.said.append(["hello", {"confinement": []}])

    def _agent(self, ref, stream, *what: Any) -> None:
        code, argv, briefcase, site_code, _first = what
        script = self.scripts[code]
        agent = self.agents[ref] = Agent(ref, stream, argv, script, briefcase, site_code)
        effects: list[list[Any]] = []
        try:
            if "body" in script:
                steps = script["body"](agent, argv, {})
                next(steps)
                raise AssertionError("a body waits for nothing here")
        except StopIteration as stop:
            effects = stop.value
        except Failure as failure:
            self.said.append(["unmade", ref, str(failure), "line 1"])
            return
        events = [event for event in script if event not in {"body", "end"}]
        self._speak(agent)
        self.said.append(["made", ref, events, effects, agent.briefcase])

    def _run(self, run, ref, event, argv, facts, briefcase) -> None:
        agent = self.agents[ref]
        if briefcase is not None:
            agent.briefcase = briefcase
        self.runs[run] = (agent, agent.script[event](agent, argv, facts))
        self._step(run, None)

    def _reply(self, run, ask, ok, text) -> None:
        self._step(run, (ok, text))

    def _step(self, run: int, answer: tuple[bool, str] | None) -> None:
        agent, steps = self.runs[run]
        try:
            ask = next(steps) if answer is None else steps.send(answer)
        except StopIteration as stop:
            del self.runs[run]
            self._speak(agent)
            events = [event for event in agent.script if event not in {"body", "end"}]
            self.said.append(["done", run, stop.value, agent.briefcase, events])
        except Failure as failure:
            del self.runs[run]
            self.said.append(["failed", run, str(failure), "line 3"])
        else:
            self._speak(agent)
            self.said.append(["ask", run, 1, *ask])

    def _end(self, ref) -> None:
        agent = self.agents.pop(ref)
        self.ended.append(agent.stream)
        self.said.append(["ended", ref])

    def _speak(self, agent: Agent) -> None:
        lines, agent.lines = agent.lines, []
        self.said += [["console", agent.ref, line] for line in lines]
