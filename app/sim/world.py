"""N sites on one seed: an agenda of (time, event), one event a step, checkers after each.

Every concern has its own generator, time is a number, and nothing depends on the order of a set or
on an object's address, so a seed gives the same run, byte for byte, in every process: `digest` says
so. What happens when is put on the agenda by `faults`, `workload` and `liveness`.
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import assert_never

from app.core import limits
from app.core.errors import KnownError
from app.core.instant import MILLI, SECOND, Micros
from app.core.rng import Rng
from app.dispatcher.records import LoadLog, OrderRecord
from app.node.api import (
    Answered,
    AskToJoin,
    Denied,
    Done,
    Event,
    JoinSession,
    ReadStatus,
    SessionClosed,
    SessionReady,
)
from app.node.contract import (
    Address,
    AddressesChanged,
    CommandIssued,
    DatagramReceived,
    GuestOutput,
    Input,
    Loaded,
    TimerFired,
    Woke,
)
from app.node.turn import handle_all, perform
from app.sim.arrivals import Arrivals
from app.sim.checkers.watch import Watch
from app.sim.network import Deliver, Network, address_of
from app.sim.plan import Plan
from app.sim.site import Boot, Clock, Crashed, Model, SimSite, State, TurnPorts
from app.sim.violation import Violation

TURN_MICROS = 50
"""Packets that come within this time are handled in one turn."""
DISK_RETRY_MICROS = 2 * SECOND
JOIN_RETRY_MICROS = 1 * SECOND


@dataclass(frozen=True, slots=True)
class Turn:
    """A site handles what waits."""

    site: int
    boot: int


@dataclass(frozen=True, slots=True)
class Tick:
    """A site's one timer."""

    site: int
    boot: int


@dataclass(frozen=True, slots=True)
class Happen:
    """A fault or a person's act, by name."""

    name: str
    action: Callable[[], None]


AgendaEvent = Deliver | Turn | Tick | Happen
Noted = Callable[[Micros, "SimSite | None", str, str], None]
"""(time, site, what, note): one line of a report."""


class World:
    """One run."""

    def __init__(self, seed: int, plan: Plan, model: Model) -> None:
        self.seed = seed
        self.plan = plan
        self.rng = Rng(str(seed))
        self.now = Micros(0)
        self.steps = 0
        self.calm = False
        self.done = False
        self._model = model
        self.noted: Noted | None = None
        self._agenda: list[tuple[int, int, AgendaEvent]] = []
        self._ties = 0
        self._hash = hashlib.sha256()
        self._rng_clock = self.rng.fork("clock")
        self._rng_turn = self.rng.fork("turn")
        self._rng_join = self.rng.fork("join")
        self._arrivals = Arrivals(self, self._rng_join, self.rng.fork("asking"))
        self.network = Network(plan, self.rng.fork("network"), self.post)
        self.sites = [
            SimSite(index, address_of(index), self._new_clock()) for index in range(plan.sites)
        ]
        self.watch = Watch([site.disk for site in self.sites])
        self._tokens = 0
        self._pending: dict[int, tuple[int, Answered]] = {}
        self.answered: list[Callable[[SimSite, Answered, Done | Denied], None]] = []
        self.became_ready: list[Callable[[SimSite], None]] = []
        self.saw: list[Callable[[SimSite, Event], None]] = []
        self.guests: list[Callable[[SimSite, GuestOutput], None]] = []
        self.unfinished: list[Callable[[], str | None]] = []
        self.steps_max = limits.SIM_STEPS_MAX

    # --- agenda -----------------------------------------------------------------------------------

    def post(self, at: Micros, event: AgendaEvent) -> None:
        """Put an event on the agenda."""
        self._ties += 1
        heapq.heappush(self._agenda, (at, self._ties, event))

    def later(self, micros: int, name: str, action: Callable[[], None]) -> None:
        """Something by name that happens after this many microseconds."""
        self.post(Micros(self.now + micros), Happen(name, action))

    def note(self, site: SimSite | None, what: str, text: str) -> None:
        """A line for a report, if one is written."""
        if self.noted is not None:
            self.noted(self.now, site, what, text)

    @property
    def digest(self) -> str:
        """SHA-256 over everything that happened, in order."""
        return self._hash.hexdigest()

    def counts(self) -> dict[str, int]:
        """What a run was made of: how much happened, so that a quiet batch is noticed."""
        facts = self.watch.facts
        return {
            "entries": len(self.watch.authors.said),
            "views": len(facts.views),
            "boots": sum(site.boots for site in self.sites),
            "left": sum(site.state is State.LEFT for site in self.sites),
            **self.watch.counts(),
            **self.network.counters,
        }

    def run(self) -> None:
        """Run to the end.

        Raises:
            Violation: a promise is broken, or the run does not come to an end.
        """
        for site in self.sites:
            spread = self._rng_join.uniform(0, self.plan.join_ms) if site.index else 0
            self.later(int(spread * MILLI), f"start {site.name}", self._starter(site))
        while self._agenda and not self.done:
            self.step()

    def waiting(self) -> list[Answered]:
        """Commands that were not answered yet by a site that still runs."""
        return [command for _, command in self._pending.values()]

    def step(self) -> None:
        """The next event."""
        self.steps += 1
        if self.steps > self.steps_max:
            raise Violation("livelock", f"{self.steps} steps and no end")
        at, _, event = heapq.heappop(self._agenda)
        self.now = Micros(at)
        match event:
            case Deliver(source, target, data):
                self._hash.update(b"%d %d>%d " % (at, source, target) + data)
                self.network.arrived()
                self._deliver(self.sites[target], self.sites[source].address, data)
            case Turn(index, boot):
                site = self.sites[index]
                if site.boots == boot and site.state is State.UP:
                    self._turn(site)
            case Tick(index, boot):
                self._tick(self.sites[index], boot)
            case Happen(name, action):
                self._hash.update(b"%d %s " % (at, name.encode()))
                action()
            case _:
                assert_never(event)

    # --- a site's life ----------------------------------------------------------------------------

    def _new_clock(self) -> Clock:
        ppm = self.plan.drift_ppm
        return Clock(self._rng_clock.below(10**9), self._rng_clock.between(-ppm, ppm) if ppm else 0)

    def _starter(self, site: SimSite) -> Callable[[], None]:
        return lambda: self.start(site)

    def start(self, site: SimSite) -> None:
        """Build a site from its disk; found, join or resume."""
        if site.state not in (State.UNBORN, State.DOWN) or (site.killed and not self.calm):
            return
        command = self._arrivals.command(site)
        if command is None:
            self.later(200 * MILLI, f"start {site.name}", self._starter(site))
            return
        site.boots += 1
        site.clock = self._new_clock()
        fork = self.rng.fork(f"site {site.index} boot {site.boots}")
        site.machine = self._model.build(
            Boot(
                site.disk.saved(),
                fork.fork("entropy").bytes,
                fork.fork("rng"),
                site.clock.local(self.now),
                site.address,
                self.plan.null_crypto,
                self.plan.snapshot_every,
                self.plan.tail,
            )
        )
        site.state = State.UP
        site.inbox = [AddressesChanged((f"{site.address[0]}:{site.address[1]}",))]
        site.turn_posted = False
        site.timer_at = None
        site.ready = False
        self.watch.started(site.index)
        self.note(site, "start", f"boot {site.boots}: {type(command).__name__}")
        self.command(site, command)

    def crash(self, site: SimSite, down_micros: int) -> None:
        """Lose everything but the disk; restart after a while."""
        if site.state in (State.UNBORN, State.LEFT, State.DOWN):
            return
        self._stop(site, State.DOWN)
        self.note(site, "crash", f"down for {down_micros / SECOND:.3f} s")
        if not self.calm:
            self.later(down_micros, f"restart {site.name}", self._starter(site))
        else:
            self.later(1, f"restart {site.name}", self._starter(site))

    def _stop(self, site: SimSite, state: State) -> None:
        site.machine = None
        site.state = state
        site.inbox = []
        site.ready = False
        site.aim = None
        for token in [token for token, (index, _) in self._pending.items() if index == site.index]:
            del self._pending[token]

    def kill(self, site: SimSite) -> None:
        """Its machine is gone until all is healed."""
        if site.state in (State.UP, State.PAUSED):
            self._stop(site, State.DOWN)
            site.killed = True
            self.note(site, "crash", "its machine is gone")

    def provoke(self, site: SimSite) -> None:
        """The site proposes a view for no reason."""
        if site.machine is not None and site.state is State.UP:
            self._model.provoke(site.machine, site.clock.local(self.now))
            self.give(site, TimerFired())

    def pause(self, site: SimSite, micros: int) -> None:
        """The machine sleeps: packets wait, nothing is handled."""
        if site.state is not State.UP:
            return
        site.state = State.PAUSED
        site.paused_at = self.now
        self.note(site, "sleep", f"for {micros / SECOND:.3f} s")
        boot = site.boots

        def wake() -> None:
            if site.boots == boot:
                self.wake(site)

        self.later(micros, f"wake {site.name}", wake)

    def wake(self, site: SimSite) -> None:
        """The machine goes on, with what waited in its socket."""
        if site.state is not State.PAUSED:
            return
        site.state = State.UP
        site.inbox.insert(0, Woke(self.now - site.paused_at))
        site.timer_at = None
        site.turn_posted = False
        self.note(site, "wake", f"{len(site.inbox)} inputs wait")
        self._post_turn(site)

    # --- inputs -----------------------------------------------------------------------------------

    def command(self, site: SimSite, command: Answered) -> None:
        """A person at this site wants something."""
        self._pending[command.token] = (site.index, command)
        self.give(site, CommandIssued(command))

    def token(self) -> int:
        """A token no command had."""
        self._tokens += 1
        return self._tokens

    def give(self, site: SimSite, given: Input) -> None:
        """An input for a running site."""
        site.inbox.append(given)
        self._post_turn(site)

    def _deliver(self, site: SimSite, source: Address, data: bytes) -> None:
        if site.state is State.UP or (
            site.state is State.PAUSED and len(site.inbox) < limits.SIM_INBOX_PACKETS_MAX
        ):
            self.give(site, DatagramReceived(source, data))

    def _post_turn(self, site: SimSite) -> None:
        if site.turn_posted or site.state is not State.UP:
            return
        site.turn_posted = True
        delay = TURN_MICROS
        if self.plan.slow_turn_ms and not self.calm:
            delay += int(self._rng_turn.exponential(self.plan.slow_turn_ms * MILLI))
        self.post(Micros(self.now + delay), Turn(site.index, site.boots))

    def _tick(self, site: SimSite, boot: int) -> None:
        if site.boots != boot or site.timer_at != self.now or site.machine is None:
            return
        site.timer_at = None
        if site.state is not State.UP:
            return
        deadline = site.machine.deadline()
        if deadline is not None and deadline <= site.clock.local(self.now):
            self.give(site, TimerFired())
        else:
            self._arm(site)

    def _arm(self, site: SimSite) -> None:
        deadline = site.machine.deadline() if site.machine is not None else None
        if deadline is None:
            return
        at = max(self.now + 1, site.clock.world(deadline))
        if site.timer_at is None or at < site.timer_at:
            site.timer_at = at
            self.post(Micros(at), Tick(site.index, site.boots))

    # --- a turn -----------------------------------------------------------------------------------

    def _turn(self, site: SimSite) -> None:
        machine = site.machine
        assert machine is not None
        site.turn_posted = False
        inputs = site.inbox[: limits.INPUTS_PER_TURN_MAX]
        del site.inbox[: limits.INPUTS_PER_TURN_MAX]
        try:
            outputs = handle_all(machine, inputs, site.clock.local(self.now))
            perform(outputs, self._ports(site))
        except Crashed:
            self.note(site, "aimed", "the plan's crash")
            self.crash(site, int(self._rng_turn.exponential(self.plan.down_ms * MILLI)))
        except KnownError:
            # As the pump does: the machine is thrown away and built anew once a commit works.
            site.disk.full = False
            self.crash(site, DISK_RETRY_MICROS)
        if site.machine is None:
            return
        self._arm(site)
        if site.inbox:
            self._post_turn(site)

    def _ports(self, site: SimSite) -> TurnPorts:
        def committed(records: Sequence[OrderRecord]) -> None:
            self._hash.update(b"%d commits %d " % (site.index, len(records)))
            if not site.known:
                site_id = self._model.identify(site.disk.fields)
                if site_id is not None:
                    site.known = True
                    self.watch.introduce(site.index, site_id)
            self.watch.committed(site.index, records)
            if self.noted is not None:
                self.note(site, "commit", " ".join([_brief(record) for record in records]))

        def send(target: Address, data: bytes) -> None:
            self.network.send(self.now, site.index, target, data)

        def load(token: int, request: LoadLog) -> None:
            self.give_later(site, Loaded(token, site.disk.read(request)), MILLI)

        def emit(event: Event) -> None:
            self._hash.update(b"%d shows %s " % (site.index, type(event).__name__.encode()))
            self._shown(site, event)

        return TurnPorts(
            site,
            committed=committed,
            send=send,
            load=load,
            emit=emit,
            guest=partial(self._guest, site),
            give=partial(self.give_later, site, micros=MILLI),
        )

    def _guest(self, site: SimSite, output: GuestOutput) -> None:
        for hook in self.guests:
            hook(site, output)

    def give_later(self, site: SimSite, given: Input, micros: int) -> None:
        """An input for this life of a site, after a while."""
        boot = site.boots

        def arrive() -> None:
            if site.boots == boot and site.machine is not None:
                self.give(site, given)

        self.later(micros, f"given {site.name}", arrive)

    def _shown(self, site: SimSite, event: Event) -> None:
        if self.noted is not None:
            self.note(site, "shows", _brief_event(event))
        self.watch.shown(site.index, event)
        self._arrivals.shown(site, event)
        for look in self.saw:
            look(site, event)
        match event:
            case Done() | Denied():
                self._answer(site, event)
            case SessionReady(invite=invite):
                site.ready = site.joined = True
                site.invite = invite
                for hook in self.became_ready:
                    hook(site)
            case SessionClosed(left):
                self._stop(site, State.LEFT if left else State.DOWN)
                if self.calm and not left:
                    self.later(1, f"restart {site.name}", self._starter(site))
            case _:
                pass

    def _answer(self, site: SimSite, event: Done | Denied) -> None:
        if site.machine is None:
            raise Violation("answers", f"{site.name} speaks after it closed")
        index, command = self._pending.pop(event.token, (-1, ReadStatus(0)))
        if index != site.index:
            raise Violation(
                "answers", f"{site.name} answers token {event.token}, which it was not asked"
            )
        if isinstance(event, Denied) and isinstance(command, (JoinSession, AskToJoin)):
            self._stop(site, State.DOWN)
            self.later(JOIN_RETRY_MICROS, f"start {site.name}", self._starter(site))
        for hook in self.answered:
            hook(site, command, event)


def _brief(record: OrderRecord) -> str:
    name = getattr(record, "name", "")
    return name or type(record).__name__


def _brief_event(event: Event) -> str:
    text = repr(event)
    return text if len(text) <= 160 else text[:157] + "..."
