"""Agents whose source travels: they run in a guest process, one for this site, over several turns.

The guest is started when the first such agent begins here and stopped with the last. If it ends, or
says what can't be, the agents whose handlers ran have failed, a new one is started at need, and the
others begin anew in it. The guest is trusted with nothing: the core checks each word.
"""

from __future__ import annotations

from collections import deque
from typing import Any

from app.core import limits
from app.core.errors import RemoteError
from app.mstreams import guest_words as words
from app.mstreams.activity import Outcome
from app.mstreams.agent import Scene
from app.mstreams.codes import Codes
from app.mstreams.desk import Desk
from app.mstreams.events import APPEND, ATTACHED
from app.mstreams.frames import AgentState
from app.mstreams.interpreter import (
    Interpreter,
    Made,
    RunBegun,
    RunDone,
    SourceCame,
    State,
    Unmade,
)
from app.mstreams.records import GuestTold, GuestUnwanted, GuestWanted
from app.mstreams.servers import GUEST_KIND, Run

GUEST_BITS = 16
"""Numbers of guests begin with the site's incarnation: none comes twice, whatever was thrown away."""

LIMITS = {
    "seconds": limits.GUEST_HANDLER_SECONDS,
    "bytes": limits.GUEST_MEMORY_BYTES,
    "commands": limits.GUEST_COMMANDS_MAX,
}


class Ask:
    """A handler waits for an answer; `again`: a body that has run here before does."""

    def __init__(self, run: Run, ask: int, verb: str, arguments: list[str]) -> None:
        self.run = run.number
        self.again = run.again
        self.ask = ask
        self.stream = run.scene.stream
        self.verb = verb
        self.arguments = arguments


class GuestServer:
    """Interpreters by agent, and the process they run in; `server.Server` for the kind "tcl".

    `outcomes` and `asks` are what came of the guest's words; whoever calls `spoke`, `ended` or
    `sources_came` takes them out.
    """

    def __init__(self, desk: Desk, codes: Codes) -> None:
        self._desk = desk
        self._codes = codes
        self._agents: dict[tuple[str, int], Interpreter] = {}
        self._refs: dict[int, Interpreter] = {}
        self._runs: dict[int, Run] = {}
        self._placed: dict[tuple[str, int], tuple[int, bytes]] = {}
        self._last_ref = 0
        self._last_guest = desk.incarnation << GUEST_BITS
        self._guest: int | None = None
        self.outcomes: deque[tuple[int, Outcome]] = deque()
        self.asks: deque[Ask] = deque()

    # --- Server -----------------------------------------------------------------------------------

    def made(self, stream: str, agent: int) -> bool:
        """See `Server`."""
        return (stream, agent) in self._agents

    def events(self, stream: str, agent: int) -> tuple[str, ...]:
        """See `Server`."""
        one = self._agents.get((stream, agent))
        return () if one is None else one.events

    def numbers(self, stream: str) -> list[int]:
        """See `Server`."""
        return [number for name, number in self._agents if name == stream]

    def start(self, run: Run) -> Outcome | None:
        """See `Server`."""
        key = (run.scene.stream, run.agent.number)
        if run.scene.happening.event == ATTACHED:
            return self._make(run)
        one = self._agents[key]
        if one.state is not State.READY:
            return Outcome(run.agent.number, run.agent.briefcase, error="it never began here")
        message = words.write(self._run_message(one, run))
        if message is None:
            why = "what the handler is to be given is too long"
            return Outcome(run.agent.number, run.agent.briefcase, error=why)
        one.handle(RunBegun())
        one.run = run.number
        self._runs[run.number] = run
        self._tell(message)
        return None

    def end(self, scene: Scene, agent: AgentState) -> Outcome | None:
        """See `Server`."""
        one = self._agents.pop((scene.stream, agent.number), None)
        self._placed.pop((scene.stream, agent.number), None)
        if one is not None:
            self._runs.pop(one.run, None)
            if self._guest is not None and one.state is not State.AWAITED:
                # It stays in `_refs`, so that its last handler can still say something.
                self._say(["end", one.ref])
            else:
                self._refs.pop(one.ref, None)
            self._stop_if_empty()
        return None

    def drop(self, stream: str) -> None:
        """See `Server`."""
        for key in [key for key in self._agents if key[0] == stream]:
            one = self._agents.pop(key)
            self._placed.pop(key, None)
            self._runs.pop(one.run, None)
            self._refs.pop(one.ref, None)
            if one.state is not State.AWAITED:
                self._say(["end", one.ref])
        self._stop_if_empty()

    # --- beginning --------------------------------------------------------------------------------

    def _make(self, run: Run) -> Outcome | None:
        definition = run.agent.definition
        if len(self._agents) >= limits.INTERPRETERS_MAX:
            why = f"this site runs {limits.INTERPRETERS_MAX} such agents already"
            return Outcome(definition.number, run.agent.briefcase, error=why)
        self._last_ref += 1
        one = Interpreter(run.scene.stream, definition.number, self._last_ref)
        one.run = run.number
        self._agents[one.stream, one.agent] = self._refs[one.ref] = one
        self._runs[run.number] = run
        if self._codes.find(definition.code) is None:
            self._codes.want(definition.code, self._desk.leader)
            return None
        return self._begin(one, run)

    def _begin(self, one: Interpreter, run: Run) -> Outcome | None:
        """Have the guest make an agent whose source is here, or was looked for in vain."""
        source = self._codes.find(run.agent.definition.code)
        briefcase = words.briefcase_out(run.agent.briefcase)
        site_code = list(self._codes.site_code)
        what: list[Any] = ["agent", one.ref, one.stream, source, run.agent.definition.argv]
        message = (
            None if source is None else words.write([*what, briefcase, site_code, not run.again])
        )
        if message is None:
            one.handle(Unmade())
            self._runs.pop(run.number, None)
            why = "nobody has its source" if source is None else "its source is too long"
            return Outcome(one.agent, run.agent.briefcase, error=why)
        one.handle(SourceCame())
        self._tell(message)
        self._placed[one.stream, one.agent] = (run.scene.epoch.k, run.agent.briefcase)
        return None

    def sources_came(self, codes: list[bytes]) -> None:
        """Go on with agents whose source was awaited."""
        for one in [one for one in self._agents.values() if one.state is State.AWAITED]:
            run = self._runs.get(one.run)
            if run is not None and run.agent.definition.code in codes:
                outcome = self._begin(one, run)
                if outcome is not None:
                    self.outcomes.append((run.number, outcome))

    def _run_message(self, one: Interpreter, run: Run) -> list[Any]:
        scene, happening = run.scene, run.scene.happening
        text = happening.text or run.agent.definition.argv
        if happening.event == APPEND and happening.message is not None:
            text = happening.message.payload.decode("utf-8", "replace")
        facts = {
            "sender": happening.asker,
            "sender_location": happening.location,
            "here": scene.location,
            "locations": dict(scene.locations),
            "time_ms": scene.time_ms,
        }
        briefcase: dict[str, str] | None = None
        if self._placed.get((one.stream, one.agent)) != (scene.epoch.k, run.agent.briefcase):
            briefcase = words.briefcase_out(run.agent.briefcase)
        return ["run", run.number, one.ref, happening.event, text, facts, briefcase]

    # --- what the guest says ----------------------------------------------------------------------

    def spoke(self, guest: int, message: bytes) -> None:
        """Take a guest's word. One that says what can't be is stopped.

        Raises:
            RemoteError: it said what can't be.
        """
        if guest != self._guest:
            return
        try:
            self._take(*words.read(message))
        except RemoteError as error:
            self._desk.show(GuestUnwanted(guest))
            self._lost(f"the guest said what can't be: {error}")
            raise

    def ended(self, guest: int, why: str) -> None:
        """A guest is gone: what ran in it has failed, the rest begins anew."""
        if guest == self._guest:
            self._lost(why)

    def _take(self, what: str, rest: list[Any]) -> None:  # noqa: C901 - a table
        match what:
            case "made":
                ref, events, effects, briefcase = words.fields(rest, int, list, list, dict)[:4]
                self._made(self._one(ref, State.MAKING), events, effects, briefcase)
            case "unmade":
                ref, error, place = words.fields(rest, int, str, str)[:3]
                one = self._one(ref, State.MAKING)
                if one is not None:
                    one.handle(Unmade())
                    self._fail(one, error, place)
            case "done":
                run, effects, briefcase, events = words.fields(rest, int, list, dict, list)[:4]
                self._done(run, effects, briefcase, events)
            case "failed":
                run, error, place = words.fields(rest, int, str, str)[:3]
                one = self._running(run)
                if one is not None:
                    one.handle(RunDone(one.events))
                    self._fail(one, error, place)
            case "ask":
                self._ask(rest)
            case "console":
                ref, text = words.fields(rest, int, str)[:2]
                one = self._refs.get(ref)
                if one is not None and not self._begins_again(one):
                    self._desk.line(one.stream, text)
            case "ended":
                (ref,) = words.fields(rest, int)[:1]
                self._refs.pop(ref, None)
                self._stop_if_empty()
            case _:
                pass  # "hello", "alive", and what a later version says

    def _begins_again(self, one: Interpreter) -> bool:
        run = self._runs.get(one.run)
        return one.state is State.MAKING and run is not None and run.again

    def _one(self, ref: int, state: State) -> Interpreter | None:
        """An agent that has not ended; raises `RemoteError` if it is not in that state."""
        one = self._refs.get(ref)
        if one is None or self._agents.get((one.stream, one.agent)) is not one:
            return None
        if one.state is not state:
            message = f"agent {ref} is {one.state.name}"
            raise RemoteError(message)
        return one

    def _running(self, number: int) -> Interpreter | None:
        run = self._runs.get(number)
        if run is None:
            return None
        one = self._agents[run.scene.stream, run.agent.number]
        if one.state is not State.RUNNING or one.run != number:
            message = f"run {number} does not run"
            raise RemoteError(message)
        return one

    def _made(
        self, one: Interpreter | None, events: list[Any], effects: list[Any], briefcase: Any
    ) -> None:
        if one is None:
            return
        wanted = words.effects_in(one.stream, effects)
        case = words.briefcase_in(briefcase)
        one.handle(Made(words.events_in(events)))
        # What an agent that begins again has done to its briefcase counts for nothing.
        run = self._runs[one.run]
        self._come_out(one, Outcome(one.agent, case, wanted, "", one.events))
        if run.again:
            del self._placed[one.stream, one.agent]

    def _done(self, number: int, effects: list[Any], briefcase: Any, events: list[Any]) -> None:
        one = self._running(number)
        if one is None:
            return
        wanted = words.effects_in(one.stream, effects)
        case = words.briefcase_in(briefcase)
        one.handle(RunDone(words.events_in(events)))
        self._come_out(one, Outcome(one.agent, case, wanted, "", one.events))

    def _come_out(self, one: Interpreter, outcome: Outcome) -> None:
        run = self._runs.pop(one.run)
        self._placed[one.stream, one.agent] = (run.scene.epoch.k, outcome.briefcase)
        self.outcomes.append((run.number, outcome))

    def _fail(self, one: Interpreter, error: str, place: str) -> None:
        run = self._runs.pop(one.run)
        text = f"{error} ({place})" if place else error
        self.outcomes.append((run.number, Outcome(one.agent, run.agent.briefcase, error=text)))

    def _ask(self, rest: list[Any]) -> None:
        number, ask, verb, *arguments = words.fields(rest, int, int, str)
        if not all(isinstance(argument, str) for argument in arguments):
            message = "arguments are texts"
            raise RemoteError(message)
        # A body has no number of a run in the guest: its agent's stands there, negative.
        body = self._refs.get(-number)
        run = self._runs.get(number if body is None else body.run)
        if run is not None:
            self.asks.append(Ask(run, ask, verb, arguments))

    def reply(self, run: int, ask: int, *, ok: bool, text: str) -> None:
        """The answer to an ask."""
        if run in self._runs:
            message = words.write(["reply", run, ask, ok, text])
            self._tell(message or words.write(["reply", run, ask, False, "too long"]) or b"")

    # --- the process ------------------------------------------------------------------------------

    def _say(self, parts: list[Any]) -> None:
        message = words.write(parts)
        if message is not None:
            self._tell(message)

    def _tell(self, message: bytes) -> None:
        if self._guest is None:
            self._last_guest += 1
            self._guest = self._last_guest
            self._desk.show(GuestWanted(self._guest, GUEST_KIND))
            self._desk.show(GuestTold(self._guest, words.write(["limits", LIMITS]) or b""))
        self._desk.show(GuestTold(self._guest, message))

    def _lost(self, why: str) -> None:
        """The process is gone, and every interpreter with it."""
        self._guest = None
        for key, one in list(self._agents.items()):
            if one.state is State.AWAITED:
                continue
            del self._agents[key]
            self._placed.pop(key, None)
            run = self._runs.pop(one.run, None)
            if run is not None and one.state in {State.MAKING, State.RUNNING}:
                self.outcomes.append(
                    (run.number, Outcome(one.agent, run.agent.briefcase, error=why))
                )
        self._refs = {one.ref: one for one in self._agents.values()}

    def _stop_if_empty(self) -> None:
        if self._guest is not None and not self._agents and not self._refs:
            self._desk.show(GuestUnwanted(self._guest))
            self._guest = None
