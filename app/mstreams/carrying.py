"""What handlers want, carried out: all of an agent's effects or none, in their order.

Called once all handlers of an event are done. What goes to others is appended to the stream's bag or
asked of the leader; a refusal comes back as the agent's last error. Never runs a handler.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from app.core import limits
from app.core.errors import LocalError
from app.core.instant import MILLI, after
from app.mstreams.activity import Outcome
from app.mstreams.bag import Bag
from app.mstreams.calls import Calls
from app.mstreams.codes import Codes
from app.mstreams.desk import Desk
from app.mstreams.directory import Directory
from app.mstreams.effects import (
    Answered,
    AppendTo,
    CallTo,
    CreateOne,
    Deny,
    DestroyOne,
    Effect,
    Exit,
    Inject,
    MoveTo,
    OpenOne,
    RegisterOne,
    Say,
    SetTimer,
    UnregisterOne,
)
from app.mstreams.events import AGENT, CREATE, DESTROY, OPEN, UNREGISTER, ByAgent, Caller
from app.mstreams.flow import Said
from app.mstreams.frames import Definition
from app.mstreams.locating import objection_to_name
from app.mstreams.requests import Requests
from app.mstreams.residence import DISPATCHER, SESSION, SITE, Residence
from app.mstreams.servers import GUEST_KIND
from app.mstreams.speaking import Speaking
from app.mstreams.stream import Stream
from app.mstreams.wishes import Wishes


class Carrying:
    """Carries out effects; `bag` is the site's own, for streams that have none."""

    def __init__(
        self,
        desk: Desk,
        directory: Directory,
        bag: Bag,
        asking: tuple[Requests, Wishes, Calls],
        codes: Codes,
    ) -> None:
        self._desk = desk
        self._directory = directory
        self._bag = bag
        self._requests, self._wishes, self._calls = asking
        self._codes = codes
        self._speaking = Speaking(desk)

    # --- of agents --------------------------------------------------------------------------------

    def carry_out(self, residence: Residence, stream: Stream, outcome: Outcome) -> None:
        """Keep an agent's new briefcase and let happen what it wants, or mark it failed."""
        agent = stream.agent(outcome.agent)
        if agent is None:
            return
        error = outcome.error or self._objection(residence, outcome.effects)
        error = error or self._unspeakable(residence, outcome.effects)
        if not error and agent.definition.kind == GUEST_KIND:
            error = self._unopened(residence, outcome.effects)
        if not error and not stream.put(replace(agent, briefcase=outcome.briefcase)):
            error = f"its briefcase takes the stream past {limits.BRIEFCASES_BYTES_MAX} bytes"
        if error:
            stream.fail(outcome.agent, error)
            self._desk.line(residence.name, f"agent {outcome.agent} has failed: {error}")
            return
        for effect in outcome.effects:
            try:
                self._do(residence, stream, outcome.agent, effect)
            except LocalError as refusal:
                self.refused(residence, stream, outcome.agent, str(refusal))

    def refused(self, residence: Residence, stream: Stream, agent: int, why: str) -> None:
        """Something that an agent wanted does not happen."""
        stream.note(agent, why)
        self._desk.line(residence.name, f"agent {agent}: {why}")

    def last_words(self, residence: Residence, outcome: Outcome) -> None:
        """What an agent that is killed still says and appends, as this site's words."""
        if outcome.error:
            self._desk.line(residence.name, f"agent {outcome.agent} failed: {outcome.error}")
            return
        for effect in outcome.effects:
            if isinstance(effect, Say):
                self._desk.line(residence.name, effect.text)
            elif (
                isinstance(effect, AppendTo)
                and not _speaks(effect)
                and self._bag.room_for(effect.stream, [effect.payload])
            ):
                self._bag.append(effect.stream, Said(effect.payload))

    def _objection(self, residence: Residence, effects: tuple[Effect, ...]) -> str:
        """Why these effects can't all happen; empty if they can."""
        if len(effects) > limits.EFFECTS_MAX:
            return f"more than {limits.EFFECTS_MAX} effects of one handler"
        bag = residence.bag or self._bag
        payloads: dict[str, list[bytes]] = {}
        for effect in effects:
            if isinstance(effect, (AppendTo, CallTo)) and not _speaks(effect):
                payloads.setdefault(effect.stream, []).append(effect.payload)
            if isinstance(effect, Answered) and len(effect.payload) > limits.APPEND_BYTES_MAX:
                return f"an answer has at most {limits.APPEND_BYTES_MAX} bytes"
        for name, sizes in payloads.items():
            if self._directory.find(name) is None:
                return f"there is no stream '{name}'"
            if not bag.room_for(name, sizes):
                return f"too many messages to '{name}' wait, or one is too long"
        if residence.bag is not None and payloads:
            if not bag.fits([one for sizes in payloads.values() for one in sizes]):
                return "too many messages of this stream wait"
        return ""

    def _unspeakable(self, residence: Residence, effects: tuple[Effect, ...]) -> str:
        """Why a line for the chat can't be one; empty if there is none such."""
        for effect in effects:
            if isinstance(effect, AppendTo) and _speaks(effect):
                objection = self._speaking.objection(residence, effect.payload)
                if objection:
                    return objection
        return ""

    def _unopened(self, residence: Residence, effects: tuple[Effect, ...]) -> str:
        """Why an agent whose source travels may not append there; empty if it may."""
        for effect in effects:
            if isinstance(effect, AppendTo) and not _speaks(effect):
                try:
                    self.check_open(residence, effect.stream)
                except LocalError as refusal:
                    return str(refusal)
        return ""

    # --- one effect -------------------------------------------------------------------------------

    def _do(self, residence: Residence, stream: Stream, agent: int, effect: Effect) -> None:  # noqa: C901, PLR0912 - a table
        own, caller = residence.name, ByAgent(residence.name, agent)
        match effect:
            case AppendTo(name, payload) if name == DISPATCHER:
                self._speaking.say(residence, payload)
            case AppendTo(name, payload):
                self.append(residence, name, Said(payload))
            case CallTo(name, payload, call):
                self.call(residence, name, Said(payload, call=True), replace(caller, call=call))
            case MoveTo(name, location):
                self.move(name, location, own, caller)
            case OpenOne(name):
                self.open(name, own, caller)
            case CreateOne(name):
                self.create(name, own, caller)
            case DestroyOne(name):
                self.destroy(name, own, caller)
            case RegisterOne(name, kind, code, argv):
                self.register(name, self.define(kind, code, argv), own, caller)
            case UnregisterOne(name, number):
                self.unregister(name, number, own, caller)
            case Exit():
                self.unregister(own, agent, own, caller)
            case SetTimer(name, ms):
                self._set_timer(residence, stream, agent, name, ms)
            case Say(text):
                self._desk.line(own, text)
            case Inject(code):
                if own == SITE:
                    self._codes.inject(code)
            case Answered() | Deny():
                pass  # read by whoever waits for them, before
            case _:
                assert_never(effect)

    def append(self, residence: Residence, name: str, said: Said) -> tuple[str, int, int]:
        """A stream appends; (source, incarnation, number) of the message. Raises `LocalError`."""
        if residence.bag is None or residence.stream is None:
            return ("", self._desk.incarnation, self._bag.append(name, said))
        number = residence.bag.append(name, said)
        residence.stream.note_sent(name, number)
        return (residence.name, residence.epoch.number, number)

    def call(self, residence: Residence, name: str, said: Said, caller: Caller) -> None:
        """A stream calls. Raises `LocalError`."""
        self._calls.check_room()
        self._calls.add((name, *self.append(residence, name, said)), caller)

    def check_open(self, residence: Residence, name: str) -> None:
        """Whether an agent whose source travels may append there. Raises `LocalError`."""
        stream = residence.home
        if stream is not None and name not in stream.opened and name != residence.name:
            message = f"'{name}' is not open; open it first"
            raise LocalError(message)

    def open(self, name: str, asker: str, caller: Caller) -> None:
        """Get a handle. Raises `LocalError`."""
        self._requests.ask(OPEN, name, asker, caller)

    def create(self, name: str, asker: str, caller: Caller) -> None:
        """Make a stream at home here. Raises `LocalError`."""
        objection = objection_to_name(name) if name else ""
        if objection:
            raise LocalError(objection)
        self._requests.ask(CREATE, name, asker, caller)

    def destroy(self, name: str, asker: str, caller: Caller) -> None:
        """End a stream. Raises `LocalError`."""
        self._check_known(name)
        self._requests.ask(DESTROY, name, asker, caller)

    def register(self, name: str, agent: Definition, asker: str, caller: Caller) -> None:
        """Attach an agent. Raises `LocalError`."""
        if name not in {SESSION, DISPATCHER}:
            self._check_known(name)
        self._requests.ask(AGENT, name, asker, caller, agent)

    def define(self, kind: str, code: str, argv: str, *, controls: bool = False) -> Definition:
        """What is to be registered. Raises `LocalError`."""
        return self._codes.define(kind, code, argv, controls=controls)

    def _check_known(self, name: str) -> None:
        if self._directory.find(name) is None:
            message = f"there is no stream '{name}'"
            raise LocalError(message)

    def move(self, name: str, location: int, asker: str, caller: Caller | None) -> None:
        """Wish that a stream moves. Raises `LocalError`."""
        known = self._directory.find(name)
        if known is None:
            message = f"there is no stream '{name}'"
            raise LocalError(message)
        target = self._desk.at(location)
        if target is None:
            message = f"there is no site at location {location}"
            raise LocalError(message)
        self._wishes.add(name, known, target, asker, caller)

    def unregister(self, name: str, number: int, asker: str, caller: Caller) -> None:
        """Kill an agent. Raises `LocalError`."""
        definition = self._directory.roster(name).find(number)
        if definition is None:
            message = f"'{name}' has no agent {number}"
            raise LocalError(message)
        self._requests.ask(UNREGISTER, name, asker, caller, definition)

    def _set_timer(
        self, residence: Residence, stream: Stream, agent: int, name: str, ms: int
    ) -> None:
        state = stream.agent(agent)
        assert state is not None
        if not 0 <= ms <= limits.TIMER_MS_MAX or not 0 < len(name) <= 64:
            message = f"a timer has a name and up to {limits.TIMER_MS_MAX} ms"
            raise LocalError(message)
        others = tuple([timer for timer in state.timers if timer[0] != name])
        residence.alarms.pop((agent, name), None)
        timers = (*others, (name, ms)) if ms else others
        if len(timers) > limits.AGENT_TIMERS_MAX:
            message = f"an agent has at most {limits.AGENT_TIMERS_MAX} timers"
            raise LocalError(message)
        if ms:
            residence.alarms[agent, name] = after(self._desk.now, ms * MILLI)
        stream.put(replace(state, timers=timers))


def _speaks(effect: Effect) -> bool:
    """Whether it is a line for the session's chat."""
    return isinstance(effect, AppendTo) and effect.stream == DISPATCHER
