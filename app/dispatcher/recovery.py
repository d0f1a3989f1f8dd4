"""Proposing the next view: any member's machine (P1, P4, P5, P7; ORDER.md 5.6).

Starts for a reason, the most senior member present first; collects promises, fetches the base,
installs, decides; gives up and tries again later with twice the patience. Wrong times here cost
time, never order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from app.core import limits
from app.core.ids import Key
from app.core.instant import Micros, after
from app.core.rng import Rng
from app.dispatcher import rules
from app.dispatcher.desk import Desk
from app.dispatcher.epochs import Ballot
from app.dispatcher.messages import Accepted, Collect, Decide, Install, Promise
from app.dispatcher.reasons import Reasons
from app.dispatcher.views import (
    Certificate,
    Member,
    View,
    accepted_bytes,
    is_quorum,
    view_hash,
)
from app.dispatcher.voter import Voter


class State(Enum):
    """How far a proposal is."""

    IDLE = "no proposal of this site is under way"
    COLLECTING = "asking the members for promises"
    FETCHING = "a value is chosen; its base is not on this disk yet"
    INSTALLING = "asking the members to accept"


@dataclass(frozen=True, slots=True)
class Start:
    """There is a reason for another view."""

    reason: str


@dataclass(frozen=True, slots=True)
class Promised:
    """Enough members promised, and the others had their time."""


@dataclass(frozen=True, slots=True)
class BaseHere:
    """The base is on this disk."""


@dataclass(frozen=True, slots=True)
class Won:
    """A quorum of the view before accepted."""


@dataclass(frozen=True, slots=True)
class GaveUp:
    """The patience is over."""


@dataclass(frozen=True, slots=True)
class Overtaken:
    """A higher ballot or a decided view was seen."""


Happening = Start | Promised | BaseHere | Won | GaveUp | Overtaken

TRANSITIONS: dict[tuple[State, type[Happening]], tuple[State, str]] = {
    (State.IDLE, Start): (State.COLLECTING, "collect"),
    (State.COLLECTING, Promised): (State.FETCHING, "choose"),
    (State.FETCHING, BaseHere): (State.INSTALLING, "install"),
    (State.INSTALLING, Won): (State.IDLE, "decide"),
    (State.COLLECTING, GaveUp): (State.IDLE, "give_up"),
    (State.FETCHING, GaveUp): (State.IDLE, "give_up"),
    (State.INSTALLING, GaveUp): (State.IDLE, "give_up"),
    (State.COLLECTING, Overtaken): (State.IDLE, "drop"),
    (State.FETCHING, Overtaken): (State.IDLE, "drop"),
    (State.INSTALLING, Overtaken): (State.IDLE, "drop"),
}


class Recovery:
    """This member's proposals."""

    def __init__(
        self,
        desk: Desk,
        voter: Voter,
        reasons: Reasons,
        first_of: Callable[[tuple[Key, ...]], Key],
        rng: Rng,
    ) -> None:
        self.desk = desk
        self.voter = voter
        self.first_of = first_of
        self.rng = rng
        self.reasons = reasons
        now = reasons.since
        self.state = State.IDLE
        self.decided: Certificate | None = None
        self._patience_micros = limits.BALLOT_PATIENCE_MICROS
        self._not_before = now
        self._check_at = now
        self._look_at: Micros | None = now
        self._noticed_at: Micros | None = None
        self._jitter_micros = 0
        self._seen_n = 0
        self._clear(now)

    @property
    def candidates(self) -> dict[Key, None]:
        """Admitted newcomers, in the order they came."""
        return self.reasons.candidates

    def _clear(self, now: Micros) -> None:
        self._ballot: Ballot | None = None
        self._promises: dict[Key, Promise] = {}
        self._votes: dict[Key, bytes] = {}
        self._value: View | None = None
        self._base_from: Key | None = None
        self._give_up_at = now
        self._repeat_at = now
        self._quorum_at: Micros | None = None

    # --- the machine ------------------------------------------------------------------------------

    def _step(self, happening: Happening, now: Micros) -> None:
        """Take one transition of the table; what is not in it does nothing."""
        entry = TRANSITIONS.get((self.state, type(happening)))
        if entry is None:
            return
        self.state, action = entry
        match action:
            case "collect":
                self._collect(happening, now)
            case "choose":
                self._choose(now)
            case "install":
                self._install(now)
            case "decide":
                self._decide(now)
            case "give_up":
                self._give_up(now)
            case _:
                self._clear(now)

    def _collect(self, happening: Happening, now: Micros) -> None:
        disk = self.desk.disk
        reason = happening.reason if isinstance(happening, Start) else ""
        self._clear(now)
        self._ballot = rules.next_ballot(disk.promised, self.desk.own, self._seen_n)
        self.desk.note(now, "view", f"collect for view {disk.prim_number + 1}: {reason}")
        self._give_up_at = after(now, self._patience_micros)
        own = self.voter.collect(self.desk.own, Collect(disk.prim_number, self._ballot), now)
        if own is not None:
            self._promises[self.desk.own] = own
        self._ask(now)
        self._weigh_promises(now)

    def _ask(self, now: Micros) -> None:
        """Send the request of this phase to whoever has not answered."""
        disk = self.desk.disk
        if self._ballot is None:
            return
        self._repeat_at = after(now, limits.BALLOT_REPEAT_MICROS)
        if self.state is State.COLLECTING:
            for key in self.desk.voters():
                if key not in self._promises:
                    self.desk.send(key, Collect(disk.prim_number, self._ballot))
        elif self.state is State.INSTALLING and self._value is not None:
            for key in self.desk.voters():
                if key not in self._votes:
                    self.desk.send(key, Install(disk.prim_number, self._ballot, self._value))

    def promise(self, sender: Key, frame: Promise, now: Micros) -> None:
        """A member promised this site's ballot, or says which higher one it promised.

        Raises:
            RemoteError: it reports an accepted view that no ballot of this view can have.
        """
        disk = self.desk.disk
        ballot = self._ballot
        if (
            self.state is not State.COLLECTING
            or ballot is None
            or frame.number != disk.prim_number
            or sender not in self.desk.voters()
        ):
            return
        if frame.ballot != ballot:
            if frame.ballot > ballot:
                self._seen_n = frame.ballot.n
                self.yields(now)
            return
        if frame.accepted_view is not None:
            self.voter.check_proposal(frame.number, frame.accepted_view)
        self._promises[sender] = frame
        self._weigh_promises(now)

    def _weigh_promises(self, now: Micros) -> None:
        view = self.desk.disk.prim
        if (
            view is None
            or self.desk.own not in self._promises
            or not is_quorum(view, self._promises)
        ):
            return
        if self._quorum_at is None:
            self._quorum_at = now
        waited = now - self._quorum_at >= limits.PROMISE_WAIT_MICROS
        missing = [
            key
            for key in view.keys
            if key not in self._promises and self.reasons.stands_here(key, view, now)
        ]
        if waited or not missing:
            self._step(Promised(), now)

    def _choose(self, now: Micros) -> None:
        """P4: one value for the ballot, for ever."""
        view = self.desk.disk.prim
        assert view is not None, "only a member proposes"
        kept = rules.value_to_keep(
            [
                (promise.accepted_ballot, promise.accepted_view)
                for promise in self._promises.values()
                if promise.accepted_ballot is not None and promise.accepted_view is not None
            ]
        )
        lengths = {key: promise.length for key, promise in self._promises.items()}
        kmax = {key: heard.beat.kmax for key, heard in self.desk.heard.items()}
        self._base_from = rules.longest_log(lengths, kmax)
        longest = self._promises[self._base_from]
        self._value = kept if kept is not None else self._new_view(view, longest, now)
        if kept is not None:
            self._base_from = next(
                key for key, promise in self._promises.items() if promise.accepted_view == kept
            )
        self.grown(now)

    def _new_view(self, view: View, longest: Promise, now: Micros) -> View:
        stay, joining = rules.members_of_next(
            view.keys,
            list(self._promises),
            self.reasons.leaving(view),
            self.reasons.newcomers(view, now),
        )
        room = max(0, limits.MEMBERS_MAX - len(stay))
        members = [Member(key, view.location(key)) for key in stay]
        location = view.next_location
        for key in joining[:room]:
            members.append(Member(key, location))
            location += 1
        holder = self._present_holder(view)
        # A newcomer has no log yet, so the first dispatcher is one of those who promised.
        first = holder if holder in stay else self.first_of(tuple(stay))
        return View(
            view.session,
            view.number + 1,
            0,
            b"",
            tuple(members),
            location,
            first,
            longest.length,
            longest.chain,
            longest.length,
        )

    def _present_holder(self, view: View) -> Key | None:
        if self.desk.disk.hold is not None and self.desk.disk.cur == view.id:
            return self.desk.own
        for key in view.keys:
            heard = self.desk.heard.get(key)
            if heard is not None and heard.beat.holds and heard.beat.cur == view.id:
                return key
        return None

    def grown(self, now: Micros) -> None:
        """The log grew, or a value was chosen: go on if its base is here."""
        if self.state is not State.FETCHING or self._value is None:
            return
        if self.voter.has_base(self._value):
            self._step(BaseHere(), now)
        elif self._base_from is not None and self._base_from != self.desk.own:
            self.voter.catchup.want(self._value.base_index, self._base_from, now)

    def _install(self, now: Micros) -> None:
        assert self._value is not None, "FETCHING has a value"
        assert self._ballot is not None, "and a ballot"
        frame = Install(self.desk.disk.prim_number, self._ballot, self._value)
        own = self.voter.install(self.desk.own, frame, now)
        if own is not None:
            self._votes[self.desk.own] = own.signature
        self._ask(now)
        self._weigh_votes(now)

    def accepted(self, sender: Key, frame: Accepted, now: Micros) -> None:
        """P7: a member accepted this site's proposal."""
        value, ballot = self._value, self._ballot
        if (
            self.state is not State.INSTALLING
            or value is None
            or ballot is None
            or frame.ballot != ballot
            or frame.hash != view_hash(value)
            or sender not in self.desk.voters()
            or not self.desk.verify(sender, accepted_bytes(value, ballot), frame.signature)
        ):
            return
        self._votes[sender] = frame.signature
        self._weigh_votes(now)

    def _weigh_votes(self, now: Micros) -> None:
        view = self.desk.disk.prim
        if (
            view is not None
            and self._value is not None
            and rules.decides(view, self._votes, self._value)
        ):
            self._step(Won(), now)

    def _decide(self, now: Micros) -> None:
        value, ballot = self._value, self._ballot
        view = self.desk.disk.prim
        assert value is not None, "INSTALLING has a value"
        assert ballot is not None, "and a ballot"
        assert view is not None, "and a view before"
        certificate = Certificate(value, ballot, tuple(self._votes.items()))
        told = dict.fromkeys([*view.keys, *value.keys])
        for key in told:
            if key != self.desk.own:
                self.desk.send(key, Decide(certificate))
        self.decided = certificate
        self._patience_micros = limits.BALLOT_PATIENCE_MICROS
        self.desk.note(now, "view", f"view {value.number} is decided")
        self._clear(now)

    def _give_up(self, now: Micros) -> None:
        self.desk.note(now, "view", "no quorum answered in time")
        pause = self._patience_micros * self.rng.uniform(0.75, 1.25)
        self._not_before = after(now, round(pause))
        self._patience_micros = min(2 * self._patience_micros, limits.BALLOT_PATIENCE_MICROS_MAX)
        self._noticed_at = None
        self._look_at = self._check_at
        self._clear(now)

    def overtaken(self, now: Micros) -> None:
        """A decided view was seen: whatever was under way is void."""
        self.reasons.begin_again(now)
        self._noticed_at = None
        self._seen_n = 0
        self._look_at = self._check_at
        self._step(Overtaken(), now)

    def yields(self, now: Micros) -> None:
        """Somebody's higher ballot is under way: let it have its time."""
        self._step(Overtaken(), now)
        self._noticed_at = None
        self._look_at = self._check_at
        pause = limits.BALLOT_PATIENCE_MICROS * self.rng.uniform(0.75, 1.25)
        self._not_before = max(self._not_before, after(now, round(pause)))

    # --- time -------------------------------------------------------------------------------------

    def look(self, now: Micros) -> None:
        """There is news: look for reasons in this turn."""
        self._check_at = min(self._check_at, now)
        self._look_at = self._check_at

    def propose(self, reason: str, now: Micros) -> None:
        """Begin a proposal, if none of this site is under way."""
        if self.reasons.may_propose():
            self._step(Start(reason), now)

    def tick(self, now: Micros) -> None:
        """Look for reasons; repeat, wait, give up."""
        if self.state is State.IDLE:
            if now < max(self._check_at, self._not_before):
                return
            self._check_at = self._look_at = after(now, limits.REASON_CHECK_MICROS)
            reason = self.reasons.find(now)
            if reason is not None and self._is_our_turn(now):
                self.propose(reason, now)
            elif reason is None:
                self._noticed_at = None
                quiet = self.reasons.quiet_until(now)
                self._look_at = None if quiet is None else max(self._check_at, quiet)
            return
        if self.state is State.COLLECTING:
            self._weigh_promises(now)
        if now >= self._give_up_at:
            self._step(GaveUp(), now)
        elif now >= self._repeat_at:
            self._ask(now)

    def _is_our_turn(self, now: Micros) -> bool:
        """The most senior member present goes at once, the others one after the other."""
        if self._noticed_at is None:
            self._noticed_at = now
            self._jitter_micros = self.rng.below(limits.PROPOSE_JITTER_MICROS)
        rank = self.reasons.rank(now)
        wait = rank * limits.PROPOSE_STAGGER_MICROS + (self._jitter_micros if rank else 0)
        return now - self._noticed_at >= wait

    def deadline(self) -> Micros | None:
        """When `tick` has something to do; None where this site may not propose."""
        if not self.reasons.may_propose():
            return None
        if self.state is State.IDLE:
            look = self._look_at
            return None if look is None else max(look, self._not_before)
        times = [self._give_up_at, self._repeat_at]
        if self.state is State.COLLECTING and self._quorum_at is not None:
            times.append(after(self._quorum_at, limits.PROMISE_WAIT_MICROS))
        return min(times)
