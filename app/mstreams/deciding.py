"""The leader's desk: requests of all sites, vetted by the controllers, then ordered or refused.

Each request gets one answer, also if it comes again. What is granted becomes an entry or a permit in
the same turn. A controller that does not answer counts as refusing. Cases are not kept: they die
with the leader or the view, and whoever asked asks again.
"""

from __future__ import annotations

from dataclasses import replace

from app.core import limits
from app.core.ids import Key
from app.core.instant import Micros, after, earliest
from app.mstreams import events
from app.mstreams.case import Case, Denied, Input, Passed, State
from app.mstreams.codes import Codes
from app.mstreams.desk import Desk
from app.mstreams.directory import Directory
from app.mstreams.epochs import primary_epoch
from app.mstreams.events import AGENT, ARRIVAL, CREATE, DESTROY, MOVE, NEW_PEER, OPEN, UNREGISTER
from app.mstreams.frames import (
    Definition,
    StreamAnswer,
    StreamElsewhere,
    StreamPermit,
    StreamRefused,
    StreamRequest,
    StreamVerdict,
    StreamVet,
    StreamWish,
)
from app.mstreams.leader import CONTROL_KIND
from app.mstreams.locating import objection_to_name
from app.mstreams.records import AgentWanted, ControlWanted, MoveVetted
from app.mstreams.residence import DISPATCHER, SESSION

CaseKey = tuple[Key, int] | tuple[str, Key]
"""(sender, number) of a request, (stream, target) of a wish; of the dispatcher's the number, negative."""

SITE_EVENTS = {OPEN: OPEN, AGENT: AGENT, MOVE: ARRIVAL}
"""What a site's controller is asked, by verb; about other verbs it has no say."""
STREAM_EVENTS = {OPEN: OPEN, AGENT: AGENT, DESTROY: DESTROY}
"""What a stream's controller is asked; about a move it is asked at departure.

Of an opening the other agents are told where there is no controller: nobody waits for them.
"""
VERBS = (CREATE, OPEN, DESTROY, AGENT, UNREGISTER)


class Deciding:
    """Cases by what they are about."""

    def __init__(self, desk: Desk, directory: Directory, codes: Codes) -> None:
        self._desk = desk
        self._directory = directory
        self._codes = codes
        self._cases: dict[CaseKey, Case] = {}
        self._vets: dict[int, CaseKey] = {}
        self._answers: dict[CaseKey, StreamAnswer] = {}
        self._last_vet = 0
        self._unguarded: dict[Key, None] = {}
        self._making: dict[str, None] = {}
        self._numbers: dict[str, int] = {}
        self._doors: dict[int, Key] = {}
        self._newcomers: dict[Key, str | None] = {}

    def view_installed(self) -> None:
        """Nothing of the view before counts."""
        self._cases.clear()
        self._vets.clear()
        self._unguarded.clear()
        self._making.clear()
        self._numbers.clear()
        self.forget_newcomers()

    # --- what is asked ----------------------------------------------------------------------------

    def requested(self, sender: Key, frame: StreamRequest) -> None:
        """A site asks for an entry or a handle."""
        key = (sender, frame.number)
        if key in self._answers:
            self._desk.send(sender, self._answers[key])
        elif self._desk.leads and key not in self._cases:
            if frame.verb == CREATE and not frame.stream:
                location = self._desk.locations.get(sender, 0)
                frame = replace(frame, stream=f"stream-{frame.number:x}-{location}")
            case = self._open(key, sender, frame, frame.verb)
            objection = self._objection(case, frame)
            if objection:
                self._step(key, case, Denied(objection))
            else:
                self._enter(key, case)

    def wished(self, sender: Key, wish: StreamWish) -> None:
        """T1: permit the next move of a stream that is where the wish says; else say where it is."""
        desk, known = self._desk, self._directory.find(wish.stream)
        if known is None or not desk.leads or wish.target not in desk.members:
            return
        key = (wish.stream, wish.target)
        if wish.epoch != known.epoch:
            desk.send(sender, StreamElsewhere(wish.stream, known.epoch, known.home))
        elif wish.target != known.home and key not in self._cases:
            self._enter(key, self._open(key, sender, wish, MOVE))

    def vet_move(self, number: int, sender: Key, target: Key, asker: str) -> None:
        """A move of the dispatcher: session and site are asked, and `MoveVetted` says what came of it.

        In a view that this site does not lead there is nobody to ask.
        """
        if not self._desk.leads:
            self._desk.show(MoveVetted(number, ""))
            return
        key = (self._desk.own, -number)
        wish = StreamWish(DISPATCHER, primary_epoch((0, 0)), target, number, asker)
        case = self._open(key, sender, wish, MOVE)
        if len(self._cases) > limits.REQUESTS_MAX:
            self._step(key, case, Denied("the session's leader is busy; try again"))
        else:
            self._enter(key, case)

    def objection_to(self, newcomer: Key, name: str) -> str | None:
        """Why the session's controller lets nobody of this key in; empty if it does, None: not yet.

        It is asked once, by the leader; whoever leads next asks anew, and lets nobody in before.
        """
        if not self._directory.roster(SESSION).agents:
            return ""
        if not self._desk.leads:
            return None
        if newcomer not in self._newcomers:
            if len(self._newcomers) >= limits.REQUESTS_MAX:
                del self._newcomers[next(iter(self._newcomers))]
            self._last_vet += 1
            self._newcomers[newcomer], self._doors[self._last_vet] = None, newcomer
            vet = StreamVet(self._last_vet, SESSION, NEW_PEER, SESSION, name, 0)
            self._desk.send(self._desk.own, vet)
        return self._newcomers[newcomer]

    def forget_newcomers(self) -> None:
        """There may be another controller, of another mind."""
        self._doors.clear()
        self._newcomers.clear()

    def verdict(self, sender: Key, frame: StreamVerdict) -> None:
        """A controller's word."""
        if sender == self._desk.own and frame.number in self._doors:
            self._newcomers[self._doors.pop(frame.number)] = frame.reason
            return
        if not frame.guarded:
            self._unguarded[sender] = None
        key = self._vets.get(frame.number)
        case = None if key is None else self._cases.get(key)
        if key is not None and case is not None and case.vetted_by == sender:
            self._step(key, case, Denied(frame.reason) if frame.reason else Passed())

    def guarded(self, sender: Key) -> None:
        """A site has a controller now."""
        self._unguarded.pop(sender, None)

    def sources_came(self) -> None:
        """Go on with agents whose source was awaited, as far as it came."""
        for key, case in list(self._cases.items()):
            if case.state is State.SOURCE:
                self._enter(key, case)

    def seen(self, name: str) -> None:
        """An entry about a stream was ordered: its name is in the directory by now."""
        self._making.pop(name, None)

    def overdue(self) -> None:
        """Nobody is waited for longer than the patience."""
        for key, case in list(self._cases.items()):
            if case.ends <= self._desk.now:
                roster = self._directory.roster(case.asked.stream)
                told = case.state is State.STREAM and roster.controller is None
                late = Denied("no answer of a controller, or no source, in time")
                self._step(key, case, Passed() if told else late)

    def deadline(self) -> Micros | None:
        """When the next case has waited long enough."""
        return earliest(*[case.ends for case in self._cases.values()])

    # --- steps ------------------------------------------------------------------------------------

    def _open(
        self, key: CaseKey, sender: Key, asked: StreamRequest | StreamWish, verb: str
    ) -> Case:
        ends = after(self._desk.now, limits.VET_PATIENCE_MICROS)
        case = self._cases[key] = Case(sender, asked, verb, ends)
        return case

    def _objection(self, case: Case, frame: StreamRequest) -> str:
        """Why a request can't be granted, whoever is asked; empty if it can."""
        if len(self._cases) > limits.REQUESTS_MAX:
            return "the session's leader is busy; try again"
        if frame.verb not in VERBS:
            return f"nobody can ask for '{frame.verb}'"
        taken = self._directory.find(frame.stream) is not None or frame.stream in self._making
        if case.verb == CREATE:
            if taken:
                return f"there is a stream '{frame.stream}' already"
            if len(self._directory.names()) + len(self._making) >= limits.STREAMS_MAX:
                return f"this session has all the streams it can ({limits.STREAMS_MAX})"
            return objection_to_name(frame.stream)
        if frame.stream in {SESSION, DISPATCHER} and frame.verb in {AGENT, UNREGISTER}:
            return self._objection_to_agent(frame)
        if self._directory.find(frame.stream) is None:
            again = "; try again" if frame.stream in self._making else ""
            return f"there is no stream '{frame.stream}'{again}"
        return self._objection_to_agent(frame)

    def _objection_to_agent(self, frame: StreamRequest) -> str:
        roster = self._directory.roster(frame.stream)
        if frame.verb == UNREGISTER:
            number = 0 if frame.agent is None else frame.agent.number
            found = roster.find(number)
            if found is None:
                return f"'{frame.stream}' has no agent {number}"
            if found.controls and frame.stream != SESSION:
                return "a stream's controller ends with its stream only"
        if frame.verb == AGENT:
            if frame.agent is None:
                return "no agent to register"
            if len(roster.agents) >= (1 if frame.stream == SESSION else limits.AGENTS_MAX):
                return f"'{frame.stream}' has all the agents it can"
            if frame.agent.controls and frame.stream == DISPATCHER:
                return "the dispatcher's controller is its own"
            if frame.agent.controls and roster.last and frame.stream != SESSION:
                return "a stream's controller is its first agent"
        return ""

    def _enter(self, key: CaseKey, case: Case) -> None:
        """Ask whoever is next, or pass on where there is nobody to ask."""
        asked = case.asked
        match case.state:
            case State.SOURCE:
                code = asked.agent.code if isinstance(asked, StreamRequest) and asked.agent else b""
                if case.verb == AGENT and code and self._codes.find(code) is None:
                    self._codes.want(code, case.sender)
                else:
                    self._step(key, case, Passed())
            case State.SESSION:
                guarded = bool(self._directory.roster(SESSION).agents)
                # Its own change is not its own to decide: else nobody could ever replace it.
                ask = guarded and asked.stream != SESSION
                self._ask(key, case, self._desk.own if ask else None, (SESSION, case.verb))
            case State.SITE:
                event = SITE_EVENTS.get(case.verb, "")
                site = self._home(case) if event else None
                if site in self._unguarded:
                    site = None
                self._ask(key, case, site, ("", event))
            case State.STREAM:
                event = STREAM_EVENTS.get(case.verb, "")
                site = self._home(case) if event and self._concerned(case) else None
                self._ask(key, case, site, (asked.stream, event))
            case State.GRANTED:
                self._grant(key, case)
            case State.REFUSED:
                self._refuse(key, case)

    def _concerned(self, case: Case) -> bool:
        """Whether agents of the stream are asked, or are told of an opening."""
        roster = self._directory.roster(case.asked.stream)
        return bool(roster.agents) if case.verb == OPEN else roster.controller is not None

    def _home(self, case: Case) -> Key | None:
        """The site that a request concerns."""
        if isinstance(case.asked, StreamWish):
            return case.asked.target
        known = self._directory.find(case.asked.stream)
        return None if known is None else known.home

    def _ask(self, key: CaseKey, case: Case, site: Key | None, question: tuple[str, str]) -> None:
        """Ask a controller: of the stream in `question`, of the site if that is empty."""
        if site is None:
            self._step(key, case, Passed())
            return
        of, event = question
        self._last_vet += 1
        case.vet, case.vetted_by = self._last_vet, site
        self._vets[case.vet] = key
        location = self._desk.locations.get(case.sender, 0)
        about, asker = case.asked.stream, case.asked.asker
        self._desk.send(site, StreamVet(case.vet, of, event, about, asker, location))

    def _step(self, key: CaseKey, case: Case, given: Input) -> None:
        self._vets.pop(case.vet, None)
        case.handle(given)
        self._enter(key, case)

    # --- ends -------------------------------------------------------------------------------------

    def _grant(self, key: CaseKey, case: Case) -> None:
        del self._cases[key]
        asked = case.asked
        if isinstance(asked, StreamWish):
            if asked.stream == DISPATCHER:
                self._desk.show(MoveVetted(asked.token, ""))
            else:
                self._permit(case, asked)
            return
        text = asked.stream
        match case.verb:
            case events.CREATE:
                number = self._directory.number_for(asked.stream, self._desk.view)
                self._making[asked.stream] = None
                self._entry(asked.stream, case.sender, number, "created")
            case events.DESTROY:
                known = self._directory.find(asked.stream)
                if known is not None:
                    self._entry(asked.stream, known.home, known.epoch.number, "destroyed")
            case events.AGENT if asked.agent is not None:
                text = str(self._register(asked.stream, asked.agent))
            case events.UNREGISTER if asked.agent is not None:
                self._desk.show(AgentWanted(asked.stream, asked.agent, "unregistered"))
        self._answer(key, case, StreamAnswer(asked.number, ok=True, text=text))

    def _entry(self, stream: str, home: Key, number: int, what: str) -> None:
        self._desk.show(ControlWanted(CONTROL_KIND, stream, home, (number, 0), what))

    def _register(self, stream: str, agent: Definition) -> int:
        # The dispatcher has agents of its own, which no entry names.
        least = limits.OWN_AGENTS_MAX if stream == DISPATCHER else 0
        last = max(self._directory.roster(stream).last, self._numbers.get(stream, 0), least)
        number = self._numbers[stream] = last + 1
        controls = agent.controls or stream == SESSION
        definition = replace(agent, number=number, controls=controls)
        self._desk.show(AgentWanted(stream, definition, "registered"))
        return number

    def _permit(self, case: Case, wish: StreamWish) -> None:
        known = self._directory.find(wish.stream)
        if known is not None and known.epoch == wish.epoch:
            permit = StreamPermit(
                wish.stream, known.epoch.following(), wish.target, case.sender, wish.token
            )
            self._desk.send(known.home, permit)
        elif known is not None:
            here = StreamElsewhere(wish.stream, known.epoch, known.home)
            self._desk.send(case.sender, here)

    def _refuse(self, key: CaseKey, case: Case) -> None:
        del self._cases[key]
        asked, reason = case.asked, case.reason[:512]
        if asked.stream == DISPATCHER and isinstance(asked, StreamWish):
            self._desk.show(MoveVetted(asked.token, reason))
        elif isinstance(asked, StreamWish):
            self._desk.send(case.sender, StreamRefused(asked.stream, asked.token, reason))
        else:
            self._answer(key, case, StreamAnswer(asked.number, ok=False, text=reason))

    def _answer(self, key: CaseKey, case: Case, answer: StreamAnswer) -> None:
        """Told, and remembered unless the same request may fare better later."""
        if answer.ok or not answer.text.endswith("try again"):
            self._answers[key] = answer
            if len(self._answers) > limits.ANSWERS_KEPT_MAX:
                del self._answers[next(iter(self._answers))]
        self._desk.send(case.sender, answer)
