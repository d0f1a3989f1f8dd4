"""Events at streams that are at home here: who handles them, in which order, and what comes of it.

One event after the other at each stream; all handlers of one event are done, and everything they
want happens in one turn, before the next begins and before the stream may change, move or end. So a
message is consumed, its effects are kept and its sender is answered in one commit. Never decides
where a stream is.
"""

from __future__ import annotations

from dataclasses import replace

from app.mstreams.activity import Activity, Allowed, Begun, BegunControlled, Ended, Outcome, State
from app.mstreams.agent import Scene
from app.mstreams.carrying import Carrying
from app.mstreams.desk import Desk
from app.mstreams.directory import Directory
from app.mstreams.effects import Answered
from app.mstreams.epochs import primary_epoch
from app.mstreams.events import (
    AGENT,
    APPEND,
    ATTACHED,
    CLOSING,
    DEPARTURE,
    TIMER,
    Happening,
    Message,
)
from app.mstreams.frames import (
    AgentState,
    AppendAck,
    CallReply,
    Definition,
    StreamRefused,
)
from app.mstreams.keeping import keep
from app.mstreams.locating import location_of
from app.mstreams.migration import PermitRefused
from app.mstreams.migration import State as Migrated
from app.mstreams.records import Consumed
from app.mstreams.residence import Residence
from app.mstreams.servers import GUEST_KIND, Run, Server
from app.mstreams.stream import Stream


class Handling:
    """Runs what is to run at this site."""

    def __init__(
        self, desk: Desk, directory: Directory, carrying: Carrying, builtin: Server, guest: Server
    ) -> None:
        self._desk = desk
        self._directory = directory
        self._carrying = carrying
        self._builtin = builtin
        self._guest = guest
        self._runs: dict[int, str] = {}
        self._last_run = 0

    # --- in ---------------------------------------------------------------------------------------

    def advance(self, residence: Residence) -> None:
        """Go on with what waits at a stream, until handlers run, nothing waits, or it may leave."""
        while (stream := residence.home) is not None and residence.activity.idle:
            happening = None if residence.doomed else self._next(residence, stream)
            if happening is None:
                return
            self._begin(residence, stream, happening)

    def run_of(self, number: int) -> str | None:
        """The stream of a run that is not done."""
        return self._runs.get(number)

    def finished(self, residence: Residence, number: int, outcome: Outcome) -> None:
        """A handler in a guest is done."""
        del self._runs[number]
        activity = residence.activity
        if activity.waiting.pop(number, None) is not None:
            activity.outcomes.append(outcome)
            self._go_on(residence)

    def abandon(self, residence: Residence) -> None:
        """The stream is not home any more, whatever runs: nothing comes of it, agents begin anew."""
        for number in residence.activity.waiting:
            self._runs.pop(number, None)
        if not residence.activity.idle:
            self._unanswered(residence.activity.happening)
            residence.activity.handle(Ended())
        self.clear(residence)
        for server in (self._builtin, self._guest):
            server.drop(residence.name)

    def clear(self, residence: Residence) -> None:
        """Events that waited here wait no longer."""
        for happening in residence.queue:
            self._unanswered(happening)
        residence.queue.clear()
        residence.alarms = {}

    def close(self, residence: Residence) -> None:
        """The stream has ended: every agent's last handler."""
        for number in self._numbers(residence.name):
            self._kill(residence, number)

    def prune(self, name: str, residence: Residence | None) -> None:
        """Agents that the log does not know any more end here, unless the stream is home and busy.

        At home that waits until no handler runs.
        """
        if residence is not None and residence.home is not None:
            return
        roster = self._directory.roster(name)
        for number in self._numbers(name):
            if roster.find(number) is None:
                self._kill(residence or Residence(name), number)

    def note(self, residence: Residence, number: int, why: str) -> None:
        """Something went wrong for an agent that is here."""
        if residence.home is not None:
            self._carrying.refused(residence, residence.home, number, why)

    def guards(self, residence: Residence | None, event: str) -> bool:
        """Whether a stream's controller has a say in this."""
        stream = None if residence is None else residence.home
        controller = None if stream is None else stream.controller
        if residence is None or controller is None:
            return False
        server = self._server(controller.definition)
        happening = residence.activity.happening
        begins = happening is not None and happening.event == ATTACHED
        made = server.made(residence.name, controller.number) and not begins
        # One that has failed, or whose body is not done here yet, may have a say.
        return not made or event in server.events(residence.name, controller.number)

    def events(self, name: str, agent: AgentState) -> tuple[str, ...]:
        """Events for which an agent has a handler here."""
        return self._server(agent.definition).events(name, agent.number)

    # --- what is next -----------------------------------------------------------------------------

    def _next(self, residence: Residence, stream: Stream) -> Happening | None:
        self._adopt(residence, stream)
        if any(self._begins(residence, agent) for agent in stream.agents):
            return Happening(ATTACHED)
        if residence.queue:
            return residence.queue.popleft()
        if residence.migration.state is Migrated.PERMITTED:
            return None if residence.departed else self._departure(residence)
        message = stream.next_ready()
        if message is None:
            return None
        return Happening(APPEND, asker=message.name, location=message.location, message=message)

    def _departure(self, residence: Residence) -> Happening:
        target = residence.migration.target
        location = self._desk.locations.get(target, 0) if target is not None else 0
        return Happening(DEPARTURE, text=str(location))

    def _adopt(self, residence: Residence, stream: Stream) -> None:
        """Let the agents be those of the log; no handler runs."""
        roster = self._directory.roster(residence.name)
        if not stream.differs(roster):
            return
        gone = {agent.number: agent for agent in stream.agents}
        new, killed = stream.adopt(roster)
        for number in killed:
            self._kill(residence, number, gone[number])
            for alarm in [alarm for alarm in residence.alarms if alarm[0] == number]:
                del residence.alarms[alarm]
        for number in new:
            residence.push(Happening(AGENT, text=str(number)))
        keep(self._desk, residence)

    def _begins(self, residence: Residence, agent: AgentState) -> bool:
        server = self._server(agent.definition)
        return not agent.failed and not server.made(residence.name, agent.number)

    # --- one event --------------------------------------------------------------------------------

    def _begin(self, residence: Residence, stream: Stream, happening: Happening) -> None:
        controller = stream.controller
        if happening.caller is not None and controller is not None and controller.failed:
            why = f"the controller of '{residence.name}' has failed: {controller.error}"
            self._desk.answer(happening.caller, ok=False, value=why)
            return
        if happening.event == TIMER:
            self._timer_went(stream, happening)
        takers = self._takers(residence, stream, happening)
        first = [agent for agent in takers if agent.definition.controls]
        if first and happening.event != ATTACHED:
            residence.activity.handle(BegunControlled(happening))
            self._start(residence, first)
        else:
            residence.activity.handle(Begun(happening))
            self._start(residence, takers)
        self._go_on(residence)

    def _takers(
        self, residence: Residence, stream: Stream, happening: Happening
    ) -> list[AgentState]:
        """The agents that handle an event."""
        if happening.event == ATTACHED:
            return [agent for agent in stream.agents if self._begins(residence, agent)]
        return [
            agent
            for agent in stream.agents
            if not agent.failed
            and happening.event in self.events(residence.name, agent)
            and happening.agent in {0, agent.number}
            and (agent.definition.controls or not happening.is_for_controllers)
            and not (happening.event == AGENT and happening.text == str(agent.number))
        ]

    def _start(self, residence: Residence, agents: list[AgentState]) -> None:
        activity = residence.activity
        happening = activity.happening
        assert happening is not None
        scene = self._scene(residence, happening)
        for agent in agents:
            self._last_run += 1
            again = happening.event == ATTACHED and agent.number in residence.begun
            run = Run(self._last_run, agent, scene, again)
            self._runs[run.number] = residence.name
            activity.waiting[run.number] = agent.number
            outcome = self._server(agent.definition).start(run)
            if outcome is not None:
                del self._runs[run.number], activity.waiting[run.number]
                activity.outcomes.append(outcome)

    def _go_on(self, residence: Residence) -> None:
        """Let the others run after the controller, or end the event, once nobody is waited for."""
        activity, stream = residence.activity, residence.home
        assert stream is not None
        while not activity.idle and not activity.waiting:
            assert activity.happening is not None
            if activity.state is State.CONTROLLED and self._denial(activity) is None:
                activity.handle(Allowed())
                takers = self._takers(residence, stream, activity.happening)
                others = [agent for agent in takers if not agent.definition.controls]
                self._start(residence, others)
            else:
                self._finish(residence, stream)

    def _denial(self, activity: Activity) -> str | None:
        """Why a controller does not let it happen; a question that it can't answer is denied, too."""
        happening = activity.happening
        assert happening is not None
        asked = happening.caller is not None or happening.event == DEPARTURE
        for outcome in activity.outcomes:
            if outcome.error and asked:
                return f"the controller failed: {outcome.error}"
            if outcome.denial is not None:
                return outcome.denial or "refused"
        return None

    def _finish(self, residence: Residence, stream: Stream) -> None:
        """All handlers are done: let happen what they want, count, answer, save."""
        activity = residence.activity
        happening = activity.happening
        assert happening is not None
        denial = self._denial(activity) if activity.state is State.CONTROLLED else None
        outcomes = sorted(activity.outcomes, key=lambda outcome: outcome.agent)
        activity.handle(Ended())
        if happening.event == ATTACHED:
            outcomes = [self._begun(residence, stream, outcome) for outcome in outcomes]
        for outcome in outcomes:
            self._carrying.carry_out(residence, stream, outcome)
        if happening.message is not None:
            self._consume(residence, stream, happening.message, _reply(outcomes, denial))
        if happening.event == DEPARTURE:
            self._decide_departure(residence, denial)
        if happening.caller is not None:
            self._desk.answer(happening.caller, ok=denial is None, value=denial or "")
        if outcomes or happening.message is not None:
            keep(self._desk, residence)

    def _begun(self, residence: Residence, stream: Stream, outcome: Outcome) -> Outcome:
        """What comes of a body: all of it on the agent's first visit here, nothing after a restart."""
        agent = stream.agent(outcome.agent)
        if agent is None or outcome.error:
            return outcome
        if agent.number in residence.begun:
            return replace(outcome, effects=(), briefcase=agent.briefcase)
        numbers = [each.number for each in stream.agents]
        here = [number for number in residence.begun if number in numbers]
        residence.begun = dict.fromkeys([*here, agent.number])
        return outcome

    def _consume(
        self, residence: Residence, stream: Stream, message: Message, reply: tuple[bool, bytes]
    ) -> None:
        via = stream.via(message.peer) if message.source else message.sender
        if residence.stationary:
            return  # an entry of the order, which has counted it
        stream.count(message)
        self._desk.show(
            Consumed(
                residence.name,
                message.sender,
                message.source,
                message.incarnation,
                message.number,
                message.payload,
            )
        )
        if via is None:
            return
        names = (residence.name, message.source, message.incarnation)
        self._desk.acknowledge(via, AppendAck(*names, message.number, residence.epoch))
        if message.call:
            said = CallReply(*names, message.number, *reply)
            stream.keep_reply(message.peer, said)
            self._desk.send(via, said)

    def _decide_departure(self, residence: Residence, denial: str | None) -> None:
        permit = residence.permit
        if residence.migration.state is not Migrated.PERMITTED:
            return  # the view changed meanwhile, and the permit is void
        if denial is None:
            residence.departed = True
            return
        residence.step(PermitRefused())
        if permit is not None and permit.token:
            refused = StreamRefused(residence.name, permit.token, denial[:512])
            self._desk.send(permit.wisher, refused)

    def _timer_went(self, stream: Stream, happening: Happening) -> None:
        agent = stream.agent(happening.agent)
        if agent is not None:
            left = tuple([timer for timer in agent.timers if timer[0] != happening.text])
            stream.put(replace(agent, timers=left))

    # --- ends -------------------------------------------------------------------------------------

    def _kill(self, residence: Residence, number: int, state: AgentState | None = None) -> None:
        """An agent's last handler at this site; only what it appends and says still happens."""
        agent = state or AgentState(Definition(number, "?", 1, b"", "", controls=False))
        scene = self._scene(residence, Happening(CLOSING))
        for server in (self._builtin, self._guest):
            outcome = server.end(scene, agent) if number in server.numbers(residence.name) else None
            if outcome is not None:
                self._carrying.last_words(residence, outcome)

    def _unanswered(self, happening: Happening | None) -> None:
        if happening is not None and happening.caller is not None:
            why = "the stream is on the move; try again"
            self._desk.answer(happening.caller, ok=False, value=why)

    # --- what all need ----------------------------------------------------------------------------

    def _numbers(self, name: str) -> list[int]:
        return [*self._builtin.numbers(name), *self._guest.numbers(name)]

    def _server(self, definition: Definition) -> Server:
        return self._guest if definition.kind == GUEST_KIND else self._builtin

    def _scene(self, residence: Residence, happening: Happening) -> Scene:
        names = [residence.name, *(residence.home.opened if residence.home is not None else ())]
        if happening.asker:
            names.append(happening.asker)
        locations: dict[str, int] = {}
        for name in names:
            location = location_of(self._desk, self._directory, name)
            if location is not None:
                locations[name] = location
        return Scene(
            residence.name,
            self._desk.own,
            self._desk.location,
            residence.migration.epoch or primary_epoch((0, 0)),
            happening,
            tuple(locations.items()),
            tuple(sorted(self._desk.locations.values())),
            self._desk.now // 1_000,
        )


def _reply(outcomes: list[Outcome], denial: str | None) -> tuple[bool, bytes]:
    """(ok, payload) of the reply to a call: the first answer, or why there is none."""
    if denial is not None:
        return False, denial.encode()
    for outcome in outcomes:
        for effect in outcome.effects:
            if isinstance(effect, Answered) and not outcome.error:
                return True, effect.payload
    failed = next((outcome for outcome in outcomes if outcome.error), None)
    if failed is None:
        return True, b""
    return False, f"agent {failed.agent} has failed: {failed.error}".encode()
